//! Consoles that answer badly, too much, or in a circle: each person gets an honest error, and the next
//! one a clean connection.

use std::io::Read as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Mutex;

use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::h2::H2Client;
use crate::support::h2::Last;
use crate::support::lock;
use crate::support::raw_client::RawClient;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorded;
use crate::support::recorder::Recorder;
use crate::support::row::Row;
use crate::support::row::get;
use crate::support::row::request;
use crate::support::show;
use crate::support::world::FULL;
use crate::support::world::SENTINEL;
use crate::support::world::World;

/// Answers without measure, by target.
fn without_measure(request: &Recorded) -> Answer {
    const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let bytes = match request.target().as_str() {
        "/some-interim" => "HTTP/1.1 102 Processing\r\n\r\n".repeat(50) + OK,
        "/flood" => "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".repeat(101) + OK,
        "/endless-flood" => "HTTP/1.1 100 Continue\r\n\r\n".repeat(100_000),
        "/large-head" => {
            let line = format!("X-Filler: {}\r\n", "y".repeat(1000));
            format!("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n{}\r\nok", line.repeat(70))
        }
        "/many-fields" => {
            let lines: Vec<String> = (0..300).map(|n| format!("X-{n}: y\r\n")).collect();
            let lines = lines.concat();
            format!("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n{lines}\r\nok")
        }
        "/endless-head" => format!("HTTP/1.1 200 OK\r\nX: {}", "y".repeat(3 << 20)),
        "/te-and-length" => {
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n\
             2\r\nok\r\n0\r\n\r\n"
                .to_owned()
        }
        "/gzip-chunked" => {
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
                .to_owned()
        }
        "/identity" => {
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nok"
                .to_owned()
        }
        "/twice-chunked" => {
            let line = "Transfer-Encoding: chunked\r\n";
            format!("HTTP/1.1 200 OK\r\n{line}{line}\r\n2\r\nok\r\n0\r\n\r\n")
        }
        "/bad-length" => "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok".to_owned(),
        "/bad-chunk" => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nok".to_owned(),
        "/trailers" => "HTTP/1.1 200 OK\r\nTrailer: X-Forwarded-User, Content-Length\r\n\
             Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Forwarded-User: evil\r\n\
             Content-Length: 99\r\nSet-Cookie: portcullis=evil\r\n\r\n"
            .to_owned(),
        _ => return Answer::ok(request, SENTINEL),
    };
    Answer::raw(bytes.as_bytes())
}

#[test]
fn answers_have_a_measure_and_the_next_person_is_served_a077() {
    let world = World::scripted(without_measure);
    for (target, status) in [
        ("/some-interim", vec![200]),
        ("/flood", vec![502]),
        ("/endless-flood", vec![502]),
        ("/large-head", vec![502]),
        ("/many-fields", vec![502]),
        ("/endless-head", vec![502]),
        ("/te-and-length", vec![200, 502]),
        ("/gzip-chunked", vec![502]),
        ("/identity", vec![502]),
        ("/twice-chunked", vec![502]),
        ("/bad-length", vec![502]),
        ("/trailers", vec![200]),
    ] {
        let sent = get(target, FULL);
        let row = Row { status, ..Row::forwarded("A-077", sent) };
        let (response, seen) = world.check(&row);
        assert!(!format!("{response:?}").contains("evil"), "A-077 {target}: {response:?}");
        assert!(response.interim.len() <= 100, "A-077 {target}");
        if response.status == 502 {
            assert!(response.text().contains("upstream_invalid"), "{target}: {}", response.text());
            let last = world.recorder.requests().pop().unwrap();
            assert_ne!(last.connection, seen[0].connection, "A-077 {target}: reused");
        }
    }
    let refused = ["portcullis_refusals_total", "upstream_invalid"];
    assert!(world.gateway.metric(&refused) >= 6.0);
}

/// Answers that end before they should, by target.
fn cut(request: &Recorded) -> Answer {
    let head = match request.target().as_str() {
        "/cut-length" => "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        "/cut-chunk" => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nabc",
        "/cut-between" => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "/wrong-chunk" => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nZZ\r\n",
        _ => return Answer::ok(request, SENTINEL),
    };
    Answer::raw_then_close(head.as_bytes())
}

const CUT: [&str; 4] = ["/cut-length", "/cut-chunk", "/cut-between", "/wrong-chunk"];

#[test]
fn an_answer_that_breaks_off_never_looks_whole_a077() {
    let world = World::scripted(cut);
    for target in CUT {
        let mut client = world.gateway.connect();
        client.send(&world.fill(get(target, FULL).as_bytes()));
        let head = client.head().expect("an answer");
        let rest = client.rest().expect("the end of the connection");
        let whole = rest.ends_with(b"0\r\n\r\n")
            || head.header("content-length").is_some_and(|n| n == rest.len().to_string());
        assert!(head.status == 502 || !whole, "A-077 {target}: {head:?} {}", show(&rest));
    }
}

#[test]
fn an_answer_that_breaks_off_never_looks_whole_over_http2_a077() {
    let world = World::with(Recorder::scripted(cut), Setup::tls);
    let pair = world.session_pair();
    for target in CUT {
        let trust = world.gateway.trust(&["h2"]).expect("a TLS listener");
        let mut h2 = H2Client::over(RawClient::tls(world.gateway.listener("https"), &trust));
        let fields = [
            (":method", "GET"),
            (":scheme", "https"),
            (":authority", HOST),
            (":path", target),
            ("cookie", pair.as_str()),
        ];
        let stream = h2.open(&fields, Last::Yes);
        let ended = h2.ended(stream);
        assert!(matches!(ended.status(), None | Some(502)), "A-077 {target}: {ended:?}");
    }
}

#[test]
fn a_console_that_does_not_speak_http2_as_configured_is_an_error_and_no_fallback() {
    let recorder = Recorder::start();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    for (address, status) in
        [(recorder.address(), [502, 502]), (silent.local_addr().unwrap(), [504, 504])]
    {
        let value = format!(
            "{{ url: \"http://{address}\", protocol: http2, read_timeout: 1s, retries: 3 }}"
        );
        let gateway = Gateway::start(&Setup::before(address).upstream(&value), &[]);
        let ask = |method: &str| {
            let mut client = gateway.connect();
            client.send(request(method, "/public/x", "Content-Length: 0\r\n").as_bytes());
            client.response().status
        };
        assert_eq!([ask("GET"), ask("POST")], status, "{address}");
    }
    let raw = recorder.all_raw();
    assert!(crate::support::find(&raw, b"GET /public").is_none(), "{}", show(&raw));
}

/// A console that is a way back to the gateway: it sends on what it receives, byte for byte.
struct Circle {
    address: SocketAddr,
    goal: Arc<Mutex<Option<SocketAddr>>>,
}

impl Circle {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let goal = Arc::new(Mutex::new(None));
        let known = Arc::clone(&goal);
        std::thread::spawn(move || {
            for socket in listener.incoming().map_while(Result::ok) {
                let goal: Option<SocketAddr> = *lock(&known);
                let Some(goal) = goal else {
                    return;
                };
                let onward = TcpStream::connect(goal).unwrap();
                let (from, to) = (socket.try_clone().unwrap(), onward.try_clone().unwrap());
                std::thread::spawn(move || pass(from, to));
                std::thread::spawn(move || pass(onward, socket));
            }
        });
        Self { address, goal }
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    let mut bytes = [0; 8192];
    while let Ok(count) = from.read(&mut bytes) {
        if count == 0 || to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    drop(to.shutdown(std::net::Shutdown::Write));
}

#[test]
fn a_request_that_comes_around_by_other_hosts_is_refused_a020_h16() {
    // first → circle → second → circle → first: Via names the gateways, whatever their addresses are.
    let (out, back) = (Circle::start(), Circle::start());
    let first = Gateway::start(&Setup::before(out.address), &[]);
    let second = Gateway::start(&Setup::before(back.address), &[]);
    *lock(&out.goal) = Some(second.http());
    *lock(&back.goal) = Some(first.http());
    for method in ["GET", "POST"] {
        let mut client = first.connect();
        client.send(request(method, "/public/x", "Content-Length: 0\r\n").as_bytes());
        let answer = client.response();
        assert_eq!(answer.status, 508, "A-020 H-16 {method}: {}", answer.text());
        assert!(answer.text().contains("\"reason\":\"loop\""), "{}", answer.text());
    }
    assert!((first.metric(&["portcullis_refusals_total", "loop"]) - 2.0).abs() < 0.1);
    assert!(second.metric(&["portcullis_requests_total", "forward"]) > 1.5);
}
