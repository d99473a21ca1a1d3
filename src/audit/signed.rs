//! Signed heads: how far a log had come, vouched for so that it can be checked elsewhere and later.
//!
//! A chain alone can be written anew from any record on by whoever can write the store. A head that was taken out before
//! says what must be in it. Its key comes from the data key, so whoever has that can sign; heads kept elsewhere still
//! show what they changed.

use std::fmt;
use std::str::FromStr;

use ring::signature::ED25519;
use ring::signature::Ed25519KeyPair;
use ring::signature::KeyPair as _;
use ring::signature::UnparsedPublicKey;
use serde::Deserialize;
use serde::Serialize;

use super::AuditHead;
use crate::clock::Timestamp;

/// Version of a signed head's form.
pub const HEAD_SCHEMA: u32 = 1;

/// Bytes of a seed, and of a public key.
pub const KEY_LEN: usize = 32;

/// What is signed begins with this: a signature says nothing else.
const DOMAIN: &str = "portcullis audit head 1";

/// Signs heads.
#[derive(Debug)]
pub struct HeadKey(Ed25519KeyPair);

impl HeadKey {
    /// The key of that seed; none when the library refuses it.
    #[must_use]
    pub fn from_seed(seed: &[u8; KEY_LEN]) -> Option<Self> {
        Ed25519KeyPair::from_seed_unchecked(seed).ok().map(Self)
    }

    /// What its signatures are checked with.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        let mut bytes = [0; KEY_LEN];
        for (to, from) in bytes.iter_mut().zip(self.0.public_key().as_ref()) {
            *to = *from;
        }
        PublicKey(bytes)
    }

    /// Signs what is stated.
    #[must_use]
    pub fn sign(&self, stated: Stated) -> SignedHead {
        let mut head = SignedHead {
            schema: HEAD_SCHEMA,
            store: stated.store,
            first: stated.first,
            seq: stated.head.seq,
            hash: stated.head.hash,
            at: stated.at,
            key: self.public().to_string(),
            signature: String::new(),
        };
        let signature = self.0.sign(head.signed_text().as_bytes());
        head.signature = data_encoding::HEXLOWER.encode(signature.as_ref());
        head
    }
}

/// What heads are checked with: 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey([u8; KEY_LEN]);

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

/// A text that is no public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a public key has 64 hexadecimal digits; `portcullis audit key` prints it")]
pub struct NoPublicKey;

impl FromStr for PublicKey {
    type Err = NoPublicKey;

    fn from_str(text: &str) -> Result<Self, NoPublicKey> {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes());
        let bytes = bytes.ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or(NoPublicKey)
    }
}

/// What a head states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// Which store.
    pub store: String,
    /// The first record of the export that it ends; none: it ends no export.
    pub first: Option<u64>,
    /// Which record is there.
    pub head: AuditHead,
    /// When that was so.
    pub at: Timestamp,
}

/// A head with a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedHead {
    /// Version of this form.
    pub schema: u32,
    /// Which store.
    pub store: String,
    /// The first record of the export that it ends; none: it ends no export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,
    /// Position of the record.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
    /// When it was signed.
    pub at: Timestamp,
    /// The public key that it says it is signed with.
    pub key: String,
    /// Ed25519, in hexadecimal digits.
    pub signature: String,
}

impl SignedHead {
    /// The public key that it says it is signed with.
    #[must_use]
    pub fn public_key(&self) -> Option<PublicKey> {
        self.key.parse().ok()
    }

    /// Whether this key signed all that it states.
    #[must_use]
    pub fn is_signed_with(&self, key: &PublicKey) -> bool {
        // One text must have one reading: no part of it holds a line of its own.
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric());
        let Ok(signature) = data_encoding::HEXLOWER.decode(self.signature.as_bytes()) else {
            return false;
        };
        self.schema == HEAD_SCHEMA
            && self.first != Some(0)
            && plain(&self.store)
            && plain(&self.hash)
            && self.key == key.to_string()
            && UnparsedPublicKey::new(&ED25519, &key.0)
                .verify(self.signed_text().as_bytes(), &signature)
                .is_ok()
    }

    fn signed_text(&self) -> String {
        let first = self.first.unwrap_or_default();
        let Self { store, seq, hash, at, .. } = self;
        format!("{DOMAIN}\n{store}\n{first}\n{seq}\n{hash}\n{}\n", at.millis())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(seed: u8) -> (HeadKey, SignedHead) {
        let key = HeadKey::from_seed(&[seed; KEY_LEN]).unwrap();
        let head = AuditHead { seq: 7, hash: "ab".repeat(32) };
        let at = Timestamp::from_secs(9);
        let head = key.sign(Stated { store: "s1".to_owned(), first: Some(3), head, at });
        (key, head)
    }

    #[test]
    fn a_head_is_good_with_its_own_key_and_nothing_of_it_can_be_changed_a264() {
        let ((key, head), (other, _)) = (signed(1), signed(2));
        assert!(head.is_signed_with(&key.public()));
        assert!(!head.is_signed_with(&other.public()));
        let changes: [fn(&mut SignedHead); 9] = [
            |head| head.schema = 2,
            |head| head.store = "s2".to_owned(),
            |head| head.first = None,
            |head| head.first = Some(0),
            |head| head.seq = 8,
            |head| head.hash = "ac".repeat(32),
            |head| head.at = Timestamp::from_secs(10),
            |head| head.signature = "00".repeat(64),
            |head| head.store.push_str("\n3"),
        ];
        for (at, change) in changes.iter().enumerate() {
            let mut altered = head.clone();
            change(&mut altered);
            assert!(!altered.is_signed_with(&key.public()), "change {at}");
        }
        let mut renamed = head;
        renamed.key = other.public().to_string();
        assert!(!renamed.is_signed_with(&key.public()) && !renamed.is_signed_with(&other.public()));
    }

    #[test]
    fn a_public_key_is_written_and_read_as_hexadecimal_digits() {
        let public = signed(1).0.public();
        assert_eq!(public.to_string().parse(), Ok(public));
        assert_eq!(public.to_string().to_uppercase().parse(), Ok(public));
        for bad in ["", "ab", &"g".repeat(64), &"a".repeat(66)] {
            assert_eq!(bad.parse::<PublicKey>(), Err(NoPublicKey), "{bad}");
        }
    }
}
