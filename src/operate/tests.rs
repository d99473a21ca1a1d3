//! Operators' acts: done, refused, recorded.

mod by;
mod import;
mod log;
mod people;
mod sessions;
mod set_up;
mod switches;
mod tokens;
mod unfinished;

use crate::audit::troubles::Troubles;
use crate::clock::Clock;
use crate::directory::Directory;
use crate::entropy::Entropy;
use crate::key_store::LiveKeys;
use crate::site::Sites;
use crate::store::Store;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::area::Fence;
use crate::audit::Actor;
use crate::audit::AuditRecord;
use crate::authenticator::AuthenticatorKind;
use crate::clock::ManualClock;
use crate::clock::Timestamp;
use crate::console_login::CookiePatterns;
use crate::enforcement;
use crate::entropy::SeededEntropy;
use crate::key_store::KeyStore;
use crate::route::RouteTable;
use crate::session::AuthnEvent;
use crate::session::OpenedFrom;
use crate::session::SessionRecord;
use crate::session::SessionToken;
use crate::site::FirstFactor;
use crate::site::HostPattern;
use crate::site::IdentityHeaders;
use crate::site::RetryScript;
use crate::site::ServiceWorkers;
use crate::site::Site;
use crate::site::SiteName;
use crate::store::sealing::DataKey;
use crate::store::sled::SledStore;
use crate::store::sled::StorePaths;
use crate::subject::AccountState;
use crate::subject::LoginName;
use crate::subject::terms::Terms;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
const PASSWORD: &str = "tall grass hums canary-3b9";
const ME: Actor = Actor::Operator { uid: 1234 };

struct World {
    operator: Arc<Operator>,
    store: Arc<dyn Store>,
    /// The same.
    sled: Arc<SledStore>,
    clock: Arc<ManualClock>,
    entropy: Arc<dyn Entropy>,
    dir: TempDir,
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(NOW));
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(5));
        let keys = KeyStore::create(&dir.path().join("keys"), NOW, entropy.as_ref()).unwrap();
        let key = DataKey::from_bytes(keys.data_key().unwrap().expose()).unwrap();
        let paths =
            StorePaths { dir: dir.path().join("store"), head: dir.path().join("keys/store.head") };
        let created = AuditEvent::new(NOW, AuditKind::StoreCreated, ME);
        let sled = Arc::new(SledStore::create(&paths, &key, &entropy, created).unwrap());
        let store: Arc<dyn Store> = Arc::clone(&sled) as Arc<dyn Store>;
        let parts = Parts {
            store: Arc::clone(&store),
            directory: None,
            keys: Arc::new(LiveKeys::load(keys).unwrap()),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: Arc::clone(&entropy),
            acts: None,
            gate: None,
            troubles: Troubles::default(),
        };
        let settings = Settings {
            enrolment_window: Duration::from_hours(48),
            reset_window: Duration::from_hours(2),
            sessions: crate::session::Settings::default(),
            sites: sites(),
            prefix: "/.portcullis".to_owned(),
            enforcement: enforcement::Settings::default(),
            totp_issuer: "Portcullis".to_owned(),
            sinks: Vec::new(),
            admin_sites: None,
            material: site_policy::Material::default(),
        };
        let operator = Arc::new(Operator::new(parts, settings));
        Self { operator, store, sled, clock, entropy, dir }
    }

    async fn with_directory(mut self) -> (Self, Arc<Directory>) {
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let directory = Arc::new(
            Directory::load(Arc::clone(&self.store), clock, crate::session::Settings::default())
                .await
                .unwrap(),
        );
        Arc::get_mut(&mut self.operator).unwrap().parts.directory = Some(Arc::clone(&directory));
        (self, directory)
    }

    async fn run(&self, command: Command) -> Result<Reply, OperateError> {
        self.operator.execute(By::machine(1234, None), command).await
    }

    async fn add(&self, login: &str, role: Role) -> view::AccountView {
        let Reply::Account(account) = self.run(Command::UserAdd(user(login, role))).await.unwrap()
        else {
            panic!("no account")
        };
        *account
    }

    async fn changed(&self, command: Command) -> (view::AccountView, usize) {
        let Reply::Changed { account, sessions_ended } = self.run(command).await.unwrap() else {
            panic!("nothing changed")
        };
        (*account, sessions_ended)
    }

    async fn log(&self) -> Vec<AuditRecord> {
        self.store.audit_records(1, MAX_LIMIT).await.unwrap()
    }

    async fn sign_in(&self, login: &str) -> (SessionToken, SessionRecord) {
        let name = LoginName::parse(login).unwrap();
        let account = self.store.account_by_login(&name).await.unwrap().unwrap();
        let token = SessionToken::generate(self.entropy.as_ref()).unwrap();
        let record = SessionRecord {
            handle: format!("handle-{login}"),
            site: "console".to_owned(),
            subject: account.id,
            events: vec![AuthnEvent::of(AuthenticatorKind::Password, None, self.clock.now())],
            binding: "b".to_owned(),
            created: self.clock.now(),
            last_active: self.clock.now(),
            client: [192, 0, 2, 1].into(),
            opened_from: OpenedFrom::default(),
            lost: None,
            pending_totp: None,
            enrolled: true,
            device: None,
        };
        (token, record)
    }

    async fn open_session(&self, login: &str) {
        let (token, record) = self.sign_in(login).await;
        let audit = AuditEvent::new(NOW, AuditKind::SessionOpened, Actor::Gateway);
        let account = self.store.account(&record.subject).await.unwrap().unwrap();
        let verified = account.password.expose().clone();
        let opened = self.store.open_session(&token.key(), record, verified, audit).await.unwrap();
        assert!(opened.is_some());
    }
}

fn sites() -> Sites {
    let site = Site {
        name: SiteName::parse("console").unwrap(),
        hosts: vec![HostPattern::parse("console.test").unwrap()],
        origin: "https://console.test".to_owned(),
        fence: Fence::default(),
        rehearsed_fence: Fence::default(),
        routes: RouteTable::default(),
        identity_headers: IdentityHeaders::default(),
        service_workers: ServiceWorkers::Refuse,
        retry_script: RetryScript::Leave,
        account_path: None,
        first_factor: FirstFactor::Accounts,
        before_sign_in: Vec::new(),
        least: None,
        session_cookies: CookiePatterns::default(),
    };
    Sites::new(vec![site]).unwrap()
}

fn user(login: &str, role: Role) -> NewUser {
    NewUser {
        login: login.to_owned(),
        name: None,
        email: None,
        groups: Vec::new(),
        role,
        terms: Terms::default(),
        password: FirstPassword::Set(Secret::new(PASSWORD.to_owned())),
    }
}

fn login(login: &str) -> String {
    login.to_owned()
}

#[tokio::test]
async fn an_account_is_added_with_its_window_open_and_recorded_as_the_operators_act() {
    let world = World::new();
    let account = world.add(" Alice", Role::Owner).await;
    assert_eq!(
        (account.login.as_str(), account.name.as_str(), account.role),
        ("alice", "alice", Role::Owner)
    );
    assert_eq!(account.enrolment_open_until, Some(NOW.plus(Duration::from_hours(48))));
    let log = world.log().await;
    let last = log.last().unwrap();
    assert_eq!((last.event.kind, &last.event.actor), (AuditKind::AccountCreated, &ME));
    assert_eq!(last.event.target.as_ref().unwrap().as_str(), account.id);
    let name = LoginName::parse("alice").unwrap();
    let stored = world.store.account_by_login(&name).await.unwrap().unwrap();
    let hash = stored.password.expose().clone().unwrap();
    assert!(crate::password::verify(PASSWORD, &hash).unwrap());
}

#[tokio::test]
async fn refusals_say_what_why_and_what_to_do_and_change_nothing() {
    let world = World::new();
    world.add("alice", Role::Owner).await;
    let before = world.log().await.len();
    let again = Command::UserAdd(user("ALICE", Role::User));
    assert_eq!(world.run(again).await, Err(OperateError::LoginTaken { login: login("alice") }));
    let missing = Command::UserDisable { login: login("bob") };
    let refused = world.run(missing).await.unwrap_err();
    assert!(refused.to_string().contains("`bob`"));
    assert!(refused.advice().unwrap().contains("user list"));
    for command in [
        Command::UserDisable { login: login("alice") },
        Command::UserSetRole { login: login("alice"), role: Role::Admin },
    ] {
        assert_eq!(
            world.run(command).await,
            Err(OperateError::LastOwner { login: login("alice") })
        );
    }
    let bad = Command::UserAdd(user("a b\u{1b}", Role::User));
    assert!(
        matches!(world.run(bad).await, Err(OperateError::BadLogin { given, .. }) if !given.contains('\u{1b}'))
    );
    for (name, email, group) in [
        (Some("x\r\ny"), None, None),
        (Some(" "), None, None),
        (None, Some("nobody"), None),
        (None, Some("a@b, c@d"), None),
        (None, None, Some("a,b")),
        (None, None, Some("")),
    ] {
        let mut new = user("carol", Role::User);
        (new.name, new.email) = (name.map(str::to_owned), email.map(str::to_owned));
        new.groups.extend(group.map(str::to_owned));
        let refused = world.run(Command::UserAdd(new)).await;
        assert!(
            matches!(refused, Err(OperateError::BadText { .. })),
            "{name:?} {email:?} {group:?}"
        );
    }
    assert_eq!(world.log().await.len(), before);
}

#[tokio::test]
async fn a_weak_password_is_refused_before_anything_is_written() {
    let world = World::new();
    world.add("alice", Role::Owner).await;
    let before = world.log().await.len();
    let password = || Secret::new("password123".to_owned());
    let mut new = user("bob", Role::User);
    new.password = FirstPassword::Set(password());
    for command in [
        Command::UserAdd(new),
        Command::UserSetPassword {
            login: login("alice"),
            password: password(),
            must_change: false,
        },
    ] {
        let refused = world.run(command).await.unwrap_err();
        assert!(matches!(refused, OperateError::BadPassword { .. }), "{refused}");
        assert!(!refused.to_string().contains("password123"));
    }
    assert_eq!(world.log().await.len(), before);
}

#[tokio::test]
async fn acts_on_an_account_end_its_sessions_and_nobody_elses_a205_a211() {
    let (world, directory) = World::new().with_directory().await;
    world.add("alice", Role::Owner).await;
    world.add("bob", Role::User).await;
    let mut streams = Vec::new();
    for name in ["alice", "bob"] {
        let (token, record) = world.sign_in(name).await;
        let account = world.store.account(&record.subject).await.unwrap().unwrap();
        let audit = AuditEvent::new(NOW, AuditKind::SessionOpened, Actor::Gateway);
        streams.push(directory.open(&token, record, &account, audit).await.unwrap().unwrap());
    }
    let password = Secret::new("another tall grass".to_owned());
    let (account, ended) = world
        .changed(Command::UserSetPassword { login: login("bob"), password, must_change: false })
        .await;
    assert_eq!((ended, account.sessions), (1, 0));
    assert!(streams[1].ended.is_cancelled() && !streams[0].ended.is_cancelled());
    assert!(directory.find(&streams[1].key).is_none() && directory.find(&streams[0].key).is_some());
    assert_eq!(world.store.sessions().await.unwrap().len(), 1);
}

#[tokio::test]
async fn without_a_gateway_sessions_are_counted_and_ended_in_the_store() {
    let world = World::new();
    world.add("alice", Role::Owner).await;
    world.add("bob", Role::User).await;
    world.open_session("bob").await;
    let (account, ended) = world.changed(Command::UserDisable { login: login("bob") }).await;
    assert_eq!((ended, account.state), (1, AccountState::Disabled));
    assert!(world.store.sessions().await.unwrap().is_empty());
    let (account, _) = world.changed(Command::UserEnable { login: login("bob") }).await;
    assert_eq!(account.state, AccountState::Active);
    let kinds: Vec<AuditKind> = world.log().await.iter().map(|record| record.event.kind).collect();
    assert!(kinds.ends_with(&[AuditKind::AccountDisabled, AuditKind::AccountEnabled]));
}

#[tokio::test]
async fn a_reset_opens_enrolment_for_the_reset_window() {
    let world = World::new();
    world.add("alice", Role::Owner).await;
    world.clock.advance(Duration::from_hours(100));
    let Reply::Account(before) =
        world.run(Command::UserShow { login: login("alice") }).await.unwrap()
    else {
        panic!("no account");
    };
    assert_eq!(before.enrolment_open_until, None);
    let (account, _) = world.changed(Command::UserResetMfa { login: login("alice") }).await;
    let until = NOW.plus(Duration::from_hours(102));
    assert_eq!(account.enrolment_open_until, Some(until));
    assert_eq!(world.log().await.last().unwrap().event.kind, AuditKind::MfaReset);
}

#[tokio::test]
async fn lists_come_in_pages_that_meet() {
    let world = World::new();
    for name in ["carol", "alice", "bob"] {
        world.add(name, Role::Owner).await;
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let command = Command::UserList { after: after.take(), limit: 2 };
        let Reply::Accounts { accounts, next } = world.run(command).await.unwrap() else {
            panic!("no accounts")
        };
        assert!(accounts.len() <= 2);
        seen.extend(accounts.into_iter().map(|account| account.login));
        match next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, ["alice", "bob", "carol"]);
}

#[tokio::test]
async fn the_log_is_read_from_its_end_or_from_a_place_and_verifies() {
    let world = World::new();
    for name in ["alice", "bob", "carol"] {
        world.add(name, Role::Owner).await;
    }
    let numbers = |reply| {
        let Reply::AuditRecords { records, next } = reply else { panic!("no records") };
        (records.iter().map(|record| record.seq).collect::<Vec<_>>(), next)
    };
    let tail = |from, limit| Command::AuditTail { from, limit };
    assert_eq!(numbers(world.run(tail(None, 2)).await.unwrap()), (vec![3, 4], 5));
    assert_eq!(numbers(world.run(tail(Some(2), 2)).await.unwrap()), (vec![2, 3], 4));
    assert_eq!(numbers(world.run(tail(Some(5), 9)).await.unwrap()), (vec![], 5));
    let head = world.store.audit_head().await.unwrap();
    let verified = world.run(Command::AuditVerify).await.unwrap();
    assert_eq!(verified, Reply::AuditVerified { first: 1, records: 4, hash: head.hash });
}

#[tokio::test]
async fn an_emergency_rotation_voids_every_other_key_at_once_and_is_recorded_a257() {
    let world = World::new();
    let ring = Arc::clone(world.operator.parts.keys.ring());
    let old = ring.load().current(NOW).unwrap().kid().to_owned();
    let rotate = |mode| Command::KeysRotate { mode };
    let Reply::Rotated { keys, .. } = world.run(rotate(RotateMode::Ahead)).await.unwrap() else {
        panic!("not rotated")
    };
    let states: Vec<&str> = keys.iter().map(|key| key.state.as_str()).collect();
    assert_eq!(states, ["current", "next"]);
    assert_eq!(ring.load().current(NOW).unwrap().kid(), old);
    let Reply::Rotated { keys, added, removed } = world.run(rotate(RotateMode::Now)).await.unwrap()
    else {
        panic!("not rotated")
    };
    assert_eq!((keys.len(), removed.len()), (1, 2));
    assert!(removed.contains(&old));
    assert_eq!(ring.load().current(NOW).unwrap().kid(), added);
    let log = world.log().await;
    let kinds: Vec<AuditKind> = log.iter().map(|record| record.event.kind).collect();
    assert!(kinds.ends_with(&[
        AuditKind::SigningKeyCreated,
        AuditKind::SigningKeyRetired,
        AuditKind::SigningKeyRetired,
        AuditKind::SigningKeyActivated
    ]));
    assert!(log.iter().all(|record| record.event.actor == ME));
}

#[tokio::test]
async fn a_key_that_cannot_be_recorded_never_comes_into_use() {
    let world = World::new();
    let signing = world.dir.path().join("keys/signing");
    let files = |dir: &Path| std::fs::read_dir(dir).unwrap().count();
    world.store.close().await.unwrap();
    for mode in [RotateMode::Ahead, RotateMode::Now] {
        let refused = world.run(Command::KeysRotate { mode }).await.unwrap_err();
        assert!(matches!(refused, OperateError::Store { .. }), "{refused}");
        assert_eq!(files(&signing), 1);
        assert_eq!(world.operator.parts.keys.ring().load().states(NOW).len(), 1);
    }
}

#[tokio::test]
async fn keys_are_tended_when_their_time_comes() {
    let world = World::new();
    assert!(!world.operator.tend_keys().await.unwrap());
    world.clock.advance(crate::assertion::key_ring::ROTATE_EVERY);
    assert!(world.operator.tend_keys().await.unwrap());
    assert!(!world.operator.tend_keys().await.unwrap(), "one new key is enough");
    world.clock.advance(Duration::from_hours(2));
    assert!(world.operator.tend_keys().await.unwrap(), "the old key is retired");
    assert_eq!(world.operator.parts.keys.ring().load().states(world.clock.wall()).len(), 1);
    assert_eq!(world.log().await.last().unwrap().event.kind, AuditKind::SigningKeyRetired);
}

#[tokio::test]
async fn no_answer_and_no_record_holds_a_secret_a304() {
    let world = World::new();
    let command = Command::UserAdd(user("alice", Role::Owner));
    assert!(!format!("{command:?}").contains("canary"));
    let mut told = format!("{:?}", world.run(command).await.unwrap());
    for command in [
        Command::UserShow { login: login("alice") },
        Command::UserList { after: None, limit: 9 },
        Command::AuditTail { from: None, limit: 9 },
        Command::KeysList,
    ] {
        told.push_str(&serde_json::to_string(&world.run(command).await.unwrap()).unwrap());
    }
    assert!(!told.contains("canary") && !told.contains("$argon2"));
}
