//! The harness against itself: what the tables rely on must hold without a gateway in between.

use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::sync::Arc;

use rustls_pki_types::PrivateKeyDer;

use crate::support::Latch;
use crate::support::h2::Ended;
use crate::support::h2::H2Client;
use crate::support::h2::Last;
use crate::support::raw_client::RawClient;
use crate::support::raw_client::Response;
use crate::support::raw_client::Trust;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorder;
use crate::support::row::get;
use crate::support::row::request;

#[test]
fn the_recorder_keeps_every_byte_and_splits_requests() {
    let recorder = Recorder::start();
    let mut client = RawClient::plain(recorder.address());
    let plain = request("POST", "/a", "Content-Length: 3\r\n") + "abc";
    let chunked = request("PUT", "/b?c", "Transfer-Encoding: chunked\r\nX: y\r\nX: z\r\n")
        + "2\r\nde\r\n1;x=y\r\nf\r\n0\r\nT: v\r\n\r\n";
    client.send(format!("{plain}{chunked}").as_bytes());
    assert_eq!(client.response().text(), "from upstream");
    assert_eq!(client.response().status, 200);
    let seen = recorder.wait_for(2);
    assert_eq!((seen[0].method(), seen[0].target()), ("POST".to_owned(), "/a".to_owned()));
    assert_eq!(seen[0].body, b"abc");
    assert_eq!((seen[1].target(), seen[1].body.as_slice()), ("/b?c".to_owned(), &b"def"[..]));
    assert_eq!(seen[1].values("x"), ["y", "z"]);
    assert_eq!(recorder.raw(0), format!("{plain}{chunked}").into_bytes());
    assert_eq!(recorder.connections(), 1);
}

#[test]
fn the_recorder_closes_holds_tunnels_and_answers_heads() {
    let latch = Latch::default();
    let held = latch.clone();
    let recorder = Recorder::scripted(move |request| match request.target().as_str() {
        "/close" => Answer::raw_then_close(b""),
        "/held" => Answer::held(request, &held, "later"),
        "/live" => Answer::tunnel(request),
        _ => Answer::ok(request, "body"),
    });
    let mut client = RawClient::plain(recorder.address());
    client.send(request("HEAD", "/x", "").as_bytes());
    assert_eq!(client.response_to("HEAD").header("content-length"), Some("4"));
    client.send(get("/held", "").as_bytes());
    recorder.wait_for(2);
    latch.open();
    assert_eq!(client.response().text(), "later");
    client.send(get("/close", "").as_bytes());
    assert!(client.is_closed());
    recorder.wait_closed(0);
    let mut client = RawClient::plain(recorder.address());
    client.send(get("/live", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n").as_bytes());
    let switched = client.head().unwrap();
    assert_eq!(switched.header("sec-websocket-accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    client.send(b"\x00raw");
    assert_eq!(client.exactly(4), b"\x00raw");
}

#[test]
fn the_client_reads_chunked_closed_and_interim_answers() {
    let recorder = Recorder::scripted(|request| {
        match request.target().as_str() {
        "/chunked" => Answer::raw(
            b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
              3\r\nabc\r\n0\r\n\r\n",
        ),
        _ => Answer::raw_then_close(b"HTTP/1.1 200 OK\r\n\r\nuntil the end"),
    }
    });
    let mut client = RawClient::plain(recorder.address());
    client.send(get("/chunked", "").as_bytes());
    let response = client.response();
    assert_eq!((response.text().as_str(), response.interim), ("abc", vec![103]));
    client.send(get("/x", "").as_bytes());
    assert_eq!(client.response().text(), "until the end");
    assert!(client.is_closed());
}

#[test]
#[should_panic(expected = "script")]
fn a_panic_in_the_script_fails_the_test() {
    let recorder = Recorder::scripted(|_| panic!("script"));
    let mut client = RawClient::plain(recorder.address());
    client.send(get("/x", "").as_bytes());
    assert!(client.is_closed());
    drop(recorder);
}

/// A frame (RFC 9113 §4.1).
fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    let mut frame = vec![0, 0, length, kind, flags, 0, 0, 0, stream];
    frame.extend(payload);
    frame
}

#[test]
fn the_http2_client_reads_answers_resets_and_farewells() {
    // An HTTP/2 preface begins like a request; the answer is a row of frames.
    let recorder = Recorder::scripted(|_| {
        let frames = [
            frame(4, 0, 0, &[]),
            frame(1, 4, 1, &[0x20, 0x48, 3, b'4', b'0', b'1']),
            frame(0, 0, 1, b"no "),
            frame(0, 1, 1, b"way"),
            frame(3, 0, 3, &[0, 0, 0, 1]),
            frame(7, 0, 0, &[0, 0, 0, 3, 0, 0, 0, 2]),
        ];
        Answer::raw_then_close(&frames.concat())
    });
    let mut h2 = H2Client::over(RawClient::plain(recorder.address()));
    let first = h2.open(&[(":path", "/"), ("x", &"y".repeat(300))], Last::Yes);
    let body = b"no way".to_vec();
    let answer = Response { status: 401, body, ..Response::default() };
    assert_eq!(h2.ended(first), Ended::Answered(answer));
    let second = h2.open(&[(":path", "/")], Last::Yes);
    assert_eq!(h2.ended(second), Ended::Reset(1));
    let third = h2.open(&[(":path", "/")], Last::Yes);
    assert_eq!(h2.ended(third), Ended::Gone(Some(2)));
}

#[test]
fn the_client_speaks_tls_to_the_given_root_only() {
    let made = rcgen::generate_simple_self_signed(vec!["console.test".to_owned()]).unwrap();
    let root = made.cert.der().clone();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![root.clone()], key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (tcp, _) = listener.accept().unwrap();
        let tls = rustls::ServerConnection::new(Arc::new(config)).unwrap();
        let mut stream = rustls::StreamOwned::new(tls, tcp);
        let mut ping = [0; 4];
        stream.read_exact(&mut ping).unwrap();
        assert_eq!(stream.conn.alpn_protocol(), Some(&b"h2"[..]));
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
    });
    let trust = Trust { root, name: "console.test".to_owned(), alpn: vec![b"h2".to_vec()] };
    let mut client = RawClient::tls(address, &trust);
    client.send(b"ping");
    assert_eq!(client.response().status, 204);
    assert!(client.is_closed());
    server.join().unwrap();
}
