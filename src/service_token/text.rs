//! The token as text: `pcs_`, its public id, `_`, the secret, and a checksum over all of that. Prefix and
//! checksum let scanners recognise a token that leaked, and tell a token from a typing error.

use std::fmt;

use ring::digest;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::Error;

use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;
use crate::secret;
use crate::secret::Secret;

/// How every token begins.
pub const PREFIX: &str = "pcs_";

/// Characters of an id: 80 bits in base 32.
const ID_CHARS: usize = 16;

/// Characters of a secret: 160 bits in base 32.
const SECRET_CHARS: usize = 32;

/// Characters of the checksum: CRC-32 in hexadecimal digits.
const CHECKSUM_CHARS: usize = 8;

/// Characters of a token.
const CHARS: usize = PREFIX.len() + ID_CHARS + 1 + SECRET_CHARS + CHECKSUM_CHARS;

/// Names a token everywhere: public, never used again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenId(String);

impl TokenId {
    /// A new id.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyFailed> {
        Ok(Self(entropy::lower_base32(&entropy::bytes::<10>(entropy)?)))
    }

    /// Reads an id.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == ID_CHARS && is_base32(text)).then(|| Self(text.to_owned()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A whole token: a secret. Shown once, stored never.
#[derive(Clone, Debug)]
pub struct TokenText {
    id: TokenId,
    text: Secret<String>,
}

impl TokenText {
    /// A new token of that id.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn generate(id: TokenId, entropy: &dyn Entropy) -> Result<Self, EntropyFailed> {
        let secret = Secret::new(entropy::lower_base32(&entropy::bytes::<20>(entropy)?));
        let mut text = format!("{PREFIX}{id}_{}", secret.expose());
        let checksum = checksum(&text);
        text.push_str(&checksum);
        Ok(Self { id, text: Secret::new(text) })
    }

    /// Reads a token; whatever differs from the one spelling in anything is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != CHARS {
            return None;
        }
        let (body, sum) = text.split_at_checked(CHARS - CHECKSUM_CHARS)?;
        let (id, secret) = body.strip_prefix(PREFIX)?.split_once('_')?;
        let id = TokenId::parse(id)?;
        let is_whole = secret.len() == SECRET_CHARS && is_base32(secret) && sum == checksum(body);
        is_whole.then(|| Self { id, text: Secret::new(text.to_owned()) })
    }

    /// Its public part.
    #[must_use]
    pub const fn id(&self) -> &TokenId {
        &self.id
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        let mut hash = [0_u8; 32];
        let found = digest::digest(&digest::SHA256, self.text.expose().as_bytes());
        hash.copy_from_slice(found.as_ref());
        SecretHash(hash)
    }

    /// The text, for the one who is to use it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.text.expose()
    }
}

/// SHA-256 of a token: knows it again, cannot be turned back into it. Compared in constant time.
#[derive(Clone, Copy)]
pub struct SecretHash([u8; 32]);

impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        secret::equal(&self.0, &other.0)
    }
}

impl Eq for SecretHash {}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

impl Serialize for SecretHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for SecretHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).map_err(D::Error::custom)?;
        bytes.try_into().map(Self).map_err(|_| D::Error::custom("a hash has 32 bytes"))
    }
}

fn is_base32(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'))
}

/// CRC-32 as in gzip and PNG (ISO 3309), as eight digits.
fn checksum(body: &str) -> String {
    format!("{:08x}", crc32fast::hash(body.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    fn token() -> TokenText {
        let entropy = SystemEntropy::new();
        TokenText::generate(TokenId::generate(&entropy).unwrap(), &entropy).unwrap()
    }

    #[test]
    fn a_token_is_read_in_its_one_spelling_only() {
        let token = token();
        let text = token.expose();
        assert!(text.starts_with(PREFIX) && text.len() == CHARS);
        let read = TokenText::parse(text).unwrap();
        assert_eq!((read.id(), read.hash()), (token.id(), token.hash()));
        for odd in [
            text.to_uppercase(),
            format!(" {text}"),
            format!("{text} "),
            format!("{text}0"),
            text.replacen("pcs_", "pcs-", 1),
            "é".repeat(CHARS / 2),
            String::new(),
        ] {
            assert!(TokenText::parse(&odd).is_none(), "{odd}");
        }
    }

    #[test]
    fn one_changed_character_is_a_typing_error_and_no_token() {
        let text = token().expose().to_owned();
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'a' { b'b' } else { b'a' };
            assert!(TokenText::parse(std::str::from_utf8(&changed).unwrap()).is_none(), "{at}");
            assert!(TokenText::parse(&text[..at]).is_none(), "{at}");
        }
    }

    #[test]
    fn the_checksum_is_the_crc_32_of_everything_before_it() {
        assert_eq!(checksum("123456789"), "cbf43926");
        let text = token().expose().to_owned();
        let (body, sum) = text.split_at(CHARS - CHECKSUM_CHARS);
        assert_eq!(checksum(body), sum);
    }

    #[test]
    fn neither_token_nor_hash_prints_itself_a304() {
        let token = token();
        let shown = format!("{token:?} {:?}", token.hash());
        let secret = token.expose().rsplit_once('_').unwrap().1;
        assert!(!shown.contains(secret), "{shown}");
    }
}
