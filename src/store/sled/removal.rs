//! The end of an account: everything that is kept of it goes in one act, but what the audit log tells.

use super::accounts;
use super::authenticators;
use super::budgets;
use super::devices;
use super::keys::Key;
use super::out_of_band;
use super::sessions;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::store::AccountChange;
use crate::store::BudgetKey;
use crate::store::StoreError;
use crate::subject::AccountState;
use crate::subject::SubjectId;

/// Removes an account that is disabled: whoever is still in use is disabled first, which is seen and can be undone. So no
/// active owner is ever lost by it.
pub(super) fn remove(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    audit: AuditEvent,
) -> Result<AccountChange, StoreError> {
    let Some(account) = accounts::get(txn, id)? else {
        return Ok(AccountChange::NoSuchAccount);
    };
    if account.state != AccountState::Disabled {
        return Ok(AccountChange::WrongState);
    }
    sessions::end_all(txn, id)?;
    devices::remove_all(txn, id)?;
    authenticators::remove_all(txn, id)?;
    out_of_band::forget_all(txn, id);
    budgets::forget_password(txn, id)?;
    let whole = [
        Key::budget(&BudgetKey::Console(id.clone())),
        Key::password_link(id),
        Key::recovery_code(id),
        Key::handed(id),
        Key::reminded(id),
        Key::acts_seen(id),
        Key::told(id),
        Key::owner(id),
        Key::places(id),
        Key::login(&account.profile.login),
        Key::account(id),
    ];
    for key in whole {
        txn.remove(key);
    }
    txn.audit(audit);
    Ok(AccountChange::Done)
}
