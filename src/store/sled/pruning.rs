//! Removing the oldest records of the audit log, so that the rest still proves itself: what it begins after is kept, and said
//! in a record.

use super::keys::Key;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::audit::AuditHead;
use crate::audit::AuditRecord;
use crate::clock::Timestamp;
use crate::store::Evidence;
use crate::store::Pruning;
use crate::store::SinkCursor;
use crate::store::StoreError;

/// So many times the limit of records are looked at one by one.
const PAGES: usize = 20;

/// The last record that is not there any more.
pub(super) fn anchor(txn: &Txn<'_>) -> Result<AuditHead, StoreError> {
    Ok(txn.get(&Key::anchor())?.unwrap_or_default())
}

/// The last record of those that were exported without a gap; what was pruned is elsewhere, too.
pub(super) fn exported(txn: &Txn<'_>) -> Result<u64, StoreError> {
    let exported: u64 = txn.get(&Key::exported())?.unwrap_or_default();
    Ok(exported.max(anchor(txn)?.seq))
}

/// These records were skipped for a sink: what may be nowhere else, from the first to the last of all that were.
pub(super) fn note_skipped(txn: &mut Txn<'_>, (first, last): (u64, u64)) -> Result<(), StoreError> {
    let (before_first, before_last) = skipped(txn)?.unwrap_or((first, last));
    txn.put(Key::skipped(), &(before_first.min(first), before_last.max(last)))
}

/// What was skipped and is not exported yet.
fn skipped(txn: &Txn<'_>) -> Result<Option<(u64, u64)>, StoreError> {
    let (skipped, exported) = (txn.get(&Key::skipped())?, exported(txn)?);
    Ok(skipped.filter(|(_, last): &(u64, u64)| *last > exported))
}

/// Removes what may go, up to the record `last` at most. A chain that is broken is evidence: nothing of it goes.
pub(super) fn prune(
    txn: &mut Txn<'_>,
    pruning: &Pruning,
    last: u64,
    audit: AuditEvent,
) -> Result<u64, StoreError> {
    let last = old(txn, pruning, audit.at)?.min(elsewhere(txn, pruning)?).min(last);
    let begin = anchor(txn)?;
    let mut head = begin.clone();
    for name in txn.names(&Key::audits(), None, pruning.limit)? {
        let record = record(txn, &name)?;
        if record.seq > last {
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

/// What the moment of a record says of its age.
enum Age {
    Old,
    Young,
    /// It is still to come: a clock was ahead, and only what follows tells.
    Untold,
}

impl Age {
    fn of(record: &AuditRecord, before: Timestamp, now: Timestamp) -> Self {
        match record.event.at {
            at if at < before => Self::Old,
            at if at <= now => Self::Young,
            _ => Self::Untold,
        }
    }
}

/// The last of the records that are old. One of a clock that was ahead is old when a later one is, and stops nothing.
fn old(txn: &Txn<'_>, pruning: &Pruning, now: Timestamp) -> Result<u64, StoreError> {
    let (mut last, mut end, mut seen) = (None, 0, None);
    for _ in 0..PAGES {
        let names = txn.names(&Key::audits(), seen.as_ref(), pruning.limit)?;
        for name in &names {
            let record = record(txn, name)?;
            end = record.seq;
            match Age::of(&record, pruning.before, now) {
                Age::Old => last = Some(record.seq),
                Age::Young => return Ok(last.unwrap_or_default()),
                Age::Untold => {}
            }
        }
        if last.is_some() || names.is_empty() {
            return Ok(last.unwrap_or_default());
        }
        seen = names.last().cloned();
    }
    old_behind(txn, end, (pruning.before, now))
}

/// A record that is old behind very many of a clock that was ahead, 0 without: it is looked for in steps that grow, and between
/// the last one that tells nothing and one that is not old, or not there.
fn old_behind(
    txn: &Txn<'_>,
    mut untold: u64,
    (before, now): (Timestamp, Timestamp),
) -> Result<u64, StoreError> {
    let (mut young, mut step) = (None, 1_u64);
    loop {
        let probe = match young {
            Some(young) => untold.midpoint(young),
            None => untold.saturating_add(step),
        };
        if probe == untold {
            return Ok(0);
        }
        let record: Option<AuditRecord> = txn.get(&Key::audit(probe))?;
        match record.map(|record| Age::of(&record, before, now)) {
            Some(Age::Old) => return Ok(probe),
            Some(Age::Untold) => untold = probe,
            Some(Age::Young) | None => young = Some(probe),
        }
        step = step.saturating_mul(2);
    }
}

fn record(txn: &Txn<'_>, name: &Key) -> Result<AuditRecord, StoreError> {
    txn.get(name)?.ok_or_else(|| StoreError::Sealed { record: name.to_string() })
}

/// The last record that all of these sinks have, and, where that is asked for, that was exported.
fn elsewhere(txn: &Txn<'_>, pruning: &Pruning) -> Result<u64, StoreError> {
    let mut least = match pruning.evidence {
        Evidence::Sinks => None,
        Evidence::Export => Some(exported(txn)?),
    };
    for name in &pruning.sinks {
        let cursor: Option<SinkCursor> = txn.get(&Key::sink(name))?;
        let taken = cursor.map_or(0, |cursor| cursor.taken);
        least = Some(least.map_or(taken, |least| least.min(taken)));
    }
    if let Some((first, _)) = skipped(txn)? {
        let kept = first.saturating_sub(1).max(exported(txn)?);
        least = least.map(|least| least.min(kept));
    }
    // Nobody who follows is nobody who has it.
    Ok(least.unwrap_or_default())
}
