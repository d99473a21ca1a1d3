//! The way of a request through the gateway without any input or output: what the decision costs, and
//! what each of its parts does.

#![expect(clippy::unwrap_used, reason = "a measurement stops at any error")]

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use criterion::BenchmarkId;
use criterion::Criterion;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use portcullis::area::Fence;
use portcullis::area::Whereabouts;
use portcullis::assertion;
use portcullis::assertion::Bearer;
use portcullis::assertion::Circumstances;
use portcullis::assertion::KeyRing;
use portcullis::assertion::SigningKey;
use portcullis::assertion::header::Stripper;
use portcullis::audit::Actor;
use portcullis::audit::AuditEvent;
use portcullis::audit::AuditKind;
use portcullis::authenticator::AuthenticatorKind;
use portcullis::canonical;
use portcullis::canonical::head;
use portcullis::canonical::head::Limits;
use portcullis::client_certificate::ClientCertificates;
use portcullis::clock::Clock;
use portcullis::clock::SystemClock;
use portcullis::console_login::CookiePatterns;
use portcullis::directory::Directory;
use portcullis::enforcement::Rulebook;
use portcullis::enforcement::SitePolicies;
use portcullis::entropy::Entropy;
use portcullis::entropy::SystemEntropy;
use portcullis::federation::Stated;
use portcullis::gate::Arrival;
use portcullis::gate::ConnectionRules;
use portcullis::gate::Parts;
use portcullis::gate::Snapshot;
use portcullis::gate::Verdict;
use portcullis::geo::Databases;
use portcullis::metrics::Metrics;
use portcullis::policy::Credentials;
use portcullis::policy::Excuse;
use portcullis::policy::Factors;
use portcullis::policy::Identity;
use portcullis::route::Case;
use portcullis::route::PathPattern;
use portcullis::route::Requirement;
use portcullis::route::Route;
use portcullis::route::RouteTable;
use portcullis::route::SiteRules;
use portcullis::secret::Secret;
use portcullis::session;
use portcullis::session::AuthnEvent;
use portcullis::session::OpenedFrom;
use portcullis::session::SessionRecord;
use portcullis::session::SessionToken;
use portcullis::session::cookie::CookieKind;
use portcullis::session::cookie::CookieNames;
use portcullis::site::FirstFactor;
use portcullis::site::HostPattern;
use portcullis::site::IdentityHeaders;
use portcullis::site::RetryScript;
use portcullis::site::ServiceWorkers;
use portcullis::site::Site;
use portcullis::site::SiteName;
use portcullis::site::Sites;
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
use portcullis::upstream::Endpoint;
use portcullis::upstream::Upstream;
use portcullis::upstream::Upstreams;

const HOST: &str = "console.example";
const TARGET: &str = "/section7/page/index.php?view=table&page=3";

fn name() -> SiteName {
    SiteName::parse("console").unwrap()
}

fn site(routes: usize) -> Site {
    let route = |n: usize| {
        let path = format!("/section{n}/page");
        Route {
            pattern: PathPattern::parse(&path).unwrap(),
            name: path,
            methods: None,
            requirement: Requirement::default(),
            rehearsal: None,
        }
    };
    let routes = (0..routes).map(route).collect();
    Site {
        name: name(),
        hosts: vec![HostPattern::parse(HOST).unwrap()],
        origin: format!("https://{HOST}"),
        fence: Fence::default(),
        rehearsed_fence: Fence::default(),
        routes: RouteTable::new(SiteRules::default(), routes, Case::Matters).unwrap(),
        identity_headers: IdentityHeaders::default(),
        service_workers: ServiceWorkers::Refuse,
        retry_script: RetryScript::Leave,
        account_path: None,
        first_factor: FirstFactor::Accounts,
        before_sign_in: Vec::new(),
        least: None,
        session_cookies: CookiePatterns::default(),
    }
}

fn snapshot(routes: usize) -> Snapshot {
    let upstream = Upstream::at(vec![Endpoint {
        host: "127.0.0.1".to_owned(),
        port: 80,
        server_name: String::new(),
    }]);
    let parts = Parts {
        sites: Sites::new(vec![site(routes)]).unwrap(),
        upstreams: Upstreams::new([(name(), upstream)]),
        connections: ConnectionRules::default(),
        networks: Vec::new(),
        geography: Databases::none(Arc::new(SystemClock::new())),
        clients: ClientCertificates::default(),
        assertion: assertion::Settings::default(),
        sessions: session::Settings::default(),
        rulebook: Rulebook::default(),
        policies: SitePolicies::default(),
        prefix: "/.portcullis".to_owned(),
    };
    Snapshot::new(parts, &Metrics::new().unwrap())
}

fn profile() -> Profile {
    Profile {
        login: LoginName::parse("alice").unwrap(),
        name: "Alice Archer".to_owned(),
        email: Some("alice@example.com".to_owned()),
        groups: vec!["operators".to_owned()],
        role: Role::User,
        language: None,
    }
}

/// A directory with one open session at AAL2, and that session's token.
struct SignedIn {
    directory: Directory,
    token: SessionToken,
    identity: Identity,
    _files: tempfile::TempDir,
}

fn signed_in(clock: &Arc<dyn Clock>, entropy: &Arc<dyn Entropy>) -> SignedIn {
    let files = tempfile::tempdir_in(PathBuf::from(env!("CARGO_TARGET_TMPDIR"))).unwrap();
    let paths = StorePaths { dir: files.path().join("store"), head: files.path().join("head") };
    let key = DataKey::generate(&**entropy).unwrap();
    let event = |kind| AuditEvent::new(clock.wall(), kind, Actor::Gateway);
    let store = SledStore::create(&paths, &key, entropy, event(AuditKind::StoreCreated)).unwrap();
    let store: Arc<dyn Store> = Arc::new(store);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let token = SessionToken::generate(&**entropy).unwrap();
    let proof = |kind| AuthnEvent::of(kind, None, clock.wall());
    let record = SessionRecord {
        handle: "b1946ac92492d2347c6235b4d2611184".to_owned(),
        site: "console".to_owned(),
        subject: SubjectId::from_stored("591785b794601e212b260e25925636fd".to_owned()),
        events: vec![proof(AuthenticatorKind::Password), proof(AuthenticatorKind::Totp)],
        binding: "binding".to_owned(),
        created: clock.now(),
        last_active: clock.now(),
        client: "192.0.2.1".parse().unwrap(),
        opened_from: OpenedFrom::default(),
        lost: None,
        pending_totp: None,
        enrolled: true,
        device: None,
    };
    let settings = session::Settings::default();
    let (directory, live) = runtime.block_on(async {
        let directory =
            Directory::load(Arc::clone(&store), Arc::clone(clock), settings).await.unwrap();
        let opened = event(AuditKind::SessionOpened);
        let account = Account {
            id: record.subject.clone(),
            profile: profile(),
            state: AccountState::Active,
            password: Secret::new(None),
            created: clock.now(),
            enrolment_open_until: clock.now(),
            terms: Terms::default(),
            last_sign_in: None,
            set_up_declined: None,
            proved_elsewhere: None,
            must_change: None,
        };
        let made = event(AuditKind::AccountCreated);
        store.create_account(account.clone(), made).await.unwrap();
        let live = directory.open(&token, record, &account, opened).await.unwrap().unwrap();
        (directory, live)
    });
    let identity = Identity {
        session: Arc::clone(&live.record),
        profile: Arc::clone(&live.profile),
        excuse: Excuse::None,
        factors: Factors::Enough,
    };
    SignedIn { directory, token, identity, _files: files }
}

fn judge(c: &mut Criterion, person: &SignedIn) {
    let cookie = format!("theme=dark; __Host-portcullis={}; sid=8c2f", person.token.expose());
    let mut group = c.benchmark_group("judge");
    for routes in [10, 1_000, 10_000] {
        let snapshot = snapshot(routes);
        let arrival = Arrival {
            method: &Method::GET,
            authority: HOST,
            target: TARGET,
            server_name: Some(HOST),
            headers: &HeaderMap::new(),
            client: &Whereabouts::of("192.0.2.7".parse().unwrap()),
            credentials: Credentials::default(),
            stated: &Stated::Elsewhere,
            now: SystemClock::new().now(),
        };
        let ask = |cookie: &str| {
            let lines = std::iter::once(cookie.as_bytes());
            snapshot.judge(black_box(&arrival), lines, &person.directory)
        };
        // Both ways are really taken.
        assert!(matches!(ask(&cookie).verdict, Verdict::Forward(_)));
        assert!(matches!(ask("theme=dark").verdict, Verdict::Challenge(_)));
        group.bench_function(BenchmarkId::new("signed in", routes), |b| b.iter(|| ask(&cookie)));
        group.bench_function(BenchmarkId::new("unknown", routes), |b| b.iter(|| ask("theme=dark")));
    }
    group.finish();
    c.bench_function("cookie scan", |b| {
        b.iter(|| {
            let lines = std::iter::once(black_box(cookie.as_bytes()));
            CookieNames::Secure.find(CookieKind::Session, lines)
        });
    });
}

fn parse(c: &mut Criterion) {
    c.bench_function("canonical request", |b| {
        b.iter(|| canonical::parse(&Method::GET, black_box(HOST), black_box(TARGET)).unwrap());
    });
    let raw = format!(
        "GET {TARGET} HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n\
         Accept: text/html,application/xhtml+xml\r\nAccept-Language: en\r\nAccept-Encoding: gzip, br\r\n\
         Cookie: __Host-portcullis=0123456789abcdef0123456789abcdef\r\nSec-Fetch-Mode: navigate\r\n\r\n"
    );
    let limits = Limits::default();
    c.bench_function("raw head", |b| {
        b.iter(|| head::check(black_box(raw.as_bytes()), &limits).unwrap());
    });
}

fn sign(c: &mut Criterion, person: &SignedIn, clock: &dyn Clock, entropy: &dyn Entropy) {
    let wall = clock.wall();
    let key = SigningKey::generate(wall, wall).unwrap();
    let ring = KeyRing::new(vec![SigningKey::from_stored(&key).unwrap()]);
    let site = site(10);
    let settings = assertion::Settings::default();
    let client = Whereabouts::of("192.0.2.1".parse().unwrap());
    let circumstances = Circumstances {
        site: &site,
        issuer: "https://console.example",
        lifetime: settings.lifetime,
        client: &client,
    };
    let bearer = Bearer::Person(&person.identity);
    let make = || assertion::sign(bearer, &circumstances, &ring, wall, entropy).unwrap();
    c.bench_function("assertion signed", |b| b.iter(make));
    let cached = make();
    c.bench_function("assertion used again", |b| b.iter(|| black_box(&cached).clone()));
}

fn strip(c: &mut Criterion) {
    let mut headers = HeaderMap::new();
    for name in [
        "host",
        "user-agent",
        "accept",
        "accept-language",
        "accept-encoding",
        "cookie",
        "referer",
        "sec-fetch-mode",
        "sec-fetch-site",
        "x-requested-with",
        "x-csrf-token",
        "x-forwarded-for",
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static("value"));
    }
    let stripper = Stripper::new(&IdentityHeaders::default(), None);
    assert_eq!(stripper.stripped_names(&headers).len(), 1);
    c.bench_function("header stripping, 12 fields", |b| {
        b.iter(|| stripper.stripped_names(black_box(&headers)));
    });
}

fn main() {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy::new());
    let person = signed_in(&clock, &entropy);
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    judge(&mut criterion, &person);
    parse(&mut criterion);
    sign(&mut criterion, &person, &*clock, &*entropy);
    strip(&mut criterion);
    criterion.final_summary();
}
