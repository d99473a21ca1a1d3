//! What pages say of each second factor.

use crate::authenticator::AuthenticatorKind;
use crate::portal::turn::Turn;

/// What one needs for a second factor, and what it is good for.
pub(crate) fn set_up(turn: &Turn, kind: AuthenticatorKind) -> &'static str {
    turn.language.say(match kind {
        AuthenticatorKind::Passkey => "set-up-passkey",
        AuthenticatorKind::Email => "set-up-email",
        AuthenticatorKind::Sms => "set-up-sms",
        AuthenticatorKind::Password
        | AuthenticatorKind::Totp
        | AuthenticatorKind::BackupCode
        | AuthenticatorKind::RecoveryCode
        | AuthenticatorKind::RememberedDevice
        | AuthenticatorKind::Federated
        | AuthenticatorKind::FederatedMfa => "set-up-totp",
    })
}

/// What the way to one more second factor says.
pub(crate) fn add(turn: &Turn, kind: AuthenticatorKind) -> &'static str {
    turn.language.say(match kind {
        AuthenticatorKind::Passkey => "add-passkey",
        AuthenticatorKind::Email => "add-email",
        AuthenticatorKind::Sms => "add-sms",
        AuthenticatorKind::Password
        | AuthenticatorKind::Totp
        | AuthenticatorKind::BackupCode
        | AuthenticatorKind::RecoveryCode
        | AuthenticatorKind::RememberedDevice
        | AuthenticatorKind::Federated
        | AuthenticatorKind::FederatedMfa => "add-totp",
    })
}
