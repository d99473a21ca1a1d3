//! What is foreseen is what the gate does: over requests and rules that nobody chose.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use http::HeaderMap;
use http::Method;
use ipnet::IpNet;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

use super::*;
use crate::area::Area;
use crate::area::Areas;
use crate::area::Fence;
use crate::area::Ground;
use crate::area::Whereabouts;
use crate::assertion;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::Credential;
use crate::authenticator::backup_code::BackupCodeSet;
use crate::authenticator::backup_code::Reveal;
use crate::authenticator::totp::TotpCredential;
use crate::client_certificate::ClientCertificates;
use crate::clock::Clock;
use crate::clock::ManualClock;
use crate::clock::Timestamp;
use crate::console_login::CookiePatterns;
use crate::directory::Directory;
use crate::enforcement::LeastProof;
use crate::enforcement::Rulebook;
use crate::enforcement::SitePolicies;
use crate::enforcement::SitePolicy;
use crate::entropy::Entropy;
use crate::entropy::SeededEntropy;
use crate::federation::Stated;
use crate::gate::ConnectionRules;
use crate::gate::Parts;
use crate::geo::Databases;
use crate::metrics::Metrics;
use crate::network::NetworkSet;
use crate::policy::Credentials;
use crate::policy::Decision;
use crate::policy::Machine;
use crate::route::Alternative;
use crate::route::Case;
use crate::route::MachineIdentity;
use crate::route::PathPattern;
use crate::route::People;
use crate::route::RouteTable;
use crate::route::SiteRules;
use crate::secret::Secret;
use crate::session;
use crate::session::AuthnEvent;
use crate::session::OpenedFrom;
use crate::session::SessionToken;
use crate::site::FirstFactor;
use crate::site::HostPattern;
use crate::site::IdentityHeaders;
use crate::site::RetryScript;
use crate::site::ServiceWorkers;
use crate::site::Site;
use crate::site::SiteName;
use crate::site::Sites;
use crate::store::BindOrder;
use crate::store::Store;
use crate::store::sealing::DataKey;
use crate::store::sled::SledStore;
use crate::store::sled::StorePaths;
use crate::subject::Account;
use crate::subject::AccountState;
use crate::subject::LoginName;
use crate::subject::Role;
use crate::subject::SubjectId;
use crate::subject::terms::Terms;
use crate::upstream::Upstreams;

const NOW: Timestamp = Timestamp::from_secs(1_795_378_080);

/// `a` is 10.0.0.0/9, `b` is 10.64.0.0/10: they overlap.
fn areas(which: u8) -> Option<Areas> {
    let area = |name: &str, net: &str| {
        let set = NetworkSet::new(vec![net.parse::<IpNet>().unwrap()]);
        Area { name: name.into(), ground: Ground::Network(Arc::new(set)) }
    };
    let both = [area("a", "10.0.0.0/9"), area("b", "10.64.0.0/10")];
    let chosen = both.into_iter().enumerate().filter(|(index, _)| which & (1 << index) != 0);
    let chosen: Vec<Area> = chosen.map(|(_, area)| area).collect();
    (!chosen.is_empty()).then(|| Areas::new(chosen))
}

fn proof() -> impl Strategy<Value = Proof> {
    prop_oneof![
        Just(Proof::Open),
        Just(Proof::Network),
        Just(Proof::ServiceToken),
        Just(Proof::ClientCertificate),
        Just(Proof::Password),
        Just(Proof::SecondFactor),
        Just(Proof::Aal2),
    ]
}

fn alternative() -> impl Strategy<Value = Alternative> {
    (proof(), 0_u8..4, proptest::option::of(1_u64..60), 0_u8..4, any::<bool>()).prop_map(
        |(proof, networks, age, people, named)| {
            let groups = if people == 1 { vec!["agents".to_owned()] } else { Vec::new() };
            let users =
                if people == 2 { vec![LoginName::parse("eve").unwrap()] } else { Vec::new() };
            let roles = if people == 3 { vec![Role::Admin] } else { Vec::new() };
            Alternative {
                networks: areas(networks),
                max_age: age.map(Duration::from_mins).filter(|_| proof.is_personal()),
                people: (people > 0 && proof.is_personal()).then_some(People {
                    users,
                    groups,
                    roles,
                }),
                identity: if named { MachineIdentity::Network } else { MachineIdentity::None },
                ..Alternative::of(proof)
            }
        },
    )
}

fn requirement() -> impl Strategy<Value = Requirement> {
    proptest::collection::vec(alternative(), 1..4).prop_map(Requirement::any_of)
}

fn fence() -> impl Strategy<Value = Fence> {
    (0_u8..4, 0_u8..4).prop_map(|(deny, allow)| Fence {
        // Mostly open: what is behind it is to be judged as well.
        deny: areas(if deny == 2 { 2 } else { 0 }).unwrap_or_default(),
        allow: areas(if allow == 3 { 3 } else { 0 }),
        besides: None,
    })
}

#[derive(Clone, Debug)]
struct Rules {
    fence: Fence,
    rehearsed: Fence,
    default: (Requirement, Option<Requirement>),
    api: Requirement,
    post: Requirement,
}

fn rules() -> impl Strategy<Value = Rules> {
    let default = (requirement(), proptest::option::of(requirement()));
    (fence(), fence(), default, requirement(), requirement()).prop_map(
        |(fence, rehearsed, default, api, post)| Rules { fence, rehearsed, default, api, post },
    )
}

fn snapshot(rules: Rules) -> Snapshot {
    snapshot_under(rules, SitePolicy::default())
}

/// What an administrator asks besides.
fn policy() -> impl Strategy<Value = SitePolicy> {
    let names = select(vec![vec![], vec!["a"], vec!["b"], vec!["a", "b"], vec!["gone"]]);
    let proof = proptest::option::of(select(LeastProof::ALL.to_vec()));
    (names, proof, proptest::option::of(1_u64..60)).prop_map(|(names, proof, age)| SitePolicy {
        only_from: names.into_iter().map(str::to_owned).collect(),
        proof,
        max_age: age.map(|minutes| minutes * 60),
    })
}

fn snapshot_under(rules: Rules, policy: SitePolicy) -> Snapshot {
    let named: Vec<Area> = areas(3).unwrap().iter().cloned().collect();
    let policies = [("console".to_owned(), policy)].into();
    let route = |path: &str, methods: Option<Vec<Method>>, requirement| Route {
        name: path.to_owned(),
        pattern: PathPattern::parse(path).unwrap(),
        methods,
        requirement,
        rehearsal: None,
    };
    let routes = vec![
        route("/api", None, rules.api),
        route("/api/*/write", Some(vec![Method::POST]), rules.post),
    ];
    let (requirement, rehearsal) = rules.default;
    let site = Site {
        name: SiteName::parse("console").unwrap(),
        hosts: vec![HostPattern::parse("console.example").unwrap()],
        origin: "https://console.example".to_owned(),
        fence: rules.fence,
        rehearsed_fence: rules.rehearsed,
        routes: RouteTable::new(SiteRules { requirement, rehearsal }, routes, Case::Matters)
            .unwrap(),
        identity_headers: IdentityHeaders::default(),
        service_workers: ServiceWorkers::Refuse,
        retry_script: RetryScript::Leave,
        account_path: None,
        first_factor: FirstFactor::Accounts,
        before_sign_in: Vec::new(),
        least: None,
        session_cookies: CookiePatterns::default(),
    };
    let parts = Parts {
        sites: Sites::new(vec![site]).unwrap().under(&policies, &named),
        upstreams: Upstreams::new([]),
        connections: ConnectionRules::default(),
        networks: named,
        geography: Databases::none(Arc::new(ManualClock::at(NOW))),
        clients: ClientCertificates::default(),
        assertion: assertion::Settings::default(),
        sessions: session::Settings::default(),
        rulebook: Rulebook::default(),
        policies: SitePolicies::default(),
        prefix: "/.portcullis".to_owned(),
    };
    Snapshot::new(parts, &Metrics::new().unwrap())
}

/// A directory in which one person has a session of each kind, with its cookie and the claim of it.
struct Sessions {
    directory: Directory,
    each: Vec<(String, Claim)>,
    _files: tempfile::TempDir,
}

/// What was proved, how many minutes ago, and whether a second factor was bound.
const KINDS: [(bool, u64, bool); 5] =
    [(false, 0, false), (true, 0, true), (true, 25, true), (false, 0, true), (false, 25, true)];
fn alice(entropy: &dyn Entropy) -> Account {
    Account {
        id: SubjectId::generate(entropy).unwrap(),
        profile: Profile {
            login: LoginName::parse("alice").unwrap(),
            name: "Alice".to_owned(),
            email: None,
            groups: vec!["agents".to_owned()],
            role: Role::User,
            language: None,
        },
        state: AccountState::Active,
        password: Secret::new(None),
        created: NOW,
        enrolment_open_until: NOW,
        terms: Terms::default(),
        last_sign_in: None,
        set_up_declined: None,
        proved_elsewhere: None,
        must_change: None,
    }
}

fn sessions() -> Sessions {
    let files = tempfile::tempdir().unwrap();
    let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(7));
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(NOW));
    let paths = StorePaths { dir: files.path().join("store"), head: files.path().join("head") };
    let key = DataKey::generate(&*entropy).unwrap();
    let event = |kind| AuditEvent::new(NOW, kind, Actor::Gateway);
    let store = SledStore::create(&paths, &key, &entropy, event(AuditKind::StoreCreated)).unwrap();
    let store: Arc<dyn Store> = Arc::new(store);
    let account = alice(&*entropy);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (directory, each) = runtime.block_on(async {
        let settings = session::Settings::default();
        let directory = Directory::load(Arc::clone(&store), clock, settings).await.unwrap();
        store.create_account(account.clone(), event(AuditKind::AccountCreated)).await.unwrap();
        let mut each = Vec::new();
        for (is_full, ago, enrolled) in KINDS {
            let at = Timestamp::from_secs(NOW.secs() - ago * 60);
            let proof = |kind| AuthnEvent::of(kind, None, at);
            let mut events = vec![proof(AuthenticatorKind::Password)];
            events.extend(is_full.then(|| proof(AuthenticatorKind::Totp)));
            let record = SessionRecord {
                handle: "h".to_owned(),
                site: "console".to_owned(),
                subject: account.id.clone(),
                events,
                binding: String::new(),
                created: at,
                last_active: NOW,
                client: IpAddr::from([192, 0, 2, 1]),
                opened_from: OpenedFrom::default(),
                lost: None,
                pending_totp: None,
                enrolled,
                device: None,
            };
            let token = SessionToken::generate(&*entropy).unwrap();
            let opened = event(AuditKind::SessionOpened);
            let opened = directory.open(&token, record.clone(), &account, opened).await;
            assert_eq!(opened.unwrap().unwrap().record.enrolled, enrolled);
            bind(&*store, &token, event(AuditKind::AuthenticatorBound)).await;
            let cookie = format!("__Host-portcullis={}", token.expose());
            // Of another site: the gate puts the right one in.
            let session = SessionRecord { site: "elsewhere".to_owned(), ..record };
            each.push((
                cookie,
                Claim {
                    session,
                    profile: account.profile.clone(),
                    terms: Terms::default(),
                    held: Held::default(),
                },
            ));
        }
        (directory, each)
    });
    Sessions { directory, each, _files: files }
}

/// Binds an app, unless one is bound: from the second session on its person is enrolled.
async fn bind(store: &dyn Store, token: &SessionToken, audit: AuditEvent) {
    let made = |id: &str, credential| Authenticator {
        id: id.to_owned(),
        label: id.to_owned(),
        created: NOW,
        last_used: None,
        credential,
    };
    let app = Credential::Totp(TotpCredential { key: Secret::new(vec![7; 20]), last_step: 0 });
    let codes = BackupCodeSet { reveal: Reveal::Once, acknowledged: None, codes: Vec::new() };
    let codes = made("codes", Credential::BackupCodes(codes));
    store.bind(&token.key(), made("app", app), BindOrder::First(Some(codes)), audit).await.unwrap();
}

#[derive(Clone, Debug)]
struct Asked {
    method: Method,
    target: &'static str,
    host: &'static str,
    address: [u8; 4],
    /// Which of the sessions; beyond them nobody.
    who: usize,
    with_certificate: bool,
}

fn asked() -> impl Strategy<Value = Asked> {
    let paths =
        ["/", "/api/x", "/api/7/write", "/api/7/write?x=1", "/.portcullis/account", "/a//b"];
    (
        select(vec![Method::GET, Method::POST, Method::PUT]),
        select(Vec::from(paths)),
        select(vec!["console.example", "console.example:443", "other.example"]),
        select(vec![[10, 1, 1, 1], [10, 70, 1, 1], [10, 127, 1, 1], [10, 200, 1, 1]]),
        0_usize..=KINDS.len(),
        any::<bool>(),
    )
        .prop_map(|(method, target, host, address, who, with_certificate)| Asked {
            method,
            target,
            host,
            address,
            who,
            with_certificate,
        })
}

/// A request as it arrives at the gate, and what it does with it.
fn with_arrival<T>(snapshot: &Snapshot, asked: &Asked, judge: impl FnOnce(&Arrival<'_>) -> T) -> T {
    let certificate = Machine::certificate("billing");
    judge(&Arrival {
        method: &asked.method,
        authority: asked.host,
        target: asked.target,
        server_name: None,
        headers: &HeaderMap::new(),
        client: &snapshot.locate(IpAddr::from(asked.address)),
        credentials: Credentials {
            token: None,
            certificate: asked.with_certificate.then_some(&certificate),
        },
        stated: &Stated::Elsewhere,
        now: NOW,
    })
}

/// Judged both ways; the decision's name.
fn compare(
    snapshot: &Snapshot,
    asked: &Asked,
    sessions: &Sessions,
) -> Result<&'static str, TestCaseError> {
    let person = sessions.each.get(asked.who);
    let cookie = person.map(|(cookie, _)| cookie.as_bytes());
    let mut told = None;
    let (judged, foreseen) = with_arrival(snapshot, asked, |arrival| {
        let judged = snapshot.judge(arrival, cookie.into_iter(), &sessions.directory);
        let claim = person.map(|(_, claim)| claim);
        let foreseen = snapshot.foresee(arrival, claim, &mut |insight| {
            told = Some(crate::policy::evaluate(insight.facts));
        });
        (judged, foreseen)
    });
    let verdict = judged.verdict.clone().map(|permit| permit.principal().clone());
    prop_assert_eq!(format!("{verdict:?}"), format!("{:?}", foreseen.verdict));
    prop_assert_eq!(&judged.route, &foreseen.route);
    prop_assert_eq!(judged.rehearsed, foreseen.rehearsed);
    // What the watcher sees is what decided.
    let decided = told.as_ref().map(Decision::name);
    let agrees = match &judged.verdict {
        Verdict::Forward(_) => decided == Some(("forward", "")),
        Verdict::Challenge(demand) => decided == Some(("challenge", demand.name())),
        Verdict::Refuse(refusal) => decided.is_none_or(|d| d == ("refuse", refusal.name())),
        Verdict::Login(_) | Verdict::Portal | Verdict::Redirect(_) | Verdict::Elsewhere(_) => {
            decided.is_none()
        }
    };
    prop_assert!(agrees, "{:?} {:?}", told, judged.verdict);
    Ok(judged.verdict.name())
}

#[test]
fn what_is_foreseen_is_what_the_gate_does_over_requests_and_rules_s1_19() {
    let sessions = sessions();
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let decisions = RefCell::new(BTreeSet::new());
    let outcome = runner.run(&(rules(), asked()), |(rules, asked)| {
        let decision = compare(&snapshot(rules), &asked, &sessions)?;
        decisions.borrow_mut().insert(decision);
        Ok(())
    });
    outcome.unwrap();
    // The cases are worth something.
    let decisions = decisions.into_inner();
    for decision in ["forward", "challenge", "portal", "redirect", "refuse"] {
        assert!(decisions.contains(decision), "{decision} in {decisions:?}");
    }
}

/// What the gate does with a request.
fn judged(snapshot: &Snapshot, asked: &Asked, sessions: &Sessions) -> Judgement {
    let cookie = sessions.each.get(asked.who).map(|(cookie, _)| cookie.as_bytes());
    with_arrival(snapshot, asked, |arrival| {
        snapshot.judge(arrival, cookie.into_iter(), &sessions.directory)
    })
}

/// Whether an address is in one of these areas.
fn is_among(names: &BTreeSet<String>, address: [u8; 4]) -> bool {
    let client = Whereabouts::of(IpAddr::from(address));
    let all = areas(3).unwrap();
    all.iter().any(|area| names.contains(&*area.name) && area.holds(&client).is_yes())
}

#[test]
fn what_is_asked_at_a_site_besides_lets_nothing_through_that_the_file_does_not_s1_29() {
    let sessions = sessions();
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 4000,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let differ = RefCell::new(BTreeSet::new());
    let outcome = runner.run(&(rules(), policy(), asked()), |(rules, policy, asked)| {
        let file = judged(&snapshot(rules.clone()), &asked, &sessions).verdict;
        let both = judged(&snapshot_under(rules, policy.clone()), &asked, &sessions).verdict;
        differ.borrow_mut().insert((file.name(), both.name()));
        if let Verdict::Forward(permit) = &both {
            prop_assert!(matches!(file, Verdict::Forward(_)), "{file:?} {both:?}");
            if let Principal::Person(identity) = permit.principal() {
                let session = &identity.session;
                let proved = session.second_factor_time();
                prop_assert!(policy.proof.is_none() || proved.is_some(), "{session:?}");
                let resistant = policy.proof >= Some(LeastProof::PhishingResistant);
                prop_assert!(!resistant, "nobody here has a passkey: {session:?}");
                let age = policy.max_age.map(Duration::from_secs);
                let old = |most| NOW.since(session.last_proof()) > most;
                prop_assert!(!age.is_some_and(old), "{session:?}");
            }
        }
        if matches!(both, Verdict::Forward(_) | Verdict::Portal | Verdict::Challenge(_)) {
            let fits = policy.only_from.is_empty() || is_among(&policy.only_from, asked.address);
            prop_assert!(fits, "from elsewhere: {both:?}");
        }
        Ok(())
    });
    outcome.unwrap();
    // The cases are worth something.
    for pair in [
        ("forward", "refuse"),
        ("forward", "challenge"),
        ("forward", "forward"),
        ("portal", "refuse"),
    ] {
        assert!(differ.borrow().contains(&pair), "{pair:?} in {differ:?}");
    }
}
