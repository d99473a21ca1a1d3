//! An authenticator app that an administrator has prepared for somebody: worth nothing until the person enters its first
//! code at their own sign-in, after their password (S3.7).

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use crate::clock::Timestamp;
use crate::secret::Secret;

/// How long it may be taken up.
pub const LIFETIME: Duration = Duration::from_hours(7 * 24);

/// An app that waits for its person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HandedApp {
    /// Names it: another one in its place is another one.
    pub id: String,
    /// The key it has, raw bytes.
    #[serde(with = "crate::secret::at_rest")]
    pub key: Secret<Vec<u8>>,
    /// When it was handed over.
    pub made: Timestamp,
    /// From when on it is void.
    pub expires: Timestamp,
}

impl HandedApp {
    /// One with this key, made now.
    #[must_use]
    pub fn new(id: String, key: Secret<Vec<u8>>, now: Timestamp) -> Self {
        Self { id, key, made: now, expires: now.plus(LIFETIME) }
    }

    /// Whether it can be taken up still. Before the moment it was made, nothing is known of it.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.made <= now && now < self.expires
    }
}
