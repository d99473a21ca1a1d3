//! Values sealed with the data key: every record of a store, and small values that travel in pages.
//!
//! AES-256-GCM with a random nonce, under a key of its own per record or purpose (HKDF-SHA-256 of the
//! data key): what was sealed for one user, record or purpose opens for no other (A-152).

use std::sync::Arc;

use ring::aead;
use ring::hkdf;
use zeroize::Zeroizing;

use crate::audit::signed::HeadKey;
use crate::audit::signed::KEY_LEN;
use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;
use crate::secret::Secret;

/// Version of the sealed form: version byte, nonce, ciphertext, tag.
const VERSION: u8 = 1;

/// Bytes of a nonce.
const NONCE: usize = aead::NONCE_LEN;

/// Bytes of the authentication tag that ends a sealed value.
pub const TAG: usize = 16;

/// The key that everything at rest is sealed with: 32 random bytes that the operator keeps.
#[derive(Clone, Debug)]
pub struct DataKey(Secret<Vec<u8>>);

impl DataKey {
    /// Bytes of a data key.
    pub const LEN: usize = 32;

    /// A new key.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyFailed> {
        let mut key = vec![0_u8; Self::LEN];
        entropy.fill(&mut key)?;
        Ok(Self(Secret::new(key)))
    }

    /// The key of these bytes; none unless there are exactly 32.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        (bytes.len() == Self::LEN).then(|| Self(Secret::new(bytes.to_vec())))
    }

    /// The bytes, for the one file that keeps them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }
}

/// Why a value was not sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealingError {
    /// The system's random source failed, or the value is beyond all limits.
    #[error("the value cannot be sealed")]
    Seal,
    /// The value was changed, or sealed with another key, or for another record or purpose.
    #[error(
        "the value cannot be opened: it is damaged, or sealed with another key or for another use"
    )]
    Open,
}

/// Seals and opens under one data key.
#[derive(Clone, Debug)]
pub struct Sealer {
    prk: hkdf::Prk,
    entropy: Arc<dyn Entropy>,
}

impl Sealer {
    /// A sealer under `key`, with nonces from `entropy`.
    #[must_use]
    pub fn new(key: &DataKey, entropy: Arc<dyn Entropy>) -> Self {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"portcullis data key 1");
        Self { prk: salt.extract(key.expose()), entropy }
    }

    /// Seals `plaintext` for `purpose`, so that it opens only for that purpose and the same
    /// `context` (a site, a session: public facts that must not be exchanged).
    ///
    /// # Errors
    /// When the random source fails.
    pub fn seal(
        &self,
        purpose: &str,
        context: &[u8],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, SealingError> {
        self.close(&[b"purpose\0", purpose.as_bytes()], context, plaintext)
    }

    /// Opens what [`Sealer::seal`] made with the same purpose and context.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn open(
        &self,
        purpose: &str,
        context: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealingError> {
        self.unclose(&[b"purpose\0", purpose.as_bytes()], context, sealed)
    }

    /// Seals the value of a stored record.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn seal_record(&self, record: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, SealingError> {
        self.close(&[b"record\0", record], record, plaintext)
    }

    /// Opens the value of a stored record.
    ///
    /// # Errors
    /// When it was changed, or belongs to another record or key.
    pub fn open_record(
        &self,
        record: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealingError> {
        self.unclose(&[b"record\0", record], record, sealed)
    }

    /// A short text that tells data keys apart and gives nothing of them away.
    ///
    /// # Errors
    /// Never in practice; when the derivation is refused.
    pub fn fingerprint(&self) -> Result<String, SealingError> {
        let mut out = [0_u8; 32];
        self.prk
            .expand(&[b"fingerprint\0"], hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut out))
            .map_err(|_| SealingError::Seal)?;
        let mut text = data_encoding::HEXLOWER.encode(&out);
        text.truncate(16);
        Ok(text)
    }

    /// The key that heads of the audit log are signed with: the same as long as the data key is.
    ///
    /// # Errors
    /// Never in practice; when the derivation is refused.
    pub fn audit_head_key(&self) -> Result<HeadKey, SealingError> {
        let mut seed = Zeroizing::new([0_u8; KEY_LEN]);
        self.prk
            .expand(&[b"portcullis audit head 1\0"], hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(seed.as_mut_slice()))
            .map_err(|_| SealingError::Seal)?;
        HeadKey::from_seed(&seed).ok_or(SealingError::Seal)
    }

    fn close(
        &self,
        info: &[&[u8]],
        context: &[u8],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, SealingError> {
        let key = self.key(info)?;
        let nonce =
            entropy::bytes::<NONCE>(&*self.entropy).map_err(|EntropyFailed| SealingError::Seal)?;
        let mut sealed = Vec::with_capacity(1 + NONCE + plaintext.len() + TAG);
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        let mut body = Vec::with_capacity(plaintext.len() + TAG);
        body.extend_from_slice(plaintext);
        key.seal_in_place_append_tag(
            aead::Nonce::assume_unique_for_key(nonce),
            aead::Aad::from(associated(context)),
            &mut body,
        )
        .map_err(|_| SealingError::Seal)?;
        sealed.extend_from_slice(&body);
        Ok(sealed)
    }

    fn unclose(
        &self,
        info: &[&[u8]],
        context: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealingError> {
        let Some((&VERSION, rest)) = sealed.split_first() else {
            return Err(SealingError::Open);
        };
        let (nonce, body) = rest.split_first_chunk::<NONCE>().ok_or(SealingError::Open)?;
        let mut body = Zeroizing::new(body.to_vec());
        let length = self
            .key(info)?
            .open_in_place(
                aead::Nonce::assume_unique_for_key(*nonce),
                aead::Aad::from(associated(context)),
                &mut body,
            )
            .map_err(|_| SealingError::Open)?
            .len();
        body.truncate(length);
        Ok(body)
    }

    fn key(&self, info: &[&[u8]]) -> Result<aead::LessSafeKey, SealingError> {
        let okm = self.prk.expand(info, &aead::AES_256_GCM).map_err(|_| SealingError::Seal)?;
        Ok(aead::LessSafeKey::new(aead::UnboundKey::from(okm)))
    }
}

/// Version and context: an old form is never taken for a new one.
fn associated(context: &[u8]) -> Vec<u8> {
    let mut aad = vec![VERSION];
    aad.extend_from_slice(context);
    aad
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    fn sealer() -> Sealer {
        let entropy = Arc::new(SystemEntropy::new());
        Sealer::new(&DataKey::generate(&*entropy).unwrap(), entropy)
    }

    #[test]
    fn a_value_opens_for_its_own_record_only_a152() {
        let sealer = sealer();
        let value = sealer.seal_record(b"auth/alice", b"seed").unwrap();
        assert_eq!(sealer.open_record(b"auth/alice", &value).unwrap().as_slice(), b"seed");
        assert_eq!(sealer.open_record(b"auth/bob", &value), Err(SealingError::Open));
        assert_eq!(sealer.open("auth/alice", b"auth/alice", &value), Err(SealingError::Open));
    }

    #[test]
    fn a_value_opens_for_its_own_purpose_and_context_only() {
        let sealer = sealer();
        let value = sealer.seal("form", b"site-a", b"post").unwrap();
        assert_eq!(sealer.open("form", b"site-a", &value).unwrap().as_slice(), b"post");
        for (purpose, context) in [("cookie", b"site-a"), ("form", b"site-b")] {
            assert!(sealer.open(purpose, context, &value).is_err());
        }
    }

    #[test]
    fn a_value_changed_anywhere_or_cut_or_sealed_with_another_key_does_not_open_a299() {
        let (one, other) = (sealer(), sealer());
        let sealed = one.seal_record(b"r", b"value").unwrap();
        assert!(other.open_record(b"r", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(one.open_record(b"r", &changed).is_err(), "byte {at}");
            assert!(one.open_record(b"r", &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn the_same_value_never_looks_the_same_twice() {
        let sealer = sealer();
        let seal = || sealer.seal_record(b"r", b"value").unwrap();
        assert_ne!(seal(), seal());
    }

    #[test]
    fn fingerprints_tell_keys_apart() {
        let (one, other) = (sealer(), sealer());
        assert_eq!(one.fingerprint(), one.clone().fingerprint());
        assert_ne!(one.fingerprint(), other.fingerprint());
    }

    #[test]
    fn the_key_of_heads_is_the_data_keys_and_no_other() {
        let public = |sealer: &Sealer| sealer.audit_head_key().unwrap().public();
        let (one, other) = (sealer(), sealer());
        assert_eq!(public(&one), public(&one.clone()));
        assert_ne!(public(&one), public(&other));
    }

    #[test]
    fn a_data_key_has_exactly_32_bytes() {
        assert!(DataKey::from_bytes(&[1; 32]).is_some());
        assert!(DataKey::from_bytes(&[1; 31]).is_none() && DataKey::from_bytes(&[1; 33]).is_none());
    }
}
