//! Kinds of records: what they are called, and which of them people are told of.

use super::AuditKind;

impl AuditKind {
    /// The name in records.
    #[must_use]
    pub fn name(self) -> Option<String> {
        serde_json::to_value(self).ok()?.as_str().map(str::to_owned)
    }

    /// What the person concerned is told of whenever it happens.
    pub const TOLD: [Self; 11] = [
        Self::AuthenticatorBound,
        Self::AuthenticatorRemoved,
        Self::AuthenticatorDisabled,
        Self::MfaReset,
        Self::BackupCodesReplaced,
        Self::BackupCodesShown,
        Self::RecoveryCodeIssued,
        Self::RecoveryCodeUsed,
        Self::PasswordSet,
        Self::RoleChanged,
        Self::SetUpReminded,
    ];
}
