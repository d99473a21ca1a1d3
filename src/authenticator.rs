//! What a subject holds to prove itself, and what the gateway keeps to verify it.

pub mod backup_code;
pub mod contact;
pub mod handed;
pub mod held;
pub mod kind;
pub mod out_of_band;
pub mod passkey;
pub mod recovery_code;
pub mod totp;

use serde::Deserialize;
use serde::Serialize;

use crate::clock::Timestamp;

pub use self::held::Held;
pub use self::kind::AuthenticatorKind;
pub use self::kind::Factor;
pub use self::kind::KindSet;

/// What the gateway keeps to verify an authenticator. Sealed by the store.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Credential {
    /// The shared key of an authenticator app.
    Totp(totp::TotpCredential),
    /// A passkey or a security key.
    Passkey(Box<passkey::PasskeyCredential>),
    /// The set of backup codes.
    BackupCodes(backup_code::BackupCodeSet),
    /// A mail address that codes are sent to.
    Email(contact::Contact),
    /// A phone number that codes are sent to.
    Sms(contact::Contact),
}

impl Credential {
    /// The kind of proof it verifies.
    #[must_use]
    pub const fn kind(&self) -> AuthenticatorKind {
        match self {
            Self::Totp(_) => AuthenticatorKind::Totp,
            Self::Passkey(_) => AuthenticatorKind::Passkey,
            Self::BackupCodes(_) => AuthenticatorKind::BackupCode,
            Self::Email(_) => AuthenticatorKind::Email,
            Self::Sms(_) => AuthenticatorKind::Sms,
        }
    }

    /// The app, if it is one.
    #[must_use]
    pub const fn totp(&self) -> Option<&totp::TotpCredential> {
        match self {
            Self::Totp(app) => Some(app),
            Self::Passkey(_) | Self::BackupCodes(_) | Self::Email(_) | Self::Sms(_) => None,
        }
    }

    /// The passkey, if it is one.
    #[must_use]
    pub const fn passkey(&self) -> Option<&passkey::PasskeyCredential> {
        match self {
            Self::Passkey(key) => Some(key),
            Self::Totp(_) | Self::BackupCodes(_) | Self::Email(_) | Self::Sms(_) => None,
        }
    }

    /// The set of backup codes, if it is one.
    #[must_use]
    pub const fn backup_codes(&self) -> Option<&backup_code::BackupCodeSet> {
        match self {
            Self::BackupCodes(set) => Some(set),
            Self::Totp(_) | Self::Passkey(_) | Self::Email(_) | Self::Sms(_) => None,
        }
    }

    /// Where codes are sent, if they are.
    #[must_use]
    pub const fn contact(&self) -> Option<&contact::Contact> {
        match self {
            Self::Email(contact) | Self::Sms(contact) => Some(contact),
            Self::Totp(_) | Self::Passkey(_) | Self::BackupCodes(_) => None,
        }
    }

    /// The address that codes are sent to, if they are.
    #[must_use]
    pub fn address(&self) -> Option<contact::Address> {
        match self {
            Self::Email(contact) => contact.on(contact::Channel::Email),
            Self::Sms(contact) => contact.on(contact::Channel::Sms),
            Self::Totp(_) | Self::Passkey(_) | Self::BackupCodes(_) => None,
        }
    }

    /// What nobody else may have as well, as a hash: an address that codes are sent to (S4.8), a passkey.
    #[must_use]
    pub fn unique(&self) -> Option<String> {
        match self {
            Self::Passkey(key) => Some(passkey::unique(&key.id)),
            Self::Email(_) | Self::Sms(_) => self.address().map(|address| address.unique_hash()),
            Self::Totp(_) | Self::BackupCodes(_) => None,
        }
    }
}

/// An authenticator bound to a subject.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Authenticator {
    /// Unique within the gateway.
    pub id: String,
    /// The person's name for it, or where its codes go; empty: it is called what its kind is called.
    pub label: String,
    /// When it was bound.
    pub created: Timestamp,
    /// When it last proved something.
    pub last_used: Option<Timestamp>,
    /// What verifies it.
    pub credential: Credential,
}

impl Authenticator {
    /// Whether it makes its owner enrolled: a set of backup codes alone does not.
    #[must_use]
    pub const fn is_second_factor(&self) -> bool {
        !matches!(self.credential, Credential::BackupCodes(_))
    }

    /// What attempts to use it are charged to. Codes of several apps are tried in one go, so they have one
    /// budget: a second app is not a second chance. So have passkeys, of which any may answer.
    #[must_use]
    pub fn budget(&self) -> &str {
        match self.credential {
            Credential::Totp(_) => AuthenticatorKind::Totp.name(),
            Credential::Passkey(_) => AuthenticatorKind::Passkey.name(),
            Credential::BackupCodes(_) | Credential::Email(_) | Credential::Sms(_) => &self.id,
        }
    }
}
