//! Acts on the command line: noted as they are written, until whoever administers has seen them.

use portcullis::audit::Actor;
use portcullis::audit::AuditEvent;
use portcullis::audit::AuditKind;
use portcullis::authenticator::contact::Channel;
use portcullis::store::loud::LAST_ACTS;
use portcullis::subject::Role;
use portcullis::subject::SubjectId;

use crate::support::Fixture;
use crate::support::add;
use crate::support::any;
use crate::support::at;
use crate::support::event;

fn on_the_command_line(kind: AuditKind, secs: u64) -> AuditEvent {
    let mut event = event(kind, secs);
    event.actor = Actor::Operator { uid: 7 };
    event
}

async fn count(f: &mut Fixture, id: &SubjectId) -> u64 {
    f.store().unseen_acts(id).await.unwrap().count
}

pub(crate) async fn an_act_on_the_command_line_is_announced_to_each_until_they_have_seen_it(
    mut f: Fixture,
) {
    let ann = add(&**f.store(), "ann", Role::Owner).await;
    let bob = add(&**f.store(), "bob", Role::Admin).await;
    // What others do is not announced: neither the gateway's acts nor those of people.
    let before = f.store().unseen_acts(&ann).await.unwrap();
    f.store().record(any()).await.unwrap();
    assert_eq!(f.store().unseen_acts(&ann).await.unwrap(), before);
    f.store().acts_seen(&ann, before.up_to).await.unwrap();
    f.store().acts_seen(&bob, before.up_to).await.unwrap();
    assert_eq!(count(&mut f, &ann).await, 0);

    let disabled = on_the_command_line(AuditKind::AccountDisabled, 50).on(&bob);
    f.store().record(disabled).await.unwrap();
    f.reopen().await;
    let unseen = f.store().unseen_acts(&ann).await.unwrap();
    let seq = f.store().audit_head().await.unwrap().seq;
    assert_eq!((unseen.count, unseen.last.len()), (1, 1));
    let act = &unseen.last[0];
    assert_eq!((act.seq, act.at, act.kind), (seq, at(50), AuditKind::AccountDisabled));
    assert_eq!((act.uid, act.target.as_ref()), (7, Some(&bob)));

    // What comes between the look and the word is still unseen.
    f.store().record(on_the_command_line(AuditKind::AuditExported, 51)).await.unwrap();
    f.store().acts_seen(&ann, unseen.up_to).await.unwrap();
    let left = f.store().unseen_acts(&ann).await.unwrap();
    assert_eq!((left.count, left.last[0].kind), (1, AuditKind::AuditExported));
    // Nobody unsees, nor sees ahead, nor for another.
    for up_to in [0, unseen.up_to, left.up_to + 1, u64::MAX] {
        f.store().acts_seen(&ann, up_to).await.unwrap();
        assert_eq!(count(&mut f, &ann).await, 1, "{up_to}");
    }
    assert_eq!(count(&mut f, &bob).await, 2);
    let nobody = SubjectId::from_stored("nobody".to_owned());
    f.store().acts_seen(&nobody, left.up_to).await.unwrap();
    assert_eq!(count(&mut f, &nobody).await, left.up_to, "nothing is kept of nobody");
    f.reopen().await;
    f.store().acts_seen(&ann, left.up_to).await.unwrap();
    assert_eq!(count(&mut f, &ann).await, 0);
}

pub(crate) async fn of_many_acts_on_the_command_line_the_last_are_kept_and_all_are_counted(
    f: Fixture,
) {
    let ann = add(&**f.store(), "ann", Role::Owner).await;
    let before = f.store().unseen_acts(&ann).await.unwrap().count;
    let many = u64::try_from(LAST_ACTS).unwrap() + 5;
    for n in 0..many {
        f.store().record(on_the_command_line(AuditKind::AuditExported, 60 + n)).await.unwrap();
    }
    let unseen = f.store().unseen_acts(&ann).await.unwrap();
    assert_eq!((unseen.count, unseen.last.len()), (before + many, LAST_ACTS));
    assert_eq!(unseen.last[0].at, at(59 + many), "latest first");
    assert!(unseen.last.windows(2).all(|pair| pair[0].seq > pair[1].seq));
}

pub(crate) async fn letters_of_acts_on_the_command_line_are_one_an_hour_and_none_for_an_export(
    f: Fixture,
) {
    let store = f.store();
    let ann = add(&**store, "ann", Role::Owner).await;
    let bob = add(&**store, "bob", Role::User).await;
    store.note_sign_in(&ann, at(40)).await.unwrap();
    store.keep_notices(&[Channel::Email]);
    let letters = async || store.notices(at(1_000_000), 100).await.unwrap().1;
    let none = letters().await;
    for (kind, secs) in [(AuditKind::AuditExported, 10_000), (AuditKind::OperatorRefused, 10_001)] {
        store.record(on_the_command_line(kind, secs)).await.unwrap();
        assert_eq!(letters().await, none, "{kind:?}");
    }
    // The last one: a clock that was ahead has written before, and is right again.
    for (secs, more) in [(10_002, 1), (10_003, 1), (14_000, 2), (50, 3)] {
        let disabled = on_the_command_line(AuditKind::AccountDisabled, secs).on(&bob);
        store.record(disabled).await.unwrap();
        assert_eq!(letters().await, none + more, "{secs}");
    }
}
