//! Acts on devices.

use async_trait::async_trait;

use super::SledStore;
use super::keys::Key;
use super::sessions;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::session::SessionKey;
use crate::session::SessionRecord;
use crate::session::device::Device;
use crate::session::device::DeviceKey;
use crate::session::device::DeviceStanding;
use crate::session::device::MOST;
use crate::store::Acceptance;
use crate::store::DeviceStore;
use crate::store::StoreError;
use crate::subject::SubjectId;

#[async_trait]
impl DeviceStore for SledStore {
    async fn register_device(
        &self,
        session: &SessionKey,
        device: Device,
        before: Option<DeviceKey>,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError> {
        let session = *session;
        self.act(move |txn| register(txn, &session, (device, before.as_ref()), audit)).await
    }

    async fn device(&self, id: &SubjectId, key: &DeviceKey) -> Result<Option<Device>, StoreError> {
        self.shared.read(|txn| txn.get(&Key::device(id, key)))
    }

    async fn devices(&self, id: &SubjectId) -> Result<Vec<Device>, StoreError> {
        self.shared.read(|txn| list(txn, id))
    }

    async fn touch_device(
        &self,
        id: &SubjectId,
        key: &DeviceKey,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, key) = (id.clone(), key.clone());
        self.act(move |txn| touch(txn, &id, &key, at)).await
    }

    async fn approve_device(
        &self,
        id: &SubjectId,
        device: &str,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError> {
        let (id, device) = (id.clone(), device.to_owned());
        self.act(move |txn| approve(txn, &id, &device, audit)).await
    }

    async fn remove_device(
        &self,
        id: &SubjectId,
        device: &str,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError> {
        let (id, device) = (id.clone(), device.to_owned());
        self.act(move |txn| remove(txn, &id, &device, audit)).await
    }
}

/// Removes every device of a subject. Sessions that were opened on them are for the caller to end.
pub(super) fn remove_all(txn: &mut Txn<'_>, id: &SubjectId) -> Result<(), StoreError> {
    for name in txn.names(&Key::devices(id), None, usize::MAX)? {
        txn.remove(name);
    }
    Ok(())
}

/// No device of a subject stands for its second factor any more.
pub(super) fn forget(txn: &mut Txn<'_>, id: &SubjectId) -> Result<(), StoreError> {
    for mut device in list(txn, id)? {
        if device.remembered_until.take().is_some() {
            txn.put(Key::device(id, &device.key), &device)?;
        }
    }
    Ok(())
}

/// No device of anybody stands for a second factor any more.
pub(super) fn forget_all(txn: &mut Txn<'_>) -> Result<(), StoreError> {
    for (name, mut device) in txn.records::<Device>(&Key::all("device"))? {
        if device.remembered_until.take().is_some() {
            txn.put(name, &device)?;
        }
    }
    Ok(())
}

/// Whether a subject has a device of this handle.
pub(super) fn has(txn: &Txn<'_>, id: &SubjectId, device: &str) -> Result<bool, StoreError> {
    Ok(list(txn, id)?.iter().any(|one| one.id == device))
}

pub(super) fn list(txn: &Txn<'_>, id: &SubjectId) -> Result<Vec<Device>, StoreError> {
    let mut all: Vec<Device> =
        txn.records(&Key::devices(id))?.into_iter().map(|(_, device)| device).collect();
    all.sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
    Ok(all)
}

fn register(
    txn: &mut Txn<'_>,
    session: &SessionKey,
    (mut device, before): (Device, Option<&DeviceKey>),
    audit: AuditEvent,
) -> Result<Acceptance, StoreError> {
    let Some(record) = txn.get::<SessionRecord>(&Key::session(session))? else {
        return Ok(Acceptance::Gone);
    };
    let id = record.subject;
    let mut held = list(txn, &id)?;
    let known = held.iter().position(|one| Some(&one.key) == before && one.site == device.site);
    if let Some(old) = known.map(|at| held.swap_remove(at)) {
        txn.remove(Key::device(&id, &old.key));
        device = device.after(old);
    }
    held.sort_by_key(|one| one.last_used.unwrap_or(one.created));
    let too_many = held.len().saturating_add(1).saturating_sub(MOST);
    for old in held.iter().take(too_many) {
        txn.remove(Key::device(&id, &old.key));
        sessions::end_on(txn, &id, &old.id)?;
    }
    txn.put(Key::device(&id, &device.key), &device)?;
    txn.audit(audit);
    Ok(Acceptance::Accepted)
}

fn touch(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    key: &DeviceKey,
    at: Timestamp,
) -> Result<(), StoreError> {
    let name = Key::device(id, key);
    if let Some(mut device) = txn.get::<Device>(&name)? {
        device.last_used = Some(at);
        txn.put(name, &device)?;
    }
    Ok(())
}

fn approve(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    device: &str,
    audit: AuditEvent,
) -> Result<Acceptance, StoreError> {
    let Some(mut found) = list(txn, id)?.into_iter().find(|one| one.id == device) else {
        return Ok(Acceptance::Gone);
    };
    let Some(verified) = &mut found.verified else {
        return Ok(Acceptance::Gone);
    };
    if verified.standing == DeviceStanding::Approved {
        return Ok(Acceptance::Spent);
    }
    verified.standing = DeviceStanding::Approved;
    txn.put(Key::device(id, &found.key), &found)?;
    txn.audit(audit);
    Ok(Acceptance::Accepted)
}

fn remove(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    device: &str,
    audit: AuditEvent,
) -> Result<Acceptance, StoreError> {
    let Some(found) = list(txn, id)?.into_iter().find(|one| one.id == device) else {
        return Ok(Acceptance::Gone);
    };
    txn.remove(Key::device(id, &found.key));
    sessions::end_on(txn, id, device)?;
    txn.audit(audit);
    Ok(Acceptance::Accepted)
}
