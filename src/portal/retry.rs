//! The script that the gateway adds to a console's pages (`sites[].retry_script`): its tag, and the page that tells
//! it that the proof was given.
//!
//! Nothing is sent once more before the person gave the proof, and only if it is the same person: the tag
//! and the page say by a mark who that is.

use std::fmt::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use http::StatusCode;
use ring::hmac;

use super::Asking;
use super::Core;
use super::Portal;
use crate::directory::LiveSession;
use crate::entropy;
use crate::portal::endpoint::Served;
use crate::portal::endpoint::served;
use crate::portal::page::Page;
use crate::portal::page::ProvedPage;
use crate::portal::page::RetryTag;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

impl Portal {
    /// The tag that brings the script into a page of the console, for whoever sent these headers; none without a
    /// session.
    #[must_use]
    pub fn retry_script(&self, headers: &HeaderMap, asking: &Asking) -> Option<Bytes> {
        let core = &self.core;
        let session = asking.session.as_ref()?;
        let tag = RetryTag {
            chrome: core.chrome(core.language(headers, asking), None),
            script: core.address(&format!("/assets/{}", core.files.name("retry", "js"))),
            who: who(core, session),
        };
        tag.html().ok().map(|tag| in_ascii(&tag).into())
    }
}

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[served!(GET "/proved", SignedIn => proved)];

/// `GET /proved`: the person may close the window. They get here by way of the proof alone.
pub(crate) async fn proved(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    turn.query(&[])?;
    let page = ProvedPage { chrome: turn.chrome(), who: who(&turn.core, session) };
    turn.page(StatusCode::OK, &page)
}

/// The mark of a session's subject for the scripts of a console, another one than the cookies have.
fn who(core: &Core, session: &LiveSession) -> String {
    let subject = ["retry ", session.record.subject.as_str()].concat();
    let tag = hmac::sign(&core.marks, subject.as_bytes());
    entropy::lower_base32(tag.as_ref().get(..16).unwrap_or_default())
}

/// The same markup in every encoding that has ASCII as it is.
fn in_ascii(markup: &str) -> String {
    let mut ascii = String::with_capacity(markup.len());
    for letter in markup.chars() {
        if letter.is_ascii() {
            ascii.push(letter);
        } else {
            let _infallible = write!(ascii, "&#{};", u32::from(letter));
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_reads_the_same_in_every_encoding() {
        assert_eq!(in_ascii("a=\"é\u{3042}\""), "a=\"&#233;&#12354;\"");
    }
}
