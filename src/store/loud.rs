//! What is kept of acts on the command line, so that whoever administers is told of them: there nobody shows a second
//! factor, and whoever has the machine has everything.

use async_trait::async_trait;
use serde::Deserialize;
use serde::Serialize;

use super::StoreError;
use crate::audit::AuditKind;
use crate::clock::Timestamp;
use crate::subject::SubjectId;

/// So many acts are kept by themselves; of those before it is known how many there were, and the audit log has them.
pub const LAST_ACTS: usize = 20;

/// An act on the command line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorAct {
    /// Its place in the audit log.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: AuditKind,
    /// By whom: the system's user id.
    pub uid: u32,
    /// To whom, where that is somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<SubjectId>,
}

/// Acts on the command line that somebody has not said they have seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnseenActs {
    /// How many.
    pub count: u64,
    /// The last of them, latest first.
    pub last: Vec<OperatorAct>,
    /// What they say they have seen when they say it of these.
    pub up_to: u64,
}

/// What is said of acts on the command line. See the words of [`Store`](super::Store) for what every operation promises.
#[async_trait]
pub trait LoudStore: Sync {
    /// The acts that somebody has not said they have seen.
    async fn unseen_acts(&self, id: &SubjectId) -> Result<UnseenActs, StoreError>;

    /// Somebody says that they have seen them, as far as [`UnseenActs::up_to`] says. What came later is still unseen, and
    /// nothing that was seen becomes unseen. No audit record: nothing is done.
    async fn acts_seen(&self, id: &SubjectId, up_to: u64) -> Result<(), StoreError>;
}
