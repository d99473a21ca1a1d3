//! Places: where on earth an address is believed to be, and whether that is inside what an operator named.
//!
//! Pure: what a database says about an address arrives as a [`Location`], and [`Place::holds`] compares.
//! What a record does not say is unknown, and unknown is never no: a rule must be able to refuse
//! what nobody knows, whichever way round it is written.

pub mod city;
pub mod code;
pub mod disc;
pub mod whether;

use std::fmt;

pub use self::city::City;
pub use self::city::CityName;
pub use self::code::Asn;
pub use self::code::CountryCode;
pub use self::code::RegionCode;
pub use self::disc::Disc;
pub use self::disc::Point;
pub use self::whether::Whether;

/// What one database says about an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Finding<T> {
    /// Nothing that could be relied on: there is no usable database, or no record and the operator has
    /// not said what that means.
    #[default]
    Unknown,
    /// That there is no such thing about this address; the operator takes a missing record for that.
    Nowhere,
    /// This.
    Known(T),
}

/// What the databases say about an address. By default nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Location {
    /// Where it is believed to be.
    pub spot: Finding<Spot>,
    /// Whose network it is in.
    pub asn: Finding<Asn>,
}

/// Where an address is believed to be. Every part may be missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spot {
    /// The country.
    pub country: Option<CountryCode>,
    /// Its regions, the largest first.
    pub regions: Vec<RegionCode>,
    /// GeoNames number of the city.
    pub city_id: Option<u32>,
    /// English name of the city.
    pub city: Option<CityName>,
    /// Coordinates.
    pub point: Option<Point>,
    /// How many kilometres around the coordinates the address may be.
    pub accuracy: Option<f64>,
}

impl Location {
    /// A location of which only the spot is known.
    #[must_use]
    pub const fn at(spot: Spot) -> Self {
        Self { spot: Finding::Known(spot), asn: Finding::Unknown }
    }

    /// A location of which only the country is known.
    #[must_use]
    pub const fn in_country(country: CountryCode) -> Self {
        Self::at(Spot {
            country: Some(country),
            regions: Vec::new(),
            city_id: None,
            city: None,
            point: None,
            accuracy: None,
        })
    }
}

impl fmt::Display for Location {
    /// For people: `DE, DE-BY, Munich, 48.137 11.575 ±20 km, AS3320`, or `unknown`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        match &self.spot {
            Finding::Unknown => {}
            Finding::Nowhere => parts.push("nowhere".to_owned()),
            Finding::Known(spot) => spot.describe(&mut parts),
        }
        if let Finding::Known(asn) = &self.asn {
            parts.push(asn.to_string());
        }
        if parts.is_empty() { f.write_str("unknown") } else { f.write_str(&parts.join(", ")) }
    }
}

impl Spot {
    fn describe(&self, parts: &mut Vec<String>) {
        parts.extend(self.country.map(|country| country.to_string()));
        parts.extend(self.regions.iter().map(RegionCode::to_string));
        match (&self.city, self.city_id) {
            (Some(name), _) => parts.push(name.to_string()),
            (None, Some(id)) => parts.push(format!("city {id}")),
            (None, None) => {}
        }
        parts.extend(self.point.map(|point| match self.accuracy {
            Some(accuracy) => format!("{point} ±{accuracy:.0} km"),
            None => point.to_string(),
        }));
    }

    fn in_country(&self, country: CountryCode) -> Whether {
        self.country.map_or(Whether::Unknown, |known| Whether::from(known == country))
    }

    /// Inside a region: of two levels a record may name only one, and says nothing about the other then.
    fn in_region(&self, region: RegionCode) -> Whether {
        if self.regions.contains(&region) {
            return Whether::Yes;
        }
        let of_country = self.regions.iter().filter(|known| known.country() == region.country());
        let told = match of_country.count() {
            0 => Whether::Unknown,
            1 if region.country().has_nested_regions() => Whether::Unknown,
            _ => Whether::No,
        };
        told.and(self.in_country(region.country()))
    }

    fn in_city(&self, city: &City) -> Whether {
        match city {
            City::Id(id) => {
                self.city_id.map_or(Whether::Unknown, |known| Whether::from(known == *id))
            }
            City::Named { country, region, name } => {
                let same = self.city.as_ref();
                let same = same.map_or(Whether::Unknown, |known| Whether::from(known == name));
                let around = region.map_or(Whether::Yes, |region| self.in_region(region));
                same.and(around).and(self.in_country(*country))
            }
        }
    }

    fn in_disc(&self, disc: &Disc) -> Whether {
        match (self.point, self.accuracy) {
            (Some(point), Some(accuracy)) => disc.holds(point, accuracy),
            _ => Whether::Unknown,
        }
    }
}

/// A named place.
///
/// An address is in it when it is in any of the countries, regions and cities, **and** in the disc, **and**
/// in a network of one of the operators; of these three, what is not given does not matter. So
/// `countries: [DE, AT], cities: [CH/Basel]` is two countries and a town, and `within` or `asns` beside it
/// make it smaller, never larger. A place of which nothing is given holds no address: it is unknown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// Countries.
    pub countries: Vec<CountryCode>,
    /// Regions.
    pub regions: Vec<RegionCode>,
    /// Cities.
    pub cities: Vec<City>,
    /// Operators of networks.
    pub asns: Vec<Asn>,
    /// A disc.
    pub within: Option<Disc>,
}

impl Place {
    /// Whether an address with this location is inside.
    #[must_use]
    pub fn holds(&self, location: &Location) -> Whether {
        let mut verdict = None;
        if self.names_areas() {
            restrict(&mut verdict, judge(&location.spot, |spot| self.in_areas(spot)));
        }
        if let Some(disc) = &self.within {
            restrict(&mut verdict, judge(&location.spot, |spot| spot.in_disc(disc)));
        }
        if !self.asns.is_empty() {
            let listed = |asn: &Asn| Whether::from(self.asns.contains(asn));
            restrict(&mut verdict, judge(&location.asn, listed));
        }
        verdict.unwrap_or_default()
    }

    /// Whether it needs a database of countries and cities.
    #[must_use]
    pub const fn is_geographic(&self) -> bool {
        self.names_areas() || self.within.is_some()
    }

    const fn names_areas(&self) -> bool {
        !(self.countries.is_empty() && self.regions.is_empty() && self.cities.is_empty())
    }

    fn in_areas(&self, spot: &Spot) -> Whether {
        let countries = self.countries.iter().map(|country| spot.in_country(*country));
        let regions = self.regions.iter().map(|region| spot.in_region(*region));
        let cities = self.cities.iter().map(|city| spot.in_city(city));
        Whether::any(countries.chain(regions).chain(cities))
    }
}

fn judge<T>(finding: &Finding<T>, known: impl FnOnce(&T) -> Whether) -> Whether {
    match finding {
        Finding::Unknown => Whether::Unknown,
        Finding::Nowhere => Whether::No,
        Finding::Known(value) => known(value),
    }
}

fn restrict(verdict: &mut Option<Whether>, also: Whether) {
    *verdict = Some(verdict.map_or(also, |so_far| so_far.and(also)));
}

#[cfg(test)]
mod tests;
