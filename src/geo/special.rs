//! Addresses that are in no country, whatever a database says: those that every network uses for itself, and
//! those that only carry another address.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

/// What an address is, before anybody is asked where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    /// Somebody uses it somewhere.
    Ordinary,
    /// Private, shared (CGNAT), loopback, link-local, for documentation, for benchmarks, for groups,
    /// reserved (RFC 6890 and the registries of IANA).
    Special,
    /// It holds an IPv4 address: NAT64, 6to4, Teredo, ISATAP, IPv4-compatible, IPv4-translated. Where the holder of that address is
    /// says nothing about who sends from this one.
    Embedding,
}

/// The nature of an address; IPv4-mapped forms are to be folded before.
pub(super) fn nature(address: IpAddr) -> Nature {
    match address {
        IpAddr::V4(v4) if is_special_v4(v4) => Nature::Special,
        IpAddr::V6(v6) if embeds(v6) => Nature::Embedding,
        IpAddr::V6(v6) if is_special_v6(v6) => Nature::Special,
        IpAddr::V4(_) | IpAddr::V6(_) => Nature::Ordinary,
    }
}

const fn is_special_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    )
}

const fn embeds(address: Ipv6Addr) -> bool {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => false,
        [0, 0, 0, 0, 0 | 0xffff, 0, ..]
        | [0x64, 0xff9b, 0, 0, 0, 0, ..]
        | [0x64, 0xff9b, 1, ..]
        | [0x2001, 0, ..]
        | [0x2002, ..]
        | [_, _, _, _, 0 | 0x200, 0x5efe, ..] => true,
        _ => false,
    }
}

/// Global unicast is `2000::/3`; of that, blocks for protocols and documentation are used by nobody.
const fn is_special_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => true,
        [first, ..] => first & 0xe000 != 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::Nature;
    use super::nature;

    #[test]
    fn addresses_without_a_country_are_told_from_those_with_one_a118() {
        for text in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "169.254.1.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fdff::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "2001:2::1",
            "2001:1ff::1",
            "3fff::1",
            "3fff:fff::1",
            "100::1",
            "5f00::1",
            "4000::1",
        ] {
            assert_eq!(nature(text.parse().unwrap()), Nature::Special, "{text}");
        }
    }

    #[test]
    fn the_neighbours_of_special_addresses_are_ordinary_a118() {
        for text in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.0",
            "126.0.0.1",
            "128.0.0.1",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.1",
            "192.167.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2001:200::1",
            "2001:db7::1",
            "2001:db9::1",
            "2003::1",
            "2a00::1",
            "3ffe::1",
            "3fff:1000::1",
        ] {
            assert_eq!(nature(text.parse().unwrap()), Nature::Ordinary, "{text}");
        }
    }

    #[test]
    fn an_address_that_carries_an_ipv4_address_is_not_that_address_a106() {
        for text in [
            "64:ff9b::5102:4501",
            "64:ff9b:1::5102:4501",
            "2002:5102:4501::1",
            "2001:0:5102:4501::1",
            "::81.2.69.1",
            "::ffff:0:81.2.69.1",
            "2003::5efe:81.2.69.1",
            "2003::200:5efe:81.2.69.1",
            "fe80::5efe:81.2.69.1",
        ] {
            assert_eq!(nature(text.parse().unwrap()), Nature::Embedding, "{text}");
        }
    }
}
