//! The decision's table.

mod places;
mod proofs;

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
        least: None,
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
