//! Passwords that people choose because somebody else began it: by a link that was handed to them, or at a sign-in after
//! which another one is asked for. Neither lets anybody in before the password is theirs alone. Whoever holds a second
//! factor gives it first: the old password may be known to others.

use std::sync::Arc;

use ring::digest;
use serde::Deserialize;
use serde::Serialize;

use super::Ceremonies;
use super::CeremonyError;
use super::NextStep;
use super::SignIn;
use super::Visit;
use super::guard::Hashed;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::clock::Timestamp;
use crate::console_login::Further;
use crate::directory::LiveSession;
use crate::entropy;
use crate::password;
use crate::password::Cost;
use crate::password::Unacceptable;
use crate::secret::Secret;
use crate::session::AuthnEvent;
use crate::session::SessionKey;
use crate::session::SessionToken;
use crate::store::Acceptance;
use crate::store::AwaitedChange;
use crate::store::PasswordChange;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::SubjectId;
use crate::subject::password_link::LinkText;
use crate::throttle::Charge;

/// What the log calls a link where others are called by their kind.
const METHOD: &str = "password_link";

/// A password as it was typed, twice.
#[derive(Clone, Debug)]
pub struct ChosenPassword {
    /// The password.
    pub new: Secret<String>,
    /// The same once more.
    pub again: Secret<String>,
}

/// What opening a link came to.
#[derive(Debug)]
pub enum Invited {
    /// It is good; nothing is spent yet.
    Good {
        /// The account's login name.
        login: String,
    },
    /// It is not: unknown, used, over or void, which all look alike.
    Void,
    /// It was not looked at: too many attempts.
    Wait {
        /// When to try again.
        until: Timestamp,
    },
}

/// How choosing a password ended.
#[derive(Debug)]
pub enum Chosen {
    /// By a link: it is the password now, with which the person signs in like anybody.
    Set,
    /// At a sign-in, which went on with it like this.
    SignedIn(SignIn),
    /// What it was chosen by is not good (any more).
    Void,
    /// The two are not the same.
    Unequal,
    /// It is the present one.
    Same,
    /// It may not be used, for this reason.
    Unacceptable(Unacceptable),
    /// Too many attempts.
    Wait {
        /// When to try again.
        until: Timestamp,
    },
    /// Too many people at once.
    Busy,
}

/// What the hash of a password that takes the place of another came to.
#[derive(Debug)]
pub(super) enum Another {
    /// It.
    Hash(String),
    /// It is the same password.
    Same,
    /// Too many people at once.
    Busy,
}

/// That somebody gave the right password of an account, and must choose another. Whoever keeps it seals it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RightPassword {
    subject: SubjectId,
    /// Knows again which password it was, without being of use for finding it.
    mark: String,
    /// The second factor that was given after it, and in which session.
    second: Option<(AuthnEvent, SessionKey)>,
}

impl RightPassword {
    /// The password that an account has.
    pub(super) fn of(account: &Account) -> Option<Self> {
        let hash = account.password.expose().as_ref()?;
        let mark = digest::digest(&digest::SHA256, hash.as_bytes());
        let mark = entropy::lower_base32(mark.as_ref());
        Some(Self { subject: account.id.clone(), mark, second: None })
    }

    /// As text, to be sealed; none when it cannot be written.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// Reads what was sealed.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Whether it is the password of an account that must choose another.
    fn is_of(&self, account: &Account) -> bool {
        let present = Self::of(account);
        account.must_change.is_some()
            && account.state == AccountState::Active
            && present.is_some_and(|it| it.subject == self.subject && it.mark == self.mark)
    }

    /// Whether as much was proved as an account that holds this asks for: a second factor that it has, if it has any.
    /// A remembered device is none.
    fn suffices(&self, held: &[Authenticator]) -> bool {
        match &self.second {
            None => !held.iter().any(Authenticator::is_second_factor),
            Some((event, _)) => {
                held.iter().any(|one| Some(&one.id) == event.authenticator.as_ref())
            }
        }
    }
}

impl Ceremonies {
    /// Looks at a link. The network is charged before, unless there is nothing to look for; nothing is spent, since programs
    /// open links as well as people.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn look_at_link(
        &self,
        visit: &Visit<'_>,
        text: &str,
    ) -> Result<Invited, CeremonyError> {
        let Some(link) = LinkText::parse(text) else { return Ok(Invited::Void) };
        let now = self.parts.clock.now();
        if let Charge::Wait(until) = self.guard.charge_network(visit.client, now) {
            return Ok(Invited::Wait { until });
        }
        if let Some(account) = self.invited(&link, now).await? {
            // Who has a good link guesses at nothing.
            self.guard.refund_network(visit.client);
            return Ok(Invited::Good { login: account.profile.login.to_string() });
        }
        self.parts.refusals.note_stranger(self.link_refused(visit));
        Ok(Invited::Void)
    }

    /// Sets the password by a link, which is spent.
    ///
    /// # Errors
    /// When something needed fails: the link is as good as before.
    pub async fn choose_by_link(
        &self,
        visit: &Visit<'_>,
        text: &str,
        typed: &ChosenPassword,
    ) -> Result<Chosen, CeremonyError> {
        let Some(link) = LinkText::parse(text) else { return Ok(Chosen::Void) };
        let now = self.parts.clock.now();
        if let Charge::Wait(until) = self.guard.charge_network(visit.client, now) {
            return Ok(Chosen::Wait { until });
        }
        let Some(account) = self.invited(&link, now).await? else {
            self.tell_refusal(self.link_refused(visit)).await?;
            return Ok(Chosen::Void);
        };
        if let Some(wrong) = unusable(&account, typed) {
            return Ok(wrong);
        }
        let stored = account.password.expose().clone();
        let hash = match self.hash_another(stored, &typed.new).await? {
            Another::Busy => return Ok(Chosen::Busy),
            Another::Same => return Ok(Chosen::Same),
            Another::Hash(hash) => hash,
        };
        let audit = self.event(AuditKind::PasswordSet, visit, &account.id).on(&account.id);
        let (audit, token) = (audit.with("method", METHOD), (link.token.hash(), now));
        let used = self.parts.store.use_password_link(&account.id, token, hash, audit).await?;
        if !used.is_accepted() {
            self.tell_refusal(self.link_refused(visit)).await?;
            return Ok(Chosen::Void);
        }
        self.parts.directory.drop_all_of(&account.id);
        self.guard.settle_network(visit.client);
        Ok(Chosen::Set)
    }

    /// Another password after a sign-in that asked for one; then the sign-in goes on.
    ///
    /// # Errors
    /// When something needed fails: the old password stays, unless it was the sign-in that failed.
    pub async fn choose_after_sign_in(
        &self,
        visit: &Visit<'_>,
        given: &RightPassword,
        typed: &ChosenPassword,
    ) -> Result<Chosen, CeremonyError> {
        let account = self.parts.store.account(&given.subject).await?;
        let Some(account) = account.filter(|account| given.is_of(account)) else {
            return Ok(Chosen::Void);
        };
        if !given.suffices(&self.parts.store.authenticators(&account.id).await?) {
            return Ok(Chosen::Void);
        }
        if let Some(wrong) = unusable(&account, typed) {
            return Ok(wrong);
        }
        let now = self.parts.clock.now();
        if let Charge::Wait(until) = self.guard.charge_network(visit.client, now) {
            return Ok(Chosen::Wait { until });
        }
        let stored = account.password.expose().clone();
        let hash = match self.hash_another(stored.clone(), &typed.new).await? {
            Another::Busy => return Ok(Chosen::Busy),
            Another::Same => return Ok(Chosen::Same),
            Another::Hash(hash) => hash,
        };
        let Some(verified) = stored else { return Ok(Chosen::Void) };
        let audit = self.event(AuditKind::PasswordSet, visit, &account.id).on(&account.id);
        let change = PasswordChange { verified, hash: hash.clone() };
        let (second, session) = given.second.clone().unzip();
        let change = AwaitedChange { change, session };
        match self.parts.store.meet_password_change(&account.id, change, audit).await? {
            Acceptance::Accepted => {}
            Acceptance::Spent | Acceptance::Gone | Acceptance::Taken(_) => return Ok(Chosen::Void),
        }
        self.parts.directory.drop_all_of(&account.id);
        self.guard.settle_network(visit.client);
        // What somebody else has set in between is not the password that was chosen.
        let account = self.parts.store.account(&account.id).await?;
        let is_chosen = |account: &Account| account.password.expose().as_ref() == Some(&hash);
        let Some(account) = account.filter(is_chosen) else { return Ok(Chosen::Void) };
        let password = AuthnEvent::of(AuthenticatorKind::Password, None, now);
        let events = std::iter::once(password).chain(second).collect();
        let signed_in = self.proofs_given(visit, &account, (events, Further::Asked)).await?;
        Ok(Chosen::SignedIn(signed_in))
    }

    /// Whether an account has a second factor that its password must not be changed without.
    pub(super) async fn has_second_factor(&self, account: &Account) -> Result<bool, CeremonyError> {
        let held = self.parts.store.authenticators(&account.id).await?;
        Ok(held.iter().any(Authenticator::is_second_factor))
    }

    /// Opens a session that proves nothing, for the second factor before another password is chosen.
    pub(super) async fn begin_change(
        &self,
        visit: &Visit<'_>,
        account: &Account,
    ) -> Result<SignIn, CeremonyError> {
        let token = SessionToken::generate(self.parts.entropy.as_ref())?;
        let record = self.first_record(visit, account, Vec::new())?;
        let audit = self
            .event(AuditKind::SessionOpened, visit, &account.id)
            .with("sid", &record.handle)
            .with("reason", "must_change");
        let opened = self.parts.directory.open(&token, record, account, audit).await?;
        Ok(match opened {
            Some(_) => SignIn::Opened { token, next: NextStep::SecondFactor },
            None => SignIn::Wrong,
        })
    }

    /// The password that somebody gave who must choose another, with the second factor that they gave after it in this
    /// session; none: nothing is asked for any more.
    pub(super) async fn right_password_with(
        &self,
        session: &LiveSession,
        event: AuthnEvent,
    ) -> Result<Option<RightPassword>, CeremonyError> {
        let account = self.parts.store.account(&session.record.subject).await?;
        let right = account.as_ref().and_then(RightPassword::of);
        let due = account.is_some_and(|account| account.must_change.is_some());
        let second = Some((event, session.key));
        Ok(right.filter(|_| due).map(|right| RightPassword { second, ..right }))
    }

    /// Whose link it is, if it is good.
    async fn invited(
        &self,
        link: &LinkText,
        now: Timestamp,
    ) -> Result<Option<Account>, CeremonyError> {
        let token = (link.token.hash(), now);
        Ok(self.parts.store.password_link(&link.subject, token).await?)
    }

    /// The hash of a password that is to take the place of the one whose hash is stored, if there is one: it must be
    /// another.
    pub(super) async fn hash_another(
        &self,
        stored: Option<String>,
        new: &Secret<String>,
    ) -> Result<Another, CeremonyError> {
        if stored.is_some() {
            match self.verify_stored(stored, new).await? {
                Hashed::Busy => return Ok(Another::Busy),
                Hashed::Done(true) => return Ok(Another::Same),
                Hashed::Done(false) => {}
            }
        }
        let (entropy, new) = (Arc::clone(&self.parts.entropy), new.clone());
        let hash = move || password::hash(new.expose(), Cost::Password, entropy.as_ref());
        Ok(match self.guard.hash(hash).await?.transpose()? {
            Hashed::Busy => Another::Busy,
            Hashed::Done(hash) => Another::Hash(hash),
        })
    }

    fn link_refused(&self, visit: &Visit<'_>) -> AuditEvent {
        let event = self.event_by(AuditKind::ProofRefused, visit, Actor::Unknown);
        event.with("method", METHOD)
    }
}

/// What is wrong with a password as it was typed.
fn unusable(account: &Account, typed: &ChosenPassword) -> Option<Chosen> {
    if typed.new.expose() != typed.again.expose() {
        return Some(Chosen::Unequal);
    }
    let checked = password::check_new(typed.new.expose(), account.profile.login.name());
    checked.err().map(Chosen::Unacceptable)
}
