//! The way down: what is permitted is finished, what only waits is let go, and nothing delays the end.

use std::net::SocketAddr;
use std::net::TcpStream;

use crate::support::Latch;
use crate::support::eventually;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::h2::H2Client;
use crate::support::h2::Last;
use crate::support::raw_client::RawClient;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorder;
use crate::support::recorder::Step;
use crate::support::row::get;
use crate::support::world::FULL;
use crate::support::world::SENTINEL;
use crate::support::world::World;

/// Longer than any test waits: whoever ends earlier did not wait for it.
const LONG: &str = "limits: { drain: 1h }\n";

const UPGRADE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// A console with a slow page, WebSockets and events that stay silent.
fn console(latch: &Latch) -> Recorder {
    let held = latch.clone();
    Recorder::scripted(move |request| match request.target().rsplit('/').next() {
        Some("slow") => Answer::held(request, &held, "finished"),
        Some("live") => Answer::tunnel(request),
        Some("events") => Answer(vec![
            Step::Send(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n".to_vec(),
            ),
            Step::Wait(held.clone()),
            Step::Close,
        ]),
        Some("long") => Answer(vec![
            Step::Send(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n".to_vec(),
            ),
            Step::Wait(held.clone()),
            Step::Send(b"0\r\n\r\n".to_vec()),
        ]),
        _ => Answer::ok(request, SENTINEL),
    })
}

fn world(latch: &Latch, change: impl FnOnce(Setup) -> Setup) -> World {
    World::with(console(latch), |setup| change(setup.top(LONG)))
}

fn refuses_connections(address: SocketAddr) {
    eventually("no new connections", || TcpStream::connect(address).is_err());
}

fn socket(world: &World, path: &str, headers: &str) -> RawClient {
    let origin = format!("Origin: {}://{HOST}\r\n", world.gateway.scheme());
    let mut client = world.gateway.connect();
    client.send(&world.fill(get(path, &format!("{headers}{UPGRADE}{origin}")).as_bytes()));
    assert_eq!(client.head().expect("an answer").status, 101, "{path}");
    client
}

fn events(world: &World, path: &str, headers: &str) -> RawClient {
    let mut client = world.gateway.connect();
    client.send(&world.fill(get(path, headers).as_bytes()));
    assert_eq!(client.head().expect("an answer").status, 200, "{path}");
    client.until(b"data: one\n\n");
    client
}

#[test]
fn a_request_that_arrives_as_the_gateway_stops_is_answered_and_the_connection_ends_a292() {
    let mut world = world(&Latch::default(), |setup| setup);
    let mut kept = world.gateway.connect();
    kept.send(&world.fill(get("/x", FULL).as_bytes()));
    assert_eq!(kept.response().status, 200);
    let mut fresh = world.gateway.connect();
    let request = world.fill(get("/x", FULL).as_bytes());
    let (begin, end) = request.split_at(20);
    for client in [&mut kept, &mut fresh] {
        client.send(begin);
    }
    // One that still waits to be accepted is no connection yet, and is refused like any new one.
    eventually("both connections", || world.gateway.metric(&["portcullis_connections "]) >= 2.0);
    world.gateway.sigterm();
    refuses_connections(world.gateway.http());
    for client in [&mut kept, &mut fresh] {
        client.send(end);
        let answer = client.response();
        assert_eq!((answer.status, answer.text().as_str()), (200, SENTINEL));
        assert_eq!(answer.header("connection"), Some("close"));
        assert!(client.is_closed());
    }
    assert!(world.gateway.exited().success());
}

#[test]
fn connections_on_which_nothing_is_under_way_do_not_delay_the_end_a292() {
    let mut world = world(&Latch::default(), Setup::tls);
    let mut idle = world.gateway.connect();
    idle.send(&world.fill(get("/x", FULL).as_bytes()));
    assert_eq!(idle.response().status, 200);
    let _silent = world.gateway.connect();
    let trust = world.gateway.trust(&["h2"]).unwrap();
    let mut h2 = H2Client::over(RawClient::tls(world.gateway.listener("https"), &trust));
    let stream = h2.open(&fields(&world, "/x"), Last::Yes);
    assert_eq!(h2.ended(stream).status(), Some(200));
    world.gateway.sigterm();
    assert!(world.gateway.exited().success());
    assert!(idle.is_closed());
}

#[test]
fn a_request_over_http2_is_finished_and_the_client_is_told_to_go_a292() {
    let latch = Latch::default();
    let mut world = world(&latch, Setup::tls);
    let trust = world.gateway.trust(&["h2"]).unwrap();
    let mut h2 = H2Client::over(RawClient::tls(world.gateway.listener("https"), &trust));
    let stream = h2.open(&fields(&world, "/slow"), Last::Yes);
    world.recorder.wait_for(1);
    world.gateway.sigterm();
    h2.told_to_go();
    latch.open();
    let ended = h2.ended(stream);
    assert_eq!(ended.status(), Some(200), "{ended:?}");
    assert!(world.gateway.exited().success());
}

#[test]
fn streams_end_as_soon_as_only_they_remain_a292() {
    let latch = Latch::default();
    let mut world = world(&latch, |setup| setup);
    let mut streams = [
        socket(&world, "/live", FULL),
        socket(&world, "/public/live", ""),
        events(&world, "/events", FULL),
        events(&world, "/public/events", ""),
    ];
    let before = world.recorder.count();
    let mut slow = world.gateway.connect();
    slow.send(&world.fill(get("/slow", FULL).as_bytes()));
    world.recorder.wait_for(before + 1);
    world.gateway.sigterm();
    refuses_connections(world.gateway.http());
    // While a request is under way, streams go on.
    streams[0].send(b"still here");
    assert_eq!(streams[0].exactly(10), b"still here");
    latch.open();
    assert_eq!(slow.response().text(), "finished");
    for stream in &mut streams {
        assert!(stream.rest().is_some(), "a stream goes on");
    }
    assert!(world.gateway.exited().success());
}

#[test]
fn a_second_signal_or_the_limit_ends_the_wait() {
    for (limit, signals) in [(LONG, 2), ("limits: { drain: 1s }\n", 1)] {
        let latch = Latch::default();
        let mut world = World::with(console(&latch), |setup| setup.top(limit));
        let mut client = world.gateway.connect();
        client.send(&world.fill(get("/slow", FULL).as_bytes()));
        world.recorder.wait_for(1);
        world.gateway.sigterm();
        refuses_connections(world.gateway.http());
        if signals == 2 {
            world.gateway.sigterm();
        }
        assert!(world.gateway.exited().success(), "{limit}");
        assert!(client.rest().is_some());
        latch.open();
    }
}

#[test]
fn a_stricter_configuration_ends_the_streams_it_does_not_permit_and_no_other_a291() {
    let latch = Latch::default();
    let world =
        World::with(console(&latch), |setup| setup.site_line("  - { path: /gone, require: open }"));
    let mut public = [
        socket(&world, "/public/live", ""),
        events(&world, "/public/events", ""),
        socket(&world, "/gone/live", ""),
    ];
    let mut long = world.gateway.connect();
    long.send(get("/public/long", "").as_bytes());
    assert_eq!(long.head().expect("an answer").status, 200);
    long.until(b"first");
    let mut own = [
        socket(&world, "/live", FULL),
        socket(&world, "/public/live", FULL),
        events(&world, "/public/events", FULL),
    ];
    let yaml = world.gateway.setup_yaml();
    let stricter = yaml
        .replace("path: /public, require: open", "path: /public, require: second_factor")
        .replace("      - { path: /gone, require: open }\n", "");
    assert_eq!(stricter.matches("require: open").count(), 0);
    world.gateway.configure(&stricter);
    world.gateway.sighup();
    for stream in &mut public {
        assert!(stream.rest().is_some(), "A-291: a stream outlives its permission");
    }
    let left = long.rest().expect("A-291: a download outlives its permission");
    assert!(!left.ends_with(b"0\r\n\r\n"), "and it does not look whole");
    own[0].send(b"still here");
    assert_eq!(own[0].exactly(10), b"still here");
    // A site that is gone takes every stream with it.
    let other = stricter.replace(&format!("hosts: [{HOST}]"), "hosts: [elsewhere.test]");
    world.gateway.configure(&other.replace(&format!("//{HOST}"), "//elsewhere.test"));
    world.gateway.sighup();
    for stream in &mut own {
        assert!(stream.rest().is_some(), "A-291: a stream outlives its site");
    }
    latch.open();
}

fn fields(world: &World, path: &'static str) -> Vec<(&'static str, &'static str)> {
    let cookie: &'static str = Box::leak(world.session_pair().into_boxed_str());
    vec![
        (":method", "GET"),
        (":scheme", "https"),
        (":authority", HOST),
        (":path", path),
        ("cookie", cookie),
    ]
}
