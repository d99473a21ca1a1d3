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
pub(crate) mod office;
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
pub(crate) mod waiting;
pub(crate) mod websocket;
pub(crate) mod world;

use std::sync::Mutex;
use std::sync::MutexGuard;

pub(crate) use self::waiting::DEADLINE;
pub(crate) use self::waiting::Latch;
pub(crate) use self::waiting::eventually;

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
