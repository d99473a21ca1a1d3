//! What protects sign-in itself: bounded hashing, throttles by network, and names without an account
//! that cost and behave like names with one.

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use ipnet::IpNet;
use lru::LruCache;
use parking_lot::Mutex;
use ring::hmac;
use tokio::sync::Semaphore;

use super::CeremonyError;
use crate::clock::Timestamp;
use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;
use crate::network;
use crate::throttle;
use crate::throttle::Budget;
use crate::throttle::Charge;
use crate::throttle::Rule;

/// Networks and unknown names that are remembered; the least recently seen is forgotten first.
const REMEMBERED: usize = 65_536;

/// Hashes that may wait for a free hasher; beyond it the answer is "busy".
const QUEUE: usize = 64;

/// Records that unknown names share (see `BudgetKey::Nobody`).
const NOBODIES: u16 = 256;

/// The protections of sign-in.
#[derive(Debug)]
pub struct Guard {
    hashers: Semaphore,
    waiting: AtomicUsize,
    networks: Mutex<LruCache<IpNet, Budget>>,
    nobodies: Mutex<LruCache<[u8; 32], Budget>>,
    strangers: Mutex<LruCache<[u8; 32], Budget>>,
    key: hmac::Key,
}

/// What hashing came to.
#[derive(Debug)]
pub enum Hashed<T> {
    /// Its result.
    Done(T),
    /// Too many wait already.
    Busy,
}

impl<T, E> Hashed<Result<T, E>> {
    /// What was hashed, unless that failed.
    ///
    /// # Errors
    /// When it failed.
    pub(super) fn transpose(self) -> Result<Hashed<T>, E> {
        Ok(match self {
            Self::Done(result) => Hashed::Done(result?),
            Self::Busy => Hashed::Busy,
        })
    }
}

impl Guard {
    /// With room for `hashers` hashes at once.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn new(hashers: usize, entropy: &dyn Entropy) -> Result<Self, EntropyFailed> {
        let size = NonZeroUsize::new(REMEMBERED).unwrap_or(NonZeroUsize::MIN);
        Ok(Self {
            hashers: Semaphore::new(hashers.max(1)),
            waiting: AtomicUsize::new(0),
            networks: Mutex::new(LruCache::new(size)),
            nobodies: Mutex::new(LruCache::new(size)),
            strangers: Mutex::new(LruCache::new(size)),
            key: hmac::Key::new(hmac::HMAC_SHA256, &entropy::bytes::<32>(entropy)?),
        })
    }

    /// Charges the client's neighbourhood for one attempt.
    pub fn charge_network(&self, client: IpAddr, now: Timestamp) -> Charge {
        let mut networks = self.networks.lock();
        networks
            .get_or_insert_mut(network::neighbourhood(client), Budget::default)
            .charge(&throttle::NETWORK, now)
    }

    /// Forgets the failures of the client's neighbourhood after a success.
    pub fn settle_network(&self, client: IpAddr) {
        if let Some(budget) = self.networks.lock().get_mut(&network::neighbourhood(client)) {
            budget.settle();
        }
    }

    /// Gives back what was charged to the client's neighbourhood for an attempt that was none. Its failures stay.
    pub fn refund_network(&self, client: IpAddr) {
        if let Some(budget) = self.networks.lock().get_mut(&network::neighbourhood(client)) {
            budget.refund();
        }
    }

    /// Charges a name that no account has, by the rule of names that have one; also the number of the
    /// stored record that stands for it.
    ///
    /// The verdict is this process's own: after a restart a name without an account starts afresh, one
    /// with an account does not. The stored records cannot decide, because names share them: a name that
    /// waits for another's attempts would be told apart from one with an account at any time.
    pub fn charge_nobody(&self, name: &str, now: Timestamp) -> (Charge, u16) {
        let id = self.mark(name);
        let number = id.iter().fold(0_u16, |n, &b| n.wrapping_mul(31).wrapping_add(u16::from(b)));
        let mut nobodies = self.nobodies.lock();
        let charge =
            nobodies.get_or_insert_mut(id, Budget::default).charge(&throttle::PASSWORD, now);
        (charge, number % NOBODIES)
    }

    /// Forgets what was charged to a name without an account: it was right, and somebody's.
    pub fn settle_nobody(&self, name: &str) {
        self.nobodies.lock().pop(&self.mark(name));
    }

    /// Charges a question to a console about a name that no account has.
    pub fn charge_stranger(&self, name: &str, rule: &Rule, now: Timestamp) -> Charge {
        let mut strangers = self.strangers.lock();
        strangers.get_or_insert_mut(self.mark(name), Budget::default).charge(rule, now)
    }

    fn mark(&self, name: &str) -> [u8; 32] {
        let mut mark = [0_u8; 32];
        mark.copy_from_slice(hmac::sign(&self.key, name.as_bytes()).as_ref());
        mark
    }

    /// Runs something that hashes on a thread that may block, a bounded number at once.
    ///
    /// # Errors
    /// When the process stops meanwhile.
    pub async fn hash<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<Hashed<T>, CeremonyError> {
        let Some(_place) = Place::take(&self.waiting) else {
            return Ok(Hashed::Busy);
        };
        let _permit = self.hashers.acquire().await.map_err(|_| CeremonyError::Stopping)?;
        let done = tokio::task::spawn_blocking(work).await.map_err(|_| CeremonyError::Stopping)?;
        Ok(Hashed::Done(done))
    }
}

/// A place in the queue; given back when dropped, however the waiting ends.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Option<Self> {
        let place = Self(waiting);
        (waiting.fetch_add(1, Ordering::Relaxed) < QUEUE).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
