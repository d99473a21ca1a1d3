//! A request written in HTTP/1 that can be said in HTTP/2 too: one table serves both.

use super::find;
use super::hpack::Field;

/// Fields that belong to one HTTP/1 connection and do not exist in HTTP/2 (RFC 9113 §8.2.2). Rows with
/// them are rows about HTTP/1; what becomes of them in HTTP/2 has rows of its own.
const OF_THE_CONNECTION: [&str; 6] =
    ["connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade"];

/// A request without its framing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    /// Pseudo-header fields, then the others with names in lower case; octets, not text.
    pub(crate) fields: Vec<(Vec<u8>, Vec<u8>)>,
    /// The body.
    pub(crate) body: Vec<u8>,
    /// Fields after the body.
    pub(crate) trailers: Vec<Field>,
}

impl Message {
    /// The same request for HTTP/2; none when it is about the grammar of HTTP/1.
    pub(crate) fn of_http1(sent: &[u8]) -> Option<Self> {
        let end = find(sent, b"\r\n\r\n")?;
        let (head, rest) = (&sent[..end], &sent[end + 4..]);
        let mut lines = split_lines(head).into_iter();
        let (method, target) = request_line(lines.next()?)?;
        let mut message = Self::default();
        let mut authority = None;
        let mut length = None;
        let mut chunked = false;
        for line in lines {
            let colon = line.iter().position(|&b| b == b':')?;
            let (name, value) =
                (line[..colon].to_ascii_lowercase(), blanks_off(&line[colon + 1..]));
            let is_blank = |b: &u8| matches!(b, b' ' | b'\t');
            // Folded lines and hidden names have no counterpart.
            if name.first().is_some_and(is_blank) || name.last().is_some_and(is_blank) {
                return None;
            }
            match name.as_slice() {
                b"host" if authority.is_none() => authority = Some(value.to_vec()),
                b"content-length" if length.is_none() => {
                    length = Some(number(value).unwrap_or(rest.len()));
                    message.fields.push((name, value.to_vec()));
                }
                b"transfer-encoding" if !chunked && value == b"chunked" => chunked = true,
                b"host" | b"content-length" | b"transfer-encoding" => return None,
                _ if OF_THE_CONNECTION.iter().any(|of| of.as_bytes() == name) => return None,
                _ => message.fields.push((name, value.to_vec())),
            }
        }
        let used = match (chunked, length) {
            (true, Some(_)) => return None,
            (true, None) => {
                // A body that is not chunked rightly is about HTTP/1.
                let used;
                (message.body, message.trailers, used) = chunks(rest)?;
                used
            }
            (false, length) => {
                let length = length.unwrap_or(0);
                message.body = rest.get(..length)?.to_vec();
                length
            }
        };
        // What follows a message on its connection has no place on a stream.
        if used != rest.len() {
            return None;
        }
        let pseudo = [
            (b":method".to_vec(), method.to_vec()),
            (b":scheme".to_vec(), b"https".to_vec()),
            (b":authority".to_vec(), authority?),
            (b":path".to_vec(), target.to_vec()),
        ];
        message.fields.splice(0..0, pseudo);
        Some(message)
    }
}

fn split_lines(head: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    let mut rest = head;
    while let Some(at) = find(rest, b"\r\n") {
        lines.push(&rest[..at]);
        rest = &rest[at + 2..];
    }
    lines.push(rest);
    lines
}

/// Method and target of `METHOD TARGET HTTP/1.1`: in origin form, or `*`. A fragment is cut below us in
/// HTTP/2, which has a test of its own; `CONNECT` is another thing there (RFC 9113 §8.5).
fn request_line(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = line.strip_suffix(b" HTTP/1.1")?;
    let space = rest.iter().position(|&b| b == b' ')?;
    let (method, target) = (&rest[..space], &rest[space + 1..]);
    let is_path = target.starts_with(b"/") || target == b"*";
    (is_path && !target.contains(&b'#') && method != b"CONNECT").then_some((method, target))
}

/// Plain digits; anything else says nothing about how much follows.
fn number(value: &[u8]) -> Option<usize> {
    let digits = value.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(value).ok().filter(|_| digits)?.parse().ok()
}

fn blanks_off(value: &[u8]) -> &[u8] {
    let is_blank = |b: &u8| matches!(b, b' ' | b'\t');
    let start = value.iter().position(|b| !is_blank(b)).unwrap_or(value.len());
    let end = value.iter().rposition(|b| !is_blank(b)).map_or(start, |last| last + 1);
    &value[start..end]
}

/// Body, trailers and length of a chunked body in its plainest form; none of any other.
fn chunks(bytes: &[u8]) -> Option<(Vec<u8>, Vec<Field>, usize)> {
    let (mut body, mut trailers, mut at) = (Vec::new(), Vec::new(), 0);
    loop {
        let line = next_line(bytes, &mut at)?;
        let digits = line.bytes().all(|b| b.is_ascii_hexdigit()) && (1..=8).contains(&line.len());
        let size = usize::from_str_radix(digits.then_some(&line)?, 16).ok()?;
        if size == 0 {
            break;
        }
        body.extend(bytes.get(at..at + size)?);
        at += size;
        next_line(bytes, &mut at).filter(String::is_empty)?;
    }
    loop {
        let line = next_line(bytes, &mut at)?;
        let Some((name, value)) = line.split_once(':') else {
            return line.is_empty().then_some((body, trailers, at));
        };
        trailers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

fn next_line(bytes: &[u8], at: &mut usize) -> Option<String> {
    let length = find(bytes.get(*at..)?, b"\r\n")?;
    let line = std::str::from_utf8(&bytes[*at..*at + length]).ok()?.to_owned();
    *at += length + 2;
    (!line.contains('\n')).then_some(line)
}

#[test]
fn a_request_is_said_in_http2_or_is_about_http1() {
    let said = |sent: &str| Message::of_http1(sent.as_bytes());
    let plain =
        said("POST /x?y HTTP/1.1\r\nHost: a\r\nX-Y:  z\t\r\nContent-Length: 2\r\n\r\nab").unwrap();
    let fields: Vec<_> = plain
        .fields
        .iter()
        .map(|(name, value)| format!("{}={}", name.escape_ascii(), value.escape_ascii()))
        .collect();
    assert_eq!(
        fields.join("|"),
        ":method=POST|:scheme=https|:authority=a|:path=/x?y|x-y=z|content-length=2"
    );
    assert_eq!(plain.body, b"ab");
    let chunked = said(
        "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nT: v\r\n\r\n",
    );
    let chunked = chunked.unwrap();
    assert_eq!((chunked.body, chunked.trailers.len()), (b"a".to_vec(), 1));
    for about_http1 in [
        "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
    ] {
        assert_eq!(said(about_http1), None, "{about_http1:?}");
    }
}
