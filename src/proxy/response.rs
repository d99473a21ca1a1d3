//! The console's answer on its way back: hop-by-hop fields removed, our cookies protected, the console's
//! own address in `Location` made the public one.

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Version;
use http::header;
use pingora::http::ResponseHeader;
use url::Url;

use crate::assertion::header::Stripper;
use crate::session::cookie;
use crate::site::ServiceWorkers;
use crate::site::Site;
use crate::upstream::Upstream;

/// Fields that are about one connection (RFC 9110 §7.6.1), besides those `Connection` names.
static HOP_BY_HOP: [HeaderName; 6] = [
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    HeaderName::from_static("proxy-authentication-info"),
    header::TE,
    header::TRAILER,
];

/// Cleans the head of a final answer. `switching` when it is a 101 that the client asked for.
///
/// # Errors
/// When a rewritten value cannot be a header's.
pub fn clean(
    head: &mut ResponseHeader,
    site: &Site,
    upstream: &Upstream,
    switching: Switching,
) -> pingora::Result<()> {
    // Each hop speaks its own version (RFC 9110 §6.2).
    head.set_version(Version::HTTP_11);
    strip_connection_fields(head, switching);
    protect_cookies(head)?;
    protect_site_data(head)?;
    if site.service_workers == ServiceWorkers::Refuse {
        head.remove_header("service-worker-allowed");
    }
    keep_apart(head);
    for name in [header::LOCATION, header::CONTENT_LOCATION] {
        let rewritten = head
            .headers
            .get(&name)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| public_location(value, site, upstream));
        if let Some(rewritten) = rewritten {
            head.insert_header(name, rewritten)?;
        }
    }
    Ok(())
}

/// Keeps the console's pages out of the group of windows that the built-in pages are in: with the same origin and the
/// same policies a script of the console could open one of ours and read it. A page that says both of them is
/// left without the first; it is not isolated from other origins then (HTML, cross-origin opener policies).
fn keep_apart(head: &mut ResponseHeader) {
    if head.headers.contains_key(EMBEDDER_POLICY) {
        head.remove_header(OPENER_POLICY);
    }
}

/// Who may share a window's group.
const OPENER_POLICY: &str = "cross-origin-opener-policy";

/// What a page may hold of other origins.
const EMBEDDER_POLICY: &str = "cross-origin-embedder-policy";

/// Cleans the head of an interim answer, such as 103 Early Hints.
///
/// # Errors
/// When a kept value cannot be a header's.
pub fn clean_interim(head: &mut ResponseHeader) -> pingora::Result<()> {
    strip_connection_fields(head, Switching::No);
    protect_cookies(head)?;
    protect_site_data(head)
}

/// Takes out of an answer's trailers what only a head may say (RFC 9110 §6.5.1): framing, routing, cookies,
/// how the answer is to be treated, and everything that looks like an identity (H-10).
pub fn clean_trailers(trailers: &mut HeaderMap, stripper: &Stripper) {
    let misplaced = |name: &&HeaderName| {
        stripper.strips(name)
            || HEAD_ALONE.contains(&name.as_str())
            || HEAD_ALONE_PREFIXES.iter().any(|prefix| name.as_str().starts_with(prefix))
    };
    let names: Vec<HeaderName> = trailers.keys().filter(misplaced).cloned().collect();
    for name in names {
        trailers.remove(&name);
    }
}

/// Fields that mean something in a head alone.
const HEAD_ALONE: &[&str] = &[
    "age",
    "alt-svc",
    "authorization",
    "clear-site-data",
    "connection",
    "cookie",
    "date",
    "expect",
    "expires",
    "host",
    "keep-alive",
    "location",
    "max-forwards",
    "origin",
    "pragma",
    "range",
    "referer",
    "refresh",
    "retry-after",
    "set-cookie",
    "set-cookie2",
    "strict-transport-security",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "vary",
    "via",
    "warning",
    "www-authenticate",
];

/// Families of such fields.
const HEAD_ALONE_PREFIXES: &[&str] =
    &["access-control-", "cache-", "content-", "cross-origin-", "if-", "proxy-", "sec-"];

/// Whether the answer is a stream of server-sent events.
#[must_use]
pub fn is_event_stream(head: &ResponseHeader) -> bool {
    head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(
        |value| {
            const KIND: &str = "text/event-stream";
            let start = value.trim_start().get(..KIND.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(KIND))
        },
    )
}

/// Whether the answer switches protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switching {
    /// To a WebSocket, as asked.
    Yes,
    /// No.
    No,
}

fn strip_connection_fields(head: &mut ResponseHeader, switching: Switching) {
    let named: Vec<HeaderName> = head
        .headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|token| HeaderName::from_bytes(token.trim().as_bytes()).ok())
        .filter(|name| !KEPT_THOUGH_NAMED.contains(&name.as_str()))
        .collect();
    for name in named {
        head.remove_header(&name);
    }
    for name in &HOP_BY_HOP {
        head.remove_header(name);
    }
    if switching == Switching::No {
        head.remove_header(&header::UPGRADE);
        head.remove_header(&header::CONNECTION);
    }
}

/// Fields that a console cannot have removed by naming them in `Connection`.
const KEPT_THOUGH_NAMED: &[&str] = &[
    "content-length",
    "transfer-encoding",
    "content-type",
    "set-cookie",
    "upgrade",
    "connection",
    "close",
];

/// A console cannot set, replace or remove the gateway's cookies.
fn protect_cookies(head: &mut ResponseHeader) -> pingora::Result<()> {
    let ours = |value: &HeaderValue| {
        // A cookie without a name is sent back as its value alone: `=portcullis=x` becomes ours.
        let mut parts = value.as_bytes().split(|&b| b == b'=').map(<[u8]>::trim_ascii);
        cookie::is_ours(parts.find(|part| !part.is_empty()).unwrap_or_default())
    };
    if !head.headers.get_all(header::SET_COOKIE).iter().any(ours) {
        return Ok(());
    }
    let kept: Vec<HeaderValue> = head
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter(|value| !ours(value))
        .cloned()
        .collect();
    head.remove_header(&header::SET_COOKIE);
    for value in kept {
        head.append_header(header::SET_COOKIE, value)?;
    }
    Ok(())
}

/// `Clear-Site-Data: "cookies"` of a console would sign the person out of the gateway.
fn protect_site_data(head: &mut ResponseHeader) -> pingora::Result<()> {
    const NAME: &str = "clear-site-data";
    let Some(value) = head.headers.get(NAME).and_then(|value| value.to_str().ok()) else {
        return Ok(());
    };
    let kept: Vec<&str> = value
        .split(',')
        .map(str::trim)
        .filter(|directive| !matches!(*directive, "\"*\"" | "\"cookies\""))
        .collect();
    let kept = kept.join(", ");
    head.remove_header(NAME);
    if kept.is_empty() { Ok(()) } else { head.insert_header(NAME, kept) }
}

/// The path of an absolute address that is the console's own, or the public one with a wrong scheme or
/// port; none: leave it as it is.
fn public_location(value: &str, site: &Site, upstream: &Upstream) -> Option<String> {
    let target = Url::parse(value).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = target.host_str()?;
    let port = target.port_or_known_default()?;
    let public = Url::parse(&site.origin).ok()?;
    let mut consoles = upstream.endpoints.iter().filter(|console| console.port == port);
    let names_site = public.host_str().is_some_and(|public| public.eq_ignore_ascii_case(host))
        && (target.port().is_none() || consoles.clone().next().is_some());
    let names_console = consoles.any(|console| same_host(host, &console.host));
    if !names_console && !names_site {
        return None;
    }
    let mut path = target.path().to_owned();
    if let Some(query) = target.query() {
        path.push('?');
        path.push_str(query);
    }
    if let Some(fragment) = target.fragment() {
        path.push('#');
        path.push_str(fragment);
    }
    (!path.starts_with("//")).then_some(path)
}

fn same_host(a: &str, b: &str) -> bool {
    let loopback = |host: &str| matches!(host, "localhost" | "127.0.0.1" | "[::1]" | "::1");
    a.eq_ignore_ascii_case(b) || (loopback(a) && loopback(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::area::Fence;
    use crate::console_login::CookiePatterns;
    use crate::route::RouteTable;
    use crate::site::FirstFactor;
    use crate::site::IdentityHeaders;
    use crate::site::RetryScript;
    use crate::site::SiteName;
    use crate::upstream::Endpoint;

    fn location(value: &str) -> Option<String> {
        let site = Site {
            name: SiteName::parse("console").unwrap(),
            hosts: Vec::new(),
            origin: "https://gw.example.test".to_owned(),
            fence: Fence::default(),
            rehearsed_fence: Fence::default(),
            routes: RouteTable::default(),
            identity_headers: IdentityHeaders::default(),
            service_workers: ServiceWorkers::Refuse,
            retry_script: RetryScript::Leave,
            account_path: None,
            first_factor: FirstFactor::Accounts,
            before_sign_in: Vec::new(),
            least: None,
            session_cookies: CookiePatterns::default(),
        };
        let upstream = Upstream::at(vec![Endpoint {
            host: "127.0.0.1".to_owned(),
            port: 9302,
            server_name: String::new(),
        }]);
        public_location(value, &site, &upstream)
    }

    fn early(name: &'static str, value: &'static str) -> ResponseHeader {
        let mut head = ResponseHeader::build(103, None).unwrap();
        head.append_header(name, value).unwrap();
        head
    }

    #[test]
    fn a_cookie_without_a_name_is_ours_when_its_value_looks_so_a016() {
        for value in
            ["=portcullis=evil", "= =__Host-portcullis=evil", " = PORTCULLIS-visitor=x; Path=/"]
        {
            let mut head = early("set-cookie", value);
            protect_cookies(&mut head).unwrap();
            assert!(head.headers.is_empty(), "{value}");
        }
        let mut kept = early("set-cookie", "=console=portcullis");
        protect_cookies(&mut kept).unwrap();
        assert_eq!(kept.headers.len(), 1);
    }

    #[test]
    fn interim_answers_are_cleaned_a016() {
        for (name, value) in [
            ("set-cookie", "portcullis=evil"),
            ("clear-site-data", "\"cookies\""),
            ("proxy-authenticate", "Basic"),
            ("upgrade", "h2c"),
        ] {
            let mut head = early(name, value);
            clean_interim(&mut head).unwrap();
            assert!(head.headers.is_empty(), "{name}");
        }
        let mut hints = early("link", "</x.css>; rel=preload");
        clean_interim(&mut hints).unwrap();
        assert_eq!(hints.headers.len(), 1);
    }

    #[test]
    fn trailers_say_nothing_that_belongs_into_a_head_h10() {
        let stripper = Stripper::new(&IdentityHeaders::default(), None);
        let clean = |name: &str| {
            let mut trailers = HeaderMap::new();
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            trailers.insert(name, HeaderValue::from_static("x"));
            clean_trailers(&mut trailers, &stripper);
            !trailers.is_empty()
        };
        for name in [
            "content-length",
            "Transfer-Encoding",
            "set-cookie",
            "X-Forwarded-User",
            "x_forwarded_user",
            "portcullis-assertion",
            "content-security-policy",
            "location",
            "connection",
        ] {
            assert!(!clean(name), "{name}");
        }
        for name in ["grpc-status", "grpc-message", "grpc-status-details-bin", "digest", "x-cost"] {
            assert!(clean(name), "{name}");
        }
    }

    #[test]
    fn the_consoles_own_address_becomes_a_path() {
        assert_eq!(location("http://127.0.0.1:9302/a?b#c").as_deref(), Some("/a?b#c"));
        assert_eq!(location("http://localhost:9302/").as_deref(), Some("/"));
        assert_eq!(location("http://gw.example.test:9302/nagios4/").as_deref(), Some("/nagios4/"));
        assert_eq!(location("http://gw.example.test/x").as_deref(), Some("/x"));
    }

    #[test]
    fn other_addresses_stay() {
        for other in
            ["/a", "zabbix.php?x", "https://elsewhere.test/", "http://127.0.0.1:1/", "mailto:a@b"]
        {
            assert_eq!(location(other), None, "{other}");
        }
        assert_eq!(location("http://127.0.0.1:9302//evil.test/"), None);
    }
}
