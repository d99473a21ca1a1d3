//! The token by which the first owner is made, where there is none. Its text is in one file, which whoever runs
//! the gateway can read; what is kept besides is a SHA-256. It has 256 bits of chance, so a plain hash is right (N-08).

use std::fmt;

use ring::digest;
use serde::Deserialize;
use serde::Serialize;

use crate::clock::Timestamp;
use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;
use crate::secret;
use crate::secret::Secret;

/// The token: a secret.
#[derive(Clone, Debug)]
pub struct FirstOwnerToken(Secret<String>);

impl FirstOwnerToken {
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
    pub fn hash(&self) -> FirstOwnerHash {
        let hash = digest::digest(&digest::SHA256, self.0.expose().as_bytes());
        FirstOwnerHash(data_encoding::HEXLOWER.encode(hash.as_ref()))
    }

    /// The text, for its file.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// SHA-256 of a token. Compared in constant time.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FirstOwnerHash(String);

impl PartialEq for FirstOwnerHash {
    fn eq(&self, other: &Self) -> bool {
        secret::equal(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl Eq for FirstOwnerHash {}

impl fmt::Debug for FirstOwnerHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FirstOwnerHash(…)")
    }
}

/// What is kept while there is no owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstOwnerOffer {
    /// Knows the token again.
    pub hash: FirstOwnerHash,
    /// Until when the token is good.
    pub expires: Timestamp,
}

impl FirstOwnerOffer {
    /// Whether this token is good at that moment. One that is over is as wrong as any other.
    #[must_use]
    pub fn is_met_by(&self, token: &FirstOwnerHash, now: Timestamp) -> bool {
        let is_same = self.hash == *token;
        is_same && now < self.expires
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn a_token_is_met_by_itself_until_its_time_is_over_and_shows_in_no_output_a263() {
        let entropy = SeededEntropy::new(1);
        let token = FirstOwnerToken::generate(&entropy).unwrap();
        let other = FirstOwnerToken::generate(&entropy).unwrap();
        let at = Timestamp::from_secs;
        let offer = FirstOwnerOffer { hash: token.hash(), expires: at(100) };
        let pasted = FirstOwnerToken::typed(&format!(" {}\n", token.expose()));
        assert!(offer.is_met_by(&pasted.hash(), at(99)));
        assert!(!offer.is_met_by(&token.hash(), at(100)));
        for wrong in [other, FirstOwnerToken::typed("")] {
            assert!(!offer.is_met_by(&wrong.hash(), at(99)));
        }
        assert_eq!(token.expose().len(), 52);
        let kept = serde_json::to_string(&offer).unwrap();
        for shown in [format!("{token:?}"), format!("{offer:?}"), kept] {
            assert!(!shown.contains(token.expose()), "{shown}");
        }
    }
}
