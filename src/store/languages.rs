//! What is kept of languages: the one that a person chose.

use async_trait::async_trait;

use super::AccountChange;
use super::StoreError;
use crate::audit::AuditEvent;
use crate::subject::SubjectId;
use crate::words::Language;

/// The languages that people chose.
#[async_trait]
pub trait LanguageStore {
    /// Keeps what a person chose; their sessions go on. What was chosen before is no act, and writes nothing.
    async fn set_language(
        &self,
        id: &SubjectId,
        language: Language,
        audit: AuditEvent,
    ) -> Result<AccountChange, StoreError>;
}
