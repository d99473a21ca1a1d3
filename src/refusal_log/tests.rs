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
            whose: Known::Subject(SubjectId::from_stored(subject.to_owned())),
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

fn client(address: &str) -> IpAddr {
    address.parse().unwrap()
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
    assert!(world.log.open.lock().tallies.is_empty(), "nothing is kept of who stopped");
    assert_eq!(world.written().await.len(), 4);
}

/// A program is known by its token, and what it may not is counted as a person's is.
#[tokio::test]
async fn refusals_of_a_program_are_one_record_a_minute_in_its_name() {
    let world = World::new();
    let id = TokenId::parse(&"a".repeat(16)).unwrap();
    for request in 0..1000 {
        world.log.note(Refused {
            whose: Known::Token(id.clone()),
            refusal: Refusal::PersonNotAllowed,
            site: Some("console".to_owned()),
            request_id: format!("r{request}"),
            client: Some(client("192.0.2.1")),
        });
    }
    world.log.write_due().await.unwrap();
    let records = world.written().await;
    let [record] = records.as_slice() else { panic!("{records:?}") };
    assert_eq!((&record.event.actor, count(record)), (&Actor::Token { id }, "1000"));
    assert_eq!(record.event.detail["reason"], "person_not_allowed");
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
    assert_eq!(open.tallies.values().filter(|tally| tally.first.is_some()).count(), 2);
}

#[tokio::test]
async fn more_people_than_there_is_room_for_are_counted_without_their_names() {
    let world = World::new();
    for person in 0..ROOM {
        world.refused(&format!("p{person}"), Refusal::CrossSite, person);
    }
    world.refused("late", Refusal::CrossSite, ROOM);
    world.refused("later", Refusal::CrossSite, ROOM);
    assert_eq!(world.log.open.lock().tallies.len(), ROOM + 1);
    let nameless = Key {
        whose: Whose::Others,
        kind: AuditKind::RequestRefused,
        method: None,
        reason: "cross_site".to_owned(),
        site: Some("console".to_owned()),
    };
    assert_eq!(world.log.open.lock().tallies.get(&nameless).unwrap().count, 2);
}

impl World {
    fn stranger(&self, client: &str, request: usize) {
        let mut event = AuditEvent::new(self.clock.wall(), AuditKind::ProofRefused, Actor::Unknown)
            .with("method", "password");
        event.client = Some(client.parse().unwrap());
        event.site = Some("console".to_owned());
        event.request_id = Some(format!("r{request}"));
        self.log.note_stranger(event);
    }

    async fn failures(&self) -> Vec<AuditRecord> {
        let mut records = self.store.audit_records(1, 10_000).await.unwrap();
        records.retain(|record| record.event.kind == AuditKind::ProofRefused);
        records
    }
}

#[tokio::test]
async fn failures_of_strangers_from_one_network_are_one_record_a_minute_that_counts_a269() {
    let world = World::new();
    for request in 0..100 {
        world.stranger(&format!("192.0.2.{request}"), request);
    }
    world.stranger("2001:db8:1::1", 100);
    world.stranger("2001:db8:1:ffff::1", 101);
    world.log.write_due().await.unwrap();
    let records = world.failures().await;
    let mut counts: Vec<&str> = records.iter().map(count).collect();
    counts.sort_unstable();
    assert_eq!(counts, ["100", "2"]);
    let first = records.iter().find(|record| count(record) == "100").unwrap();
    let event = &first.event;
    assert_eq!((&event.actor, event.detail["method"].as_str()), (&Actor::Unknown, "password"));
    assert_eq!((event.request_id.as_deref(), event.site.as_deref()), (Some("r0"), Some("console")));
    assert!(!event.detail.contains_key("reason") && !event.detail.contains_key("of"));
    assert_eq!(
        (event.detail["network"].as_str(), event.client),
        ("192.0.2.0/24", Some(client("192.0.2.0")))
    );
    let other = records.iter().find(|record| count(record) == "2").unwrap();
    assert_eq!(other.event.detail["network"], "2001:db8:1::/48");
    world.stranger("192.0.2.7", 102);
    world.log.write_due().await.unwrap();
    assert_eq!(world.failures().await.len(), 2, "within the minute");
    world.clock.advance(WINDOW);
    world.log.write_due().await.unwrap();
    assert_eq!(world.failures().await.len(), 3);
}

/// a million failures from everywhere are as many records as there is room for, and lose no count.
#[tokio::test]
async fn a_million_failures_of_strangers_fill_nothing_and_push_nobody_out_a269() {
    let world = World::new();
    world.refused("ada", Refusal::CrossSite, 1);
    for request in 0_u32..1_000_000 {
        let [_, b, c, _] = request.to_be_bytes();
        world.stranger(&format!("10.{b}.{c}.1"), 2);
    }
    world.refused("eve", Refusal::CrossSite, 3);
    for _ in 0..4 {
        world.log.write_due().await.unwrap();
    }
    let failures = world.failures().await;
    assert!(failures.len() <= ROOM_OF_STRANGERS + 1, "{}", failures.len());
    let counted: u64 = failures.iter().map(|record| count(record).parse::<u64>().unwrap()).sum();
    assert_eq!(counted, 1_000_000);
    let of_others = |record: &&AuditRecord| record.event.detail.contains_key("of");
    let others: Vec<_> = failures.iter().filter(of_others).collect();
    assert_eq!(others.len(), 1);
    let event = &others[0].event;
    assert_eq!(event.detail["of"], "others");
    assert_eq!((event.client, &event.request_id), (None, &None), "of the first among strangers");
    assert!(!event.detail.contains_key("network"));
    let known = world.written().await;
    assert_eq!(known.len(), 2, "people are told apart nevertheless");
}

/// Networks that stopped make room for others, also after the store was away.
#[tokio::test]
async fn room_is_counted_as_networks_come_and_go_a269() {
    let world = World::new();
    let come = |b: u8| {
        for c in 0..=u8::try_from(ROOM_OF_STRANGERS).unwrap() {
            world.stranger(&format!("10.{b}.{c}.1"), 1);
        }
    };
    let own = || {
        let open = world.log.open.lock();
        let own = open.tallies.keys().filter(|key| key.is_of_strangers()).count();
        assert_eq!(open.strangers, own);
        own
    };
    for b in 0..3 {
        come(b);
        assert_eq!(own(), ROOM_OF_STRANGERS);
        for _ in 0..3 {
            world.clock.advance(WINDOW);
            world.log.write_due().await.unwrap();
            world.log.write_due().await.unwrap();
        }
        assert_eq!(own(), 0);
    }
    come(3);
    world.store.close().await.unwrap();
    world.log.write_due().await.unwrap_err();
    assert_eq!(own(), ROOM_OF_STRANGERS);
}
