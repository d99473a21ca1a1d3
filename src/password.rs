//! Password hashing: argon2id (RFC 9106) over NFC-normalised text (NIST SP 800-63B-4 §3.1.1.2).
//!
//! Everything here blocks for milliseconds; callers bound how many run at once.

use argon2::Algorithm;
use argon2::Argon2;
use argon2::Params;
use argon2::PasswordHash;
use argon2::PasswordHasher;
use argon2::PasswordVerifier;
use argon2::Version;
use argon2::password_hash::SaltString;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;

/// Bytes beyond which a password is refused before it costs a hash.
pub const MAX_BYTES: usize = 4096;

/// Characters a password needs: it is only ever used together with a second factor, for which NIST
/// SP 800-63B-4 §3.1.1.2 asks at least 8; we ask for more.
pub const MIN_CHARS: usize = 10;

/// How much work one hash is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// A password a person chose: 19 MiB, two passes (OWASP's first choice for argon2id).
    Password,
    /// A code of 65 random bits: 4 MiB, one pass; chance does the rest.
    Code,
}

/// Hashing failed, or a stored hash cannot be read; the proof is refused.
#[derive(Debug, thiserror::Error)]
pub enum HashFailed {
    /// No randomness for the salt.
    #[error(transparent)]
    Entropy(#[from] EntropyFailed),
    /// argon2 refused.
    #[error("password hashing failed: {0}")]
    Hash(argon2::password_hash::Error),
}

impl From<argon2::password_hash::Error> for HashFailed {
    fn from(error: argon2::password_hash::Error) -> Self {
        Self::Hash(error)
    }
}

/// Why a new password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unacceptable {
    /// Fewer than [`MIN_CHARS`] characters.
    #[error("a password needs at least {MIN_CHARS} characters")]
    TooShort,
    /// More than [`MAX_BYTES`] bytes.
    #[error("a password has at most {MAX_BYTES} bytes")]
    TooLong,
    /// Among the passwords that are tried first.
    #[error("this password is among those that attackers try first; choose another")]
    Common,
    /// It is, or contains, the login name.
    #[error("a password must not contain the login name")]
    ContainsLogin,
}

/// Whether a new password may be set for `login`. No composition rules (NIST §3.1.1.2).
///
/// # Errors
/// Names the rule that it breaks.
pub fn check_new(password: &str, login: &str) -> Result<(), Unacceptable> {
    if password.len() > MAX_BYTES {
        return Err(Unacceptable::TooLong);
    }
    if password.chars().count() < MIN_CHARS {
        return Err(Unacceptable::TooShort);
    }
    let lower = password.to_lowercase();
    if login.len() >= 4 && lower.contains(login) {
        return Err(Unacceptable::ContainsLogin);
    }
    let mut distinct: Vec<char> = lower.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 4 || COMMON.iter().any(|common| lower.starts_with(common)) {
        return Err(Unacceptable::Common);
    }
    Ok(())
}

/// The stems of the most used passwords of ten characters and more.
const COMMON: &[&str] = &[
    "1234567890",
    "0123456789",
    "0987654321",
    "9876543210",
    "1q2w3e4r5t",
    "q1w2e3r4t5",
    "qwertyuiop",
    "qwerty1234",
    "asdfghjkl",
    "password",
    "passw0rd",
    "p@ssw0rd",
    "letmein",
    "iloveyou",
    "welcome",
    "administrator",
    "changeme",
    "changeit",
    "portcullis",
    "abcdefghij",
    "qazwsxedc",
    "1qaz2wsx",
    "football",
    "baseball",
    "superman",
    "princess",
    "sunshine",
    "trustno1",
    "adminadmin",
    "rootroot",
];

/// A new hash in PHC text form, with a 16-byte random salt.
///
/// # Errors
/// When randomness or hashing fails.
pub fn hash(password: &str, cost: Cost, entropy: &dyn Entropy) -> Result<String, HashFailed> {
    let salt = SaltString::encode_b64(&entropy::bytes::<16>(entropy)?)?;
    Ok(hasher(cost)?.hash_password(normalised(password).as_bytes(), &salt)?.to_string())
}

/// Whether `password` is the one that was hashed. The parameters are the stored ones.
///
/// # Errors
/// When the stored hash is unreadable: refuse.
pub fn verify(password: &str, stored: &str) -> Result<bool, HashFailed> {
    let parsed = PasswordHash::new(stored)?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::try_from(&parsed)?);
    match hasher.verify_password(normalised(password).as_bytes(), &parsed) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::Password) => Ok(false),
        Err(other) => Err(other.into()),
    }
}

/// Spends the time of one verification and finds nothing: for unknown names.
///
/// # Errors
/// When hashing fails.
pub fn verify_nothing(password: &str, cost: Cost) -> Result<(), HashFailed> {
    let salt = SaltString::encode_b64(b"no account here.")?;
    hasher(cost)?.hash_password(normalised(password).as_bytes(), &salt)?;
    Ok(())
}

fn hasher(cost: Cost) -> Result<Argon2<'static>, HashFailed> {
    let params = match cost {
        Cost::Password => Params::new(19 * 1024, 2, 1, None),
        Cost::Code => Params::new(4 * 1024, 1, 1, None),
    };
    let params = params.map_err(argon2::password_hash::Error::from)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn normalised(password: &str) -> Zeroizing<String> {
    Zeroizing::new(password.nfc().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn every_byte_counts_and_normal_forms_are_one_a127() {
        let entropy = SeededEntropy::new(1);
        let long = "ä".repeat(60);
        let stored = hash(&long, Cost::Code, &entropy).unwrap();
        assert!(verify(&long.nfd().collect::<String>(), &stored).unwrap());
        assert!(!verify(&"ä".repeat(59), &stored).unwrap());
        let nul = hash("abc\0def", Cost::Code, &entropy).unwrap();
        assert!(!verify("abc", &nul).unwrap());
    }

    #[test]
    fn an_unreadable_hash_is_an_error_not_a_match() {
        assert!(verify("anything", "not a hash").is_err());
        assert!(verify("", "").is_err());
    }

    #[test]
    fn weak_new_passwords_are_refused_with_the_rule() {
        assert_eq!(check_new("short", "alice"), Err(Unacceptable::TooShort));
        assert_eq!(check_new("aaaaaaaaaaaa", "alice"), Err(Unacceptable::Common));
        assert_eq!(check_new("Password2026!", "alice"), Err(Unacceptable::Common));
        assert_eq!(check_new("xx-alice-yy-zz", "alice"), Err(Unacceptable::ContainsLogin));
        assert_eq!(check_new("tall grass hums", "alice"), Ok(()));
    }
}
