//! Passkeys and security keys: what is kept of one, and what using it changes.
//!
//! One kind for both. Whether a key lives on a phone, in a laptop or on a key ring is its owner's affair; what
//! counts is kept here: whether it recognised its owner, whether it can be copied, whether its maker vouches
//! for it.

use ring::digest;
use serde::Deserialize;
use serde::Serialize;

use super::AuthenticatorKind;
use crate::entropy;

/// What stands for the id of a credential where no two may be alike, as a hash.
#[must_use]
pub fn unique(id: &str) -> String {
    let text = format!("{}\0{id}", AuthenticatorKind::Passkey.name());
    entropy::lower_base32(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
}

/// The longest id of a credential, in bytes (W-R11).
pub const LONGEST_ID: usize = 1023;

/// Whether a key can leave its device (flags BE and BS of WebAuthn Level 3 §6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Backup {
    /// It cannot.
    DeviceBound,
    /// It can, but has not.
    Eligible,
    /// It has: its owner's other devices, and whoever keeps them in step, hold it too.
    BackedUp,
}

impl Backup {
    /// Whether the key may ever leave its device. This never changes (W-A10).
    #[must_use]
    pub const fn is_eligible(self) -> bool {
        !matches!(self, Self::DeviceBound)
    }
}

/// Whether the authenticator recognised its owner (flag UV).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recognition {
    /// Somebody touched it.
    Present,
    /// By PIN, finger or face.
    Verified,
}

/// What is known about the maker of an authenticator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attestation {
    /// Nothing that could be relied on.
    #[default]
    None,
    /// Its statement was verified against a root of the operator's (ruling 17).
    Verified {
        /// SHA-256 of that root, in hexadecimal: it counts only while the operator trusts it.
        root: String,
    },
}

/// What is kept of a passkey.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PasskeyCredential {
    /// The public key and what belongs to it, as the WebAuthn library writes it.
    pub key: String,
    /// The credential's id, in base64url.
    pub id: String,
    /// The relying party that it was made for, and works for alone.
    pub relying_party: String,
    /// Its model (AAGUID); all zeros where it tells none.
    pub model: String,
    /// How a browser reaches it: a hint, nothing more.
    #[serde(default)]
    pub transports: Vec<String>,
    /// Whether it recognised its owner when it was registered.
    pub recognition: Recognition,
    /// Whether it can leave its device.
    pub backup: Backup,
    /// Its signature counter; always 0 for one that does not count.
    pub counter: u32,
    /// What is known about its maker.
    #[serde(default)]
    pub attestation: Attestation,
}

/// A use of a passkey whose signature was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasskeyUse {
    /// The counter that was signed.
    pub counter: u32,
    /// Whether it can leave its device, as it says now.
    pub backup: Backup,
    /// Whether it recognised its owner.
    pub recognition: Recognition,
}

/// How a use and what was kept go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// They do: what is kept was brought up to date.
    Accepted,
    /// The counter went back or stood still: there may be a copy of the key (W-A12).
    CounterBack,
    /// It was bound to its device and is no longer, or the reverse: it is another key (W-A10).
    EligibilityChanged,
}

impl PasskeyCredential {
    /// Takes note of a use. Nothing changes unless it is accepted.
    pub fn advance(&mut self, used: &PasskeyUse) -> Advance {
        if used.backup.is_eligible() != self.backup.is_eligible() {
            return Advance::EligibilityChanged;
        }
        let counts = used.counter > 0 || self.counter > 0;
        if counts && used.counter <= self.counter {
            return Advance::CounterBack;
        }
        self.counter = used.counter;
        self.backup = used.backup;
        Advance::Accepted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(counter: u32, backup: Backup) -> PasskeyCredential {
        PasskeyCredential {
            key: String::new(),
            id: "AA".to_owned(),
            relying_party: "example.com".to_owned(),
            model: String::new(),
            transports: Vec::new(),
            recognition: Recognition::Verified,
            backup,
            counter,
            attestation: Attestation::None,
        }
    }

    fn used(counter: u32, backup: Backup) -> PasskeyUse {
        PasskeyUse { counter, backup, recognition: Recognition::Verified }
    }

    #[test]
    fn a_counter_moves_forward_only_and_zero_is_no_counter_a197() {
        for (before, now, expected) in [
            (0, 0, Advance::Accepted),
            (0, 1, Advance::Accepted),
            (7, 8, Advance::Accepted),
            (7, 7, Advance::CounterBack),
            (7, 6, Advance::CounterBack),
            (7, 0, Advance::CounterBack),
        ] {
            let mut key = kept(before, Backup::DeviceBound);
            assert_eq!(key.advance(&used(now, Backup::DeviceBound)), expected, "{before} {now}");
            let after = if expected == Advance::Accepted { now } else { before };
            assert_eq!(key.counter, after);
        }
    }

    #[test]
    fn what_was_bound_to_a_device_stays_so_and_the_reverse_a196() {
        use Backup::BackedUp;
        use Backup::DeviceBound;
        use Backup::Eligible;
        for (before, now, expected) in [
            (DeviceBound, DeviceBound, Advance::Accepted),
            (Eligible, BackedUp, Advance::Accepted),
            (BackedUp, Eligible, Advance::Accepted),
            (DeviceBound, Eligible, Advance::EligibilityChanged),
            (DeviceBound, BackedUp, Advance::EligibilityChanged),
            (BackedUp, DeviceBound, Advance::EligibilityChanged),
        ] {
            let mut key = kept(0, before);
            assert_eq!(key.advance(&used(0, now)), expected, "{before:?} {now:?}");
            let after = if expected == Advance::Accepted { now } else { before };
            assert_eq!(key.backup, after);
        }
    }
}
