//! What is shown of what sites ask for.

use std::net::IpAddr;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::area::Area;
use crate::area::Areas;
use crate::clock::Timestamp;
use crate::enforcement::LeastProof;
use crate::enforcement::SitePolicy;
use crate::route::Alternative;
use crate::sightings::Sighting;
use crate::site::Site;

/// One way to satisfy what a site asks for: all of it must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct WayView {
    /// The proof, as `require` of a route names it.
    pub proof: String,
    /// In one of these networks; none: from any.
    pub networks: Option<Vec<String>>,
    /// In one of these places; none: in any.
    pub places: Option<Vec<String>>,
    /// How old the proof may be, in seconds.
    pub max_age: Option<u64>,
}

/// What a site asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AskedView {
    /// Who comes from there is kept out.
    pub deny: Vec<String>,
    /// Who comes from none of these is kept out; none: nobody is for that.
    pub allow: Option<Vec<String>>,
    /// What the paths without a route of their own ask for: one of these.
    pub ways: Vec<WayView>,
    /// How many routes ask for something of their own.
    pub routes: usize,
}

/// What a site asks for, and where that comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SiteView {
    /// Its name.
    pub name: String,
    /// What the configuration says.
    pub configuration: AskedView,
    /// Who comes from none of these networks and places is kept out besides; empty: nobody is.
    pub only_from: Vec<String>,
    /// Of those, what the configuration does not have: nobody comes from there.
    pub unknown: Vec<String>,
    /// What people prove besides at least.
    pub proof: Option<LeastProof>,
    /// How old that may be, in seconds.
    pub max_age: Option<u64>,
    /// What is in force: the stricter of both.
    pub in_force: AskedView,
    /// The networks and places that can be named.
    pub areas: Vec<String>,
    /// The strictest proof that people can give there.
    pub strictest: Option<LeastProof>,
}

/// What a change would do at a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteRehearsal {
    /// What it would ask for.
    pub site: SiteView,
    /// Whether whoever asks would be kept out of the site they ask on.
    pub locks_out: bool,
    /// How many sessions are open there.
    pub sessions: usize,
    /// How many of them come from where nobody would be let in.
    pub kept_out: usize,
    /// Whose some of those are.
    pub logins: Vec<String>,
    /// How many of the others would be asked for another proof.
    pub asked_again: usize,
    /// Programs that were let in there lately and would be kept out, the busiest first.
    pub programs: Vec<ProgramView>,
    /// Addresses that several people share, the most crowded first.
    pub addresses: Vec<AddressView>,
}

/// A program that asks without signing in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramView {
    /// The route that lets it in.
    pub route: String,
    /// The named network, or the network around its address.
    pub network: String,
    /// One address that it came from.
    pub client: IpAddr,
    /// What it calls itself.
    pub user_agent: Option<String>,
    /// How many of its requests were let in.
    pub requests: u64,
    /// When the last came.
    pub last: Timestamp,
}

impl From<Sighting> for ProgramView {
    fn from(seen: Sighting) -> Self {
        Self {
            route: seen.route,
            network: seen.network,
            client: seen.example.client,
            user_agent: seen.example.user_agent,
            requests: seen.forwarded,
            last: seen.last,
        }
    }
}

/// An address that several people share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AddressView {
    /// The address.
    pub address: IpAddr,
    /// How many people are signed in from it.
    pub people: usize,
    /// Whether they would be kept out.
    pub kept_out: bool,
}

impl SiteView {
    pub(super) fn new(
        site: &Arc<Site>,
        policy: &SitePolicy,
        (areas, strictest): (&[Area], Option<LeastProof>),
    ) -> Self {
        let is_known = |name: &String| areas.iter().any(|area| *area.name == **name);
        let only_from: Vec<String> = policy.only_from.iter().cloned().collect();
        Self {
            name: site.name.to_string(),
            configuration: AskedView::of(site),
            unknown: only_from.iter().filter(|name| !is_known(name)).cloned().collect(),
            in_force: AskedView::of(&site.under(policy, areas)),
            areas: areas.iter().map(|area| area.name.to_string()).collect(),
            proof: policy.proof,
            max_age: policy.max_age,
            only_from,
            strictest,
        }
    }

    /// What is asked besides the configuration.
    #[must_use]
    pub fn policy(&self) -> SitePolicy {
        SitePolicy {
            only_from: self.only_from.iter().cloned().collect(),
            proof: self.proof,
            max_age: self.max_age,
        }
    }
}

impl AskedView {
    fn of(site: &Site) -> Self {
        let fence = &site.fence;
        let both = match (&fence.allow, &fence.besides) {
            (None, None) => None,
            (Some(only), None) | (None, Some(only)) => Some(names(only)),
            // In one of each list.
            (Some(allow), Some(besides)) => Some(joint(allow, besides)),
        };
        let ways = site.routes.default_rules().requirement.alternatives();
        Self {
            deny: names(&fence.deny),
            allow: both,
            ways: ways.iter().map(WayView::of).collect(),
            routes: site.routes.routes().len(),
        }
    }
}

/// Two lists, of each of which one must hold: what is in both by name, or each of one with each of the other.
fn joint(allow: &Areas, besides: &Areas) -> Vec<String> {
    let (one, other) = (names(allow), names(besides));
    let both: Vec<String> = one.iter().filter(|name| other.contains(name)).cloned().collect();
    let apart = one.iter().filter(|name| !other.contains(name)).flat_map(|a| {
        let others = other.iter().filter(|name| !one.contains(name));
        others.map(move |b| format!("{a} + {b}"))
    });
    both.iter().cloned().chain(apart).collect()
}

impl WayView {
    fn of(way: &Alternative) -> Self {
        Self {
            proof: way.proof.name().to_owned(),
            networks: way.networks.as_ref().map(names),
            places: way.places.as_ref().map(names),
            max_age: way.max_age.map(|age| age.as_secs()),
        }
    }
}

fn names(areas: &Areas) -> Vec<String> {
    areas.iter().map(|area| area.name.to_string()).collect()
}
