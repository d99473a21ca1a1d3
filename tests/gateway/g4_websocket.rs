//! G4: the WebSocket handshake. Only a whole request is passed on as one, and only its answer is a tunnel.

use crate::support::find;
use crate::support::gateway::HOST;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorded;
use crate::support::row::Row;
use crate::support::row::get;
use crate::support::row::request;
use crate::support::world::FULL;
use crate::support::world::SENTINEL;
use crate::support::world::World;

const ACCEPT: &str = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
const SWITCH: &str = "Upgrade: websocket\r\nConnection: Upgrade\r\n";

fn handshake(target: &str, version: &str, key: &str, more: &str) -> String {
    let lines = format!(
        "{FULL}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: {version}\r\n\
         Sec-WebSocket-Key: {key}\r\nOrigin: http://{HOST}\r\n{more}"
    );
    get(target, &lines)
}

/// Answers to a handshake that a console must not give, by target.
fn console(request: &Recorded) -> Answer {
    let lines = match request.target().as_str() {
        "/no-accept" => SWITCH.to_owned(),
        "/wrong-accept" => {
            format!("{SWITCH}Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n")
        }
        "/two-accepts" => format!("{SWITCH}{ACCEPT}{ACCEPT}"),
        "/other-protocol" => format!("Upgrade: h2c\r\nConnection: Upgrade\r\n{ACCEPT}"),
        "/no-upgrade" => format!("Connection: Upgrade\r\n{ACCEPT}"),
        "/no-connection" => format!("Upgrade: websocket\r\n{ACCEPT}"),
        "/subprotocol" => format!("{SWITCH}{ACCEPT}Sec-WebSocket-Protocol: telnet\r\n"),
        "/extension" => format!("{SWITCH}{ACCEPT}Sec-WebSocket-Extensions: x-deflate\r\n"),
        "/426" => {
            return Answer::raw(b"HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n");
        }
        "/200" => return Answer::ok(request, "no tunnel"),
        _ => return Answer::ok(request, SENTINEL),
    };
    Answer::raw(format!("HTTP/1.1 101 Switching Protocols\r\n{lines}\r\n").as_bytes())
}

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

#[test]
fn a_handshake_that_is_not_whole_never_reaches_the_console_a082() {
    let world = World::scripted(console);
    for version in ["8", "12", "14", "", "13, 8"] {
        let row = Row::refused("A-082", &[426], handshake("/live", version, KEY, ""));
        let (answer, _) = world.check(&row);
        assert_eq!(answer.header("sec-websocket-version"), Some("13"), "{version:?}");
    }
    for key in ["", "short", "dGhlIHNhbXBsZSBub25jZXM=", "dGhlIHNhbXBsZSBub25jZQ", "%%%%"] {
        let sent = handshake("/live", "13", key, "");
        world.check(&Row::refused("A-082", &[400], sent));
    }
    let twice = format!("Sec-WebSocket-Key: {KEY}\r\n");
    world.check(&Row::refused("A-082", &[400], handshake("/live", "13", KEY, &twice)));
    let with_body = handshake("/live", "13", KEY, "Content-Length: 3\r\n") + "abc";
    world.check(&Row::refused("A-082", &[400], with_body));
    let post = handshake("/live", "13", KEY, "").replacen("GET", "POST", 1);
    world.check(&Row::refused("A-082", &[400], post));
}

#[test]
fn only_the_answer_to_the_handshake_makes_a_tunnel_a082_h18() {
    let world = World::scripted(console);
    for target in [
        "/no-accept",
        "/wrong-accept",
        "/two-accepts",
        "/other-protocol",
        "/no-upgrade",
        "/no-connection",
        "/subprotocol",
        "/extension",
    ] {
        let more = "Sec-WebSocket-Protocol: chat, superchat\r\n";
        let sent = handshake(target, "13", KEY, more);
        let row = Row { status: vec![502], ..Row::forwarded("A-082", sent) };
        let (_, seen) = world.check(&row.closes());
        world.recorder.wait_closed(seen[0].connection);
        let next = world.recorder.requests().pop().unwrap();
        assert_ne!(next.connection, seen[0].connection, "I-6 {target}: reused");
    }
    for (target, status) in [("/426", 426), ("/200", 200)] {
        let smuggled = get("/smuggled", FULL);
        let sent = handshake(target, "13", KEY, "") + &smuggled;
        let row = Row { status: vec![status], ..Row::forwarded("A-082", sent) };
        world.check(&row.closes());
    }
    assert!(find(&world.recorder.all_raw(), b"/smuggled").is_none(), "A-082");
}

#[test]
fn an_upgrade_to_http2_is_stripped_and_makes_no_tunnel_a081() {
    for world in [World::start(), World::tls()] {
        let lines = format!(
            "{FULL}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\
             HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n"
        );
        let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        let sent = format!("{}{preface}", get("/x", &lines));
        let (_, seen) = world.check(&Row::forwarded("A-081", sent).closes());
        for name in ["upgrade", "http2-settings"] {
            assert!(seen[0].values(name).is_empty(), "A-081 {name}");
        }
        assert!(find(&world.recorder.all_raw(), b"PRI *").is_none(), "A-081");
        // Prior knowledge does no better.
        world.check(&Row::refused("A-081", &[400, 405, 505], preface).closes());
        let options = request("OPTIONS", "/x", &lines);
        world.check(&Row::forwarded("A-081", options));
    }
}

/// Over a connection that is there already the tunnel could end with the handshake: see `proxy/exchange.rs`.
#[test]
fn a_tunnel_has_a_connection_to_the_console_of_its_own() {
    let world = World::scripted(|request| match request.target().as_str() {
        "/live" => Answer::tunnel(request),
        _ => Answer::ok(request, SENTINEL),
    });
    let mut client = world.gateway.connect();
    for _ in 0..3 {
        client.send(&world.fill(get("/x", FULL).as_bytes()));
        assert_eq!(client.response().status, 200);
        let mut socket = world.gateway.connect();
        socket.send(&world.fill(handshake("/live", "13", KEY, "").as_bytes()));
        assert_eq!(socket.head().unwrap().status, 101);
        socket.send(b"\x81\x05hello");
        assert_eq!(socket.exactly(7), b"\x81\x05hello");
        let used: Vec<usize> =
            world.recorder.requests().iter().rev().map(|r| r.connection).collect();
        assert!(!used[1..].contains(&used[0]), "{used:?}");
    }
    let plain = world.recorder.requests().iter().filter(|r| r.target() == "/x").count();
    let kept = world.recorder.requests()[0].connection;
    let again = world.recorder.requests().iter().filter(|r| r.connection == kept).count();
    assert_eq!(again, plain, "other requests go on over the connection that is there");
}
