//! A session: what a person has proved so far, on one site, behind one opaque cookie.
//!
//! Assurance is never stored. It is computed from the [`AuthnEvent`]s, so no flag can be wrong.

pub mod authn_event;
pub mod cookie;
pub mod device;
pub mod opened_from;
pub mod places;
pub mod sent_code;
pub mod token;

use std::net::IpAddr;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use crate::authenticator::AuthenticatorKind;
use crate::authenticator::totp::PendingTotp;
use crate::clock::Timestamp;
use crate::subject::SubjectId;

pub use self::authn_event::Aal;
pub use self::authn_event::AuthnEvent;
pub use self::authn_event::Strength;
pub use self::device::DeviceBinding;
pub use self::opened_from::OpenedFrom;
pub use self::token::SessionKey;
pub use self::token::SessionToken;

/// Limits of sessions (NIST SP 800-63B-4 §2.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Ended after this long without activity.
    pub idle: Duration,
    /// Ended this long after sign-in, whatever happens.
    pub absolute: Duration,
    /// What counts as activity.
    pub idle_counts: IdleCounts,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            idle: Duration::from_mins(30),
            absolute: Duration::from_hours(12),
            idle_counts: IdleCounts::Activity,
        }
    }
}

/// What keeps a session from idling out (ruling 15).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum IdleCounts {
    /// A page navigation, or a request that is not GET or HEAD: what a person does.
    #[default]
    Activity,
    /// Any request, background polling included.
    Any,
}

/// A session as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionRecord {
    /// Public handle, `sid` of the identity assertion: names the session, opens nothing.
    pub handle: String,
    /// The site it belongs to (ruling 11).
    pub site: String,
    /// Whose it is.
    pub subject: SubjectId,
    /// What was proved, oldest first.
    pub events: Vec<AuthnEvent>,
    /// Ties sealed console cookies to this session; kept across rises (ruling 13).
    pub binding: String,
    /// When the first proof was accepted.
    pub created: Timestamp,
    /// Last activity that was saved.
    pub last_active: Timestamp,
    /// The address it was opened from.
    pub client: IpAddr,
    /// The browser it was opened with, and where that was, for its owner to know it by.
    #[serde(default, skip_serializing_if = "OpenedFrom::is_unknown")]
    pub opened_from: OpenedFrom,
    /// The second factor that its owner said is lost: what is set up next takes its place (S0.8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<String>,
    /// An authenticator app being set up.
    pub pending_totp: Option<PendingTotp>,
    /// Whether the account had a second factor when the session was opened: where the prompt is waived, the
    /// enrolment is not.
    #[serde(default)]
    pub enrolled: bool,
    /// The verified device it was opened on.
    #[serde(default)]
    pub device: Option<DeviceBinding>,
}

impl SessionRecord {
    /// What the session has proved.
    #[must_use]
    pub fn aal(&self) -> Aal {
        authn_event::aal(&self.events)
    }

    /// When the last proof that raised it to its present assurance was accepted.
    #[must_use]
    pub fn mfa_time(&self) -> Option<Timestamp> {
        authn_event::mfa_time(&self.events)
    }

    /// When a sign-in was last completed, by whatever a second factor may be here.
    #[must_use]
    pub fn second_factor_time(&self) -> Option<Timestamp> {
        authn_event::second_factor_time(&self.events)
    }

    /// When the person last showed to be there, in a way that reaches AAL2: what a `max_age` is reckoned from.
    #[must_use]
    pub fn fresh_time(&self) -> Option<Timestamp> {
        authn_event::fresh_time(&self.events)
    }

    /// When AAL3 was last proved.
    #[must_use]
    pub fn aal3_time(&self) -> Option<Timestamp> {
        authn_event::aal3_time(&self.events)
    }

    /// When a proof of that kind was last accepted.
    #[must_use]
    pub fn kind_time(&self, kind: AuthenticatorKind) -> Option<Timestamp> {
        authn_event::kind_time(&self.events, kind)
    }

    /// Whether it was opened by a recovery code, and by nothing that completes a sign-in: it is for setting up a
    /// second factor.
    #[must_use]
    pub fn is_for_enrolment(&self) -> bool {
        let recovered = |event: &AuthnEvent| event.kind == AuthenticatorKind::RecoveryCode;
        self.events.iter().any(recovered) && self.second_factor_time().is_none()
    }

    /// Whether anything was proved that may be a second factor, with or without a password beside it.
    #[must_use]
    pub fn has_second_factor(&self) -> bool {
        self.events.iter().any(|event| event.kind.completes())
    }

    /// Whether a password was given, here or at the console.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.kind_time(AuthenticatorKind::Password).is_some()
    }

    /// Whether the password that it was opened by is to be changed, and a second factor to be given before: it proves
    /// nothing, and is good for the page alone that asks for that.
    #[must_use]
    pub const fn awaits_password(&self) -> bool {
        self.events.is_empty()
    }

    /// When the last proof of any kind was accepted.
    #[must_use]
    pub fn last_proof(&self) -> Timestamp {
        self.events.iter().map(|event| event.at).max().unwrap_or(self.created)
    }

    /// Every device of its owner's is forgotten: what it was opened on, and what stood for a second factor.
    pub fn forget_devices(&mut self) {
        self.device = None;
        self.events.retain(|event| event.kind != AuthenticatorKind::RememberedDevice);
    }

    /// Whether it was opened on this device.
    #[must_use]
    pub fn is_on(&self, device: &str) -> bool {
        self.device.as_ref().is_some_and(|binding| binding.id == device)
            || self.events.iter().any(|event| event.is_of_device(device))
    }

    /// When the session ends at the latest.
    #[must_use]
    pub fn absolute_end(&self, settings: &Settings) -> Timestamp {
        self.created.plus(settings.absolute)
    }

    /// How long the session lives from `now` on without further activity; zero when it is over.
    #[must_use]
    pub fn left(&self, settings: &Settings, last_active: Timestamp, now: Timestamp) -> Duration {
        let idle = settings.idle.saturating_sub(now.since(last_active));
        idle.min(self.absolute_end(settings).since(now))
    }

    /// Whether the session is over at `now`, given its last activity.
    #[must_use]
    pub fn is_over(&self, settings: &Settings, last_active: Timestamp, now: Timestamp) -> bool {
        self.left(settings, last_active, now).is_zero()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> SessionRecord {
        let at = Timestamp::from_secs(1_000_000);
        SessionRecord {
            handle: String::new(),
            site: String::new(),
            subject: SubjectId::from_stored(String::new()),
            events: Vec::new(),
            binding: String::new(),
            created: at,
            last_active: at,
            client: "192.0.2.1".parse().unwrap(),
            opened_from: OpenedFrom::default(),
            lost: None,
            pending_totp: None,
            enrolled: false,
            device: None,
        }
    }

    #[test]
    fn a_session_idles_out_and_ends_absolutely_a212() {
        let (record, settings) = (record(), Settings::default());
        let minute = |n: u64| record.created.plus(Duration::from_mins(n));
        assert!(!record.is_over(&settings, minute(0), minute(29)));
        assert!(record.is_over(&settings, minute(0), minute(30)), "idle");
        assert!(!record.is_over(&settings, minute(700), minute(719)));
        assert!(
            record.is_over(&settings, minute(719), minute(720)),
            "absolute, though just active"
        );
    }

    #[test]
    fn a_clock_that_stands_or_goes_back_extends_nothing_a289() {
        let (record, settings) = (record(), Settings::default());
        let later = record.created.plus(Duration::from_mins(10));
        assert!(!record.is_over(&settings, later, record.created), "no negative idleness");
        let over = record.created.plus(Duration::from_hours(12));
        assert!(record.is_over(&settings, over, over));
    }
}
