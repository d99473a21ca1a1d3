//! Assertions as a console would judge them.

use std::sync::Arc;

use serde_json::Value;

use super::*;
use crate::area::Fence;
use crate::authenticator::AuthenticatorKind;
use crate::console_login::CookiePatterns;
use crate::entropy::SeededEntropy;
use crate::policy::Excuse;
use crate::policy::Factors;
use crate::route::RouteTable;
use crate::session::AuthnEvent;
use crate::session::OpenedFrom;
use crate::session::SessionRecord;
use crate::site::FirstFactor;
use crate::site::IdentityHeaders;
use crate::site::RetryScript;
use crate::site::ServiceWorkers;
use crate::site::SiteName;
use crate::subject::LoginName;
use crate::subject::Profile;
use crate::subject::Role;
use crate::subject::SubjectId;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

fn key(activates: Timestamp) -> SigningKey {
    SigningKey::from_stored(&SigningKey::generate(NOW, activates).unwrap()).unwrap()
}

fn identity(name: &str) -> Identity {
    let event = |kind| AuthnEvent::of(kind, None, NOW);
    Identity {
        session: Arc::new(SessionRecord {
            handle: "handle".to_owned(),
            site: "console".to_owned(),
            subject: SubjectId::from_stored("subject".to_owned()),
            events: vec![event(AuthenticatorKind::Password), event(AuthenticatorKind::Totp)],
            binding: String::new(),
            created: NOW,
            last_active: NOW,
            client: "192.0.2.1".parse().unwrap(),
            opened_from: OpenedFrom::default(),
            lost: None,
            pending_totp: None,
            enrolled: true,
            device: None,
        }),
        profile: Arc::new(Profile {
            login: LoginName::parse("alice").unwrap(),
            name: name.to_owned(),
            email: Some("alice@example.com".to_owned()),
            groups: vec!["ops".to_owned()],
            role: Role::Admin,
            language: None,
        }),
        excuse: Excuse::None,
        factors: Factors::Enough,
    }
}

fn site() -> Site {
    Site {
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
    }
}

fn signed(identity: &Identity, ring: &KeyRing) -> Result<CachedAssertion, AssertionError> {
    signed_for(Bearer::Person(identity), ring)
}

fn signed_for(bearer: Bearer<'_>, ring: &KeyRing) -> Result<CachedAssertion, AssertionError> {
    let site = site();
    let mut client = Whereabouts::of("192.0.2.1".parse().unwrap());
    client.network = Some("office".into());
    let circumstances = Circumstances {
        site: &site,
        issuer: "https://console.example",
        lifetime: Duration::from_mins(1),
        client: &client,
    };
    sign(bearer, &circumstances, ring, NOW, &SeededEntropy::new(1))
}

fn part(token: &str, index: usize) -> Value {
    let text = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).unwrap())
        .unwrap()
}

#[test]
fn an_assertion_has_the_claims_of_the_contract_a243() {
    let ring = KeyRing::new(vec![key(NOW)]);
    let assertion = signed(&identity("Alice \"A\" Ä"), &ring).unwrap();
    assert!(assertion.value.is_sensitive(), "kept out of HPACK tables and debug output");
    let token = assertion.value.to_str().unwrap();
    let (header, claims) = (part(token, 0), part(token, 1));
    assert_eq!(header["alg"], "ES256");
    assert_eq!(header["typ"], TYPE);
    assert_eq!(header["kid"], ring.current(NOW).unwrap().kid());
    assert_eq!(claims["aud"], "console");
    assert_eq!(claims["sub"], "subject");
    assert_eq!(claims["name"], "Alice \"A\" Ä");
    assert_eq!(claims["amr"], serde_json::json!(["pwd", "otp", "mfa"]));
    assert_eq!(claims["acr"], "aal2");
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 60);
    assert_eq!(claims["client"], serde_json::json!({"ip": "192.0.2.1", "network": "office"}));
    assert_eq!(claims["jti"].as_str().unwrap().len(), 26);
}

#[test]
fn a_machine_is_named_as_such_and_claims_no_method_it_did_not_use() {
    let ring = KeyRing::new(vec![key(NOW)]);
    for (machine, subject, amr) in [
        (Machine::network("ci".into()), "network:ci", serde_json::json!([])),
        (Machine::token("3k7", "deploy"), "token:3k7", serde_json::json!([])),
        (Machine::certificate("billing"), "certificate:billing", serde_json::json!(["pop"])),
    ] {
        let assertion = signed_for(Bearer::Machine(&machine), &ring).unwrap();
        let claims = part(assertion.value.to_str().unwrap(), 1);
        assert_eq!(claims["sub"], subject);
        assert_eq!(claims["preferred_username"], subject, "no login name has a colon");
        assert!(LoginName::parse(subject).is_err());
        assert_eq!((&claims["amr"], &claims["acr"]), (&amr, &serde_json::json!("aal0")));
        assert_eq!(claims["groups"], serde_json::json!([]));
        assert_eq!(claims["roles"], serde_json::json!([]));
        for absent in ["sid", "auth_time", "mfa_time", "email"] {
            assert!(claims.get(absent).is_none(), "{absent}");
        }
    }
}

#[test]
fn without_a_key_in_use_nothing_is_signed_a256() {
    let later = KeyRing::new(vec![key(NOW.plus(Duration::from_secs(1)))]);
    assert!(matches!(signed(&identity("a"), &later), Err(AssertionError::NoKey)));
    assert!(matches!(signed(&identity("a"), &KeyRing::default()), Err(AssertionError::NoKey)));
}

#[test]
fn an_assertion_that_no_header_can_carry_is_an_error_a249() {
    let ring = KeyRing::new(vec![key(NOW)]);
    let mut someone = identity("a");
    let groups = (0..500).map(|n| format!("group number {n}")).collect();
    Arc::make_mut(&mut someone.profile).groups = groups;
    assert!(matches!(signed(&someone, &ring), Err(AssertionError::TooLarge(_))));
}

#[test]
fn keys_are_published_before_they_sign_and_after_they_stop_a246() {
    let next = NOW.plus(key_ring::PUBLISH_AHEAD);
    let ring = KeyRing::new(vec![key(next), key(NOW)]);
    let published = |at: Timestamp| {
        let set: Value = serde_json::from_slice(&ring.jwks(at)).unwrap();
        set["keys"].as_array().unwrap().len()
    };
    let old = ring.states(NOW)[0].0.kid().to_owned();
    assert_eq!((published(NOW), ring.current(NOW).unwrap().kid()), (2, old.as_str()));
    assert_ne!(ring.current(next).unwrap().kid(), old);
    assert_eq!(published(next.plus(Duration::from_mins(2))), 2);
    assert_eq!(published(next.plus(key_ring::KEEP_AFTER)), 1);
    assert!(key_ring::PUBLISH_AHEAD > key_ring::CACHE * 2);
}

#[test]
fn the_key_set_has_public_members_only_a247() {
    let set = String::from_utf8(KeyRing::new(vec![key(NOW)]).jwks(NOW).to_vec()).unwrap();
    let set: Value = serde_json::from_str(&set).unwrap();
    let mut members: Vec<_> = set["keys"][0].as_object().unwrap().keys().cloned().collect();
    members.sort();
    assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
}

#[test]
fn a_rotation_is_due_before_a_key_is_too_old_and_not_twice() {
    let ring = KeyRing::new(vec![key(NOW)]);
    assert!(!ring.rotation_is_due(NOW.plus(Duration::from_hours(29 * 24))));
    let due = NOW.plus(key_ring::ROTATE_EVERY);
    assert!(ring.rotation_is_due(due));
    let ring = KeyRing::new(vec![key(NOW), key(due.plus(key_ring::PUBLISH_AHEAD))]);
    assert!(!ring.rotation_is_due(due));
}
