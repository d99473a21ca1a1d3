//! Sets of networks against a naive reading of the same lists, and every way to carry an IPv4 address.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

use ipnet::IpNet;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn set(networks: &[&str], except: &[&str]) -> NetworkSet {
    let parsed = |list: &[&str]| list.iter().map(|net| net.parse().unwrap()).collect();
    NetworkSet::with_exceptions(parsed(networks), parsed(except))
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// Every IPv6 address that carries an IPv4 address by one of the schemes.
fn carriers(inner: Ipv4Addr) -> Vec<Ipv6Addr> {
    let [a, b, c, d] = inner.octets().map(u16::from);
    let (high, low) = ((a << 8) | b, (c << 8) | d);
    let mut carriers = vec![
        Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
        Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, high, low),
        Ipv6Addr::new(0x64, 0xff9b, 1, 0xabcd, 0, 0, high, low),
        Ipv6Addr::new(0x64, 0xff9b, 1, high, c, d << 8, 0, 0),
        Ipv6Addr::new(0x64, 0xff9b, 1, 0x1100 | a, b, low, 0, 0),
        Ipv6Addr::new(0x64, 0xff9b, 1, 0x1122, a, (b << 8) | c, d << 8, 0),
        Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
        Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low),
        Ipv6Addr::new(0x2001, 0, high, low, 0, 0, 0, 0),
        Ipv6Addr::new(0x2001, 0, 0x4136, 0xe378, 0x8000, 0x63bf, !high, !low),
        Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0x5efe, high, low),
        Ipv6Addr::new(0x2001, 0xdb8, 1, 2, 0x200, 0x5efe, high, low),
    ];
    if u32::from(inner) > 1 {
        carriers.push(Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low));
    }
    carriers
}

/// The same lists, asked one network after the other.
struct Naive {
    networks: Vec<IpNet>,
    except: Vec<IpNet>,
}

impl Naive {
    fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let excepted = |forms: &[IpAddr]| self.except.iter().any(|net| meets(net, forms));
        self.networks.iter().any(|net| net.contains(&address)) && !excepted(&forms(address))
    }

    fn touches(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let met = |net: &IpNet| meets(net, &forms(address));
        self.networks.iter().any(met) && !self.except.iter().any(|net| net.contains(&address))
    }
}

fn meets(net: &IpNet, forms: &[IpAddr]) -> bool {
    forms.iter().any(|form| net.contains(form))
}

fn forms(address: IpAddr) -> Vec<IpAddr> {
    let mut forms = vec![address];
    if let IpAddr::V6(v6) = address {
        forms.extend(addresses::carried(v6).map(IpAddr::from));
    }
    forms
}

/// IPv4 addresses close together, so that lists and questions meet.
fn v4() -> impl Strategy<Value = Ipv4Addr> {
    prop_oneof![
        (0_u32..1024).prop_map(|low| Ipv4Addr::from(0x0a00_0000 | low)),
        any::<u32>().prop_map(Ipv4Addr::from),
        Just(Ipv4Addr::BROADCAST),
        Just(Ipv4Addr::UNSPECIFIED),
    ]
}

fn v6() -> impl Strategy<Value = Ipv6Addr> {
    prop_oneof![
        (0_u128..64, 0_u128..64)
            .prop_map(|(high, low)| Ipv6Addr::from((0x2001_0db8 << 96) | (high << 62) | low)),
        (v4(), any::<proptest::sample::Index>())
            .prop_map(|(inner, index)| *index.get(&carriers(inner))),
        v4().prop_map(|inner| inner.to_ipv6_mapped()),
        any::<u128>().prop_map(Ipv6Addr::from),
        Just(Ipv6Addr::from(u128::MAX)),
        Just(Ipv6Addr::UNSPECIFIED),
        Just(Ipv6Addr::LOCALHOST),
    ]
}

fn any_address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![v4().prop_map(IpAddr::from), v6().prop_map(IpAddr::from)]
}

fn network() -> impl Strategy<Value = IpNet> {
    prop_oneof![
        (v4(), prop_oneof![20_u8..=32, 0_u8..=32]).prop_map(|(at, bits)| IpNet::new(
            at.into(),
            bits
        )
        .unwrap()
        .trunc()),
        // A mapped network is written as IPv4.
        (v6(), prop_oneof![60_u8..=128, 0_u8..=128])
            .prop_map(|(at, bits)| IpNet::new(at.into(), bits).unwrap().trunc())
            .prop_filter("mapped", |net| !matches!(
                net.addr(), IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some()
            )),
    ]
}

fn networks() -> impl Strategy<Value = Vec<IpNet>> {
    vec(network(), 0..80)
}

/// Where networks begin and end, and right beside that.
fn edges(networks: &[IpNet]) -> Vec<IpAddr> {
    let mut edges = Vec::new();
    for network in networks {
        for edge in [network.network(), network.broadcast()] {
            match edge {
                IpAddr::V4(v4) => {
                    let at = u32::from(v4);
                    let beside = [at.wrapping_sub(1), at, at.wrapping_add(1)];
                    edges.extend(beside.map(|at| IpAddr::from(Ipv4Addr::from(at))));
                }
                IpAddr::V6(v6) => {
                    let at = u128::from(v6);
                    let beside = [at.wrapping_sub(1), at, at.wrapping_add(1)];
                    edges.extend(beside.map(|at| IpAddr::from(Ipv6Addr::from(at))));
                }
            }
        }
    }
    edges
}

proptest! {
    #[test]
    fn the_index_says_what_the_list_says(
        networks in networks(), except in vec(network(), 0..8), asked in vec(any_address(), 20),
    ) {
        let set = NetworkSet::with_exceptions(networks.clone(), except.clone());
        let mut asked = asked;
        asked.extend(edges(&networks));
        asked.extend(edges(&except));
        let naive = Naive { networks, except };
        for address in asked {
            prop_assert_eq!(set.contains(address), naive.contains(address), "{}", address);
            prop_assert_eq!(set.touches(address), naive.touches(address), "{}", address);
        }
    }

    #[test]
    fn a_mapped_address_has_the_verdict_of_its_ipv4_address_a105(
        networks in networks(), except in vec(network(), 0..4), inner in v4(),
    ) {
        let set = NetworkSet::with_exceptions(networks, except);
        let mapped = IpAddr::from(inner.to_ipv6_mapped());
        prop_assert_eq!(set.contains(mapped), set.contains(inner.into()));
        prop_assert_eq!(set.touches(mapped), set.touches(inner.into()));
    }

    #[test]
    fn an_ipv4_entry_never_allows_an_address_that_carries_its_own_and_always_denies_it_a106(
        networks in vec((v4(), 8_u8..=32), 1..20), inner in v4(),
    ) {
        let v4_only = networks.iter().map(|(at, bits)| IpNet::new((*at).into(), *bits).unwrap());
        let mut v4_only: Vec<IpNet> = v4_only.collect();
        v4_only.push(IpNet::new(inner.into(), 24).unwrap());
        let set = NetworkSet::new(v4_only);
        prop_assert!(set.contains(inner.into()));
        for carrier in carriers(inner) {
            prop_assert!(!set.contains(carrier.into()), "{} in {}", inner, carrier);
            prop_assert!(set.touches(carrier.into()), "{} in {}", inner, carrier);
        }
    }

    #[test]
    fn an_exception_never_makes_a_set_larger_and_a_network_never_smaller_a109(
        networks in networks(), except in vec(network(), 0..8), more in network(),
        asked in vec(any_address(), 20),
    ) {
        let before = NetworkSet::with_exceptions(networks.clone(), except.clone());
        let with = |list: &[IpNet]| list.iter().copied().chain([more]).collect::<Vec<_>>();
        let excepted = NetworkSet::with_exceptions(networks.clone(), with(&except));
        let larger = NetworkSet::with_exceptions(with(&networks), except);
        for address in asked.into_iter().chain(edges(&networks)).chain(edges(&[more])) {
            prop_assert!(before.contains(address) || !excepted.contains(address), "{}", address);
            prop_assert!(before.touches(address) || !excepted.touches(address), "{}", address);
            prop_assert!(!before.contains(address) || larger.contains(address), "{}", address);
            prop_assert!(!before.touches(address) || larger.touches(address), "{}", address);
            // What is allowed by a name is denied by it as well.
            prop_assert!(!before.contains(address) || before.touches(address), "{}", address);
        }
    }

    #[test]
    fn two_sets_together_are_their_union_with_each_ones_own_exceptions(
        a in networks(), b in networks(), except in vec(network(), 0..4), asked in vec(any_address(), 20),
    ) {
        let mut together = NetworkSet::with_exceptions(a.clone(), except.clone());
        let (first, second) = (together.clone(), NetworkSet::new(b.clone()));
        together.extend(&second);
        for address in asked.into_iter().chain(edges(&a)).chain(edges(&b)).chain(edges(&except)) {
            let either = first.contains(address) || second.contains(address);
            prop_assert_eq!(together.contains(address), either);
            let either = first.touches(address) || second.touches(address);
            prop_assert_eq!(together.touches(address), either);
        }
    }
}

#[test]
fn mapped_addresses_are_judged_as_ipv4_a105_a117() {
    let set = set(&["10.0.0.0/8"], &[]);
    for mapped in ["::ffff:10.1.2.3", "::ffff:a00:1", "::FFFF:10.0.0.1"] {
        assert!(set.contains(address(mapped)) && set.touches(address(mapped)), "{mapped}");
    }
    assert!(!set.contains(address("::10.1.2.3")));
    assert!(!set.contains(address("11.0.0.1")));
    // Written mapped, a network is the same one.
    let mapped = NetworkSet::new(vec!["::ffff:10.0.0.0/104".parse().unwrap()]);
    assert!(mapped.contains(address("10.1.2.3")) && !mapped.contains(address("11.0.0.1")));
}

#[test]
fn every_way_to_carry_an_ipv4_address_is_met_by_a_denying_entry_a106() {
    let denied = set(&["192.0.2.33/32"], &[]);
    for text in [
        "64:ff9b::192.0.2.33",
        "64:ff9b:1::192.0.2.33",
        "64:ff9b:1:c000:2:2100::",
        "64:ff9b:1:c0:0:221::",
        "64:ff9b:1:0:c0:2:2100:0",
        "2002:c000:221::1",
        "::192.0.2.33",
        "::ffff:0:192.0.2.33",
        "2001:0:c000:221:8000:63bf:0:0",
        "2001:0:4136:e378:8000:63bf:3fff:fdde",
        "fe80::5efe:192.0.2.33",
        "fe80::200:5efe:192.0.2.33",
    ] {
        assert!(denied.touches(address(text)), "{text}");
        assert!(!denied.contains(address(text)), "{text}");
    }
    for text in ["2001:db8::192.0.2.33", "fec0::192.0.2.33", "::1", "::", "192.0.2.34"] {
        assert!(!denied.touches(address(text)), "{text}");
    }
}

#[test]
fn an_exception_is_strict_on_both_sides_a106() {
    let set = set(&["64:ff9b::/96", "10.0.0.0/8"], &["10.0.0.66/32"]);
    // Allowing: whoever carries the excepted address is out.
    assert!(set.contains(address("64:ff9b::10.0.0.1")));
    assert!(!set.contains(address("64:ff9b::10.0.0.66")));
    // Denying: only the excepted address itself is spared.
    assert!(!set.touches(address("10.0.0.66")));
    assert!(set.touches(address("64:ff9b::10.0.0.66")));
}

#[test]
fn what_a_set_says_of_itself() {
    let plain = set(&["10.0.0.0/8", "10.1.0.0/16", "10.1.0.0/16", "2001:db8::/32"], &[]);
    assert_eq!((plain.prefixes(), plain.repeated()), (4, 2));
    assert_eq!(set(&["2001:db8::/32", "2001:db8::5/128", "2001:db8::/33"], &[]).repeated(), 2);
    assert!(!plain.is_void());
    assert!(set(&["10.1.0.0/16", "2001:db8:1::5/128"], &["10.0.0.0/8", "2001:db8::/32"]).is_void());
    assert!(!set(&["10.1.0.0/16", "11.0.0.0/8"], &["10.0.0.0/8"]).is_void());
    assert!(set(&[], &[]).is_void());
    assert_eq!(set(&["0.0.0.0/1", "128.0.0.0/1"], &[]).whole_families(), ["IPv4"]);
    assert_eq!(set(&["0.0.0.0/0", "::/0"], &[]).whole_families(), ["IPv4", "IPv6"]);
    assert!(plain.whole_families().is_empty());
}

#[test]
fn every_one_of_many_networks_is_found_and_nothing_between_them() {
    for count in [1, 7, 8, 9, 127, 128, 129, 2_048, 2_049, 20_000_u32] {
        let v4 = |n: u32| IpAddr::from(Ipv4Addr::from(0x0a00_0000 + n));
        let v6 = |n: u32, bits| {
            IpAddr::from(Ipv6Addr::from((0x2a00_u128 << 112) | (u128::from(n) << bits)))
        };
        let networks = (0..count).flat_map(|n| {
            [
                IpNet::new(v4(2 * n), 32).unwrap(),
                IpNet::new(v6(2 * n, 64), 64).unwrap(),
                IpNet::new(v6(2 * n + 1, 1), 128).unwrap(),
            ]
        });
        let set = NetworkSet::new(networks.collect());
        for n in 0..count {
            assert!(set.contains(v4(2 * n)) && !set.contains(v4(2 * n + 1)), "{n} of {count}");
            assert!(
                set.contains(v6(2 * n, 64)) && !set.contains(v6(2 * n + 1, 64)),
                "{n} of {count}"
            );
        }
        // All of the third kind are in the first /64.
        assert_eq!(set.repeated(), usize::try_from(count).unwrap());
    }
    let narrow = (0..5_000_u32).map(|n| {
        IpNet::new(IpAddr::from(Ipv6Addr::from((0x2a00_u128 << 112) | (u128::from(n) << 1))), 128)
            .unwrap()
    });
    let set = NetworkSet::new(narrow.collect());
    for n in 0..10_000_u128 {
        let address = IpAddr::from(Ipv6Addr::from((0x2a00_u128 << 112) | n));
        assert_eq!(set.contains(address), n.is_multiple_of(2), "{n}");
    }
}

#[test]
fn an_empty_set_has_nobody_a109() {
    for empty in [NetworkSet::default(), NetworkSet::new(Vec::new())] {
        assert!(!empty.contains(address("10.0.0.1")) && !empty.touches(address("::1")));
    }
}

#[test]
fn a_neighbourhood_is_one_ipv4_address_or_a_56_a117() {
    let a = neighbourhood(address("2001:db8::1"));
    assert_eq!(a, neighbourhood(address("2001:db8::ffff:1")));
    assert_eq!(a, neighbourhood(address("2001:db8:0:ff::1")));
    assert_ne!(a, neighbourhood(address("2001:db8:0:100::1")));
    assert_eq!(neighbourhood(address("192.0.2.9")).to_string(), "192.0.2.9/32");
    assert_eq!(neighbourhood(address("::ffff:192.0.2.9")).to_string(), "192.0.2.9/32");
    // Ten thousand addresses of one /64, and as many over its /56, are one.
    let base = u128::from("2001:db8::".parse::<Ipv6Addr>().unwrap());
    let wide = (0..10_000_u128).map(|n| base | ((n % 256) << 64) | (n * 0x9e37_79b9));
    let all: std::collections::BTreeSet<IpNet> =
        wide.map(|n| neighbourhood(Ipv6Addr::from(n).into())).collect();
    assert_eq!(all.len(), 1);
}
