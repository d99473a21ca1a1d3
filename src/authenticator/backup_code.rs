//! The ten codes a user keeps for the day without the phone.
//!
//! A code has 80 random bits in 16 letters and digits (`abcd-efgh-ijkl-mnop`). Its first three
//! characters select the record, so that one attempt costs one hash; the other 65 bits are kept as an
//! argon2id hash (NIST SP 800-63B-4 §3.1.2.2: below 112 bits, salted and password-hashed).

use serde::Deserialize;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::clock::Timestamp;
use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;
use crate::password;
use crate::password::HashFailed;

/// How many codes a set has (S1.6).
pub const SET_SIZE: usize = 10;

/// Characters of a code, without dashes.
const CODE_CHARS: usize = 16;

/// Leading characters that select a record and are stored in clear.
const SELECTOR_CHARS: usize = 3;

/// Whether a set may be looked at again.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reveal {
    /// Shown once, when made.
    #[default]
    Once,
    /// Kept sealed as well, shown after a fresh proof.
    StepUp,
}

/// What is kept of one code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BackupCode {
    /// The first characters: which record an attempt is about.
    pub selector: String,
    /// argon2id hash of the whole canonical code, PHC text form.
    pub hash: String,
    /// The code itself, sealed with its record; only under [`Reveal::StepUp`].
    pub kept: Option<String>,
    /// When it was spent.
    pub spent: Option<Timestamp>,
}

/// A set of ten.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BackupCodeSet {
    /// Whether it may be looked at again.
    pub reveal: Reveal,
    /// When the person said that the codes are stored.
    pub acknowledged: Option<Timestamp>,
    /// The codes.
    pub codes: Vec<BackupCode>,
}

impl BackupCodeSet {
    /// How many codes are unspent.
    #[must_use]
    pub fn left(&self) -> usize {
        self.codes.iter().filter(|code| code.spent.is_none()).count()
    }

    /// The unspent codes in print form; none where any of them is not kept.
    #[must_use]
    pub fn unspent(&self) -> Option<Vec<Zeroizing<String>>> {
        let unspent = self.codes.iter().filter(|code| code.spent.is_none());
        unspent.map(|code| Some(Zeroizing::new(printed(code.kept.as_ref()?)))).collect()
    }

    /// The index of the code that `canonical` is, spent or not, if any: the store's conditional write
    /// decides whether it still counts. Costs one hash either way; run it where hashing may block.
    ///
    /// # Errors
    /// When a stored hash is unreadable.
    pub fn matching(&self, canonical: &str) -> Result<Option<usize>, HashFailed> {
        let selector = canonical.get(..SELECTOR_CHARS).unwrap_or_default();
        let mut hashed = false;
        for (index, code) in self.codes.iter().enumerate() {
            if code.selector == selector {
                hashed = true;
                if password::verify(canonical, &code.hash)? {
                    return Ok(Some(index));
                }
            }
        }
        if !hashed {
            password::verify_nothing(canonical, password::Cost::Code)?;
        }
        Ok(None)
    }
}

/// A new set, and the codes to show to the person once, in print form.
///
/// # Errors
/// When randomness or hashing fails.
pub fn generate(
    entropy: &dyn Entropy,
    reveal: Reveal,
) -> Result<(BackupCodeSet, Vec<Zeroizing<String>>), HashFailed> {
    let mut set = BackupCodeSet { reveal, acknowledged: None, codes: Vec::with_capacity(SET_SIZE) };
    let mut shown = Vec::with_capacity(SET_SIZE);
    while set.codes.len() < SET_SIZE {
        let code = Zeroizing::new(random_code(entropy)?);
        let selector = code.get(..SELECTOR_CHARS).unwrap_or_default().to_owned();
        if set.codes.iter().any(|other| other.selector == selector) {
            continue;
        }
        let kept = (reveal == Reveal::StepUp).then(|| code.to_string());
        let hash = password::hash(&code, password::Cost::Code, entropy)?;
        shown.push(Zeroizing::new(printed(&code)));
        set.codes.push(BackupCode { selector, hash, kept, spent: None });
    }
    Ok((set, shown))
}

/// What a person typed, made canonical: dashes, spaces and case are folded, nothing else.
#[must_use]
pub fn canonical_code(typed: &str) -> Option<Zeroizing<String>> {
    if typed.len() > 128 {
        return None;
    }
    let code: String = typed
        .chars()
        .filter(|c| !c.is_ascii_whitespace() && *c != '-')
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let allowed = |b: u8| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b);
    (code.len() == CODE_CHARS && code.bytes().all(allowed)).then(|| Zeroizing::new(code))
}

pub(super) fn random_code(entropy: &dyn Entropy) -> Result<String, EntropyFailed> {
    Ok(entropy::lower_base32(&entropy::bytes::<10>(entropy)?))
}

pub(super) fn printed(code: &str) -> String {
    let mut text = String::with_capacity(CODE_CHARS + 3);
    for (i, c) in code.chars().enumerate() {
        if i > 0 && i % 4 == 0 {
            text.push('-');
        }
        text.push(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn a_set_has_ten_codes_of_eighty_bits_and_stores_only_hashes_a171() {
        let (set, shown) = generate(&SeededEntropy::new(1), Reveal::Once).unwrap();
        assert_eq!((set.codes.len(), shown.len(), set.left()), (10, 10, 10));
        let stored = serde_json::to_string(&set).unwrap();
        for code in &shown {
            assert_eq!(code.len(), 19);
            assert!(!stored.contains(code.as_str()) && !stored.contains(&code.replace('-', "")));
        }
    }

    #[test]
    fn a_code_matches_in_any_spelling_of_case_and_dashes_and_in_no_other_a173() {
        let (set, shown) = generate(&SeededEntropy::new(2), Reveal::Once).unwrap();
        let typed = shown[3].to_uppercase().replace('-', " ");
        assert_eq!(set.matching(&canonical_code(&typed).unwrap()).unwrap(), Some(3));
        for wrong in [&shown[3][..18], &format!("{}a", *shown[3]), "abc*", ""] {
            assert!(canonical_code(wrong).is_none(), "{wrong:?}");
        }
        let mut other = canonical_code(&shown[3]).unwrap();
        let last = if other.ends_with('a') { "b" } else { "a" };
        other.replace_range(15.., last);
        assert_eq!(set.matching(&other).unwrap(), None);
    }

    #[test]
    fn codes_are_looked_at_again_only_where_they_are_kept_s1_7() {
        let (mut set, shown) = generate(&SeededEntropy::new(4), Reveal::StepUp).unwrap();
        set.codes[0].spent = Some(Timestamp::from_secs(1));
        assert_eq!(set.unspent().unwrap(), shown[1..]);
        let (set, _) = generate(&SeededEntropy::new(4), Reveal::Once).unwrap();
        assert_eq!(set.unspent(), None);
    }

    #[test]
    fn a_spent_code_is_known_as_such_and_left_no_more() {
        let (mut set, shown) = generate(&SeededEntropy::new(3), Reveal::Once).unwrap();
        set.codes[0].spent = Some(Timestamp::from_secs(1));
        assert_eq!(set.matching(&canonical_code(&shown[0]).unwrap()).unwrap(), Some(0));
        assert_eq!(set.left(), 9);
    }
}
