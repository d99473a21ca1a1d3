//! Durable one-time-code checks per second: 64 clients at once, each charged before it is verified.
//!
//! A check is what a sign-in costs the store: one charged attempt, one accepted step with its audit
//! record, each on the medium before it is answered. Both are shown, and the step alone.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measurement reads the clock, prints what it found, and stops at any error"
)]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use portcullis::audit::Actor;
use portcullis::audit::AuditEvent;
use portcullis::audit::AuditKind;
use portcullis::authenticator::Authenticator;
use portcullis::authenticator::AuthenticatorKind;
use portcullis::authenticator::Credential;
use portcullis::authenticator::backup_code::BackupCodeSet;
use portcullis::authenticator::backup_code::Reveal;
use portcullis::authenticator::totp::TotpCredential;
use portcullis::clock::Timestamp;
use portcullis::entropy::Entropy;
use portcullis::entropy::SystemEntropy;
use portcullis::secret::Secret;
use portcullis::session::AuthnEvent;
use portcullis::session::OpenedFrom;
use portcullis::session::SessionKey;
use portcullis::session::SessionRecord;
use portcullis::store::Acceptance;
use portcullis::store::BindOrder;
use portcullis::store::BudgetKey;
use portcullis::store::Store;
use portcullis::store::sealing::DataKey;
use portcullis::store::sled::SledStore;
use portcullis::store::sled::StorePaths;
use portcullis::subject::Account;
use portcullis::subject::AccountState;
use portcullis::subject::LoginName;
use portcullis::subject::Profile;
use portcullis::subject::Role;
use portcullis::subject::SubjectId;
use portcullis::subject::terms::Terms;
use portcullis::throttle::CODE;
use portcullis::throttle::Charge;

/// Clients at the same time.
const CLIENTS: usize = 64;

/// How long each figure is measured.
const WHILE: Duration = Duration::from_secs(5);

/// What a check consists of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Check {
    /// The accepted step.
    Accept,
    /// The charged attempt before it, too.
    ChargeAndAccept,
}

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(1_700_000_000 + secs)
}

fn event(kind: AuditKind) -> AuditEvent {
    AuditEvent::new(at(1), kind, Actor::Gateway)
}

fn main() {
    // On the disk that the build is on: a temporary directory may be memory.
    let dir = tempfile::tempdir_in(PathBuf::from(env!("CARGO_TARGET_TMPDIR"))).unwrap();
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy::new());
    let key = DataKey::generate(&*entropy).unwrap();
    let paths = StorePaths { dir: dir.path().join("store"), head: dir.path().join("store.head") };
    let created = event(AuditKind::StoreCreated);
    let store = SledStore::create(&paths, &key, &entropy, created).unwrap();
    let store: Arc<dyn Store> = Arc::new(store);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        for n in 0..CLIENTS {
            enrol(&*store, n).await;
        }
        for clients in [1, CLIENTS] {
            measure(&store, clients, Check::Accept).await;
            measure(&store, clients, Check::ChargeAndAccept).await;
        }
        store.close().await.unwrap();
    });
}

/// An app for client `n`.
async fn enrol(store: &dyn Store, n: usize) {
    let key = SessionKey::of(&format!("token-{n}"));
    let session = SessionRecord {
        handle: "handle".to_owned(),
        site: "console".to_owned(),
        subject: subject(n),
        events: vec![AuthnEvent::of(AuthenticatorKind::Password, None, Timestamp::default())],
        binding: "binding".to_owned(),
        created: at(0),
        last_active: at(0),
        client: "192.0.2.1".parse().unwrap(),
        opened_from: OpenedFrom::default(),
        lost: None,
        pending_totp: None,
        enrolled: true,
        device: None,
    };
    let opened = event(AuditKind::SessionOpened);
    store.create_account(account(n), event(AuditKind::AccountCreated)).await.unwrap();
    let opened = store.open_session(&key, session, None, opened).await.unwrap();
    assert!(opened.is_some());
    let app = authenticator(
        "app",
        Credential::Totp(TotpCredential { key: Secret::new(vec![7; 20]), last_step: 0 }),
    );
    let codes = authenticator(
        "codes",
        Credential::BackupCodes(BackupCodeSet {
            reveal: Reveal::Once,
            acknowledged: None,
            codes: Vec::new(),
        }),
    );
    let bound = event(AuditKind::AuthenticatorBound);
    let bound = store.bind(&key, app, BindOrder::First(Some(codes)), bound).await.unwrap();
    assert_eq!(bound, Acceptance::Accepted);
}

fn account(n: usize) -> Account {
    Account {
        id: subject(n),
        profile: Profile {
            login: LoginName::parse(&format!("person-{n}")).unwrap(),
            name: String::new(),
            email: None,
            groups: Vec::new(),
            role: Role::User,
            language: None,
        },
        state: AccountState::Active,
        password: Secret::new(None),
        created: at(0),
        enrolment_open_until: at(0),
        terms: Terms::default(),
        last_sign_in: None,
        set_up_declined: None,
        proved_elsewhere: None,
        must_change: None,
    }
}

fn subject(n: usize) -> SubjectId {
    SubjectId::from_stored(format!("subject-{n:020}"))
}

fn authenticator(id: &str, credential: Credential) -> Authenticator {
    Authenticator {
        id: id.to_owned(),
        label: "phone".to_owned(),
        created: at(0),
        last_used: None,
        credential,
    }
}

async fn measure(store: &Arc<dyn Store>, clients: usize, check: Check) {
    let begun = Instant::now();
    let tasks: Vec<_> =
        (0..clients).map(|n| tokio::spawn(client(store.clone(), n, check, begun))).collect();
    let mut waits = Vec::new();
    for task in tasks {
        waits.append(&mut task.await.unwrap());
    }
    let took = begun.elapsed().as_secs_f64();
    waits.sort_unstable();
    let quantile = |part: usize| waits.get(waits.len() * part / 100).copied().unwrap_or_default();
    let what = match check {
        Check::Accept => "accept",
        Check::ChargeAndAccept => "charge + accept",
    };
    let each = u32::try_from(waits.len()).map_or(0.0, f64::from) / took;
    println!(
        "{what:16} {clients:3} clients: {each:8.0} /s, median {:?}, p99 {:?}",
        quantile(50),
        quantile(99)
    );
}

/// One client's checks, one after the other; how long each took.
async fn client(store: Arc<dyn Store>, n: usize, check: Check, begun: Instant) -> Vec<Duration> {
    let id = subject(n);
    let budget = BudgetKey::Authenticator(id.clone(), "totp".to_owned());
    let held = store.authenticators(&id).await.unwrap();
    let mut step =
        held.iter().find_map(|held| held.credential.totp().map(|totp| totp.last_step)).unwrap();
    let mut waits = Vec::new();
    while begun.elapsed() < WHILE {
        step += 1;
        let asked = Instant::now();
        if check == Check::ChargeAndAccept {
            let charge = store.charge(&budget, &CODE, at(step * 30), None).await.unwrap();
            assert_eq!(charge, Charge::Granted);
        }
        let accepted = event(AuditKind::ProofAccepted);
        let accepted = store.accept_totp_step(&id, "app", step, accepted).await;
        assert_eq!(accepted.unwrap(), Acceptance::Accepted);
        waits.push(asked.elapsed());
    }
    waits
}
