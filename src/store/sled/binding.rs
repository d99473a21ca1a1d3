//! Binding authenticators to a subject, and letting them go. What nobody else may have as well is looked up in
//! the same transaction.

use super::accounts;
use super::authenticators;
use super::devices;
use super::handed;
use super::keys::Key;
use super::sessions;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::authenticator::Authenticator;
use crate::session::SessionKey;
use crate::session::SessionRecord;
use crate::store::Acceptance;
use crate::store::BindOrder;
use crate::store::ContactChange;
use crate::store::Removal;
use crate::store::StoreError;
use crate::subject::SubjectId;

/// Binds an authenticator to the subject of a session.
pub(super) fn bind(
    txn: &mut Txn<'_>,
    session: &SessionKey,
    new: &Authenticator,
    order: &BindOrder,
    audit: AuditEvent,
) -> Result<Acceptance, StoreError> {
    let key = Key::session(session);
    let Some(mut record) = txn.get::<SessionRecord>(&key)? else {
        return Ok(Acceptance::Gone);
    };
    let id = record.subject.clone();
    let closed = record.awaits_password() || authenticators::is_disabled(txn, &id)?;
    if closed || !new.is_second_factor() {
        return Ok(Acceptance::Gone);
    }
    match (order, authenticators::is_enrolled(txn, &id)?) {
        (BindOrder::First(_) | BindOrder::Handed(_), true) => return Ok(Acceptance::Spent),
        (BindOrder::Further, false) => return Ok(Acceptance::Gone),
        (BindOrder::First(_) | BindOrder::Handed(_), false) | (BindOrder::Further, true) => {}
    }
    match order {
        BindOrder::Handed(order) if handed::waits(txn, &id, (&order.app, order.now))? => {}
        BindOrder::Handed(_) => return Ok(Acceptance::Gone),
        BindOrder::First(_) | BindOrder::Further => {}
    }
    if let Some(other) = holder(txn, new)? {
        return Ok(Acceptance::Taken(other));
    }
    if order.codes().is_some_and(|codes| codes.credential.backup_codes().is_none()) {
        return Ok(Acceptance::Gone);
    }
    if !matches!(order, BindOrder::Handed(_)) {
        handed::make_void(txn, &id, &audit, "another_bound")?;
    }
    if let Some(codes) = order.codes() {
        authenticators::remove_sets(txn, &id, |_| true)?;
        authenticators::add(txn, &id, codes)?;
    }
    authenticators::add(txn, &id, new)?;
    // Whoever recovered has lost something: what else is open, or remembered, may be in the hands of others.
    if record.is_for_enrolment() {
        devices::remove_all(txn, &id)?;
        sessions::end_others(txn, &id, Some(session))?;
    }
    record.pending_totp = None;
    record.enrolled = true;
    txn.put(key, &record)?;
    txn.audit(audit);
    Ok(Acceptance::Accepted)
}

/// Binds what an operator set up.
pub(super) fn bind_for(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    new: &Authenticator,
    audit: AuditEvent,
) -> Result<Acceptance, StoreError> {
    if accounts::get(txn, id)?.is_none() || !new.is_second_factor() {
        return Ok(Acceptance::Gone);
    }
    if let Some(other) = holder(txn, new)? {
        return Ok(Acceptance::Taken(other));
    }
    handed::make_void(txn, id, &audit, "another_bound")?;
    authenticators::add(txn, id, new)?;
    txn.audit(audit);
    Ok(Acceptance::Accepted)
}

/// Puts an address, or nothing, in the place of those that an account has on a channel.
pub(super) fn replace_contacts(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    change: ContactChange,
) -> Result<(Acceptance, usize), StoreError> {
    let ContactChange { channel, new, removed } = change;
    let on = |one: &&Authenticator| {
        one.credential.address().is_some_and(|address| address.channel() == channel)
    };
    let held = authenticators::list(txn, id)?;
    let (old, kept): (Vec<_>, Vec<_>) = held.iter().partition(on);
    if accounts::get(txn, id)?.is_none() || (old.is_empty() && new.is_none()) {
        return Ok((Acceptance::Gone, 0));
    }
    if let Some((new, _)) = &new {
        if !new.is_second_factor() {
            return Ok((Acceptance::Gone, 0));
        }
        if let Some(other) = holder(txn, new)? {
            return Ok((Acceptance::Taken(other), 0));
        }
    }
    if new.is_none() && !kept.iter().any(|one| one.is_second_factor()) {
        authenticators::remove_all(txn, id)?;
    }
    for one in &old {
        authenticators::take(txn, id, one);
        txn.audit(removed.clone().with("authenticator", &one.id));
    }
    if !old.is_empty() {
        devices::remove_all(txn, id)?;
        sessions::end_all(txn, id)?;
    }
    if let Some((new, bound)) = new {
        handed::make_void(txn, id, &bound, "another_bound")?;
        authenticators::add(txn, id, &new)?;
        txn.audit(bound);
    }
    Ok((Acceptance::Accepted, old.len()))
}

/// Removes one authenticator; with the last second factor, the codes too.
pub(super) fn remove_one(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    removal: &Removal,
    audit: AuditEvent,
) -> Result<Acceptance, StoreError> {
    if let Some(spare) = &removal.spare
        && !sessions::exists(txn, spare)?
    {
        return Ok(Acceptance::Gone);
    }
    let held = authenticators::list(txn, id)?;
    let named = |one: &&Authenticator| one.id == removal.authenticator && one.is_second_factor();
    let Some(old) = held.iter().find(named) else {
        return Ok(Acceptance::Gone);
    };
    if !removal.keep.is_met(held.iter().filter(|one| one.id != old.id)) {
        return Ok(Acceptance::Spent);
    }
    let is_last = held.iter().filter(|one| one.is_second_factor()).count() == 1;
    txn.audit(audit);
    if is_last {
        authenticators::remove_all(txn, id)?;
    } else {
        authenticators::take(txn, id, old);
    }
    devices::remove_all(txn, id)?;
    sessions::end_others(txn, id, removal.spare.as_ref())?;
    Ok(Acceptance::Accepted)
}

pub(super) fn rename(
    txn: &mut Txn<'_>,
    id: &SubjectId,
    authenticator: &str,
    label: String,
    audit: AuditEvent,
) -> Result<Acceptance, StoreError> {
    let key = Key::authenticator(id, authenticator);
    let Some(mut found) = txn.get::<Authenticator>(&key)? else {
        return Ok(Acceptance::Gone);
    };
    found.label = label;
    txn.put(key, &found)?;
    txn.audit(audit);
    Ok(Acceptance::Accepted)
}

/// Who has already what nobody may have as well.
pub(super) fn holder(txn: &Txn<'_>, new: &Authenticator) -> Result<Option<SubjectId>, StoreError> {
    new.credential.unique().map_or(Ok(None), |unique| txn.get(&Key::unique(&unique)))
}
