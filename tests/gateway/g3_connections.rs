//! G3, what becomes of connections: clients that die, upgrades that are none, methods that usually have no body.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use crate::support::browser::Browser;
use crate::support::find;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::person::Person;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorded;
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

/// How many people work at once in the test of shared connections, and how often each of them asks.
const CROWD: usize = 12;
const REQUESTS: usize = 60;

/// Who the console is told that asks: by the header, by the assertion, and by a cookie of its own.
fn told(request: &Recorded) -> [String; 3] {
    let one = |name: &str| request.values(name).concat();
    let payload = one("portcullis-assertion");
    let payload = payload.split('.').nth(1).expect("a payload").as_bytes();
    let payload = data_encoding::BASE64URL_NOPAD.decode(payload).expect("base64url");
    let claims: serde_json::Value = serde_json::from_slice(&payload).expect("claims");
    let claimed = claims["preferred_username"].as_str().unwrap_or_default().to_owned();
    let cookie = one("cookie").trim_start_matches("who=").to_owned();
    [one("x-forwarded-user"), claimed, cookie]
}

/// One person's requests, in turn over a kept and over fresh connections; each answer must be theirs.
fn work(gateway: &Gateway, login: &str, session: &str) {
    let cookie = format!("Cookie: {}={session}; who={login}\r\n", gateway.session_cookie());
    let mut kept = gateway.connect();
    for n in 0..REQUESTS {
        let body = if n % 3 == 0 { format!("{login} {n}") } else { String::new() };
        let method = if body.is_empty() { "GET" } else { "POST" };
        let length = format!("Content-Length: {}\r\n", body.len());
        let sent = request(method, &format!("/{login}/{n}"), &format!("{cookie}{length}")) + &body;
        if n % 5 == 4 {
            kept = gateway.connect();
        }
        kept.send(sent.as_bytes());
        let answer = kept.response();
        // A console that closes a connection in the wrong moment fails a POST, never a GET.
        if answer.status == 502 && method == "POST" {
            kept = gateway.connect();
            continue;
        }
        assert_eq!((answer.status, answer.text()), (200, format!("/{login}/{n} {body}")));
    }
}

#[test]
fn people_at_once_share_the_consoles_connections_and_nothing_else_a255() {
    let count = AtomicUsize::new(0);
    let mut world = World::scripted(move |request| {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let text = format!("{} {body}", request.target());
        let length = text.len();
        // Now and then a connection ends after its answer, without a word: the next request on it is
        // sent again where that is allowed.
        if request.target() != "/sentinel" && count.fetch_add(1, Ordering::SeqCst) % 11 == 10 {
            let raw = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{text}");
            return Answer::raw_then_close(raw.as_bytes());
        }
        if request.target() == "/sentinel" {
            return Answer::ok(request, SENTINEL);
        }
        Answer::ok(request, &text)
    });
    let mut people = Vec::new();
    for n in 0..CROWD {
        let mut person = Person::named(&format!("person{n}"));
        world.gateway.add(&person);
        let mut browser = Browser::new(&world.gateway);
        browser.sign_in(&mut person);
        people.push((person.login, browser.session().unwrap().to_owned()));
    }
    let before = world.recorder.count();
    std::thread::scope(|scope| {
        for (login, session) in &people {
            let gateway = &world.gateway;
            scope.spawn(move || work(gateway, login, session));
        }
    });
    let seen = world.recorder.requests().split_off(before);
    assert!(seen.len() >= CROWD * REQUESTS * 9 / 10, "{}", seen.len());
    let mut asked = std::collections::HashSet::new();
    for request in &seen {
        let login = request.target().split('/').nth(1).unwrap_or_default().to_owned();
        assert_eq!(told(request), [login.clone(), login.clone(), login], "{}", show(&request.head));
        let once = request.method() == "GET" || asked.insert(request.target());
        assert!(once, "A-255: a POST was sent twice: {}", request.target());
    }
    assert!(world.recorder.connections() < seen.len(), "connections are shared");
    assert!(world.browser.gets_through());
}
