//! Acts on authenticators. Each is one conditional write: what is spent is spent for every rival.

use async_trait::async_trait;

use super::SledStore;
use super::accounts;
use super::binding;
use super::budgets;
use super::keys::Key;
use super::out_of_band;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::authenticator::Authenticator;
use crate::authenticator::Credential;
use crate::authenticator::backup_code::BackupCodeSet;
use crate::session::SessionKey;
use crate::store::Acceptance;
use crate::store::AuthenticatorStore;
use crate::store::BindOrder;
use crate::store::BudgetKey;
use crate::store::ContactChange;
use crate::store::Removal;
use crate::store::StoreError;
use crate::subject::AccountState;
use crate::subject::SubjectId;

#[async_trait]
impl AuthenticatorStore for SledStore {
    async fn authenticators(&self, id: &SubjectId) -> Result<Vec<Authenticator>, StoreError> {
        self.shared.read(|txn| list(txn, id))
    }

    async fn bind(
        &self,
        session: &SessionKey,
        new: Authenticator,
        order: BindOrder,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError> {
        let session = *session;
        self.act(move |txn| binding::bind(txn, &session, &new, &order, audit)).await
    }

    async fn bind_for(
        &self,
        id: &SubjectId,
        new: Authenticator,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError> {
        let id = id.clone();
        self.act(move |txn| binding::bind_for(txn, &id, &new, audit)).await
    }

    async fn replace_contacts(
        &self,
        id: &SubjectId,
        change: ContactChange,
    ) -> Result<(Acceptance, usize), StoreError> {
        let id = id.clone();
        self.act(move |txn| binding::replace_contacts(txn, &id, change)).await
    }

    async fn remove_authenticator(
        &self,
        id: &SubjectId,
        removal: Removal,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError> {
        let id = id.clone();
        self.act(move |txn| binding::remove_one(txn, &id, &removal, audit)).await
    }

    async fn rename_authenticator(
        &self,
        id: &SubjectId,
        authenticator: &str,
        label: String,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError> {
        let (id, authenticator) = (id.clone(), authenticator.to_owned());
        self.act(move |txn| binding::rename(txn, &id, &authenticator, label, audit)).await
    }

    async fn offer_backup_codes(
        &self,
        id: &SubjectId,
        codes: Authenticator,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError> {
        let id = id.clone();
        self.act(move |txn| offer_codes(txn, &id, &codes, audit)).await
    }

    async fn acknowledge_backup_codes(
        &self,
        id: &SubjectId,
        authenticator: &str,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError> {
        let (id, authenticator) = (id.clone(), authenticator.to_owned());
        self.act(move |txn| acknowledge(txn, &id, &authenticator, audit)).await
    }

    async fn accept_totp_step(
        &self,
        id: &SubjectId,
        authenticator: &str,
        step: u64,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError> {
        let (id, authenticator) = (id.clone(), authenticator.to_owned());
        self.act(move |txn| accept_step(txn, &id, &authenticator, step, audit)).await
    }

    async fn spend_backup_code(
        &self,
        id: &SubjectId,
        authenticator: &str,
        index: usize,
        audit: AuditEvent,
    ) -> Result<Acceptance, StoreError> {
        let (id, authenticator) = (id.clone(), authenticator.to_owned());
        self.act(move |txn| spend_code(txn, &id, &authenticator, index, audit)).await
    }
}

/// The authenticators of a subject, oldest first.
pub(super) fn list(txn: &Txn<'_>, id: &SubjectId) -> Result<Vec<Authenticator>, StoreError> {
    let mut all: Vec<Authenticator> = txn
        .records(&Key::authenticators(id))?
        .into_iter()
        .map(|(_, authenticator)| authenticator)
        .collect();
    all.sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
    Ok(all)
}

/// Adds a set that counts once it is acknowledged; a set offered earlier is void.
fn offer_codes(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    codes: &Authenticator,
    audit: AuditEvent,
) -> Result<Acceptance, StoreError> {
    // Codes never stand alone: after a reset there is nothing to replace.
    let stands_alone = txn.names(&Key::authenticators(id), None, 1)?.is_empty();
    if stands_alone || is_disabled(txn, id)? || codes.credential.backup_codes().is_none() {
        return Ok(Acceptance::Gone);
    }
    remove_sets(txn, id, |set| set.acknowledged.is_none())?;
    add(txn, id, codes)?;
    txn.audit(audit);
    Ok(Acceptance::Accepted)
}

/// The codes were said to be stored: they count, and in the same instant every other set is void.
fn acknowledge(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    authenticator: &str,
    audit: AuditEvent,
) -> Result<Acceptance, StoreError> {
    let key = Key::authenticator(id, authenticator);
    let Some(mut found) = txn.get::<Authenticator>(&key)? else {
        return Ok(Acceptance::Gone);
    };
    let Credential::BackupCodes(set) = &mut found.credential else {
        return Ok(Acceptance::Gone);
    };
    if set.acknowledged.is_some() {
        return Ok(Acceptance::Spent);
    }
    set.acknowledged = Some(audit.at);
    remove_sets(txn, id, |_| true)?;
    txn.put(key, &found)?;
    txn.audit(audit);
    Ok(Acceptance::Accepted)
}

/// Accepts a step later than the last one.
fn accept_step(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    authenticator: &str,
    step: u64,
    audit: AuditEvent,
) -> Result<Acceptance, StoreError> {
    prove(txn, id, authenticator, audit, |credential, _| {
        let Credential::Totp(totp) = credential else {
            return Acceptance::Gone;
        };
        if step <= totp.last_step {
            return Acceptance::Spent;
        }
        totp.last_step = step;
        Acceptance::Accepted
    })
}

/// Spends a code that is unspent.
fn spend_code(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    authenticator: &str,
    index: usize,
    audit: AuditEvent,
) -> Result<Acceptance, StoreError> {
    prove(txn, id, authenticator, audit, |credential, audit| {
        let Credential::BackupCodes(set) = credential else {
            return Acceptance::Gone;
        };
        let Some(code) = set.codes.get_mut(index) else {
            return Acceptance::Gone;
        };
        if code.spent.is_some() {
            return Acceptance::Spent;
        }
        code.spent = Some(audit.at);
        Acceptance::Accepted
    })
}

/// Removes all authenticators of a subject, and all their budgets.
pub(super) fn remove_all(txn: &mut Txn<'_>, id: &SubjectId) -> Result<(), StoreError> {
    out_of_band::forget(txn, id);
    for old in list(txn, id)? {
        take(txn, id, &old);
    }
    for name in txn.names(&Key::budgets(id), None, usize::MAX)? {
        txn.remove(name);
    }
    Ok(())
}

/// Whether a subject has a second factor.
pub(super) fn is_enrolled(txn: &Txn<'_>, id: &SubjectId) -> Result<bool, StoreError> {
    Ok(list(txn, id)?.iter().any(Authenticator::is_second_factor))
}

pub(super) fn prove(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    authenticator: &str,
    audit: AuditEvent,
    spend: impl FnOnce(&mut Credential, &AuditEvent) -> Acceptance,
) -> Result<Acceptance, StoreError> {
    let key = Key::authenticator(id, authenticator);
    let Some(mut found) = txn.get::<Authenticator>(&key)? else {
        return Ok(Acceptance::Gone);
    };
    // Disabled between the attempt's beginning and now: nothing of it counts any more.
    if is_disabled(txn, id)? {
        return Ok(Acceptance::Gone);
    }
    let outcome = spend(&mut found.credential, &audit);
    if outcome == Acceptance::Accepted {
        found.last_used = Some(audit.at);
        txn.put(key, &found)?;
        budgets::settle(txn, &budget_of(id, &found))?;
        txn.audit(audit);
    }
    Ok(outcome)
}

/// Removes the sets of codes that `which` names, with their budgets.
pub(super) fn remove_sets(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    which: impl Fn(&BackupCodeSet) -> bool,
) -> Result<(), StoreError> {
    for old in list(txn, id)? {
        if old.credential.backup_codes().is_some_and(&which) {
            take(txn, id, &old);
        }
    }
    Ok(())
}

/// Writes an authenticator with a fresh budget, and what nobody else may have. With a second factor, by whatever way,
/// nothing waits for a first one any more.
pub(super) fn add(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    new: &Authenticator,
) -> Result<(), StoreError> {
    txn.remove(Key::budget(&budget_of(id, new)));
    if new.is_second_factor() {
        txn.remove(Key::handed(id));
    }
    if let Some(unique) = new.credential.unique() {
        txn.put(Key::unique(&unique), id)?;
    }
    txn.put(Key::authenticator(id, &new.id), new)
}

/// Removes an authenticator; its budget too, unless others share it.
pub(super) fn take(txn: &mut Txn<'_>, id: &SubjectId, old: &Authenticator) {
    txn.remove(Key::authenticator(id, &old.id));
    if old.budget() == old.id {
        txn.remove(Key::budget(&budget_of(id, old)));
    }
    if let Some(unique) = old.credential.unique() {
        txn.remove(Key::unique(&unique));
    }
}

fn budget_of(id: &SubjectId, authenticator: &Authenticator) -> BudgetKey {
    BudgetKey::Authenticator(id.clone(), authenticator.budget().to_owned())
}

pub(super) fn is_disabled(txn: &Txn<'_>, id: &SubjectId) -> Result<bool, StoreError> {
    let account = accounts::get(txn, id)?;
    Ok(!account.is_some_and(|account| account.state == AccountState::Active))
}
