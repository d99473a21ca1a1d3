//! What lies on the disk: nothing in clear, nothing that opens for anybody else.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use portcullis::session::SessionKey;
use portcullis::store::Acceptance;
use portcullis::store::AuthenticatorStore;
use portcullis::store::Store;
use portcullis::store::StoreError;
use portcullis::store::TokenStore;
use portcullis::subject::Role;

use crate::support::CANARY;
use crate::support::Place;
use crate::support::any;
use crate::support::enrol;
use crate::support::pending;
use crate::support::token;

/// Every file under a directory.
pub(crate) fn files(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push(path);
        }
    }
    all
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|part| part == needle)
}

#[tokio::test]
async fn no_secret_and_no_personal_text_lies_on_the_disk_in_clear_a152() {
    let place = Place::new();
    let store = place.create();
    let (alice, key) = enrol(&store, "alice", Role::Owner).await;
    assert!(store.save_pending_totp(&key, Some(pending())).await.unwrap());
    let told = any().with("why", CANARY);
    store.accept_totp_step(&alice, "alice-app", 900, told).await.unwrap();
    store.spend_backup_code(&alice, "alice-codes", 1, any()).await.unwrap();
    store.add_service_token(token("ci"), 9, any()).await.unwrap();
    store.close().await.unwrap();
    let base32 = data_encoding::BASE32_NOPAD.encode(CANARY.as_bytes());
    let bytes_as_json: Vec<String> = CANARY.bytes().map(|b| b.to_string()).collect();
    let needles = [
        CANARY.to_owned(),
        base32,
        bytes_as_json.join(","),
        "token-alice".to_owned(),
        "argon2".to_owned(),
    ];
    let mut read = 0;
    for file in files(place.dir.path()) {
        let content = fs::read(&file).unwrap();
        read += content.len();
        for needle in &needles {
            let found = contains(&content, needle.as_bytes());
            assert!(!found, "{needle} lies in clear in {}", file.display());
        }
    }
    assert!(read > 4096, "the files were read");
    // The search itself works: names of records are in clear, and are found.
    let db = fs::read(place.db()).unwrap();
    assert!(contains(&db, b"id-alice"));
}

#[tokio::test]
async fn two_subjects_records_exchanged_on_the_disk_do_not_open_a152() {
    let place = Place::new();
    let store = place.create();
    let (alice, _) = enrol(&store, "alice", Role::Owner).await;
    let (bob, _) = enrol(&store, "bob", Role::User).await;
    store.close().await.unwrap();
    drop(store);
    {
        let db = ::sled::open(place.store_dir()).unwrap();
        let key_of = |name: &str| {
            let found = db.iter().keys().map(Result::unwrap).find(|key| {
                key.starts_with(b"auth/") && key.ends_with(format!("{name}-app").as_bytes())
            });
            found.unwrap()
        };
        let (a, b) = (key_of("alice"), key_of("bob"));
        let (of_a, of_b) = (db.get(&a).unwrap().unwrap(), db.get(&b).unwrap().unwrap());
        db.insert(&a, of_b).unwrap();
        db.insert(&b, of_a).unwrap();
        db.flush().unwrap();
    }
    // The exchange keeps every count and every tag, so the store opens; the records do not.
    let store = place.open();
    for id in [&alice, &bob] {
        let error = store.authenticators(id).await.unwrap_err();
        let StoreError::Sealed { record } = error else {
            panic!("{error}");
        };
        assert!(record.starts_with("auth/"), "{record}");
    }
    let attempt = store.accept_totp_step(&alice, "bob-app", 900, any()).await;
    assert_eq!(attempt.unwrap(), Acceptance::Gone);
    let attempt = store.accept_totp_step(&alice, "alice-app", 900, any()).await;
    assert!(matches!(attempt, Err(StoreError::Sealed { .. })));
    // One record that does not open stops what needs it, and nothing else.
    store.probe().await.unwrap();
    assert!(store.account(&alice).await.unwrap().is_some());
}

#[tokio::test]
async fn nobody_else_may_read_the_store_whatever_the_umask_says() {
    let place = Place::new();
    let store = place.create();
    enrol(&store, "alice", Role::Owner).await;
    store.close().await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&place.store_dir()), 0o700);
    for file in files(place.dir.path()) {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    fs::set_permissions(place.db(), fs::Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(place.store_dir(), fs::Permissions::from_mode(0o755)).unwrap();
    drop(place.open());
    assert_eq!(mode(&place.store_dir()), 0o700);
    assert_eq!(mode(&place.db()), 0o600);
}

#[tokio::test]
async fn a_session_is_known_by_the_hash_of_its_token_only_a226() {
    let place = Place::new();
    let store = place.create();
    let (_, key) = enrol(&store, "alice", Role::Owner).await;
    assert!(key == SessionKey::of("token-alice"));
    store.close().await.unwrap();
    let db = fs::read(place.db()).unwrap();
    assert!(!contains(&db, b"token-alice") && contains(&db, key.bytes()));
}
