//! Acts on the command line: noted as they are written, for whoever administers.

use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use serde::Serialize;

use super::SledStore;
use super::accounts;
use super::keys::Key;
use super::txn::Txn;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::clock::Timestamp;
use crate::store::LoudStore;
use crate::store::OperatorAct;
use crate::store::StoreError;
use crate::store::UnseenActs;
use crate::store::loud::LAST_ACTS;
use crate::subject::SubjectId;

/// How often owners are written to of acts on the command line.
const TOLD_EVERY: Duration = Duration::from_hours(1);

/// What is kept.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Acts {
    /// How many there have been.
    count: u64,
    /// The last of them, oldest first.
    last: Vec<OperatorAct>,
    /// When owners were last written to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    told: Option<Timestamp>,
}

#[async_trait]
impl LoudStore for SledStore {
    async fn unseen_acts(&self, id: &SubjectId) -> Result<UnseenActs, StoreError> {
        self.shared.read(|txn| {
            let acts: Acts = txn.get(&Key::operator_acts())?.unwrap_or_default();
            let seen: u64 = txn.get(&Key::acts_seen(id))?.unwrap_or_default();
            let count = acts.count.saturating_sub(seen);
            let most = usize::try_from(count).unwrap_or(usize::MAX);
            let last = acts.last.into_iter().rev().take(most).collect();
            Ok(UnseenActs { count, last, up_to: acts.count })
        })
    }

    async fn acts_seen(&self, id: &SubjectId, up_to: u64) -> Result<(), StoreError> {
        let id = id.clone();
        self.act(move |txn| {
            let acts: Acts = txn.get(&Key::operator_acts())?.unwrap_or_default();
            let seen: u64 = txn.get(&Key::acts_seen(&id))?.unwrap_or_default();
            let is_new = seen < up_to && up_to <= acts.count;
            if is_new && accounts::get(txn, &id)?.is_some() {
                txn.put(Key::acts_seen(&id), &up_to)?;
            }
            Ok(())
        })
        .await
    }
}

/// Notes an act, if it is one on the command line; whether it is time to write to owners. `seq` is its place in the
/// audit log.
pub(super) fn note(
    txn: &mut Txn<'_>,
    (event, seq): (&AuditEvent, u64),
) -> Result<bool, StoreError> {
    let Actor::Operator { uid } = event.actor else { return Ok(false) };
    // Before there is anybody to tell, or anything to see.
    if event.kind == AuditKind::StoreCreated {
        return Ok(false);
    }
    let mut acts: Acts = txn.get(&Key::operator_acts())?.unwrap_or_default();
    acts.count = acts.count.saturating_add(1);
    let target = event.target.clone();
    acts.last.push(OperatorAct { seq, at: event.at, kind: event.kind, uid, target });
    let over = acts.last.len().saturating_sub(LAST_ACTS);
    acts.last.drain(..over);
    txn.put(Key::operator_acts(), &acts)?;
    Ok(is_a_change(event.kind) && event.at.is_time(acts.told, TOLD_EVERY))
}

/// Whether owners are written to of it: the log is taken out every night, and anybody on the machine can be refused. Of that no
/// letter is worth the one of the hour.
const fn is_a_change(kind: AuditKind) -> bool {
    !matches!(kind, AuditKind::AuditExported | AuditKind::OperatorRefused)
}

/// Owners are written to at that moment.
pub(super) fn note_told(txn: &mut Txn<'_>, at: Timestamp) -> Result<(), StoreError> {
    let mut acts: Acts = txn.get(&Key::operator_acts())?.unwrap_or_default();
    acts.told = Some(at);
    txn.put(Key::operator_acts(), &acts)
}
