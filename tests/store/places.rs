//! From where somebody signs in: told in the sign-in's own transaction, when it is from elsewhere.

use portcullis::audit::Actor;
use portcullis::audit::AuditEvent;
use portcullis::audit::AuditKind;
use portcullis::authenticator::AuthenticatorKind;
use portcullis::authenticator::contact::Channel;
use portcullis::clock::Timestamp;
use portcullis::session::AuthnEvent;
use portcullis::session::OpenedFrom;
use portcullis::session::SessionKey;
use portcullis::session::SessionRecord;
use portcullis::session::places::KEPT;
use portcullis::store::AccountChange;
use portcullis::store::Store;
use portcullis::subject::AccountState;
use portcullis::subject::Role;
use portcullis::subject::SubjectId;

use crate::support::Fixture;
use crate::support::any;
use crate::support::at;
use crate::support::enrol;
use crate::support::event;
use crate::support::session;
use crate::support::session_keys;
use crate::support::verified;

/// A session of ann's that the password opens at a place.
fn from(id: &SubjectId, place: &str, now: Timestamp) -> SessionRecord {
    let place = Some(place.to_owned());
    SessionRecord {
        opened_from: OpenedFrom { place, ..OpenedFrom::default() },
        last_active: now,
        ..session(id)
    }
}

/// The same after her app.
fn with_app(mut session: SessionRecord) -> SessionRecord {
    let app = Some("ann-app".to_owned());
    session.events.push(AuthnEvent::of(AuthenticatorKind::Totp, app, session.last_active));
    session
}

fn by(id: &SubjectId, kind: AuditKind) -> AuditEvent {
    AuditEvent { actor: Actor::Subject { id: id.clone() }, ..event(kind, 20) }
}

/// Opens it; what the record says of the place.
async fn open(store: &dyn Store, record: SessionRecord) -> (SessionKey, Option<String>) {
    let key = SessionKey::of(&format!("{:?} {:?}", record.opened_from.place, record.last_active));
    let (id, password) = (record.subject.clone(), verified(store, &record.subject).await);
    let audit = by(&id, AuditKind::SessionOpened);
    assert!(store.open_session(&key, record, password, audit).await.unwrap().is_some());
    (key, news(store).await)
}

/// What the last record says of the place.
async fn news(store: &dyn Store) -> Option<String> {
    let head = store.audit_head().await.unwrap().seq;
    let record = store.audit_records(head, 1).await.unwrap().remove(0);
    record.event.detail.get("new_place").cloned()
}

/// The letters that wait.
async fn letters(store: &dyn Store) -> usize {
    store.notices(at(u64::from(u32::MAX)), 99).await.unwrap().1
}

pub(crate) async fn a_sign_in_from_a_new_place_is_told_once_when_it_is_complete_a204(
    mut f: Fixture,
) {
    let (id, _) = enrol(&**f.store(), "ann", Role::User).await;
    f.store().keep_notices(&[Channel::Email]);
    let store = &**f.store();
    let (lyon, oslo) = (from(&id, "Lyon, FR", at(20)), from(&id, "Oslo, NO", at(20)));
    // The password alone is no sign-in, and makes no place a known one.
    let (half, told) = open(store, lyon.clone()).await;
    assert_eq!((told, letters(store).await), (None, 0));
    let whole = SessionKey::of("whole");
    let raised = with_app(lyon.clone());
    let audit = by(&id, AuditKind::SessionRaised);
    assert!(store.raise_session(&half, &whole, raised.clone(), audit).await.unwrap());
    assert_eq!((news(store).await.as_deref(), letters(store).await), (Some("told"), 1));
    // A further proof in the same session is none, nor is another sign-in from there.
    let later = SessionKey::of("later");
    let audit = by(&id, AuditKind::SessionRaised);
    assert!(store.raise_session(&whole, &later, raised.clone(), audit).await.unwrap());
    assert_eq!(news(store).await, None);
    assert_eq!(open(store, raised).await.1, None);
    // A browser that is known to the account is hers, wherever she is.
    let mut hers = with_app(from(&id, "Rome, IT", at(21)));
    hers.opened_from.known = true;
    assert_eq!(open(store, hers).await.1, None);
    assert_eq!(letters(store).await, 1);
    f.reopen().await;
    f.store().keep_notices(&[Channel::Email]);
    let store = &**f.store();
    assert_eq!(open(store, with_app(oslo)).await.1.as_deref(), Some("told"));
    assert_eq!(open(store, with_app(from(&id, "Lyon, FR", at(22)))).await.1, None);
    assert_eq!(letters(store).await, 2);
}

pub(crate) async fn places_are_forgotten_after_a_while_and_with_the_account(f: Fixture) {
    let store = &**f.store();
    let (id, _) = enrol(store, "ann", Role::User).await;
    open(store, with_app(from(&id, "Lyon, FR", at(20)))).await;
    assert_eq!(store.forget_sent(at(19).plus(KEPT)).await.unwrap(), 0);
    assert_eq!(store.forget_sent(at(20).plus(KEPT)).await.unwrap(), 1);
    // Whoever was away for long is told, even from where they were.
    let late = with_app(from(&id, "Lyon, FR", at(20).plus(KEPT)));
    assert_eq!(open(store, late).await.1.as_deref(), Some("told"));
    store.set_state(&id, AccountState::Disabled, any().on(&id)).await.unwrap();
    let removed = event(AuditKind::AccountRemoved, 30).on(&id);
    assert_eq!(store.remove_account(&id, removed).await.unwrap(), AccountChange::Done);
    assert_eq!(store.forget_sent(at(20).plus(KEPT * 3)).await.unwrap(), 0, "gone with it");
    assert_eq!(session_keys(store).await, []);
}
