//! A token as it is kept: everything but the token.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use super::scope::Asked;
use super::scope::OutOfScope;
use super::scope::Scope;
use super::text::SecretHash;
use super::text::TokenId;
use crate::clock::Timestamp;
use crate::subject::Role;

/// A token as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceToken {
    /// Names it in the log, and in the token itself.
    pub id: TokenId,
    /// The operator's name for it; unique.
    pub name: TokenName,
    /// What it is good for.
    pub scope: Scope,
    /// When it was issued.
    pub created: Timestamp,
    /// By whom: `operator:` and a user id.
    pub created_by: String,
    /// When it ends by itself.
    pub expires: Timestamp,
    /// What knows the token again.
    pub current: SecretHash,
    /// The one before, while a rotation leaves it good.
    pub previous: Option<Previous>,
    /// When it was last used, to the minute.
    pub last_used: Option<Timestamp>,
    /// Whether it may be used.
    pub state: TokenState,
    /// What it may do in the gateway itself; none: nothing, it is for a console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

/// A secret that was replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previous {
    /// What knows it again.
    pub hash: SecretHash,
    /// Until when it is still good.
    pub until: Timestamp,
}

/// Whether a token may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenState {
    /// It may.
    Active,
    /// An operator has taken that away, and may give it back.
    Disabled,
}

/// A new secret for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// What knows the new one again.
    pub hash: SecretHash,
    /// When that was.
    pub at: Timestamp,
    /// Until when the old one is good; the moment itself: not at all.
    pub overlap_until: Timestamp,
    /// When the token ends from now on.
    pub expires: Timestamp,
}

/// Why a token is not to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// No token has the id.
    Unknown,
    /// The secret is not the one, or not any more.
    Secret,
    /// Its time is over.
    Expired,
    /// An operator has disabled it.
    Disabled,
}

impl Unusable {
    /// Its name in the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Secret => "secret",
            Self::Expired => "expired",
            Self::Disabled => "disabled",
        }
    }
}

impl ServiceToken {
    /// How long a token lives when nothing is said.
    pub const LIFETIME: Duration = Duration::from_hours(90 * 24);

    /// How long a token may live.
    pub const LONGEST_LIFE: Duration = Duration::from_hours(366 * 24);

    /// How long the old secret is good after a rotation, when nothing is said.
    pub const OVERLAP: Duration = Duration::from_hours(24);

    /// How long it may be.
    pub const LONGEST_OVERLAP: Duration = Duration::from_hours(30 * 24);

    /// From how long before its end on a token is warned of.
    pub const WARNED_AHEAD: Duration = Duration::from_hours(14 * 24);

    /// Whether somebody who shows a token of this hash may use it now.
    ///
    /// # Errors
    /// Why not. Who does not know a secret learns nothing else.
    pub fn usable(&self, shown: &SecretHash, now: Timestamp) -> Result<(), Unusable> {
        let is_previous = self
            .previous
            .as_ref()
            .is_some_and(|previous| previous.hash == *shown && now < previous.until);
        if self.current != *shown && !is_previous {
            return Err(Unusable::Secret);
        }
        if self.state == TokenState::Disabled {
            return Err(Unusable::Disabled);
        }
        if now >= self.expires { Err(Unusable::Expired) } else { Ok(()) }
    }

    /// Whether it is good for a request to its console: none with a role is.
    ///
    /// # Errors
    /// Why not.
    pub fn serves_console(&self, asked: &Asked<'_>) -> Result<(), OutOfScope> {
        if self.role.is_some() {
            return Err(OutOfScope::Use);
        }
        self.scope.admits(asked)
    }

    /// What it may do in the gateway itself, if it is good for a request there: none without a role is, whatever its
    /// scope says.
    ///
    /// # Errors
    /// Why not.
    pub fn serves_api(&self, asked: &Asked<'_>) -> Result<Role, OutOfScope> {
        let role = self.role.ok_or(OutOfScope::Use)?;
        self.scope.admits(asked).map(|()| role)
    }

    /// Puts a new secret in the place of the present one, which stays good for a while, but not longer
    /// than it was.
    pub fn rotate(&mut self, rotation: Rotation) {
        let until = rotation.overlap_until.min(self.expires);
        let previous = Previous { hash: self.current, until };
        self.previous = (until > rotation.at).then_some(previous);
        self.current = rotation.hash;
        self.expires = rotation.expires;
    }
}

/// A token's name: 1 to 63 of `a-z 0-9 -`, as sites have them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TokenName(String);

impl TokenName {
    /// Reads a name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        (!text.is_empty() && text.len() <= 63 && text.bytes().all(allowed))
            .then(|| Self(text.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for TokenName {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        Self::parse(&text).ok_or("not a name")
    }
}

impl From<TokenName> for String {
    fn from(name: TokenName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::TokenText;
    use super::*;
    use crate::entropy::SystemEntropy;

    const fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(1_800_000_000 + secs)
    }

    fn issued() -> (ServiceToken, TokenText) {
        let entropy = SystemEntropy::new();
        let text = TokenText::generate(TokenId::generate(&entropy).unwrap(), &entropy).unwrap();
        let token = ServiceToken {
            id: text.id().clone(),
            name: TokenName::parse("ci").unwrap(),
            scope: Scope {
                site: "console".to_owned(),
                paths: Vec::new(),
                methods: Vec::new(),
                networks: Vec::new(),
            },
            created: at(0),
            created_by: "operator:0".to_owned(),
            expires: at(1000),
            current: text.hash(),
            previous: None,
            last_used: None,
            state: TokenState::Active,
            role: None,
        };
        (token, text)
    }

    fn another(token: &ServiceToken) -> TokenText {
        TokenText::generate(token.id.clone(), &SystemEntropy::new()).unwrap()
    }

    #[test]
    fn a_token_is_good_until_the_moment_it_expires_and_for_who_knows_it() {
        let (mut token, text) = issued();
        let shown = text.hash();
        assert_eq!(token.usable(&shown, at(999)), Ok(()));
        assert_eq!(token.usable(&shown, at(1000)), Err(Unusable::Expired));
        assert_eq!(token.usable(&another(&token).hash(), at(0)), Err(Unusable::Secret));
        token.state = TokenState::Disabled;
        assert_eq!(token.usable(&shown, at(0)), Err(Unusable::Disabled));
        assert_eq!(token.usable(&another(&token).hash(), at(0)), Err(Unusable::Secret));
    }

    #[test]
    fn after_a_rotation_both_are_good_for_a_while_and_of_two_rotations_the_last() {
        let (mut token, first) = issued();
        let (second, third) = (another(&token), another(&token));
        let rotation = |text: &TokenText, secs, overlap, expires| Rotation {
            hash: text.hash(),
            at: at(secs),
            overlap_until: at(secs + overlap),
            expires: at(expires),
        };
        token.rotate(rotation(&second, 10, 50, 2000));
        for (shown, secs, usable) in [
            (&first, 59, Ok(())),
            (&first, 60, Err(Unusable::Secret)),
            (&second, 10, Ok(())),
            (&second, 1999, Ok(())),
            (&second, 2000, Err(Unusable::Expired)),
        ] {
            assert_eq!(token.usable(&shown.hash(), at(secs)), usable, "{secs}");
        }
        token.rotate(rotation(&third, 20, 0, 3000));
        for gone in [&first, &second] {
            assert_eq!(token.usable(&gone.hash(), at(20)), Err(Unusable::Secret));
        }
        assert_eq!((token.usable(&third.hash(), at(20)), &token.previous), (Ok(()), &None));
    }

    #[test]
    fn a_rotation_does_not_prolong_the_old_secret() {
        let (mut token, first) = issued();
        let hash = another(&token).hash();
        let rotation = Rotation { hash, at: at(990), overlap_until: at(5000), expires: at(9000) };
        token.rotate(rotation);
        assert_eq!(token.usable(&first.hash(), at(999)), Ok(()));
        assert_eq!(token.usable(&first.hash(), at(1000)), Err(Unusable::Secret));
    }

    #[test]
    fn a_name_is_written_as_a_sites() {
        assert!(TokenName::parse("ci-reader-2").is_some());
        for odd in ["", "CI", "a b", "a_b", "a:b", "é", &"a".repeat(64)] {
            assert!(TokenName::parse(odd).is_none(), "{odd}");
        }
    }
}
