//! Tokens of one time: each opens one thing, once, to whoever was handed it. What is kept is a SHA-256: there are 256 bits of
//! chance in the text, so a plain hash is right (N-08).

use std::fmt;

use ring::digest;
use serde::Deserialize;
use serde::Serialize;

use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;
use crate::secret;
use crate::secret::Secret;

/// The token: a secret.
#[derive(Clone, Debug)]
pub struct OneTimeToken(Secret<String>);

impl OneTimeToken {
    /// A new one.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyFailed> {
        let text = entropy::lower_base32(&entropy::bytes::<32>(entropy)?);
        Ok(Self(Secret::new(text)))
    }

    /// What was typed or pasted; blanks around it are none of it.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        Self(Secret::new(text.trim().to_owned()))
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> OneTimeHash {
        let hash = digest::digest(&digest::SHA256, self.0.expose().as_bytes());
        OneTimeHash(data_encoding::HEXLOWER.encode(hash.as_ref()))
    }

    /// The text, for whoever is handed it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// SHA-256 of a token. Compared in constant time.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OneTimeHash(String);

impl PartialEq for OneTimeHash {
    fn eq(&self, other: &Self) -> bool {
        secret::equal(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl Eq for OneTimeHash {}

impl fmt::Debug for OneTimeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeHash(…)")
    }
}
