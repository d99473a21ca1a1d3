//! What is done on the command line is told to whoever administers, until they have seen it.

use super::By;
use super::OperateError;
use super::Operator;
use crate::audit::AuditKind;
use crate::store::StoreError;
use crate::store::UnseenActs;
use crate::subject::SubjectId;

impl Operator {
    /// The acts on the command line that somebody has not said they have seen.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn unseen_acts(&self, id: &SubjectId) -> Result<UnseenActs, StoreError> {
        self.parts.store.unseen_acts(id).await
    }

    /// Somebody has seen them, as far as [`UnseenActs::up_to`] says.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn acts_seen(&self, id: &SubjectId, up_to: u64) -> Result<(), StoreError> {
        self.parts.store.acts_seen(id, up_to).await
    }

    /// Records that somebody who is no operator tried to give a command.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn record_stranger(&self, uid: u32) -> Result<(), OperateError> {
        let audit = self.event(AuditKind::OperatorRefused, &By::machine(uid, None));
        Ok(self.parts.store.record(audit).await?)
    }
}
