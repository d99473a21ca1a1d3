//! Networks: sets of CIDRs with exceptions, an index however many there are. IPv4-mapped IPv6 addresses are
//! folded to IPv4 first.

mod addresses;
mod ranges;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use self::addresses::Addresses;

/// A set of networks, cheap to clone.
///
/// It has two questions, because an IPv6 address may carry an IPv4 address (NAT64, 6to4, Teredo, …) of
/// somebody who is, or is not, who he seems to be: whoever allows asks [`contains`](Self::contains), whoever
/// denies asks [`touches`](Self::touches). Each is the strict one for its purpose.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NetworkSet {
    parts: Vec<Arc<Part>>,
}

/// Networks with their own exceptions.
#[derive(PartialEq, Eq)]
struct Part {
    included: Addresses,
    excepted: Addresses,
    prefixes: usize,
    repeated: usize,
}

impl NetworkSet {
    /// A set of these networks.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self::with_exceptions(networks, Vec::new())
    }

    /// A set of these networks without those.
    #[must_use]
    pub fn with_exceptions(networks: Vec<IpNet>, except: Vec<IpNet>) -> Self {
        let prefixes = networks.len();
        let (included, repeated) = Addresses::new(networks);
        let (excepted, _) = Addresses::new(except);
        Self { parts: vec![Arc::new(Part { included, excepted, prefixes, repeated })] }
    }

    /// Whether the address is one of the set, to allow it: an IPv4 entry never has an IPv6 address that
    /// merely carries that IPv4 address, and an exception has every address that carries one of its own.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let has = |part: &Part| part.included.holds(address) && !part.excepted.touches(address);
        self.parts.iter().any(|part| has(part))
    }

    /// Whether the address may be one of the set, to deny it: an IPv4 entry has every address that carries
    /// one of its own, and an exception has only its own.
    #[must_use]
    pub fn touches(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let has = |part: &Part| !part.excepted.holds(address) && part.included.touches(address);
        self.parts.iter().any(|part| has(part))
    }

    /// Adds the networks of another set, with their exceptions: those hold in the other set only.
    pub fn extend(&mut self, other: &Self) {
        self.parts.extend(other.parts.iter().cloned());
    }

    /// How many networks it was made from, exceptions not counted.
    #[must_use]
    pub fn prefixes(&self) -> usize {
        self.parts.iter().map(|part| part.prefixes).sum()
    }

    /// How many of them lie wholly in others, and so add nothing.
    #[must_use]
    pub fn repeated(&self) -> usize {
        self.parts.iter().map(|part| part.repeated).sum()
    }

    /// Whether its exceptions leave nothing of it.
    #[must_use]
    pub fn is_void(&self) -> bool {
        self.parts.iter().all(|part| part.excepted.covers(&part.included))
    }

    /// The families of which it was given every address: `IPv4`, `IPv6`.
    #[must_use]
    pub fn whole_families(&self) -> Vec<&'static str> {
        let any = |is: fn(&Addresses) -> bool| self.parts.iter().any(|part| is(&part.included));
        let families =
            [("IPv4", any(Addresses::is_all_of_ipv4)), ("IPv6", any(Addresses::is_all_of_ipv6))];
        families.into_iter().filter_map(|(name, whole)| whole.then_some(name)).collect()
    }
}

/// A list may have a million entries.
impl fmt::Debug for NetworkSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NetworkSet").field("prefixes", &self.prefixes()).finish_non_exhaustive()
    }
}

/// The network that shares one throttle with an address: itself (IPv4) or its /56 (IPv6), which is what one
/// subscriber has at most providers.
#[must_use]
pub fn neighbourhood(address: IpAddr) -> IpNet {
    let address = address.to_canonical();
    let bits = if address.is_ipv4() { 32 } else { 56 };
    IpNet::new(address, bits).map_or_else(|_| IpNet::from(address), |net| net.trunc())
}

#[cfg(test)]
mod tests;
