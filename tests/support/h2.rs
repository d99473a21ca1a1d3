//! A minimal HTTP/2 client: frames written by hand, so that a test can write wrong ones.
//!
//! What is right is short to write ([`H2Client::open`], [`H2Client::data`], [`H2Client::ended`]); what is
//! wrong is written with [`H2Client::frame`] and the constants below.

use super::hpack;
use super::raw_client::RawClient;
use super::raw_client::Response;

/// Type of a frame (RFC 9113 §6).
pub(crate) const DATA: u8 = 0x0;
/// A field section begins.
pub(crate) const HEADERS: u8 = 0x1;
/// Which stream matters more; obsolete.
pub(crate) const PRIORITY: u8 = 0x2;
/// A stream is given up.
pub(crate) const RST_STREAM: u8 = 0x3;
/// Settings of the connection.
pub(crate) const SETTINGS: u8 = 0x4;
/// A question whether the other side lives.
pub(crate) const PING: u8 = 0x6;
const GOAWAY: u8 = 0x7;
/// More may be sent.
pub(crate) const WINDOW_UPDATE: u8 = 0x8;
/// A field section goes on.
pub(crate) const CONTINUATION: u8 = 0x9;

/// The stream ends with this frame.
pub(crate) const END_STREAM: u8 = 0x1;
/// The field section ends with this frame.
pub(crate) const END_HEADERS: u8 = 0x4;
/// The payload begins with the length of its padding, which stands at the end.
pub(crate) const PADDED: u8 = 0x8;
const ACK: u8 = 0x1;

/// Setting: bytes a peer may send on a stream before it is told to go on.
const INITIAL_WINDOW_SIZE: u16 = 4;

/// Bytes of the largest frame that every peer takes.
const FRAME: usize = 16 * 1024;

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
    Answered(Response),
    /// With `RST_STREAM` and this error code.
    Reset(u32),
    /// With `GOAWAY` and this error code, or with the end of the connection (none).
    Gone(Option<u32>),
}

impl Ended {
    /// The status, if there was one.
    pub(crate) fn status(&self) -> Option<u16> {
        self.answer().map(|answer| answer.status)
    }

    /// The answer, if there was one.
    pub(crate) const fn answer(&self) -> Option<&Response> {
        match self {
            Self::Answered(answer) => Some(answer),
            Self::Reset(_) | Self::Gone(_) => None,
        }
    }
}

/// A frame as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// Its type.
    pub(crate) kind: u8,
    /// Its flags.
    pub(crate) flags: u8,
    /// Its stream.
    pub(crate) stream: u32,
    /// What it carries.
    pub(crate) payload: Vec<u8>,
}

/// A body under way.
#[derive(Debug)]
pub(crate) struct Upload {
    stream: u32,
    /// What may still be sent on the stream, and what it began with.
    open: i64,
    initial: i64,
}

/// One connection.
pub(crate) struct H2Client {
    io: RawClient,
    next_stream: u32,
    /// What may still be sent on the connection, and on a new stream.
    window: i64,
    stream_window: i64,
    /// Whether the peer has said that it takes no new streams.
    told_to_go: bool,
}

impl H2Client {
    /// Speaks HTTP/2 over a connection on which `h2` was agreed.
    pub(crate) fn over(mut io: RawClient) -> Self {
        io.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        // No dynamic table, no push: what arrives can be read field by field.
        let settings = [0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0];
        let mut client =
            Self { io, next_stream: 1, window: 65_535, stream_window: 65_535, told_to_go: false };
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
        let stream = self.new_stream();
        self.frame(HEADERS, END_HEADERS | last.flag(), stream, &hpack::section(fields));
        stream
    }

    /// The number of a new stream, for frames written by hand.
    pub(crate) const fn new_stream(&mut self) -> u32 {
        let stream = self.next_stream;
        self.next_stream += 2;
        stream
    }

    /// Sends a further field section: trailers.
    pub(crate) fn trailers(&mut self, stream: u32, fields: &[(&str, &str)]) {
        let bytes: Vec<_> =
            fields.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
        self.frame(HEADERS, END_HEADERS | END_STREAM, stream, &hpack::section(&bytes));
    }

    /// Sends a piece of the body as one frame, whatever the window says.
    pub(crate) fn data(&mut self, stream: u32, bytes: &[u8], last: Last) {
        self.frame(DATA, last.flag(), stream, bytes);
    }

    /// What may be sent on a stream that was just opened.
    pub(crate) const fn upload(&self, stream: u32) -> Upload {
        Upload { stream, open: self.stream_window, initial: self.stream_window }
    }

    /// Sends a piece of a large body as fast as the other side takes it; how the stream ended, if it did
    /// meanwhile.
    pub(crate) fn send_piece(&mut self, upload: &mut Upload, bytes: &[u8]) -> Option<Ended> {
        for piece in bytes.chunks(FRAME) {
            let length = i64::try_from(piece.len()).unwrap();
            while upload.open < length || self.window < length {
                let Some(frame) = self.read_frame() else {
                    return Some(Ended::Gone(None));
                };
                // Settings change the window of open streams too (RFC 9113 §6.9.2).
                upload.open += self.stream_window - upload.initial;
                upload.initial = self.stream_window;
                match frame.kind {
                    WINDOW_UPDATE if frame.stream == upload.stream => {
                        upload.open += i64::from(code(&frame.payload));
                    }
                    RST_STREAM if frame.stream == upload.stream => {
                        return Some(Ended::Reset(code(&frame.payload)));
                    }
                    _ => {}
                }
            }
            self.frame(DATA, 0, upload.stream, piece);
            upload.open -= length;
            self.window -= length;
        }
        None
    }

    /// Reads until the stream has ended.
    pub(crate) fn ended(&mut self, stream: u32) -> Ended {
        self.ended_with(stream, |body, piece| body.extend(piece))
    }

    /// The same, with every piece of the body given away as it comes.
    pub(crate) fn ended_with(
        &mut self,
        stream: u32,
        mut take: impl FnMut(&mut Vec<u8>, &[u8]),
    ) -> Ended {
        let mut answer = Response::default();
        let mut block = Vec::new();
        let mut ends = false;
        loop {
            let Some(frame) = self.read_frame() else {
                return Ended::Gone(None);
            };
            match frame.kind {
                GOAWAY => {
                    let error = code(&frame.payload[4..]);
                    let last = code(&frame.payload) & 0x7fff_ffff;
                    if last < stream || error != 0 {
                        return Ended::Gone(Some(error));
                    }
                }
                RST_STREAM if frame.stream == stream => {
                    return Ended::Reset(code(&frame.payload));
                }
                DATA if frame.stream == stream => {
                    let piece = unpadded(&frame);
                    self.took(stream, frame.payload.len());
                    take(&mut answer.body, piece);
                    ends = frame.flags & END_STREAM != 0;
                }
                HEADERS | CONTINUATION if frame.stream == stream => {
                    ends |= frame.kind == HEADERS && frame.flags & END_STREAM != 0;
                    block.extend(unpadded(&frame));
                    if frame.flags & END_HEADERS == 0 {
                        continue;
                    }
                    note(&mut answer, hpack::read(&std::mem::take(&mut block)));
                }
                _ => {}
            }
            if ends {
                return Ended::Answered(answer);
            }
        }
    }

    /// Reads until the peer says that it takes no new streams, unless it has said so already, before an answer ended.
    pub(crate) fn told_to_go(&mut self) {
        while !self.told_to_go {
            self.read_frame().expect("GOAWAY, not the end");
        }
    }

    /// Allows the other side to send as much again.
    fn took(&mut self, stream: u32, bytes: usize) {
        if bytes > 0 {
            let more = u32::try_from(bytes).unwrap().to_be_bytes();
            self.frame(WINDOW_UPDATE, 0, 0, &more);
            self.frame(WINDOW_UPDATE, 0, stream, &more);
        }
    }

    /// Writes a frame.
    pub(crate) fn frame(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut frame = length[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        self.io.send(&frame);
    }

    /// Reads a frame; answers settings and pings, and notes windows, on the way.
    pub(crate) fn read_frame(&mut self) -> Option<Frame> {
        let head = self.io.exactly_or_end(9)?;
        let length = code(&[0, head[0], head[1], head[2]]);
        let stream = code(&head[5..]) & 0x7fff_ffff;
        let payload = self.io.exactly_or_end(usize::try_from(length).unwrap())?;
        let frame = Frame { kind: head[3], flags: head[4], stream, payload };
        match frame.kind {
            SETTINGS if frame.flags & ACK == 0 => {
                for setting in frame.payload.chunks(6) {
                    if u16::from_be_bytes([setting[0], setting[1]]) == INITIAL_WINDOW_SIZE {
                        self.stream_window = i64::from(code(&setting[2..]));
                    }
                }
                self.frame(SETTINGS, ACK, 0, &[]);
            }
            PING if frame.flags & ACK == 0 => self.frame(PING, ACK, 0, &frame.payload),
            GOAWAY => self.told_to_go = true,
            WINDOW_UPDATE if frame.stream == 0 => {
                self.window += i64::from(code(&frame.payload));
            }
            _ => {}
        }
        Some(frame)
    }
}

/// What a frame carries, without its padding and priority.
fn unpadded(frame: &Frame) -> &[u8] {
    const PRIORITY: u8 = 0x20;
    let mut payload = frame.payload.as_slice();
    if frame.kind != CONTINUATION && frame.flags & PADDED != 0 {
        let padding = usize::from(payload[0]);
        payload = &payload[1..payload.len() - padding];
    }
    if frame.kind == HEADERS && frame.flags & PRIORITY != 0 {
        payload = &payload[5..];
    }
    payload
}

/// Adds a field section to an answer: interim, final, or trailers.
fn note(answer: &mut Response, mut fields: Vec<hpack::Field>) {
    let status = fields.iter().position(|(name, _)| name == ":status");
    let Some(at) = status else {
        answer.trailers = fields;
        return;
    };
    let (_, value) = fields.remove(at);
    let status = value.parse().expect("a status code");
    if (100..200).contains(&status) {
        answer.interim.push(status);
    } else {
        answer.status = status;
        answer.fields = fields;
    }
}

fn code(bytes: &[u8]) -> u32 {
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}
