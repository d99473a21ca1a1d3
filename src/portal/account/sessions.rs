//! Where the person is signed in, and how to end that.

use std::sync::Arc;

use http::StatusCode;

use super::home;
use super::not_changed;
use super::proof_address;
use super::signed_out;
use super::stand;
use crate::ceremony::Change;
use crate::directory::LiveSession;
use crate::policy::Refusal;
use crate::portal::challenge;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::page::SessionRow;
use crate::portal::page::SessionsPage;
use crate::portal::response;
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

/// No field but the token.
struct OthersForm;

impl Form for OthersForm {
    const FIELDS: &'static [&'static str] = &[];

    fn take(_: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self)
    }
}

/// `GET /account/sessions`.
pub(crate) async fn show(turn: &Turn) -> Outcome {
    let (mut fields, _) = turn.query(&["done"])?;
    let done = fields.optional("done");
    let Some(session) = turn.signed_in() else {
        return Ok(signed_out(turn, &turn.return_to(&turn.core.address(PAGE))));
    };
    let told = |done: &str| DONE.iter().find(|(name, _)| *name == done).map(|(_, key)| *key);
    let done = done.map(|done| told(&done).ok_or(Refusal::Form)).transpose()?;
    let summary = turn.core.ceremonies.summary(session).await;
    let summary = summary.map_err(|error| turn.failed(&error))?;
    let page = SessionsPage {
        chrome: turn.chrome(),
        errand: turn.errand(session, &home()),
        done: done.map(|key| turn.language.say(key)),
        sessions: summary.sessions.iter().map(|other| row(turn, session, other)).collect(),
        stand: stand(summary.standing),
        prove: proof_address(turn, PAGE),
    };
    turn.page(StatusCode::OK, &page)
}

/// `POST /account/sessions`: ends one.
pub(crate) async fn end(turn: &Turn) -> Outcome {
    let form = turn.form::<EndForm>()?;
    let Some(session) = turn.signed_in() else {
        return challenge::timed_out(turn, &form.going);
    };
    let (form, going) = turn.open(form, session)?;
    let change = turn.core.ceremonies.end_session(&turn.visit(), session, &form.session).await;
    let change = change.map_err(|error| turn.failed(&error))?;
    if change == Change::Done {
        return Ok(response::see_other(&turn.core.address("/account/sessions?done=one")));
    }
    not_changed(turn, change, (PAGE, &going))
}

/// `POST /account/sessions/others`: ends all but this one.
pub(crate) async fn end_others(turn: &Turn) -> Outcome {
    let form = turn.form::<OthersForm>()?;
    let Some(session) = turn.signed_in() else {
        return challenge::timed_out(turn, &form.going);
    };
    let (_, going) = turn.open(form, session)?;
    let change = turn.core.ceremonies.end_other_sessions(&turn.visit(), session).await;
    let change = change.map_err(|error| turn.failed(&error))?;
    if change == Change::Done {
        return Ok(response::see_other(&turn.core.address("/account/sessions?done=others")));
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
