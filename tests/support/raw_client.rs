//! A raw client: sends bytes as they are, reads one answer at a time, sees whether the connection ends.

use std::io;
use std::io::Read;
use std::io::Write;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::ClientConnection;
use rustls::RootCertStore;
use rustls::StreamOwned;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::ServerName;

use super::DEADLINE;
use super::find;
use super::recorder::unchunk;
use super::show;

/// Where a connection comes from, and what it begins with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Way {
    /// An address of this machine; none: the usual one.
    pub(crate) source: Option<Ipv4Addr>,
    /// Goes ahead of everything, TLS included: to the listener where that is due.
    pub(crate) preamble: Option<Vec<u8>>,
}

impl Way {
    /// From `127.0.0.n`.
    pub(crate) const fn from(n: u8) -> Self {
        Self { source: Some(Ipv4Addr::new(127, 0, 0, n)), preamble: None }
    }

    /// The same with this ahead.
    pub(crate) fn saying(n: u8, preamble: impl Into<Vec<u8>>) -> Self {
        Self { preamble: Some(preamble.into()), ..Self::from(n) }
    }

    /// The bare connection.
    pub(crate) fn connect(&self, address: SocketAddr) -> TcpStream {
        let mut tcp = self.source.map_or_else(
            || TcpStream::connect_timeout(&address, DEADLINE).unwrap(),
            |source| {
                let kind = rustix::net::SocketType::STREAM;
                let socket =
                    rustix::net::socket(rustix::net::AddressFamily::INET, kind, None).unwrap();
                rustix::net::bind(&socket, &SocketAddr::from((source, 0))).unwrap();
                rustix::net::connect(&socket, &address).unwrap();
                TcpStream::from(socket)
            },
        );
        tcp.set_read_timeout(Some(DEADLINE)).unwrap();
        tcp.set_write_timeout(Some(DEADLINE)).unwrap();
        tcp.set_nodelay(true).unwrap();
        // Who is not let in may have been reset already.
        drop(tcp.write_all(self.preamble.as_deref().unwrap_or_default()));
        tcp
    }
}

/// How to speak TLS to the gateway.
#[derive(Clone, Debug)]
pub(crate) struct Trust {
    /// The only root.
    pub(crate) root: CertificateDer<'static>,
    /// Server name, sent as SNI.
    pub(crate) name: String,
    /// Protocols offered, by preference.
    pub(crate) alpn: Vec<Vec<u8>>,
}

enum Io {
    Plain(TcpStream),
    Local(UnixStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

/// One connection.
pub(crate) struct RawClient {
    io: Io,
    pending: Vec<u8>,
    ended: bool,
}

/// One answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Response {
    /// Status code.
    pub(crate) status: u16,
    /// Header fields in order.
    pub(crate) fields: Vec<(String, String)>,
    /// The body, unframed.
    pub(crate) body: Vec<u8>,
    /// Informational answers that came before (RFC 9110 §15.2).
    pub(crate) interim: Vec<u16>,
    /// Fields after the body, on HTTP/2.
    pub(crate) trailers: Vec<(String, String)>,
}

impl Response {
    /// The value of a header that occurs once.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let all = self.all(name);
        assert!(all.len() < 2, "{name} occurs {} times: {all:?}", all.len());
        all.first().copied()
    }

    /// Every value of a header.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.fields
            .iter()
            .filter(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl RawClient {
    /// A plain connection.
    pub(crate) fn plain(address: SocketAddr) -> Self {
        Self::plain_by(&Way::default(), address)
    }

    /// The same by another way.
    pub(crate) fn plain_by(way: &Way, address: SocketAddr) -> Self {
        Self::over(Io::Plain(way.connect(address)))
    }

    /// A connection to a socket of this machine; none when nobody listens there.
    pub(crate) fn local(path: &Path) -> Option<Self> {
        let stream = UnixStream::connect(path).ok()?;
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream.set_write_timeout(Some(DEADLINE)).unwrap();
        Some(Self::over(Io::Local(stream)))
    }

    /// A TLS connection; panics when the handshake fails.
    pub(crate) fn tls(address: SocketAddr, trust: &Trust) -> Self {
        Self::try_tls(address, trust).expect("TLS handshake")
    }

    /// A TLS connection; none when the handshake fails.
    pub(crate) fn try_tls(address: SocketAddr, trust: &Trust) -> Option<Self> {
        Self::try_tls_by(&Way::default(), address, trust)
    }

    /// The same by another way.
    pub(crate) fn try_tls_by(way: &Way, address: SocketAddr, trust: &Trust) -> Option<Self> {
        Self::handshake(way, address, trust, None)
    }

    /// The same, showing a certificate of the client's with its key.
    pub(crate) fn try_tls_showing(
        address: SocketAddr,
        trust: &Trust,
        shown: Option<&(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
    ) -> Option<Self> {
        Self::handshake(&Way::default(), address, trust, shown)
    }

    fn handshake(
        way: &Way,
        address: SocketAddr,
        trust: &Trust,
        shown: Option<&(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
    ) -> Option<Self> {
        let mut roots = RootCertStore::empty();
        roots.add(trust.root.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let mut config = match shown {
            Some((chain, key)) => {
                builder.with_client_auth_cert(chain.clone(), key.clone_key()).unwrap()
            }
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols.clone_from(&trust.alpn);
        let name = ServerName::try_from(trust.name.clone()).unwrap();
        let mut tls = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut tcp = way.connect(address);
        while tls.is_handshaking() {
            tls.complete_io(&mut tcp).ok()?;
        }
        Some(Self::over(Io::Tls(Box::new(StreamOwned::new(tls, tcp)))))
    }

    const fn over(io: Io) -> Self {
        Self { io, pending: Vec::new(), ended: false }
    }

    /// Sends bytes. A peer that closed meanwhile is no error: its answer is what counts.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        let sent = match &mut self.io {
            Io::Plain(tcp) => tcp.write_all(bytes).and_then(|()| tcp.flush()),
            Io::Local(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
            Io::Tls(tls) => tls.write_all(bytes).and_then(|()| tls.flush()),
        };
        if let Err(error) = sent {
            assert!(is_end(&error), "sending failed: {error}");
        }
    }

    /// Reads one final answer to a request whose method was not HEAD.
    pub(crate) fn response(&mut self) -> Response {
        self.response_to("GET")
    }

    /// Reads one final answer.
    pub(crate) fn response_to(&mut self, method: &str) -> Response {
        self.answer_to(method).expect("an answer, not a closed connection")
    }

    /// Reads one final answer; none when the connection ended before it.
    pub(crate) fn answer_to(&mut self, method: &str) -> Option<Response> {
        let mut interim = Vec::new();
        loop {
            let mut response = self.head()?;
            if (100..200).contains(&response.status) && response.status != 101 {
                interim.push(response.status);
                continue;
            }
            response.body = self.body(&response, method);
            response.interim = interim;
            return Some(response);
        }
    }

    /// Reads the head of an answer only; none when the connection ended before a byte of it.
    pub(crate) fn head(&mut self) -> Option<Response> {
        let end = loop {
            if let Some(end) = find(&self.pending, b"\r\n\r\n") {
                break end + 4;
            }
            if !self.fill() {
                assert!(self.pending.is_empty(), "half an answer: {}", show(&self.pending));
                return None;
            }
        };
        let head: Vec<u8> = self.pending.drain(..end).collect();
        Some(parse_head(&String::from_utf8_lossy(&head)))
    }

    fn body(&mut self, response: &Response, method: &str) -> Vec<u8> {
        if method == "HEAD" || matches!(response.status, 101 | 204 | 304) {
            return Vec::new();
        }
        if response.header("transfer-encoding").is_some() {
            loop {
                if let Some((body, used)) = unchunk(&self.pending) {
                    self.pending.drain(..used);
                    return body;
                }
                assert!(self.fill(), "cut chunked body: {}", show(&self.pending));
            }
        }
        if let Some(length) = response.header("content-length") {
            let length: usize = length.parse().expect("one decimal Content-Length");
            return self.exactly(length);
        }
        while self.fill() {}
        std::mem::take(&mut self.pending)
    }

    /// Reads exactly so many bytes.
    pub(crate) fn exactly(&mut self, length: usize) -> Vec<u8> {
        while self.pending.len() < length {
            assert!(self.fill(), "cut after {} bytes", self.pending.len());
        }
        self.pending.drain(..length).collect()
    }

    /// Reads exactly so many bytes and gives them away as they come.
    pub(crate) fn pass(&mut self, mut length: u64, mut take: impl FnMut(&[u8])) {
        while length > 0 {
            assert!(!self.pending.is_empty() || self.fill(), "cut {length} bytes before the end");
            let now = usize::try_from(length).unwrap_or(usize::MAX).min(self.pending.len());
            take(&self.pending[..now]);
            self.pending.drain(..now);
            length -= u64::try_from(now).unwrap();
        }
    }

    /// Reads exactly so many bytes; none when the connection ends first.
    pub(crate) fn exactly_or_end(&mut self, length: usize) -> Option<Vec<u8>> {
        while self.pending.len() < length {
            if !self.fill() {
                return None;
            }
        }
        Some(self.pending.drain(..length).collect())
    }

    /// Reads until `needle` has arrived and returns everything up to its end.
    pub(crate) fn until(&mut self, needle: &[u8]) -> Vec<u8> {
        loop {
            if let Some(at) = find(&self.pending, needle) {
                return self.pending.drain(..at + needle.len()).collect();
            }
            assert!(self.fill(), "ended before {}: {}", show(needle), show(&self.pending));
        }
    }

    /// Reads to the end of the connection and returns what came; none when it does not end.
    pub(crate) fn rest(&mut self) -> Option<Vec<u8>> {
        while !self.ended {
            match self.try_fill() {
                Ok(_) => {}
                Err(error) if is_timeout(&error) => return None,
                Err(error) => panic!("reading failed: {error}"),
            }
        }
        Some(std::mem::take(&mut self.pending))
    }

    /// Whether the gateway closes now, without another byte.
    pub(crate) fn is_closed(&mut self) -> bool {
        self.rest().is_some_and(|rest| {
            assert!(rest.is_empty(), "bytes after the answer: {}", show(&rest));
            true
        })
    }

    /// Reads some more; false at the end.
    fn fill(&mut self) -> bool {
        match self.try_fill() {
            Ok(more) => more,
            Err(error) => panic!("nothing more arrived ({error}): {}", show(&self.pending)),
        }
    }

    fn try_fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let mut buffer = vec![0_u8; 64 * 1024];
        let read = match &mut self.io {
            Io::Plain(tcp) => tcp.read(&mut buffer),
            Io::Local(stream) => stream.read(&mut buffer),
            Io::Tls(tls) => tls.read(&mut buffer),
        };
        match read {
            Ok(0) => self.ended = true,
            Ok(n) => self.pending.extend(&buffer[..n]),
            Err(error) if is_end(&error) => self.ended = true,
            Err(error) => return Err(error),
        }
        Ok(!self.ended)
    }
}

fn parse_head(head: &str) -> Response {
    let mut lines = head.split("\r\n").filter(|line| !line.is_empty());
    let status_line = lines.next().unwrap_or_default();
    let status = status_line
        .strip_prefix("HTTP/1.1 ")
        .or_else(|| status_line.strip_prefix("HTTP/1.0 "))
        .and_then(|rest| rest.get(..3))
        .and_then(|digits| digits.parse().ok())
        .unwrap_or_else(|| panic!("not a status line: {status_line:?}"));
    let fields = lines
        .map(|line| {
            let (name, value) = line.split_once(':').expect("a header line");
            (name.to_owned(), value.trim().to_owned())
        })
        .collect();
    Response { status, fields, ..Response::default() }
}

fn is_end(error: &io::Error) -> bool {
    [
        io::ErrorKind::ConnectionReset,
        io::ErrorKind::ConnectionAborted,
        io::ErrorKind::BrokenPipe,
        io::ErrorKind::UnexpectedEof,
        io::ErrorKind::NotConnected,
        // A TLS alert.
        io::ErrorKind::InvalidData,
    ]
    .contains(&error.kind())
}

fn is_timeout(error: &io::Error) -> bool {
    [io::ErrorKind::WouldBlock, io::ErrorKind::TimedOut].contains(&error.kind())
}
