//! A console that asks for HTTP Basic, in somebody's session: what it is told, and what becomes of its own challenge.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use http::StatusCode;
use http::header;
use pingora::Error;
use pingora::ErrorType;
use pingora::http::RequestHeader;
use pingora::http::ResponseHeader;
use pingora::protocols::http::ServerSession;

use super::Gateway;
use super::answer;
use super::bridge;
use super::context::Outcome;
use super::context::RequestContext;
use super::failure;
use super::probe;
use super::reading;
use crate::console_login::basic::Place;
use crate::policy::Demand;
use crate::policy::Permit;
use crate::policy::Refusal;
use crate::secret::Secret;
use crate::session::cookie::CookieKind;

/// What a console is told in the name of whom a request was permitted to; none: it is not known (any more).
fn credentials(
    gateway: &Gateway,
    context: &RequestContext,
    permit: &Permit,
) -> Option<Secret<String>> {
    let (site, basic) = (permit.site(), permit.site().console_basic()?);
    let session = context.session.as_ref()?;
    let binding = &permit.identity()?.session.binding;
    let place = Place { site: site.name.as_str(), source: &basic.source, binding };
    gateway.parts().desk.credentials.open(place, session.credentials()?.as_ref())
}

/// Whether the console would ask somebody for a password who has signed in: what they told it is gone, as after a
/// restart.
pub(super) fn is_forgotten(gateway: &Gateway, context: &RequestContext, permit: &Permit) -> bool {
    permit.site().console_basic().is_some()
        && permit.identity().is_some()
        && credentials(gateway, context, permit).is_none()
}

/// Tells the console who asks, where a person does. What a browser says of that itself, it never learns, on whatever route:
/// a password there would be a way in without the second factor.
///
/// # Errors
/// When it is not known: nothing is sent.
pub(super) fn replay(
    gateway: &Gateway,
    head: &mut RequestHeader,
    context: &RequestContext,
    permit: &Permit,
) -> pingora::Result<()> {
    if permit.site().console_basic().is_none() {
        return Ok(());
    }
    if permit.machine().is_none() {
        head.remove_header(&header::AUTHORIZATION);
    }
    if permit.identity().is_none() {
        return Ok(());
    }
    match credentials(gateway, context, permit) {
        Some(told) => probe::authorize(head, &told),
        None => super::custom(failure::CONSOLE_ASKS, "what the console was told is gone"),
    }
}

/// Takes the console's own challenge out of an answer.
pub(super) fn unask(head: &mut ResponseHeader, permit: &Permit) {
    if permit.site().console_basic().is_some() {
        head.remove_header(&header::WWW_AUTHENTICATE);
    }
}

/// The same for a final answer.
///
/// # Errors
/// When it says that a person's password is not right any more: it is not passed on.
pub(super) fn judge(head: &mut ResponseHeader, permit: &Permit) -> pingora::Result<()> {
    unask(head, permit);
    let asks = head.status == StatusCode::UNAUTHORIZED
        && permit.site().console_basic().is_some()
        && permit.identity().is_some();
    if asks {
        return super::custom(failure::CONSOLE_ASKS, "the console asks for a password");
    }
    Ok(())
}

/// Whether this is why a request was not answered.
pub(super) fn asks(error: &Error) -> bool {
    matches!(error.etype(), ErrorType::Custom(failure::CONSOLE_ASKS))
}

/// The request was not sent: its session ends, and its sender is asked to sign in. What a form said is kept.
///
/// # Errors
/// When the client is gone.
pub(super) async fn ask_anew(
    gateway: &Gateway,
    downstream: &mut ServerSession,
    context: &mut RequestContext,
) -> pingora::Result<()> {
    end_session(downstream, context, "console_password_gone").await;
    answer::challenge(gateway, downstream, context, Demand::SignIn).await
}

/// The console did not take what it was told: the session ends, and whoever asked is to sign in again.
///
/// # Errors
/// When the client is gone.
pub(super) async fn challenge(
    gateway: &Gateway,
    downstream: &mut ServerSession,
    context: &mut RequestContext,
) -> pingora::Result<()> {
    end_session(downstream, context, "console_password_changed").await;
    context.outcome = Outcome::Challenge;
    if let Some(entry) = &context.site {
        entry.metrics.challenge.inc();
    }
    let asked = reading::plain_request(downstream, Bytes::new()).zip(reading::asking(context));
    let Some((mut request, asking)) = asked else {
        return answer::refuse(gateway, downstream, context, Refusal::Form).await;
    };
    // Its body went to the console: there is nothing to keep.
    request.headers_mut().remove(header::CONTENT_TYPE);
    let portal = Arc::clone(&context.live.portal);
    let mut answer = portal.challenge(&request, &asking, Demand::SignIn).await;
    if let Ok(cleared) = HeaderValue::from_str(&context.cookies.clear(CookieKind::Session)) {
        answer.headers_mut().append(header::SET_COOKIE, cleared);
    }
    bridge::write(downstream, answer, &context.id).await
}

/// Ends the session of a request that is still to be answered. Should the store not do so, what the console was told is
/// forgotten nevertheless.
async fn end_session(downstream: &ServerSession, context: &mut RequestContext, reason: &str) {
    context.over = None;
    context.held = true;
    if let Some(lifeline) = &context.lifeline {
        lifeline.untie();
    }
    if let Some(session) = &context.session {
        session.forget_credentials();
    }
    let asked = reading::plain_request(downstream, Bytes::new()).zip(reading::asking(context));
    if let Some((request, asking)) = asked {
        context.live.portal.console_left(&request, &asking, reason).await;
    }
    context.session = None;
}
