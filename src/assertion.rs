//! The identity assertion: what a console is told about the person behind a request, signed.
//!
//! A JWT (RFC 7519) in `Portcullis-Assertion`: ES256 only, explicit type, one audience per site, at most
//! a minute of life. Consoles verify it against the key set; nothing else in the gateway accepts it.

pub mod header;
pub mod key_ring;
pub mod signing_key;

use std::net::IpAddr;
use std::time::Duration;

use http::HeaderValue;
use serde::Serialize;

use crate::clock::Timestamp;
use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;
use crate::policy::Identity;
use crate::session::authn_event;
use crate::site::Site;

pub use self::key_ring::KeyRing;
pub use self::signing_key::SigningKey;

/// `typ` of an assertion (RFC 8725 §3.11).
pub const TYPE: &str = "portcullis-assertion+jwt";

/// The largest assertion that is sent; consoles commonly take 8 KiB of a header.
const MAX_BYTES: usize = 7 * 1024;

/// What the operator decides about assertions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `iss`; none: the origin of the first site.
    pub issuer: Option<String>,
    /// From `iat` to `exp`; 10 s to 60 s.
    pub lifetime: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { issuer: None, lifetime: Duration::from_mins(1) }
    }
}

/// Why no assertion can be made: the request is refused.
#[derive(Debug, thiserror::Error)]
pub enum AssertionError {
    /// No signing key is in use.
    #[error("there is no signing key in use")]
    NoKey,
    /// No randomness for `jti` or the signature.
    #[error(transparent)]
    Entropy(#[from] EntropyFailed),
    /// The claims cannot be written or signed.
    #[error("the assertion cannot be signed: {0}")]
    Sign(&'static str),
    /// Names and groups of the account are too long for a header.
    #[error("the assertion would have {0} bytes; shorten names or groups of the account")]
    TooLarge(usize),
}

/// A signed assertion that is used again while it is fresh (one signature serves some seconds).
#[derive(Clone, Debug)]
pub struct CachedAssertion {
    /// The header's value.
    pub value: HeaderValue,
    /// The client address it names.
    pub client: IpAddr,
    /// The key that signed it.
    pub kid: String,
    /// When it was signed.
    pub signed_at: Timestamp,
    /// Not used from this moment on.
    pub stale_at: Timestamp,
}

/// What an assertion is made from, besides the identity.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// The site whose console is asked.
    pub site: &'a Site,
    /// `iss`.
    pub issuer: &'a str,
    /// From `iat` to `exp`.
    pub lifetime: Duration,
    /// The client's address.
    pub client: IpAddr,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    preferred_username: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    groups: &'a [String],
    roles: [&'static str; 1],
    amr: Vec<&'static str>,
    acr: &'static str,
    auth_time: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    mfa_time: Option<u64>,
    sid: &'a str,
    client: ClientClaim,
    iat: u64,
    nbf: u64,
    exp: u64,
    jti: String,
}

#[derive(Serialize)]
struct ClientClaim {
    ip: IpAddr,
}

/// Signs an assertion with the ring's current key.
///
/// # Errors
/// See [`AssertionError`].
pub fn sign(
    identity: &Identity,
    circumstances: &Circumstances<'_>,
    ring: &KeyRing,
    wall: Timestamp,
    entropy: &dyn Entropy,
) -> Result<CachedAssertion, AssertionError> {
    let key = ring.current(wall).ok_or(AssertionError::NoKey)?;
    let (session, profile) = (&identity.session, &identity.profile);
    let claims = Claims {
        iss: circumstances.issuer,
        aud: circumstances.site.name.as_str(),
        sub: session.subject.as_str(),
        preferred_username: profile.login.as_str(),
        name: &profile.name,
        email: profile.email.as_deref(),
        groups: &profile.groups,
        roles: [profile.role.name()],
        amr: authn_event::amr(&session.events),
        acr: session.aal().acr(),
        auth_time: session.created.secs(),
        mfa_time: session.mfa_time().map(Timestamp::secs),
        sid: &session.handle,
        client: ClientClaim { ip: circumstances.client },
        iat: wall.secs(),
        nbf: wall.secs(),
        exp: wall.plus(circumstances.lifetime).secs(),
        jti: entropy::identifier(entropy)?,
    };
    let token = key.sign(&claims)?;
    if token.len() > MAX_BYTES {
        return Err(AssertionError::TooLarge(token.len()));
    }
    let mut value =
        HeaderValue::from_maybe_shared(token).map_err(|_| AssertionError::Sign("bytes"))?;
    value.set_sensitive(true);
    Ok(CachedAssertion {
        value,
        client: circumstances.client,
        kid: key.kid().to_owned(),
        signed_at: wall,
        stale_at: wall.plus(circumstances.lifetime / 3),
    })
}

#[cfg(test)]
mod tests;
