//! Codes that are sent to a person: digits for one use, for ten minutes, for one purpose in one session.

use std::time::Duration;

use zeroize::Zeroizing;

use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;

/// How long a code is good (NIST SP 800-63B-4 §3.1.3.2; A-156).
pub const LIFETIME: Duration = Duration::from_mins(10);

/// Wrong codes after which a sent one is good for nothing.
pub const MOST_TRIES: u32 = 5;

/// How many digits a code can have (N-10: at least six).
pub const FEWEST_DIGITS: usize = 6;
/// See [`FEWEST_DIGITS`].
pub const MOST_DIGITS: usize = 8;

/// What a code is for. One that was sent for one purpose proves nothing for another.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To prove who one is.
    Prove,
    /// To show that an address is one's own before codes are sent there.
    Bind,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 2] = [Self::Prove, Self::Bind];

    /// The name used in records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prove => "prove",
            Self::Bind => "bind",
        }
    }
}

/// A new code of so many digits, each as likely as any other.
///
/// # Errors
/// When the random source fails.
pub fn generate(entropy: &dyn Entropy, digits: usize) -> Result<Zeroizing<String>, EntropyFailed> {
    let digits = digits.clamp(FEWEST_DIGITS, MOST_DIGITS);
    let mut code = Zeroizing::new(String::with_capacity(digits));
    while code.len() < digits {
        let drawn = Zeroizing::new(entropy::bytes::<16>(entropy)?);
        for byte in drawn.iter().filter(|byte| **byte < 250).take(digits - code.len()) {
            code.push(char::from(b'0' + byte % 10));
        }
    }
    Ok(code)
}

/// What a person typed, without the blanks and dashes that people put between digits; none when it cannot
/// be a code.
#[must_use]
pub fn canonical_code(typed: &str) -> Option<Zeroizing<String>> {
    if typed.len() > 64 {
        return None;
    }
    let code: String = typed.chars().filter(|c| *c != ' ' && *c != '-').collect();
    let code = Zeroizing::new(code);
    let sound = (FEWEST_DIGITS..=MOST_DIGITS).contains(&code.len());
    (sound && code.bytes().all(|b| b.is_ascii_digit())).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn a_code_has_its_digits_and_every_digit_comes_n10() {
        let entropy = SeededEntropy::new(7);
        let mut seen = [0_u32; 10];
        for _ in 0..500 {
            for digits in FEWEST_DIGITS..=MOST_DIGITS {
                let code = generate(&entropy, digits).unwrap();
                assert_eq!(code.len(), digits);
                for byte in code.bytes() {
                    seen[usize::from(byte - b'0')] += 1;
                }
            }
        }
        assert!(seen.iter().all(|&times| (900..1200).contains(&times)), "{seen:?}");
        assert_eq!(generate(&entropy, 1).unwrap().len(), FEWEST_DIGITS);
    }

    #[test]
    fn a_code_is_canonical_in_one_way_a147() {
        assert_eq!(canonical_code(" 123-456 ").unwrap().as_str(), "123456");
        for text in ["12345", "123456789", "12345a", "１２３４５６", "+123456", "1234.56", ""]
        {
            assert!(canonical_code(text).is_none(), "{text}");
        }
    }
}
