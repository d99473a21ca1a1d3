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
    /// What a passkey did; nothing for every other kind.
    #[serde(default, skip_serializing_if = "Strength::is_none")]
    pub strength: Strength,
}

/// How much a passkey proved (WebAuthn Level 3 §6.1, NIST SP 800-63B-4 §3.1.6, §3.1.7); a later one more.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// It was no passkey.
    #[default]
    None,
    /// It was touched: something held.
    UserPresent,
    /// It recognised its owner, by PIN or body: something held, and something known or a biometric.
    UserVerified,
    /// That, and its key cannot leave it.
    DeviceBoundVerified,
    /// That, and its maker vouches for the model (ruling 17).
    AttestedVerified,
}

impl Strength {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    const fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Whether the key cannot leave the device.
    #[must_use]
    pub fn is_device_bound(self) -> bool {
        self >= Self::DeviceBoundVerified
    }

    /// Whether the authenticator recognised its owner.
    #[must_use]
    pub fn is_user_verified(self) -> bool {
        self >= Self::UserVerified
    }
}

impl AuthnEvent {
    /// A proof of a kind that has no strength of its own.
    #[must_use]
    pub const fn of(kind: AuthenticatorKind, authenticator: Option<String>, at: Timestamp) -> Self {
        Self { kind, authenticator, at, strength: Strength::None }
    }

    /// Whether it is that this device was remembered.
    #[must_use]
    pub fn is_of_device(&self, device: &str) -> bool {
        self.kind == AuthenticatorKind::RememberedDevice
            && self.authenticator.as_deref() == Some(device)
    }

    fn proves(&self, factor: Factor) -> bool {
        self.kind.factor() == Some(factor) || self.is_both()
    }

    /// Whether it is two factors in one: a passkey that recognised its owner.
    fn is_both(&self) -> bool {
        self.kind == AuthenticatorKind::Passkey && self.strength.is_user_verified()
    }
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
    /// Two factors, one of them a key that cannot leave its device and that its maker vouches for.
    Aal3,
}

impl Aal {
    /// The value of `acr` in the identity assertion.
    #[must_use]
    pub const fn acr(self) -> &'static str {
        match self {
            Self::None => "aal0",
            Self::Aal1 => "aal1",
            Self::Aal2 => "aal2",
            Self::Aal3 => "aal3",
        }
    }
}

/// The assurance of a list of proofs: two *different* factors make AAL2 (N-01: a backup code and an
/// app are both possession and make nothing without the password). A code by e-mail, a recovery code and a
/// remembered device are no factors.
#[must_use]
pub fn aal(events: &[AuthnEvent]) -> Aal {
    let has = |factor: Factor| events.iter().any(|event| event.proves(factor));
    let attested = |event: &AuthnEvent| event.strength >= Strength::AttestedVerified;
    match (has(Factor::Knowledge), has(Factor::Possession)) {
        (true, true) if events.iter().any(attested) => Aal::Aal3,
        (true, true) => Aal::Aal2,
        (false, false) => Aal::None,
        (true, false) | (false, true) => Aal::Aal1,
    }
}

/// When the latest factor that AAL2 needs beside a password was accepted; none below AAL2.
#[must_use]
pub fn mfa_time(events: &[AuthnEvent]) -> Option<Timestamp> {
    if aal(events) < Aal::Aal2 {
        return None;
    }
    events.iter().filter(|event| event.proves(Factor::Possession)).map(|event| event.at).max()
}

/// When AAL3 was last proved; none below it.
#[must_use]
pub fn aal3_time(events: &[AuthnEvent]) -> Option<Timestamp> {
    if aal(events) < Aal::Aal3 {
        return None;
    }
    let attested = |event: &&AuthnEvent| event.strength >= Strength::AttestedVerified;
    events.iter().filter(attested).map(|event| event.at).max()
}

/// When a sign-in was last completed, by whatever a second factor may be here: AAL2, or a password with a kind
/// that reaches no AAL2.
#[must_use]
pub fn second_factor_time(events: &[AuthnEvent]) -> Option<Timestamp> {
    let known = events.iter().any(|event| event.proves(Factor::Knowledge));
    if !known {
        return None;
    }
    events.iter().filter(|event| event.kind.completes()).map(|event| event.at).max()
}

/// When a proof was last given that shows that the person is there now, on a session of AAL2: what a
/// `max_age` is reckoned from (step-up, RFC 9470). A code kept for emergencies, a code by e-mail and a
/// remembered device never are.
#[must_use]
pub fn fresh_time(events: &[AuthnEvent]) -> Option<Timestamp> {
    if aal(events) < Aal::Aal2 {
        return None;
    }
    events.iter().filter(|event| event.kind.steps_up()).map(|event| event.at).max()
}

/// When a proof of that kind was last accepted on a session that has signed in.
#[must_use]
pub fn kind_time(events: &[AuthnEvent], kind: AuthenticatorKind) -> Option<Timestamp> {
    events.iter().filter(|event| event.kind == kind).map(|event| event.at).max()
}

/// `amr` (RFC 8176): every method used, without repeats, and `mfa` from AAL2 on.
#[must_use]
pub fn amr(events: &[AuthnEvent]) -> Vec<&'static str> {
    let mut methods: Vec<&'static str> = Vec::new();
    let mut add = |method| {
        if !methods.contains(&method) {
            methods.push(method);
        }
    };
    for event in events {
        if event.strength.is_device_bound() {
            add("hwk");
        } else {
            add(event.kind.amr());
        }
        if event.strength.is_user_verified() {
            add("user");
        }
    }
    if aal(events) >= Aal::Aal2 {
        add("mfa");
    }
    methods
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authenticator::AuthenticatorKind::BackupCode;
    use crate::authenticator::AuthenticatorKind::Email;
    use crate::authenticator::AuthenticatorKind::Passkey;
    use crate::authenticator::AuthenticatorKind::Password;
    use crate::authenticator::AuthenticatorKind::RecoveryCode;
    use crate::authenticator::AuthenticatorKind::RememberedDevice;
    use crate::authenticator::AuthenticatorKind::Sms;
    use crate::authenticator::AuthenticatorKind::Totp;

    fn events(kinds: &[AuthenticatorKind]) -> Vec<AuthnEvent> {
        (0..).zip(kinds).map(|(n, kind)| AuthnEvent::of(*kind, None, at(n))).collect()
    }

    fn at(n: u64) -> Timestamp {
        Timestamp::from_secs(100 + n)
    }

    fn key(strength: Strength) -> AuthnEvent {
        AuthnEvent { strength, ..AuthnEvent::of(Passkey, None, at(9)) }
    }

    #[test]
    fn two_different_factors_make_aal2_and_two_of_one_do_not_n01() {
        assert_eq!(aal(&[]), Aal::None);
        assert_eq!(aal(&events(&[Password])), Aal::Aal1);
        assert_eq!(aal(&events(&[Totp, BackupCode])), Aal::Aal1);
        assert_eq!(aal(&events(&[Password, Password])), Aal::Aal1);
        assert_eq!(aal(&events(&[Password, Totp])), Aal::Aal2);
        assert_eq!(aal(&events(&[Password, Sms])), Aal::Aal2);
        assert_eq!(amr(&events(&[Password, Totp])), ["pwd", "otp", "mfa"]);
    }

    #[test]
    fn a_code_by_mail_a_recovery_code_and_a_remembered_device_never_reach_aal2_a230_a238() {
        for kind in [Email, RecoveryCode, RememberedDevice] {
            let given = events(&[Password, kind]);
            assert_eq!(aal(&given), Aal::Aal1, "{kind:?}");
            assert_eq!((mfa_time(&given), fresh_time(&given)), (None, None), "{kind:?}");
            assert!(!amr(&given).contains(&"mfa"), "{kind:?}");
        }
        assert_eq!(second_factor_time(&events(&[Password, Email])), Some(at(1)));
        assert_eq!(second_factor_time(&events(&[Password, RememberedDevice])), Some(at(1)));
        assert_eq!(second_factor_time(&events(&[Password, RecoveryCode])), None);
        assert_eq!(second_factor_time(&events(&[Email])), None, "without a password");
    }

    #[test]
    fn an_emergency_code_signs_in_but_is_no_fresh_proof_a230_s0_8() {
        let given = events(&[Password, BackupCode]);
        assert_eq!((aal(&given), mfa_time(&given)), (Aal::Aal2, Some(at(1))));
        assert_eq!(fresh_time(&given), None);
        assert_eq!(fresh_time(&events(&[Password, Totp, BackupCode])), Some(at(1)));
    }

    #[test]
    fn a_passkey_is_worth_what_it_did_ruling_17() {
        let touched = key(Strength::UserPresent);
        assert_eq!(aal(std::slice::from_ref(&touched)), Aal::Aal1);
        let password = AuthnEvent::of(Password, None, at(0));
        assert_eq!(aal(&[password.clone(), touched]), Aal::Aal2);
        let verified = [key(Strength::UserVerified)];
        assert_eq!((aal(&verified), mfa_time(&verified)), (Aal::Aal2, Some(at(9))));
        assert_eq!(second_factor_time(&verified), Some(at(9)));
        assert_eq!(amr(&verified), ["swk", "user", "mfa"]);
        assert_eq!(aal(&[key(Strength::DeviceBoundVerified)]), Aal::Aal2, "nobody vouches for it");
        let attested = [key(Strength::AttestedVerified)];
        assert_eq!((aal(&attested), aal3_time(&attested)), (Aal::Aal3, Some(at(9))));
        assert_eq!(amr(&attested), ["hwk", "user", "mfa"]);
        assert_eq!(aal3_time(&verified), None);
    }
}
