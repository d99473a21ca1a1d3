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

use super::Host;

/// A connection.
pub(super) enum Stream {
    Clear(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    pub(super) fn open(host: &Host, timeout: Duration) -> io::Result<Self> {
        connect(host, timeout).map(Self::Clear)
    }

    pub(super) fn open_in_tls(
        host: &Host,
        authorities: &[Vec<u8>],
        timeout: Duration,
    ) -> io::Result<Self> {
        let name = ServerName::try_from(host.name.clone()).map_err(io::Error::other)?;
        let config = Arc::new(client_config(authorities)?);
        let client = ClientConnection::new(config, name).map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(client, connect(host, timeout)?);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        Ok(Self::Tls(Box::new(stream)))
    }

    /// Sends all of it; an error where the receiver is found to have gone meanwhile.
    pub(super) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Clear(stream) => stream.write_all(bytes).and_then(|()| stream.flush())?,
            Self::Tls(stream) => stream.write_all(bytes).and_then(|()| stream.flush())?,
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
            Self::Clear(stream) => without_waiting(stream, |mut stream| {
                let mut heard = [0; 256];
                while stream.read(&mut heard)? > 0 {}
                Ok(true)
            }),
            Self::Tls(stream) => {
                let StreamOwned { conn, sock, .. } = stream.as_mut();
                without_waiting(sock, |mut sock| {
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

fn connect(host: &Host, timeout: Duration) -> io::Result<TcpStream> {
    let mut failure = io::Error::other("it has no address");
    for address in host.resolve()? {
        match TcpStream::connect_timeout(&address, timeout) {
            Ok(stream) => {
                stream.set_write_timeout(Some(timeout))?;
                stream.set_read_timeout(Some(timeout))?;
                stream.set_nodelay(true)?;
                return Ok(stream);
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
