//! Damage of every kind: a store that holds less than it had is not opened, and says what to do.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::Path;

use portcullis::audit;
use portcullis::entropy::SystemEntropy;
use portcullis::store::Acceptance;
use portcullis::store::Store;
use portcullis::store::sealing::DataKey;
use portcullis::store::sled::OpenError;
use portcullis::subject::Role;
use portcullis::subject::SubjectId;

use crate::crash::ROUNDS;
use crate::crash::say;
use crate::crash::told;
use crate::sealed;
use crate::support::Place;
use crate::support::add;
use crate::support::any;
use crate::support::at;
use crate::support::enrol;

/// A store with some life behind it, closed.
async fn lived_in(people: usize) -> Place {
    let place = Place::new();
    let store = place.create();
    live(&store, people).await;
    store.close().await.unwrap();
    place
}

async fn live(store: &dyn Store, people: usize) {
    for n in 0..people {
        let name = format!("person{n}");
        let (id, _) = enrol(store, &name, Role::Owner).await;
        let app = format!("{name}-app");
        let step = store.accept_totp_step(&id, &app, 500, any());
        assert_eq!(step.await.unwrap(), Acceptance::Accepted);
    }
}

fn copy_dir(from: &Path, to: &Path) {
    for file in sealed::files(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&file, &target).unwrap();
    }
}

fn replace_dir(dir: &Path, by: &Path) {
    fs::remove_dir_all(dir).unwrap();
    copy_dir(by, dir);
}

/// The refusal says what was found and what to do, and a second try finds the same, not a lock.
fn refuses(place: &Place, what: impl Fn(&OpenError) -> bool) {
    for _ in 0..2 {
        let refusal = place.refusal();
        assert!(what(&refusal), "{refusal}");
        let text = refusal.to_string();
        let says_what_to_do = ["estore", "portcullis init"].iter().all(|w| text.contains(w));
        assert!(says_what_to_do, "{text}");
    }
}

#[tokio::test]
async fn a_store_that_was_never_made_is_not_made_by_opening() {
    let place = Place::new();
    let refusal = place.refusal();
    assert!(matches!(refusal, OpenError::Nothing { .. }), "{refusal}");
    assert!(refusal.to_string().contains("portcullis init"));
    assert!(!place.store_dir().exists());
}

#[tokio::test]
async fn a_store_is_never_made_over_another() {
    let place = lived_in(1).await;
    let exists = |e| matches!(e, OpenError::Exists { .. });
    assert!(exists(place.try_create().unwrap_err()));
    fs::remove_file(place.paths().head).unwrap();
    assert!(exists(place.try_create().unwrap_err()));
    let place = lived_in(1).await;
    fs::remove_dir_all(place.store_dir()).unwrap();
    assert!(exists(place.try_create().unwrap_err()));
}

#[tokio::test]
async fn an_empty_directory_becomes_a_store_and_a_head_inside_it_is_refused() {
    let place = Place::new();
    fs::create_dir_all(place.store_dir()).unwrap();
    drop(place.create());
    drop(place.open());
    let place = Place::new();
    let mut paths = place.paths();
    let link = place.dir.path().join("link");
    std::os::unix::fs::symlink(&paths.dir, &link).unwrap();
    paths.head = link.join("head");
    let created = any();
    let entropy = crate::support::entropy();
    let made = portcullis::store::sled::SledStore::create(&paths, &place.key, &entropy, created);
    assert!(matches!(made, Err(OpenError::HeadInside { .. })));
}

#[tokio::test]
async fn a_missing_store_is_refused_not_replaced() {
    let place = lived_in(1).await;
    fs::remove_file(place.db()).unwrap();
    refuses(&place, |e| matches!(e, OpenError::StoreMissing { .. }));
    fs::remove_dir_all(place.store_dir()).unwrap();
    refuses(&place, |e| matches!(e, OpenError::StoreMissing { .. }));
    assert!(!place.store_dir().exists());
}

#[tokio::test]
async fn a_missing_or_damaged_head_file_is_refused() {
    let place = lived_in(1).await;
    fs::write(place.paths().head, "nonsense").unwrap();
    refuses(&place, |e| matches!(e, OpenError::HeadDamaged { .. }));
    fs::write(place.paths().head, "").unwrap();
    refuses(&place, |e| matches!(e, OpenError::HeadDamaged { .. }));
    fs::remove_file(place.paths().head).unwrap();
    refuses(&place, |e| matches!(e, OpenError::HeadMissing { .. }));
}

#[tokio::test]
async fn a_store_cut_anywhere_is_refused() {
    let place = lived_in(40).await;
    let whole = fs::read(place.db()).unwrap();
    let keep = place.dir.path().join("whole");
    copy_dir(&place.store_dir(), &keep);
    for part in [0, 1, 512, whole.len() / 4, whole.len() / 2] {
        replace_dir(&place.store_dir(), &keep);
        fs::write(place.db(), &whole[..part]).unwrap();
        refuses(&place, |_| true);
    }
    replace_dir(&place.store_dir(), &keep);
    drop(place.open());
}

#[tokio::test]
async fn other_files_of_the_store_lost_cut_or_changed_refuse_or_change_nothing() {
    let people = 12;
    let place = lived_in(people).await;
    let keep = place.dir.path().join("whole");
    copy_dir(&place.store_dir(), &keep);
    let names = sealed::files(&keep);
    let others = names.iter().filter(|path| !path.ends_with("db"));
    let (mut tried, mut opened) = (0, 0);
    for path in others {
        let content = fs::read(path).unwrap();
        let flipped = content.iter().map(|byte| byte ^ 0x55).collect();
        let half = content[..content.len() / 2].to_vec();
        for damage in [None, Some(half), Some(Vec::new()), Some(flipped)] {
            replace_dir(&place.store_dir(), &keep);
            let path = place.store_dir().join(path.strip_prefix(&keep).unwrap());
            match damage {
                None => fs::remove_file(&path).unwrap(),
                Some(damaged) => fs::write(&path, damaged).unwrap(),
            }
            tried += 1;
            if let Ok(found) = place.try_open() {
                opened += 1;
                intact(&found.store, people, 0).await;
                crate::support::verified_log(&found.store).await;
            }
        }
    }
    assert!(tried >= 8 && opened > 0, "{opened} of {tried} opened");
}

#[tokio::test]
async fn one_changed_byte_refuses_or_changes_nothing() {
    let people = 12;
    let place = lived_in(people).await;
    let keep = place.dir.path().join("whole");
    copy_dir(&place.store_dir(), &keep);
    let store = place.open();
    let log = crate::support::verified_log(&store).await;
    store.close().await.unwrap();
    drop(store);
    let length = fs::metadata(keep.join("db")).unwrap().len();
    // Where there is something, not where the file is zero.
    let content = fs::read(keep.join("db")).unwrap();
    let used: Vec<u64> =
        (0..length).filter(|&at| content[usize::try_from(at).unwrap()] != 0).collect();
    let (mut refused, mut opened) = (0, 0);
    let tries = told(ROUNDS).map_or(120, |n| n.to_str().unwrap().parse().unwrap());
    for position in used.iter().step_by((used.len() / tries).max(1)) {
        replace_dir(&place.store_dir(), &keep);
        let db = fs::OpenOptions::new().read(true).write(true).open(place.db()).unwrap();
        let mut byte = [0];
        db.read_exact_at(&mut byte, *position).unwrap();
        db.write_all_at(&[byte[0] ^ 0x55], *position).unwrap();
        match place.try_open() {
            Err(_) => refused += 1,
            Ok(found) => {
                opened += 1;
                intact(&found.store, people, *position).await;
                let found = found.store.audit_records(1, usize::MAX).await;
                assert!(found.is_err() || found.unwrap() == log, "byte {position}");
            }
        }
    }
    assert!(refused > 0, "no change was noticed");
    say(&format!("{refused} changed bytes refused, {opened} changed nothing"));
}

/// Everybody and everything is still there, or says that it cannot be read.
async fn intact(store: &dyn Store, people: usize, position: u64) {
    for n in 0..people {
        let id = SubjectId::from_stored(format!("id-person{n}"));
        if let Ok(account) = store.account(&id).await {
            assert!(account.is_some(), "byte {position}: account {n} is lost");
        }
        if let Ok(held) = store.authenticators(&id).await {
            assert_eq!(held.len(), 2, "byte {position}: a factor of {n} is lost");
        }
        let app = format!("person{n}-app");
        let replay = store.accept_totp_step(&id, &app, 500, any());
        if let Ok(replay) = replay.await {
            assert_eq!(replay, Acceptance::Spent, "byte {position}");
        }
    }
}

#[tokio::test]
async fn another_stores_directory_in_its_place_is_refused() {
    let (place, other) = (lived_in(2).await, lived_in(2).await);
    replace_dir(&place.store_dir(), &other.store_dir());
    refuses(&place, |e| matches!(e, OpenError::MetaSealed { .. }));
}

#[tokio::test]
async fn another_store_under_the_same_key_is_refused() {
    let place = lived_in(2).await;
    let mut other = Place::new();
    other.key = place.key.clone();
    let store = other.create();
    live(&store, 3).await;
    store.close().await.unwrap();
    drop(store);
    replace_dir(&place.store_dir(), &other.store_dir());
    refuses(&place, |e| matches!(e, OpenError::OtherStore { .. }));
}

#[tokio::test]
async fn an_older_copy_in_its_place_is_refused_a298() {
    let place = lived_in(2).await;
    let old = place.dir.path().join("old");
    copy_dir(&place.store_dir(), &old);
    let store = place.open();
    store.record(any()).await.unwrap();
    store.close().await.unwrap();
    drop(store);
    replace_dir(&place.store_dir(), &old);
    refuses(&place, |e| matches!(e, OpenError::RolledBack { .. }));
}

#[tokio::test]
async fn an_older_copy_that_went_on_by_itself_is_refused() {
    let place = lived_in(2).await;
    let (old, head) = (place.dir.path().join("old"), place.paths().head);
    copy_dir(&place.store_dir(), &old);
    let old_head = fs::read(&head).unwrap();
    let store = place.open();
    store.record(any()).await.unwrap();
    store.close().await.unwrap();
    drop(store);
    let new_head = fs::read(&head).unwrap();
    replace_dir(&place.store_dir(), &old);
    fs::write(&head, old_head).unwrap();
    let store = place.open();
    for n in 0..5 {
        store.record(any().with("other", n)).await.unwrap();
    }
    store.close().await.unwrap();
    drop(store);
    fs::write(&head, new_head).unwrap();
    refuses(&place, |e| matches!(e, OpenError::OtherHistory { .. }));
}

#[tokio::test]
async fn a_head_that_lags_behind_is_caught_up() {
    let place = lived_in(2).await;
    let head = place.paths().head;
    let lagging = fs::read(&head).unwrap();
    let store = place.open();
    store.record(any()).await.unwrap();
    store.close().await.unwrap();
    drop(store);
    let current = place.dir.path().join("current");
    copy_dir(&place.store_dir(), &current);
    let old_copy = place.dir.path().join("old");
    copy_dir(&place.store_dir(), &old_copy);
    fs::write(&head, lagging).unwrap();
    let store = place.open();
    audit::verify(&store.audit_records(1, 9999).await.unwrap(), &store.audit_head().await.unwrap())
        .unwrap();
    store.record(any()).await.unwrap();
    store.close().await.unwrap();
    drop(store);
    replace_dir(&place.store_dir(), &old_copy);
    refuses(&place, |e| matches!(e, OpenError::RolledBack { .. }));
}

#[tokio::test]
async fn another_data_key_is_refused_and_harms_nothing_a299() {
    let mut place = lived_in(2).await;
    let right = place.key.clone();
    place.key = DataKey::generate(&SystemEntropy::new()).unwrap();
    refuses(&place, |e| matches!(e, OpenError::WrongKey { .. }));
    place.key = right;
    drop(place.open());
}

#[tokio::test]
async fn a_record_removed_added_or_reverted_behind_our_back_is_refused() {
    let place = lived_in(3).await;
    let keep = place.dir.path().join("whole");
    copy_dir(&place.store_dir(), &keep);
    let tamper = |change: &dyn Fn(&::sled::Db)| {
        replace_dir(&place.store_dir(), &keep);
        let db = ::sled::open(place.store_dir()).unwrap();
        change(&db);
        db.flush().unwrap();
    };
    let first = |db: &::sled::Db, kind: &str| db.scan_prefix(kind).next().unwrap().unwrap();
    for kind in ["auth/", "account/", "audit/", "login/", "session/", "sx/", "owner/"] {
        tamper(&|db| drop(db.remove(first(db, kind).0).unwrap().unwrap()));
        refuses(&place, |e| matches!(e, OpenError::Lost { .. }));
        assert!(place.refusal().to_string().contains(kind.trim_end_matches('/')));
    }
    tamper(&|db| drop(db.insert("owner/x", vec![1; 40]).unwrap()));
    refuses(&place, |e| matches!(e, OpenError::Lost { .. }));
    tamper(&|db| drop(db.insert("strange", vec![1; 40]).unwrap()));
    refuses(&place, |e| matches!(e, OpenError::Lost { .. }));
    tamper(&|db| {
        let (name, _) = first(db, "auth/");
        drop(db.insert(name, vec![1; 40]).unwrap());
    });
    refuses(&place, |e| matches!(e, OpenError::Lost { .. }));
    tamper(&|db| drop(db.remove("meta").unwrap().unwrap()));
    refuses(&place, |e| matches!(e, OpenError::Emptied { .. }));
    tamper(&|db| drop(db.insert("meta", vec![1; 40]).unwrap()));
    refuses(&place, |e| matches!(e, OpenError::MetaSealed { .. }));
}

#[tokio::test]
async fn a_snapshot_that_was_never_finished_does_not_stop_a_start() {
    let place = lived_in(3).await;
    fs::write(place.store_dir().join("snap.0000.generating"), "half").unwrap();
    let store = place.open();
    assert_eq!(store.accounts(None, 99).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_store_is_open_once_at_a_time_a300() {
    let place = Place::new();
    let store = place.create();
    let refusal = place.refusal();
    assert!(matches!(refusal, OpenError::Locked { .. }), "{refusal}");
    assert!(refusal.to_string().contains("another process"));
    add(&store, "alice", Role::Owner).await;
    store.close().await.unwrap();
    // Closed is enough: the handle may live on.
    let again = place.open();
    assert_eq!(again.accounts(None, 9).await.unwrap().len(), 1);
    drop(again);
    drop(place.open());
}

#[tokio::test]
async fn the_latest_moment_ever_seen_is_told_at_the_start_a289() {
    let place = Place::new();
    let store = place.create();
    let (_, key) = enrol(&store, "alice", Role::Owner).await;
    store.touch_sessions(vec![(key, at(5000))]).await.unwrap();
    store.record(any()).await.unwrap();
    store.close().await.unwrap();
    assert_eq!(place.try_open().unwrap().latest, at(5000));
}
