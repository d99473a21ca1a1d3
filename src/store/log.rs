//! What is kept of the audit log besides its records: how far each sink has taken it, how far it was exported, and where it
//! begins since its oldest records were removed.

use async_trait::async_trait;
use serde::Deserialize;
use serde::Serialize;

use super::StoreError;
use crate::audit::AuditEvent;
use crate::audit::AuditHead;
use crate::clock::Timestamp;

/// A sink: somebody to whom records are handed on, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follower {
    /// Its name.
    pub name: String,
    /// How many records it may be behind until acts wait for it; none: they never do.
    pub limit: Option<u64>,
}

/// How far a sink has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SinkCursor {
    /// The last record that it has taken.
    pub taken: u64,
    /// The last record there was when it came: it is late with none before.
    pub joined: u64,
}

impl SinkCursor {
    /// How many records it is late with, when the log ends with that one.
    #[must_use]
    pub fn behind(&self, last: u64) -> u64 {
        last.saturating_sub(self.taken.max(self.joined))
    }
}

/// What shows that records are elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// That the sinks have taken them.
    Sinks,
    /// That they were exported, besides.
    Export,
}

/// What may go of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pruning {
    /// Only records of before this moment.
    pub before: Timestamp,
    /// Only what all of these sinks have taken.
    pub sinks: Vec<String>,
    /// What shows that it is elsewhere.
    pub evidence: Evidence,
    /// So many at once.
    pub limit: usize,
}

/// Those who follow the log, and its beginning.
#[async_trait]
pub trait LogStore {
    /// From now on these sinks follow the log, and acts wait for those that have a limit: none is done that
    /// [waits](crate::audit::AuditEvent::is_held_up), and no attempt is charged, while one of them is further behind
    /// ([`StoreError::HeldUp`]). One that is new begins with the first record there is.
    async fn follow_log(&self, followers: &[Follower]) -> Result<(), StoreError>;

    /// How far a sink has got; none: it is unknown.
    async fn sink_cursor(&self, sink: &str) -> Result<Option<SinkCursor>, StoreError>;

    /// A sink has taken all up to that record. It never goes back.
    async fn advance_sink(&self, sink: &str, taken: u64) -> Result<(), StoreError>;

    /// A sink goes on without the records up to that one, and `audit` says so: which, from where and to where. They stay until
    /// they were exported. False: they are none that it lacks, and nothing is written.
    async fn skip_for_sink(
        &self,
        sink: &str,
        to: u64,
        audit: AuditEvent,
    ) -> Result<bool, StoreError>;

    /// These records were exported: they are elsewhere from now on.
    async fn mark_exported(&self, range: (u64, u64)) -> Result<(), StoreError>;

    /// The last record that is not there any more; that of an empty log when all are.
    async fn audit_anchor(&self) -> Result<AuditHead, StoreError>;

    /// Removes the oldest records that may go, and records that in the same transaction: as `audit`, completed, with the
    /// first and the last of them and its hash. How many there were.
    async fn prune_audit(&self, pruning: Pruning, audit: AuditEvent) -> Result<u64, StoreError>;
}
