//! What of many refusals reaches the audit log.

use tempfile::TempDir;

use super::*;
use crate::audit::AuditRecord;
use crate::clock::ManualClock;
use crate::entropy::Entropy;
use crate::entropy::SeededEntropy;
use crate::store::sealing::DataKey;
use crate::store::sled::SledStore;
use crate::store::sled::StorePaths;

struct World {
    log: RefusalLog,
    clock: Arc<ManualClock>,
    store: Arc<dyn Store>,
    _dir: TempDir,
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let now = Timestamp::from_secs(1_800_000_000);
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(9));
        let paths = StorePaths { dir: dir.path().join("store"), head: dir.path().join("head") };
        let key = DataKey::from_bytes(&[7; 32]).unwrap();
        let made = AuditEvent::new(now, AuditKind::StoreCreated, Actor::Gateway);
        let store: Arc<dyn Store> =
            Arc::new(SledStore::create(&paths, &key, &entropy, made).unwrap());
        let clock = Arc::new(ManualClock::at(now));
        let log = RefusalLog::new(Arc::clone(&store), Arc::clone(&clock) as Arc<dyn Clock>);
        Self { log, clock, store, _dir: dir }
    }

    fn refused(&self, subject: &str, refusal: Refusal, request: usize) {
        self.log.note(Refused {
            subject: SubjectId::from_stored(subject.to_owned()),
            refusal,
            site: Some("console".to_owned()),
            request_id: format!("r{request}"),
            client: Some("192.0.2.1".parse().unwrap()),
        });
    }

    async fn written(&self) -> Vec<AuditRecord> {
        let mut records = self.store.audit_records(1, 10_000).await.unwrap();
        records.retain(|record| record.event.kind == AuditKind::RequestRefused);
        records
    }
}

fn count(record: &AuditRecord) -> &str {
    record.event.detail.get("count").unwrap()
}

#[tokio::test]
async fn a_minute_of_one_persons_refusals_for_one_reason_is_one_record_that_counts() {
    let world = World::new();
    for request in 0..3 {
        world.refused("alice", Refusal::CrossSite, request);
    }
    world.refused("alice", Refusal::PathForbidden, 3);
    world.refused("bob", Refusal::CrossSite, 4);
    assert_eq!(world.written().await.len(), 0);
    world.log.write_due().await.unwrap();
    let first = world.written().await;
    assert_eq!(first.len(), 3);
    let alices = first.iter().find(|r| count(r) == "3").unwrap();
    assert_eq!(alices.event.request_id.as_deref(), Some("r0"));
    assert_eq!(alices.event.detail.get("reason").unwrap(), "cross_site");
    assert_eq!(alices.event.site.as_deref(), Some("console"));
    world.refused("alice", Refusal::CrossSite, 5);
    world.log.write_due().await.unwrap();
    assert_eq!(world.written().await.len(), 3, "the minute is not over");
    world.clock.advance(WINDOW);
    world.log.write_due().await.unwrap();
    assert_eq!(count(world.written().await.last().unwrap()), "1");
    world.clock.advance(WINDOW);
    world.log.write_due().await.unwrap();
    assert!(world.log.open.lock().is_empty(), "nothing is kept of who stopped");
    assert_eq!(world.written().await.len(), 4);
}

#[tokio::test]
async fn the_end_writes_what_waits_and_a_closed_store_loses_nothing_before_it() {
    let world = World::new();
    world.refused("alice", Refusal::CrossSite, 1);
    world.log.write_due().await.unwrap();
    world.refused("alice", Refusal::CrossSite, 2);
    world.log.write_all().await.unwrap();
    assert_eq!(world.written().await.len(), 2);
    world.store.close().await.unwrap();
    world.refused("bob", Refusal::CrossSite, 3);
    world.refused("carol", Refusal::CrossSite, 4);
    world.log.write_due().await.unwrap_err();
    let open = world.log.open.lock();
    assert_eq!(open.values().filter(|tally| tally.first.is_some()).count(), 2);
}

#[tokio::test]
async fn more_people_than_there_is_room_for_are_counted_without_their_names() {
    let world = World::new();
    for person in 0..ROOM {
        world.refused(&format!("p{person}"), Refusal::CrossSite, person);
    }
    world.refused("late", Refusal::CrossSite, ROOM);
    world.refused("later", Refusal::CrossSite, ROOM);
    assert_eq!(world.log.open.lock().len(), ROOM + 1);
    let nameless = Key { subject: None, reason: "cross_site", site: Some("console".to_owned()) };
    assert_eq!(world.log.open.lock().get(&nameless).unwrap().count, 2);
}
