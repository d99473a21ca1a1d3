//! Kinds of records: what they are called, and which of them people are told of.

use super::AuditEvent;
use super::AuditKind;

impl AuditKind {
    /// The name in records.
    #[must_use]
    pub fn name(self) -> Option<String> {
        serde_json::to_value(self).ok()?.as_str().map(str::to_owned)
    }

    /// What the person concerned is told of whenever it happens.
    pub const TOLD: [Self; 13] = [
        Self::AuthenticatorBound,
        Self::AuthenticatorRemoved,
        Self::AuthenticatorDisabled,
        Self::MfaReset,
        Self::BackupCodesReplaced,
        Self::BackupCodesShown,
        Self::RecoveryCodeIssued,
        Self::RecoveryCodeUsed,
        Self::AppHandedOver,
        Self::PasswordSet,
        Self::PasswordLinkIssued,
        Self::RoleChanged,
        Self::SetUpReminded,
    ];
}

impl AuditEvent {
    /// The fact that the address of a profile is another.
    pub const EMAIL: &str = "email";

    /// The fact that a sign-in is from a new place, and whether its owner is told.
    pub const NEW_PLACE: &str = "new_place";

    /// Whether the person concerned is told of it: also of a backup code that was used, of another address in the profile,
    /// of a second factor that was refused, before which somebody gave the right password, and of a sign-in from a place
    /// that is new.
    #[must_use]
    pub fn is_told(&self) -> bool {
        let detail = |name: &str| self.detail.get(name).map_or("", String::as_str);
        let refused = ["wrong", "replayed", "disabled"].contains(&detail("reason"));
        let second = !["", "password"].contains(&detail("method"));
        AuditKind::TOLD.contains(&self.kind)
            || self.is_from_a_new_place()
            || (self.kind == AuditKind::ProofAccepted && detail("method") == "backup_code")
            || (self.kind == AuditKind::ProfileChanged && !detail(Self::EMAIL).is_empty())
            || (self.kind == AuditKind::ProofRefused && second && refused)
    }

    fn is_from_a_new_place(&self) -> bool {
        let signs_in = matches!(self.kind, AuditKind::SessionOpened | AuditKind::SessionRaised);
        signs_in && self.detail.get(Self::NEW_PLACE).is_some_and(|it| it == "told")
    }

    /// Whether owners are told of it, whoever did it: of a way in for somebody else, and of what is asked of everybody.
    #[must_use]
    pub fn is_told_to_owners(&self) -> bool {
        let is_of_all = self.target.is_none() && self.detail.contains_key("of");
        self.kind == AuditKind::RecoveryCodeIssued
            || (self.kind == AuditKind::EnforcementChanged && is_of_all)
    }
}
