//! Acts of a person on their own account. Each ends the person's other sessions in the same transaction.

use async_trait::async_trait;

use super::SledStore;
use super::accounts;
use super::authenticators;
use super::binding;
use super::devices;
use super::keys::Key;
use super::sessions;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::authenticator::Authenticator;
use crate::session::SessionKey;
use crate::session::SessionRecord;
use crate::store::Acceptance;
use crate::store::PasswordChange;
use crate::store::Replacement;
use crate::store::SelfServiceStore;
use crate::store::StoreError;
use crate::subject::SubjectId;

#[async_trait]
impl SelfServiceStore for SledStore {
    async fn end_other_sessions(
        &self,
        session: &SessionKey,
        audit: AuditEvent,
    ) -> Result<u64, StoreError> {
        let session = *session;
        self.act(move |txn| end_others(txn, &session, audit)).await
    }

    async fn change_password(
        &self,
        session: &SessionKey,
        change: PasswordChange,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError> {
        let session = *session;
        self.act(move |txn| change_password(txn, &session, &change, audit)).await
    }

    async fn replace_authenticator(
        &self,
        session: &SessionKey,
        replacement: Replacement,
    ) -> Result<Acceptance, StoreError> {
        let session = *session;
        self.act(move |txn| replace(txn, &session, replacement)).await
    }
}

fn end_others(
    txn: &mut Txn<'_>,
    session: &SessionKey,
    audit: AuditEvent,
) -> Result<u64, StoreError> {
    let Some(id) = owner(txn, session)? else {
        return Ok(0);
    };
    txn.audit(audit);
    sessions::end_others(txn, &id, Some(session))
}

fn change_password(
    txn: &mut Txn<'_>,
    session: &SessionKey,
    change: &PasswordChange,
    audit: AuditEvent,
) -> Result<Acceptance, StoreError> {
    let Some(id) = owner(txn, session)? else {
        return Ok(Acceptance::Gone);
    };
    let stored = accounts::get(txn, &id)?.and_then(|account| account.password.expose().clone());
    if stored.as_ref() != Some(&change.verified) {
        return Ok(Acceptance::Spent);
    }
    accounts::put_password(txn, &id, change.hash.clone().into(), audit)?;
    sessions::end_others(txn, &id, Some(session))?;
    Ok(Acceptance::Accepted)
}

fn replace(
    txn: &mut Txn<'_>,
    session: &SessionKey,
    replacement: Replacement,
) -> Result<Acceptance, StoreError> {
    let Some(id) = owner(txn, session)? else {
        return Ok(Acceptance::Gone);
    };
    let Replacement { lost, removed, new, bound } = replacement;
    let held = authenticators::list(txn, &id)?;
    let named = |one: &&Authenticator| one.id == lost && one.is_second_factor();
    let Some(lost) = held.iter().find(named) else {
        return Ok(Acceptance::Spent);
    };
    if !new.is_second_factor() {
        return Ok(Acceptance::Gone);
    }
    // What is lost may have been the same address.
    authenticators::take(txn, &id, lost);
    if let Some(other) = binding::holder(txn, &new)? {
        txn.abandon();
        return Ok(Acceptance::Taken(other));
    }
    authenticators::add(txn, &id, &new)?;
    forget_pending(txn, session)?;
    devices::remove_all(txn, &id)?;
    sessions::end_others(txn, &id, Some(session))?;
    txn.audit(removed);
    txn.audit(bound);
    Ok(Acceptance::Accepted)
}

/// What was being set up in a session is set up; nothing is lost any more.
fn forget_pending(txn: &mut Txn<'_>, session: &SessionKey) -> Result<(), StoreError> {
    let key = Key::session(session);
    let Some(mut record) = txn.get::<SessionRecord>(&key)? else {
        return Ok(());
    };
    record.pending_totp = None;
    record.lost = None;
    txn.put(key, &record)
}

/// Whose session it is; none when it is over, or the account is not active.
fn owner(txn: &Txn<'_>, session: &SessionKey) -> Result<Option<SubjectId>, StoreError> {
    let Some(record) = txn.get::<SessionRecord>(&Key::session(session))? else {
        return Ok(None);
    };
    let disabled = authenticators::is_disabled(txn, &record.subject)?;
    Ok((!disabled).then_some(record.subject))
}
