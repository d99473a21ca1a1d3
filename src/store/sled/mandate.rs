//! Whether an act may be done by whoever gives it, checked where acts come one after the other: by the roles as they
//! are in the tree, and as the act's own changes would make them. So no bug above reaches further than the rule, and
//! an act of somebody who was demoted a moment ago is refused. Who shows no mandate acts on their own account, or is
//! the machine.

use std::collections::BTreeSet;

use super::accounts;
use super::authenticators;
use super::devices;
use super::enforcement;
use super::keys;
use super::keys::Key;
use super::txn::Txn;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::audit::Mandate;
use crate::audit::MandateOf;
use crate::audit::Tag;
use crate::authority;
use crate::authority::Act;
use crate::authority::Denied;
use crate::authority::Object;
use crate::authority::Target;
use crate::authority::Weight;
use crate::authority::Who;
use crate::service_token::ServiceToken;
use crate::service_token::TokenState;
use crate::session::SessionRecord;
use crate::store::StoreError;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::Profile;
use crate::subject::Role;
use crate::subject::SubjectId;

/// What fits no rule is not done.
const NEVER: StoreError = StoreError::NotAllowed(Denied::Never);

/// What the records of an account are called. An act on an account changes these, and of no other account.
const OF_AN_ACCOUNT: [&str; 13] = [
    "account",
    "auth",
    "budget",
    "device",
    "handed",
    "invite",
    "login",
    "owner",
    "recovery",
    "sent_code",
    "session",
    "sx",
    "unique",
];

/// What the act that ends an account changes besides: nothing of it is left.
const LEFT_OF_AN_ACCOUNT: [&str; 5] = ["places", "reminded", "seen", "sent_for", "told"];

/// What people change besides, in their own name: from where they signed in, how much is sent for them, and where.
const BESIDES: [&str; 3] = ["places", "sent_for", "sent_to"];

/// The kinds of records that an act may change. Its own record, and what tells people of it, come with every act.
fn scope(act: Act) -> [&'static [&'static str]; 2] {
    let own: &[&str] = match act.object() {
        _ if act.weight() == Weight::Look => &[],
        Object::Account => &OF_AN_ACCOUNT,
        Object::Token => &["token", "token_name"],
        Object::Everything if act == Act::EndAllSessions => &["device", "session", "sx"],
        Object::Everything if is_of_enforcement(act) => &["enforcement"],
        Object::Everything => &[],
    };
    [own, if act == Act::RemoveUser { &LEFT_OF_AN_ACCOUNT } else { &[] }]
}

/// Whether it is an act on what is asked of all, or at a site.
const fn is_of_enforcement(act: Act) -> bool {
    matches!(act, Act::SetPolicy | Act::SetOwnersSwitch | Act::SetSitePolicy)
}

/// Whether the act of that record may be done. `before` is the store without it, `after` with it.
pub(super) fn check(
    before: &Txn<'_>,
    after: &Txn<'_>,
    event: &AuditEvent,
) -> Result<(), StoreError> {
    match (&event.mandate, &event.actor) {
        (Some(mandate), _) => by_mandate(before, after, (event, mandate)),
        (None, Actor::Subject { id }) => on_oneself(before, after, (event, id)),
        (None, Actor::Token { .. }) => was_refused(after, event),
        (None, Actor::Gateway | Actor::Operator { .. } | Actor::Unknown) => Ok(()),
    }
}

/// Programs have no account of their own: without a mandate it is only said of them that they were refused something.
fn was_refused(after: &Txn<'_>, event: &AuditEvent) -> Result<(), StoreError> {
    let is_told = event.kind == AuditKind::RequestRefused && event.target.is_none();
    if is_told && after.changes.is_empty() { Ok(()) } else { Err(NEVER) }
}

/// An act of the administration: whether the rule allows it, and it changes what it is about and nothing else.
fn by_mandate(
    before: &Txn<'_>,
    after: &Txn<'_>,
    (event, mandate): (&AuditEvent, &Mandate),
) -> Result<(), StoreError> {
    let (who, act) = (who(before, event, &mandate.by)?, mandate.act);
    let makes = |kind, by| makes(after, kind) && act != by;
    if changes_other_than(after, scope(act))
        || makes("invite", Act::IssuePasswordLink)
        || makes("handed", Act::SetUpFor)
    {
        return Err(NEVER);
    }
    // Only an account is seen before it is changed.
    if mandate.expects.is_some() && act.object() != Object::Account {
        return Err(NEVER);
    }
    match act.object() {
        Object::Everything => {
            may(who, act, Target::Nothing)?;
            turns_its_own_switch(before, after, act)
        }
        Object::Token => on_tokens(before, after, (who, act)),
        Object::Account => {
            let target = event.target.as_ref().ok_or(NEVER)?;
            let changed = concerned(before, after)?;
            for id in changed.iter().chain([target]) {
                may(who, act, on(before, after, (id, mandate))?)?;
            }
            if changed.iter().any(|id| id != target) {
                return Err(NEVER);
            }
            as_expected(before, target, mandate)
        }
    }
}

/// Whoever sets what is asked of everybody leaves the owners' switch as it is, and what is asked at sites; and so does
/// each of the others.
fn turns_its_own_switch(before: &Txn<'_>, after: &Txn<'_>, act: Act) -> Result<(), StoreError> {
    let (was, is) = (enforcement::switches(before)?, enforcement::switches(after)?);
    let of_a_site = |key: &Key| key.after(&Key::site_policies()).is_some();
    let stay = (was.everybody == is.everybody || act == Act::SetPolicy)
        && (was.owners == is.owners || act == Act::SetOwnersSwitch)
        && (!after.changes.keys().any(of_a_site) || act == Act::SetSitePolicy);
    if stay { Ok(()) } else { Err(NEVER) }
}

/// What somebody does without a mandate is about themselves, and changes neither what they are nor what is asked of
/// them.
fn on_oneself(
    before: &Txn<'_>,
    after: &Txn<'_>,
    (event, id): (&AuditEvent, &SubjectId),
) -> Result<(), StoreError> {
    let of_another = |other: &SubjectId| other != id;
    if event.target.as_ref().is_some_and(of_another)
        || changes_other_than(after, [&OF_AN_ACCOUNT, &BESIDES])
        // What others hand to people is nothing that they make for themselves.
        || makes(after, "invite")
        || makes(after, "handed")
        || concerned(before, after)?.iter().any(of_another)
    {
        return Err(NEVER);
    }
    let stays = match (accounts::get(before, id)?, accounts::get(after, id)?) {
        (Some(was), Some(is)) => {
            let asked = was.must_change == is.must_change || is.must_change.is_none();
            let same_password = was.password.expose() == is.password.expose();
            was.profile.role == is.profile.role
                && was.state == is.state
                && was.terms == is.terms
                // What is asked for is met by a new hash, and by nothing else. That it is of another password is seen to
                // where the password is known.
                && asked
                && (was.must_change == is.must_change || !same_password)
        }
        // Whom a console, or a sign-on, has let in, and who is new here.
        (None, Some(new)) => new.profile.role == Role::User && new.terms.is_empty(),
        (None, None) => true,
        (Some(_), None) => false,
    };
    if stays { Ok(()) } else { Err(NEVER) }
}

/// Whether anything of another kind is changed.
fn changes_other_than(after: &Txn<'_>, kinds: [&[&str]; 2]) -> bool {
    let may = |kind| kinds.iter().any(|kinds| kinds.contains(&kind));
    let is_other = |key: &Key| !keys::kind(key.bytes()).is_some_and(may);
    after.changes.keys().any(is_other)
}

/// Whether something is made that is handed to somebody: a link by which a password is chosen, an app.
fn makes(after: &Txn<'_>, kind: &str) -> bool {
    let is_it = |key: &Key| keys::kind(key.bytes()) == Some(kind);
    after.changes.iter().any(|(key, change)| change.is_some() && is_it(key))
}

/// The accounts whose records are changed.
fn concerned(before: &Txn<'_>, after: &Txn<'_>) -> Result<BTreeSet<SubjectId>, StoreError> {
    let mut all = BTreeSet::new();
    for key in after.changes.keys() {
        all.extend(whose(before, key)?);
        all.extend(whose(after, key)?);
    }
    Ok(all)
}

/// Whose record it is, by its name or, where that does not say so, by what is in it.
fn whose(txn: &Txn<'_>, key: &Key) -> Result<Option<SubjectId>, StoreError> {
    match keys::kind(key.bytes()) {
        Some("session") => Ok(txn.get::<SessionRecord>(key)?.map(|session| session.subject)),
        Some("login" | "unique") => txn.get(key),
        _ => Ok(key.subject()),
    }
}

/// Who it is that acts, as of now: nobody any more who is disabled, removed or out of use.
fn who(before: &Txn<'_>, event: &AuditEvent, by: &MandateOf) -> Result<Who, StoreError> {
    let nobody = StoreError::NotAllowed(Denied::Role);
    match by {
        MandateOf::Person(id) => {
            if event.actor != (Actor::Subject { id: id.clone() }) {
                return Err(NEVER);
            }
            let account = accounts::get(before, id)?;
            let active = account.filter(|account| account.state == AccountState::Active);
            active.map(|account| Who::Person(account.profile.role)).ok_or(nobody)
        }
        MandateOf::Program(id) => {
            if event.actor != (Actor::Token { id: id.clone() }) {
                return Err(NEVER);
            }
            let token: Option<ServiceToken> = before.get(&Key::token(id))?;
            let good = |token: &ServiceToken| {
                token.state == TokenState::Active && event.at < token.expires
            };
            let active = token.filter(good);
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
    let (was, is) = (accounts::get(before, id)?, accounts::get(after, id)?);
    // What somebody is changes by the act that says so, and by no other.
    if let (Some(was), Some(is)) = (&was, &is)
        && !is_meant(mandate.act, was, is)
    {
        return Err(NEVER);
    }
    let role = |account: Option<Account>| account.map(|account| account.profile.role);
    Ok(Target::Account { before: role(was), after: role(is) })
}

/// Whether an account is changed by the act only as the act says.
fn is_meant(act: Act, was: &Account, is: &Account) -> bool {
    let role = is.profile.role;
    let same_profile = Profile { role, ..was.profile.clone() } == is.profile;
    (was.profile.role == role || act == Act::SetRole)
        && (same_profile || act == Act::EditProfile)
        && (was.state == is.state || matches!(act, Act::Disable | Act::Enable))
        && (was.terms == is.terms || act == Act::SetTerms)
        && (was.password.expose() == is.password.expose() || act == Act::SetPassword)
        && (was.must_change == is.must_change || matches!(act, Act::SetPassword | Act::ForceChange))
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
        let (was, is) = (role(before)?, role(after)?);
        if was.is_none() != (act == Act::AddToken) {
            return Err(NEVER);
        }
        for role in [was, is].into_iter().flatten() {
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
    let devices = devices::list(before, id)?;
    let code = before.get(&Key::recovery_code(id))?;
    let app = before.get(&Key::handed(id))?;
    let found = Tag::of(&account, &held, (&devices, code.as_ref(), app.as_ref()));
    if found == *expected { Ok(()) } else { Err(StoreError::Conflict) }
}

fn may(who: Who, act: Act, target: Target) -> Result<(), StoreError> {
    authority::may(who, act, target).map_err(StoreError::NotAllowed)
}
