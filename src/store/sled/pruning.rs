//! Removing the oldest records of the audit log, so that the rest still proves itself: what it begins after is kept, and said
//! in a record.

use super::keys::Key;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::audit::AuditHead;
use crate::audit::AuditRecord;
use crate::store::Pruning;
use crate::store::SinkCursor;
use crate::store::StoreError;

/// The last record that is not there any more.
pub(super) fn anchor(txn: &Txn<'_>) -> Result<AuditHead, StoreError> {
    Ok(txn.get(&Key::anchor())?.unwrap_or_default())
}

/// The last record of those that were exported without a gap; what was pruned is elsewhere, too.
pub(super) fn exported(txn: &Txn<'_>) -> Result<u64, StoreError> {
    let exported: u64 = txn.get(&Key::exported())?.unwrap_or_default();
    Ok(exported.max(anchor(txn)?.seq))
}

/// Removes what may go, up to the record `last` at most. A chain that is broken is evidence: nothing of it goes.
pub(super) fn prune(
    txn: &mut Txn<'_>,
    pruning: &Pruning,
    last: u64,
    audit: AuditEvent,
) -> Result<u64, StoreError> {
    let last = elsewhere(txn, pruning)?.min(last);
    let begin = anchor(txn)?;
    let mut head = begin.clone();
    for name in txn.names(&Key::audits(), None, pruning.limit)? {
        let record: AuditRecord =
            txn.get(&name)?.ok_or_else(|| StoreError::Sealed { record: name.to_string() })?;
        if record.seq > last || record.event.at >= pruning.before {
            break;
        }
        head.follow(&record).map_err(|_| StoreError::Sealed { record: name.to_string() })?;
        txn.remove(name);
    }
    if head == begin {
        return Ok(0);
    }
    txn.put(Key::anchor(), &head)?;
    let first = begin.seq.saturating_add(1);
    txn.audit(audit.with("from", first).with("to", head.seq).with("hash", &head.hash));
    Ok(head.seq.saturating_sub(begin.seq))
}

/// The last record that all of these sinks have; where none of them gets every record, and it was exported.
fn elsewhere(txn: &Txn<'_>, pruning: &Pruning) -> Result<u64, StoreError> {
    let mut least = if pruning.copied { u64::MAX } else { exported(txn)? };
    for name in &pruning.sinks {
        let cursor: Option<SinkCursor> = txn.get(&Key::sink(name))?;
        least = least.min(cursor.map_or(0, |cursor| cursor.taken));
    }
    Ok(least)
}
