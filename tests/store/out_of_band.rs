//! Codes that are sent: counted before they are sent, good once, in one session, for one purpose.

use std::time::Duration;

use portcullis::audit::Actor;
use portcullis::audit::AuditKind;
use portcullis::audit::Mandate;
use portcullis::audit::MandateOf;
use portcullis::authenticator::Authenticator;
use portcullis::authenticator::Credential;
use portcullis::authenticator::contact::Address;
use portcullis::authenticator::contact::Channel;
use portcullis::authenticator::contact::Contact;
use portcullis::authenticator::out_of_band::MOST_TRIES;
use portcullis::authenticator::out_of_band::Purpose;
use portcullis::authority::Act;
use portcullis::clock::Timestamp;
use portcullis::session::SessionKey;
use portcullis::session::sent_code::SentCode;
use portcullis::store::Acceptance;
use portcullis::store::Charged;
use portcullis::store::ContactChange;
use portcullis::store::SendLimits;
use portcullis::store::Sending;
use portcullis::store::StoreError;
use portcullis::subject::AccountState;
use portcullis::subject::Role;
use portcullis::subject::SubjectId;
use portcullis::throttle::sends::Unsent;

use crate::support::Fixture;
use crate::support::add;
use crate::support::any;
use crate::support::at;
use crate::support::event;
use crate::support::sign_in;

const PLENTY: SendLimits = SendLimits { account: 1000, prefix: 1000, everybody: 1000 };

fn contact(id: &str, address: &str) -> Authenticator {
    Authenticator {
        id: id.to_owned(),
        label: "E-mail".to_owned(),
        created: at(3),
        last_used: None,
        credential: Credential::Email(Contact { address: address.to_owned(), verified: None }),
    }
}

fn code(id: &str, session: &SessionKey, made: Timestamp) -> SentCode {
    SentCode {
        id: id.to_owned(),
        session: *session,
        purpose: Purpose::Prove,
        channel: Channel::Email,
        address: "ann@example.org".to_owned(),
        authenticator: Some("mail".to_owned()),
        hash: format!("hash of {id}"),
        made,
        tries: 0,
    }
}

fn sending(code: SentCode, destination: &str, limits: SendLimits) -> Sending {
    Sending { code, destination: destination.to_owned(), prefix: None, limits }
}

/// Somebody with a contact and a session.
async fn somebody(f: &Fixture, name: &str) -> (SubjectId, SessionKey) {
    let store = f.store();
    let id = add(&**store, name, Role::User).await;
    let key = sign_in(&**store, &id, &format!("token of {name}")).await;
    let address = format!("{name}@example.org");
    let bound = store.bind_for(&id, contact("mail", &address), any()).await.unwrap();
    assert_eq!(bound, Acceptance::Accepted);
    (id, key)
}

async fn send(f: &Fixture, id: &SubjectId, sending: Sending) -> Charged {
    f.store().charge_sending(id, sending, event(AuditKind::CodeSent, 60)).await.unwrap()
}

async fn good(f: &Fixture, id: &SubjectId, key: &SessionKey, now: Timestamp) -> Option<String> {
    let code = f.store().sent_code(id, key, Purpose::Prove, now).await.unwrap();
    code.map(|code| code.id)
}

pub(crate) async fn a_sent_code_is_good_in_its_session_for_its_purpose_and_ten_minutes_a155_a156(
    mut f: Fixture,
) {
    let (ann, session) = somebody(&f, "ann").await;
    let (bob, bobs) = somebody(&f, "bob").await;
    let sent = code("one", &session, at(100));
    let granted = send(&f, &ann, sending(sent.clone(), "ann", PLENTY)).await;
    assert_eq!(granted, Charged::Granted);
    f.reopen().await;
    assert_eq!(good(&f, &ann, &session, at(699)).await.as_deref(), Some("one"));
    assert_eq!(good(&f, &ann, &session, at(700)).await, None, "ten minutes");
    assert_eq!(good(&f, &ann, &bobs, at(101)).await, None, "another session");
    assert_eq!(good(&f, &bob, &bobs, at(101)).await, None, "another account");
    let binding = f.store().sent_code(&ann, &session, Purpose::Bind, at(101)).await.unwrap();
    assert!(binding.is_none(), "another purpose");
    let (store, elsewhere) = (f.store(), SentCode { session: bobs, ..sent });
    let stolen = store.charge_sending(&ann, sending(elsewhere, "x", PLENTY), any()).await.unwrap();
    assert_eq!(stolen, Charged::Gone, "a session of somebody else asks for nothing");
}

pub(crate) async fn a_new_code_kills_the_old_and_a_refused_one_does_not_a156(f: Fixture) {
    let (ann, session) = somebody(&f, "ann").await;
    let first = code("one", &session, at(100));
    send(&f, &ann, sending(first.clone(), "ann", PLENTY)).await;
    let early = code("early", &session, at(110));
    let refused = send(&f, &ann, sending(early, "ann", PLENTY)).await;
    assert_eq!(refused, Charged::Wait { until: at(130), why: Unsent::Destination });
    assert_eq!(good(&f, &ann, &session, at(111)).await.as_deref(), Some("one"));
    send(&f, &ann, sending(code("two", &session, at(130)), "ann", PLENTY)).await;
    let old = f.store().spend_sent_code(&ann, &first, any()).await.unwrap();
    assert_eq!(old, Acceptance::Spent);
    assert_eq!(good(&f, &ann, &session, at(700)).await.as_deref(), Some("two"));
}

pub(crate) async fn a_code_is_tried_five_times_however_many_ask_at_once(mut f: Fixture) {
    let (ann, session) = somebody(&f, "ann").await;
    send(&f, &ann, sending(code("one", &session, at(100)), "ann", PLENTY)).await;
    let tries: Vec<_> = (0..100)
        .map(|_| {
            let (store, ann) = (f.store().clone(), ann.clone());
            tokio::spawn(async move {
                store.try_sent_code(&ann, &session, Purpose::Prove, at(101)).await.unwrap()
            })
        })
        .collect();
    let mut granted = 0;
    for one in tries {
        granted += u32::from(one.await.unwrap().is_some());
    }
    assert_eq!(granted, MOST_TRIES);
    f.reopen().await;
    let more = f.store().try_sent_code(&ann, &session, Purpose::Prove, at(102)).await.unwrap();
    assert!(more.is_none(), "a restart gives no tries back");
}

pub(crate) async fn hundreds_of_submits_of_one_sent_code_are_accepted_once_a143(f: Fixture) {
    let (ann, session) = somebody(&f, "ann").await;
    for round in 0..10 {
        let now = at(1000 * (round + 1));
        let sent = code(&format!("code {round}"), &session, now);
        let destination = format!("destination {round}");
        assert_eq!(
            send(&f, &ann, sending(sent.clone(), &destination, PLENTY)).await,
            Charged::Granted
        );
        let submits: Vec<_> = (0..300)
            .map(|_| {
                let (store, ann, sent) = (f.store().clone(), ann.clone(), sent.clone());
                tokio::spawn(
                    async move { store.spend_sent_code(&ann, &sent, any()).await.unwrap() },
                )
            })
            .collect();
        let mut accepted = 0;
        for submit in submits {
            accepted += usize::from(submit.await.unwrap() == Acceptance::Accepted);
        }
        assert_eq!(accepted, 1, "round {round}");
    }
    let log = f.verified_log().await;
    assert_eq!(log.iter().filter(|r| r.event.kind == AuditKind::CodeSent).count(), 10);
}

pub(crate) async fn the_first_right_code_verifies_the_contact_and_a_changed_one_is_gone(
    mut f: Fixture,
) {
    let (ann, session) = somebody(&f, "ann").await;
    let sent = code("one", &session, at(100));
    send(&f, &ann, sending(sent.clone(), "ann", PLENTY)).await;
    let told = event(AuditKind::ProofAccepted, 105);
    assert_eq!(f.store().spend_sent_code(&ann, &sent, told).await.unwrap(), Acceptance::Accepted);
    f.reopen().await;
    let held = f.store().authenticators(&ann).await.unwrap();
    assert_eq!(held[0].credential.contact().unwrap().verified, Some(at(105)));
    assert_eq!(held[0].last_used, Some(at(105)));
    let other =
        SentCode { address: "eve@example.org".to_owned(), ..code("two", &session, at(200)) };
    send(&f, &ann, sending(other.clone(), "ann", PLENTY)).await;
    assert_eq!(f.store().spend_sent_code(&ann, &other, any()).await.unwrap(), Acceptance::Gone);
    let store = f.store();
    store.set_state(&ann, AccountState::Disabled, any()).await.unwrap();
    let disabled = code("three", &session, at(300));
    let charged = store.charge_sending(&ann, sending(disabled, "ann", PLENTY), any()).await;
    assert_eq!(charged.unwrap(), Charged::Gone, "a disabled account gets no code");
}

pub(crate) async fn an_address_is_one_accounts_and_free_again_when_it_is_removed_s4_8(f: Fixture) {
    let (ann, _) = somebody(&f, "ann").await;
    let store = f.store();
    let bob = add(&**store, "bob", Role::User).await;
    for alike in ["ann@example.org", "Ann+x@example.org"] {
        let taken = store.bind_for(&bob, contact("his", alike), any()).await.unwrap();
        assert_eq!(taken, Acceptance::Taken(ann.clone()), "{alike}");
    }
    store.reset_authenticators(&ann, at(1000), any()).await.unwrap();
    let free = store.bind_for(&bob, contact("his", "ann@example.org"), any()).await.unwrap();
    assert_eq!(free, Acceptance::Accepted);
}

pub(crate) async fn addresses_are_replaced_in_one_act_or_stay_as_they_were(f: Fixture) {
    let store = f.store();
    let (ann, session) = somebody(&f, "ann").await;
    let (bob, _) = somebody(&f, "bob").await;
    let desk = add(&**store, "desk", Role::HelpDesk).await;
    let admin = add(&**store, "admin", Role::Admin).await;
    let by = |actor: &SubjectId, kind| {
        let mut audit = event(kind, 60).on(&ann);
        audit.actor = Actor::Subject { id: actor.clone() };
        let by = MandateOf::Person(actor.clone());
        audit.mandate = Some(Mandate { by, act: Act::SetContact, expects: None });
        audit
    };
    let change = |actor: &SubjectId, to: Option<&str>| ContactChange {
        channel: Channel::Email,
        new: to.map(|to| (contact("new", to), by(actor, AuditKind::AuthenticatorBound))),
        removed: by(actor, AuditKind::AuthenticatorRemoved),
    };
    let bound = async || store.authenticators(&ann).await.unwrap();
    let (before, head) = (bound().await, store.audit_head().await.unwrap());
    let refused = store.replace_contacts(&ann, change(&desk, Some("new@example.org"))).await;
    assert!(matches!(refused, Err(StoreError::NotAllowed(_))), "{refused:?}");
    let taken = store.replace_contacts(&ann, change(&admin, Some("bob@example.org"))).await;
    assert_eq!(taken.unwrap(), (Acceptance::Taken(bob), 0));
    assert_eq!((bound().await.len(), store.audit_head().await.unwrap()), (before.len(), head));
    assert_eq!(bound().await[0].id, before[0].id);
    assert!(store.has_session(&session).await.unwrap());
    let done = store.replace_contacts(&ann, change(&admin, Some("new@example.org"))).await;
    assert_eq!(done.unwrap(), (Acceptance::Accepted, 1));
    let ids: Vec<_> = bound().await.into_iter().map(|one| one.id).collect();
    assert_eq!(ids, ["new"]);
    assert!(!store.has_session(&session).await.unwrap());
    let log = f.verified_log().await;
    let told: Vec<_> = log[log.len() - 2..].iter().map(|it| it.event.kind).collect();
    assert_eq!(told, [AuditKind::AuthenticatorRemoved, AuditKind::AuthenticatorBound]);
    let old = Address::parse(Channel::Email, "ann@example.org").unwrap();
    assert_eq!(store.holder_of(&old).await.unwrap(), None);
    let none = store.replace_contacts(&ann, change(&admin, None)).await;
    assert_eq!(none.unwrap(), (Acceptance::Accepted, 1));
    assert!(bound().await.is_empty());
    let nothing = store.replace_contacts(&ann, change(&admin, None)).await;
    assert_eq!(nothing.unwrap(), (Acceptance::Gone, 0));
}

pub(crate) async fn budgets_of_sending_hold_over_accounts_restarts_and_clock_steps_a157(
    mut f: Fixture,
) {
    let (ann, session) = somebody(&f, "ann").await;
    let (bob, bobs) = somebody(&f, "bob").await;
    let mut sent = 0;
    for n in 0..1000_u64 {
        let now = at(1000 + n);
        let (id, key) = if n % 2 == 0 { (&ann, &session) } else { (&bob, &bobs) };
        let asked = sending(code(&n.to_string(), key, now), "one destination", PLENTY);
        sent += u32::from(send(&f, id, asked).await == Charged::Granted);
        if n % 400 == 399 {
            f.reopen().await;
        }
    }
    assert_eq!(sent, 6, "three in each ten minutes that began");
    // The clock is set back: what was sent still counts.
    let back = sending(code("back", &session, at(5)), "one destination", PLENTY);
    assert!(matches!(send(&f, &ann, back).await, Charged::Wait { .. }));
}

pub(crate) async fn a_used_up_budget_is_told_once_and_charges_nothing_else_a157(f: Fixture) {
    let (ann, session) = somebody(&f, "ann").await;
    let (bob, bobs) = somebody(&f, "bob").await;
    let limits = SendLimits { account: 2, prefix: 3, everybody: 4 };
    let ask = |id: &SubjectId, key: &SessionKey, n: u64, prefix: &str| {
        let code = code(&n.to_string(), key, at(1000 + n));
        let mut asked = sending(code, &format!("destination {n}"), limits);
        asked.prefix = Some(prefix.to_owned());
        (id.clone(), asked)
    };
    let mut outcomes = Vec::new();
    for (n, (id, key), prefix) in [
        (1, (&ann, &session), "+49"),
        (2, (&ann, &session), "+49"),
        (3, (&ann, &session), "+49"),
        (4, (&ann, &session), "+49"),
        (5, (&bob, &bobs), "+49"),
        (6, (&bob, &bobs), "+49"),
        (7, (&bob, &bobs), "+43"),
        (8, (&bob, &bobs), "+43"),
    ] {
        let (id, asked) = ask(id, key, n, prefix);
        outcomes.push(match send(&f, &id, asked).await {
            Charged::Granted => "granted",
            Charged::Wait { why, .. } => why.name(),
            Charged::Gone => "gone",
        });
    }
    let account = Unsent::Account.name();
    assert_eq!(
        outcomes,
        ["granted", "granted", account, account, "granted", "prefix", "granted", account]
    );
    let log = f.verified_log().await;
    let withheld = log.iter().filter(|r| r.event.kind == AuditKind::CodesWithheld);
    assert_eq!(withheld.count(), 3, "once for each budget");
    let third = sending(code("9", &session, at(1009).plus(Duration::from_hours(30))), "d", limits);
    assert_eq!(send(&f, &ann, third).await, Charged::Granted, "a day later");
}

pub(crate) async fn what_was_sent_is_forgotten_when_it_cannot_matter_and_not_before_a157(
    mut f: Fixture,
) {
    let (ann, session) = somebody(&f, "ann").await;
    let one_a_day = SendLimits { account: 1, ..PLENTY };
    let sent = sending(code("one", &session, at(100)), "ann", one_a_day);
    assert_eq!(send(&f, &ann, sent).await, Charged::Granted);
    f.store().keep_notices(&[Channel::Email]);
    let refused = event(AuditKind::ProofRefused, 100).on(&ann);
    f.store().record(refused.with("method", "totp").with("reason", "wrong")).await.unwrap();
    assert_eq!(f.store().forget_sent(at(699)).await.unwrap(), 0, "the code is good");
    assert_eq!(f.store().forget_sent(at(700)).await.unwrap(), 1, "the code");
    assert_eq!(f.store().forget_sent(at(86_499)).await.unwrap(), 0, "within a day");
    let second = sending(code("two", &session, at(86_499)), "ann", one_a_day);
    let kept = send(&f, &ann, second).await;
    assert!(matches!(kept, Charged::Wait { why: Unsent::Account, .. }), "{kept:?}");
    f.reopen().await;
    let later = at(2 * 86_400);
    assert_eq!(f.store().forget_sent(later).await.unwrap(), 4, "destination, tallies, refusal");
    assert_eq!(f.store().forget_sent(later).await.unwrap(), 0);
    f.reopen().await;
    let third = sending(code("three", &session, later), "ann", one_a_day);
    assert_eq!(send(&f, &ann, third).await, Charged::Granted);
    assert_eq!(f.store().forget_sent(later).await.unwrap(), 0, "of today");
}
