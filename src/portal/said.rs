//! What a page says besides what it is for: what went wrong, under which status, and when to try again.

use http::StatusCode;

use crate::clock::Timestamp;
use crate::portal::turn::Turn;

/// Seconds after which a busy gateway may be asked again.
const BUSY_SECONDS: u64 = 5;

/// What a page says of an attempt.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    /// The status of the answer.
    pub(crate) status: StatusCode,
    /// What went wrong, in words.
    pub(crate) problem: Option<String>,
    /// Seconds to wait before the next attempt.
    pub(crate) wait: Option<u64>,
}

impl Default for Said {
    fn default() -> Self {
        Self::nothing(StatusCode::OK)
    }
}

impl Said {
    /// Nothing went wrong.
    pub(crate) const fn nothing(status: StatusCode) -> Self {
        Self { status, problem: None, wait: None }
    }

    /// This went wrong.
    pub(crate) const fn problem(status: StatusCode, text: String) -> Self {
        Self { status, problem: Some(text), wait: None }
    }

    /// There were too many attempts: what the message of that key says, with the time to `wait`.
    pub(crate) fn wait(turn: &Turn, key: &str, until: Timestamp) -> Self {
        let seconds = turn.seconds_until(until);
        let text = turn.language.with(key, "wait", &turn.language.wait(seconds));
        Self { wait: Some(seconds), ..Self::problem(StatusCode::TOO_MANY_REQUESTS, text) }
    }

    /// Too many people come at once.
    pub(crate) fn busy(turn: &Turn) -> Self {
        let busy = Self::problem(StatusCode::SERVICE_UNAVAILABLE, turn.say("busy"));
        Self { wait: Some(BUSY_SECONDS), ..busy }
    }
}
