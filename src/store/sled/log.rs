//! Reading the audit log. It is written with every act, by the commit thread.

use super::keys::Key;
use super::meta::Meta;
use super::txn::Txn;
use crate::audit::AuditHead;
use crate::audit::AuditRecord;
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
    let key = Key::meta();
    let meta: Option<Meta> = txn.get(&key)?;
    meta.map(|meta| meta.audit).ok_or_else(|| StoreError::Sealed { record: key.to_string() })
}
