//! How a request shows a token: `Portcullis-Token`, or `Authorization: Bearer` when what follows begins
//! like one of ours. A console may have bearer tokens of its own; those are none of our business.

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::text::PREFIX;
use super::text::TokenText;

/// The header that is always ours.
pub const HEADER: HeaderName = HeaderName::from_static("portcullis-token");

/// What a request shows.
#[derive(Clone, Debug)]
pub enum Presented {
    /// No token.
    Nothing,
    /// One.
    One(TokenText),
    /// More than one, or one that is none: never taken for nothing.
    Malformed,
}

impl Presented {
    /// What these headers show.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let own = headers.get_all(HEADER).iter().map(HeaderValue::as_bytes);
        let bearers = headers
            .get_all(header::AUTHORIZATION)
            .iter()
            .filter_map(|value| bearer(value.as_bytes()).filter(|token| begins_as_ours(token)));
        let mut shown = own.chain(bearers);
        let Some(first) = shown.next() else { return Self::Nothing };
        if shown.next().is_some() {
            return Self::Malformed;
        }
        let text = std::str::from_utf8(first).ok();
        text.and_then(TokenText::parse).map_or(Self::Malformed, Self::One)
    }
}

/// Whether a value of `Authorization` is for the gateway, not for the console.
#[must_use]
pub fn is_token_line(authorization: &[u8]) -> bool {
    bearer(authorization).is_some_and(begins_as_ours)
}

/// What follows the scheme `Bearer`, however it is spelt (RFC 9110 §11.1: the scheme has no case).
fn bearer(value: &[u8]) -> Option<&[u8]> {
    let value = value.trim_ascii();
    let (scheme, rest) = value.split_at_checked(6)?;
    let is_separated = rest.first().is_some_and(u8::is_ascii_whitespace);
    (scheme.eq_ignore_ascii_case(b"bearer") && is_separated).then(|| rest.trim_ascii())
}

fn begins_as_ours(token: &[u8]) -> bool {
    token.get(..PREFIX.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(PREFIX.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::super::text::TokenId;
    use super::*;
    use crate::entropy::SystemEntropy;

    fn shown(lines: &[(&str, &str)]) -> Presented {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        Presented::of(&headers)
    }

    #[test]
    fn a_token_is_shown_in_one_place_once_or_the_request_shows_none_that_counts() {
        let entropy = SystemEntropy::new();
        let token = TokenText::generate(TokenId::generate(&entropy).unwrap(), &entropy).unwrap();
        let text = token.expose();
        let by = |scheme: &str| format!("{scheme} {text}");
        for one in [
            ("Portcullis-Token", text.to_owned()),
            ("authorization", by("Bearer")),
            ("authorization", by("bEARER")),
            ("authorization", by("Bearer  ")),
        ] {
            let lines = [(one.0, one.1.as_str())];
            assert!(matches!(shown(&lines), Presented::One(t) if t.hash() == token.hash()));
        }
        let other = by("Bearer");
        for lines in [
            &[("portcullis-token", text), ("portcullis-token", text)][..],
            &[("portcullis-token", text), ("authorization", other.as_str())],
            &[("portcullis-token", "")],
            &[("portcullis-token", "pcs_x")],
            &[("authorization", "Bearer pcs_")],
            &[("authorization", "BEARER PCS_X")],
        ] {
            assert!(matches!(shown(lines), Presented::Malformed), "{lines:?}");
        }
        let basic = by("Basic");
        for lines in [
            &[][..],
            &[("authorization", "Bearer abc")],
            &[("authorization", "Bearer")],
            &[("authorization", "Bearerpcs_")],
            &[("authorization", basic.as_str())],
            &[("x-token", text)],
        ] {
            assert!(matches!(shown(lines), Presented::Nothing), "{lines:?}");
        }
    }

    #[test]
    fn every_line_that_shows_a_token_is_one_to_remove() {
        for ours in ["Bearer pcs_x", " bearer \t pcs_", "BEARER PCS_1 2"] {
            assert!(is_token_line(ours.as_bytes()), "{ours}");
        }
        for theirs in ["Bearer xpcs_", "Basic pcs_x", "Bearer", "", "Bearer,pcs_"] {
            assert!(!is_token_line(theirs.as_bytes()), "{theirs}");
        }
    }
}
