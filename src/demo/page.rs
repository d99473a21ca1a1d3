//! The console's pages as templates: askama escapes whatever people wrote.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::Html;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::demo::chart::Chart;
use crate::demo::files::Item;
use crate::demo::person::Person;
use crate::demo::port::Act;
use crate::demo::port::Done;
use crate::demo::port::Note;
use crate::demo::port::Seen;

/// What surrounds every page.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) title: &'a str,
    pub(super) tab: &'a str,
    pub(super) person: Option<&'a Person>,
}

impl<'a> Frame<'a> {
    pub(super) const fn new(title: &'a str, tab: &'a str, person: Option<&'a Person>) -> Self {
        Self { title, tab, person }
    }
}

#[derive(Template)]
#[template(path = "demo/login.html")]
pub(super) struct Login<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) username: &'a str,
    pub(super) failed: bool,
}

#[derive(Template)]
#[template(path = "demo/refusal.html")]
pub(super) struct Refusal<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) heading: &'a str,
    pub(super) text: &'a str,
}

#[derive(Template)]
#[template(path = "demo/dashboard.html")]
pub(super) struct Dashboard<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) person: &'a Person,
    pub(super) fleet: Vec<Seen>,
    pub(super) berths: usize,
    pub(super) berthed: usize,
    pub(super) delayed: usize,
    pub(super) chart: Chart,
    pub(super) moves: u32,
    pub(super) tide: String,
    pub(super) now: String,
}

#[derive(Template)]
#[template(path = "demo/vessel.html")]
pub(super) struct VesselPage<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) vessel: Seen,
    pub(super) notes: Vec<Note>,
}

/// A dangerous button, how often it was pressed, and whether this person may.
pub(super) struct Danger {
    pub(super) act: Act,
    pub(super) times: u64,
    pub(super) allowed: bool,
}

#[derive(Template)]
#[template(path = "demo/settings.html")]
pub(super) struct Settings<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) dangers: Vec<Danger>,
    pub(super) total: u64,
    pub(super) done: Vec<Done>,
}

#[derive(Template)]
#[template(path = "demo/headers.html")]
pub(super) struct Echo<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) request: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) claims: Option<String>,
}

#[derive(Template)]
#[template(path = "demo/live.html")]
pub(super) struct Live<'a> {
    pub(super) frame: Frame<'a>,
    /// The load of the crane in the last minute, newest last.
    pub(super) loads: String,
}

#[derive(Template)]
#[template(path = "demo/files.html")]
pub(super) struct Files<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) items: Vec<Item>,
}

/// A page; a template that fails is a plain 500.
pub(super) fn html(template: &impl Template) -> Response {
    template.render().map_or_else(
        |_| StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        |text| ([(header::CACHE_CONTROL, "no-store")], Html(text)).into_response(),
    )
}

/// `GET /static/console.css`
pub(super) async fn style() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("../../assets/demo/console.css")).into_response()
}

/// `GET /static/live.js`
pub(super) async fn script() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, include_str!("../../assets/demo/live.js")).into_response()
}
