//! Networks and places by the names that rules use.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Configuration;
use super::Stage;
use crate::area::Area;
use crate::area::Ground;
use crate::network::NetworkSet;
use crate::place::Place;

impl Configuration {
    /// Every named network, as rules use it.
    #[must_use]
    pub fn named_networks(&self) -> Vec<Area> {
        self.networks.iter().map(|(name, set)| network(name, set)).collect()
    }

    /// Every named network and place, as rules use it.
    #[must_use]
    pub fn named_areas(&self) -> Vec<Area> {
        let places = self.places.iter().map(|(name, it)| place(name, it));
        self.named_networks().into_iter().chain(places).collect()
    }
}

impl Stage<'_> {
    /// From here on rules can name these.
    pub(super) fn name_areas(
        &mut self,
        networks: &BTreeMap<String, Arc<NetworkSet>>,
        places: &BTreeMap<String, Arc<Place>>,
    ) {
        let networks = networks.iter().map(|(name, set)| (name.clone(), network(name, set)));
        let places = places.iter().map(|(name, it)| (name.clone(), place(name, it)));
        self.areas = networks.chain(places).collect();
    }
}

fn network(name: &str, set: &Arc<NetworkSet>) -> Area {
    Area { name: name.into(), ground: Ground::Network(Arc::clone(set)) }
}

fn place(name: &str, place: &Arc<Place>) -> Area {
    Area { name: name.into(), ground: Ground::Place(Arc::clone(place)) }
}
