//! The harness against itself: what the tables rely on must hold without a gateway in between.

use crate::support::Latch;
use crate::support::raw_client::RawClient;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorder;
use crate::support::row::get;
use crate::support::row::request;

#[test]
fn the_recorder_keeps_every_byte_and_splits_requests() {
    let recorder = Recorder::start();
    let mut client = RawClient::plain(recorder.address());
    let plain = request("POST", "/a", "Content-Length: 3\r\n") + "abc";
    let chunked = request(
        "PUT",
        "/b?c",
        "Transfer-Encoding: chunked\r\nX: y\r\nX: z\r\n",
    ) + "2\r\nde\r\n1;x=y\r\nf\r\n0\r\nT: v\r\n\r\n";
    client.send(format!("{plain}{chunked}").as_bytes());
    assert_eq!(client.response().text(), "from upstream");
    assert_eq!(client.response().status, 200);
    let seen = recorder.wait_for(2);
    assert_eq!(
        (seen[0].method(), seen[0].target()),
        ("POST".to_owned(), "/a".to_owned())
    );
    assert_eq!(seen[0].body, b"abc");
    assert_eq!(
        (seen[1].target(), seen[1].body.as_slice()),
        ("/b?c".to_owned(), &b"def"[..])
    );
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
    assert_eq!(
        client.response_to("HEAD").header("content-length"),
        Some("4")
    );
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
    assert_eq!(
        switched.header("sec-websocket-accept"),
        Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    );
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
    assert_eq!(
        (response.text().as_str(), response.interim),
        ("abc", vec![103])
    );
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
