//! The gateway's cookies: their names, how they are set, how they are found, how they are kept from
//! the console.
//!
//! Names are compared byte for byte, before any trimming that a browser would not do. Two
//! cookies of one name are no cookie.

use cookie::Cookie;
use cookie::SameSite;
use cookie::time::Duration;

/// Base name of the session cookie; every other cookie of ours begins with it.
const BASE: &str = "portcullis";

/// The cookie names of a listener: prefixed where the connection is secure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieNames {
    /// `__Host-portcullis`: over TLS (RFC 6265bis §4.1.3.2).
    Secure,
    /// `portcullis`: plain HTTP, for development.
    Plain,
}

/// Which of our cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieKind {
    /// The session.
    Session,
    /// Before sign-in: ties a form to the browser it was shown in.
    Visitor,
    /// The language that the person chose. It proves nothing and may be anybody's.
    Language,
    /// A device that its owner registered.
    Device,
    /// Where the second factor comes first: whoever has none yet is on their way to the console's own page. It proves
    /// nothing.
    Unproved,
}

/// What a `Cookie` header says about one of our cookies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// It is not there.
    Nothing,
    /// Its value.
    One(&'a str),
    /// More than one, or a value that is no cookie value: refuse and clear.
    Ambiguous,
}

impl CookieNames {
    /// The names for a site whose pages browsers see under this origin: what counts is what the browser
    /// speaks, also where something else ends TLS in front of us.
    #[must_use]
    pub fn of_origin(origin: &str) -> Self {
        if origin.starts_with("https://") { Self::Secure } else { Self::Plain }
    }

    /// The full name of a cookie.
    #[must_use]
    pub const fn name(self, kind: CookieKind) -> &'static str {
        match (self, kind) {
            (Self::Secure, CookieKind::Session) => "__Host-portcullis",
            (Self::Secure, CookieKind::Visitor) => "__Host-portcullis-visitor",
            (Self::Secure, CookieKind::Language) => "__Host-portcullis-language",
            (Self::Secure, CookieKind::Device) => "__Host-portcullis-device",
            (Self::Secure, CookieKind::Unproved) => "__Host-portcullis-unproved",
            (Self::Plain, CookieKind::Session) => "portcullis",
            (Self::Plain, CookieKind::Visitor) => "portcullis-visitor",
            (Self::Plain, CookieKind::Language) => "portcullis-language",
            (Self::Plain, CookieKind::Device) => "portcullis-device",
            (Self::Plain, CookieKind::Unproved) => "portcullis-unproved",
        }
    }

    /// The `Set-Cookie` value that sets a cookie for the browser session.
    #[must_use]
    pub fn set(self, kind: CookieKind, value: &str) -> String {
        self.build(kind, value).to_string()
    }

    /// The `Set-Cookie` value that sets a cookie for `seconds`, or until it is removed.
    #[must_use]
    pub fn set_lasting(self, kind: CookieKind, value: &str, seconds: u32) -> String {
        let mut cookie = self.build(kind, value);
        cookie.set_max_age(Duration::seconds(i64::from(seconds)));
        cookie.to_string()
    }

    /// The `Set-Cookie` value that removes a cookie.
    #[must_use]
    pub fn clear(self, kind: CookieKind) -> String {
        let mut cookie = self.build(kind, "");
        cookie.set_max_age(Duration::ZERO);
        cookie.to_string()
    }

    /// The value of a cookie among the `Cookie` header lines.
    pub fn find<'a>(self, kind: CookieKind, headers: impl Iterator<Item = &'a [u8]>) -> Found<'a> {
        let name = self.name(kind).as_bytes();
        let mut found = Found::Nothing;
        for pair in headers.flat_map(pairs) {
            if pair_name(pair) != name {
                continue;
            }
            let value = std::str::from_utf8(pair).ok().and_then(parse_value);
            found = match (found, value) {
                (Found::Nothing, Some(value)) => Found::One(value),
                _ => return Found::Ambiguous,
            };
        }
        found
    }

    fn build(self, kind: CookieKind, value: &str) -> Cookie<'_> {
        Cookie::build((self.name(kind), value.to_owned()))
            .path("/")
            .http_only(true)
            .secure(self == Self::Secure)
            .same_site(SameSite::Lax)
            .build()
    }
}

/// Whether a cookie name is one of ours in any spelling a lenient server could take for it.
#[must_use]
pub fn is_ours(name: &[u8]) -> bool {
    let name = name.trim_ascii();
    let bare = strip_prefix_ignoring_case(name, b"__host-")
        .or_else(|| strip_prefix_ignoring_case(name, b"__secure-"))
        .unwrap_or(name);
    strip_prefix_ignoring_case(bare, BASE.as_bytes())
        .is_some_and(|rest| rest.first().is_none_or(|&next| next == b'-'))
}

/// The `Cookie` lines as one line without our cookies; none when nothing is left.
#[must_use]
pub fn without_ours<'a>(headers: impl Iterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let mut line: Vec<u8> = Vec::new();
    for pair in headers.flat_map(pairs).filter(|pair| !is_ours(pair_name(pair))) {
        if !line.is_empty() {
            line.extend_from_slice(b"; ");
        }
        line.extend_from_slice(pair);
    }
    (!line.is_empty()).then_some(line)
}

fn pairs(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    header.split(|&b| b == b';').map(<[u8]>::trim_ascii).filter(|pair| !pair.is_empty())
}

fn pair_name(pair: &[u8]) -> &[u8] {
    pair.split(|&b| b == b'=').next().unwrap_or_default()
}

fn parse_value(pair: &str) -> Option<&str> {
    let parsed = Cookie::parse(pair).ok()?;
    let value = pair.split_once('=')?.1;
    (parsed.value() == value && value.bytes().all(|b| b.is_ascii_graphic())).then_some(value)
}

fn strip_prefix_ignoring_case<'a>(text: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find<'a>(lines: &[&'a str]) -> Found<'a> {
        CookieNames::Secure.find(CookieKind::Session, lines.iter().map(|l| l.as_bytes()))
    }

    #[test]
    fn our_cookie_is_found_by_its_exact_name_only_a209() {
        assert_eq!(find(&["a=1; __Host-portcullis=v; b=2"]), Found::One("v"));
        for other in [
            "__HOST-portcullis=v",
            "__host-portcullis=v",
            "\u{2000}__Host-portcullis=v",
            "=__Host-portcullis=v",
            "$Version=1; portcullis=v",
            "x__Host-portcullis=v",
        ] {
            assert_eq!(find(&[other]), Found::Nothing, "{other:?}");
        }
    }

    #[test]
    fn two_of_our_cookies_are_ambiguous_in_one_line_or_two_a208() {
        let twice = "__Host-portcullis=a; __Host-portcullis=b";
        assert_eq!(find(&[twice]), Found::Ambiguous);
        assert_eq!(find(&["__Host-portcullis=a", "__Host-portcullis=a"]), Found::Ambiguous);
        assert_eq!(find(&["__Host-portcullis=\"a\u{7f}\""]), Found::Ambiguous);
    }

    #[test]
    fn our_cookies_are_removed_in_every_spelling_and_the_rest_is_one_line_a015_a017() {
        let lines = [
            "sid=1; __Host-portcullis=v; theme=dark",
            " portcullis-visitor=x ;__HOST-PORTCULLIS=y",
            "portcullisx=stays",
        ];
        let left = without_ours(lines.iter().map(|l| l.as_bytes())).unwrap();
        assert_eq!(String::from_utf8(left).unwrap(), "sid=1; theme=dark; portcullisx=stays");
        assert_eq!(without_ours([b"portcullis=1".as_slice()].into_iter()), None);
    }

    #[test]
    fn the_session_cookie_has_the_host_prefix_and_its_attributes_k1() {
        let set = CookieNames::Secure.set(CookieKind::Session, "v");
        assert_eq!(set, "__Host-portcullis=v; HttpOnly; SameSite=Lax; Secure; Path=/");
    }
}
