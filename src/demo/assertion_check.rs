//! What every console should do with `Portcullis-Assertion`: check it against the gateway's published
//! keys. Written without the gateway's own code, so that it proves the contract and not itself.

use data_encoding::BASE64URL_NOPAD;
use ring::signature::ECDSA_P256_SHA256_FIXED;
use ring::signature::UnparsedPublicKey;
use serde::Deserialize;
use serde::Serialize;

/// Seconds by which the console's clock and the gateway's may differ.
const LEEWAY: u64 = 60;

/// The `typ` that keeps other tokens of the same key from being taken for an assertion (RFC 8725 §3.11).
const TYPE: &str = "portcullis-assertion+jwt";

/// Why an assertion is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error("it is not a signed token")]
    Malformed,
    #[error("its algorithm is not ES256")]
    Algorithm,
    #[error("it is another kind of token")]
    Type,
    #[error("its key is not among the published ones")]
    UnknownKey,
    #[error("its signature does not match")]
    Signature,
    #[error("it comes from another issuer")]
    Issuer,
    #[error("it is meant for another site")]
    Audience,
    #[error("it has expired or is not valid yet")]
    Time,
    #[error("the gateway's keys cannot be had")]
    NoKeys,
}

/// A P-256 key as an uncompressed point, and the name it is published under.
#[derive(Clone, Debug)]
pub(super) struct PublishedKey {
    pub(super) kid: String,
    pub(super) point: Vec<u8>,
}

/// What the console insists on; `now` in seconds since the Unix epoch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) audience: &'a str,
    pub(super) now: u64,
}

/// The claims that the console uses (RFC 7519 §4, RFC 8176 for `amr`).
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Claims {
    iss: String,
    aud: String,
    exp: u64,
    nbf: u64,
    pub(super) sub: String,
    pub(super) preferred_username: String,
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) amr: Vec<String>,
    pub(super) acr: Option<String>,
    pub(super) sid: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    crit: Option<serde_json::Value>,
}

/// The claims of `token`, if it is the gateway's, for this console, and valid at this moment.
///
/// # Errors
/// The first rule that it breaks; nothing of it is used then.
pub(super) fn verify(
    token: &str,
    keys: &[PublishedKey],
    expected: Expected<'_>,
) -> Result<Claims, Refused> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(Refused::Malformed)?;
    let header: Header = decoded(header)?;
    if header.alg != "ES256" {
        return Err(Refused::Algorithm);
    }
    if header.typ.as_deref() != Some(TYPE) || header.crit.is_some() {
        return Err(Refused::Type);
    }
    let kid = header.kid.ok_or(Refused::UnknownKey)?;
    let key = keys.iter().find(|key| key.kid == kid);
    let key = key.ok_or(Refused::UnknownKey)?;
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes());
    let signature = signature.map_err(|_| Refused::Malformed)?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &key.point)
        .verify(signed.as_bytes(), &signature)
        .map_err(|_| Refused::Signature)?;
    acceptable(decoded(claims)?, expected)
}

fn acceptable(claims: Claims, expected: Expected<'_>) -> Result<Claims, Refused> {
    if claims.iss != expected.issuer {
        return Err(Refused::Issuer);
    }
    if claims.aud != expected.audience {
        return Err(Refused::Audience);
    }
    let too_late = expected.now >= claims.exp.saturating_add(LEEWAY);
    let too_early = expected.now.saturating_add(LEEWAY) < claims.nbf;
    if too_late || too_early {
        return Err(Refused::Time);
    }
    if claims.preferred_username.is_empty() {
        return Err(Refused::Malformed);
    }
    Ok(claims)
}

fn decoded<T: for<'de> Deserialize<'de>>(part: &str) -> Result<T, Refused> {
    let bytes = BASE64URL_NOPAD.decode(part.as_bytes());
    let bytes = bytes.map_err(|_| Refused::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| Refused::Malformed)
}

#[cfg(test)]
pub(super) mod tests;
