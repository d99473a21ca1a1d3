//! What the console gets to know, and how it can check it; streams that pass at once and end with
//! the session.

use data_encoding::BASE64URL_NOPAD;
use ring::signature::ECDSA_P256_SHA256_FIXED;
use ring::signature::UnparsedPublicKey;
use serde_json::Value;

use crate::support::Latch;
use crate::support::gateway::HOST;
use crate::support::raw_client::RawClient;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorder;
use crate::support::recorder::Step;
use crate::support::row::Identity;
use crate::support::row::Row;
use crate::support::row::check_identity;
use crate::support::row::get;
use crate::support::world::FULL;
use crate::support::world::SENTINEL;
use crate::support::world::World;

/// Header and claims of a token, verified as a console would: against the JWKS and nothing else.
fn verified(token: &str, jwks: &Value) -> (Value, Value) {
    let parts: Vec<_> = token.split('.').collect();
    assert_eq!(parts.len(), 3, "a compact JWS: {token}");
    let decode = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).unwrap();
    let header: Value = serde_json::from_slice(&decode(parts[0])).unwrap();
    let claims: Value = serde_json::from_slice(&decode(parts[1])).unwrap();
    assert_eq!(header["alg"], "ES256");
    let keys = jwks["keys"].as_array().unwrap();
    let key = keys
        .iter()
        .find(|key| key["kid"] == header["kid"])
        .unwrap_or_else(|| panic!("no key {} in {jwks}", header["kid"]));
    assert_eq!(key["kty"], "EC");
    assert_eq!(key["crv"], "P-256");
    assert!(key.get("d").is_none(), "the private key is published");
    let mut point = vec![4];
    point.extend(decode(key["x"].as_str().unwrap()));
    point.extend(decode(key["y"].as_str().unwrap()));
    let signed = format!("{}.{}", parts[0], parts[1]);
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point)
        .verify(signed.as_bytes(), &decode(parts[2]))
        .expect("a valid signature");
    (header, claims)
}

/// The assertion that the upstream gets and the JWKS of the front door.
fn assertion(world: &World) -> (String, Value) {
    let (_, seen) = world.check(&Row::forwarded("identity", get("/x", FULL)));
    let token = seen[0].values("portcullis-assertion").remove(0);
    let page = world.browser.clone().fetch("/.portcullis/jwks.json");
    assert_eq!(page.status, 200);
    let admin = world.gateway.admin("/.portcullis/jwks.json");
    assert_eq!(admin.body, page.body, "one set of keys on both listeners");
    (token, serde_json::from_slice(&page.body).unwrap())
}

#[test]
fn the_assertion_is_signed_for_this_site_and_says_who_came() {
    let world = World::start();
    let (token, jwks) = assertion(&world);
    let (header, claims) = verified(&token, &jwks);
    assert_eq!(header["typ"], "portcullis-assertion+jwt");
    let issuer = format!("http://{HOST}");
    for (name, value) in [
        ("aud", serde_json::json!("console")),
        ("iss", serde_json::json!(issuer)),
        ("preferred_username", serde_json::json!("alice")),
        ("name", serde_json::json!("Name of alice")),
        ("email", serde_json::json!("alice@example.com")),
        ("groups", serde_json::json!(["operators"])),
        ("roles", serde_json::json!(["owner"])),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    assert_eq!(claims["client"]["ip"], "127.0.0.1");
    for name in ["sub", "sid", "jti", "acr"] {
        let filled = claims[name].as_str().is_some_and(|text| !text.is_empty());
        assert!(filled, "{name}: {claims}");
    }
    assert_ne!(claims["sub"], "alice", "the subject is opaque");
    let session = world.browser.session().unwrap();
    let leaked = claims.to_string().contains(session);
    assert!(!leaked, "the session token is in the assertion");
    let seen = world.recorder.requests().remove(0);
    assert_eq!(seen.values("x-forwarded-user"), ["alice"]);
    assert_eq!(seen.values("x-forwarded-email"), ["alice@example.com"]);
    assert_eq!(seen.values("x-forwarded-groups"), ["operators"]);
}

#[test]
fn the_assertion_says_how_and_when_and_does_not_last() {
    let world = World::start();
    let (token, jwks) = assertion(&world);
    let (_, claims) = verified(&token, &jwks);
    let amr = claims["amr"].as_array().unwrap();
    assert!(amr.contains(&"pwd".into()) && amr.contains(&"otp".into()), "{amr:?}");
    let [iat, nbf, exp, auth, mfa] = ["iat", "nbf", "exp", "auth_time", "mfa_time"]
        .map(|name| claims[name].as_u64().unwrap_or_else(|| panic!("{name}: {claims}")));
    assert!(exp > iat && exp - iat <= 60, "{claims}");
    assert!(nbf <= iat && auth <= iat && mfa <= iat, "{claims}");
}

#[test]
fn legacy_names_are_copies_and_cannot_be_forged() {
    let world = World::with(Recorder::start(), |setup| {
        setup.site_line("identity_headers: { user: [Remote-User] }")
    });
    for forged in ["Remote-User", "REMOTE_USER", "HTTP_REMOTE_USER"] {
        let sent = get("/x", &format!("{FULL}{forged}: forged\r\n"));
        let (_, seen) = world.check(&Row::forwarded("A-001", sent));
        assert_eq!(seen[0].values("remote-user"), ["alice"]);
    }
}

#[test]
fn an_event_reaches_the_browser_before_the_stream_ends_a101() {
    let (first, second) = (Latch::default(), Latch::default());
    let latches = (first.clone(), second.clone());
    let world = World::scripted(move |request| {
        if request.target() != "/events" {
            return Answer::ok(request, SENTINEL);
        }
        let head =
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
        Answer(vec![
            Step::Send(head.to_vec()),
            Step::Send(b"data: one\n\n".to_vec()),
            Step::Wait(latches.0.clone()),
            Step::Send(b"data: two\n\n".to_vec()),
            Step::Wait(latches.1.clone()),
            Step::Close,
        ])
    });
    let mut client = world.gateway.connect();
    client.send(&world.fill(get("/events", FULL).as_bytes()));
    assert_eq!(client.head().unwrap().status, 200);
    client.until(b"data: one\n\n");
    first.open();
    client.until(b"data: two\n\n");
    second.open();
    client.until(b"0\r\n\r\n");
}

fn websocket(world: &World) -> RawClient {
    let headers = format!(
        "{FULL}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: {}://{HOST}\r\n",
        world.gateway.scheme()
    );
    let mut client = world.gateway.connect();
    client.send(&world.fill(get("/live", &headers).as_bytes()));
    client
}

fn echoing() -> World {
    World::scripted(|request| match request.target().as_str() {
        "/live" => Answer::tunnel(request),
        _ => Answer::ok(request, SENTINEL),
    })
}

#[test]
fn a_websocket_passes_both_ways_and_is_cut_on_sign_out_a087_a210() {
    let mut world = echoing();
    let mut socket = websocket(&world);
    let head = socket.head().expect("an answer");
    assert_eq!(head.status, 101);
    assert_eq!(head.header("sec-websocket-accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    // A masked text frame "Hello" (RFC 6455 §5.7); the upstream echoes bytes.
    let frame = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
    for _ in 0..3 {
        socket.send(&frame);
        assert_eq!(socket.exactly(frame.len()), frame);
    }
    let request = world.recorder.requests().pop().unwrap();
    check_identity(&request, Identity::Ours, "websocket");
    world.browser.sign_out();
    assert!(socket.rest().is_some(), "A-087: the tunnel is still open");
    world.recorder.wait_closed(request.connection);
}

#[test]
fn a_websocket_needs_a_session_and_our_own_origin_a085_a086() {
    let world = echoing();
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let own = format!("Origin: http://{HOST}\r\n");
    world.run(&[Row::refused("A-086", &[401, 403], get("/live", &format!("{upgrade}{own}")))]);
    for origin in ["Origin: https://evil.example\r\n", "Origin: null\r\n", ""] {
        let sent = get("/live", &format!("{FULL}{upgrade}{origin}"));
        world.check(&Row::refused("A-085", &[403], sent));
    }
}
