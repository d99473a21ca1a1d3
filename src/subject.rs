//! The person the gateway knows: an account, its names, its role.
//!
//! A login name has exactly one canonical spelling: two spellings are one person, and
//! a spelling that cannot be made canonical is no name at all.

pub mod first_owner;
pub mod one_time;
pub mod password_link;
pub mod terms;

use std::fmt;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use crate::clock::Timestamp;
use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;
use crate::secret::Secret;
use crate::words::Language;

use self::terms::Terms;

/// A stable, opaque id: `sub` of the identity assertion. Never reused, never derived from a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SubjectId(String);

impl SubjectId {
    /// A new id.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyFailed> {
        entropy::identifier(entropy).map(Self)
    }

    /// An id read back from a record, a key or a command line.
    #[must_use]
    pub const fn from_stored(id: String) -> Self {
        Self(id)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is not a login name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotALoginName {
    /// Nothing left after trimming.
    #[error("a login name cannot be empty")]
    Empty,
    /// More than 128 bytes.
    #[error("a login name has at most 128 characters")]
    TooLong,
    /// Something besides letters, digits and `. _ - + @`.
    #[error("a login name has only letters a-z, digits and . _ - + @")]
    Character,
    /// What stands before the `/` names no source.
    #[error("before the / stands the name of a source, of a-z, 0-9 and -")]
    Source,
}

/// A login name in canonical spelling: NFKC, trimmed, lower case, ASCII letters, digits and `._-+@`.
///
/// Names of different sources are different names. Those of a console's own users carry their source in front, as in
/// `desk/alice`: nobody can type them where the gateway's own accounts sign in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LoginName(String);

impl LoginName {
    /// The canonical form of what a person typed.
    ///
    /// # Errors
    /// When it has none.
    pub fn parse(typed: &str) -> Result<Self, NotALoginName> {
        if typed.len() > 512 {
            return Err(NotALoginName::TooLong);
        }
        let canonical: String = typed.trim().nfkc().collect::<String>().to_lowercase();
        if canonical.is_empty() {
            return Err(NotALoginName::Empty);
        }
        if canonical.len() > 128 {
            return Err(NotALoginName::TooLong);
        }
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-+@".contains(c);
        if !canonical.chars().all(allowed) {
            return Err(NotALoginName::Character);
        }
        Ok(Self(canonical))
    }

    /// The canonical form of a name as a source of its own has it: `source` is 1 to 63 of `a-z 0-9 -`.
    ///
    /// # Errors
    /// When it has none.
    pub fn of_source(source: &str, typed: &str) -> Result<Self, NotALoginName> {
        let name = Self::parse(typed)?;
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if source.is_empty() || source.len() > 63 || !source.bytes().all(allowed) {
            return Err(NotALoginName::Source);
        }
        Ok(Self(format!("{source}/{name}")))
    }

    /// The name that a sign-on states, which must be written canonically but for the case of ASCII letters: it may keep
    /// apart what would become one name here, and whoever can choose a name there would choose somebody else's.
    ///
    /// # Errors
    /// When it is no name, or written in another way.
    pub fn of_statement(source: &str, stated: &str) -> Result<Self, NotALoginName> {
        let name = Self::of_source(source, stated)?;
        if !name.name().eq_ignore_ascii_case(stated) {
            return Err(NotALoginName::Character);
        }
        Ok(name)
    }

    /// The canonical form of what an operator wrote: `alice`, or `desk/alice` for a user of that console's.
    ///
    /// # Errors
    /// When it has none.
    pub fn parse_any(written: &str) -> Result<Self, NotALoginName> {
        match written.trim().split_once('/') {
            Some((source, name)) => Self::of_source(source, name),
            None => Self::parse(written),
        }
    }

    /// The canonical text, with its source.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without its source, as the person and the console know it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// Whether it is named in a list. A name without a source means that user of every source: lists say of whom
    /// more is asked, and on the routes of one site there is one source.
    #[must_use]
    pub fn is_among(&self, names: &[Self]) -> bool {
        names.iter().any(|one| one == self || one.0 == self.name())
    }

    /// Whose users it is one of; none: the gateway's own.
    #[must_use]
    pub fn source(&self) -> Option<&str> {
        self.0.split_once('/').map(|(source, _)| source)
    }
}

impl fmt::Display for LoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for LoginName {
    type Error = NotALoginName;

    fn try_from(text: String) -> Result<Self, NotALoginName> {
        Self::parse_any(&text)
    }
}

impl From<LoginName> for String {
    fn from(name: LoginName) -> Self {
        name.0
    }
}

/// What an account may do to others. Nobody acts on an equal or higher role.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Signs in; changes only itself.
    User,
    /// Reads the audit log and the overview.
    Auditor,
    /// Helps users who lost a factor.
    HelpDesk,
    /// Manages users and policy.
    Admin,
    /// Manages admins; issues recovery codes. The last one cannot be lost.
    Owner,
}

impl Role {
    /// Every role, lowest first.
    pub const ALL: [Self; 5] =
        [Self::User, Self::Auditor, Self::HelpDesk, Self::Admin, Self::Owner];

    /// The name used in records, claims and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Auditor => "auditor",
            Self::HelpDesk => "help_desk",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// Whether an account may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// It may.
    Active,
    /// An operator disabled it.
    Disabled,
}

/// Who a subject is, besides how it proved itself: what consoles are told, and what pages need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Canonical login name: `preferred_username`, `X-Forwarded-User`.
    pub login: LoginName,
    /// Display name; any text without control characters.
    pub name: String,
    /// Profile address; never an address that codes are sent to (S4.9).
    pub email: Option<String>,
    /// Group names.
    pub groups: Vec<String>,
    /// Role in the gateway.
    pub role: Role,
    /// The language the person chose for pages and mails; none: what the browser asks for. No console is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

/// An account of the gateway's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    /// Opaque id.
    pub id: SubjectId,
    /// What the console may learn.
    pub profile: Profile,
    /// Whether it may sign in.
    pub state: AccountState,
    /// argon2id hash in PHC text form; none: no password was set, so none is right.
    #[serde(with = "crate::secret::at_rest")]
    pub password: Secret<Option<String>>,
    /// When it was created.
    pub created: Timestamp,
    /// Until when a first authenticator may be bound on the password alone (ruling 14).
    pub enrolment_open_until: Timestamp,
    /// What an operator asks of it besides the configuration.
    #[serde(default, skip_serializing_if = "Terms::is_empty")]
    pub terms: Terms,
    /// When somebody last signed in to it, with all that was asked for; none: never, or before that was kept.
    #[serde(default)]
    pub last_sign_in: Option<Timestamp>,
    /// When its owner said that they want no second factor now, where it is optional (S0.16).
    #[serde(default)]
    pub set_up_declined: Option<Timestamp>,
    /// When a sign-on in front last said that its owner gave a second factor there; none: never. Without it, nothing that
    /// the sign-on says sets one up here.
    #[serde(default)]
    pub proved_elsewhere: Option<Timestamp>,
    /// Since when another password is asked for before anything else is done with this one; none: it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub must_change: Option<Timestamp>,
}

impl Profile {
    /// Of somebody of whom nothing but a login name is known.
    #[must_use]
    pub fn named(login: &LoginName) -> Self {
        Self {
            login: login.clone(),
            name: login.name().to_owned(),
            email: None,
            groups: Vec::new(),
            role: Role::User,
            language: None,
        }
    }
}

/// How it is with the password of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PasswordStanding {
    /// It signs in elsewhere, and has its password there.
    Elsewhere,
    /// It has none: nobody can sign in with one.
    None,
    /// It has one.
    Set,
    /// It has one, and another is asked for at the next sign-in.
    MustChange,
}

impl Account {
    /// How it is with its password.
    #[must_use]
    pub fn password_standing(&self) -> PasswordStanding {
        match (self.profile.login.source(), self.password.expose(), self.must_change) {
            (Some(_), _, _) => PasswordStanding::Elsewhere,
            (None, None, _) => PasswordStanding::None,
            (None, Some(_), None) => PasswordStanding::Set,
            (None, Some(_), Some(_)) => PasswordStanding::MustChange,
        }
    }

    /// One that is made now, and may sign in: without a password, and nothing particular asked of it.
    #[must_use]
    pub fn new(id: SubjectId, profile: Profile, now: Timestamp, enrolment: Duration) -> Self {
        Self {
            id,
            profile,
            state: AccountState::Active,
            password: Secret::new(None),
            created: now,
            enrolment_open_until: now.plus(enrolment),
            terms: Terms::default(),
            last_sign_in: None,
            set_up_declined: None,
            proved_elsewhere: None,
            must_change: None,
        }
    }
}

/// What becomes of somebody who is let in elsewhere, and whom the gateway has not seen yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownUsers {
    /// They get an account.
    #[default]
    Create,
    /// They are not let in: an operator makes the accounts.
    Refuse,
}

/// Whether a text may be a display name, group or address: it reaches headers and pages.
#[must_use]
pub fn is_plain_text(text: &str) -> bool {
    text.len() <= 256 && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_login_name_are_one_name_a014_a124() {
        for typed in ["Alice", " alice ", "ALICE", "ａｌｉｃｅ"] {
            assert_eq!(LoginName::parse(typed).unwrap().as_str(), "alice", "{typed:?}");
        }
    }

    #[test]
    fn look_alikes_and_control_characters_are_no_login_name_a013_a014() {
        for typed in ["аlice", "al\u{0}ice", "al\r\nice", "", "  ", "a b", "a\"b", "*)(uid=*"] {
            assert!(LoginName::parse(typed).is_err(), "{typed:?}");
        }
    }

    #[test]
    fn names_of_two_sources_are_two_names_and_nobody_types_anothers() {
        let own = LoginName::parse("Alice").unwrap();
        let desk = LoginName::of_source("desk", " ALICE ").unwrap();
        assert_ne!(own, desk);
        assert_eq!(
            (desk.as_str(), desk.name(), desk.source()),
            ("desk/alice", "alice", Some("desk"))
        );
        assert_eq!((own.name(), own.source()), ("alice", None));
        assert_eq!(LoginName::parse_any("desk/Alice").unwrap(), desk);
        let stored = String::from(desk.clone());
        assert_eq!(LoginName::try_from(stored).unwrap(), desk);
        assert!(LoginName::parse("desk/alice").is_err(), "typed by a person");
        for wrong in ["/alice", "desk/", "Desk/alice", "a/b/c", "desk/al ice", "de_sk/alice"] {
            assert!(LoginName::parse_any(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_stated_of_somebody_is_a_name_already_but_for_its_case_a014() {
        let stated = |text: &str| LoginName::of_statement("corp", text);
        for fine in ["alice", "Alice", "ALICE"] {
            assert_eq!(stated(fine).unwrap().as_str(), "corp/alice");
        }
        for other in
            ["ａｌｉｃｅ", "al\u{2170}ce", "\u{212a}im", " alice", "alice\n", "alice\u{a0}", ""]
        {
            assert!(stated(other).is_err(), "{other:?}");
        }
        assert!(LoginName::of_statement("", "alice").is_err());
    }

    #[test]
    fn roles_are_ordered_owner_highest() {
        assert!(Role::ALL.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(Role::from_name("owner"), Some(Role::Owner));
    }
}
