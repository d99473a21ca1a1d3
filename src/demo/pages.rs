//! The pages a person walks through, and the small answers other modules share.

use axum::extract::Form;
use axum::extract::Path;
use axum::extract::Request;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Deserialize;

use crate::demo::Here;
use crate::demo::chart;
use crate::demo::chart::Chart;
use crate::demo::page;
use crate::demo::page::Frame;
use crate::demo::person::Person;
use crate::demo::port;

/// A 302, which old consoles use for everything.
pub(super) fn found(location: &str) -> Response {
    let location = [(header::LOCATION, location.to_owned())];
    (StatusCode::FOUND, location).into_response()
}

/// Something inside the console went wrong.
pub(super) fn failed() -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, "Internal error\n").into_response()
}

fn refusal(
    status: StatusCode,
    person: Option<&Person>,
    heading: &'static str,
    text: &str,
) -> Response {
    let body = page::html(&page::Refusal { frame: Frame::new(heading, "", person), heading, text });
    (status, body).into_response()
}

/// `GET /`: a relative redirect.
pub(super) async fn front(_: Person) -> Response {
    found("dashboard")
}

/// `GET /old`: an absolute redirect made from the console's own address, which no browser behind the gateway can use.
pub(super) async fn old(State(shared): Here, _: Person) -> Response {
    let own = shared.own;
    found(&format!("http://{own}/dashboard"))
}

/// Everything else.
pub(super) async fn not_found(person: Option<Person>) -> Response {
    let text = "There is no such page in Harbour Control.";
    refusal(StatusCode::NOT_FOUND, person.as_ref(), "Not found", text)
}

/// `GET /dashboard`
pub(super) async fn dashboard(State(shared): Here, person: Person) -> Response {
    let at = shared.settings.clock.wall();
    page::html(&page::Dashboard {
        frame: Frame::new("Dashboard", "dashboard", Some(&person)),
        person: &person,
        berths: port::BERTHS,
        berthed: port::FLEET.iter().filter(|v| v.berthed()).count(),
        delayed: port::FLEET.iter().filter(|v| v.state == "Delayed").count(),
        fleet: port::FLEET.iter().map(|v| v.seen(at)).collect(),
        chart: Chart::at(at),
        moves: chart::moves_so_far(at.secs()),
        tide: format!("{:.2}", chart::tide(at.secs()) / 100.0),
        now: port::stamp(at),
    })
}

/// `GET /vessels/{id}`
pub(super) async fn vessel(
    State(shared): Here,
    person: Person,
    Path(id): Path<String>,
) -> Response {
    let Some(vessel) = port::find(&id) else {
        return not_found(Some(person)).await;
    };
    page::html(&page::VesselPage {
        frame: Frame::new(vessel.name, "dashboard", Some(&person)),
        vessel: vessel.seen(shared.settings.clock.wall()),
        notes: shared.harbour.notes(vessel.id),
    })
}

/// What the note form sends.
#[derive(Deserialize)]
pub(super) struct NoteForm {
    text: String,
}

/// `POST /vessels/{id}/note`
pub(super) async fn note(
    State(shared): Here,
    person: Person,
    Path(id): Path<String>,
    Form(form): Form<NoteForm>,
) -> Response {
    let Some(vessel) = port::find(&id) else {
        return not_found(Some(person)).await;
    };
    if !form.text.trim().is_empty() {
        let at = shared.settings.clock.wall();
        shared.harbour.note(vessel, &person, at, form.text.trim());
    }
    found(&format!("/vessels/{}", vessel.id))
}

/// `GET /settings`
pub(super) async fn settings(State(shared): Here, person: Person) -> Response {
    let times = shared.harbour.times();
    let dangers = port::ACTS.into_iter().zip(times);
    let dangers = dangers.map(|(act, times)| page::Danger {
        act,
        times,
        allowed: person.administrator || !act.administrators_only,
    });
    page::html(&page::Settings {
        frame: Frame::new("Settings", "settings", Some(&person)),
        dangers: dangers.collect(),
        total: times.iter().sum(),
        done: shared.harbour.done(),
    })
}

/// What a dangerous button sends.
#[derive(Deserialize)]
pub(super) struct DangerForm {
    #[serde(default)]
    reason: String,
}

/// `POST /settings/danger/{act}`
pub(super) async fn danger(
    State(shared): Here,
    person: Person,
    Path(act): Path<String>,
    Form(form): Form<DangerForm>,
) -> Response {
    let Some(act) = port::ACTS.iter().find(|known| known.id == act) else {
        return not_found(Some(person)).await;
    };
    if act.administrators_only && !person.administrator {
        let text = "Only administrators may do this.";
        return refusal(StatusCode::FORBIDDEN, Some(&person), "Not allowed", text);
    }
    let at = shared.settings.clock.wall();
    shared.harbour.act(act, &person, at, form.reason.trim());
    found("/settings#journal")
}

/// `GET /echo-headers`: the request as it reached the console.
pub(super) async fn echo_headers(person: Person, request: Request) -> Response {
    let headers = request.headers().iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    let claims = person.asserted.as_ref();
    page::html(&page::Echo {
        frame: Frame::new("What the console sees", "headers", Some(&person)),
        request: format!("{} {} {:?}", request.method(), request.uri(), request.version()),
        headers: headers.collect(),
        claims: claims.and_then(|claims| serde_json::to_string_pretty(claims).ok()),
    })
}
