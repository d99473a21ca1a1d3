//! Reading, signing and verifying the audit log.

use super::By;
use super::MAX_LIMIT;
use super::OperateError;
use super::Operator;
use super::Reply;
use crate::audit::AuditHead;
use crate::audit::AuditKind;
use crate::audit::BrokenChain;

impl Operator {
    pub(super) async fn audit_tail(
        &self,
        from: Option<u64>,
        limit: usize,
    ) -> Result<Reply, OperateError> {
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
        let (from, to) = (from.unwrap_or(1), to.unwrap_or(last));
        if from == 0 || from > to || to > last {
            return Err(OperateError::NoSuchRecords { from, to, last });
        }
        let signed = store.signed_audit_head(Some((from, to)), self.parts.clock.wall()).await?;
        let Some(head) = signed else {
            return Err(broken(&BrokenChain::Truncated { expected: last, found: to }));
        };
        let audit = self.event(AuditKind::AuditExported, by).with("from", from).with("to", to);
        store.record(audit).await?;
        Ok(Reply::AuditHead(Box::new(head)))
    }

    /// Follows the chain to the head that stood when it began: the log grows meanwhile.
    pub(super) async fn audit_verify(&self) -> Result<Reply, OperateError> {
        let promised = self.parts.store.audit_head().await?;
        let mut head = AuditHead::default();
        while head.seq < promised.seq {
            let records =
                self.parts.store.audit_records(head.seq.saturating_add(1), MAX_LIMIT).await?;
            if records.is_empty() {
                return Err(broken(&BrokenChain::Truncated {
                    expected: promised.seq,
                    found: head.seq,
                }));
            }
            for record in records.iter().take_while(|record| record.seq <= promised.seq) {
                head.follow(record).map_err(|e| broken(&e))?;
            }
            if records.first().is_some_and(|first| first.seq > promised.seq) {
                return Err(broken(&BrokenChain::Truncated {
                    expected: promised.seq,
                    found: head.seq,
                }));
            }
        }
        if head.hash != promised.hash {
            return Err(broken(&BrokenChain::Hash(head.seq)));
        }
        Ok(Reply::AuditVerified { records: head.seq, hash: head.hash })
    }
}

fn broken(why: &BrokenChain) -> OperateError {
    OperateError::BrokenChain { why: why.to_string() }
}
