//! Whether somebody gets in: disabled, enabled, signed out everywhere, second factors reset; a recovery code void.

use crate::authority::Act;
use crate::operate::Command;
use crate::operate::EnforcementCommand;
use crate::operate::SessionCommand;
use crate::operate::view::AccountView;
use crate::subject::AccountState;

plain! {
    /// Nobody signs in to the account any more.
    Disable("/admin/user/disable", Act::Disable, "disabled"),
    ["deed-disable", "deed-disable-does"],
    |account: &AccountView| account.state == AccountState::Active,
    |login| Command::UserDisable { login }
}

plain! {
    /// People sign in to the account again.
    Enable("/admin/user/enable", Act::Enable, "enabled"),
    ["deed-enable", "deed-enable-does"],
    |account: &AccountView| account.state == AccountState::Disabled,
    |login| Command::UserEnable { login }
}

plain! {
    /// Every second factor goes, and a first one can be set up again. Without one too: that opens the time for it.
    Reset("/admin/user/reset", Act::ResetMfa, "reset"),
    ["deed-reset", "deed-reset-does"],
    |_: &AccountView| true,
    |login| Command::UserResetMfa { login }
}

plain! {
    /// Every session of the account ends.
    EndSessions("/admin/user/sessions", Act::EndSessionsOf, "sessions-ended"),
    ["deed-end-sessions", "deed-end-sessions-does"],
    |account: &AccountView| account.sessions > 0,
    |login| Command::Session(SessionCommand::EndOf { login })
}

plain! {
    /// A recovery code is void.
    RevokeCode("/admin/user/revoke-code", Act::RevokeRecoveryCode, "code-revoked"),
    ["deed-revoke-code", "deed-revoke-code-does"],
    |account: &AccountView| account.recovery_code_until.is_some(),
    |login| Command::Enforcement(EnforcementCommand::RevokeRecoveryCode { login })
}
