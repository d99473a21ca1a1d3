//! WebSocket through the gateway and without it: whatever a client sends, the console's answer is the same,
//! byte for byte. The cases are those of Autobahn's suite in kind; the console is Python's `websockets`.

use crate::support::browser::PAGES;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::program::Program;
use crate::support::raw_client::RawClient;
use crate::support::show;
use crate::support::websocket::BINARY;
use crate::support::websocket::CLOSE;
use crate::support::websocket::CONTINUATION;
use crate::support::websocket::FIN;
use crate::support::websocket::PING;
use crate::support::websocket::PONG;
use crate::support::websocket::RSV1;
use crate::support::websocket::TEXT;
use crate::support::websocket::close;
use crate::support::websocket::frame;
use crate::support::websocket::stored;
use crate::support::websocket::unmasked;
use crate::support::websocket::with_length;
use crate::support::world::signed_in;

/// What one client sends after the handshake.
struct Case {
    what: String,
    /// Lines of the handshake, each ended by CRLF.
    handshake: &'static str,
    /// Sent one after the other; an empty piece waits for a message of the console.
    pieces: Vec<Vec<u8>>,
}

fn case(what: impl Into<String>, pieces: &[Vec<u8>]) -> Case {
    Case { what: what.into(), handshake: "", pieces: pieces.to_vec() }
}

/// The case, and after so many messages sent back a clean goodbye, for what the console does not end by
/// itself. Which it would read first otherwise, its own answer or the goodbye, is up to its scheduler.
fn polite(what: impl Into<String>, answers: usize, pieces: &[Vec<u8>]) -> Case {
    let mut pieces = pieces.to_vec();
    pieces.extend(std::iter::repeat_n(Vec::new(), answers));
    pieces.push(close(1000, b""));
    case(what, &pieces)
}

/// Messages of every length that is coded in another way, whole, in pieces, and byte by byte.
fn messages() -> Vec<Case> {
    let mut cases = Vec::new();
    for length in [0, 1, 125, 126, 127, 128, 65_535, 65_536, 1 << 20] {
        let text = vec![b'*'; length];
        let octets: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
        cases.push(polite(format!("text of {length}"), 1, &[frame(FIN | TEXT, &text)]));
        cases.push(polite(format!("octets of {length}"), 1, &[frame(FIN | BINARY, &octets)]));
    }
    cases.push(polite("16 MiB", 1, &[frame(FIN | BINARY, &vec![0xfe; 16 << 20])]));
    let large: Vec<u8> = (0..64)
        .flat_map(|n| {
            let first = match n {
                0 => BINARY,
                63 => FIN | CONTINUATION,
                _ => CONTINUATION,
            };
            frame(first, &vec![n; 256 * 1024])
        })
        .collect();
    cases.push(polite("16 MiB in 64 fragments", 1, &[large]));
    // Its first octets are enough: what a console does with the rest is a matter of chance.
    let announced = (33_u64 << 20).to_be_bytes();
    let large = with_length(FIN | BINARY, 0xff, &announced, b"begin");
    cases.push(case("more than the console takes", &[large]));
    let text = frame(FIN | TEXT, "Grüße, κόσμε".as_bytes());
    let bytes: Vec<_> = text.iter().map(|&b| vec![b]).collect();
    cases.push(polite("byte by byte", 1, &bytes));
    let many: Vec<u8> =
        (0..500_u16).flat_map(|n| frame(FIN | TEXT, n.to_string().as_bytes())).collect();
    cases.push(polite("500 messages in one packet", 500, &[many]));
    cases
}

fn controls() -> Vec<Case> {
    let fragments = |between: &[u8]| {
        let one = [frame(TEXT, b"frag"), between.to_vec()].concat();
        [
            one,
            [frame(CONTINUATION, b"men"), between.to_vec()].concat(),
            frame(FIN | CONTINUATION, b"ted"),
        ]
    };
    let mut cases = vec![
        polite("fragments", 1, &fragments(b"")),
        polite("pings between fragments", 1, &fragments(&frame(FIN | PING, b"between"))),
        polite("pongs between fragments", 1, &fragments(&frame(FIN | PONG, b"unasked"))),
        polite(
            "empty fragments",
            1,
            &[frame(TEXT, b""), frame(CONTINUATION, b""), frame(FIN | CONTINUATION, b"")],
        ),
        case("a message within a message", &[frame(TEXT, b"one"), frame(FIN | TEXT, b"two")]),
        case("nothing to go on with", &[frame(FIN | CONTINUATION, b"x")]),
        case(
            "nothing to go on with, later",
            &[frame(FIN | TEXT, b"a"), Vec::new(), frame(CONTINUATION, b"x")],
        ),
        polite("ping", 0, &[frame(FIN | PING, b"")]),
        polite("ping of 125", 0, &[frame(FIN | PING, &[0xfe; 125])]),
        case("ping of 126", &[frame(FIN | PING, &[0xfe; 126])]),
        case("ping in fragments", &[frame(PING, b"x")]),
        polite("ten pings", 0, &[(0..10).flat_map(|n| frame(FIN | PING, &[n])).collect()]),
        polite("unasked pong", 0, &[frame(FIN | PONG, b"x")]),
        case("close in fragments", &[frame(CLOSE, &[3, 232])]),
        case("close of 126", &[close(1000, &[b'x'; 124])]),
        case("empty close", &[frame(FIN | CLOSE, b"")]),
        case("close of one byte", &[frame(FIN | CLOSE, b"x")]),
        case("close with a reason", &[close(1000, &[b'x'; 123])]),
        case("close with a broken reason", &[close(1000, &[0xce, 0xba, 0xe1])]),
        case("a message after the close", &[close(1000, b""), frame(FIN | TEXT, b"late")]),
        case("a ping after the close", &[close(1000, b""), frame(FIN | PING, b"late")]),
        case("two closes", &[close(1000, b""), close(1000, b"")]),
    ];
    let codes = [
        0, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013,
        1014, 1015, 1016, 1100, 2000, 2999, 3000, 3999, 4000, 4999, 5000, 65_535,
    ];
    cases.extend(codes.map(|code| case(format!("close {code}"), &[close(code, b"why")])));
    cases
}

fn broken() -> Vec<Case> {
    let mut cases = Vec::new();
    for reserved in 1..8_u8 {
        let bits = reserved << 4;
        cases.push(case(format!("reserved bits {reserved}"), &[frame(FIN | bits | TEXT, b"x")]));
        cases.push(case(
            format!("reserved bits {reserved} on a ping"),
            &[frame(FIN | bits | PING, b"x")],
        ));
    }
    for opcode in [3, 4, 5, 6, 7, 0xb, 0xc, 0xd, 0xe, 0xf] {
        cases.push(case(format!("opcode {opcode}"), &[frame(FIN | opcode, b"x")]));
    }
    cases.extend([
        case("no mask", &[unmasked(FIN | TEXT, b"x")]),
        case("no mask on a ping", &[unmasked(FIN | PING, b"x")]),
        polite("a long form of a short length", 1, &[with_length(FIN | TEXT, 0xfe, &[0, 1], b"x")]),
        polite(
            "a longer form of a short length",
            1,
            &[with_length(FIN | TEXT, 0xff, &[0, 0, 0, 0, 0, 0, 0, 1], b"x")],
        ),
        case("a length with its first bit", &[with_length(FIN | TEXT, 0xff, &[0xff; 8], b"x")]),
        case(
            "a length of exabytes",
            &[with_length(
                FIN | TEXT,
                0xff,
                &[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                b"x",
            )],
        ),
        case(
            "no WebSocket at all",
            &[b"GET /smuggled HTTP/1.1\r\nHost: console.test\r\n\r\n".to_vec()],
        ),
    ]);
    cases
}

fn texts() -> Vec<Case> {
    let mut cases = Vec::new();
    let texts: [&[u8]; 14] = [
        "κόσμε".as_bytes(),
        "\u{10ffff}\u{fffd}\0".as_bytes(),
        &[0xce, 0xba, 0xe1, 0xbd],
        &[0xed, 0xa0, 0x80],
        &[0xed, 0xbf, 0xbf],
        &[0xf4, 0x90, 0x80, 0x80],
        &[0xf8, 0x88, 0x80, 0x80, 0x80],
        &[0xc0, 0xaf],
        &[0xe0, 0x80, 0xaf],
        &[0x80],
        &[0xff],
        &[0xc3],
        &[0xc3, 0x28],
        &[0xf0, 0x9f, 0x98],
    ];
    for text in texts {
        let what = text.escape_ascii().to_string();
        // The console ends what is no text by itself.
        let said = |what: String, pieces: &[Vec<u8>]| match std::str::from_utf8(text) {
            Ok(_) => polite(what, 1, pieces),
            Err(_) => case(what, pieces),
        };
        cases.push(said(format!("text {what}"), &[frame(FIN | TEXT, text)]));
        let mut pieces: Vec<_> = text.iter().map(|&b| frame(CONTINUATION, &[b])).collect();
        pieces.insert(0, frame(TEXT, b"x"));
        pieces.push(frame(FIN | CONTINUATION, b""));
        cases.push(said(format!("text in fragments {what}"), &pieces));
    }
    cases
}

fn handshakes() -> Vec<Case> {
    let deflate = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    let hello = [frame(FIN | TEXT, b"hello")];
    let small = frame(FIN | RSV1 | TEXT, &stored(b"compressed"));
    let with = |what: &str, answers, handshake, pieces: &[Vec<u8>]| Case {
        handshake,
        ..polite(what, answers, pieces)
    };
    vec![
        with("compression", 2, deflate, &[small.clone(), small.clone()]),
        with("compression offered and not used", 1, deflate, &hello),
        with(
            "compressed in fragments",
            1,
            deflate,
            &[
                frame(RSV1 | TEXT, &stored(b"compressed")[..4]),
                frame(FIN | CONTINUATION, &stored(b"compressed")[4..]),
            ],
        ),
        with("compressed nonsense", 0, deflate, &[frame(FIN | RSV1 | BINARY, &[0xff; 20])]),
        with("a compressed ping", 0, deflate, &[frame(FIN | RSV1 | PING, b"x")]),
        with(
            "compression with parameters",
            2,
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits; server_no_context_takeover\r\n",
            &[small.clone(), small.clone()],
        ),
        with(
            "compression in two lines",
            1,
            "Sec-WebSocket-Extensions: x-unknown\r\nSec-WebSocket-Extensions: permessage-deflate\r\n",
            &[small],
        ),
        with("an unknown extension", 1, "Sec-WebSocket-Extensions: x-unknown\r\n", &hello),
        with("a subprotocol", 1, "Sec-WebSocket-Protocol: chat\r\n", &hello),
        with("one of several", 1, "Sec-WebSocket-Protocol: soap, chat\r\n", &hello),
        with("an unknown subprotocol", 1, "Sec-WebSocket-Protocol: soap\r\n", &hello),
    ]
}

/// Reads up to the end of the next message, or of the connection.
fn wait_for_message(client: &mut RawClient, seen: &mut Vec<u8>) {
    loop {
        let Some(head) = client.exactly_or_end(2) else {
            return;
        };
        let more = match head[1] {
            126 => client.exactly(2),
            127 => client.exactly(8),
            _ => Vec::new(),
        };
        let short = usize::from(head[1]);
        let long = more.iter().fold(0, |n, &octet| n << 8 | usize::from(octet));
        let payload = client.exactly(if more.is_empty() { short } else { long });
        for part in [&head, &more, &payload] {
            seen.extend(part);
        }
        if head[0] & (FIN | CLOSE) == FIN {
            return;
        }
    }
}

/// The head of the answer without what may differ, and everything after it.
fn answer(
    mut client: RawClient,
    case: &Case,
    cookie: &str,
    scheme: &str,
) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let head = format!(
        "GET /live HTTP/1.1\r\nHost: {HOST}\r\n{cookie}Origin: {scheme}://{HOST}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         {}\r\n",
        case.handshake
    );
    client.send(head.as_bytes());
    let answered = client.head().unwrap();
    let rest = if answered.status == 101 {
        let mut seen = Vec::new();
        for piece in &case.pieces {
            if piece.is_empty() {
                wait_for_message(&mut client, &mut seen);
            } else {
                client.send(piece);
            }
        }
        let rest = client.rest();
        seen.extend(rest.unwrap_or_else(|| panic!("{}: does not end ({cookie:?})", case.what)));
        seen
    } else {
        let length = answered.header("content-length").unwrap();
        client.exactly(length.parse().unwrap())
    };
    let hop = ["connection", "date", "x-request-id"];
    let mut fields: Vec<_> = answered
        .fields
        .into_iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .filter(|(name, _)| !hop.contains(&name.as_str()))
        .collect();
    fields.sort_unstable();
    (answered.status, fields, rest)
}

#[test]
fn a_websocket_answers_through_the_gateway_as_it_does_without_a089_a082() {
    let console = Program::python("console.py");
    let setup = Setup::before(console.address);
    let places = [signed_in(&setup), signed_in(&setup.tls())];
    let mut tried = 0;
    for case in [messages(), controls(), broken(), texts(), handshakes()].into_iter().flatten() {
        let what = &case.what;
        let direct = answer(RawClient::plain(console.address), &case, "", "http");
        for (gateway, browser, _) in &places {
            let scheme = gateway.scheme();
            let through = answer(gateway.connect(), &case, &browser.cookie_line(), scheme);
            assert_eq!(direct.0, through.0, "{what}: status");
            assert_eq!(direct.1, through.1, "{what}: fields");
            assert!(
                direct.2 == through.2,
                "{what}: {} bytes without the gateway, {} with it\n{}\n{}",
                direct.2.len(),
                through.2.len(),
                show(&direct.2[..direct.2.len().min(300)]),
                show(&through.2[..through.2.len().min(300)])
            );
        }
        tried += 1;
    }
    assert!(tried > 130, "{tried} cases");
    // And the gateways are as they were.
    for (gateway, browser, _) in &places {
        let line = browser.cookie_line();
        let mut after = gateway.connect();
        let account = format!("GET {PAGES}/account HTTP/1.1\r\nHost: {HOST}\r\n{line}\r\n");
        after.send(account.as_bytes());
        assert_eq!(after.response().status, 200);
    }
}
