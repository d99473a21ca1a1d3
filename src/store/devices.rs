//! What is kept about devices, as meanings.

use async_trait::async_trait;

use super::Acceptance;
use super::StoreError;
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::session::SessionKey;
use crate::session::device::Device;
use crate::session::device::DeviceKey;
use crate::subject::SubjectId;

/// What is kept about devices. See the words of [`Store`](super::Store) for what every operation promises. They all
/// go with a new password, another role, a removed factor, a reset and a disabled account.
#[async_trait]
pub trait DeviceStore {
    /// Registers a device of whoever a session is. What the same browser was before, it stays, under the new key; of
    /// too many the one that was used longest ago goes, with the sessions that were opened on it. `Gone` when the
    /// session is.
    async fn register_device(
        &self,
        session: &SessionKey,
        device: Device,
        before: Option<DeviceKey>,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError>;

    /// The device of a subject with this key.
    async fn device(&self, id: &SubjectId, key: &DeviceKey) -> Result<Option<Device>, StoreError>;

    /// The devices of a subject, oldest first.
    async fn devices(&self, id: &SubjectId) -> Result<Vec<Device>, StoreError>;

    /// Says when somebody last signed in with a device; no audit record, that of the sign-in says it.
    async fn touch_device(
        &self,
        id: &SubjectId,
        key: &DeviceKey,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Agrees to a verified device, by its handle. `Gone` when there is none, `Spent` when it counts already.
    async fn approve_device(
        &self,
        id: &SubjectId,
        device: &str,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError>;

    /// Removes a device, by its handle, and ends the sessions that were opened on it.
    async fn remove_device(
        &self,
        id: &SubjectId,
        device: &str,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError>;
}
