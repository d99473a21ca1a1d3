//! Signed tokens (JWT, RFC 7519) and the keys that they are signed with (JWK sets, RFC 7517). The one place that knows
//! the JWT library.
//!
//! The operator says which algorithms there are, never the token (RFC 8725 §3.1): none of them is `none`, and none is
//! made with a secret. Keys come from the operator's key set alone: what a token says about keys is not read.

mod kind;
mod provider;

use std::fmt;
use std::path::PathBuf;

use http::HeaderMap;
use http::HeaderName;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::Validation;
use jsonwebtoken::jwk::AlgorithmParameters;
use jsonwebtoken::jwk::EllipticCurve;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::jwk::KeyAlgorithm;
use jsonwebtoken::jwk::KeyOperations;
use jsonwebtoken::jwk::PublicKeyUse;
use serde_json::Map;
use serde_json::Value;

use super::Given;
use super::Said;
use super::SecondFactor;
use super::Statement;
use super::Unclear;
use super::address;
use super::groups;
use super::only;
use crate::clock::Timestamp;
use crate::subject::LoginName;

/// The longest token that is read.
const MOST_BYTES: usize = 16 * 1024;

/// The most keys of a set.
const MOST_KEYS: usize = 64;

/// How far the clocks of two machines may be apart, in seconds.
const SKEW: u64 = 30;

/// A header with a signed token.
#[derive(Clone, Debug)]
pub struct SignedHeader {
    /// Its name.
    pub header: HeaderName,
    /// Where the keys are.
    pub keys: KeySource,
    /// What `iss` must be.
    pub issuer: String,
    /// One of these `aud` must name.
    pub audience: Vec<String>,
    /// Which algorithms a token may be signed with.
    pub algorithms: Vec<Algorithm>,
    /// The claim that names the user.
    pub user_claim: String,
    /// The claim that says what they are called.
    pub name_claim: Option<String>,
    /// The claim with their address.
    pub email_claim: Option<String>,
    /// The claim with their groups.
    pub groups_claim: Option<String>,
}

/// Where keys are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KeySource {
    /// In a file.
    File(PathBuf),
    /// At this address, which has a certificate by one of these authorities; none: those that browsers know.
    Url(String, Option<Vec<Vec<u8>>>),
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Url(url, _) => f.write_str(url),
        }
    }
}

/// How a token is signed: with a private key, always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA with SHA-256.
    Rs256,
    /// RSA with SHA-384.
    Rs384,
    /// RSA with SHA-512.
    Rs512,
    /// RSA-PSS with SHA-256.
    Ps256,
    /// RSA-PSS with SHA-384.
    Ps384,
    /// RSA-PSS with SHA-512.
    Ps512,
    /// ECDSA with P-256.
    Es256,
    /// ECDSA with P-384.
    Es384,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// Every one there is.
    pub const ALL: [Self; 9] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
    ];

    /// Those that are taken unless others are named.
    pub const USUAL: [Self; 3] = [Self::Rs256, Self::Es256, Self::EdDsa];

    /// Its name (RFC 7518 §3.1, RFC 8037 §3.1).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }

    const fn known(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
            Self::Rs384 => jsonwebtoken::Algorithm::RS384,
            Self::Rs512 => jsonwebtoken::Algorithm::RS512,
            Self::Ps256 => jsonwebtoken::Algorithm::PS256,
            Self::Ps384 => jsonwebtoken::Algorithm::PS384,
            Self::Ps512 => jsonwebtoken::Algorithm::PS512,
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
            Self::Es384 => jsonwebtoken::Algorithm::ES384,
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
        }
    }

    /// Whether a key is one for it.
    const fn suits(self, key: &AlgorithmParameters) -> bool {
        match self {
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512 => {
                matches!(key, AlgorithmParameters::RSA(_))
            }
            Self::Es256 => {
                matches!(key, AlgorithmParameters::EllipticCurve(it) if matches!(it.curve, EllipticCurve::P256))
            }
            Self::Es384 => {
                matches!(key, AlgorithmParameters::EllipticCurve(it) if matches!(it.curve, EllipticCurve::P384))
            }
            Self::EdDsa => {
                matches!(key, AlgorithmParameters::OctetKeyPair(it) if matches!(it.curve, EllipticCurve::Ed25519))
            }
        }
    }
}

/// A set of public keys.
#[derive(Clone, Debug)]
pub struct KeySet(Vec<Jwk>);

/// There is no key in it that a token could be signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no JWK set with a public key for signatures")]
pub struct NotAKeySet;

impl KeySet {
    /// Reads a JWK set. Keys of other kinds, and those for other uses, are left out.
    ///
    /// # Errors
    /// When none is left.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotAKeySet> {
        let mut set: Value = serde_json::from_slice(bytes).map_err(|_| NotAKeySet)?;
        let keys = set.get_mut("keys").and_then(Value::as_array_mut).ok_or(NotAKeySet)?;
        if keys.len() > MOST_KEYS {
            return Err(NotAKeySet);
        }
        let keys = std::mem::take(keys).into_iter();
        let keys: Vec<Jwk> = keys
            .filter_map(|key| serde_json::from_value(key).ok())
            .filter(is_for_signatures)
            .collect();
        if keys.is_empty() { Err(NotAKeySet) } else { Ok(Self(keys)) }
    }

    /// The key that a token was signed with. One without `kid` can only be meant where there is one key.
    fn find(&self, kid: Option<&str>) -> Result<&Jwk, NotTaken> {
        let is_named = |key: &&Jwk| kid.is_none_or(|kid| key.common.key_id.as_deref() == Some(kid));
        let mut found = self.0.iter().filter(is_named);
        match (found.next(), found.next()) {
            (Some(key), None) => Ok(key),
            (None, _) => Err(NotTaken::UnknownKey),
            (Some(_), Some(_)) => Err(NotTaken::KeyNotNamed),
        }
    }
}

fn is_for_signatures(key: &Jwk) -> bool {
    let used = key.common.public_key_use.as_ref();
    let does = key.common.key_operations.as_ref();
    Algorithm::ALL.iter().any(|algorithm| algorithm.suits(&key.algorithm))
        && used.is_none_or(|used| *used == PublicKeyUse::Signature)
        && does.is_none_or(|does| does.contains(&KeyOperations::Verify))
}

/// Why a token is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// It is no token.
    Malformed,
    /// It is one of another kind.
    Kind,
    /// It is signed in a way that the operator did not list.
    Algorithm,
    /// It names no key, and there are several.
    KeyNotNamed,
    /// It names a key that is not there.
    UnknownKey,
    /// Its signature is not that of its key, or what it says is not for us.
    Invalid,
    /// It is over, or not valid yet.
    Time,
    /// It names no user.
    User,
}

impl NotTaken {
    /// Its name in the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Kind => "kind",
            Self::Algorithm => "algorithm",
            Self::KeyNotNamed => "key_not_named",
            Self::UnknownKey => "unknown_key",
            Self::Invalid => "invalid",
            Self::Time => "time",
            Self::User => "user",
        }
    }
}

/// A token that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// What it says.
    pub statement: Statement,
    /// Until when.
    pub until: Timestamp,
}

impl SignedHeader {
    /// The token among these headers.
    ///
    /// # Errors
    /// [`Unclear`].
    pub fn token<'h>(&self, headers: &'h HeaderMap) -> Result<Option<&'h str>, Unclear> {
        match only(headers, &self.header)? {
            Some(token) if token.is_empty() || token.len() > MOST_BYTES => Err(Unclear),
            token => Ok(token),
        }
    }

    /// Verifies a token with these keys, at this time of the world's.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn verify(
        &self,
        (token, keys): (&str, &KeySet),
        (source, second_factor): (&str, &SecondFactor),
        wall: Timestamp,
    ) -> Result<Taken, NotTaken> {
        provider::install();
        let head = jsonwebtoken::decode_header(token).map_err(|_| NotTaken::Malformed)?;
        if !kind::is_usual(token) {
            return Err(NotTaken::Kind);
        }
        let listed = self.algorithms.iter().find(|algorithm| algorithm.known() == head.alg);
        let algorithm = *listed.ok_or(NotTaken::Algorithm)?;
        let key = keys.find(head.kid.as_deref())?;
        let own = key.common.key_algorithm.as_ref();
        let meant = own.is_none_or(|own| *own == KeyAlgorithm::from(head.alg));
        if !meant || !algorithm.suits(&key.algorithm) {
            return Err(NotTaken::Algorithm);
        }
        let mut rules = Validation::new(algorithm.known());
        rules.set_issuer(&[&self.issuer]);
        rules.set_audience(&self.audience);
        rules.set_required_spec_claims(&["exp", "iss", "aud"]);
        // Times are compared below, with the gateway's own clock.
        rules.validate_exp = false;
        let key = DecodingKey::from_jwk(key).map_err(|_| NotTaken::Invalid)?;
        let claims = jsonwebtoken::decode::<Map<String, Value>>(token, &key, &rules);
        let claims = claims.map_err(|_| NotTaken::Invalid)?.claims;
        if claims.get("iss").and_then(Value::as_str) != Some(&self.issuer) {
            return Err(NotTaken::Invalid);
        }
        if kind::tells_of_events(&claims) {
            return Err(NotTaken::Kind);
        }
        let until = valid_until(&claims, wall)?;
        let login = claims.get(&self.user_claim).and_then(Value::as_str).ok_or(NotTaken::User)?;
        let login = LoginName::of_statement(source, login).map_err(|_| NotTaken::User)?;
        let given = given(&claims, second_factor);
        let profile = self.said(&claims).map_err(|Unclear| NotTaken::Invalid)?;
        Ok(Taken { statement: Statement { login, profile, second_factor: given }, until })
    }

    fn said(&self, claims: &Map<String, Value>) -> Result<Said, Unclear> {
        let text = |name: &String| {
            claims.get(name).and_then(Value::as_str).unwrap_or_default().trim().to_owned()
        };
        let listed = |name: &String| match claims.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::String(list)) => groups(list.split(',')),
            Some(Value::Array(list)) => {
                let names: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
                groups(names.ok_or(Unclear)?.into_iter())
            }
            Some(_) => Err(Unclear),
        };
        Ok(Said {
            name: self.name_claim.as_ref().map(text),
            email: self.email_claim.as_ref().map(text).map(|email| address(&email)),
            groups: self.groups_claim.as_ref().map(listed).transpose()?,
        })
    }
}

/// Until when a token is good, which it is now.
fn valid_until(claims: &Map<String, Value>, wall: Timestamp) -> Result<Timestamp, NotTaken> {
    let now = wall.secs();
    let second = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(value) => seconds(value).map(Some).ok_or(NotTaken::Time),
    };
    let until = second("exp")?.ok_or(NotTaken::Time)?;
    let from = second("nbf")?.unwrap_or(0).max(second("iat")?.unwrap_or(0));
    let until = until.saturating_add(SKEW);
    if until <= now || from > now.saturating_add(SKEW) {
        return Err(NotTaken::Time);
    }
    Ok(Timestamp::from_secs(until))
}

/// A moment as tokens write it: whole seconds, or seconds with a fraction; without an exponent.
fn seconds(value: &Value) -> Option<u64> {
    let text = value.as_number()?.to_string();
    if text.contains(['e', 'E']) {
        return None;
    }
    let whole = text.split_once('.').map_or(text.as_str(), |(whole, _)| whole);
    // Nobody needs a year of thirteen digits.
    (whole.len() <= 12).then(|| whole.parse().ok()).flatten()
}

/// Whether a token says by a listed value that a second factor was given.
fn given(claims: &Map<String, Value>, second_factor: &SecondFactor) -> Given {
    let SecondFactor::TrustAmr(values) = second_factor else {
        return Given::No;
    };
    let listed =
        |said: &Value| said.as_str().is_some_and(|said| values.iter().any(|it| it == said));
    let methods = claims.get("amr").and_then(Value::as_array);
    let by_method = methods.is_some_and(|methods| methods.iter().any(listed));
    if by_method || claims.get("acr").is_some_and(listed) { Given::Yes } else { Given::No }
}

#[cfg(test)]
mod tests;
