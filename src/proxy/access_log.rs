//! One line per request, from its context. The query, header values and bodies are never in it.

use std::fmt;
use std::net::IpAddr;
use std::net::SocketAddr;

use serde::Serialize;
use serde::Serializer;

use crate::clock::Timestamp;
use crate::gate::BadToken;
use crate::gate::Rehearsed;

/// Bytes of a User-Agent that are kept.
const MAX_USER_AGENT: usize = 256;

/// Bytes of a path that are kept.
const MAX_PATH: usize = 2048;

/// One request, as it was answered.
#[derive(Clone, Debug, Serialize)]
pub struct AccessRecord<'a> {
    /// When it was answered.
    #[serde(serialize_with = "rfc_3339")]
    pub time: Timestamp,
    /// The id that refusal pages show.
    pub request_id: &'a str,
    /// The site, once found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<&'a str>,
    /// The route's pattern, once found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<&'a str>,
    /// The client's address, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<IpAddr>,
    /// The named network that the client is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<&'a str>,
    /// The country it is believed to be in, where a rule asks for places.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<&'a str>,
    /// The method.
    pub method: &'a str,
    /// The host asked for.
    pub host: &'a str,
    /// The path; a query is cut off.
    #[serde(serialize_with = "without_query")]
    pub path: &'a str,
    /// The status sent; 0: the connection ended before one was.
    pub status: u16,
    /// What was decided.
    pub decision: &'a str,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<&'a str>,
    /// The subject's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<&'a str>,
    /// What the session had proved: `aal1` or `aal2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<&'a str>,
    /// How long ago its last proof was, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof_age: Option<u64>,
    /// The machine that was let through: `network:`, `token:` or `certificate:` and its name or id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine: Option<&'a str>,
    /// The service token that was shown and not taken, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bad_token: Option<&'a BadToken>,
    /// What rules that are only rehearsed would have done instead: `challenge` or `refuse`, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report_only: Option<Rehearsed>,
    /// The session's public handle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<&'a str>,
    /// The address of the console that was asked last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream: Option<SocketAddr>,
    /// How often the request was sent again; none: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retries: Option<usize>,
    /// From asking the console to the head of its answer, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream_ms: Option<u64>,
    /// What the gateway itself added before it asked the console, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub added_us: Option<u64>,
    /// Bytes of the body sent.
    pub bytes: u64,
    /// What the client calls itself; cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<UserAgent<'a>>,
    /// Such as `HTTP/1.1`.
    pub protocol: &'a str,
}

/// What a client calls itself; long ones are cut.
#[derive(Clone, Copy, Debug)]
pub struct UserAgent<'a>(pub &'a str);

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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn rfc_3339<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

fn without_query<S: Serializer>(path: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let path = path.split_once(['?', '#']).map_or(path, |(path, _)| path);
    serializer.serialize_str(cut(path, MAX_PATH))
}

impl Serialize for UserAgent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(cut(self.0, MAX_USER_AGENT))
    }
}

fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or_default()
}
