//! What the operator decides about connections and requests: limits and times.

use std::time::Duration;

use super::http2::Http2;
use super::pace::Rate;
use crate::canonical::head::Limits;

/// What the operator decides about connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Limits on request heads.
    pub head: Limits,
    /// From the first byte of a head to its last.
    pub head_timeout: Duration,
    /// How long a connection may wait for its next request.
    pub keepalive: Duration,
    /// For a TLS handshake.
    pub handshake_timeout: Duration,
    /// Bytes of a form sent to a built-in page.
    pub form_bytes: usize,
    /// Bytes of a body that is forwarded; none: any number.
    pub body_bytes: Option<u64>,
    /// What a client that sends a body has to keep up with.
    pub receiving: Rate,
    /// What a client that reads an answer has to keep up with.
    pub sending: Rate,
    /// Requests of one connection.
    pub requests: usize,
    /// WebSockets and event streams of one session at once.
    pub streams: usize,
    /// What an HTTP/2 client may do.
    pub http2: Http2,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            head: Limits::default(),
            head_timeout: Duration::from_secs(10),
            keepalive: Duration::from_secs(75),
            handshake_timeout: Duration::from_secs(10),
            form_bytes: 64 * 1024,
            body_bytes: None,
            receiving: Rate { bytes: 256, grace: Duration::from_mins(1) },
            sending: Rate { bytes: 256, grace: Duration::from_mins(1) },
            requests: 10_000,
            streams: 64,
            http2: Http2::default(),
        }
    }
}
