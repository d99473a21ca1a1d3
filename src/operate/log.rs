//! Reading, signing and verifying the audit log.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio::sync::OwnedMutexGuard;

use super::By;
use super::MAX_LIMIT;
use super::OperateError;
use super::Operator;
use super::Reply;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditHead;
use crate::audit::AuditKind;
use crate::audit::AuditRecord;
use crate::audit::BrokenChain;
use crate::audit::signed::SignedHead;
use crate::store::Store;

/// Places over the network for what goes through all of the log, or much of it: one each, so that whoever verifies it again and
/// again keeps nobody from taking it out.
#[derive(Debug, Default)]
pub(super) struct GoingThrough {
    /// Held by whoever verifies it.
    pub(super) verifying: Arc<Mutex<()>>,
    /// Held by whoever takes records out.
    pub(super) taking_out: Arc<Mutex<()>>,
}

impl Operator {
    pub(super) async fn audit_tail(
        &self,
        by: &By,
        from: Option<u64>,
        limit: usize,
    ) -> Result<Reply, OperateError> {
        self.note_reader(by).await?;
        let limit = limit.min(MAX_LIMIT);
        let head = self.parts.store.audit_head().await?;
        let back = u64::try_from(limit).unwrap_or(u64::MAX);
        let from = from.unwrap_or_else(|| head.seq.saturating_sub(back).saturating_add(1)).max(1);
        let records = match limit {
            0 => Vec::new(),
            _ => self.parts.store.audit_records(from, limit).await?,
        };
        let next = records.last().map_or(from, |last| last.seq.saturating_add(1));
        Ok(Reply::AuditRecords { records, next })
    }

    pub(super) async fn audit_head(&self) -> Result<Reply, OperateError> {
        let now = self.parts.clock.wall();
        let head = self.parts.store.signed_audit_head(None, now).await?;
        let head = head.ok_or_else(|| OperateError::failed(&"the audit log has no head"))?;
        Ok(Reply::AuditHead(Box::new(head)))
    }

    /// Only what is recorded is taken out; the record of it is not part of it.
    pub(super) async fn audit_export(
        &self,
        by: &By,
        from: Option<u64>,
        to: Option<u64>,
    ) -> Result<Reply, OperateError> {
        let store = &self.parts.store;
        let last = store.audit_head().await?.seq;
        let first = store.audit_anchor().await?.seq.saturating_add(1);
        let (from, to) = (from.unwrap_or(first), to.unwrap_or(last));
        if from < first || from > to || to > last {
            return Err(OperateError::NoSuchRecords { from, to, first, last });
        }
        let signed = store.signed_audit_head(Some((from, to)), self.parts.clock.wall()).await?;
        let Some(head) = signed else {
            return Err(broken(&BrokenChain::Truncated { expected: last, found: to }));
        };
        let audit = self.event(AuditKind::AuditExported, by).with("from", from).with("to", to);
        store.record(audit).await?;
        Ok(Reply::AuditHead(Box::new(head)))
    }

    /// What this head was signed for is elsewhere from now on, and may go once it is old.
    pub(super) async fn audit_taken(&self, head: SignedHead) -> Result<Reply, OperateError> {
        let store = &self.parts.store;
        let range = (head.first.unwrap_or_default(), head.seq);
        let ours = store.signed_audit_head(Some(range), self.parts.clock.wall()).await?;
        let is_ours = |ours: &SignedHead| {
            head.first.is_some()
                && (&head.store, &head.hash, &head.key) == (&ours.store, &ours.hash, &ours.key)
                && head.public_key().is_some_and(|key| head.is_signed_with(&key))
        };
        if !ours.as_ref().is_some_and(is_ours) {
            let (first, last) =
                (store.audit_anchor().await?.seq.saturating_add(1), store.audit_head().await?.seq);
            return Err(OperateError::NoSuchRecords { from: range.0, to: range.1, first, last });
        }
        store.mark_exported(range).await?;
        Ok(Reply::AuditHead(Box::new(head)))
    }

    /// Follows the chain to the head that stood when it began: the log grows meanwhile. It begins after what was pruned, which
    /// the last record of pruning must say.
    pub(super) async fn audit_verify(&self, by: &By) -> Result<Reply, OperateError> {
        // Whoever asks over the network goes through it one at a time.
        let place = match by.reader() {
            Some(_) => {
                let place = Arc::clone(&self.going_through.verifying).try_lock_owned();
                Some(place.map_err(|_| OperateError::LogInUse)?)
            }
            None => None,
        };
        self.note_reader(by).await?;
        aside(place, whole(Arc::clone(&self.parts.store))).await?
    }
}

/// Does something that reads all of the log, or much of it, on a thread that may take its time: the gateway's own threads
/// serve requests meanwhile. Its place is free again when it is done, whether somebody still waits for it or not.
///
/// # Errors
/// When the process stops.
pub(super) async fn aside<T: Send + 'static>(
    place: Option<OwnedMutexGuard<()>>,
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, OperateError> {
    let runtime = Handle::current();
    let done = tokio::task::spawn_blocking(move || {
        let _place = place;
        runtime.block_on(work)
    });
    done.await.map_err(|_| OperateError::failed(&"the gateway is stopping"))
}

/// Whether the log is whole.
async fn whole(store: Arc<dyn Store>) -> Result<Reply, OperateError> {
    let anchor = store.audit_anchor().await?;
    let promised = store.audit_head().await?;
    let mut head = anchor.clone();
    let mut pruned = AuditHead::default();
    while head.seq < promised.seq {
        let records = store.audit_records(head.seq.saturating_add(1), MAX_LIMIT).await?;
        let cut = BrokenChain::Truncated { expected: promised.seq, found: head.seq };
        let Some(first) = records.first().map(|first| first.seq) else {
            return Err(broken(&cut));
        };
        let has_gap = first > head.seq.saturating_add(1);
        if has_gap && store.audit_anchor().await?.seq > anchor.seq {
            // It was pruned while it was followed.
            return Err(OperateError::Conflict);
        }
        for record in records.iter().take_while(|record| record.seq <= promised.seq) {
            head.follow(record).map_err(|e| broken(&e))?;
            pruned = pruned_by(record).unwrap_or(pruned);
        }
        if first > promised.seq {
            return Err(broken(&cut));
        }
    }
    if head.hash != promised.hash {
        return Err(broken(&BrokenChain::Hash(head.seq)));
    }
    if pruned != anchor {
        return Err(broken(&BrokenChain::Beginning(anchor.seq)));
    }
    Ok(Reply::AuditVerified {
        first: anchor.seq.saturating_add(1),
        records: head.seq.saturating_sub(anchor.seq),
        hash: head.hash,
    })
}

/// What a record says was pruned.
fn pruned_by(record: &AuditRecord) -> Option<AuditHead> {
    let AuditEvent { kind: AuditKind::AuditPruned, actor: Actor::Gateway, detail, .. } =
        &record.event
    else {
        return None;
    };
    Some(AuditHead { seq: detail.get("to")?.parse().ok()?, hash: detail.get("hash")?.clone() })
}

fn broken(why: &BrokenChain) -> OperateError {
    OperateError::BrokenChain { why: why.to_string() }
}
