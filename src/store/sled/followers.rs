//! Those who follow the audit log: how far each has got, and the acts that wait for them.

use async_trait::async_trait;

use super::SledStore;
use super::keys::Key;
use super::log;
use super::pruning;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::audit::AuditHead;
use crate::store::Follower;
use crate::store::LogStore;
use crate::store::Pruning;
use crate::store::SinkCursor;
use crate::store::StoreError;

#[async_trait]
impl LogStore for SledStore {
    async fn follow_log(&self, followers: &[Follower]) -> Result<(), StoreError> {
        let names: Vec<String> = followers.iter().map(|it| it.name.clone()).collect();
        self.act(move |txn| {
            let (first, last) = (pruning::anchor(txn)?.seq, log::head(txn)?.seq);
            for name in &names {
                if !txn.has(&Key::sink(name))? {
                    txn.put(Key::sink(name), &SinkCursor { taken: first, joined: last })?;
                }
            }
            Ok(())
        })
        .await?;
        self.shared.follow_log(followers);
        Ok(())
    }

    async fn sink_cursor(&self, sink: &str) -> Result<Option<SinkCursor>, StoreError> {
        self.shared.read(|txn| txn.get(&Key::sink(sink)))
    }

    async fn advance_sink(&self, sink: &str, taken: u64) -> Result<(), StoreError> {
        let key = Key::sink(sink);
        self.act(move |txn| {
            let Some(cursor) = txn.get::<SinkCursor>(&key)? else { return Ok(()) };
            let taken = taken.min(log::head(txn)?.seq);
            if taken > cursor.taken {
                txn.put(key, &SinkCursor { taken, ..cursor })?;
            }
            Ok(())
        })
        .await
    }

    async fn skip_for_sink(
        &self,
        sink: &str,
        to: u64,
        audit: AuditEvent,
    ) -> Result<bool, StoreError> {
        let name = sink.to_owned();
        self.act(move |txn| {
            let key = Key::sink(&name);
            let Some(cursor) = txn.get::<SinkCursor>(&key)? else { return Ok(false) };
            if to <= cursor.taken || to > log::head(txn)?.seq {
                return Ok(false);
            }
            let first = cursor.taken.saturating_add(1);
            pruning::note_skipped(txn, (first, to))?;
            txn.put(key, &SinkCursor { taken: to, ..cursor })?;
            txn.audit(audit.with("sink", name).with("from", first).with("to", to));
            Ok(true)
        })
        .await
    }

    async fn mark_exported(&self, (from, to): (u64, u64)) -> Result<(), StoreError> {
        self.act(move |txn| {
            let before = pruning::exported(txn)?;
            let to = to.min(log::head(txn)?.seq);
            // What was left out between two exports is nowhere else.
            if from <= before.saturating_add(1) && to > before {
                txn.put(Key::exported(), &to)?;
            }
            Ok(())
        })
        .await
    }

    async fn audit_anchor(&self) -> Result<AuditHead, StoreError> {
        self.shared.read(pruning::anchor)
    }

    async fn prune_audit(&self, pruning: Pruning, audit: AuditEvent) -> Result<u64, StoreError> {
        // The head file names the last record that was made durable: that one stays.
        let last = self.shared.read(log::head)?.seq.saturating_sub(1);
        self.act(|txn| {
            txn.force();
            Ok(())
        })
        .await?;
        self.act(move |txn| pruning::prune(txn, &pruning, last, audit)).await
    }
}

/// Whether acts need not wait for any of these, when the log ends with that record.
pub(super) fn wait(txn: &Txn<'_>, last: u64, followers: &[Follower]) -> Result<(), StoreError> {
    let nothing = SinkCursor { taken: 0, joined: 0 };
    for follower in followers {
        let Some(limit) = follower.limit else { continue };
        let cursor = txn.get(&Key::sink(&follower.name))?.unwrap_or(nothing);
        let behind = cursor.behind(last);
        if behind > limit {
            return Err(StoreError::HeldUp { sink: follower.name.clone(), behind });
        }
    }
    Ok(())
}
