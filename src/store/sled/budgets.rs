//! Attempt budgets: charged before a proof is verified, so that a crash in between refunds nothing.

use super::keys::Key;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::clock::Timestamp;
use crate::store::BudgetKey;
use crate::store::StoreError;
use crate::subject::SubjectId;
use crate::throttle::Budget;
use crate::throttle::Charge;
use crate::throttle::Rule;
use crate::throttle::Turning;

/// Counts one attempt. Written whatever the answer is: names with and without an account, granted or
/// not, cost the same.
pub(super) fn charge(
    txn: &mut Txn<'_>,
    key: &BudgetKey,
    (rule, now): (&Rule, Timestamp),
    audit: Option<AuditEvent>,
) -> Result<Charge, StoreError> {
    let name = Key::budget(key);
    let mut budget: Budget = txn.get(&name)?.unwrap_or_default();
    let (charge, turning) = budget.charge_telling(rule, now);
    txn.note(now);
    txn.put(name, &budget)?;
    if let (Some(turning), Some(mut audit)) = (turning, audit) {
        let reason = match turning {
            Turning::Waiting => "throttled",
            Turning::Disabled => {
                audit.kind = AuditKind::AuthenticatorDisabled;
                "limit_of_failures"
            }
        };
        txn.audit(audit.with("reason", reason));
    }
    Ok(charge)
}

/// Forgets the failures.
pub(super) fn settle(txn: &mut Txn<'_>, key: &BudgetKey) -> Result<(), StoreError> {
    let name = Key::budget(key);
    let Some(mut budget) = txn.get::<Budget>(&name)? else {
        return Ok(());
    };
    budget.settle();
    txn.put(name, &budget)
}

/// Fresh budgets for a new password, in every browser.
pub(super) fn forget_password(txn: &mut Txn<'_>, id: &SubjectId) -> Result<(), StoreError> {
    txn.remove(Key::budget(&BudgetKey::Password(id.clone())));
    for name in txn.names(&Key::password_budgets(id), None, usize::MAX)? {
        txn.remove(name);
    }
    Ok(())
}
