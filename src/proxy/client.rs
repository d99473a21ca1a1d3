//! What is known of a client's connection for as long as it lives.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::Weak;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use super::Live;
use super::Settings;
use super::traffic::Underway;
use crate::area::Whereabouts;
use crate::client_certificate::Chain;
use crate::clock::Timestamp;
use crate::policy::Machine;
use crate::session::cookie::CookieNames;

/// How long a connection without a session may wait for its next request, at most.
const STRANGERS_KEEPALIVE: Duration = Duration::from_secs(15);

/// For how long a certificate or a place counts that was looked at.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// What is known of a client's connection for as long as it lives.
#[derive(Debug)]
pub struct ConnectionContext {
    /// The other end, IPv4-mapped forms folded: the socket's peer, or whom its PROXY header announced. It
    /// may be a declared proxy, which sends the requests of others.
    pub peer: IpAddr,
    /// The declared proxy whose PROXY header announced the peer: believed only as long as it is declared.
    pub announced_by: Option<IpAddr>,
    /// Which cookie names the connection uses; also whether it is secure.
    pub cookies: CookieNames,
    /// The name a TLS client asked for.
    pub server_name: Option<String>,
    /// The certificate that a TLS client showed.
    pub chain: Option<Chain>,
    /// Whom it was last taken for, and by which configuration.
    identified: Mutex<Option<Identified>>,
    /// Where its latest request came from.
    located: Mutex<Option<Located>>,
    slow: AtomicBool,
    farewell: AtomicU32,
    known: AtomicBool,
    broken: AtomicBool,
    leftovers: AtomicBool,
    switched: AtomicBool,
    arriving: Mutex<Option<Underway>>,
    written: AtomicU64,
    streams: AtomicUsize,
    expelled: CancellationToken,
}

/// Whom a client's certificate was taken for.
#[derive(Debug)]
struct Identified {
    under: Weak<Live>,
    at: Timestamp,
    machine: Option<Machine>,
}

impl Identified {
    /// Whether it was decided under this configuration, and not long ago.
    fn is_about(&self, live: &Arc<Live>, now: Timestamp) -> bool {
        std::ptr::eq(self.under.as_ptr(), Arc::as_ptr(live)) && now.since(self.at) < LOOK_AGAIN
    }
}

/// Where a client was found to be.
#[derive(Debug)]
struct Located {
    under: Weak<Live>,
    generation: u64,
    at: Timestamp,
    found: Whereabouts,
}

impl Located {
    /// Whether this is where an address is by this configuration and the databases that are in use.
    fn is_about(&self, live: &Arc<Live>, address: IpAddr, now: Timestamp) -> bool {
        std::ptr::eq(self.under.as_ptr(), Arc::as_ptr(live))
            && self.generation == live.snapshot.generation()
            && self.found.address == address
            && now.since(self.at) < LOOK_AGAIN
    }
}

impl ConnectionContext {
    /// Of a client's connection.
    #[must_use]
    pub fn new(peer: IpAddr, cookies: CookieNames, server_name: Option<String>) -> Self {
        let [slow, known, broken, leftovers, switched] = [const { AtomicBool::new(false) }; 5];
        Self {
            peer,
            announced_by: None,
            cookies,
            server_name,
            chain: None,
            identified: Mutex::new(None),
            located: Mutex::new(None),
            slow,
            farewell: AtomicU32::new(0),
            known,
            broken,
            leftovers,
            switched,
            arriving: Mutex::new(None),
            written: AtomicU64::new(0),
            streams: AtomicUsize::new(0),
            expelled: CancellationToken::new(),
        }
    }

    /// The same connection, whose peer this proxy announced.
    #[must_use]
    pub const fn announced(mut self, by: Option<IpAddr>) -> Self {
        self.announced_by = by;
        self
    }

    /// The other end, where nobody announced it.
    #[must_use]
    pub fn seen(&self) -> Option<IpAddr> {
        self.announced_by.is_none().then_some(self.peer)
    }

    /// The same connection, whose client showed a certificate.
    #[must_use]
    pub fn with_chain(mut self, chain: Option<Chain>) -> Self {
        self.chain = chain;
        self
    }

    /// The program that the client's certificate stands for, under this configuration. A certificate ends
    /// at its time, so it is looked at again every few seconds.
    pub fn machine(&self, live: &Arc<Live>, now: Timestamp) -> Option<Machine> {
        let chain = self.chain.as_ref()?;
        let mut identified = self.identified.lock();
        if let Some(known) = identified.as_ref()
            && known.is_about(live, now)
        {
            return known.machine.clone();
        }
        let machine = live.snapshot.clients.identify(chain, now);
        let under = Arc::downgrade(live);
        *identified = Some(Identified { under, at: now, machine: machine.clone() });
        machine
    }

    /// Takes no further request: its client is kept out from now on.
    pub fn expel(&self) {
        self.expelled.cancel();
    }

    /// Whether it takes no further request.
    #[must_use]
    pub fn is_expelled(&self) -> bool {
        self.expelled.is_cancelled()
    }

    /// Waits until it takes no further request.
    pub async fn expelled(&self) {
        self.expelled.cancelled().await;
    }

    /// Where an address is that a request of this connection comes from, most often the same as before.
    pub fn locate(&self, live: &Arc<Live>, address: IpAddr, now: Timestamp) -> Whereabouts {
        let mut located = self.located.lock();
        if let Some(known) = located.as_ref().filter(|known| known.is_about(live, address, now)) {
            return known.found.clone();
        }
        // Before the databases are asked: what changes meanwhile is asked again.
        let generation = live.snapshot.generation();
        let found = live.snapshot.locate(address);
        let under = Arc::downgrade(live);
        *located = Some(Located { under, generation, at: now, found: found.clone() });
        found
    }

    /// Counts the connection as busy until its next request is counted itself.
    pub fn expect(&self, request: Underway) {
        *self.arriving.lock() = Some(request);
    }

    /// The request that was expected is here, and counted itself; or it will not come.
    pub fn arrived(&self) {
        drop(self.arriving.lock().take());
    }

    /// Notes that the client took so many bytes.
    pub fn note_written(&self, bytes: usize) {
        self.written.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// How many bytes the client took so far.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// Counts a stream without an end of its own, until it is dropped.
    #[must_use]
    pub fn enter_stream(self: &Arc<Self>) -> OwnStream {
        self.streams.fetch_add(1, Ordering::AcqRel);
        OwnStream(Arc::clone(self))
    }

    /// How many such streams there are.
    #[must_use]
    pub fn streams(&self) -> usize {
        self.streams.load(Ordering::Acquire)
    }

    /// Notes that the latest request came with a live session.
    pub fn note_session(&self) {
        self.known.store(true, Ordering::Release);
    }

    /// Notes that the latest request came without one.
    pub fn note_stranger(&self) {
        self.known.store(false, Ordering::Release);
    }

    /// How long the connection may wait for its next request: less when its latest one came without a
    /// session, so that strangers do not fill the place.
    #[must_use]
    pub fn patience(&self, settings: &Settings) -> Duration {
        if self.known.load(Ordering::Acquire) {
            settings.keepalive
        } else {
            settings.keepalive.min(STRANGERS_KEEPALIVE)
        }
    }

    /// Notes that the client was waited for long enough.
    pub fn note_slow(&self) {
        self.slow.store(true, Ordering::Release);
    }

    /// Whether the client was waited for long enough.
    #[must_use]
    pub fn is_slow(&self) -> bool {
        self.slow.load(Ordering::Acquire)
    }

    /// Notes the error code with which an HTTP/2 connection was given up (RFC 9113 §7).
    pub fn note_farewell(&self, code: u32) {
        self.farewell.store(code, Ordering::Release);
    }

    /// The error code with which an HTTP/2 connection was given up; 0: none.
    #[must_use]
    pub fn farewell(&self) -> u32 {
        self.farewell.load(Ordering::Acquire)
    }

    /// Notes that a body is not framed as its head announced: nothing more is read.
    pub fn note_broken(&self) {
        self.broken.store(true, Ordering::Release);
    }

    /// Whether a body was not framed as its head announced.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Acquire)
    }

    /// Notes that bytes came after the end of a request, before its answer.
    pub fn note_leftovers(&self) {
        self.leftovers.store(true, Ordering::Release);
    }

    /// Whether bytes came after the end of a request, before its answer.
    #[must_use]
    pub fn has_leftovers(&self) -> bool {
        self.leftovers.load(Ordering::Acquire)
    }

    /// Notes that the connection is a WebSocket from here on: its bytes are no requests any more.
    pub fn note_switched(&self) {
        self.switched.store(true, Ordering::Release);
    }

    /// Whether the connection is a WebSocket.
    #[must_use]
    pub fn has_switched(&self) -> bool {
        self.switched.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_waits_longer_while_there_is_a_session_a095() {
        let settings = Settings::default();
        let client = "192.0.2.1".parse().unwrap();
        let context = ConnectionContext::new(client, CookieNames::Plain, None);
        assert_eq!(context.patience(&settings), STRANGERS_KEEPALIVE);
        context.note_session();
        assert_eq!(context.patience(&settings), settings.keepalive);
        context.note_stranger();
        let short = Settings { keepalive: Duration::from_secs(5), ..settings };
        assert_eq!(context.patience(&short), Duration::from_secs(5));
    }
}

/// One stream of a connection.
#[derive(Debug)]
pub struct OwnStream(Arc<ConnectionContext>);

impl Drop for OwnStream {
    fn drop(&mut self) {
        self.0.streams.fetch_sub(1, Ordering::AcqRel);
    }
}
