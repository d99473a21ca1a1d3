//! What databases say, and what comes of those that are damaged.

use proptest::prelude::*;

use super::mmdb::Mmdb;
use super::mmdb::Record;
use super::mmdb::Value;
use super::*;
use crate::clock::ManualClock;
use crate::clock::Timestamp;
use crate::place::Asn;
use crate::place::City;
use crate::place::CountryCode;
use crate::place::Place;
use crate::place::Whether;

/// When the tests take place.
const NOW: u64 = 1_800_000_000;
const DAY: u64 = 86_400;

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn city() -> Mmdb {
    let munich = Record::country("DE").region("BY").city(2_867_714, "Munich").at(48.1, 11.6, 20);
    Mmdb::city()
        .built(NOW - DAY)
        .put("81.2.0.0/16", Record::country("GB").region("ENG").region("WBK"))
        .put("81.2.69.0/24", munich)
        .put("2a00:1450::/32", Record::country("US"))
        .put("9.0.0.0/8", Record::default().with("registered_country", Value::text("?")))
}

fn asn() -> Mmdb {
    Mmdb::asn().built(NOW - DAY).put("81.2.69.0/24", Record::asn(3320))
}

fn settings() -> Settings {
    Settings {
        database: Some("City.mmdb".into()),
        asn_database: Some("ASN.mmdb".into()),
        max_age: Duration::from_secs(90 * DAY),
        ..Settings::default()
    }
}

fn with(settings: Settings, places: &Mmdb) -> Databases {
    let shelf = Shelf::default();
    let read = |made: &Mmdb, kind| Some(Arc::new(Database::read(made.bytes(), kind).unwrap()));
    shelf.put(Kind::Places, read(places, Kind::Places));
    shelf.put(Kind::Operators, read(&asn(), Kind::Operators));
    let clock = ManualClock::at(Timestamp::from_secs(NOW));
    Databases::new(settings, Arc::new(shelf), Arc::new(clock))
}

fn in_country(code: &str) -> Place {
    Place { countries: vec![CountryCode::parse(code).unwrap()], ..Place::default() }
}

#[test]
fn an_address_is_where_its_smallest_network_is_in_every_form_of_database_s0_28() {
    for bits in [24, 28, 32] {
        let databases = with(settings(), &city().record_size(bits));
        let at = |text: &str| databases.locate(address(text)).to_string();
        let munich = "DE, DE-BY, Munich, 48.100 11.600 ±20 km, AS3320";
        assert_eq!(at("81.2.69.160"), munich);
        assert_eq!(at("::ffff:81.2.69.160"), munich);
        assert_eq!(at("81.2.70.1"), "GB, GB-ENG, GB-WBK");
        assert_eq!(at("2a00:1450::8"), "US");
        assert_eq!(at("8.8.8.8"), "unknown");
    }
}

#[test]
fn a_database_of_ipv4_alone_knows_nothing_of_ipv6_a111() {
    let made = Mmdb::city().built(NOW).ipv4_only().put("81.2.69.0/24", Record::country("DE"));
    let databases = with(Settings { unknown: WithoutRecord::Nowhere, ..settings() }, &made);
    let germany = in_country("DE");
    assert_eq!(germany.holds(&databases.locate(address("81.2.69.1"))), Whether::Yes);
    assert_eq!(germany.holds(&databases.locate(address("2a00:1450::8"))), Whether::Unknown);
}

#[test]
fn without_a_record_an_address_is_unknown_or_nowhere_as_the_operator_says_a111() {
    let germany = in_country("DE");
    for (unknown, whether) in
        [(WithoutRecord::Refuse, Whether::Unknown), (WithoutRecord::Nowhere, Whether::No)]
    {
        let databases = with(Settings { unknown, ..settings() }, &city());
        let ask = |text: &str| germany.holds(&databases.locate(address(text)));
        assert_eq!(ask("8.8.8.8"), whether);
        // A record that says nothing about the country is not the absence of one.
        assert_eq!(ask("9.9.9.9"), Whether::Unknown);
        assert_eq!(ask("81.2.70.1"), Whether::No);
    }
}

#[test]
fn private_and_documentation_addresses_have_no_country_whatever_is_claimed_a118() {
    let mut made = city();
    let claimed = [
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "192.168.0.0/16",
        "203.0.113.0/24",
        "fc00::/7",
        "2001:db8::/32",
    ];
    for network in claimed {
        made = made.put(network, Record::country("DE"));
    }
    let addresses = [
        "10.1.1.1",
        "100.64.1.1",
        "127.0.0.1",
        "192.168.1.1",
        "203.0.113.1",
        "fd00::1",
        "2001:db8::1",
        "::1",
        "::ffff:10.1.1.1",
    ];
    for (unknown, whether) in
        [(WithoutRecord::Refuse, Whether::Unknown), (WithoutRecord::Nowhere, Whether::No)]
    {
        let databases = with(Settings { unknown, ..settings() }, &made);
        for text in addresses {
            let location = databases.locate(address(text));
            assert_eq!(in_country("DE").holds(&location), whether, "{text}");
        }
    }
}

#[test]
fn an_embedded_address_is_not_where_the_embedded_one_is_a106() {
    let made = city().aliases();
    let databases = with(Settings { unknown: WithoutRecord::Nowhere, ..settings() }, &made);
    let found = databases.shelf.get(Kind::Places).unwrap();
    let spot = found.spot(address("2002:5102:4501::1")).unwrap();
    assert!(spot.is_some(), "this database has the alias: {spot:?}");
    for text in ["2002:5102:4501::1", "64:ff9b::5102:4501", "::81.2.69.1"] {
        let location = databases.locate(address(text));
        assert_eq!(location, Location::default(), "{text}");
    }
}

#[test]
fn a_missing_or_old_database_makes_every_place_unknown_a111() {
    let germany = in_country("DE");
    let nowhere = Settings { unknown: WithoutRecord::Nowhere, ..settings() };
    let databases = with(nowhere.clone(), &city());
    let home = address("81.2.69.1");
    assert_eq!(germany.holds(&databases.locate(home)), Whether::Yes);
    // The limit is met to the second.
    for (days, whether) in [(89, Whether::Yes), (90, Whether::Yes), (91, Whether::Unknown)] {
        let databases = with(nowhere.clone(), &city().built(NOW - days * DAY));
        assert_eq!(germany.holds(&databases.locate(home)), whether, "{days}");
        assert_eq!(databases.decides(Kind::Places), whether.is_yes());
    }
    let before = databases.generation();
    databases.shelf.put(Kind::Places, None);
    assert_ne!(databases.generation(), before);
    for text in ["81.2.69.1", "81.2.70.1", "8.8.8.8", "10.0.0.1"] {
        let location = databases.locate(address(text));
        assert_eq!(germany.holds(&location), Whether::Unknown, "{text}");
    }
    // The other database goes on saying what it knows.
    assert_eq!(databases.locate(home).asn, Finding::Known(Asn(3320)));
    let databases = with(Settings { database: None, ..nowhere }, &city());
    assert_eq!(germany.holds(&databases.locate(home)), Whether::Unknown, "not configured");
}

#[test]
fn a_database_built_in_the_future_is_none_a111() {
    let bytes = city().built(NOW + 2 * DAY).bytes();
    let database = Database::read(bytes, Kind::Places).unwrap();
    let now = Timestamp::from_secs(NOW);
    assert!(database.fitness(now, settings().max_age).is_err());
}

#[test]
fn a_database_is_what_it_holds_not_what_it_is_called_a111() {
    let named = |name, record: Record| Mmdb::of(name).put("81.2.69.0/24", record).bytes();
    let operators = Database::read(named("GeoLite2-City", Record::asn(1)), Kind::Places);
    let message = operators.unwrap_err().to_string();
    assert_eq!(message, "a database of type GeoLite2-City holds no countries (`country.iso_code`)");
    let places = Database::read(named("x", Record::country("DE")), Kind::Operators);
    assert!(matches!(places, Err(Unusable::OtherKind { .. })));
    for name in ["DBIP-City-Lite", "IP2LITE-Country", "Enterprise"] {
        assert!(Database::read(named(name, Record::country("DE")), Kind::Places).is_ok());
    }
    let nobody = named("GeoLite2-City", Record::country("XX"));
    assert!(Database::read(nobody, Kind::Places).is_err(), "no country at all");
}

#[test]
fn what_a_record_says_in_another_form_is_not_believed_a111() {
    let odd = |record: Record| {
        let made = city().put("81.2.69.7/32", record);
        with(settings(), &made).locate(address("81.2.69.7"))
    };
    let location = |latitude| {
        let location = vec![("latitude", latitude), ("longitude", Value::Double(1.0))];
        Record::country("DE").with("location", Value::Map(location))
    };
    let flat = Record::default().with("country", Value::text("DE"));
    assert_eq!(odd(flat).spot, Finding::Unknown);
    let germany = in_country("DE");
    assert_eq!(germany.holds(&odd(location(Value::text("48")))), Whether::Unknown);
    // Other makers write numbers in other sizes.
    let sizes =
        location(Value::U16(48)).with("city", Value::Map(vec![("geoname_id", Value::U64(7))]));
    let Finding::Known(spot) = odd(sizes).spot else { panic!() };
    assert_eq!(
        (spot.point.map(|at| at.to_string()), spot.city_id),
        (Some("48.000 1.000".into()), Some(7))
    );
    let beyond = odd(location(Value::Double(91.0)));
    assert_eq!(germany.holds(&beyond), Whether::Yes);
    let Finding::Known(spot) = beyond.spot else { panic!() };
    assert_eq!(spot.point, None);
    assert_eq!(germany.holds(&odd(Record::country("de"))), Whether::Unknown);
}

#[test]
fn a_record_of_an_operator_without_a_number_is_unknown() {
    let made = asn().put("81.2.70.0/24", Record::default().with("isp", Value::text("x")));
    let database = Database::read(made.bytes(), Kind::Operators).unwrap();
    assert!(database.operator(address("81.2.70.1")).is_err());
    assert!(database.operator(address("8.8.8.8")).unwrap().is_none());
}

#[test]
fn cities_are_found_by_number_and_by_name() {
    let databases = with(settings(), &city());
    let location = databases.locate(address("81.2.69.1"));
    for name in ["2867714", "DE/Munich", "DE-BY/MUNICH"] {
        let place = Place { cities: vec![City::parse(name).unwrap()], ..Place::default() };
        assert_eq!(place.holds(&location), Whether::Yes, "{name}");
    }
}

#[test]
fn a_database_that_is_cut_off_anywhere_is_none_a111() {
    let whole = city().bytes();
    for length in 0..whole.len() {
        let cut = whole[..length].to_vec();
        assert!(Database::read(cut, Kind::Places).is_err(), "{length} of {}", whole.len());
    }
}

/// Everything that is asked of a database, of many addresses.
fn ask_everything(bytes: &[u8]) {
    for kind in Kind::ALL {
        let Ok(database) = Database::read(bytes.to_vec(), kind) else { continue };
        let shelf = Shelf::default();
        shelf.put(kind, Some(Arc::new(database)));
        let clock = ManualClock::at(Timestamp::from_secs(NOW));
        let databases = Databases::new(
            Settings { max_age: Duration::MAX, ..settings() },
            Arc::new(shelf),
            Arc::new(clock),
        );
        for text in ["81.2.69.1", "81.2.70.1", "9.9.9.9", "255.255.255.255", "0.0.0.0"] {
            drop(databases.locate(address(text)).to_string());
        }
        for text in ["2a00:1450::1", "2a00::", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff"] {
            drop(databases.locate(address(text)).to_string());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_damage_to_a_database_is_more_than_an_error_a111(
        bits in prop::sample::select(vec![24_u16, 28, 32]),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = city().record_size(bits).bytes();
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        ask_everything(&bytes);
    }

    #[test]
    fn any_bytes_before_the_end_of_a_database_are_no_more_than_an_error_a112(
        front in prop::collection::vec(any::<u8>(), 0..2000),
    ) {
        // Half overwritten in place: the end of the old file is still there.
        let mut bytes = city().bytes();
        let length = front.len().min(bytes.len());
        bytes[..length].copy_from_slice(&front[..length]);
        ask_everything(&bytes);
    }
}
