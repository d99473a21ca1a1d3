//! `geo` and `places` as they are written.

use std::fmt;

use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;
use schemars::json_schema;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error;
use serde::de::Visitor;

use super::scalar::Span;
use crate::geo::WithoutRecord;

/// Databases in the MaxMind DB format that say where an address is used. They are watched, and taken up when
/// they are replaced. While one is missing, damaged or too old, nobody is known to be in or out of any place.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with keys such as `database`")]
pub(in crate::config) struct GeoSection {
    /// File with countries, and perhaps regions, cities and coordinates; at most 512 MiB.
    pub(in crate::config) database: Option<String>,
    /// File with the operators of networks (ASN), for `places.*.asns`; at most 512 MiB.
    pub(in crate::config) asn_database: Option<String>,
    /// What an address means that has no record, or is private: `refuse` (nobody knows where it is), or
    /// `nowhere` (it is in no place, so that a list of denied places lets it pass).
    #[schemars(extend("default" = "refuse"))]
    pub(in crate::config) unknown: Option<WithoutRecord>,
    /// A database that was built longer ago decides nothing; 1d to 3650d.
    #[schemars(extend("default" = "90d"))]
    pub(in crate::config) max_age: Option<Span>,
}

/// A named place: in any of these countries, regions and cities, and within the disc, and in a network of one
/// of these operators. What is not given does not matter.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with keys such as `countries`")]
pub(in crate::config) struct PlaceSection {
    /// Countries by their code of ISO 3166-1, such as `DE`.
    #[schemars(length(min = 1))]
    pub(in crate::config) countries: Option<Vec<Option<String>>>,
    /// Regions by their code of ISO 3166-2, such as `DE-BY`.
    #[schemars(length(min = 1))]
    pub(in crate::config) regions: Option<Vec<Option<String>>>,
    /// Cities: the number at GeoNames, or country or region and the English name: `DE/Munich`,
    /// `US-IL/Springfield`.
    #[schemars(length(min = 1))]
    pub(in crate::config) cities: Option<Vec<Option<CityEntry>>>,
    /// Operators of networks, such as `AS3320`. Needs `geo.asn_database`.
    #[schemars(length(min = 1))]
    pub(in crate::config) asns: Option<Vec<Option<String>>>,
    /// A disc, judged with the accuracy that the database states.
    pub(in crate::config) within: Option<DiscSection>,
}

/// A disc on earth.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a mapping with the keys `latitude`, `longitude`, `kilometres`"
)]
pub(in crate::config) struct DiscSection {
    /// Degrees north; -90 to 90.
    #[schemars(required, range(min = -90, max = 90))]
    pub(in crate::config) latitude: Option<f64>,
    /// Degrees east; -180 to 180.
    #[schemars(required, range(min = -180, max = 180))]
    pub(in crate::config) longitude: Option<f64>,
    /// Its radius; 1 to 20000.
    #[schemars(required, range(min = 1, max = 20_000))]
    pub(in crate::config) kilometres: Option<f64>,
}

/// A city, which may be written as a bare number.
#[derive(Clone, Debug)]
pub(in crate::config) struct CityEntry(pub(in crate::config) String);

impl<'de> Deserialize<'de> for CityEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl Visitor<'_> for Words {
            type Value = CityEntry;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of GeoNames, or text such as DE/Munich")
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<CityEntry, E> {
                Ok(CityEntry(number.to_string()))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<CityEntry, E> {
                Ok(CityEntry(text.to_owned()))
            }
        }
        deserializer.deserialize_any(Words)
    }
}

impl JsonSchema for CityEntry {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CityEntry".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "integer"],
            "minimum": 1,
            "description": "A number of GeoNames, or country or region and English name: DE/Munich."
        })
    }
}
