//! The code that an owner issues to one person who can prove nothing else: good once, and for an hour at most.
//!
//! It looks like a backup code and is kept like one, as an argon2id hash. It counts only beside the password (NIST
//! SP 800-63B-4 §4.2.2.2), and reaches no assurance level (§4.2.1).

use serde::Deserialize;
use serde::Serialize;
use zeroize::Zeroizing;

use super::backup_code;
use crate::clock::Timestamp;
use crate::entropy;
use crate::entropy::Entropy;
use crate::password;
use crate::password::HashFailed;

/// What is kept of a recovery code. An account has one at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryCode {
    /// Names it in the audit log.
    pub id: String,
    /// argon2id hash of the canonical code, PHC text form.
    pub hash: String,
    /// When it was issued.
    pub issued: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
}

impl RecoveryCode {
    /// Whether its time is not over.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        now < self.expires
    }

    /// Whether a canonical code is this one. Costs one hash; run it where hashing may block.
    ///
    /// # Errors
    /// When the stored hash is unreadable.
    pub fn matches(&self, canonical: &str) -> Result<bool, HashFailed> {
        password::verify(canonical, &self.hash)
    }
}

/// Costs what [`RecoveryCode::matches`] costs: where there is none, or what was typed is none.
///
/// # Errors
/// When hashing fails.
pub fn match_nothing(typed: &str) -> Result<(), HashFailed> {
    password::verify_nothing(typed, password::Cost::Code)
}

/// A new code for the time from `issued` to `expires`, and what to tell the person once.
///
/// # Errors
/// When randomness or hashing fails.
pub fn generate(
    entropy: &dyn Entropy,
    issued: Timestamp,
    expires: Timestamp,
) -> Result<(RecoveryCode, Zeroizing<String>), HashFailed> {
    let code = Zeroizing::new(backup_code::random_code(entropy)?);
    let id = entropy::identifier(entropy)?;
    let hash = password::hash(&code, password::Cost::Code, entropy)?;
    let shown = Zeroizing::new(backup_code::printed(&code));
    Ok((RecoveryCode { id, hash, issued, expires }, shown))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(1_000_000 + secs)
    }

    #[test]
    fn it_is_kept_as_a_hash_and_ends_to_the_second_a171_a174() {
        let (kept, shown) = generate(&SeededEntropy::new(1), at(0), at(3600)).unwrap();
        let canonical = backup_code::canonical_code(&shown).unwrap();
        assert!(kept.matches(&canonical).unwrap());
        assert!(!kept.matches("aaaabbbbccccdddd").unwrap());
        assert!(!serde_json::to_string(&kept).unwrap().contains(canonical.as_str()));
        assert!(kept.is_good(at(3599)) && !kept.is_good(at(3600)) && !kept.is_good(at(3601)));
    }
}
