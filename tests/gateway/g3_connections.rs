//! G3, what becomes of connections: clients that die, upgrades that are none, methods that usually have no body.

use crate::support::find;
use crate::support::gateway::HOST;
use crate::support::recorder::Answer;
use crate::support::row::Row;
use crate::support::row::get;
use crate::support::row::request;
use crate::support::show;
use crate::support::world::FULL;
use crate::support::world::SENTINEL;
use crate::support::world::World;

const SUFFIX: &str = "GET /smuggled HTTP/1.1\r\nHost: console.test\r\n\r\n";

#[test]
fn a_client_that_dies_within_its_body_takes_the_consoles_connection_along_a078() {
    let world = World::start();
    for (n, (what, begun)) in [
        ("half a length", "Content-Length: 9\r\n\r\nhalf"),
        ("a length and nothing", "Content-Length: 9\r\n\r\n"),
        ("half a chunk", "Transfer-Encoding: chunked\r\n\r\n9\r\nhalf"),
        ("a chunk without an end", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
        ("half a last chunk", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n"),
    ]
    .into_iter()
    .enumerate()
    {
        let target = format!("POST /upload{n}");
        // A connection that is good for another request: whoever begins now may be given it.
        world.check(&Row::forwarded("A-078", get("/before", FULL)));
        let mut client = world.gateway.connect();
        let head = format!("POST /upload{n} HTTP/1.1\r\nHost: {HOST}\r\n{FULL}{begun}");
        client.send(&world.fill(head.as_bytes()));
        world.recorder.wait_for_bytes(target.as_bytes());
        drop(client);
        let used = (0..world.recorder.connections()).rfind(|&connection| {
            find(&world.recorder.unfinished(connection), target.as_bytes()).is_some()
        });
        let used = used.unwrap_or_else(|| panic!("A-078 {what}: nothing began"));
        world.recorder.wait_closed(used);
        let (_, seen) = world.check(&Row::forwarded("A-078", get("/next", FULL)));
        assert_ne!(seen[0].connection, used, "A-078 {what}: the connection was used again");
        let mut whole = world.recorder.requests().into_iter();
        let completed = whole.any(|request| request.target().starts_with("/upload"));
        assert!(!completed, "A-078 {what}: completed");
    }
}

#[test]
fn an_upgrade_to_http2_in_clear_is_not_passed_on_a081() {
    let world = World::on_every_wire();
    let settings = "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n";
    for lines in [
        format!("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n{settings}"),
        format!("Connection: Upgrade\r\nUpgrade: h2c\r\n{settings}"),
        format!("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c, websocket\r\n{settings}"),
        format!("Upgrade: h2c\r\n{settings}"),
        "Connection: Upgrade\r\nUpgrade: H2C\r\n".to_owned(),
    ] {
        let sent =
            format!("{}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", get("/x", &format!("{FULL}{lines}")));
        world.check_each(&Row::forwarded("A-081", sent).closes(), |wire, response, seen| {
            assert_eq!(response.text(), SENTINEL, "A-081 {wire:?}");
            for name in ["upgrade", "http2-settings"] {
                let passed = seen[0].values(name);
                assert!(passed.is_empty(), "A-081 {wire:?} {lines}: {name}: {passed:?}");
            }
        });
    }
    let raw = world.recorder.all_raw();
    assert!(find(&raw, b"PRI * HTTP/2.0").is_none(), "A-081 {}", show(&raw));
}

#[test]
fn a_websocket_that_the_console_does_not_open_is_no_tunnel_a082() {
    let world = World::on_every_wire_scripted(|request| {
        let refused = |status: &str| {
            let head = format!(
                "HTTP/1.1 {status}\r\nSec-WebSocket-Version: 13\r\nContent-Length: 2\r\n\r\nno"
            );
            Answer::raw(head.as_bytes())
        };
        match request.target().as_str() {
            "/426" => refused("426 Upgrade Required"),
            "/400" => refused("400 Bad Request"),
            _ => Answer::ok(request, SENTINEL),
        }
    });
    let handshake = |version: &str, key: &str| {
        format!(
            "{FULL}Origin: @ORIGIN@\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: {version}\r\nSec-WebSocket-Key: {key}\r\n"
        )
    };
    let good = handshake("13", "dGhlIHNhbXBsZSBub25jZQ==");
    for (target, status) in [("/426", 426), ("/400", 400), ("/200", 200)] {
        let sent = format!("{}{SUFFIX}", get(target, &good));
        let row = Row { status: vec![status], ..Row::forwarded("A-082", sent) };
        world.check_each(&row.closes(), |wire, response, seen| {
            assert_eq!(seen.len(), 1, "A-082 {wire:?} {target}: {}", response.text());
        });
    }
    let raw = world.recorder.all_raw();
    assert!(find(&raw, b"/smuggled").is_none(), "A-082 {}", show(&raw));
}

#[test]
fn a_body_where_none_is_usual_passes_with_its_exact_framing_a083() {
    let world = World::on_every_wire();
    for method in ["GET", "HEAD", "DELETE", "OPTIONS"] {
        for (fields, sent_body) in [
            (format!("Content-Length: {}\r\n", SUFFIX.len()), SUFFIX.to_owned()),
            (
                "Transfer-Encoding: chunked\r\n".to_owned(),
                format!("{:x}\r\n{SUFFIX}\r\n0\r\n\r\n", SUFFIX.len()),
            ),
        ] {
            let sent = format!("{}{sent_body}", request(method, "/x", &format!("{FULL}{fields}")));
            world.check_each(&Row::forwarded("A-083", sent).stays_open(), |wire, _, seen| {
                let context =
                    format!("A-083 {wire:?} {method} {fields}: {}", show(&seen[0].wire_body));
                assert_eq!(seen[0].body, SUFFIX.as_bytes(), "{context}");
                let lengths = seen[0].values("content-length").len();
                let codings = seen[0].values("transfer-encoding").len();
                assert_eq!(lengths + codings, 1, "{context}");
            });
        }
        let bare = request(method, "/x", FULL);
        world.check_each(&Row::forwarded("A-083", bare).stays_open(), |wire, _, seen| {
            assert!(seen[0].body.is_empty(), "A-083 {wire:?} {method}");
            let codings = seen[0].values("transfer-encoding");
            assert!(codings.is_empty(), "A-083 {wire:?} {method}: {codings:?}");
        });
    }
}
