//! What an operator asks of one account, or of all, besides the configuration: a second factor, and from when on.
//!
//! Each field says something or nothing. What several sources say is put together by
//! [`enforcement`](crate::enforcement): the strictest wins.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::Serialize;

use crate::clock::Timestamp;

/// Whether a second factor is asked for; a later one is stricter.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// People set one up if they like.
    Optional,
    /// Everybody has one.
    Enforced,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 2] = [Self::Optional, Self::Enforced];

    /// The name used in configuration, records and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Optional => "optional",
            Self::Enforced => "enforced",
        }
    }
}

/// What happens at sign-in to an account that must have a second factor and has none; a later one is stricter.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Unenrolled {
    /// It sets one up, on its password alone where that is still possible, else with a recovery code.
    #[default]
    Enrol,
    /// It sets one up with a recovery code (S1.17).
    RecoveryCode,
    /// It is refused.
    Deny,
}

impl Unenrolled {
    /// Every answer, the mildest first.
    pub const ALL: [Self; 3] = [Self::Enrol, Self::RecoveryCode, Self::Deny];

    /// The name used in configuration, records and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enrol => "enrol",
            Self::RecoveryCode => "recovery_code",
            Self::Deny => "deny",
        }
    }
}

/// What one source asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Whether a second factor is asked for; none: it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// Until when its set-up may be put off, where it is enforced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_until: Option<Timestamp>,
    /// What happens to whoever has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unenrolled: Option<Unenrolled>,
    /// The kinds that may be used, by name; one that is not known allows nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<BTreeSet<String>>,
}

/// How much a mode with its date asks for; a later one is stricter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obligation {
    /// Nothing.
    Optional,
    /// A second factor from a date on: the earlier, the stricter.
    From(Reverse<Timestamp>),
    /// A second factor, from the first.
    Always,
}

impl fmt::Display for Obligation {
    /// `optional`, `enforced`, or since when.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Optional => f.write_str(Mode::Optional.name()),
            Self::From(date) => write!(f, "{} from {}", Mode::Enforced.name(), date.0),
            Self::Always => f.write_str(Mode::Enforced.name()),
        }
    }
}

impl Obligation {
    /// What a mode asks for, with the end of its grace.
    #[must_use]
    pub const fn of(mode: Mode, grace_until: Option<Timestamp>) -> Self {
        match (mode, grace_until) {
            (Mode::Optional, _) => Self::Optional,
            (Mode::Enforced, Some(until)) => Self::From(Reverse(until)),
            (Mode::Enforced, None) => Self::Always,
        }
    }
}

impl Terms {
    /// Whether they say nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What they ask for; nothing, where they do not say.
    #[must_use]
    pub fn obligation(&self) -> Obligation {
        self.mode.map_or(Obligation::Optional, |mode| Obligation::of(mode, self.grace_until))
    }

    /// Whether somebody who was content with the earlier ones may not be with these.
    #[must_use]
    pub fn tightens(&self, earlier: &Self) -> bool {
        let narrower = match (&earlier.allowed, &self.allowed) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(before), Some(now)) => !before.is_subset(now),
        };
        narrower
            || self.obligation() > earlier.obligation()
            || self.unenrolled.unwrap_or_default() > earlier.unenrolled.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(mode: Mode, grace: Option<u64>) -> Terms {
        let grace_until = grace.map(Timestamp::from_secs);
        Terms { mode: Some(mode), grace_until, ..Terms::default() }
    }

    #[test]
    fn the_later_the_date_the_milder_and_none_is_strictest() {
        let rising = [
            Terms::default(),
            terms(Mode::Enforced, Some(20)),
            terms(Mode::Enforced, Some(10)),
            terms(Mode::Enforced, None),
        ];
        for pair in rising.windows(2) {
            assert!(pair[0].obligation() < pair[1].obligation(), "{pair:?}");
            assert!(pair[1].tightens(&pair[0]) && !pair[0].tightens(&pair[1]), "{pair:?}");
        }
        let optional = terms(Mode::Optional, Some(10));
        assert_eq!(optional.obligation(), Obligation::Optional, "a date alone asks for nothing");
    }

    #[test]
    fn fewer_kinds_and_a_stricter_answer_tighten() {
        let only = |kinds: &[&str]| Terms {
            allowed: Some(kinds.iter().map(|kind| (*kind).to_owned()).collect()),
            ..Terms::default()
        };
        assert!(only(&["passkey"]).tightens(&Terms::default()));
        assert!(only(&["passkey"]).tightens(&only(&["passkey", "totp"])));
        assert!(!only(&["passkey", "totp"]).tightens(&only(&["passkey"])));
        assert!(!Terms::default().tightens(&only(&["passkey"])));
        let code = Terms { unenrolled: Some(Unenrolled::RecoveryCode), ..Terms::default() };
        assert!(code.tightens(&Terms::default()) && !Terms::default().tightens(&code));
    }

    #[test]
    fn terms_survive_their_stored_form_and_say_nothing_in_accounts_of_before() {
        let mut full = terms(Mode::Enforced, Some(10));
        full.unenrolled = Some(Unenrolled::Deny);
        full.allowed = Some(BTreeSet::from(["totp".to_owned()]));
        let text = serde_json::to_string(&full).unwrap();
        assert_eq!(serde_json::from_str::<Terms>(&text).unwrap(), full);
        assert!(serde_json::from_str::<Terms>("{}").unwrap().is_empty());
    }
}
