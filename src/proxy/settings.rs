//! What the operator decides about connections and requests: limits and times.

use std::time::Duration;

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
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            head: Limits::default(),
            head_timeout: Duration::from_secs(10),
            keepalive: Duration::from_secs(75),
            handshake_timeout: Duration::from_secs(10),
            form_bytes: 64 * 1024,
        }
    }
}
