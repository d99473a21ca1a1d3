//! Attempt budgets: charged before a proof is verified, so that a crash in between refunds nothing.

use super::keys::Key;
use super::txn::Txn;
use crate::clock::Timestamp;
use crate::store::BudgetKey;
use crate::store::StoreError;
use crate::throttle::Budget;
use crate::throttle::Charge;
use crate::throttle::Rule;

/// Counts one attempt. Written whatever the answer is: names with and without an account, granted or
/// not, cost the same.
pub(super) fn charge(
    txn: &mut Txn<'_>,
    key: &BudgetKey,
    rule: &Rule,
    now: Timestamp,
) -> Result<Charge, StoreError> {
    let name = Key::budget(key);
    let mut budget: Budget = txn.get(&name)?.unwrap_or_default();
    let charge = budget.charge(rule, now);
    txn.note(now);
    txn.put(name, &budget)?;
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
