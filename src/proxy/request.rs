//! A request at the door: ask the gate, then have it answered here or let it pass.

use std::net::Ipv4Addr;

use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header;
use pingora::http::RequestHeader;
use pingora::protocols::http::ServerSession;
use tokio_util::sync::CancellationToken;

use super::Gateway;
use super::PlainHttp;
use super::answer;
use super::bridge;
use super::client::ConnectionContext;
use super::console_basic;
use super::context::Audience;
use super::context::Outcome;
use super::context::RequestContext;
use super::fence;
use super::lifeline;
use super::login;
use super::reading;
use super::record::Trail;
use super::sign_on;
use super::websocket;
use crate::area::Whereabouts;
use crate::canonical::Host;
use crate::gate::Arrival;
use crate::gate::Judgement;
use crate::gate::ShownToken;
use crate::gate::Verdict;
use crate::policy::Credentials;
use crate::policy::MachineKind;
use crate::policy::Permit;
use crate::policy::Refusal;
use crate::session::IdleCounts;
use crate::session::cookie::CookieNames;

/// The request filter: true when the request was answered here.
///
/// # Errors
/// When the client is gone.
pub async fn filter(
    gateway: &Gateway,
    downstream: &mut ServerSession,
    context: &mut RequestContext,
) -> pingora::Result<bool> {
    let barred = prepare(gateway, downstream, context);
    if barred.is_none() && reading::asks_whole_server(downstream.req_header()) {
        return answer::answer_options(downstream, context).await.map(|()| true);
    }
    let verdict = judged(gateway, downstream, context, barred).await;
    tracing::trace!(
        request_id = context.id,
        route = context.route,
        verdict = verdict.name(),
        "judged"
    );
    match verdict {
        Verdict::Forward(_) | Verdict::Challenge(_) if leads_to_account(downstream, context) => {
            let account = context.live.portal.account();
            answer::redirect(gateway, downstream, context, (StatusCode::SEE_OTHER, &account)).await
        }
        Verdict::Forward(permit) => return permitted(gateway, downstream, context, permit).await,
        Verdict::Login(permit) => login::answer(gateway, downstream, context, &permit).await,
        Verdict::Portal => answer::portal(gateway, downstream, context).await,
        Verdict::Challenge(demand) => answer::challenge(gateway, downstream, context, demand).await,
        Verdict::Redirect(_) if context.audience == Audience::Machine => {
            answer::refuse(gateway, downstream, context, Refusal::PathNotCanonical).await
        }
        Verdict::Redirect(target) | Verdict::Elsewhere(target) => {
            let there = (StatusCode::PERMANENT_REDIRECT, target.as_str());
            answer::redirect(gateway, downstream, context, there).await
        }
        Verdict::Refuse(refusal) => answer::refuse(gateway, downstream, context, refusal).await,
    }?;
    Ok(true)
}

/// What is to be done, after the site's sign-on was heard and a session is over that is not its sender's any more.
async fn judged(
    gateway: &Gateway,
    downstream: &mut ServerSession,
    context: &mut RequestContext,
    barred: Option<Refusal>,
) -> Verdict {
    sign_on::hear(gateway, downstream, context).await;
    let verdict = match admit(gateway, downstream, context, barred) {
        // Asked after judging: what was judged before the end began was judged with what was known then.
        Ok(_) if gateway.parts().traffic.is_closed() => Verdict::Refuse(Refusal::Draining),
        Ok(verdict) => verdict,
        Err(refusal) => Verdict::Refuse(refusal),
    };
    let ended = sign_on::end_superseded(downstream, context).await;
    ended.map_or_else(Verdict::Refuse, |()| verdict)
}

/// A request that may go on: true when it was answered here, with what waits for the person, or as a login in disguise.
async fn permitted(
    gateway: &Gateway,
    downstream: &mut ServerSession,
    context: &mut RequestContext,
    permit: Permit,
) -> pingora::Result<bool> {
    if console_basic::is_forgotten(gateway, context, &permit) {
        return console_basic::ask_anew(gateway, downstream, context).await.map(|()| true);
    }
    if login::answer_waits(gateway, downstream, context, &permit) {
        let there = context.live.portal.console_answer();
        let there = (StatusCode::SEE_OTHER, there.as_str());
        return answer::redirect(gateway, downstream, context, there).await.map(|()| true);
    }
    let goes_on = match login::looks_like_one(downstream, context, &permit).await {
        Ok(Some(body)) => {
            return login::settle(gateway, downstream, context, (&permit, body))
                .await
                .map(|()| true);
        }
        Ok(None) => forward(gateway, downstream, context, permit),
        Err(refusal) => Err(refusal),
    };
    match goes_on {
        Ok(()) => Ok(false),
        Err(refusal) => answer::refuse(gateway, downstream, context, refusal).await.map(|()| true),
    }
}

/// Whether a person asks for the path of the console that leads to the account page. Where they may not come, and
/// whatever programs ask for, it is a path like any other.
fn leads_to_account(downstream: &ServerSession, context: &RequestContext) -> bool {
    let (Some(entry), Some(request)) = (&context.site, &context.request) else { return false };
    let method = &downstream.req_header().method;
    context.audience == Audience::Person
        && (method == Method::GET || method == Method::HEAD)
        && entry.site.leads_to_account(request.path.segments())
}

/// Sets the connection's limits for this request, and reads what there is to read before it is judged; why
/// nothing is served to its client, if so.
fn prepare(
    gateway: &Gateway,
    downstream: &mut ServerSession,
    context: &mut RequestContext,
) -> Option<Refusal> {
    let settings = context.live.settings;
    if downstream.get_keepalive().is_some() {
        downstream.set_keepalive(Some(settings.keepalive.as_secs()));
    }
    if downstream.is_http2() && settings.sending.bytes > 0 {
        // For each piece of an answer: the stream's window may be closed though its connection is not.
        downstream.set_write_timeout(Some(settings.sending.grace));
    }
    context.connection = reading::connection_of(downstream);
    if let Some(connection) = context.connection.as_ref().filter(|_| !downstream.is_http2()) {
        connection.arrived();
    }
    context.audience = reading::audience(downstream.req_header());
    let barred = fence::barred(gateway, &downstream.req_header().headers, context);
    if context.connection.as_ref().is_some_and(|connection| connection.is_expelled()) {
        downstream.set_keepalive(None);
    }
    barred
}

/// What the gate says, after the checks that need the whole head.
fn admit(
    gateway: &Gateway,
    downstream: &mut ServerSession,
    context: &mut RequestContext,
    barred: Option<Refusal>,
) -> Result<Verdict, Refusal> {
    let connection = context.connection.clone().ok_or(Refusal::ClientAddressUnknown)?;
    let authority = reading::authority(downstream.req_header()).ok_or(Refusal::Host)?;
    let target = reading::origin_form(downstream).ok_or(Refusal::PathForbidden)?;
    let head = downstream.req_header();
    let limits = context.live.settings.head;
    reading::within_limits(head, &target, &limits).map_err(Refusal::Head)?;
    let redirects = context.live.plain_http == PlainHttp::Redirect;
    if redirects && connection.cookies == CookieNames::Plain && barred.is_none() {
        return to_tls(context, head, &authority, &target);
    }
    reading::sane(head, &gateway.0.pseudonym)?;
    // Whoever is barred is judged to learn whose session came along, and refused below whatever is said here.
    let nowhere = Whereabouts::of(Ipv4Addr::UNSPECIFIED.into());
    let client = context.client.as_ref().unwrap_or(&nowhere);
    let now = gateway.parts().clock.now();
    let certificate = connection.machine(&context.live, now);
    let arrival = Arrival {
        method: &head.method,
        authority: &authority,
        target: &target,
        server_name: connection.server_name.as_deref(),
        headers: &head.headers,
        client,
        credentials: Credentials { token: None, certificate: certificate.as_ref() },
        stated: &context.stated,
        now,
    };
    let cookies = head.headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes);
    let judgement = context.live.snapshot.judge(&arrival, cookies, &gateway.parts().directory);
    note(gateway, context, &connection, &judgement);
    if let (Some(request), Some(entry)) = (&judgement.request, &context.site) {
        let (host, origin) = (request.host.as_str(), entry.site.origin.as_str());
        let listener = reading::listener_port(downstream);
        context.authority = reading::public_authority(&authority, host, origin, listener)
            .ok_or(Refusal::MisdirectedHost)?;
    }
    context.request = judgement.request;
    if let Some(refusal) = barred {
        return Err(refusal);
    }
    let head = downstream.req_header();
    if let Verdict::Forward(permit) = &judgement.verdict {
        if reading::wants_service_worker(context, head) {
            return Err(Refusal::ServiceWorker);
        }
        if permit.identity().is_some()
            && reading::is_foreign_websocket(head, &authority, &permit.site().origin)
        {
            return Err(Refusal::CrossSite);
        }
    }
    Ok(judgement.verdict)
}

/// Keeps what the gate learnt.
fn note(
    gateway: &Gateway,
    context: &mut RequestContext,
    connection: &ConnectionContext,
    judgement: &Judgement,
) {
    context.site.clone_from(&judgement.site);
    context.route.clone_from(&judgement.route);
    context.session.clone_from(&judgement.session);
    context.superseded.clone_from(&judgement.superseded);
    context.token.clone_from(&judgement.token);
    let passes = matches!(judgement.verdict, Verdict::Forward(_) | Verdict::Portal);
    context.rehearsed = context.rehearsed.filter(|_| passes).or(judgement.rehearsed);
    if let Some(entry) = &context.site {
        context.cookies = CookieNames::of_origin(&entry.site.origin);
        if let Some(rehearsed) = context.rehearsed {
            gateway.parts().metrics.rehearsed(entry.site.name.as_str(), rehearsed.decision);
        }
    }
    match &context.session {
        Some(_) => connection.note_session(),
        None => connection.note_stranger(),
    }
    if let Some(request) = &judgement.request {
        request.host.as_str().clone_into(&mut context.host);
        request.path.raw().clone_into(&mut context.path);
    }
}

/// Where a plain request belongs when its site has a TLS listener: nothing is served in clear.
fn to_tls(
    context: &mut RequestContext,
    head: &RequestHeader,
    authority: &str,
    target: &str,
) -> Result<Verdict, Refusal> {
    let host = Host::parse(authority).ok_or(Refusal::Host)?;
    let entry = context.live.snapshot.site_of(&host).ok_or(Refusal::UnknownHost)?;
    let location = format!("{}{target}", entry.site.origin);
    context.site = Some(entry);
    if head.method == Method::GET && context.audience == Audience::Person {
        return Ok(Verdict::Redirect(location));
    }
    Err(Refusal::PlainHttp)
}

fn forward(
    gateway: &Gateway,
    downstream: &mut ServerSession,
    context: &mut RequestContext,
    permit: Permit,
) -> Result<(), Refusal> {
    if permit.is_before_sign_in() && bridge::announces_body(downstream) {
        // A page is asked for with nothing that could be a proof.
        return Err(Refusal::Body);
    }
    admit_body(gateway, downstream, context, &permit)?;
    admit_stream(downstream, context, &permit)?;
    if let Some(session) = &context.session {
        let counts = context.live.snapshot.sessions.idle_counts;
        let acted =
            !downstream.req_header().method.is_safe() || context.audience == Audience::Person;
        if acted || counts == IdleCounts::Any {
            session.touch(gateway.parts().clock.now());
        }
    }
    if let Some(entry) = &context.site {
        entry.metrics.forward.inc();
        if let Some(machine) = permit.machine() {
            gateway.parts().metrics.machine(entry.site.name.as_str(), machine.kind);
        }
    }
    if websocket::is_asked(downstream.req_header()) {
        downstream.set_read_timeout(Some(reading::patience(&permit)));
    }
    context.outcome = Outcome::Forward;
    context.over = ends_with(gateway, context, &permit);
    context.permit = Some(permit);
    // What has a body to come, or may wait for long, is ended with its session from the beginning.
    if !downstream.is_body_done() || reading::may_be_silent(downstream) {
        lifeline::hold(gateway, downstream, context);
    }
    Ok(())
}

/// What ends the answer when it ends: the session of a person, the token of a program.
fn ends_with(
    gateway: &Gateway,
    context: &RequestContext,
    permit: &Permit,
) -> Option<CancellationToken> {
    let kind = permit.machine().map(|machine| machine.kind);
    match (&context.token, kind) {
        (ShownToken::Good(used), Some(MachineKind::ServiceToken)) => {
            gateway.parts().directory.tokens().touch(used);
            Some(used.ended.clone())
        }
        _ => permit.identity().and(context.session.as_ref()).map(|s| s.ended.clone()),
    }
}

/// A body of allowed length, which over HTTP/2 has to keep up with its rate: there is no other limit on
/// its time there. What a signed-in person streams both ways is exempt (gRPC).
fn admit_body(
    gateway: &Gateway,
    downstream: &mut ServerSession,
    context: &mut RequestContext,
    permit: &Permit,
) -> Result<(), Refusal> {
    let settings = context.live.settings;
    let too_long = |length: u64| settings.body_bytes.is_some_and(|most| length > most);
    if bridge::declared_length(downstream).is_some_and(|length| too_long(length as u64)) {
        return Err(Refusal::Body);
    }
    let exempt = permit.identity().is_some() && reading::is_grpc(downstream.req_header());
    let is_paced = downstream.is_http2() && settings.receiving.bytes > 0 && !exempt;
    if is_paced
        && !downstream.is_body_done()
        && let Some(lifeline) = &context.lifeline
    {
        lifeline.await_body(settings.receiving);
        context.trail = Some(Trail::of(gateway, downstream, 0));
    }
    Ok(())
}

/// A WebSocket begins with a whole handshake, and a session has only so many streams at once.
fn admit_stream(
    downstream: &ServerSession,
    context: &mut RequestContext,
    permit: &Permit,
) -> Result<(), Refusal> {
    if websocket::is_asked(downstream.req_header()) {
        websocket::check_request(downstream.req_header())?;
    }
    if let (true, Some(_), Some(session)) =
        (reading::may_be_silent(downstream), permit.identity(), &context.session)
    {
        let place = session.take_place(context.live.settings.streams);
        context.place = Some(place.ok_or(Refusal::TooManyStreams)?);
    }
    Ok(())
}
