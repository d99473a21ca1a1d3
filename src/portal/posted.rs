//! Forms of people who have a session: read, and opened with it.

use std::sync::Arc;

use crate::directory::LiveSession;
use crate::policy::Refusal;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::response;
use crate::portal::turn::End;
use crate::portal::turn::Turn;

/// A form of the owner of this session, and where they were going.
///
/// # Errors
/// What ends the request.
pub(crate) fn opened<T: Form>(
    turn: &Turn,
    session: &Arc<LiveSession>,
) -> Result<(T, Going), Refusal> {
    turn.open(turn.form::<T>()?, session)
}

/// The same where it raises the session. Sent twice, it belongs to the session before: whoever is signed in by then
/// is only sent on.
///
/// # Errors
/// What ends the request.
pub(crate) fn raising<T: Form>(turn: &Turn, session: &Arc<LiveSession>) -> Result<(T, Going), End> {
    let form = turn.form::<T>()?;
    let next = form.going.next.clone();
    match turn.open(form, session) {
        Ok(opened) => Ok(opened),
        Err(_) if turn.signed_in().is_some() => Err(response::see_other(next.as_str()).into()),
        Err(refusal) => Err(refusal.into()),
    }
}
