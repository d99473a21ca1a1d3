//! One-time codes and backup codes: accepted once, for ever, whoever asks at the same time.

use std::sync::Arc;

use portcullis::audit::AuditKind;
use portcullis::authenticator::Authenticator;
use portcullis::authenticator::Credential;
use portcullis::store::Acceptance;
use portcullis::store::BindOrder;
use portcullis::store::BudgetKey;
use portcullis::store::Store;
use portcullis::subject::AccountState;
use portcullis::subject::Role;
use portcullis::subject::SubjectId;
use portcullis::throttle::CODE;
use portcullis::throttle::Charge;

use crate::support::Fixture;
use crate::support::add;
use crate::support::any;
use crate::support::app;
use crate::support::at;
use crate::support::codes;
use crate::support::enrol;
use crate::support::event;
use crate::support::pending;
use crate::support::sign_in;

async fn step(f: &Fixture, id: &SubjectId, step: u64) -> Acceptance {
    let accepted = event(AuditKind::ProofAccepted, 60);
    let store = f.store();
    store.accept_totp_step(id, "alice-app", step, accepted).await.unwrap()
}

async fn spend(f: &Fixture, id: &SubjectId, set: &str, index: usize) -> Acceptance {
    let spent = event(AuditKind::ProofAccepted, 61);
    let store = f.store();
    store.spend_backup_code(id, set, index, spent).await.unwrap()
}

async fn held(f: &Fixture, id: &SubjectId) -> Vec<Authenticator> {
    f.store().authenticators(id).await.unwrap()
}

pub(crate) async fn a_step_is_accepted_once_and_none_before_it_ever_a142(mut f: Fixture) {
    let (id, _) = enrol(&**f.store(), "alice", Role::User).await;
    // The app was bound by a code of step 100: that code is spent, too.
    assert_eq!(step(&f, &id, 100).await, Acceptance::Spent);
    assert_eq!(step(&f, &id, 101).await, Acceptance::Accepted);
    assert_eq!(step(&f, &id, 101).await, Acceptance::Spent);
    assert_eq!(step(&f, &id, 103).await, Acceptance::Accepted);
    f.reopen().await;
    for old in [0, 100, 101, 102, 103] {
        assert_eq!(step(&f, &id, old).await, Acceptance::Spent, "step {old}");
    }
    assert_eq!(step(&f, &id, 104).await, Acceptance::Accepted);
    assert_eq!(held(&f, &id).await[0].last_used, Some(at(60)));
}

pub(crate) async fn a_hundred_submits_of_one_code_are_accepted_once_a143(f: Fixture) {
    let (id, _) = enrol(&**f.store(), "alice", Role::User).await;
    for round in 0..10 {
        let accepted = rivals(&f, |store, n| {
            let id = id.clone();
            async move {
                let told = any().with("rival", n);
                let step = 200 + round;
                store.accept_totp_step(&id, "alice-app", step, told).await
            }
        });
        assert_eq!(accepted.await, 1, "round {round}");
    }
    let log = f.verified_log().await;
    let proofs = log.iter().filter(|r| r.event.kind == AuditKind::ProofAccepted);
    assert_eq!(proofs.count(), 10);
}

pub(crate) async fn a_hundred_submits_of_one_backup_code_are_accepted_once_a166(f: Fixture) {
    let (id, _) = enrol(&**f.store(), "alice", Role::User).await;
    for index in 0..10 {
        let accepted = rivals(&f, |store, _| {
            let id = id.clone();
            async move { store.spend_backup_code(&id, "alice-codes", index, any()).await }
        });
        assert_eq!(accepted.await, 1, "code {index}");
    }
}

/// How many of a hundred rivals, all at once, were accepted.
async fn rivals<F, R>(f: &Fixture, submit: F) -> usize
where
    F: Fn(Arc<dyn Store>, usize) -> R,
    R: Future<Output = Result<Acceptance, portcullis::store::StoreError>> + Send + 'static,
{
    let submits: Vec<_> = (0..100).map(|n| tokio::spawn(submit(f.store().clone(), n))).collect();
    let mut accepted = 0;
    for submit in submits {
        match submit.await.unwrap().unwrap() {
            Acceptance::Accepted => accepted += 1,
            refused => assert_eq!(refused, Acceptance::Spent),
        }
    }
    accepted
}

pub(crate) async fn a_backup_code_is_spent_for_ever_a167(mut f: Fixture) {
    let (id, _) = enrol(&**f.store(), "alice", Role::User).await;
    assert_eq!(spend(&f, &id, "alice-codes", 3).await, Acceptance::Accepted);
    assert_eq!(spend(&f, &id, "alice-codes", 3).await, Acceptance::Spent);
    f.reopen().await;
    assert_eq!(spend(&f, &id, "alice-codes", 3).await, Acceptance::Spent);
    assert_eq!(spend(&f, &id, "alice-codes", 4).await, Acceptance::Accepted);
    let Credential::BackupCodes(set) = held(&f, &id).await.remove(1).credential else {
        panic!("the second authenticator is the set of codes");
    };
    assert_eq!((set.left(), set.codes[3].spent), (8, Some(at(61))));
}

pub(crate) async fn a_new_set_voids_the_old_one_in_the_same_instant_a170(mut f: Fixture) {
    let (id, _) = enrol(&**f.store(), "alice", Role::User).await;
    f.store().acknowledge_backup_codes(&id, "alice-codes", any()).await.unwrap();
    let set = BudgetKey::Authenticator(id.clone(), "alice-codes".to_owned());
    f.store().charge(&set, &CODE, at(10), None).await.unwrap();
    let offered = f.store().offer_backup_codes(&id, codes("never"), any());
    assert_eq!(offered.await.unwrap(), Acceptance::Accepted);
    let offered = f.store().offer_backup_codes(&id, codes("new"), any());
    assert_eq!(offered.await.unwrap(), Acceptance::Accepted);
    // Until it is acknowledged, the old set counts, and only the last offer can be taken up.
    assert_eq!(spend(&f, &id, "alice-codes", 0).await, Acceptance::Accepted);
    let never = f.store().acknowledge_backup_codes(&id, "never", any());
    assert_eq!(never.await.unwrap(), Acceptance::Gone);
    let taken = f.store().acknowledge_backup_codes(&id, "new", any());
    assert_eq!(taken.await.unwrap(), Acceptance::Accepted);
    for _ in 0..2 {
        let ids: Vec<String> = held(&f, &id).await.into_iter().map(|a| a.id).collect();
        assert_eq!(ids, ["alice-app", "new"]);
        for index in 0..10 {
            assert_eq!(spend(&f, &id, "alice-codes", index).await, Acceptance::Gone);
        }
        f.reopen().await;
    }
    assert_eq!(spend(&f, &id, "new", 0).await, Acceptance::Accepted);
}

pub(crate) async fn no_reader_ever_sees_two_sets_of_codes_or_none_a170(f: Fixture) {
    let (id, _) = enrol(&**f.store(), "alice", Role::User).await;
    f.store().acknowledge_backup_codes(&id, "alice-codes", any()).await.unwrap();
    let (store, subject) = (f.store().clone(), id.clone());
    let writer = tokio::spawn(async move {
        for n in 0..50 {
            let new = codes(&format!("set-{}", n % 7));
            let set = new.id.clone();
            store.offer_backup_codes(&subject, new, any()).await.unwrap();
            store.acknowledge_backup_codes(&subject, &set, any()).await.unwrap();
        }
    });
    while !writer.is_finished() {
        let sets = held(&f, &id).await.into_iter().filter(
            |a| matches!(&a.credential, Credential::BackupCodes(set) if set.acknowledged.is_some()),
        );
        assert_eq!(sets.count(), 1);
        tokio::task::yield_now().await;
    }
    writer.await.unwrap();
}

pub(crate) async fn codes_never_stand_alone(f: Fixture) {
    let id = add(&**f.store(), "alice", Role::User).await;
    let alone = f.store().offer_backup_codes(&id, codes("c"), any()).await;
    assert_eq!(alone.unwrap(), Acceptance::Gone);
    assert!(held(&f, &id).await.is_empty());
}

pub(crate) async fn the_stored_codes_are_acknowledged_once(f: Fixture) {
    let (id, _) = enrol(&**f.store(), "alice", Role::User).await;
    let store = f.store();
    let acknowledge = async |set| {
        store
            .acknowledge_backup_codes(&id, set, event(AuditKind::BackupCodesAcknowledged, 70))
            .await
    };
    assert_eq!(acknowledge("alice-codes").await.unwrap(), Acceptance::Accepted);
    assert_eq!(acknowledge("alice-codes").await.unwrap(), Acceptance::Spent);
    assert_eq!(acknowledge("alice-app").await.unwrap(), Acceptance::Gone);
    assert_eq!(acknowledge("none").await.unwrap(), Acceptance::Gone);
    let Credential::BackupCodes(set) = held(&f, &id).await.remove(1).credential else {
        panic!("the second authenticator is the set of codes");
    };
    assert_eq!(set.acknowledged, Some(at(70)));
}

pub(crate) async fn a_first_app_comes_with_its_codes_and_a_second_not_at_all(f: Fixture) {
    let store = f.store();
    let (id, key) = enrol(&**store, "alice", Role::User).await;
    assert_eq!(held(&f, &id).await.len(), 2);
    let again = store.bind(&key, app("second"), BindOrder::First(Some(codes("more"))), any());
    assert_eq!(again.await.unwrap(), Acceptance::Spent);
    assert_eq!(held(&f, &id).await.len(), 2);
    assert!(store.end_session(&key, any()).await.unwrap());
    let gone = store.bind(&key, app("third"), BindOrder::First(Some(codes("more"))), any());
    assert_eq!(gone.await.unwrap(), Acceptance::Gone);
}

pub(crate) async fn two_enrolments_at_once_bind_one_app(f: Fixture) {
    let id = add(&**f.store(), "alice", Role::User).await;
    let mut asked = Vec::new();
    for n in 0..10 {
        let key = sign_in(&**f.store(), &id, &format!("token-{n}")).await;
        let store = f.store().clone();
        asked.push(tokio::spawn(async move {
            let (app, codes) = (app(&format!("app-{n}")), codes(&format!("codes-{n}")));
            store.bind(&key, app, BindOrder::First(Some(codes)), any()).await.unwrap()
        }));
    }
    let mut bound = 0;
    for asked in asked {
        bound += usize::from(asked.await.unwrap() == Acceptance::Accepted);
    }
    assert_eq!((bound, held(&f, &id).await.len()), (1, 2));
}

pub(crate) async fn binding_forgets_the_pending_key(f: Fixture) {
    let store = f.store();
    let id = add(&**store, "alice", Role::User).await;
    let key = sign_in(&**store, &id, "token").await;
    assert!(store.save_pending_totp(&key, Some(pending())).await.unwrap());
    let bound = store.bind(&key, app("a"), BindOrder::First(Some(codes("c"))), any()).await;
    assert_eq!(bound.unwrap(), Acceptance::Accepted);
    let (_, session) = store.sessions().await.unwrap().remove(0);
    assert!(session.pending_totp.is_none());
}

pub(crate) async fn a_proof_settles_the_budget_of_its_authenticator_only(f: Fixture) {
    let store = f.store();
    let (id, _) = enrol(&**store, "alice", Role::User).await;
    let key = |name: &str| BudgetKey::Authenticator(id.clone(), name.to_owned());
    let mut now = at(100);
    // Nine failures each; a tenth would slow the next attempt down.
    for n in 0..9 {
        for name in ["totp", "alice-codes"] {
            store.charge(&key(name), &CODE, now, None).await.unwrap();
        }
        now = at(100 + 40 * (n + 1));
    }
    assert_eq!(step(&f, &id, 500).await, Acceptance::Accepted);
    for (name, slowed) in [("totp", false), ("alice-codes", true)] {
        let charge = store.charge(&key(name), &CODE, now, None).await.unwrap();
        assert_eq!(charge, Charge::Granted);
        let next = store.charge(&key(name), &CODE, now, None).await.unwrap();
        assert_eq!(matches!(next, Charge::Wait(_)), slowed, "{name}");
    }
}

pub(crate) async fn a_wrong_kind_index_or_id_is_gone(f: Fixture) {
    let (id, _) = enrol(&**f.store(), "alice", Role::User).await;
    let (bob, _) = enrol(&**f.store(), "bob", Role::User).await;
    let before = f.store().audit_head().await.unwrap();
    assert_eq!(spend(&f, &id, "alice-app", 0).await, Acceptance::Gone);
    assert_eq!(spend(&f, &id, "alice-codes", 10).await, Acceptance::Gone);
    assert_eq!(spend(&f, &id, "bob-codes", 0).await, Acceptance::Gone);
    assert_eq!(step(&f, &bob, 900).await, Acceptance::Gone);
    let codes = f.store().accept_totp_step(&id, "alice-codes", 9, any());
    assert_eq!(codes.await.unwrap(), Acceptance::Gone);
    assert_eq!(f.store().audit_head().await.unwrap(), before);
}

pub(crate) async fn a_disabled_account_proves_nothing_any_more(f: Fixture) {
    let (id, _) = enrol(&**f.store(), "alice", Role::User).await;
    let store = f.store();
    store.set_state(&id, AccountState::Disabled, any()).await.unwrap();
    assert_eq!(step(&f, &id, 900).await, Acceptance::Gone);
    assert_eq!(spend(&f, &id, "alice-codes", 0).await, Acceptance::Gone);
    store.set_state(&id, AccountState::Active, any()).await.unwrap();
    assert_eq!(step(&f, &id, 900).await, Acceptance::Accepted);
}
