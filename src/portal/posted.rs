//! Forms of people who have a session: read and opened, or answered at once where that session is over.

use std::sync::Arc;

use crate::directory::LiveSession;
use crate::portal::challenge;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::form::Protected;
use crate::portal::response;
use crate::portal::turn::End;
use crate::portal::turn::Turn;

/// Whose form it is, what is in it, and where they were going.
type Posted<'t, T> = (&'t Arc<LiveSession>, T, Going);

/// A form of somebody who is signed in.
///
/// # Errors
/// What ends the request.
pub(crate) fn signed_in<T: Form>(turn: &Turn) -> Result<Posted<'_, T>, End> {
    let form = turn.form::<T>()?;
    let session = alive(turn, turn.signed_in(), &form)?;
    let (form, going) = turn.open(form, session)?;
    Ok((session, form, going))
}

/// A form of somebody who gave a password at least.
///
/// # Errors
/// What ends the request.
pub(crate) fn with_session<T: Form>(turn: &Turn) -> Result<Posted<'_, T>, End> {
    let form = turn.form::<T>()?;
    let session = alive(turn, turn.asking.session.as_ref(), &form)?;
    let (form, going) = turn.open(form, session)?;
    Ok((session, form, going))
}

/// The same where it raises the session. Sent twice, it belongs to the session before: whoever is signed in by then
/// is only sent on.
///
/// # Errors
/// What ends the request.
pub(crate) fn raising<T: Form>(turn: &Turn) -> Result<Posted<'_, T>, End> {
    let form = turn.form::<T>()?;
    let session = alive(turn, turn.asking.session.as_ref(), &form)?;
    let next = form.going.next.clone();
    match turn.open(form, session) {
        Ok((form, going)) => Ok((session, form, going)),
        Err(_) if turn.signed_in().is_some() => Err(response::see_other(next.as_str()).into()),
        Err(refusal) => Err(refusal.into()),
    }
}

/// The session, or the page that says that it ended while the form was open.
fn alive<'t, T>(
    turn: &Turn,
    session: Option<&'t Arc<LiveSession>>,
    form: &Protected<T>,
) -> Result<&'t Arc<LiveSession>, End> {
    match session {
        Some(session) => Ok(session),
        None => Err(challenge::timed_out(turn, &form.going)?.into()),
    }
}
