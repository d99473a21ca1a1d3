//! By whom, from where, why: what acts of persons and programs may, and what is kept of them.

use super::*;
use crate::audit::Tag;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::contact::Address;
use crate::authenticator::contact::Channel;
use crate::authority::Denied;
use crate::directory::Directory;
use crate::directory::LiveSession;
use crate::enforcement::Switches;
use crate::session::AuthnEvent;
use crate::subject::SubjectId;
use crate::subject::terms::Mode;
use crate::subject::terms::Unenrolled;

pub(super) fn origin() -> Origin {
    Origin {
        way: Way::Page,
        site: Some("console".to_owned()),
        request_id: Some("r-1".to_owned()),
        client: Some([192, 0, 2, 9].into()),
        session: None,
    }
}

pub(super) fn because(text: &str) -> Reason {
    Reason::parse(text).unwrap()
}

impl World {
    pub(super) async fn id(&self, name: &str) -> SubjectId {
        let name = LoginName::parse(name).unwrap();
        self.store.account_by_login(&name).await.unwrap().unwrap().id
    }

    pub(super) async fn by(&self, name: &str) -> By {
        let id = self.id(name).await;
        let account = self.store.account(&id).await.unwrap().unwrap();
        By::person((&id, account.profile.role), origin(), Some(because("asked for at the desk")))
    }

    pub(super) async fn staffed() -> Self {
        let world = Self::new();
        for (name, role) in [
            ("olga", Role::Owner),
            ("oscar", Role::Owner),
            ("adam", Role::Admin),
            ("anne", Role::Admin),
            ("hedy", Role::HelpDesk),
            ("alma", Role::Auditor),
            ("ulla", Role::User),
        ] {
            world.add(name, role).await;
        }
        world
    }

    async fn refused(&self, by: By, command: Command) -> Denied {
        let before = self.store.audit_head().await.unwrap();
        let refused = self.operator.execute(by, command).await.unwrap_err();
        assert_eq!(self.store.audit_head().await.unwrap(), before, "{refused}");
        let OperateError::NotAllowed { why } = refused else { panic!("{refused}") };
        why
    }
}

fn reset(name: &str) -> Command {
    Command::UserResetMfa { login: login(name) }
}

pub(super) fn enforced() -> TermsChange {
    TermsChange { mode: Change::Set(Mode::Enforced), ..TermsChange::default() }
}

fn everybody(change: TermsChange) -> Command {
    Command::Enforcement(EnforcementCommand::Set { change, expected: None })
}

fn owners(change: TermsChange) -> Command {
    Command::Enforcement(EnforcementCommand::SetOwners { change, expected: None })
}

fn set_mail(name: &str, address: &str) -> Command {
    let (channel, address) = (Channel::Email, address.to_owned());
    Command::UserContact(ContactCommand::Set { login: login(name), channel, address })
}

fn remove_mail(name: &str) -> Command {
    Command::UserContact(ContactCommand::Remove { login: login(name), channel: Channel::Email })
}

#[test]
fn a_reason_is_one_line_that_shows_as_it_is() {
    assert_eq!(Reason::parse("  phone lost ").unwrap().as_str(), "phone lost");
    for bad in ["", "  ", "a\nb", "a\u{2028}b", "a\u{202e}b", "a\u{2066}b", &"x".repeat(257)] {
        assert_eq!(Reason::parse(bad), Err(NotAReason), "{bad:?}");
        let json = serde_json::to_string(bad).unwrap();
        assert!(serde_json::from_str::<Reason>(&json).is_err());
    }
}

#[tokio::test]
async fn an_act_of_a_person_is_recorded_with_who_where_and_why_a264() {
    let world = World::staffed().await;
    world.operator.execute(world.by("hedy").await, reset("ulla")).await.unwrap();
    let log = world.log().await;
    let event = &log.last().unwrap().event;
    let detail = |name: &str| event.detail.get(name).map(String::as_str);
    assert_eq!(event.actor, Actor::Subject { id: world.id("hedy").await });
    assert_eq!(event.target, Some(world.id("ulla").await));
    assert_eq!(
        (event.site.as_deref(), event.request_id.as_deref()),
        (Some("console"), Some("r-1"))
    );
    assert_eq!(event.client, Some([192, 0, 2, 9].into()));
    assert_eq!((detail("reason"), detail("way")), (Some("asked for at the desk"), Some("page")));
    let machine = By::machine(7, Some(because("at night")));
    world.operator.execute(machine, reset("ulla")).await.unwrap();
    let log = world.log().await;
    let event = &log.last().unwrap().event;
    assert_eq!(event.detail.get("reason").map(String::as_str), Some("at night"));
    assert_eq!(event.detail.get("way"), None);
}

#[tokio::test]
async fn whom_the_rule_does_not_allow_is_refused_and_nothing_is_done_a176_a182_a260() {
    let world = World::staffed().await;
    let login_of = login;
    let role = |name: &str, role| Command::UserSetRole { login: login_of(name), role };
    let password = |name: &str| Command::UserSetPassword {
        login: login_of(name),
        password: Secret::new(PASSWORD.to_owned()),
        must_change: false,
    };
    let code = |name: &str| {
        Command::Enforcement(EnforcementCommand::IssueRecoveryCode { login: login_of(name) })
    };
    for (who, command, why) in [
        ("hedy", reset("adam"), Denied::NotBelow),
        ("hedy", reset("hedy"), Denied::Oneself),
        ("hedy", password("ulla"), Denied::Role),
        ("hedy", Command::AuditVerify, Denied::Role),
        ("alma", reset("ulla"), Denied::Role),
        ("adam", reset("anne"), Denied::NotBelow),
        ("adam", reset("olga"), Denied::NotBelow),
        ("adam", role("ulla", Role::Admin), Denied::NotBelow),
        ("adam", role("adam", Role::Owner), Denied::Oneself),
        ("adam", Command::UserAdd(user("new", Role::Owner)), Denied::NotBelow),
        ("adam", code("ulla"), Denied::Role),
        ("adam", Command::KeysRotate { mode: RotateMode::Now }, Denied::Role),
        // What is asked of owners is for owners to say.
        ("adam", owners(enforced()), Denied::Role),
        ("hedy", everybody(enforced()), Denied::Role),
        // Whether somebody has an address is not for everybody who asks.
        ("hedy", remove_mail("ulla"), Denied::Role),
        ("hedy", set_mail("ulla", "no address"), Denied::Role),
        ("adam", remove_mail("anne"), Denied::NotBelow),
        ("olga", reset("oscar"), Denied::NotBelow),
        ("olga", password("oscar"), Denied::NotBelow),
        ("olga", code("oscar"), Denied::NotBelow),
        ("olga", code("olga"), Denied::Oneself),
        ("ulla", Command::UserList { after: None, limit: 1 }, Denied::Role),
    ] {
        let text = format!("{who}: {command:?}");
        assert_eq!(world.refused(world.by(who).await, command).await, why, "{text}");
    }
    for (who, command) in [
        ("alma", Command::AuditVerify),
        ("olga", role("oscar", Role::Admin)),
        ("olga", role("oscar", Role::Owner)),
        ("adam", role("ulla", Role::HelpDesk)),
        ("olga", code("adam")),
        ("adam", everybody(enforced())),
        ("olga", everybody(enforced())),
        ("olga", owners(enforced())),
    ] {
        world.operator.execute(world.by(who).await, command).await.unwrap();
    }
}

#[tokio::test]
async fn a_session_that_still_says_owner_is_not_believed_a260() {
    let world = World::staffed().await;
    let stale = world.by("oscar").await;
    world.run(Command::UserSetRole { login: login("oscar"), role: Role::User }).await.unwrap();
    assert_eq!(world.refused(stale, reset("ulla")).await, Denied::Role);
}

#[tokio::test]
async fn grave_acts_need_a_reason_but_for_the_machine_a180() {
    let world = World::staffed().await;
    let silent = By::person((&world.id("adam").await, Role::Admin), origin(), None);
    let refused = world.operator.execute(silent.clone(), reset("ulla")).await;
    assert_eq!(refused, Err(OperateError::NoReason));
    let device = DeviceCommand::Remove { login: login("ulla"), device: "d".to_owned() };
    let usual = world.operator.execute(silent, Command::UserDevice(device)).await;
    assert!(matches!(usual, Err(OperateError::NoSuchDevice { .. })), "{usual:?}");
    world.run(reset("ulla")).await.unwrap();
    let code = EnforcementCommand::IssueRecoveryCode { login: login("ulla") };
    let refused = world.run(Command::Enforcement(code)).await;
    assert_eq!(refused, Err(OperateError::NoReason), "a recovery code always");
}

#[tokio::test]
async fn an_account_is_added_for_a_reason_but_by_the_machine_a180() {
    let world = World::staffed().await;
    let silent = By::person((&world.id("adam").await, Role::Admin), origin(), None);
    let new = Command::UserAdd(user("new", Role::User));
    let refused = world.operator.execute(silent, new.clone()).await;
    assert_eq!(refused, Err(OperateError::NoReason));
    world.operator.execute(world.by("adam").await, new).await.unwrap();
}

#[tokio::test]
async fn an_emergency_keeps_the_reason_of_whoever_declared_it_a264() {
    let world = World::staffed().await;
    let rotate = Command::KeysRotate { mode: RotateMode::Now };
    world.operator.execute(world.by("olga").await, rotate).await.unwrap();
    let log = world.log().await;
    let retired = log.iter().find(|it| it.event.kind == AuditKind::SigningKeyRetired).unwrap();
    let detail = |name: &str| retired.event.detail.get(name).map(String::as_str);
    assert_eq!(detail("reason"), Some("asked for at the desk"));
    assert_eq!(detail("because"), Some("emergency"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_of_different_settings_at_once_are_all_there_afterwards() {
    let (world, directory) = World::staffed().await.with_directory().await;
    let clear =
        TermsChange { mode: Change::Clear, unenrolled: Change::Clear, ..TermsChange::default() };
    let denied =
        || TermsChange { unenrolled: Change::Set(Unenrolled::Deny), ..TermsChange::default() };
    let of_one =
        |change| Command::Enforcement(EnforcementCommand::SetUser { login: login("ulla"), change });
    let spawned = |command| {
        let operator = Arc::clone(&world.operator);
        tokio::spawn(async move { operator.execute(By::machine(7, None), command).await })
    };
    for round in 0..50 {
        world.run(everybody(clear.clone())).await.unwrap();
        world.run(owners(clear.clone())).await.unwrap();
        world.run(of_one(clear.clone())).await.unwrap();
        let all = [
            spawned(everybody(enforced())),
            spawned(everybody(denied())),
            spawned(owners(enforced())),
            spawned(owners(denied())),
            spawned(of_one(enforced())),
            spawned(of_one(denied())),
        ];
        for one in all {
            one.await.unwrap().unwrap();
        }
        let both = |terms: &Terms| (terms.mode, terms.unenrolled);
        let expected = (Some(Mode::Enforced), Some(Unenrolled::Deny));
        let switches = world.store.switches().await.unwrap();
        let both_of = |switches: &Switches| [&switches.everybody, &switches.owners].map(both);
        assert_eq!(both_of(&switches), [expected; 2], "round {round}");
        assert_eq!(both_of(&directory.switch().load()), [expected; 2], "round {round}");
        let ulla = world.store.account(&world.id("ulla").await).await.unwrap().unwrap();
        assert_eq!(both(&ulla.terms), expected, "round {round}");
    }
}

#[tokio::test]
async fn what_was_seen_is_expected_of_accounts_only() {
    let world = World::staffed().await;
    let seen = Tag::parse(&"0".repeat(32)).unwrap();
    let by = world.by("olga").await.expecting(seen);
    for command in [owners(enforced()), Command::KeysList, Command::Token(TokenCommand::List)] {
        assert_eq!(world.refused(by.clone(), command).await, Denied::Never);
    }
}

#[tokio::test]
async fn an_address_that_somebody_else_has_takes_nothing_away() {
    let (world, directory) = World::staffed().await.with_directory().await;
    for name in ["ulla", "alma"] {
        world.run(set_mail(name, &format!("{name}@example.org"))).await.unwrap();
    }
    let (token, record) = world.sign_in("ulla").await;
    let account = world.store.account(&record.subject).await.unwrap().unwrap();
    let opened = AuditEvent::new(NOW, AuditKind::SessionOpened, Actor::Gateway);
    let live = directory.open(&token, record, &account, opened).await.unwrap().unwrap();
    let id = world.id("ulla").await;
    let before = world.log().await.len();
    let refused = world.run(set_mail("ulla", "alma@example.org")).await;
    assert!(matches!(refused, Err(OperateError::AddressTaken { .. })), "{refused:?}");
    assert_eq!(world.log().await.len(), before);
    assert!(directory.find(&live.key).is_some());
    let (_, ended) = world.changed(set_mail("ulla", "new@example.org")).await;
    assert!(ended == 1 && live.ended.is_cancelled() && directory.find(&live.key).is_none());
    let kinds: Vec<_> = world.log().await[before..].iter().map(|it| it.event.kind).collect();
    assert_eq!(kinds, [AuditKind::AuthenticatorRemoved, AuditKind::AuthenticatorBound]);
    world.changed(remove_mail("ulla")).await;
    assert!(world.store.authenticators(&id).await.unwrap().is_empty());
    let none = world.run(remove_mail("ulla")).await;
    assert!(matches!(none, Err(OperateError::NoContact { .. })), "{none:?}");
}

impl World {
    /// Signs somebody in with these proofs.
    pub(super) async fn open(
        &self,
        directory: &Directory,
        name: &str,
        kinds: &[AuthenticatorKind],
    ) -> Arc<LiveSession> {
        let (token, mut record) = self.sign_in(name).await;
        record.events = kinds.iter().map(|kind| AuthnEvent::of(*kind, None, NOW)).collect();
        let account = self.store.account(&record.subject).await.unwrap().unwrap();
        let opened = AuditEvent::new(NOW, AuditKind::SessionOpened, Actor::Gateway);
        directory.open(&token, record, &account, opened).await.unwrap().unwrap()
    }
}

/// By a kind that is allowed no more, nobody is signed in; of those whose switch it is.
pub(super) fn only_passkeys() -> TermsChange {
    let only = ["passkey".to_owned()].into();
    TermsChange { allowed: Change::Set(only), ..TermsChange::default() }
}

#[tokio::test]
async fn a_switch_is_felt_by_the_sessions_of_whom_it_is_about_and_by_no_others_s0_24() {
    let (world, directory) = World::staffed().await.with_directory().await;
    let both = [AuthenticatorKind::Password, AuthenticatorKind::Totp];
    let open = async |name, kinds| world.open(&directory, name, kinds).await;
    let (olga, ulla) = (open("olga", &both).await, open("ulla", &both).await);
    let alone = [AuthenticatorKind::Password];
    let (oscar, alma) = (open("oscar", &alone).await, open("alma", &alone).await);
    world.run(owners(only_passkeys())).await.unwrap();
    assert!(directory.find(&olga.key).is_none() && oscar.ended.is_cancelled());
    assert!(directory.find(&ulla.key).is_some() && !alma.ended.is_cancelled());
    // Who gave no second factor is judged request by request.
    assert!(directory.find(&oscar.key).is_some());
    let oscar = directory.find(&oscar.key).unwrap();
    world.run(everybody(only_passkeys())).await.unwrap();
    assert!(directory.find(&ulla.key).is_none() && alma.ended.is_cancelled());
    assert!(!oscar.ended.is_cancelled());
    let log = world.log().await;
    let of = |event: &AuditEvent| event.detail.get("of").cloned();
    let changed = log.iter().filter(|it| it.event.kind == AuditKind::EnforcementChanged);
    let changed: Vec<_> = changed.map(|it| of(&it.event).unwrap()).collect();
    assert_eq!(changed, ["owners", "everybody"]);
}

#[tokio::test]
async fn sessions_that_a_switch_ends_say_who_turned_it() {
    let (world, directory) = World::staffed().await.with_directory().await;
    world.open(&directory, "ulla", &[AuthenticatorKind::Password, AuthenticatorKind::Totp]).await;
    let turned = everybody(only_passkeys());
    world.operator.execute(world.by("olga").await, turned).await.unwrap();
    let log = world.log().await;
    let event = &log.last().unwrap().event;
    assert_eq!((event.kind, &event.actor), (AuditKind::SessionEnded, &Actor::Gateway));
    let by = format!("subject:{}", world.id("olga").await);
    assert_eq!(event.detail.get("by"), Some(&by));
    assert_eq!(event.request_id.as_deref(), Some("r-1"));
}

#[tokio::test]
async fn an_account_is_named_by_its_id_too_and_expected_as_it_was_seen() {
    let world = World::staffed().await;
    let id = world.id("ulla").await;
    let named = format!("={id}");
    let Reply::Account(shown) =
        world.run(Command::UserShow { login: named.clone() }).await.unwrap()
    else {
        panic!("no account")
    };
    assert_eq!(shown.login, "ulla");
    for nobody in ["=", "=nobody", "=a b", "=a\u{1b}b"] {
        let shown = world.run(Command::UserShow { login: nobody.to_owned() }).await;
        assert!(matches!(shown, Err(OperateError::NoSuchAccount { .. })), "{nobody:?}");
    }
    let account = world.store.account(&id).await.unwrap().unwrap();
    let seen = Tag::of(&account, &[], (&[], None, None));
    let disable = || Command::UserDisable { login: named.clone() };
    let by = world.by("adam").await.expecting(seen);
    world.operator.execute(by.clone(), disable()).await.unwrap();
    assert_eq!(world.operator.execute(by, disable()).await, Err(OperateError::Conflict));
}

#[tokio::test]
async fn an_act_of_several_steps_expects_what_was_seen_before_the_first() {
    let world = World::staffed().await;
    let id = world.id("ulla").await;
    let set = |address: &str| {
        let (channel, address) = (Channel::Email, address.to_owned());
        Command::UserContact(ContactCommand::Set { login: login("ulla"), channel, address })
    };
    world.run(set("old@example.org")).await.unwrap();
    let account = world.store.account(&id).await.unwrap().unwrap();
    let held = world.store.authenticators(&id).await.unwrap();
    let seen = Tag::of(&account, &held, (&[], None, None));
    let by = world.by("adam").await.expecting(seen);
    world.operator.execute(by.clone(), set("new@example.org")).await.unwrap();
    let held = world.store.authenticators(&id).await.unwrap();
    let addresses: Vec<_> = held.iter().filter_map(|one| one.credential.address()).collect();
    assert_eq!(addresses.iter().map(Address::as_str).collect::<Vec<_>>(), ["new@example.org"]);
    let again = world.operator.execute(by, set("third@example.org")).await;
    assert_eq!(again, Err(OperateError::Conflict));
}

#[tokio::test]
async fn an_act_runs_to_its_end_though_whoever_gave_it_goes_away() {
    let (world, directory) = World::staffed().await.with_directory().await;
    let (token, record) = world.sign_in("ulla").await;
    let account = world.store.account(&record.subject).await.unwrap().unwrap();
    let opened = AuditEvent::new(NOW, AuditKind::SessionOpened, Actor::Gateway);
    let live = directory.open(&token, record, &account, opened).await.unwrap().unwrap();
    let by = world.by("adam").await;
    let asked = world.operator.execute(by, Command::UserDisable { login: login("ulla") });
    // Polled once, and dropped.
    tokio::select! {
        biased;
        done = asked => panic!("done at once: {done:?}"),
        () = std::future::ready(()) => {}
    }
    live.ended.cancelled().await;
    assert!(directory.find(&live.key).is_none());
}

#[tokio::test]
async fn a_program_may_what_its_tokens_role_may_and_mints_nothing_a271() {
    let world = World::staffed().await;
    let (token, _) = world.issue(TokenCommand::Add(tokens::new_token("ci"))).await;
    let id = crate::service_token::TokenId::parse(&token.id).unwrap();
    let program = |role| By::program((&id, role), origin(), Some(because("nightly")));
    let password = Secret::new(PASSWORD.to_owned());
    let set = Command::UserSetPassword { login: login("ulla"), password, must_change: false };
    assert_eq!(world.refused(program(Role::Admin), set).await, Denied::Never);
    // A token for a console has no role, whatever is said of it.
    let disable = Command::UserDisable { login: login("ulla") };
    assert_eq!(world.refused(program(Role::Admin), disable).await, Denied::Role);
}
