//! Acts on accounts. Whatever takes a right away ends the account's sessions in the same transaction.

use super::authenticators;
use super::budgets;
use super::devices;
use super::enforcement;
use super::handed;
use super::keys::Key;
use super::passwords;
use super::sessions;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::secret::Secret;
use crate::store::AccountChange;
use crate::store::NewPassword;
use crate::store::StoreError;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::LoginName;
use crate::subject::Role;
use crate::subject::SubjectId;

/// Adds an account under a free name and a free id.
pub(super) fn create(
    txn: &mut Txn<'_>,
    account: &Account,
    audit: AuditEvent,
) -> Result<AccountChange, StoreError> {
    let login = Key::login(&account.profile.login);
    if txn.has(&login)? || txn.has(&Key::account(&account.id))? {
        return Ok(AccountChange::LoginTaken);
    }
    txn.put(login, &account.id)?;
    save(txn, account)?;
    txn.audit(audit);
    Ok(AccountChange::Done)
}

/// The account of that id.
pub(super) fn get(txn: &Txn<'_>, id: &SubjectId) -> Result<Option<Account>, StoreError> {
    txn.get(&Key::account(id))
}

/// The account of that login name.
pub(super) fn by_login(txn: &Txn<'_>, login: &LoginName) -> Result<Option<Account>, StoreError> {
    let key = Key::login(login);
    txn.get::<SubjectId>(&key)?.map(|id| get(txn, &id)?.ok_or_else(|| lost(&key))).transpose()
}

/// Accounts in order of login name.
pub(super) fn list(
    txn: &Txn<'_>,
    after: Option<&LoginName>,
    limit: usize,
) -> Result<Vec<Account>, StoreError> {
    let after = after.map(Key::login);
    txn.names(&Key::logins(), after.as_ref(), limit)?
        .iter()
        .map(|name| {
            let id: SubjectId = txn.get(name)?.ok_or_else(|| lost(name))?;
            get(txn, &id)?.ok_or_else(|| lost(name))
        })
        .collect()
}

/// A new password: with it a fresh budget, and no session of the old one.
pub(super) fn set_password(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    password: NewPassword,
    audit: AuditEvent,
) -> Result<AccountChange, StoreError> {
    let change = put_password(txn, id, password, audit)?;
    if change == AccountChange::Done {
        sessions::end_all(txn, id)?;
    }
    Ok(change)
}

/// A new password with a fresh budget; sessions are the caller's.
pub(super) fn put_password(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    password: NewPassword,
    audit: AuditEvent,
) -> Result<AccountChange, StoreError> {
    change(txn, id, audit, |txn, account, audit| {
        account.password = Secret::new(Some(password.hash));
        account.must_change = password.must_change;
        devices::remove_all(txn, id)?;
        enforcement::revoke_code(txn, id, audit, "password_set")?;
        passwords::revoke_link(txn, id, audit, "password_set")?;
        budgets::forget_password(txn, id)
    })
}

/// A new role, unless the last active owner would lose it.
pub(super) fn set_role(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    role: Role,
    audit: AuditEvent,
) -> Result<AccountChange, StoreError> {
    change(txn, id, audit, |txn, account, audit| {
        account.profile.role = role;
        devices::remove_all(txn, id)?;
        enforcement::revoke_code(txn, id, audit, "role_changed")?;
        handed::make_void(txn, id, audit, "role_changed")?;
        passwords::revoke_link(txn, id, audit, "role_changed")?;
        sessions::end_all(txn, id).map(drop)
    })
}

/// Disabled or enabled, unless the last active owner would be disabled.
pub(super) fn set_state(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    state: AccountState,
    audit: AuditEvent,
) -> Result<AccountChange, StoreError> {
    change(txn, id, audit, |txn, account, audit| {
        account.state = state;
        match state {
            AccountState::Active => Ok(()),
            AccountState::Disabled => {
                devices::remove_all(txn, id)?;
                enforcement::revoke_code(txn, id, audit, "account_disabled")?;
                handed::make_void(txn, id, audit, "account_disabled")?;
                passwords::revoke_link(txn, id, audit, "account_disabled")?;
                sessions::end_all(txn, id).map(drop)
            }
        }
    })
}

/// No second factor any more, and a window to enrol a new one.
pub(super) fn reset_authenticators(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    enrolment_open_until: Timestamp,
    audit: AuditEvent,
) -> Result<AccountChange, StoreError> {
    change(txn, id, audit, |txn, account, audit| {
        enforcement::revoke_code(txn, id, audit, "mfa_reset")?;
        handed::make_void(txn, id, audit, "mfa_reset")?;
        account.enrolment_open_until = enrolment_open_until;
        authenticators::remove_all(txn, id)?;
        devices::remove_all(txn, id)?;
        sessions::end_all(txn, id).map(drop)
    })
}

/// Changes an account and says so, unless no active owner would be left.
pub(super) fn change(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    audit: AuditEvent,
    work: impl FnOnce(&mut Txn<'_>, &mut Account, &AuditEvent) -> Result<(), StoreError>,
) -> Result<AccountChange, StoreError> {
    let Some(mut account) = get(txn, id)? else {
        return Ok(AccountChange::NoSuchAccount);
    };
    let was_owner = is_active_owner(&account);
    work(txn, &mut account, &audit)?;
    let is_last = || Ok(txn.names(&Key::owners(), None, 2)?.len() < 2);
    if was_owner && !is_active_owner(&account) && is_last()? {
        txn.abandon();
        return Ok(AccountChange::LastOwner);
    }
    save(txn, &account)?;
    txn.audit(audit);
    Ok(AccountChange::Done)
}

/// Writes the account, and its mark if it is an active owner: the marks answer who is left.
pub(super) fn save(txn: &mut Txn<'_>, account: &Account) -> Result<(), StoreError> {
    let mark = Key::owner(&account.id);
    if is_active_owner(account) {
        txn.put(mark, &())?;
        // By whatever way an owner is made, the token for the first one is void.
        if txn.has(&Key::first_owner())? {
            txn.remove(Key::first_owner());
        }
    } else {
        txn.remove(mark);
    }
    txn.note(account.created);
    txn.put(Key::account(&account.id), account)
}

/// Whether there is an active owner.
pub(super) fn has_owner(txn: &Txn<'_>) -> Result<bool, StoreError> {
    Ok(!txn.names(&Key::owners(), None, 1)?.is_empty())
}

fn is_active_owner(account: &Account) -> bool {
    account.profile.role == Role::Owner && account.state == AccountState::Active
}

/// The index names an account that is not there.
fn lost(name: &Key) -> StoreError {
    StoreError::Sealed { record: name.to_string() }
}
