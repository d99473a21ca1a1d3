//! What is seen, kept, forgotten and found again.

use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::clock::ManualClock;

fn seen(client: &Whereabouts, decision: Decided) -> Seen<'_> {
    Seen {
        site: "console",
        route: "/api",
        client,
        method: "GET",
        host: "console.example",
        path: "/api/x?secret=canary",
        user_agent: Some("curl/8"),
        decision,
    }
}

fn at(address: u32) -> Whereabouts {
    Whereabouts::of(IpAddr::from(address.to_be_bytes()))
}

fn open(dir: &tempfile::TempDir) -> (Sightings, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(Timestamp::from_secs(1_700_000_000)));
    let path = Sightings::file_of(&dir.path().join("store"));
    (Sightings::open(path, Arc::clone(&clock) as Arc<dyn Clock>), clock)
}

#[test]
fn one_network_is_one_entry_and_what_was_saved_is_there_again_s1_19() {
    let dir = tempfile::tempdir().unwrap();
    let (sightings, clock) = open(&dir);
    sightings.note(&seen(&at(0x0a02_0304), Decided::Forwarded));
    sightings.note(&seen(&at(0x0a02_0305), Decided::Challenged));
    let mut named = at(0x0a02_0306);
    named.network = Some("office".into());
    sightings.note(&seen(&named, Decided::Forwarded));
    sightings.tend().unwrap();
    let path = dir.path().join("store.sightings.json");
    let mut kept = read(&path).unwrap();
    kept.sort_by(|a, b| a.network.cmp(&b.network));
    let told: Vec<_> =
        kept.iter().map(|s| (s.network.as_str(), s.forwarded, s.challenged)).collect();
    assert_eq!(told, [("10.2.3.0/24", 1, 1), ("office", 1, 0)]);
    assert_eq!(kept[0].example.path, "/api/x");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let (again, _) = open(&dir);
    again.note(&seen(&at(0x0a02_0304), Decided::Forwarded));
    again.save().unwrap();
    assert_eq!(read(&path).unwrap().iter().map(Sighting::asked).sum::<u64>(), 4);
    // Not again within a minute.
    sightings.note(&seen(&at(0x0a02_0304), Decided::Forwarded));
    fs::remove_file(&path).unwrap();
    sightings.tend().unwrap();
    assert!(!path.exists());
    clock.advance(SAVE_EVERY);
    sightings.tend().unwrap();
    assert!(path.exists());
}

#[test]
fn a_flood_of_networks_takes_bounded_room_and_forgets_no_frequent_one_s1_19() {
    let dir = tempfile::tempdir().unwrap();
    let (sightings, clock) = open(&dir);
    (0..3).for_each(|_| sightings.note(&seen(&at(0x0a00_0001), Decided::Forwarded)));
    for n in 0..2 * u32::try_from(ROOM).unwrap() {
        sightings.note(&seen(&at(0x1400_0000 + n * 256), Decided::Challenged));
    }
    assert_eq!(sightings.seen.len(), ROOM);
    sightings.tend().unwrap();
    assert_eq!(sightings.seen.len(), MOST);
    assert!(sightings.seen.iter().any(|entry| entry.network == "10.0.0.0/24"));
    clock.advance(KEPT);
    sightings.tend().unwrap();
    assert!(sightings.seen.is_empty(), "what nobody asks for any more is forgotten");
}

#[test]
fn a_flood_of_networks_forgets_no_named_one_and_nothing_forwarded_s1_19() {
    let dir = tempfile::tempdir().unwrap();
    let (sightings, clock) = open(&dir);
    let mut office = at(0x0a00_0001);
    office.network = Some("office".into());
    sightings.note(&seen(&office, Decided::Challenged));
    sightings.note(&seen(&at(0x0b00_0001), Decided::Forwarded));
    clock.advance(SAVE_EVERY);
    // Later than they, and more often.
    for n in 0..u32::try_from(ROOM).unwrap() {
        (0..2).for_each(|_| {
            sightings.note(&seen(&at(0x1400_0000 + n * 256), Decided::Challenged));
        });
    }
    assert_eq!(sightings.seen.len(), ROOM);
    let mut branch = at(0x0c00_0001);
    branch.network = Some("branch".into());
    sightings.note(&seen(&branch, Decided::Challenged));
    sightings.tend().unwrap();
    assert_eq!(sightings.seen.len(), MOST);
    for network in ["office", "branch", "11.0.0.0/24"] {
        assert!(sightings.seen.iter().any(|entry| entry.network == network), "{network}");
    }
}

#[test]
fn a_file_that_is_none_of_ours_is_begun_anew() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store.sightings.json");
    fs::write(&path, "[1, 2").unwrap();
    assert!(read(&path).is_err());
    let (sightings, _) = open(&dir);
    sightings.note(&seen(&at(1), Decided::Challenged));
    sightings.save().unwrap();
    assert_eq!(read(&path).unwrap().len(), 1);
}
