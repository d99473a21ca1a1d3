//! What crosses the control socket: one request and one answer per connection, each one line of JSON.

use serde::Deserialize;
use serde::Serialize;

use super::Command;
use super::OperateError;
use super::Reason;
use super::Reply;

/// Version of the exchange. Command line and gateway must agree; they are one program.
pub const PROTOCOL: u32 = 5;

/// The largest request, in bytes.
pub const MAX_REQUEST: usize = 1024 * 1024;

/// The largest answer that the command line reads, in bytes.
pub const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// The socket's name in the run directory.
pub const SOCKET: &str = "control.sock";

/// A request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// [`PROTOCOL`] of the sender.
    pub version: u32,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// What is asked.
    pub command: Command,
}

/// An answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It was done.
    Done(Reply),
    /// It was not.
    Refused(OperateError),
    /// The request was not understood, or its sender may not ask.
    Rejected(String),
}

/// Only the version, which is read before all else so that strangers can be told apart from errors.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Version {
    /// [`PROTOCOL`] of the sender.
    pub version: u32,
}
