//! `geo` and `places`: databases of where addresses are, and the parts of the world that rules speak of.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::Stage;
use super::document::geography::DiscSection;
use super::document::geography::GeoSection;
use super::document::geography::PlaceSection;
use super::document::scalar::ListOr;
use super::elements;
use super::error::Problem;
use super::key_path;
use super::key_path::KeyPath;
use super::limits::Limit;
use crate::geo;
use crate::place::Asn;
use crate::place::City;
use crate::place::CountryCode;
use crate::place::Disc;
use crate::place::Place;
use crate::place::Point;
use crate::place::RegionCode;

const DAY: Duration = Duration::from_hours(24);

/// How old a database may be, where nothing else is written.
const MAX_AGE: Duration = Duration::from_hours(90 * 24);

const COUNTRY: &str = "a country's code of ISO 3166-1, such as DE";
const REGION: &str = "a region's code of ISO 3166-2, such as DE-BY";
const CITY: &str = "a number of GeoNames, or text such as DE/Munich or US-IL/Springfield";
const OPERATOR: &str = "AS and the number, such as AS3320";

type Entries = BTreeMap<String, Option<ListOr<PlaceSection>>>;

impl Stage<'_> {
    /// What is decided about geography. The files are not looked at here: a database that cannot be used
    /// makes places unknown, and does not keep a gateway from starting.
    pub(super) fn geo(&mut self, section: Option<&GeoSection>) -> geo::Settings {
        let top = KeyPath::default().key("geo");
        let nothing = GeoSection::default();
        let is_empty =
            section.is_some_and(|geo| (&geo.database, &geo.asn_database) == (&None, &None));
        if is_empty && !self.report.is_reported_below(&top) {
            let problem = Problem::new("no database is named").found("neither");
            self.report.refuse(&top, problem.allowed("`database`, `asn_database`, or both"));
        }
        let section = section.unwrap_or(&nothing);
        let limit = Limit::new(DAY, 3650 * DAY);
        geo::Settings {
            database: self.database(section.database.as_deref(), &top.key("database")),
            asn_database: self.database(section.asn_database.as_deref(), &top.key("asn_database")),
            unknown: section.unknown.unwrap_or_default(),
            max_age: self.span(section.max_age, &top.key("max_age"), MAX_AGE, &limit),
        }
    }

    fn database(&mut self, name: Option<&str>, path: &KeyPath) -> Option<PathBuf> {
        let name = name?;
        if name.is_empty() {
            let problem = Problem::new("not the path of a file");
            self.report.refuse(path, problem.allowed("the path of a file"));
        }
        Some(self.directory.join(name))
    }

    /// Every named place. Names of networks are taken.
    pub(super) fn named_places<N>(
        &mut self,
        entries: Option<&Entries>,
        networks: &BTreeMap<String, N>,
        geo: &geo::Settings,
    ) -> BTreeMap<String, Arc<Place>> {
        let top = KeyPath::default().key("places");
        let mut places = BTreeMap::new();
        for (name, entry) in entries.into_iter().flatten() {
            let path = top.key(name);
            let network = networks.get_key_value(name).map(|(name, _)| name.as_str());
            self.place_name(name, &path, network);
            let place = match entry {
                None => continue,
                Some(ListOr::List(list)) => self.short_place(list, &path),
                Some(ListOr::Map(section)) => self.full_place(section, &path),
            };
            self.has_its_databases(&place, &path, geo);
            places.insert(name.clone(), Arc::new(place));
        }
        places
    }

    fn place_name(&mut self, name: &str, path: &KeyPath, network: Option<&str>) {
        if !super::network::is_name(name) {
            let problem = Problem::new("not a name for a place").found(key_path::shown(name));
            self.report.refuse(path, problem.allowed("1 to 63 of a-z, 0-9, `-` and `_`"));
        }
        if let Some(network) = network {
            let line = self.report.line(&KeyPath::default().key("networks").key(network));
            let problem = Problem::new("a network has this name")
                .found(key_path::shown(name))
                .allowed("names that no network has: rules name both in the same lists")
                .hint(format!("the network is on line {line}"));
            self.report.refuse(path, problem);
        }
    }

    /// A list of countries and regions.
    fn short_place(&mut self, list: &[Option<String>], path: &KeyPath) -> Place {
        let mut place = Place::default();
        self.filled(Some(list), path, "at least one country or region");
        for (path, text) in elements(list, path) {
            if let Some(country) = CountryCode::parse(text) {
                place.countries.push(country);
            } else if let Some(region) = RegionCode::parse(text) {
                place.regions.push(region);
            } else {
                let problem = Problem::new("not a country or region");
                let problem = problem.allowed("a code of ISO 3166, such as DE or DE-BY");
                self.report.refuse(&path, with_hint(problem, text));
            }
        }
        place
    }

    /// A place that is written in full.
    fn full_place(&mut self, section: &PlaceSection, path: &KeyPath) -> Place {
        let place = Place {
            countries: self.codes(section.countries.as_deref(), &path.key("countries"), |text| {
                let problem = || Problem::new("not a country").allowed(COUNTRY);
                CountryCode::parse(text).ok_or_else(|| with_hint(problem(), text))
            }),
            regions: self.codes(section.regions.as_deref(), &path.key("regions"), |text| {
                let problem = || Problem::new("not a region").allowed(REGION);
                RegionCode::parse(text).ok_or_else(|| with_hint(problem(), text))
            }),
            cities: self.codes(section.cities.as_deref(), &path.key("cities"), |entry| {
                let problem = || Problem::new("not a city").allowed(CITY);
                City::parse(&entry.0).ok_or_else(problem)
            }),
            asns: self.codes(section.asns.as_deref(), &path.key("asns"), |text| {
                let problem = || Problem::new("not the operator of a network").allowed(OPERATOR);
                Asn::parse(text).ok_or_else(problem)
            }),
            within: section.within.as_ref().and_then(|disc| self.disc(disc, &path.key("within"))),
        };
        if place == Place::default() && !self.report.is_reported_below(path) {
            let problem = Problem::new("nothing is in this place").found("none of its keys");
            let allowed = "one or more of `countries`, `regions`, `cities`, `asns`, `within`";
            self.report.refuse(path, problem.allowed(allowed));
        }
        place
    }

    fn codes<E, T>(
        &mut self,
        list: Option<&[Option<E>]>,
        path: &KeyPath,
        parse: impl Fn(&E) -> Result<T, Problem>,
    ) -> Vec<T> {
        self.filled(list, path, "at least one, or no such key");
        let mut codes = Vec::new();
        for (path, entry) in elements(list.unwrap_or_default(), path) {
            codes.extend(self.report.take(&path, parse(entry)));
        }
        codes
    }

    fn filled<E>(&mut self, list: Option<&[E]>, path: &KeyPath, allowed: &str) {
        if list.is_some_and(<[E]>::is_empty) {
            let problem = Problem::new("the list is empty").found("an empty list");
            self.report.refuse(path, problem.allowed(allowed));
        }
    }

    fn disc(&mut self, section: &DiscSection, path: &KeyPath) -> Option<Disc> {
        let latitude = self.number(section.latitude, &path.key("latitude"), (-90.0, 90.0));
        let longitude = self.number(section.longitude, &path.key("longitude"), (-180.0, 180.0));
        let kilometres = self.number(section.kilometres, &path.key("kilometres"), (1.0, 20_000.0));
        let centre = Point::new(latitude?, longitude?)?;
        Some(Disc { centre, kilometres: kilometres? })
    }

    fn number(
        &mut self,
        value: Option<f64>,
        path: &KeyPath,
        (from, to): (f64, f64),
    ) -> Option<f64> {
        let allowed = format!("a number from {from} to {to}");
        let Some(value) = value else {
            self.report.missing(path, &allowed);
            return None;
        };
        if !(from..=to).contains(&value) {
            self.report.refuse(path, Problem::new("out of range").allowed(allowed));
            return None;
        }
        Some(value)
    }

    /// What a place is made of must be found out from somewhere.
    fn has_its_databases(&mut self, place: &Place, path: &KeyPath, geo: &geo::Settings) {
        let lacks = |key: &str, what: &str| {
            Problem::new(format!("no database says {what}"))
                .found(format!("no `geo.{key}`"))
                .allowed(format!("a file as `geo.{key}`"))
        };
        let said = KeyPath::default().key("geo");
        if self.report.is_reported(&said) || self.report.is_reported_below(&said) {
            return;
        }
        if place.is_geographic() && geo.database.is_none() {
            self.report.refuse(path, lacks("database", "where addresses are"));
        }
        if !place.asns.is_empty() && geo.asn_database.is_none() {
            let problem = lacks("asn_database", "who operates a network");
            self.report.refuse(&path.key("asns"), problem);
        }
    }
}

/// What was meant, where that can be guessed.
fn with_hint(problem: Problem, text: &str) -> Problem {
    let upper = text.to_ascii_uppercase();
    let is_code =
        |text: &str| CountryCode::parse(text).is_some() || RegionCode::parse(text).is_some();
    let (country, _) = upper.split_once('-').unwrap_or((&upper, ""));
    match country {
        "UK" => problem.hint("the United Kingdom is GB"),
        "EL" => problem.hint("Greece is GR"),
        "EU" => problem.hint("the European Union has no code there; list its countries"),
        _ if upper != text && is_code(&upper) => problem.hint(format!("in capitals: {upper}")),
        _ => problem,
    }
}
