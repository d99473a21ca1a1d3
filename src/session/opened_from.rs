//! What its owner knows a session by: the browser it was opened with, and where that was.
//!
//! Browsers say what they like; nothing is decided by it, and only names of ours are kept.

use serde::Deserialize;
use serde::Serialize;

use crate::place::Finding;
use crate::place::Location;

/// Bytes of a `User-Agent` that are looked at.
const LOOKED_AT: usize = 512;

/// Characters that are kept of a program without a name of ours.
const KEPT: usize = 24;

/// Marks in `User-Agent`, and whose they are. Most browsers name others as well: the first that is met counts.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chrome"),
    ("Safari/", "Safari"),
];

/// The same of systems.
const SYSTEMS: [(&str, &str); 9] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
    ("X11", "Unix"),
];

/// Where a session was opened. What is not known is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedFrom {
    /// Browser and system: `Firefox, Linux`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// City and country: `Munich, DE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Whether its owner had signed in there before, with a second factor.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub known: bool,
}

impl OpenedFrom {
    /// By what the browser says of itself, and what is known of the client's place.
    #[must_use]
    pub fn of(user_agent: Option<&str>, location: &Location) -> Self {
        Self { browser: user_agent.and_then(browser), place: place(location), known: false }
    }

    /// Whether nothing is known.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        self.browser.is_none() && self.place.is_none() && !self.known
    }
}

fn browser(said: &str) -> Option<String> {
    let said = said.get(..said.floor_char_boundary(LOOKED_AT)).unwrap_or_default();
    let named = |marks: &[(&str, &'static str)]| {
        marks.iter().find(|(mark, _)| said.contains(mark)).map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser}, {system}")),
        (Some(browser), None) => Some(browser.to_owned()),
        (None, _) => program(said),
    }
}

/// The name of a program that is no browser we know: letters and digits only.
fn program(said: &str) -> Option<String> {
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = said.chars().take_while(plain).take(KEPT).collect();
    (!name.is_empty()).then_some(name)
}

fn place(location: &Location) -> Option<String> {
    let Finding::Known(spot) = &location.spot else {
        return None;
    };
    let country = spot.country.as_ref()?.as_str();
    Some(match &spot.city {
        Some(city) => format!("{city}, {country}"),
        None => country.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::CountryCode;

    fn known(said: &str) -> Option<String> {
        OpenedFrom::of(Some(said), &Location::default()).browser
    }

    #[test]
    fn a_browser_is_known_by_a_short_name_a225() {
        for (said, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox, Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 \
                 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/140.0.0.0 Mobile Safari/537.36",
                "Chrome, Android",
            ),
            ("curl/8.5.0", "curl"),
        ] {
            assert_eq!(known(said).as_deref(), Some(name), "{said}");
        }
    }

    #[test]
    fn nothing_a_browser_makes_up_is_kept_a219() {
        assert_eq!(known("<script>alert(1)</script>"), None);
        assert_eq!(known(""), None);
        assert_eq!(known(&"x".repeat(100_000)), Some("x".repeat(KEPT)));
        assert_eq!(known("évil/1"), None);
        assert_eq!(known(&format!("{}é", "a".repeat(LOOKED_AT - 1))), Some("a".repeat(KEPT)));
    }

    #[test]
    fn a_place_is_named_where_it_is_known() {
        let country = CountryCode::parse("DE").unwrap();
        let opened = OpenedFrom::of(None, &Location::in_country(country));
        assert_eq!(opened.place.as_deref(), Some("DE"));
        assert!(OpenedFrom::of(None, &Location::default()).is_unknown());
    }
}
