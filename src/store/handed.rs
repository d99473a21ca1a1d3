//! What is kept of apps that were handed over and wait for their first code.

use async_trait::async_trait;

use super::Acceptance;
use super::StoreError;
use crate::audit::AuditEvent;
use crate::authenticator::handed::HandedApp;
use crate::subject::SubjectId;

/// What is kept of them. See the words of [`Store`](super::Store) for what every operation promises.
#[async_trait]
pub trait HandedStore {
    /// Keeps an app for an account; one that was kept before is void. `Gone` when there is no such account or it is not
    /// active, `Spent` when it has a second factor already. It is void as soon as it has one, by whatever way, and when
    /// the account's second factors are removed, its role changes or it is disabled.
    async fn hand_over(
        &self,
        id: &SubjectId,
        app: HandedApp,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError>;

    /// The app that is kept for an account, whether its time is over or not.
    async fn handed_app(&self, id: &SubjectId) -> Result<Option<HandedApp>, StoreError>;
}
