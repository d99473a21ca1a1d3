//! Networks: sets of CIDRs, with IPv4-mapped IPv6 addresses folded to IPv4 first.

use std::net::IpAddr;

use ipnet::IpNet;

/// A named list of networks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkSet(Vec<IpNet>);

impl NetworkSet {
    /// A set of these networks.
    #[must_use]
    pub const fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// Whether the address is in one of them.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Adds the networks of another set.
    pub fn extend(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
    }
}

/// The network that shares one throttle with an address: itself (IPv4) or its /64 (IPv6).
#[must_use]
pub fn neighbourhood(address: IpAddr) -> IpNet {
    let address = address.to_canonical();
    let bits = if address.is_ipv4() { 32 } else { 64 };
    IpNet::new(address, bits).map_or_else(|_| IpNet::from(address), |net| net.trunc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mapped_addresses_are_judged_as_ipv4_a117() {
        let set = NetworkSet::new(vec!["10.0.0.0/8".parse().unwrap()]);
        assert!(set.contains("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!set.contains("::10.1.2.3".parse().unwrap()));
        assert!(!set.contains("11.0.0.1".parse().unwrap()));
    }

    #[test]
    fn an_ipv6_neighbourhood_is_a_64() {
        let a = neighbourhood("2001:db8::1".parse().unwrap());
        assert_eq!(a, neighbourhood("2001:db8::ffff:1".parse().unwrap()));
        assert_ne!(a, neighbourhood("2001:db8:0:1::1".parse().unwrap()));
        assert_eq!(neighbourhood("192.0.2.9".parse().unwrap()).to_string(), "192.0.2.9/32");
    }
}
