//! One database in the MaxMind DB format, in memory and checked from end to end.
//!
//! It is read into memory, never mapped: a file that is changed under a mapping changes what was checked,
//! and one that is cut off kills the process.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use maxminddb::MaxMindDbError;
use maxminddb::Reader;
use maxminddb::WithinOptions;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error;
use serde::de::IgnoredAny;
use serde::de::SeqAccess;
use serde::de::Unexpected;
use serde::de::Visitor;

use super::Kind;
use crate::clock::Timestamp;
use crate::place::Asn;
use crate::place::CityName;
use crate::place::CountryCode;
use crate::place::Point;
use crate::place::RegionCode;
use crate::place::Spot;

/// The largest database that is read, in bytes.
pub const LARGEST: u64 = 512 * 1024 * 1024;

/// How far the clock of whoever builds a database may be ahead of ours.
const AHEAD: Duration = Duration::from_hours(24);

/// In how many records what a database is for must appear at least once.
const SAMPLE: usize = 100_000;

/// Regions of one record that are looked at; databases have at most two.
const MOST_REGIONS: usize = 8;

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The bytes are not a whole, sound database.
    #[error("not a sound MaxMind DB file: {0}")]
    Damaged(#[from] MaxMindDbError),
    /// A record does not say what it is asked for.
    #[error("a record that does not say it")]
    Silent,
    /// It says that it was built in the future, so that nobody can tell how old it is.
    #[error("a database built {0}, which is in the future")]
    FromTheFuture(Timestamp),
    /// It is older than the operator allows.
    #[error("a database built {0}, which is longer ago than `geo.max_age`")]
    TooOld(Timestamp),
    /// It is about something else.
    #[error("a database of type {name} holds no {}", .wanted.contents())]
    OtherKind {
        /// Its type, as it says itself.
        name: String,
        /// What it was wanted for.
        wanted: Kind,
    },
}

impl Kind {
    const fn contents(self) -> &'static str {
        match self {
            Self::Places => "countries (`country.iso_code`)",
            Self::Operators => "operators (`autonomous_system_number`)",
        }
    }
}

/// A database.
pub struct Database {
    reader: Reader<Vec<u8>>,
    name: String,
    built: Timestamp,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.name, self.built)
    }
}

impl Database {
    /// The database these bytes are. Every node and record is checked, so that a lookup can fail only by
    /// finding nothing; and it must hold what it is wanted for, whatever it is called.
    ///
    /// # Errors
    /// When it is damaged, cut off, or of another kind.
    pub fn read(bytes: Vec<u8>, kind: Kind) -> Result<Self, Unusable> {
        let reader = Reader::from_source(bytes)?;
        reader.verify()?;
        let metadata = reader.metadata();
        let shown = |c: &char| c.is_ascii_graphic();
        let name = metadata.database_type.chars().filter(shown).take(60).collect();
        let built = Timestamp::from_secs(metadata.build_epoch);
        let database = Self { reader, name, built };
        if database.holds(kind)? {
            Ok(database)
        } else {
            Err(Unusable::OtherKind { name: database.name, wanted: kind })
        }
    }

    /// When it was built, as it says itself.
    #[must_use]
    pub const fn built(&self) -> Timestamp {
        self.built
    }

    /// Whether its age is known and within what the operator allows.
    ///
    /// # Errors
    /// When it is not.
    pub fn fitness(&self, now: Timestamp, max_age: Duration) -> Result<(), Unusable> {
        if self.built > now.plus(AHEAD) {
            Err(Unusable::FromTheFuture(self.built))
        } else if now.since(self.built) > max_age {
            Err(Unusable::TooOld(self.built))
        } else {
            Ok(())
        }
    }

    /// Whether what it is wanted for appears in it.
    fn holds(&self, kind: Kind) -> Result<bool, Unusable> {
        for found in self.reader.networks(WithinOptions::default())?.take(SAMPLE) {
            let found = found?;
            let holds = match kind {
                Kind::Places => found.decode().is_ok_and(|record: Option<PlaceRecord<'_>>| {
                    record.is_some_and(|record| record.spot().country.is_some())
                }),
                Kind::Operators => found.decode().is_ok_and(|record: Option<AsnRecord>| {
                    record.is_some_and(|record| record.autonomous_system_number.is_some())
                }),
            };
            if holds {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Where it says an address is; none without a record.
    ///
    /// # Errors
    /// When it cannot tell: a record of a form that is not known, or an address of a family it has not.
    pub(super) fn spot(&self, address: IpAddr) -> Result<Option<Spot>, Unusable> {
        let record: Option<PlaceRecord<'_>> = self.reader.lookup(address)?.decode()?;
        Ok(record.map(|record| record.spot()))
    }

    /// Whose it says an address is; none without a record.
    ///
    /// # Errors
    /// When it cannot tell.
    pub(super) fn operator(&self, address: IpAddr) -> Result<Option<Asn>, Unusable> {
        let Some(record) = self.reader.lookup(address)?.decode::<AsnRecord>()? else {
            return Ok(None);
        };
        record
            .autonomous_system_number
            .map(|Whole(number)| Some(Asn(number)))
            .ok_or(Unusable::Silent)
    }
}

/// What is read of a record about a network's operator.
#[derive(Deserialize)]
struct AsnRecord {
    autonomous_system_number: Option<Whole>,
}

/// What is read of a record about a place. The country is the one where an address is used, not the one it
/// is registered in.
#[derive(Default, Deserialize)]
#[serde(default)]
struct PlaceRecord<'a> {
    #[serde(borrow)]
    country: Coded<'a>,
    #[serde(borrow, deserialize_with = "first_regions")]
    subdivisions: Vec<Coded<'a>>,
    #[serde(borrow)]
    city: CityRecord<'a>,
    location: Coordinates,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Coded<'a> {
    #[serde(borrow)]
    iso_code: Option<Cow<'a, str>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CityRecord<'a> {
    geoname_id: Option<Whole>,
    #[serde(borrow)]
    names: Names<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Names<'a> {
    #[serde(borrow)]
    en: Option<Cow<'a, str>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Coordinates {
    latitude: Option<Number>,
    longitude: Option<Number>,
    accuracy_radius: Option<Number>,
}

impl PlaceRecord<'_> {
    fn spot(&self) -> Spot {
        let country = self.country.iso_code.as_deref().and_then(CountryCode::parse);
        let regions = self.subdivisions.iter().filter_map(|region| {
            let code = region.iso_code.as_deref()?;
            RegionCode::new(country?, code)
        });
        let at = &self.location;
        let point = at.latitude.zip(at.longitude);
        Spot {
            country,
            regions: regions.collect(),
            city_id: self.city.geoname_id.map(|Whole(number)| number),
            city: self.city.names.en.as_deref().and_then(CityName::new),
            point: point.and_then(|(latitude, longitude)| Point::new(latitude.0, longitude.0)),
            accuracy: at.accuracy_radius.map(|Number(kilometres)| kilometres),
        }
    }
}

/// The first few elements of a list; the others are passed over.
fn first_regions<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Coded<'de>>, D::Error> {
    struct First;
    impl<'de> Visitor<'de> for First {
        type Value = Vec<Coded<'de>>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of regions")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut first = Vec::new();
            while first.len() < MOST_REGIONS {
                let Some(region) = list.next_element()? else { return Ok(first) };
                first.push(region);
            }
            while list.next_element::<IgnoredAny>()?.is_some() {}
            Ok(first)
        }
    }
    deserializer.deserialize_seq(First)
}

/// A whole number, in whatever size a database has it.
#[derive(Clone, Copy)]
struct Whole(u32);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Whole;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number of at most 32 bits")
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Whole, E> {
                let small = u32::try_from(number).map(Whole);
                small.map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// A number, with or without a fraction.
#[derive(Clone, Copy)]
struct Number(f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Number;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }
            fn visit_f64<E: Error>(self, number: f64) -> Result<Number, E> {
                Ok(Number(number))
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Number, E> {
                let small = u32::try_from(number).map(|number| Number(number.into()));
                small.map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<Number, E> {
                let small = i32::try_from(number).map(|number| Number(number.into()));
                small.map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
            }
        }
        deserializer.deserialize_any(Any)
    }
}
