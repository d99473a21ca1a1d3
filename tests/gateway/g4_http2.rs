//! G4 over HTTP/2: floods of frames that cost a client nothing. Whatever comes, the connection that sends it
//! is the only one that suffers: few requests reach the console, memory stays, and others are served.

use crate::support::gateway::HOST;
use crate::support::h2::CONTINUATION;
use crate::support::h2::DATA;
use crate::support::h2::END_HEADERS;
use crate::support::h2::END_STREAM;
use crate::support::h2::Ended;
use crate::support::h2::H2Client;
use crate::support::h2::HEADERS;
use crate::support::h2::PING;
use crate::support::h2::PRIORITY;
use crate::support::h2::RST_STREAM;
use crate::support::h2::SETTINGS;
use crate::support::h2::WINDOW_UPDATE;
use crate::support::hpack;
use crate::support::row::get;
use crate::support::world::FULL;
use crate::support::world::World;

/// Frames of a flood: more than any limit lets through.
const MANY: u32 = 20_000;

/// What the gateway may grow by meanwhile.
const GROWTH: u64 = 24 * 1024 * 1024;

/// A GET of the person.
fn section(session: &str, path: &str) -> Vec<u8> {
    let fields: [(&[u8], &[u8]); 5] = [
        (b":method", b"GET"),
        (b":scheme", b"https"),
        (b":authority", HOST.as_bytes()),
        (b":path", path.as_bytes()),
        (b"cookie", session.as_bytes()),
    ];
    hpack::section(&fields)
}

/// Reads to the end of the connection.
///
/// # Panics
/// When it does not end.
fn wait_for_end(h2: &mut H2Client) {
    while h2.read_frame().is_some() {}
}

/// Runs a flood; what follows is as if it had not been.
fn survives(id: &str, flood: impl FnOnce(&World, &str)) {
    let world = World::tls();
    let session = world.session_pair();
    let before = world.gateway.forget_peak();
    flood(&world, &session);
    let grown = world.gateway.peak().saturating_sub(before);
    assert!(grown < GROWTH, "{id}: {grown} bytes");
    let mut other = world.gateway.connect();
    other.send(&world.fill(get("/other", FULL).as_bytes()));
    assert_eq!(other.response().status, 200, "{id}: the others");
}

#[test]
fn streams_that_are_opened_and_reset_end_with_the_connection_a090() {
    survives("A-090", |world, session| {
        let section = section(session, "/reset");
        let mut h2 = world.http2();
        for _ in 0..MANY {
            let stream = h2.new_stream();
            h2.frame(HEADERS, END_HEADERS | END_STREAM, stream, &section);
            h2.frame(RST_STREAM, 0, stream, &[0, 0, 0, 8]);
        }
        wait_for_end(&mut h2);
        let reached = world.recorder.count();
        assert!(reached < 1000, "A-090: {reached} requests at the console");
    });
}

#[test]
fn streams_that_the_gateway_is_made_to_reset_end_with_the_connection_a092() {
    survives("A-092", |world, session| {
        let section = section(session, "/provoked");
        let mut h2 = world.http2();
        for _ in 0..MANY {
            let stream = h2.new_stream();
            h2.frame(HEADERS, END_HEADERS | END_STREAM, stream, &section);
            // No increment at all, on a stream: an error of the stream (RFC 9113 §6.9).
            h2.frame(WINDOW_UPDATE, 0, stream, &[0; 4]);
        }
        wait_for_end(&mut h2);
        let reached = world.recorder.count();
        assert!(reached < 1000, "A-092: {reached} requests at the console");
    });
}

#[test]
fn a_field_section_without_end_ends_the_connection_a091() {
    for piece in [1, 16 * 1024] {
        survives("A-091", |world, session| {
            let mut h2 = world.http2();
            let stream = h2.new_stream();
            h2.frame(HEADERS, 0, stream, &section(session, "/endless"));
            // Never a whole field: a literal of a gigabyte.
            let mut begun = Vec::new();
            begun.push(0);
            hpack::integer(&mut begun, 7, 0, 1 << 30);
            h2.frame(CONTINUATION, 0, stream, &begun);
            for _ in 0..MANY / 4 {
                h2.frame(CONTINUATION, 0, stream, &vec![b'x'; piece]);
            }
            wait_for_end(&mut h2);
            assert_eq!(world.recorder.count(), 0, "A-091");
        });
    }
}

#[test]
fn small_sections_that_unpack_to_large_ones_are_refused_a094() {
    survives("A-094", |world, session| {
        let mut h2 = world.http2();
        let stream = h2.new_stream();
        let mut bomb = section(session, "/bomb");
        // One field into the dynamic table, then twelve thousand times the same: 48 MB.
        bomb.extend([0x40, 1, b'x']);
        hpack::integer(&mut bomb, 7, 0, 3900);
        bomb.extend([b'y'; 3900]);
        bomb.extend([0xbe; 12_000]);
        h2.frame(HEADERS, END_HEADERS | END_STREAM, stream, &bomb);
        let ended = h2.ended(stream);
        let refused = ended.status().is_none_or(|status| status == 431);
        assert!(refused, "A-094: {ended:?}");
        assert_eq!(world.recorder.count(), 0, "A-094");
    });
}

#[test]
fn sections_of_megabytes_are_refused_a094() {
    survives("A-094", |world, session| {
        let mut h2 = world.http2();
        let stream = h2.new_stream();
        h2.frame(HEADERS, END_STREAM, stream, &section(session, "/large"));
        let mut field = Vec::new();
        hpack::literal_field(&mut field, b"x", &[b'y'; 16_000]);
        for _ in 0..1000 {
            h2.frame(CONTINUATION, 0, stream, &field);
        }
        h2.frame(CONTINUATION, END_HEADERS, stream, &[]);
        let ended = h2.ended(stream);
        let refused = ended.status().is_none_or(|status| status == 431);
        assert!(refused, "A-094: {ended:?}");
        assert_eq!(world.recorder.count(), 0, "A-094");
    });
}

#[test]
fn floods_of_frames_without_content_cost_nobody_anything_a093() {
    let upload = |session: &str| {
        let fields: [(&[u8], &[u8]); 5] = [
            (b":method", b"POST"),
            (b":scheme", b"https"),
            (b":authority", HOST.as_bytes()),
            (b":path", b"/upload"),
            (b"cookie", session.as_bytes()),
        ];
        hpack::section(&fields)
    };
    for (what, kind, payload) in [
        ("empty DATA", DATA, &[][..]),
        ("PING", PING, &[1, 2, 3, 4, 5, 6, 7, 8]),
        ("SETTINGS", SETTINGS, &[]),
        ("WINDOW_UPDATE", WINDOW_UPDATE, &[0, 0, 0, 1]),
        ("PRIORITY", PRIORITY, &[0, 0, 0, 0, 16]),
        ("an unknown type", 0xee, b"x"),
    ] {
        survives(&format!("A-093 {what}"), |world, session| {
            let mut h2 = world.http2();
            let stream = h2.new_stream();
            h2.frame(HEADERS, END_HEADERS, stream, &upload(session));
            let of_stream = matches!(kind, DATA | PRIORITY);
            for _ in 0..MANY {
                h2.frame(kind, 0, if of_stream { stream } else { 0 }, payload);
            }
            h2.frame(DATA, END_STREAM, stream, b"whole");
            // Either the connection ends, or the request is what it was.
            if let Ended::Answered(answer) = h2.ended(stream) {
                assert_eq!(answer.status, 200, "A-093 {what}");
            }
            let seen = world.recorder.requests();
            assert!(seen.len() < 2, "A-093 {what}");
            assert!(seen.iter().all(|request| request.body == b"whole"), "A-093 {what}");
        });
    }
}
