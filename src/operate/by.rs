//! By whom something is done, from where, and why: what every act of the administration carries into its record.

use std::fmt;
use std::net::IpAddr;

use serde::Deserialize;
use serde::Serialize;

use super::OperateError;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::Mandate;
use crate::audit::MandateOf;
use crate::audit::Tag;
use crate::authority;
use crate::authority::Act;
use crate::authority::Denied;
use crate::authority::Object;
use crate::authority::Target;
use crate::authority::Weight;
use crate::authority::Who;
use crate::service_token::TokenId;
use crate::session::SessionKey;
use crate::subject;
use crate::subject::Role;
use crate::subject::SubjectId;

/// Why something is done, in the words of whoever does it: one line, kept in the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reason(String);

/// A text that is no reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a reason is one line of at most 256 bytes, and not empty")]
pub struct NotAReason;

impl Reason {
    /// Reads one.
    ///
    /// # Errors
    /// When it is empty, too long, or more than a line.
    pub fn parse(text: &str) -> Result<Self, NotAReason> {
        // Line and paragraph separators, and marks that turn the direction of text, would make another line of it.
        let turns = |c: char| matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let text = text.trim();
        if text.is_empty() || !subject::is_plain_text(text) || text.contains(turns) {
            return Err(NotAReason);
        }
        Ok(Self(text.to_owned()))
    }

    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Reason {
    type Error = NotAReason;

    fn try_from(text: String) -> Result<Self, NotAReason> {
        Self::parse(&text)
    }
}

impl From<Reason> for String {
    fn from(reason: Reason) -> Self {
        reason.0
    }
}

/// The way in which a command came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// By a page.
    #[default]
    Page,
    /// By the API.
    Api,
}

impl Way {
    const fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Api => "api",
        }
    }
}

/// In which request something is done.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// How it came.
    pub way: Way,
    /// On which site.
    pub site: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
    /// From which address.
    pub client: Option<IpAddr>,
    /// In which session: it is spared where everybody's end.
    pub session: Option<SessionKey>,
}

#[derive(Clone, Debug)]
enum Whose {
    Gateway,
    Machine(u32),
    Person(SubjectId, Role),
    Program(TokenId, Role),
}

/// By whom a command is given, from where, and why.
#[derive(Clone, Debug)]
pub struct By {
    whose: Whose,
    origin: Origin,
    reason: Option<Reason>,
    expects: Option<Tag>,
    /// The command's own act: the operator fills it in.
    act: Option<Act>,
}

impl By {
    /// The gateway itself.
    #[must_use]
    pub fn gateway() -> Self {
        Self::of(Whose::Gateway, Origin::default(), None)
    }

    /// Somebody at the machine, by the system's user id.
    #[must_use]
    pub fn machine(uid: u32, reason: Option<Reason>) -> Self {
        Self::of(Whose::Machine(uid), Origin::default(), reason)
    }

    /// A person who is signed in. The role is what their session says: the store's commit reads it anew.
    #[must_use]
    pub fn person(person: (&SubjectId, Role), origin: Origin, reason: Option<Reason>) -> Self {
        Self::of(Whose::Person(person.0.clone(), person.1), origin, reason)
    }

    /// A program, by its token and what that may do.
    #[must_use]
    pub fn program(token: (&TokenId, Role), origin: Origin, reason: Option<Reason>) -> Self {
        Self::of(Whose::Program(token.0.clone(), token.1), origin, reason)
    }

    /// …who has seen the account as this tag says: it is not done to another one.
    #[must_use]
    pub fn expecting(mut self, tag: Tag) -> Self {
        self.expects = Some(tag);
        self
    }

    const fn of(whose: Whose, origin: Origin, reason: Option<Reason>) -> Self {
        Self { whose, origin, reason, expects: None, act: None }
    }

    pub(super) const fn doing(mut self, act: Act) -> Self {
        self.act = Some(act);
        self
    }

    /// Who that is, as far as rules are concerned.
    #[must_use]
    pub const fn who(&self) -> Who {
        match &self.whose {
            Whose::Gateway | Whose::Machine(_) => Who::Machine,
            Whose::Person(_, role) => Who::Person(*role),
            Whose::Program(_, role) => Who::Program(*role),
        }
    }

    pub(super) fn actor(&self) -> Actor {
        match &self.whose {
            Whose::Gateway => Actor::Gateway,
            Whose::Machine(uid) => Actor::Operator { uid: *uid },
            Whose::Person(id, _) => Actor::Subject { id: id.clone() },
            Whose::Program(id, _) => Actor::Token { id: id.clone() },
        }
    }

    /// The way in which it came, for counters; none: the gateway does it by itself.
    pub(super) const fn way(&self) -> Option<&'static str> {
        match &self.whose {
            Whose::Gateway => None,
            Whose::Machine(_) => Some("machine"),
            Whose::Person(..) | Whose::Program(..) => Some(self.origin.way.name()),
        }
    }

    /// The same as text, for records.
    pub(super) fn name(&self) -> String {
        match &self.whose {
            Whose::Gateway => "gateway".to_owned(),
            Whose::Machine(uid) => format!("operator:{uid}"),
            Whose::Person(id, _) => format!("subject:{id}"),
            Whose::Program(id, _) => format!("token:{id}"),
        }
    }

    /// Who that is where everybody counts by the session or token they come with; none: the machine.
    pub(super) fn reader(&self) -> Option<String> {
        match &self.whose {
            Whose::Gateway | Whose::Machine(_) => None,
            Whose::Person(..) => {
                let session =
                    self.origin.session.map(|key| data_encoding::HEXLOWER.encode(key.bytes()));
                Some(format!("{}:{}", self.name(), session.unwrap_or_default()))
            }
            Whose::Program(..) => Some(self.name()),
        }
    }

    pub(super) const fn reason(&self) -> Option<&Reason> {
        self.reason.as_ref()
    }

    /// The session in which it is done.
    pub(super) const fn session(&self) -> Option<SessionKey> {
        self.origin.session
    }

    /// The site on which it is done.
    pub(super) fn site(&self) -> Option<&str> {
        self.origin.site.as_deref()
    }

    /// The address from which it is done.
    pub(super) const fn address(&self) -> Option<IpAddr> {
        self.origin.client
    }

    /// Whether the act may be done to that, as far as is known before it is written; grave ones need a reason.
    pub(super) fn may(&self, target: Target) -> Result<(), OperateError> {
        let who = self.who();
        let never = OperateError::NotAllowed { why: Denied::Never };
        let Some(act) = self.act else {
            return if who == Who::Machine { Ok(()) } else { Err(never) };
        };
        // Only of an account is it known what it was like when it was seen.
        if self.expects.is_some() && act.object() != Object::Account {
            return Err(never);
        }
        authority::may(who, act, target).map_err(|why| OperateError::NotAllowed { why })?;
        if act.weight() == Weight::Grave && who != Who::Machine && self.reason.is_none() {
            return Err(OperateError::NoReason);
        }
        Ok(())
    }

    /// The same for an account of that role.
    pub(super) fn may_on(&self, id: &SubjectId, role: Role) -> Result<(), OperateError> {
        match &self.whose {
            Whose::Person(own, _) if own == id => self.may(Target::Oneself),
            Whose::Gateway | Whose::Machine(_) | Whose::Person(..) | Whose::Program(..) => {
                self.may(Target::of_role(role))
            }
        }
    }

    /// The same for an account that is no more after it.
    pub(super) fn may_to_end(&self, id: &SubjectId, role: Role) -> Result<(), OperateError> {
        match &self.whose {
            Whose::Person(own, _) if own == id => self.may(Target::Oneself),
            Whose::Gateway | Whose::Machine(_) | Whose::Person(..) | Whose::Program(..) => {
                self.may(Target::Account { before: Some(role), after: None })
            }
        }
    }

    /// Puts into a record in which request it came about.
    pub(super) fn place(&self, event: &mut AuditEvent) {
        event.site.clone_from(&self.origin.site);
        event.request_id.clone_from(&self.origin.request_id);
        event.client = self.origin.client;
    }

    /// Puts into a record what is known: by whom, in which request, why, and by what right.
    pub(super) fn sign(&self, event: &mut AuditEvent) {
        self.place(event);
        if let Some(reason) = &self.reason {
            event.detail.insert("reason".to_owned(), reason.to_string());
        }
        let by = match &self.whose {
            Whose::Gateway | Whose::Machine(_) => return,
            Whose::Person(id, _) => MandateOf::Person(id.clone()),
            Whose::Program(id, _) => MandateOf::Program(id.clone()),
        };
        event.detail.insert("way".to_owned(), self.origin.way.name().to_owned());
        event.mandate = self.act.map(|act| Mandate { by, act, expects: self.expects.clone() });
    }
}
