//! Sessions, budgets, the log, and the store's own end.

use portcullis::audit::Actor;
use portcullis::audit::AuditKind;
use portcullis::audit::Mandate;
use portcullis::audit::MandateOf;
use portcullis::authority::Act;
use portcullis::session::SessionKey;
use portcullis::store::BudgetKey;
use portcullis::store::StoreError;
use portcullis::subject::AccountState;
use portcullis::subject::Role;
use portcullis::throttle::CODE;
use portcullis::throttle::Charge;
use portcullis::throttle::PASSWORD;

use crate::support::Fixture;
use crate::support::add;
use crate::support::any;
use crate::support::at;
use crate::support::enrol;
use crate::support::event;
use crate::support::pending;
use crate::support::session;
use crate::support::session_keys;
use crate::support::sign_in;
use crate::support::verified;

pub(crate) async fn a_session_survives_a_restart_until_it_is_ended(mut f: Fixture) {
    let id = add(&**f.store(), "alice", Role::User).await;
    let key = sign_in(&**f.store(), &id, "token").await;
    f.reopen().await;
    let (found, record) = f.store().sessions().await.unwrap().remove(0);
    assert!(found == key);
    assert_eq!(record.binding, session(&id).binding);
    assert_eq!(record.events, session(&id).events);
    assert!(f.store().end_session(&key, any()).await.unwrap());
    assert!(!f.store().end_session(&key, any()).await.unwrap());
    f.reopen().await;
    assert!(session_keys(&**f.store()).await.is_empty());
}

pub(crate) async fn a_rise_changes_the_key_and_the_old_one_is_dead_a205(f: Fixture) {
    let store = f.store();
    let id = add(&**store, "alice", Role::User).await;
    let old = sign_in(&**store, &id, "old").await;
    let new = SessionKey::of("new");
    let raised = store.raise_session(&old, &new, session(&id), any()).await;
    assert!(raised.unwrap());
    assert_eq!(session_keys(&**store).await, [new]);
    let before = store.audit_head().await.unwrap();
    let other = SessionKey::of("other");
    let again = store.raise_session(&old, &other, session(&id), any()).await;
    assert!(!again.unwrap());
    assert_eq!(session_keys(&**store).await, [new]);
    assert_eq!(store.audit_head().await.unwrap(), before);
    // The new key is known to be the subject's: it ends with all the others.
    assert_eq!(store.end_sessions_of(&id, any()).await.unwrap(), 1);
    assert!(session_keys(&**store).await.is_empty());
}

pub(crate) async fn two_rises_of_one_session_at_once_make_one(f: Fixture) {
    let id = add(&**f.store(), "alice", Role::User).await;
    let old = sign_in(&**f.store(), &id, "old").await;
    let asked: Vec<_> = (0..50)
        .map(|n| {
            let (store, id) = (f.store().clone(), id.clone());
            let new = SessionKey::of(&format!("new-{n}"));
            tokio::spawn(async move {
                let raised = store.raise_session(&old, &new, session(&id), any());
                raised.await.unwrap()
            })
        })
        .collect();
    let mut raised = 0;
    for asked in asked {
        raised += usize::from(asked.await.unwrap());
    }
    assert_eq!((raised, session_keys(&**f.store()).await.len()), (1, 1));
}

pub(crate) async fn a_session_rises_for_its_own_subject_only(f: Fixture) {
    let store = f.store();
    let alice = add(&**store, "alice", Role::User).await;
    let bob = add(&**store, "bob", Role::Owner).await;
    let old = sign_in(&**store, &alice, "old").await;
    let new = SessionKey::of("new");
    let stolen = store.raise_session(&old, &new, session(&bob), any()).await;
    assert!(!stolen.unwrap());
    assert_eq!(session_keys(&**store).await, [old]);
}

pub(crate) async fn a_disabled_account_gets_no_session(f: Fixture) {
    let store = f.store();
    let id = add(&**store, "alice", Role::User).await;
    store.set_state(&id, AccountState::Disabled, any()).await.unwrap();
    let key = SessionKey::of("token");
    let verified = verified(&**store, &id).await;
    let opened = store.open_session(&key, session(&id), verified, any()).await.unwrap();
    assert!(opened.is_none());
    assert!(session_keys(&**store).await.is_empty());
    // The refusal of one act is no failure of the store.
    store.probe().await.unwrap();
}

pub(crate) async fn a_password_that_changed_meanwhile_opens_nothing(f: Fixture) {
    let store = f.store();
    let id = add(&**store, "alice", Role::User).await;
    let old = verified(&**store, &id).await;
    store.set_password(&id, "$argon2id$another".to_owned().into(), any()).await.unwrap();
    let key = SessionKey::of("token");
    let opened = store.open_session(&key, session(&id), old, any()).await.unwrap();
    assert!(opened.is_none());
    let opened = store.open_session(&key, session(&id), None, any()).await.unwrap();
    assert!(opened.is_none());
    assert!(session_keys(&**store).await.is_empty());
}

pub(crate) async fn a_pending_key_is_kept_with_its_session_and_forgotten_on_demand(mut f: Fixture) {
    let id = add(&**f.store(), "alice", Role::User).await;
    let key = sign_in(&**f.store(), &id, "token").await;
    let saved = f.store().save_pending_totp(&key, Some(pending())).await;
    assert!(saved.unwrap());
    f.reopen().await;
    let (_, record) = f.store().sessions().await.unwrap().remove(0);
    let kept = record.pending_totp.unwrap();
    assert_eq!(kept.key.expose(), pending().key.expose());
    assert!(f.store().save_pending_totp(&key, None).await.unwrap());
    let (_, record) = f.store().sessions().await.unwrap().remove(0);
    assert!(record.pending_totp.is_none());
    let gone = SessionKey::of("gone");
    let saved = f.store().save_pending_totp(&gone, Some(pending())).await;
    assert!(!saved.unwrap());
}

pub(crate) async fn activity_moves_forward_only_and_revives_nothing(mut f: Fixture) {
    let id = add(&**f.store(), "alice", Role::User).await;
    let key = sign_in(&**f.store(), &id, "token").await;
    let gone = SessionKey::of("gone");
    let seen = vec![(key, at(90)), (gone, at(90))];
    f.store().touch_sessions(seen).await.unwrap();
    f.store().touch_sessions(vec![(key, at(80))]).await.unwrap();
    f.store().touch_sessions(Vec::new()).await.unwrap();
    f.reopen().await;
    let (_, record) = f.store().sessions().await.unwrap().remove(0);
    assert_eq!(record.last_active, at(90));
    assert_eq!(session_keys(&**f.store()).await, [key]);
}

pub(crate) async fn everybodys_sessions_end_at_once_but_the_one_that_is_spared(mut f: Fixture) {
    let store = f.store();
    let (alice, alices) = enrol(&**store, "alice", Role::Owner).await;
    let bob = add(&**store, "bob", Role::User).await;
    let bobs = sign_in(&**store, &bob, "bobs").await;
    let mut audit = event(AuditKind::SessionEnded, 9);
    audit.actor = Actor::Subject { id: alice.clone() };
    let by = MandateOf::Person(alice.clone());
    audit.mandate = Some(Mandate { by, act: Act::EndAllSessions, expects: None });
    let ended = store.end_everybodys_sessions(Some(alices), audit.clone()).await.unwrap();
    assert_eq!(ended, 1);
    assert!(!store.has_session(&bobs).await.unwrap());
    f.reopen().await;
    let store = f.store();
    assert_eq!(session_keys(&**store).await, [alices]);
    let rest = store.end_sessions_of(&bob, any()).await.unwrap();
    assert_eq!(rest, 0, "nothing is left in the index");
    assert_eq!(store.end_everybodys_sessions(None, audit).await.unwrap(), 1);
    assert_eq!(store.end_sessions_of(&alice, any()).await.unwrap(), 0);
}

pub(crate) async fn sessions_over_by_time_are_forgotten_without_a_word(f: Fixture) {
    let store = f.store();
    let id = add(&**store, "alice", Role::User).await;
    let over = sign_in(&**store, &id, "over").await;
    let live = sign_in(&**store, &id, "live").await;
    let before = store.audit_head().await.unwrap();
    let forgotten = vec![over, SessionKey::of("gone")];
    store.forget_sessions(forgotten).await.unwrap();
    assert_eq!(session_keys(&**store).await, [live]);
    assert_eq!(store.audit_head().await.unwrap(), before);
    assert_eq!(store.end_sessions_of(&id, any()).await.unwrap(), 1);
}

pub(crate) async fn budgets_are_kept_apart_and_survive_a_restart_a145(mut f: Fixture) {
    let id = add(&**f.store(), "alice", Role::User).await;
    let keys = [
        BudgetKey::Password(id.clone()),
        BudgetKey::Authenticator(id.clone(), "a".to_owned()),
        BudgetKey::Authenticator(id.clone(), "b".to_owned()),
        BudgetKey::PasswordFrom(id.clone(), "a".to_owned()),
        BudgetKey::PasswordFrom(id, "b".to_owned()),
        BudgetKey::Nobody(1),
        BudgetKey::Nobody(256),
    ];
    for key in &keys {
        for _ in 0..5 {
            let charge = f.store().charge(key, &PASSWORD, at(10), None).await.unwrap();
            assert_eq!(charge, Charge::Granted, "{key:?}");
        }
    }
    f.reopen().await;
    for key in &keys {
        let charge = f.store().charge(key, &PASSWORD, at(10), None).await.unwrap();
        assert_eq!(charge, Charge::Wait(at(40)), "{key:?}");
    }
}

pub(crate) async fn attempts_at_once_are_granted_no_more_than_the_rule_allows(f: Fixture) {
    let key = BudgetKey::Nobody(3);
    let asked: Vec<_> = (0..100)
        .map(|_| {
            let (store, key) = (f.store().clone(), key.clone());
            tokio::spawn(async move { store.charge(&key, &CODE, at(10), None).await.unwrap() })
        })
        .collect();
    let mut granted = 0;
    for asked in asked {
        granted += usize::from(asked.await.unwrap() == Charge::Granted);
    }
    assert_eq!(granted, 5);
}

pub(crate) async fn a_code_is_out_of_use_after_a_hundred_failures_until_settled_a145(
    mut f: Fixture,
) {
    let key = BudgetKey::Nobody(4);
    let mut now = at(10);
    for n in 0..100 {
        let charge = f.store().charge(&key, &CODE, now, None).await.unwrap();
        assert_eq!(charge, Charge::Granted, "attempt {n}");
        now = now.plus(CODE.longest_wait);
    }
    f.reopen().await;
    let charge = f.store().charge(&key, &CODE, now, None).await.unwrap();
    assert_eq!(charge, Charge::Disabled);
    f.store().settle(&key).await.unwrap();
    let charge = f.store().charge(&key, &CODE, now, None).await.unwrap();
    assert_eq!(charge, Charge::Granted);
    f.store().settle(&BudgetKey::Nobody(5)).await.unwrap();
}

pub(crate) async fn a_charge_tells_once_that_people_wait_and_when_the_limit_is_reached_a145(
    f: Fixture,
) {
    let (store, key) = (f.store(), BudgetKey::Nobody(6));
    let mut now = at(10);
    for _ in 0..8 {
        let tried = event(AuditKind::ProofRefused, 10).with("method", "totp");
        store.charge(&key, &CODE, now, Some(tried)).await.unwrap();
    }
    for n in 5..101 {
        now = now.plus(CODE.longest_wait);
        let charge = store.charge(&key, &CODE, now, Some(event(AuditKind::ProofRefused, 11)));
        let expected = if n < 100 { Charge::Granted } else { Charge::Disabled };
        assert_eq!(charge.await.unwrap(), expected, "{n}");
    }
    let told: Vec<_> = f
        .verified_log()
        .await
        .into_iter()
        .filter_map(|record| Some((record.event.kind, record.event.detail.get("reason")?.clone())))
        .collect();
    let expected = [
        (AuditKind::ProofRefused, "throttled".to_owned()),
        (AuditKind::AuthenticatorDisabled, "limit_of_failures".to_owned()),
    ];
    assert_eq!(told, expected);
}

pub(crate) async fn the_log_is_read_page_by_page_and_its_chain_verifies_a265(mut f: Fixture) {
    for n in 0..30 {
        let refused = event(AuditKind::ProofRefused, n).with("n", n);
        f.store().record(refused).await.unwrap();
    }
    f.reopen().await;
    let log = f.verified_log().await;
    assert_eq!(log.len(), 31);
    let mut paged = Vec::new();
    loop {
        let from = u64::try_from(paged.len()).unwrap() + 1;
        let page = f.store().audit_records(from, 7).await.unwrap();
        assert!(page.len() <= 7);
        if page.is_empty() {
            break;
        }
        paged.extend(page);
    }
    assert_eq!(paged, log);
    assert_eq!(f.store().audit_records(0, 99).await.unwrap(), log);
}

pub(crate) async fn writers_at_once_make_one_chain_without_gaps(f: Fixture) {
    let asked: Vec<_> = (0..200)
        .map(|n| {
            let store = f.store().clone();
            tokio::spawn(async move { store.record(any().with("n", n)).await.unwrap() })
        })
        .collect();
    for asked in asked {
        asked.await.unwrap();
    }
    assert_eq!(f.verified_log().await.len(), 201);
}

pub(crate) async fn a_closed_store_answers_nothing(f: Fixture) {
    let store = f.store();
    let id = add(&**store, "alice", Role::User).await;
    store.probe().await.unwrap();
    store.close().await.unwrap();
    store.close().await.unwrap();
    let closed = |error| matches!(error, StoreError::Closed);
    assert!(closed(store.probe().await.unwrap_err()));
    assert!(closed(store.account(&id).await.unwrap_err()));
    assert!(closed(store.sessions().await.unwrap_err()));
    assert!(closed(store.record(any()).await.unwrap_err()));
}

pub(crate) async fn what_was_begun_before_the_close_is_finished(mut f: Fixture) {
    let asked: Vec<_> = (0..100)
        .map(|n| {
            let store = f.store().clone();
            tokio::spawn(async move { store.record(any().with("n", n)).await })
        })
        .collect();
    f.reopen().await;
    let mut done = 0;
    for asked in asked {
        match asked.await.unwrap() {
            Ok(()) => done += 1,
            Err(refused) => assert!(matches!(refused, StoreError::Closed)),
        }
    }
    assert_eq!(f.verified_log().await.len(), done + 1);
}
