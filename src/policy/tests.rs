//! The decision's table.

use std::net::IpAddr;

use super::*;
use crate::area::Area;
use crate::area::Areas;
use crate::area::Fence;
use crate::area::Ground;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::AuthenticatorKind::BackupCode;
use crate::authenticator::AuthenticatorKind::Email;
use crate::authenticator::AuthenticatorKind::Passkey;
use crate::authenticator::AuthenticatorKind::Password;
use crate::authenticator::AuthenticatorKind::RecoveryCode;
use crate::authenticator::AuthenticatorKind::RememberedDevice;
use crate::authenticator::AuthenticatorKind::Sms;
use crate::authenticator::AuthenticatorKind::Totp;
use crate::authenticator::KindSet;
use crate::console_login::CookiePatterns;
use crate::network::NetworkSet;
use crate::place::CountryCode;
use crate::place::Place;
use crate::route::Alternative;
use crate::route::DeviceCondition;
use crate::route::MachineIdentity;
use crate::route::People;
use crate::route::Proof;
use crate::route::Requirement;
use crate::route::RouteTable;
use crate::session::AuthnEvent;
use crate::session::DeviceBinding;
use crate::session::OpenedFrom;
use crate::session::Strength;
use crate::site::FirstFactor;
use crate::site::IdentityHeaders;
use crate::site::RetryScript;
use crate::site::ServiceWorkers;
use crate::site::SiteName;
use crate::subject::LoginName;
use crate::subject::Role;
use crate::subject::SubjectId;

const START: Timestamp = Timestamp::from_secs(1_000_000);

fn site() -> Arc<Site> {
    Arc::new(Site {
        name: SiteName::parse("console").unwrap(),
        hosts: Vec::new(),
        origin: "https://console.example".to_owned(),
        fence: Fence::default(),
        rehearsed_fence: Fence::default(),
        routes: RouteTable::default(),
        identity_headers: IdentityHeaders::default(),
        service_workers: ServiceWorkers::Refuse,
        retry_script: RetryScript::Leave,
        account_path: None,
        first_factor: FirstFactor::Accounts,
        before_sign_in: Vec::new(),
        session_cookies: CookiePatterns::default(),
    })
}

/// Alice, an agent, who has proved this, each a minute after the other.
fn identity(site: &str, kinds: &[AuthenticatorKind]) -> Identity {
    let at = |n: usize| START.plus(Duration::from_mins(n as u64));
    let events = kinds.iter().enumerate();
    Identity {
        session: Arc::new(SessionRecord {
            handle: "h".to_owned(),
            site: site.to_owned(),
            subject: SubjectId::from_stored("s".to_owned()),
            events: events.map(|(n, &kind)| AuthnEvent::of(kind, None, at(n))).collect(),
            binding: String::new(),
            created: START,
            last_active: START,
            client: "192.0.2.1".parse().unwrap(),
            opened_from: OpenedFrom::default(),
            lost: None,
            pending_totp: None,
            enrolled: true,
            device: None,
        }),
        profile: Arc::new(Profile {
            login: LoginName::parse("alice").unwrap(),
            name: "Alice".to_owned(),
            email: None,
            groups: vec!["agents".to_owned()],
            role: Role::User,
            language: None,
        }),
        excuse: Excuse::None,
        factors: Factors::Enough,
    }
}

fn networks(names: &[(&str, &str)]) -> Areas {
    let area = |&(name, cidr): &(&str, &str)| {
        let set = NetworkSet::new(vec![cidr.parse().unwrap()]);
        Area { name: name.into(), ground: Ground::Network(Arc::new(set)) }
    };
    Areas::new(names.iter().map(area).collect())
}

fn office() -> Areas {
    networks(&[("office", "10.0.0.0/8")])
}

/// Nothing is known of anybody's place here.
fn places() -> Areas {
    let place = Place { countries: vec![CountryCode::parse("DE").unwrap()], ..Place::default() };
    Areas::new(vec![Area { name: "germany".into(), ground: Ground::Place(Arc::new(place)) }])
}

/// A request, by what there is to know of it.
#[derive(Clone)]
struct Request {
    address: &'static str,
    identity: Option<Identity>,
    token: Option<Machine>,
    certificate: Option<Machine>,
    initiator: Initiator,
    threshold: Threshold,
    minutes: u64,
}

impl Request {
    fn from(address: &'static str) -> Self {
        let initiator = Initiator::Here;
        let threshold = Threshold::Inside;
        Self {
            address,
            identity: None,
            token: None,
            certificate: None,
            initiator,
            threshold,
            minutes: 0,
        }
    }

    fn proved(mut self, kinds: &[AuthenticatorKind]) -> Self {
        self.identity = Some(identity("console", kinds));
        self
    }

    fn decide_all(&self, requirements: &[&Requirement]) -> String {
        let (site, client) = (site(), Whereabouts::of(self.address.parse::<IpAddr>().unwrap()));
        let mut demanded = Demanded::of(requirements[0]);
        requirements[1..].iter().for_each(|more| demanded.and(more));
        let decision = evaluate(&Facts {
            site: &site,
            demanded,
            client: &client,
            identity: self.identity.clone(),
            credentials: Credentials {
                token: self.token.as_ref(),
                certificate: self.certificate.as_ref(),
            },
            initiator: self.initiator,
            threshold: self.threshold,
            now: START.plus(Duration::from_mins(self.minutes)),
        });
        match &decision {
            Decision::Forward(permit) => match permit.principal() {
                Principal::Anonymous => "forward nobody".to_owned(),
                Principal::Unnamed(machine) => format!("forward unnamed {}", machine.subject),
                Principal::Machine(machine) => format!("forward {}", machine.subject),
                Principal::Person(identity) => format!("forward {}", identity.profile.login),
            },
            Decision::Challenge(_) | Decision::Refuse(_) => {
                let (what, why) = decision.name();
                format!("{what} {why}")
            }
        }
    }

    fn decide(&self, requirement: &Requirement) -> String {
        self.decide_all(&[requirement])
    }
}

#[test]
fn what_belongs_to_the_console_s_own_sign_in_is_forwarded_in_nobody_s_name_before_it_and_not_halfway()
 {
    let before = |request: Request| Request { threshold: Threshold::Before, ..request };
    let inside = Requirement::default();
    let nobody = Request::from("192.0.2.1");
    assert_eq!(nobody.decide_all(&[&inside]), "challenge sign_in");
    assert_eq!(before(nobody.clone()).decide_all(&[&inside]), "forward nobody");
    let halfway = nobody.clone().proved(&[Password]);
    assert_eq!(before(halfway).decide_all(&[&inside]), "challenge second_factor");
    let elsewhere = Alternative {
        networks: Some(networks(&[("office", "10.0.0.0/8")])),
        ..Alternative::of(Proof::SecondFactor)
    };
    let office = Requirement::any_of(vec![elsewhere]);
    assert!(before(nobody.clone()).decide_all(&[&office]).starts_with("refuse"), "place first");
    let token = Requirement::of(Proof::ServiceToken);
    assert_eq!(before(nobody).decide_all(&[&token]), "challenge service_token");
}

#[test]
fn only_two_factors_reach_a_protected_route_a206() {
    for proof in [Proof::SecondFactor, Proof::Aal2] {
        let requirement = Requirement::of(proof);
        let request = Request::from("192.0.2.1");
        assert_eq!(request.decide(&requirement), "challenge sign_in");
        for too_little in [&[][..], &[Password], &[Totp, BackupCode]] {
            let request = request.clone().proved(too_little);
            assert_eq!(request.decide(&requirement), "challenge second_factor", "{too_little:?}");
        }
        let both = request.proved(&[Password, Totp]);
        assert_eq!(both.decide(&requirement), "forward alice");
    }
}

#[test]
fn an_open_route_gets_no_identity_even_with_a_full_session_a024() {
    let open = Requirement::of(Proof::Open);
    let request = Request::from("192.0.2.1");
    assert_eq!(request.clone().proved(&[Password, Totp]).decide(&open), "forward nobody");
    assert_eq!(request.decide(&open), "forward nobody");
}

#[test]
fn a_session_of_another_site_opens_nothing() {
    let mut request = Request::from("192.0.2.1");
    request.identity = Some(identity("other", &[Password, Totp]));
    assert_eq!(request.decide(&Requirement::default()), "refuse foreign_session");
}

#[test]
fn a_requirement_without_alternatives_lets_nobody_pass_a109() {
    let request = Request::from("10.1.1.1").proved(&[Password, Totp]);
    assert_eq!(request.decide(&Requirement::any_of(Vec::new())), "refuse person_not_allowed");
}

#[test]
fn network_place_and_proof_must_all_hold_s0_32() {
    let of = |networks, places| {
        let alternative = Alternative { networks, places, ..Alternative::default() };
        Requirement::any_of(vec![alternative])
    };
    let inside = Request::from("10.1.1.1");
    let outside = Request::from("192.0.2.1");
    let by_network = of(Some(office()), None);
    assert_eq!(inside.decide(&by_network), "challenge sign_in");
    assert_eq!(inside.clone().proved(&[Password, Totp]).decide(&by_network), "forward alice");
    assert_eq!(
        outside.clone().proved(&[Password, Totp]).decide(&by_network),
        "refuse network_not_allowed"
    );
    // From outside nobody is even asked who they are.
    assert_eq!(outside.decide(&by_network), "refuse network_not_allowed");
    let by_both = of(Some(office()), Some(places()));
    assert_eq!(inside.proved(&[Password, Totp]).decide(&by_both), "refuse place_unknown");
}

#[test]
fn embedded_addresses_are_no_address_of_an_allowed_network_a106() {
    let alternative = Alternative { networks: Some(office()), ..Alternative::of(Proof::Open) };
    let requirement = Requirement::any_of(vec![alternative]);
    for address in ["10.0.0.1", "::ffff:10.0.0.1", "::ffff:a00:1"] {
        assert_eq!(Request::from(address).decide(&requirement), "forward nobody", "{address}");
    }
    for address in ["64:ff9b::a00:1", "2002:a00:1::", "::10.0.0.1", "fec0::a00:1"] {
        let decided = Request::from(address).decide(&requirement);
        assert_eq!(decided, "refuse network_not_allowed", "{address}");
    }
}

#[test]
fn people_have_rules_of_their_own_and_one_that_holds_is_enough() {
    let for_people =
        |people, networks| Alternative { people: Some(people), networks, ..Alternative::default() };
    let agents = People { groups: vec!["agents".to_owned()], ..People::default() };
    let admins = People { roles: vec![Role::Admin], ..People::default() };
    let vpn = networks(&[("office", "10.0.0.0/8"), ("vpn", "172.16.0.0/12")]);
    let requirement = Requirement::any_of(vec![
        for_people(agents, Some(office())),
        for_people(admins, Some(vpn)),
    ]);
    let proved = |address| Request::from(address).proved(&[Password, Totp]);
    assert_eq!(proved("10.1.1.1").decide(&requirement), "forward alice");
    assert_eq!(proved("172.16.1.1").decide(&requirement), "refuse network_not_allowed");
    let mut admin = proved("172.16.1.1");
    if let Some(identity) = &mut admin.identity {
        let profile =
            Profile { role: Role::Admin, groups: Vec::new(), ..(*identity.profile).clone() };
        identity.profile = Arc::new(profile);
    }
    assert_eq!(admin.decide(&requirement), "forward alice");
    let mut nobody = admin;
    nobody.address = "10.1.1.1";
    if let Some(identity) = &mut nobody.identity {
        let profile = Profile { role: Role::User, ..(*identity.profile).clone() };
        identity.profile = Arc::new(profile);
    }
    assert_eq!(nobody.decide(&requirement), "refuse person_not_allowed");
    // Who it is cannot be known yet.
    assert_eq!(Request::from("172.16.1.1").decide(&requirement), "challenge sign_in");
    assert_eq!(Request::from("192.0.2.1").decide(&requirement), "refuse network_not_allowed");
}

#[test]
fn an_old_proof_is_asked_for_again_and_only_the_second_factor_counts() {
    let most = Duration::from_mins(15);
    let alternative = Alternative { max_age: Some(most), ..Alternative::default() };
    let requirement = Requirement::any_of(vec![alternative]);
    let at = |minutes| Request { minutes, ..Request::from("192.0.2.1").proved(&[Password, Totp]) };
    assert_eq!(at(1).decide(&requirement), "forward alice");
    assert_eq!(at(16).decide(&requirement), "forward alice");
    assert_eq!(at(17).decide(&requirement), "challenge fresh_proof");
    let again =
        Request { minutes: 17, ..Request::from("192.0.2.1").proved(&[Totp, Password, Password]) };
    assert_eq!(
        again.decide(&requirement),
        "challenge fresh_proof",
        "a password is not fresh proof"
    );
}

fn key(strength: Strength, minute: u64) -> AuthnEvent {
    let at = START.plus(Duration::from_mins(minute));
    AuthnEvent { strength, ..AuthnEvent::of(Passkey, None, at) }
}

fn with_key(kinds: &[AuthenticatorKind], key: AuthnEvent) -> Request {
    let mut request = Request::from("192.0.2.1").proved(kinds);
    if let Some(identity) = &mut request.identity {
        Arc::make_mut(&mut identity.session).events.push(key);
    }
    request
}

#[test]
fn a_route_that_needs_a_passkey_takes_nothing_else_a231() {
    for proof in [Proof::Passkey, Proof::PhishingResistant] {
        let requirement = Requirement::of(proof);
        for second in [Totp, Sms, BackupCode] {
            let request = Request::from("192.0.2.1").proved(&[Password, second]);
            assert_eq!(request.decide(&requirement), "challenge passkey", "{second:?}");
        }
        let touched = with_key(&[Password], key(Strength::UserPresent, 1));
        assert_eq!(touched.decide(&requirement), "forward alice");
        let alone = with_key(&[], key(Strength::UserPresent, 1));
        assert_eq!(alone.decide(&requirement), "challenge second_factor", "one factor is not two");
        let verified = with_key(&[], key(Strength::UserVerified, 1));
        assert_eq!(verified.decide(&requirement), "forward alice", "without a password");
    }
}

#[test]
fn aal3_takes_a_key_that_its_maker_vouches_for_and_no_other_ruling_17() {
    let requirement = Requirement::of(Proof::Aal3);
    for (strength, decided) in [
        (Strength::UserPresent, "challenge aal3"),
        (Strength::UserVerified, "challenge aal3"),
        (Strength::DeviceBoundVerified, "challenge aal3"),
        (Strength::AttestedVerified, "forward alice"),
    ] {
        let request = with_key(&[Password], key(strength, 1));
        assert_eq!(request.decide(&requirement), decided, "{strength:?}");
    }
    let old = Alternative { max_age: Some(Duration::from_mins(5)), ..Alternative::of(Proof::Aal3) };
    let mut request = with_key(&[Password, Totp], key(Strength::AttestedVerified, 1));
    request.minutes = 7;
    assert_eq!(request.decide(&Requirement::any_of(vec![old])), "challenge aal3");
}

#[test]
fn several_factors_together_are_all_asked_for_each_in_its_time_a241() {
    let alternative = Alternative {
        factors: KindSet::of(&[Totp, Passkey]),
        networks: Some(office()),
        max_age: Some(Duration::from_mins(10)),
        ..Alternative::default()
    };
    let requirement = Requirement::any_of(vec![alternative]);
    let inside = |mut request: Request, minutes| {
        (request.address, request.minutes) = ("10.1.1.1", minutes);
        request.decide(&requirement)
    };
    let app = Request::from("10.1.1.1").proved(&[Password, Totp]);
    assert_eq!(inside(app.clone(), 1), "challenge passkey");
    let both = with_key(&[Password, Totp], key(Strength::UserPresent, 5));
    assert_eq!(inside(both.clone(), 5), "forward alice");
    assert_eq!(inside(both.clone(), 12), "challenge totp", "the older of the two");
    assert_eq!(both.decide(&requirement), "refuse network_not_allowed");
    let only_key = with_key(&[Password], key(Strength::UserVerified, 5));
    assert_eq!(inside(only_key, 5), "challenge totp");
}

#[test]
fn a_verified_device_is_a_condition_more_and_never_a_factor_less_s2_11() {
    let alternative = Alternative { device: DeviceCondition::Verified, ..Alternative::default() };
    let requirement = Requirement::any_of(vec![alternative]);
    let on_device = |kinds: &[AuthenticatorKind]| {
        let mut request = Request::from("192.0.2.1").proved(kinds);
        if let Some(identity) = &mut request.identity {
            let until = START.plus(Duration::from_mins(30));
            let session = Arc::make_mut(&mut identity.session);
            session.device = Some(DeviceBinding { id: "d".to_owned(), until });
        }
        request
    };
    assert_eq!(Request::from("192.0.2.1").decide(&requirement), "challenge sign_in");
    assert_eq!(on_device(&[Password]).decide(&requirement), "challenge second_factor");
    assert_eq!(on_device(&[Password, Totp]).decide(&requirement), "forward alice");
    let other = Request::from("192.0.2.1").proved(&[Password, Totp]);
    assert_eq!(other.decide(&requirement), "refuse device_not_verified");
    let mut late = on_device(&[Password, Totp]);
    late.minutes = 30;
    assert_eq!(late.decide(&requirement), "refuse device_not_verified", "its time is over");
    let mut certified = Request::from("192.0.2.1").proved(&[Password, Totp]);
    certified.certificate = Some(Machine::certificate("laptop"));
    assert_eq!(certified.decide(&requirement), "forward alice");
    certified.identity = None;
    assert_eq!(certified.decide(&requirement), "challenge sign_in", "it is no proof of a person");
    // Where the password is enough, the device is asked for all the same.
    let waived = Alternative {
        device: DeviceCondition::Verified,
        networks: Some(office()),
        ..Alternative::of(Proof::Password)
    };
    let waived = Requirement::any_of(vec![waived]);
    let inside = |mut request: Request| {
        request.address = "10.1.1.1";
        request.decide(&waived)
    };
    assert_eq!(inside(Request::from("").proved(&[Password])), "refuse device_not_verified");
    assert_eq!(inside(on_device(&[Password])), "forward alice");
}

#[test]
fn weak_factors_complete_a_sign_in_and_no_more_a230_a238() {
    let step_up = Alternative { max_age: Some(Duration::from_hours(1)), ..Alternative::default() };
    let step_up = Requirement::any_of(vec![step_up]);
    for kind in [Email, RememberedDevice] {
        let request = Request::from("192.0.2.1").proved(&[Password, kind]);
        assert_eq!(request.decide(&Requirement::of(Proof::SecondFactor)), "forward alice");
        assert_eq!(request.decide(&Requirement::of(Proof::Aal2)), "challenge aal2");
        assert_eq!(request.decide(&step_up), "challenge fresh_proof");
    }
    let recovered = Request::from("192.0.2.1").proved(&[Password, RecoveryCode]);
    assert_eq!(recovered.decide(&Requirement::of(Proof::SecondFactor)), "challenge second_factor");
    // A code for emergencies signs in at AAL2, but is no fresh proof of anything (S0.8).
    let backup = Request::from("192.0.2.1").proved(&[Password, BackupCode]);
    assert_eq!(backup.decide(&Requirement::of(Proof::Aal2)), "forward alice");
    assert_eq!(backup.decide(&step_up), "challenge fresh_proof");
}

#[test]
fn a_network_waives_the_prompt_and_never_the_enrolment_s1_28() {
    let waived = Alternative { networks: Some(office()), ..Alternative::of(Proof::Password) };
    let requirement = Requirement::any_of(vec![waived, Alternative::of(Proof::SecondFactor)]);
    let inside = Request::from("10.1.1.1");
    assert_eq!(inside.decide(&requirement), "challenge sign_in");
    assert_eq!(inside.clone().proved(&[Password]).decide(&requirement), "forward alice");
    let outside = Request::from("192.0.2.1").proved(&[Password]);
    assert_eq!(outside.decide(&requirement), "challenge second_factor");
    let mut unenrolled = inside.proved(&[Password]);
    if let Some(identity) = &mut unenrolled.identity {
        Arc::make_mut(&mut identity.session).enrolled = false;
    }
    assert_eq!(unenrolled.decide(&requirement), "challenge second_factor");
}

#[test]
fn a_network_is_proof_for_machines_and_no_page_can_borrow_it_a116() {
    let alternative = Alternative { networks: Some(office()), ..Alternative::of(Proof::Network) };
    let unnamed = Requirement::any_of(vec![alternative.clone()]);
    let named = Alternative { identity: MachineIdentity::Network, ..alternative };
    let named = Requirement::any_of(vec![named]);
    let inside = Request::from("10.1.1.1");
    assert_eq!(inside.decide(&unnamed), "forward unnamed network:office");
    assert_eq!(inside.decide(&named), "forward network:office");
    let lured = Request { initiator: Initiator::Elsewhere, ..inside };
    assert_eq!(lured.decide(&unnamed), "refuse machine_only");
    // A signed-in person outside gains nothing from the session.
    let outside = Request::from("192.0.2.1").proved(&[Password, Totp]);
    assert_eq!(outside.decide(&unnamed), "refuse network_not_allowed");
}

#[test]
fn a_token_and_a_certificate_are_proof_where_the_route_says_so_and_nowhere_else() {
    let token = Requirement::of(Proof::ServiceToken);
    let billing = Alternative {
        clients: Some(vec!["billing".into()]),
        ..Alternative::of(Proof::ClientCertificate)
    };
    let certificate = Requirement::any_of(vec![billing]);
    let mut machine = Request::from("192.0.2.1");
    assert_eq!(machine.decide(&token), "challenge service_token");
    assert_eq!(machine.decide(&certificate), "challenge client_certificate");
    machine.token = Some(Machine::token("7", "deploy"));
    machine.certificate = Some(Machine::certificate("reports"));
    assert_eq!(machine.decide(&token), "forward token:7");
    assert_eq!(machine.decide(&certificate), "challenge client_certificate");
    machine.certificate = Some(Machine::certificate("billing"));
    assert_eq!(machine.decide(&certificate), "forward certificate:billing");
    assert_eq!(machine.decide(&Requirement::default()), "challenge sign_in");
    let person = Request::from("192.0.2.1").proved(&[Password, Totp]);
    assert_eq!(person.decide(&token), "challenge service_token");
}

#[test]
fn of_several_requirements_all_must_hold_and_the_person_is_named() {
    let inside = Requirement::any_of(vec![Alternative {
        networks: Some(office()),
        ..Alternative::of(Proof::Open)
    }]);
    let default = Requirement::default();
    let all = [&inside, &default];
    let person = Request::from("10.1.1.1").proved(&[Password, Totp]);
    assert_eq!(person.decide_all(&all), "forward alice");
    assert_eq!(Request::from("10.1.1.1").decide_all(&all), "challenge sign_in");
    let outside = Request::from("192.0.2.1").proved(&[Password, Totp]);
    assert_eq!(outside.decide_all(&all), "refuse network_not_allowed");
}
