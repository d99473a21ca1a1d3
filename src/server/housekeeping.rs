//! What goes on beside serving: sessions swept and saved, keys tended, names resolved, changes taken up.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::Running;
use super::adoption;
use super::control::ControlSocket;
use super::first_owner;
use super::geography;
use super::notices;
use super::reload::Reloader;
use super::reminders;
use super::sinks;
use crate::clock::Timestamp;

/// How often sessions are swept and saved.
const SWEEP_EVERY: Duration = Duration::from_secs(2);

/// How often the store is asked whether it still writes, names are resolved, keys are tended.
const TEND_EVERY: Duration = Duration::from_secs(15);

/// How often the store forgets what cannot matter any more.
const FORGET_EVERY: Duration = Duration::from_hours(1);

/// How often addresses of consoles are looked after: which come back into use, which checks fall due.
const PEERS_EVERY: Duration = Duration::from_secs(1);

/// How long messages that are under way may take when the gateway stops.
const LAST_MESSAGES: Duration = Duration::from_secs(5);

/// Everything that goes on until the end.
pub(crate) struct Chores {
    shutdown: CancellationToken,
    sweeping: JoinHandle<()>,
    ending: JoinHandle<()>,
    tending: JoinHandle<()>,
    peers: JoinHandle<()>,
    commands: JoinHandle<()>,
    reloading: JoinHandle<()>,
    geography: JoinHandle<()>,
    sending: JoinHandle<()>,
    telling: JoinHandle<()>,
    reminding: JoinHandle<()>,
    counting: JoinHandle<()>,
    offering: JoinHandle<()>,
    following: JoinHandle<()>,
    pruning: JoinHandle<()>,
}

impl Chores {
    /// Begins it all; `reloads` asks for a reload.
    pub(crate) fn begin(
        running: &Arc<Running>,
        reloader: Reloader,
        control: ControlSocket,
        reloads: Arc<Notify>,
    ) -> Self {
        let shutdown = CancellationToken::new();
        running.metrics.note_hour(running.clock.wall());
        let operator = Arc::clone(&running.operator);
        Self {
            sweeping: tokio::spawn(keep_sweeping(Arc::clone(running), shutdown.clone())),
            ending: tokio::spawn(keep_ending(Arc::clone(running), shutdown.clone())),
            tending: tokio::spawn(keep_tending(Arc::clone(running), shutdown.clone())),
            peers: tokio::spawn(keep_peers(Arc::clone(running), shutdown.clone())),
            commands: tokio::spawn(control.serve(operator, shutdown.clone())),
            reloading: tokio::spawn(keep_reloading(reloader, reloads)),
            geography: tokio::spawn(geography::keep_watching(Arc::clone(running))),
            telling: tokio::spawn(notices::keep_telling(Arc::clone(running), shutdown.clone())),
            counting: tokio::spawn(adoption::keep_counting(Arc::clone(running), shutdown.clone())),
            offering: tokio::spawn(first_owner::keep_watching(
                Arc::clone(running),
                shutdown.clone(),
            )),
            following: tokio::spawn(sinks::keep_following(Arc::clone(running), shutdown.clone())),
            pruning: tokio::spawn(sinks::keep_pruning(Arc::clone(running), shutdown.clone())),
            reminding: tokio::spawn(reminders::keep_reminding(
                Arc::clone(running),
                shutdown.clone(),
            )),
            sending: tokio::spawn(Arc::clone(&running.dispatch).run(shutdown.clone())),
            shutdown,
        }
    }

    /// The configuration stays as it is from here on.
    pub(crate) fn change_nothing_more(&self) {
        self.reloading.abort();
        self.geography.abort();
    }

    /// Finishes what was begun.
    pub(crate) async fn end(self) {
        self.shutdown.cancel();
        // A name server that does not answer must not hold up the end.
        self.tending.abort();
        let sending = tokio::time::timeout(LAST_MESSAGES, self.sending);
        let telling = tokio::time::timeout(LAST_MESSAGES, self.telling);
        let following = tokio::time::timeout(LAST_MESSAGES, self.following);
        let messages = async { tokio::join!(sending, telling, following) };
        let _finished = tokio::join!(
            self.sweeping,
            self.ending,
            self.peers,
            self.commands,
            self.reminding,
            self.counting,
            self.offering,
            self.pruning,
            messages
        );
    }
}

/// One reload after the other. Those asked for while one runs become one: it reads what is there then.
async fn keep_reloading(mut reloader: Reloader, asked: Arc<Notify>) {
    let mut followed = reloader.followed();
    reloader.catch_up().await;
    loop {
        tokio::select! {
            () = asked.notified() => reloader.reload().await,
            () = reloader.files_due() => reloader.look_at_files().await,
            waiting = followed.next() => reloader.follow(waiting),
            () = reloader.is_behind() => reloader.make_up(),
        }
    }
}

async fn keep_sweeping(running: Arc<Running>, shutdown: CancellationToken) {
    let mut sweep = every(SWEEP_EVERY);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = sweep.tick() => {
                running.pages.desk.sweep();
                if let Err(error) = running.directory.sweep().await {
                    tracing::error!(%error, "sessions could not be swept");
                }
                let sightings = Arc::clone(&running.sightings);
                // A disk that is slow must not hold up what else goes on.
                let tended = tokio::task::spawn_blocking(move || sightings.tend()).await;
                if let Ok(Err(error)) = tended {
                    tracing::error!(%error, "what asked without signing in could not be saved");
                }
                if let Err(error) = running.refusals.write_due().await {
                    tracing::error!(%error, "refusals could not be recorded in the audit log");
                }
            }
        }
    }
}

/// What needs neither store nor disk, on a tick of its own: that one of them fails or hangs keeps nothing open.
async fn keep_ending(running: Arc<Running>, shutdown: CancellationToken) {
    let mut tick = every(SWEEP_EVERY);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = tick.tick() => {
                running.directory.tokens().end_what_is_over();
                end_outdated(&running);
            }
        }
    }
}

/// Ends streams whose proof has become too old: time alone can do that, where a rule has a `max_age`.
fn end_outdated(running: &Running) {
    let live = running.live.load();
    let ended = running.traffic.judge_timed_streams(&live, running.clock.now());
    if ended > 0 {
        tracing::debug!(ended, "streams ended: their proof is too old");
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
    let (mut tend, mut forget) = (every(TEND_EVERY), every(FORGET_EVERY));
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = tend.tick() => tend_all(&running).await,
            _ = forget.tick() => {
                if let Err(error) = running.store.forget_sent(running.clock.now()).await {
                    tracing::error!(%error, "what was sent long ago could not be forgotten");
                }
            }
        }
    }
}

async fn tend_all(running: &Running) {
    let probe = running.store.probe().await;
    if let Err(error) = &probe {
        tracing::error!(%error, "the store does not answer: nobody can sign in");
    }
    running.metrics.store_healthy.set(i64::from(probe.is_ok()));
    running.metrics.note_hour(running.clock.wall());
    match running.operator.tend_keys().await {
        Ok(true) => tracing::info!("the signing keys changed"),
        Ok(false) => {}
        Err(error) => tracing::error!(%error, "the signing keys could not be tended"),
    }
    tend_tokens(running);
    let live = running.live.load_full();
    live.peers.resolve().await;
}

/// Says which service tokens end soon: nobody is at their user's screen to see it.
fn tend_tokens(running: &Running) {
    let tokens = running.directory.tokens();
    let next = tokens.next_expiry().map_or(0, Timestamp::secs);
    running.metrics.service_token_expiry.set(i64::try_from(next).unwrap_or(i64::MAX));
    for soon in tokens.to_warn_of() {
        tracing::warn!(
            token = %soon.id, name = %soon.name, expires = %soon.expires,
            "a service token expires soon: `portcullis token rotate {}`", soon.name
        );
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut interval = tokio::time::interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
