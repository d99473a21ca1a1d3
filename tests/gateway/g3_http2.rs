//! G3 over HTTP/2, frame by frame: what is malformed ends with its stream or its connection, and what is
//! well-formed in an unusual way is one request.

use crate::support::gateway::HOST;
use crate::support::h2::CONTINUATION;
use crate::support::h2::DATA;
use crate::support::h2::END_HEADERS;
use crate::support::h2::END_STREAM;
use crate::support::h2::Ended;
use crate::support::h2::HEADERS;
use crate::support::h2::Last;
use crate::support::h2::PADDED;
use crate::support::hpack;
use crate::support::row::Identity;
use crate::support::row::Row;
use crate::support::row::check_identity;
use crate::support::row::get;
use crate::support::world::FULL;
use crate::support::world::World;

type Fields<'a> = Vec<(&'a [u8], &'a [u8])>;

/// Type, flags, stream and payload.
type Frame<'a> = (u8, u8, u32, &'a [u8]);

/// A POST of the person to `/x`, with these fields instead of or beside its own.
fn fields<'a>(session: &'a str, changes: &[(&'a str, &'a str)]) -> Fields<'a> {
    let own = [
        (":method", "POST"),
        (":scheme", "https"),
        (":authority", HOST),
        (":path", "/x"),
        ("cookie", session),
    ];
    let kept = own.into_iter().map(|(name, value)| {
        let change = changes.iter().find(|(other, _)| name.starts_with(':') && *other == name);
        (name, change.map_or(value, |(_, changed)| changed))
    });
    let added = changes.iter().filter(|(name, _)| own.iter().all(|(other, _)| other != name));
    kept.chain(added.copied()).map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect()
}

/// Sends one request with a body; how its stream ended.
fn ask(world: &World, fields: &Fields<'_>, body: &[u8]) -> Ended {
    let mut h2 = world.http2();
    let stream = h2.open_raw(fields, Last::No);
    h2.data(stream, body, Last::Yes);
    h2.ended(stream)
}

/// Not one whole request more than the sentinel of a row reached the upstream, and that one did.
fn nothing_arrived(world: &World, before: usize, what: &str) {
    world.check(&Row::forwarded("A-062", get("/after", FULL)));
    let seen = world.recorder.requests().split_off(before);
    let odd: Vec<_> =
        seen.iter().filter(|r| !["/after", "/sentinel"].contains(&r.target().as_str())).collect();
    assert!(odd.is_empty(), "A-062 {what}: {odd:?}");
}

#[test]
fn a_malformed_http2_request_never_reaches_the_console_a062_a036_a037_a046() {
    let world = World::tls();
    let session = world.session_pair();
    let cases: &[&[(&str, &str)]] = &[
        &[("transfer-encoding", "chunked")],
        &[("connection", "close")],
        &[("connection", "x-forwarded-for")],
        &[("keep-alive", "timeout=5")],
        &[("proxy-connection", "close")],
        &[("upgrade", "websocket")],
        &[("te", "gzip")],
        &[("content-length", "5")],
        &[("content-length", "1")],
        &[("content-length", "+3")],
        &[("content-length", "3"), ("content-length", "3")],
        &[("content-length", "3"), ("content-length", "4")],
        &[("content-length", "3, 3")],
        &[("x", "a\r\nportcullis-assertion: forged")],
        &[("x", "a\nb")],
        &[("x", "a\rb")],
        &[("x", "a\0b")],
        &[("x\r\ny", "z")],
        &[("x y", "z")],
        &[("x:y", "z")],
        &[("X", "y")],
        &[("Portcullis-Assertion", "forged")],
        &[("", "y")],
        &[(":path", "/x HTTP/1.1\r\nHost: other.test\r\n\r\n")],
        &[(":path", "/x\r\ny: z")],
        &[(":path", "/a b")],
        &[(":path", "x")],
        &[(":path", "")],
        &[(":path", "?x")],
        &[(":path", "*")],
        &[(":path", "https://other.test/x")],
        &[(":method", "GET /smuggled HTTP/1.1\r\nx")],
        &[(":method", "")],
        &[(":method", "G T")],
        &[(":scheme", "")],
        &[(":scheme", "ht tp")],
        &[(":authority", "")],
        &[(":authority", "user@console.test")],
        &[(":authority", "console.test/x")],
        &[(":authority", "console.test\r\nx: y")],
        &[("host", "other.test")],
        &[(":status", "200")],
        &[(":unknown", "x")],
        &[(":protocol", "websocket")],
        &[(":method", "CONNECT"), (":protocol", "websocket")],
        &[(":method", "CONNECT")],
    ];
    for case in cases {
        let what = format!("{case:?}");
        let before = world.recorder.count();
        let ended = ask(&world, &fields(&session, case), b"abc");
        let refused = ended.status().is_none_or(|status| [400, 405, 421].contains(&status));
        assert!(refused, "A-062 {what}: {ended:?}");
        nothing_arrived(&world, before, &what);
    }
}

#[test]
fn http2_pseudo_fields_come_first_once_and_all_of_them_a062() {
    let world = World::tls();
    let session = world.session_pair();
    let whole: Fields<'_> = fields(&session, &[]);
    let mut cases: Vec<(String, Fields<'_>)> = Vec::new();
    for at in 0..4 {
        let name = String::from_utf8_lossy(whole[at].0).into_owned();
        let mut twice = whole.clone();
        twice.insert(at, whole[at]);
        cases.push((format!("{name} twice"), twice));
        let mut late = whole.clone();
        let moved = late.remove(at);
        late.push(moved);
        cases.push((format!("{name} late"), late));
        let mut without = whole.clone();
        without.remove(at);
        cases.push((format!("no {name}"), without));
    }
    for (what, fields) in cases {
        let before = world.recorder.count();
        let ended = ask(&world, &fields, b"abc");
        let refused = ended.status().is_none_or(|status| [400, 405, 421].contains(&status));
        assert!(refused, "A-062 {what}: {ended:?}");
        nothing_arrived(&world, before, &what);
    }
}

#[test]
fn an_http2_section_in_pieces_and_padded_frames_are_one_request_a062() {
    let world = World::tls();
    let session = world.session_pair();
    let before = world.recorder.count();
    let mut h2 = world.http2();
    let block = hpack::section(&fields(&session, &[("te", "trailers"), ("x-after", "y")]));
    let stream = h2.new_stream();
    let (first, rest) = block.split_at(7);
    let mut padded = vec![9];
    padded.extend(first);
    padded.extend([0; 9]);
    h2.frame(HEADERS, PADDED, stream, &padded);
    let pieces: Vec<_> = rest.chunks(80).collect();
    for (n, piece) in pieces.iter().enumerate() {
        let flags = if n + 1 == pieces.len() { END_HEADERS } else { 0 };
        h2.frame(CONTINUATION, flags, stream, piece);
    }
    h2.frame(DATA, PADDED, stream, b"\x03abc\0\0\0");
    h2.frame(DATA, END_STREAM | PADDED, stream, b"\x02\0\0");
    let ended = h2.ended(stream);
    let answer = ended.answer().unwrap_or_else(|| panic!("{ended:?}"));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.text(), crate::support::world::SENTINEL);
    let seen = world.recorder.requests().split_off(before);
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].body, b"abc");
    assert_eq!(seen[0].values("te"), Vec::<String>::new(), "hop by hop");
    assert_eq!(seen[0].values("x-after"), ["y"]);
    check_identity(&seen[0], Identity::Ours, "A-062");
}

#[test]
fn frames_out_of_place_reach_no_console_a062() {
    let world = World::tls();
    let session = world.session_pair();
    let section = hpack::section(&fields(&session, &[]));
    let smuggled = hpack::section(&fields(&session, &[(":path", "/smuggled")]));
    // Another frame between the pieces of a section; a section that goes on where none began; a second
    // request on a stream that is one already; data on a stream that nobody opened.
    let cases: [&[Frame<'_>]; 5] = [
        &[(HEADERS, 0, 1, &section), (DATA, END_STREAM, 1, b"abc")],
        &[(CONTINUATION, END_HEADERS, 1, &section)],
        &[(HEADERS, END_HEADERS, 1, &section), (HEADERS, END_HEADERS, 1, &smuggled)],
        &[(DATA, END_STREAM, 1, b"abc")],
        &[(HEADERS, END_HEADERS, 2, &section), (DATA, END_STREAM, 2, b"abc")],
    ];
    for (n, frames) in cases.iter().enumerate() {
        let before = world.recorder.count();
        let mut h2 = world.http2();
        for (kind, flags, stream, payload) in *frames {
            h2.frame(*kind, *flags, *stream, payload);
        }
        let ended = h2.ended(frames[0].2);
        let refused = ended.status().is_none_or(|status| status == 400);
        assert!(refused, "A-062 case {n}: {ended:?}");
        nothing_arrived(&world, before, &format!("case {n}"));
    }
}

#[test]
fn a_fragment_in_http2_is_cut_before_anybody_judges_a033() {
    let world = World::tls();
    let session = world.session_pair();
    for (sent, seen_as) in [("/public#/../admin", "/public"), ("/x?y#z", "/x?y")] {
        let before = world.recorder.count();
        let ended = ask(&world, &fields(&session, &[(":path", sent)]), b"");
        let Some(answer) = ended.answer() else {
            continue;
        };
        assert_eq!(answer.status, 200, "A-033 {sent}: {answer:?}");
        let seen = world.recorder.requests().split_off(before);
        assert_eq!(seen[0].target(), seen_as, "A-033: policy and console see the same bytes");
    }
    // Settles the accounts: the path judged is the path that went up.
    world.check(&Row::forwarded("A-033", get("/x", FULL)));
}
