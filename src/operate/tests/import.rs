//! People brought in and taken out as a table.

use super::*;
use crate::authority::Denied;
use crate::operate::import::AT_ONCE;
use crate::operate::import::Fault;
use crate::operate::import::PeopleReply;
use crate::operate::import::Wrong;
use crate::operate::import::table;
use crate::operate::import::table::Column;
use crate::subject::PasswordStanding;

fn import(text: &str) -> Command {
    Command::People(PeopleCommand::Import { people: table::read(text).people })
}

fn check(text: &str) -> Command {
    Command::People(PeopleCommand::Check { people: table::read(text).people })
}

fn wrong(faults: &[Fault]) -> Vec<(usize, Option<Column>, Wrong)> {
    faults.iter().map(|it| (it.line, it.column, it.wrong)).collect()
}

impl World {
    async fn people(&self, command: Command) -> PeopleReply {
        let Reply::People(reply) = self.run(command).await.unwrap() else { panic!("no people") };
        reply
    }

    /// Somebody of a role, with a reason if they give one.
    async fn gives(&self, login: &str, reason: Option<&str>) -> By {
        let name = LoginName::parse(login).unwrap();
        let account = self.store.account_by_login(&name).await.unwrap().unwrap();
        let reason = reason.map(|text| Reason::parse(text).unwrap());
        By::person((&account.id, account.profile.role), Origin::default(), reason)
    }

    async fn kinds(&self) -> Vec<AuditKind> {
        self.log().await.iter().map(|record| record.event.kind).collect()
    }
}

#[tokio::test]
async fn people_are_brought_in_without_passwords_with_a_record_each_and_one_for_all() {
    let world = World::new();
    world.add("olga", Role::Owner).await;
    let text =
        "login,name,email,groups,role\nann,Ann A.,ann@a.example,\"ops,web\",auditor\nbob,,,,\n";
    let by = world.gives("olga", Some("the night shift")).await;
    let reply = world.operator.execute(by, import(text)).await.unwrap();
    assert_eq!(reply, Reply::People(PeopleReply::Imported { added: 2, faults: Vec::new() }));
    let Reply::Account(ann) = world.run(Command::UserShow { login: login("ann") }).await.unwrap()
    else {
        panic!("nobody")
    };
    assert_eq!((ann.role, ann.groups.len(), ann.name.as_str()), (Role::Auditor, 2, "Ann A."));
    assert_eq!(ann.password, PasswordStanding::None);
    let log = world.log().await;
    let [all, one, two] = &log[log.len() - 3..] else { panic!("no records") };
    assert_eq!(all.event.kind, AuditKind::UsersImported);
    assert_eq!(all.event.detail["accounts"], "2");
    for each in [one, two] {
        assert_eq!(each.event.kind, AuditKind::AccountCreated);
        assert_eq!(each.event.detail["reason"], "the night shift");
        assert!(matches!(each.event.actor, Actor::Subject { .. }));
    }
}

#[tokio::test]
async fn where_anything_is_wrong_all_of_it_is_told_and_nobody_is_brought_in() {
    let world = World::new();
    world.add("olga", Role::Owner).await;
    world.add("ann", Role::User).await;
    let before = world.log().await.len();
    let text = "login,role\nnew,user\nann,\nolga,\n";
    let expected =
        vec![(3, Some(Column::Login), Wrong::Taken), (4, Some(Column::Login), Wrong::Taken)];
    let PeopleReply::Checked { faults } = world.people(check(text)).await else { panic!() };
    assert_eq!(wrong(&faults), expected);
    let PeopleReply::Imported { added, faults } = world.people(import(text)).await else {
        panic!()
    };
    assert_eq!((added, wrong(&faults)), (0, expected));
    let many: Vec<String> = (0..=AT_ONCE).map(|at| format!("p{at}")).collect();
    let PeopleReply::Imported { added, faults } =
        world.people(import(&format!("login\n{}", many.join("\n")))).await
    else {
        panic!()
    };
    assert_eq!((added, faults.len(), faults[0].wrong), (0, 1, Wrong::Many));
    assert_eq!(world.log().await.len(), before, "something is recorded");
    let PeopleReply::Checked { faults } = world.people(check("login\nnew\n")).await else {
        panic!()
    };
    assert_eq!((faults, world.log().await.len()), (Vec::new(), before));
}

#[tokio::test]
async fn nobody_brings_in_a_role_that_is_not_below_their_own_a260() {
    let world = World::new();
    world.add("olga", Role::Owner).await;
    for (name, role) in [("adam", Role::Admin), ("desk", Role::HelpDesk), ("aud", Role::Auditor)] {
        world.add(name, role).await;
    }
    let text = "login,role\nann,user\neve,admin\nmax,owner\n";
    for command in [check(text), import(text)] {
        let by = world.gives("adam", Some("new")).await;
        let Reply::People(reply) = world.operator.execute(by, command).await.unwrap() else {
            panic!()
        };
        let (PeopleReply::Checked { faults } | PeopleReply::Imported { added: 0, faults }) = reply
        else {
            panic!("{reply:?}")
        };
        let not_below = |line| (line, Some(Column::Role), Wrong::NotBelow);
        assert_eq!(wrong(&faults), [not_below(3), not_below(4)]);
    }
    let role = OperateError::NotAllowed { why: Denied::Role };
    for (name, reason, command, refused) in [
        ("adam", None, import("login\nann\n"), OperateError::NoReason),
        ("desk", Some("x"), import("login\nann\n"), role.clone()),
        ("desk", Some("x"), check("login\nann\n"), role.clone()),
        ("aud", Some("x"), check("login\nann\n"), role.clone()),
        ("adam", Some("x"), Command::People(PeopleCommand::Export), role),
        ("olga", None, Command::People(PeopleCommand::Export), OperateError::NoReason),
    ] {
        let by = world.gives(name, reason).await;
        assert_eq!(world.operator.execute(by, command).await.unwrap_err(), refused, "{name}");
    }
    assert!(!world.kinds().await.contains(&AuditKind::UsersImported));
    let by = world.gives("olga", Some("yearly")).await;
    world.operator.execute(by, Command::People(PeopleCommand::Export)).await.unwrap();
    assert_eq!(world.kinds().await.last(), Some(&AuditKind::UsersExported));
}
