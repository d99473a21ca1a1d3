//! The offer to set up a second factor, or another one, which may be put off: where none is needed, or not yet
//! (S3.12).

use std::sync::Arc;

use http::StatusCode;

use crate::clock::Timestamp;
use crate::directory::LiveSession;
use crate::enforcement::Entry;
use crate::enforcement::Shortfall;
use crate::portal::form::Going;
use crate::portal::form::NoFields;
use crate::portal::page::SetUpPage;
use crate::portal::posted;
use crate::portal::refusal;
use crate::portal::response;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// `GET /set-up`.
pub(crate) async fn show(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (_, going) = turn.query(&[])?;
    if turn.signed_in().is_some() {
        return match turn.shortfall(session) {
            Some(short) if short.until.is_some() => another(turn, session, &going, short),
            short => Ok(signed_in(turn, &going, short)),
        };
    }
    if session.record.is_for_enrolment() {
        return first(turn, session, &going, None);
    }
    let entry =
        turn.core.ceremonies.entry_of(&turn.visit(), session).await.map_err(|e| turn.failed(&e))?;
    match entry {
        Entry::Offered { until } if !session.is_enrolled() => first(turn, session, &going, until),
        Entry::Free if !session.is_enrolled() => first(turn, session, &going, None),
        Entry::Free
        | Entry::Offered { .. }
        | Entry::Dormant
        | Entry::Enrol
        | Entry::RecoveryCode
        | Entry::Denied => Ok(elsewhere(turn, session, &going, entry)),
    }
}

/// `POST /set-up`: not now. Nothing is put off by it that the gate would not let pass.
pub(crate) async fn later(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (_, going) = posted::opened::<NoFields>(turn, session)?;
    if turn.signed_in().is_some() {
        return Ok(signed_in(turn, &going, turn.shortfall(session)));
    }
    let entry = turn.core.ceremonies.put_off(&turn.visit(), session).await;
    let entry = entry.map_err(|error| turn.failed(&error))?;
    if session.record.is_for_enrolment() || entry.is_put_off() {
        return Ok(response::see_other(going.next.as_str()));
    }
    Ok(elsewhere(turn, session, &going, entry))
}

/// Where somebody belongs who has signed in with a second factor.
fn signed_in(turn: &Turn, going: &Going, short: Option<Shortfall>) -> http::Response<bytes::Bytes> {
    match short {
        Some(Shortfall { until: None, .. }) => {
            response::see_other(&turn.address("/enrol", &going.next))
        }
        Some(_) | None => response::see_other(going.next.as_str()),
    }
}

/// How many second factors are asked for, and what several are good for.
pub(crate) fn why(turn: &Turn, short: Shortfall) -> String {
    let numbers = [("asked", short.asked.into()), ("held", short.held.into())];
    turn.language.with_all("add-another-why", &numbers)
}

/// The offer to set up another one.
fn another(turn: &Turn, session: &Arc<LiveSession>, going: &Going, short: Shortfall) -> Outcome {
    let texts = (turn.say("add-another-title"), why(turn, short), "add-another-until");
    page(turn, session, going, (texts, short.until))
}

/// The offer to set up the first one.
fn first(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    until: Option<Timestamp>,
) -> Outcome {
    let texts = (turn.say("set-up-title"), turn.say("set-up-lead"), "set-up-until");
    page(turn, session, going, (texts, until))
}

/// Where somebody belongs who cannot put it off.
fn elsewhere(
    turn: &Turn,
    session: &LiveSession,
    going: &Going,
    entry: Entry,
) -> http::Response<bytes::Bytes> {
    let page = match entry {
        _ if session.is_enrolled() => "/challenge",
        Entry::Free | Entry::Offered { .. } | Entry::Enrol => "/enrol",
        Entry::RecoveryCode | Entry::Dormant => "/recovery",
        Entry::Denied => return refusal::enrolment_closed(turn),
    };
    response::see_other(&turn.address(page, &going.next))
}

fn page(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    ((heading, lead, term), until): ((String, String, &str), Option<Timestamp>),
) -> Outcome {
    let remind = turn.core.ceremonies.rulebook().settings.remind_before;
    let soon = until.is_some_and(|until| until.since(turn.core.clock.now()) <= remind);
    let date = until.map(|until| turn.language.moment(until));
    let page = SetUpPage {
        chrome: turn.chrome(),
        errand: turn.errand(session, going),
        who: session.profile.login.name().to_owned(),
        heading,
        lead,
        set_up: turn.address("/enrol", &going.next),
        term: match date {
            Some(date) => turn.language.with(term, "date", &date),
            None if session.record.is_for_enrolment() => turn.say("set-up-recovered"),
            None => turn.say("set-up-optional"),
        },
        soon,
    };
    turn.page(StatusCode::OK, &page)
}
