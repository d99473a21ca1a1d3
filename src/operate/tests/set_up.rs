//! Setting up an app for somebody who may not use it, or who is gone meanwhile.

use super::by::only_passkeys;
use super::*;
use crate::authenticator::KindSet;
use crate::store::Acceptance;

fn set_up(login: &str) -> Command {
    Command::UserSetUp { login: login.to_owned() }
}

impl World {
    async fn sets_up(&self, login: &str) -> Result<Reply, OperateError> {
        self.operator.execute(By::machine(7, Some(by::because("at the desk"))), set_up(login)).await
    }
}

#[tokio::test]
async fn no_app_is_handed_to_whoever_may_not_use_one_s3_7() {
    let world = World::staffed().await;
    assert!(matches!(world.sets_up("ulla").await, Ok(Reply::HandedApp(_))));
    let before = world.log().await.len();
    let refused = OperateError::KindNotAllowed { login: login("ulla") };
    // By the configuration: for everybody, then by a rule of it.
    let settings = (**world.operator.settings.load()).clone();
    let mut without = settings.clone();
    without.enforcement.enabled = KindSet::ALL.without(AuthenticatorKind::Totp);
    world.operator.configure(without);
    assert_eq!(world.sets_up("ulla").await, Err(refused.clone()));
    let mut passkeys = settings.clone();
    passkeys.enforcement.everybody.allowed = Some(enforcement::kinds_of(["passkey"]));
    world.operator.configure(passkeys);
    assert_eq!(world.sets_up("ulla").await, Err(refused.clone()));
    world.operator.configure(settings);
    assert_eq!(world.log().await.len(), before);
    // By what is asked of them alone.
    let terms = EnforcementCommand::SetUser { login: login("ulla"), change: only_passkeys() };
    world.run(Command::Enforcement(terms)).await.unwrap();
    assert_eq!(world.sets_up("ulla").await, Err(refused.clone()));
    assert!(matches!(world.sets_up("alma").await, Ok(Reply::HandedApp(_))));
    // By what is asked of everybody.
    let change = only_passkeys();
    let turned = EnforcementCommand::Set { change, expected: None };
    world.run(Command::Enforcement(turned)).await.unwrap();
    let refused = OperateError::KindNotAllowed { login: login("alma") };
    assert_eq!(world.sets_up("alma").await, Err(refused));
}

#[tokio::test]
async fn whoever_was_disabled_or_removed_meanwhile_is_said_to_be_that() {
    let world = World::staffed().await;
    let ulla = world.store.account(&world.id("ulla").await).await.unwrap().unwrap();
    world.run(Command::UserDisable { login: login("ulla") }).await.unwrap();
    let told = world.operator.not_handed(&ulla, &Acceptance::Gone).await;
    assert_eq!(told, OperateError::AccountDisabled { login: login("ulla") });
    let remove = ProfileCommand::Remove { login: login("ulla") };
    world.run(Command::UserProfile(remove)).await.unwrap();
    let told = world.operator.not_handed(&ulla, &Acceptance::Gone).await;
    assert_eq!(told, OperateError::NoSuchAccount { login: login("ulla") });
}
