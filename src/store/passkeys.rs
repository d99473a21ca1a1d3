//! What is kept about passkeys, as meanings.

use async_trait::async_trait;

use super::Acceptance;
use super::StoreError;
use crate::audit::AuditEvent;
use crate::authenticator::passkey::PasskeyUse;
use crate::subject::SubjectId;

/// What is kept about passkeys. See the words of [`Store`](super::Store) for what every operation promises.
#[async_trait]
pub trait PasskeyStore {
    /// Whose the credential with this id is, in base64url.
    async fn passkey_holder(&self, credential: &str) -> Result<Option<SubjectId>, StoreError>;

    /// Takes note of a use of a passkey whose signature was right, and settles its budget. `Spent` when its
    /// counter is no further than one that was seen before, or it is not bound to its device as it was.
    async fn accept_passkey(
        &self,
        id: &SubjectId,
        authenticator: &str,
        used: PasskeyUse,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError>;
}
