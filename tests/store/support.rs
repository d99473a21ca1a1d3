//! What every store test needs: a store that can be closed and opened again, and things to put in it.

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use portcullis::audit;
use portcullis::audit::Actor;
use portcullis::audit::AuditEvent;
use portcullis::audit::AuditKind;
use portcullis::audit::AuditRecord;
use portcullis::authenticator::Authenticator;
use portcullis::authenticator::AuthenticatorKind;
use portcullis::authenticator::Credential;
use portcullis::authenticator::backup_code::BackupCode;
use portcullis::authenticator::backup_code::BackupCodeSet;
use portcullis::authenticator::backup_code::Reveal;
use portcullis::authenticator::backup_code::SET_SIZE;
use portcullis::authenticator::totp::PendingTotp;
use portcullis::authenticator::totp::TotpCredential;
use portcullis::clock::Timestamp;
use portcullis::entropy::Entropy;
use portcullis::entropy::SeededEntropy;
use portcullis::entropy::SystemEntropy;
use portcullis::secret::Secret;
use portcullis::service_token::Scope;
use portcullis::service_token::ScopeMethod;
use portcullis::service_token::ScopePath;
use portcullis::service_token::ServiceToken;
use portcullis::service_token::TokenId;
use portcullis::service_token::TokenName;
use portcullis::service_token::TokenState;
use portcullis::service_token::TokenText;
use portcullis::session::AuthnEvent;
use portcullis::session::OpenedFrom;
use portcullis::session::SessionKey;
use portcullis::session::SessionRecord;
use portcullis::store::Acceptance;
use portcullis::store::AccountChange;
use portcullis::store::BindOrder;
use portcullis::store::Store;
use portcullis::store::sealing::DataKey;
use portcullis::store::sled::OpenError;
use portcullis::store::sled::Opened;
use portcullis::store::sled::SledStore;
use portcullis::store::sled::StorePaths;
use portcullis::subject::Account;
use portcullis::subject::AccountState;
use portcullis::subject::LoginName;
use portcullis::subject::Profile;
use portcullis::subject::Role;
use portcullis::subject::SubjectId;
use portcullis::subject::terms::Terms;
use tempfile::TempDir;

/// A secret that must not be found on any disk.
pub(crate) const CANARY: &str = "canary-9f41c7d2e0";

/// A store of any backend, and how to open it again.
pub(crate) struct Fixture {
    store: Arc<dyn Store>,
    open: Box<dyn Fn() -> Arc<dyn Store> + Send + Sync>,
    /// Removed with the fixture.
    _dir: TempDir,
}

impl Fixture {
    pub(crate) fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Closes the store and opens it again, as a restart does.
    pub(crate) async fn reopen(&mut self) {
        self.store.close().await.unwrap();
        self.store = (self.open)();
    }

    /// The chain of audit records is whole and ends at the head; the records.
    pub(crate) async fn verified_log(&self) -> Vec<AuditRecord> {
        verified_log(&*self.store).await
    }
}

pub(crate) async fn verified_log(store: &dyn Store) -> Vec<AuditRecord> {
    let records = store.audit_records(1, usize::MAX).await.unwrap();
    audit::verify(&records, &store.audit_head().await.unwrap()).unwrap();
    records
}

/// The embedded backend.
pub(crate) fn sled() -> Fixture {
    let place = Place::new();
    let store: Arc<dyn Store> = Arc::new(place.create());
    let Place { dir, key } = place;
    let root = dir.path().to_owned();
    let open = move || -> Arc<dyn Store> {
        Arc::new(SledStore::open(&paths(&root), &key, entropy()).unwrap().store)
    };
    Fixture { store, open: Box::new(open), _dir: dir }
}

/// A directory for one sled store and its key.
pub(crate) struct Place {
    pub(crate) dir: TempDir,
    pub(crate) key: DataKey,
}

impl Place {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("keys")).unwrap();
        Self { dir, key: DataKey::generate(&SystemEntropy::new()).unwrap() }
    }

    pub(crate) fn paths(&self) -> StorePaths {
        paths(self.dir.path())
    }

    pub(crate) fn store_dir(&self) -> PathBuf {
        self.paths().dir
    }

    pub(crate) fn db(&self) -> PathBuf {
        self.paths().dir.join("db")
    }

    pub(crate) fn try_create(&self) -> Result<SledStore, OpenError> {
        let created = event(AuditKind::StoreCreated, 1);
        SledStore::create(&self.paths(), &self.key, &entropy(), created)
    }

    pub(crate) fn create(&self) -> SledStore {
        self.try_create().unwrap()
    }

    pub(crate) fn try_open(&self) -> Result<Opened, OpenError> {
        SledStore::open(&self.paths(), &self.key, entropy())
    }

    pub(crate) fn open(&self) -> SledStore {
        self.try_open().unwrap().store
    }

    /// Why the store is not opened.
    pub(crate) fn refusal(&self) -> OpenError {
        self.try_open().unwrap_err()
    }
}

pub(crate) fn paths(root: &Path) -> StorePaths {
    StorePaths { dir: root.join("store"), head: root.join("keys").join("store.head") }
}

pub(crate) fn entropy() -> Arc<dyn Entropy> {
    Arc::new(SystemEntropy::new())
}

/// A moment, in seconds of the tests' own time.
pub(crate) fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(1_700_000_000 + secs)
}

pub(crate) fn event(kind: AuditKind, secs: u64) -> AuditEvent {
    AuditEvent::new(at(secs), kind, Actor::Gateway)
}

/// An event where it does not matter which.
pub(crate) fn any() -> AuditEvent {
    event(AuditKind::ProofAccepted, 50)
}

pub(crate) fn subject(login: &str) -> SubjectId {
    SubjectId::from_stored(format!("id-{login}"))
}

pub(crate) fn login(name: &str) -> LoginName {
    LoginName::parse(name).unwrap()
}

pub(crate) fn account(name: &str, role: Role) -> Account {
    Account {
        id: subject(name),
        profile: Profile {
            login: login(name),
            name: format!("Display {CANARY} {name}"),
            email: Some(format!("{name}@{CANARY}.test")),
            groups: vec![format!("group-{CANARY}")],
            role,
            language: None,
        },
        state: AccountState::Active,
        password: Secret::new(Some(format!("$argon2id$hash-{CANARY}"))),
        created: at(1),
        enrolment_open_until: at(1000),
        terms: Terms::default(),
        last_sign_in: None,
        set_up_declined: None,
        proved_elsewhere: None,
        must_change: None,
    }
}

/// Adds an account and gives its id.
pub(crate) async fn add(store: &dyn Store, name: &str, role: Role) -> SubjectId {
    let account = account(name, role);
    let id = account.id.clone();
    let created = event(AuditKind::AccountCreated, 2).on(&id);
    let done = store.create_account(account, created).await.unwrap();
    assert_eq!(done, AccountChange::Done);
    id
}

pub(crate) fn app(id: &str) -> Authenticator {
    Authenticator {
        id: id.to_owned(),
        label: format!("phone {CANARY}"),
        created: at(3),
        last_used: None,
        credential: Credential::Totp(TotpCredential {
            key: Secret::new(CANARY.as_bytes().to_vec()),
            last_step: 100,
        }),
    }
}

pub(crate) fn codes(id: &str) -> Authenticator {
    let code = |n: usize| BackupCode {
        selector: format!("a{n:02}"),
        hash: format!("$argon2id$v=19$m=19456,t=2,p=1${CANARY}${n}"),
        kept: Some(CANARY.to_owned()),
        spent: None,
    };
    Authenticator {
        id: id.to_owned(),
        label: "codes".to_owned(),
        created: at(4),
        last_used: None,
        credential: Credential::BackupCodes(BackupCodeSet {
            reveal: Reveal::StepUp,
            acknowledged: None,
            codes: (0..SET_SIZE).map(code).collect(),
        }),
    }
}

pub(crate) fn session(id: &SubjectId) -> SessionRecord {
    SessionRecord {
        handle: "handle".to_owned(),
        site: "console".to_owned(),
        subject: id.clone(),
        events: vec![AuthnEvent::of(AuthenticatorKind::Password, None, at(5))],
        binding: format!("binding-{CANARY}"),
        created: at(5),
        last_active: at(5),
        client: "192.0.2.1".parse().unwrap(),
        opened_from: OpenedFrom::default(),
        lost: None,
        pending_totp: None,
        enrolled: true,
        device: None,
    }
}

pub(crate) fn pending() -> PendingTotp {
    PendingTotp { key: Secret::new(format!("pending-{CANARY}").into_bytes()), created: at(6) }
}

/// Opens a session whose token is `token`.
pub(crate) async fn sign_in(store: &dyn Store, id: &SubjectId, token: &str) -> SessionKey {
    let key = SessionKey::of(token);
    let opened = event(AuditKind::SessionOpened, 5);
    let verified = verified(store, id).await;
    let outcome = store.open_session(&key, session(id), verified, opened).await.unwrap();
    assert!(outcome.is_some());
    key
}

/// The password hash that a sign-in of this account has just verified.
pub(crate) async fn verified(store: &dyn Store, id: &SubjectId) -> Option<String> {
    store.account(id).await.unwrap().and_then(|account| account.password.expose().clone())
}

/// An account with an app `<name>-app` and codes `<name>-codes`, signed in.
pub(crate) async fn enrol(store: &dyn Store, name: &str, role: Role) -> (SubjectId, SessionKey) {
    let id = add(store, name, role).await;
    let key = sign_in(store, &id, &format!("token-{name}")).await;
    let (app, codes) = (app(&format!("{name}-app")), codes(&format!("{name}-codes")));
    let bound = event(AuditKind::AuthenticatorBound, 6).on(&id);
    let bound = store.bind(&key, app, BindOrder::First(Some(codes)), bound).await.unwrap();
    assert_eq!(bound, Acceptance::Accepted);
    (id, key)
}

/// The text of a token, the same one for the same name.
pub(crate) fn token_text(name: &str) -> TokenText {
    let seed = name.bytes().fold(7, |seed: u64, b| seed.wrapping_mul(257) ^ u64::from(b));
    let entropy = SeededEntropy::new(seed);
    TokenText::generate(TokenId::generate(&entropy).unwrap(), &entropy).unwrap()
}

/// A service token as it is issued.
pub(crate) fn token(name: &str) -> ServiceToken {
    let text = token_text(name);
    ServiceToken {
        id: text.id().clone(),
        name: TokenName::parse(name).unwrap(),
        scope: Scope {
            site: "console".to_owned(),
            paths: vec![ScopePath::parse(&format!("/{CANARY}")).unwrap()],
            methods: vec![ScopeMethod::parse("GET").unwrap()],
            networks: vec!["192.0.2.0/24".parse().unwrap()],
        },
        created: at(20),
        created_by: format!("operator:{CANARY}"),
        expires: at(5000),
        current: text.hash(),
        previous: None,
        last_used: None,
        state: TokenState::Active,
        role: None,
    }
}

/// The keys of all sessions.
pub(crate) async fn session_keys(store: &dyn Store) -> Vec<SessionKey> {
    let mut keys: Vec<SessionKey> =
        store.sessions().await.unwrap().into_iter().map(|(key, _)| key).collect();
    keys.sort();
    keys
}
