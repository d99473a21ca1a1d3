//! Taking records of the audit log out through the gateway: so many at once, and one export at a time.

use std::sync::Arc;

use super::By;
use super::Command;
use super::MAX_LIMIT;
use super::OperateError;
use super::Operator;
use super::Reply;
use super::log::aside;
use crate::audit::AuditRecord;
use crate::audit::BrokenChain;
use crate::audit::export::Verifier;
use crate::audit::signed::SignedHead;
use crate::store::Store;

/// Records of one extract.
const MOST: u64 = 5000;

/// Records that were taken out, and what vouches for them.
#[derive(Clone, Debug)]
pub struct Extract {
    /// In order.
    pub records: Vec<AuditRecord>,
    /// Signed for the first and the last of them.
    pub head: SignedHead,
    /// Where the rest begins of what was asked for; none: that was all.
    pub rest: Option<u64>,
}

impl Operator {
    /// Takes records out, from the first that is asked for, as many as fit. Recorded, as whatever is taken out.
    ///
    /// # Errors
    /// When that is refused, others take records out at the moment, or the chain is broken.
    pub async fn extract(
        self: &Arc<Self>,
        by: By,
        from: Option<u64>,
        to: Option<u64>,
    ) -> Result<Extract, OperateError> {
        let place = Arc::clone(&self.going_through.taking_out).try_lock_owned();
        let place = place.map_err(|_| OperateError::LogInUse)?;
        let store = &self.parts.store;
        let first = store.audit_anchor().await?.seq.saturating_add(1);
        let from = from.unwrap_or(first);
        let end = match to {
            Some(to) => to,
            None => store.audit_head().await?.seq,
        };
        let last = end.min(from.saturating_add(MOST - 1));
        let command = Command::AuditExport { from: Some(from), to: Some(last) };
        let Reply::AuditHead(head) = self.execute(by, command).await? else {
            return Err(OperateError::failed(&"an answer to something else"));
        };
        let following = follow(Arc::clone(store), (*head).clone(), from);
        let records = aside(Some(place), following).await??;
        Ok(Extract { records, head: *head, rest: (last < end).then(|| last.saturating_add(1)) })
    }
}

/// The records that lead to a signed head, followed one by one.
async fn follow(
    store: Arc<dyn Store>,
    head: SignedHead,
    from: u64,
) -> Result<Vec<AuditRecord>, OperateError> {
    let broken = |why: &dyn ToString| OperateError::BrokenChain { why: why.to_string() };
    let key = head.public_key().ok_or_else(|| OperateError::failed(&"a head without a key"))?;
    let mut verifier = Verifier::new(key);
    let mut all: Vec<AuditRecord> = Vec::new();
    let mut next = from;
    while next <= head.seq {
        let page = store.audit_records(next, MAX_LIMIT).await?;
        let page: Vec<_> = page.into_iter().take_while(|it| it.seq <= head.seq).collect();
        let Some(end) = page.last() else {
            let found = next.saturating_sub(1);
            return Err(broken(&BrokenChain::Truncated { expected: head.seq, found }));
        };
        next = end.seq.saturating_add(1);
        page.iter().try_for_each(|it| verifier.follow(it)).map_err(|why| broken(&why))?;
        all.extend(page);
    }
    verifier.end(&head).map_err(|why| broken(&why))?;
    Ok(all)
}
