//! What is in a place, and what nobody can say.

use super::*;

fn country(code: &str) -> CountryCode {
    CountryCode::parse(code).unwrap()
}

fn region(code: &str) -> RegionCode {
    RegionCode::parse(code).unwrap()
}

fn munich() -> Spot {
    Spot {
        country: Some(country("DE")),
        regions: vec![region("DE-BY")],
        city_id: Some(2_867_714),
        city: CityName::new("Munich"),
        point: Point::new(48.137, 11.575),
        accuracy: Some(20.0),
    }
}

fn in_munich() -> Location {
    Location { spot: Finding::Known(munich()), asn: Finding::Known(Asn(3320)) }
}

fn countries(codes: &[&str]) -> Place {
    Place { countries: codes.iter().map(|code| country(code)).collect(), ..Place::default() }
}

fn regions(codes: &[&str]) -> Place {
    Place { regions: codes.iter().map(|code| region(code)).collect(), ..Place::default() }
}

fn cities(names: &[&str]) -> Place {
    let cities = names.iter().map(|name| City::parse(name).unwrap()).collect();
    Place { cities, ..Place::default() }
}

fn disc(kilometres: f64) -> Disc {
    Disc { centre: Point::new(48.137, 11.575).unwrap(), kilometres }
}

#[test]
fn an_address_is_in_its_country_region_and_city_and_in_no_other_s0_28() {
    let location = in_munich();
    for (place, whether) in [
        (countries(&["DE"]), Whether::Yes),
        (countries(&["FR", "DE"]), Whether::Yes),
        (countries(&["FR"]), Whether::No),
        (regions(&["DE-BY"]), Whether::Yes),
        (regions(&["DE-BE"]), Whether::No),
        (regions(&["AT-5"]), Whether::No),
        (cities(&["2867714"]), Whether::Yes),
        (cities(&["2950159"]), Whether::No),
        (cities(&["DE/munich"]), Whether::Yes),
        (cities(&["DE-BY/Munich"]), Whether::Yes),
        (cities(&["DE-BE/Munich"]), Whether::No),
        (cities(&["AT/Munich"]), Whether::No),
    ] {
        assert_eq!(place.holds(&location), whether, "{place:?}");
    }
}

#[test]
fn what_a_record_does_not_say_is_unknown_never_no_a111() {
    let nothing = Location::default();
    let empty = Location::at(Spot::default());
    let german = Location::in_country(country("DE"));
    for place in [countries(&["DE"]), regions(&["DE-BY"]), cities(&["2867714", "DE/Munich"])] {
        assert_eq!(place.holds(&nothing), Whether::Unknown, "{place:?}");
        assert_eq!(place.holds(&empty), Whether::Unknown, "{place:?}");
    }
    assert_eq!(regions(&["DE-BY"]).holds(&german), Whether::Unknown);
    assert_eq!(regions(&["AT-5"]).holds(&german), Whether::No);
    assert_eq!(cities(&["DE/Munich"]).holds(&german), Whether::Unknown);
    assert_eq!(cities(&["AT/Vienna"]).holds(&german), Whether::No);
    assert_eq!(cities(&["2867714"]).holds(&german), Whether::Unknown);
    let place = Place { within: Some(disc(50.0)), ..Place::default() };
    assert_eq!(place.holds(&german), Whether::Unknown);
    let vague = Location::at(Spot { accuracy: None, ..munich() });
    assert_eq!(place.holds(&vague), Whether::Unknown);
    let place = Place { asns: vec![Asn(3320)], ..Place::default() };
    assert_eq!(place.holds(&german), Whether::Unknown);
}

#[test]
fn a_region_inside_a_region_is_unknown_to_a_record_that_names_one_a111() {
    let with = |codes: &[&str]| {
        let regions = codes.iter().map(|code| region(code)).collect();
        Location::at(Spot { country: Some(country("GB")), regions, ..Spot::default() })
    };
    assert_eq!(regions(&["GB-WBK"]).holds(&with(&["GB-ENG"])), Whether::Unknown);
    assert_eq!(regions(&["GB-WBK"]).holds(&with(&["GB-ENG", "GB-WBK"])), Whether::Yes);
    assert_eq!(regions(&["GB-WBK"]).holds(&with(&["GB-ENG", "GB-KEN"])), Whether::No);
}

#[test]
fn a_database_that_is_silent_on_purpose_says_nowhere_a118() {
    let nowhere = Location { spot: Finding::Nowhere, asn: Finding::Nowhere };
    for place in [countries(&["DE"]), regions(&["DE-BY"]), cities(&["DE/Munich"])] {
        assert_eq!(place.holds(&nowhere), Whether::No, "{place:?}");
    }
    let place = Place { asns: vec![Asn(3320)], within: Some(disc(20_000.0)), ..Place::default() };
    assert_eq!(place.holds(&nowhere), Whether::No);
}

#[test]
fn countries_regions_and_cities_add_up_and_the_rest_restricts() {
    let several = Place {
        countries: vec![country("FR")],
        regions: vec![region("DE-BY")],
        cities: vec![City::parse("AT/Vienna").unwrap()],
        ..Place::default()
    };
    assert_eq!(several.holds(&in_munich()), Whether::Yes);
    let near = Place { within: Some(disc(50.0)), ..several.clone() };
    assert_eq!(near.holds(&in_munich()), Whether::Yes);
    let far = Disc { centre: Point::new(52.52, 13.405).unwrap(), kilometres: 50.0 };
    let far = Place { within: Some(far), ..several.clone() };
    assert_eq!(far.holds(&in_munich()), Whether::No);
    let telekom = Place { asns: vec![Asn(3320)], ..several.clone() };
    assert_eq!(telekom.holds(&in_munich()), Whether::Yes);
    let other = Place { asns: vec![Asn(13_335)], ..several };
    assert_eq!(other.holds(&in_munich()), Whether::No);
    let asns_unknown = Location::at(munich());
    assert_eq!(telekom.holds(&asns_unknown), Whether::Unknown);
}

#[test]
fn a_place_of_nothing_holds_nobody() {
    assert_eq!(Place::default().holds(&in_munich()), Whether::Unknown);
    assert!(!Place::default().is_geographic());
}

#[test]
fn a_location_reads_as_a_person_would_say_it() {
    assert_eq!(in_munich().to_string(), "DE, DE-BY, Munich, 48.137 11.575 ±20 km, AS3320");
    assert_eq!(Location::default().to_string(), "unknown");
    let nowhere = Location { spot: Finding::Nowhere, asn: Finding::Unknown };
    assert_eq!(nowhere.to_string(), "nowhere");
}
