//! One signing key: ECDSA on P-256 with SHA-256 (ES256, RFC 7518 §3.4).

use bytes::Bytes;
use ring::digest;
use ring::rand::SystemRandom;
use ring::signature;
use ring::signature::EcdsaKeyPair;
use ring::signature::KeyPair;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use super::AssertionError;
use super::TYPE;
use crate::clock::Timestamp;
use crate::secret::Secret;

/// A key as it is kept in its file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredKey {
    /// PKCS #8, base64.
    #[serde(with = "crate::secret::at_rest")]
    pub pkcs8: Secret<String>,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it signs; it is published from the beginning.
    pub activates: Timestamp,
}

/// A key that signs assertions.
#[derive(Debug)]
pub struct SigningKey {
    pair: EcdsaKeyPair,
    kid: String,
    header: String,
    created: Timestamp,
    activates: Timestamp,
}

/// A key file does not hold a P-256 key: do not start (A-256).
#[derive(Debug, thiserror::Error)]
#[error("not a P-256 signing key in PKCS #8 form")]
pub struct NotASigningKey;

impl SigningKey {
    /// A new key in its stored form.
    ///
    /// # Errors
    /// When the system's random source fails.
    pub fn generate(now: Timestamp, activates: Timestamp) -> Result<StoredKey, NotASigningKey> {
        let algorithm = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new())
            .map_err(|_| NotASigningKey)?;
        let text = data_encoding::BASE64.encode(pkcs8.as_ref());
        Ok(StoredKey { pkcs8: Secret::new(text), created: now, activates })
    }

    /// The key of a stored form.
    ///
    /// # Errors
    /// When it holds no P-256 key.
    pub fn from_stored(stored: &StoredKey) -> Result<Self, NotASigningKey> {
        let der = Secret::new(
            data_encoding::BASE64
                .decode(stored.pkcs8.expose().as_bytes())
                .map_err(|_| NotASigningKey)?,
        );
        let algorithm = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, der.expose(), &SystemRandom::new())
            .map_err(|_| NotASigningKey)?;
        let (x, y) = coordinates(pair.public_key().as_ref()).ok_or(NotASigningKey)?;
        let kid = thumbprint(&x, &y);
        let header = json!({ "alg": "ES256", "kid": kid, "typ": TYPE }).to_string();
        let header = data_encoding::BASE64URL_NOPAD.encode(header.as_bytes());
        Ok(Self { pair, kid, header, created: stored.created, activates: stored.activates })
    }

    /// RFC 7638 thumbprint of the public key.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// When it was made.
    #[must_use]
    pub const fn created(&self) -> Timestamp {
        self.created
    }

    /// From when on it signs.
    #[must_use]
    pub const fn activates(&self) -> Timestamp {
        self.activates
    }

    /// The public key as a JWK (RFC 7517 §4): public members only (A-247).
    #[must_use]
    pub fn jwk(&self) -> Value {
        let (x, y) = coordinates(self.pair.public_key().as_ref()).unwrap_or_default();
        json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": self.kid, "use": "sig", "alg": "ES256" })
    }

    /// A JWS in compact form (RFC 7515 §7.1).
    ///
    /// # Errors
    /// When the claims cannot be written or signed.
    pub fn sign(&self, claims: &impl Serialize) -> Result<Bytes, AssertionError> {
        let claims = serde_json::to_vec(claims).map_err(|_| AssertionError::Sign("claims"))?;
        let mut token = String::with_capacity(self.header.len() + claims.len() * 4 / 3 + 100);
        token.push_str(&self.header);
        token.push('.');
        data_encoding::BASE64URL_NOPAD.encode_append(&claims, &mut token);
        let signature = self
            .pair
            .sign(&SystemRandom::new(), token.as_bytes())
            .map_err(|_| AssertionError::Sign("signature"))?;
        token.push('.');
        data_encoding::BASE64URL_NOPAD.encode_append(signature.as_ref(), &mut token);
        Ok(Bytes::from(token))
    }
}

/// x and y of an uncompressed point (SEC 1 §2.3.3), base64url.
fn coordinates(point: &[u8]) -> Option<(String, String)> {
    let (x, y) = point.strip_prefix(&[4])?.split_at_checked(32)?;
    let text = |bytes: &[u8]| data_encoding::BASE64URL_NOPAD.encode(bytes);
    (y.len() == 32).then(|| (text(x), text(y)))
}

/// RFC 7638 §3: SHA-256 over the required members in lexicographic order.
fn thumbprint(x: &str, y: &str) -> String {
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    let hash = digest::digest(&digest::SHA256, members.as_bytes());
    data_encoding::BASE64URL_NOPAD.encode(hash.as_ref())
}
