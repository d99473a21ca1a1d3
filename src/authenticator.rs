//! What a subject holds to prove itself, and what the gateway keeps to verify it.

pub mod backup_code;
pub mod totp;

use serde::Deserialize;
use serde::Serialize;

use crate::clock::Timestamp;

/// The kinds of proof a person can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthenticatorKind {
    /// Something known.
    Password,
    /// A code from an authenticator app (RFC 6238).
    Totp,
    /// One of the ten codes a user keeps.
    BackupCode,
}

impl AuthenticatorKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Password, Self::Totp, Self::BackupCode];

    /// The name used in records, metrics and logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Totp => "totp",
            Self::BackupCode => "backup_code",
        }
    }

    /// The method's name in `amr` (RFC 8176 §2). A backup code is a look-up secret, for which the
    /// registry has no value of its own; `otp` is the nearest (a one-time secret).
    #[must_use]
    pub const fn amr(self) -> &'static str {
        match self {
            Self::Password => "pwd",
            Self::Totp | Self::BackupCode => "otp",
        }
    }

    /// Which factor it proves (NIST SP 800-63-4).
    #[must_use]
    pub const fn factor(self) -> Factor {
        match self {
            Self::Password => Factor::Knowledge,
            Self::Totp | Self::BackupCode => Factor::Possession,
        }
    }
}

/// Know, have, are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Factor {
    /// Something known.
    Knowledge,
    /// Something held.
    Possession,
}

/// What the gateway keeps to verify an authenticator. Sealed by the store.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Credential {
    /// The shared key of an authenticator app.
    Totp(totp::TotpCredential),
    /// The set of backup codes.
    BackupCodes(backup_code::BackupCodeSet),
}

impl Credential {
    /// The kind of proof it verifies.
    #[must_use]
    pub const fn kind(&self) -> AuthenticatorKind {
        match self {
            Self::Totp(_) => AuthenticatorKind::Totp,
            Self::BackupCodes(_) => AuthenticatorKind::BackupCode,
        }
    }
}

/// An authenticator bound to a subject.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Authenticator {
    /// Unique within the gateway.
    pub id: String,
    /// The person's name for it.
    pub label: String,
    /// When it was bound.
    pub created: Timestamp,
    /// When it last proved something.
    pub last_used: Option<Timestamp>,
    /// What verifies it.
    pub credential: Credential,
}
