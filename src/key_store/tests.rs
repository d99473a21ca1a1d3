//! Key files: made, read, refused.

use std::fs;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::assertion::key_ring::KEEP_AFTER;
use crate::assertion::key_ring::PUBLISH_AHEAD;
use crate::entropy::SeededEntropy;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

fn made() -> (TempDir, KeyStore) {
    let dir = tempfile::tempdir().unwrap();
    let keys = KeyStore::create(&dir.path().join("keys"), NOW, &SeededEntropy::new(1)).unwrap();
    (dir, keys)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn signing_files(keys: &KeyStore) -> Vec<PathBuf> {
    files::list(&keys.dir.join(SIGNING), "json").unwrap()
}

#[test]
fn keys_are_for_their_owner_alone_a308() {
    let (_dir, keys) = made();
    let mut found = vec![keys.dir.clone(), keys.dir.join(SIGNING)];
    assert!(found.iter().all(|dir| mode(dir) == 0o700));
    found = signing_files(&keys);
    found.extend([keys.dir.join(DATA_KEY), keys.dir.join(PORTAL_KEY)]);
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|file| mode(file) == 0o600));
}

#[test]
fn the_keys_read_back_are_the_ones_made_and_differ_from_each_other() {
    let (_dir, keys) = made();
    let again = KeyStore::open(&keys.dir).unwrap();
    assert_eq!(again.data_key().unwrap().expose(), keys.data_key().unwrap().expose());
    assert_ne!(again.data_key().unwrap().expose(), again.portal_key().unwrap().expose());
    assert_eq!(again.data_key().unwrap().expose().len(), SECRET_LEN);
    assert!(again.load_ring().unwrap().current(NOW).is_some());
}

#[test]
fn keys_are_never_made_over_others() {
    let (_dir, keys) = made();
    let before = keys.data_key().unwrap();
    let refused = KeyStore::create(&keys.dir, NOW, &SeededEntropy::new(2));
    assert!(matches!(refused, Err(KeyStoreError::Exists { .. })));
    assert_eq!(keys.data_key().unwrap().expose(), before.expose());
}

#[test]
fn a_missing_key_refuses_and_stays_missing_a256_a299() {
    for name in [DATA_KEY, PORTAL_KEY] {
        let (_dir, keys) = made();
        fs::remove_file(keys.dir.join(name)).unwrap();
        let refused = KeyStore::open(&keys.dir).unwrap_err();
        assert!(matches!(refused, KeyStoreError::Missing { .. }), "{name}: {refused}");
        assert!(
            refused.to_string().contains(name) && refused.to_string().contains("portcullis init")
        );
        assert!(!keys.dir.join(name).exists());
    }
    let (_dir, keys) = made();
    fs::remove_file(&signing_files(&keys)[0]).unwrap();
    let refused = KeyStore::open(&keys.dir).unwrap_err();
    assert!(matches!(refused, KeyStoreError::Missing { what: "signing key", .. }), "{refused}");
    assert!(signing_files(&keys).is_empty());
}

#[test]
fn a_damaged_key_refuses_and_is_not_shown_a256_a299() {
    for content in ["", "c2hvcnQ=", "not base 64!", "{}"] {
        let (_dir, keys) = made();
        let signing = signing_files(&keys).remove(0);
        for path in [keys.dir.join(DATA_KEY), signing] {
            let whole = fs::read(&path).unwrap();
            fs::write(&path, content).unwrap();
            let refused = KeyStore::open(&keys.dir).unwrap_err();
            assert!(matches!(refused, KeyStoreError::Damaged { .. }), "{refused}");
            assert!(content.len() < 3 || !refused.to_string().contains(content));
            fs::write(&path, whole).unwrap();
        }
        KeyStore::open(&keys.dir).unwrap();
    }
}

#[test]
fn a_key_others_can_read_refuses_with_what_to_do_a308() {
    let (_dir, keys) = made();
    for path in [keys.dir.join(DATA_KEY), signing_files(&keys).remove(0), keys.dir.clone()] {
        let before = mode(&path);
        for bits in [0o040, 0o004, 0o002] {
            fs::set_permissions(&path, Permissions::from_mode(before | bits)).unwrap();
            let refused = KeyStore::open(&keys.dir).unwrap_err();
            assert!(matches!(refused, KeyStoreError::Exposed { .. }), "{refused}");
            assert!(refused.to_string().contains("chmod go="));
        }
        fs::set_permissions(&path, Permissions::from_mode(before)).unwrap();
    }
    KeyStore::open(&keys.dir).unwrap();
}

#[test]
fn a_next_key_is_published_before_it_signs_and_the_old_one_goes_in_the_end_a246() {
    let (_dir, keys) = made();
    let live = LiveKeys::load(keys).unwrap();
    let first = live.ring().load().current(NOW).unwrap().kid().to_owned();
    let next = live.make_next(NOW).unwrap();
    live.publish().unwrap();
    assert_eq!(live.ring().load().current(NOW).unwrap().kid(), first);
    let jwks = String::from_utf8(live.ring().load().jwks(NOW).to_vec()).unwrap();
    assert!(jwks.contains(&first) && jwks.contains(&next.kid));
    let later = NOW.plus(PUBLISH_AHEAD);
    assert_eq!(live.ring().load().current(later).unwrap().kid(), next.kid);
    assert!(live.remove_retired(later).unwrap().is_empty());
    let over = later.plus(KEEP_AFTER).plus(Duration::from_secs(1));
    let removed = live.remove_retired(over).unwrap();
    assert_eq!(removed.iter().map(|key| key.kid.as_str()).collect::<Vec<_>>(), [first]);
    assert_eq!(live.ring().load().states(over).len(), 1);
}

#[test]
fn an_emergency_leaves_one_key_in_ring_and_directory_a257() {
    let (_dir, keys) = made();
    let live = LiveKeys::load(keys).unwrap();
    let first = live.ring().load().current(NOW).unwrap().kid().to_owned();
    live.make_next(NOW).unwrap();
    live.publish().unwrap();
    let fresh = live.make_immediate(NOW).unwrap();
    let removed = live.keep_only(&fresh.kid).unwrap();
    assert_eq!(removed.len(), 2);
    let jwks = String::from_utf8(live.ring().load().jwks(NOW).to_vec()).unwrap();
    assert!(jwks.contains(&fresh.kid) && !jwks.contains(&first));
    assert_eq!(live.ring().load().current(NOW).unwrap().kid(), fresh.kid);
    assert_eq!(signing_files(&live.files), [fresh.path]);
}

#[test]
fn a_half_written_key_is_no_key() {
    let (_dir, keys) = made();
    fs::write(keys.dir.join(SIGNING).join("1.tmp"), "{").unwrap();
    assert_eq!(KeyStore::open(&keys.dir).unwrap().load_ring().unwrap().states(NOW).len(), 1);
}
