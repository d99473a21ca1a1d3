//! What comes after the right password for an account without a second factor: nothing, an offer, its set-up, a
//! recovery code, or a refusal.

use super::Duty;
use super::Person;
use super::Rulebook;
use crate::clock::Timestamp;
use crate::subject::Account;
use crate::subject::terms::Unenrolled;

/// What is asked of an account without a second factor when it signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Nothing: its owner needs no second factor, and wants none now.
    Free,
    /// They may set one up, or go on without.
    Offered {
        /// Until when they may put it off; none: they need not have one.
        until: Option<Timestamp>,
    },
    /// They go on without. Nobody has signed in for so long that the password alone sets none up (A-184, finding of
    /// AA22-074A), or more was given before than now: that takes a recovery code, here as where one is required.
    Dormant,
    /// They set one up.
    Enrol,
    /// They set one up, with a recovery code.
    RecoveryCode,
    /// They are refused.
    Denied,
}

impl Entry {
    /// Whether the person may go on without a second factor.
    #[must_use]
    pub const fn is_put_off(self) -> bool {
        matches!(self, Self::Free | Self::Offered { .. } | Self::Dormant)
    }

    /// Whether a first second factor may be set up on the password alone.
    #[must_use]
    pub const fn may_enrol(self) -> bool {
        matches!(self, Self::Free | Self::Offered { .. } | Self::Enrol)
    }

    /// The same for somebody whose first step sets up nothing: they go on without where they may, and else need a
    /// recovery code.
    #[must_use]
    pub const fn without_set_up(self) -> Self {
        match self {
            Self::Free | Self::Offered { .. } | Self::Dormant => Self::Dormant,
            Self::Enrol | Self::RecoveryCode => Self::RecoveryCode,
            Self::Denied => Self::Denied,
        }
    }
}

impl Entry {
    /// The name used in explanations.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Offered { .. } => "offered",
            Self::Dormant => "dormant",
            Self::Enrol => "enrol",
            Self::RecoveryCode => "recovery_code",
            Self::Denied => "denied",
        }
    }
}

/// What an account without a second factor has behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Past {
    /// When somebody last signed in, or it was made.
    pub seen: Timestamp,
    /// Until when its window for setting one up is open.
    pub window_until: Timestamp,
    /// When its owner wanted none.
    pub declined: Option<Timestamp>,
}

impl From<&Account> for Past {
    fn from(account: &Account) -> Self {
        Self {
            seen: account.last_sign_in.unwrap_or(account.created),
            window_until: account.enrolment_open_until,
            declined: account.set_up_declined,
        }
    }
}

impl Rulebook {
    /// What is asked of an account without a second factor at a sign-in.
    #[must_use]
    pub fn entry(&self, person: &Person<'_>, past: &Past, now: Timestamp) -> Entry {
        let asked = self.asked(person);
        match asked.duty(now) {
            Duty::Optional | Duty::Grace { .. } if self.is_dormant(past, now) => Entry::Dormant,
            Duty::Optional if past.declined.is_some() => Entry::Free,
            Duty::Optional => Entry::Offered { until: None },
            Duty::Grace { until } => Entry::Offered { until: Some(until) },
            Duty::Enforced { since } => match asked.unenrolled {
                Unenrolled::Deny => Entry::Denied,
                // Whoever comes after a grace sets one up at once; without any, or where a window was opened that
                // reaches past it, only while that is open.
                Unenrolled::Enrol
                    if !self.is_dormant(past, now)
                        && (since.is_some_and(|date| past.window_until <= date)
                            || now < past.window_until) =>
                {
                    Entry::Enrol
                }
                Unenrolled::Enrol | Unenrolled::RecoveryCode => Entry::RecoveryCode,
            },
        }
    }

    /// Whether nobody has signed in to an account for so long that its password alone says little: whoever has it
    /// may not be its owner any more. An operator who opens its window knows better.
    fn is_dormant(&self, past: &Past, now: Timestamp) -> bool {
        now >= past.window_until && now.since(past.seen) >= self.settings.dormant_after
    }
}
