//! Passwords that people choose themselves, and the end of an account.

use portcullis::audit::Actor;
use portcullis::audit::AuditEvent;
use portcullis::audit::AuditKind;
use portcullis::audit::Mandate;
use portcullis::audit::MandateOf;
use portcullis::authenticator::AuthenticatorKind;
use portcullis::authority::Act;
use portcullis::authority::Denied;
use portcullis::clock::Timestamp;
use portcullis::entropy::SeededEntropy;
use portcullis::session::AuthnEvent;
use portcullis::session::SessionKey;
use portcullis::session::SessionRecord;
use portcullis::store::Acceptance;
use portcullis::store::AccountChange;
use portcullis::store::AwaitedChange;
use portcullis::store::BindOrder;
use portcullis::store::BudgetKey;
use portcullis::store::NewPassword;
use portcullis::store::PasswordChange;
use portcullis::store::Store;
use portcullis::store::StoreError;
use portcullis::subject::AccountState;
use portcullis::subject::Role;
use portcullis::subject::SubjectId;
use portcullis::subject::one_time::OneTimeHash;
use portcullis::subject::one_time::OneTimeToken;
use portcullis::subject::password_link::PasswordLink;
use portcullis::throttle::PASSWORD;

use crate::support::Fixture;
use crate::support::account;
use crate::support::add;
use crate::support::any;
use crate::support::app as app_of;
use crate::support::at;
use crate::support::enrol;
use crate::support::event;
use crate::support::login;
use crate::support::session;
use crate::support::session_keys;
use crate::support::sign_in;
use crate::support::verified;

/// The token of that number, and a moment.
fn token(n: u64, secs: u64) -> (OneTimeHash, Timestamp) {
    (OneTimeToken::generate(&SeededEntropy::new(n)).unwrap().hash(), at(secs))
}

fn link(n: u64) -> PasswordLink {
    PasswordLink { hash: token(n, 0).0, made_by: "operator:0".to_owned(), expires: at(100) }
}

async fn offer(store: &dyn Store, id: &SubjectId, n: u64) -> AccountChange {
    let audit = event(AuditKind::PasswordLinkIssued, 10).on(id);
    store.offer_password_link(id, link(n), audit).await.unwrap()
}

/// Whether the link of that number is good.
async fn is_good(store: &dyn Store, id: &SubjectId, n: u64) -> bool {
    store.password_link(id, token(n, 20)).await.unwrap().is_some()
}

async fn choose(store: &dyn Store, id: &SubjectId, link: (OneTimeHash, Timestamp)) -> Acceptance {
    let audit = event(AuditKind::PasswordSet, 20).on(id);
    store.use_password_link(id, link, "chosen".to_owned(), audit).await.unwrap()
}

pub(crate) async fn a_link_sets_a_password_once_and_in_time(mut f: Fixture) {
    let store = f.store();
    let (id, _) = enrol(&**store, "ann", Role::User).await;
    let other = add(&**store, "bob", Role::User).await;
    assert_eq!(offer(&**store, &id, 1).await, AccountChange::Done);
    f.reopen().await;
    let store = f.store();
    let head = store.audit_head().await.unwrap();
    // Another token, another account, a link whose time is over: nothing is written.
    for (id, link) in [(&id, token(2, 20)), (&other, token(1, 20)), (&id, token(1, 100))] {
        assert!(store.password_link(id, link.clone()).await.unwrap().is_none());
        assert_eq!(choose(&**store, id, link).await, Acceptance::Gone);
    }
    assert_eq!(store.password_link_until(&id, at(100)).await.unwrap(), None);
    assert_eq!(store.password_link_until(&id, at(99)).await.unwrap(), Some(at(100)));
    // A look spends nothing.
    assert!(is_good(&**store, &id, 1).await && is_good(&**store, &id, 1).await);
    assert_eq!(store.audit_head().await.unwrap(), head);
    assert_eq!(choose(&**store, &id, token(1, 99)).await, Acceptance::Accepted);
    assert_eq!(verified(&**store, &id).await.as_deref(), Some("chosen"));
    assert_eq!(session_keys(&**store).await, []);
    assert_eq!(store.audit_head().await.unwrap().seq, head.seq + 1);
    assert_eq!(choose(&**store, &id, token(1, 99)).await, Acceptance::Gone);
    f.reopen().await;
    assert!(!is_good(&**f.store(), &id, 1).await);
    f.verified_log().await;
}

pub(crate) async fn of_many_who_use_a_link_at_once_one_sets_a_password(f: Fixture) {
    let store = f.store();
    let id = add(&**store, "ann", Role::User).await;
    assert_eq!(offer(&**store, &id, 1).await, AccountChange::Done);
    let tries: Vec<_> = (0..16)
        .map(|n| {
            let (store, id) = (store.clone(), id.clone());
            tokio::spawn(async move {
                let audit = event(AuditKind::PasswordSet, 20).on(&id);
                let (link, hash) = (token(1, 20), format!("hash {n}"));
                store.use_password_link(&id, link, hash, audit).await.unwrap()
            })
        })
        .collect();
    let mut used = 0;
    for one in tries {
        used += usize::from(one.await.unwrap().is_accepted());
    }
    assert_eq!(used, 1);
}

pub(crate) async fn a_link_is_void_after_a_newer_one_and_any_change_of_password_role_or_state(
    f: Fixture,
) {
    let store = &**f.store();
    let id = add(store, "ann", Role::User).await;
    add(store, "olga", Role::Owner).await;
    offer(store, &id, 1).await;
    offer(store, &id, 2).await;
    assert!(!is_good(store, &id, 1).await && is_good(store, &id, 2).await);
    for n in 3..6 {
        assert_eq!(offer(store, &id, n).await, AccountChange::Done, "{n}");
        assert!(is_good(store, &id, n).await);
        let change = match n {
            3 => store.set_password(&id, "x".to_owned().into(), any().on(&id)).await,
            4 => store.set_role(&id, Role::Admin, any().on(&id)).await,
            _ => store.set_state(&id, AccountState::Disabled, any().on(&id)).await,
        };
        assert_eq!(change.unwrap(), AccountChange::Done);
        assert!(!is_good(store, &id, n).await, "{n}");
        assert_eq!(choose(store, &id, token(n, 20)).await, Acceptance::Gone);
    }
    // Nobody who may not sign in gets one, and enabling revives none.
    assert_eq!(offer(store, &id, 6).await, AccountChange::WrongState);
    store.set_state(&id, AccountState::Active, any().on(&id)).await.unwrap();
    assert!(!is_good(store, &id, 5).await && !is_good(store, &id, 6).await);
    let log = f.verified_log().await;
    let voided = log.iter().filter(|it| it.event.kind == AuditKind::PasswordLinkRevoked);
    let why: Vec<&str> = voided.map(|it| it.event.detail["reason"].as_str()).collect();
    // The third took the place of the second.
    let expected = ["replaced", "replaced", "password_set", "role_changed", "account_disabled"];
    assert_eq!(why, expected);
}

pub(crate) async fn a_link_whose_time_is_over_is_forgotten(f: Fixture) {
    let store = &**f.store();
    let id = add(store, "ann", Role::User).await;
    offer(store, &id, 1).await;
    assert_eq!(store.forget_sent(at(99)).await.unwrap(), 0);
    assert_eq!(store.forget_sent(at(100)).await.unwrap(), 1);
    assert!(!is_good(store, &id, 1).await);
}

pub(crate) async fn a_password_that_must_change_opens_nothing_until_it_did(f: Fixture) {
    let store = &**f.store();
    let id = add(store, "ann", Role::User).await;
    let required = any().on(&id);
    let before = sign_in(store, &id, "before").await;
    let done = store.require_password_change(&id, at(30), required.clone()).await.unwrap();
    assert_eq!(done, AccountChange::Done);
    // What the password opened is over, and rises no more.
    assert_eq!(session_keys(store).await, []);
    let new = SessionKey::of("new");
    assert!(!store.raise_session(&before, &new, session(&id), any()).await.unwrap());
    let old = verified(store, &id).await;
    let key = SessionKey::of("late");
    let opened = store.open_session(&key, session(&id), old.clone(), any()).await.unwrap();
    assert!(opened.is_none());
    // Without a second factor there is nothing to be asked for first.
    let empty = SessionRecord { events: Vec::new(), ..session(&id) };
    let opened = store.open_session(&key, empty, old.clone(), any()).await.unwrap();
    assert!(opened.is_none());
    let change = |verified: Option<String>, hash: &str| PasswordChange {
        verified: verified.unwrap(),
        hash: hash.to_owned(),
    };
    let meet = async |change| {
        let change = AwaitedChange { change, session: None };
        store.meet_password_change(&id, change, any().on(&id)).await.unwrap()
    };
    assert_eq!(meet(change(Some("other".to_owned()), "new")).await, Acceptance::Spent);
    assert_eq!(meet(change(old.clone(), "new")).await, Acceptance::Accepted);
    // Nothing is asked for any more.
    assert_eq!(meet(change(Some("new".to_owned()), "newer")).await, Acceptance::Spent);
    assert_eq!(store.account(&id).await.unwrap().unwrap().must_change, None);
    sign_in(store, &id, "token").await;
    // Set by somebody else, with the same demand; whoever is disabled changes nothing.
    let asked = NewPassword { hash: "set".to_owned(), must_change: Some(at(40)) };
    store.set_password(&id, asked, any().on(&id)).await.unwrap();
    assert_eq!(store.account(&id).await.unwrap().unwrap().must_change, Some(at(40)));
    store.set_state(&id, AccountState::Disabled, any().on(&id)).await.unwrap();
    assert_eq!(meet(change(Some("set".to_owned()), "newer")).await, Acceptance::Gone);
    // A link meets it as well.
    store.set_state(&id, AccountState::Active, any().on(&id)).await.unwrap();
    offer(store, &id, 1).await;
    assert_eq!(choose(store, &id, token(1, 20)).await, Acceptance::Accepted);
    assert_eq!(store.account(&id).await.unwrap().unwrap().must_change, None);
}

pub(crate) async fn a_session_that_awaits_a_password_proves_nothing_binds_nothing_and_does_not_rise(
    f: Fixture,
) {
    let store = &**f.store();
    let (id, _) = enrol(store, "ann", Role::User).await;
    let old = verified(store, &id).await;
    let empty = || SessionRecord { events: Vec::new(), ..session(&id) };
    let key = SessionKey::of("begun");
    let open = async || store.open_session(&key, empty(), old.clone(), any()).await.unwrap();
    assert!(open().await.is_none(), "nothing is asked for");
    store.require_password_change(&id, at(30), any().on(&id)).await.unwrap();
    assert!(open().await.unwrap().session.enrolled);
    let new = SessionKey::of("new");
    let app = AuthnEvent::of(AuthenticatorKind::Totp, Some("ann-app".to_owned()), at(31));
    for events in [vec![app.clone()], vec![session(&id).events.remove(0), app]] {
        let raised = SessionRecord { events, ..session(&id) };
        assert!(!store.raise_session(&key, &new, raised, any()).await.unwrap());
    }
    let bound = store.bind(&key, app_of("other"), BindOrder::Further, any()).await.unwrap();
    assert_eq!(bound, Acceptance::Gone);
    assert_eq!(session_keys(store).await, [key]);
    // Another password is chosen in it while it is there: in no other session, and not without one.
    let meet = async |session| {
        let change = PasswordChange { verified: old.clone().unwrap(), hash: "new".to_owned() };
        let change = AwaitedChange { change, session };
        store.meet_password_change(&id, change, any().on(&id)).await.unwrap()
    };
    let other = add(store, "bob", Role::User).await;
    let bobs = sign_in(store, &other, "bobs").await;
    for session in [None, Some(SessionKey::of("gone")), Some(bobs)] {
        assert_eq!(meet(session).await, Acceptance::Spent, "{session:?}");
    }
    assert!(store.account(&id).await.unwrap().unwrap().must_change.is_some());
    assert_eq!(meet(Some(key)).await, Acceptance::Accepted);
    assert_eq!(session_keys(store).await, [bobs]);
}

pub(crate) async fn only_a_disabled_account_is_removed_and_nothing_of_it_stays_but_the_log(
    mut f: Fixture,
) {
    let store = f.store();
    let owner = add(&**store, "olga", Role::Owner).await;
    let (id, _) = enrol(&**store, "ann", Role::User).await;
    let (other, _) = enrol(&**store, "bob", Role::User).await;
    let bobs = session_keys(&**store).await.len() - 1;
    let remove = async |store: &dyn Store, id: &SubjectId| {
        let audit = event(AuditKind::AccountRemoved, 50).on(id);
        store.remove_account(id, audit).await.unwrap()
    };
    assert_eq!(remove(&**store, &id).await, AccountChange::WrongState);
    assert_eq!(remove(&**store, &owner).await, AccountChange::WrongState, "the last owner");
    for key in [
        BudgetKey::Password(id.clone()),
        BudgetKey::PasswordFrom(id.clone(), "browser".to_owned()),
        BudgetKey::Authenticator(id.clone(), "ann-app".to_owned()),
        BudgetKey::Console(id.clone()),
    ] {
        store.charge(&key, &PASSWORD, at(40), None).await.unwrap();
    }
    offer(&**store, &id, 1).await;
    store.set_state(&id, AccountState::Disabled, any().on(&id)).await.unwrap();
    assert_eq!(remove(&**store, &id).await, AccountChange::Done);
    assert_eq!(remove(&**store, &id).await, AccountChange::NoSuchAccount);
    f.reopen().await;
    let store = f.store();
    assert!(store.account(&id).await.unwrap().is_none());
    assert!(store.account_by_login(&login("ann")).await.unwrap().is_none());
    assert!(store.authenticators(&id).await.unwrap().is_empty());
    assert_eq!(session_keys(&**store).await.len(), bobs);
    assert_eq!(store.authenticators(&other).await.unwrap().len(), 2);
    let names =
        f.verified_log().await.iter().filter(|it| it.event.target.as_ref() == Some(&id)).count();
    assert!(names > 2, "the log still knows the id");
    // The name is free again.
    let mut new = account("ann", Role::User);
    new.id = SubjectId::from_stored("another".to_owned());
    let made = f.store().create_account(new, any()).await.unwrap();
    assert_eq!(made, AccountChange::Done);
}

/// The record of an act of a person on an account.
fn by(actor: &SubjectId, act: Act, target: &SubjectId) -> AuditEvent {
    let mut event = any().on(target);
    event.actor = Actor::Subject { id: actor.clone() };
    event.mandate = Some(Mandate { by: MandateOf::Person(actor.clone()), act, expects: None });
    event
}

fn denied<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> Denied {
    match outcome {
        Err(StoreError::NotAllowed(why)) => why,
        other => panic!("not refused: {other:?}"),
    }
}

pub(crate) async fn links_demands_and_removals_are_done_by_their_own_acts_alone_a260(f: Fixture) {
    let store = &**f.store();
    let admin = add(store, "adam", Role::Admin).await;
    let owner = add(store, "olga", Role::Owner).await;
    let user = add(store, "ulla", Role::User).await;
    // Above, and beside.
    for target in [&owner, &admin] {
        let audit = by(&admin, Act::IssuePasswordLink, target);
        let refused = denied(store.offer_password_link(target, link(1), audit).await);
        assert!(matches!(refused, Denied::NotBelow | Denied::Oneself), "{refused:?}");
    }
    // By another act, which they may do.
    for act in [Act::EditProfile, Act::ForceChange, Act::SetPassword, Act::Disable] {
        let audit = by(&admin, act, &user);
        let refused = denied(store.offer_password_link(&user, link(1), audit).await);
        assert_eq!(refused, Denied::Never, "{act:?}");
    }
    for act in [Act::EditProfile, Act::IssuePasswordLink, Act::Disable] {
        let audit = by(&admin, act, &user);
        let outcome = store.require_password_change(&user, at(30), audit).await;
        assert_eq!(denied(outcome), Denied::Never, "{act:?}");
        let audit = by(&admin, act, &user);
        let outcome = store.set_password(&user, "x".to_owned().into(), audit).await;
        assert_eq!(denied(outcome), Denied::Never, "{act:?}");
    }
    let audit = by(&admin, Act::ForceChange, &user);
    store.require_password_change(&user, at(30), audit).await.unwrap();
    let audit = by(&admin, Act::IssuePasswordLink, &user);
    store.offer_password_link(&user, link(1), audit).await.unwrap();
    // People make no links for themselves, and lift no demand but by another password.
    let mut own = any().on(&user);
    own.actor = Actor::Subject { id: user.clone() };
    let outcome = store.offer_password_link(&user, link(2), own.clone()).await;
    assert_eq!(denied(outcome), Denied::Never);
    assert!(is_good(store, &user, 1).await);
    let chosen = store.use_password_link(&user, token(1, 20), "chosen".to_owned(), own).await;
    assert_eq!(chosen.unwrap(), Acceptance::Accepted);
    // A removal is an owner's, of whom stands below.
    let audit = by(&admin, Act::Disable, &user);
    store.set_state(&user, AccountState::Disabled, audit).await.unwrap();
    let outcome = store.remove_account(&user, by(&admin, Act::RemoveUser, &user)).await;
    assert_eq!(denied(outcome), Denied::Role);
    let outcome = store.remove_account(&user, by(&owner, Act::Disable, &user)).await;
    assert_eq!(denied(outcome), Denied::Never);
    let second = add(store, "otto", Role::Owner).await;
    store.set_state(&second, AccountState::Disabled, any().on(&second)).await.unwrap();
    let outcome = store.remove_account(&second, by(&owner, Act::RemoveUser, &second)).await;
    assert_eq!(denied(outcome), Denied::NotBelow);
    let gone = store.remove_account(&user, by(&owner, Act::RemoveUser, &user)).await;
    assert_eq!(gone.unwrap(), AccountChange::Done);
}
