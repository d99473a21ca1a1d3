//! A medium that is full: the act is refused, nothing is acknowledged, and the store is whole afterwards.

use std::path::PathBuf;
use std::process::Command;

use portcullis::store::Store;
use portcullis::store::StoreError;
use portcullis::subject::Role;

use crate::crash::ROOT;
use crate::crash::open_in_child;
use crate::crash::rerun;
use crate::crash::save_key;
use crate::crash::say;
use crate::crash::told;
use crate::support::Place;
use crate::support::add;
use crate::support::any;
use crate::support::verified_log;

/// Set for the child that fills the medium.
const FILL: &str = "PORTCULLIS_STORE_TEST_FILL";

async fn prepared() -> Place {
    let place = Place::new();
    save_key(&place);
    let store = place.create();
    add(&store, "alice", Role::Owner).await;
    store.close().await.unwrap();
    place
}

/// Runs a shell script with `$0` as the root; its output.
fn script(place: &Place, script: &str) -> String {
    let filler = rerun("medium::child", place.dir.path());
    let output = Command::new("sh")
        .args(["-c", script])
        .arg(place.dir.path())
        .arg(filler.get_program())
        .env(ROOT, place.dir.path())
        .env(FILL, "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{told}");
    text
}

/// Everything acknowledged is there, and the store takes more.
async fn is_whole(place: &Place, said: &str) {
    let acknowledged = said.lines().filter(|l| l.starts_with("ack ")).count();
    assert!(acknowledged > 0 && said.contains("refused"), "{said}");
    let store = place.open();
    let records = verified_log(&store).await;
    for n in 0..acknowledged {
        let n = n.to_string();
        let there = records.iter().any(|r| r.event.detail.get("n") == Some(&n));
        assert!(there, "record {n} was acknowledged and is lost");
    }
    store.record(any()).await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_file_that_may_not_grow_refuses_and_loses_nothing_a288() {
    let place = prepared().await;
    let blocks = std::fs::metadata(place.db()).unwrap().len() / 512 + 1024;
    let limited =
        format!("trap '' 25; ulimit -f {blocks}; exec \"$1\" --exact medium::child --nocapture");
    let said = script(&place, &limited);
    is_whole(&place, &said).await;
}

#[tokio::test]
async fn a_full_disk_refuses_and_loses_nothing_a288() {
    let place = prepared().await;
    // In a mount namespace of its own, a small disk; afterwards a copy of what was on it.
    let full = "mkdir \"$0/disk\" && mount -t tmpfs -o size=2m,mode=700 none \"$0/disk\" || { echo unmountable; exit 0; }
        cp -a \"$0/store\" \"$0/keys\" \"$0/disk/\"
        PORTCULLIS_STORE_TEST_ROOT=\"$0/disk\" \"$1\" --exact medium::child --nocapture || exit 1
        rm -rf \"$0/store\" \"$0/keys\" && cp -a \"$0/disk/store\" \"$0/disk/keys\" \"$0/\"";
    let can = Command::new("unshare").args(["-m", "true"]).status();
    if !can.is_ok_and(|status| status.success()) {
        say("skipped: no mount namespace can be made here");
        return;
    }
    let said = script(&place, &format!("exec unshare -m sh -c '{full}' \"$0\" \"$1\""));
    if said.contains("unmountable") {
        say("skipped: no disk can be mounted here");
        return;
    }
    is_whole(&place, &said).await;
}

/// Not a test by itself: fills the medium until the store refuses.
#[tokio::test]
async fn child() {
    let (Some(root), Some(_)) = (told(ROOT), told(FILL)) else {
        return;
    };
    let store = open_in_child(&PathBuf::from(root));
    let filler = "x".repeat(4000);
    let refusal = loop_until_refused(&store, &filler).await;
    let StoreError::Medium { cause, .. } = refusal else {
        panic!("{refusal}");
    };
    assert!(cause.contains("must be restarted"), "{cause}");
    // Memory and medium may disagree now: nothing is answered any more.
    assert!(store.probe().await.is_err());
    assert!(store.accounts(None, 1).await.is_err());
    say(&format!("refused: {cause}"));
    let closed = store.close().await;
    say(&format!("closed: {}", closed.is_ok()));
}

async fn loop_until_refused(store: &dyn Store, filler: &str) -> StoreError {
    let mut n = 0_usize;
    loop {
        let told = any().with("n", n).with("filler", filler);
        if let Err(refusal) = store.record(told).await {
            return refusal;
        }
        say(&format!("ack {n}"));
        n += 1;
    }
}
