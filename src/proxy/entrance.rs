//! Where connections come in, and what they begin with.

use std::net::IpAddr;
use std::net::SocketAddr;

use pingora::protocols::Stream;

/// What the connections of a listening socket begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// TLS or HTTP, at once.
    Direct,
    /// A PROXY header of a declared proxy.
    ProxyProtocol,
}

/// A listening socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entrance {
    /// Where it listens.
    pub address: SocketAddr,
    /// What its connections begin with.
    pub opening: Opening,
}

/// Every listening socket of one application.
#[derive(Clone, Debug)]
pub struct Entrances(Vec<Entrance>);

impl Entrances {
    /// These; ports are the real ones.
    #[must_use]
    pub const fn new(entrances: Vec<Entrance>) -> Self {
        Self(entrances)
    }

    /// What a connection begins with that came to this address of ours; none when nobody listens there.
    fn opening(&self, local: SocketAddr) -> Option<Opening> {
        let ip = local.ip().to_canonical();
        let exact = |entrance: &&Entrance| entrance.address.ip().to_canonical() == ip;
        // Two sockets share a port only when one of them is for all addresses of the other family.
        let any = |entrance: &&Entrance| entrance.address.ip().is_unspecified();
        let family =
            |entrance: &&Entrance| any(entrance) && entrance.address.is_ipv4() == ip.is_ipv4();
        let here = || self.0.iter().filter(|entrance| entrance.address.port() == local.port());
        let found = here().find(exact).or_else(|| here().find(family)).or_else(|| here().find(any));
        found.map(|entrance| entrance.opening)
    }

    /// What this connection begins with; none when that cannot be told.
    #[must_use]
    pub fn opening_of(&self, stream: &Stream) -> Option<Opening> {
        let first = self.0.first()?.opening;
        if self.0.iter().all(|entrance| entrance.opening == first) {
            return Some(first);
        }
        let digest = stream.get_socket_digest()?;
        self.opening(*digest.local_addr()?.as_inet()?)
    }
}

/// The peer's address, IPv4-mapped forms folded.
pub(super) fn peer_of(stream: &Stream) -> Option<IpAddr> {
    let digest = stream.get_socket_digest()?;
    Some(digest.peer_addr()?.as_inet()?.ip().to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_begins_as_the_socket_says_that_it_came_to_a110() {
        let of = |list: &[(&str, Opening)]| {
            let entrance = |&(address, opening): &(&str, Opening)| Entrance {
                address: address.parse().unwrap(),
                opening,
            };
            Entrances::new(list.iter().map(entrance).collect())
        };
        let (direct, proxy) = (Opening::Direct, Opening::ProxyProtocol);
        let entrances = of(&[
            ("0.0.0.0:80", direct),
            ("[::]:80", proxy),
            ("[::]:81", proxy),
            ("192.0.2.1:82", direct),
            ("127.0.0.1:82", proxy),
        ]);
        for (local, expected) in [
            ("192.0.2.1:80", Some(direct)),
            ("[::ffff:192.0.2.1]:80", Some(direct)),
            ("[2001:db8::1]:80", Some(proxy)),
            ("[::ffff:192.0.2.1]:81", Some(proxy)),
            ("192.0.2.1:82", Some(direct)),
            ("127.0.0.1:82", Some(proxy)),
            ("127.0.0.2:82", None),
            ("192.0.2.1:83", None),
        ] {
            assert_eq!(entrances.opening(local.parse().unwrap()), expected, "{local}");
        }
    }
}
