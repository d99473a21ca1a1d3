//! Apps that were handed over: taken up once, by one, and void as soon as the account is another one.

use std::io::BufRead;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::Stdio;

use portcullis::audit::AuditKind;
use portcullis::authenticator::Authenticator;
use portcullis::authenticator::Credential;
use portcullis::authenticator::contact::Channel;
use portcullis::authenticator::contact::Contact;
use portcullis::authenticator::handed::HandedApp;
use portcullis::authenticator::handed::LIFETIME;
use portcullis::secret::Secret;
use portcullis::session::SessionKey;
use portcullis::store::Acceptance;
use portcullis::store::BindOrder;
use portcullis::store::ContactChange;
use portcullis::store::HandedOrder;
use portcullis::store::Store;
use portcullis::subject::AccountState;
use portcullis::subject::Role;
use portcullis::subject::SubjectId;

use crate::crash;
use crate::support;
use crate::support::CANARY;
use crate::support::Fixture;
use crate::support::Place;
use crate::support::add;
use crate::support::any;
use crate::support::app;
use crate::support::at;
use crate::support::codes;
use crate::support::event;
use crate::support::sign_in;
use crate::support::subject;

/// Hands over an app of that name.
async fn hand(store: &dyn Store, id: &SubjectId, name: &str) -> Acceptance {
    let key = Secret::new(format!("{name}-{CANARY}").into_bytes());
    let handed = HandedApp::new(name.to_owned(), key, at(10));
    let audit = event(AuditKind::AppHandedOver, 10).on(id);
    store.hand_over(id, handed, audit).await.unwrap()
}

/// The name of the app that waits.
async fn waiting(store: &dyn Store, id: &SubjectId) -> Option<String> {
    store.handed_app(id).await.unwrap().map(|handed| handed.id)
}

/// Takes up the app of that name, at that second, as an authenticator of the same name.
async fn take(store: &dyn Store, session: &SessionKey, (name, secs): (&str, u64)) -> Acceptance {
    let set = codes(&format!("{name}-codes"));
    let order = HandedOrder { app: name.to_owned(), now: at(secs), codes: Some(set) };
    let audit = event(AuditKind::AuthenticatorBound, 11);
    store.bind(session, app(name), BindOrder::Handed(order), audit).await.unwrap()
}

async fn held(store: &dyn Store, id: &SubjectId) -> Vec<String> {
    let all = store.authenticators(id).await.unwrap();
    all.into_iter().map(|one| one.id).collect()
}

/// Why apps became void, in order.
async fn voided(f: &Fixture) -> Vec<String> {
    let log = f.verified_log().await.into_iter();
    let void = log.filter(|record| record.event.kind == AuditKind::HandedAppVoid);
    void.map(|record| record.event.detail["reason"].clone()).collect()
}

pub(crate) async fn an_app_that_was_handed_over_is_taken_up_once_and_in_its_time_s3_7(
    mut f: Fixture,
) {
    let id = add(&**f.store(), "alice", Role::User).await;
    let session = sign_in(&**f.store(), &id, "alice").await;
    assert_eq!(hand(&**f.store(), &id, "handed").await, Acceptance::Accepted);
    f.reopen().await;
    let store = &**f.store();
    let kept = store.handed_app(&id).await.unwrap().unwrap();
    assert_eq!(kept.key.expose(), format!("handed-{CANARY}").as_bytes());
    assert_eq!((kept.made, kept.expires), (at(10), at(10).plus(LIFETIME)));
    assert!(held(store, &id).await.is_empty(), "until then it is worth nothing");
    let head = store.audit_head().await.unwrap();
    let over = 10 + LIFETIME.as_secs();
    for (name, secs) in [("another", 11), ("handed", over), ("handed", 9)] {
        assert_eq!(take(store, &session, (name, secs)).await, Acceptance::Gone, "{name} {secs}");
    }
    assert_eq!(take(store, &SessionKey::of("none"), ("handed", 11)).await, Acceptance::Gone);
    assert_eq!(store.audit_head().await.unwrap(), head);
    assert_eq!(take(store, &session, ("handed", over - 1)).await, Acceptance::Accepted);
    assert_eq!(waiting(store, &id).await, None);
    assert_eq!(take(store, &session, ("handed", 11)).await, Acceptance::Spent);
    assert_eq!(hand(store, &id, "again").await, Acceptance::Spent, "there is one");
    f.reopen().await;
    assert_eq!(held(&**f.store(), &id).await, ["handed", "handed-codes"]);
    assert_eq!(waiting(&**f.store(), &id).await, None);
    assert_eq!(voided(&f).await, Vec::<String>::new());
}

pub(crate) async fn of_many_first_codes_at_once_one_takes_it_up_s3_7(f: Fixture) {
    let store = f.store();
    let id = add(&**store, "alice", Role::User).await;
    assert_eq!(hand(&**store, &id, "handed").await, Acceptance::Accepted);
    let mut rivals = Vec::new();
    for n in 0..32 {
        let session = sign_in(&**store, &id, &format!("alice-{n}")).await;
        let store = store.clone();
        rivals.push(tokio::spawn(async move { take(&*store, &session, ("handed", 11)).await }));
    }
    let mut accepted = 0;
    for rival in rivals {
        match rival.await.unwrap() {
            Acceptance::Accepted => accepted += 1,
            refused => assert_eq!(refused, Acceptance::Spent),
        }
    }
    assert_eq!(accepted, 1);
    assert_eq!(held(&**store, &id).await, ["handed", "handed-codes"]);
}

pub(crate) async fn one_taken_up_while_another_takes_its_place_is_the_one_or_the_other_s3_7(
    f: Fixture,
) {
    for round in 0..16 {
        let store = f.store();
        let id = add(&**store, &format!("user{round}"), Role::User).await;
        let session = sign_in(&**store, &id, &format!("user-{round}")).await;
        assert_eq!(hand(&**store, &id, "first").await, Acceptance::Accepted);
        let (one, other) = (store.clone(), store.clone());
        let subject = id.clone();
        let replaced = tokio::spawn(async move { hand(&*one, &subject, "second").await });
        let taken = tokio::spawn(async move { take(&*other, &session, ("first", 11)).await });
        let outcome = (replaced.await.unwrap(), taken.await.unwrap());
        match (waiting(&**store, &id).await.as_deref(), held(&**store, &id).await.len()) {
            (Some("second"), 0) => {
                assert_eq!(outcome, (Acceptance::Accepted, Acceptance::Gone));
            }
            (None, 2) => assert_eq!(outcome, (Acceptance::Spent, Acceptance::Accepted)),
            both => panic!("{both:?} after {outcome:?}"),
        }
    }
}

pub(crate) async fn whatever_changes_the_account_makes_it_void_s3_15(f: Fixture) {
    let store = &**f.store();
    add(store, "owner", Role::Owner).await;
    let id = add(store, "alice", Role::User).await;
    assert_eq!(hand(store, &id, "first").await, Acceptance::Accepted);
    assert_eq!(hand(store, &id, "second").await, Acceptance::Accepted);
    assert_eq!(waiting(store, &id).await.as_deref(), Some("second"));
    store.reset_authenticators(&id, at(900), any().on(&id)).await.unwrap();
    assert_eq!(waiting(store, &id).await, None, "a reset");
    hand(store, &id, "third").await;
    store.set_role(&id, Role::Auditor, any().on(&id)).await.unwrap();
    assert_eq!(waiting(store, &id).await, None, "another role");
    hand(store, &id, "fourth").await;
    store.set_state(&id, AccountState::Disabled, any().on(&id)).await.unwrap();
    assert_eq!(waiting(store, &id).await, None, "disabled");
    assert_eq!(hand(store, &id, "fifth").await, Acceptance::Gone, "disabled");
    store.set_state(&id, AccountState::Active, any().on(&id)).await.unwrap();
    hand(store, &id, "sixth").await;
    let session = sign_in(store, &id, "alice").await;
    let own = BindOrder::First(Some(codes("own-codes")));
    assert_eq!(store.bind(&session, app("own"), own, any()).await.unwrap(), Acceptance::Accepted);
    assert_eq!(waiting(store, &id).await, None, "one of their own");
    assert_eq!(take(store, &session, ("sixth", 11)).await, Acceptance::Spent);
    assert_eq!(held(store, &id).await, ["own", "own-codes"]);
    let reasons = ["replaced", "mfa_reset", "role_changed", "account_disabled", "another_bound"];
    assert_eq!(voided(&f).await, reasons);
}

pub(crate) async fn what_an_operator_binds_voids_it_and_in_the_end_it_is_forgotten(f: Fixture) {
    let store = &**f.store();
    let id = add(store, "alice", Role::User).await;
    hand(store, &id, "handed").await;
    let contact = Contact { address: "alice@example.org".to_owned(), verified: None };
    let mail = Authenticator { credential: Credential::Email(contact), ..app("mail") };
    assert_eq!(store.bind_for(&id, mail.clone(), any()).await.unwrap(), Acceptance::Accepted);
    assert_eq!(waiting(store, &id).await, None);
    // What is another's is bound to nobody else, and makes nothing void.
    let eve = add(store, "eve", Role::User).await;
    hand(store, &eve, "handed").await;
    let session = sign_in(store, &eve, "eve").await;
    let theirs = Authenticator { id: "theirs".to_owned(), ..mail };
    let first = BindOrder::First(Some(codes("codes")));
    let taken = store.bind(&session, theirs, first, any()).await.unwrap();
    assert_eq!(taken, Acceptance::Taken(id));
    assert_eq!(waiting(store, &eve).await.as_deref(), Some("handed"));
    // An address that is set in the administration is one as well.
    let contact = Contact { address: "eve@example.org".to_owned(), verified: None };
    let mail = Authenticator { credential: Credential::Email(contact), ..app("eve-mail") };
    let bound = event(AuditKind::AuthenticatorBound, 20).on(&eve);
    let change = ContactChange {
        channel: Channel::Email,
        new: Some((mail, bound)),
        removed: event(AuditKind::AuthenticatorRemoved, 20).on(&eve),
    };
    assert_eq!(store.replace_contacts(&eve, change).await.unwrap(), (Acceptance::Accepted, 0));
    assert_eq!(waiting(store, &eve).await, None);
    assert_eq!(voided(&f).await, ["another_bound", "another_bound"]);
    let log = f.verified_log().await;
    let void = log.iter().rfind(|record| record.event.kind == AuditKind::HandedAppVoid).unwrap();
    assert_eq!((void.event.at, void.event.target.as_ref()), (at(20), Some(&eve)));
    let other = add(store, "bob", Role::User).await;
    hand(store, &other, "handed").await;
    let end = at(10).plus(LIFETIME);
    assert_eq!(store.forget_sent(at(10 + LIFETIME.as_secs() - 1)).await.unwrap(), 0);
    assert_eq!(store.forget_sent(end).await.unwrap(), 1);
    assert_eq!(waiting(store, &other).await, None);
    let none = subject("nobody");
    assert_eq!(hand(store, &none, "handed").await, Acceptance::Gone);
}

/// How often the store is killed.
const KILLS: usize = 4;

#[test]
fn a_kill_at_any_moment_loses_no_app_that_was_handed_over_and_revives_none_s3_7() {
    let (place, runtime) = (Place::new(), tokio::runtime::Runtime::new().unwrap());
    crash::save_key(&place);
    runtime.block_on(async { place.create().close().await.unwrap() });
    let mut said = Vec::new();
    for round in 0..KILLS {
        let mut child = crash::rerun("handed::child", place.dir.path())
            .env(crash::ROUND, round.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        said.extend(lines.by_ref().take(40 + 7 * round));
        child.kill().unwrap();
        said.extend(lines);
        child.wait().unwrap();
        let store = place.open();
        runtime.block_on(async {
            for line in &said {
                holds(&store, line).await;
            }
            support::verified_log(&store).await;
            store.close().await.unwrap();
        });
    }
    assert!(said.iter().filter(|line| line.starts_with("taken ")).count() > KILLS);
}

/// What was acknowledged is so.
async fn holds(store: &dyn Store, line: &str) {
    let Some((what @ ("handed" | "taken"), name)) = line.split_once(' ') else { return };
    let id = subject(name);
    match (waiting(store, &id).await, held(store, &id).await.len()) {
        (Some(app), 0) => assert!(what == "handed" && app == name, "{line}: it is there again"),
        (None, 2) => assert_eq!(hand(store, &id, "again").await, Acceptance::Spent),
        neither => panic!("{line}: {neither:?}"),
    }
}

/// Not a test by itself: what the parent starts and kills.
#[test]
fn child() {
    let (Some(root), Some(round)) = (crash::told(crash::ROOT), crash::told(crash::ROUND)) else {
        return;
    };
    let store = crash::open_in_child(&PathBuf::from(root));
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        for n in 0.. {
            let name = format!("h{}-{n}", round.to_str().unwrap());
            let id = add(&store, &name, Role::User).await;
            assert_eq!(hand(&store, &id, &name).await, Acceptance::Accepted);
            crash::say(&format!("handed {name}"));
            let session = sign_in(&store, &id, &name).await;
            assert_eq!(take(&store, &session, (&name, 11)).await, Acceptance::Accepted);
            crash::say(&format!("taken {name}"));
        }
    });
}
