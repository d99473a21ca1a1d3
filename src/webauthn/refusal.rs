//! Why an answer was refused: for the audit log, never for whoever sent it.

use webauthn_rs::prelude::WebauthnError;

/// What was wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It cannot be read, or means two things.
    Malformed,
    /// It is for the other ceremony.
    Type,
    /// Its challenge is not one of ours that waits: another's, too old, or used.
    Challenge,
    /// It was made for another page.
    Origin,
    /// It was made inside a page of somebody else's.
    CrossOrigin,
    /// It was made for another relying party.
    RelyingParty,
    /// Nobody touched the authenticator.
    NoPresence,
    /// The authenticator did not recognise its owner, and has to.
    NoVerification,
    /// Its key or signature is of a kind that was not asked for.
    Algorithm,
    /// The signature does not fit.
    Signature,
    /// What it says about its maker does not hold.
    Attestation,
    /// Its model is not one of those that are allowed.
    Model,
    /// What it says about copies of its key contradicts itself, or what it said before.
    Backup,
    /// Its counter went back: there may be a copy of its key.
    Counter,
    /// Its key is nobody's, or somebody else's.
    UnknownCredential,
    /// It names another person than its key does.
    UserHandle,
    /// It is registered already.
    Registered,
}

impl Refused {
    /// The name in the audit log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Type => "wrong_type",
            Self::Challenge => "challenge",
            Self::Origin => "wrong_origin",
            Self::CrossOrigin => "cross_origin",
            Self::RelyingParty => "wrong_relying_party",
            Self::NoPresence => "no_presence",
            Self::NoVerification => "no_user_verification",
            Self::Algorithm => "algorithm",
            Self::Signature => "signature",
            Self::Attestation => "attestation",
            Self::Model => "model",
            Self::Backup => "backup_flags",
            Self::Counter => "counter_went_back",
            Self::UnknownCredential => "unknown_credential",
            Self::UserHandle => "user_handle",
            Self::Registered => "registered_already",
        }
    }
}

impl Refused {
    /// The library has dozens of errors about statements and keys, named alike.
    fn of_family(error: &str) -> Self {
        if error.starts_with("Attestation") {
            Self::Attestation
        } else if error.starts_with("COSEKey") {
            Self::Algorithm
        } else {
            Self::Malformed
        }
    }
}

impl From<WebauthnError> for Refused {
    #[expect(clippy::wildcard_enum_match_arm, reason = "whatever else is wrong has a family")]
    fn from(error: WebauthnError) -> Self {
        use WebauthnError as E;
        match error {
            E::InvalidClientDataType => Self::Type,
            E::MismatchedChallenge | E::ChallengeNotFound => Self::Challenge,
            E::InvalidRPOrigin => Self::Origin,
            E::CredentialCrossOrigin => Self::CrossOrigin,
            E::InvalidRPIDHash => Self::RelyingParty,
            E::UserNotPresent => Self::NoPresence,
            E::UserNotVerified => Self::NoVerification,
            E::CredentialAlteredAlgFromRequest => Self::Algorithm,
            E::AuthenticationFailure | E::SignatureInvalid => Self::Signature,
            E::AttestationUntrustedAaguid | E::AttestationFormatMissingAaguid => Self::Model,
            E::CredentialMayNotBeHardwareBound | E::CredentialBackupEligibilityInconsistent => {
                Self::Backup
            }
            E::CredentialPossibleCompromise => Self::Counter,
            E::CredentialNotFound => Self::UnknownCredential,
            E::InvalidUserUniqueId => Self::UserHandle,
            E::CredentialExcludedFromRequest | E::CredentialAlreadyExists => Self::Registered,
            other => Self::of_family(&format!("{other:?}")),
        }
    }
}
