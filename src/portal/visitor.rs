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
use crate::subject::SubjectId;

/// Characters of the random part: 128 bits.
const ID_CHARS: usize = 26;

/// Characters of the mark of a subject: 128 bits.
const MARK_CHARS: usize = 26;

/// The browser, as far as it can be told from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Visitor {
    id: String,
    last: Option<String>,
}

impl Visitor {
    /// A browser not seen before.
    ///
    /// # Errors
    /// When the random source fails.
    pub(crate) fn new(entropy: &dyn Entropy) -> Result<Self, EntropyFailed> {
        Ok(Self { id: entropy::identifier(entropy)?, last: None })
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
        Self { id: self.id.clone(), last: Some(mark.to_owned()) }
    }

    /// What forms and seals are tied to; the same before and after sign-in.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The mark of who signed in last.
    pub(crate) fn last(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// The cookie's value.
    pub(crate) fn value(&self) -> String {
        self.last.as_ref().map_or_else(|| self.id.clone(), |mark| format!("{}.{mark}", self.id))
    }

    fn parse(value: &str) -> Option<Self> {
        let (id, last) = match value.split_once('.') {
            Some((id, mark)) => (id, Some(mark)),
            None => (value, None),
        };
        let right = |text: &str, chars| {
            text.len() == chars
                && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        (right(id, ID_CHARS) && last.is_none_or(|mark| right(mark, MARK_CHARS)))
            .then(|| Self { id: id.to_owned(), last: last.map(str::to_owned) })
    }
}

/// The mark of a subject: says nothing to anybody without the key.
pub(crate) fn mark(key: &hmac::Key, subject: &SubjectId) -> String {
    let tag = hmac::sign(key, subject.as_str().as_bytes());
    entropy::lower_base32(tag.as_ref().get(..16).unwrap_or_default())
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
    }

    #[test]
    fn any_other_value_is_no_visitor_a207() {
        let good = "a".repeat(26);
        for bad in ["", ".", "a", &"A".repeat(26), &format!("{good}."), &format!("{good}.x")] {
            assert_eq!(Visitor::parse(bad), None, "{bad:?}");
        }
    }
}
