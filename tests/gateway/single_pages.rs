//! The gateway's script in a console's pages (`retry_script`): which pages get it, and that nothing else of
//! them changes (S2.10).

use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::h2::Last;
use crate::support::raw_client::Response;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorded;
use crate::support::recorder::Recorder;
use crate::support::recorder::Step;
use crate::support::world::World;

/// What a browser says of a navigation.
const NAVIGATION: &str = "Accept: text/html\r\nAccept-Encoding: gzip, br\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";

const PAGE: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<title>x</title>\n</head>\n";

/// A console with a page for every case.
fn console() -> Recorder {
    Recorder::scripted(|request| match request.target().as_str() {
        "/chunked" => {
            let chunks: Vec<String> = PAGE.chars().map(|byte| format!("1\r\n{byte}\r\n")).collect();
            let sent = chunks.concat();
            let head =
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n";
            let (one, two) = sent.split_at(sent.len() / 3);
            Answer(vec![
                Step::Send(head.as_bytes().to_vec()),
                Step::Send(one.as_bytes().to_vec()),
                Step::Send(format!("{two}0\r\n\r\n").into_bytes()),
            ])
        }
        "/none" => html(request, "200 OK", "", "<p>no head</p>"),
        "/empty" => html(request, "200 OK", "", ""),
        "/packed" => html(request, "200 OK", "Content-Encoding: gzip\r\n", PAGE),
        "/part" => html(request, "206 Partial Content", "Content-Range: bytes 0-1/2\r\n", PAGE),
        "/error" => html(request, "404 Not Found", "", PAGE),
        "/file" => html(request, "200 OK", "Content-Disposition: attachment\r\n", PAGE),
        "/as-it-is" => html(request, "200 OK", "Cache-Control: no-transform\r\n", PAGE),
        "/text" => Answer::ok(request, PAGE),
        _ => html(
            request,
            "200 OK",
            "ETag: \"v1\"\r\nAccept-Ranges: bytes\r\nDigest: sha-256=x\r\nX-Kept: yes\r\n",
            PAGE,
        ),
    })
}

fn html(request: &Recorded, status: &str, fields: &str, body: &str) -> Answer {
    let sent = if request.method() == "HEAD" { "" } else { body };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n{fields}\r\n"
    );
    Answer::raw(format!("{head}{sent}").as_bytes())
}

fn world() -> World {
    World::on_every_wire_with(console(), |setup: Setup| {
        setup.site_line("  - { path: /open, require: open }").site_line("retry_script: true")
    })
}

fn asked(world: &World, method: &str, target: &str, fields: &str) -> Response {
    let mut client = world.gateway.connect();
    let head = format!("{method} {target} HTTP/1.1\r\nHost: {HOST}\r\n{fields}\r\n");
    client.send(head.as_bytes());
    client.response_to(method)
}

/// A navigation of the person who is signed in.
fn page(world: &World, target: &str) -> Response {
    let cookie = format!("Cookie: {}\r\n", world.session_pair());
    asked(world, "GET", target, &format!("{cookie}{NAVIGATION}"))
}

/// The page without the script, which must be right behind its head.
fn without_script(page: &str) -> String {
    let (before, rest) = page.split_once("<head>").expect("a head");
    assert!(rest.starts_with("<script src=\"/.portcullis/assets/retry-"), "{page}");
    let (tag, behind) = rest.split_once("</script>").unwrap();
    assert!(tag.contains("data-prefix=\"/.portcullis\"") && tag.is_ascii(), "{tag}");
    format!("{before}<head>{behind}")
}

#[test]
fn a_page_of_a_signed_in_person_gets_the_script_and_keeps_every_other_byte_s2_10() {
    let world = world();
    let answer = page(&world, "/page");
    assert_eq!(without_script(&answer.text()), PAGE);
    assert_eq!(answer.header("etag"), Some("W/\"v1\""));
    assert_eq!(answer.header("x-kept"), Some("yes"));
    for gone in ["content-length", "accept-ranges", "digest"] {
        assert_eq!(answer.header(gone), None, "{gone}");
    }
    let told = world.recorder.requests().pop().unwrap();
    assert_eq!(told.values("accept-encoding"), ["identity"]);
    assert_eq!(without_script(&page(&world, "/chunked").text()), PAGE);
    assert_eq!(page(&world, "/none").text(), "<p>no head</p>");
    assert_eq!(page(&world, "/empty").header("content-length"), Some("0"));

    let text = answer.text();
    let script = text.split('"').find(|part| part.contains("/assets/")).unwrap();
    let script = asked(&world, "GET", script, "Sec-Fetch-Dest: script\r\n");
    assert_eq!(script.status, 200);
    assert!(script.text().contains("window.fetch"));
}

#[test]
fn over_http2_a_page_gets_the_script_too_s2_10() {
    let world = world();
    let mut h2 = world.http2();
    let session = world.http2_session();
    let fields = [
        (":method", "GET"),
        (":scheme", "https"),
        (":authority", HOST),
        (":path", "/page"),
        ("cookie", session.as_str()),
        ("accept", "text/html"),
        ("sec-fetch-mode", "navigate"),
    ];
    let stream = h2.open(&fields, Last::Yes);
    let ended = h2.ended(stream);
    let answer = ended.answer().expect("an answer");
    assert_eq!(without_script(&answer.text()), PAGE);
    assert_eq!(answer.header("content-length"), None);
}

#[test]
fn what_is_no_whole_page_of_a_person_stays_untouched_s2_10() {
    let world = world();
    for target in ["/packed", "/part", "/error", "/file", "/as-it-is", "/text"] {
        let answer = page(&world, target);
        assert_eq!(answer.text(), PAGE, "{target}");
        assert_eq!(answer.header("content-length"), Some(PAGE.len().to_string().as_str()));
    }
    let cookie = format!("Cookie: {}\r\n", world.session_pair());
    let head = asked(&world, "HEAD", "/page", &format!("{cookie}{NAVIGATION}"));
    assert_eq!(head.header("etag"), Some("\"v1\""));
    assert_eq!(head.header("content-length"), Some(PAGE.len().to_string().as_str()));
    let cases = [
        ("GET", "/page", format!("{cookie}Sec-Fetch-Mode: cors\r\nAccept-Encoding: gzip\r\n")),
        (
            "POST",
            "/page",
            format!("{cookie}{NAVIGATION}Origin: http://{HOST}\r\nContent-Length: 0\r\n"),
        ),
        ("GET", "/open", NAVIGATION.to_owned()),
    ];
    for (method, target, fields) in cases {
        let answer = asked(&world, method, target, &fields);
        assert_eq!(answer.text(), PAGE, "{method} {target}");
        assert_eq!(answer.header("etag"), Some("\"v1\""));
        let told = world.recorder.requests().pop().unwrap();
        assert!(told.values("accept-encoding")[0].starts_with("gzip"), "{method} {target}");
    }
}

#[test]
fn a_site_that_does_not_want_the_script_has_none_s2_10() {
    let world = World::with(console(), |setup| setup);
    let answer = page(&world, "/page");
    assert_eq!(answer.text(), PAGE);
    assert_eq!(answer.header("etag"), Some("\"v1\""));
    let told = world.recorder.requests().pop().unwrap();
    assert_eq!(told.values("accept-encoding"), ["gzip, br"]);
}
