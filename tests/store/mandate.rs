//! By what right acts are done: the commit decides, by the roles it finds.

use portcullis::audit::Actor;
use portcullis::audit::AuditEvent;
use portcullis::audit::AuditKind;
use portcullis::audit::Mandate;
use portcullis::audit::MandateOf;
use portcullis::audit::Tag;
use portcullis::authenticator::recovery_code;
use portcullis::authority::Act;
use portcullis::authority::Denied;
use portcullis::authority::Object;
use portcullis::enforcement::Switches;
use portcullis::enforcement::Whom;
use portcullis::entropy::SeededEntropy;
use portcullis::service_token::TokenState;
use portcullis::session::device::Device;
use portcullis::session::device::DeviceStanding;
use portcullis::session::device::DeviceToken;
use portcullis::session::device::Verified;
use portcullis::store::AccountChange;
use portcullis::store::Store;
use portcullis::store::StoreError;
use portcullis::store::TokenChange;
use portcullis::subject::AccountState;
use portcullis::subject::Role;
use portcullis::subject::SubjectId;
use portcullis::subject::terms::Mode;
use portcullis::subject::terms::Terms;
use portcullis::subject::terms::Unenrolled;

use crate::support::Fixture;
use crate::support::account;
use crate::support::add;
use crate::support::any;
use crate::support::at;
use crate::support::enrol;
use crate::support::event;
use crate::support::session_keys;
use crate::support::sign_in;
use crate::support::token;

/// Both switches.
const BOTH: [Whom; 2] = [Whom::Everybody, Whom::Owners];

/// By which act a switch is turned.
fn act_of(whom: Whom) -> Act {
    match whom {
        Whom::Everybody => Act::SetPolicy,
        Whom::Owners => Act::SetOwnersSwitch,
    }
}

/// The record of an act of a person on an account.
fn by(actor: &SubjectId, act: Act, target: &SubjectId) -> AuditEvent {
    let mut event = any().on(target);
    event.actor = Actor::Subject { id: actor.clone() };
    event.mandate = Some(Mandate { by: MandateOf::Person(actor.clone()), act, expects: None });
    event
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> Denied {
    match outcome {
        Err(StoreError::NotAllowed(why)) => why,
        other => panic!("not refused: {other:?}"),
    }
}

async fn set_role(
    store: &dyn Store,
    [actor, target]: [&SubjectId; 2],
    role: Role,
) -> Result<AccountChange, StoreError> {
    store.set_role(target, role, by(actor, Act::SetRole, target)).await
}

/// whoever acts stands above whom they act on, and their role does such things.
pub(crate) async fn an_act_is_judged_by_the_roles_that_the_commit_finds_a176_a182(f: Fixture) {
    let store = &**f.store();
    let desk = add(store, "desk", Role::HelpDesk).await;
    let (user, _) = enrol(store, "user", Role::User).await;
    for (name, role) in [("equal", Role::HelpDesk), ("admin", Role::Admin), ("owner", Role::Owner)]
    {
        let (above, key) = enrol(store, name, role).await;
        let audit = by(&desk, Act::ResetMfa, &above);
        let outcome = store.reset_authenticators(&above, at(9), audit).await;
        assert_eq!(refused(outcome), Denied::NotBelow, "{name}");
        assert_eq!(store.authenticators(&above).await.unwrap().len(), 2);
        assert!(session_keys(store).await.contains(&key));
    }
    let audit = by(&desk, Act::ResetMfa, &user);
    let done = store.reset_authenticators(&user, at(9), audit).await.unwrap();
    assert_eq!(done, AccountChange::Done);
    let audit = by(&desk, Act::SetPassword, &user);
    let outcome = store.set_password(&user, "hash".to_owned(), audit).await;
    assert_eq!(refused(outcome), Denied::Role);
    let audit = by(&desk, Act::ResetMfa, &desk);
    let outcome = store.reset_authenticators(&desk, at(9), audit).await;
    assert_eq!(refused(outcome), Denied::Oneself);
}

/// An admin who is demoted while they act: how many of the acts were done before, and how many refused.
async fn one_demotion(f: &Fixture, owner: &SubjectId, round: usize) -> [usize; 2] {
    let store = f.store();
    let admin = add(&**store, &format!("admin{round}"), Role::Admin).await;
    let mut users = Vec::new();
    for n in 0..10 {
        users.push(add(&**store, &format!("user{round}-{n}"), Role::User).await);
    }
    let late = users.split_off(5);
    let disable = |user: SubjectId| {
        let (store, admin) = (store.clone(), admin.clone());
        tokio::spawn(async move {
            let audit = by(&admin, Act::Disable, &user).with("round", round);
            match store.set_state(&user, AccountState::Disabled, audit).await {
                Ok(done) => done == AccountChange::Done,
                outcome => {
                    assert_eq!(refused(outcome), Denied::Role);
                    false
                }
            }
        })
    };
    let mut asked: Vec<_> = users.into_iter().map(disable).collect();
    let (demoted, pair) = (store.clone(), [owner.clone(), admin.clone()]);
    let demoted = tokio::spawn(async move {
        set_role(&*demoted, [&pair[0], &pair[1]], Role::User).await.unwrap()
    });
    asked.extend(late.into_iter().map(disable));
    assert_eq!(demoted.await.unwrap(), AccountChange::Done);
    let mut ended = [0, 0];
    for asked in asked {
        ended[usize::from(!asked.await.unwrap())] += 1;
    }
    // In the log, which is in order, no act of theirs comes after their demotion.
    let log = f.verified_log().await;
    let demotion = log.iter().position(|record| {
        record.event.target.as_ref() == Some(&admin) && record.event.actor != Actor::Gateway
    });
    let acts =
        log.iter().rposition(|record| record.event.actor == Actor::Subject { id: admin.clone() });
    assert!(acts.is_none_or(|last| demotion.is_some_and(|at| last < at)), "{acts:?} {demotion:?}");
    let user = add(&**store, &format!("late{round}"), Role::User).await;
    let audit = by(&admin, Act::Disable, &user);
    let outcome = store.set_state(&user, AccountState::Disabled, audit).await;
    assert_eq!(refused(outcome), Denied::Role);
    ended
}

pub(crate) async fn an_act_under_way_when_its_author_is_demoted_is_not_done_a260(f: Fixture) {
    let store = f.store();
    let owner = add(&**store, "owner", Role::Owner).await;
    let (mut before, mut after) = (0, 0);
    for round in 0..200 {
        if before > 0 && after > 0 && round >= 10 {
            break;
        }
        let [done, refused_ones] = one_demotion(&f, &owner, round).await;
        (before, after) = (before + done, after + refused_ones);
    }
    assert!(before > 0 && after > 0, "nothing was raced: {before} before, {after} after");
    // A disabled one acts no more either.
    let admin = add(&**store, "admin", Role::Admin).await;
    let user = add(&**store, "user", Role::User).await;
    store.set_state(&admin, AccountState::Disabled, any()).await.unwrap();
    let audit = by(&admin, Act::Disable, &user);
    let outcome = store.set_state(&user, AccountState::Disabled, audit).await;
    assert_eq!(refused(outcome), Denied::Role);
}

pub(crate) async fn an_admin_makes_no_admin_by_no_act_a260(f: Fixture) {
    let store = &**f.store();
    let admin = add(store, "admin", Role::Admin).await;
    let user = add(store, "user", Role::User).await;
    for role in [Role::Admin, Role::Owner] {
        let outcome = set_role(store, [&admin, &user], role).await;
        assert_eq!(refused(outcome), Denied::NotBelow);
        let made = account("made", role);
        let audit = by(&admin, Act::AddUser, &made.id);
        assert_eq!(refused(store.create_account(made, audit).await), Denied::NotBelow);
        let outcome = set_role(store, [&admin, &admin], role).await;
        assert_eq!(refused(outcome), Denied::Oneself);
        // Under the name of another act it is no better.
        let audit = by(&admin, Act::SetTerms, &user);
        assert_eq!(refused(store.set_role(&user, role, audit).await), Denied::Never);
    }
    let done = set_role(store, [&admin, &user], Role::HelpDesk).await.unwrap();
    assert_eq!(done, AccountChange::Done);
    let accounts = store.accounts(None, 9).await.unwrap();
    assert_eq!(accounts.len(), 2);
}

pub(crate) async fn an_act_changes_what_its_mandate_names_and_nothing_else_a260(f: Fixture) {
    let store = &**f.store();
    let admin = add(store, "admin", Role::Admin).await;
    let user = add(store, "user", Role::User).await;
    let (owner, key) = enrol(store, "owner", Role::Owner).await;
    // The record says user, the change is the owner's.
    let audit = by(&admin, Act::ResetMfa, &user);
    let outcome = store.reset_authenticators(&owner, at(9), audit).await;
    assert_eq!(refused(outcome), Denied::NotBelow);
    let audit = by(&admin, Act::EndSession, &user);
    assert_eq!(refused(store.end_session(&key, audit).await), Denied::NotBelow);
    let audit = by(&admin, Act::EndSessionsOf, &user);
    assert_eq!(refused(store.end_sessions_of(&owner, audit).await), Denied::NotBelow);
    // Or it names nobody.
    let mut audit = by(&admin, Act::ResetMfa, &user);
    audit.target = None;
    let outcome = store.reset_authenticators(&user, at(9), audit).await;
    assert_eq!(refused(outcome), Denied::Never);
    // Or it names somebody else on whom it would be allowed.
    let other = add(store, "other", Role::User).await;
    let audit = by(&admin, Act::ResetMfa, &other);
    let outcome = store.reset_authenticators(&user, at(9), audit).await;
    assert_eq!(refused(outcome), Denied::Never);
    // Whether somebody may sign in, and what is asked of them, change by the acts that say so.
    let audit = by(&admin, Act::ResetMfa, &user);
    let outcome = store.set_state(&user, AccountState::Disabled, audit).await;
    assert_eq!(refused(outcome), Denied::Never);
    let terms = Terms { mode: Some(Mode::Enforced), ..Terms::default() };
    let outcome = store.set_terms(&user, terms, by(&admin, Act::ResetMfa, &user)).await;
    assert_eq!(refused(outcome), Denied::Never);
    // A token is made by the act that makes them, and changed by others.
    let audit = by(&admin, Act::DisableToken, &user);
    assert_eq!(refused(store.add_service_token(token("new"), 9, audit).await), Denied::Never);
    store.add_service_token(token("old"), 9, any()).await.unwrap();
    let audit = by(&admin, Act::AddToken, &user);
    let outcome = store.revoke_service_token(&token("old").id, audit).await;
    assert_eq!(refused(outcome), Denied::Never);
    // An act on everything, or on a token, changes no account.
    for act in [Act::SetPolicy, Act::AddToken] {
        let audit = by(&admin, act, &user);
        let outcome = store.set_state(&user, AccountState::Disabled, audit).await;
        assert_eq!(refused(outcome), Denied::Never);
    }
    assert_eq!(session_keys(store).await, [key]);
}

pub(crate) async fn owners_alone_turn_their_switch_and_admins_the_other_s0_24(mut f: Fixture) {
    let store = f.store();
    let admin = add(&**store, "admin", Role::Admin).await;
    let owner = add(&**store, "owner", Role::Owner).await;
    let desk = add(&**store, "desk", Role::HelpDesk).await;
    let enforced = Terms { mode: Some(Mode::Enforced), ..Terms::default() };
    let denied = Terms { unenrolled: Some(Unenrolled::Deny), ..Terms::default() };
    let set = async |who: &SubjectId, act, whom, terms: &Terms| {
        store.set_switch(whom, terms.clone(), by(who, act, who)).await
    };
    for (who, act, whom, why) in [
        (&admin, Act::SetOwnersSwitch, Whom::Owners, Denied::Role),
        (&desk, Act::SetPolicy, Whom::Everybody, Denied::Role),
        // Each act is about its own switch.
        (&admin, Act::SetPolicy, Whom::Owners, Denied::Never),
        (&owner, Act::SetPolicy, Whom::Owners, Denied::Never),
        (&owner, Act::SetOwnersSwitch, Whom::Everybody, Denied::Never),
    ] {
        assert_eq!(refused(set(who, act, whom, &enforced).await), why, "{act:?} {whom:?}");
    }
    assert_eq!(store.switches().await.unwrap(), Switches::default());
    set(&admin, Act::SetPolicy, Whom::Everybody, &enforced).await.unwrap();
    let all = store.switches().await.unwrap();
    assert_eq!((&all.everybody, &all.owners), (&enforced, &Terms::default()));
    set(&owner, Act::SetOwnersSwitch, Whom::Owners, &denied).await.unwrap();
    set(&admin, Act::SetPolicy, Whom::Everybody, &Terms::default()).await.unwrap();
    f.reopen().await;
    let all = f.store().switches().await.unwrap();
    assert_eq!((all.everybody, all.owners), (Terms::default(), denied));
}

pub(crate) async fn owners_contain_owners_and_the_last_one_stays_a261(f: Fixture) {
    let store = &**f.store();
    let ann = add(store, "ann", Role::Owner).await;
    let bob = add(store, "bob", Role::Owner).await;
    let audit = by(&ann, Act::ResetMfa, &bob);
    let outcome = store.reset_authenticators(&bob, at(9), audit).await;
    assert_eq!(refused(outcome), Denied::NotBelow);
    let audit = by(&ann, Act::SetPassword, &bob);
    let outcome = store.set_password(&bob, "hash".to_owned(), audit).await;
    assert_eq!(refused(outcome), Denied::NotBelow);
    let audit = by(&ann, Act::Disable, &bob);
    let done = store.set_state(&bob, AccountState::Disabled, audit).await.unwrap();
    assert_eq!(done, AccountChange::Done);
    let audit = by(&ann, Act::Enable, &bob);
    store.set_state(&bob, AccountState::Active, audit).await.unwrap();
    // Each demotes the other, at once: one wins, and nobody is left without an owner.
    let (one, other) = tokio::join!(
        set_role(store, [&ann, &bob], Role::User),
        set_role(store, [&bob, &ann], Role::User),
    );
    let done = [one, other].map(|outcome| matches!(outcome, Ok(AccountChange::Done)));
    assert!(done == [true, false] || done == [false, true], "{done:?}");
    let accounts = store.accounts(None, 9).await.unwrap();
    let owners: Vec<_> = accounts.iter().filter(|a| a.profile.role == Role::Owner).collect();
    assert_eq!(owners.len(), 1);
    // Not even the machine loses the last one.
    let last = store.set_role(&owners[0].id, Role::User, any()).await.unwrap();
    assert_eq!(last, AccountChange::LastOwner);
}

pub(crate) async fn a_program_acts_by_its_tokens_role_while_the_token_is_active_a271(f: Fixture) {
    let store = &**f.store();
    let user = add(store, "user", Role::User).await;
    let by_token = |name: &str| {
        let id = token(name).id;
        let mut audit = any().on(&user);
        audit.actor = Actor::Token { id: id.clone() };
        let by = MandateOf::Program(id);
        audit.mandate = Some(Mandate { by, act: Act::Disable, expects: None });
        audit
    };
    let disable =
        async |name: &str| store.set_state(&user, AccountState::Disabled, by_token(name)).await;
    for (name, role) in
        [("console", None), ("owner", Some(Role::Owner)), ("admin", Some(Role::Admin))]
    {
        let mut token = token(name);
        token.role = role;
        assert_eq!(store.add_service_token(token, 9, any()).await.unwrap(), TokenChange::Done);
    }
    assert_eq!(refused(disable("console").await), Denied::Role);
    assert_eq!(refused(disable("owner").await), Denied::Never);
    assert_eq!(refused(disable("unknown").await), Denied::Role);
    assert_eq!(disable("admin").await.unwrap(), AccountChange::Done);
    let id = token("admin").id;
    store.set_service_token_state(&id, TokenState::Disabled, any()).await.unwrap();
    assert_eq!(refused(disable("admin").await), Denied::Role);
    // A token above the role of whoever asks is not theirs to change.
    let admin = add(store, "anne", Role::Admin).await;
    let audit = by(&admin, Act::DisableToken, &admin);
    assert_eq!(refused(store.revoke_service_token(&id, audit).await), Denied::NotBelow);
    let audit = by(&admin, Act::DisableToken, &admin);
    let done = store.revoke_service_token(&token("console").id, audit).await.unwrap();
    assert_eq!(done, TokenChange::Done);
}

pub(crate) async fn nobody_acts_in_anothers_name(f: Fixture) {
    let store = &**f.store();
    let owner = add(store, "owner", Role::Owner).await;
    let admin = add(store, "admin", Role::Admin).await;
    let user = add(store, "user", Role::User).await;
    let mut audit = by(&owner, Act::Disable, &user);
    audit.actor = Actor::Subject { id: admin };
    let outcome = store.set_state(&user, AccountState::Disabled, audit).await;
    assert_eq!(refused(outcome), Denied::Never);
}

/// A device that awaits approval.
fn device() -> Device {
    let verified = Verified { until: at(5000), standing: DeviceStanding::Waiting };
    Device {
        id: "device".to_owned(),
        key: DeviceToken::generate(&SeededEntropy::new(8)).unwrap().key(),
        site: "console".to_owned(),
        label: "a browser".to_owned(),
        created: at(1),
        last_used: None,
        remembered_until: None,
        verified: Some(verified),
    }
}

pub(crate) async fn what_somebody_else_changed_meanwhile_is_not_overwritten(f: Fixture) {
    let store = &**f.store();
    let admin = add(store, "admin", Role::Admin).await;
    let (user, _) = enrol(store, "user", Role::User).await;
    let tag = async || {
        let account = store.account(&user).await.unwrap().unwrap();
        let held = store.authenticators(&user).await.unwrap();
        let (devices, code) =
            (store.devices(&user).await.unwrap(), store.recovery_code(&user).await.unwrap());
        Tag::of(&account, &held, (&devices, code.as_ref()))
    };
    let expecting = |tag: &Tag| {
        let mut audit = by(&admin, Act::SetTerms, &user);
        audit.mandate = audit.mandate.map(|it| Mandate { expects: Some(tag.clone()), ..it });
        audit
    };
    let seen = tag().await;
    assert_eq!(Tag::parse(seen.as_str()), Some(seen.clone()));
    // A sign-in is no change.
    sign_in(store, &user, "again").await;
    store.note_sign_in(&user, at(60)).await.unwrap();
    store.set_terms(&user, Terms::default(), expecting(&seen)).await.unwrap();
    assert_eq!(tag().await, seen);
    store.set_role(&user, Role::Auditor, any()).await.unwrap();
    let outcome = store.set_terms(&user, Terms::default(), expecting(&seen)).await;
    assert!(matches!(outcome, Err(StoreError::Conflict)), "{outcome:?}");
    let seen = tag().await;
    store.reset_authenticators(&user, at(1000), any()).await.unwrap();
    let outcome = store.set_terms(&user, Terms::default(), expecting(&seen)).await;
    assert!(matches!(outcome, Err(StoreError::Conflict)), "{outcome:?}");
    store.set_terms(&user, Terms::default(), expecting(&tag().await)).await.unwrap();
    // A device, or a way back in, is part of what was seen.
    let seen = tag().await;
    let (code, _) = recovery_code::generate(&SeededEntropy::new(3), at(1), at(500)).unwrap();
    store.issue_recovery_code(&user, code, any()).await.unwrap();
    let outcome = store.set_terms(&user, Terms::default(), expecting(&seen)).await;
    assert!(matches!(outcome, Err(StoreError::Conflict)), "{outcome:?}");
    let (seen, session) = (tag().await, sign_in(store, &user, "on-it").await);
    let device = device();
    store.register_device(&session, device.clone(), None, any()).await.unwrap();
    let outcome = store.set_terms(&user, Terms::default(), expecting(&seen)).await;
    assert!(matches!(outcome, Err(StoreError::Conflict)), "{outcome:?}");
    let seen = tag().await;
    store.approve_device(&user, &device.id, any()).await.unwrap();
    let outcome = store.set_terms(&user, Terms::default(), expecting(&seen)).await;
    assert!(matches!(outcome, Err(StoreError::Conflict)), "{outcome:?}");
    // That it was used is none.
    let seen = tag().await;
    store.touch_device(&user, &device.key, at(70)).await.unwrap();
    store.set_terms(&user, Terms::default(), expecting(&seen)).await.unwrap();
}

pub(crate) async fn a_refused_act_writes_nothing_and_the_store_goes_on_a265(mut f: Fixture) {
    let store = f.store();
    let desk = add(&**store, "desk", Role::HelpDesk).await;
    let (owner, key) = enrol(&**store, "owner", Role::Owner).await;
    let (head, account) =
        (store.audit_head().await.unwrap(), store.account(&owner).await.unwrap().unwrap());
    for act in Act::ALL {
        let audit = by(&desk, act, &owner);
        let outcome = store.set_password(&owner, "hash".to_owned(), audit).await;
        assert!(matches!(outcome, Err(StoreError::NotAllowed(_))), "{act:?}");
    }
    assert_eq!(store.audit_head().await.unwrap(), head);
    f.reopen().await;
    let store = f.store();
    assert_eq!(store.audit_head().await.unwrap(), head);
    let kept = store.account(&owner).await.unwrap().unwrap();
    assert_eq!(kept.profile, account.profile);
    assert_eq!(session_keys(&**store).await, [key]);
    store.record(event(AuditKind::GatewayStarted, 60)).await.unwrap();
    f.verified_log().await;
}

/// A record of somebody's without a mandate.
fn unasked(actor: &Actor) -> AuditEvent {
    let mut event = any();
    event.actor = actor.clone();
    event
}

pub(crate) async fn without_a_mandate_people_act_on_their_own_account_and_programs_not_at_all_a260(
    f: Fixture,
) {
    let store = &**f.store();
    let (ann, anns) = enrol(store, "ann", Role::User).await;
    let (bob, bobs) = enrol(store, "bob", Role::User).await;
    let admin = add(store, "admin", Role::Admin).await;
    let hash = || "hash".to_owned();
    let me = Actor::Subject { id: ann.clone() };
    let another = unasked(&Actor::Subject { id: admin });
    let program = unasked(&Actor::Token { id: token("ci").id });
    for audit in [another.clone(), program.clone(), unasked(&me)] {
        let said = audit.actor.clone();
        let outcome = store.set_password(&bob, hash(), audit.clone()).await;
        assert_eq!(refused(outcome), Denied::Never, "{said:?}");
        let outcome = store.end_session(&bobs, audit.clone()).await;
        assert_eq!(refused(outcome), Denied::Never, "{said:?}");
        let outcome = store.end_everybodys_sessions(None, audit.clone()).await;
        assert_eq!(refused(outcome), Denied::Never, "{said:?}");
        for whom in BOTH {
            let outcome = store.set_switch(whom, Terms::default(), audit.clone()).await;
            assert_eq!(refused(outcome), Denied::Never, "{said:?}");
        }
        let outcome = store.add_service_token(token("new"), 9, audit.clone()).await;
        assert_eq!(refused(outcome), Denied::Never, "{said:?}");
        let made = account("made", Role::User);
        assert_eq!(refused(store.create_account(made, audit.clone()).await), Denied::Never);
        // Nor is it said that they did.
        assert_eq!(refused(store.record(audit.on(&bob)).await), Denied::Never, "{said:?}");
    }
    assert_eq!(refused(store.record(program).await), Denied::Never);
    for role in [Role::Admin, Role::Owner] {
        let outcome = store.set_role(&ann, role, unasked(&me)).await;
        assert_eq!(refused(outcome), Denied::Never);
    }
    let outcome = store.set_state(&ann, AccountState::Disabled, unasked(&me)).await;
    assert_eq!(refused(outcome), Denied::Never);
    let terms = Terms { mode: Some(Mode::Enforced), ..Terms::default() };
    assert_eq!(refused(store.set_terms(&ann, terms, unasked(&me)).await), Denied::Never);
    assert_eq!(session_keys(store).await.len(), 2);
    // What is one's own goes on, and so do the gateway, the machine, and nobody known.
    assert!(store.end_session(&anns, unasked(&me).on(&ann)).await.unwrap());
    let done = store.set_password(&ann, hash(), unasked(&me)).await.unwrap();
    assert_eq!(done, AccountChange::Done);
    store.record(unasked(&me)).await.unwrap();
    for actor in [Actor::Gateway, Actor::Unknown, Actor::Operator { uid: 7 }] {
        let done = store.set_password(&bob, hash(), unasked(&actor).on(&bob)).await.unwrap();
        assert_eq!(done, AccountChange::Done);
    }
}

pub(crate) async fn a_code_that_an_act_makes_void_is_covered_by_its_mandate(f: Fixture) {
    let store = &**f.store();
    let owner = add(store, "owner", Role::Owner).await;
    let user = add(store, "user", Role::User).await;
    let entropy = SeededEntropy::new(3);
    let (code, _) = recovery_code::generate(&entropy, at(1), at(500)).unwrap();
    let audit = by(&owner, Act::IssueRecoveryCode, &user);
    let issued = store.issue_recovery_code(&user, code, audit).await.unwrap();
    assert_eq!(issued, AccountChange::Done);
    let audit = by(&owner, Act::Disable, &user);
    let done = store.set_state(&user, AccountState::Disabled, audit).await.unwrap();
    assert_eq!(done, AccountChange::Done);
    assert!(store.recovery_code(&user).await.unwrap().is_none());
}

pub(crate) async fn whoever_may_only_look_changes_nothing_and_acts_change_what_they_are_about_a260(
    f: Fixture,
) {
    let store = &**f.store();
    let auditor = add(store, "auditor", Role::Auditor).await;
    let owner = add(store, "owner", Role::Owner).await;
    let (user, key) = enrol(store, "user", Role::User).await;
    let console = token("console");
    let id = console.id.clone();
    store.add_service_token(console, 9, any()).await.unwrap();
    let terms = Terms { mode: Some(Mode::Enforced), ..Terms::default() };
    for act in Act::ALL {
        for whom in BOTH {
            let audit = by(&auditor, act, &user);
            let outcome = store.set_switch(whom, terms.clone(), audit).await;
            assert!(matches!(outcome, Err(StoreError::NotAllowed(_))), "{act:?}");
        }
        let audit = by(&owner, act, &user);
        for whom in BOTH.into_iter().filter(|whom| act_of(*whom) != act) {
            let outcome = store.set_switch(whom, terms.clone(), audit.clone()).await;
            assert!(matches!(outcome, Err(StoreError::NotAllowed(_))), "{act:?}");
        }
        if act.object() != Object::Token {
            let outcome = store.revoke_service_token(&id, audit.clone()).await;
            assert!(matches!(outcome, Err(StoreError::NotAllowed(_))), "{act:?}");
        }
        if act.object() != Object::Account && act != Act::EndAllSessions {
            let outcome = store.end_session(&key, audit).await;
            assert!(matches!(outcome, Err(StoreError::NotAllowed(_))), "{act:?}");
        }
    }
    assert_eq!(store.switches().await.unwrap(), Switches::default());
    assert!(store.service_token(&id).await.unwrap().is_some());
    assert_eq!(session_keys(store).await, [key]);
    let ended = store.end_everybodys_sessions(None, by(&owner, Act::EndAllSessions, &user)).await;
    assert_eq!(ended.unwrap(), 1);
}

pub(crate) async fn what_is_expected_of_anything_but_an_account_is_never_met(f: Fixture) {
    let store = &**f.store();
    let owner = add(store, "owner", Role::Owner).await;
    let console = token("console");
    let id = console.id.clone();
    store.add_service_token(console, 9, any()).await.unwrap();
    let expecting = |act: Act| {
        let mut audit = by(&owner, act, &owner);
        let expects = Tag::parse(&"0".repeat(32));
        audit.mandate = audit.mandate.map(|it| Mandate { expects, ..it });
        audit
    };
    for whom in BOTH {
        let outcome = store.set_switch(whom, Terms::default(), expecting(act_of(whom))).await;
        assert_eq!(refused(outcome), Denied::Never);
    }
    let outcome = store.revoke_service_token(&id, expecting(Act::DisableToken)).await;
    assert_eq!(refused(outcome), Denied::Never);
}

pub(crate) async fn a_token_whose_time_is_over_acts_no_more_a271(f: Fixture) {
    let store = &**f.store();
    let user = add(store, "user", Role::User).await;
    let mut ended = token("ci");
    (ended.role, ended.expires) = (Some(Role::Admin), at(100));
    let id = ended.id.clone();
    store.add_service_token(ended, 9, any()).await.unwrap();
    let disable = |when| {
        let mut audit = event(AuditKind::AccountDisabled, when).on(&user);
        audit.actor = Actor::Token { id: id.clone() };
        let by = MandateOf::Program(id.clone());
        audit.mandate = Some(Mandate { by, act: Act::Disable, expects: None });
        store.set_state(&user, AccountState::Disabled, audit)
    };
    assert_eq!(refused(disable(100).await), Denied::Role);
    assert_eq!(disable(99).await.unwrap(), AccountChange::Done);
}

pub(crate) async fn what_holds_for_everybody_is_changed_as_it_was_seen_or_not_at_all(f: Fixture) {
    let store = &**f.store();
    let user = add(store, "user", Role::User).await;
    let empty = Terms::default;
    let enforced = Terms { mode: Some(Mode::Enforced), ..Terms::default() };
    let denied = Terms { unenrolled: Some(Unenrolled::Deny), ..Terms::default() };
    for whom in BOTH {
        store.replace_switch(whom, [empty(), enforced.clone()], any()).await.unwrap();
        let outcome = store.replace_switch(whom, [empty(), denied.clone()], any()).await;
        assert!(matches!(outcome, Err(StoreError::Conflict)), "{outcome:?}");
        assert_eq!(*store.switches().await.unwrap().of(whom), enforced);
    }
    store.replace_terms(&user, [empty(), enforced.clone()], any()).await.unwrap();
    let outcome = store.replace_terms(&user, [empty(), denied.clone()], any()).await;
    assert!(matches!(outcome, Err(StoreError::Conflict)), "{outcome:?}");
    assert_eq!(store.account(&user).await.unwrap().unwrap().terms, enforced);
}
