//! Paths with exactly one reading (attacks G2).
//!
//! A path is decoded once, segment by segment. Whatever common servers read differently from one
//! another is refused; what merely is not in its simplest form is named with that form, so that a
//! browser can be sent there. Hex case of percent-encodings makes no difference in reading and is kept
//! as it arrived, and so is an encoded `~`, which older clients send.

use std::borrow::Cow;

/// A path in canonical form: as it arrived, and decoded by segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalPath {
    raw: String,
    segments: Vec<String>,
    ends_with_slash: bool,
}

/// Why a path has no canonical form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It has one reading, but another spelling: the canonical one.
    #[error("the path is not in canonical form")]
    NotCanonical(String),
    /// Servers disagree about what it means.
    #[error("the path can be read in more than one way")]
    Ambiguous,
    /// It holds bytes, escapes or text that no path may hold.
    #[error("the path holds forbidden characters")]
    Forbidden,
}

impl CanonicalPath {
    /// Reads an origin-form path.
    ///
    /// # Errors
    /// See [`PathError`].
    pub fn parse(raw: &str) -> Result<Self, PathError> {
        let rest = raw.strip_prefix('/').ok_or(PathError::Forbidden)?;
        let mut segments: Vec<String> = Vec::new();
        let mut canonical = true;
        let mut pieces = rest.split('/').peekable();
        let mut ends_with_slash = false;
        while let Some(piece) = pieces.next() {
            let last = pieces.peek().is_none();
            let decoded = decode(piece)?;
            canonical &= !needlessly_encoded(piece);
            match decoded.as_ref() {
                "" => {
                    canonical &= last;
                    ends_with_slash = last;
                }
                "." => {
                    canonical = false;
                    ends_with_slash = last;
                }
                ".." => {
                    canonical = false;
                    segments.pop();
                    ends_with_slash = last;
                }
                _ => segments.push(decoded.into_owned()),
            }
        }
        let path = Self { raw: raw.to_owned(), segments, ends_with_slash };
        if canonical { Ok(path) } else { Err(PathError::NotCanonical(path.canonical_spelling())) }
    }

    /// The path as it arrived and as the console receives it.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Its segments, decoded; a trailing slash adds none.
    #[must_use]
    pub fn segments(&self) -> &[String] {
        &self.segments
    }

    /// The other readings that common servers give this path: parameters cut off (`/admin;x=1`),
    /// trailing dots and blanks dropped (`/admin.`), stream names cut (`/admin::$DATA`). Empty when
    /// there are none, as nearly always. The last one does all of this until nothing changes
    /// (`/admin.;x`). A path is refused when one of them meets another route. No reading has an empty
    /// segment or one of dots: such paths were refused.
    #[must_use]
    pub fn other_readings(&self) -> Vec<Vec<String>> {
        let mut readings: Vec<Vec<String>> = Vec::new();
        if !self.segments.iter().any(|segment| has_other_reading(segment)) {
            return readings;
        }
        for cut in [cut_parameters as fn(&str) -> &str, cut_trail, cut_stream, cut_all] {
            let reading: Vec<String> =
                self.segments.iter().map(|segment| cut(segment).to_owned()).collect();
            if reading != self.segments && !readings.contains(&reading) {
                readings.push(reading);
            }
        }
        readings
    }

    fn canonical_spelling(&self) -> String {
        let mut spelling = String::with_capacity(self.raw.len());
        for segment in &self.segments {
            spelling.push('/');
            for byte in segment.bytes() {
                if is_plain(byte) {
                    spelling.push(char::from(byte));
                } else {
                    spelling.push('%');
                    spelling.push_str(&data_encoding::HEXUPPER.encode(&[byte]));
                }
            }
        }
        if self.ends_with_slash || spelling.is_empty() {
            spelling.push('/');
        }
        spelling
    }
}

/// Decodes one segment once, and refuses what must not be in one.
fn decode(piece: &str) -> Result<Cow<'_, str>, PathError> {
    if !piece.bytes().all(|b| b.is_ascii_graphic() && !b"#?\\".contains(&b)) {
        return Err(PathError::Forbidden);
    }
    if !piece.contains('%') {
        return names_something(piece).map(|()| Cow::Borrowed(piece));
    }
    let mut bytes = Vec::with_capacity(piece.len());
    let mut rest = piece.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'%' {
            let (hex, tail) = tail.split_at_checked(2).ok_or(PathError::Forbidden)?;
            let upper = hex.to_ascii_uppercase();
            let value = data_encoding::HEXUPPER.decode(&upper).map_err(|_| PathError::Forbidden)?;
            bytes.extend_from_slice(&value);
            rest = tail;
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| PathError::Forbidden)?;
    if text.chars().any(|c| c.is_control() || is_slash_like(c)) || decodes_again(&text) {
        return Err(PathError::Ambiguous);
    }
    names_something(&text)?;
    Ok(Cow::Owned(text))
}

/// `/`, `\` and the characters that some servers fold into them or into `.`.
const fn is_slash_like(c: char) -> bool {
    matches!(
        c,
        '/' | '\\'
            | '\u{ff0f}'
            | '\u{ff3c}'
            | '\u{2044}'
            | '\u{2215}'
            | '\u{29f8}'
            | '\u{ff0e}'
            | '\u{2024}'
    )
}

/// Whether a second decoding would find a path character, a control or another escape.
fn decodes_again(text: &str) -> bool {
    text.match_indices('%').any(|(at, _)| {
        text.get(at.saturating_add(1)..at.saturating_add(3)).is_some_and(|hex| {
            matches!(hex.to_ascii_lowercase().as_str(), "2e" | "2f" | "5c" | "25" | "00" | "3b")
        })
    })
}

/// `/..;/` is a way out of the directory for servers that cut parameters, and so are `/..%20/`,
/// `/..:x/` and `/.../` for those that drop trailing dots and blanks or cut stream names:
/// what is left of a segment must name something, unless it is plainly empty, `.` or `..`.
fn names_something(segment: &str) -> Result<(), PathError> {
    if matches!(segment, "" | "." | "..") {
        return Ok(());
    }
    let core = segment.split([';', ':']).next().unwrap_or_default();
    if core.chars().all(is_trail) { Err(PathError::Ambiguous) } else { Ok(()) }
}

/// What some file systems drop at the end of a name.
fn is_trail(c: char) -> bool {
    c == '.' || c.is_whitespace()
}

/// An escape of a letter, a digit, `-`, `.` or `_`: one reading, wrong spelling (RFC 3986 §6.2.2.2).
fn needlessly_encoded(piece: &str) -> bool {
    piece.split('%').skip(1).any(|tail| {
        tail.get(..2)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    })
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.'
                | b'_'
                | b'~'
                | b'!'
                | b'$'
                | b'&'
                | b'\''
                | b'('
                | b')'
                | b'*'
                | b'+'
                | b','
                | b';'
                | b'='
                | b':'
                | b'@'
        )
}

/// Whether any of the cuts below takes something from a segment.
fn has_other_reading(segment: &str) -> bool {
    segment.bytes().any(|b| b == b';' || b == b':') || segment.ends_with(is_trail)
}

fn cut_parameters(segment: &str) -> &str {
    segment.split(';').next().unwrap_or_default()
}

fn cut_trail(segment: &str) -> &str {
    segment.trim_end_matches(is_trail)
}

fn cut_stream(segment: &str) -> &str {
    segment.split(':').next().unwrap_or_default()
}

/// All of the above, in any order: what is left has none of them to cut.
fn cut_all(segment: &str) -> &str {
    cut_trail(cut_stream(cut_parameters(segment)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ordinary_paths_are_canonical_as_they_are() {
        for (raw, segments) in [
            ("/", &[][..]),
            ("/a/b", &["a", "b"]),
            ("/a/b/", &["a", "b"]),
            ("/index.php", &["index.php"]),
            ("/a%20b", &["a b"]),
            ("/%c3%a4", &["ä"]),
            ("/%7Euser", &["~user"]),
            ("/100%25", &["100%"]),
            ("/a:b;c=d@e", &["a:b;c=d@e"]),
            ("/.git/...x", &[".git", "...x"]),
        ] {
            let path = CanonicalPath::parse(raw).unwrap();
            assert_eq!(
                (path.raw(), path.segments()),
                (raw, segments.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>().as_slice())
            );
        }
    }

    #[test]
    fn other_spellings_name_their_canonical_form_a025_a026_a029() {
        for (raw, canonical) in [
            ("/public/../admin", "/admin"),
            ("/public/./../admin", "/admin"),
            ("/./admin", "/admin"),
            ("//admin", "/admin"),
            ("///admin", "/admin"),
            ("/x//../admin", "/admin"),
            ("//evil/admin", "/evil/admin"),
            ("/public/%2e%2e/admin", "/admin"),
            ("/public/.%2E/admin", "/admin"),
            ("/%61dmin", "/admin"),
            ("/..", "/"),
            ("/a/.", "/a/"),
            ("//", "/"),
        ] {
            let expected = Err(PathError::NotCanonical(canonical.to_owned()));
            assert_eq!(CanonicalPath::parse(raw), expected, "{raw}");
        }
    }

    #[test]
    fn paths_that_servers_read_differently_are_refused_a027_a028_a030_a037_a038() {
        for raw in [
            "/a%2fb",
            "/a%2Fb",
            "/a%5cb",
            "/a\\b",
            "/%252e%252e/x",
            "/%25%32%65",
            "/a%252fb",
            "/a%00",
            "/a%0a",
            "/a%7f",
            "/..;/admin",
            "/.;x/admin",
            "/;/admin",
            "/...",
            "/public/..../secret",
            "/public/..%20/secret",
            "/public/..%20;x/secret",
            "/public/..::$DATA/secret",
            "/public/..:x/secret",
            "/public/.%20./secret",
            "/public/..%c2%a0/secret",
            "/public/%20/secret",
            "/public/:x/secret",
            "/a#b",
            "/a b",
            "/%",
            "/%zz",
            "/%u002f",
            "/%c0%af",
            "/%ef%bc%8f",
            "/%ed%a0%80",
            "",
            "admin",
            "*",
            "/a\u{7f}",
            "/é",
            "/a?b",
        ] {
            let result = CanonicalPath::parse(raw);
            assert!(
                matches!(result, Err(PathError::Ambiguous | PathError::Forbidden)),
                "{raw}: {result:?}"
            );
        }
    }

    #[test]
    fn other_readings_are_known_a030_a032() {
        let readings = |raw: &str| CanonicalPath::parse(raw).unwrap().other_readings();
        assert!(readings("/admin/users").is_empty());
        for raw in ["/admin;x=1", "/admin.", "/admin%20", "/admin::$DATA"] {
            assert_eq!(readings(raw), vec![vec!["admin".to_owned()]], "{raw}");
        }
        for raw in ["/admin.;x", "/admin%20;x", "/admin.%20.:x;y", "/admin%20::$DATA", "/admin;x."]
        {
            assert!(readings(raw).contains(&vec!["admin".to_owned()]), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn a_canonical_spelling_is_canonical(raw in "/[a-c./%;:2eEfF5~ ]{0,24}") {
            if let Err(PathError::NotCanonical(spelling)) = CanonicalPath::parse(&raw) {
                let again = CanonicalPath::parse(&spelling);
                prop_assert!(again.is_ok() || matches!(again, Err(PathError::Ambiguous)), "{raw} -> {spelling}: {again:?}");
            }
        }

        #[test]
        fn no_reading_of_a_canonical_path_has_a_dot_or_empty_segment(raw in "/([ab./;:]|%20|%2e){0,16}") {
            if let Ok(path) = CanonicalPath::parse(&raw) {
                let readings = path.other_readings();
                for reading in readings.iter().map(Vec::as_slice).chain([path.segments()]) {
                    prop_assert!(reading.iter().all(|s| !s.trim_matches(['.', ' ']).is_empty()), "{raw}: {reading:?}");
                }
                for segment in path.segments() {
                    prop_assert_eq!(cut_all(cut_all(segment)), cut_all(segment));
                }
            }
        }
    }
}
