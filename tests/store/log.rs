//! Those who follow the audit log, and its beginning: what was pruned is elsewhere, and what remains proves itself.

use std::io::BufRead as _;
use std::io::BufReader;
use std::process::Stdio;

use portcullis::audit::AuditEvent;
use portcullis::audit::AuditHead;
use portcullis::audit::AuditKind;
use portcullis::audit::AuditRecord;
use portcullis::authenticator::recovery_code;
use portcullis::entropy::SeededEntropy;
use portcullis::session::SessionKey;
use portcullis::store::Acceptance;
use portcullis::store::AccountChange;
use portcullis::store::BudgetKey;
use portcullis::store::Evidence;
use portcullis::store::Follower;
use portcullis::store::LogStore as _;
use portcullis::store::Pruning;
use portcullis::store::Store;
use portcullis::store::StoreError;
use portcullis::subject::Role;
use portcullis::throttle::Charge;
use portcullis::throttle::PASSWORD;

use crate::crash;
use crate::support::Fixture;
use crate::support::Place;
use crate::support::account;
use crate::support::add;
use crate::support::any;
use crate::support::at;
use crate::support::enrol;
use crate::support::event;
use crate::support::session;
use crate::support::subject;
use crate::support::verified;

/// So many records of a clock that was ahead.
const AHEAD: u64 = 40;

/// A record of a moment that no act waits with.
fn refused(secs: u64) -> AuditEvent {
    event(AuditKind::ProofRefused, secs)
}

fn pruning(before: u64, sinks: &[&str]) -> Pruning {
    let evidence = if sinks.is_empty() { Evidence::Export } else { Evidence::Sinks };
    let sinks = sinks.iter().map(|&name| name.to_owned()).collect();
    Pruning { before: at(before), sinks, evidence, limit: 1000 }
}

async fn export(store: &dyn Store, range: (u64, u64), secs: u64) {
    store.record(refused(secs)).await.unwrap();
    store.mark_exported(range).await.unwrap();
}

async fn prune(store: &dyn Store, pruning: Pruning) -> u64 {
    store.prune_audit(pruning, event(AuditKind::AuditPruned, 9000)).await.unwrap()
}

fn follower(name: &str, limit: Option<u64>) -> Follower {
    Follower { name: name.to_owned(), limit }
}

/// The records that are there follow the anchor, and lead to the head; and their last word about pruning is the anchor.
async fn proves_itself(store: &dyn Store) -> Vec<AuditRecord> {
    let (anchor, head) = (store.audit_anchor().await.unwrap(), store.audit_head().await.unwrap());
    let records = store.audit_records(1, usize::MAX).await.unwrap();
    let (mut at, mut pruned) = (anchor.clone(), AuditHead::default());
    for record in &records {
        at.follow(record).unwrap();
        if record.event.kind == AuditKind::AuditPruned {
            let detail = &record.event.detail;
            pruned = AuditHead { seq: detail["to"].parse().unwrap(), hash: detail["hash"].clone() };
        }
    }
    assert_eq!((at, pruned), (head, anchor));
    records
}

pub(crate) async fn what_was_exported_and_is_old_goes_and_the_rest_proves_itself_a264(
    mut fixture: Fixture,
) {
    let store = fixture.store().clone();
    for secs in [10, 20, 30, 40] {
        store.record(refused(secs)).await.unwrap();
    }
    assert_eq!(prune(&*store, pruning(100, &[])).await, 0, "nothing is elsewhere yet");
    // A gap, and what is behind it counts as exported no more than what is in it.
    export(&*store, (3, 4), 50).await;
    assert_eq!(prune(&*store, pruning(100, &[])).await, 0);
    export(&*store, (1, 3), 51).await;
    assert_eq!(prune(&*store, pruning(15, &[])).await, 2, "by age");
    assert_eq!(prune(&*store, pruning(100, &[])).await, 1, "and as far as it was exported");
    assert_eq!(store.audit_anchor().await.unwrap().seq, 3);
    let records = proves_itself(&*store).await;
    assert_eq!(records[0].seq, 4);
    fixture.reopen().await;
    let store = fixture.store();
    assert_eq!(proves_itself(&**store).await, records);
    export(&**store, (4, 6), 60).await;
    assert_eq!(prune(&**store, pruning(100, &[])).await, 3);
    assert_eq!(proves_itself(&**store).await[0].seq, 7);
}

pub(crate) async fn nothing_goes_that_the_slowest_sink_lacks_and_never_the_last_record_a264(
    mut fixture: Fixture,
) {
    let store = fixture.store();
    for secs in 10..20 {
        store.record(refused(secs)).await.unwrap();
    }
    export(&**store, (1, 5), 21).await;
    store.follow_log(&[follower("fast", None), follower("slow", None)]).await.unwrap();
    store.advance_sink("fast", 12).await.unwrap();
    assert_eq!(prune(&**store, pruning(1000, &["fast", "slow"])).await, 0);
    store.advance_sink("slow", 4).await.unwrap();
    store.advance_sink("slow", 2).await.unwrap();
    assert_eq!(store.sink_cursor("slow").await.unwrap().unwrap().taken, 4, "never back");
    assert_eq!(prune(&**store, pruning(1000, &["fast", "slow"])).await, 4);
    assert_eq!(prune(&**store, pruning(1000, &["fast", "unknown"])).await, 0);
    store.advance_sink("slow", 1000).await.unwrap();
    assert_eq!(store.sink_cursor("slow").await.unwrap().unwrap().taken, 13, "what there is");
    store.advance_sink("fast", 1000).await.unwrap();
    // Every record is old and taken, and the head file names one of them.
    for _ in 0..3 {
        assert!(prune(&**store, pruning(10_000, &["fast", "slow"])).await > 0);
        let last = store.audit_head().await.unwrap().seq;
        for name in ["fast", "slow"] {
            store.advance_sink(name, last).await.unwrap();
        }
    }
    fixture.reopen().await;
    assert!(!proves_itself(&**fixture.store()).await.is_empty());
}

pub(crate) async fn records_of_a_clock_that_was_ahead_stop_no_retention_a264(fixture: Fixture) {
    let store = fixture.store();
    let ahead = (0..AHEAD).map(|more| 1_000_000 + more);
    for secs in [10].into_iter().chain(ahead).chain([20, 8000, 30]) {
        store.record(refused(secs)).await.unwrap();
    }
    let (old, all) = (AHEAD + 3, AHEAD + 5);
    store.mark_exported((1, all)).await.unwrap();
    let few = || Pruning { limit: 1, ..pruning(100, &[]) };
    for seq in 1..=old {
        assert_eq!(prune(&**store, few()).await, 1, "{seq}");
    }
    // One that is not old stays, and what is behind it.
    assert_eq!(prune(&**store, few()).await, 0);
    assert_eq!(prune(&**store, pruning(100, &[])).await, 0);
    assert_eq!(proves_itself(&**store).await[0].event.at, at(8000));
    assert_eq!(prune(&**store, pruning(8500, &[])).await, 2);
    assert_eq!(proves_itself(&**store).await[0].event.kind, AuditKind::AuditPruned);
}

pub(crate) async fn what_only_sinks_without_an_answer_have_goes_when_it_was_exported_too_a264(
    fixture: Fixture,
) {
    let store = fixture.store();
    for secs in 10..20 {
        store.record(refused(secs)).await.unwrap();
    }
    store.follow_log(&[follower("syslog", None)]).await.unwrap();
    store.advance_sink("syslog", 5).await.unwrap();
    let wanted = || Pruning { evidence: Evidence::Export, ..pruning(100, &["syslog"]) };
    assert_eq!(prune(&**store, wanted()).await, 0);
    store.mark_exported((1, 3)).await.unwrap();
    assert_eq!(prune(&**store, wanted()).await, 3);
    store.mark_exported((4, 9)).await.unwrap();
    assert_eq!(prune(&**store, wanted()).await, 2, "and as far as the sink was sent it");
    assert_eq!(prune(&**store, pruning(100, &[])).await, 4);
    proves_itself(&**store).await;
    // Without evidence nothing is elsewhere.
    assert_eq!(
        prune(&**store, Pruning { evidence: Evidence::Sinks, ..pruning(1000, &[]) }).await,
        0
    );
}

pub(crate) async fn what_a_sink_went_on_without_is_recorded_and_stays_until_it_was_exported_a264(
    mut fixture: Fixture,
) {
    let store = fixture.store();
    for secs in 10..20 {
        store.record(refused(secs)).await.unwrap();
    }
    store.follow_log(&[follower("siem", Some(2))]).await.unwrap();
    store.advance_sink("siem", 3).await.unwrap();
    let last = store.audit_head().await.unwrap().seq;
    let skip = async |sink: &str, to: u64| {
        let audit = event(AuditKind::AuditSkipped, 30).with("reason", "it takes no such line");
        store.skip_for_sink(sink, to, audit).await.unwrap()
    };
    for (sink, to) in [("nobody", 5), ("siem", 0), ("siem", 3), ("siem", last + 1)] {
        assert!(!skip(sink, to).await, "{sink} {to}");
    }
    assert_eq!(store.audit_head().await.unwrap().seq, last, "nothing is written");
    // Late as it is, this is not held up.
    assert!(skip("siem", 5).await);
    let told = store.audit_records(last + 1, 1).await.unwrap().remove(0).event;
    let detail = |name: &str| told.detail[name].as_str();
    assert_eq!((told.kind, detail("sink")), (AuditKind::AuditSkipped, "siem"));
    assert_eq!((detail("from"), detail("to")), ("4", "5"));
    assert_eq!(store.sink_cursor("siem").await.unwrap().unwrap().taken, 5);
    store.advance_sink("siem", 7).await.unwrap();
    assert!(skip("siem", 8).await);
    store.advance_sink("siem", 10).await.unwrap();
    // The sink has the others, and these may be nowhere.
    assert_eq!(prune(&**store, pruning(100, &["siem"])).await, 3);
    assert_eq!(prune(&**store, pruning(100, &["siem"])).await, 0);
    store.mark_exported((4, 5)).await.unwrap();
    assert_eq!(prune(&**store, pruning(100, &["siem"])).await, 2);
    fixture.reopen().await;
    let store = fixture.store();
    assert_eq!(prune(&**store, pruning(100, &["siem"])).await, 0);
    store.mark_exported((6, 8)).await.unwrap();
    assert_eq!(prune(&**store, pruning(100, &["siem"])).await, 5);
    proves_itself(&**store).await;
}

pub(crate) async fn a_sink_begins_with_the_first_record_and_goes_on_where_it_was_a264(
    mut fixture: Fixture,
) {
    let store = fixture.store();
    store.record(refused(10)).await.unwrap();
    store.follow_log(&[follower("siem", Some(1))]).await.unwrap();
    let cursor = store.sink_cursor("siem").await.unwrap().unwrap();
    assert_eq!((cursor.taken, cursor.joined), (0, 2));
    store.advance_sink("siem", 1).await.unwrap();
    fixture.reopen().await;
    let store = fixture.store();
    store.follow_log(&[follower("siem", Some(1)), follower("new", None)]).await.unwrap();
    assert_eq!(store.sink_cursor("siem").await.unwrap().unwrap().taken, 1);
    assert!(store.sink_cursor("other").await.unwrap().is_none());
}

pub(crate) async fn acts_wait_for_a_sink_that_is_too_far_behind_and_write_nothing_a265(
    fixture: Fixture,
) {
    let store = fixture.store();
    let id = add(&**store, "w1", Role::User).await;
    store.follow_log(&[follower("siem", Some(2)), follower("lazy", None)]).await.unwrap();
    for secs in 10..12 {
        store.record(refused(secs)).await.unwrap();
    }
    // What was there before it came counts for nothing, and as many as it may be late with are no hindrance.
    add(&**store, "w2", Role::User).await;
    let before = store.audit_head().await.unwrap();
    let is_held_up = |error: StoreError| matches!(error, StoreError::HeldUp { ref sink, behind: 3 } if sink == "siem");
    let created = event(AuditKind::AccountCreated, 13);
    let refusal = store.create_account(account("w3", Role::User), created).await.unwrap_err();
    assert!(is_held_up(refusal));
    let key = BudgetKey::Password(id.clone());
    let refusal = store.charge(&key, &PASSWORD, at(14), None).await.unwrap_err();
    assert!(is_held_up(refusal));
    assert!(store.account(&subject("w3")).await.unwrap().is_none());
    assert_eq!(store.audit_head().await.unwrap(), before);
    // What takes rights away, and what is refused, goes on.
    store.end_sessions_of(&id, event(AuditKind::SessionEnded, 15)).await.unwrap();
    store.record(refused(16)).await.unwrap();
    store.advance_sink("siem", store.audit_head().await.unwrap().seq).await.unwrap();
    assert_eq!(store.charge(&key, &PASSWORD, at(17), None).await.unwrap(), Charge::Granted);
    let created = event(AuditKind::AccountCreated, 18);
    let done = store.create_account(account("w3", Role::User), created).await.unwrap();
    assert_eq!(done, AccountChange::Done);
}

/// At the limit a sign-in may begin, and what it has spent a code for it also gets.
pub(crate) async fn whoever_spends_a_code_while_a_sink_is_at_its_limit_gets_the_session_a265(
    fixture: Fixture,
) {
    let store = fixture.store();
    let (id, session_key) = enrol(&**store, "w1", Role::User).await;
    let (code, _) = recovery_code::generate(&SeededEntropy::new(3), at(1), at(500)).unwrap();
    let issued = code.id.clone();
    store.issue_recovery_code(&id, code, any()).await.unwrap();
    store.follow_log(&[follower("siem", Some(2))]).await.unwrap();
    for secs in 10..12 {
        store.record(refused(secs)).await.unwrap();
    }
    let key = BudgetKey::Password(id.clone());
    assert_eq!(store.charge(&key, &PASSWORD, at(14), None).await.unwrap(), Charge::Granted);
    let used = event(AuditKind::RecoveryCodeUsed, 14);
    let spent = store.spend_recovery_code(&id, &issued, at(14), used).await.unwrap();
    assert_eq!(spent, Acceptance::Accepted);
    let raised = event(AuditKind::SessionRaised, 15).with("method", "recovery_code");
    let new = SessionKey::of("raised");
    assert!(store.raise_session(&session_key, &new, session(&id), raised).await.unwrap());
    // So it is with a first factor, before which an attempt was charged; but not with one given elsewhere.
    let open = async |method: &str| {
        let opened = event(AuditKind::SessionOpened, 16).with("method", method);
        let verified = verified(&**store, &id).await;
        store.open_session(&SessionKey::of(method), session(&id), verified, opened).await
    };
    for method in ["federated", "federated_mfa", "unknown"] {
        let refused = open(method).await.unwrap_err();
        assert!(matches!(refused, StoreError::HeldUp { .. }), "{method}");
    }
    for method in ["password", "passkey", "totp", "backup_code"] {
        assert!(open(method).await.unwrap().is_some(), "{method}");
    }
    // Nothing else begins.
    let refusal = store.charge(&key, &PASSWORD, at(17), None).await.unwrap_err();
    assert!(matches!(refusal, StoreError::HeldUp { .. }));
    let refusal = store.spend_backup_code(&id, "w1-codes", 0, any()).await.unwrap_err();
    assert!(matches!(refusal, StoreError::HeldUp { .. }));
}

#[test]
fn a_kill_while_the_log_is_pruned_leaves_one_that_proves_itself_a264() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let place = Place::new();
    crash::save_key(&place);
    runtime.block_on(async { place.create().close().await.unwrap() });
    let mut pruned = 0;
    for round in 0..6 {
        let mut child =
            crash::rerun("log::child", place.dir.path()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Some of its work, and then in the midst of the next.
        let heard = lines.by_ref().map_while(Result::ok).filter(|line| line == "ack prune");
        assert_eq!(heard.take(3 + round).count(), 3 + round);
        child.kill().unwrap();
        child.wait().unwrap();
        let store = place.open();
        runtime.block_on(async {
            let records = proves_itself(&store).await;
            assert!(records[0].seq > pruned);
            pruned = records[0].seq;
            store.close().await.unwrap();
        });
    }
}

/// Not a test by itself: what the parent starts and kills.
#[test]
fn child() {
    let Some(root) = crash::told(crash::ROOT) else {
        return;
    };
    let store = crash::open_in_child(root.as_ref());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        store.follow_log(&[follower("siem", None)]).await.unwrap();
        loop {
            for _ in 0..5 {
                store.record(refused(10)).await.unwrap();
            }
            let last = store.audit_head().await.unwrap().seq;
            store.advance_sink("siem", last).await.unwrap();
            prune(&store, Pruning { limit: 4, ..pruning(100_000, &["siem"]) }).await;
            crash::say("ack prune");
        }
    });
}
