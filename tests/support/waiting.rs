//! How tests wait: for what announces itself. A program under test does so by what it writes to its directory, which
//! rings a bell; whoever waits asks again then, and now and then besides, since not all of it is written down.

use std::mem::MaybeUninit;
use std::path::Path;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::thread;
use std::time::Duration;

use portcullis::clock::Clock;
use portcullis::clock::SystemClock;
use rustix::fs::inotify;
use rustix::fs::inotify::CreateFlags;
use rustix::fs::inotify::WatchFlags;

use super::lock;

/// How long anything may take before a test fails. Generous: the machine may be busy, and a test
/// that passes never waits for it.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// Something that happens once and that others wait for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Latch(Arc<(Mutex<bool>, Condvar)>);

impl Latch {
    /// Lets everybody through, now and later.
    pub(crate) fn open(&self) {
        *lock(&self.0.0) = true;
        self.0.1.notify_all();
    }

    /// Waits; false when it was not opened in time, or nobody cares any more. The time is longer than any
    /// client waits: what ends earlier was not ended by this.
    pub(crate) fn wait(&self, matters: impl Fn() -> bool) -> bool {
        let slice = Duration::from_millis(50);
        let rounds = DEADLINE.as_millis() * 3 / slice.as_millis();
        for _ in 0..rounds {
            let guard = lock(&self.0.0);
            let (open, _) = self.0.1.wait_timeout_while(guard, slice, |open| !*open).unwrap();
            if *open {
                return true;
            }
            drop(open);
            if !matters() {
                return false;
            }
        }
        false
    }
}

/// Waits for what is announced by `changed`; what it found, and whether that came in time.
pub(crate) fn announced<'m, T>(
    (mutex, changed): (&'m Mutex<T>, &Condvar),
    holds: impl Fn(&T) -> bool,
) -> (MutexGuard<'m, T>, bool) {
    let waited = changed.wait_timeout_while(lock(mutex), DEADLINE, |found| !holds(found));
    let (found, result) = waited.unwrap_or_else(PoisonError::into_inner);
    (found, !result.timed_out())
}

/// Asks again and again, for what another process does and does not announce.
///
/// # Panics
/// When `what` did not become true in time.
pub(crate) fn eventually(what: &str, holds: impl FnMut() -> bool) {
    within(DEADLINE, what, holds);
}

/// The same, for what takes a minute of the world's clock, the shortest time that a rule may name.
///
/// # Panics
/// When `what` did not become true in time.
pub(crate) fn after_a_minute(what: &str, holds: impl FnMut() -> bool) {
    within(Duration::from_mins(1) + DEADLINE, what, holds);
}

/// How often the bell rang; and the bell.
static BELL: (Mutex<u64>, Condvar) = (Mutex::new(0), Condvar::new());

/// For what rings no bell: a connection that is refused, a figure that only the metrics have.
const UNHEARD: Duration = Duration::from_millis(50);

fn within(time: Duration, what: &str, mut holds: impl FnMut() -> bool) {
    let clock = SystemClock::new();
    loop {
        let heard = *lock(&BELL.0);
        if holds() {
            return;
        }
        assert!(clock.elapsed() < time, "did not happen in {time:?}: {what}");
        let rings = BELL.1.wait_timeout_while(lock(&BELL.0), UNHEARD, |rings| *rings == heard);
        drop(rings.unwrap_or_else(PoisonError::into_inner));
    }
}

/// Rings the bell whenever something is written in a directory or moved there, until it is removed.
pub(crate) fn listen(directory: &Path) {
    let watched = inotify::init(CreateFlags::CLOEXEC).unwrap();
    let written = WatchFlags::MODIFY | WatchFlags::CREATE | WatchFlags::MOVED_TO;
    inotify::add_watch(&watched, directory, written | WatchFlags::DELETE | WatchFlags::ONLYDIR)
        .unwrap();
    thread::spawn(move || {
        let mut room = [MaybeUninit::uninit(); 4096];
        let mut events = inotify::Reader::new(watched, &mut room);
        while let Ok(event) = events.next() {
            // The last word of a watch whose directory is gone.
            if event.events().contains(inotify::ReadFlags::IGNORED) {
                break;
            }
            *lock(&BELL.0) += 1;
            BELL.1.notify_all();
        }
    });
}
