//! The WebSocket handshake, both halves of it (RFC 6455 §4): only a valid request is passed on as one, and
//! only the valid answer to it makes a tunnel (H-18, A-082).

use http::HeaderMap;
use http::HeaderName;
use http::Method;
use http::Version;
use http::header;
use pingora::http::RequestHeader;
use pingora::http::ResponseHeader;
use ring::digest;

use crate::policy::Refusal;

/// What every server mixes into the key (RFC 6455 §1.3).
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The one version there is.
const VERSION: &[u8] = b"13";

/// Whether a request asks for a WebSocket.
pub(super) fn is_asked(head: &RequestHeader) -> bool {
    head.version == Version::HTTP_11
        && head
            .headers
            .get_all(header::UPGRADE)
            .iter()
            .any(|upgrade| upgrade.as_bytes().trim_ascii().eq_ignore_ascii_case(b"websocket"))
}

/// Checks a request that asks for a WebSocket.
///
/// # Errors
/// [`Refusal::WebSocketVersion`] for another version than 13, [`Refusal::WebSocket`] for anything else.
pub(super) fn check_request(head: &RequestHeader) -> Result<(), Refusal> {
    if only(&head.headers, &header::SEC_WEBSOCKET_VERSION) != Some(VERSION) {
        return Err(Refusal::WebSocketVersion);
    }
    let key = only(&head.headers, &header::SEC_WEBSOCKET_KEY).unwrap_or_default();
    let key_is_good = data_encoding::BASE64.decode(key).is_ok_and(|bytes| bytes.len() == 16);
    let bodiless = !head.headers.contains_key(header::TRANSFER_ENCODING)
        && head.headers.get(header::CONTENT_LENGTH).is_none_or(|length| length == "0");
    let well_formed = head.method == Method::GET
        && bodiless
        && key_is_good
        && only(&head.headers, &header::UPGRADE).is_some()
        && tokens(&head.headers, &header::CONNECTION).any(|t| t.eq_ignore_ascii_case("upgrade"));
    if well_formed { Ok(()) } else { Err(Refusal::WebSocket) }
}

/// Whether an answer with status 101 is the answer to this request: it proves that the key was read, and
/// agrees to nothing that was not offered.
pub(super) fn is_answer(request: &RequestHeader, answer: &ResponseHeader) -> bool {
    let (asked, said) = (&request.headers, &answer.headers);
    let Some(key) = only(asked, &header::SEC_WEBSOCKET_KEY) else {
        return false;
    };
    let mut hash = digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY);
    hash.update(key);
    hash.update(GUID);
    let accept = data_encoding::BASE64.encode(hash.finish().as_ref());
    let upgrades = only(said, &header::UPGRADE)
        .is_some_and(|upgrade| upgrade.eq_ignore_ascii_case(b"websocket"));
    is_asked(request)
        && check_request(request).is_ok()
        && only(said, &header::SEC_WEBSOCKET_ACCEPT) == Some(accept.as_bytes())
        && upgrades
        && tokens(said, &header::CONNECTION).any(|token| token.eq_ignore_ascii_case("upgrade"))
        && agrees_to_a_protocol(asked, said)
        && agrees_to_extensions(asked, said)
}

fn agrees_to_a_protocol(asked: &HeaderMap, said: &HeaderMap) -> bool {
    const NAME: HeaderName = header::SEC_WEBSOCKET_PROTOCOL;
    if !said.contains_key(NAME) {
        return true;
    }
    let chosen = only(said, &NAME).and_then(|chosen| std::str::from_utf8(chosen).ok());
    chosen.is_some_and(|chosen| tokens(asked, &NAME).any(|offered| offered == chosen))
}

fn agrees_to_extensions(asked: &HeaderMap, said: &HeaderMap) -> bool {
    const NAME: HeaderName = header::SEC_WEBSOCKET_EXTENSIONS;
    let name = |extension: &str| {
        extension.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    };
    let readable = said.get_all(&NAME).iter().all(|value| value.to_str().is_ok());
    readable
        && tokens(said, &NAME)
            .all(|agreed| tokens(asked, &NAME).any(|offered| name(offered) == name(agreed)))
}

/// The value of a field that is there once.
fn only<'a>(fields: &'a HeaderMap, name: &HeaderName) -> Option<&'a [u8]> {
    let mut values = fields.get_all(name).iter();
    let first = values.next()?;
    if values.next().is_some() { None } else { Some(first.as_bytes().trim_ascii()) }
}

/// The items of a list, over all lines of it.
fn tokens<'a>(fields: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = fields.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).filter(|item| !item.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
    const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    fn asking(change: &[(&'static str, &'static str)]) -> RequestHeader {
        let mut head = RequestHeader::build("GET", b"/live", None).unwrap();
        head.set_version(Version::HTTP_11);
        let usual = [
            ("upgrade", "websocket"),
            ("connection", "keep-alive, Upgrade"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", KEY),
            ("sec-websocket-protocol", "chat, superchat"),
            ("sec-websocket-extensions", "permessage-deflate; client_max_window_bits"),
        ];
        for (name, value) in usual.iter().chain(change) {
            head.insert_header(*name, *value).unwrap();
        }
        head
    }

    fn saying(change: &[(&'static str, &'static str)]) -> ResponseHeader {
        let mut head = ResponseHeader::build(101, None).unwrap();
        let usual =
            [("upgrade", "WebSocket"), ("connection", "Upgrade"), ("sec-websocket-accept", ACCEPT)];
        for (name, value) in usual.iter().chain(change) {
            head.insert_header(*name, *value).unwrap();
        }
        head
    }

    #[test]
    fn a_handshake_is_complete_or_refused_a082() {
        assert_eq!(check_request(&asking(&[])), Ok(()));
        for version in ["8", "14", "", "13, 8"] {
            let head = asking(&[("sec-websocket-version", version)]);
            assert_eq!(check_request(&head), Err(Refusal::WebSocketVersion), "{version}");
        }
        for change in [
            ("sec-websocket-key", "short"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZXM="),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ"),
            ("connection", "close"),
            ("content-length", "3"),
            ("transfer-encoding", "chunked"),
        ] {
            assert_eq!(check_request(&asking(&[change])), Err(Refusal::WebSocket), "{change:?}");
        }
        let mut twice = asking(&[]);
        twice.append_header("sec-websocket-key", KEY).unwrap();
        assert_eq!(check_request(&twice), Err(Refusal::WebSocket));
        let mut post = asking(&[]);
        post.set_method(Method::POST);
        assert_eq!(check_request(&post), Err(Refusal::WebSocket));
        let mut old = asking(&[]);
        old.set_version(Version::HTTP_10);
        assert!(!is_asked(&old), "HTTP/1.0 has no upgrades (RFC 9110 §7.8)");
        assert!(!is_asked(&asking(&[("upgrade", "h2c")])));
    }

    #[test]
    fn only_the_answer_to_the_key_makes_a_tunnel_a082_h18() {
        let asked = asking(&[]);
        assert!(is_answer(&asked, &saying(&[])));
        assert!(is_answer(&asked, &saying(&[("sec-websocket-protocol", "superchat")])));
        let deflate = ("sec-websocket-extensions", "permessage-deflate; server_max_window_bits=10");
        assert!(is_answer(&asked, &saying(&[deflate])));
        for change in [
            ("sec-websocket-accept", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            ("sec-websocket-accept", ""),
            ("upgrade", "h2c"),
            ("connection", "close"),
            ("sec-websocket-protocol", "telnet"),
            ("sec-websocket-protocol", "Chat"),
            ("sec-websocket-extensions", "x-webkit-deflate-frame"),
        ] {
            assert!(!is_answer(&asked, &saying(&[change])), "{change:?}");
        }
        let mut nothing = saying(&[]);
        nothing.remove_header("sec-websocket-accept");
        assert!(!is_answer(&asked, &nothing));
        assert!(!is_answer(&asking(&[("upgrade", "h2c")]), &saying(&[])), "nobody asked");
    }
}
