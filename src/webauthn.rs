//! WebAuthn, seen from the relying party: options for a browser, and what it answers, verified.
//!
//! The one home of the WebAuthn library. Around it stands what it leaves to its user: answers are read
//! strictly, a challenge is taken once, what changes is compared with what is kept, and no answer tells more
//! than that it was refused. Its challenges are drawn from the system's generator by itself.

mod attestation;
mod authentication;
mod cbor;
mod challenges;
mod client_data;
mod json;
mod refusal;
mod registration;

use std::sync::Arc;

use ring::digest;
use webauthn_rs::prelude::Url;
use webauthn_rs::prelude::Webauthn;
use webauthn_rs::prelude::WebauthnBuilder;

pub use self::attestation::BadRoots;
pub use self::attestation::Roots;
pub use self::authentication::Asked;
pub use self::authentication::Assertion;
pub use self::challenges::Bearer;
pub use self::challenges::Challenges;
pub use self::challenges::LIFETIME;
pub use self::challenges::Taken;
pub use self::refusal::Refused;
pub use self::registration::Registrant;
pub use self::registration::Registration;
pub use self::registration::registration_challenge;
use crate::subject::SubjectId;

/// Bytes of an answer that are read at most; a long attestation chain fits.
pub const LONGEST_ANSWER: usize = 32 * 1024;

/// Whether an authenticator has to recognise its owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserVerification {
    /// It has to.
    Required,
    /// It should, if it can.
    #[default]
    Preferred,
    /// It need not: a touch beside the password is enough.
    Discouraged,
}

impl UserVerification {
    const fn name(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Preferred => "preferred",
            Self::Discouraged => "discouraged",
        }
    }
}

/// Whether a passkey may stand for user name and password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Passwordless {
    /// It may, when it recognised its owner.
    #[default]
    On,
    /// It is a second factor only.
    Off,
}

/// Whom keys are made for, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    /// Its id: a host, or the parent of several.
    pub id: String,
    /// What a browser shows for it.
    pub name: String,
    /// Whether an authenticator has to recognise its owner.
    pub user_verification: UserVerification,
    /// Whose word about a model counts; none: nobody is asked.
    pub roots: Option<Arc<Roots>>,
    /// Whether a passkey may stand for user name and password.
    pub passwordless: Passwordless,
}

/// A page of a site cannot be a relying party's: its host does not belong to it.
#[derive(Debug, thiserror::Error)]
#[error("no passkey of {id} works at {origin}")]
pub struct WrongHost {
    id: String,
    origin: String,
}

/// What the library could not do for a reason that is not the browser's.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The page's host.
    #[error(transparent)]
    Host(#[from] WrongHost),
    /// The library refused to make options.
    #[error("no passkey can be asked for: {0}")]
    Options(String),
    /// What is kept of a passkey cannot be read.
    #[error("a stored passkey is unusable")]
    Stored,
}

/// A relying party at the page that a person has open.
#[derive(Clone, Debug)]
pub struct Party {
    library: Webauthn,
    settings: RelyingParty,
}

impl RelyingParty {
    /// This relying party at the one origin whose pages may use it now (W-R3, W-A5).
    ///
    /// # Errors
    /// When the origin's host does not belong to it.
    pub fn at(&self, origin: &str) -> Result<Party, WrongHost> {
        let wrong = || WrongHost { id: self.id.clone(), origin: origin.to_owned() };
        let url = Url::parse(origin).map_err(|_| wrong())?;
        let library = WebauthnBuilder::new(&self.id, &url)
            .map(|builder| builder.rp_name(&self.name).timeout(LIFETIME))
            .and_then(WebauthnBuilder::build)
            .map_err(|_| wrong())?;
        Ok(Party { library, settings: self.clone() })
    }
}

impl Party {
    /// Whom keys are made for, and how.
    #[must_use]
    pub const fn settings(&self) -> &RelyingParty {
        &self.settings
    }
}

/// The name by which an authenticator knows a person: stable, and unlike any name of theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserHandle([u8; 16]);

impl UserHandle {
    /// The handle of a subject.
    #[must_use]
    pub fn of(subject: &SubjectId) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(b"portcullis user handle v1\0");
        context.update(subject.as_str().as_bytes());
        let hash = context.finish();
        let mut handle = [0; 16];
        for (to, from) in handle.iter_mut().zip(hash.as_ref()) {
            *to = *from;
        }
        Self(handle)
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// Base64url without padding, as browsers and this module write bytes.
fn text_of(bytes: &[u8]) -> String {
    data_encoding::BASE64URL_NOPAD.encode(bytes)
}

#[cfg(test)]
pub(crate) mod tests;
