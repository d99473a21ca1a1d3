//! Who reads the audit log. That is recorded, but not every page of it: the log would grow by being looked at.

use std::num::NonZeroUsize;
use std::time::Duration;

use lru::LruCache;
use parking_lot::Mutex;

use super::By;
use super::OperateError;
use super::Operator;
use crate::audit::AuditKind;
use crate::clock::Timestamp;

/// Readers that are remembered; whoever is forgotten is recorded once more.
const REMEMBERED: usize = 4096;

/// How long somebody is a reader who is recorded already.
const RECORDED_FOR: Duration = Duration::from_hours(1);

/// Who was recorded when.
#[derive(Debug)]
pub(super) struct Readers(Mutex<LruCache<String, Timestamp>>);

impl Default for Readers {
    fn default() -> Self {
        let size = NonZeroUsize::new(REMEMBERED).unwrap_or(NonZeroUsize::MIN);
        Self(Mutex::new(LruCache::new(size)))
    }
}

impl Operator {
    /// Records that somebody reads the log: once an hour for each session and each token. Whoever uses the command line could
    /// read the store as well.
    pub(super) async fn note_reader(&self, by: &By) -> Result<(), OperateError> {
        let Some(reader) = by.reader() else { return Ok(()) };
        let now = self.parts.clock.now();
        let is_recorded = |at: &Timestamp| now.since(*at) < RECORDED_FOR;
        if self.readers.0.lock().get(&reader).is_some_and(is_recorded) {
            return Ok(());
        }
        self.parts.store.record(self.event(AuditKind::AuditRead, by)).await?;
        self.readers.0.lock().put(reader, now);
        Ok(())
    }
}
