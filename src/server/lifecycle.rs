//! A gateway's life: housekeeping while it runs, signals, and the way down.

use std::sync::Arc;
use std::time::Duration;

use pingora::server::ExecutionPhase;
use tokio::signal::unix::Signal;
use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;
use tokio::sync::Notify;
use tokio::sync::broadcast;
use tokio::time::Instant;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::Running;
use super::ServerError;
use super::control::ControlSocket;
use super::reload::Reloader;

/// Tells in which phase pingora is.
pub(crate) type Started = broadcast::Receiver<ExecutionPhase>;

/// How often sessions are swept and saved.
const SWEEP_EVERY: Duration = Duration::from_secs(2);

/// How often addresses of consoles are looked after: which come back into use, which checks fall due.
const PEERS_EVERY: Duration = Duration::from_secs(1);

/// How often the store is asked whether it still writes, names are resolved, keys are tended.
const TEND_EVERY: Duration = Duration::from_secs(15);

/// How long connections get to notice a stop: from then on, whatever is under way is counted.
const NOTICE: Duration = Duration::from_millis(250);

/// How long open streams get to notice that they are over.
const STREAMS_END: Duration = Duration::from_secs(1);

/// What a life consists of.
pub(crate) struct Parts {
    pub(crate) running: Arc<Running>,
    pub(crate) reloader: Reloader,
    pub(crate) control: ControlSocket,
    pub(crate) stop: CancellationToken,
    pub(crate) stopping: CancellationToken,
    pub(crate) ready: Box<dyn FnOnce() + Send>,
    pub(crate) started: Started,
}

enum End {
    /// Requests under way are finished first.
    Drain,
    /// At once.
    Now,
}

/// Lives until told to stop, then goes down in order.
pub(crate) async fn live(parts: Parts) -> Result<(), ServerError> {
    let Parts { running, reloader, control, stop, stopping, ready, mut started } = parts;
    let listen = |kind: SignalKind| signal(kind).map_err(ServerError::setup("signal handlers"));
    let mut signals = Signals {
        terminate: listen(SignalKind::terminate())?,
        interrupt: listen(SignalKind::interrupt())?,
        hangup: listen(SignalKind::hangup())?,
    };
    let shutdown = CancellationToken::new();
    let sweeping = tokio::spawn(keep_sweeping(Arc::clone(&running), shutdown.clone()));
    let tending = tokio::spawn(keep_tending(Arc::clone(&running), shutdown.clone()));
    let watching = tokio::spawn(keep_peers(Arc::clone(&running), shutdown.clone()));
    let served = tokio::spawn(control.serve(Arc::clone(&running.operator), shutdown.clone()));
    let reloads = Arc::new(Notify::new());
    let reloading = tokio::spawn(keep_reloading(reloader, Arc::clone(&reloads)));
    while !matches!(started.recv().await, Ok(ExecutionPhase::Running) | Err(_)) {}
    ready();
    let end = signals.wait(&stop, &reloads).await;
    tracing::info!("stopping: no new connections are accepted");
    stopping.cancel();
    reloading.abort();
    if let End::Drain = end {
        let limit = running.live.load().drain;
        drained(&running, limit, &mut signals).await;
    }
    end_streams(&running).await;
    shutdown.cancel();
    // A name server that does not answer must not hold up the end.
    tending.abort();
    let _finished = tokio::join!(sweeping, watching, served);
    close(&running).await
}

/// The last acts: nothing that was acknowledged is lost, and what was only in memory is saved.
async fn close(running: &Running) -> Result<(), ServerError> {
    if let Err(error) = running.directory.save_all().await {
        tracing::error!(%error, "the last activity of sessions could not be saved");
    }
    if let Err(error) = running.refusals.write_all().await {
        tracing::error!(%error, "the last refusals could not be recorded in the audit log");
    }
    running.store.close().await?;
    tracing::info!("stopped");
    Ok(())
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    async fn wait(&mut self, stop: &CancellationToken, reloads: &Notify) -> End {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return End::Drain,
                () = stop.cancelled() => return End::Drain,
                _ = self.interrupt.recv() => return End::Now,
                _ = self.hangup.recv() => reloads.notify_one(),
            }
        }
    }
}

/// Waits until the last request is answered, at most for `limit`; a second signal ends the wait. Streams
/// are not waited for, nor connections on which nothing is under way.
async fn drained(running: &Running, limit: Duration, signals: &mut Signals) {
    let begun = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    let is_busy = || {
        let unnoticed = begun.elapsed() < NOTICE && running.metrics.connections.get() > 0;
        unnoticed || running.traffic.requests() > 0
    };
    while is_busy() && begun.elapsed() < limit {
        tokio::select! {
            _ = tick.tick() => {}
            _ = signals.terminate.recv() => return,
            _ = signals.interrupt.recv() => return,
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

/// One reload after the other. Those asked for while one runs become one: it reads what is there then.
async fn keep_reloading(mut reloader: Reloader, asked: Arc<Notify>) {
    loop {
        tokio::select! {
            () = asked.notified() => reloader.reload().await,
            () = reloader.certificates_due() => reloader.look_at_certificates().await,
        }
    }
}

async fn keep_sweeping(running: Arc<Running>, shutdown: CancellationToken) {
    let mut sweep = every(SWEEP_EVERY);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = sweep.tick() => {
                if let Err(error) = running.directory.sweep().await {
                    tracing::error!(%error, "sessions could not be swept");
                }
                if let Err(error) = running.refusals.write_due().await {
                    tracing::error!(%error, "refusals could not be recorded in the audit log");
                }
            }
        }
    }
}

async fn keep_peers(running: Arc<Running>, shutdown: CancellationToken) {
    let mut tick = every(PEERS_EVERY);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = tick.tick() => running.live.load().peers.tend(),
        }
    }
}

async fn keep_tending(running: Arc<Running>, shutdown: CancellationToken) {
    let mut tend = every(TEND_EVERY);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = tend.tick() => tend_all(&running).await,
        }
    }
}

async fn tend_all(running: &Running) {
    let probe = running.store.probe().await;
    if let Err(error) = &probe {
        tracing::error!(%error, "the store does not answer: nobody can sign in");
    }
    running.metrics.store_healthy.set(i64::from(probe.is_ok()));
    match running.operator.tend_keys().await {
        Ok(true) => tracing::info!("the signing keys changed"),
        Ok(false) => {}
        Err(error) => tracing::error!(%error, "the signing keys could not be tended"),
    }
    let live = running.live.load_full();
    live.peers.resolve().await;
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut interval = tokio::time::interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
