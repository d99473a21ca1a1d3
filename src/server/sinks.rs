//! Hands records of the audit log on to those who follow it, and removes the oldest once they are elsewhere.
//!
//! Each sink has a task of its own, and its place in the store: it is moved when records were taken, so that a crash between
//! the two has them sent again, and none left out.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Running;
use super::rounds::keep_doing;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::audit::AuditRecord;
use crate::audit::troubles::Trouble;
use crate::audit_sink::Outlet;
use crate::audit_sink::Settings;
use crate::audit_sink::SinkSettings;
use crate::clock::Timestamp;
use crate::entropy;
use crate::entropy::Entropy;
use crate::metrics::audit::Lag;
use crate::store::Evidence;
use crate::store::Pruning;
use crate::store::SinkCursor;
use crate::store::StoreError;

/// How often the log is looked at by a sink that has all of it.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Records that are handed on at once.
const MOST_AT_ONCE: usize = 100;

/// Between a failure and the next attempt; twice as long each further time, up to the longest, and by chance up to half as
/// long again.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// How long what is to stop may go on; longer than the longest timeout of a sink.
const LONGEST_END: Duration = Duration::from_secs(90);

/// How often the oldest records are looked at.
const PRUNE_EVERY: Duration = Duration::from_hours(1);

/// Records that are removed at once.
const PRUNED_AT_ONCE: usize = 1000;

const DAY: u64 = 24 * 60 * 60;

/// What is followed, and the word that it has changed.
#[derive(Debug, Default)]
pub(crate) struct Sinks {
    settings: Mutex<Settings>,
    changed: Notify,
}

impl Sinks {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings: Mutex::new(settings), changed: Notify::new() }
    }

    /// Puts other settings in force. Sinks whose settings stay as they are go on undisturbed.
    pub(crate) fn configure(&self, settings: Settings) {
        let mut held = self.settings.lock();
        if *held != settings {
            *held = settings;
            self.changed.notify_one();
        }
    }

    fn settings(&self) -> Settings {
        self.settings.lock().clone()
    }
}

/// A sink that is followed.
struct Task {
    sink: SinkSettings,
    stop: CancellationToken,
    handle: JoinHandle<()>,
}

/// Until `shutdown`.
pub(crate) async fn keep_following(running: Arc<Running>, shutdown: CancellationToken) {
    let mut tasks: BTreeMap<String, Task> = BTreeMap::new();
    let mut leaving: BTreeMap<String, JoinHandle<()>> = BTreeMap::new();
    while !shutdown.is_cancelled() {
        let wanted = running.sinks.settings().sinks;
        leaving.retain(|_, handle| !handle.is_finished());
        for (name, Task { stop, handle, .. }) in
            tasks.extract_if(.., |_, task| !wanted.contains(&task.sink))
        {
            stop.cancel();
            running.metrics.audit.forget_sink(&name);
            leaving.insert(name, handle);
        }
        for sink in wanted {
            let name = sink.name.clone();
            tasks.entry(name).or_insert_with_key(|name| {
                let (stop, before) = (shutdown.child_token(), leaving.remove(name));
                let following = succeed(Arc::clone(&running), sink.clone(), before, stop.clone());
                Task { sink, stop, handle: tokio::spawn(following) }
            });
        }
        let changed = running.sinks.changed.notified();
        let _stopped: Option<()> = shutdown.run_until_cancelled(changed).await;
    }
    let handles = tasks.into_values().map(|task| task.handle).chain(leaving.into_values());
    let mut all: JoinSet<()> = handles.map(ended).collect();
    while all.join_next().await.is_some() {}
}

/// Follows a sink when what followed it before, under its name, has ended: two would overtake each other.
async fn succeed(
    running: Arc<Running>,
    sink: SinkSettings,
    before: Option<JoinHandle<()>>,
    stop: CancellationToken,
) {
    if let Some(before) = before {
        ended(before).await;
    }
    follow(running, sink, stop).await;
}

/// What was told to stop has ended, or is given up: it may hang at a disk. What it was just handing on is handed on again.
async fn ended(mut task: JoinHandle<()>) {
    if tokio::time::timeout(LONGEST_END, &mut task).await.is_err() {
        task.abort();
    }
}

/// One that follows, and how it gets on.
struct Follower {
    running: Arc<Running>,
    sink: SinkSettings,
    /// None: it was lost with its thread.
    outlet: Option<Outlet>,
    /// How many records are handed on at once: fewer after a failure, which may be one record's.
    at_once: usize,
    failures: u32,
    /// The first and the last record of those that were offered last.
    offered: (u64, u64),
    late: bool,
}

async fn follow(running: Arc<Running>, sink: SinkSettings, stop: CancellationToken) {
    let mut follower = Follower {
        running,
        sink,
        outlet: None,
        at_once: MOST_AT_ONCE,
        failures: 0,
        offered: (0, 0),
        late: false,
    };
    while !stop.is_cancelled() {
        let pause = match follower.round().await {
            Ok(true) => Duration::ZERO,
            Ok(false) => LOOK_EVERY,
            Err(why) => follower.failed(&why),
        };
        if !pause.is_zero() {
            let _stopped: Option<()> = stop.run_until_cancelled(tokio::time::sleep(pause)).await;
        }
    }
    follower.running.metrics.audit.forget_sink(&follower.sink.name);
}

impl Follower {
    /// Hands the next records on; false when there are none.
    async fn round(&mut self) -> Result<bool, String> {
        let (store, name) = (Arc::clone(&self.running.store), self.sink.name.clone());
        let told = |error: StoreError| error.to_string();
        let Some(cursor) = store.sink_cursor(&name).await.map_err(told)? else {
            return Ok(false);
        };
        let last = store.audit_head().await.map_err(told)?.seq;
        self.note(last.saturating_sub(cursor.taken), cursor.behind(last));
        let next = cursor.taken.saturating_add(1);
        let records = store.audit_records(next, self.at_once).await.map_err(told)?;
        let (Some(first), Some(end)) = (records.first(), records.last()) else {
            return Ok(false);
        };
        if first.seq != next {
            tracing::error!(sink = %name, from = next, to = first.seq, "records were pruned before a sink had them");
        }
        let (taken, selection) = (end.seq, self.sink.records);
        self.offered = (first.seq, taken);
        let chosen: Vec<_> =
            records.into_iter().filter(|record| selection.has(&record.event)).collect();
        if !chosen.is_empty() {
            self.deliver(chosen).await?;
        }
        store.advance_sink(&name, taken).await.map_err(told)?;
        self.running.metrics.audit.delivered(&name, self.running.clock.wall());
        self.note(last.saturating_sub(taken), SinkCursor { taken, ..cursor }.behind(last));
        if self.failures > 0 {
            tracing::info!(sink = %name, "the audit log's sink takes records again");
        }
        self.failures = 0;
        self.at_once = self.at_once.saturating_mul(2).min(MOST_AT_ONCE);
        Ok(true)
    }

    /// On a thread that may wait for disks and receivers.
    async fn deliver(&mut self, records: Vec<AuditRecord>) -> Result<(), String> {
        let new = || Outlet::new(&self.sink.way, &self.running.clock);
        let mut outlet = self.outlet.take().unwrap_or_else(new);
        let done = tokio::task::spawn_blocking(move || {
            let taken = outlet.deliver(&records);
            (outlet, taken)
        });
        let (outlet, taken) = done.await.map_err(|_| "it was broken off".to_owned())?;
        self.outlet = Some(outlet);
        taken.map_err(|why| why.to_string())
    }

    fn note(&mut self, records: u64, behind: u64) {
        let late = behind > self.sink.lag_limit;
        let lag = if late { Lag::TooFar } else { Lag::Within };
        self.running.metrics.audit.behind(&self.sink.name, records, lag);
        if late && !self.late {
            tracing::error!(
                sink = %self.sink.name, records, on_lag = ?self.sink.on_lag,
                "the audit log's sink is too far behind"
            );
        }
        self.late = late;
    }

    /// How long to wait after a failure.
    fn failed(&mut self, why: &str) -> Duration {
        let (from, to) = self.offered;
        let record = (from == to && from > 0).then_some(from);
        let trouble = Trouble { at: self.running.clock.wall(), why: why.to_owned(), record };
        self.running.metrics.audit.failed(&self.sink.name, trouble);
        let offered = to.saturating_sub(from).saturating_add(1);
        let offered = usize::try_from(offered).unwrap_or(usize::MAX);
        self.at_once = self.at_once.min(offered).div_ceil(2);
        let wait = wait(self.failures, self.running.entropy.as_ref());
        self.failures = self.failures.saturating_add(1);
        tracing::warn!(
            sink = %self.sink.name, way = self.sink.way.name(), from, to, %why, again_in = ?wait,
            "the audit log's sink did not take records"
        );
        wait
    }
}

fn wait(failures: u32, entropy: &dyn Entropy) -> Duration {
    let times = 1_u32.checked_shl(failures.min(16)).unwrap_or(1);
    let wait = FIRST_WAIT.saturating_mul(times).min(LONGEST_WAIT);
    let chance = entropy::bytes::<1>(entropy).map_or(0, |[byte]| u32::from(byte));
    wait.saturating_add(wait.saturating_mul(chance) / 512)
}

/// Until `shutdown`.
pub(crate) async fn keep_pruning(running: Arc<Running>, shutdown: CancellationToken) {
    keep_doing(PRUNE_EVERY, shutdown, "old audit records could not be removed", || prune(&running))
        .await;
}

/// Removes what is older than whole days, so that the log does not grow by saying so every hour.
async fn prune(running: &Running) -> Result<(), StoreError> {
    let settings = running.sinks.settings();
    let Some(keep) = settings.keep else { return Ok(()) };
    let wall = running.clock.wall();
    let before = wall.secs().saturating_sub(keep.as_secs()).div_euclid(DAY).saturating_mul(DAY);
    let evidence = if settings.is_copied() { Evidence::Sinks } else { Evidence::Export };
    let names: Vec<String> = settings.sinks.into_iter().map(|sink| sink.name).collect();
    loop {
        let pruning = Pruning {
            before: Timestamp::from_secs(before),
            sinks: names.clone(),
            evidence,
            limit: PRUNED_AT_ONCE,
        };
        let audit = AuditEvent::new(wall, AuditKind::AuditPruned, Actor::Gateway);
        let pruned = running.store.prune_audit(pruning, audit).await?;
        running.metrics.audit.pruned(pruned);
        if pruned == 0 {
            return Ok(());
        }
        tracing::info!(records = pruned, "old audit records were removed");
    }
}
