//! A gateway without a wire: real ceremonies over a real store.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use tempfile::TempDir;

use crate::area::Fence;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::Credential;
use crate::authenticator::totp;
use crate::ceremony;
use crate::ceremony::Ceremonies;
use crate::clock::Clock;
use crate::clock::ManualClock;
use crate::clock::Timestamp;
use crate::console_desk::ConsoleDesk;
use crate::console_desk::probe::NoProbe;
use crate::console_login::CookiePatterns;
use crate::courier::Courier;
use crate::courier::Message;
use crate::courier::NoRoom;
use crate::directory::Directory;
use crate::enforcement;
use crate::enforcement::Rulebook;
use crate::entropy::Entropy;
use crate::entropy::SeededEntropy;
use crate::key_store::KeyStore;
use crate::key_store::LiveKeys;
use crate::metrics::Metrics;
use crate::operate;
use crate::operate::Operator;
use crate::password;
use crate::portal::Parts;
use crate::portal::People;
use crate::portal::Portal;
use crate::portal::Settings;
use crate::refusal_log::RefusalLog;
use crate::roster::Roster;
use crate::route::RouteTable;
use crate::secret::Secret;
use crate::session;
use crate::site::FirstFactor;
use crate::site::IdentityHeaders;
use crate::site::RetryScript;
use crate::site::ServiceWorkers;
use crate::site::Site;
use crate::site::SiteName;
use crate::site::Sites;
use crate::store::Store;
use crate::store::sealing::DataKey;
use crate::store::sled::SledStore;
use crate::store::sled::StorePaths;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::LoginName;
use crate::subject::Profile;
use crate::subject::Role;
use crate::subject::SubjectId;
use crate::subject::terms::Terms;
use crate::webauthn::RelyingParty;

/// The password of every account.
pub(super) const PASSWORD: &str = "quarry-Lantern-4711";

/// Origin of the site.
pub(super) const ORIGIN: &str = "https://console.example";

/// A gateway with two accounts, `ada` and `eve`.
pub(super) struct World {
    pub(super) clock: Arc<ManualClock>,
    pub(super) directory: Arc<Directory>,
    pub(super) portal: Portal,
    /// What was sent to people.
    pub(super) post: Arc<Post>,
    pub(super) store: Arc<dyn Store>,
    refusals: Arc<RefusalLog>,
    pub(super) site: Arc<Site>,
    _folder: TempDir,
}

/// Takes messages and keeps them.
#[derive(Debug, Default)]
pub(super) struct Post {
    taken: Mutex<Vec<Message>>,
    closed: AtomicBool,
}

impl Post {
    /// What was sent since this was last asked.
    pub(super) fn taken(&self) -> Vec<Message> {
        std::mem::take(&mut *self.taken.lock())
    }

    /// Nothing can be sent from now on.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }
}

impl Courier for Post {
    fn hand_over(&self, message: Message) -> Result<(), NoRoom> {
        if self.closed.load(Ordering::Acquire) {
            return Err(NoRoom);
        }
        self.taken.lock().push(message);
        Ok(())
    }
}

impl World {
    pub(super) async fn new() -> Self {
        Self::with(RouteTable::default()).await
    }

    /// With these routes.
    pub(super) async fn with(routes: RouteTable) -> Self {
        let demands = enforcement::Settings::default();
        Self::made(routes, ceremony::Settings::default(), demands).await
    }

    /// Where passkeys are made for this relying party.
    pub(super) async fn with_passkeys(party: RelyingParty) -> Self {
        let default = ceremony::Settings::default();
        let settings = ceremony::Settings {
            enabled: default.enabled.with(AuthenticatorKind::Passkey),
            relying_parties: [("console".to_owned(), party)].into(),
            ..default
        };
        Self::under(settings).await
    }

    /// Where these are decided otherwise.
    pub(super) async fn under(settings: ceremony::Settings) -> Self {
        let demands = enforcement::Settings::default();
        Self::made(RouteTable::default(), settings, demands).await
    }

    /// With these demands on people.
    pub(super) async fn demanding(demands: enforcement::Settings) -> Self {
        Self::made(RouteTable::default(), ceremony::Settings::default(), demands).await
    }

    /// With both decided otherwise.
    pub(super) async fn asking(
        settings: ceremony::Settings,
        demands: enforcement::Settings,
    ) -> Self {
        Self::made(RouteTable::default(), settings, demands).await
    }

    async fn made(
        routes: RouteTable,
        settings: ceremony::Settings,
        demands: enforcement::Settings,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(Timestamp::from_secs(1_795_378_080)));
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(7));
        let store: Arc<dyn Store> = Arc::new(store(&folder, &entropy));
        for login in ["ada", "eve"] {
            let account = account(login, clock.now(), &entropy);
            let event = AuditEvent::new(clock.wall(), AuditKind::AccountCreated, Actor::Gateway);
            store.create_account(account, event).await.unwrap();
        }
        let loaded =
            Directory::load(Arc::clone(&store), clock.clone(), session::Settings::default());
        let directory = Arc::new(loaded.await.unwrap());
        let post = Arc::new(Post::default());
        let refusals = Arc::new(RefusalLog::new(Arc::clone(&store), clock.clone()));
        let parts = ceremony::Parts {
            store: Arc::clone(&store),
            directory: Arc::clone(&directory),
            clock: clock.clone(),
            entropy: Arc::clone(&entropy),
            metrics: Metrics::new().unwrap(),
            courier: Arc::clone(&post) as Arc<dyn Courier>,
            refusals: Arc::clone(&refusals),
        };
        let ceremonies = Ceremonies::new(parts, settings.clone(), 2).unwrap();
        let rulebook = Rulebook::new(demands, Arc::clone(directory.switch()));
        let ceremonies = ceremonies.under(settings, rulebook);
        let key = Secret::new([9; 32]);
        let desk = ConsoleDesk::new(&key, clock.clone(), Arc::clone(&entropy)).unwrap();
        let operator = operator((&store, &directory), &folder, (&clock, &entropy));
        let portal = Portal::new(Parts {
            settings: Settings::default(),
            issuer: "Portcullis".to_owned(),
            ceremonies: Arc::new(ceremonies),
            directory: Arc::clone(&directory),
            desk: Arc::new(desk),
            probe: Arc::new(NoProbe),
            clock: clock.clone(),
            entropy,
            key,
            jwks: Arc::new(|| Bytes::from_static(b"{\"keys\":[]}")),
            people: People {
                roster: Arc::new(Roster::new(Arc::clone(&store))),
                sites: Arc::new([]),
            },
            operator: Arc::new(operator),
        });
        let portal = portal.unwrap();
        let site = site(routes);
        Self { clock, directory, portal, post, store, refusals, site, _folder: folder }
    }

    /// The audit log.
    pub(super) async fn log(&self) -> Vec<AuditEvent> {
        self.refusals.write_all().await.unwrap();
        let records = self.store.audit_records(1, 1000).await.unwrap();
        records.into_iter().map(|record| record.event).collect()
    }

    /// The account of that login name.
    pub(super) async fn id(&self, login: &str) -> SubjectId {
        let login = LoginName::parse(login).unwrap();
        self.store.account_by_login(&login).await.unwrap().unwrap().id
    }

    /// What an account has.
    pub(super) async fn held(&self, login: &str) -> Vec<Authenticator> {
        self.store.authenticators(&self.id(login).await).await.unwrap()
    }

    /// An operator fills in where codes go.
    pub(super) async fn fill_in(&self, login: &str, credential: Credential) {
        let new = Authenticator {
            id: format!("contact of {login}"),
            label: "contact".to_owned(),
            created: self.clock.now(),
            last_used: None,
            credential,
        };
        let audit =
            AuditEvent::new(self.clock.wall(), AuditKind::AuthenticatorBound, Actor::Gateway);
        let bound = self.store.bind_for(&self.id(login).await, new, audit).await.unwrap();
        assert!(bound.is_accepted());
    }

    /// Everything fails from now on.
    pub(super) async fn break_store(&self) {
        self.store.close().await.unwrap();
    }

    /// Lets a time step pass, so that a new code can be had.
    pub(super) fn next_step(&self) {
        self.clock.advance(Duration::from_secs(totp::STEP_SECONDS));
    }
}

fn store(folder: &TempDir, entropy: &Arc<dyn Entropy>) -> SledStore {
    let paths =
        StorePaths { dir: folder.path().join("store"), head: folder.path().join("keys/head") };
    std::fs::create_dir(folder.path().join("keys")).unwrap();
    let key = DataKey::generate(entropy.as_ref()).unwrap();
    let created = AuditEvent::new(Timestamp::default(), AuditKind::StoreCreated, Actor::Gateway);
    SledStore::create(&paths, &key, entropy, created).unwrap()
}

fn operator(
    (store, directory): (&Arc<dyn Store>, &Arc<Directory>),
    folder: &TempDir,
    (clock, entropy): (&Arc<ManualClock>, &Arc<dyn Entropy>),
) -> Operator {
    let keys = folder.path().join("signing-keys");
    let keys = KeyStore::create(&keys, clock.wall(), entropy.as_ref()).unwrap();
    let parts = operate::Parts {
        store: Arc::clone(store),
        directory: Some(Arc::clone(directory)),
        keys: Arc::new(LiveKeys::load(keys).unwrap()),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        entropy: Arc::clone(entropy),
        acts: None,
        gate: None,
        troubles: crate::audit::troubles::Troubles::default(),
    };
    let settings = operate::Settings {
        enrolment_window: Duration::from_hours(48),
        reset_window: Duration::from_hours(2),
        sessions: session::Settings::default(),
        sites: Sites::default(),
        prefix: "/.portcullis".to_owned(),
        enforcement: enforcement::Settings::default(),
        totp_issuer: "Portcullis".to_owned(),
        sinks: Vec::new(),
        admin_sites: None,
        material: operate::site_policy::Material::default(),
    };
    Operator::new(parts, settings)
}

fn account(login: &str, now: Timestamp, entropy: &Arc<dyn Entropy>) -> Account {
    let hash = password::hash(PASSWORD, password::Cost::Code, entropy.as_ref()).unwrap();
    Account {
        id: SubjectId::generate(entropy.as_ref()).unwrap(),
        profile: Profile {
            login: LoginName::parse(login).unwrap(),
            name: login.to_uppercase(),
            email: None,
            groups: Vec::new(),
            role: Role::User,
            language: None,
        },
        state: AccountState::Active,
        password: Secret::new(Some(hash)),
        created: now,
        enrolment_open_until: Timestamp::from_secs(4_000_000_000),
        terms: Terms::default(),
        last_sign_in: None,
        set_up_declined: None,
        proved_elsewhere: None,
        must_change: None,
    }
}

fn site(routes: RouteTable) -> Arc<Site> {
    Arc::new(Site {
        name: SiteName::parse("console").unwrap(),
        hosts: Vec::new(),
        origin: ORIGIN.to_owned(),
        fence: Fence::default(),
        rehearsed_fence: Fence::default(),
        routes,
        identity_headers: IdentityHeaders::default(),
        service_workers: ServiceWorkers::Refuse,
        retry_script: RetryScript::Leave,
        account_path: None,
        first_factor: FirstFactor::Accounts,
        before_sign_in: Vec::new(),
        least: None,
        session_cookies: CookiePatterns::default(),
    })
}
