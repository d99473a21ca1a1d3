//! The proxies in front of the gateway, and what they are believed about: the client's address, and
//! nothing else. Host, scheme and port stay those of the connection.
//!
//! Only who is declared is believed, and only the one header that is configured. Its entries are walked
//! from the right, where each proxy adds what it saw: the first that is no declared proxy is the client. What
//! a client wrote in front of it itself is never reached. A declared proxy that does not say where a request
//! comes from in exactly one way leaves it unknown, and unknown refuses.

use std::net::IpAddr;

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::header;

use super::proxy_protocol::plausible;
use super::proxy_protocol::port;
use crate::network::NetworkSet;

mod forwarded;

/// Most entries of a header. Nobody stands behind so many proxies.
const HOPS: usize = 32;

/// Most bytes of a header, all its lines together.
const BYTES: usize = 2048;

/// Which header names the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announcement {
    /// `Forwarded` (RFC 7239).
    Forwarded,
    /// `X-Forwarded-For`.
    XForwardedFor,
}

impl Announcement {
    /// Every one there is.
    pub const ALL: [Self; 2] = [Self::Forwarded, Self::XForwardedFor];

    /// Its name in the configuration and in metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Forwarded => "forwarded",
            Self::XForwardedFor => "x_forwarded_for",
        }
    }

    fn header(self) -> HeaderName {
        match self {
            Self::Forwarded => header::FORWARDED,
            Self::XForwardedFor => HeaderName::from_static("x-forwarded-for"),
        }
    }
}

/// A declared proxy did not say, in exactly one way, where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unknown;

/// The declared proxies.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    /// Where they are.
    pub networks: NetworkSet,
    /// Where they write whom they speak for; none: no header is read.
    pub header: Option<Announcement>,
}

impl Proxies {
    /// Whether this is one of them.
    #[must_use]
    pub fn declare(&self, address: IpAddr) -> bool {
        self.networks.contains(address)
    }

    /// Whether requests from here come from others, who are named in a header.
    #[must_use]
    pub fn speaks_for_others(&self, peer: IpAddr) -> bool {
        self.header.is_some() && self.declare(peer)
    }

    /// Whom a request comes from that `peer` sent.
    ///
    /// # Errors
    /// [`Unknown`] when a declared proxy does not say it: without the header, with an entry that is no
    /// address before any that is no proxy, with nothing but proxies, or with too much of it.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Result<IpAddr, Unknown> {
        let Some(header) = self.header.filter(|_| self.declare(peer)) else {
            return Ok(peer);
        };
        let lines = headers.get_all(header.header());
        let length = lines.iter().map(HeaderValue::len).fold(0, usize::saturating_add);
        if length > BYTES {
            return Err(Unknown);
        }
        let lines = lines.iter().map(HeaderValue::to_str).collect::<Result<Vec<_>, _>>();
        let lines = lines.map_err(|_| Unknown)?;
        match header {
            Announcement::Forwarded => {
                let entries = lines.into_iter().map(forwarded::entries).collect::<Option<Vec<_>>>();
                let entries = entries.ok_or(Unknown)?.concat();
                self.walk(&entries, |entry| forwarded::node(entry))
            }
            Announcement::XForwardedFor => {
                let entries: Vec<&str> = lines.iter().flat_map(|line| line.split(',')).collect();
                self.walk(&entries, |entry| node(entry.trim_matches([' ', '\t'])))
            }
        }
    }

    /// Headers with which a peer that is nobody's proxy claims another address.
    pub fn ignored(
        &self,
        peer: IpAddr,
        headers: &HeaderMap,
    ) -> impl Iterator<Item = Announcement> + use<> {
        let undeclared = !self.declare(peer);
        let there = Announcement::ALL.map(|header| headers.contains_key(header.header()));
        let claims = Announcement::ALL.into_iter().zip(there);
        claims.filter_map(move |(header, there)| (undeclared && there).then_some(header))
    }

    /// From the right over declared proxies to the first that is none.
    fn walk<T>(
        &self,
        entries: &[T],
        read: impl Fn(&T) -> Option<IpAddr>,
    ) -> Result<IpAddr, Unknown> {
        if entries.len() > HOPS {
            return Err(Unknown);
        }
        for entry in entries.iter().rev() {
            let address = read(entry).ok_or(Unknown)?;
            if !self.declare(address) {
                return Ok(address);
            }
        }
        Err(Unknown)
    }
}

/// An entry of `X-Forwarded-For`: an address, or one with a port, where IPv6 stands in brackets.
fn node(entry: &str) -> Option<IpAddr> {
    if let Ok(address) = entry.parse::<IpAddr>() {
        return plausible(address);
    }
    let (address, rest) = host(entry)?;
    (rest.is_empty() || is_port(rest.strip_prefix(':')?)).then_some(address)
}

/// An IPv4 address, or an IPv6 address in brackets; and what follows it.
fn host(entry: &str) -> Option<(IpAddr, &str)> {
    let (address, rest) = if let Some(inner) = entry.strip_prefix('[') {
        let (inner, rest) = inner.split_once(']')?;
        (IpAddr::V6(inner.parse().ok()?), rest)
    } else {
        let (address, rest) = entry.split_at_checked(entry.find(':').unwrap_or(entry.len()))?;
        (IpAddr::V4(address.parse().ok()?), rest)
    };
    Some((plausible(address)?, rest))
}

fn is_port(text: &str) -> bool {
    port(text).is_some_and(|port| port > 0)
}

#[cfg(test)]
mod tests;
