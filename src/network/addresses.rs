//! A plain set of addresses of both families, and the IPv4 addresses that IPv6 addresses carry in them.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

use ipnet::IpNet;

use super::ranges::Ranges;

/// Addresses, with IPv4 apart from IPv6: no entry of one family means anything in the other.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Addresses {
    v4: Ranges<u32>,
    /// Whole /64s, by their upper halves: what nearly all IPv6 networks consist of.
    subnets: Ranges<u64>,
    /// Parts of a /64.
    v6: Ranges<u128>,
}

/// The upper half of an IPv6 address.
fn subnet(address: u128) -> u64 {
    u64::try_from(address >> 64).unwrap_or(u64::MAX)
}

impl Addresses {
    /// Those of these networks, and how many of the networks lie wholly in others.
    pub(super) fn new(networks: impl IntoIterator<Item = IpNet>) -> (Self, usize) {
        let (mut v4, mut subnets, mut v6) = (Vec::new(), Vec::new(), Vec::new());
        for network in networks {
            match canonical(network) {
                IpNet::V4(net) => v4.push((net.network().into(), net.broadcast().into())),
                IpNet::V6(net) => {
                    let (first, last) = (net.network().into(), net.broadcast().into());
                    if net.prefix_len() <= 64 {
                        subnets.push((subnet(first), subnet(last)));
                    } else {
                        v6.push((first, last));
                    }
                }
            }
        }
        let (v4, mut covered) = Ranges::new(v4);
        let (subnets, more) = Ranges::new(subnets);
        covered += more;
        let given = v6.len();
        v6.retain(|(first, _)| !subnets.holds(subnet(*first)));
        covered += given - v6.len();
        let (v6, more) = Ranges::new(v6);
        (Self { v4, subnets, v6 }, covered + more)
    }

    /// Whether it has an address that is in its canonical form.
    pub(super) fn holds(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => self.v4.holds(address.into()),
            IpAddr::V6(address) => {
                let address = address.into();
                self.subnets.holds(subnet(address)) || self.v6.holds(address)
            }
        }
    }

    /// Whether it has the address, or an IPv4 address that the address carries.
    pub(super) fn touches(&self, address: IpAddr) -> bool {
        let carried = |address| carried(address).any(|inner| self.v4.holds(inner.into()));
        self.holds(address) || matches!(address, IpAddr::V6(address) if carried(address))
    }

    /// Whether it has all that the other has, as far as that is seen without going into /64s.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let has_part = |(first, last)| {
            self.subnets.span((subnet(first), subnet(last))) || self.v6.span((first, last))
        };
        other.v4.iter().all(|range| self.v4.span(range))
            && other.subnets.iter().all(|range| self.subnets.span(range))
            && other.v6.iter().all(has_part)
    }

    /// Whether it has every address of IPv4.
    pub(super) fn is_all_of_ipv4(&self) -> bool {
        self.v4.around(0) == Some((0, u32::MAX))
    }

    /// Whether it has every address of IPv6.
    pub(super) fn is_all_of_ipv6(&self) -> bool {
        self.subnets.around(0) == Some((0, u64::MAX))
    }
}

/// The network, as IPv4 where all of it is mapped.
fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(net) = network else { return network };
    let mapped = net.addr().to_ipv4_mapped().zip(net.prefix_len().checked_sub(96));
    mapped.and_then(|(address, bits)| IpNet::new(address.into(), bits).ok()).unwrap_or(network)
}

/// The IPv4 addresses that an IPv6 address carries by any of the schemes that carry one. What a scheme means
/// is for whoever routes it; we only know that such a client may be that one.
pub(super) fn carried(address: Ipv6Addr) -> impl Iterator<Item = Ipv4Addr> {
    let bits = u128::from(address);
    let at = |shift: u32| u32::try_from((bits >> shift) & 0xffff_ffff).ok().map(Ipv4Addr::from);
    let when = |holds: bool, found: Option<Ipv4Addr>| found.filter(|_| holds);
    let upper = bits >> 32;
    let teredo = bits >> 96 == 0x2001_0000;
    let [_, _, _, _, _, _, o6, o7, _, o9, o10, o11, o12, ..] = address.octets();
    let local_nat64 = bits >> 80 == 0x0064_ff9b_0001;
    let nat64 = |octets: [u8; 4]| when(local_nat64, Some(octets.into()));
    [
        // NAT64, well-known prefix (RFC 6052 §2.1).
        when(upper == 0x0064_ff9b << 64, at(0)),
        // NAT64, local use (RFC 8215): how long the prefix is, only its owner knows (RFC 6052 §2.2).
        when(local_nat64, at(0)),
        nat64([o6, o7, o9, o10]),
        nat64([o7, o9, o10, o11]),
        nat64([o9, o10, o11, o12]),
        // 6to4 (RFC 3056).
        when(bits >> 112 == 0x2002, at(80)),
        // IPv4-compatible (RFC 4291 §2.5.5.1), which `::` and `::1` are not.
        when(upper == 0 && bits > 1, at(0)),
        // IPv4-translated (RFC 2765 §2.1).
        when(upper == 0xffff_0000, at(0)),
        // Teredo (RFC 4380 §4): the server, and the client with every bit turned round.
        when(teredo, at(64)),
        when(teredo, at(0).map(|client| Ipv4Addr::from(!u32::from(client)))),
        // ISATAP (RFC 5214 §6.1), whether the address counts as unique or not.
        when(upper & 0xfdff_ffff == 0x5efe, at(0)),
    ]
    .into_iter()
    .flatten()
}
