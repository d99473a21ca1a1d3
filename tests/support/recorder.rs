//! A raw upstream: keeps every byte it was sent, per connection, and answers by a script.

use std::io::Read;
use std::io::Write;
use std::net::Shutdown;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::thread::JoinHandle;

use super::Latch;
use super::find;
use super::lock;
use super::show;
use super::waiting::announced;

/// One request as it arrived.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorded {
    /// Request line and header lines, with the empty line.
    pub(crate) head: Vec<u8>,
    /// The body, unframed.
    pub(crate) body: Vec<u8>,
    /// The body as framed on the wire.
    pub(crate) wire_body: Vec<u8>,
    /// Index of its connection.
    pub(crate) connection: usize,
}

impl Recorded {
    /// The method.
    pub(crate) fn method(&self) -> String {
        self.word(0)
    }

    /// The request target, byte for byte (shown lossily when it is not UTF-8).
    pub(crate) fn target(&self) -> String {
        self.word(1)
    }

    /// Every value of the header `name`, in any case.
    pub(crate) fn values(&self, name: &str) -> Vec<String> {
        self.fields()
            .into_iter()
            .filter(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect()
    }

    /// Header fields in order.
    pub(crate) fn fields(&self) -> Vec<(String, String)> {
        self.lines()
            .skip(1)
            .filter_map(|line| {
                let (name, value) = line.split_once(':')?;
                Some((name.to_owned(), value.trim().to_owned()))
            })
            .collect()
    }

    fn lines(&self) -> impl Iterator<Item = String> {
        let text = String::from_utf8_lossy(&self.head).into_owned();
        text.split("\r\n")
            .filter(|line| !line.is_empty())
            .map(ToOwned::to_owned)
            .collect::<Vec<_>>()
            .into_iter()
    }

    fn word(&self, index: usize) -> String {
        let line = self.lines().next().unwrap_or_default();
        line.split(' ').nth(index).unwrap_or_default().to_owned()
    }
}

/// One thing the upstream does after a request.
pub(crate) enum Step {
    /// Sends bytes.
    Send(Vec<u8>),
    /// Waits for the test.
    Wait(Latch),
    /// Closes the connection.
    Close,
    /// Sends back whatever arrives, until the other side closes.
    Echo,
}

/// What the upstream does with one request.
pub(crate) struct Answer(pub(crate) Vec<Step>);

impl Answer {
    /// 200 with a body and keep-alive.
    pub(crate) fn ok(request: &Recorded, body: &str) -> Self {
        Self::with(request, "", body)
    }

    /// 200 with further header lines (each ended by CRLF).
    pub(crate) fn with(request: &Recorded, headers: &str, body: &str) -> Self {
        let sent = if request.method() == "HEAD" { "" } else { body };
        let text = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n{headers}\r\n{sent}",
            body.len()
        );
        Self::raw(text.as_bytes())
    }

    /// Exactly these bytes; the connection stays open.
    pub(crate) fn raw(bytes: &[u8]) -> Self {
        Self(vec![Step::Send(bytes.to_vec())])
    }

    /// Exactly these bytes, then the connection is closed.
    pub(crate) fn raw_then_close(bytes: &[u8]) -> Self {
        Self(vec![Step::Send(bytes.to_vec()), Step::Close])
    }

    /// A 200, not before the latch opens.
    pub(crate) fn held(request: &Recorded, latch: &Latch, body: &str) -> Self {
        let mut steps = vec![Step::Wait(latch.clone())];
        steps.extend(Self::ok(request, body).0);
        Self(steps)
    }

    /// 101 with the right accept value, then an echo (RFC 6455 §4.2.2).
    pub(crate) fn tunnel(request: &Recorded) -> Self {
        let key = request.values("sec-websocket-key").first().cloned().unwrap_or_default();
        let text = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
        let digest = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
        let head = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {}\r\n\r\n",
            data_encoding::BASE64.encode(digest.as_ref())
        );
        Self(vec![Step::Send(head.into_bytes()), Step::Echo])
    }
}

#[derive(Default)]
struct Connection {
    raw: Vec<u8>,
    stream: Option<TcpStream>,
    closed: bool,
}

#[derive(Default)]
struct Log {
    connections: Vec<Connection>,
    requests: Vec<Recorded>,
    workers: Vec<JoinHandle<()>>,
    stopping: bool,
}

type Script = Box<dyn Fn(&Recorded) -> Answer + Send + Sync>;

struct Shared {
    log: Mutex<Log>,
    changed: Condvar,
    script: Script,
}

/// The upstream.
pub(crate) struct Recorder {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

impl Recorder {
    /// Answers everything with 200 and a small body.
    pub(crate) fn start() -> Self {
        Self::scripted(|request| Answer::ok(request, "from upstream"))
    }

    /// Answers as `script` says.
    pub(crate) fn scripted(script: impl Fn(&Recorded) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            log: Mutex::default(),
            changed: Condvar::new(),
            script: Box::new(script),
        });
        let accepting = Arc::clone(&shared);
        let acceptor = std::thread::spawn(move || accept(&listener, &accepting));
        Self { address, shared, acceptor: Some(acceptor) }
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every request so far, in order of arrival.
    pub(crate) fn requests(&self) -> Vec<Recorded> {
        lock(&self.shared.log).requests.clone()
    }

    /// The requests after the first `count`.
    pub(crate) fn requests_from(&self, count: usize) -> Vec<Recorded> {
        lock(&self.shared.log).requests[count..].to_vec()
    }

    /// How many requests arrived.
    pub(crate) fn count(&self) -> usize {
        lock(&self.shared.log).requests.len()
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        lock(&self.shared.log).connections.len()
    }

    /// Every byte that arrived on a connection.
    pub(crate) fn raw(&self, connection: usize) -> Vec<u8> {
        lock(&self.shared.log).connections[connection].raw.clone()
    }

    /// Every byte that arrived at all, connection by connection.
    pub(crate) fn all_raw(&self) -> Vec<u8> {
        let log = lock(&self.shared.log);
        log.connections.iter().flat_map(|c| c.raw.clone()).collect()
    }

    /// What arrived since `known` was brought up to date, connection by connection, each from so many bytes earlier.
    pub(crate) fn raw_since(&self, known: &mut Vec<usize>, earlier: usize) -> Vec<u8> {
        let log = lock(&self.shared.log);
        known.resize(log.connections.len(), 0);
        let mut news = Vec::new();
        for (connection, known) in log.connections.iter().zip(known) {
            news.extend_from_slice(&connection.raw[known.saturating_sub(earlier)..]);
            *known = connection.raw.len();
        }
        news
    }

    /// What arrived on a connection after its last whole request: the bytes of a request that was cut,
    /// or of a tunnel.
    pub(crate) fn unfinished(&self, connection: usize) -> Vec<u8> {
        let raw = self.raw(connection);
        let mut rest = raw.as_slice();
        while let Some((_, used)) = parse(rest) {
            rest = &rest[used..];
        }
        rest.to_vec()
    }

    /// Waits until `count` requests arrived in total.
    pub(crate) fn wait_for(&self, count: usize) -> Vec<Recorded> {
        self.wait_until("requests at the upstream", |log| log.requests.len() >= count);
        self.requests()
    }

    /// Waits until these bytes arrived on some connection.
    pub(crate) fn wait_for_bytes(&self, needle: &[u8]) {
        self.wait_until("such bytes at the upstream", |log| {
            log.connections.iter().any(|c| find(&c.raw, needle).is_some())
        });
    }

    /// Waits until the gateway has closed a connection.
    pub(crate) fn wait_closed(&self, connection: usize) {
        self.wait_until("closed upstream connection", |log| {
            log.connections.get(connection).is_some_and(|c| c.closed)
        });
    }

    fn wait_until(&self, what: &str, holds: impl Fn(&Log) -> bool) {
        let (log, in_time) = announced((&self.shared.log, &self.shared.changed), holds);
        let raw: Vec<_> = log.connections.iter().map(|c| show(&c.raw)).collect();
        drop(log);
        assert!(in_time, "no {what}; so far: {raw:#?}");
    }

    fn stop(&mut self) -> Vec<JoinHandle<()>> {
        {
            let mut log = lock(&self.shared.log);
            log.stopping = true;
            for connection in &log.connections {
                if let Some(stream) = &connection.stream {
                    // It may be closed already.
                    drop(stream.shutdown(Shutdown::Both));
                }
            }
        }
        // Wakes the acceptor; when that fails it is gone already.
        drop(TcpStream::connect(self.address));
        let mut threads: Vec<_> = self.acceptor.take().into_iter().collect();
        threads.append(&mut lock(&self.shared.log).workers);
        threads
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        for thread in self.stop() {
            if let Err(panic) = thread.join()
                && !std::thread::panicking()
            {
                std::panic::resume_unwind(panic);
            }
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    loop {
        let (stream, _) = listener.accept().unwrap();
        let mut log = lock(&shared.log);
        if log.stopping {
            return;
        }
        let index = log.connections.len();
        log.connections
            .push(Connection { stream: stream.try_clone().ok(), ..Connection::default() });
        let worker = Arc::clone(shared);
        log.workers.push(std::thread::spawn(move || {
            let shared = &worker;
            let _closing = Closing { shared, index };
            serve(shared, index, stream);
        }));
        shared.changed.notify_all();
    }
}

/// Marks a connection closed when its worker ends, by a panic too.
struct Closing<'a> {
    shared: &'a Shared,
    index: usize,
}

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        let mut log = lock(&self.shared.log);
        log.connections[self.index].closed = true;
        // Our copy of the handle must not keep the connection open.
        log.connections[self.index].stream = None;
        self.shared.changed.notify_all();
    }
}

fn serve(shared: &Shared, index: usize, mut stream: TcpStream) {
    let mut pending = Vec::new();
    while let Some(request) = next_request(shared, index, &mut stream, &mut pending) {
        let answer = (shared.script)(&request);
        lock(&shared.log).requests.push(request);
        shared.changed.notify_all();
        for step in answer.0 {
            let goes_on = match step {
                Step::Send(bytes) => stream.write_all(&bytes).is_ok(),
                Step::Wait(latch) => latch.wait(|| !lock(&shared.log).stopping),
                Step::Close => false,
                Step::Echo => echo(shared, index, &mut stream),
            };
            if !goes_on {
                drop(stream.shutdown(Shutdown::Both));
                return;
            }
        }
    }
}

fn echo(shared: &Shared, index: usize, stream: &mut TcpStream) -> bool {
    while let Some(bytes) = receive(shared, index, stream) {
        if stream.write_all(&bytes).is_err() {
            break;
        }
    }
    false
}

fn next_request(
    shared: &Shared,
    index: usize,
    stream: &mut TcpStream,
    pending: &mut Vec<u8>,
) -> Option<Recorded> {
    loop {
        if let Some((mut request, used)) = parse(pending) {
            pending.drain(..used);
            request.connection = index;
            return Some(request);
        }
        pending.extend(receive(shared, index, stream)?);
    }
}

fn receive(shared: &Shared, index: usize, stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut buffer = vec![0_u8; 64 * 1024];
    let read = stream.read(&mut buffer).ok().filter(|&n| n > 0)?;
    buffer.truncate(read);
    lock(&shared.log).connections[index].raw.extend(&buffer);
    shared.changed.notify_all();
    Some(buffer)
}

/// The first whole request in `bytes` and its length; none: more is needed.
fn parse(bytes: &[u8]) -> Option<(Recorded, usize)> {
    let head_end = find(bytes, b"\r\n\r\n")? + 4;
    let mut request = Recorded { head: bytes[..head_end].to_vec(), ..Recorded::default() };
    let rest = &bytes[head_end..];
    let length = request.values("content-length").first().and_then(|value| value.parse().ok());
    let used = if request.values("transfer-encoding").is_empty() {
        let used = length.unwrap_or(0);
        request.body = rest.get(..used)?.to_vec();
        used
    } else {
        let (body, used) = unchunk(rest)?;
        request.body = body;
        used
    };
    request.wire_body = rest[..used].to_vec();
    Some((request, head_end + used))
}

/// The content of a chunked body and its length on the wire (RFC 9112 §7.1); none: more is needed.
pub(crate) fn unchunk(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let mut body = Vec::new();
    let mut at = 0;
    loop {
        let line_end = at + find(bytes.get(at..)?, b"\r\n")?;
        let line = String::from_utf8_lossy(&bytes[at..line_end]).into_owned();
        let digits = line.split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(digits.trim(), 16).expect("a chunk size");
        at = line_end + 2;
        if size == 0 {
            // Trailers, if any, end with an empty line.
            loop {
                let line_end = at + find(bytes.get(at..)?, b"\r\n")?;
                let empty = line_end == at;
                at = line_end + 2;
                if empty {
                    return Some((body, at));
                }
            }
        }
        body.extend(bytes.get(at..at + size)?);
        bytes.get(at + size..at + size + 2)?;
        at += size + 2;
    }
}
