//! One act as it sees the store: reads of the tree through its own pending changes.
//!
//! Reads outside acts use the same type and leave nothing pending.

use std::collections::BTreeMap;

use ::sled::IVec;
use ::sled::Tree;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::keys::Key;
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::store::StoreError;
use crate::store::sealing::Sealer;

/// Longest value, in bytes. sled keeps at most some twenty records in a page, and a page beyond
/// 128 KiB in a file of its own, which it does not sync.
const LONGEST_VALUE: usize = 6 * 1024;

/// What an act changes: for each name its sealed value, or none to remove it.
pub(super) type Changes = BTreeMap<Key, Option<Vec<u8>>>;

/// A view of the store, and what is to change in it.
#[derive(Debug)]
pub(super) struct Txn<'a> {
    tree: &'a Tree,
    sealer: &'a Sealer,
    pub(super) changes: Changes,
    pub(super) events: Vec<AuditEvent>,
    pub(super) latest: Timestamp,
    forced: bool,
}

impl<'a> Txn<'a> {
    pub(super) fn new(tree: &'a Tree, sealer: &'a Sealer) -> Self {
        Self {
            tree,
            sealer,
            changes: Changes::new(),
            events: Vec::new(),
            latest: Timestamp::default(),
            forced: false,
        }
    }

    /// Whether there is nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.events.is_empty() && !self.forced
    }

    /// What records are sealed with.
    pub(super) const fn sealer(&self) -> &Sealer {
        self.sealer
    }

    /// Writes even if nothing changes.
    pub(super) const fn force(&mut self) {
        self.forced = true;
    }

    /// The record of that name.
    pub(super) fn get<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, StoreError> {
        let bytes = match self.changes.get(key) {
            Some(change) => change.as_deref().map(IVec::from),
            None => self.tree.get(key.bytes()).map_err(unreadable)?,
        };
        bytes.map(|bytes| open(self.sealer, key, &bytes)).transpose()
    }

    /// Whether there is a record of that name.
    pub(super) fn has(&self, key: &Key) -> Result<bool, StoreError> {
        match self.changes.get(key) {
            Some(change) => Ok(change.is_some()),
            None => self.tree.contains_key(key.bytes()).map_err(unreadable),
        }
    }

    /// Names under a prefix, in order, after the name `after`, at most `limit`.
    pub(super) fn names(
        &self,
        prefix: &Key,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<Key>, StoreError> {
        let mut names = Vec::new();
        let first = after.unwrap_or(prefix);
        for entry in self.tree.range(first.bytes()..) {
            let (name, _) = entry.map_err(unreadable)?;
            if !name.starts_with(prefix.bytes()) {
                break;
            }
            let name = Key::found(&name);
            if after == Some(&name) || self.changes.get(&name).is_some_and(Option::is_none) {
                continue;
            }
            if names.len() == limit {
                break;
            }
            names.push(name);
        }
        Ok(names)
    }

    /// Records under a prefix with their names, as they stood before this act.
    pub(super) fn records<T: DeserializeOwned>(
        &self,
        prefix: &Key,
    ) -> Result<Vec<(Key, T)>, StoreError> {
        self.tree
            .scan_prefix(prefix.bytes())
            .map(|entry| {
                let (name, bytes) = entry.map_err(unreadable)?;
                let key = Key::found(&name);
                let value = open(self.sealer, &key, &bytes)?;
                Ok((key, value))
            })
            .collect()
    }

    /// Writes a record when the act is done.
    pub(super) fn put<T: Serialize>(&mut self, key: Key, value: &T) -> Result<(), StoreError> {
        let bytes = seal(self.sealer, &key, value)?;
        self.changes.insert(key, Some(bytes));
        Ok(())
    }

    /// Removes a record when the act is done.
    pub(super) fn remove(&mut self, key: Key) {
        self.changes.insert(key, None);
    }

    /// Drops all that was to change: the act is not done.
    pub(super) fn abandon(&mut self) {
        self.changes.clear();
        self.events.clear();
        self.latest = Timestamp::default();
    }

    /// Tells of the act in the audit log, in the same transaction.
    pub(super) fn audit(&mut self, event: AuditEvent) {
        self.note(event.at);
        self.events.push(event);
    }

    /// A moment at which something happened.
    pub(super) fn note(&mut self, at: Timestamp) {
        self.latest = self.latest.max(at);
    }
}

/// Opens the record `key`.
pub(super) fn open<T: DeserializeOwned>(
    sealer: &Sealer,
    key: &Key,
    bytes: &[u8],
) -> Result<T, StoreError> {
    let damaged = || StoreError::Sealed { record: key.to_string() };
    let plain = sealer.open_record(key.bytes(), bytes).map_err(|_| damaged())?;
    serde_json::from_slice(&plain).map_err(|_| damaged())
}

/// Seals the record `key`.
pub(super) fn seal<T: Serialize>(
    sealer: &Sealer,
    key: &Key,
    value: &T,
) -> Result<Vec<u8>, StoreError> {
    let refused = |cause: String| StoreError::Medium { doing: "seal a record", cause };
    let plain = Zeroizing::new(serde_json::to_vec(value).map_err(|e| refused(e.to_string()))?);
    if plain.len() > LONGEST_VALUE {
        return Err(refused(format!("the record {key} is too long")));
    }
    sealer.seal_record(key.bytes(), &plain).map_err(|e| refused(e.to_string()))
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed to map_err by name")]
pub(super) fn unreadable(cause: ::sled::Error) -> StoreError {
    StoreError::Medium { doing: "read", cause: cause.to_string() }
}
