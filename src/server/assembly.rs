//! From a checked configuration to the parts of a gateway: keys, store, sessions, pages.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use rustls::ServerConfig;

use super::ServerError;
use super::first_owner;
use super::geography::Geography;
use super::live;
use super::relying_parties;
use super::sinks::Sinks;
use super::state;
use super::state::State;
use super::state::StateError;
use super::succession::Predecessor;
use super::tls;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::ceremony;
use crate::ceremony::Ceremonies;
use crate::clock::Clock;
use crate::clock::Timestamp;
use crate::config;
use crate::config::Certificate;
use crate::config::Configuration;
use crate::console_desk::ConsoleDesk;
use crate::courier::Courier;
use crate::courier::Dispatch;
use crate::directory::Directory;
use crate::entropy::Entropy;
use crate::federation::Federation;
use crate::key_store::KeyStore;
use crate::key_store::LiveKeys;
use crate::metrics::Metrics;
use crate::network::NetworkSet;
use crate::operate;
use crate::operate::Operator;
use crate::portal;
use crate::proxy;
use crate::proxy::access_log::AccessSink;
use crate::proxy::crowd::Crowd;
use crate::proxy::crowd::Room;
use crate::proxy::traffic::Traffic;
use crate::refusal_log::RefusalLog;
use crate::roster::Roster;
use crate::secret::Secret;
use crate::sightings::Sightings;
use crate::store::Store;
use crate::store::StoreError;
use crate::telemetry::AccessLog;
use crate::telemetry::Destination;
use crate::telemetry::TelemetryError;
use crate::telemetry::access_log::AccessLogGuard;

/// Everything a running gateway shares.
pub(crate) struct Running {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) roster: Arc<Roster>,
    pub(crate) refusals: Arc<RefusalLog>,
    pub(crate) sightings: Arc<Sightings>,
    pub(crate) keys: Arc<LiveKeys>,
    pub(crate) operator: Arc<Operator>,
    pub(crate) metrics: Metrics,
    pub(crate) dispatch: Arc<Dispatch>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) live: Arc<ArcSwap<proxy::Live>>,
    pub(crate) pages: live::Pages,
    pub(crate) tls: Arc<ArcSwap<ServerConfig>>,
    /// Who may use the admin listener.
    pub(crate) admin_networks: Arc<ArcSwap<NetworkSet>>,
    pub(crate) traffic: Arc<Traffic>,
    pub(crate) geography: Geography,
    /// Those who follow the audit log.
    pub(crate) sinks: Sinks,
    /// The token of the first owner, where there was no owner at the start.
    pub(crate) first_owner: Option<first_owner::Offered>,
}

/// How long a store may still be in use by a command that an operator gave while nobody served.
const LOCKED: Duration = Duration::from_secs(15);

/// Checks everything that can be checked without the store, so that a process that cannot take over says
/// so while the other one still serves.
///
/// # Errors
/// What is wrong.
pub(crate) fn check_ahead(configuration: &Configuration) -> Result<(), ServerError> {
    let keys = state::keys(&configuration.store)?;
    portal_key(&keys)?;
    LiveKeys::load(keys)?;
    tls_of(configuration)?;
    Ok(())
}

/// Opens what `init` made. After another process has closed the store, a command may hold it for a moment.
///
/// # Errors
/// When it cannot be opened.
pub(crate) fn open(
    configuration: &Configuration,
    entropy: &Arc<dyn Entropy>,
    predecessor: Option<&Predecessor>,
) -> Result<State, StateError> {
    let patience = predecessor.map_or(Duration::ZERO, |_| LOCKED);
    let pause = Duration::from_millis(50);
    let mut waited = Duration::ZERO;
    loop {
        match state::open(&configuration.store, Arc::clone(entropy)) {
            Err(error) if error.is_locked() && waited < patience => std::thread::sleep(pause),
            outcome => return outcome,
        }
        waited = waited.saturating_add(pause);
    }
}

/// Builds everything that runs on an open store.
///
/// # Errors
/// Why the gateway cannot start.
pub(crate) async fn assemble(
    configuration: &Configuration,
    state: State,
    geography: Geography,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> Result<Running, ServerError> {
    clock.raise_to(state.latest);
    let key = portal_key(&state.keys)?;
    let keys = Arc::new(LiveKeys::load(state.keys)?);
    let store = state.store;
    take_up(&store, configuration, clock.wall()).await?;
    let metrics = metrics()?;
    let sessions = configuration.sessions;
    let directory = Directory::load(Arc::clone(&store), Arc::clone(&clock), sessions).await?;
    let directory = Arc::new(directory);
    let dispatch = dispatch(configuration, &metrics, &clock);
    let parts = ceremony_parts((&store, &directory), (&clock, &entropy), &metrics, &dispatch);
    let refusals = Arc::clone(&parts.refusals);
    let ceremonies = ceremonies(configuration, parts)?;
    let times = (&clock, &entropy);
    let operator = Arc::new(operator(configuration, (&store, &directory, &keys), times, &metrics));
    let desk = ConsoleDesk::new(&key, Arc::clone(&clock), Arc::clone(&entropy))?;
    let pages = live::Pages {
        desk: Arc::new(desk),
        ceremonies: Arc::new(ceremonies),
        directory: Arc::clone(&directory),
        clock: Arc::clone(&clock),
        entropy: Arc::clone(&entropy),
        key,
        ring: Arc::clone(keys.ring()),
        shelf: Arc::clone(geography.shelf()),
        roster: Arc::new(Roster::new(Arc::clone(&store))),
        operator: Arc::clone(&operator),
    };
    let live = live::live(configuration, &metrics, &pages, None).await?;
    let kinds = configuration.ceremony.kinds();
    let ended = AuditEvent::new(clock.wall(), AuditKind::SessionEnded, Actor::Gateway);
    directory.end_disallowed(&live.snapshot.rulebook, kinds, ended).await?;
    relying_parties::tell_foreign(store.as_ref(), &configuration.ceremony).await;
    tell_files(&metrics, configuration, clock.wall());
    let run = &configuration.store.run;
    let first_owner = first_owner::offer(run, &pages.ceremonies, entropy.as_ref()).await?;
    Ok(Running {
        sightings: sightings(configuration, &clock),
        first_owner,
        refusals,
        roster: Arc::clone(&pages.roster),
        store,
        directory,
        keys,
        operator,
        metrics,
        dispatch,
        clock,
        entropy,
        live: Arc::new(ArcSwap::from_pointee(live)),
        pages,
        tls: Arc::new(ArcSwap::from_pointee(tls_of(configuration)?)),
        admin_networks: Arc::new(ArcSwap::from_pointee(admin_networks(configuration))),
        traffic: Arc::default(),
        geography,
        sinks: Sinks::new(configuration.audit.clone()),
    })
}

/// Tells the store what a configuration keeps in it, and records that it was opened.
async fn take_up(
    store: &Arc<dyn Store>,
    configuration: &Configuration,
    wall: Timestamp,
) -> Result<(), StoreError> {
    store.keep_notices(&configuration.courier.channels());
    store.follow_log(&configuration.audit.followers()).await?;
    store.record(started(configuration, wall)).await
}

fn dispatch(
    configuration: &Configuration,
    metrics: &Metrics,
    clock: &Arc<dyn Clock>,
) -> Arc<Dispatch> {
    Arc::new(Dispatch::new(&configuration.courier, metrics.clone(), Arc::clone(clock)))
}

fn operator(
    configuration: &Configuration,
    (store, directory, keys): (&Arc<dyn Store>, &Arc<Directory>, &Arc<LiveKeys>),
    (clock, entropy): (&Arc<dyn Clock>, &Arc<dyn Entropy>),
    metrics: &Metrics,
) -> Operator {
    let parts = operate::Parts {
        store: Arc::clone(store),
        directory: Some(Arc::clone(directory)),
        keys: Arc::clone(keys),
        clock: Arc::clone(clock),
        entropy: Arc::clone(entropy),
        acts: Some(metrics.acts.clone()),
        troubles: metrics.audit.troubles.clone(),
    };
    Operator::new(parts, live::operator_settings(configuration))
}

fn ceremonies(
    configuration: &Configuration,
    parts: ceremony::Parts,
) -> Result<Ceremonies, ServerError> {
    let hashers = configuration.threads.div_ceil(2);
    Ok(Ceremonies::new(parts, configuration.ceremony.clone(), hashers)?)
}

/// What ceremonies work with.
fn ceremony_parts(
    (store, directory): (&Arc<dyn Store>, &Arc<Directory>),
    (clock, entropy): (&Arc<dyn Clock>, &Arc<dyn Entropy>),
    metrics: &Metrics,
    dispatch: &Arc<Dispatch>,
) -> ceremony::Parts {
    ceremony::Parts {
        store: Arc::clone(store),
        directory: Arc::clone(directory),
        clock: Arc::clone(clock),
        entropy: Arc::clone(entropy),
        metrics: metrics.clone(),
        courier: Arc::clone(dispatch) as Arc<dyn Courier>,
        refusals: Arc::new(RefusalLog::new(Arc::clone(store), Arc::clone(clock))),
    }
}

fn metrics() -> Result<Metrics, ServerError> {
    let metrics = Metrics::new()
        .map_err(|e| ServerError::Setup { what: "the metrics", cause: e.to_string() })?;
    metrics.configuration_loaded(&Ok(()));
    metrics.store_healthy.set(1);
    Ok(metrics)
}

fn sightings(configuration: &Configuration, clock: &Arc<dyn Clock>) -> Arc<Sightings> {
    let file = Sightings::file_of(&configuration.store.path);
    Arc::new(Sightings::open(file, Arc::clone(clock)))
}

fn started(configuration: &Configuration, wall: Timestamp) -> AuditEvent {
    AuditEvent::new(wall, AuditKind::GatewayStarted, Actor::Gateway)
        .with("version", env!("CARGO_PKG_VERSION"))
        .with("configuration", data_encoding::HEXLOWER.encode(&configuration.fingerprint))
}

/// The access log the configuration asks for; the guard writes out what waits at the end.
///
/// # Errors
/// When its file cannot be opened.
pub(crate) fn access_log(
    configuration: &Configuration,
    metrics: &Metrics,
) -> Result<(Arc<AccessLog>, AccessLogGuard), TelemetryError> {
    let destination = match &configuration.log.access {
        config::AccessLog::Stderr => Destination::Stderr,
        config::AccessLog::Off => Destination::Off,
        config::AccessLog::File(path) => Destination::File(path.clone()),
    };
    let (log, guard) = AccessLog::start(&destination, metrics.access_log_dropped.clone())?;
    Ok((Arc::new(log), guard))
}

/// What requests are served with.
pub(crate) fn gateway_parts(
    running: &Running,
    access_log: &Arc<AccessLog>,
    room: Room,
) -> proxy::Parts {
    proxy::Parts {
        live: Arc::clone(&running.live),
        directory: Arc::clone(&running.directory),
        keys: Arc::clone(running.keys.ring()),
        desk: Arc::clone(&running.pages.desk),
        federation: Arc::new(Federation::new(Arc::clone(&running.clock))),
        metrics: running.metrics.clone(),
        crowd: Crowd::new(room),
        traffic: Arc::clone(&running.traffic),
        access_log: Arc::clone(access_log) as Arc<dyn AccessSink>,
        refusals: Arc::clone(&running.refusals),
        sightings: Arc::clone(&running.sightings),
        clock: Arc::clone(&running.clock),
        entropy: Arc::clone(&running.entropy),
    }
}

fn portal_key(keys: &KeyStore) -> Result<Secret<[u8; 32]>, ServerError> {
    let bytes = keys.portal_key()?;
    let key = <[u8; 32]>::try_from(bytes.expose().as_slice());
    key.map(Secret::new).map_err(|_| ServerError::Portal(portal::UnusableKey))
}

/// TLS settings of a configuration.
pub(crate) fn tls_of(configuration: &Configuration) -> Result<ServerConfig, ServerError> {
    let clients = &configuration.client_certificates;
    if !configuration.development_certificate {
        let certificates = &configuration.certificates;
        return Ok(tls::server_config(certificates, tls::StandIn::Refuse, clients));
    }
    let keys = KeyStore::open(&configuration.store.keys)?;
    let made = tls::development_certificate(&keys)?;
    Ok(tls::server_config(&[made], tls::StandIn::Development, clients))
}

/// Who may use the admin listener; nobody, where there is none.
pub(crate) fn admin_networks(configuration: &Configuration) -> NetworkSet {
    let admin = configuration.listen.admin.as_ref();
    admin.map(|admin| admin.networks.clone()).unwrap_or_default()
}

/// Notes what a configuration that is in force from `now` on has read from its files.
pub(crate) fn tell_files(metrics: &Metrics, configuration: &Configuration, now: Timestamp) {
    tell_expiry(metrics, &configuration.certificates);
    let networks = configuration.networks.iter();
    metrics.networks_loaded(networks.map(|(name, set)| (name.as_str(), set.prefixes())), now);
}

/// Notes when each certificate ends.
pub(crate) fn tell_expiry(metrics: &Metrics, certificates: &[Certificate]) {
    for (index, certificate) in certificates.iter().enumerate() {
        let name = format!("tls.certificates[{index}]");
        metrics.certificate_expires(&name, Duration::from_secs(certificate.not_after.secs()));
    }
}
