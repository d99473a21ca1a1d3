//! The token by which the first owner is made, where there is none. Its text is in one file, which whoever runs
//! the gateway can read.

use serde::Deserialize;
use serde::Serialize;

use super::one_time::OneTimeHash;
use crate::clock::Timestamp;

/// What is kept while there is no owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstOwnerOffer {
    /// Knows the token again.
    pub hash: OneTimeHash,
    /// Until when the token is good.
    pub expires: Timestamp,
}

impl FirstOwnerOffer {
    /// Whether this token is good at that moment. One that is over is as wrong as any other.
    #[must_use]
    pub fn is_met_by(&self, token: &OneTimeHash, now: Timestamp) -> bool {
        let is_same = self.hash == *token;
        is_same && now < self.expires
    }
}

#[cfg(test)]
mod tests {
    use super::super::one_time::OneTimeToken;
    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn a_token_is_met_by_itself_until_its_time_is_over_and_shows_in_no_output_a263() {
        let entropy = SeededEntropy::new(1);
        let token = OneTimeToken::generate(&entropy).unwrap();
        let other = OneTimeToken::generate(&entropy).unwrap();
        let at = Timestamp::from_secs;
        let offer = FirstOwnerOffer { hash: token.hash(), expires: at(100) };
        let pasted = OneTimeToken::typed(&format!(" {}\n", token.expose()));
        assert!(offer.is_met_by(&pasted.hash(), at(99)));
        assert!(!offer.is_met_by(&token.hash(), at(100)));
        for wrong in [other, OneTimeToken::typed("")] {
            assert!(!offer.is_met_by(&wrong.hash(), at(99)));
        }
        assert_eq!(token.expose().len(), 52);
        let kept = serde_json::to_string(&offer).unwrap();
        for shown in [format!("{token:?}"), format!("{offer:?}"), kept] {
            assert!(!shown.contains(token.expose()), "{shown}");
        }
    }
}
