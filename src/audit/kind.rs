//! What happened: the kinds of records in the audit log, and which of them people are told of.

use serde::Deserialize;
use serde::Serialize;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditKind {
    /// `init` made the store.
    StoreCreated,
    /// A gateway process opened the store.
    GatewayStarted,
    /// A new configuration is in force.
    ConfigurationLoaded,
    /// A configuration was refused; the old one stays.
    ConfigurationRefused,
    /// A new certificate is in use: its files were replaced.
    CertificateLoaded,
    /// Certificate files were replaced by some that cannot be used; the old certificate stays.
    CertificateRefused,
    /// A new geography database is in use.
    GeographyLoaded,
    /// A geography database cannot be used; the one before stays, if it is there and not too old.
    GeographyRefused,
    /// The geography database in use has become too old: places are unknown.
    GeographyExpired,
    /// A program was started to take over from the running one.
    UpgradeBegun,
    /// It has taken over.
    UpgradeFinished,
    /// It has not; the one before goes on.
    UpgradeFailed,
    /// There is no owner: a token to make one was written to its file.
    FirstOwnerOffered,
    /// An account was created.
    AccountCreated,
    /// A password was set.
    PasswordSet,
    /// A role was changed.
    RoleChanged,
    /// An account was disabled.
    AccountDisabled,
    /// An account was enabled again.
    AccountEnabled,
    /// All authenticators of an account were removed.
    MfaReset,
    /// An authenticator was bound.
    AuthenticatorBound,
    /// A person said that an authenticator is lost; nothing is changed yet.
    AuthenticatorLost,
    /// An authenticator was removed.
    AuthenticatorRemoved,
    /// An authenticator was given another name.
    AuthenticatorRenamed,
    /// An authenticator reached its limit of failures.
    AuthenticatorDisabled,
    /// A set of backup codes was made; the old set is void.
    BackupCodesReplaced,
    /// The person said that the codes are stored.
    BackupCodesAcknowledged,
    /// An owner issued a recovery code: to whom, why, and until when it is good.
    RecoveryCodeIssued,
    /// A recovery code was used.
    RecoveryCodeUsed,
    /// A recovery code is void: it was replaced, or the account has changed.
    RecoveryCodeRevoked,
    /// An authenticator app was prepared for somebody; it counts from their first code on.
    AppHandedOver,
    /// An app that was handed over is void: it was replaced, or the account has changed.
    HandedAppVoid,
    /// Who must have a second factor was changed, for everybody or for one account.
    EnforcementChanged,
    /// A person wants no second factor now, where it is optional.
    SetUpDeclined,
    /// Somebody without a second factor was reminded of the date from which on they must have one.
    SetUpReminded,
    /// A code was sent to a person.
    CodeSent,
    /// A code was not sent: too many were, or nothing may be sent there.
    CodesWithheld,
    /// A notice to somebody was given up: nobody took it.
    NoticeUndelivered,
    /// The codes were shown again.
    BackupCodesShown,
    /// A proof was accepted.
    ProofAccepted,
    /// A proof was refused.
    ProofRefused,
    /// A sign-on elsewhere said something new of an account.
    ProfileUpdated,
    /// A person chose the language of pages and mails.
    LanguageChosen,
    /// A person registered a device: to be remembered, or as a verified one.
    DeviceRegistered,
    /// An operator agreed to a verified device.
    DeviceApproved,
    /// A device was removed.
    DeviceRemoved,
    /// A session was opened.
    SessionOpened,
    /// A session rose in assurance.
    SessionRaised,
    /// A session was ended.
    SessionEnded,
    /// Requests of somebody who is signed in, or of a program by its token, were refused: why, and how many.
    RequestRefused,
    /// Somebody who may not give commands tried to.
    OperatorRefused,
    /// Records were taken out of this log: from which to which.
    AuditExported,
    /// A service token was issued.
    ServiceTokenIssued,
    /// A service token got another secret.
    ServiceTokenRotated,
    /// A service token was disabled.
    ServiceTokenDisabled,
    /// A service token was enabled again.
    ServiceTokenEnabled,
    /// A service token was revoked.
    ServiceTokenRevoked,
    /// A signing key was made.
    SigningKeyCreated,
    /// A signing key came into use.
    SigningKeyActivated,
    /// A signing key was retired.
    SigningKeyRetired,
}

impl AuditKind {
    /// The name in records.
    #[must_use]
    pub fn name(self) -> Option<String> {
        serde_json::to_value(self).ok()?.as_str().map(str::to_owned)
    }

    /// What the person concerned is told of whenever it happens.
    pub const TOLD: [Self; 12] = [
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
        Self::RoleChanged,
        Self::SetUpReminded,
    ];
}
