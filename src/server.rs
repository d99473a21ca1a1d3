//! The running gateway: from a checked configuration to listeners that answer, and back.
//!
//! The order matters. Everything that can be wrong is found before the first socket accepts: keys, store,
//! certificates, addresses. On the way down the order is reversed.

pub mod admin;
mod adoption;
mod assembly;
mod certificates;
pub mod control;
mod descriptors;
mod first_owner;
pub(crate) mod geography;
mod handover;
mod housekeeping;
pub mod inherited;
pub mod lifecycle;
pub mod listener;
pub mod live;
mod notices;
mod notify;
pub mod reload;
mod relying_parties;
mod reminders;
mod rounds;
mod sinks;
pub mod state;
pub mod succession;
pub mod tls;

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pingora::server::RunArgs;
use pingora::server::Server;
use pingora::server::ShutdownSignal;
use pingora::server::ShutdownSignalWatch;
use pingora::server::configuration::Opt;
use pingora::server::configuration::ServerConf;
use tokio_util::sync::CancellationToken;

use self::admin::Access;
use self::admin::Admin;
use self::admin::SecureAdmin;
pub(crate) use self::assembly::Running;
use self::control::ControlError;
use self::control::ControlSocket;
use self::geography::Geography;
use self::inherited::Inherited;
use self::inherited::InheritedError;
use self::lifecycle::Ended;
use self::listener::Bound;
use self::listener::CannotListen;
use self::listener::Prebound;
use self::listener::Sockets;
use self::notify::Manager;
use self::reload::Reloader;
use self::state::StateError;
use self::succession::Predecessor;
use self::succession::Program;
use self::succession::SuccessionError;
use crate::clock::Clock;
use crate::config;
use crate::config::Configuration;
use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;
use crate::key_store::KeyStoreError;
use crate::portal;
use crate::proxy::Gateway;
use crate::proxy::connection::Door;
use crate::proxy::crowd::Room;
use crate::proxy::fence::AtAccept;
use crate::store::Store;
use crate::store::StoreError;
use crate::telemetry::TelemetryError;
use crate::upstream::MOST_RETRIES;

/// The longest `limits.drain` there is.
const LONGEST_DRAIN: Duration = Duration::from_hours(1);

/// Idle connections to consoles that are kept, per thread group.
const POOL: usize = 512;

/// What a gateway is started with.
pub struct Start {
    /// The configuration, checked.
    pub configuration: Configuration,
    /// Its file, for reloads.
    pub path: PathBuf,
    /// Looks environment variables up, for reloads.
    pub environment: fn(&str) -> Option<String>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// Told once, when every listener accepts.
    pub announce: Box<dyn FnOnce(&Ready<'_>) + Send>,
    /// Ends the gateway from inside the process, as SIGTERM does from outside.
    pub stop: CancellationToken,
    /// Where its sockets and its store come from.
    pub origin: Origin,
    /// How to start this program again, for an upgrade; none: it cannot be upgraded.
    pub program: Option<Program>,
}

/// Where a gateway's sockets and store come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It makes its own sockets, or gets them from the service manager; the store is free.
    Anew,
    /// From the gateway that runs, and started this process to be followed by it.
    Succession,
}

/// What whoever started a gateway in this process learns when it is ready.
#[derive(Debug)]
pub struct Ready<'r> {
    /// Where it listens.
    pub listening: &'r Listening,
    /// What it keeps; closed when it stops.
    pub store: &'r Arc<dyn Store>,
}

/// Where a gateway listens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listening {
    /// Plain HTTP.
    pub http: Vec<SocketAddr>,
    /// TLS.
    pub https: Vec<SocketAddr>,
    /// Metrics and health.
    pub admin: Option<SocketAddr>,
}

impl Listening {
    /// The ready line of the contract (design.md 3).
    #[must_use]
    pub fn ready_line(&self) -> String {
        let mut line = "portcullis ready".to_owned();
        let named = self.http.iter().map(|a| ("http", a));
        let named = named.chain(self.https.iter().map(|a| ("https", a)));
        for (name, address) in named.chain(self.admin.iter().map(|a| ("admin", a))) {
            let _infallible = write!(line, " {name}={address}");
        }
        line
    }
}

/// Why a gateway does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Keys or store are missing, damaged or in use.
    #[error(transparent)]
    State(#[from] StateError),
    /// Keys are unusable.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The log cannot be written.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An address cannot be listened on.
    #[error(transparent)]
    Listen(#[from] CannotListen),
    /// Sockets that were passed are unusable.
    #[error(transparent)]
    Inherited(#[from] InheritedError),
    /// The gateway that runs cannot be followed.
    #[error(transparent)]
    Succession(#[from] SuccessionError),
    /// The control socket cannot be made.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyFailed),
    /// The pages' key is unusable.
    #[error(transparent)]
    Portal(#[from] portal::UnusableKey),
    /// Something in the process cannot be set up.
    #[error("cannot set up {what}: {cause}")]
    Setup {
        /// What.
        what: &'static str,
        /// Why not.
        cause: String,
    },
}

impl ServerError {
    fn setup(what: &'static str) -> impl Fn(std::io::Error) -> Self {
        move |cause| Self::Setup { what, cause: cause.to_string() }
    }
}

/// Runs a gateway until it is told to stop.
///
/// # Errors
/// Why it did not start; once started it ends without error.
pub fn run(start: Start) -> Result<(), ServerError> {
    let program = start.program.clone();
    let (predecessor, inherited) = match start.origin {
        Origin::Anew => (None, Inherited::from_manager()?),
        Origin::Succession => {
            let (predecessor, inherited) = Predecessor::meet()?;
            (Some(Arc::new(predecessor)), inherited)
        }
    };
    let outcome = run_with(start, predecessor.clone(), inherited);
    if let (Err(error), Some(predecessor)) = (&outcome, &predecessor) {
        predecessor.failed(error);
    }
    match (outcome?, program) {
        (Ended::StartAgain(held, why), Some(program)) => {
            tracing::error!(%why, "the next process did not take over; this program starts again");
            let failed = succession::start_again(&program, &held, why);
            Err(ServerError::setup("this program again")(failed))
        }
        (Ended::StartAgain(..) | Ended::Stopped, _) => Ok(()),
    }
}

fn run_with(
    start: Start,
    predecessor: Option<Arc<Predecessor>>,
    inherited: Inherited,
) -> Result<Ended, ServerError> {
    // Whoever is first decides; pingora would choose the same one.
    drop(rustls::crypto::ring::default_provider().install_default());
    let room = Room::of_descriptors(descriptors::raise());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("housekeeping")
        .enable_all()
        .build()
        .map_err(ServerError::setup("the housekeeping runtime"))?;
    let Start { mut configuration, path, environment, clock, entropy, announce, stop, .. } = start;
    let manager = Manager::of(environment);
    let sockets = Sockets::bind(&mut configuration, inherited)?;
    // Large files, which the process before need not wait for.
    let geography = Geography::open(&configuration, &clock);
    if let Some(predecessor) = &predecessor {
        assembly::check_ahead(&configuration)?;
        predecessor.await_turn()?;
    }
    let state = assembly::open(&configuration, &entropy, predecessor.as_deref())?;
    let assembled = assembly::assemble(&configuration, state, geography, clock, entropy);
    let running = Arc::new(runtime.block_on(assembled)?);
    runtime.block_on(geography::tell_first(&running));
    let control = runtime.block_on(ControlSocket::bind(&configuration.store.run))?;
    let listening = sockets.listening();
    let instance = entropy::identifier(running.entropy.as_ref())?;
    let (access_log, _written_out) = assembly::access_log(&configuration, &running.metrics)?;
    let gateway = Gateway::new(assembly::gateway_parts(&running, &access_log, room), &instance);
    let readable = readable(path.clone(), environment, Arc::clone(&running.clock));
    let source = reload::Source {
        path,
        environment,
        listening: listening.clone(),
        manager: manager.clone(),
    };
    let held = Arc::new(sockets.copies()?);
    let (stopping, pingora) = serve(&configuration, &running, &gateway, sockets)?;
    let reloader = Reloader::new(source, Arc::clone(&running), access_log, configuration);
    let store = Arc::clone(&running.store);
    let outcome = runtime.block_on(lifecycle::live(lifecycle::Parts {
        running,
        reloader,
        control,
        stop,
        stopping,
        ready: Box::new(move || announce(&Ready { listening: &listening, store: &store })),
        started: pingora,
        manager,
        predecessor,
        program: start.program,
        held,
        readable,
    }));
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}

/// Asks whether this program could start with the file as it is.
fn readable(
    path: PathBuf,
    environment: fn(&str) -> Option<String>,
    clock: Arc<dyn Clock>,
) -> lifecycle::Readable {
    Arc::new(move || {
        let loaded = config::load(&path, &environment, clock.wall());
        loaded.map(|_| ()).map_err(|errors| errors.to_string())
    })
}

/// Starts pingora on a thread of its own: it runs until the token is cancelled, then for its grace.
fn serve(
    configuration: &Configuration,
    running: &Running,
    gateway: &Gateway,
    sockets: Sockets,
) -> Result<(CancellationToken, lifecycle::Started), ServerError> {
    let conf = server_conf(configuration);
    let mut server = Server::new_with_opt_and_conf(Opt::default(), conf);
    let conf = Arc::clone(&server.configuration);
    let door = |tls, sockets: &[Bound]| {
        let proxy = pingora::proxy::http_proxy(&conf, gateway.clone());
        Door::new(proxy, gateway.clone(), tls, listener::entrances(sockets))
    };
    let filter = Arc::new(AtAccept::new(gateway.clone()));
    if !sockets.http.is_empty() {
        let door = door(None, &sockets.http);
        let service = Prebound::new("http", door, sockets.http, None);
        server.add_service(service.judging(Arc::clone(&filter) as _));
    }
    if !sockets.https.is_empty() {
        let door = door(Some(Arc::clone(&running.tls)), &sockets.https);
        let service = Prebound::new("https", door, sockets.https, None);
        server.add_service(service.judging(filter));
    }
    if let (Some(bound), Some(listen)) = (sockets.admin, &configuration.listen.admin) {
        let access = Access {
            networks: Arc::clone(&running.admin_networks),
            bearer_token: listen.bearer_token.clone(),
        };
        let parts = admin::Parts {
            metrics: running.metrics.clone(),
            directory: Arc::clone(&running.directory),
            keys: Arc::clone(running.keys.ring()),
            clock: Arc::clone(&running.clock),
            jwks_path: format!("{}/jwks.json", configuration.portal.prefix),
        };
        let app = Admin::new(parts, access);
        if listen.tls {
            let app = SecureAdmin::new(app, Arc::clone(&running.tls));
            server.add_service(Prebound::new("admin", app, vec![bound], Some(1)));
        } else {
            server.add_service(Prebound::new("admin", app, vec![bound], Some(1)));
        }
    }
    let started = server.watch_execution_phase();
    let stopping = CancellationToken::new();
    let signal = Box::new(StopWatch(stopping.clone()));
    std::thread::Builder::new()
        .name("pingora".to_owned())
        .spawn(move || {
            server.bootstrap();
            server.run(RunArgs { shutdown_signal: signal });
        })
        .map_err(ServerError::setup("the serving thread"))?;
    Ok((stopping, started))
}

fn server_conf(configuration: &Configuration) -> ServerConf {
    let run = &configuration.store.run;
    ServerConf {
        threads: configuration.threads,
        // Requests are short and alike: each stays on the thread that accepted its connection.
        work_stealing: false,
        // Longer than we wait ourselves, whatever a reload allows: the process is over before pingora gives
        // up on anything.
        grace_period_seconds: Some(LONGEST_DRAIN.as_secs().saturating_add(60)),
        graceful_shutdown_timeout_seconds: Some(1),
        upgrade_sock: run.join("upgrade.sock").display().to_string(),
        pid_file: run.join("pingora.pid").display().to_string(),
        upstream_keepalive_pool_size: POOL,
        // Attempts in all. How many there are decides `proxy::exchange`, by the site's settings.
        max_retries: 1 + MOST_RETRIES,
        ..ServerConf::default()
    }
}

/// Tells pingora to stop when we have been told.
struct StopWatch(CancellationToken);

#[async_trait]
impl ShutdownSignalWatch for StopWatch {
    async fn recv(&self) -> ShutdownSignal {
        self.0.cancelled().await;
        ShutdownSignal::GracefulTerminate
    }
}
