//! What a request says about itself, beyond what the gate reads: where it came from, who waits for the
//! answer, and the two forms in which others read it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::Request;
use http::Version;
use http::header;
use http::uri::Scheme;
use pingora::http::RequestHeader;
use pingora::protocols::http::ServerSession;

use super::client::ConnectionContext;
use super::context::Audience;
use super::context::RequestContext;
use super::websocket;
use crate::canonical::HeadError;
use crate::canonical::head::Limits;
use crate::policy::MachineKind;
use crate::policy::Permit;
use crate::policy::Refusal;
use crate::portal::Asking;
use crate::site::ServiceWorkers;
use crate::site::Site;

pub(super) fn wants_service_worker(context: &RequestContext, head: &RequestHeader) -> bool {
    let refuses = |site: &Site| site.service_workers == ServiceWorkers::Refuse;
    head.headers.contains_key("service-worker")
        && context.site.as_ref().is_none_or(|entry| refuses(&entry.site))
}

/// A WebSocket handshake from another site's page would ride on the person's cookie: browsers
/// say where it comes from, and it must be here.
pub(super) fn is_foreign_websocket(head: &RequestHeader, authority: &str, origin: &str) -> bool {
    let Some(upgrade) = head.headers.get(header::UPGRADE) else {
        return false;
    };
    let scheme = origin.split("://").next().unwrap_or_default();
    let here = format!("{scheme}://{authority}");
    let mut origins = head.headers.get_all(header::ORIGIN).iter();
    let ours = |said: &HeaderValue| {
        [here.as_str(), origin]
            .iter()
            .any(|ours| said.as_bytes().eq_ignore_ascii_case(ours.as_bytes()))
    };
    let from_here = origins.next().is_some_and(ours) && origins.next().is_none();
    upgrade.as_bytes().eq_ignore_ascii_case(b"websocket") && !from_here
}

/// How long a WebSocket may be silent; its session or token ends it earlier.
const SILENT_STREAM: Duration = Duration::from_hours(24);

/// How long a WebSocket may be silent that no session and no token ends.
const ANONYMOUS_STREAM: Duration = Duration::from_mins(10);

/// How long a stream may be silent, either way. Never without end: nobody's session ends an open one.
pub(super) fn patience(permit: &Permit) -> Duration {
    let by_token = permit.machine().is_some_and(|it| it.kind == MachineKind::ServiceToken);
    if by_token || permit.identity().is_some() { SILENT_STREAM } else { ANONYMOUS_STREAM }
}

/// A WebSocket or an event stream may be silent for as long as its session lives.
pub(super) fn may_be_silent(downstream: &ServerSession) -> bool {
    let accept = downstream.req_header().headers.get(header::ACCEPT);
    websocket::is_asked(downstream.req_header())
        || accept.is_some_and(|accept| accept.as_bytes().starts_with(b"text/event-stream"))
}

/// Whether a request is a gRPC call, whose body may be open for as long as the call lasts.
pub(super) fn is_grpc(head: &RequestHeader) -> bool {
    let kind = head.headers.get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"))
}

/// `OPTIONS *` asks about the server as a whole (RFC 9110 §9.3.7): that is us, not a console.
pub(super) fn asks_whole_server(head: &RequestHeader) -> bool {
    head.method == Method::OPTIONS && head.raw_path() == b"*"
}

/// What HTTP/1 heads are held to before pingora reads them, for every version. The pieces in
/// which HTTP/2 sends one `Cookie` field count as one (RFC 9113 §8.2.3).
pub(super) fn within_limits(
    head: &RequestHeader,
    target: &str,
    limits: &Limits,
) -> Result<(), HeadError> {
    if target.len() > limits.target_bytes {
        return Err(HeadError::TargetTooLong);
    }
    if head.version == Version::HTTP_2 {
        http2_form(head)?;
    }
    let line = |(name, value): (&HeaderName, &HeaderValue)| {
        name.as_str().len().saturating_add(value.len()).saturating_add(2)
    };
    if head.headers.iter().map(line).any(|length| length > limits.line_bytes) {
        return Err(HeadError::TooLarge);
    }
    // The console receives them as one line.
    let pieces = head.headers.get_all(header::COOKIE).iter().count();
    let crumbs = head.headers.get_all(header::COOKIE).iter();
    let joined = crumbs.map(|crumb| crumb.len().saturating_add(2)).fold(0, usize::saturating_add);
    if joined > limits.line_bytes {
        return Err(HeadError::TooLarge);
    }
    let lines = head.headers.len().saturating_sub(pieces.saturating_sub(1));
    if lines > limits.header_count { Err(HeadError::TooLarge) } else { Ok(()) }
}

/// What is left to ask of an HTTP/2 head, whose grammar is checked below us: at most one `Content-Length`,
/// of digits (there, only a length that is wrong is refused, not the right one twice: ); and
/// the scheme of the connection, which is TLS (RFC 9113 §8.3.1).
fn http2_form(head: &RequestHeader) -> Result<(), HeadError> {
    let mut lengths = head.headers.get_all(header::CONTENT_LENGTH).iter();
    let is_plain = |length: &HeaderValue| {
        !length.is_empty() && length.as_bytes().iter().all(u8::is_ascii_digit)
    };
    if !lengths.next().is_none_or(is_plain) || lengths.next().is_some() {
        return Err(HeadError::Framing);
    }
    if head.uri.scheme() == Some(&Scheme::HTTPS) { Ok(()) } else { Err(HeadError::Target) }
}

/// What a head may not say, whoever sends it: an expectation we do not know, or our own name in `Via`.
pub(super) fn sane(head: &RequestHeader, pseudonym: &str) -> Result<(), Refusal> {
    let unknown = |value: &HeaderValue| !value.as_bytes().eq_ignore_ascii_case(b"100-continue");
    if head.headers.get(header::EXPECT).is_some_and(unknown) {
        return Err(Refusal::Head(HeadError::Expectation));
    }
    let came_around = |value: &HeaderValue| value.to_str().is_ok_and(|via| via.contains(pseudonym));
    if head.headers.get_all(header::VIA).iter().any(came_around) {
        return Err(Refusal::Loop);
    }
    Ok(())
}

pub(super) fn protocol(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2",
        _ => "HTTP/1.1",
    }
}

pub(super) fn connection_of(downstream: &ServerSession) -> Option<Arc<ConnectionContext>> {
    let digest = downstream.digest()?.proxy_digest.as_ref()?;
    digest.user_data.as_ref()?.downcast_ref::<Arc<ConnectionContext>>().map(Arc::clone)
}

/// `:authority`, or the authority of an absolute-form target, or `Host`: pingora refuses requests in
/// which they differ.
pub(super) fn authority(head: &RequestHeader) -> Option<String> {
    if let Some(authority) = head.uri.authority().filter(|_| head.raw_path().first() != Some(&b'/'))
    {
        return Some(authority.as_str().to_owned());
    }
    if head.version == Version::HTTP_2
        && let Some(authority) = head.uri.authority()
    {
        return Some(authority.as_str().to_owned());
    }
    let mut hosts = head.headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok().map(str::to_owned),
        _ => None,
    }
}

/// The authority as the console receives it: the host in lower case, with the port as typed only when it
/// is one of ours, the site's or the listener's. Another port would end up in the console's links. A
/// loopback host keeps any: a forwarded port (`ssh -L`) is another one.
pub(super) fn public_authority(
    authority: &str,
    host: &str,
    origin: &str,
    listener: Option<u16>,
) -> Option<String> {
    let Some(port) = authority.get(host.len()..)?.strip_prefix(':') else {
        return Some(host.to_owned());
    };
    let port = port.parse::<u16>().ok()?;
    let public = url::Url::parse(origin).ok()?;
    if public.port().is_none() && public.port_or_known_default() == Some(port) {
        return Some(host.to_owned());
    }
    let public = public.port();
    let loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    (loopback || Some(port) == public || Some(port) == listener).then(|| format!("{host}:{port}"))
}

/// The port that the client's connection came to.
pub(super) fn listener_port(downstream: &ServerSession) -> Option<u16> {
    downstream.server_addr()?.as_inet().map(std::net::SocketAddr::port)
}

/// The target in origin form. An absolute-form target is rewritten, so that the console receives the
/// form that was judged (RFC 9112 §3.2.2).
pub(super) fn origin_form(downstream: &mut ServerSession) -> Option<String> {
    let head = downstream.req_header();
    let raw = std::str::from_utf8(head.raw_path()).ok()?;
    if raw.starts_with('/') || raw == "*" {
        return Some(raw.to_owned());
    }
    if !raw.starts_with("http://") && !raw.starts_with("https://") {
        return None;
    }
    let target = head.uri.path_and_query()?.as_str().to_owned();
    downstream.req_header_mut().set_uri(target.parse().ok()?);
    Some(target)
}

/// Whether a person waits for a page: fetch metadata first, then what older browsers say.
pub(super) fn audience(head: &RequestHeader) -> Audience {
    let text = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let upgrade = head.headers.contains_key(header::UPGRADE);
    let navigates = match text("sec-fetch-mode") {
        Some(mode) => mode == "navigate",
        None => {
            text("x-requested-with").is_none()
                && text("accept").is_some_and(|accept| accept.contains("text/html"))
        }
    };
    if navigates && !upgrade { Audience::Person } else { Audience::Machine }
}

/// What the portal needs to know about who asks; none without a site or an address.
pub(super) fn asking(context: &RequestContext) -> Option<Asking> {
    Some(Asking {
        site: Arc::clone(&context.site.as_ref()?.site),
        client: context.client.clone()?,
        request_id: context.id.clone(),
        cookies: context.cookies,
        session: context.session.clone(),
        statement: context.stated.person().map(Arc::clone),
        person: context.audience == Audience::Person,
        token: context.token.clone(),
    })
}

/// The request as the portal reads it, with an origin-form target.
pub(super) fn plain_request(downstream: &ServerSession, body: Bytes) -> Option<Request<Bytes>> {
    let head = downstream.req_header();
    let target = head.uri.path_and_query()?.as_str();
    let mut request = Request::new(body);
    *request.method_mut() = head.method.clone();
    *request.uri_mut() = target.parse().ok()?;
    *request.headers_mut() = head.headers.clone();
    // HTTP/2 says it elsewhere; forms are compared with it.
    let authority = HeaderValue::from_str(&authority(head)?).ok()?;
    request.headers_mut().insert(header::HOST, authority);
    Some(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_console_is_told_our_own_name_and_port_a022() {
        let told = |authority: &str| {
            let host = crate::canonical::Host::parse(authority).unwrap();
            public_authority(authority, host.as_str(), "https://console.test", Some(8443))
        };
        assert_eq!(told("Console.TEST").as_deref(), Some("console.test"));
        assert_eq!(told("console.test:0443").as_deref(), Some("console.test"));
        assert_eq!(told("console.test:8443").as_deref(), Some("console.test:8443"));
        assert_eq!(told("console.test:99"), None);
        assert_eq!(told("LOCALHOST:9000").as_deref(), Some("localhost:9000"));
        assert_eq!(told("[::1]:9000").as_deref(), Some("[::1]:9000"));
    }
}
