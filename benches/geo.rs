//! Geography: what it costs to find out where an address is, to judge it by a place, and to check a database.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a measurement stops at any error"
)]

use std::hint::black_box;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use criterion::BenchmarkId;
use criterion::Criterion;
use mmdb::Mmdb;
use mmdb::Record;
use portcullis::clock::SystemClock;
use portcullis::geo::Database;
use portcullis::geo::Databases;
use portcullis::geo::Kind;
use portcullis::geo::Settings;
use portcullis::geo::Shelf;
use portcullis::place::City;
use portcullis::place::CountryCode;
use portcullis::place::Disc;
use portcullis::place::Place;
use portcullis::place::Point;

#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../tests/support/mmdb.rs"]
mod mmdb;

/// Networks in each database.
const NETWORKS: u32 = 200_000;

/// Every second /24 from 45.0.0.0 on.
fn network(number: u32) -> String {
    format!("{}/24", Ipv4Addr::from(0x2d00_0000 + number * 512))
}

fn cities() -> Mmdb {
    (0..NETWORKS).fold(Mmdb::city(), |made, number| {
        let (latitude, accuracy) = (f64::from(number % 90), u16::try_from(number % 500).unwrap());
        let city = format!("City {}", number % 20_000);
        let record = Record::country("DE").region("BY").city(1 + number % 20_000, &city);
        made.put(&network(number), record.at(latitude, 11.5, accuracy))
    })
}

fn countries() -> Mmdb {
    (0..NETWORKS).fold(Mmdb::of("GeoLite2-Country"), |made, number| {
        let code = if number % 2 == 0 { "DE" } else { "FR" };
        made.put(&network(number), Record::country(code))
    })
}

fn databases(bytes: Vec<u8>) -> Databases {
    let shelf = Shelf::default();
    shelf.put(Kind::Places, Some(Arc::new(Database::read(bytes, Kind::Places).unwrap())));
    let settings = Settings {
        database: Some("x".into()),
        max_age: Duration::from_hours(24),
        ..Settings::default()
    };
    Databases::new(settings, Arc::new(shelf), Arc::new(SystemClock::new()))
}

fn located(c: &mut Criterion) {
    let mut group = c.benchmark_group("geo lookup");
    for (name, made) in [("country", countries()), ("city", cities())] {
        let databases = databases(made.bytes());
        let mut number = 0_u32;
        group.bench_function(BenchmarkId::new(name, NETWORKS), |b| {
            b.iter(|| {
                number = (number + 7919) % NETWORKS;
                let address = IpAddr::from(Ipv4Addr::from(0x2d00_0001 + number * 512));
                databases.locate(black_box(address))
            });
        });
    }
    group.finish();
}

fn judged(c: &mut Criterion) {
    let databases = databases(cities().bytes());
    let location = databases.locate("45.0.2.1".parse().unwrap());
    let centre = Point::new(48.137, 11.575).unwrap();
    let codes = ["FR", "AT", "CH", "IT", "DE"];
    let countries = Place {
        countries: codes.iter().map(|code| CountryCode::parse(code).unwrap()).collect(),
        ..Place::default()
    };
    let city = City::parse("DE/City 1").unwrap();
    let cities = Place { cities: vec![city], ..Place::default() };
    let disc = Disc { centre, kilometres: 50.0 };
    let disc = Place { within: Some(disc), ..Place::default() };
    let mut group = c.benchmark_group("place verdict");
    for (name, place) in [("countries", countries), ("city", cities), ("disc", disc)] {
        group.bench_function(name, |b| b.iter(|| place.holds(black_box(&location))));
    }
    group.finish();
}

fn checked(c: &mut Criterion) {
    let mut group = c.benchmark_group("geo database checked");
    group.sample_size(10);
    let bytes = cities().bytes();
    group.bench_function(BenchmarkId::new("city", bytes.len()), |b| {
        b.iter_with_large_drop(|| Database::read(bytes.clone(), Kind::Places).unwrap());
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    located(&mut criterion);
    judged(&mut criterion);
    checked(&mut criterion);
    criterion.final_summary();
}
