//! The secret in the cookie, and what is kept of it.

use std::fmt;

use ring::digest;
use serde::Deserialize;
use serde::Serialize;

use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;
use crate::secret::Secret;

/// Characters of a token: 256 bits in base64url.
const TOKEN_CHARS: usize = 43;

/// The secret that a browser holds: 256 random bits. Shown once, stored never.
#[derive(Clone, Debug)]
pub struct SessionToken(Secret<String>);

impl SessionToken {
    /// A new token.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyFailed> {
        let raw = entropy::bytes::<32>(entropy)?;
        Ok(Self(Secret::new(data_encoding::BASE64URL_NOPAD.encode(&raw))))
    }

    /// The token in a cookie value; anything of another form is none.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        (value.len() == TOKEN_CHARS && value.bytes().all(allowed))
            .then(|| Self(Secret::new(value.to_owned())))
    }

    /// The cookie value.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What the store knows it by.
    #[must_use]
    pub fn key(&self) -> SessionKey {
        SessionKey::of(self.expose())
    }
}

/// SHA-256 of a session token: finds the session, cannot be turned back into the cookie.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SessionKey([u8; 32]);

impl SessionKey {
    /// The key of a cookie value.
    #[must_use]
    pub fn of(token: &str) -> Self {
        let mut key = [0_u8; 32];
        key.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
        Self(key)
    }

    /// The raw bytes, for the store's keys.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A key read back from the store.
    #[must_use]
    pub const fn from_stored(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    #[test]
    fn a_token_survives_its_cookie_and_nothing_else_is_a_token_a207() {
        let token = SessionToken::generate(&SystemEntropy::new()).unwrap();
        assert_eq!(SessionToken::parse(token.expose()).unwrap().key(), token.key());
        let cut = &token.expose()[..42];
        for odd in ["", "=", "\0", cut, &format!("{}A", token.expose()), &"=".repeat(43)] {
            assert!(SessionToken::parse(odd).is_none(), "{odd:?}");
        }
    }

    #[test]
    fn neither_token_nor_key_prints_itself_a304() {
        let token = SessionToken::generate(&SystemEntropy::new()).unwrap();
        assert!(!format!("{token:?} {:?}", token.key()).contains(token.expose()));
    }
}
