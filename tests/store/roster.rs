//! The accounts in memory, above a real store.

use std::sync::Arc;

use portcullis::audit::AuditKind;
use portcullis::enforcement::Rulebook;
use portcullis::roster::Query;
use portcullis::roster::Roster;
use portcullis::roster::Row;
use portcullis::roster::Yardstick;
use portcullis::subject::AccountState;
use portcullis::subject::Role;

use crate::support::at;
use crate::support::enrol;
use crate::support::event;
use crate::support::sled;
use crate::support::subject;

async fn rows(roster: &Arc<Roster>) -> Vec<Arc<Row>> {
    let yardstick = Yardstick { rulebook: Rulebook::default(), sites: Arc::new([]), now: at(100) };
    let query = Query { limit: usize::MAX, ..Query::default() };
    let found = roster.find(query, yardstick).await.unwrap();
    found.rows.into_iter().map(|(row, _)| row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_after_an_act_sees_it_as_somebody_who_reads_everything_anew() {
    let fixture = sled();
    let store = fixture.store();
    enrol(&**store, "alice", Role::Owner).await;
    let followed = Arc::new(Roster::new(Arc::clone(store)));
    assert_eq!(rows(&followed).await.len(), 1);
    let on = |kind, name: &str| event(kind, 9).on(&subject(name));
    for n in 0..5 {
        let name = format!("user-{n}");
        enrol(&**store, &name, Role::User).await;
        assert!(rows(&followed).await.iter().any(|row| row.profile.login.as_str() == name));
    }
    let disabled = on(AuditKind::AccountDisabled, "user-1");
    store.set_state(&subject("user-1"), AccountState::Disabled, disabled).await.unwrap();
    let raised = on(AuditKind::RoleChanged, "user-2");
    store.set_role(&subject("user-2"), Role::Admin, raised).await.unwrap();
    let reset = on(AuditKind::MfaReset, "user-3");
    store.reset_authenticators(&subject("user-3"), at(2000), reset).await.unwrap();
    let anew = Arc::new(Roster::new(Arc::clone(store)));
    assert_eq!(rows(&followed).await, rows(&anew).await);
    let all = rows(&followed).await;
    let row = |name: &str| all.iter().find(|row| row.id == subject(name)).unwrap();
    assert_eq!(row("user-1").state, AccountState::Disabled);
    assert_eq!(row("user-2").profile.role, Role::Admin);
    assert_ne!(row("user-3").held, row("user-4").held);
}

#[tokio::test(flavor = "multi_thread")]
async fn acts_while_everything_is_read_are_not_missed() {
    let fixture = sled();
    let store = fixture.store();
    let roster = Arc::new(Roster::new(Arc::clone(store)));
    let making = {
        let store = Arc::clone(store);
        tokio::spawn(async move {
            for n in 0..60 {
                enrol(&*store, &format!("user-{n}"), Role::User).await;
            }
        })
    };
    while !making.is_finished() {
        rows(&roster).await;
    }
    making.await.unwrap();
    let anew = Arc::new(Roster::new(Arc::clone(store)));
    assert_eq!(rows(&roster).await.len(), 60);
    assert!(rows(&roster).await == rows(&anew).await, "what is followed is not what is read anew");
}
