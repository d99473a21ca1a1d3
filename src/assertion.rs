//! The identity assertion: what a console is told about the person behind a request, signed.
//!
//! A JWT (RFC 7519) in `Portcullis-Assertion`: ES256 only, explicit type, one audience per site, at most
//! a minute of life. Consoles verify it against the key set; nothing else in the gateway accepts it.

pub mod header;
pub mod key_ring;
pub mod signing_key;

use std::borrow::Cow;
use std::net::IpAddr;
use std::time::Duration;

use http::HeaderValue;
use serde::Serialize;

use crate::area::Whereabouts;
use crate::clock::Timestamp;
use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;
use crate::policy::Identity;
use crate::policy::Machine;
use crate::policy::Principal;
use crate::session::Aal;
use crate::session::authn_event;
use crate::site::Site;
use crate::subject::Profile;

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
    /// The client it names.
    pub client: Whereabouts,
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
    /// Where the client is.
    pub client: &'a Whereabouts,
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
    roles: &'a [&'static str],
    amr: Cow<'a, [&'static str]>,
    acr: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mfa_time: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
    client: ClientClaim<'a>,
    iat: u64,
    nbf: u64,
    exp: u64,
    jti: String,
}

#[derive(Serialize)]
struct ClientClaim<'a> {
    ip: IpAddr,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
}

/// In whose name a console is asked.
#[derive(Clone, Copy, Debug)]
pub enum Bearer<'a> {
    /// A person's.
    Person(&'a Identity),
    /// A program's.
    Machine(&'a Machine),
}

impl<'a> Bearer<'a> {
    /// In whose name a console is asked for this principal; none: nobody's.
    #[must_use]
    pub const fn of(principal: &'a Principal) -> Option<Self> {
        match principal {
            Principal::Anonymous | Principal::Unnamed(_) => None,
            Principal::Machine(machine) => Some(Self::Machine(machine)),
            Principal::Person(identity) => Some(Self::Person(identity)),
        }
    }

    /// What consoles that read no assertion take for the user: a login name, or what no login name can be.
    #[must_use]
    pub fn user(self) -> &'a str {
        match self {
            Self::Person(identity) => identity.profile.login.name(),
            Self::Machine(machine) => &machine.subject,
        }
    }

    /// Whose profile it is; none of a program.
    #[must_use]
    pub fn profile(self) -> Option<&'a Profile> {
        match self {
            Self::Person(identity) => Some(&identity.profile),
            Self::Machine(_) => None,
        }
    }
}

/// Signs an assertion with the ring's current key.
///
/// # Errors
/// See [`AssertionError`].
pub fn sign(
    bearer: Bearer<'_>,
    circumstances: &Circumstances<'_>,
    ring: &KeyRing,
    wall: Timestamp,
    entropy: &dyn Entropy,
) -> Result<CachedAssertion, AssertionError> {
    let key = ring.current(wall).ok_or(AssertionError::NoKey)?;
    let role = bearer.profile().map(|profile| profile.role.name());
    let claims = claims(bearer, role.as_slice(), circumstances, wall);
    let claims = Claims { jti: entropy::identifier(entropy)?, ..claims };
    let token = key.sign(&claims)?;
    if token.len() > MAX_BYTES {
        return Err(AssertionError::TooLarge(token.len()));
    }
    let mut value =
        HeaderValue::from_maybe_shared(token).map_err(|_| AssertionError::Sign("bytes"))?;
    value.set_sensitive(true);
    Ok(CachedAssertion {
        value,
        client: circumstances.client.clone(),
        kid: key.kid().to_owned(),
        signed_at: wall,
        stale_at: wall.plus(circumstances.lifetime / 3),
    })
}

/// What an assertion would say, without `jti` and without a signature: it proves nothing.
///
/// # Errors
/// When the claims cannot be written.
pub fn unsigned(
    bearer: Bearer<'_>,
    circumstances: &Circumstances<'_>,
    wall: Timestamp,
) -> Result<serde_json::Value, AssertionError> {
    let role = bearer.profile().map(|profile| profile.role.name());
    let claims = claims(bearer, role.as_slice(), circumstances, wall);
    let mut value = serde_json::to_value(claims).map_err(|_| AssertionError::Sign("claims"))?;
    if let Some(claims) = value.as_object_mut() {
        claims.remove("jti");
    }
    Ok(value)
}

/// Everything but `jti`.
fn claims<'a>(
    bearer: Bearer<'a>,
    roles: &'a [&'static str],
    circumstances: &Circumstances<'a>,
    wall: Timestamp,
) -> Claims<'a> {
    let client = circumstances.client;
    let common = Claims {
        iss: circumstances.issuer,
        aud: circumstances.site.name.as_str(),
        sub: "",
        preferred_username: bearer.user(),
        name: "",
        email: None,
        groups: &[],
        roles,
        amr: Cow::Borrowed(&[]),
        acr: Aal::None.acr(),
        auth_time: None,
        mfa_time: None,
        sid: None,
        client: ClientClaim {
            ip: client.address,
            network: client.network.as_deref(),
            country: client.country(),
        },
        iat: wall.secs(),
        nbf: wall.secs(),
        exp: wall.plus(circumstances.lifetime).secs(),
        jti: String::new(),
    };
    match bearer {
        Bearer::Machine(machine) => Claims {
            sub: &machine.subject,
            name: &machine.name,
            amr: Cow::Borrowed(machine.amr()),
            ..common
        },
        Bearer::Person(Identity { session, profile, excuse: _, factors: _ }) => Claims {
            sub: session.subject.as_str(),
            name: &profile.name,
            email: profile.email.as_deref(),
            groups: &profile.groups,
            amr: Cow::Owned(authn_event::amr(&session.events)),
            acr: session.aal().acr(),
            auth_time: Some(session.created.secs()),
            mfa_time: session.mfa_time().map(Timestamp::secs),
            sid: Some(&session.handle),
            ..common
        },
    }
}

#[cfg(test)]
mod tests;
