//! Where a person was going: a path of our own origin, or the console's first page (A-216, A-217).

use std::fmt;

use crate::canonical::CanonicalPath;
use crate::portal::endpoint;
use crate::portal::endpoint::Handling;
use crate::portal::endpoint::Served;
use crate::portal::endpoint::Verb;

/// Bytes of a target that is remembered; a longer one starts over at the first page.
const MOST_BYTES: usize = 2048;

/// Bytes of the address of a built-in page, which may hold such a target in its query.
const MOST_BYTES_OF_PAGE: usize = 4 * MOST_BYTES;

/// The built-in pages that a proof may lead back to, below the prefix: those where one changes one's account, and
/// the one that says that it was given. They only show something; whoever may see it is asked there.
const OURS: [&str; 12] = [
    "/account",
    "/account/codes",
    "/account/devices",
    "/account/password",
    "/account/sessions",
    "/continue",
    "/enrol",
    "/enrol?method=passkey",
    "/enrol?method=totp",
    "/enrol?method=email",
    "/enrol?method=sms",
    "/proved",
];

/// The page of one second factor, before the id that names it.
const FACTOR: &str = "/account/factor?id=";

/// A canonical path and query of the site itself; of the built-in pages, only some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReturnTo(String);

impl ReturnTo {
    /// The site's first page.
    pub(crate) fn home() -> Self {
        Self("/".to_owned())
    }

    /// Reads a target; whatever is not plainly a place on this site is [`ReturnTo::home`].
    pub(crate) fn parse(target: &str, prefix: &str) -> Self {
        Self::checked(target, prefix).unwrap_or_else(Self::home)
    }

    /// Reads the address of a built-in page, for somebody who stays there; whatever is none is read as a place on
    /// this site.
    pub(crate) fn parse_page(target: &str, prefix: &str) -> Self {
        let path = canonical(target, MOST_BYTES_OF_PAGE);
        let rest = target.strip_prefix(prefix).filter(|rest| rest.starts_with('/'));
        match path.zip(rest) {
            Some((path, _)) if path.other_readings().is_empty() => Self(target.to_owned()),
            _ => Self::parse(target, prefix),
        }
    }

    /// Reads a target that must be right; none if it is not.
    pub(crate) fn checked(target: &str, prefix: &str) -> Option<Self> {
        let may_be = |page: &str| is_page_of_account(page) || is_page_of_admin(page);
        let is_page = target.strip_prefix(prefix).is_some_and(may_be);
        if is_page && target.len() <= MOST_BYTES {
            return Some(Self(target.to_owned()));
        }
        let path = canonical(target, MOST_BYTES)?;
        let ours: Vec<&str> = prefix.split('/').filter(|part| !part.is_empty()).collect();
        let is_ours = |segments: &[String]| {
            segments.len() >= ours.len()
                && segments.iter().zip(&ours).all(|(a, b)| a.eq_ignore_ascii_case(b))
        };
        let readings = path.other_readings();
        let met = is_ours(path.segments()) || readings.iter().any(|reading| is_ours(reading));
        (!met).then(|| Self(target.to_owned()))
    }

    /// Path and query.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the first page.
    pub(crate) fn is_home(&self) -> bool {
        self.0 == "/"
    }
}

/// The path of a target that can stand in a header as it is.
fn canonical(target: &str, most: usize) -> Option<CanonicalPath> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    (target.len() <= most && is_plain(query)).then(|| CanonicalPath::parse(path).ok()).flatten()
}

fn is_page_of_account(page: &str) -> bool {
    let is_id = |id: &str| {
        (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    OURS.contains(&page) || page.strip_prefix(FACTOR).is_some_and(is_id)
}

/// A page of the administration, with what its address says is looked for there: it only shows something, to whoever
/// comes through the door.
fn is_page_of_admin(page: &str) -> bool {
    let (path, query) = page.split_once('?').unwrap_or((page, ""));
    let shows = |served: &Served| {
        served.verb == Verb::Get
            && served.path == path
            && matches!(served.handling, Handling::Admin(..))
    };
    is_plain(query) && endpoint::all().any(shows)
}

/// Whether a query can stand in a header as it is.
fn is_plain(query: &str) -> bool {
    query.bytes().all(|b| b.is_ascii_graphic() && b != b'#')
}

impl fmt::Display for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREFIX: &str = "/.portcullis";

    #[test]
    fn a_place_on_the_site_is_kept_with_its_query() {
        for good in
            ["/", "/settings", "/a/b/?x=1&y=%2F", "/r%C3%A9sum%C3%A9", "/?q=https://a.example/"]
        {
            assert_eq!(ReturnTo::parse(good, PREFIX).as_str(), good);
        }
    }

    #[test]
    fn anything_that_could_lead_elsewhere_leads_home_a216() {
        for bad in [
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/%09/evil.example",
            "/%2f/evil.example",
            "/%2F%2Fevil.example",
            "/%5cevil.example",
            "/%255cevil.example",
            "/%252fevil.example",
            "https:evil.example",
            "https://evil.example/",
            "https:/evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "\u{1}//evil.example",
            " //evil.example",
            "@evil.example",
            "/.//evil.example",
            "/a/..//evil.example",
            "/../evil.example",
            "/\u{ff0f}evil.example",
            "/\tevil",
            "/a#b",
            "evil.example",
            "?x",
            "",
        ] {
            assert_eq!(ReturnTo::parse(bad, PREFIX), ReturnTo::home(), "{bad:?}");
        }
    }

    #[test]
    fn no_line_break_reaches_a_header_a217() {
        for bad in
            ["/a\r\nSet-Cookie: x=y", "/a?b\nc", "/a%0d%0aSet-Cookie:x", "/a?\r", "/\0", "/a?b c"]
        {
            assert_eq!(ReturnTo::parse(bad, PREFIX), ReturnTo::home(), "{bad:?}");
        }
        // An escaped line break in a query stays escaped: it is data of the console.
        assert_eq!(ReturnTo::parse("/a?b=%0d%0a", PREFIX).as_str(), "/a?b=%0d%0a");
    }

    #[test]
    fn the_built_in_pages_are_never_where_one_was_going() {
        for own in [
            "/.portcullis",
            "/.portcullis/",
            "/.portcullis/sign-out?x",
            "/.PORTCULLIS/account",
            "/.portcullis/account/remove",
            "/.portcullis/account/lost?id=a",
            "/.portcullis/account/factor?id=",
            "/.portcullis/account/factor?id=a&x",
            "/.portcullis/account/factor?id=a/../../sign-out",
            "/.portcullis/account?done=removed",
            "/.portcullis;a=b/sign-in",
        ] {
            assert_eq!(ReturnTo::parse(own, PREFIX), ReturnTo::home(), "{own:?}");
        }
        assert_eq!(ReturnTo::parse("/.portcullisx", PREFIX).as_str(), "/.portcullisx");
    }

    #[test]
    fn whoever_stays_on_a_built_in_page_stays_on_this_site_a216_a217() {
        for page in ["/.portcullis/sign-in", "/.portcullis/sign-in?next=%2Fa%3Fb"] {
            assert_eq!(ReturnTo::parse_page(page, PREFIX).as_str(), page);
        }
        assert_eq!(ReturnTo::parse_page("/settings?x=1", PREFIX).as_str(), "/settings?x=1");
        for bad in [
            "/.portcullis//evil.example",
            "/.portcullis/..//evil.example",
            "/.portcullis\\evil.example",
            "/.portcullis/a\r\nSet-Cookie: x=y",
            "/.portcullis/a?b\nc",
            "/.portcullis/a#b",
            "//evil.example/.portcullis/sign-in",
            "https://evil.example/.portcullis/sign-in",
            "/.PORTCULLIS/sign-in",
            "/.portcullis;a=b/sign-in",
            "",
        ] {
            assert!(ReturnTo::parse_page(bad, PREFIX).is_home(), "{bad:?}");
        }
        let long = format!("/.portcullis/sign-in?next={}", "a".repeat(MOST_BYTES_OF_PAGE));
        assert!(ReturnTo::parse_page(&long, PREFIX).is_home());
    }

    #[test]
    fn the_pages_of_the_account_are_where_a_proof_leads_back_to() {
        for own in
            ["/account", "/account/codes", "/account/factor?id=k3vq7hdm", "/enrol?method=sms"]
        {
            let target = format!("{PREFIX}{own}");
            assert_eq!(ReturnTo::parse(&target, PREFIX).as_str(), target);
        }
    }

    #[test]
    fn a_page_of_the_administration_is_where_a_proof_leads_back_to_with_its_search() {
        for own in ["/admin", "/admin?text=a%20b&after=x"] {
            let target = format!("{PREFIX}{own}");
            assert_eq!(ReturnTo::parse(&target, PREFIX).as_str(), target);
        }
        let long = format!("/admin?text={}", "a".repeat(MOST_BYTES));
        let bad =
            ["/admin/", "/admin/nothing", "/admin/../sign-out", "/admin#x", "/admin?a\r\nb", &long];
        for bad in bad {
            let target = format!("{PREFIX}{bad}");
            assert_eq!(ReturnTo::parse(&target, PREFIX), ReturnTo::home(), "{bad:?}");
        }
    }

    #[test]
    fn a_very_long_target_leads_home() {
        let long = format!("/{}", "a".repeat(MOST_BYTES));
        assert!(ReturnTo::parse(&long, PREFIX).is_home());
    }
}
