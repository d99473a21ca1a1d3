//! One live session: what it has proved, and what it shares with the stronger one that may replace it.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use parking_lot::Mutex;
use tokio::sync;
use tokio_util::sync::CancellationToken;

use crate::assertion::CachedAssertion;
use crate::authenticator::Held;
use crate::authenticator::totp::PendingTotp;
use crate::clock::Timestamp;
use crate::console_login::basic::SealedCredentials;
use crate::enforcement::Asked;
use crate::enforcement::Person;
use crate::enforcement::RecoveryOpens;
use crate::enforcement::Rulebook;
use crate::enforcement::Shortfall;
use crate::policy::Excuse;
use crate::session::SessionKey;
use crate::session::SessionRecord;
use crate::subject::Profile;
use crate::subject::terms::Terms;

/// A session that is open now.
#[derive(Debug)]
pub struct LiveSession {
    /// What finds it.
    pub key: SessionKey,
    /// What it has proved.
    pub record: Arc<SessionRecord>,
    /// Whose it is.
    pub profile: Arc<Profile>,
    /// What an operator asks of that account besides the configuration.
    pub(super) terms: Mutex<Arc<Terms>>,
    /// Cancelled when the session ends: long-lived streams listen to it.
    pub ended: CancellationToken,
    /// The assertion last signed for it, while it is fresh.
    pub assertion: Mutex<Option<CachedAssertion>>,
    /// What its owner told a console that asks for HTTP Basic. It goes over to a stronger session, and ends with
    /// the last one.
    credentials: Arc<Mutex<Option<Arc<SealedCredentials>>>>,
    /// An authenticator app being set up.
    pub pending_totp: Mutex<Option<PendingTotp>>,
    /// Whether a stronger session took its place; held while that is being decided.
    pub(super) replaced: sync::Mutex<bool>,
    /// Whether the account has a second factor by now.
    pub(super) enrolled: AtomicBool,
    /// The second factors that the account has by now.
    held: Mutex<Held>,
    last_active: Arc<AtomicU64>,
    pub(super) saved: AtomicU64,
    streams: Arc<AtomicUsize>,
}

/// Whose a session is, and what is asked of them.
#[derive(Debug)]
pub(super) struct Owner {
    pub(super) profile: Arc<Profile>,
    pub(super) terms: Arc<Terms>,
}

/// The place of a stream among those of its session, until it is dropped.
#[derive(Debug)]
pub struct StreamPlace(Arc<AtomicUsize>);

impl Drop for StreamPlace {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl LiveSession {
    pub(super) fn new(
        key: SessionKey,
        record: SessionRecord,
        owner: Owner,
        ended: CancellationToken,
    ) -> Self {
        Self {
            key,
            profile: owner.profile,
            terms: Mutex::new(owner.terms),
            enrolled: AtomicBool::new(record.enrolled),
            held: Mutex::default(),
            ended,
            assertion: Mutex::new(None),
            credentials: Arc::default(),
            replaced: sync::Mutex::new(false),
            pending_totp: Mutex::new(record.pending_totp.clone()),
            last_active: Arc::new(AtomicU64::new(record.last_active.millis())),
            streams: Arc::default(),
            saved: AtomicU64::new(record.last_active.millis()),
            record: Arc::new(record),
        }
    }

    /// The stronger session that takes the place of this one: streams of the old one go on under the new
    /// one, and what keeps one alive keeps the other.
    pub(super) fn raised(&self, key: SessionKey, record: SessionRecord) -> Self {
        let active = record.last_active;
        // Where the streams of the old one were ended by an act that ends no sessions, the new one has its own.
        let cut = self.ended.is_cancelled();
        let ended = if cut { CancellationToken::new() } else { self.ended.clone() };
        let mut raised = Self::new(key, record, self.owner(), ended);
        raised.enrolled.fetch_or(self.is_enrolled(), Ordering::AcqRel);
        raised.note_held(self.held());
        raised.last_active = Arc::clone(&self.last_active);
        raised.streams = Arc::clone(&self.streams);
        raised.credentials = Arc::clone(&self.credentials);
        raised.touch(active);
        raised
    }

    /// The same session with streams of its own: those there are end with this one.
    pub(super) fn renewed(&self) -> Self {
        let record = (*self.record).clone();
        let mut renewed = Self::new(self.key, record, self.owner(), CancellationToken::new());
        renewed.enrolled.fetch_or(self.is_enrolled(), Ordering::AcqRel);
        renewed.note_held(self.held());
        renewed.last_active = Arc::clone(&self.last_active);
        renewed.credentials = Arc::clone(&self.credentials);
        renewed.pending_totp.lock().clone_from(&self.pending_totp.lock());
        renewed
    }

    pub(super) fn owner(&self) -> Owner {
        Owner { profile: Arc::clone(&self.profile), terms: Arc::clone(&self.terms.lock()) }
    }

    /// Whether the account has a second factor: one that was bound in another session counts at once.
    #[must_use]
    pub fn is_enrolled(&self) -> bool {
        self.enrolled.load(Ordering::Acquire)
    }

    /// The second factors that the account has.
    #[must_use]
    pub fn held(&self) -> Held {
        *self.held.lock()
    }

    /// What the store says that the account has.
    pub fn note_held(&self, held: Held) {
        *self.held.lock() = held;
    }

    /// Whether its owner has signed in, and has fewer second factors than they are asked to have when they come from
    /// `client`. Whoever has none is asked for their first one instead.
    #[must_use]
    pub fn shortfall(
        &self,
        rulebook: &Rulebook,
        client: IpAddr,
        now: Timestamp,
    ) -> Option<Shortfall> {
        if self.record.is_for_enrolment() || !self.is_enrolled() {
            return None;
        }
        let terms = Arc::clone(&self.terms.lock());
        rulebook.shortfall(&self.person(&terms, client), self.held(), now)
    }

    fn person<'a>(&'a self, terms: &'a Terms, client: IpAddr) -> Person<'a> {
        let client = Some(client);
        Person { site: &self.record.site, profile: &self.profile, terms, client }
    }

    /// What is asked of its owner, when they come from `client`.
    #[must_use]
    pub fn asked(&self, rulebook: &Rulebook, client: IpAddr) -> Asked {
        let terms = Arc::clone(&self.terms.lock());
        rulebook.asked(&self.person(&terms, client))
    }

    /// Why its owner may lack a second factor, if they may.
    #[must_use]
    pub fn excuse(&self, rulebook: &Rulebook, client: IpAddr, now: Timestamp) -> Excuse {
        if self.record.is_for_enrolment() {
            return match rulebook.settings.recovery_opens {
                RecoveryOpens::Full => Excuse::RecoveryCode,
                RecoveryOpens::Enrolment => Excuse::None,
            };
        }
        if self.is_enrolled() || self.record.second_factor_time().is_some() {
            return Excuse::None;
        }
        Excuse::unenrolled(self.asked(rulebook, client).duty(now))
    }

    /// What its owner told the console.
    #[must_use]
    pub fn credentials(&self) -> Option<Arc<SealedCredentials>> {
        self.credentials.lock().clone()
    }

    /// Keeps what its owner told the console.
    pub fn keep_credentials(&self, credentials: SealedCredentials) {
        *self.credentials.lock() = Some(Arc::new(credentials));
    }

    /// Ends everything that goes on in it, and forgets what its owner told the console.
    pub(super) fn over(&self) {
        self.forget_credentials();
        self.ended.cancel();
    }

    /// Forgets what its owner told the console.
    pub fn forget_credentials(&self) {
        *self.credentials.lock() = None;
    }

    /// A place for one more stream, of at most so many at once; none when they are taken.
    #[must_use]
    pub fn take_place(&self, most: usize) -> Option<StreamPlace> {
        let place = StreamPlace(Arc::clone(&self.streams));
        let before = self.streams.fetch_add(1, Ordering::AcqRel);
        (before < most).then_some(place)
    }

    /// The last activity seen.
    #[must_use]
    pub fn last_active(&self) -> Timestamp {
        Timestamp::from_millis(self.last_active.load(Ordering::Relaxed))
    }

    /// Notes activity: the idle limit starts anew.
    pub fn touch(&self, now: Timestamp) {
        self.last_active.fetch_max(now.millis(), Ordering::Relaxed);
    }
}
