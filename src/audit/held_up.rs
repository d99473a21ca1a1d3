//! Which acts wait for those who follow the log elsewhere, where an operator wants that: while a sink is too far behind, they
//! are refused before anything is written.
//!
//! What opens a way waits, and what is done in the administration. What only takes rights away goes on, since it is needed
//! most when somebody has silenced a sink; and so does what is recorded of refusals, and of the gateway itself.
//!
//! Signing in takes several acts, one after the other, and it is the first that waits: whoever has spent a code gets what it
//! was for, and the sink is late with a record or two more.

use super::Actor;
use super::AuditEvent;
use super::AuditKind;

/// Ways to sign in before which an attempt was charged, or a proof accepted: those waited.
const CHARGED: [&str; 4] = ["password", "passkey", "totp", "backup_code"];

/// What is set up with a code that was sent, which is spent by then.
const SENT: [&str; 2] = ["email", "sms"];

impl AuditEvent {
    /// Whether an act of which this is a record is not done while a sink that acts wait for is too far behind.
    #[must_use]
    pub fn is_held_up(&self) -> bool {
        let method = self.detail.get("method").map_or("", String::as_str);
        let is_own = self.target.is_none() && matches!(self.actor, Actor::Subject { .. });
        let follows = (self.kind == AuditKind::SessionOpened && CHARGED.contains(&method))
            || (self.kind == AuditKind::AuthenticatorBound && is_own && SENT.contains(&method));
        self.kind.is_held_up() && !follows
    }
}

impl AuditKind {
    /// The same of a kind, as far as that goes by the kind alone. A session is raised after a proof or an act that waited.
    #[expect(clippy::too_many_lines, reason = "a line for each kind")]
    const fn is_held_up(self) -> bool {
        match self {
            Self::AccountCreated
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
            | Self::SessionRaised
            | Self::SessionEnded
            | Self::RequestRefused
            | Self::OperatorRefused
            | Self::AuditExported
            | Self::AuditRead
            | Self::AuditPruned
            | Self::AuditSkipped
            | Self::ServiceTokenDisabled
            | Self::ServiceTokenRevoked
            | Self::SigningKeyCreated
            | Self::SigningKeyActivated
            | Self::SigningKeyRetired => false,
        }
    }
}
