//! Accounts: names, owners, and what ends with a right.

use portcullis::audit::AuditKind;
use portcullis::store::AccountChange;
use portcullis::store::BudgetKey;
use portcullis::subject::AccountState;
use portcullis::subject::Role;
use portcullis::subject::SubjectId;
use portcullis::throttle::CODE;
use portcullis::throttle::Charge;
use portcullis::throttle::PASSWORD;
use portcullis::words::Language;

use crate::support::Fixture;
use crate::support::account;
use crate::support::add;
use crate::support::any;
use crate::support::at;
use crate::support::enrol;
use crate::support::event;
use crate::support::login;
use crate::support::session_keys;
use crate::support::sign_in;
use crate::support::subject;

pub(crate) async fn an_account_is_found_by_id_and_by_login_and_survives_a_restart(mut f: Fixture) {
    let id = add(&**f.store(), "alice", Role::Admin).await;
    for _ in 0..2 {
        let store = f.store();
        let by_id = store.account(&id).await.unwrap().unwrap();
        let by_login = store.account_by_login(&login("Alice")).await.unwrap();
        assert_eq!(by_id.profile, account("alice", Role::Admin).profile);
        assert_eq!(by_login.unwrap().id, id);
        assert_eq!(by_id.password.expose(), account("alice", Role::Admin).password.expose());
        assert!(store.account(&subject("bob")).await.unwrap().is_none());
        let bob = store.account_by_login(&login("bob")).await.unwrap();
        assert!(bob.is_none());
        f.reopen().await;
    }
}

pub(crate) async fn a_login_name_belongs_to_one_account_even_when_two_ask_at_once(f: Fixture) {
    let mut asked = Vec::new();
    for n in 0..20 {
        let store = f.store().clone();
        let mut account = account("alice", Role::User);
        account.id = subject(&format!("rival-{n}"));
        asked
            .push(tokio::spawn(async move { store.create_account(account, any()).await.unwrap() }));
    }
    let mut done = 0;
    for asked in asked {
        match asked.await.unwrap() {
            AccountChange::Done => done += 1,
            refused => assert_eq!(refused, AccountChange::LoginTaken),
        }
    }
    assert_eq!(done, 1);
    assert_eq!(f.store().accounts(None, 100).await.unwrap().len(), 1);
}

pub(crate) async fn an_id_is_never_given_to_a_second_account(f: Fixture) {
    let id = add(&**f.store(), "alice", Role::User).await;
    let mut second = account("bob", Role::Owner);
    second.id = id.clone();
    let refused = f.store().create_account(second, any()).await.unwrap();
    assert_eq!(refused, AccountChange::LoginTaken);
    let kept = f.store().account(&id).await.unwrap().unwrap();
    assert_eq!(kept.profile.role, Role::User);
}

pub(crate) async fn accounts_are_listed_by_login_name_page_by_page(f: Fixture) {
    for name in ["dora", "alice", "carol", "bob", "b"] {
        add(&**f.store(), name, Role::User).await;
    }
    let (mut names, mut after) = (Vec::new(), None);
    loop {
        let page = f.store().accounts(after.as_ref(), 2).await.unwrap();
        assert!(page.len() <= 2);
        let Some(last) = page.last() else { break };
        after = Some(last.profile.login.clone());
        names.extend(page.into_iter().map(|a| a.profile.login.to_string()));
    }
    assert_eq!(names, ["alice", "b", "bob", "carol", "dora"]);
}

pub(crate) async fn the_last_active_owner_keeps_role_and_state(f: Fixture) {
    let store = f.store();
    let first = add(&**store, "first", Role::Owner).await;
    let second = add(&**store, "second", Role::Owner).await;
    let demote = async |id: &SubjectId| store.set_role(id, Role::Admin, any()).await.unwrap();
    let state = async |id: &SubjectId, state| store.set_state(id, state, any()).await.unwrap();
    assert_eq!(state(&second, AccountState::Disabled).await, AccountChange::Done);
    let key = sign_in(&**store, &first, "token").await;
    let before = store.audit_head().await.unwrap();
    assert_eq!(demote(&first).await, AccountChange::LastOwner);
    assert_eq!(state(&first, AccountState::Disabled).await, AccountChange::LastOwner);
    assert_eq!(store.audit_head().await.unwrap(), before);
    assert_eq!(session_keys(&**store).await, [key]);
    let kept = store.account(&first).await.unwrap().unwrap();
    assert_eq!((kept.profile.role, kept.state), (Role::Owner, AccountState::Active));
    assert_eq!(state(&second, AccountState::Active).await, AccountChange::Done);
    assert_eq!(demote(&first).await, AccountChange::Done);
    assert_eq!(demote(&second).await, AccountChange::LastOwner);
}

pub(crate) async fn owners_who_demote_themselves_at_once_leave_one(f: Fixture) {
    let mut asked = Vec::new();
    for n in 0..20 {
        let id = add(&**f.store(), &format!("owner{n}"), Role::Owner).await;
        asked.push((f.store().clone(), id));
    }
    let asked: Vec<_> = asked
        .into_iter()
        .map(|(store, id)| {
            tokio::spawn(async move { store.set_role(&id, Role::User, any()).await.unwrap() })
        })
        .collect();
    let mut refused = 0;
    for asked in asked {
        refused += usize::from(asked.await.unwrap() == AccountChange::LastOwner);
    }
    assert_eq!(refused, 1);
    let accounts = f.store().accounts(None, 100).await.unwrap();
    let owners = accounts.iter().filter(|a| a.profile.role == Role::Owner);
    assert_eq!(owners.count(), 1);
}

pub(crate) async fn every_loss_of_a_right_ends_the_accounts_sessions_and_no_others_a205(
    mut f: Fixture,
) {
    let store = f.store();
    let (alice, _) = enrol(&**store, "alice", Role::Admin).await;
    add(&**store, "owner", Role::Owner).await;
    let bob = add(&**store, "alicea", Role::User).await;
    let bobs = sign_in(&**store, &bob, "bobs").await;
    for act in 0..5_u8 {
        let store = f.store();
        store.set_state(&alice, AccountState::Active, any()).await.unwrap();
        for n in 0..3 {
            sign_in(&**store, &alice, &format!("{act}-{n}")).await;
        }
        assert!(session_keys(&**store).await.len() >= 4);
        let done = match act {
            0 => store.set_password(&alice, "new".to_owned().into(), any()).await,
            1 => store.set_role(&alice, Role::User, any()).await,
            2 => store.set_state(&alice, AccountState::Disabled, any()).await,
            3 => store.reset_authenticators(&alice, at(9), any()).await,
            _ => {
                assert_eq!(store.end_sessions_of(&alice, any()).await.unwrap(), 3);
                Ok(AccountChange::Done)
            }
        };
        assert_eq!(done.unwrap(), AccountChange::Done);
        assert_eq!(session_keys(&**store).await, [bobs], "act {act}");
        f.reopen().await;
        assert_eq!(session_keys(&**f.store()).await, [bobs], "act {act}");
    }
}

pub(crate) async fn a_new_password_replaces_the_old_and_refreshes_its_budget(f: Fixture) {
    let store = f.store();
    let id = add(&**store, "alice", Role::User).await;
    let known = |browser: &str| BudgetKey::PasswordFrom(id.clone(), browser.to_owned());
    let keys = [BudgetKey::Password(id.clone()), known("a"), known("b")];
    for key in &keys {
        for _ in 0..5 {
            let charge = store.charge(key, &PASSWORD, at(10), None).await.unwrap();
            assert_eq!(charge, Charge::Granted);
        }
        let charge = store.charge(key, &PASSWORD, at(10), None).await.unwrap();
        assert!(matches!(charge, Charge::Wait(_)));
    }
    store.set_password(&id, "second".to_owned().into(), any()).await.unwrap();
    for key in &keys {
        let charge = store.charge(key, &PASSWORD, at(10), None).await.unwrap();
        assert_eq!(charge, Charge::Granted, "{key:?}");
    }
    let account = store.account(&id).await.unwrap().unwrap();
    assert_eq!(account.password.expose().as_deref(), Some("second"));
}

pub(crate) async fn a_reset_removes_every_factor_with_its_budget_and_opens_enrolment(f: Fixture) {
    let store = f.store();
    let (id, _) = enrol(&**store, "alice", Role::User).await;
    let (other, _) = enrol(&**store, "bob", Role::User).await;
    let key = BudgetKey::Authenticator(id.clone(), "alice-app".to_owned());
    for _ in 0..5 {
        store.charge(&key, &CODE, at(10), None).await.unwrap();
    }
    let done = store.reset_authenticators(&id, at(777), any()).await;
    assert_eq!(done.unwrap(), AccountChange::Done);
    assert!(store.authenticators(&id).await.unwrap().is_empty());
    assert_eq!(store.authenticators(&other).await.unwrap().len(), 2);
    let account = store.account(&id).await.unwrap().unwrap();
    assert_eq!(account.enrolment_open_until, at(777));
    let charge = store.charge(&key, &CODE, at(10), None).await.unwrap();
    assert_eq!(charge, Charge::Granted);
}

pub(crate) async fn an_act_on_no_account_changes_nothing(f: Fixture) {
    let store = f.store();
    let before = store.audit_head().await.unwrap();
    let id = subject("nobody");
    let acts = [
        store.set_password(&id, "x".to_owned().into(), any()).await,
        store.set_role(&id, Role::Owner, any()).await,
        store.set_state(&id, AccountState::Active, any()).await,
        store.reset_authenticators(&id, at(9), any()).await,
    ];
    for act in acts {
        assert_eq!(act.unwrap(), AccountChange::NoSuchAccount);
    }
    assert_eq!(store.audit_head().await.unwrap(), before);
    assert!(store.accounts(None, 10).await.unwrap().is_empty());
}

pub(crate) async fn every_act_is_told_in_the_log_once(f: Fixture) {
    let store = f.store();
    let (id, key) = enrol(&**store, "alice", Role::User).await;
    let told = async |kind| {
        let log = f.verified_log().await;
        log.iter().filter(|r| r.event.kind == kind).count()
    };
    let role = event(AuditKind::RoleChanged, 10);
    store.set_role(&id, Role::Admin, role).await.unwrap();
    assert_eq!(told(AuditKind::RoleChanged).await, 1);
    let ended = event(AuditKind::SessionEnded, 11);
    assert!(!store.end_session(&key, ended).await.unwrap());
    assert_eq!(told(AuditKind::SessionEnded).await, 0);
    assert_eq!(told(AuditKind::AccountCreated).await, 1);
    assert_eq!(told(AuditKind::StoreCreated).await, 1);
}

pub(crate) async fn a_language_is_kept_ends_nothing_and_is_told_once(mut f: Fixture) {
    let id = add(&**f.store(), "alice", Role::Owner).await;
    sign_in(&**f.store(), &id, "token").await;
    let before = f.store().audit_head().await.unwrap().seq;
    for _ in 0..2 {
        let chosen = event(AuditKind::LanguageChosen, 60);
        let done = f.store().set_language(&id, Language::German, chosen).await.unwrap();
        assert_eq!(done, AccountChange::Done);
        f.reopen().await;
        let account = f.store().account(&id).await.unwrap().unwrap();
        assert_eq!(account.profile.language, Some(Language::German));
        assert_eq!(f.store().audit_head().await.unwrap().seq, before + 1);
    }
    assert_eq!(session_keys(&**f.store()).await.len(), 1);
    let nobody = subject("nobody");
    let done = f.store().set_language(&nobody, Language::German, any()).await.unwrap();
    assert_eq!(done, AccountChange::NoSuchAccount);
}
