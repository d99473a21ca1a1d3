//! A minimal HTTP/2 client: frames written by hand, field sections as literals without Huffman coding.
//!
//! Of an answer it reads the status, the body, and how the stream ended.

use super::raw_client::RawClient;

const DATA: u8 = 0x0;
const HEADERS: u8 = 0x1;
const RST_STREAM: u8 = 0x3;
const SETTINGS: u8 = 0x4;
const PING: u8 = 0x6;
const GOAWAY: u8 = 0x7;

const END_STREAM: u8 = 0x1;
const END_HEADERS: u8 = 0x4;
const ACK: u8 = 0x1;

/// Whether a frame is the client's last one on its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Last {
    /// It carries `END_STREAM`.
    Yes,
    /// More follows.
    No,
}

impl Last {
    const fn flag(self) -> u8 {
        match self {
            Self::Yes => END_STREAM,
            Self::No => 0,
        }
    }
}

/// How a stream ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// With an answer.
    Answered {
        /// The status code.
        status: u16,
        /// The body.
        body: Vec<u8>,
    },
    /// With `RST_STREAM` and this error code.
    Reset(u32),
    /// With `GOAWAY` and this error code, or with the end of the connection (none).
    Gone(Option<u32>),
}

impl Ended {
    /// The status, if there was one.
    pub(crate) const fn status(&self) -> Option<u16> {
        match self {
            Self::Answered { status, .. } => Some(*status),
            Self::Reset(_) | Self::Gone(_) => None,
        }
    }
}

/// One connection.
pub(crate) struct H2Client {
    io: RawClient,
    next_stream: u32,
}

impl H2Client {
    /// Speaks HTTP/2 over a connection on which `h2` was agreed.
    pub(crate) fn over(mut io: RawClient) -> Self {
        io.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        // No dynamic table, no push: what arrives can be read field by field.
        let settings = [0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0];
        let mut client = Self { io, next_stream: 1 };
        client.frame(SETTINGS, 0, 0, &settings);
        client
    }

    /// Opens a stream with a field section; returns its number.
    pub(crate) fn open(&mut self, fields: &[(&str, &str)], last: Last) -> u32 {
        let bytes: Vec<_> =
            fields.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
        self.open_raw(&bytes, last)
    }

    /// The same with names and values that are not text.
    pub(crate) fn open_raw(&mut self, fields: &[(&[u8], &[u8])], last: Last) -> u32 {
        let stream = self.next_stream;
        self.next_stream += 2;
        self.section(stream, fields, last);
        stream
    }

    /// Sends a further field section: trailers.
    pub(crate) fn trailers(&mut self, stream: u32, fields: &[(&str, &str)]) {
        let bytes: Vec<_> =
            fields.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
        self.section(stream, &bytes, Last::Yes);
    }

    /// Sends a piece of the body.
    pub(crate) fn data(&mut self, stream: u32, bytes: &[u8], last: Last) {
        self.frame(DATA, last.flag(), stream, bytes);
    }

    /// Reads until the stream has ended.
    pub(crate) fn ended(&mut self, stream: u32) -> Ended {
        let mut status = 0;
        let mut body = Vec::new();
        loop {
            let Some((kind, flags, of, payload)) = self.read_frame() else {
                return Ended::Gone(None);
            };
            match kind {
                SETTINGS if flags & ACK == 0 => self.frame(SETTINGS, ACK, 0, &[]),
                PING if flags & ACK == 0 => self.frame(PING, ACK, 0, &payload),
                GOAWAY if last_stream(&payload) < stream || code(&payload[4..]) != 0 => {
                    return Ended::Gone(Some(code(&payload[4..])));
                }
                RST_STREAM if of == stream => return Ended::Reset(code(&payload)),
                HEADERS if of == stream && status < 200 => status = read_status(&payload),
                DATA if of == stream => body.extend(&payload),
                _ => {}
            }
            let closes = matches!(kind, HEADERS | DATA) && flags & END_STREAM != 0;
            if of == stream && closes {
                return Ended::Answered { status, body };
            }
        }
    }

    fn section(&mut self, stream: u32, fields: &[(&[u8], &[u8])], last: Last) {
        let mut block = Vec::new();
        for (name, value) in fields {
            // Literal field line without indexing, new name (RFC 7541 §6.2.2).
            block.push(0);
            literal(&mut block, name);
            literal(&mut block, value);
        }
        let flags = END_HEADERS | last.flag();
        self.frame(HEADERS, flags, stream, &block);
    }

    fn frame(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut frame = length[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        self.io.send(&frame);
    }

    fn read_frame(&mut self) -> Option<(u8, u8, u32, Vec<u8>)> {
        let head = self.io.exactly_or_end(9)?;
        let length = code(&[0, head[0], head[1], head[2]]);
        let stream = code(&head[5..]) & 0x7fff_ffff;
        let payload = self.io.exactly_or_end(usize::try_from(length).unwrap())?;
        Some((head[3], head[4], stream, payload))
    }
}

fn last_stream(goaway: &[u8]) -> u32 {
    code(goaway) & 0x7fff_ffff
}

fn code(bytes: &[u8]) -> u32 {
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

/// A string literal, plain octets (RFC 7541 §5.2).
fn literal(block: &mut Vec<u8>, bytes: &[u8]) {
    let mut length = bytes.len();
    if length < 127 {
        block.push(u8::try_from(length).unwrap());
    } else {
        block.push(127);
        length -= 127;
        while length >= 128 {
            block.push(u8::try_from(length % 128).unwrap() | 128);
            length /= 128;
        }
        block.push(u8::try_from(length).unwrap());
    }
    block.extend(bytes);
}

/// `:status`, which servers send first (RFC 9113 §8.3.2): indexed, or a literal of static name 8…14.
fn read_status(block: &[u8]) -> u16 {
    // A dynamic table size update may come before it (RFC 7541 §4.2).
    let block = block.strip_prefix(&[0x20]).unwrap_or(block);
    let known = [200, 204, 206, 304, 400, 404, 500];
    let first = block[0];
    if first & 0x80 != 0 {
        return known[usize::from(first & 0x7f) - 8];
    }
    let index = if first & 0x40 != 0 { first & 0x3f } else { first & 0x0f };
    assert!((8..=14).contains(&index), "no :status first: {block:02x?}");
    let length = usize::from(block[1] & 0x7f);
    let value = &block[2..2 + length];
    let text = if block[1] & 0x80 == 0 {
        String::from_utf8_lossy(value).into_owned()
    } else {
        unhuffman_digits(value)
    };
    text.parse().expect("a status code")
}

/// Three digits in HPACK's Huffman code (RFC 7541 appendix B): 0–2 take five bits, 3–9 six.
fn unhuffman_digits(bytes: &[u8]) -> String {
    let bits: Vec<u8> =
        bytes.iter().flat_map(|byte| (0..8).rev().map(move |shift| byte >> shift & 1)).collect();
    let number = |bits: &[u8]| bits.iter().fold(0_u8, |n, bit| n << 1 | bit);
    let mut digits = String::new();
    let mut at = 0;
    while digits.len() < 3 {
        let five = number(&bits[at..at + 5]);
        let digit = if five < 3 {
            at += 5;
            five
        } else {
            let six = number(&bits[at..at + 6]);
            at += 6;
            six - 0x19 + 3
        };
        digits.push(char::from(b'0' + digit));
    }
    digits
}

#[test]
fn a_status_is_read_in_each_form_that_servers_use() {
    // RFC 7541 C.6.1, C.6.2 and C.5.1, then an indexed one after a table size update.
    assert_eq!(read_status(&[0x48, 0x82, 0x64, 0x02]), 302);
    assert_eq!(read_status(&[0x48, 0x83, 0x64, 0x0e, 0xff]), 307);
    assert_eq!(read_status(&[0x48, 0x03, 0x33, 0x30, 0x32]), 302);
    assert_eq!(read_status(&[0x20, 0x88]), 200);
    assert_eq!(read_status(&[0x8c]), 400);
}
