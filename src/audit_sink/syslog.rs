//! Records as messages of syslog (RFC 5424): as datagrams over a local socket or UDP (RFC 5426), or counted in octets over TCP
//! (RFC 6587), in the clear or in TLS (RFC 5425).
//!
//! Syslog has no answer. What a receiver's machine had taken and not yet written when it went down is lost, and nobody is told;
//! over UDP also what got lost on its way.

pub mod message;
mod stream;

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::net::ToSocketAddrs as _;
use std::net::UdpSocket;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::time::Duration;

use tokio::time::Instant;

use self::message::Sender;
use self::stream::Stream;
use super::NotTaken;
use crate::audit::AuditRecord;
use crate::outbound;

/// The longest datagram over a network: what every receiver should take (RFC 5426 §3.2).
const LONGEST_OVER_UDP: usize = 2048;

/// The longest message elsewhere; no record is longer.
const LONGEST: usize = 32 * 1024;

/// How messages are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where to.
    pub address: Address,
    /// For everything that one delivery takes: connecting, and handing all of it over.
    pub timeout: Duration,
}

/// Where messages go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A socket of this machine.
    Unix(PathBuf),
    /// Datagrams.
    Udp(Host),
    /// A connection.
    Tcp(Host),
    /// A connection in TLS, to whoever has a certificate of these authorities, in DER.
    Tls(Host, Vec<Vec<u8>>),
}

/// A receiver on the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// A name or an address; the one in its certificate.
    pub name: String,
    /// The port.
    pub port: u16,
}

impl Host {
    /// Its addresses, but none of those that a machine only has for its neighbours.
    fn resolve(&self) -> io::Result<Vec<SocketAddr>> {
        let found = (self.name.as_str(), self.port).to_socket_addrs()?;
        let allowed: Vec<_> = found.filter(|it| !outbound::is_link_local(it.ip())).collect();
        if allowed.is_empty() {
            return Err(io::Error::other("its name leads nowhere that may be asked"));
        }
        Ok(allowed)
    }
}

/// A way to a receiver.
enum Connection {
    Unix(UnixDatagram),
    Udp(UdpSocket),
    Stream(Stream),
}

/// Sends messages.
pub struct SyslogOutlet {
    settings: Settings,
    sender: Sender,
    connection: Option<Connection>,
}

impl fmt::Debug for SyslogOutlet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyslogOutlet").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl SyslogOutlet {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, sender: Sender::of_this_process(), connection: None }
    }

    pub(super) fn deliver(&mut self, records: &[AuditRecord]) -> Result<(), NotTaken> {
        let sent = self.send(records);
        if sent.is_err() {
            self.connection = None;
        }
        sent.map_err(|error| NotTaken(format!("the syslog receiver does not take it: {error}")))
    }

    fn send(&mut self, records: &[AuditRecord]) -> io::Result<()> {
        let by = Instant::now() + self.settings.timeout;
        let mut kept = self.connection.take();
        if let Some(Connection::Stream(stream)) = &mut kept
            && stream.is_over()
        {
            kept = None;
        }
        let mut connection = match kept {
            Some(connection) => connection,
            None => self.connect(by)?,
        };
        let longest = match connection {
            Connection::Udp(_) => LONGEST_OVER_UDP,
            Connection::Unix(_) | Connection::Stream(_) => LONGEST,
        };
        let messages = records.iter().map(|record| self.sender.message(record, longest));
        match &mut connection {
            Connection::Unix(socket) => {
                for message in messages {
                    socket.send(message.as_bytes())?;
                }
            }
            Connection::Udp(socket) => {
                for message in messages {
                    socket.send(message.as_bytes())?;
                }
            }
            Connection::Stream(stream) => {
                let counted = messages.map(|it| format!("{} {it}", it.len()));
                stream.send(counted.collect::<String>().as_bytes(), by)?;
            }
        }
        self.connection = Some(connection);
        Ok(())
    }

    fn connect(&self, by: Instant) -> io::Result<Connection> {
        match &self.settings.address {
            Address::Unix(path) => {
                let socket = UnixDatagram::unbound()?;
                socket.connect(path)?;
                socket.set_write_timeout(Some(self.settings.timeout))?;
                Ok(Connection::Unix(socket))
            }
            Address::Udp(host) => {
                let mut failure = io::Error::other("it has no address");
                for address in host.resolve()? {
                    match udp(address) {
                        Ok(socket) => return Ok(Connection::Udp(socket)),
                        Err(error) => failure = error,
                    }
                }
                Err(failure)
            }
            Address::Tcp(host) => Stream::open(host, by).map(Connection::Stream),
            Address::Tls(host, authorities) => {
                Stream::open_in_tls(host, authorities, by).map(Connection::Stream)
            }
        }
    }
}

fn udp(address: SocketAddr) -> io::Result<UdpSocket> {
    let any: IpAddr = match address {
        SocketAddr::V4(_) => std::net::Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => std::net::Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0))?;
    socket.connect(address)?;
    Ok(socket)
}
