//! G4: WebSockets, event streams and long answers belong to a session, and end with it.

use crate::support::Latch;
use crate::support::eventually;
use crate::support::gateway::HOST;
use crate::support::h2::Ended;
use crate::support::h2::H2Client;
use crate::support::h2::Last;
use crate::support::person::Person;
use crate::support::raw_client::RawClient;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorded;
use crate::support::recorder::Recorder;
use crate::support::recorder::Step;
use crate::support::row::Row;
use crate::support::row::get;
use crate::support::show;
use crate::support::world::FULL;
use crate::support::world::SENTINEL;
use crate::support::world::World;

const EVENTS: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n\
      b\r\ndata: one\n\n\r\n";
/// More than is held back for a moment, in the hope of more.
const BEGINNING: usize = 300_000;
const UPGRADE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

fn console(request: &Recorded) -> Answer {
    let held = |bytes: &[u8]| {
        Answer(vec![Step::Send(bytes.to_vec()), Step::Wait(Latch::default()), Step::Close])
    };
    match request.target().as_str() {
        "/live" => Answer::tunnel(request),
        "/events" => held(EVENTS),
        "/download" => {
            let begin = "HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\ndata: one\n\n";
            held(format!("{begin}{}", "x".repeat(BEGINNING)).as_bytes())
        }
        _ => Answer::ok(request, SENTINEL),
    }
}

fn world(top: &str) -> World {
    World::with(Recorder::scripted(console), |setup| setup.tls().top(top))
}

fn socket(world: &World) -> RawClient {
    let mut client = world.gateway.connect();
    let headers = format!("{FULL}{UPGRADE}Origin: https://{HOST}\r\n");
    client.send(&world.fill(get("/live", &headers).as_bytes()));
    client
}

fn begun(world: &World, target: &str) -> RawClient {
    let mut client = world.gateway.connect();
    client.send(&world.fill(get(target, FULL).as_bytes()));
    assert_eq!(client.head().unwrap().status, 200, "{target}");
    client.until(b"data: one\n\n");
    client
}

fn begun_over_http2(world: &World, target: &str) -> (H2Client, u32) {
    let trust = world.gateway.trust(&["h2"]).expect("a TLS listener");
    let mut client = H2Client::over(RawClient::tls(world.gateway.listener("https"), &trust));
    let pair = world.session_pair();
    let fields = [
        (":method", "GET"),
        (":scheme", "https"),
        (":authority", HOST),
        (":path", target),
        ("cookie", pair.as_str()),
    ];
    let stream = client.open(&fields, Last::Yes);
    let first = loop {
        let frame = client.read_frame().expect("the first data");
        if frame.kind == 0 {
            break frame;
        }
    };
    assert!(first.payload.starts_with(b"data: one\n\n"), "{target}: {}", show(&first.payload));
    (client, stream)
}

/// Opens everything that lasts, ends the session by `end`, and sees everything end.
fn all_end(mut world: World, end: impl FnOnce(&mut World)) {
    let mut live = socket(&world);
    assert_eq!(live.head().unwrap().status, 101);
    let mut plain = [begun(&world, "/events"), begun(&world, "/download")];
    let framed = [begun_over_http2(&world, "/events"), begun_over_http2(&world, "/download")];
    let connections = world.recorder.connections();
    end(&mut world);
    assert!(live.rest().is_some(), "A-087: the WebSocket is still open");
    for client in &mut plain {
        assert!(client.rest().is_some(), "A-087: still open");
    }
    for (mut client, stream) in framed {
        assert!(matches!(client.ended(stream), Ended::Reset(_)), "A-087: still open");
    }
    // None of the console's connections is kept for somebody else.
    for request in world.recorder.requests() {
        if ["/live", "/events", "/download"].contains(&request.target().as_str()) {
            assert!(request.connection < connections);
            let lines = || world.gateway.access_log();
            eventually("a line of each in the log", || {
                lines().iter().filter(|line| line["refusal"] == "session_over").count() == 5
            });
        }
    }
    let lines = world.gateway.access_log();
    let over: Vec<_> = lines.iter().filter(|line| line["refusal"] == "session_over").collect();
    assert!(over.iter().all(|line| line["status"] != 0 && line["sid"] != ""), "{over:#?}");
    assert!(
        over.iter().any(|line| line["path"] == "/download" && line["bytes"].as_u64() > Some(11))
    );
}

#[test]
fn everything_that_lasts_ends_with_a_sign_out_a087() {
    all_end(world(""), |world| {
        world.browser.sign_out();
    });
}

#[test]
fn everything_that_lasts_ends_when_the_account_is_disabled_a087() {
    all_end(world(""), |world| {
        world.gateway.add(&Person::named("owner"));
        world.gateway.cli_ok(&["user", "disable", "alice"], "");
    });
}

#[test]
fn everything_that_lasts_ends_with_the_session_s_own_time_a087_a088() {
    all_end(world("sessions: { idle: 8s }\n"), |_| {});
}

#[test]
fn traffic_on_a_websocket_keeps_no_session_alive_a088() {
    let world = world("sessions: { idle: 8s }\n");
    let mut live = socket(&world);
    assert_eq!(live.head().unwrap().status, 101);
    // A masked ping, which the console sends back: frames both ways without a pause.
    let ping = [0x89, 0x80, 1, 2, 3, 4];
    let mut rounds = 0;
    loop {
        live.send(&ping);
        if live.exactly_or_end(ping.len()).is_none() {
            break;
        }
        rounds += 1;
    }
    assert!(rounds > 0, "A-088");
    let mut client = world.gateway.connect();
    client.send(&world.fill(get("/x", FULL).as_bytes()));
    assert_eq!(client.response().status, 401, "A-088: the session lives on");
}

#[test]
fn a_session_has_so_many_streams_at_once_and_no_more_a089() {
    let world = world("limits: { streams_per_session: 2 }\n");
    let mut first = socket(&world);
    assert_eq!(first.head().unwrap().status, 101);
    let mut second = socket(&world);
    assert_eq!(second.head().unwrap().status, 101);
    let refused = socket(&world).response();
    assert_eq!(refused.status, 429, "A-089");
    assert!(refused.text().contains("too_many_streams"), "A-089");
    world.check(&Row::refused(
        "A-089",
        &[429],
        get("/events", &format!("{FULL}Accept: text/event-stream\r\n")),
    ));
    world.check(&Row::forwarded("A-089", get("/x", FULL)));
    drop(first);
    eventually("a place for another", || socket(&world).head().unwrap().status == 101);
}

#[test]
fn a_body_that_is_still_to_come_reaches_nobody_after_the_sign_out_a087_a210() {
    let mut world = World::start();
    let mut clients = Vec::new();
    for (target, begun) in [
        ("/nothing-yet", "Content-Length: 9\r\n\r\n"),
        ("/half-of-it", "Content-Length: 9\r\n\r\nhalf"),
        ("/one-chunk", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
    ] {
        let mut client = world.gateway.connect();
        let head = format!("POST {target} HTTP/1.1\r\nHost: {HOST}\r\n{FULL}{begun}");
        client.send(&world.fill(head.as_bytes()));
        world.recorder.wait_for_bytes(format!("POST {target}").as_bytes());
        clients.push(client);
    }
    let before = world.recorder.count();
    world.browser.sign_out();
    for client in &mut clients {
        assert!(client.rest().is_some(), "A-087: a request outlives its session");
    }
    let seen = world.recorder.requests().split_off(before);
    let posts: Vec<_> = seen.iter().filter(|request| request.method() == "POST").collect();
    assert!(posts.is_empty(), "A-210: {posts:?}");
}
