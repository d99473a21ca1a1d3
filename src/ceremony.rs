//! What a person does: prove, enrol, renew, sign out, as operations on the store.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use crate::authenticator::backup_code::Reveal;

/// What the operator decides about proving and enrolling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The name an authenticator app shows for this gateway.
    pub totp_issuer: String,
    /// Whether backup codes can be looked at again.
    pub reveal: Reveal,
    /// What happens at sign-in to an account without a second factor.
    pub unenrolled: Unenrolled,
    /// How long after its creation an account may bind its first authenticator on the password alone.
    pub enrolment_window: Duration,
    /// The same after a reset by an operator.
    pub reset_window: Duration,
}

/// What happens at sign-in to an account without a second factor.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Unenrolled {
    /// It sets one up, while its window is open.
    #[default]
    Enrol,
    /// It is refused.
    Deny,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            totp_issuer: "Portcullis".to_owned(),
            reveal: Reveal::Once,
            unenrolled: Unenrolled::Enrol,
            enrolment_window: Duration::from_hours(14 * 24),
            reset_window: Duration::from_hours(24),
        }
    }
}
