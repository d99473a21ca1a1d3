//! What is told of sessions.

use std::net::IpAddr;

use serde::Deserialize;
use serde::Serialize;

use crate::clock::Timestamp;

/// The answer to a command about sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionReply {
    /// Sessions.
    Page {
        /// Newest first.
        sessions: Vec<SessionView>,
        /// The cursor to go on after; none: that was all.
        next: Option<String>,
    },
    /// Sessions were ended.
    Ended {
        /// How many.
        sessions: u64,
    },
}

/// A session; nothing that opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// Its public handle, `sid` of the assertion.
    pub handle: String,
    /// Opaque id of the account.
    pub subject: String,
    /// Its login name.
    pub login: String,
    /// The site it is on.
    pub site: String,
    /// How strong it is: `aal1` to `aal3`.
    pub aal: String,
    /// When somebody signed in.
    pub created: Timestamp,
    /// When something was last done in it.
    pub last_active: Timestamp,
    /// The address it was opened from.
    pub client: IpAddr,
    /// Browser and system, as the browser said.
    pub browser: Option<String>,
    /// City and country of that address.
    pub place: Option<String>,
}
