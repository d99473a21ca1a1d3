//! Accepted proofs, and the assurance that follows from them.

use serde::Deserialize;
use serde::Serialize;

use crate::authenticator::AuthenticatorKind;
use crate::authenticator::Factor;
use crate::clock::Timestamp;

/// A proof that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthnEvent {
    /// What proved it.
    pub kind: AuthenticatorKind,
    /// Which authenticator, where there can be several.
    pub authenticator: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Authenticator assurance level (NIST SP 800-63-4) of a session now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aal {
    /// Nothing proved.
    None,
    /// One factor.
    Aal1,
    /// Two different factors.
    Aal2,
}

impl Aal {
    /// The value of `acr` in the identity assertion.
    #[must_use]
    pub const fn acr(self) -> &'static str {
        match self {
            Self::None => "aal0",
            Self::Aal1 => "aal1",
            Self::Aal2 => "aal2",
        }
    }
}

/// The assurance of a list of proofs: two *different* factors make AAL2 (N-01: a backup code and an
/// app are both possession and make nothing without the password).
#[must_use]
pub fn aal(events: &[AuthnEvent]) -> Aal {
    let has = |factor: Factor| events.iter().any(|event| event.kind.factor() == factor);
    match (has(Factor::Knowledge), has(Factor::Possession)) {
        (true, true) => Aal::Aal2,
        (false, false) => Aal::None,
        (true, false) | (false, true) => Aal::Aal1,
    }
}

/// When the latest second factor was accepted; none below AAL2.
#[must_use]
pub fn mfa_time(events: &[AuthnEvent]) -> Option<Timestamp> {
    if aal(events) < Aal::Aal2 {
        return None;
    }
    events.iter().filter(|e| e.kind.factor() == Factor::Possession).map(|e| e.at).max()
}

/// `amr` (RFC 8176): every method used, without repeats, and `mfa` from AAL2 on.
#[must_use]
pub fn amr(events: &[AuthnEvent]) -> Vec<&'static str> {
    let mut methods: Vec<&'static str> = Vec::new();
    for event in events {
        if !methods.contains(&event.kind.amr()) {
            methods.push(event.kind.amr());
        }
    }
    if aal(events) >= Aal::Aal2 {
        methods.push("mfa");
    }
    methods
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(kinds: &[AuthenticatorKind]) -> Vec<AuthnEvent> {
        let at = Timestamp::from_secs(1);
        kinds.iter().map(|&kind| AuthnEvent { kind, authenticator: None, at }).collect()
    }

    #[test]
    fn two_different_factors_make_aal2_and_two_of_one_do_not_n01() {
        use AuthenticatorKind::{BackupCode, Password, Totp};
        assert_eq!(aal(&[]), Aal::None);
        assert_eq!(aal(&events(&[Password])), Aal::Aal1);
        assert_eq!(aal(&events(&[Totp, BackupCode])), Aal::Aal1);
        assert_eq!(aal(&events(&[Password, Password])), Aal::Aal1);
        assert_eq!(aal(&events(&[Password, Totp])), Aal::Aal2);
        assert_eq!(amr(&events(&[Password, Totp])), ["pwd", "otp", "mfa"]);
    }
}
