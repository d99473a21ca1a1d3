//! What is done when something fails after an act is written: it is not called undone, and what can follow follows.

use super::by::because;
use super::by::enforced;
use super::by::only_passkeys;
use super::*;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::backup_code;
use crate::authenticator::contact::Channel;
use crate::enforcement::Rulebook;
use crate::enforcement::Whom;
use crate::subject::terms::Mode;

impl World {
    /// Gives a command; once it is written, nothing can be read until it ends.
    async fn run_blind(&self, by: By, command: Command) -> Result<Reply, OperateError> {
        self.sled.go_blind_after_an_act();
        let outcome = self.operator.execute(by, command).await;
        self.sled.see_again();
        outcome
    }
}

fn is_unfinished(outcome: &Result<Reply, OperateError>) -> bool {
    let Err(error @ OperateError::Unfinished { .. }) = outcome else { return false };
    let told = error.to_string();
    told.contains("it is done") && !told.contains("Nothing was done")
}

#[tokio::test]
async fn what_was_written_is_never_called_undone() {
    let (world, _directory) = World::staffed().await.with_directory().await;
    let contact = |address: &str| {
        let (login, channel) = (login("ulla"), Channel::Email);
        Command::UserContact(ContactCommand::Set { login, channel, address: address.to_owned() })
    };
    let password = Secret::new("another tall grass".to_owned());
    let set_terms = EnforcementCommand::SetUser { login: login("ulla"), change: enforced() };
    for command in [
        Command::UserAdd(user("newt", Role::User)),
        Command::UserSetPassword { login: login("ulla"), password },
        Command::UserSetRole { login: login("ulla"), role: Role::Auditor },
        Command::UserDisable { login: login("ulla") },
        Command::UserEnable { login: login("ulla") },
        Command::UserResetMfa { login: login("ulla") },
        contact("ulla@example.org"),
        Command::Enforcement(set_terms),
        Command::Enforcement(EnforcementCommand::Set { change: enforced(), expected: None }),
    ] {
        let before = world.log().await.len();
        let text = format!("{command:?}");
        let outcome = world.run_blind(By::machine(7, None), command).await;
        assert!(is_unfinished(&outcome), "{text}: {outcome:?}");
        assert!(world.log().await.len() > before, "{text}");
    }
    let ulla = world.store.account(&world.id("ulla").await).await.unwrap().unwrap();
    assert_eq!((ulla.profile.role, ulla.terms.mode), (Role::Auditor, Some(Mode::Enforced)));
    assert_eq!(world.store.switches().await.unwrap().everybody.mode, Some(Mode::Enforced));
}

#[tokio::test]
async fn a_switch_that_cannot_be_read_again_is_in_force_as_it_was_written() {
    let (world, directory) = World::staffed().await.with_directory().await;
    let kinds = [AuthenticatorKind::Password, AuthenticatorKind::Totp];
    let ulla = world.open(&directory, "ulla", &kinds).await;
    let turned = EnforcementCommand::Set { change: only_passkeys(), expected: None };
    let outcome = world.run_blind(By::machine(7, None), Command::Enforcement(turned)).await;
    assert!(is_unfinished(&outcome), "{outcome:?}");
    let only = Some(["passkey".to_owned()].into());
    assert_eq!(directory.switch().load().everybody.allowed, only);
    assert!(directory.find(&ulla.key).is_none() && ulla.ended.is_cancelled());
    assert!(!world.store.has_session(&ulla.key).await.unwrap());
}

/// Two turn it at once, and neither can read what it says then: whatever is shown meanwhile, it is not for long.
#[tokio::test]
async fn a_switch_that_others_turned_too_is_read_by_the_next_sweep() {
    let (world, directory) = World::staffed().await.with_directory().await;
    // Somebody else's change, which nobody here has seen yet.
    let change = enforced().applied_to(Terms::default()).unwrap();
    let audit = AuditEvent::new(NOW, AuditKind::EnforcementChanged, ME);
    let turned = [Terms::default(), change];
    let whom = Whom::Everybody;
    world.store.replace_switch(whom, turned, audit).await.unwrap();
    let turned = EnforcementCommand::Set { change: only_passkeys(), expected: None };
    let outcome = world.run_blind(By::machine(7, None), Command::Enforcement(turned)).await;
    assert!(is_unfinished(&outcome), "{outcome:?}");
    directory.sweep().await.unwrap();
    let shown = directory.switch().load();
    assert_eq!(shown.everybody, world.store.switches().await.unwrap().everybody);
    assert_eq!(shown.everybody.mode, Some(Mode::Enforced));
}

#[tokio::test]
async fn a_session_that_the_store_does_not_end_keeps_no_other_open_and_goes_on_nowhere_a234() {
    let (world, directory) = World::staffed().await.with_directory().await;
    let kinds = [AuthenticatorKind::Password, AuthenticatorKind::Totp];
    let mut open = Vec::new();
    for name in ["ulla", "alma", "adam", "hedy"] {
        open.push((name, world.open(&directory, name, &kinds).await));
    }
    let turned = only_passkeys().applied_to(Terms::default()).unwrap();
    let audit = AuditEvent::new(NOW, AuditKind::EnforcementChanged, ME);
    let whom = Whom::Everybody;
    world.store.replace_switch(whom, [Terms::default(), turned], audit).await.unwrap();
    directory.follow_switches().await.unwrap();
    let settings = enforcement::Settings::default();
    let rulebook = Rulebook::new(settings, Arc::clone(directory.switch()));
    // In the name of a person, who ends no session but their own: the store refuses the others.
    let adam = Actor::Subject { id: world.id("adam").await };
    let ended = AuditEvent::new(NOW, AuditKind::SessionEnded, adam);
    let enabled = crate::authenticator::KindSet::ALL;
    directory.end_disallowed(&rulebook, enabled, ended).await.unwrap_err();
    for (name, session) in open {
        assert!(directory.find(&session.key).is_none() && session.ended.is_cancelled(), "{name}");
        assert_eq!(world.store.has_session(&session.key).await.unwrap(), name != "adam", "{name}");
    }
}

#[tokio::test]
async fn a_recovery_code_is_told_whatever_cannot_be_read_once_it_is_made() {
    let world = World::staffed().await;
    let issue = EnforcementCommand::IssueRecoveryCode { login: login("ulla") };
    let by = By::machine(7, Some(because("lost everything")));
    let outcome = world.run_blind(by, Command::Enforcement(issue)).await;
    let Ok(Reply::RecoveryCode { account, code, expires }) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!((account.login.as_str(), account.recovery_code_until), ("ulla", Some(expires)));
    let kept = world.store.recovery_code(&world.id("ulla").await).await.unwrap().unwrap();
    let canonical = backup_code::canonical_code(code.0.expose()).unwrap();
    assert!(kept.matches(&canonical).unwrap());
}

#[tokio::test]
async fn passwords_are_hashed_one_at_a_time_and_few_wait_a128() {
    let world = World::staffed().await;
    let hashing = &world.operator.hashing;
    let hasher = hashing.hasher.lock().await;
    let spawned = |at: usize| {
        let operator = Arc::clone(&world.operator);
        let add = Command::UserAdd(user(&format!("new{at}"), Role::User));
        tokio::spawn(async move { operator.execute(By::machine(7, None), add).await })
    };
    let waiting: Vec<_> = (0..hashing::PLACES).map(spawned).collect();
    while hashing.room() > 0 {
        tokio::task::yield_now().await;
    }
    let before = world.log().await.len();
    let password = Secret::new(PASSWORD.to_owned());
    let code = EnforcementCommand::IssueRecoveryCode { login: login("ulla") };
    let by = By::machine(7, Some(because("lost everything")));
    for command in [
        Command::UserAdd(user("late", Role::User)),
        Command::UserSetPassword { login: login("ulla"), password },
        Command::Enforcement(code),
    ] {
        let refused = world.operator.execute(by.clone(), command).await;
        assert_eq!(refused, Err(OperateError::Busy));
    }
    assert_eq!(world.log().await.len(), before, "nothing is done");
    // What hashes nothing goes on.
    world.run(Command::UserDisable { login: login("ulla") }).await.unwrap();
    drop(hasher);
    for one in waiting {
        one.await.unwrap().unwrap();
    }
    assert_eq!(world.operator.hashing.room(), hashing::PLACES);
}
