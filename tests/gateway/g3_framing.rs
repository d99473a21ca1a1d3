//! G3: HTTP framing and smuggling. One reading of every message, or none.

use crate::support::Latch;
use crate::support::browser::PAGES;
use crate::support::eventually;
use crate::support::find;
use crate::support::gateway::HOST;
use crate::support::h2::Last;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorded;
use crate::support::row::Identity;
use crate::support::row::Row;
use crate::support::row::check_identity;
use crate::support::row::get;
use crate::support::row::request;
use crate::support::show;
use crate::support::world::FULL;
use crate::support::world::SENTINEL;
use crate::support::world::World;

/// What an attacker would like to see parsed as a request of its own.
const SUFFIX: &str = "GET /smuggled HTTP/1.1\r\nHost: console.test\r\n\r\n";

fn post(headers: &str, body: &str) -> String {
    format!("{}{body}", request("POST", "/x", &format!("{FULL}{headers}")))
}

/// Refused with 400, closed, nothing at the upstream.
fn broken(id: &'static str, sent: impl Into<Vec<u8>>) -> Row {
    Row::refused(id, &[400], sent).closes()
}

#[test]
fn content_length_beside_transfer_encoding_is_refused_a056() {
    let world = World::on_every_wire();
    let body = format!("0\r\n\r\n{SUFFIX}");
    let length = format!("Content-Length: {}\r\n", body.len());
    let chunked = "Transfer-Encoding: chunked\r\n";
    world.run(&[
        broken("A-056", post(&format!("{length}{chunked}"), &body)),
        broken("A-056", post(&format!("{chunked}{length}"), &body)),
        broken("A-056", post(&format!("{chunked}Content-Length: 0\r\n"), &body)),
        broken("A-056", post("transfer-encoding: chunked\r\nCONTENT-LENGTH: 4\r\n", &body)),
    ]);
}

#[test]
fn only_chunked_is_a_transfer_encoding_a057_a073() {
    let world = World::on_every_wire();
    let body = format!("0\r\n\r\n{SUFFIX}");
    for (id, lines) in [
        ("A-057", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        ("A-057", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
        ("A-057", "Transfer-Encoding: xchunked\r\n"),
        ("A-057", "Transfer-Encoding: chunked\x0b\r\n"),
        ("A-057", "Transfer-Encoding: \x0bchunked\r\n"),
        ("A-057", "Transfer-Encoding: chunked;q=1\r\n"),
        ("A-057", "Transfer-Encoding: \"chunked\"\r\n"),
        ("A-057", "Transfer-Encoding : chunked\r\n"),
        ("A-057", "Transfer-Encoding: chunked, identity\r\n"),
        ("A-057", "Transfer-Encoding: identity\r\n"),
        ("A-057", "Transfer-Encoding:\r\n"),
        ("A-057", "Transfer-Encoding: ,chunked\r\n"),
        ("A-057", "Transfer-Encoding:\r\n chunked\r\n"),
        ("A-057", " Transfer-Encoding: chunked\r\n"),
        ("A-073", "Transfer-Encoding: chunked, chunked\r\n"),
    ] {
        world.check(&broken(id, post(lines, &body)));
    }
    let gzip = post("Transfer-Encoding: gzip, chunked\r\n", &body);
    world.check(&Row::refused("A-073", &[400, 501], gzip).closes());
}

#[test]
fn a_body_sent_to_a_page_of_ours_is_never_read_as_a_request_a058() {
    let world = World::on_every_wire();
    let length = format!("Content-Length: {}\r\n", SUFFIX.len());
    let any = [200, 303, 400, 401, 403, 404, 405, 413, 415, 422, 429];
    for page in
        ["sign-in", "challenge", "enrol", "codes", "account", "sign-out", "jwks.json", "nope"]
    {
        for cookie in ["", FULL] {
            let target = format!("{PAGES}/{page}");
            let head = request("POST", &target, &format!("{length}{cookie}"));
            // Once as the body, and once more behind it.
            let sent = format!("{head}{SUFFIX}{SUFFIX}");
            if page == "sign-out" && !cookie.is_empty() {
                continue;
            }
            world.check(&Row::refused("A-058", &any, sent).closes());
        }
    }
    for target in ["/x", "/admin"] {
        let sent = format!("{}{SUFFIX}{SUFFIX}", request("POST", target, &length));
        world.check(&Row::refused("A-058", &[401], sent).closes());
    }
}

#[test]
fn a_hidden_content_length_is_refused_a059() {
    let world = World::on_every_wire();
    let length = SUFFIX.len();
    for line in [
        format!("Content-Length : {length}\r\n"),
        format!("Content-Length\t: {length}\r\n"),
        format!("\tContent-Length: {length}\r\n"),
        format!("Content-Length:\n{length}\r\n"),
        format!("Content-Length:\r\n {length}\r\n"),
        format!("X: y\r\n Content-Length: {length}\r\n"),
        format!("X: y\rContent-Length: {length}\r\n"),
        format!("X: y\nContent-Length: {length}\r\n"),
    ] {
        world.check(&broken("A-059", post(&line, SUFFIX)));
    }
}

#[test]
fn nothing_follows_an_upgrade_that_was_not_granted_a060() {
    let world = World::on_every_wire();
    let foo = get("/x", &format!("{FULL}Connection: Upgrade\r\nUpgrade: foo\r\n"));
    let websocket = get(
        "/x",
        &format!(
            "{FULL}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: @ORIGIN@\r\n"
        ),
    );
    for head in [foo, websocket] {
        let sent = format!("{head}{SUFFIX}");
        world.check_each(&Row::forwarded("A-060", sent).closes(), |wire, _, seen| {
            let passed = seen[0].values("upgrade");
            assert!(passed.iter().all(|value| value != "foo"), "{wire:?} {passed:?}");
        });
    }
    let raw = world.recorder.all_raw();
    assert!(find(&raw, b"/smuggled").is_none(), "A-060 {}", show(&raw));
}

#[test]
fn http_1_0_has_no_chunks_and_ends_with_its_answer_a061_a080() {
    let world = World::on_every_wire();
    let old = |headers: &str, rest: &str| {
        let method = if rest.is_empty() { "GET" } else { "POST" };
        format!("{method} /x HTTP/1.0\r\nHost: {HOST}\r\n{FULL}{headers}\r\n{rest}")
    };
    let chunked = format!("0\r\n\r\n{SUFFIX}");
    world.run(&[
        broken("A-061", old("Transfer-Encoding: chunked\r\n", &chunked)),
        broken("A-061", old("Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n", &chunked)),
        Row::forwarded("A-061", old("", "")).closes(),
    ]);
    for version in ["HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTP/1.10", "HTTP/1"] {
        let sent = format!("GET /x {version}\r\nHost: {HOST}\r\n{FULL}\r\n");
        world.check(&Row::refused("A-080", &[400, 505], sent).closes());
    }
    // A body without a length: no body, and what follows is nobody's request.
    let before = world.recorder.count();
    let mut client = world.gateway.connect();
    client.send(&world.fill(old("Connection: keep-alive\r\n", SUFFIX).as_bytes()));
    assert!([200, 400].contains(&client.response().status));
    assert!(client.is_closed(), "A-061");
    let seen = world.recorder.requests().split_off(before);
    assert!(seen.iter().all(|r| r.target() == "/x"), "A-061");
}

#[test]
fn a_content_length_is_one_plain_number_a063_a064() {
    let world = World::on_every_wire();
    for lines in [
        "Content-Length: 3\r\nContent-Length: 3\r\n",
        "Content-Length: 3, 3\r\n",
        "Content-Length: 3\r\nContent-Length: 4\r\n",
        "Content-Length: 3,\r\n",
    ] {
        world.check(&broken("A-063", post(lines, "abc")));
    }
    let long = "9".repeat(40);
    for value in
        ["+3", "-1", "0x3", "3_0", "1e1", "", "18446744073709551616", &long, "3 3", "٣", "3.0"]
    {
        let lines = format!("Content-Length: {value}\r\n");
        world.check(&broken("A-064", post(&lines, "abc")));
    }
}

/// Bodies in chunks that are broken, each in its own way.
fn broken_chunks() -> Vec<(&'static str, String)> {
    let rows = [
        ("A-065", "00000000000000003\r\nabc\r\n0\r\n\r\n"),
        ("A-065", "10000000000000003\r\nabc\r\n0\r\n\r\n"),
        ("A-065", "0x3\r\nabc\r\n0\r\n\r\n"),
        ("A-065", " 3\r\nabc\r\n0\r\n\r\n"),
        ("A-065", "3 \r\nabc\r\n0\r\n\r\n"),
        ("A-065", "-3\r\nabc\r\n0\r\n\r\n"),
        ("A-066", "3;a\nb\r\nabc\r\n0\r\n\r\n"),
        ("A-066", "3;a\rb\r\nabc\r\n0\r\n\r\n"),
        ("A-066", "3;\nabc\r\n0\r\n\r\n"),
        ("A-066", "3; a\r\nabc\r\n0\r\n\r\n"),
        ("A-066", "3;a=\"b\r\nabc\r\n0\r\n\r\n"),
        ("A-067", "3\nabc\r\n0\r\n\r\n"),
        ("A-067", "3\r\nabc\n0\r\n\r\n"),
        ("A-067", "3\r\nabc\r\n0\n\n"),
        ("A-067", "3\r\nabc\r\n0\r\nX: y\n\r\n"),
        ("A-067", "3\r\nabc\r\n0\r\nX : y\r\n\r\n"),
    ];
    let mut rows: Vec<_> = rows.map(|(id, body)| (id, body.to_owned())).into();
    rows.push(("A-066", format!("3;{}\r\nabc\r\n0\r\n\r\n", "e".repeat(16 * 1024))));
    let extended = format!("1;{}\r\nx\r\n", "e".repeat(200)).repeat(30);
    rows.push(("A-066", format!("{extended}0\r\n\r\n")));
    rows
}

#[test]
fn bad_chunks_never_reach_the_upstream_a065_a066_a067() {
    let world = World::on_every_wire();
    for (id, body) in broken_chunks() {
        let sent = post("Transfer-Encoding: chunked\r\n", &body);
        let (answer, _) = world.check(&broken(id, format!("{sent}{SUFFIX}")));
        assert!(answer.text().contains("framing"), "{id}: {}", answer.text());
        // What came with the head was looked at before anybody heard of it.
        let head_went_up = find(&world.recorder.all_raw(), b"POST /x ").is_some();
        assert!(!head_went_up || body.len() > 1024, "{id} {body:?}");
    }
    assert!(find(&world.recorder.all_raw(), b"/smuggled").is_none());
    let counted = world.gateway.metric(&["portcullis_refusals_total", "framing"]);
    assert!(counted >= 18.0, "{counted}");
}

#[test]
fn a_body_that_breaks_under_way_spoils_the_connection_it_went_on_a065_a066_a067() {
    let world = World::start();
    for (n, (id, body)) in broken_chunks().into_iter().enumerate() {
        // Pooled connections to the upstream, of which the broken request takes one.
        world.check(&Row::forwarded(id, get("/before", FULL)));
        let before = world.recorder.count();
        let mut client = world.gateway.connect();
        let chunked = format!("{FULL}Transfer-Encoding: chunked\r\n");
        let whole = format!("whole-{n:03}");
        let head = request("POST", "/broken", &chunked) + &format!("9\r\n{whole}\r\n");
        client.send(&world.fill(head.as_bytes()));
        let spoiled = || {
            let mut all = 0..world.recorder.connections();
            all.find(|&of| find(&world.recorder.raw(of), whole.as_bytes()).is_some())
        };
        eventually("the first chunk is at the upstream", || spoiled().is_some());
        client.send(format!("{body}{SUFFIX}").as_bytes());
        let answer = client.response();
        assert_eq!(answer.status, 400, "{id} {body:?}");
        assert!(client.is_closed(), "I-6 {id} {body:?}");
        assert_eq!(world.recorder.count(), before, "{id} {body:?}: completed upstream");
        world.recorder.wait_closed(spoiled().unwrap());
        world.check(&Row::forwarded(id, get("/after", FULL)));
        let after = world.recorder.requests().pop().unwrap().connection;
        assert_ne!(Some(after), spoiled(), "I-6 {id} {body:?}: the spoiled one was taken again");
    }
    assert!(find(&world.recorder.all_raw(), b"/smuggled").is_none());
    let broken = broken_chunks().len();
    eventually("a line of each in the log", || {
        let lines = world.gateway.access_log();
        lines.iter().filter(|line| line["refusal"] == "framing").count() == broken
    });
}

#[test]
fn extensions_and_trailers_in_good_form_pass_h9_h10() {
    let world = World::start();
    for body in [
        "3;a\r\nabc\r\n0\r\n\r\n",
        "3;a=b;c=\"d e\"\r\nabc\r\n000;x\r\n\r\n",
        "0000000000000003\r\nabc\r\n0\r\nX-Forged: forged\r\n\r\n",
    ] {
        let sent = post("Transfer-Encoding: chunked\r\n", body);
        let (_, seen) = world.check(&Row::forwarded("H-9", sent).stays_open());
        assert_eq!(seen[0].body, b"abc", "{body:?}");
        assert!(find(&seen[0].wire_body, b";").is_none(), "extensions end here: {body:?}");
        assert!(find(&seen[0].head, b"X-Forged").is_none(), "H-10 {body:?}");
    }
}

#[test]
fn what_is_sent_before_the_answer_is_dropped_and_the_answer_still_comes_a075() {
    let (first, held) = (Latch::default(), Latch::default());
    let (arrived, wait) = (first.clone(), held.clone());
    let world = World::scripted(move |request| match request.target().as_str() {
        "/held" => {
            arrived.open();
            Answer::held(request, &wait, "held")
        }
        _ => Answer::ok(request, SENTINEL),
    });
    let mut client = world.gateway.connect();
    client.send(&world.fill(get("/held", FULL).as_bytes()));
    assert!(first.wait(|| true));
    client.send(&world.fill(get("/smuggled", FULL).as_bytes()));
    held.open();
    assert_eq!(client.response().text(), "held");
    assert!(find(&world.recorder.all_raw(), b"/smuggled").is_none() || !client.is_closed());
}

#[test]
fn the_head_has_one_grammar_a067_a068_a069_a070() {
    let world = World::on_every_wire();
    for (id, lines) in [
        ("A-067", "X: y\n"),
        ("A-067", "X: y\r\nZ: a\nB: c\r\n"),
        ("A-068", "X: a\rb\r\n"),
        ("A-068", "X: a\0b\r\n"),
        ("A-068", "X: a\x0bb\r\n"),
        ("A-068", "X: a\x0cb\r\n"),
        ("A-068", "X: a\x7fb\r\n"),
        ("A-069", "X: y\r\n folded\r\n"),
        ("A-069", "X: y\r\n\tfolded\r\n"),
        ("A-069", "X : y\r\n"),
        ("A-069", "X\t: y\r\n"),
        ("A-070", ": x\r\n"),
        ("A-070", "X y: z\r\n"),
        ("A-070", "X(y): z\r\n"),
        ("A-070", "\"X\": z\r\n"),
        ("A-070", "no colon\r\n"),
        ("A-070", "X\u{e4}: z\r\n"),
    ] {
        let sent = get("/x", &format!("{FULL}{lines}"));
        world.check(&broken(id, format!("{sent}{SUFFIX}")));
    }
    let early = format!("GET /x HTTP/1.1\r\n X: y\r\nHost: {HOST}\r\n{FULL}\r\n");
    let bare = format!("GET /x HTTP/1.1\nHost: {HOST}\r\n{FULL}\r\n");
    world.run(&[broken("A-069", early), broken("A-067", bare)]);
}

#[test]
fn one_valid_host_or_none_of_it_a071() {
    let world = World::on_every_wire();
    for hosts in [
        String::new(),
        format!("Host: {HOST}\r\nHost: {HOST}\r\n"),
        format!("Host: {HOST}\r\nHost: other.test\r\n"),
        format!("Host: {HOST}, other.test\r\n"),
        "Host:\r\n".to_owned(),
        "Host: a/b\r\n".to_owned(),
        format!("Host: user@{HOST}\r\n"),
    ] {
        let sent = format!("GET /x HTTP/1.1\r\n{hosts}{FULL}\r\n");
        world.check(&broken("A-071", sent));
    }
}

#[test]
fn heads_have_limits_a072() {
    let world = World::on_every_wire();
    let fields = |count: usize| {
        let lines: Vec<_> = (0..count).map(|n| format!("X-{n}: y\r\n")).collect();
        lines.concat()
    };
    let big = format!("X: {}\r\n", "y".repeat(33 * 1024));
    let many = format!("X: {}\r\n", "y".repeat(1000)).repeat(40);
    for lines in [fields(101), fields(257), big, many] {
        let sent = get("/x", &format!("{FULL}{lines}"));
        world.check(&Row::refused("A-072", &[431], sent).closes());
    }
    world.check(&Row::forwarded("A-072", get("/x", &format!("{FULL}{}", fields(90)))));
}

#[test]
fn http2_heads_have_the_same_limits_a072() {
    let world = World::on_every_wire();
    let pair = world.http2_session();
    let ask = |path: &str, more: usize, crumbs: usize| {
        let names: Vec<_> = (0..more).map(|n| format!("x-{n}")).collect();
        let values: Vec<_> = (0..crumbs).map(|n| format!("c{n}=v")).collect();
        let mut fields = vec![(":method", "GET"), (":scheme", "https"), (":authority", HOST)];
        fields.extend([(":path", path), ("cookie", pair.as_str())]);
        fields.extend(names.iter().map(|name| (name.as_str(), "y")));
        fields.extend(values.iter().map(|value| ("cookie", value.as_str())));
        let mut h2 = world.http2();
        let stream = h2.open(&fields, Last::Yes);
        h2.ended(stream).status()
    };
    assert_eq!(ask("/x", 90, 60), Some(200));
    assert_eq!(ask("/x", 101, 0), Some(431));
    assert_eq!(ask(&format!("/{}", "y".repeat(8 * 1024)), 0, 0), Some(414));
    assert_eq!(world.recorder.count(), 1);
}

#[test]
fn an_unknown_expectation_is_refused_a074() {
    let world = World::on_every_wire();
    for value in ["y 100-continue", "200-ok", "100-continue, x"] {
        let sent = post(&format!("Expect: {value}\r\nContent-Length: 3\r\n"), "abc");
        world.check(&Row::refused("A-074", &[417], sent));
    }
    let sent = post("Expect: 100-continue\r\nContent-Length: 3\r\n", "abc");
    world.check_each(&Row::forwarded("A-074", sent), |wire, _, seen| {
        assert_eq!(seen[0].body, b"abc", "{wire:?}");
    });
}

#[test]
fn of_pipelined_requests_the_first_is_answered_and_the_rest_reach_nobody_a075() {
    let world = World::on_every_wire();
    let mut sent = get("/first", FULL);
    for n in 0..7 {
        sent.push_str(&get(&format!("/pipelined/{n}"), if n % 2 == 0 { "" } else { FULL }));
    }
    world.check(&Row::forwarded("A-075", sent).closes());
    let mut anonymous = get("/first", "");
    anonymous.push_str(&get("/pipelined", FULL));
    world.check(&Row::refused("A-075", &[401], anonymous).closes());
}

#[test]
fn connect_and_trace_are_not_offered_a079() {
    let world = World::on_every_wire();
    for method in ["TRACE", "TRACK"] {
        world.check(&Row::refused("A-079", &[405], request(method, "/x", FULL)));
    }
    for target in ["console.test:443", "/x", "other.test:22"] {
        let sent = format!("{}{SUFFIX}", request("CONNECT", target, FULL));
        world.check(&Row::refused("A-079", &[400, 405], sent).closes());
    }
}

#[test]
fn a_connection_lends_its_session_to_nobody_a076() {
    let world = World::on_every_wire();
    for round in 0..3 {
        let mut client = world.gateway.connect();
        client.send(&world.fill(get("/full", FULL).as_bytes()));
        assert_eq!(client.response().status, 200, "round {round}");
        client.send(get("/anonymous", "").as_bytes());
        assert_eq!(client.response().status, 401, "A-076 round {round}");
    }
    let targets: Vec<_> = world.recorder.requests().iter().map(Recorded::target).collect();
    assert_eq!(targets, ["/full"; 3]);
}

#[test]
fn an_http2_connection_lends_its_session_to_nobody_a076() {
    let world = World::on_every_wire();
    let pair = world.http2_session();
    let mut h2 = world.http2();
    let base = [(":method", "GET"), (":scheme", "https"), (":authority", HOST), (":path", "/x")];
    let mut full = base.to_vec();
    full.push(("cookie", &pair));
    let signed_in = h2.open(&full, Last::Yes);
    let first = h2.ended(signed_in);
    assert_eq!(first.status(), Some(200));
    let anonymous = h2.open(&base, Last::Yes);
    assert_eq!(h2.ended(anonymous).status(), Some(401), "A-076");
    assert_eq!(world.recorder.count(), 1);
}

/// Answers that an upstream must not give, by target.
fn bad_answer(request: &Recorded) -> Answer {
    const EVIL: &str = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
    let bytes = match request.target().as_str() {
        "/cl-te" => format!(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{EVIL}"
        ),
        "/two-lengths" => {
            format!("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok{EVIL}")
        }
        "/extra" => format!("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok{EVIL}"),
        "/body-on-204" => format!("HTTP/1.1 204 No Content\r\n\r\n{EVIL}"),
        "/body-on-304" => {
            format!("HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\nabc{EVIL}")
        }
        "/body-on-head" => format!("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc{EVIL}"),
        "/interim" => {
            let flood = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".repeat(20);
            format!("{flood}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        "/unasked-101" => {
            format!(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n{EVIL}"
            )
        }
        "/garbage" => "SSH-2.0-OpenSSH_9.2\r\n\r\n".to_owned(),
        "/nothing" => return Answer::raw_then_close(b""),
        "/short" => {
            return Answer::raw_then_close(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        }
        _ => return Answer::ok(request, SENTINEL),
    };
    Answer::raw(bytes.as_bytes())
}

#[test]
fn a_broken_answer_spoils_nobody_elses_a077() {
    let world = World::on_every_wire_scripted(bad_answer);
    for (method, target, statuses) in [
        ("GET", "/cl-te", vec![200, 502]),
        ("GET", "/two-lengths", vec![502]),
        ("GET", "/extra", vec![200, 502]),
        ("GET", "/body-on-204", vec![204, 502]),
        ("GET", "/body-on-304", vec![304, 502]),
        ("HEAD", "/body-on-head", vec![200, 502]),
        ("GET", "/interim", vec![200, 502]),
        ("GET", "/unasked-101", vec![502]),
        ("GET", "/garbage", vec![502]),
        ("POST", "/nothing", vec![502]),
    ] {
        let sent = request(method, target, &format!("{FULL}Content-Length: 0\r\n"));
        let row = Row { status: statuses, ..Row::forwarded("A-077", sent) };
        world.check_each(&row, |wire, response, seen| {
            let text = response.text();
            assert!(!text.contains("evil"), "A-077 {wire:?} {target}: {text}");
            let last = world.recorder.requests().pop().unwrap();
            if target != "/interim" {
                assert_ne!(last.connection, seen[0].connection, "I-6 {wire:?} {target}: reused");
            }
        });
    }
}

#[test]
fn a_cut_answer_is_cut_for_the_client_too_a077() {
    let world = World::on_every_wire_scripted(bad_answer);
    let mut client = world.gateway.connect();
    client.send(&world.fill(get("/short", FULL).as_bytes()));
    let head = client.head().expect("an answer");
    let rest = client.rest().expect("the end of the connection");
    let honest = head.status == 502 || rest == b"abc";
    assert!(honest, "A-077: {head:?} {}", show(&rest));
}

#[test]
fn an_http2_upload_that_ends_with_an_empty_frame_has_one_last_chunk_pingora_935() {
    let world = World::tls();
    let pair = world.http2_session();
    let shapes: [&[&[u8]]; 4] = [&[b"abc", b""], &[b""], &[b"abc"], &[b"abc", b"", b"de", b""]];
    for pieces in shapes {
        let before = world.recorder.count();
        let mut h2 = world.http2();
        let fields = [
            (":method", "POST"),
            (":scheme", "https"),
            (":authority", HOST),
            (":path", "/upload"),
            ("cookie", pair.as_str()),
        ];
        let stream = h2.open(&fields, Last::No);
        for (n, piece) in pieces.iter().enumerate() {
            let last = if n + 1 == pieces.len() { Last::Yes } else { Last::No };
            h2.data(stream, piece, last);
        }
        let ended = h2.ended(stream);
        assert_eq!(ended.status(), Some(200), "{pieces:?}: {ended:?}");
        // The next person's request may use the same connection: it must be whole.
        let row = Row::forwarded("#935", get("/next", FULL));
        world.check(&row);
        let seen = world.recorder.requests().split_off(before);
        assert_eq!(seen.len(), 3, "{pieces:?}");
        assert_eq!(seen[0].body, pieces.concat(), "{pieces:?}");
        check_identity(&seen[0], Identity::Ours, "#935");
    }
    for connection in 0..world.recorder.connections() {
        let raw = world.recorder.raw(connection);
        let stray = find(&raw, b"0\r\n\r\n0\r\n\r\n").is_some();
        assert!(!stray, "#935: two last chunks: {}", show(&raw));
    }
}

#[test]
fn an_http1_upload_in_chunks_has_one_last_chunk_pingora_935() {
    let world = World::on_every_wire();
    for body in ["3\r\nabc\r\n0\r\n\r\n", "0\r\n\r\n", "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"] {
        let sent = post("Transfer-Encoding: chunked\r\n", body);
        world.check(&Row::forwarded("#935", sent).stays_open());
    }
    let raw = world.recorder.all_raw();
    let stray = find(&raw, b"0\r\n\r\n0\r\n\r\n").is_some();
    assert!(!stray, "#935: {}", show(&raw));
}
