//! One line per request, from its context. The query, header values and bodies are never in it.

use std::fmt;
use std::net::IpAddr;

use serde::Serialize;

/// A request in the access log. Absent facts are left out.
#[derive(Clone, Debug, Serialize)]
pub struct AccessRecord<'a> {
    /// When it was answered, RFC 3339.
    pub time: String,
    /// Its id: also on every refusal page and in the audit log.
    pub request_id: &'a str,
    /// The site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<&'a str>,
    /// The route that decided.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub route: &'a str,
    /// The client's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<IpAddr>,
    /// The method.
    pub method: &'a str,
    /// The host.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub host: &'a str,
    /// The path, byte for byte as the console received it.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub path: &'a str,
    /// The status of the answer; 0 when none was sent.
    pub status: u16,
    /// What was decided.
    pub decision: &'a str,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<&'a str>,
    /// Whose session it came with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<&'a str>,
    /// Which session: its public handle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<&'a str>,
    /// Microseconds the gateway took before it asked the console.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub added_us: Option<u64>,
    /// Microseconds until the answer was sent.
    pub total_us: u64,
    /// Bytes of the answer's body.
    pub bytes: usize,
    /// The protocol version.
    pub protocol: &'a str,
    /// The browser's name for itself, cut.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub user_agent: &'a str,
}

/// Where access log lines go.
pub trait AccessSink: fmt::Debug + Send + Sync {
    /// Takes one line without waiting.
    fn write(&self, record: &AccessRecord<'_>);
}

/// Nowhere: the operator switched the access log off.
#[derive(Clone, Copy, Debug)]
pub struct NoAccessLog;

impl AccessSink for NoAccessLog {
    fn write(&self, _record: &AccessRecord<'_>) {}
}
