//! Browsers that the gateway knows again, because their owner asked for it.
//!
//! There are two things that one may be, and neither makes the other. A *remembered* device stands for the second
//! factor at sign-in, where that is switched on: it is worth no more than AAL1 (NIST SP 800-63B-4 §5.1), lives for a
//! fixed time, and never steps up, enrols or opens what asks for `aal2`. A *verified* device is a
//! condition more that a route can ask for, never a factor less (S2.11).

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use super::SessionToken;
use crate::clock::Timestamp;
use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;

/// The most devices that an account may have; the one that was used longest ago makes room.
pub const MOST: usize = 20;

/// The secret that a device holds: 256 random bits, in a cookie. Shown once, stored never.
#[derive(Clone, Debug)]
pub struct DeviceToken(SessionToken);

impl DeviceToken {
    /// A new token.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyFailed> {
        SessionToken::generate(entropy).map(Self)
    }

    /// The token in a cookie value; anything of another form is none.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        SessionToken::parse(value).map(Self)
    }

    /// The cookie value.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What the store knows it by.
    #[must_use]
    pub fn key(&self) -> DeviceKey {
        DeviceKey(entropy::lower_base32(self.0.key().bytes()))
    }
}

/// SHA-256 of a device's token, as text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceKey(String);

impl DeviceKey {
    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceKey(…)")
    }
}

/// What the operator decides about devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long a remembered device stands for the second factor; none: no device is remembered.
    pub remember: Option<Duration>,
    /// How long a verified device is one.
    pub verified: Duration,
    /// Who must agree to a verified device.
    pub approval: Approval,
}

impl Default for Settings {
    fn default() -> Self {
        Self { remember: None, verified: Duration::from_hours(365 * 24), approval: Approval::None }
    }
}

/// Who must agree to a verified device.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Nobody: the fresh proof of its owner is enough.
    #[default]
    None,
    /// An operator, with `portcullis user device approve`.
    Operator,
}

/// A device as it is stored, under its owner and the hash of its token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Device {
    /// Public handle: names the device, opens nothing.
    pub id: String,
    /// What the store knows it by.
    pub key: DeviceKey,
    /// The site it was registered on.
    pub site: String,
    /// The browser's words for itself, shortened: for the person's eyes.
    pub label: String,
    /// When it was registered.
    pub created: Timestamp,
    /// When somebody last signed in with it.
    pub last_used: Option<Timestamp>,
    /// Until when it stands for the second factor at sign-in; none: it never does.
    pub remembered_until: Option<Timestamp>,
    /// What it is as a verified device; none: it is none.
    pub verified: Option<Verified>,
}

/// A verified device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// Until when.
    pub until: Timestamp,
    /// Whether somebody has agreed to it, where somebody must.
    pub standing: DeviceStanding,
}

/// Whether a verified device counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceStanding {
    /// It does.
    Approved,
    /// An operator has to agree to it.
    Waiting,
}

impl Device {
    /// Whether it stands for the second factor at a sign-in on a site. Its life is fixed: no use prolongs it.
    #[must_use]
    pub fn is_remembered(&self, site: &str, now: Timestamp) -> bool {
        self.site == site && self.remembered_until.is_some_and(|until| now < until)
    }

    /// Whether it counts as a verified device on a site.
    #[must_use]
    pub fn is_verified(&self, site: &str, now: Timestamp) -> bool {
        let counts = |verified: &Verified| {
            verified.standing == DeviceStanding::Approved && now < verified.until
        };
        self.site == site && self.verified.as_ref().is_some_and(counts)
    }

    /// The same browser as it was before, under a new key: what it was it stays, unless it becomes that anew.
    #[must_use]
    pub fn after(self, before: Self) -> Self {
        Self {
            id: before.id,
            created: before.created,
            last_used: before.last_used,
            remembered_until: self.remembered_until.or(before.remembered_until),
            verified: self.verified.or(before.verified),
            ..self
        }
    }

    /// Whether there is nothing left that it is.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.remembered_until.is_none_or(|until| now >= until)
            && self.verified.as_ref().is_none_or(|verified| now >= verified.until)
    }
}

/// The verified device that a session was opened on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceBinding {
    /// Its public handle.
    pub id: String,
    /// Until when it counts.
    pub until: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    fn device() -> Device {
        let token = DeviceToken::generate(&SystemEntropy::new()).unwrap();
        Device {
            id: "d".to_owned(),
            key: token.key(),
            site: "console".to_owned(),
            label: String::new(),
            created: Timestamp::from_secs(100),
            last_used: None,
            remembered_until: Some(Timestamp::from_secs(200)),
            verified: None,
        }
    }

    #[test]
    fn a_remembered_device_has_a_fixed_life_on_its_own_site_a239() {
        let device = device();
        let at = Timestamp::from_secs;
        assert!(device.is_remembered("console", at(199)));
        assert!(!device.is_remembered("console", at(200)), "it is over");
        assert!(!device.is_remembered("other", at(150)), "another site");
        assert!(!device.is_verified("console", at(150)), "it is not a verified one for that");
        assert!(device.is_over(at(200)) && !device.is_over(at(199)));
    }

    #[test]
    fn a_verified_device_counts_once_it_is_approved_and_is_not_remembered_for_it_s2_11() {
        let until = Timestamp::from_secs(300);
        let waiting = Verified { until, standing: DeviceStanding::Waiting };
        let mut device = Device { remembered_until: None, verified: Some(waiting), ..device() };
        let now = Timestamp::from_secs(150);
        assert!(!device.is_verified("console", now));
        device.verified = Some(Verified { until, standing: DeviceStanding::Approved });
        assert!(device.is_verified("console", now) && !device.is_remembered("console", now));
        assert!(!device.is_verified("console", until));
    }

    #[test]
    fn a_token_that_was_edited_is_another_or_none_a236() {
        let token = DeviceToken::generate(&SystemEntropy::new()).unwrap();
        let again = DeviceToken::parse(token.expose()).unwrap();
        assert_eq!(again.key(), token.key());
        for bad in ["", "x", &token.expose()[1..], "a=b", &format!("{} ", &token.expose()[1..])] {
            assert!(DeviceToken::parse(bad).is_none(), "{bad:?}");
        }
    }
}
