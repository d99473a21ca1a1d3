//! What the tests stand on: a raw upstream, raw clients, the gateway as a process, a small browser.
//!
//! Nothing here uses an HTTP library: a test says which bytes go in and sees which bytes come out.

pub(crate) mod api;
pub(crate) mod basic_console;
pub(crate) mod browser;
pub(crate) mod bulk;
pub(crate) mod gateway;
pub(crate) mod h2;
pub(crate) mod hpack;
pub(crate) mod html;
pub(crate) mod invariants;
pub(crate) mod later;
pub(crate) mod legacy;
pub(crate) mod message;
#[expect(dead_code, reason = "other tests use the rest")]
pub(crate) mod mmdb;
pub(crate) mod passkey;
pub(crate) mod person;
pub(crate) mod program;
pub(crate) mod raw_client;
pub(crate) mod recorder;
pub(crate) mod row;
pub(crate) mod smtp;
#[expect(dead_code, reason = "other tests use the rest")]
pub(crate) mod soft_authenticator;
pub(crate) mod sso;
pub(crate) mod sso_console;
pub(crate) mod websocket;
pub(crate) mod world;

use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::time::Duration;

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

fn within(time: Duration, what: &str, mut holds: impl FnMut() -> bool) {
    let pause = Duration::from_millis(20);
    let rounds = time.as_millis() / pause.as_millis();
    for _ in 0..rounds {
        if holds() {
            return;
        }
        pass(pause);
    }
    panic!("did not happen in {time:?}: {what}");
}

/// Lets the world's clock go on, for those here who ask another process or show codes; what a test waits for
/// announces itself.
fn pass(time: Duration) {
    let never = Latch::default();
    drop(never.0.1.wait_timeout_while(lock(&never.0.0), time, |open| !*open));
}

/// The guard, also after a panic elsewhere: the panic itself is reported where it happened.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Where `needle` begins in `bytes`.
pub(crate) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

/// Bytes as a person can read them in a failed assertion.
pub(crate) fn show(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}
