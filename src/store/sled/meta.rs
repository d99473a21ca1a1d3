//! The record that says what all others must be: written with every commit, compared at every open.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use super::keys;
use crate::audit::AuditHead;
use crate::clock::Timestamp;
use crate::store::sealing::TAG;

/// What a store must contain after its last commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Meta {
    /// Version of the records' form.
    pub(super) schema: u32,
    /// Which store this is: random, made with it.
    pub(super) store_id: String,
    /// Commits so far.
    pub(super) commit: u64,
    /// Where the audit log stands.
    pub(super) audit: AuditHead,
    /// The latest moment found in any act.
    pub(super) latest: Timestamp,
    /// What is there.
    pub(super) census: Census,
}

/// Version of the records' form that this program writes and reads.
pub const SCHEMA: u32 = 1;

impl Meta {
    /// The state of a store before its first commit.
    pub(super) fn new(store_id: String) -> Self {
        Self {
            schema: SCHEMA,
            store_id,
            commit: 0,
            audit: AuditHead::default(),
            latest: Timestamp::default(),
            census: Census::default(),
        }
    }
}

/// How many records of each kind there are, and a sum over the tags of their seals: a record that
/// is missing, added, or an older one of the same name changes it. The tags are read without
/// opening anything, so a start costs one pass over the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Census {
    counts: BTreeMap<String, u64>,
    sum: [u64; 2],
}

impl Census {
    /// Counts a record in; false: it is not one of ours.
    #[must_use]
    pub(super) fn add(&mut self, name: &[u8], sealed: &[u8]) -> bool {
        self.change(name, sealed, u64::wrapping_add)
    }

    /// Counts a record out; false: it is not one of ours.
    #[must_use]
    pub(super) fn remove(&mut self, name: &[u8], sealed: &[u8]) -> bool {
        self.change(name, sealed, u64::wrapping_sub)
    }

    /// The first kind whose count differs: its name, this count, the other's.
    pub(super) fn difference(&self, other: &Self) -> Option<(&'static str, u64, u64)> {
        let count = |census: &Self, kind: &str| census.counts.get(kind).copied().unwrap_or(0);
        keys::KINDS
            .into_iter()
            .map(|kind| (kind, count(self, kind), count(other, kind)))
            .find(|(_, a, b)| a != b)
    }

    fn change(&mut self, name: &[u8], sealed: &[u8], by: fn(u64, u64) -> u64) -> bool {
        let (Some(kind), Some(tag)) = (keys::kind(name), sealed.last_chunk::<TAG>()) else {
            return false;
        };
        let count = self.counts.entry(kind.to_owned()).or_default();
        *count = by(*count, 1);
        if *count == 0 {
            self.counts.remove(kind);
        }
        let (high, low) = tag.split_at(TAG / 2);
        for (lane, half) in self.sum.iter_mut().zip([high, low]) {
            let half = half.try_into().map(u64::from_be_bytes).unwrap_or_default();
            *lane = by(*lane, half);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_lost_added_or_reverted_shows_in_the_census() {
        let mut census = Census::default();
        let [new, old] = [[1_u8; 40], [2_u8; 40]];
        assert!(census.add(b"auth/x", &new) && census.add(b"auth/y", &new));
        let mut reverted = Census::default();
        assert!(reverted.add(b"auth/x", &old) && reverted.add(b"auth/y", &new));
        assert!(census != reverted && census.difference(&reverted).is_none());
        let mut lost = census.clone();
        assert!(lost.remove(b"auth/y", &new));
        assert_eq!(census.difference(&lost), Some(("auth", 2, 1)));
        assert!(lost.add(b"auth/y", &new));
        assert_eq!(lost, census);
        assert!(lost.remove(b"auth/x", &new) && lost.remove(b"auth/y", &new));
        assert_eq!(lost, Census::default());
    }

    #[test]
    fn a_foreign_record_cannot_be_counted() {
        let mut census = Census::default();
        assert!(!census.add(b"other/x", &[0; 40]));
        assert!(!census.add(b"auth/x", &[0; 3]));
    }
}
