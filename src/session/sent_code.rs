//! A code that was sent to a person, as it is kept until it comes back.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;

use super::SessionKey;
use crate::authenticator::contact::Channel;
use crate::authenticator::out_of_band;
use crate::authenticator::out_of_band::Purpose;
use crate::clock::Timestamp;

/// A code under way. It is good in the session that asked for it, for what it was asked for, and for the
/// address it went to; an account has one for each purpose, and a new one takes its place.
#[derive(Clone, Serialize, Deserialize)]
pub struct SentCode {
    /// Tells it from the one before and after it.
    pub id: String,
    /// The session that asked for it.
    pub session: SessionKey,
    /// What it is for.
    pub purpose: Purpose,
    /// How it was sent.
    pub channel: Channel,
    /// Where to, in canonical form.
    pub address: String,
    /// The authenticator it proves; none while the address is not bound yet.
    pub authenticator: Option<String>,
    /// argon2id hash of its digits, PHC text form.
    pub hash: String,
    /// When it was made.
    pub made: Timestamp,
    /// How often something was taken for it.
    #[serde(default)]
    pub tries: u32,
}

impl SentCode {
    /// Whether it is too old for any session.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        now.since(self.made) >= out_of_band::LIFETIME
    }

    /// Whether it may be tried in a session at `now`.
    #[must_use]
    pub fn is_good(&self, session: &SessionKey, now: Timestamp) -> bool {
        self.session == *session && !self.is_over(now) && self.tries < out_of_band::MOST_TRIES
    }
}

impl fmt::Debug for SentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentCode")
            .field("id", &self.id)
            .field("purpose", &self.purpose)
            .field("channel", &self.channel)
            .field("made", &self.made)
            .field("tries", &self.tries)
            .finish_non_exhaustive()
    }
}
