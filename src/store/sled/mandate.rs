//! Whether an act may be done by whoever gives it, checked where acts come one after the other: by the roles as they
//! are in the tree, and as the act's own changes would make them. So no bug above reaches further than the rule, and
//! an act of somebody who was demoted a moment ago is refused.

use std::collections::BTreeSet;

use super::accounts;
use super::authenticators;
use super::keys::Key;
use super::txn::Txn;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::Mandate;
use crate::audit::MandateOf;
use crate::audit::Tag;
use crate::authority;
use crate::authority::Act;
use crate::authority::Denied;
use crate::authority::Object;
use crate::authority::Target;
use crate::authority::Who;
use crate::service_token::ServiceToken;
use crate::service_token::TokenState;
use crate::store::StoreError;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::Role;
use crate::subject::SubjectId;

/// What fits no rule is not done.
const NEVER: StoreError = StoreError::NotAllowed(Denied::Never);

/// Whether the act of that record may be done. `before` is the store without it, `after` with it.
pub(super) fn check(
    before: &Txn<'_>,
    after: &Txn<'_>,
    event: &AuditEvent,
) -> Result<(), StoreError> {
    let Some(mandate) = &event.mandate else { return Ok(()) };
    let who = who(before, &event.actor, &mandate.by)?;
    let act = mandate.act;
    let changed: BTreeSet<SubjectId> = after.changes.keys().filter_map(Key::subject).collect();
    match act.object() {
        Object::Everything => {
            // An act on nothing in particular changes no account on the side.
            if !changed.is_empty() && act != Act::EndAllSessions {
                return Err(NEVER);
            }
            may(who, act, Target::Nothing)?;
        }
        Object::Token => {
            if !changed.is_empty() {
                return Err(NEVER);
            }
            on_tokens(before, after, (who, act))?;
        }
        Object::Account => {
            let target = event.target.as_ref().ok_or(NEVER)?;
            for id in changed.iter().chain([target]) {
                may(who, act, on(before, after, (id, mandate))?)?;
            }
            as_expected(before, target, mandate)?;
        }
    }
    Ok(())
}

/// Who it is that acts, as of now: nobody any more who is disabled, removed or out of use.
fn who(before: &Txn<'_>, actor: &Actor, by: &MandateOf) -> Result<Who, StoreError> {
    let nobody = StoreError::NotAllowed(Denied::Role);
    match by {
        MandateOf::Person(id) => {
            if *actor != (Actor::Subject { id: id.clone() }) {
                return Err(NEVER);
            }
            let account = accounts::get(before, id)?;
            let active = account.filter(|account| account.state == AccountState::Active);
            active.map(|account| Who::Person(account.profile.role)).ok_or(nobody)
        }
        MandateOf::Program(id) => {
            if *actor != (Actor::Token { id: id.clone() }) {
                return Err(NEVER);
            }
            let token: Option<ServiceToken> = before.get(&Key::token(id))?;
            let active = token.filter(|token| token.state == TokenState::Active);
            active.and_then(|token| token.role).map(Who::Program).ok_or(nobody)
        }
    }
}

/// An account that is acted on, with its role before and after.
fn on(
    before: &Txn<'_>,
    after: &Txn<'_>,
    (id, mandate): (&SubjectId, &Mandate),
) -> Result<Target, StoreError> {
    if mandate.by == MandateOf::Person(id.clone()) {
        return Ok(Target::Oneself);
    }
    let role = |account: Option<Account>| account.map(|account| account.profile.role);
    let (was, is) = (role(accounts::get(before, id)?), role(accounts::get(after, id)?));
    // A role changes by the act that says so, and by no other.
    if was.zip(is).is_some_and(|(was, is)| was != is) && mandate.act != Act::SetRole {
        return Err(NEVER);
    }
    Ok(Target::Account { before: was, after: is })
}

/// The tokens that are acted on, with what they may do before and after.
fn on_tokens(before: &Txn<'_>, after: &Txn<'_>, (who, act): (Who, Act)) -> Result<(), StoreError> {
    let changed: BTreeSet<&Key> =
        after.changes.keys().filter(|key| key.token_id().is_some()).collect();
    if changed.is_empty() {
        return Err(NEVER);
    }
    for key in changed {
        let role = |txn: &Txn<'_>| -> Result<Option<Option<Role>>, StoreError> {
            Ok(txn.get::<ServiceToken>(key)?.map(|token| token.role))
        };
        for role in [role(before)?, role(after)?].into_iter().flatten() {
            may(who, act, Target::Token { role })?;
        }
    }
    Ok(())
}

/// Whether the account is still what whoever acts has seen.
fn as_expected(before: &Txn<'_>, id: &SubjectId, mandate: &Mandate) -> Result<(), StoreError> {
    let Some(expected) = &mandate.expects else { return Ok(()) };
    let account = accounts::get(before, id)?.ok_or(StoreError::Conflict)?;
    let held = authenticators::list(before, id)?;
    if Tag::of(&account, &held) == *expected { Ok(()) } else { Err(StoreError::Conflict) }
}

fn may(who: Who, act: Act, target: Target) -> Result<(), StoreError> {
    authority::may(who, act, target).map_err(StoreError::NotAllowed)
}
