//! The cookie before any session: ties a sign-in form to the browser it was shown in, and
//! remembers, unreadably, who signed in last. The gateway keeps nothing for it.

use http::HeaderMap;
use http::header;
use ring::hmac;

use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;
use crate::policy::Refusal;
use crate::session::cookie::CookieKind;
use crate::session::cookie::CookieNames;
use crate::session::cookie::Found;
use crate::session::device::DeviceToken;
use crate::subject::SubjectId;

/// Characters of the random part: 128 bits.
const ID_CHARS: usize = 26;

/// Characters of the mark of a subject: 128 bits.
const MARK_CHARS: usize = 26;

/// The longest seal, in characters.
const LONGEST_SEAL: usize = 512;

/// The browser, as far as it can be told from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Visitor {
    id: String,
    last: Option<String>,
    known: Option<String>,
}

impl Visitor {
    /// A browser not seen before.
    ///
    /// # Errors
    /// When the random source fails.
    pub(crate) fn new(entropy: &dyn Entropy) -> Result<Self, EntropyFailed> {
        Ok(Self { id: entropy::identifier(entropy)?, last: None, known: None })
    }

    /// The browser that sent these headers; none: it is new, or its cookie is none of ours.
    ///
    /// # Errors
    /// Two visitor cookies.
    pub(crate) fn of(headers: &HeaderMap, names: CookieNames) -> Result<Option<Self>, Refusal> {
        let lines = headers.get_all(header::COOKIE).iter().map(http::HeaderValue::as_bytes);
        match names.find(CookieKind::Visitor, lines) {
            Found::Nothing => Ok(None),
            Found::One(value) => Ok(Self::parse(value)),
            Found::Ambiguous => Err(Refusal::AmbiguousCookie),
        }
    }

    /// The same browser, after `mark` signed in.
    pub(crate) fn signed_in(&self, mark: &str) -> Self {
        Self { last: Some(mark.to_owned()), ..self.clone() }
    }

    /// The same browser, known to an account by this seal.
    pub(crate) fn known_as(self, sealed: String) -> Self {
        Self { known: Some(sealed), ..self }
    }

    /// The same browser after a sign-out: still known, but nobody's.
    pub(crate) fn signed_out(&self) -> Self {
        Self { last: None, ..self.clone() }
    }

    /// What forms and seals are tied to; the same before and after sign-in.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The mark of who signed in last.
    pub(crate) fn last(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// The seal by which an account knows this browser.
    pub(crate) fn known(&self) -> Option<&str> {
        self.known.as_deref()
    }

    /// The cookie's value.
    pub(crate) fn value(&self) -> String {
        let (id, last) = (&self.id, self.last.as_deref());
        match (last, &self.known) {
            (None, None) => id.clone(),
            (Some(mark), None) => format!("{id}.{mark}"),
            (mark, Some(known)) => format!("{id}.{}.{known}", mark.unwrap_or_default()),
        }
    }

    fn parse(value: &str) -> Option<Self> {
        let mut parts = value.splitn(3, '.');
        let (id, mark, known) = (parts.next()?, parts.next(), parts.next());
        // Where a seal follows there may be no mark.
        let last = mark.filter(|mark| known.is_none() || !mark.is_empty());
        let right = |text: &str, chars| {
            text.len() == chars
                && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        let sealed = |text: &str| {
            (1..=LONGEST_SEAL).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        };
        let whole = right(id, ID_CHARS)
            && last.is_none_or(|mark| right(mark, MARK_CHARS))
            && known.is_none_or(sealed);
        whole.then(|| Self {
            id: id.to_owned(),
            last: last.map(str::to_owned),
            known: known.map(str::to_owned),
        })
    }
}

/// The mark of a subject: says nothing to anybody without the key.
pub(crate) fn mark(key: &hmac::Key, subject: &SubjectId) -> String {
    let tag = hmac::sign(key, subject.as_str().as_bytes());
    entropy::lower_base32(tag.as_ref().get(..16).unwrap_or_default())
}

/// What the browser shows as a registered device; nothing, if it shows two or something else.
pub(crate) fn device(headers: &HeaderMap, cookies: CookieNames) -> Option<DeviceToken> {
    let lines = headers.get_all(header::COOKIE).iter().map(http::HeaderValue::as_bytes);
    match cookies.find(CookieKind::Device, lines) {
        Found::One(value) => DeviceToken::parse(value),
        Found::Nothing | Found::Ambiguous => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    #[test]
    fn a_visitor_survives_its_cookie_and_keeps_its_id_over_a_sign_in() {
        let visitor = Visitor::new(&SystemEntropy::new()).unwrap();
        assert_eq!(Visitor::parse(&visitor.value()), Some(visitor.clone()));
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[1; 32]);
        let subject = SubjectId::from_stored("s".to_owned());
        let after = visitor.signed_in(&mark(&key, &subject));
        assert_eq!(Visitor::parse(&after.value()), Some(after.clone()));
        assert_eq!(after.id(), visitor.id());
        let known = after.known_as("Se_al-1".to_owned());
        assert_eq!(Visitor::parse(&known.value()), Some(known.clone()));
        let out = known.signed_out();
        assert_eq!(Visitor::parse(&out.value()), Some(out.clone()));
        assert_eq!((out.last(), out.known()), (None, Some("Se_al-1")));
    }

    #[test]
    fn any_other_value_is_no_visitor_a207() {
        let good = "a".repeat(26);
        let long = "x".repeat(LONGEST_SEAL + 1);
        for bad in [
            "",
            ".",
            "a",
            &"A".repeat(26),
            &format!("{good}."),
            &format!("{good}.x"),
            &format!("{good}.."),
            &format!("{good}..a.b"),
            &format!("{good}.x.a"),
            &format!("{good}..{long}"),
        ] {
            assert_eq!(Visitor::parse(bad), None, "{bad:?}");
        }
    }
}
