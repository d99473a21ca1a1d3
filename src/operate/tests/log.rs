//! The audit log: whoever reads it is recorded, what is taken out is signed, and what was pruned is proved.

use super::*;
use crate::audit::AuditHead;
use crate::audit::export::Verifier;
use crate::audit::signed::SignedHead;
use crate::authority::Denied;
use crate::session::SessionKey;
use crate::store::Evidence;
use crate::store::Follower;
use crate::store::Pruning;
use crate::subject::SubjectId;

fn person(id: &SubjectId, role: Role, session: &str) -> By {
    let origin = Origin { session: Some(SessionKey::of(session)), ..Origin::default() };
    By::person((id, role), origin, Some(Reason::parse("asked by the auditors").unwrap()))
}

fn tail() -> Command {
    Command::AuditTail { from: None, limit: 5 }
}

impl World {
    async fn count(&self, kind: AuditKind) -> usize {
        self.log().await.iter().filter(|record| record.event.kind == kind).count()
    }

    async fn verify(&self) -> Result<(u64, u64), OperateError> {
        let Reply::AuditVerified { first, records, .. } = self.run(Command::AuditVerify).await?
        else {
            panic!("not verified")
        };
        Ok((first, records))
    }

    /// Old records, which a sink has, and newer ones.
    async fn aged(&self) {
        for _ in 0..20 {
            let old = AuditEvent::new(NOW, AuditKind::ProofRefused, Actor::Unknown);
            self.store.record(old).await.unwrap();
        }
        self.clock.advance(Duration::from_hours(24 * 10));
        let new = AuditEvent::new(self.clock.wall(), AuditKind::ProofRefused, Actor::Unknown);
        self.store.record(new).await.unwrap();
        let follower = Follower { name: "siem".to_owned(), limit: None };
        self.store.follow_log(&[follower]).await.unwrap();
        self.store.advance_sink("siem", 1000).await.unwrap();
    }

    async fn prune(&self, told: AuditKind) -> u64 {
        self.prune_what(Evidence::Sinks, told).await
    }

    async fn prune_what(&self, evidence: Evidence, told: AuditKind) -> u64 {
        let before = NOW.plus(Duration::from_hours(24));
        let pruning = Pruning { before, sinks: vec!["siem".to_owned()], evidence, limit: 15 };
        let audit = AuditEvent::new(self.clock.wall(), told, Actor::Gateway);
        self.store.prune_audit(pruning, audit).await.unwrap()
    }
}

#[tokio::test]
async fn whoever_reads_the_log_is_recorded_once_an_hour_by_session_and_the_machine_is_not_a264() {
    let world = World::new();
    world.add("alma", Role::Auditor).await;
    let alma = world.id("alma").await;
    let read = |session: &'static str| {
        let by = person(&alma, Role::Auditor, session);
        world.operator.execute(by, tail())
    };
    for session in ["s1", "s1", "s2", "s1", "s2"] {
        read(session).await.unwrap();
    }
    world.run(tail()).await.unwrap();
    assert_eq!(world.count(AuditKind::AuditRead).await, 2);
    let log = world.log().await;
    let record = log.iter().find(|record| record.event.kind == AuditKind::AuditRead).unwrap();
    assert_eq!(record.event.actor, Actor::Subject { id: alma.clone() });
    world.clock.advance(Duration::from_hours(1));
    read("s1").await.unwrap();
    assert_eq!(world.count(AuditKind::AuditRead).await, 3);
}

#[tokio::test]
async fn an_extract_is_signed_for_what_is_in_it_recorded_and_for_owners_alone_a268() {
    let world = World::new();
    for (name, role) in [("olga", Role::Owner), ("adam", Role::Admin)] {
        world.add(name, role).await;
    }
    let (olga, adam) = (world.id("olga").await, world.id("adam").await);
    let before = world.store.audit_head().await.unwrap();
    let by = person(&adam, Role::Admin, "a");
    let refused = world.operator.extract(by, None, None).await.unwrap_err();
    assert_eq!(refused, OperateError::NotAllowed { why: Denied::Role });
    let by = By::person((&olga, Role::Owner), Origin::default(), None);
    let refused = world.operator.extract(by, None, None).await.unwrap_err();
    assert_eq!(refused, OperateError::NoReason);
    assert_eq!(world.store.audit_head().await.unwrap(), before);
    let owner = || person(&olga, Role::Owner, "o");
    let extract = world.operator.extract(owner(), Some(2), Some(3)).await.unwrap();
    assert_eq!((extract.records.len(), extract.rest), (2, None));
    let mut verifier = Verifier::new(extract.head.public_key().unwrap());
    extract.records.iter().try_for_each(|record| verifier.follow(record)).unwrap();
    verifier.end(&extract.head).unwrap();
    let last = world.log().await.pop().unwrap();
    assert_eq!(last.event.kind, AuditKind::AuditExported);
    assert_eq!((&*last.event.detail["from"], &*last.event.detail["to"]), ("2", "3"));
    assert_eq!(last.event.detail["reason"], "asked by the auditors");
    for (from, to) in [(3, 2), (1, 99), (99, 99)] {
        let refused = world.operator.extract(owner(), Some(from), Some(to)).await.unwrap_err();
        assert!(matches!(refused, OperateError::NoSuchRecords { .. }), "{refused}");
    }
    let places = &world.operator.going_through;
    let verify = || world.operator.execute(owner(), Command::AuditVerify);
    let held = places.taking_out.lock().await;
    let refused = world.operator.extract(owner(), None, None).await.unwrap_err();
    assert_eq!(refused, OperateError::LogInUse);
    // It is another place than that of whoever verifies, which is a way of reading.
    assert_eq!(world.count(AuditKind::AuditRead).await, 0);
    verify().await.unwrap();
    assert_eq!(world.count(AuditKind::AuditRead).await, 1);
    drop(held);
    let held = places.verifying.lock().await;
    assert_eq!(verify().await.unwrap_err(), OperateError::LogInUse);
    world.operator.extract(owner(), None, None).await.unwrap();
    drop(held);
    verify().await.unwrap();
}

#[tokio::test]
async fn what_goes_through_the_whole_log_keeps_nobody_waiting_meanwhile_a264() {
    let world = World::new();
    for _ in 0..2 * MAX_LIMIT {
        let record = AuditEvent::new(NOW, AuditKind::ProofRefused, Actor::Unknown);
        world.store.record(record).await.unwrap();
    }
    world.add("olga", Role::Owner).await;
    let owner = person(&world.id("olga").await, Role::Owner, "o");
    let order = parking_lot::Mutex::new(Vec::new());
    let other = async || {
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        order.lock().push("other");
    };
    let verify = async || {
        world.verify().await.unwrap();
        order.lock().push("whole");
    };
    tokio::join!(verify(), other());
    let extract = async || {
        world.operator.extract(owner, None, None).await.unwrap();
        order.lock().push("whole");
    };
    tokio::join!(extract(), other());
    assert_eq!(*order.lock(), ["other", "whole", "other", "whole"]);
}

#[tokio::test]
async fn what_was_taken_out_counts_as_exported_when_it_is_complete_a264() {
    let world = World::new();
    world.aged().await;
    world.add("olga", Role::Owner).await;
    let olga = world.id("olga").await;
    let owner = || person(&olga, Role::Owner, "o");
    let pruned = async || world.prune_what(Evidence::Export, AuditKind::AuditPruned).await;
    let taken = async |head: &SignedHead| {
        world.run(Command::AuditTaken { head: Box::new(head.clone()) }).await
    };
    let export = Command::AuditExport { from: None, to: Some(5) };
    let Reply::AuditHead(head) = world.run(export).await.unwrap() else { panic!("no head") };
    assert_eq!(pruned().await, 0, "nobody has the records yet");
    let Reply::AuditHead(other) = world.run(Command::AuditHead).await.unwrap() else {
        panic!("no head")
    };
    let more = SignedHead { seq: 7, ..(*head).clone() };
    let forged = SignedHead { first: Some(2), ..(*head).clone() };
    for wrong in [&*other, &more, &forged] {
        let refused = taken(wrong).await.unwrap_err();
        assert!(matches!(refused, OperateError::NoSuchRecords { .. }), "{refused}");
    }
    assert_eq!(pruned().await, 0);
    taken(&head).await.unwrap();
    assert_eq!(pruned().await, 5);
    world.operator.extract(owner(), None, Some(9)).await.unwrap();
    assert_eq!(pruned().await, 0, "whether it arrives, the gateway does not learn");
}

#[tokio::test]
async fn a_log_that_was_pruned_is_whole_from_there_on_and_exports_begin_there_a264() {
    let world = World::new();
    world.aged().await;
    assert_eq!(world.verify().await, Ok((1, 22)));
    assert_eq!(world.prune(AuditKind::AuditPruned).await, 15);
    assert_eq!(world.verify().await, Ok((16, 8)));
    assert_eq!(world.prune(AuditKind::AuditPruned).await, 6);
    assert_eq!(world.verify().await, Ok((22, 3)));
    assert_eq!(world.prune(AuditKind::AuditPruned).await, 0);
    let Reply::AuditHead(head) =
        world.run(Command::AuditExport { from: None, to: None }).await.unwrap()
    else {
        panic!("no head")
    };
    assert_eq!((head.first, head.seq), (Some(22), 24));
    let refused = world.run(Command::AuditExport { from: Some(21), to: None }).await.unwrap_err();
    assert!(matches!(refused, OperateError::NoSuchRecords { first: 22, .. }), "{refused}");
}

#[tokio::test]
async fn a_beginning_that_no_record_tells_of_is_found_a264() {
    let world = World::new();
    world.aged().await;
    assert_eq!(world.prune(AuditKind::AuditPruned).await, 15);
    // As by somebody who has the data key, and does not tell.
    assert_eq!(world.prune(AuditKind::GatewayStarted).await, 6);
    let broken = world.verify().await.unwrap_err();
    let OperateError::BrokenChain { why } = &broken else { panic!("{broken}") };
    assert!(why.contains("the log begins after record 21, and no record of it says"), "{why}");
    assert_ne!(world.store.audit_anchor().await.unwrap(), AuditHead::default());
}
