//! Where requests go: the consoles' addresses as they were last resolved, which of them takes a request,
//! and how a connection to it is made. A request gets there with a [`Permit`] alone.

pub mod ask;
pub mod connection;
mod health;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use pingora::connectors::http::Connector;
use tokio::task::JoinSet;
use tokio::time::timeout;

use self::connection::Credentials;
use crate::clock::Clock;
use crate::gate::Snapshot;
use crate::metrics::Metrics;
use crate::metrics::upstream::UpstreamMetrics;
use crate::policy::Permit;
use crate::site::Site;
use crate::site::SiteName;
use crate::upstream::Endpoint;
use crate::upstream::Upstream;
use crate::upstream::balancer::Balancer;
use crate::upstream::balancer::Change;
use crate::upstream::balancer::Footing;
use crate::upstream::balancer::Lease;
use crate::upstream::balancer::Member;
use crate::upstream::balancer::State;

/// Addresses of one name that are used.
const MOST_ADDRESSES: usize = 32;

/// For one answer of the system's resolver.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(5);

/// Every console with its addresses.
#[derive(Debug)]
pub struct Peers {
    consoles: HashMap<SiteName, Arc<Console>>,
    /// For requests of the gateway's own.
    checker: OnceLock<Checker>,
}

/// What makes the connections of health checks, and of logins at consoles.
struct Checker(Connector);

impl std::fmt::Debug for Checker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Checker")
    }
}

/// One console.
#[derive(Debug)]
struct Console {
    site: Arc<Site>,
    upstream: Arc<Upstream>,
    credentials: Credentials,
    balancer: Balancer,
    /// What is known of the checks of each address.
    rounds: health::Rounds,
    metrics: UpstreamMetrics,
    all_out: AtomicBool,
    /// Another configuration speaks for the site.
    replaced: AtomicBool,
    clock: Arc<dyn Clock>,
}

/// A request at one address of its console.
#[derive(Debug)]
pub struct Exchange {
    console: Arc<Console>,
    lease: Lease,
    /// Whether the address was in use when it was chosen.
    pub footing: Footing,
}

impl Peers {
    /// For the consoles of a configuration; without addresses until they are resolved.
    #[must_use]
    pub fn new(snapshot: &Snapshot, metrics: &Metrics, clock: &Arc<dyn Clock>) -> Self {
        let console = |site: &Arc<Site>, upstream: &Arc<Upstream>| Console {
            site: Arc::clone(site),
            upstream: Arc::clone(upstream),
            credentials: Credentials::of(upstream),
            balancer: Balancer::new(upstream),
            rounds: health::Rounds::default(),
            metrics: metrics.upstream(site.name.as_str()),
            all_out: AtomicBool::new(false),
            replaced: AtomicBool::new(false),
            clock: Arc::clone(clock),
        };
        let consoles = snapshot.consoles();
        let consoles = consoles.map(|(s, u)| (s.name.clone(), Arc::new(console(s, u)))).collect();
        Self { consoles, checker: OnceLock::new() }
    }

    /// Takes over what an earlier configuration knew about addresses that both have and reach in the
    /// same way: which are out of use, and how many requests are under way.
    pub fn inherit(&self, earlier: &Self) {
        for (site, old) in &earlier.consoles {
            let new = self.consoles.get(site);
            if let Some(new) = new.filter(|new| new.upstream.connects_like(&old.upstream)) {
                let same = |m: &Member| new.endpoint(m).is_some_and(|e| Some(e) == old.endpoint(m));
                new.balancer.inherit(&old.balancer, same);
                if new.upstream.health == old.upstream.health {
                    new.rounds.inherit(&old.rounds);
                }
                if new.upstream.health.is_none() {
                    new.balancer.members().iter().for_each(|member| member.goes_unchecked());
                }
            }
        }
    }

    /// Takes the place of an earlier configuration: what only that one had is forgotten, and what is
    /// still under way there speaks for itself no more.
    pub fn replace(&self, earlier: &Self) {
        for (site, old) in &earlier.consoles {
            old.replaced.store(true, Ordering::Release);
            let new = self.consoles.get(site);
            let places = new.map(|new| new.upstream.endpoints.as_slice()).unwrap_or_default();
            for gone in old.upstream.endpoints.iter().filter(|old| !places.contains(old)) {
                old.metrics.forget(&gone.to_string());
            }
        }
    }

    /// Looks every name up again, all at once; one that does not resolve keeps its last addresses.
    pub async fn resolve(&self) {
        let mut lookups = JoinSet::new();
        for console in self.consoles.values() {
            let console = Arc::clone(console);
            lookups.spawn(async move { console.resolve(lookup).await });
        }
        while lookups.join_next().await.is_some() {}
    }

    /// What passes with time alone: addresses come back into use, checks fall due.
    pub fn tend(self: &Arc<Self>) {
        for console in self.consoles.values() {
            console.tell();
            self.check(console);
        }
    }

    /// An address of the console that a permit opens, if possible none of those tried before; none when
    /// its name never resolved.
    #[must_use]
    pub fn of(&self, permit: &Permit, tried: &[u64]) -> Option<Exchange> {
        let console = self.consoles.get(&permit.site().name)?;
        let (lease, footing) = console.balancer.choose(console.clock.elapsed(), tried)?;
        Some(Exchange { console: Arc::clone(console), lease, footing })
    }
}

impl Console {
    fn endpoint(&self, member: &Member) -> Option<&Endpoint> {
        self.upstream.endpoints.get(member.endpoint)
    }

    async fn resolve<L, F>(&self, lookup: L)
    where
        L: Fn(Endpoint) -> F + Send,
        F: Future<Output = BTreeSet<SocketAddr>> + Send + 'static,
    {
        let mut lookups = JoinSet::new();
        for (index, endpoint) in self.upstream.endpoints.iter().enumerate() {
            let answer = lookup(endpoint.clone());
            lookups.spawn(async move { (index, answer.await) });
        }
        let mut answers = BTreeMap::new();
        while let Some(answer) = lookups.join_next().await {
            answers.extend(answer.ok());
        }
        let known = self.balancer.members();
        let mut found = Vec::new();
        for (index, endpoint) in self.upstream.endpoints.iter().enumerate() {
            let addresses = answers.remove(&index).unwrap_or_default();
            if addresses.is_empty() {
                tracing::warn!(
                    site = self.site.name.as_str(),
                    address = %endpoint,
                    "a console's name does not resolve; its last addresses stay in use"
                );
                let last = known.iter().filter(|member| member.endpoint == index);
                found.extend(last.map(|member| (index, member.address)));
            }
            found.extend(addresses.into_iter().map(|address| (index, address)));
        }
        if self.balancer.adopt(&found) {
            tracing::info!(
                site = self.site.name.as_str(),
                addresses = found.len(),
                "the console's addresses changed"
            );
        }
        self.tell();
    }

    /// Brings the metrics up to date, and says so once when no address is in use.
    fn tell(&self) {
        if self.replaced.load(Ordering::Acquire) {
            return;
        }
        let now = self.clock.elapsed();
        let members = self.balancer.members();
        for (index, endpoint) in self.upstream.endpoints.iter().enumerate() {
            let name = endpoint.to_string();
            let here = members.iter().filter(|member| member.endpoint == index);
            self.metrics.requests(&name, here.map(|member| member.active()).sum());
            for state in State::ALL {
                let here = |m: &&Arc<Member>| m.endpoint == index && m.state(now) == state;
                self.metrics.addresses(&name, state, members.iter().filter(here).count());
            }
        }
        let out = !members.iter().any(|member| member.state(now) == State::InUse);
        self.metrics.all_out.set(i64::from(out));
        if self.all_out.swap(out, Ordering::AcqRel) != out {
            let site = self.site.name.as_str();
            if members.is_empty() {
                tracing::error!(site, "the console has no address: its name does not resolve");
            } else if out {
                tracing::error!(site, "every address of the console is out of use: all are tried");
            } else {
                tracing::info!(site, "an address of the console is in use again");
            }
        }
    }

    /// Logs and counts what became of an address.
    fn note(&self, member: &Member, change: Option<Change>) {
        let Some(change) = change else {
            return;
        };
        let (site, address) = (self.site.name.as_str(), member.address);
        match change {
            Change::Ejected(span) => {
                self.metrics.ejections.inc();
                let seconds = span.as_secs();
                tracing::warn!(site, %address, seconds, "an address fails and is left alone");
            }
            Change::Unhealthy => tracing::warn!(site, %address, "the checks of an address fail"),
            Change::Healthy => tracing::info!(site, %address, "the checks of an address pass"),
        }
        self.tell();
    }
}

impl Exchange {
    /// The console's settings.
    #[must_use]
    pub fn upstream(&self) -> &Upstream {
        &self.console.upstream
    }

    /// The address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.lease.member().address
    }

    /// Names the address among those tried.
    #[must_use]
    pub fn key(&self) -> u64 {
        self.lease.member().key
    }

    /// Whether there is an address that was not tried yet.
    #[must_use]
    pub fn has_another(&self, tried: &[u64]) -> bool {
        self.console.balancer.has_another(self.console.clock.elapsed(), tried)
    }

    /// Notes that the address did not answer, or answered that it cannot.
    pub fn failed(&self) {
        let member = self.lease.member();
        let change = self.console.balancer.failed(member, self.console.clock.elapsed());
        self.console.note(member, change);
    }

    /// Notes that the address answered.
    pub fn succeeded(&self) {
        self.console.balancer.succeeded(self.lease.member(), self.console.clock.elapsed());
    }

    /// Counts that the request is sent once more.
    pub fn repeated(&self) {
        self.console.metrics.retries.inc();
    }
}

/// The addresses of a place, in order and each once; none when its name does not resolve.
async fn lookup(endpoint: Endpoint) -> BTreeSet<SocketAddr> {
    if let Ok(address) = endpoint.host.parse::<IpAddr>() {
        return BTreeSet::from([SocketAddr::new(address, endpoint.port)]);
    }
    let found = tokio::net::lookup_host((endpoint.host.as_str(), endpoint.port));
    match timeout(RESOLVE_TIMEOUT, found).await {
        Ok(Ok(addresses)) => addresses.take(MOST_ADDRESSES).collect(),
        Ok(Err(_)) | Err(_) => BTreeSet::new(),
    }
}

#[cfg(test)]
mod tests;
