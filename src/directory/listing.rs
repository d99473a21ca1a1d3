//! All sessions at once: looked at, and ended.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::Directory;
use super::LiveSession;
use crate::audit::AuditEvent;
use crate::session::SessionKey;
use crate::session::SessionRecord;
use crate::store::StoreError;

impl Directory {
    /// Every session that is open, with its last activity.
    #[must_use]
    pub fn open_sessions(&self) -> Vec<(SessionKey, SessionRecord)> {
        let (limits, now) = (self.settings(), self.clock.now());
        self.sessions
            .iter()
            .filter(|entry| !entry.record.is_over(&limits, entry.last_active(), now))
            .map(|entry| {
                let last_active = entry.last_active();
                (entry.key, SessionRecord { last_active, ..(*entry.record).clone() })
            })
            .collect()
    }

    /// Every session that is open, as requests find it.
    #[must_use]
    pub fn live_sessions(&self) -> Vec<Arc<LiveSession>> {
        let (limits, now) = (self.settings(), self.clock.now());
        let all = self.sessions.iter().map(|entry| Arc::clone(entry.value()));
        all.filter(|live| !live.record.is_over(&limits, live.last_active(), now)).collect()
    }

    /// Ends everybody's sessions but this one; how many there were.
    ///
    /// # Errors
    /// When the store does not answer: they then still live.
    pub async fn end_everybodys(
        &self,
        spare: Option<SessionKey>,
        audit: AuditEvent,
    ) -> Result<u64, StoreError> {
        let ended = self.store.end_everybodys_sessions(spare, audit).await?;
        self.drops.fetch_add(1, Ordering::SeqCst);
        self.sessions.retain(|key, session| {
            let keep = Some(*key) == spare;
            if !keep {
                session.over();
            }
            keep
        });
        Ok(ended)
    }
}
