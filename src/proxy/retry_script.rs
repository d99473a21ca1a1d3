//! The gateway's script in a console's pages (`sites[].retry_script`): into which pages it goes, and where.
//!
//! A page passes piece by piece as it comes; one tag is put behind `<head>`, and every other byte stays. Whatever is
//! not plainly the beginning of a page passes as it is.

use bytes::Bytes;
use bytes::BytesMut;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::Version;
use http::header;
use pingora::http::RequestHeader;
use pingora::http::ResponseHeader;

use super::context::Audience;
use super::context::RequestContext;
use super::reading;
use crate::policy::Permit;
use crate::site::RetryScript;

/// How far into a page `<head>` is looked for.
const FARTHEST: usize = 64 * 1024;

/// Fields that say something of the very bytes of a page.
const OF_THE_BYTES: [HeaderName; 6] = [
    header::CONTENT_LENGTH,
    header::ACCEPT_RANGES,
    HeaderName::from_static("content-md5"),
    HeaderName::from_static("digest"),
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("repr-digest"),
];

/// Beginnings of the names of encodings in which `<` is always the byte of ASCII. Not among them are UTF-16 and
/// those that switch character sets by escape sequences.
const ASCII_COMPATIBLE: &[&str] = &[
    "utf-8",
    "utf8",
    "us-ascii",
    "ascii",
    "iso-8859-",
    "iso8859-",
    "latin1",
    "windows-",
    "koi8-",
    "euc-",
    "gbk",
    "gb2312",
    "gb18030",
    "big5",
    "shift_jis",
    "shift-jis",
];

/// Whether a request is a signed-in person's for a page of a site that wants the script.
fn may_have_it(head: &RequestHeader, context: &RequestContext) -> bool {
    let wanted = |script: RetryScript| script == RetryScript::Add;
    context.site.as_ref().is_some_and(|entry| wanted(entry.site.retry_script))
        && head.method == Method::GET
        && matches!(head.version, Version::HTTP_11 | Version::HTTP_2)
        && context.audience == Audience::Person
        && context.session.is_some()
        && context.permit.as_ref().and_then(Permit::identity).is_some()
}

/// Asks the console for a page in plain bytes, where the script may go into it.
///
/// # Errors
/// Never in practice: the value is fixed.
pub(super) fn ask(
    asked: &RequestHeader,
    told: &mut RequestHeader,
    context: &RequestContext,
) -> pingora::Result<()> {
    if may_have_it(asked, context) {
        told.insert_header(header::ACCEPT_ENCODING, "identity")?;
    }
    Ok(())
}

/// Looks at the head of an answer: if the script goes into its page, the head no longer says what would be wrong
/// of the longer one.
///
/// # Errors
/// Never in practice: a weak entity tag is a header's value when a strong one was.
pub(super) fn begin(
    asked: &RequestHeader,
    head: &mut ResponseHeader,
    context: &mut RequestContext,
) -> pingora::Result<()> {
    if !may_have_it(asked, context) || !is_plain_page(head.status, &head.headers) {
        return Ok(());
    }
    let tag = reading::asking(context)
        .and_then(|asking| context.live.portal.retry_script(&asked.headers, &asking));
    let Some(tag) = tag else { return Ok(()) };
    for name in &OF_THE_BYTES {
        head.remove_header(name);
    }
    if let Some(weak) = head.headers.get(header::ETAG).and_then(weakened) {
        head.insert_header(header::ETAG, weak)?;
    }
    // The tag is about one person: no cache may give the page to another.
    let caching = head.headers.get(header::CACHE_CONTROL);
    if caching.is_none_or(|value| !value.as_bytes().starts_with(b"no-store")) {
        head.insert_header(header::CACHE_CONTROL, "private, no-cache")?;
    }
    head.remove_header(&header::LAST_MODIFIED);
    context.inserter = Some(Inserter::new(tag));
    Ok(())
}

/// An entity tag that no longer stands for the very bytes (RFC 9110 §8.8.1); none: it did not before.
fn weakened(tag: &HeaderValue) -> Option<HeaderValue> {
    if tag.as_bytes().starts_with(b"W/") {
        return None;
    }
    HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat()).ok()
}

/// Whether an answer is a whole HTML page in bytes that can be read, which may be changed on its way.
fn is_plain_page(status: StatusCode, headers: &HeaderMap) -> bool {
    let lines = |name: &HeaderName| headers.get_all(name).iter().map(HeaderValue::as_bytes);
    let starts = |line: &[u8], word: &str| {
        let start = line.trim_ascii_start().get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
    };
    let mentions = |line: &[u8], word: &str| {
        line.split(|&b| b == b',')
            .any(|part| part.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
    };
    status == StatusCode::OK
        && is_html(headers)
        && lines(&header::CONTENT_ENCODING).all(|coding| coding.eq_ignore_ascii_case(b"identity"))
        && lines(&header::CONTENT_LENGTH).all(|length| length != b"0")
        && lines(&header::CONTENT_DISPOSITION).all(|line| starts(line, "inline"))
        && !headers.contains_key(header::CONTENT_RANGE)
        // RFC 9110 §7.7.
        && !lines(&header::CACHE_CONTROL).any(|line| mentions(line, "no-transform"))
}

/// Whether the one media type is HTML in an encoding that has ASCII as it is; without a name, a page is in one
/// (HTML §4.2.5.5), or begins with the mark of UTF-16 and is not recognised.
fn is_html(headers: &HeaderMap) -> bool {
    let mut kinds = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(kind), None) = (kinds.next().and_then(|kind| kind.to_str().ok()), kinds.next())
    else {
        return false;
    };
    let kind = kind.to_ascii_lowercase();
    let mut parts = kind.split(';').map(str::trim);
    parts.next() == Some("text/html")
        && parts.filter_map(|part| part.strip_prefix("charset=")).all(|name| {
            let name = name.trim_matches(['"', '\'']);
            ASCII_COMPATIBLE.iter().any(|known| name.starts_with(known))
        })
}

/// Puts a tag behind the `<head>` of a page that passes through it.
#[derive(Debug)]
pub struct Inserter {
    tag: Bytes,
    place: Place,
    seen: usize,
}

/// Where in the beginning of a page the next byte is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In the mark that says that it is UTF-8, after so many of its bytes.
    Mark(usize),
    /// Between tags, where only blanks are.
    Between,
    /// After `<`.
    Opened,
    /// After `<!`.
    Declared,
    /// After `<!-`.
    Dashed,
    /// After `<!--`, and after one more dash.
    CommentBegins(usize),
    /// In a comment, after so many dashes.
    Comment(usize),
    /// In `<!DOCTYPE` or `<?xml`, up to its `>`.
    Declaration,
    /// In the name of a tag.
    Name(Fits),
    /// Between the attributes of a tag, or in the name of one.
    Attributes(Tag),
    /// After the `=` of an attribute.
    Value(Tag),
    /// In a value without quotes.
    Bare(Tag),
    /// In a value in such quotes.
    Quoted(Tag, u8),
    /// Behind `<head>`.
    Found,
    /// This is not the beginning of a page, or the tag is in.
    Over,
}

/// How much of a name was read, and which names it can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fits {
    tag: Tag,
    letters: usize,
}

/// The tags that a page begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Html,
    Head,
}

impl Tag {
    const fn name(self) -> &'static [u8] {
        match self {
            Self::Html => b"html",
            Self::Head => b"head",
        }
    }
}

/// The mark of UTF-8 at the beginning of a text.
const MARK: &[u8] = b"\xEF\xBB\xBF";

impl Inserter {
    /// For one page.
    #[must_use]
    pub const fn new(tag: Bytes) -> Self {
        Self { tag, place: Place::Mark(0), seen: 0 }
    }

    /// A piece of the page, as it goes on.
    #[must_use]
    pub fn pass(&mut self, piece: Bytes) -> Bytes {
        let Some(at) = self.find(&piece) else { return piece };
        self.place = Place::Over;
        let (before, behind) = piece.split_at(at);
        let mut whole = BytesMut::with_capacity(piece.len().saturating_add(self.tag.len()));
        whole.extend_from_slice(before);
        whole.extend_from_slice(&self.tag);
        whole.extend_from_slice(behind);
        whole.freeze()
    }

    /// How many bytes of the piece come before the tag, if it goes into this piece.
    fn find(&mut self, piece: &[u8]) -> Option<usize> {
        for (at, &byte) in piece.iter().enumerate() {
            if self.place == Place::Over {
                return None;
            }
            self.seen = self.seen.saturating_add(1);
            self.place = if self.seen > FARTHEST { Place::Over } else { self.place.after(byte) };
            if self.place == Place::Found {
                return Some(at.saturating_add(1));
            }
        }
        None
    }
}

impl Place {
    /// Where the byte after this one is, as browsers have it (HTML §13.2.5); where they would make the best of a
    /// mistake, this is no beginning of a page.
    fn after(self, byte: u8) -> Self {
        match self {
            Self::Mark(count) if MARK.get(count) == Some(&byte) => match count {
                2 => Self::Between,
                _ => Self::Mark(count.saturating_add(1)),
            },
            Self::Mark(0) | Self::Between => match byte {
                b'<' => Self::Opened,
                blank if blank.is_ascii_whitespace() => Self::Between,
                _ => Self::Over,
            },
            Self::Opened => match byte {
                b'!' => Self::Declared,
                b'?' => Self::Declaration,
                b'h' | b'H' => Self::Name(Fits { tag: Tag::Html, letters: 1 }),
                _ => Self::Over,
            },
            Self::Declared => match byte {
                b'-' => Self::Dashed,
                b'd' | b'D' => Self::Declaration,
                _ => Self::Over,
            },
            Self::Declaration if byte == b'>' => Self::Between,
            Self::Declaration => Self::Declaration,
            Self::Dashed | Self::CommentBegins(_) | Self::Comment(_) => self.in_comment(byte),
            Self::Name(fits) => fits.after(byte),
            Self::Attributes(tag) | Self::Value(tag) | Self::Bare(tag) => self.in_tag(tag, byte),
            Self::Quoted(tag, quote) if quote == byte => Self::Attributes(tag),
            Self::Quoted(..) => self,
            Self::Mark(_) | Self::Found | Self::Over => Self::Over,
        }
    }

    const fn in_comment(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Dashed, b'-') => Self::CommentBegins(0),
            (Self::CommentBegins(0), b'-') => Self::CommentBegins(1),
            // Two mistakes that end a comment too.
            (Self::Dashed, _) | (Self::CommentBegins(_), b'>') | (Self::Comment(2), b'!') => {
                Self::Over
            }
            (Self::CommentBegins(1) | Self::Comment(1 | 2), b'-') => Self::Comment(2),
            (Self::Comment(_), b'-') => Self::Comment(1),
            (Self::Comment(2), b'>') => Self::Between,
            _ => Self::Comment(0),
        }
    }

    const fn in_tag(self, tag: Tag, byte: u8) -> Self {
        match (self, byte) {
            (_, b'>') => match tag {
                Tag::Html => Self::Between,
                Tag::Head => Self::Found,
            },
            (Self::Value(_), b'"' | b'\'') => Self::Quoted(tag, byte),
            (_, b'"' | b'\'' | b'<') => Self::Over,
            (Self::Attributes(_), b'=') => Self::Value(tag),
            (Self::Value(_), blank) if blank.is_ascii_whitespace() => Self::Value(tag),
            (Self::Bare(_), blank) if blank.is_ascii_whitespace() => Self::Attributes(tag),
            (Self::Value(_) | Self::Bare(_), _) => Self::Bare(tag),
            _ => Self::Attributes(tag),
        }
    }
}

impl Fits {
    fn after(self, byte: u8) -> Place {
        if self.letters == self.tag.name().len() {
            return match byte {
                b'>' | b'/' => Place::Attributes(self.tag).in_tag(self.tag, byte),
                blank if blank.is_ascii_whitespace() => Place::Attributes(self.tag),
                _ => Place::Over,
            };
        }
        let fits = |tag: Tag| tag.name().get(self.letters) == Some(&byte.to_ascii_lowercase());
        let letters = self.letters.saturating_add(1);
        // The second letter tells them apart.
        let tag = if self.letters == 1 && fits(Tag::Head) { Tag::Head } else { self.tag };
        if fits(tag) { Place::Name(Self { tag, letters }) } else { Place::Over }
    }
}

#[cfg(test)]
mod tests;
