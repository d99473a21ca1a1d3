//! What is kept of a person's profile: what a sign-on elsewhere, or an administrator, says of it.

use async_trait::async_trait;

use super::AccountChange;
use super::StoreError;
use crate::audit::AuditEvent;
use crate::subject::SubjectId;
use crate::trusted_header::Said;

/// Profiles.
#[async_trait]
pub trait ProfileStore {
    /// Keeps what was said of an account. What is known already is no act, and writes nothing. Other groups may be
    /// allowed less, and to a console another address may be somebody else, so both end its sessions; whether that
    /// happened is the answer's second part. The record tells besides what differs from what is kept at that moment.
    async fn set_profile(
        &self,
        id: &SubjectId,
        said: Said,
        audit: AuditEvent,
    ) -> Result<(AccountChange, SessionsEnd), StoreError>;
}

/// Whether an act ended the sessions of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionsEnd {
    /// They go on.
    No,
    /// They are over.
    Yes,
}
