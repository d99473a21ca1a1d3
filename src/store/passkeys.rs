//! What is kept about passkeys, as meanings.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::Deserialize;
use serde::Serialize;

use super::Acceptance;
use super::StoreError;
use crate::audit::AuditEvent;
use crate::authenticator::passkey::PasskeyUse;
use crate::subject::SubjectId;

/// How many passkeys are kept for one relying party.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Passkeys.
    pub passkeys: usize,
    /// Accounts that have them.
    pub accounts: usize,
}

/// What is kept about passkeys. See the words of [`Store`](super::Store) for what every operation promises.
#[async_trait]
pub trait PasskeyStore {
    /// Whose the credential with this id is, in base64url.
    async fn passkey_holder(&self, credential: &str) -> Result<Option<SubjectId>, StoreError>;

    /// For which relying parties passkeys are kept. This reads every account.
    async fn passkeys_held(&self) -> Result<BTreeMap<String, Held>, StoreError>;

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
