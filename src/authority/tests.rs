//! The rule as a table that is looked at by people, and as sentences that hold for every case.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// What was agreed on: a change of the rule changes this file, and is seen.
const MATRIX: &str = include_str!("matrix.txt");

fn everybody() -> Vec<(String, Who)> {
    let mut all = vec![("machine".to_owned(), Who::Machine)];
    let of = |kind: &str, role: Role| format!("{kind} {}", role.name());
    all.extend(Role::ALL.map(|role| (of("person", role), Who::Person(role))));
    all.extend(Role::ALL.map(|role| (of("program", role), Who::Program(role))));
    all
}

/// Every target that an act can have, by name.
fn targets(act: Act) -> Vec<(String, Target)> {
    match act.object() {
        Object::Everything => vec![("all".to_owned(), Target::Nothing)],
        Object::Token => {
            let mut all = vec![("console".to_owned(), Target::Token { role: None })];
            all.extend(Role::ALL.map(|role| (role.name().to_owned(), of_token(role))));
            all
        }
        Object::Account => {
            let mut all = vec![("oneself".to_owned(), Target::Oneself)];
            all.extend(Role::ALL.into_iter().flat_map(|before| accounts(act, before)));
            all
        }
    }
}

/// Every account of a role, or that gets it, on which an act can be.
fn accounts(act: Act, role: Role) -> Vec<(String, Target)> {
    let account = |before: Option<Role>, after: Option<Role>| Target::Account { before, after };
    let name = role.name();
    if act == Act::SetRole {
        let to =
            |after: Role| (format!("{name}>{}", after.name()), account(Some(role), Some(after)));
        return Role::ALL.map(to).to_vec();
    }
    let (is_made, is_removed) = (act == Act::AddUser, act == Act::RemoveUser);
    let target = account((!is_made).then_some(role), (!is_removed).then_some(role));
    vec![(name.to_owned(), target)]
}

const fn of_token(role: Role) -> Target {
    Target::Token { role: Some(role) }
}

/// The whole rule: for each act and asker, on whom they may, and why not on the others.
fn printed() -> String {
    let of = |act: Act| {
        let lines: String = everybody().iter().map(|asker| line(act, asker)).collect();
        format!("{} ({})\n{lines}", act.name(), act.weight().name())
    };
    Act::ALL.map(of).concat()
}

fn line(act: Act, (name, who): &(String, Who)) -> String {
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    for (target, concerned) in targets(act) {
        let said = may(*who, act, concerned).map_or_else(Denied::name, |()| "yes");
        match groups.iter_mut().find(|(known, _)| *known == said) {
            Some((_, targets)) => targets.push(target),
            None => groups.push((said, vec![target])),
        }
    }
    let group = |(said, targets): &(&str, Vec<String>)| format!("{said}: {}", targets.join(" "));
    let text = match groups.as_slice() {
        [(said, _)] => (*said).to_owned(),
        groups => groups.iter().map(group).collect::<Vec<_>>().join("; "),
    };
    format!("  {name:<18} {text}\n")
}

#[test]
fn the_rule_is_the_table_that_was_agreed_on_a176_a258() {
    let text = printed();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let table = concat!(env!("CARGO_MANIFEST_DIR"), "/src/authority/matrix.txt");
        std::fs::write(table, &text).unwrap();
        return;
    }
    assert!(text == MATRIX, "the rule has changed. If it is meant, this is matrix.txt:\n{text}");
}

#[test]
fn acts_have_names_of_their_own_and_everyone_is_listed() {
    let mut names: Vec<_> = Act::ALL.iter().map(|act| act.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Act::ALL.len());
}

#[test]
fn only_owners_issue_recovery_codes_and_never_to_owners_or_themselves_a176() {
    for (name, who) in everybody() {
        for target in targets(Act::IssueRecoveryCode) {
            let allowed = may(who, Act::IssueRecoveryCode, target.1).is_ok();
            let lower = !["oneself", "owner"].contains(&target.0.as_str());
            let right = who == Who::Machine || (who == Who::Person(Role::Owner) && lower);
            assert_eq!(allowed, right, "{name} to {}", target.0);
        }
    }
}

#[test]
fn a_help_desk_never_holds_both_halves_of_an_account_a260() {
    let desk = Who::Person(Role::HelpDesk);
    assert_eq!(may(desk, Act::ResetMfa, Target::of_role(Role::User)), Ok(()));
    for act in [
        Act::SetPassword,
        Act::IssuePasswordLink,
        Act::SetContact,
        Act::ApproveDevice,
        Act::EditProfile,
        Act::SetTerms,
        Act::IssueRecoveryCode,
    ] {
        assert_eq!(may(desk, act, Target::of_role(Role::User)), Err(Denied::Role), "{act:?}");
    }
    assert_eq!(may(desk, Act::SeeAudit, Target::Nothing), Err(Denied::Role));
}

#[test]
fn an_admin_makes_no_admin_in_any_way_a260() {
    let admin = Who::Person(Role::Admin);
    for (before, after) in [(None, Role::Admin), (None, Role::Owner)] {
        let target = Target::Account { before, after: Some(after) };
        assert_eq!(may(admin, Act::AddUser, target), Err(Denied::NotBelow));
    }
    let raised = Target::Account { before: Some(Role::User), after: Some(Role::Admin) };
    assert_eq!(may(admin, Act::SetRole, raised), Err(Denied::NotBelow));
    let token = Target::Token { role: Some(Role::Admin) };
    assert_eq!(may(admin, Act::AddToken, token), Err(Denied::NotBelow));
}

#[test]
fn programs_mint_no_way_in_and_move_no_rule_a176_a271() {
    let never = [
        Act::ExportUsers,
        Act::ExportAudit,
        Act::SkipAudit,
        Act::ImportUsers,
        Act::AddUser,
        // Consoles authorise by groups, and letters go to the address.
        Act::EditProfile,
        Act::RemoveUser,
        Act::SetRole,
        Act::Enable,
        Act::SetTerms,
        Act::SetContact,
        // Without one, what is left may be weaker, or nothing, and then a first one is set up on the password alone.
        Act::RemoveContact,
        Act::ApproveDevice,
        Act::ResetMfa,
        Act::SetUpFor,
        Act::IssuePasswordLink,
        Act::SetPassword,
        Act::IssueRecoveryCode,
        Act::EndAllSessions,
        Act::SetPolicy,
        Act::SetSitePolicy,
        Act::SetOwnersSwitch,
        Act::AddToken,
        Act::RotateToken,
        Act::EnableToken,
        Act::RotateKeys,
    ];
    for act in Act::ALL {
        let targets = targets(act);
        let asked = targets
            .iter()
            .flat_map(|(_, target)| Role::ALL.map(|role| may(Who::Program(role), act, *target)));
        let is_never = asked.clone().all(|said| said == Err(Denied::Never));
        assert_eq!(is_never, never.contains(&act), "{act:?}");
    }
}

#[test]
fn what_opens_or_widens_a_way_in_needs_a_reason_a180() {
    // Consoles authorise by groups, and letters go to the address: who edits a profile can widen what it opens.
    let widening = [Act::AddUser, Act::EditProfile];
    let token = [Act::AddToken, Act::RotateToken, Act::EnableToken];
    for act in widening.into_iter().chain(token) {
        assert_eq!(act.weight(), Weight::Grave, "{act:?}");
    }
}

fn people() -> impl Strategy<Value = Role> {
    select(Role::ALL.to_vec())
}

fn acts() -> impl Strategy<Value = Act> {
    select(Act::ALL.to_vec())
}

fn any_target() -> impl Strategy<Value = Target> {
    let role = || proptest::option::of(people());
    prop_oneof![
        Just(Target::Nothing),
        Just(Target::Oneself),
        (role(), role()).prop_map(|(before, after)| Target::Account { before, after }),
        role().prop_map(|role| Target::Token { role }),
    ]
}

proptest! {
    #[test]
    fn nobody_acts_on_an_equal_or_higher_role_but_owners_who_contain_owners_a182_a260(
        role in people(), act in acts(), before in proptest::option::of(people()),
        after in proptest::option::of(people()),
    ) {
        let target = Target::Account { before, after };
        let not_below = [before, after].into_iter().flatten().any(|concerned| concerned >= role);
        if not_below && may(Who::Person(role), act, target).is_ok() {
            prop_assert_eq!(role, Role::Owner);
            prop_assert!(act.contains_owners(), "{:?}", act);
        }
        if not_below {
            prop_assert!(may(Who::Program(role), act, target).is_err());
        }
    }

    #[test]
    fn a_lower_role_never_may_what_needs_a_higher_one(
        role in people(), act in acts(), target in any_target(),
    ) {
        let allowed = may(Who::Person(role), act, target).is_ok();
        prop_assert!(!allowed || act.roles().has(role));
        // Rights to change only grow with the role; to see, an auditor has a set of their own.
        if allowed && act.weight() != Weight::Look {
            for higher in Role::ALL.into_iter().filter(|higher| *higher > role) {
                prop_assert!(may(Who::Person(higher), act, target).is_ok(), "{:?} {:?}", higher, act);
            }
        }
    }

    #[test]
    fn a_program_never_may_what_a_person_of_its_role_may_not_a176(
        role in people(), act in acts(), target in any_target(),
    ) {
        let program = may(Who::Program(role), act, target).is_ok();
        prop_assert!(!program || (role < Role::Owner && may(Who::Person(role), act, target).is_ok()));
    }

    #[test]
    fn whoever_is_at_the_machine_may_everything_that_makes_sense(
        role in people(), act in acts(), target in any_target(),
    ) {
        let person = may(Who::Person(role), act, target);
        let machine = may(Who::Machine, act, target);
        prop_assert!(machine.is_ok() || person == Err(Denied::Never));
    }

    #[test]
    fn nobody_does_to_themselves_what_changes_anything(role in people(), act in acts()) {
        let allowed = may(Who::Person(role), act, Target::Oneself).is_ok();
        prop_assert!(!allowed);
    }
}

#[test]
fn who_may_do_an_act_to_nobody_never_may_and_who_may_to_somebody_may_a258() {
    assert_eq!(ever(Who::Program(Role::Admin), Act::SetRole), Err(Denied::Never));
    assert_eq!(ever(Who::Program(Role::Admin), Act::Disable), Ok(()));
    assert_eq!(ever(Who::Program(Role::Auditor), Act::Disable), Err(Denied::Role));
    assert_eq!(ever(Who::Person(Role::Admin), Act::AddUser), Ok(()));
    assert_eq!(ever(Who::Person(Role::Owner), Act::RemoveUser), Ok(()));
    assert_eq!(ever(Who::Person(Role::HelpDesk), Act::SeeAudit), Err(Denied::Role));
}
