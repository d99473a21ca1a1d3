//! A gateway's life: housekeeping while it runs, signals, and the way down.

use std::sync::Arc;
use std::time::Duration;

use pingora::server::ExecutionPhase;
use rustix::process;
use rustix::process::Pid;
use tokio::signal::unix::Signal;
use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;
use tokio::sync::Notify;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Running;
use super::ServerError;
use super::control::ControlSocket;
use super::handover::Offer;
use super::housekeeping::Chores;
use super::notify::Manager;
use super::reload::Reloader;
use super::succession::Held;
use super::succession::Predecessor;
use super::succession::Program;
use super::succession::Successor;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;

/// Tells in which phase pingora is.
pub(crate) type Started = broadcast::Receiver<ExecutionPhase>;

/// How long listeners and connections get to notice a stop: from then on nothing is accepted, and whatever
/// is under way is counted.
const NOTICE: Duration = Duration::from_millis(400);

/// How long open streams get to notice that they are over.
const STREAMS_END: Duration = Duration::from_secs(1);

/// How long requests get to finish before the store is handed over; those that take longer finish while
/// the next process serves already.
const HAND_OVER: Duration = Duration::from_secs(3);

/// What a life consists of.
pub(crate) struct Parts {
    pub(crate) running: Arc<Running>,
    pub(crate) reloader: Reloader,
    pub(crate) control: ControlSocket,
    pub(crate) stop: CancellationToken,
    pub(crate) stopping: CancellationToken,
    pub(crate) ready: Box<dyn FnOnce() + Send>,
    pub(crate) started: Started,
    pub(crate) manager: Manager,
    pub(crate) predecessor: Option<Arc<Predecessor>>,
    /// How to start a successor; none: this process cannot have one.
    pub(crate) program: Option<Program>,
    pub(crate) held: Arc<Held>,
    /// Whether this program could start with the file as it is now.
    pub(crate) readable: Readable,
}

/// How a life ended.
pub(crate) enum Ended {
    /// For good.
    Stopped,
    /// A successor did not take over what was handed to it, for this reason: start again, with these.
    StartAgain(Arc<Held>, String),
}

enum End {
    /// Requests under way are finished first.
    Drain,
    /// At once.
    Now,
    /// Another process goes on.
    HandOver(Successor),
}

/// Lives until told to stop, then goes down in order.
pub(crate) async fn live(parts: Parts) -> Result<Ended, ServerError> {
    let Parts { running, reloader, control, stop, stopping, ready, mut started, .. } = parts;
    let Parts { manager, predecessor, program, held, readable, .. } = parts;
    let mut signals = Signals::listen()?;
    let reloads = Arc::new(Notify::new());
    let chores = Chores::begin(&running, reloader, control, Arc::clone(&reloads));
    while !matches!(started.recv().await, Ok(ExecutionPhase::Running) | Err(_)) {}
    ready();
    manager.ready();
    let _alive = tokio::spawn(manager.clone().keep_alive());
    if let Some(predecessor) = predecessor {
        predecessor.serving();
        record_succession(&running, &predecessor.offer).await;
    }
    let asked = Asked { stop, reloads, program, held, readable };
    let end = signals.wait(&running, &asked).await;
    tracing::info!("stopping: no new connections are accepted");
    let (held, service) = (asked.held, Service { stopping, chores });
    let drain = running.live.load().drain;
    let limit = match end {
        End::HandOver(successor) => {
            manager.handing_over();
            let ended = service.end(&running, drain.min(HAND_OVER), &mut signals).await;
            if let Err(error) = ended {
                tracing::error!(%error, "the store could not be closed properly");
            }
            return Ok(hand_over(&running, successor, held, &mut signals).await);
        }
        End::Drain => drain,
        End::Now => Duration::ZERO,
    };
    manager.stopping();
    // With the last copy of the sockets gone, connections are refused.
    drop(held);
    service.end(&running, limit, &mut signals).await.map(|()| Ended::Stopped)
}

/// Lets the successor go on, and finishes here what it does not know of. Whoever meanwhile asks for the end
/// asks for the end of both.
async fn hand_over(
    running: &Running,
    successor: Successor,
    held: Arc<Held>,
    signals: &mut Signals,
) -> Ended {
    if signals.ending {
        successor.dismiss();
        return Ended::Stopped;
    }
    let (id, drain) = (successor.id(), running.live.load().drain);
    let mut taking_over = tokio::task::spawn_blocking(|| successor.take_over());
    let outcome = loop {
        tokio::select! {
            outcome = &mut taking_over => break outcome,
            () = signals.note() => {}
        }
    };
    match outcome.map_err(|e| e.to_string()).and_then(|outcome| outcome) {
        Ok(()) => {
            signals.pass_on(id);
            signals.ending = false;
            drained(running, drain, signals).await;
            signals.pass_on(id);
            tracing::info!("another process has taken over; this one ends");
            Ended::Stopped
        }
        Err(_) if signals.ending => Ended::Stopped,
        Err(why) => {
            // Nobody serves until this is over: it is not the time to wait for the slowest.
            drained(running, drain.min(HAND_OVER), signals).await;
            if signals.ending { Ended::Stopped } else { Ended::StartAgain(held, why) }
        }
    }
}

/// What goes on until the end.
struct Service {
    stopping: CancellationToken,
    chores: Chores,
}

impl Service {
    /// Accepts nothing more, finishes requests within `limit`, permits nothing more, closes the store.
    async fn end(
        self,
        running: &Running,
        limit: Duration,
        signals: &mut Signals,
    ) -> Result<(), ServerError> {
        self.stopping.cancel();
        self.chores.change_nothing_more();
        drained(running, limit, signals).await;
        running.traffic.close();
        end_streams(running).await;
        self.chores.end().await;
        close(running).await
    }
}

/// Notes in the audit log what became of an upgrade.
async fn record_succession(running: &Running, offer: &Offer) {
    let wall = running.clock.wall();
    let event = match &offer.after_failure {
        None => AuditEvent::new(wall, AuditKind::UpgradeFinished, Actor::Gateway)
            .with("from", &offer.version)
            .with("to", env!("CARGO_PKG_VERSION")),
        Some(why) => {
            tracing::error!(%why, "the upgrade failed after the store was handed over; the old program serves again");
            AuditEvent::new(wall, AuditKind::UpgradeFailed, Actor::Gateway).with("reason", why)
        }
    };
    record(running, event).await;
}

async fn record(running: &Running, event: AuditEvent) {
    if let Err(error) = running.store.record(event).await {
        tracing::error!(%error, "the upgrade could not be recorded in the audit log");
    }
}

/// The last acts: nothing that was acknowledged is lost, and what was only in memory is saved.
async fn close(running: &Running) -> Result<(), ServerError> {
    if let Err(error) = running.directory.save_all().await {
        tracing::error!(%error, "the last activity of sessions could not be saved");
    }
    if let Err(error) = running.refusals.write_all().await {
        tracing::error!(%error, "the last refusals could not be recorded in the audit log");
    }
    if let Err(error) = running.sightings.save() {
        tracing::error!(%error, "what asked without signing in could not be saved");
    }
    running.store.close().await?;
    tracing::info!("stopped");
    Ok(())
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
    upgrade: Signal,
    /// Somebody asked for the end while something else was going on.
    ending: bool,
    /// The same for a reload: how often.
    reloads: usize,
}

/// What signals ask for, besides the end.
struct Asked {
    stop: CancellationToken,
    reloads: Arc<Notify>,
    program: Option<Program>,
    held: Arc<Held>,
    readable: Readable,
}

/// Whether this program could start with the file as it is now.
pub(crate) type Readable = Arc<dyn Fn() -> Result<(), String> + Send + Sync>;

/// A successor that may take over: should it fail later, this program has to be able to start again.
async fn self_sufficient(
    outcome: Result<Successor, String>,
    readable: &Readable,
) -> Result<Successor, String> {
    let successor = outcome?;
    let readable = Arc::clone(readable);
    let read = tokio::task::spawn_blocking(move || readable()).await;
    match read.map_err(|e| e.to_string()).and_then(|read| read) {
        Ok(()) => Ok(successor),
        Err(why) => {
            successor.dismiss();
            Err(format!(
                "the running version could not start again with gateway.yaml as it is now, should the new one fail; \
                 upgrade first and change the file afterwards: {why}"
            ))
        }
    }
}

/// A successor on its way.
type Starting = JoinHandle<Result<Successor, String>>;

impl Signals {
    fn listen() -> Result<Self, ServerError> {
        let listen = |kind: SignalKind| signal(kind).map_err(ServerError::setup("signal handlers"));
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            hangup: listen(SignalKind::hangup())?,
            upgrade: listen(SignalKind::user_defined2())?,
            ending: false,
            reloads: 0,
        })
    }

    /// Takes note of a signal that comes while the gateway hands over.
    async fn note(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => self.ending = true,
            _ = self.interrupt.recv() => self.ending = true,
            _ = self.hangup.recv() => self.reloads = self.reloads.saturating_add(1),
        }
    }

    /// Tells the process that goes on what this one was told.
    fn pass_on(&mut self, id: Option<Pid>) {
        let wanted =
            [(self.ending, process::Signal::TERM), (self.reloads > 0, process::Signal::HUP)];
        for (_, signal) in wanted.into_iter().filter(|(wanted, _)| *wanted) {
            let told = id.map(|id| process::kill_process(id, signal));
            if let Some(Err(error)) = told {
                tracing::warn!(%error, "the next process could not be told of a signal");
            }
        }
        self.reloads = 0;
    }

    async fn wait(&mut self, running: &Running, asked: &Asked) -> End {
        let mut starting: Option<Starting> = None;
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return End::Drain,
                () = asked.stop.cancelled() => return End::Drain,
                _ = self.interrupt.recv() => return End::Now,
                _ = self.hangup.recv() => asked.reloads.notify_one(),
                _ = self.upgrade.recv() => {
                    if starting.is_none() {
                        starting = begin_upgrade(running, asked).await;
                    }
                }
                outcome = arrival(&mut starting) => {
                    starting = None;
                    match self_sufficient(outcome, &asked.readable).await {
                        Ok(successor) => return End::HandOver(successor),
                        Err(why) => upgrade_failed(running, &why).await,
                    }
                }
            }
        }
    }
}

/// Starts a successor beside the present service.
async fn begin_upgrade(running: &Running, asked: &Asked) -> Option<Starting> {
    let wall = running.clock.wall();
    let Some(program) = asked.program.clone() else {
        tracing::warn!("this process cannot be upgraded");
        return None;
    };
    tracing::info!("an upgrade begins: the program on disk is started beside this one");
    record(running, AuditEvent::new(wall, AuditKind::UpgradeBegun, Actor::Gateway)).await;
    let held = Arc::clone(&asked.held);
    Some(tokio::task::spawn_blocking(move || Successor::start(&program, &held)))
}

async fn upgrade_failed(running: &Running, why: &str) {
    tracing::error!(%why, "the upgrade failed; this process goes on as before");
    let event = AuditEvent::new(running.clock.wall(), AuditKind::UpgradeFailed, Actor::Gateway);
    record(running, event.with("reason", why)).await;
}

/// Waits for the successor, if one is on its way.
async fn arrival(starting: &mut Option<Starting>) -> Result<Successor, String> {
    match starting {
        Some(starting) => starting.await.map_err(|e| e.to_string()).and_then(|outcome| outcome),
        None => std::future::pending().await,
    }
}

/// Waits until the last request is answered, at most for `limit`; a second signal ends the wait. Streams
/// are not waited for, nor connections on which nothing is under way.
async fn drained(running: &Running, limit: Duration, signals: &mut Signals) {
    let begun = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    let is_busy = || begun.elapsed() < NOTICE || running.traffic.requests() > 0;
    while is_busy() && begun.elapsed() < limit {
        tokio::select! {
            _ = tick.tick() => {}
            () = signals.note() => {}
        }
        if signals.ending {
            return;
        }
    }
}

/// Ends every stream, and waits a moment for each to notice.
async fn end_streams(running: &Running) {
    running.traffic.end_streams();
    let begun = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    while running.traffic.streams() > 0 && begun.elapsed() < STREAMS_END {
        tick.tick().await;
    }
}
