//! Where the person is signed in, and how to end that.

use std::sync::Arc;

use http::StatusCode;

use super::not_changed;
use super::proof_address;
use super::stand;
use crate::ceremony::Change;
use crate::directory::LiveSession;
use crate::policy::Refusal;
use crate::portal::done::done;
use crate::portal::done::was_done;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::form::NoFields;
use crate::portal::page::SessionRow;
use crate::portal::page::SessionsPage;
use crate::portal::posted;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// The page that this is about.
const PAGE: &str = "/account/sessions";

/// What was done, as an address says it, and the message that tells of it.
const DONE: [(&str, &str); 2] = [("one", "sessions-done-one"), ("others", "sessions-done-others")];

struct EndForm {
    session: String,
}

impl Form for EndForm {
    const FIELDS: &'static [&'static str] = &["session"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { session: fields.required("session")?.to_string() })
    }
}

/// `GET /account/sessions`.
pub(crate) async fn show(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (mut fields, _) = turn.query(&["done"])?;
    let done = was_done(turn, &DONE, &mut fields)?;
    let summary = turn.core.ceremonies.summary(session).await;
    let summary = summary.map_err(|error| turn.failed(&error))?;
    let page = SessionsPage {
        chrome: turn.chrome(),
        errand: turn.errand(session, &Going::nowhere()),
        done,
        sessions: summary.sessions.iter().map(|other| row(turn, session, other)).collect(),
        stand: stand(summary.standing),
        prove: proof_address(turn, PAGE),
    };
    turn.page(StatusCode::OK, &page)
}

/// `POST /account/sessions`: ends one.
pub(crate) async fn end(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (form, going) = posted::opened::<EndForm>(turn, session)?;
    let change = turn.core.ceremonies.end_session(&turn.visit(), session, &form.session).await;
    let change = change.map_err(|error| turn.failed(&error))?;
    if change == Change::Done {
        return Ok(done(turn, PAGE, "one"));
    }
    not_changed(turn, change, (PAGE, &going))
}

/// `POST /account/sessions/others`: ends all but this one.
pub(crate) async fn end_others(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (_, going) = posted::opened::<NoFields>(turn, session)?;
    let change = turn.core.ceremonies.end_other_sessions(&turn.visit(), session).await;
    let change = change.map_err(|error| turn.failed(&error))?;
    if change == Change::Done {
        return Ok(done(turn, PAGE, "others"));
    }
    not_changed(turn, change, (PAGE, &going))
}

fn row(turn: &Turn, this: &LiveSession, session: &Arc<LiveSession>) -> SessionRow {
    let record = &session.record;
    SessionRow {
        handle: (session.key != this.key).then(|| record.handle.clone()),
        site: record.site.clone(),
        browser: record.opened_from.browser.clone(),
        address: record.client.to_string(),
        place: record.opened_from.place.clone(),
        began: turn.language.moment(record.created),
        active: turn.language.moment(session.last_active()),
    }
}
