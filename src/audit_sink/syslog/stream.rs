//! A connection to a receiver, in the clear or in TLS.

use std::io;
use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::ClientConnection;
use rustls::RootCertStore;
use rustls::StreamOwned;
use rustls::crypto::ring;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::ServerName;
use tokio::time::Instant;

use super::Host;

/// A connection.
pub(super) enum Stream {
    Clear(Timed),
    Tls(Box<StreamOwned<ClientConnection, Timed>>),
}

/// A connection on which everything must be done by a moment: a receiver that takes a byte now and then is one that takes
/// nothing.
pub(super) struct Timed {
    socket: TcpStream,
    by: Instant,
}

impl Timed {
    /// What is left; an error when that is nothing.
    fn left(&self) -> io::Result<Option<Duration>> {
        let left = self.by.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(Some(left)) }
    }
}

impl io::Read for Timed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(self.left()?)?;
        self.socket.read(into)
    }
}

impl io::Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(self.left()?)?;
        self.socket.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

impl Stream {
    pub(super) fn open(host: &Host, by: Instant) -> io::Result<Self> {
        connect(host, by).map(Self::Clear)
    }

    pub(super) fn open_in_tls(
        host: &Host,
        authorities: &[Vec<u8>],
        by: Instant,
    ) -> io::Result<Self> {
        let name = ServerName::try_from(host.name.clone()).map_err(io::Error::other)?;
        let config = Arc::new(client_config(authorities)?);
        let client = ClientConnection::new(config, name).map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(client, connect(host, by)?);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        Ok(Self::Tls(Box::new(stream)))
    }

    /// Sends all of it by that moment; an error where the receiver is found to have gone meanwhile.
    pub(super) fn send(&mut self, bytes: &[u8], by: Instant) -> io::Result<()> {
        match self {
            Self::Clear(stream) => {
                stream.by = by;
                stream.write_all(bytes).and_then(|()| stream.flush())?;
            }
            Self::Tls(stream) => {
                stream.sock.by = by;
                stream.write_all(bytes).and_then(|()| stream.flush())?;
            }
        }
        if self.is_over() { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
    }

    /// Whether the receiver has closed it: syslog says nothing, so the end is all there is to read.
    pub(super) fn is_over(&mut self) -> bool {
        let over = self.look();
        !matches!(over, Ok(false))
    }

    fn look(&mut self) -> io::Result<bool> {
        match self {
            Self::Clear(stream) => without_waiting(&stream.socket, |mut stream| {
                let mut heard = [0; 256];
                while stream.read(&mut heard)? > 0 {}
                Ok(true)
            }),
            Self::Tls(stream) => {
                let StreamOwned { conn, sock, .. } = stream.as_mut();
                without_waiting(&sock.socket, |mut sock| {
                    while conn.read_tls(&mut sock)? > 0 {
                        let state = conn.process_new_packets().map_err(io::Error::other)?;
                        if state.peer_has_closed() {
                            return Ok(true);
                        }
                    }
                    Ok(true)
                })
            }
        }
    }
}

/// Reads what is there; false when nothing is, and the connection stands.
fn without_waiting(
    stream: &TcpStream,
    read: impl FnOnce(&TcpStream) -> io::Result<bool>,
) -> io::Result<bool> {
    stream.set_nonblocking(true)?;
    let found = read(stream);
    stream.set_nonblocking(false)?;
    match found {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
        found => found,
    }
}

fn connect(host: &Host, by: Instant) -> io::Result<Timed> {
    let mut failure = io::Error::other("it has no address");
    for address in host.resolve()? {
        let left = by.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        match TcpStream::connect_timeout(&address, left) {
            Ok(socket) => {
                socket.set_nodelay(true)?;
                return Ok(Timed { socket, by });
            }
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

fn client_config(authorities: &[Vec<u8>]) -> io::Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    for der in authorities {
        roots.add(CertificateDer::from(der.as_slice())).map_err(io::Error::other)?;
    }
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn what_is_not_handed_over_by_its_moment_is_broken_off_a265() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let host = Host { name: "127.0.0.1".to_owned(), port };
        let (now, later) = (Instant::now(), Instant::now() + Duration::from_mins(1));
        let mut stream = Stream::open(&host, later).unwrap();
        let (_receiver, _) = listener.accept().unwrap();
        stream.send(b"1", later).unwrap();
        // Whatever the receiver would take.
        assert_eq!(stream.send(b"2", now).unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(Stream::open(&host, now).is_err());
    }
}
