//! What several pages say of attempts.

use crate::authenticator::AuthenticatorKind;
use crate::portal::turn::Turn;

/// Seconds after which a busy gateway may be asked again.
pub(crate) const BUSY_SECONDS: u64 = 5;

/// Said when too many hashes are waiting.
pub(crate) fn busy(turn: &Turn) -> String {
    turn.language.say("busy").to_owned()
}

/// What a person reads who has to wait after wrong codes.
pub(crate) fn too_many_codes(turn: &Turn, seconds: u64) -> String {
    turn.language.with("too-many-codes", "wait", &turn.language.wait(seconds))
}

/// What a person reads who has to wait after attempts of any kind.
pub(crate) fn too_many_attempts(turn: &Turn, seconds: u64) -> String {
    turn.language.with("too-many-attempts", "wait", &turn.language.wait(seconds))
}

/// What a second factor is called.
pub(crate) fn factor(turn: &Turn, kind: AuthenticatorKind) -> &'static str {
    turn.language.say(match kind {
        AuthenticatorKind::Password => "factor-password",
        AuthenticatorKind::Passkey => "factor-passkey",
        AuthenticatorKind::Totp => "factor-totp",
        AuthenticatorKind::Email => "factor-email",
        AuthenticatorKind::Sms => "factor-sms",
        AuthenticatorKind::BackupCode => "factor-backup-code",
        AuthenticatorKind::RecoveryCode => "factor-recovery-code",
        AuthenticatorKind::RememberedDevice => "factor-remembered-device",
    })
}

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
        | AuthenticatorKind::RememberedDevice => "set-up-totp",
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
        | AuthenticatorKind::RememberedDevice => "add-totp",
    })
}
