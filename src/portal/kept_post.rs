//! A small form post that met the challenge: sealed, carried by the pages, offered again for sending, and
//! never sent by itself (ruling 16, A-218).

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use http::header;
use http::request;
use serde::Deserialize;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::entropy::EntropyFailed;
use crate::form_body::multipart;
use crate::form_body::urlencoded;
use crate::portal::form::Here;
use crate::portal::form::is_urlencoded;
use crate::portal::return_to::ReturnTo;
use crate::portal::seal::Content;
use crate::portal::seal::Sealer;

/// Bytes of a form that is kept.
pub(crate) const MOST_BYTES: usize = 16 * 1024;

/// Fields of a form that is kept.
const MOST_FIELDS: usize = 256;

/// How long it is kept.
const LIFETIME: Duration = Duration::from_mins(15);

/// A form as a browser sent it. Cookies and headers are not part of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(Debug))]
pub(crate) struct KeptPost {
    /// The mark of who sent it, when that is known.
    owner: Option<String>,
    /// Path and query.
    pub(crate) target: String,
    /// Whether it was multipart, not urlencoded.
    pub(crate) multipart: bool,
    /// Names and values, in order.
    pub(crate) fields: Vec<(String, String)>,
}

/// Whether the head announces a form that can be kept: only then is its body worth reading.
pub(crate) fn may_be_kept(head: &request::Parts, here: &Here<'_>) -> bool {
    let headers = &head.headers;
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<usize>().ok());
    head.method == Method::POST
        && length.is_some_and(|length| length <= MOST_BYTES)
        && !headers.contains_key(header::CONTENT_ENCODING)
        && (is_urlencoded(headers) || multipart::is_announced(headers))
        && here.check(headers).is_ok()
}

impl KeptPost {
    /// The form of a request, if it can be kept and sent again exactly.
    pub(crate) async fn of(
        head: &request::Parts,
        body: &Bytes,
        here: &Here<'_>,
        owner: Option<&str>,
    ) -> Option<Self> {
        if !may_be_kept(head, here) || body.len() > MOST_BYTES {
            return None;
        }
        let target = head.uri.path_and_query()?.as_str();
        let target = ReturnTo::checked(target, here.prefix)?;
        let is_multipart = multipart::is_announced(&head.headers);
        let fields = if is_multipart {
            multipart::texts(&head.headers, body).await?
        } else {
            urlencoded::pairs(body)?
        };
        (fields.len() <= MOST_FIELDS && fields.iter().all(survives)).then(|| Self {
            owner: owner.map(str::to_owned),
            target: target.to_string(),
            multipart: is_multipart,
            fields,
        })
    }

    /// The form, if it belongs to `mark` or to nobody yet; from now on it belongs to `mark`.
    pub(crate) fn claimed_by(mut self, mark: &str) -> Option<Self> {
        if self.owner.as_deref().is_some_and(|owner| owner != mark) {
            return None;
        }
        self.owner = Some(mark.to_owned());
        Some(self)
    }

    /// Seals it for a site and a browser.
    ///
    /// # Errors
    /// When the random source fails.
    pub(crate) fn seal(
        &self,
        sealer: &Sealer,
        binding: &[&str],
    ) -> Result<Option<String>, EntropyFailed> {
        let Ok(plain) = serde_json::to_vec(self).map(Zeroizing::new) else {
            return Ok(None);
        };
        sealer.seal(Content::KeptPost, binding, LIFETIME, &plain).map(Some)
    }

    /// What was sealed for this site and browser, while it is fresh.
    pub(crate) fn open(sealer: &Sealer, binding: &[&str], text: &str) -> Option<Self> {
        let plain = sealer.open(Content::KeptPost, binding, text)?;
        serde_json::from_slice(&plain).ok()
    }

    /// Every name once, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for (name, _) in &self.fields {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }
}

/// Whether a hidden field can carry it unchanged: browsers turn every line break into CR LF, drop NUL,
/// and fill in `_charset_` themselves.
fn survives((name, value): &(String, String)) -> bool {
    let plain = |text: &str| {
        let text = text.replace("\r\n", "");
        !text.contains(['\r', '\n', '\0'])
    };
    plain(name) && plain(value) && !name.eq_ignore_ascii_case("_charset_") && !name.is_empty()
}

#[cfg(test)]
mod tests;
