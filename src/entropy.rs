//! Chance, as an argument. Nothing else in the crate draws random bytes.

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use data_encoding::Specification;
use ring::digest;
use ring::rand::SecureRandom;
use ring::rand::SystemRandom;

/// The system's random source failed; whatever needed it must be refused.
#[derive(Debug, thiserror::Error)]
#[error("the system's random source failed")]
pub struct EntropyFailed;

/// Where random bytes come from.
pub trait Entropy: fmt::Debug + Send + Sync {
    /// Fills `out` with unpredictable bytes.
    ///
    /// # Errors
    /// When the source fails; there is no weaker fallback.
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyFailed>;
}

/// `N` random bytes.
///
/// # Errors
/// When the source fails.
pub fn bytes<const N: usize>(entropy: &dyn Entropy) -> Result<[u8; N], EntropyFailed> {
    let mut out = [0_u8; N];
    entropy.fill(&mut out)?;
    Ok(out)
}

/// A random identifier: 128 bits in 26 lower-case letters and digits (base 32, RFC 4648 §6), safe in
/// URLs, file names and JSON.
///
/// # Errors
/// When the source fails.
pub fn identifier(entropy: &dyn Entropy) -> Result<String, EntropyFailed> {
    Ok(lower_base32(&bytes::<16>(entropy)?))
}

/// Base 32 (RFC 4648 §6) in lower case, without padding.
#[must_use]
pub fn lower_base32(bytes: &[u8]) -> String {
    let mut spec = Specification::new();
    spec.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
    spec.encoding().map_or_else(|_| data_encoding::HEXLOWER.encode(bytes), |e| e.encode(bytes))
}

/// The operating system's generator.
#[derive(Debug)]
pub struct SystemEntropy(SystemRandom);

impl Default for SystemEntropy {
    fn default() -> Self {
        Self::new()
    }
}

impl SystemEntropy {
    /// A handle to the system's generator.
    #[must_use]
    pub fn new() -> Self {
        Self(SystemRandom::new())
    }
}

impl Entropy for SystemEntropy {
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyFailed> {
        self.0.fill(out).map_err(|_| EntropyFailed)
    }
}

/// A repeatable stream for tests: SHA-256 of seed and counter. Never for anything served.
#[derive(Debug)]
pub struct SeededEntropy {
    seed: u64,
    counter: AtomicU64,
}

impl SeededEntropy {
    /// A stream that depends only on `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, counter: AtomicU64::new(0) }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyFailed> {
        for chunk in out.chunks_mut(32) {
            let n = self.counter.fetch_add(1, Ordering::Relaxed);
            let mut input = self.seed.to_be_bytes().to_vec();
            input.extend_from_slice(&n.to_be_bytes());
            let block = digest::digest(&digest::SHA256, &input);
            for (to, from) in chunk.iter_mut().zip(block.as_ref()) {
                *to = *from;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_128_bits_and_do_not_repeat() {
        let entropy = SystemEntropy::new();
        let first = identifier(&entropy).unwrap();
        assert_eq!(first.len(), 26);
        assert_ne!(first, identifier(&entropy).unwrap());
    }
}
