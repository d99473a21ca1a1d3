//! Acts on authenticators. Each is one conditional write: what is spent is spent for every rival.

use super::accounts;
use super::budgets;
use super::keys::Key;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::Credential;
use crate::authenticator::backup_code::BackupCodeSet;
use crate::session::SessionKey;
use crate::session::SessionRecord;
use crate::store::Acceptance;
use crate::store::BudgetKey;
use crate::store::StoreError;
use crate::subject::AccountState;
use crate::subject::SubjectId;

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

/// Binds the first app, with its codes.
pub(super) fn bind_totp(
    txn: &mut Txn<'_>,
    session: &SessionKey,
    [app, codes]: &[Authenticator; 2],
    audit: AuditEvent,
) -> Result<Acceptance, StoreError> {
    let key = Key::session(session);
    let Some(mut record) = txn.get::<SessionRecord>(&key)? else {
        return Ok(Acceptance::Gone);
    };
    let id = record.subject.clone();
    if is_disabled(txn, &id)? || !is(app, AuthenticatorKind::Totp) {
        return Ok(Acceptance::Gone);
    }
    if has_kind(txn, &id, AuthenticatorKind::Totp)? {
        return Ok(Acceptance::Spent);
    }
    if !is(codes, AuthenticatorKind::BackupCode) {
        return Ok(Acceptance::Gone);
    }
    remove_sets(txn, &id, |_| true)?;
    add(txn, &id, codes)?;
    add(txn, &id, app)?;
    record.pending_totp = None;
    txn.put(key, &record)?;
    txn.audit(audit);
    Ok(Acceptance::Accepted)
}

/// Adds a set that counts once it is acknowledged; a set offered earlier is void.
pub(super) fn offer_codes(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    codes: &Authenticator,
    audit: AuditEvent,
) -> Result<Acceptance, StoreError> {
    // Codes never stand alone: after a reset there is nothing to replace.
    let stands_alone = txn.names(&Key::authenticators(id), None, 1)?.is_empty();
    if stands_alone || is_disabled(txn, id)? || !is(codes, AuthenticatorKind::BackupCode) {
        return Ok(Acceptance::Gone);
    }
    remove_sets(txn, id, |set| set.acknowledged.is_none())?;
    add(txn, id, codes)?;
    txn.audit(audit);
    Ok(Acceptance::Accepted)
}

/// The codes were said to be stored: they count, and in the same instant every other set is void.
pub(super) fn acknowledge(
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
pub(super) fn accept_step(
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
pub(super) fn spend_code(
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
    for prefix in [Key::authenticators(id), Key::budgets(id)] {
        for name in txn.names(&prefix, None, usize::MAX)? {
            txn.remove(name);
        }
    }
    Ok(())
}

fn prove(
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
        let budget = BudgetKey::Authenticator(id.clone(), authenticator.to_owned());
        budgets::settle(txn, &budget)?;
        txn.audit(audit);
    }
    Ok(outcome)
}

/// Removes the sets of codes that `which` names, with their budgets.
fn remove_sets(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    which: impl Fn(&BackupCodeSet) -> bool,
) -> Result<(), StoreError> {
    for old in list(txn, id)? {
        if matches!(&old.credential, Credential::BackupCodes(set) if which(set)) {
            txn.remove(Key::authenticator(id, &old.id));
            txn.remove(Key::budget(&BudgetKey::Authenticator(id.clone(), old.id)));
        }
    }
    Ok(())
}

/// Writes an authenticator with a fresh budget.
fn add(txn: &mut Txn<'_>, id: &SubjectId, new: &Authenticator) -> Result<(), StoreError> {
    let budget = BudgetKey::Authenticator(id.clone(), new.id.clone());
    txn.remove(Key::budget(&budget));
    txn.put(Key::authenticator(id, &new.id), new)
}

fn has_kind(txn: &Txn<'_>, id: &SubjectId, kind: AuthenticatorKind) -> Result<bool, StoreError> {
    Ok(list(txn, id)?.iter().any(|held| is(held, kind)))
}

fn is(authenticator: &Authenticator, kind: AuthenticatorKind) -> bool {
    authenticator.credential.kind() == kind
}

fn is_disabled(txn: &Txn<'_>, id: &SubjectId) -> Result<bool, StoreError> {
    let account = accounts::get(txn, id)?;
    Ok(!account.is_some_and(|account| account.state == AccountState::Active))
}
