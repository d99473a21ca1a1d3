//! What names come to stand for, by a resolver and a clock of the tests.

use super::*;
use crate::area::Fence;
use crate::assertion;
use crate::client_certificate::ClientCertificates;
use crate::clock::ManualClock;
use crate::clock::Timestamp;
use crate::console_login::CookiePatterns;
use crate::enforcement::Rulebook;
use crate::gate;
use crate::geo::Databases;
use crate::route::RouteTable;
use crate::session;
use crate::site::FirstFactor;
use crate::site::IdentityHeaders;
use crate::site::RetryScript;
use crate::site::ServiceWorkers;
use crate::site::Sites;
use crate::upstream::Upstreams;

fn peers(names: &[&str], metrics: &Metrics) -> Peers {
    let name = SiteName::parse("console").unwrap();
    let site = Site {
        name: name.clone(),
        hosts: Vec::new(),
        origin: "https://console.example".to_owned(),
        fence: Fence::default(),
        rehearsed_fence: Fence::default(),
        routes: RouteTable::default(),
        identity_headers: IdentityHeaders::default(),
        service_workers: ServiceWorkers::Refuse,
        retry_script: RetryScript::Leave,
        account_path: None,
        first_factor: FirstFactor::Accounts,
        before_sign_in: Vec::new(),
        least: None,
        session_cookies: CookiePatterns::default(),
    };
    let place =
        |host: &&str| Endpoint { host: (*host).to_owned(), port: 80, server_name: String::new() };
    let upstream = Upstream::at(names.iter().map(place).collect());
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(Timestamp::from_secs(1_700_000_000)));
    let parts = gate::Parts {
        geography: Databases::none(Arc::clone(&clock)),
        connections: gate::ConnectionRules::default(),
        networks: Vec::new(),
        clients: ClientCertificates::default(),
        sites: Sites::new(vec![site]).unwrap(),
        upstreams: Upstreams::new([(name, upstream)]),
        assertion: assertion::Settings::default(),
        sessions: session::Settings::default(),
        rulebook: Rulebook::default(),
        policies: crate::enforcement::SitePolicies::default(),
        prefix: "/.portcullis".to_owned(),
    };
    Peers::new(&Snapshot::new(parts, metrics), metrics, &clock)
}

fn console(peers: &Peers) -> &Arc<Console> {
    peers.consoles.values().next().unwrap()
}

/// Resolves every name to addresses of 10.0.0.0/24 with these last bytes.
async fn resolve(peers: &Peers, last: &[u8]) {
    let found: BTreeSet<SocketAddr> =
        last.iter().map(|byte| SocketAddr::from(([10, 0, 0, *byte], 80))).collect();
    console(peers).resolve(|_| std::future::ready(found.clone())).await;
}

/// The last bytes of the addresses in use, and their keys.
fn members(peers: &Peers) -> Vec<(u8, u64)> {
    let last = |address: SocketAddr| match address.ip() {
        IpAddr::V4(address) => address.octets()[3],
        IpAddr::V6(_) => 0,
    };
    console(peers).balancer.members().iter().map(|m| (last(m.address), m.key)).collect()
}

#[tokio::test]
async fn every_address_of_a_name_is_used_and_changes_are_followed() {
    let peers = peers(&["console.internal"], &Metrics::new().unwrap());
    assert!(members(&peers).is_empty());
    resolve(&peers, &[1, 2]).await;
    let before = members(&peers);
    assert_eq!(before.iter().map(|(last, _)| *last).collect::<Vec<_>>(), [1, 2]);
    resolve(&peers, &[2, 3]).await;
    let after = members(&peers);
    assert_eq!(after.iter().map(|(last, _)| *last).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(after[0], before[1], "what stays keeps its connections");
    resolve(&peers, &[1, 2]).await;
    assert_ne!(members(&peers)[0].1, before[0].1, "what comes back uses none of the old ones");
}

#[tokio::test]
async fn a_name_that_stops_resolving_keeps_its_last_addresses() {
    let peers = peers(&["console.internal"], &Metrics::new().unwrap());
    resolve(&peers, &[1, 2]).await;
    let before = members(&peers);
    resolve(&peers, &[]).await;
    assert_eq!(members(&peers), before);
}

#[tokio::test]
async fn an_address_needs_no_resolver() {
    let peers = peers(&["10.0.0.7", "::1"], &Metrics::new().unwrap());
    peers.resolve().await;
    assert_eq!(members(&peers).iter().map(|(last, _)| *last).collect::<Vec<_>>(), [7, 0]);
}

#[tokio::test]
async fn a_place_that_is_configured_no_more_is_forgotten_and_one_that_stays_is_not() {
    let metrics = Metrics::new().unwrap();
    let old = peers(&["10.0.0.1", "10.0.0.2"], &metrics);
    old.resolve().await;
    let new = peers(&["10.0.0.1", "10.0.0.3"], &metrics);
    new.inherit(&old);
    new.resolve().await;
    new.replace(&old);
    console(&old).tell();
    assert_eq!(members(&new)[0], members(&old)[0], "the same place, with what is known of it");
    assert_ne!(members(&new)[1].1, members(&old)[1].1);
    let text = String::from_utf8(metrics.exposition().unwrap()).unwrap();
    assert!(!text.contains("10.0.0.2:80") && text.contains("10.0.0.3:80"), "{text}");
}
