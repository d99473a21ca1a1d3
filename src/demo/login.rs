//! The console's own way in, as it was before there was a gateway: a form and a cookie.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Form;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header;
use axum::response::AppendHeaders;
use axum::response::IntoResponse;
use axum::response::Response;
use cookie::Cookie;
use cookie::SameSite;
use parking_lot::Mutex;
use serde::Deserialize;
use serde::Deserializer;

use crate::clock::Timestamp;
use crate::demo::ConsoleAccount;
use crate::demo::ConsoleSettings;
use crate::demo::Here;
use crate::demo::Shared;
use crate::demo::page;
use crate::demo::pages;
use crate::demo::person::Person;
use crate::entropy;
use crate::secret;
use crate::secret::Secret;

/// The console's own cookie.
const COOKIE: &str = "HARBOURSESSID";
/// How long a session of the console lasts.
const LIFE: Duration = Duration::from_hours(8);
/// The oldest sessions end when there are more.
const MOST: usize = 1000;

/// The console's own sessions, by cookie value.
#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<HashMap<String, Session>>);

#[derive(Debug)]
struct Session {
    login: String,
    since: Timestamp,
}

impl Sessions {
    fn start(&self, id: String, login: String, now: Timestamp) {
        let mut all = self.0.lock();
        all.retain(|_, session| now.since(session.since) < LIFE);
        if all.len() >= MOST {
            let oldest = all.iter().min_by_key(|(_, session)| session.since);
            let oldest = oldest.map(|(id, _)| id.clone());
            oldest.and_then(|id| all.remove(&id));
        }
        all.insert(id, Session { login, since: now });
    }

    fn end(&self, headers: &HeaderMap) {
        if let Some(id) = cookie(headers) {
            self.0.lock().remove(&id);
        }
    }

    /// Whose cookie this is.
    pub(super) fn person(&self, settings: &ConsoleSettings, headers: &HeaderMap) -> Option<Person> {
        let all = self.0.lock();
        let session = all.get(&cookie(headers)?)?;
        if settings.clock.now().since(session.since) >= LIFE {
            return None;
        }
        let account = settings.accounts.iter();
        let account = account.into_iter().find(|a| a.login == session.login)?;
        Some(Person {
            login: account.login.clone(),
            name: account.name.clone(),
            administrator: account.administrator,
            asserted: None,
        })
    }
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == COOKIE)
        .map(|cookie| cookie.value().to_owned())
}

fn set_cookie(value: &str, life: Option<Duration>) -> String {
    let mut cookie =
        Cookie::build((COOKIE, value)).path("/").http_only(true).same_site(SameSite::Lax).build();
    if let Some(Ok(life)) = life.map(TryInto::try_into) {
        cookie.set_max_age(Some(life));
    }
    cookie.to_string()
}

/// `GET /login`
pub(super) async fn form(person: Option<Person>) -> Response {
    if person.is_some() {
        return pages::found("/dashboard");
    }
    page::html(&page::Login {
        frame: page::Frame::new("Log in", "", None),
        username: "",
        failed: false,
    })
}

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Attempt {
    username: String,
    #[serde(deserialize_with = "typed")]
    password: Secret<String>,
}

fn typed<'de, D: Deserializer<'de>>(form: D) -> Result<Secret<String>, D::Error> {
    String::deserialize(form).map(Secret::new)
}

/// `POST /login`: 302 to the dashboard, or 200 with the form and what is wrong, as such consoles do.
pub(super) async fn submit(State(shared): Here, Form(attempt): Form<Attempt>) -> Response {
    let settings = &shared.settings;
    let account = settings.accounts.iter().find(|a| matches(a, &attempt));
    let Some(account) = account else {
        return page::html(&page::Login {
            frame: page::Frame::new("Log in", "", None),
            username: &attempt.username,
            failed: true,
        });
    };
    start(&shared, account)
}

fn start(shared: &Arc<Shared>, account: &ConsoleAccount) -> Response {
    let Ok(id) = entropy::identifier(&*shared.settings.entropy) else {
        return pages::failed();
    };
    let set = set_cookie(&id, None);
    let now = shared.settings.clock.now();
    shared.sessions.start(id, account.login.clone(), now);
    let set = AppendHeaders([(header::SET_COOKIE, set)]);
    (set, pages::found("/dashboard")).into_response()
}

fn matches(account: &ConsoleAccount, attempt: &Attempt) -> bool {
    let (given, right) = (attempt.password.expose(), account.password.expose());
    account.login == attempt.username && secret::equal(given.as_bytes(), right.as_bytes())
}

/// `POST /logout`: ends the console's own session; who came through the gateway is sent there to sign out.
pub(super) async fn logout(
    State(shared): Here,
    person: Option<Person>,
    headers: HeaderMap,
) -> Response {
    shared.sessions.end(&headers);
    let asserted = person.is_some_and(|person| person.asserted.is_some());
    let gateway = shared.settings.gateway.get().filter(|_| asserted);
    let to = gateway.map_or("/login", |gateway| gateway.sign_out.as_str());
    let clear = set_cookie("", Some(Duration::ZERO));
    let clear = AppendHeaders([(header::SET_COOKIE, clear)]);
    (clear, pages::found(to)).into_response()
}
