//! A request and its console: which address is asked, when it is asked again, and what the answers say
//! about the address.
//!
//! A request is sent again only where RFC 9110 §9.2.2 allows it: nothing of it was sent, or repeating it
//! means the same as sending it once and not a byte of an answer has come.

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::StatusCode;
use http::Version;
use http::header;
use pingora::Error;
use pingora::ErrorType;
use pingora::ImmutStr;
use pingora::http::RequestHeader;
use pingora::http::ResponseHeader;
use pingora::protocols::http::ServerSession;
use pingora::upstreams::peer::HttpPeer;

use super::Gateway;
use super::body;
use super::console_basic;
use super::console_cookies;
use super::context::RequestContext;
use super::failure;
use super::login;
use super::peers::Exchange;
use super::peers::connection::Connections;
use super::peers::connection::Use;
use super::reading;
use super::response;
use super::response::Switching;
use super::retry_script;
use super::traffic;
use super::websocket;
use crate::policy::Fault;
use crate::upstream::Protocol;
use crate::upstream::balancer::Footing;

/// Interim answers (1xx) to one request.
const MOST_INTERIM: u32 = 100;

/// How pingora ends the account of an answer that ended before it began.
const NOT_A_BYTE: &str = "bytes already read: 0";

/// What was tried for a request so far.
#[derive(Debug, Default)]
pub struct Attempts {
    exchange: Option<Exchange>,
    /// Addresses that failed.
    tried: Vec<u64>,
    /// How often the request was sent again.
    repeated: usize,
    /// Interim answers so far.
    interim: u32,
}

impl Attempts {
    /// The address that was asked last.
    #[must_use]
    pub const fn exchange(&self) -> Option<&Exchange> {
        self.exchange.as_ref()
    }

    /// How often the request was sent again.
    #[must_use]
    pub const fn repeated(&self) -> usize {
        self.repeated
    }

    /// Whether no address was in use when the last one was chosen.
    #[must_use]
    pub fn was_last_resort(&self) -> bool {
        self.exchange.as_ref().is_some_and(|exchange| exchange.footing == Footing::LastResort)
    }

    /// Whether one more attempt is allowed; if so, it is counted.
    fn again(&mut self, allowed: impl FnOnce(&Self, &Exchange) -> bool) -> bool {
        let Some(exchange) = &self.exchange else {
            return false;
        };
        let again = self.repeated < exchange.upstream().retries && allowed(self, exchange);
        if again {
            exchange.repeated();
            self.repeated = self.repeated.saturating_add(1);
        }
        again
    }
}

/// The address for the next attempt, chosen by the request's permit.
///
/// # Errors
/// Without a permit, or when the console has no address.
pub fn peer(
    downstream: &ServerSession,
    context: &mut RequestContext,
) -> pingora::Result<Box<HttpPeer>> {
    let Some(permit) = &context.permit else {
        return super::custom(failure::NO_PERMIT, "no permit");
    };
    let Some(exchange) = context.live.peers.of(permit, &context.attempts.tried) else {
        return super::custom(failure::UNRESOLVED, "the console's name does not resolve");
    };
    let kind = if downstream.is_upgrade_req() { Use::Upgrade } else { Use::Request };
    // A second stale connection would use the last attempt up. A tunnel uses its connection up in any case, and over
    // one that is there already, the console can answer before pingora has seen that the handshake has no body: it then
    // takes the end of that body for the end of the tunnel.
    let is_new = kind == Use::Upgrade || context.attempts.repeated > 0;
    let which = if is_new { Connections::New } else { Connections::Any };
    let mut peer = exchange.peer(kind, which);
    if reading::may_be_silent(downstream) {
        peer.options.read_timeout = Some(reading::patience(permit));
    }
    context.attempts.exchange = Some(exchange);
    Ok(Box::new(peer))
}

/// Whether the connection speaks what is configured: pingora would go on in HTTP/1.1 when a console agrees
/// on nothing in the TLS handshake.
///
/// # Errors
/// When it does not; nothing was sent.
pub fn agreed(context: &RequestContext, head: &RequestHeader) -> pingora::Result<()> {
    let protocol = context.attempts.exchange().map(|exchange| exchange.upstream().protocol);
    if protocol == Some(Protocol::Http2) && head.version != Version::HTTP_2 {
        return super::custom(failure::NOT_HTTP2, "the console does not speak HTTP/2");
    }
    Ok(())
}

/// No connection: nothing of the request was sent, so any request may go to another address.
#[must_use]
pub fn connect_failed(context: &mut RequestContext, mut error: Box<Error>) -> Box<Error> {
    let attempts = &mut context.attempts;
    if let Some(exchange) = &attempts.exchange {
        exchange.failed();
        attempts.tried.push(exchange.key());
        tracing::warn!(
            request_id = context.id,
            address = %exchange.address(),
            cause = error.etype().as_str(),
            "no connection to an address of the console"
        );
    }
    let again = attempts.again(|attempts, exchange| exchange.has_another(&attempts.tried));
    error.set_retry(again);
    error
}

/// Whether the connection had served before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// It had: the console may have closed it while the request was on its way.
    Reused,
    /// It was made for this request.
    New,
}

/// The connection broke, or what came over it was wrong.
#[must_use]
pub fn broke(
    downstream: &ServerSession,
    context: &mut RequestContext,
    mut error: Box<Error>,
    connection: Connection,
) -> Box<Error> {
    let from_console =
        failure::refusal(&error).is_some_and(|refusal| refusal.fault() == Fault::Console);
    error.retry.decide_reuse(connection == Connection::Reused);
    let repeatable = from_console
        && downstream.req_header().method.is_idempotent()
        && !downstream.retry_buffer_truncated()
        && downstream.response_written().is_none()
        && context.attempts.interim == 0
        && (error.retry() && nothing_came(&error) || unsent(&error, connection));
    if !from_console {
        error.set_retry(false);
        return error;
    }
    let again = repeatable && context.attempts.again(|_, _| true);
    // A connection that went stale says nothing about the address.
    let stale =
        connection == Connection::Reused && (nothing_came(&error) || unsent(&error, connection));
    if let Some(exchange) = context.attempts.exchange().filter(|_| !again && !stale) {
        exchange.failed();
    }
    error.set_retry(again);
    error
}

/// Whether not a byte of an answer came. Of HTTP/1 pingora tells how many did.
#[expect(clippy::wildcard_enum_match_arm, reason = "whatever else broke, nothing is repeated")]
fn nothing_came(error: &Error) -> bool {
    let told = error.context.as_ref().map(ImmutStr::as_str).unwrap_or_default();
    let kind = error.etype();
    match kind {
        ErrorType::ConnectionClosed => told.ends_with(NOT_A_BYTE),
        ErrorType::ReadError => told.ends_with(NOT_A_BYTE) || told.contains("h2 header"),
        // The console says that it did not look at the request, or wants HTTP/1.
        ErrorType::H2Error | ErrorType::H2Downgrade | ErrorType::InvalidH2 => true,
        _ => false,
    }
}

/// Whether the head could not even be written to a connection that had served before.
fn unsent(error: &Error, connection: Connection) -> bool {
    let told = error.context.as_ref().map(ImmutStr::as_str).unwrap_or_default();
    connection == Connection::Reused
        && *error.etype() == ErrorType::WriteError
        && told.ends_with("request headers")
}

/// The head of an answer, as the client gets it.
///
/// # Errors
/// When it must not be passed on.
pub fn answer(
    gateway: &Gateway,
    downstream: &ServerSession,
    head: &mut ResponseHeader,
    context: &mut RequestContext,
) -> pingora::Result<()> {
    let (Some(permit), Some(entry)) = (&context.permit, &context.site) else {
        return super::custom(failure::NO_PERMIT, "no permit");
    };
    measure(&mut context.attempts, head)?;
    let switching = head.status == StatusCode::SWITCHING_PROTOCOLS;
    if switching && !websocket::is_answer(downstream.req_header(), head) {
        return super::custom(failure::UNASKED_SWITCH, "the console switched protocols unasked");
    }
    body::go_on(context)?;
    if let (true, Some(connection)) = (switching, &context.connection) {
        if connection.has_leftovers() {
            return super::custom(
                failure::EARLY_BYTES,
                "bytes came before the protocol was switched",
            );
        }
        connection.note_switched();
    }
    if head.status.is_informational() && !switching {
        console_basic::unask(head, permit);
        return response::clean_interim(head);
    }
    let elapsed = gateway.parts().clock.elapsed().saturating_sub(context.started);
    context.upstream = Some(elapsed.saturating_sub(context.added.unwrap_or_default()));
    answered(context, head);
    console_basic::judge(head, permit)?;
    let Some(console) = context.live.snapshot.upstreams.select(permit) else {
        return super::custom(failure::NO_PERMIT, "no upstream");
    };
    let switching = if switching { Switching::Yes } else { Switching::No };
    response::clean(head, &entry.site, console, switching)?;
    let holder = console_cookies::holder(permit, downstream.req_header(), context.audience);
    console_cookies::conceal(head, &entry.site, holder, &gateway.parts().desk)?;
    login::note_logout(head, context)?;
    retry_script::begin(downstream.req_header(), head, context)?;
    head.insert_header("x-request-id", context.id.as_str())?;
    context.status = head.status.as_u16();
    if let Some(trail) = &mut context.trail {
        trail.answered(context.status);
    }
    if switching == Switching::Yes || response::is_event_stream(head) {
        traffic::begin_stream(gateway, downstream, context);
    }
    Ok(())
}

/// Judges the head of an answer before anything is done with it: its size, how its body is framed, and how
/// many came before it.
fn measure(attempts: &mut Attempts, head: &ResponseHeader) -> pingora::Result<()> {
    if head.status.is_informational() {
        attempts.interim = attempts.interim.saturating_add(1);
    }
    if attempts.interim > MOST_INTERIM {
        return super::custom(failure::INTERIM_FLOOD, "too many interim answers");
    }
    let mut codings = head.headers.get_all(header::TRANSFER_ENCODING).iter();
    let chunked = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"chunked");
    if codings.next().is_some_and(|coding| !chunked(coding)) || codings.next().is_some() {
        return super::custom(failure::CODING, "a transfer coding other than chunked");
    }
    within(attempts, &head.headers)
}

/// Whether fields are together as short as the head of an answer must be.
fn within(attempts: &Attempts, fields: &HeaderMap) -> pingora::Result<()> {
    let line = |(name, value): (&HeaderName, &HeaderValue)| {
        name.as_str().len().saturating_add(value.len()).saturating_add(4)
    };
    let bytes = fields.iter().map(line).fold(0, usize::saturating_add);
    let most = attempts.exchange().map_or(usize::MAX, |e| e.upstream().answer_head);
    if bytes > most {
        return super::custom(failure::ANSWER_HEAD, "the head of the answer is too large");
    }
    Ok(())
}

/// The trailers of an answer, as the client gets them.
///
/// # Errors
/// When they must not be passed on.
pub fn trailers(context: &RequestContext, trailers: &mut HeaderMap) -> pingora::Result<()> {
    let Some(entry) = &context.site else {
        return super::custom(failure::NO_PERMIT, "no site");
    };
    within(&context.attempts, trailers)?;
    response::clean_trailers(trailers, &entry.stripper);
    Ok(())
}

/// Takes note of a final answer: a gateway's error of the console's own speaks against the address.
fn answered(context: &RequestContext, head: &ResponseHeader) {
    note(context, Ok(()));
    if let Some(exchange) = context.attempts.exchange() {
        match head.status.as_u16() {
            502..=504 => exchange.failed(),
            _ => exchange.succeeded(),
        }
    }
}

/// Counts whether the console was reached.
pub fn note(context: &RequestContext, reached: Result<(), ()>) {
    if let Some(site) = &context.site {
        site.metrics.upstream_up.set(i64::from(reached.is_ok()));
        if reached.is_err() {
            site.metrics.upstream_failures.inc();
        }
    }
}
