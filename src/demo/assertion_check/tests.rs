//! The console believes the gateway and nobody else.

use ring::rand::SystemRandom;
use ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use ring::signature::EcdsaKeyPair;
use ring::signature::KeyPair;
use serde_json::Value;
use serde_json::json;

use super::*;

pub(in crate::demo) const NOW: u64 = 1_800_000_000;
pub(in crate::demo) const ISSUER: &str = "http://localhost:8080";
pub(in crate::demo) const AUDIENCE: &str = "harbour";

/// A gateway reduced to its key.
pub(in crate::demo) struct Signer {
    pair: EcdsaKeyPair,
    kid: &'static str,
}

impl Signer {
    pub(in crate::demo) fn new(kid: &'static str) -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
        Self { pair, kid }
    }

    pub(in crate::demo) fn published(&self) -> PublishedKey {
        PublishedKey { kid: self.kid.to_owned(), point: self.pair.public_key().as_ref().to_vec() }
    }

    pub(in crate::demo) fn jwks(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let (x, y) = (&point[1..33], &point[33..65]);
        json!({"keys": [{"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid,
            "x": BASE64URL_NOPAD.encode(x), "y": BASE64URL_NOPAD.encode(y)}]})
    }

    pub(in crate::demo) fn token(&self, claims: &Value) -> String {
        self.sign(&json!({"alg": "ES256", "typ": TYPE, "kid": self.kid}), claims)
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes());
        let signature = BASE64URL_NOPAD.encode(signature.unwrap().as_ref());
        format!("{signed}.{signature}")
    }
}

pub(in crate::demo) fn claims() -> Value {
    json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "u_1", "preferred_username": "alice",
        "name": "Alice Fairway", "amr": ["pwd", "otp", "mfa"], "acr": "aal2", "sid": "s-77",
        "iat": NOW, "nbf": NOW, "exp": NOW + 60})
}

fn changed(key: &str, value: Value) -> Value {
    let mut all = claims();
    all[key] = value;
    all
}

fn judge(signer: &Signer, token: &str) -> Result<Claims, Refused> {
    let expected = Expected { issuer: ISSUER, audience: AUDIENCE, now: NOW };
    verify(token, &[signer.published()], expected)
}

#[track_caller]
fn refuses_claims(key: &str, value: Value, why: Refused) {
    let signer = Signer::new("k1");
    let token = signer.token(&changed(key, value));
    assert_eq!(judge(&signer, &token).unwrap_err(), why);
}

#[track_caller]
fn refuses_header(header: &Value, why: Refused) {
    let signer = Signer::new("k1");
    let token = signer.sign(header, &claims());
    assert_eq!(judge(&signer, &token).unwrap_err(), why);
}

#[test]
fn the_gateways_assertion_is_believed() {
    let signer = Signer::new("k1");
    let person = judge(&signer, &signer.token(&claims())).unwrap();
    assert_eq!(person.preferred_username, "alice");
    assert_eq!(person.amr, ["pwd", "otp", "mfa"]);
}

#[test]
fn only_es256_is_accepted_and_none_never() {
    for alg in ["none", "None", "HS256", "RS256", "ES384", "es256", ""] {
        refuses_header(&json!({"alg": alg, "typ": TYPE, "kid": "k1"}), Refused::Algorithm);
    }
}

#[test]
fn an_unsigned_token_is_refused_whatever_it_calls_itself() {
    let signer = Signer::new("k1");
    let token = signer.token(&claims());
    let (unsigned, _) = token.rsplit_once('.').unwrap();
    assert_eq!(judge(&signer, &format!("{unsigned}.")).unwrap_err(), Refused::Signature);
    assert_eq!(judge(&signer, unsigned).unwrap_err(), Refused::Malformed);
}

#[test]
fn a_token_of_another_type_is_refused() {
    refuses_header(&json!({"alg": "ES256", "typ": "JWT", "kid": "k1"}), Refused::Type);
    refuses_header(&json!({"alg": "ES256", "kid": "k1"}), Refused::Type);
    let critical = json!({"alg": "ES256", "typ": TYPE, "kid": "k1", "crit": ["b64"]});
    refuses_header(&critical, Refused::Type);
}

#[test]
fn a_key_that_is_not_published_is_refused() {
    refuses_header(&json!({"alg": "ES256", "typ": TYPE, "kid": "k2"}), Refused::UnknownKey);
    refuses_header(&json!({"alg": "ES256", "typ": TYPE}), Refused::UnknownKey);
}

#[test]
fn a_signature_by_another_key_under_the_same_name_is_refused() {
    let (real, forger) = (Signer::new("k1"), Signer::new("k1"));
    let token = forger.token(&claims());
    assert_eq!(judge(&real, &token).unwrap_err(), Refused::Signature);
}

#[test]
fn claims_exchanged_under_a_good_signature_are_refused() {
    let signer = Signer::new("k1");
    let token = signer.token(&claims());
    let other = signer.token(&changed("preferred_username", json!("bob")));
    let parts: Vec<&str> = token.split('.').collect();
    let others: Vec<&str> = other.split('.').collect();
    let mixed = format!("{}.{}.{}", parts[0], others[1], parts[2]);
    assert_eq!(judge(&signer, &mixed).unwrap_err(), Refused::Signature);
}

#[test]
fn issuer_and_audience_must_be_exactly_ours() {
    refuses_claims("iss", json!("http://localhost:8081"), Refused::Issuer);
    refuses_claims("aud", json!("accounting"), Refused::Audience);
    refuses_claims("aud", json!(["harbour"]), Refused::Malformed);
}

#[test]
fn a_clock_may_be_off_by_less_than_a_minute() {
    refuses_claims("exp", json!(NOW - 60), Refused::Time);
    refuses_claims("nbf", json!(NOW + 61), Refused::Time);
    let signer = Signer::new("k1");
    assert!(judge(&signer, &signer.token(&changed("exp", json!(NOW - 59)))).is_ok());
    assert!(judge(&signer, &signer.token(&changed("nbf", json!(NOW + 60)))).is_ok());
}

#[test]
fn a_token_without_an_end_or_a_name_is_refused() {
    refuses_claims("exp", Value::Null, Refused::Malformed);
    refuses_claims("nbf", Value::Null, Refused::Malformed);
    refuses_claims("preferred_username", json!(""), Refused::Malformed);
}

#[test]
fn what_is_not_a_token_is_refused() {
    let signer = Signer::new("k1");
    for odd in ["", ".", "..", "a.b", "a.b.c", "a.b.c.d", "é.é.é"] {
        assert_eq!(judge(&signer, odd).unwrap_err(), Refused::Malformed, "{odd:?}");
    }
}
