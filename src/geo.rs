//! Geography: where a database says an address is.
//!
//! A database proves nothing about a person. It says where the operator of an address range is believed to
//! use it, and it is wrong at times; what it does not say is unknown here, and never "elsewhere".
//! Nothing in this module reads a file: bytes come in, and are judged as a whole before they decide anything.

mod database;
mod special;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use arc_swap::ArcSwapOption;

pub use self::database::Database;
pub use self::database::LARGEST;
pub use self::database::Unusable;

use self::special::Nature;
use crate::clock::Clock;
use crate::place::Finding;
use crate::place::Location;

/// What a database is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Countries, and perhaps regions, cities and coordinates.
    Places,
    /// Operators of networks.
    Operators,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Places, Self::Operators];

    /// Its name in logs and metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Places => "places",
            Self::Operators => "operators",
        }
    }
}

/// What an address means of which a good database has no record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WithoutRecord {
    /// Nobody knows where it is: rules about places refuse it, whichever way round they are.
    #[default]
    Refuse,
    /// It is in no place at all: a list of denied places lets it pass, a list of allowed ones does not.
    Nowhere,
}

/// What an operator decides about geography.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// File with countries and cities.
    pub database: Option<PathBuf>,
    /// File with operators of networks.
    pub asn_database: Option<PathBuf>,
    /// What an address without a record means.
    pub unknown: WithoutRecord,
    /// A database that was built longer ago decides nothing.
    pub max_age: Duration,
}

impl Settings {
    /// The file for a kind of database, if there is to be one.
    #[must_use]
    pub const fn file(&self, kind: Kind) -> Option<&PathBuf> {
        match kind {
            Kind::Places => self.database.as_ref(),
            Kind::Operators => self.asn_database.as_ref(),
        }
    }
}

/// The databases of this process. Each is replaced as a whole, under everybody who asks.
#[derive(Debug, Default)]
pub struct Shelf {
    places: ArcSwapOption<Database>,
    operators: ArcSwapOption<Database>,
    generation: AtomicU64,
}

impl Shelf {
    /// The database of a kind, if there is one.
    #[must_use]
    pub fn get(&self, kind: Kind) -> Option<Arc<Database>> {
        self.slot(kind).load_full()
    }

    /// Puts a database in the place of the one before, or takes it away.
    pub fn put(&self, kind: Kind, database: Option<Arc<Database>>) {
        self.slot(kind).store(database);
        self.changed();
    }

    /// Counts every change of what there is.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// What was found before may be different now.
    pub fn changed(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    const fn slot(&self, kind: Kind) -> &ArcSwapOption<Database> {
        match kind {
            Kind::Places => &self.places,
            Kind::Operators => &self.operators,
        }
    }
}

/// The databases under the settings of one configuration. Always answers from the newest ones.
#[derive(Clone, Debug)]
pub struct Databases {
    settings: Settings,
    shelf: Arc<Shelf>,
    clock: Arc<dyn Clock>,
}

impl Databases {
    /// What is on the shelf, under these settings.
    #[must_use]
    pub fn new(settings: Settings, shelf: Arc<Shelf>, clock: Arc<dyn Clock>) -> Self {
        Self { settings, shelf, clock }
    }

    /// No database: every address is unknown.
    #[must_use]
    pub fn none(clock: Arc<dyn Clock>) -> Self {
        Self::new(Settings::default(), Arc::default(), clock)
    }

    /// Changes whenever [`Databases::locate`] may answer differently than before.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.shelf.generation()
    }

    /// Whether there is to be a database of places.
    #[must_use]
    pub fn is_configured(&self) -> bool {
        self.settings.file(Kind::Places).is_some()
    }

    /// Where an address is believed to be. An IPv4-mapped address is the IPv4 address; one that only
    /// contains an IPv4 address is nowhere that anybody knows.
    #[must_use]
    pub fn locate(&self, address: IpAddr) -> Location {
        let address = address.to_canonical();
        let nature = special::nature(address);
        let spot = self.ask(Kind::Places, nature, |database| database.spot(address));
        let asn = self.ask(Kind::Operators, nature, |database| database.operator(address));
        Location { spot, asn }
    }

    /// Whether there is a database of this kind that decides: present, good, and not too old.
    #[must_use]
    pub fn decides(&self, kind: Kind) -> bool {
        self.usable(kind).is_some()
    }

    fn usable(&self, kind: Kind) -> Option<Arc<Database>> {
        self.settings.file(kind)?;
        let database = self.shelf.get(kind)?;
        let fits = database.fitness(self.clock.now(), self.settings.max_age);
        fits.is_ok().then_some(database)
    }

    fn ask<T>(
        &self,
        kind: Kind,
        nature: Nature,
        look: impl FnOnce(&Database) -> Result<Option<T>, Unusable>,
    ) -> Finding<T> {
        let Some(database) = self.usable(kind) else { return Finding::Unknown };
        let found = match nature {
            Nature::Ordinary => look(&database),
            // Whatever a database says about an address that is used in many places, or in none.
            Nature::Special => Ok(None),
            Nature::Embedding => return Finding::Unknown,
        };
        match (found, self.settings.unknown) {
            (Ok(Some(found)), _) => Finding::Known(found),
            (Ok(None), WithoutRecord::Nowhere) => Finding::Nowhere,
            (Ok(None), WithoutRecord::Refuse) | (Err(_), _) => Finding::Unknown,
        }
    }
}

#[cfg(test)]
#[expect(dead_code, reason = "the other tests use the rest")]
#[path = "../tests/support/mmdb.rs"]
pub(crate) mod mmdb;
#[cfg(test)]
mod tests;
