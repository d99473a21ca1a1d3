//! G4: slow clients. Whatever a client can hold up has an end, and people who are signed in notice nothing.

use std::io::Read as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::net::TcpStream;

use crate::support::DEADLINE;
use crate::support::eventually;
use crate::support::gateway::HOST;
use crate::support::h2::Ended;
use crate::support::h2::H2Client;
use crate::support::h2::Last;
use crate::support::raw_client::RawClient;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorded;
use crate::support::recorder::Recorder;
use crate::support::row::Row;
use crate::support::row::get;
use crate::support::row::request;
use crate::support::world::FULL;
use crate::support::world::SENTINEL;
use crate::support::world::World;

/// The shortest limits there are.
const SHORT: &str = "limits: { head_timeout: 1s, handshake_timeout: 1s, slow_grace: 1s, \
                     body_rate: 1MiB, answer_rate: 1MiB }\n";

/// More than the buffers between two sockets hold.
const LARGE: usize = 48 << 20;

fn console(request: &Recorded) -> Answer {
    match request.target().as_str() {
        "/large" => Answer::ok(request, &"x".repeat(LARGE)),
        "/window" => Answer::ok(request, &"x".repeat(256 * 1024)),
        _ => Answer::ok(request, SENTINEL),
    }
}

fn plain() -> World {
    World::with(Recorder::scripted(console), |setup| setup.top(SHORT))
}

fn secure() -> World {
    World::with(Recorder::scripted(console), |setup| setup.tls().top(SHORT))
}

fn h2(world: &World) -> H2Client {
    let trust = world.gateway.trust(&["h2"]).expect("a TLS listener");
    H2Client::over(RawClient::tls(world.gateway.listener("https"), &trust))
}

fn too_slow(world: &World) -> usize {
    let lines = world.gateway.access_log();
    lines.iter().filter(|line| line["refusal"] == "too_slow").count()
}

/// A connection below TLS that sends some bytes and then only listens.
fn holds(address: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut tcp = TcpStream::connect(address).unwrap();
    tcp.set_read_timeout(Some(DEADLINE)).unwrap();
    tcp.write_all(bytes).unwrap();
    tcp
}

fn ends(mut tcp: TcpStream, what: &str) {
    let mut rest = Vec::new();
    // An alert may come before the end; a reset is one too.
    if let Err(error) = tcp.read_to_end(&mut rest) {
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{what} keeps its place");
    }
}

#[test]
fn heads_that_never_end_keep_nobody_out_a095() {
    let world = plain();
    let mut clients: Vec<_> = (0..40)
        .map(|n| {
            let mut client = world.gateway.connect();
            if n % 2 == 0 {
                // The second head of a connection has as much time as the first.
                client.send(&world.fill(get("/first", FULL).as_bytes()));
                assert_eq!(client.response().status, 200);
            }
            let head = get("/x", FULL);
            for byte in &head.as_bytes()[..20 + n.min(30)] {
                client.send(&[*byte]);
            }
            client
        })
        .collect();
    world.check(&Row::forwarded("A-095", get("/meanwhile", FULL)));
    for client in &mut clients {
        assert!(client.is_closed(), "A-095: half a head keeps its place");
    }
    assert!(world.gateway.metric(&["portcullis_refusals_total", "too_slow"]) >= 40.0);
}

#[test]
fn handshakes_and_prefaces_that_never_end_are_closed_and_counted_a097() {
    let world = secure();
    let address = world.gateway.listener("https");
    // The record of a ClientHello of 512 bytes, and a piece of it, byte by byte.
    let hello = [22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3];
    let silent = [holds(address, b""), holds(address, &hello[..1]), holds(address, &hello)];
    let one_by_one = holds(address, b"");
    for byte in hello {
        (&one_by_one).write_all(&[byte]).unwrap();
    }
    let trust = world.gateway.trust(&["h2"]).unwrap();
    let mut no_preface = RawClient::tls(address, &trust);
    let mut half_preface = RawClient::tls(address, &trust);
    half_preface.send(b"PRI * HTTP/2.0\r\n\r\n");
    let mut no_http2 = RawClient::tls(address, &trust);
    no_http2.send(get("/x", "").as_bytes());
    world.check(&Row::forwarded("A-097", get("/meanwhile", FULL)));
    for tcp in silent.into_iter().chain([one_by_one]) {
        ends(tcp, "A-097: half a handshake");
    }
    for client in [&mut no_preface, &mut half_preface, &mut no_http2] {
        assert!(client.is_closed(), "A-097: no HTTP/2 keeps its place");
    }
    ends(holds(address, &get("/x", "").into_bytes()), "no TLS at all");
    let mut other = trust;
    other.name = "nobody.test".to_owned();
    assert!(std::panic::catch_unwind(|| RawClient::tls(address, &other)).is_err());
    for (reason, least) in
        [("tls_timeout", 4.0), ("tls_protocol", 1.0), ("tls_name", 1.0), ("preface", 3.0)]
    {
        eventually(reason, || {
            world.gateway.metric(&["portcullis_connections_broken_total", reason]) >= least
        });
    }
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for_a096() {
    let world = plain();
    for (n, (headers, piece)) in [
        ("Content-Length: 100\r\n", "ten bytes."),
        ("Transfer-Encoding: chunked\r\n", "a\r\nten bytes.\r\n"),
        ("Transfer-Encoding: chunked\r\n", "a\r\nten by"),
    ]
    .into_iter()
    .enumerate()
    {
        let target = format!("/slow/{n}");
        let head = request("POST", &target, &format!("{FULL}{headers}"));
        let mut client = world.gateway.connect();
        client.send(&world.fill(format!("{head}{piece}").as_bytes()));
        world.check(&Row::forwarded("A-096", get("/meanwhile", FULL)));
        assert_eq!(client.response().status, 408, "A-096 {headers:?}");
        assert!(client.is_closed(), "A-096 {headers:?}");
        let begun = (0..world.recorder.connections())
            .find(|&of| crate::support::find(&world.recorder.raw(of), target.as_bytes()).is_some())
            .expect("the head went up");
        world.recorder.wait_closed(begun);
    }
    // A page of ours, too.
    let form = request("POST", "/.portcullis/sign-in", "Content-Length: 100\r\n");
    let mut client = world.gateway.connect();
    client.send(format!("{form}login=").as_bytes());
    assert_eq!(client.response().status, 408, "A-096");
    eventually("lines in the log", || too_slow(&world) == 4);
    assert!(world.recorder.requests().iter().all(|r| !r.target().starts_with("/slow")));
}

#[test]
fn an_http2_body_that_does_not_come_is_not_waited_for_a096() {
    let world = secure();
    let pair = world.session_pair();
    let mut client = h2(&world);
    let fields = [
        (":method", "POST"),
        (":scheme", "https"),
        (":authority", HOST),
        (":path", "/slow"),
        ("cookie", pair.as_str()),
    ];
    let stream = client.open(&fields, Last::No);
    client.data(stream, b"ten bytes.", Last::No);
    assert!(matches!(client.ended(stream), Ended::Reset(_)), "A-096");
    eventually("a line in the log", || too_slow(&world) == 1);
    // The connection itself did nothing wrong.
    let again = client.open(&[fields.as_slice(), &[("content-length", "0")]].concat(), Last::Yes);
    assert_eq!(client.ended(again).status(), Some(200));
}

#[test]
fn a_client_that_does_not_read_is_not_waited_for_a096() {
    let world = plain();
    let mut client = world.gateway.connect();
    client.send(&world.fill(get("/large", FULL).as_bytes()));
    let asked = world.recorder.wait_for(1).pop().unwrap();
    world.check(&Row::forwarded("A-096", get("/meanwhile", FULL)));
    world.recorder.wait_closed(asked.connection);
    eventually("a line in the log", || too_slow(&world) == 1);
}

#[test]
fn an_http2_client_that_opens_no_window_is_not_waited_for_a096() {
    let world = secure();
    let pair = world.session_pair();
    let fields = [
        (":method", "GET"),
        (":scheme", "https"),
        (":authority", HOST),
        (":path", "/window"),
        ("cookie", pair.as_str()),
    ];
    let mut client = h2(&world);
    let stream = client.open(&fields, Last::Yes);
    // Reads what comes, and never says that it has.
    loop {
        let frame = client.read_frame().expect("a reset, not the end of the connection");
        if frame.kind == 3 && frame.stream == stream {
            break;
        }
    }
    eventually("a line in the log", || too_slow(&world) == 1);
    let mut deaf = h2(&world);
    let path = |(name, value)| (name, if name == ":path" { "/large" } else { value });
    let large: Vec<_> = fields.into_iter().map(path).collect();
    deaf.open(&large, Last::Yes);
    let asked = world.recorder.wait_for(2).pop().unwrap();
    world.check(&Row::forwarded("A-096", get("/meanwhile", FULL)));
    world.recorder.wait_closed(asked.connection);
}

#[test]
fn a_body_has_a_size_limit_where_one_is_set_h14() {
    let recorder = Recorder::start();
    let world = World::with(recorder, |setup| setup.tls().top("limits: { body_bytes: 1KiB }\n"));
    let body = |length: usize| "x".repeat(length);
    let sized = |length: usize| {
        let headers = format!("{FULL}Content-Length: {length}\r\n");
        request("POST", "/x", &headers) + &body(length)
    };
    world.check(&Row::forwarded("H-14", sized(1024)));
    world.check(&Row::refused("H-14", &[413], sized(1025)).closes());
    let mut client = world.gateway.connect();
    let head = request("POST", "/chunked", &format!("{FULL}Transfer-Encoding: chunked\r\n"));
    let piece = format!("200\r\n{}\r\n", body(512)).repeat(3);
    client.send(&world.fill(format!("{head}{piece}").as_bytes()));
    assert_eq!(client.response().status, 413);
    assert!(client.is_closed());
    let seen = world.recorder.requests();
    assert!(seen.iter().all(|request| request.target() != "/chunked"), "never whole");
    eventually("a line in the log", || {
        world.gateway.access_log().iter().any(|line| line["path"] == "/chunked")
    });
}

#[test]
fn a_connection_has_so_many_requests_and_no_more() {
    let limits = "limits: { requests_per_connection: 3 }\n";
    let world = World::with(Recorder::start(), |setup| setup.tls().top(limits));
    let mut client = world.gateway.connect();
    for n in 1..=3 {
        client.send(&world.fill(get("/x", FULL).as_bytes()));
        let answer = client.response();
        let expected = if n == 3 { "close" } else { "keep-alive" };
        assert_eq!((answer.status, answer.header("connection")), (200, Some(expected)));
    }
    assert!(client.is_closed());
    let pair = world.session_pair();
    let mut client = h2(&world);
    for _ in 0..3 {
        let stream = client.open(
            &[
                (":method", "GET"),
                (":scheme", "https"),
                (":authority", HOST),
                (":path", "/x"),
                ("cookie", pair.as_str()),
            ],
            Last::Yes,
        );
        assert_eq!(client.ended(stream).status(), Some(200));
    }
    while client.read_frame().is_some() {}
}
