//! What people need of HTTP beside pages: event streams, ranges, HEAD, validators, hints, and bodies that
//! wait to be asked for. What the console does directly, it does through the gateway, on every wire.

use std::io::Read as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::support::Latch;
use crate::support::find;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::h2::DATA;
use crate::support::h2::Last;
use crate::support::lock;
use crate::support::raw_client::RawClient;
use crate::support::raw_client::Response;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorded;
use crate::support::recorder::Recorder;
use crate::support::recorder::Step;
use crate::support::recorder::unchunk;
use crate::support::row::Row;
use crate::support::row::get;
use crate::support::row::request;
use crate::support::world::FULL;
use crate::support::world::SENTINEL;
use crate::support::world::Wire;
use crate::support::world::World;
use crate::support::world::signed_in;

const FILE: &str = "0123456789abcdefghijklmnopqrstuvwxyz";
const DATE: &str =
    "Last-Modified: Mon, 02 Nov 2026 10:00:00 GMT\r\nETag: \"v1\"\r\nAccept-Ranges: bytes\r\n";

/// A file server in a few lines: ranges, validators, HEAD, hints.
fn files(request: &Recorded) -> Answer {
    if request.target() == "/sentinel" {
        return Answer::ok(request, SENTINEL);
    }
    let value = |name: &str| request.values(name).pop();
    let is_head = request.method() == "HEAD";
    let answer = |status: &str, fields: &str, body: &str| {
        let length = format!("Content-Length: {}\r\n", body.len());
        let sent = if is_head { "" } else { body };
        Answer::raw(format!("HTTP/1.1 {status}\r\n{DATE}{fields}{length}\r\n{sent}").as_bytes())
    };
    if value("if-none-match").as_deref() == Some("\"v1\"") {
        return Answer::raw(format!("HTTP/1.1 304 Not Modified\r\n{DATE}\r\n").as_bytes());
    }
    let range = value("range").filter(|_| value("if-range").is_none_or(|tag| tag == "\"v1\""));
    match range.as_deref() {
        Some("bytes=2-5") => {
            answer("206 Partial Content", "Content-Range: bytes 2-5/36\r\n", &FILE[2..6])
        }
        Some("bytes=-3") => {
            answer("206 Partial Content", "Content-Range: bytes 33-35/36\r\n", &FILE[33..])
        }
        Some("bytes=0-0,35-35") => {
            let part = |at: usize| {
                let octet = &FILE[at..=at];
                format!("--b\r\nContent-Range: bytes {at}-{at}/36\r\n\r\n{octet}\r\n")
            };
            let body = format!("{}{}--b--\r\n", part(0), part(35));
            answer(
                "206 Partial Content",
                "Content-Type: multipart/byteranges; boundary=b\r\n",
                &body,
            )
        }
        Some(_) => answer("416 Range Not Satisfiable", "Content-Range: bytes */36\r\n", ""),
        None => answer("200 OK", "Content-Type: text/plain\r\nVary: Accept-Encoding\r\n", FILE),
    }
}

/// What of an answer the console decides.
fn consoles_part(response: &Response) -> (u16, Vec<(String, String)>, String) {
    let ours = ["connection", "date", "x-request-id"];
    let mut fields: Vec<_> = response
        .fields
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
        .filter(|(name, _)| !ours.contains(&name.as_str()))
        .collect();
    fields.sort_unstable();
    (response.status, fields, response.text())
}

#[test]
fn ranges_validators_and_heads_pass_as_the_console_answers_them() {
    let direct = Recorder::scripted(files);
    let world = World::on_every_wire_scripted(files);
    for (method, fields, status) in [
        ("GET", "", 200),
        ("HEAD", "", 200),
        ("GET", "Range: bytes=2-5\r\n", 206),
        ("HEAD", "Range: bytes=2-5\r\n", 206),
        ("GET", "Range: bytes=-3\r\n", 206),
        ("GET", "Range: bytes=0-0,35-35\r\n", 206),
        ("GET", "Range: bytes=99-\r\n", 416),
        ("GET", "Range: bytes=2-5\r\nIf-Range: \"v1\"\r\n", 206),
        ("GET", "Range: bytes=2-5\r\nIf-Range: \"v0\"\r\n", 200),
        ("GET", "If-None-Match: \"v1\"\r\n", 304),
        ("HEAD", "If-None-Match: \"v1\"\r\n", 304),
        ("GET", "If-None-Match: \"v0\"\r\nAccept-Encoding: gzip, br\r\n", 200),
    ] {
        let mut client = RawClient::plain(direct.address());
        client.send(request(method, "/file", fields).as_bytes());
        let expected = consoles_part(&client.response_to(method));
        assert_eq!(expected.0, status, "{method} {fields}: the console of the test");
        let sent = request(method, "/file", &format!("{FULL}{fields}"));
        let row = Row { status: vec![status], ..Row::forwarded("protocols", sent) };
        world.check_each(&row.stays_open(), |wire, response, seen| {
            assert_eq!(consoles_part(response), expected, "{wire:?} {method} {fields}");
            for line in fields.split_terminator("\r\n") {
                let (name, value) = line.split_once(": ").unwrap();
                assert_eq!(seen[0].values(name), [value], "{wire:?} {method}");
            }
        });
    }
}

#[test]
fn early_hints_arrive_before_the_answer_and_harm_nobody() {
    let world = World::on_every_wire_scripted(|request| {
        if request.target() == "/sentinel" {
            return Answer::ok(request, SENTINEL);
        }
        let hint = b"HTTP/1.1 103 Early Hints\r\nLink: </x.css>; rel=preload\r\n\r\n".to_vec();
        let mut steps = vec![Step::Send(hint.clone()), Step::Send(hint)];
        steps.extend(Answer::ok(request, "page").0);
        Answer(steps)
    });
    let row = Row::forwarded("protocols", get("/x", FULL)).stays_open();
    world.check_each(&row, |wire, response, _| {
        assert_eq!(response.text(), "page", "{wire:?}");
        let http1 = wire != Wire::Http2;
        assert!(!http1 || response.interim == [103, 103], "{wire:?}: {:?}", response.interim);
    });
}

/// Sends one event, and the next only when the first has arrived.
fn events(latch: &Latch) -> impl Fn(&Recorded) -> Answer + Send + Sync + 'static {
    let latch = latch.clone();
    move |request| {
        if request.target() != "/events" {
            return Answer::ok(request, SENTINEL);
        }
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n\
                    Transfer-Encoding: chunked\r\n\r\n";
        Answer(vec![
            Step::Send(format!("{head}b\r\ndata: one\n\n\r\n").into_bytes()),
            Step::Wait(latch.clone()),
            Step::Send(b"b\r\ndata: two\n\n\r\n0\r\n\r\n".to_vec()),
        ])
    }
}

const EVENTS: &str = "Accept: text/event-stream\r\nCookie: @SESSION@\r\n";

#[test]
fn an_event_arrives_while_the_next_one_is_still_unsaid_a101() {
    for tls in [false, true] {
        let latch = Latch::default();
        let recorder = Recorder::scripted(events(&latch));
        let world = World::with(recorder, |setup| if tls { setup.tls() } else { setup });
        let mut client = world.gateway.connect();
        client.send(&world.fill(get("/events", EVENTS).as_bytes()));
        let head = client.head().unwrap();
        assert_eq!(head.header("content-type"), Some("text/event-stream"));
        client.until(b"data: one\n\n");
        latch.open();
        client.until(b"data: two\n\n");
    }
}

#[test]
fn an_event_arrives_over_http2_while_the_next_one_is_still_unsaid_a101() {
    let latch = Latch::default();
    let world = World::with(Recorder::scripted(events(&latch)), Setup::tls);
    let session = world.session_pair();
    let mut h2 = world.http2();
    let fields = [
        (":method", "GET"),
        (":scheme", "https"),
        (":authority", HOST),
        (":path", "/events"),
        ("accept", "text/event-stream"),
        ("cookie", session.as_str()),
    ];
    let stream = h2.open(&fields, Last::Yes);
    let first = loop {
        let frame = h2.read_frame().expect("an event");
        if frame.kind == DATA && frame.stream == stream && !frame.payload.is_empty() {
            break frame.payload;
        }
    };
    assert_eq!(first, b"data: one\n\n", "A-101");
    latch.open();
    let ended = h2.ended(stream);
    assert_eq!(ended.answer().map(Response::text).as_deref(), Some("data: two\n\n"));
}

#[test]
fn a_transfer_is_cut_when_its_session_ends_a303_a087() {
    for tls in [false, true] {
        let latch = Latch::default();
        let held = latch.clone();
        let recorder = Recorder::scripted(move |request| {
            if request.target() != "/download" {
                return Answer::ok(request, SENTINEL);
            }
            Answer(vec![
                Step::Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec()),
                Step::Send(b"5\r\nfirst\r\n".to_vec()),
                Step::Wait(held.clone()),
                Step::Send(b"5\r\nlater\r\n0\r\n\r\n".to_vec()),
            ])
        });
        let mut world = World::with(recorder, |setup| if tls { setup.tls() } else { setup });
        let session = world.session_pair();
        let mut http1 = world.gateway.connect();
        http1.send(&world.fill(get("/download", FULL).as_bytes()));
        assert_eq!(http1.head().unwrap().status, 200);
        http1.until(b"first\r\n");
        let mut http2 = tls.then(|| world.http2());
        let stream = http2.as_mut().map_or(0, |h2| {
            let fields = [
                (":method", "GET"),
                (":scheme", "https"),
                (":authority", HOST),
                (":path", "/download"),
                ("cookie", session.as_str()),
            ];
            let stream = h2.open(&fields, Last::Yes);
            while h2.read_frame().is_some_and(|frame| frame.kind != DATA) {}
            stream
        });
        world.browser.sign_out();
        latch.open();
        let rest = http1.rest().expect("A-303: the connection ends");
        assert!(rest.is_empty(), "A-303: {} after the end", rest.escape_ascii());
        if let Some(mut h2) = http2 {
            let ended = h2.ended(stream);
            assert_eq!(ended.answer(), None, "A-303: {ended:?}");
        }
    }
}

/// One connection of a console that does as the test says.
struct Console {
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

impl Console {
    fn once(act: impl FnOnce(TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let thread = std::thread::spawn(move || act(listener.accept().unwrap().0));
        Self { address, thread: Some(thread) }
    }

    fn ended(&mut self) {
        self.thread.take().unwrap().join().unwrap();
    }
}

/// Reads until the head of a request is there; all that was read.
fn read_head(stream: &mut TcpStream) -> Vec<u8> {
    let mut read = Vec::new();
    let mut octet = [0; 1];
    while find(&read, b"\r\n\r\n").is_none() {
        assert_eq!(stream.read(&mut octet).unwrap(), 1, "no head");
        read.extend(octet);
    }
    read
}

#[test]
fn a_client_that_reads_no_events_makes_the_console_wait_and_costs_no_memory_a101_a096() {
    /// One event of a kibibyte.
    fn event(n: u32) -> Vec<u8> {
        format!("data: {n:>1016}\n\n").into_bytes()
    }
    const MOST: u32 = 256 * 1024;
    let (told, stuck_at) = mpsc::channel();
    let mut console = Console::once(move |mut stream| {
        read_head(&mut stream);
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(2))).unwrap();
        let mut told = Some(told);
        for n in 0..MOST {
            let event = event(n);
            let mut rest = event.as_slice();
            while !rest.is_empty() {
                match stream.write(rest) {
                    Ok(written) => rest = &rest[written..],
                    // Nobody takes more. Once the test has heard of it, the client reads again.
                    Err(_) if told.is_some() => told.take().unwrap().send(n).unwrap(),
                    Err(error) => panic!("event {n}: {error}"),
                }
            }
            if told.is_none() && n % 1024 == 0 {
                break;
            }
        }
        drop(told);
    });
    let (gateway, browser, _) = signed_in(&Setup::before(console.address));
    let mut client = gateway.connect();
    let before = gateway.forget_peak();
    let line = browser.cookie_line();
    let fields = format!("{line}Accept: text/event-stream\r\nConnection: close\r\n");
    client.send(get("/events", &fields).as_bytes());
    let head = client.head().unwrap();
    assert_eq!(head.status, 200);
    let stuck = stuck_at.recv().expect("A-101: the console was never made to wait");
    let grown = gateway.peak().saturating_sub(before);
    assert!(grown < 16 * 1024 * 1024, "A-096: {grown} bytes for {stuck} events nobody reads");
    let mut expected = 0;
    let body = client.rest().expect("the end of the stream");
    let text = match head.header("transfer-encoding") {
        Some(_) => unchunk(&body).expect("whole chunks").0,
        None => body,
    };
    for piece in text.chunks(1024) {
        assert!(piece == event(expected), "event {expected} is not whole");
        expected += 1;
    }
    assert!(expected > stuck, "{expected} events, stuck at {stuck}");
    console.ended();
}

/// The head that a console read, and what came after it.
type Seen = Arc<Mutex<(Vec<u8>, Vec<u8>)>>;

/// A console that answers a head, and then a body, if it asked for one.
fn expecting(answer: &'static str, then: &'static str) -> (Console, Seen) {
    let seen = Seen::default();
    let noted = Arc::clone(&seen);
    let console = Console::once(move |mut stream| {
        lock(&noted).0 = read_head(&mut stream);
        stream.write_all(answer.as_bytes()).unwrap();
        if !then.is_empty() {
            let mut body = [0; 4];
            stream.read_exact(&mut body).unwrap();
            lock(&noted).1 = body.to_vec();
            stream.write_all(then.as_bytes()).unwrap();
        }
        let mut rest = Vec::new();
        // To the end: whatever else the gateway sends is noted too.
        drop(stream.read_to_end(&mut rest));
        lock(&noted).1.extend(rest);
    });
    (console, seen)
}

#[test]
fn a_body_waits_until_the_console_asks_for_it_a074() {
    let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    let (mut console, seen) = expecting("HTTP/1.1 100 Continue\r\n\r\n", ok);
    let (gateway, browser, _) = signed_in(&Setup::before(console.address));
    let mut client = gateway.connect();
    let fields = format!("{}Expect: 100-continue\r\nContent-Length: 4\r\n", browser.cookie_line());
    client.send(request("POST", "/x", &fields).as_bytes());
    let interim = client.head().unwrap();
    assert_eq!(interim.status, 100, "A-074: the console's word reaches the client");
    let head = lock(&seen).0.clone();
    assert!(find(&head.to_ascii_lowercase(), b"expect: 100-continue").is_some(), "A-074");
    client.send(b"body");
    assert_eq!(client.response().text(), "ok");
    drop(client);
    console.ended();
    assert_eq!(lock(&seen).1, b"body", "A-074: once");
}

#[test]
fn a_body_that_the_console_does_not_want_is_never_sent_a074() {
    let no = "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno";
    let (mut console, seen) = expecting(no, "");
    let (gateway, browser, _) = signed_in(&Setup::before(console.address));
    let mut client = gateway.connect();
    let fields = format!("{}Expect: 100-continue\r\nContent-Length: 4\r\n", browser.cookie_line());
    client.send(request("POST", "/x", &fields).as_bytes());
    let refused = client.response();
    assert_eq!((refused.status, refused.text().as_str()), (417, "no"), "A-074");
    assert_eq!(refused.interim, Vec::<u16>::new(), "A-074: nobody asked for the body");
    // What the client sends all the same belongs to nobody.
    client.send(b"GET /smuggled HTTP/1.1\r\nHost: console.test\r\n\r\n");
    assert!(client.rest().is_some(), "A-074: the connection ends");
    console.ended();
    let late = lock(&seen).1.clone();
    assert!(find(&late, b"smuggled").is_none(), "A-074");
}
