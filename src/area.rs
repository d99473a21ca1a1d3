//! Areas: the named networks and places that rules speak of, and where a client is.
//!
//! Networks and places share one name space, so that a rule can list both. Every question has three answers
//! ([`Whether`]): what cannot be decided permits nothing, and denies wherever a rule denies.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use crate::network::NetworkSet;
use crate::place::CountryCode;
use crate::place::Finding;
use crate::place::Location;
use crate::place::Place;
use crate::place::Whether;

/// Where a client is, worked out once: its address, and what the databases say about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Whereabouts {
    /// The address, IPv4-mapped forms folded.
    pub address: IpAddr,
    /// What is known of its place; nothing where no rule asks.
    pub location: Arc<Location>,
    /// The first named network that contains it, by name.
    pub network: Option<Arc<str>>,
}

impl Whereabouts {
    /// An address of which nothing else is known.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        let location = Arc::new(Location::default());
        Self { address: address.to_canonical(), location, network: None }
    }

    /// The country it is believed to be in (ISO 3166-1), where that was asked for.
    #[must_use]
    pub fn country(&self) -> Option<&str> {
        match &self.location.spot {
            Finding::Known(spot) => spot.country.as_ref().map(CountryCode::as_str),
            Finding::Unknown | Finding::Nowhere => None,
        }
    }
}

/// What an area is made of.
#[derive(Clone, Debug)]
pub enum Ground {
    /// Addresses.
    Network(Arc<NetworkSet>),
    /// A part of the world.
    Place(Arc<Place>),
}

/// A named network or place.
#[derive(Clone, Debug)]
pub struct Area {
    /// Its name in the configuration.
    pub name: Arc<str>,
    /// What it is.
    pub ground: Ground,
}

impl Area {
    /// Whether a client is in it, to be permitted something for that.
    #[must_use]
    pub fn holds(&self, client: &Whereabouts) -> Whether {
        match &self.ground {
            Ground::Network(set) => Whether::from(set.contains(client.address)),
            Ground::Place(place) => place.holds(&client.location),
        }
    }

    /// Whether a client is in it, to be denied something for that: an address that embeds one of the
    /// network's is in it as well.
    #[must_use]
    pub fn meets(&self, client: &Whereabouts) -> Whether {
        match &self.ground {
            Ground::Network(set) => Whether::from(set.touches(client.address)),
            Ground::Place(place) => place.holds(&client.location),
        }
    }
}

/// A list of areas: in any of them.
#[derive(Clone, Debug, Default)]
pub struct Areas(Vec<Area>);

impl Areas {
    /// These.
    #[must_use]
    pub const fn new(areas: Vec<Area>) -> Self {
        Self(areas)
    }

    /// Whether a client is in any of them, to be permitted something for that. None holds for nobody.
    #[must_use]
    pub fn holds(&self, client: &Whereabouts) -> Whether {
        self.0.iter().fold(Whether::No, |known, area| match known {
            Whether::Yes => known,
            Whether::No | Whether::Unknown => known.or(area.holds(client)),
        })
    }

    /// The first that a client is in, to be denied something for that; else the first that cannot be decided.
    #[must_use]
    pub fn met(&self, client: &Whereabouts) -> Option<(&Area, Whether)> {
        let mut undecided = None;
        for area in &self.0 {
            match area.meets(client) {
                Whether::Yes => return Some((area, Whether::Yes)),
                Whether::Unknown => undecided = undecided.or(Some((area, Whether::Unknown))),
                Whether::No => {}
            }
        }
        undecided
    }

    /// The first that contains a client.
    #[must_use]
    pub fn holding(&self, client: &Whereabouts) -> Option<&Area> {
        self.0.iter().find(|area| area.holds(client) == Whether::Yes)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Area> {
        self.0.iter()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether any is a place, so that the databases have to be asked.
    #[must_use]
    pub fn has_place(&self) -> bool {
        self.0.iter().any(|area| matches!(area.ground, Ground::Place(_)))
    }
}

impl fmt::Display for Areas {
    /// Their names, as in `office, germany`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, area) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            f.write_str(&area.name)?;
        }
        Ok(())
    }
}

/// Who may come near at all: denied areas, and those that are allowed if there is such a list. Denying wins
///
#[derive(Clone, Debug, Default)]
pub struct Fence {
    /// Whoever is in one of these is kept out, and whoever might be.
    pub deny: Areas,
    /// Whoever is in none of these is kept out; none: only `deny` counts.
    pub allow: Option<Areas>,
    /// Whoever is in none of these either: what an administrator asks besides the configuration.
    pub besides: Option<Areas>,
}

/// Why a fence keeps a client out.
#[derive(Clone, Copy, Debug)]
pub enum Kept<'a> {
    /// It is in an area that is denied.
    Denied(&'a Area),
    /// It is in no area that is allowed.
    NotAllowed,
    /// It cannot be told whether it is in this area, or with none: in any that is allowed.
    Undecided(Option<&'a Area>),
}

impl Kept<'_> {
    /// The name of the rule in logs and metrics: that of the denied area, or what is wrong.
    #[must_use]
    pub fn rule(&self) -> &str {
        match self {
            Self::Denied(area) | Self::Undecided(Some(area)) => &area.name,
            Self::NotAllowed | Self::Undecided(None) => "allow",
        }
    }
}

impl Fence {
    /// Why a client is kept out; none: it may come near.
    #[must_use]
    pub fn keeps_out(&self, client: &Whereabouts) -> Option<Kept<'_>> {
        match self.deny.met(client) {
            Some((area, Whether::Yes)) => return Some(Kept::Denied(area)),
            Some((area, Whether::Unknown | Whether::No)) => {
                return Some(Kept::Undecided(Some(area)));
            }
            None => {}
        }
        let mut lists = self.allow.iter().chain(&self.besides).map(|areas| areas.holds(client));
        match lists.find(|holds| !holds.is_yes())? {
            Whether::Yes => None,
            Whether::No => Some(Kept::NotAllowed),
            Whether::Unknown => Some(Kept::Undecided(None)),
        }
    }

    /// Whether it keeps nobody out, whoever comes.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.deny.is_empty() && self.allow.is_none() && self.besides.is_none()
    }

    /// Whether the databases have to be asked.
    #[must_use]
    pub fn has_place(&self) -> bool {
        self.deny.has_place() || self.allow.iter().chain(&self.besides).any(Areas::has_place)
    }
}

#[cfg(test)]
mod tests;
