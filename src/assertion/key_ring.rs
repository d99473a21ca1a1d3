//! The keys in time: published before they sign, published after they stop.

use std::time::Duration;

use bytes::Bytes;
use serde_json::json;

use super::SigningKey;
use crate::clock::Timestamp;

/// How long a console may cache the key set (`Cache-Control: max-age`).
pub const CACHE: Duration = Duration::from_mins(5);

/// A new key is published this long before it signs: longer than any cache and any clock skew.
pub const PUBLISH_AHEAD: Duration = Duration::from_mins(15);

/// An old key stays published this long after it stopped signing: longer than any assertion's life.
pub const KEEP_AFTER: Duration = Duration::from_hours(1);

/// A key signs for this long before the next one is made.
pub const ROTATE_EVERY: Duration = Duration::from_hours(30 * 24);

/// The signing keys, oldest first.
#[derive(Debug, Default)]
pub struct KeyRing {
    keys: Vec<SigningKey>,
}

/// What a key is doing at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Published, does not sign yet.
    Next,
    /// Signs.
    Current,
    /// Published, does not sign any more.
    Previous,
    /// Not published any more; its file may go.
    Retired,
}

impl KeyState {
    /// The state's name for people and scripts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Current => "current",
            Self::Previous => "previous",
            Self::Retired => "retired",
        }
    }
}

impl KeyRing {
    /// A ring of these keys.
    #[must_use]
    pub fn new(mut keys: Vec<SigningKey>) -> Self {
        keys.sort_by_key(SigningKey::activates);
        Self { keys }
    }

    /// The key that signs at a moment: the latest that is active.
    #[must_use]
    pub fn current(&self, wall: Timestamp) -> Option<&SigningKey> {
        self.keys.iter().rfind(|key| key.activates() <= wall)
    }

    /// Every key with what it is doing.
    #[must_use]
    pub fn states(&self, wall: Timestamp) -> Vec<(&SigningKey, KeyState)> {
        let successors = self.keys.iter().skip(1).map(|key| Some(key.activates())).chain([None]);
        self.keys
            .iter()
            .zip(successors)
            .map(|(key, successor)| {
                let state = match successor {
                    _ if key.activates() > wall => KeyState::Next,
                    Some(stopped) if wall >= stopped.plus(KEEP_AFTER) => KeyState::Retired,
                    Some(stopped) if wall >= stopped => KeyState::Previous,
                    _ => KeyState::Current,
                };
                (key, state)
            })
            .collect()
    }

    /// Whether it is time to make the next key.
    #[must_use]
    pub fn rotation_is_due(&self, wall: Timestamp) -> bool {
        self.keys
            .last()
            .is_none_or(|newest| wall.plus(PUBLISH_AHEAD) >= newest.activates().plus(ROTATE_EVERY))
    }

    /// The key set (RFC 7517 §5): public keys of everything that signs, will sign, or lately signed.
    #[must_use]
    pub fn jwks(&self, wall: Timestamp) -> Bytes {
        let published: Vec<_> = self
            .states(wall)
            .into_iter()
            .filter(|(_, state)| *state != KeyState::Retired)
            .map(|(key, _)| key.jwk())
            .collect();
        Bytes::from(json!({ "keys": published }).to_string())
    }
}
