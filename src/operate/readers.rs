//! Who reads the audit log. That is recorded, but not every page of it: the log would grow by being looked at.

use std::num::NonZeroUsize;

use lru::LruCache;
use parking_lot::Mutex;

use super::By;
use super::OperateError;
use super::Operator;
use crate::audit::AuditKind;

/// Readers that are remembered; whoever is forgotten is recorded once more.
const REMEMBERED: usize = 4096;

const HOUR: u64 = 60 * 60;

/// Who was recorded in which hour.
#[derive(Debug)]
pub(super) struct Readers(Mutex<LruCache<String, u64>>);

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
        let hour = self.parts.clock.now().secs() / HOUR;
        if self.readers.0.lock().get(&reader) == Some(&hour) {
            return Ok(());
        }
        self.parts.store.record(self.event(AuditKind::AuditRead, by)).await?;
        self.readers.0.lock().put(reader, hour);
        Ok(())
    }
}
