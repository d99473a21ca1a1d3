//! Data that a page carries for us and the browser must neither read nor change: AES-256-GCM with what it
//! belongs to as associated data.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ring::aead;
use zeroize::Zeroizing;

use crate::clock::Clock;
use crate::clock::Timestamp;
use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;

/// Bytes of the time before which the content opens.
const TIME_BYTES: usize = 8;

/// What is sealed. A seal of one kind does not open as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// A form post that met the challenge.
    KeptPost,
    /// Backup codes that are on the page.
    BackupCodes,
    /// Whose browser it is.
    KnownBrowser,
    /// That a password was right that must be changed.
    RightPassword,
}

impl Content {
    const fn name(self) -> &'static str {
        match self {
            Self::KeptPost => "kept post v1",
            Self::BackupCodes => "backup codes v1",
            Self::KnownBrowser => "known browser v1",
            Self::RightPassword => "right password v1",
        }
    }
}

/// Seals and opens. Keeps nothing.
pub(crate) struct Sealer {
    key: aead::LessSafeKey,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(…)")
    }
}

impl Sealer {
    /// Seals under `key`, used for nothing else.
    ///
    /// # Errors
    /// When the key does not have 32 bytes.
    pub(crate) fn new(
        key: &[u8],
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, ring::error::Unspecified> {
        let key = aead::UnboundKey::new(&aead::AES_256_GCM, key)?;
        Ok(Self { key: aead::LessSafeKey::new(key), clock, entropy })
    }

    /// `plain`, sealed for `lifetime`; opens only with the same content kind and binding.
    ///
    /// # Errors
    /// When the random source fails.
    pub(crate) fn seal(
        &self,
        content: Content,
        binding: &[&str],
        lifetime: Duration,
        plain: &[u8],
    ) -> Result<String, EntropyFailed> {
        let nonce = entropy::bytes::<{ aead::NONCE_LEN }>(self.entropy.as_ref())?;
        let until = self.clock.now().plus(lifetime).millis().to_be_bytes();
        let mut sealed = plain.to_vec();
        self.key
            .seal_in_place_append_tag(
                aead::Nonce::assume_unique_for_key(nonce),
                aead::Aad::from(associated(content, binding, until)),
                &mut sealed,
            )
            .map_err(|_| EntropyFailed)?;
        let mut whole = until.to_vec();
        whole.extend_from_slice(&nonce);
        whole.extend_from_slice(&sealed);
        Ok(data_encoding::BASE64URL_NOPAD.encode(&whole))
    }

    /// What was sealed; none if it was changed, belongs to something else, or is over.
    pub(crate) fn open(
        &self,
        content: Content,
        binding: &[&str],
        text: &str,
    ) -> Option<Zeroizing<Vec<u8>>> {
        let whole = data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (until, rest) = whole.split_first_chunk::<TIME_BYTES>()?;
        let (nonce, sealed) = rest.split_first_chunk::<{ aead::NONCE_LEN }>()?;
        let mut sealed = Zeroizing::new(sealed.to_vec());
        let plain = self
            .key
            .open_in_place(
                aead::Nonce::assume_unique_for_key(*nonce),
                aead::Aad::from(associated(content, binding, *until)),
                &mut sealed,
            )
            .ok()?
            .len();
        sealed.truncate(plain);
        let until = Timestamp::from_millis(u64::from_be_bytes(*until));
        (self.clock.now() < until).then_some(sealed)
    }
}

fn associated(content: Content, binding: &[&str], until: [u8; TIME_BYTES]) -> Vec<u8> {
    let mut data = until.to_vec();
    for part in std::iter::once(content.name()).chain(binding.iter().copied()) {
        data.extend_from_slice(&part.len().to_be_bytes());
        data.extend_from_slice(part.as_bytes());
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use crate::entropy::SeededEntropy;

    const HOUR: Duration = Duration::from_hours(1);

    fn sealer() -> (Sealer, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(Timestamp::from_secs(1_800_000_000)));
        let entropy = Arc::new(SeededEntropy::new(1));
        (Sealer::new(&[3; 32], clock.clone(), entropy).unwrap(), clock)
    }

    #[test]
    fn what_is_sealed_opens_only_for_what_it_belongs_to() {
        let (sealer, _) = sealer();
        let seal = sealer.seal(Content::KeptPost, &["site", "v"], HOUR, b"plain").unwrap();
        let open = |content, binding: &[&str]| sealer.open(content, binding, &seal);
        assert_eq!(open(Content::KeptPost, &["site", "v"]).unwrap().as_slice(), b"plain");
        assert!(open(Content::BackupCodes, &["site", "v"]).is_none());
        assert!(open(Content::KeptPost, &["site", "w"]).is_none());
        assert!(open(Content::KeptPost, &["sitev", ""]).is_none());
        assert!(open(Content::KeptPost, &["site"]).is_none());
    }

    #[test]
    fn a_changed_or_old_seal_does_not_open() {
        let (sealer, clock) = sealer();
        let seal = sealer.seal(Content::KeptPost, &[], HOUR, b"plain").unwrap();
        for at in 0..seal.len() {
            let mut changed = seal.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(sealer.open(Content::KeptPost, &[], &changed).is_none(), "at {at}");
        }
        clock.advance(HOUR);
        assert!(sealer.open(Content::KeptPost, &[], &seal).is_none());
        assert!(sealer.open(Content::KeptPost, &[], "").is_none());
    }
}
