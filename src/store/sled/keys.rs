//! How records are named in the tree: `<kind>/<parts>`, every part but the last with its length, so
//! that no two records share a name and no prefix reaches into another subject's records.

use std::fmt;

use ring::digest;

use crate::authenticator::contact::Channel;
use crate::authenticator::out_of_band::Purpose;
use crate::service_token::TokenId;
use crate::service_token::TokenName;
use crate::session::SessionKey;
use crate::session::device::DeviceKey;
use crate::store::BudgetKey;
use crate::subject::LoginName;
use crate::subject::SubjectId;

/// The name of a record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(Vec<u8>);

/// Kinds of records that are counted; `meta` is the one that counts them.
pub(super) const KINDS: [&str; 31] = [
    "account",
    "adoption",
    "anchor",
    "audit",
    "auth",
    "budget",
    "device",
    "enforcement",
    "exported",
    "first_owner",
    "handed",
    "invite",
    "login",
    "loud",
    "notice",
    "owner",
    "places",
    "recovery",
    "reminded",
    "seen",
    "sent_code",
    "sent_for",
    "sent_to",
    "session",
    "sink",
    "skipped",
    "sx",
    "token",
    "token_name",
    "told",
    "unique",
];

impl Key {
    /// The record that says what the others must be.
    pub(super) fn meta() -> Self {
        Self(b"meta".to_vec())
    }

    pub(super) fn account(id: &SubjectId) -> Self {
        Self::of("account").last(id.as_str().as_bytes())
    }

    /// From login name to subject.
    pub(super) fn login(login: &LoginName) -> Self {
        Self::of("login").last(login.as_str().as_bytes())
    }

    /// All login names, in order.
    pub(super) fn logins() -> Self {
        Self::of("login")
    }

    /// How far people had come on a day.
    pub(super) fn adoption(day: u32) -> Self {
        Self::of("adoption").last(&day.to_be_bytes())
    }

    /// That of all days, in order.
    pub(super) fn adoptions() -> Self {
        Self::of("adoption")
    }

    /// The reminder that somebody was last left.
    pub(super) fn reminded(id: &SubjectId) -> Self {
        Self::of("reminded").last(id.as_str().as_bytes())
    }

    /// The acts on the command line.
    pub(super) fn operator_acts() -> Self {
        Self::of("loud").last(b"acts")
    }

    /// How many of them somebody has said they have seen.
    pub(super) fn acts_seen(id: &SubjectId) -> Self {
        Self::of("seen").last(id.as_str().as_bytes())
    }

    /// The places that somebody signed in from.
    pub(super) fn places(id: &SubjectId) -> Self {
        Self::of("places").last(id.as_str().as_bytes())
    }

    /// Marks an active owner.
    pub(super) fn owner(id: &SubjectId) -> Self {
        Self::of("owner").last(id.as_str().as_bytes())
    }

    /// What is kept of the first owner's token.
    pub(super) fn first_owner() -> Self {
        Self::of("first_owner").last(b"token")
    }

    /// All active owners.
    pub(super) fn owners() -> Self {
        Self::of("owner")
    }

    pub(super) fn authenticator(id: &SubjectId, authenticator: &str) -> Self {
        Self::authenticators(id).last(authenticator.as_bytes())
    }

    /// All authenticators of a subject.
    pub(super) fn authenticators(id: &SubjectId) -> Self {
        Self::of("auth").part(id.as_str().as_bytes())
    }

    pub(super) fn budget(key: &BudgetKey) -> Self {
        match key {
            BudgetKey::Password(id) => Self::of("budget/password").last(id.as_str().as_bytes()),
            BudgetKey::PasswordFrom(id, browser) => {
                Self::password_budgets(id).last(browser.as_bytes())
            }
            BudgetKey::Authenticator(id, authenticator) => {
                Self::budgets(id).last(authenticator.as_bytes())
            }
            BudgetKey::Console(id) => Self::of("budget/console").last(id.as_str().as_bytes()),
            BudgetKey::ConsoleOf(source) => Self::of("budget/source").last(source.as_bytes()),
            BudgetKey::Nobody(n) => Self::of("budget/nobody").last(&n.to_be_bytes()),
        }
    }

    /// The budgets of all authenticators of a subject.
    pub(super) fn budgets(id: &SubjectId) -> Self {
        Self::of("budget/auth").part(id.as_str().as_bytes())
    }

    /// The budgets of a subject's password in browsers that are known.
    pub(super) fn password_budgets(id: &SubjectId) -> Self {
        Self::of("budget/known").part(id.as_str().as_bytes())
    }

    pub(super) fn session(key: &SessionKey) -> Self {
        Self::of("session").last(key.bytes())
    }

    /// All sessions.
    pub(super) fn sessions() -> Self {
        Self::of("session")
    }

    /// From subject to session.
    pub(super) fn session_of(id: &SubjectId, key: &SessionKey) -> Self {
        Self::sessions_of(id).last(key.bytes())
    }

    /// All sessions of a subject.
    pub(super) fn sessions_of(id: &SubjectId) -> Self {
        Self::of("sx").part(id.as_str().as_bytes())
    }

    /// What is asked of everybody but owners besides the configuration.
    pub(super) fn switch() -> Self {
        Self::of("enforcement").last(b"switch")
    }

    /// The same of owners.
    pub(super) fn owners_switch() -> Self {
        Self::of("enforcement").last(b"owners")
    }

    /// What is asked at a site besides the configuration.
    pub(super) fn site_policy(site: &str) -> Self {
        Self::site_policies().last(site.as_bytes())
    }

    /// The same of all sites, by name.
    pub(super) fn site_policies() -> Self {
        Self::of("enforcement").last(b"site/")
    }

    /// The link by which a subject chooses a password.
    pub(super) fn password_link(id: &SubjectId) -> Self {
        Self::of("invite").last(id.as_str().as_bytes())
    }

    /// The recovery code of a subject.
    pub(super) fn recovery_code(id: &SubjectId) -> Self {
        Self::of("recovery").last(id.as_str().as_bytes())
    }

    /// The app that waits for a subject.
    pub(super) fn handed(id: &SubjectId) -> Self {
        Self::of("handed").last(id.as_str().as_bytes())
    }

    /// A service token.
    pub(super) fn token(id: &TokenId) -> Self {
        Self::of("token").last(id.as_str().as_bytes())
    }

    /// From a service token's name to its id.
    pub(super) fn token_name(name: &TokenName) -> Self {
        Self::token_names().last(name.as_str().as_bytes())
    }

    /// The names of all service tokens, in order.
    pub(super) fn token_names() -> Self {
        Self::of("token_name")
    }

    pub(super) fn device(id: &SubjectId, key: &DeviceKey) -> Self {
        Self::devices(id).last(key.as_str().as_bytes())
    }

    /// All devices of a subject.
    pub(super) fn devices(id: &SubjectId) -> Self {
        Self::of("device").part(id.as_str().as_bytes())
    }

    /// Whose a thing is that nobody may have as well, by its hash.
    pub(super) fn unique(hash: &str) -> Self {
        Self::of("unique").last(hash.as_bytes())
    }

    /// The code that is under way to a subject for a purpose.
    pub(super) fn sent_code(id: &SubjectId, purpose: Purpose) -> Self {
        Self::of("sent_code").part(id.as_str().as_bytes()).last(purpose.name().as_bytes())
    }

    /// What was sent to a destination, by its hash: addresses stand in no name.
    pub(super) fn sent_to(destination: &str) -> Self {
        let hash = digest::digest(&digest::SHA256, destination.as_bytes());
        Self::of("sent_to").last(hash.as_ref())
    }

    /// How much was sent on a channel for an account, to a country, or, with no name, at all.
    pub(super) fn sent_for(channel: Channel, whom: &str) -> Self {
        Self::of("sent_for").part(channel.name().as_bytes()).last(whom.as_bytes())
    }

    /// All of a kind that is named alone, without what it is about.
    pub(super) fn all(kind: &str) -> Self {
        Self::of(kind)
    }

    /// A notice that waits.
    pub(super) fn notice(id: &str) -> Self {
        Self::notices().last(id.as_bytes())
    }

    /// All notices that wait, oldest first.
    pub(super) fn notices() -> Self {
        Self::of("notice")
    }

    /// When a subject was last told that a second factor was refused.
    pub(super) fn told(id: &SubjectId) -> Self {
        Self::of("told").last(id.as_str().as_bytes())
    }

    /// An audit record by its position; in order of position.
    pub(super) fn audit(seq: u64) -> Self {
        Self::of("audit").last(&seq.to_be_bytes())
    }

    /// All audit records.
    pub(super) fn audits() -> Self {
        Self::of("audit")
    }

    /// How far a sink has taken the audit log.
    pub(super) fn sink(name: &str) -> Self {
        Self::of("sink").last(name.as_bytes())
    }

    /// How far the audit log was exported.
    pub(super) fn exported() -> Self {
        Self::of("exported").last(b"log")
    }

    /// Which records a sink went on without, from the first to the last.
    pub(super) fn skipped() -> Self {
        Self::of("skipped").last(b"log")
    }

    /// The last record of the audit log that was pruned.
    pub(super) fn anchor() -> Self {
        Self::of("anchor").last(b"log")
    }

    /// A name found in the tree.
    pub(super) fn found(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// What follows `prefix` in this name.
    pub(super) fn after(&self, prefix: &Self) -> Option<&[u8]> {
        self.0.strip_prefix(prefix.bytes())
    }

    /// Whose record it is, where its name says so: whoever changes it acts on that account.
    pub(super) fn subject(&self) -> Option<SubjectId> {
        let named = |kind: &str| self.after(&Self::of(kind));
        let whole = [
            "account",
            "budget/console",
            "budget/password",
            "handed",
            "invite",
            "owner",
            "places",
            "recovery",
            "reminded",
            "seen",
            "told",
        ];
        let first = ["auth", "budget/auth", "budget/known", "device", "sent_code", "sx"];
        let id = if let Some(id) = whole.into_iter().find_map(named) {
            id
        } else {
            let (length, rest) = first.into_iter().find_map(named)?.split_first_chunk()?;
            rest.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?)?
        };
        std::str::from_utf8(id).ok().map(|id| SubjectId::from_stored(id.to_owned()))
    }

    /// The service token whose record it is.
    pub(super) fn token_id(&self) -> Option<TokenId> {
        let id = self.after(&Self::of("token"))?;
        std::str::from_utf8(id).ok().and_then(TokenId::parse)
    }

    /// The session that ends this name, after `prefix`.
    pub(super) fn session_after(&self, prefix: &Self) -> Option<SessionKey> {
        let bytes = self.after(prefix)?;
        bytes.try_into().ok().map(SessionKey::from_stored)
    }

    fn of(kind: &str) -> Self {
        let mut name = kind.as_bytes().to_vec();
        name.push(b'/');
        Self(name)
    }

    fn part(mut self, part: &[u8]) -> Self {
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.last(part)
    }

    fn last(mut self, part: &[u8]) -> Self {
        self.0.extend_from_slice(part);
        self
    }
}

/// The kind a name in the tree belongs to; none: it is not one of ours.
pub(super) fn kind(name: &[u8]) -> Option<&'static str> {
    let end = name.iter().position(|&b| b == b'/')?;
    let kind = name.get(..end)?;
    KINDS.into_iter().find(|known| known.as_bytes() == kind)
}

impl fmt::Display for Key {
    /// For people: printable characters as they are, runs of anything else as one dot, at most 80.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut gap = false;
        for &byte in self.0.iter().take(80) {
            if byte.is_ascii_graphic() {
                write!(f, "{}", char::from(byte))?;
            } else if !gap {
                write!(f, "·")?;
            }
            gap = !byte.is_ascii_graphic();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;
    use crate::session::device::DeviceToken;

    #[test]
    fn a_prefix_reaches_into_no_other_subjects_records() {
        let short = SubjectId::from_stored("a".to_owned());
        for other in ["a/b", "ab", "a\0"] {
            let other = SubjectId::from_stored(other.to_owned());
            let theirs = Key::authenticator(&other, "x");
            assert_eq!(theirs.after(&Key::authenticators(&short)), None);
        }
    }

    #[test]
    fn a_name_says_whose_the_record_is() {
        let id = SubjectId::from_stored("a/b".to_owned());
        let device = DeviceToken::generate(&SeededEntropy::new(1)).unwrap().key();
        let budgets = [
            BudgetKey::Password(id.clone()),
            BudgetKey::PasswordFrom(id.clone(), "b".to_owned()),
            BudgetKey::Authenticator(id.clone(), "x".to_owned()),
            BudgetKey::Console(id.clone()),
        ];
        let others = [
            Key::account(&id),
            Key::owner(&id),
            Key::password_link(&id),
            Key::recovery_code(&id),
            Key::handed(&id),
            Key::reminded(&id),
            Key::acts_seen(&id),
            Key::told(&id),
            Key::authenticator(&id, "x"),
            Key::device(&id, &device),
            Key::session_of(&id, &SessionKey::of("t")),
            Key::sent_code(&id, Purpose::Prove),
        ];
        for key in budgets.iter().map(Key::budget).chain(others) {
            assert_eq!(key.subject().as_ref(), Some(&id), "{key}");
        }
        for key in [Key::switch(), Key::audit(1), Key::budget(&BudgetKey::Nobody(7))] {
            assert_eq!(key.subject(), None, "{key}");
        }
    }

    #[test]
    fn every_name_has_a_counted_kind_and_only_ours_have() {
        let id = SubjectId::from_stored("s".to_owned());
        let token = TokenId::parse("aaaabbbbccccdddd").unwrap();
        for key in [
            Key::token(&token),
            Key::token_name(&TokenName::parse("ci").unwrap()),
            Key::account(&id),
            Key::owner(&id),
            Key::authenticator(&id, "a"),
            Key::budget(&BudgetKey::Nobody(7)),
            Key::budget(&BudgetKey::Console(id.clone())),
            Key::budget(&BudgetKey::ConsoleOf("desk".to_owned())),
            Key::budget(&BudgetKey::PasswordFrom(id.clone(), "b".to_owned())),
            Key::session_of(&id, &SessionKey::of("t")),
            Key::audit(1),
            Key::sent_code(&id, Purpose::Prove),
            Key::sent_to("email:a@example.org"),
            Key::sent_for(Channel::Sms, ""),
            Key::notice("1"),
            Key::reminded(&id),
            Key::told(&id),
            Key::switch(),
            Key::owners_switch(),
            Key::site_policy("grafana"),
            Key::first_owner(),
            Key::password_link(&id),
            Key::recovery_code(&id),
            Key::handed(&id),
            Key::sink("siem"),
            Key::exported(),
            Key::anchor(),
        ] {
            assert!(kind(key.bytes()).is_some(), "{key}");
        }
        assert_eq!(kind(b"other/x"), None);
        assert_eq!(kind(b"meta"), None);
    }
}
