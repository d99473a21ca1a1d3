//! What becomes of terms, as an operator asks for it.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;

use super::OperateError;
use crate::authenticator::AuthenticatorKind;
use crate::clock::Timestamp;
use crate::subject::terms::Mode;
use crate::subject::terms::Terms;
use crate::subject::terms::Unenrolled;

/// What becomes of one setting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change<T> {
    /// It stays.
    #[default]
    Keep,
    /// Nothing is said any more.
    Clear,
    /// It is this.
    Set(T),
}

impl<T> Change<T> {
    pub(super) fn apply(self, setting: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *setting = None,
            Self::Set(value) => *setting = Some(value),
        }
    }
}

/// What becomes of terms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsChange {
    /// Whether a second factor is asked for.
    pub mode: Change<Mode>,
    /// Until when its set-up may be put off.
    pub grace_until: Change<Timestamp>,
    /// What happens to whoever has none.
    pub unenrolled: Change<Unenrolled>,
    /// The kinds that may be used, by name.
    pub allowed: Change<BTreeSet<String>>,
}

impl TermsChange {
    /// The terms after it. A date asks for a second factor, unless the mode is said besides; without a second factor
    /// there is no date.
    ///
    /// # Errors
    /// When a kind is none that people set up, or a date is set for what is not asked for.
    pub fn applied_to(self, mut terms: Terms) -> Result<Terms, OperateError> {
        let sets_date = matches!(self.grace_until, Change::Set(_));
        if sets_date && self.mode == Change::Keep {
            terms.mode = Some(Mode::Enforced);
        }
        self.mode.apply(&mut terms.mode);
        self.grace_until.apply(&mut terms.grace_until);
        self.unenrolled.apply(&mut terms.unenrolled);
        if terms.mode != Some(Mode::Enforced) {
            // Whoever sets a date means that something is asked for by then.
            if sets_date {
                return Err(OperateError::GraceAlone);
            }
            terms.grace_until = None;
        }
        if let Change::Set(kinds) = &self.allowed {
            let strange = kinds.iter().find(|name| !is_choice(name));
            if kinds.is_empty() || strange.is_some() {
                let given = strange.cloned().unwrap_or_default();
                return Err(OperateError::NoSuchKind { given });
            }
        }
        self.allowed.apply(&mut terms.allowed);
        Ok(terms)
    }
}

/// Whether a kind can be chosen for people.
fn is_choice(name: &str) -> bool {
    let kind = AuthenticatorKind::from_name(name);
    kind.is_some_and(|kind| {
        !matches!(
            kind,
            AuthenticatorKind::Password
                | AuthenticatorKind::RecoveryCode
                | AuthenticatorKind::Federated
                | AuthenticatorKind::FederatedMfa
        )
    })
}
