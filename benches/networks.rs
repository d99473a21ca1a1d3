//! Named networks: what a verdict costs with one, ten thousand and a million prefixes, and what making such a
//! set costs.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a measurement stops at any error"
)]

use std::hint::black_box;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::time::Duration;

use criterion::BenchmarkId;
use criterion::Criterion;
use ipnet::IpNet;
use portcullis::network::NetworkSet;

/// The same numbers in every run (`SplitMix64`).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Public IPv4, some of it dense as hosting networks are; lengths as in lists of addresses.
    fn v4(&mut self) -> Ipv4Addr {
        let bits = u32::try_from(self.next() >> 32).unwrap();
        let dense = 0x2d00_0000 | (bits & 0x00ff_ffff);
        Ipv4Addr::from(if self.below(4) == 0 { dense } else { bits })
    }

    /// IPv6 as it is handed out: the first bits alike.
    fn v6(&mut self) -> Ipv6Addr {
        let upper = 0x2a00_0000_0000_0000 | (self.next() & 0x00ff_ffff_ffff_ffff);
        Ipv6Addr::from(u128::from(upper) << 64 | u128::from(self.next()))
    }

    fn address(&mut self, family: Family) -> IpAddr {
        match family {
            Family::V4 => self.v4().into(),
            Family::V6 => self.v6().into(),
        }
    }

    fn network(&mut self, family: Family) -> IpNet {
        let few = u8::try_from(self.below(9)).unwrap();
        let length = match family {
            Family::V4 => 24 + few,
            Family::V6 => [48, 56, 56, 64, 64, 64, 64, 128, 128][usize::from(few)],
        };
        IpNet::new(self.address(family), length).unwrap().trunc()
    }
}

#[derive(Clone, Copy)]
enum Family {
    V4,
    V6,
}

fn networks(family: Family, count: usize) -> Vec<IpNet> {
    let mut numbers = Numbers(1);
    (0..count).map(|_| numbers.network(family)).collect()
}

/// Addresses to ask about: half of them in the set, in no order.
fn asked(family: Family, networks: &[IpNet]) -> Vec<IpAddr> {
    let mut numbers = Numbers(2);
    let count = u64::try_from(networks.len()).unwrap();
    let mut pick = |_| {
        if numbers.below(2) == 0 {
            networks[usize::try_from(numbers.below(count)).unwrap()].addr()
        } else {
            numbers.address(family)
        }
    };
    (0..65_536).map(&mut pick).collect()
}

fn verdicts(c: &mut Criterion) {
    for (name, family) in [("IPv4", Family::V4), ("IPv6", Family::V6)] {
        let mut group = c.benchmark_group(format!("network verdict, {name}"));
        for count in [1, 10_000, 1_000_000] {
            let networks = networks(family, count);
            let asked = asked(family, &networks);
            let set = NetworkSet::new(networks);
            let found = asked.iter().filter(|address| set.contains(**address)).count();
            assert!(found > asked.len() / 4, "{found}");
            let mut questions = asked.iter().cycle();
            group.bench_function(BenchmarkId::new("to allow", count), |b| {
                b.iter(|| set.contains(black_box(*questions.next().unwrap())));
            });
            group.bench_function(BenchmarkId::new("to deny", count), |b| {
                b.iter(|| set.touches(black_box(*questions.next().unwrap())));
            });
        }
        group.finish();
    }
}

fn making(c: &mut Criterion) {
    let mut group = c.benchmark_group("network set made");
    group.sample_size(10);
    for (name, family) in [("IPv4", Family::V4), ("IPv6", Family::V6)] {
        let networks = networks(family, 1_000_000);
        group.bench_function(BenchmarkId::new(name, networks.len()), |b| {
            b.iter_with_large_drop(|| NetworkSet::new(black_box(networks.clone())));
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    verdicts(&mut criterion);
    making(&mut criterion);
    criterion.final_summary();
}
