//! One live session: what it has proved, and what it shares with the stronger one that may replace it.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use parking_lot::Mutex;
use tokio::sync;
use tokio_util::sync::CancellationToken;

use crate::assertion::CachedAssertion;
use crate::authenticator::totp::PendingTotp;
use crate::clock::Timestamp;
use crate::session::SessionKey;
use crate::session::SessionRecord;
use crate::subject::Profile;

/// A session that is open now.
#[derive(Debug)]
pub struct LiveSession {
    /// What finds it.
    pub key: SessionKey,
    /// What it has proved.
    pub record: Arc<SessionRecord>,
    /// Whose it is.
    pub profile: Arc<Profile>,
    /// Cancelled when the session ends: long-lived streams listen to it.
    pub ended: CancellationToken,
    /// The assertion last signed for it, while it is fresh.
    pub assertion: Mutex<Option<CachedAssertion>>,
    /// An authenticator app being set up.
    pub pending_totp: Mutex<Option<PendingTotp>>,
    /// Whether a stronger session took its place; held while that is being decided.
    pub(super) replaced: sync::Mutex<bool>,
    last_active: Arc<AtomicU64>,
    pub(super) saved: AtomicU64,
    streams: Arc<AtomicUsize>,
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
        profile: Arc<Profile>,
        ended: CancellationToken,
    ) -> Self {
        Self {
            key,
            profile,
            ended,
            assertion: Mutex::new(None),
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
        let mut raised = Self::new(key, record, Arc::clone(&self.profile), self.ended.clone());
        raised.last_active = Arc::clone(&self.last_active);
        raised.streams = Arc::clone(&self.streams);
        raised.touch(active);
        raised
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
