//! The console's JSON API.

use axum::extract::Json;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use crate::demo::Here;
use crate::demo::person::Person;
use crate::demo::port;

/// `GET /api/vessels`
pub(super) async fn vessels(State(shared): Here, _: Person) -> Response {
    let at = shared.settings.clock.wall();
    let fleet: Vec<_> = port::FLEET.iter().map(|v| v.seen(at)).collect();
    Json(json!({"vessels": fleet})).into_response()
}

/// `GET /api/vessels/{id}`
pub(super) async fn vessel(State(shared): Here, _: Person, Path(id): Path<String>) -> Response {
    port::find(&id).map_or_else(unknown, |vessel| {
        let notes = shared.harbour.notes(vessel.id);
        let vessel = vessel.seen(shared.settings.clock.wall());
        Json(json!({"vessel": vessel, "notes": notes})).into_response()
    })
}

/// A note as a program sends it.
#[derive(Deserialize)]
pub(super) struct NewNote {
    text: String,
}

/// `POST /api/vessels/{id}/note`
pub(super) async fn note(
    State(shared): Here,
    person: Person,
    Path(id): Path<String>,
    Json(new): Json<NewNote>,
) -> Response {
    port::find(&id).map_or_else(unknown, |vessel| {
        let at = shared.settings.clock.wall();
        let note = shared.harbour.note(vessel, &person, at, &new.text);
        (StatusCode::CREATED, Json(note)).into_response()
    })
}

/// `GET /api/danger`: how often each dangerous button was pressed.
pub(super) async fn danger(State(shared): Here, _: Person) -> Response {
    let times = shared.harbour.times();
    let each = port::ACTS.iter().zip(times);
    let each: serde_json::Map<_, _> =
        each.map(|(act, times)| (act.id.to_owned(), times.into())).collect();
    let total: u64 = times.iter().sum();
    Json(json!({"total": total, "acts": each})).into_response()
}

fn unknown() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({"error": "no such vessel"}))).into_response()
}
