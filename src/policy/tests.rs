//! The decision's table.

use super::*;
use crate::authenticator::AuthenticatorKind;
use crate::clock::Timestamp;
use crate::route::RouteTable;
use crate::session::AuthnEvent;
use crate::site::IdentityHeaders;
use crate::site::ServiceWorkers;
use crate::site::SiteName;
use crate::subject::LoginName;
use crate::subject::Role;
use crate::subject::SubjectId;

fn site() -> Arc<Site> {
    Arc::new(Site {
        name: SiteName::parse("console").unwrap(),
        hosts: Vec::new(),
        origin: "https://console.example".to_owned(),
        routes: RouteTable::default(),
        identity_headers: IdentityHeaders::default(),
        service_workers: ServiceWorkers::Refuse,
    })
}

fn identity(site: &str, kinds: &[AuthenticatorKind]) -> Identity {
    let at = Timestamp::from_secs(1_000_000);
    Identity {
        session: Arc::new(SessionRecord {
            handle: "h".to_owned(),
            site: site.to_owned(),
            subject: SubjectId::from_stored("s".to_owned()),
            events: kinds
                .iter()
                .map(|&kind| AuthnEvent { kind, authenticator: None, at })
                .collect(),
            binding: String::new(),
            created: at,
            last_active: at,
            client: "192.0.2.1".parse().unwrap(),
            pending_totp: None,
        }),
        profile: Arc::new(Profile {
            login: LoginName::parse("alice").unwrap(),
            name: "Alice".to_owned(),
            email: None,
            groups: Vec::new(),
            role: Role::User,
        }),
    }
}

fn decide(requirement: Requirement, identity: Option<Identity>) -> String {
    match evaluate(Facts { site: &site(), requirement, identity }) {
        Decision::Forward(permit) if permit.identity().is_some() => "forward identified".to_owned(),
        Decision::Forward(_) => "forward anonymous".to_owned(),
        Decision::Challenge(demand) => format!("challenge {demand:?}"),
        Decision::Refuse(refusal) => format!("refuse {}", refusal.name()),
    }
}

#[test]
fn only_two_factors_reach_a_protected_route_a206() {
    use AuthenticatorKind::{BackupCode, Password, Totp};
    for requirement in [Requirement::SecondFactor, Requirement::Aal2] {
        assert_eq!(decide(requirement, None), "challenge SignIn");
        for too_little in [&[][..], &[Password], &[Totp, BackupCode]] {
            let someone = Some(identity("console", too_little));
            assert_eq!(decide(requirement, someone), "challenge SecondFactor", "{too_little:?}");
        }
        let both = Some(identity("console", &[Password, Totp]));
        assert_eq!(decide(requirement, both), "forward identified");
    }
}

#[test]
fn an_open_route_gets_no_identity_even_with_a_full_session_a024() {
    let full = identity("console", &[AuthenticatorKind::Password, AuthenticatorKind::Totp]);
    assert_eq!(decide(Requirement::Open, Some(full)), "forward anonymous");
    assert_eq!(decide(Requirement::Open, None), "forward anonymous");
}

#[test]
fn a_session_of_another_site_opens_nothing() {
    let full = identity("other", &[AuthenticatorKind::Password, AuthenticatorKind::Totp]);
    assert_eq!(decide(Requirement::SecondFactor, Some(full)), "refuse foreign_session");
}
