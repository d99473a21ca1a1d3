//! The raw head of an HTTP/1 request, checked before any lenient parser has read it (rules 2 and 7).
//!
//! Grammar of RFC 9112 §2–§6 without its permissions to be lenient: whatever two parsers might read
//! differently is an error that closes the connection.

use http::StatusCode;

use super::Host;

/// Limits on a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole head.
    pub head_bytes: usize,
    /// Bytes of one header line.
    pub line_bytes: usize,
    /// Header lines.
    pub header_count: usize,
    /// Bytes of the request target.
    pub target_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head_bytes: 32 * 1024,
            line_bytes: 8 * 1024,
            header_count: 100,
            target_bytes: 8 * 1024,
        }
    }
}

/// What a well-formed head says about its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head<'a> {
    /// The method.
    pub method: &'a str,
    /// The request target as it arrived.
    pub target: &'a str,
    /// HTTP/1.0 rather than 1.1.
    pub version: Version,
    /// What follows the head.
    pub body: Body,
}

/// What follows a head (RFC 9112 §6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    None,
    /// So many bytes.
    Length(u64),
    /// Chunks.
    Chunked,
}

/// The two versions of HTTP/1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// HTTP/1.0: one request per connection.
    Http10,
    /// HTTP/1.1.
    Http11,
}

/// Why a head is refused. Every one closes the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum HeadError {
    /// The request line is not `method SP target SP version`.
    #[error("malformed request line")]
    RequestLine,
    /// The target has bytes that no target may have, or a form that fits no method.
    #[error("malformed request target")]
    Target,
    /// Not HTTP/1.0 or 1.1.
    #[error("unsupported protocol version")]
    Version,
    /// The method is not one that may pass.
    #[error("method not allowed")]
    Method,
    /// A line ends without CR, holds a bare CR, is folded, has no name or forbidden bytes.
    #[error("malformed header line")]
    Line,
    /// No `Host`, or several.
    #[error("missing or repeated Host")]
    Host,
    /// `Connection` names a field that means something end to end.
    #[error("Connection names a field that cannot be removed")]
    Connection,
    /// The length of the body is said twice, oddly, or not at all clearly.
    #[error("ambiguous body length")]
    Framing,
    /// A transfer coding other than `chunked`.
    #[error("unsupported transfer coding")]
    Coding,
    /// An expectation other than `100-continue`.
    #[error("unsupported expectation")]
    Expectation,
    /// The target is too long.
    #[error("request target too long")]
    TargetTooLong,
    /// Too many or too large header lines.
    #[error("request head too large")]
    TooLarge,
}

impl HeadError {
    /// The status of the refusal.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::RequestLine
            | Self::Target
            | Self::Line
            | Self::Host
            | Self::Connection
            | Self::Framing => StatusCode::BAD_REQUEST,
            Self::Version => StatusCode::HTTP_VERSION_NOT_SUPPORTED,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Coding => StatusCode::NOT_IMPLEMENTED,
            Self::Expectation => StatusCode::EXPECTATION_FAILED,
            Self::TargetTooLong => StatusCode::URI_TOO_LONG,
            Self::TooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        }
    }

    /// The reason's name in logs and metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RequestLine => "request_line",
            Self::Target => "request_target",
            Self::Version => "http_version",
            Self::Method => "method",
            Self::Line => "header_line",
            Self::Host => "host",
            Self::Connection => "connection",
            Self::Framing => "framing",
            Self::Coding => "transfer_coding",
            Self::Expectation => "expectation",
            Self::TargetTooLong => "target_too_long",
            Self::TooLarge => "head_too_large",
        }
    }
}

/// Facts gathered over the header lines.
#[derive(Default)]
struct Fields {
    count: usize,
    hosts: usize,
    lengths: usize,
    codings: usize,
    length: u64,
}

/// Checks a whole head: from the first byte of the request line through the empty line.
///
/// # Errors
/// The first thing wrong with it.
pub fn check<'a>(raw: &'a [u8], limits: &Limits) -> Result<Head<'a>, HeadError> {
    if raw.len() > limits.head_bytes {
        return Err(HeadError::TooLarge);
    }
    let body = raw.strip_suffix(b"\n\r\n").ok_or(HeadError::Line)?;
    let mut lines = body.split(|&b| b == b'\n');
    let head = request_line_of(strip_cr(lines.next().unwrap_or_default())?, limits)?;
    let mut fields = Fields::default();
    for line in lines {
        if line.len() > limits.line_bytes {
            return Err(HeadError::TooLarge);
        }
        fields.take(strip_cr(line)?, head.version)?;
        if fields.count > limits.header_count {
            return Err(HeadError::TooLarge);
        }
    }
    fields.finish(head)
}

/// A line without the CR that must end it, and that must be its only one.
fn strip_cr(line: &[u8]) -> Result<&[u8], HeadError> {
    let line = line.strip_suffix(b"\r").ok_or(HeadError::Line)?;
    if line.contains(&b'\r') { Err(HeadError::Line) } else { Ok(line) }
}

fn request_line_of<'a>(line: &'a [u8], limits: &Limits) -> Result<Head<'a>, HeadError> {
    let mut parts = line.split(|&b| b == b' ');
    let (Some(method), Some(target), Some(version), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(HeadError::RequestLine);
    };
    let text = |bytes: &'a [u8]| std::str::from_utf8(bytes).map_err(|_| HeadError::Target);
    if method.is_empty() || !method.iter().copied().all(is_token) {
        return Err(HeadError::RequestLine);
    }
    let version = match version {
        b"HTTP/1.1" => Version::Http11,
        b"HTTP/1.0" => Version::Http10,
        _ if version.starts_with(b"HTTP/") => return Err(HeadError::Version),
        _ => return Err(HeadError::RequestLine),
    };
    if target.len() > limits.target_bytes {
        return Err(HeadError::TargetTooLong);
    }
    if target.is_empty() || !target.iter().all(|&b| b.is_ascii_graphic() && b != b'#') {
        return Err(HeadError::Target);
    }
    let (method, target) = (text(method)?, text(target)?);
    let head = Head { method, target, version, body: Body::None };
    if !super::is_allowed_method(head.method) {
        return Err(HeadError::Method);
    }
    let absolute = head.target.starts_with("http://") || head.target.starts_with("https://");
    let asterisk = head.target == "*" && head.method == "OPTIONS";
    if head.target.starts_with('/') || absolute || asterisk {
        Ok(head)
    } else {
        Err(HeadError::Target)
    }
}

impl Fields {
    fn take(&mut self, line: &[u8], version: Version) -> Result<(), HeadError> {
        let (name, value) = field(line)?;
        self.count = self.count.saturating_add(1);
        if name.eq_ignore_ascii_case(b"host") {
            self.hosts = self.hosts.saturating_add(1);
            let host = std::str::from_utf8(value).ok().and_then(Host::parse);
            return if host.is_some() { Ok(()) } else { Err(HeadError::Host) };
        } else if name.eq_ignore_ascii_case(b"connection") {
            return nominations(value);
        } else if name.eq_ignore_ascii_case(b"content-length") {
            self.lengths = self.lengths.saturating_add(1);
            self.length = length(value)?;
            return Ok(());
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.codings = self.codings.saturating_add(1);
            return coding(value, version);
        } else if name.eq_ignore_ascii_case(b"expect")
            && !value.eq_ignore_ascii_case(b"100-continue")
        {
            return Err(HeadError::Expectation);
        }
        Ok(())
    }

    fn finish(self, head: Head<'_>) -> Result<Head<'_>, HeadError> {
        if self.hosts != 1 {
            return Err(HeadError::Host);
        }
        let body = match (self.lengths, self.codings) {
            (0, 0) => Body::None,
            (1, 0) => Body::Length(self.length),
            (0, 1) => Body::Chunked,
            _ => return Err(HeadError::Framing),
        };
        Ok(Head { body, ..head })
    }
}

/// Name and value of a header line.
pub(super) fn field(line: &[u8]) -> Result<(&[u8], &[u8]), HeadError> {
    let colon = line.iter().position(|&b| b == b':').ok_or(HeadError::Line)?;
    let (name, value) = line.split_at_checked(colon).ok_or(HeadError::Line)?;
    let value = value.strip_prefix(b":").ok_or(HeadError::Line)?;
    if name.is_empty() || !name.iter().copied().all(is_token) {
        return Err(HeadError::Line);
    }
    if value.iter().any(|&b| (b < b' ' && b != b'\t') || b == 0x7f) {
        return Err(HeadError::Line);
    }
    Ok((name, trim_blanks(value)))
}

fn length(value: &[u8]) -> Result<u64, HeadError> {
    if value.is_empty() || value.len() > 18 || !value.iter().all(u8::is_ascii_digit) {
        return Err(HeadError::Framing);
    }
    std::str::from_utf8(value).ok().and_then(|text| text.parse().ok()).ok_or(HeadError::Framing)
}

fn coding(value: &[u8], version: Version) -> Result<(), HeadError> {
    if value.eq_ignore_ascii_case(b"chunked") && version == Version::Http11 {
        return Ok(());
    }
    let known = |c: &[u8]| {
        [b"gzip".as_slice(), b"compress", b"deflate", b"x-gzip", b"x-compress"]
            .iter()
            .any(|name| c.eq_ignore_ascii_case(name))
    };
    let mut list = value.split(|&b| b == b',').map(trim_blanks);
    if version == Version::Http11 && list.next().is_some_and(known) {
        return Err(HeadError::Coding);
    }
    Err(HeadError::Framing)
}

/// What `Connection` names is removed on the way; fields that mean something end to end cannot be named
/// (RFC 9110 §7.6.1, A-006).
fn nominations(value: &[u8]) -> Result<(), HeadError> {
    const END_TO_END: [&[u8]; 8] = [
        b"authorization",
        b"content-length",
        b"content-type",
        b"cookie",
        b"expect",
        b"host",
        b"origin",
        b"transfer-encoding",
    ];
    let names = |token: &[u8]| END_TO_END.iter().any(|name| token.eq_ignore_ascii_case(name));
    if value.split(|&b| b == b',').map(trim_blanks).any(names) {
        return Err(HeadError::Connection);
    }
    Ok(())
}

fn trim_blanks(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// `tchar` of RFC 9110 §5.6.2.
pub(super) const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(raw: &str) -> Result<String, HeadError> {
        let limits = Limits::default();
        check(raw.as_bytes(), &limits).map(|head| format!("{} {}", head.method, head.target))
    }

    #[test]
    fn a_plain_head_is_read() {
        let raw =
            "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nX-Text:\tf\u{e9}e \r\n\r\n";
        assert_eq!(judge(raw).unwrap(), "POST /a?b=c");
        assert_eq!(judge("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n").unwrap(), "OPTIONS *");
    }

    #[test]
    fn a_head_says_what_follows_it_h8() {
        for (lines, expected) in [
            ("", Body::None),
            ("Content-Length: 0\r\n", Body::Length(0)),
            ("Content-Length: 042\r\n", Body::Length(42)),
            ("Content-Length: 999999999999999999\r\n", Body::Length(999_999_999_999_999_999)),
            ("transfer-encoding:\tChunked\r\n", Body::Chunked),
        ] {
            let raw = format!("POST / HTTP/1.1\r\nHost: x\r\n{lines}\r\n");
            let head = check(raw.as_bytes(), &Limits::default()).unwrap();
            assert_eq!(head.body, expected, "{lines:?}");
        }
    }

    #[test]
    fn lines_with_two_readings_are_refused_a059_a067_a068_a069_a070() {
        for lines in [
            "Host: x\nA: b",
            "Host: x\r\n A: b",
            "Host: x\r\n\tContent-Length: 3",
            "Host : x",
            "Host: x\r\n: v",
            "Host: x\r\nA\r\nB: c",
            "Host: x\r\nA: b\rc",
            "Host: x\r\nA: b\0c",
            "Host: x\r\nA: b\x0bc",
            " Host: x",
            "Host: x\r\nContent-Length : 30",
            "Host: x\r\nContent-Length:\n30",
            "Host: x\r\n(a): b",
        ] {
            let raw = format!("GET / HTTP/1.1\r\n{lines}\r\n\r\n");
            assert!(judge(&raw).is_err(), "{lines:?}");
        }
        assert_eq!(judge("GET / HTTP/1.1\nHost: x\n\n"), Err(HeadError::Line));
        assert_eq!(judge("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"), Err(HeadError::RequestLine));
    }

    #[test]
    fn body_lengths_have_one_reading_a056_a057_a061_a063_a064_a073() {
        for (lines, expected) in [
            ("Content-Length: 3\r\nTransfer-Encoding: chunked", HeadError::Framing),
            ("Transfer-Encoding: chunked\r\nContent-Length: 3", HeadError::Framing),
            ("Content-Length: 3\r\nContent-Length: 3", HeadError::Framing),
            ("Content-Length: 3, 3", HeadError::Framing),
            ("Content-Length: +3", HeadError::Framing),
            ("Content-Length: 0x3", HeadError::Framing),
            ("Content-Length:", HeadError::Framing),
            ("Content-Length: 18446744073709551616", HeadError::Framing),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", HeadError::Framing),
            ("Transfer-Encoding: xchunked", HeadError::Framing),
            ("Transfer-Encoding: chunked\x0b", HeadError::Line),
            ("Transfer-Encoding: chunked;q=1", HeadError::Framing),
            ("Transfer-Encoding: \"chunked\"", HeadError::Framing),
            ("Transfer-Encoding: chunked, chunked", HeadError::Framing),
            ("Transfer-Encoding: gzip, chunked", HeadError::Coding),
        ] {
            let raw = format!("POST / HTTP/1.1\r\nHost: x\r\n{lines}\r\n\r\n");
            assert_eq!(judge(&raw), Err(expected), "{lines:?}");
        }
        let old = "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(judge(old), Err(HeadError::Framing));
    }

    #[test]
    fn request_lines_have_one_reading_a036_a037_a079_a080() {
        for (line, expected) in [
            ("GET admin HTTP/1.1", HeadError::Target),
            ("GET * HTTP/1.1", HeadError::Target),
            ("GET  / HTTP/1.1", HeadError::RequestLine),
            ("GET /a b HTTP/1.1", HeadError::RequestLine),
            ("GET /a#b HTTP/1.1", HeadError::Target),
            ("GET /a\0b HTTP/1.1", HeadError::Target),
            ("GET /\u{e9} HTTP/1.1", HeadError::Target),
            ("GET /", HeadError::RequestLine),
            ("GET / HTTP/1.2", HeadError::Version),
            ("GET / HTTP/2.0", HeadError::Version),
            ("GET / http/1.1", HeadError::RequestLine),
            ("get / HTTP/1.1", HeadError::Method),
            ("TRACE / HTTP/1.1", HeadError::Method),
            ("CONNECT a:443 HTTP/1.1", HeadError::Method),
            ("JEFF / HTTP/1.1", HeadError::Method),
        ] {
            assert_eq!(judge(&format!("{line}\r\nHost: x\r\n\r\n")), Err(expected), "{line:?}");
        }
    }

    #[test]
    fn connection_names_no_end_to_end_field_a006() {
        for (value, expected) in [
            ("close, X-Auth-User", Ok("GET /".to_owned())),
            ("keep-alive", Ok("GET /".to_owned())),
            ("cookie", Err(HeadError::Connection)),
            ("close,\tHost", Err(HeadError::Connection)),
        ] {
            let raw = format!("GET / HTTP/1.1\r\nHost: x\r\nConnection: {value}\r\n\r\n");
            assert_eq!(judge(&raw), expected, "{value}");
        }
    }

    #[test]
    fn hosts_expectations_and_limits_a071_a072_a074() {
        assert_eq!(judge("GET / HTTP/1.1\r\nA: b\r\n\r\n"), Err(HeadError::Host));
        assert_eq!(judge("GET / HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n"), Err(HeadError::Host));
        for host in ["a;proto=http", "a, b", "a b", "", "user@x", "x:99999"] {
            assert_eq!(
                judge(&format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")),
                Err(HeadError::Host)
            );
        }
        let expect = "GET / HTTP/1.1\r\nHost: x\r\nExpect: y 100-continue\r\n\r\n";
        assert_eq!(judge(expect), Err(HeadError::Expectation));
        let many = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "A: b\r\n".repeat(100));
        assert_eq!(judge(&many), Err(HeadError::TooLarge));
        let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(9000));
        assert_eq!(judge(&long), Err(HeadError::TargetTooLong));
        let line = format!("GET / HTTP/1.1\r\nHost: x\r\nA: {}\r\n\r\n", "a".repeat(9 * 1024));
        assert_eq!(judge(&line), Err(HeadError::TooLarge));
        let big = format!("GET / HTTP/1.1\r\nHost: x\r\nA: {}\r\n\r\n", "a".repeat(33_000));
        assert_eq!(judge(&big), Err(HeadError::TooLarge));
    }
}
