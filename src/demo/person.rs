//! Who is asking: the gateway's word for it, or the console's own session.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Json;
use axum::response::Response;

use crate::demo::Shared;
use crate::demo::assertion_check;
use crate::demo::assertion_check::Claims;
use crate::demo::assertion_check::Expected;
use crate::demo::assertion_check::Refused;
use crate::demo::jwks::Wish;
use crate::demo::page;
use crate::demo::pages;

/// The header in which the gateway says who is asking.
pub(super) const ASSERTION: &str = "portcullis-assertion";

/// A signed-in person.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) login: String,
    pub(super) name: String,
    pub(super) administrator: bool,
    /// What the gateway asserted; none when the console's own form was used.
    pub(super) asserted: Option<Claims>,
}

impl Person {
    /// The role as the console shows it.
    pub(super) const fn role(&self) -> &'static str {
        if self.administrator { "Administrator" } else { "Operator" }
    }
}

/// Nobody is signed in: people are shown the form, programs are told.
#[derive(Debug)]
pub(super) struct NotSignedIn {
    program: bool,
}

impl IntoResponse for NotSignedIn {
    fn into_response(self) -> Response {
        if self.program {
            let body = serde_json::json!({"error": "not signed in"});
            (StatusCode::UNAUTHORIZED, Json(body)).into_response()
        } else {
            pages::found("/login")
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Person {
    type Rejection = NotSignedIn;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, NotSignedIn> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| NotSignedIn { program: for_programs(parts.uri.path()) })
    }
}

impl<S: Sync> axum::extract::OptionalFromRequestParts<S> for Person {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

fn for_programs(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/live/")
}

/// Finds the person before any handler runs. A false assertion ends the request, whatever cookie it has.
pub(super) async fn identify(
    State(shared): State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Response {
    let found = if request.headers().contains_key(ASSERTION) {
        match asserted(&shared, request.headers()).await {
            Ok(person) => Some(person),
            Err(why) => return refused(why, request.uri().path()),
        }
    } else {
        shared.sessions.person(&shared.settings, request.headers())
    };
    if let Some(person) = found {
        request.extensions_mut().insert(person);
    }
    next.run(request).await
}

async fn asserted(shared: &Shared, headers: &HeaderMap) -> Result<Person, Refused> {
    let mut all = headers.get_all(ASSERTION).iter();
    let (Some(token), None) = (all.next(), all.next()) else {
        return Err(Refused::Malformed);
    };
    let token = token.to_str().map_err(|_| Refused::Malformed)?;
    let claims = checked(shared, token).await?;
    let login = claims.preferred_username.clone();
    let account = shared.settings.accounts.iter().find(|a| a.login == login);
    Ok(Person {
        name: claims.name.clone().unwrap_or_else(|| login.clone()),
        administrator: account.is_some_and(|account| account.administrator),
        login,
        asserted: Some(claims),
    })
}

async fn checked(shared: &Shared, token: &str) -> Result<Claims, Refused> {
    let gateway = shared.settings.gateway.get().ok_or(Refused::NoKeys)?;
    let clock = &shared.settings.clock;
    let expected =
        Expected { issuer: &gateway.issuer, audience: &gateway.audience, now: clock.wall().secs() };
    let address = &gateway.jwks_url;
    let keys = shared.keys.keys(address, clock.now(), Wish::AtHand).await?;
    match assertion_check::verify(token, &keys, expected) {
        Err(Refused::UnknownKey) => {
            let keys = shared.keys.keys(address, clock.now(), Wish::Newer).await?;
            assertion_check::verify(token, &keys, expected)
        }
        judged => judged,
    }
}

fn refused(why: Refused, path: &str) -> Response {
    tracing::warn!(%why, "an assertion was refused");
    if for_programs(path) {
        let body = serde_json::json!({"error": "assertion refused", "reason": why.to_string()});
        return (StatusCode::UNAUTHORIZED, Json(body)).into_response();
    }
    let reason = format!("This request came with a Portcullis-Assertion, but {why}.");
    let body = page::html(&page::Refusal {
        frame: page::Frame::new("Not signed in", "", None),
        heading: "The assertion is not believed",
        text: &reason,
    });
    (StatusCode::UNAUTHORIZED, body).into_response()
}
