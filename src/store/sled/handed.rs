//! Acts on apps that were handed over.

use async_trait::async_trait;

use super::SledStore;
use super::authenticators;
use super::keys::Key;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authenticator::handed::HandedApp;
use crate::clock::Timestamp;
use crate::store::Acceptance;
use crate::store::HandedStore;
use crate::store::StoreError;
use crate::subject::SubjectId;

#[async_trait]
impl HandedStore for SledStore {
    async fn hand_over(
        &self,
        id: &SubjectId,
        app: HandedApp,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError> {
        let id = id.clone();
        self.act(move |txn| hand_over(txn, &id, &app, audit)).await
    }

    async fn handed_app(&self, id: &SubjectId) -> Result<Option<HandedApp>, StoreError> {
        self.shared.read(|txn| txn.get(&Key::handed(id)))
    }
}

fn hand_over(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    app: &HandedApp,
    audit: AuditEvent,
) -> Result<Acceptance, StoreError> {
    if authenticators::is_disabled(txn, id)? {
        return Ok(Acceptance::Gone);
    }
    if authenticators::is_enrolled(txn, id)? {
        return Ok(Acceptance::Spent);
    }
    make_void(txn, id, &audit, "replaced")?;
    txn.note(app.made);
    txn.put(Key::handed(id), app)?;
    txn.audit(audit);
    Ok(Acceptance::Accepted)
}

/// Whether this very app is kept for an account, and can be taken up still.
pub(super) fn waits(
    txn: &Txn<'_>,
    id: &SubjectId,
    (app, now): (&str, Timestamp),
) -> Result<bool, StoreError> {
    let kept: Option<HandedApp> = txn.get(&Key::handed(id))?;
    Ok(kept.is_some_and(|kept| kept.id == app && kept.is_good(now)))
}

/// Makes the app that is kept for an account void, if there is one, by an act that has this record.
pub(super) fn make_void(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    act: &AuditEvent,
    reason: &str,
) -> Result<(), StoreError> {
    let key = Key::handed(id);
    if let Some(app) = txn.get::<HandedApp>(&key)? {
        txn.remove(key);
        let audit = act.about_the_same(AuditKind::HandedAppVoid, id);
        txn.audit(audit.with("app", app.id).with("reason", reason));
    }
    Ok(())
}
