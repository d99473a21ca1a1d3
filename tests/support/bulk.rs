//! A console of large bodies: sends as many bytes as it is asked for, takes as many as it is sent, and keeps
//! none. What travels is a pattern, so that a byte lost, doubled or moved is noticed.

use std::io::Read;
use std::io::Write;
use std::net::Shutdown;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Mutex;
use std::thread::JoinHandle;

use super::find;
use super::lock;

/// Length of the pattern: a prime, so that it never lines up with a buffer.
const PERIOD: usize = 65_521;

/// The pattern, twice: a piece from anywhere within it is one slice.
pub(crate) fn pattern() -> Vec<u8> {
    let octet = |at: usize| u8::try_from((at % PERIOD) * 31 % 251).unwrap();
    (0..2 * PERIOD).map(octet).collect()
}

/// Compares what passes with the pattern.
#[derive(Debug)]
pub(crate) struct Comparison {
    pattern: Vec<u8>,
    /// Bytes seen so far.
    pub(crate) length: u64,
    /// All of them were right.
    pub(crate) right: bool,
}

impl Comparison {
    /// Of nothing yet.
    pub(crate) fn new() -> Self {
        Self { pattern: pattern(), length: 0, right: true }
    }

    /// Takes the next piece.
    pub(crate) fn take(&mut self, mut piece: &[u8]) {
        while !piece.is_empty() {
            let at = usize::try_from(self.length % u64::try_from(PERIOD).unwrap()).unwrap();
            let (now, rest) = piece.split_at(piece.len().min(PERIOD));
            self.right &= self.pattern[at..at + now.len()] == *now;
            self.length += u64::try_from(now.len()).unwrap();
            piece = rest;
        }
    }
}

/// The pattern's pieces, one after the other, up to `length` bytes; false when `send` wants no more.
pub(crate) fn pieces(length: u64, mut send: impl FnMut(&[u8]) -> bool) -> bool {
    let pattern = pattern();
    let period = u64::try_from(PERIOD).unwrap();
    let mut done = 0;
    while done < length {
        let piece = usize::try_from(period.min(length - done)).unwrap();
        if !send(&pattern[..piece]) {
            return false;
        }
        done += u64::try_from(piece).unwrap();
    }
    true
}

/// The console: `GET /down/N` sends N bytes, a body sent to `/up` is answered with its length, and whether
/// it was the pattern.
pub(crate) struct Bulk {
    address: SocketAddr,
    open: Arc<Mutex<(bool, Vec<TcpStream>)>>,
    acceptor: Option<JoinHandle<()>>,
}

impl Bulk {
    /// Listens.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let open: Arc<Mutex<(bool, Vec<TcpStream>)>> = Arc::default();
        let known = Arc::clone(&open);
        let acceptor = std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut known = lock(&known);
                if known.0 {
                    return;
                }
                known.1.extend(stream.try_clone());
                // It ends with its connection.
                drop(std::thread::spawn(move || serve(stream)));
            }
        });
        Self { address, open, acceptor: Some(acceptor) }
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Bulk {
    fn drop(&mut self) {
        lock(&self.open).0 = true;
        for stream in &lock(&self.open).1 {
            // It may be closed already.
            drop(stream.shutdown(Shutdown::Both));
        }
        drop(TcpStream::connect(self.address));
        if let Some(acceptor) = self.acceptor.take() {
            drop(acceptor.join());
        }
    }
}

struct Incoming {
    stream: TcpStream,
    pending: Vec<u8>,
    at: usize,
}

impl Incoming {
    /// The next line or head, up to and with `end`.
    fn until(&mut self, end: &[u8]) -> Option<String> {
        loop {
            if let Some(found) = find(&self.pending[self.at..], end) {
                let to = self.at + found + end.len();
                let text = String::from_utf8_lossy(&self.pending[self.at..to]).into_owned();
                self.at = to;
                return Some(text);
            }
            self.fill()?;
        }
    }

    fn fill(&mut self) -> Option<()> {
        let mut buffer = vec![0; 256 * 1024];
        let read = self.stream.read(&mut buffer).ok().filter(|&n| n > 0)?;
        self.pending.drain(..self.at);
        self.at = 0;
        self.pending.extend(&buffer[..read]);
        Some(())
    }

    fn exactly(&mut self, mut length: u64, body: &mut Comparison) -> Option<()> {
        while length > 0 {
            if self.at == self.pending.len() {
                self.fill()?;
            }
            let waiting = &self.pending[self.at..];
            let now = usize::try_from(length).unwrap_or(usize::MAX).min(waiting.len());
            body.take(&waiting[..now]);
            self.at += now;
            length -= u64::try_from(now).unwrap();
        }
        Some(())
    }
}

fn serve(stream: TcpStream) -> Option<()> {
    let mut out = stream.try_clone().ok()?;
    let mut incoming = Incoming { stream, pending: Vec::new(), at: 0 };
    loop {
        let head = incoming.until(b"\r\n\r\n")?.to_ascii_lowercase();
        let target = head.split(' ').nth(1).unwrap_or_default();
        if let Some(length) = target.strip_prefix("/down/").and_then(|n| n.parse::<u64>().ok()) {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
            out.write_all(head.as_bytes()).ok()?;
            pieces(length, |piece| out.write_all(piece).is_ok()).then_some(())?;
            continue;
        }
        let mut body = Comparison::new();
        if let Some(length) = field(&head, "content-length") {
            incoming.exactly(length.parse().ok()?, &mut body)?;
        } else if field(&head, "transfer-encoding").is_some() {
            loop {
                let line = incoming.until(b"\r\n")?;
                let size = u64::from_str_radix(line.trim_end(), 16).ok()?;
                incoming.exactly(size, &mut body)?;
                incoming.until(b"\r\n")?;
                if size == 0 {
                    break;
                }
            }
        }
        let text = format!("{} {}", body.length, if body.right { "right" } else { "wrong" });
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", text.len());
        out.write_all(format!("{head}{text}").as_bytes()).ok()?;
    }
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.split("\r\n").find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(':')?.trim()))
}
