//! Who must have a second factor: what is decided on what was seen, and what is left when something fails on the way.

use super::by::enforced;
use super::*;
use crate::subject::terms::Mode;
use crate::subject::terms::Unenrolled;

fn set(change: TermsChange, expected: Option<Terms>) -> Command {
    Command::Enforcement(EnforcementCommand::Set { change, expected })
}

fn set_owners(change: TermsChange, expected: Option<Terms>) -> Command {
    Command::Enforcement(EnforcementCommand::SetOwners { change, expected })
}

fn denies() -> TermsChange {
    TermsChange { unenrolled: Change::Set(Unenrolled::Deny), ..TermsChange::default() }
}

/// Somebody looked, another one tightened meanwhile: what the first one decided on is there no more.
#[tokio::test]
async fn a_switch_that_somebody_turned_meanwhile_is_not_turned_again_unseen_a261() {
    for set in [set, set_owners] {
        let world = World::staffed().await;
        let seen = Terms::default();
        world.run(set(denies(), None)).await.unwrap();
        let after = world.store.audit_head().await.unwrap();
        let late = set(enforced(), Some(seen));
        assert_eq!(world.run(late).await, Err(OperateError::Conflict));
        assert_eq!(world.store.audit_head().await.unwrap(), after, "nothing was done");
        let seen = Terms { unenrolled: Some(Unenrolled::Deny), ..Terms::default() };
        let Reply::Enforcement(view) = world.run(set(enforced(), Some(seen))).await.unwrap() else {
            panic!("no view")
        };
        let both = [view.switch, view.owners_switch];
        let asked =
            both.iter().find(|terms| terms.mode == Some(Mode::Enforced)).expect("it is turned");
        assert_eq!(asked.unenrolled, Some(Unenrolled::Deny));
    }
}

/// Whoever has not looked says nothing of it.
#[test]
fn a_command_need_not_say_what_was_seen() {
    let text = "{\"set\":{\"change\":{\"mode\":{\"set\":\"enforced\"},\"grace_until\":\"keep\",\
                \"unenrolled\":\"keep\",\"allowed\":\"keep\"}}}";
    let command: EnforcementCommand = serde_json::from_str(text).unwrap();
    let EnforcementCommand::Set { change, expected: None } = command else { panic!("{command:?}") };
    assert_eq!(change, enforced());
}

/// A date for what is not asked for is a mistake, and is not passed over.
#[tokio::test]
async fn a_date_without_a_second_factor_that_is_asked_for_is_refused() {
    let world = World::staffed().await;
    let dated = |mode| {
        let grace_until = Change::Set(NOW.plus(Duration::from_hours(48)));
        TermsChange { mode, grace_until, ..TermsChange::default() }
    };
    let of_one =
        |change| Command::Enforcement(EnforcementCommand::SetUser { login: login("ulla"), change });
    let before = world.log().await.len();
    for mode in [Change::Clear, Change::Set(Mode::Optional)] {
        for command in [
            set(dated(mode.clone()), None),
            set_owners(dated(mode.clone()), None),
            of_one(dated(mode)),
        ] {
            let text = format!("{command:?}");
            assert_eq!(world.run(command).await, Err(OperateError::GraceAlone), "{text}");
        }
    }
    assert_eq!(world.log().await.len(), before, "nothing is done");
    // A date by itself asks for one; and one that is there goes with what it was for.
    world.run(set(dated(Change::Keep), None)).await.unwrap();
    let switches = world.store.switches().await.unwrap();
    assert_eq!(switches.everybody.mode, Some(Mode::Enforced));
    let optional = TermsChange { mode: Change::Set(Mode::Optional), ..TermsChange::default() };
    world.run(set(optional, None)).await.unwrap();
    let switches = world.store.switches().await.unwrap();
    assert_eq!(switches.everybody.grace_until, None);
}
