//! What was done, told by the page that is shown afterwards: its address says which, and only what it knows.

use bytes::Bytes;
use http::Response;

use crate::policy::Refusal;
use crate::portal::form::Fields;
use crate::portal::response;
use crate::portal::turn::Turn;

/// What the address says was done, in words, of what a page can tell.
///
/// # Errors
/// When it says something else.
pub(crate) fn was_done(
    turn: &Turn,
    told: &[(&str, &str)],
    fields: &mut Fields,
) -> Result<Option<&'static str>, Refusal> {
    let Some(done) = fields.optional("done") else {
        return Ok(None);
    };
    let (_, key) = told.iter().find(|(name, _)| *name == done.as_str()).ok_or(Refusal::Form)?;
    Ok(Some(turn.language.say(key)))
}

/// To a page that says what was done.
pub(crate) fn done(turn: &Turn, page: &str, what: &str) -> Response<Bytes> {
    let mark = if page.contains('?') { '&' } else { '?' };
    response::see_other(&turn.core.address(&format!("{page}{mark}done={what}")))
}
