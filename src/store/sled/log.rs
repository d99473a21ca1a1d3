//! Reading the audit log. It is written with every act, by the commit thread.

use super::keys::Key;
use super::meta::Meta;
use super::txn::Txn;
use crate::audit::AuditHead;
use crate::audit::AuditRecord;
use crate::audit::signed::SignedHead;
use crate::audit::signed::Stated;
use crate::clock::Timestamp;
use crate::store::StoreError;

/// Records from a position on.
pub(super) fn records(
    txn: &Txn<'_>,
    from: u64,
    limit: usize,
) -> Result<Vec<AuditRecord>, StoreError> {
    let before = from.checked_sub(1).map(Key::audit);
    txn.names(&Key::audits(), before.as_ref(), limit)?
        .iter()
        .filter_map(|name| txn.get(name).transpose())
        .collect()
}

/// Where the log stands.
pub(super) fn head(txn: &Txn<'_>) -> Result<AuditHead, StoreError> {
    meta(txn).map(|meta| meta.audit)
}

/// Where the log stands, or the last record of an export, signed.
pub(super) fn signed_head(
    txn: &Txn<'_>,
    export: Option<(u64, u64)>,
    at: Timestamp,
) -> Result<Option<SignedHead>, StoreError> {
    let Meta { store_id: store, audit, .. } = meta(txn)?;
    let (first, head) = match export {
        None => (None, audit),
        Some((first, last)) => {
            let Some(record) = txn.get::<AuditRecord>(&Key::audit(last))? else { return Ok(None) };
            (Some(first), AuditHead { seq: record.seq, hash: record.hash })
        }
    };
    let key = txn.sealer().audit_head_key().map_err(|error| StoreError::Medium {
        doing: "sign the audit log's head",
        cause: error.to_string(),
    })?;
    Ok(Some(key.sign(Stated { store, first, head, at })))
}

fn meta(txn: &Txn<'_>) -> Result<Meta, StoreError> {
    let key = Key::meta();
    txn.get(&key)?.ok_or_else(|| StoreError::Sealed { record: key.to_string() })
}
