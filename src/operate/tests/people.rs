//! Who somebody is, the passwords they choose themselves, and the end of their account.

use super::*;
use crate::authority::Denied;
use crate::authority::Who;
use crate::subject::PasswordStanding;
use crate::subject::SubjectId;
use crate::subject::password_link::GOOD_FOR;
use crate::subject::password_link::LinkText;
use std::collections::BTreeSet;

fn link(login: &str) -> Command {
    let login = login.to_owned();
    Command::UserPassword(PasswordCommand::Link { login, site: None })
}

fn edit(login: &str, change: ProfileChange) -> Command {
    Command::UserProfile(ProfileCommand::Edit { login: login.to_owned(), change })
}

fn remove(login: &str) -> Command {
    Command::UserProfile(ProfileCommand::Remove { login: login.to_owned() })
}

impl World {
    async fn without_password(&self, login: &str) {
        let mut new = user(login, Role::User);
        new.password = FirstPassword::None;
        self.run(Command::UserAdd(new)).await.unwrap();
    }

    /// The facts of the last record.
    async fn last(&self) -> AuditEvent {
        self.log().await.pop().unwrap().event
    }
}

#[tokio::test]
async fn a_link_leads_to_the_site_is_told_once_and_stands_in_no_record() {
    let world = World::new();
    world.without_password("ann").await;
    let Reply::PasswordLink { account, link: told, expires } =
        world.run(link("ann")).await.unwrap()
    else {
        panic!("no link")
    };
    let start = "https://console.test/.portcullis/welcome?t=";
    let text = told.0.expose().strip_prefix(start).expect("an address of the site");
    let text = LinkText::parse(text).unwrap();
    assert_eq!((text.subject.as_str(), text.token.expose().len()), (account.id.as_str(), 52));
    assert_eq!(expires, NOW.plus(GOOD_FOR));
    assert_eq!(
        (account.password, account.password_link_until),
        (PasswordStanding::None, Some(expires))
    );
    let event = world.last().await;
    assert_eq!((event.kind, event.is_told()), (AuditKind::PasswordLinkIssued, true));
    let log = serde_json::to_string(&world.log().await).unwrap();
    assert!(!log.contains(text.token.expose()));
    let id = SubjectId::from_stored(account.id);
    let found = world.store.password_link(&id, (text.token.hash(), world.clock.now())).await;
    assert!(found.unwrap().is_some());
    // Only to a site where such accounts sign in, and to nobody who may not.
    let elsewhere = PasswordCommand::Link { login: login("ann"), site: Some("nowhere".to_owned()) };
    let refused = world.run(Command::UserPassword(elsewhere)).await.unwrap_err();
    assert!(matches!(refused, OperateError::NoSuchSite { .. }), "{refused:?}");
    world.run(Command::UserDisable { login: login("ann") }).await.unwrap();
    let refused = world.run(link("ann")).await.unwrap_err();
    assert_eq!(refused, OperateError::AccountDisabled { login: login("ann") });
}

#[tokio::test]
async fn an_account_can_be_added_with_its_link() {
    let world = World::new();
    world.add("olga", Role::Owner).await;
    let mut new = user("ann", Role::User);
    new.password = FirstPassword::Link { site: None };
    let by = By::person((&world.id("olga").await, Role::Owner), Origin::default(), None);
    let command = Command::UserAdd(new);
    let refused = world.operator.execute(by, command.clone()).await.unwrap_err();
    assert_eq!(refused, OperateError::NoReason);
    let reason = Some(Reason::parse("new here").unwrap());
    let by = By::person((&world.id("olga").await, Role::Owner), Origin::default(), reason);
    let reply = world.operator.execute(by, command).await.unwrap();
    assert!(matches!(reply, Reply::PasswordLink { .. }), "{reply:?}");
    let kinds: Vec<AuditKind> = world.log().await.iter().map(|record| record.event.kind).collect();
    assert!(kinds.ends_with(&[AuditKind::AccountCreated, AuditKind::PasswordLinkIssued]));
    assert_eq!(world.last().await.detail["reason"], "new here");
}

#[tokio::test]
async fn whose_password_is_kept_elsewhere_gets_none_here() {
    let world = World::new();
    world.without_password("desk/ann").await;
    let set = Command::UserSetPassword {
        login: login("desk/ann"),
        password: Secret::new(PASSWORD.to_owned()),
        must_change: true,
    };
    let require = PasswordCommand::RequireChange { login: login("desk/ann") };
    let before = world.log().await.len();
    for command in [link("desk/ann"), set, Command::UserPassword(require)] {
        let refused = world.run(command).await.unwrap_err();
        assert_eq!(refused, OperateError::PasswordElsewhere { login: login("desk/ann") });
    }
    assert_eq!(world.log().await.len(), before);
}

#[tokio::test]
async fn another_password_is_asked_for_where_there_is_one_and_what_the_present_one_opened_ends() {
    let (world, directory) = World::new().with_directory().await;
    world.without_password("ann").await;
    world.add("bob", Role::User).await;
    let require = |login: &str| {
        Command::UserPassword(PasswordCommand::RequireChange { login: login.to_owned() })
    };
    let refused = world.run(require("ann")).await.unwrap_err();
    assert_eq!(refused, OperateError::NoPassword { login: login("ann") });
    let open = world.open(&directory, "bob", &[AuthenticatorKind::Password]).await;
    let (bob, ended) = world.changed(require("bob")).await;
    assert_eq!((bob.password, bob.sessions, ended), (PasswordStanding::MustChange, 0, 1));
    assert!(open.ended.is_cancelled() && directory.find(&open.key).is_none());
    assert!(!world.store.has_session(&open.key).await.unwrap());
    assert_eq!(world.last().await.kind, AuditKind::PasswordChangeRequired);
    let set = |must_change| Command::UserSetPassword {
        login: login("bob"),
        password: Secret::new(PASSWORD.to_owned()),
        must_change,
    };
    assert_eq!(world.changed(set(false)).await.0.password, PasswordStanding::Set);
    assert_eq!(world.changed(set(true)).await.0.password, PasswordStanding::MustChange);
    assert_eq!(world.last().await.detail["must_change"], "next_sign_in");
}

#[tokio::test]
async fn other_groups_and_another_address_end_sessions_and_the_old_address_is_told_a204() {
    let world = World::new();
    world.store.keep_notices(&[crate::authenticator::contact::Channel::Email]);
    let mut new = user("ann", Role::User);
    new.email = Some("old@example.org".to_owned());
    new.groups = vec!["ops".to_owned(), "web".to_owned()];
    world.run(Command::UserAdd(new)).await.unwrap();
    let change = |name: Option<&str>, email: Change<&str>, groups: Option<&[&str]>| {
        let email = match email {
            Change::Keep => Change::Keep,
            Change::Clear => Change::Clear,
            Change::Set(text) => Change::Set(text.to_owned()),
        };
        let groups = groups.map(|all| all.iter().map(|&it| it.to_owned()).collect());
        edit("ann", ProfileChange { name: name.map(str::to_owned), email, groups })
    };
    let told = async || {
        let (all, _) =
            world.store.notices(Timestamp::from_secs(u64::MAX / 2000), 99).await.unwrap();
        all.into_iter().map(|one| one.address).collect::<Vec<_>>()
    };
    world.open_session("ann").await;
    let (ann, ended) = world.changed(change(Some(" Ann B. "), Change::Keep, None)).await;
    assert_eq!((ann.name.as_str(), ended, told().await.len()), ("Ann B.", 0, 0));
    let email = change(None, Change::Set("new@example.org"), None);
    let (ann, ended) = world.changed(email.clone()).await;
    assert_eq!((ann.email.as_deref(), ended), (Some("new@example.org"), 1));
    assert_eq!(told().await, ["old@example.org"]);
    let event = world.last().await;
    assert_eq!(
        (event.kind, event.detail["email"].as_str()),
        (AuditKind::ProfileChanged, "changed")
    );
    assert!(!format!("{event:?}").contains("example.org"));
    // The same once more is no act.
    let before = world.log().await.len();
    assert_eq!(world.changed(email).await.1, 0);
    assert_eq!(world.log().await.len(), before);
    world.open_session("ann").await;
    let groups = change(None, Change::Keep, Some(&["web", "db", "db"]));
    let (ann, ended) = world.changed(groups).await;
    assert_eq!((ann.groups, ended), (vec!["db".to_owned(), "web".to_owned()], 1));
    let event = world.last().await;
    let facts = (event.detail["groups_added"].as_str(), event.detail["groups_removed"].as_str());
    assert_eq!(facts, ("db", "ops"));
    assert_eq!(told().await.len(), 1, "groups are told to nobody");
    let (ann, _) = world.changed(change(None, Change::Clear, Some(&[]))).await;
    assert_eq!((ann.email, ann.groups.len()), (None, 0));
    assert_eq!(told().await, ["old@example.org", "new@example.org"]);
    let many: Vec<String> = (0..20).map(|n| format!("{n:0>200}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for odd in [
        change(Some(" "), Change::Keep, None),
        change(Some("a\u{7}"), Change::Keep, None),
        change(None, Change::Set("nobody"), None),
        change(None, Change::Keep, Some(&["a,b"])),
        change(None, Change::Keep, Some(&many)),
    ] {
        let refused = world.run(odd).await;
        assert!(matches!(refused, Err(OperateError::BadText { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn of_edits_at_once_the_log_tells_what_each_of_them_changed() {
    let world = World::new();
    world.add("ann", Role::User).await;
    let lists = [vec!["a"], vec!["a", "b"], vec!["c"], vec!["b", "c"], vec![], vec!["b"]];
    let edits = lists.map(|groups| {
        let groups = groups.into_iter().map(str::to_owned).collect();
        let change = ProfileChange { groups: Some(groups), ..ProfileChange::default() };
        let operator = Arc::clone(&world.operator);
        tokio::spawn(async move {
            operator.execute(By::machine(1234, None), edit("ann", change)).await.unwrap()
        })
    });
    for edit in edits {
        edit.await.unwrap();
    }
    // Whoever follows the log knows who is in which group.
    let mut told = BTreeSet::new();
    for record in world.log().await {
        if record.event.kind != AuditKind::ProfileChanged {
            continue;
        }
        let named = |name: &str| {
            let list = record.event.detail[name].clone();
            list.split(',').filter(|it| !it.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        for group in named("groups_removed") {
            assert!(told.remove(&group), "{group} was no longer theirs");
        }
        for group in named("groups_added") {
            assert!(told.insert(group.clone()), "{group} was theirs already");
        }
    }
    let kept = world.store.account(&world.id("ann").await).await.unwrap().unwrap();
    assert_eq!(kept.profile.groups, told.into_iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn only_what_is_disabled_is_removed_by_owners_and_the_last_owner_never_a261() {
    let (world, directory) = World::new().with_directory().await;
    world.add("olga", Role::Owner).await;
    world.add("bob", Role::User).await;
    let refused = world.run(remove("bob")).await.unwrap_err();
    assert_eq!(refused, OperateError::WrongState { login: login("bob") });
    assert!(refused.advice().unwrap().contains("portcullis user disable bob"));
    let refused = world.run(remove("olga")).await.unwrap_err();
    assert_eq!(refused, OperateError::WrongState { login: login("olga") });
    world.run(Command::UserDisable { login: login("bob") }).await.unwrap();
    let id = world.id("bob").await;
    let Reply::Removed { id: told, login: name } = world.run(remove("bob")).await.unwrap() else {
        panic!("not removed")
    };
    assert_eq!((told.as_str(), name.as_str()), (id.as_str(), "bob"));
    assert_eq!(directory.count_of(&id), 0);
    let event = world.last().await;
    assert_eq!((event.kind, event.target), (AuditKind::AccountRemoved, Some(id.clone())));
    let refused = world.run(remove("bob")).await.unwrap_err();
    assert_eq!(refused, OperateError::NoSuchAccount { login: login("bob") });
    // The name is free, and whoever gets it is somebody else.
    let again = world.add("bob", Role::User).await;
    assert_ne!(again.id, id.as_str());
}

#[tokio::test]
async fn programs_hand_out_no_links_and_admins_remove_nobody_a260() {
    let world = World::new();
    world.add("ann", Role::User).await;
    let who = [Who::Program(Role::Admin), Who::Person(Role::HelpDesk)];
    for who in who {
        let refused = crate::authority::ever(who, link("ann").act());
        assert!(matches!(refused, Err(Denied::Never | Denied::Role)), "{who:?}");
    }
    let refused = crate::authority::ever(Who::Person(Role::Admin), remove("ann").act());
    assert_eq!(refused, Err(Denied::Role));
}

#[test]
fn what_happened_is_told_without_advice_for_the_command_line() {
    let name = || "ann".to_owned();
    for error in [
        OperateError::NoSuchAccount { login: name() },
        OperateError::LoginTaken { login: name() },
        OperateError::LastOwner { login: name() },
        OperateError::AccountDisabled { login: name() },
        OperateError::WrongState { login: name() },
        OperateError::NoPassword { login: name() },
        OperateError::AddressTaken { field: name(), by: name() },
        OperateError::NoSuchDevice { login: name(), device: name() },
        OperateError::NoSuchSession { given: name() },
        OperateError::NoSuchToken { given: name() },
        OperateError::TokenNameTaken { name: name() },
        OperateError::TooManyTokens { most: 1 },
        OperateError::NoReason,
        OperateError::Interrupted,
    ] {
        let text = error.to_string();
        assert!(!text.contains("portcullis") && !text.contains("--"), "{text}");
        let advice = error.advice().expect("advice");
        assert!(advice.contains("portcullis") || advice.contains("--"), "{advice}");
    }
}
