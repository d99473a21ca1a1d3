//! Which acts wait for those who follow the log elsewhere, where an operator wants that: while a sink is too far behind, they
//! are refused before anything is written.
//!
//! What opens a way waits, and what is done in the administration. What only takes rights away goes on, since it is needed
//! most when somebody has silenced a sink; and so does what is recorded of refusals, and of the gateway itself.

use super::AuditKind;

impl AuditKind {
    /// Whether an act of this kind is not done while a sink that acts wait for is too far behind.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a line for each kind")]
    pub const fn is_held_up(self) -> bool {
        match self {
            Self::AccountCreated
            | Self::UsersExported
            | Self::UsersImported
            | Self::PasswordSet
            | Self::RoleChanged
            | Self::AccountEnabled
            | Self::AccountRemoved
            | Self::ProfileChanged
            | Self::PasswordLinkIssued
            | Self::MfaReset
            | Self::AuthenticatorBound
            | Self::AuthenticatorRemoved
            | Self::AuthenticatorRenamed
            | Self::BackupCodesReplaced
            | Self::BackupCodesAcknowledged
            | Self::BackupCodesShown
            | Self::RecoveryCodeIssued
            | Self::RecoveryCodeUsed
            | Self::AppHandedOver
            | Self::EnforcementChanged
            | Self::SetUpDeclined
            | Self::CodeSent
            | Self::ProofAccepted
            | Self::ProfileUpdated
            | Self::LanguageChosen
            | Self::DeviceRegistered
            | Self::DeviceApproved
            | Self::SessionOpened
            | Self::SessionRaised
            | Self::ServiceTokenIssued
            | Self::ServiceTokenRotated
            | Self::ServiceTokenEnabled => true,
            Self::StoreCreated
            | Self::GatewayStarted
            | Self::ConfigurationLoaded
            | Self::ConfigurationRefused
            | Self::CertificateLoaded
            | Self::CertificateRefused
            | Self::GeographyLoaded
            | Self::GeographyRefused
            | Self::GeographyExpired
            | Self::UpgradeBegun
            | Self::UpgradeFinished
            | Self::UpgradeFailed
            | Self::FirstOwnerOffered
            | Self::AccountDisabled
            | Self::PasswordLinkRevoked
            | Self::PasswordChangeRequired
            | Self::AuthenticatorLost
            | Self::AuthenticatorDisabled
            | Self::RecoveryCodeRevoked
            | Self::HandedAppVoid
            | Self::SetUpReminded
            | Self::CodesWithheld
            | Self::NoticeUndelivered
            | Self::ProofRefused
            | Self::DeviceRemoved
            | Self::SessionEnded
            | Self::RequestRefused
            | Self::OperatorRefused
            | Self::AuditExported
            | Self::AuditRead
            | Self::AuditPruned
            | Self::ServiceTokenDisabled
            | Self::ServiceTokenRevoked
            | Self::SigningKeyCreated
            | Self::SigningKeyActivated
            | Self::SigningKeyRetired => false,
        }
    }
}
