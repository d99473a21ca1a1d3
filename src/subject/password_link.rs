//! Links by which somebody chooses a password: handed over by an administrator, good once and for a while. An account has
//! one at most.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use super::SubjectId;
use super::one_time::OneTimeHash;
use super::one_time::OneTimeToken;
use crate::clock::Timestamp;

/// How long a link is good.
pub const GOOD_FOR: Duration = Duration::from_hours(72);

/// Characters of the longest id.
const LONGEST_ID: usize = 64;

/// What stands in a link: whose it is, and the token.
#[derive(Clone, Debug)]
pub struct LinkText {
    /// For whom it was made.
    pub subject: SubjectId,
    /// What opens it.
    pub token: OneTimeToken,
}

impl LinkText {
    /// Reads one; none: it is no such thing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, token) = text.trim().split_once('.')?;
        let is_plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric());
        let fits = !id.is_empty() && id.len() <= LONGEST_ID && is_plain(id) && is_plain(token);
        fits.then(|| Self {
            subject: SubjectId::from_stored(id.to_owned()),
            token: OneTimeToken::typed(token),
        })
    }

    /// The text, for the link.
    #[must_use]
    pub fn expose(&self) -> String {
        format!("{}.{}", self.subject, self.token.expose())
    }
}

/// What is kept of a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordLink {
    /// Knows the token again.
    pub hash: OneTimeHash,
    /// By whom it was made.
    pub made_by: String,
    /// Until when it is good.
    pub expires: Timestamp,
}

impl PasswordLink {
    /// Whether this token is good at that moment. One that is over is as wrong as any other.
    #[must_use]
    pub fn is_met_by(&self, token: &OneTimeHash, now: Timestamp) -> bool {
        let is_same = self.hash == *token;
        is_same && self.is_good(now)
    }

    /// Whether its time is not over.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        now < self.expires
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn a_link_says_whose_it_is_is_met_by_its_token_in_time_and_is_kept_as_a_hash() {
        let entropy = SeededEntropy::new(1);
        let subject = SubjectId::generate(&entropy).unwrap();
        let token = OneTimeToken::generate(&entropy).unwrap();
        let text = LinkText { subject: subject.clone(), token };
        let read = LinkText::parse(&format!(" {}\n", text.expose())).unwrap();
        assert_eq!(read.subject, subject);
        let at = Timestamp::from_secs;
        let hash = text.token.hash();
        let link = PasswordLink { hash, made_by: "operator:0".to_owned(), expires: at(100) };
        assert!(link.is_met_by(&read.token.hash(), at(99)));
        assert!(!link.is_met_by(&read.token.hash(), at(100)));
        let other = OneTimeToken::generate(&entropy).unwrap();
        assert!(!link.is_met_by(&other.hash(), at(1)));
        let kept = serde_json::to_string(&link).unwrap();
        for shown in [format!("{text:?}"), format!("{link:?}"), kept] {
            assert!(!shown.contains(text.token.expose()), "{shown}");
        }
        for odd in
            ["", ".", "a", ".b", "a/b.c", "a.b.c", "a\u{e9}.b", &format!("{}.b", "a".repeat(65))]
        {
            assert!(LinkText::parse(odd).is_none(), "{odd}");
        }
    }
}
