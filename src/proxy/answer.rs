//! Requests that are answered here: the gateway's own pages, demands for proof, redirects, refusals.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use http::Response;
use http::StatusCode;
use http::header;
use pingora::Error;
use pingora::protocols::http::ServerSession;
use pingora::proxy::FailToProxy;

use super::Gateway;
use super::bridge;
use super::bridge::Body;
use super::console_basic;
use super::context::Audience;
use super::context::Outcome;
use super::context::RequestContext;
use super::exchange;
use super::failure;
use super::reading;
use crate::assertion::header::REQUEST_ID;
use crate::gate::ShownToken;
use crate::policy::Demand;
use crate::policy::Fault;
use crate::policy::Machine;
use crate::policy::Refusal;
use crate::portal::Reader;
use crate::refusal_log::Known;
use crate::refusal_log::Refused;
use crate::session::cookie::CookieKind;

/// Largest form post that is kept over a challenge (ruling 16).
const KEPT_POST: usize = 16 * 1024;

/// What `Allow` names.
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/// Answers `OPTIONS *`: it asks about the server as a whole, and that is us.
pub(super) async fn answer_options(
    downstream: &mut ServerSession,
    context: &mut RequestContext,
) -> pingora::Result<()> {
    context.outcome = Outcome::Portal;
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static(METHODS));
    bridge::write(downstream, answer, &context.id).await
}

/// Answers with a page of ours.
pub(super) async fn portal(
    gateway: &Gateway,
    downstream: &mut ServerSession,
    context: &mut RequestContext,
) -> pingora::Result<()> {
    context.outcome = Outcome::Portal;
    if let Some(entry) = &context.site {
        entry.metrics.portal.inc();
    }
    let limit = context.live.settings.form_bytes;
    let body = match bridge::read_body(downstream, limit).await {
        Body::Whole(body) => body,
        unread @ (Body::Refused | Body::Late) => {
            let late = matches!(unread, Body::Late);
            let fault = if late { Refusal::TooSlow } else { Refusal::Body };
            let refusal = context.wire_fault().unwrap_or(fault);
            return refuse(gateway, downstream, context, refusal).await;
        }
    };
    let (Some(request), Some(asking)) =
        (reading::plain_request(downstream, body), reading::asking(context))
    else {
        return refuse(gateway, downstream, context, Refusal::Form).await;
    };
    let acted = context.audience == Audience::Person || !request.method().is_safe();
    if let Some(session) = context.session.as_ref().filter(|_| acted) {
        session.touch(gateway.parts().clock.now());
    }
    let portal = Arc::clone(&context.live.portal);
    let answer = portal.answer(request, asking).await;
    context.program = answer.extensions().get::<Machine>().cloned();
    note_refusal(gateway, context, &answer);
    bridge::write(downstream, answer, &context.id).await
}

/// Asks for proof, keeping what a small form post said.
pub(super) async fn challenge(
    gateway: &Gateway,
    downstream: &mut ServerSession,
    context: &mut RequestContext,
    demand: Demand,
) -> pingora::Result<()> {
    context.outcome = Outcome::Challenge;
    if let Some(entry) = &context.site {
        entry.metrics.challenge.inc();
    }
    let body = match bridge::read_body(downstream, KEPT_POST).await {
        Body::Whole(body) => body,
        Body::Refused | Body::Late => Bytes::new(),
    };
    if let Some(fault) = context.wire_fault() {
        return refuse(gateway, downstream, context, fault).await;
    }
    let (Some(request), Some(asking)) =
        (reading::plain_request(downstream, body), reading::asking(context))
    else {
        return refuse(gateway, downstream, context, Refusal::Form).await;
    };
    let portal = Arc::clone(&context.live.portal);
    let answer = portal.challenge(&request, &asking, demand).await;
    note_refusal(gateway, context, &answer);
    bridge::write(downstream, answer, &context.id).await
}

/// Sends the client to the one canonical address, or to the account page.
pub(super) async fn redirect(
    gateway: &Gateway,
    downstream: &mut ServerSession,
    context: &mut RequestContext,
    (status, target): (StatusCode, &str),
) -> pingora::Result<()> {
    let Ok(location) = HeaderValue::from_str(target) else {
        return refuse(gateway, downstream, context, Refusal::PathNotCanonical).await;
    };
    context.outcome = Outcome::Redirect;
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::LOCATION, location);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    bridge::write(downstream, answer, &context.id).await
}

/// Refuses, with a page or a problem report.
pub(super) async fn refuse(
    gateway: &Gateway,
    downstream: &mut ServerSession,
    context: &mut RequestContext,
    refusal: Refusal,
) -> pingora::Result<()> {
    note(gateway, context, refusal);
    if let Some(entry) = &context.site {
        entry.metrics.refuse.inc();
    }
    if bridge::announces_body(downstream) && !matches!(refusal, Refusal::Body | Refusal::TooSlow) {
        // Small bodies are read and dropped, so that the answer is not lost; larger ones close.
        bridge::read_body(downstream, KEPT_POST).await;
    }
    let portal = Arc::clone(&context.live.portal);
    let reader = match context.audience {
        _ if portal.is_api(&context.path) => Reader::Api,
        Audience::Person => {
            let account = context.session.as_ref().and_then(|session| session.profile.language);
            let headers = &downstream.req_header().headers;
            Reader::Person(portal.language(headers, context.cookies, account))
        }
        Audience::Machine => Reader::Program,
    };
    let mut answer = portal.refuse(refusal, &context.id, context.client(), reader);
    if refusal == Refusal::AmbiguousCookie
        && let Ok(cleared) = HeaderValue::from_str(&context.cookies.clear(CookieKind::Session))
    {
        answer.headers_mut().append(header::SET_COOKIE, cleared);
    }
    if refusal == Refusal::WebSocketVersion {
        answer.headers_mut().insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    }
    if let (Refusal::TokenInvalid, Some(entry)) = (refusal, &context.site) {
        // RFC 6750 §3.1.
        let realm = format!("Bearer realm=\"{}\", error=\"invalid_token\"", entry.site.name);
        if let Ok(realm) = HeaderValue::from_str(&realm) {
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, realm);
        }
    }
    if refusal == Refusal::Method {
        answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static(METHODS));
    }
    bridge::write(downstream, answer, &context.id).await
}

/// A refusal that the pages decided counts like any other.
fn note_refusal(gateway: &Gateway, context: &mut RequestContext, answer: &Response<Bytes>) {
    if let Some(&refusal) = answer.extensions().get::<Refusal>() {
        note(gateway, context, refusal);
    }
}

/// Whose request it is, if a live session or a good token says so.
fn known(context: &RequestContext) -> Option<Known> {
    match (&context.session, &context.token) {
        (Some(session), _) => Some(Known::Subject(session.record.subject.clone())),
        (None, ShownToken::Good(used)) => Some(Known::Token(used.token.record.id.clone())),
        (None, ShownToken::Nothing | ShownToken::Bad(_)) => None,
    }
}

/// A refusal goes to the metric and the access log; and to the audit log, when what was asked is to blame
/// and it is known who asked.
fn note(gateway: &Gateway, context: &mut RequestContext, refusal: Refusal) {
    context.outcome = Outcome::Refuse(refusal);
    gateway.parts().metrics.refused(refusal);
    if let (Fault::Request, Some(whose)) = (refusal.fault(), known(context)) {
        gateway.parts().refusals.note(Refused {
            whose,
            refusal,
            site: context.site.as_ref().map(|entry| entry.site.name.to_string()),
            request_id: context.id.clone(),
            client: context.client(),
        });
    }
}

/// Tells the client of a failure on the way, when it can still be told.
pub(super) async fn fail(
    gateway: &Gateway,
    downstream: &mut ServerSession,
    error: &Error,
    context: &mut RequestContext,
) -> FailToProxy {
    let told = FailToProxy { error_code: 0, can_reuse_downstream: false };
    let Some(mut refusal) = context.wire_fault().or_else(|| failure::refusal(error)) else {
        return told;
    };
    if refusal == Refusal::UpstreamUnreachable && context.attempts.was_last_resort() {
        refusal = Refusal::UpstreamUnavailable;
    }
    tracing::warn!(
        request_id = context.id,
        reason = refusal.name(),
        cause = %error.etype().as_str(),
        "a request could not be forwarded"
    );
    if refusal.fault() == Fault::Console {
        exchange::note(context, Err(()));
    }
    // After interim answers the final one can still be ours.
    if downstream.response_written().is_some_and(|head| !head.status.is_informational()) {
        note(gateway, context, refusal);
        return told;
    }
    downstream.set_keepalive(None);
    if console_basic::asks(error) {
        let status = StatusCode::UNAUTHORIZED.as_u16();
        return match console_basic::challenge(gateway, downstream, context).await {
            Ok(()) => FailToProxy { error_code: status, can_reuse_downstream: false },
            Err(_) => told,
        };
    }
    match refuse(gateway, downstream, context, refusal).await {
        Ok(()) => {
            FailToProxy { error_code: refusal.status().as_u16(), can_reuse_downstream: false }
        }
        Err(_) => told,
    }
}

/// An answer as bytes, for a connection that is closed after it.
pub(super) fn raw(answer: &Response<Bytes>, id: &str) -> Vec<u8> {
    let mut raw = format!("HTTP/1.1 {}\r\n", answer.status()).into_bytes();
    for (name, value) in answer.headers().iter().filter(|(name, _)| *name != REQUEST_ID) {
        raw.extend_from_slice(name.as_str().as_bytes());
        raw.extend_from_slice(b": ");
        raw.extend_from_slice(value.as_bytes());
        raw.extend_from_slice(b"\r\n");
    }
    let length = answer.body().len();
    raw.extend_from_slice(
        format!("x-request-id: {id}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n")
            .as_bytes(),
    );
    raw.extend_from_slice(answer.body());
    raw
}
