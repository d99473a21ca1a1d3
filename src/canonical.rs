//! The canonical request: method, host and path with exactly one reading, or none at all (rule 2).
//!
//! What differs from its canonical form is refused, or sent back to a browser as a redirect; it is
//! never corrected and forwarded (RFC 9112 §3.2, RFC 9110 §7.7). The bytes that pass here are the bytes
//! the console receives.

pub mod chunks;
pub mod head;
pub mod host;
pub mod path;

use http::Method;

pub use self::head::HeadError;
pub use self::host::Host;
pub use self::path::CanonicalPath;
pub use self::path::PathError;

/// Methods that may pass: RFC 9110 §9.3 without CONNECT and TRACE, PATCH (RFC 5789), `WebDAV`'s.
const METHODS: &[&str] = &[
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "PROPFIND",
    "PROPPATCH",
    "MKCOL",
    "COPY",
    "MOVE",
    "LOCK",
    "UNLOCK",
    "REPORT",
    "SEARCH",
];

/// A request as policy and console both see it.
#[derive(Clone, Debug)]
pub struct CanonicalRequest {
    /// The method, upper case, one of those that may pass.
    pub method: Method,
    /// The host, lower case, without port.
    pub host: Host,
    /// The path.
    pub path: CanonicalPath,
    /// The query without `?`, as it arrived.
    pub query: Option<String>,
}

impl CanonicalRequest {
    /// Path and query as the console receives them.
    #[must_use]
    pub fn target(&self) -> String {
        self.query.as_ref().map_or_else(
            || self.path.raw().to_owned(),
            |query| format!("{}?{query}", self.path.raw()),
        )
    }
}

/// Why a request has no canonical form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCanonical {
    /// The method is not one that may pass.
    #[error("the method is not allowed")]
    Method,
    /// No host, or one that is no host name.
    #[error("the host is missing or malformed")]
    Host,
    /// The path has more than one reading.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The query holds bytes that no query may hold.
    #[error("the query holds forbidden characters")]
    Query,
}

/// Whether a method may pass. Methods are case-sensitive (RFC 9110 §9.1).
#[must_use]
pub fn is_allowed_method(method: &str) -> bool {
    METHODS.contains(&method)
}

/// Reads method, host (as in `Host` or `:authority`) and origin-form target.
///
/// # Errors
/// Whatever has no canonical form; [`PathError::NotCanonical`] carries the form it should have had.
pub fn parse(
    method: &Method,
    authority: &str,
    target: &str,
) -> Result<CanonicalRequest, NotCanonical> {
    if !is_allowed_method(method.as_str()) {
        return Err(NotCanonical::Method);
    }
    let host = Host::parse(authority).ok_or(NotCanonical::Host)?;
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    if query.is_some_and(|query| !query.bytes().all(|b| b.is_ascii_graphic() && b != b'#')) {
        return Err(NotCanonical::Query);
    }
    let path = CanonicalPath::parse(path)?;
    Ok(CanonicalRequest { method: method.clone(), host, path, query: query.map(str::to_owned) })
}
