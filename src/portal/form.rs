//! Forms that cannot be read without checking where they come from.
//!
//! A [`Protected`] form gives its fields only for a valid token. That it was sent from a page of this
//! very site is checked when it is read.

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;
use http::header;
use http::request;
use zeroize::Zeroizing;

use crate::form_body::urlencoded;
use crate::policy::Refusal;
use crate::portal::return_to::ReturnTo;
use crate::portal::token::FormTokens;
use crate::portal::token::Purpose;
use crate::session::cookie::CookieNames;

/// Bytes of a form of ours, a kept post included.
pub(crate) const MOST_BYTES: usize = 64 * 1024;

/// The fields every form of ours may carry.
const OWN: [&str; 3] = ["csrf", "next", "kept"];

/// What a form consists of, besides the errand.
pub(crate) trait Form: Sized {
    /// Every field it knows; any other is refused.
    const FIELDS: &'static [&'static str];

    /// Further ones, of every form of its kind.
    const ALSO: &'static [&'static str] = &[];

    /// Takes them.
    ///
    /// # Errors
    /// When one is missing or has no meaning.
    fn take(fields: &mut Fields) -> Result<Self, Refusal>;

    /// What its token is for, besides the session: one that was made for something else opens it no more than another
    /// session's would.
    fn subject(&self) -> Vec<u8> {
        Vec::new()
    }
}

/// A form that says what is to be done by being sent.
pub(crate) struct NoFields;

impl Form for NoFields {
    const FIELDS: &'static [&'static str] = &[];

    fn take(_: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self)
    }
}

/// Decoded fields, none twice, none unknown.
#[derive(Default)]
pub(crate) struct Fields(Vec<(String, Zeroizing<String>)>);

impl Fields {
    /// Reads a body or query.
    ///
    /// # Errors
    /// A broken encoding, a field twice, a field that is in no list.
    pub(crate) fn parse(text: &[u8], known: &[&[&str]]) -> Result<Self, Refusal> {
        let mut fields: Vec<(String, Zeroizing<String>)> = Vec::new();
        for (name, value) in urlencoded::pairs(text).ok_or(Refusal::Form)? {
            let is_known = known.iter().any(|list| list.contains(&name.as_str()));
            if !is_known || fields.iter().any(|(other, _)| *other == name) {
                return Err(Refusal::Form);
            }
            fields.push((name, Zeroizing::new(value)));
        }
        Ok(Self(fields))
    }

    /// Reads these fields and passes over all others.
    ///
    /// # Errors
    /// A broken encoding, one of them twice.
    pub(crate) fn some_of(text: &[u8], wanted: &[&str]) -> Result<Self, Refusal> {
        let mut fields = Self::default();
        for (name, value) in urlencoded::pairs(text).ok_or(Refusal::Form)? {
            if !wanted.contains(&name.as_str()) {
                continue;
            }
            if fields.optional(&name).is_some() {
                return Err(Refusal::Form);
            }
            fields.0.push((name, Zeroizing::new(value)));
        }
        Ok(fields)
    }

    /// Reads a form sent from a page of this site. Without a token that is enough only where nothing is at stake.
    ///
    /// # Errors
    /// Another content type, too many bytes, a malformed body; a sender that is not this site.
    pub(crate) fn sent(
        head: &request::Parts,
        body: &Bytes,
        site: &Here<'_>,
        known: &[&[&str]],
    ) -> Result<Self, Refusal> {
        is_sent(head, body, site)?;
        Self::parse(body, known)
    }

    /// The value of a field that may be missing.
    pub(crate) fn optional(&mut self, name: &str) -> Option<Zeroizing<String>> {
        let at = self.0.iter().position(|(other, _)| other == name)?;
        Some(self.0.swap_remove(at).1)
    }

    /// The value of a field that must be there.
    ///
    /// # Errors
    /// When it is not.
    pub(crate) fn required(&mut self, name: &str) -> Result<Zeroizing<String>, Refusal> {
        self.optional(name).ok_or(Refusal::Form)
    }
}

/// Where the person was going: harmless, and therefore readable before the token is checked.
#[derive(Clone, Debug)]
pub(crate) struct Going {
    /// The place.
    pub(crate) next: ReturnTo,
    /// A sealed form post, which opens only in this browser.
    pub(crate) kept: Option<String>,
}

impl Going {
    /// Where the person was going nowhere else.
    pub(crate) fn nowhere() -> Self {
        Self { next: ReturnTo::home(), kept: None }
    }

    fn take(fields: &mut Fields, prefix: &str) -> Self {
        let next = fields.optional("next");
        let next = next.map_or_else(ReturnTo::home, |next| ReturnTo::parse(&next, prefix));
        Self { next, kept: fields.optional("kept").map(|kept| kept.to_string()) }
    }
}

/// Where the sender of a form was going who has no session to open it with (any more). Nothing else of it is read.
///
/// # Errors
/// As for any form; a token must be there, though there is nothing to hold it against.
pub(crate) fn going_of(
    head: &request::Parts,
    body: &Bytes,
    site: &Here<'_>,
) -> Result<Going, Refusal> {
    is_sent(head, body, site)?;
    let mut fields = Fields::some_of(body, &OWN)?;
    fields.required("csrf")?;
    Ok(Going::take(&mut fields, site.prefix))
}

/// Whether a form was sent from a page of this site, as our forms are.
fn is_sent(head: &request::Parts, body: &Bytes, site: &Here<'_>) -> Result<(), Refusal> {
    site.check(&head.headers)?;
    if body.len() > MOST_BYTES {
        return Err(Refusal::Body);
    }
    if head.uri.query().is_some() || !is_urlencoded(&head.headers) {
        return Err(Refusal::Form);
    }
    Ok(())
}

/// A form whose fields are out of reach until its token is verified.
pub(crate) struct Protected<T> {
    form: T,
    csrf: Zeroizing<String>,
    /// Where the person was going.
    pub(crate) going: Going,
}

impl<T> fmt::Debug for Protected<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Protected(…)")
    }
}

impl<T: Form> Protected<T> {
    /// Reads a form sent from a page of this site.
    ///
    /// # Errors
    /// Another content type, too many bytes, a malformed body; a sender that is not this site.
    pub(crate) fn read(
        head: &request::Parts,
        body: &Bytes,
        site: &Here<'_>,
    ) -> Result<Self, Refusal> {
        let mut fields = Fields::sent(head, body, site, &[&OWN, T::ALSO, T::FIELDS])?;
        Ok(Self {
            csrf: fields.required("csrf")?,
            going: Going::take(&mut fields, site.prefix),
            form: T::take(&mut fields)?,
        })
    }

    /// The fields, if the token was made for this purpose and binding.
    ///
    /// # Errors
    /// [`Refusal::CrossSite`].
    pub(crate) fn open(
        self,
        tokens: &FormTokens,
        purpose: Purpose,
        binding: &[u8],
    ) -> Result<(T, Going), Refusal> {
        let binding = [binding, &self.form.subject()].concat();
        if tokens.verify(purpose, &binding, &self.csrf) {
            Ok((self.form, self.going))
        } else {
            Err(Refusal::CrossSite)
        }
    }
}

/// The site as a form's sender must see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Here<'a> {
    /// The site's configured origin.
    pub(crate) origin: &'a str,
    /// The scheme of this connection.
    pub(crate) names: CookieNames,
    /// Path prefix of the built-in pages.
    pub(crate) prefix: &'a str,
}

impl Here<'_> {
    /// Whether the sender is a page of this site: `Sec-Fetch-Site` and `Origin` must agree with it as far
    /// as they are there, and one of them must be.
    ///
    /// # Errors
    /// [`Refusal::CrossSite`].
    pub(crate) fn check(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let fetch_site = only(headers, "sec-fetch-site")?;
        let origin = only(headers, header::ORIGIN.as_str())?;
        if fetch_site.is_none() && origin.is_none() {
            return Err(Refusal::CrossSite);
        }
        let agrees = fetch_site.is_none_or(|site| site == "same-origin")
            && origin.is_none_or(|origin| self.is_here(origin, headers));
        if agrees { Ok(()) } else { Err(Refusal::CrossSite) }
    }

    fn is_here(&self, origin: &str, headers: &HeaderMap) -> bool {
        let scheme = match self.names {
            CookieNames::Secure => "https://",
            CookieNames::Plain => "http://",
        };
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        origin.eq_ignore_ascii_case(self.origin)
            || origin
                .strip_prefix(scheme)
                .zip(host)
                .is_some_and(|(authority, host)| authority.eq_ignore_ascii_case(host))
    }
}

/// The value of a header that must not be there twice.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(Refusal::CrossSite);
    }
    first.map(|value| value.to_str().map_err(|_| Refusal::CrossSite)).transpose()
}

/// Whether the body is urlencoded, in UTF-8 if it says, and nothing that would have to be unpacked.
pub(crate) fn is_urlencoded(headers: &HeaderMap) -> bool {
    if headers.contains_key(header::CONTENT_ENCODING) {
        return false;
    }
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let first = values.next().and_then(|value| value.to_str().ok());
    let text = first.unwrap_or_default().to_ascii_lowercase();
    values.next().is_none()
        && matches!(
            text.as_str(),
            "application/x-www-form-urlencoded"
                | "application/x-www-form-urlencoded;charset=utf-8"
                | "application/x-www-form-urlencoded; charset=utf-8"
        )
}

#[cfg(test)]
mod tests;
