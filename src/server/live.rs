//! What a configuration compiles to: everything that requests are judged by and answered with.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::ServerError;
use super::adoption;
use crate::assertion::KeyRing;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::KindSet;
use crate::ceremony::Ceremonies;
use crate::clock::Clock;
use crate::config::Configuration;
use crate::console_desk::ConsoleDesk;
use crate::console_desk::probe::Probe;
use crate::directory::Directory;
use crate::enforcement::LeastProof;
use crate::enforcement::Rulebook;
use crate::enforcement::Switch;
use crate::entropy::Entropy;
use crate::gate;
use crate::gate::Snapshot;
use crate::geo::Databases;
use crate::geo::Shelf;
use crate::metrics::Metrics;
use crate::operate;
use crate::operate::Operator;
use crate::operate::site_policy::Material;
use crate::portal;
use crate::portal::Portal;
use crate::proxy;
use crate::proxy::PlainHttp;
use crate::proxy::peers::Peers;
use crate::proxy::probe::ConsoleProbe;
use crate::roster::Roster;
use crate::secret::Secret;
use crate::site::Site;

/// What the pages are made from, besides their settings.
#[derive(Clone)]
pub(crate) struct Pages {
    pub(crate) ceremonies: Arc<Ceremonies>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) desk: Arc<ConsoleDesk>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) key: Secret<[u8; 32]>,
    pub(crate) ring: Arc<ArcSwap<KeyRing>>,
    pub(crate) shelf: Arc<Shelf>,
    pub(crate) roster: Arc<Roster>,
    pub(crate) operator: Arc<Operator>,
}

/// What a configuration says about which requests pass.
pub(crate) fn gate_parts(
    configuration: &Configuration,
    shelf: &Arc<Shelf>,
    clock: &Arc<dyn Clock>,
    switch: &Switch,
) -> gate::Parts {
    let policies = switch.load().sites.clone();
    gate::Parts {
        sites: configuration.sites.under(&policies, &configuration.named_areas()),
        policies,
        upstreams: configuration.upstreams.clone(),
        connections: configuration.connections.clone(),
        networks: configuration.named_networks(),
        geography: databases(configuration, (shelf, clock)),
        clients: configuration.client_certificates.clone(),
        assertion: configuration.assertion.clone(),
        sessions: configuration.sessions,
        rulebook: Rulebook::new(configuration.enforcement.clone(), Arc::clone(switch)),
        prefix: configuration.portal.prefix.clone(),
    }
}

/// What requests are judged by.
pub(crate) fn snapshot(
    configuration: &Configuration,
    metrics: &Metrics,
    pages: &Pages,
) -> Arc<Snapshot> {
    let switch = pages.directory.switch();
    let parts = gate_parts(configuration, &pages.shelf, &pages.clock, switch);
    let areas = configuration.named_areas();
    for (site, policy) in &parts.policies {
        let lost =
            policy.only_from.iter().filter(|name| areas.iter().all(|it| *it.name != ***name));
        let lost: Vec<&String> = lost.collect();
        if !lost.is_empty() {
            tracing::warn!(%site, ?lost, "the configuration does not name these, and nobody comes to the site from there");
        }
    }
    Arc::new(Snapshot::new(parts, metrics))
}

/// Compiles everything that requests are judged by and answered with.
pub(crate) async fn live(
    configuration: &Configuration,
    metrics: &Metrics,
    pages: &Pages,
    earlier: Option<&Peers>,
) -> Result<proxy::Live, ServerError> {
    let snapshot = snapshot(configuration, metrics, pages);
    let peers = Peers::new(&snapshot, metrics, &pages.clock);
    if let Some(earlier) = earlier {
        peers.inherit(earlier);
    }
    peers.resolve().await;
    around(configuration, pages, (snapshot, Arc::new(peers)))
}

/// The same around what was compiled already.
pub(crate) fn around(
    configuration: &Configuration,
    pages: &Pages,
    (snapshot, peers): (Arc<Snapshot>, Arc<Peers>),
) -> Result<proxy::Live, ServerError> {
    let rulebook = snapshot.rulebook.clone();
    let probe = Arc::new(ConsoleProbe::new(&snapshot, &peers, &pages.clock));
    let (ring, clock) = (Arc::clone(&pages.ring), Arc::clone(&pages.clock));
    let portal = Portal::new(portal::Parts {
        settings: configuration.portal.clone(),
        issuer: configuration.ceremony.totp_issuer.clone(),
        ceremonies: Arc::new(pages.ceremonies.under(configuration.ceremony.clone(), rulebook)),
        directory: Arc::clone(&pages.directory),
        desk: Arc::clone(&pages.desk),
        probe: Arc::clone(&probe) as Arc<dyn Probe>,
        clock: Arc::clone(&pages.clock),
        entropy: Arc::clone(&pages.entropy),
        key: pages.key.clone(),
        jwks: Arc::new(move || ring.load().jwks(clock.wall())),
        people: portal::People { roster: Arc::clone(&pages.roster), sites: sites(configuration) },
        operator: Arc::clone(&pages.operator),
    })?;
    Ok(proxy::Live {
        snapshot,
        peers,
        portal: Arc::new(portal),
        probe,
        settings: configuration.proxy,
        proxies: configuration.proxies.clone(),
        plain_http: if configuration.listen.https.is_empty() {
            PlainHttp::Serve
        } else {
            PlainHttp::Redirect
        },
        drain: configuration.drain,
    })
}

/// What the configuration decides about operators' acts.
pub(crate) fn operator_settings(
    configuration: &Configuration,
    geography: Option<Databases>,
) -> operate::Settings {
    operate::Settings {
        material: Material {
            areas: configuration.named_areas(),
            strictest: strictest(configuration),
            geography,
        },
        enrolment_window: configuration.ceremony.enrolment_window,
        reset_window: configuration.ceremony.reset_window,
        sessions: configuration.sessions,
        sites: configuration.sites.clone(),
        prefix: configuration.portal.prefix.clone(),
        enforcement: configuration.enforcement.clone(),
        totp_issuer: configuration.ceremony.totp_issuer.clone(),
        sinks: configuration.audit.sinks.clone(),
        admin_sites: configuration.portal.admin.sites.clone(),
    }
}

/// Where addresses are, by the databases of a configuration.
pub(crate) fn databases(
    configuration: &Configuration,
    (shelf, clock): (&Arc<Shelf>, &Arc<dyn Clock>),
) -> Databases {
    Databases::new(configuration.geo.clone(), Arc::clone(shelf), Arc::clone(clock))
}

/// The strictest proof that people can give at each site, with the kinds that they may use.
fn strictest(configuration: &Configuration) -> BTreeMap<String, LeastProof> {
    let ceremony = &configuration.ceremony;
    let allowed = configuration.enforcement.everybody.allowed.unwrap_or(KindSet::ALL);
    let kinds = ceremony.kinds().and(allowed);
    let passkeys = kinds.contains(AuthenticatorKind::Passkey);
    let of = |site: &Arc<Site>| {
        let name = site.name.to_string();
        let strictest = match ceremony.relying_parties.get(&name).filter(|_| passkeys) {
            None if kinds.iter().any(AuthenticatorKind::steps_up) => LeastProof::Aal2,
            None => LeastProof::SecondFactor,
            Some(party) if party.roots.is_some() => LeastProof::Aal3,
            Some(_) => LeastProof::PhishingResistant,
        };
        (name, strictest)
    };
    configuration.sites.iter().map(of).collect()
}

/// The sites, and whose people sign in there.
fn sites(configuration: &Configuration) -> Arc<[(String, Option<String>)]> {
    configuration.sites.iter().map(|site| adoption::of_site(site)).collect()
}
