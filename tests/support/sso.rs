//! A sign-on in front of the gateway: keys, and tokens that are right or wrong in every way.

use data_encoding::BASE64;
use data_encoding::BASE64URL_NOPAD;
use portcullis::clock::Clock;
use portcullis::clock::SystemClock;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::rsa;
use ring::signature;
use ring::signature::EcdsaKeyPair;
use ring::signature::Ed25519KeyPair;
use ring::signature::KeyPair as _;
use serde_json::Value;
use serde_json::json;

/// Who signs.
pub(crate) const ISSUER: &str = "https://sso.example.com";

/// Whom tokens are for.
pub(crate) const AUDIENCE: &str = "portcullis";

/// A key of 2048 bits that signs nothing but tokens of these tests.
const RSA: &str = "\
     MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC9MD4E72uzYnlnU+dOC3lESVoD2Xxc40i8encJ\
     KWZk2AbjGefPGW6wfv6K/jSfjTIcM6vsARl7dEhZ1Oe/mtC78lQ7/jDgLjOxt9rchCpAyiw/LwfyB0hhTEtvVRoC\
     SFjlfhzXoja/6BHwdbLZf1l7QXWyb25gw3Vik+HxwFyylXu1K/+oRNwPmuks6ZiJL4ze5QLQRbZOI4tCuWwSCWiX\
     eHDCYMO4UgzSChriZ5NVo8P5WoGqz42dybCGf2x5DExiabeoYBkq14PkPEW5Ld0cs8uHLTzXDEr26ReeL5IrNbfQ\
     bx1owL7lYUDjNbe499+hT0+IiwOjpue9TAIrk0UPAgMBAAECggEAGPgIf2s/6iV5g2ch9H10LEyIClEGZlYC8Akz\
     s6xYnL+cLRXqr70aDEY+fwas2E/wyKMTMis0+0OuFtkQGwwqN1v0vRQ/zB6c6PwscQUqdHGaZF5nLIzEgz7oB9IS\
     BDIbNXKvCNCabDqLP5KxH558p1VM3NdzGGdDk1aUL+1k7pas19uH2AseGjNbuMijh0dSAEoeyiTng1HVnzYahsSY\
     BOyqbGoo4R1RYOV41314d206c7KngEQINATcSH5jjw0JFxpE3W79Kjpyzb9eNMmCSV53CwB2LlR3O18bUFFozHHF\
     qSWluYYbRne0hXKPkwqlrFBkMmqrFxx9p+R6a08xiQKBgQDoNGCQF9GQpib4yjGdDps4oY18LOuuzBfAcL1BVNog\
     RVX0jYvLXPAzwlx05eGpiQb2pS0aJVdlmN6eCSdRgcb/ItWu+SA0drJFogHDXFlINtVH/bvRWmutE0dYvmHVrIqf\
     0n5YoBSg9JutK8NBzdWvPe3gECvfLwdrnIPtKBR8CQKBgQDQk2Kn+V+IwdxM9grUhEblEdhrPPg4mlmLqKGXw4AH\
     l2p/2Cz/e1ORSC7+0rzRMTyhQsz8aXCf8fHTgudABfK09536wM4TKikXAdXDGgX95a8lcuAImCX6uar9PM5PXCBe\
     etTCQ1eq6MQvsE/RC33M6d4sCfa1eRb5pxqef5euVwKBgEgyqOeEkGNSVgG7FGwJ85dLG+vFJ86kpKnwI9ghYuTv\
     ygcMz69+iSz+vLKYG28ULPcZaombnK35NxaaMAB2woHnudr6mNnXIhzmf3fXyebbLbuBmBlC7QHWYbOlFlRSnpOM\
     5j32IBPfmlvgpIhcUJl5PvIQ9SMiw0LhWl+tu5jJAoGAb25eZclX3dNcZA2LCbDFw3n+OoSvRGZJ8tAbzN3Yl7Ww\
     Yy7WE4QKyHJdESz7TXPVpX3vz+ZxEjKLdOnZrB3BZidoUmAReLGslCsZzgsoKlY8dXBi+pR2rfXlwTdsLX/Vl0Re\
     SI771kZXEfdLHS7bfc9wL+z+zkMsICLDmOwn2C8CgYEAsp3m0LxzW30FNVHzh7jAGrkyC9Kwfa2KpO0ckj7HM/Xh\
     /VojZ8XX59BNFpaK7NAvhRcdvgd2vhzpbsVmJCboCVKWoQGYep3yfpQ3eW62+grdHCQmS46wtx6hDLG5IwRs24Vm\
     MDhzXDUw6S/zIzEZyf/1M7gGgj4vmBehHSG2874=";

enum Private {
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
    Rsa(Box<rsa::KeyPair>),
}

/// A key of the sign-on.
pub(crate) struct Key {
    private: Private,
    kid: String,
}

/// Base64 as tokens use it.
pub(crate) fn b64(bytes: impl AsRef<[u8]>) -> String {
    BASE64URL_NOPAD.encode(bytes.as_ref())
}

/// Seconds of the world's clock.
pub(crate) fn now() -> u64 {
    SystemClock::new().wall().secs()
}

impl Key {
    /// P-256.
    pub(crate) fn ec(kid: &str) -> Self {
        let how = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(how, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(how, made.as_ref(), &random).unwrap();
        Self { private: Private::Ec(pair), kid: kid.to_owned() }
    }

    /// Ed25519.
    pub(crate) fn ed(kid: &str) -> Self {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(made.as_ref()).unwrap();
        Self { private: Private::Ed(pair), kid: kid.to_owned() }
    }

    /// RSA.
    pub(crate) fn rsa(kid: &str) -> Self {
        let plain: String = RSA.split_whitespace().collect();
        let pair = rsa::KeyPair::from_pkcs8(&BASE64.decode(plain.as_bytes()).unwrap()).unwrap();
        Self { private: Private::Rsa(Box::new(pair)), kid: kid.to_owned() }
    }

    /// The algorithm that it signs with.
    pub(crate) const fn algorithm(&self) -> &'static str {
        match self.private {
            Private::Ec(_) => "ES256",
            Private::Ed(_) => "EdDSA",
            Private::Rsa(_) => "RS256",
        }
    }

    /// Its public half.
    pub(crate) fn jwk(&self) -> Value {
        let mut jwk = match &self.private {
            Private::Ec(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "x": b64(x), "y": b64(y) })
            }
            Private::Ed(pair) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": b64(pair.public_key()) })
            }
            Private::Rsa(pair) => {
                let public = rsa::PublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({ "kty": "RSA", "n": b64(public.n), "e": b64(public.e) })
            }
        };
        jwk["kid"] = self.kid.clone().into();
        jwk["use"] = "sig".into();
        jwk
    }

    /// A token for this user.
    pub(crate) fn token(&self, user: &str) -> String {
        self.token_with(user, &json!({}))
    }

    /// The same with further or other claims; null takes one away.
    pub(crate) fn token_with(&self, user: &str, other: &Value) -> String {
        let head = json!({ "alg": self.algorithm(), "typ": "JWT", "kid": self.kid });
        self.signed(&head, &claims(user, other))
    }

    /// Any head and claims, signed.
    pub(crate) fn signed(&self, head: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", b64(head.to_string()), b64(claims.to_string()));
        let random = SystemRandom::new();
        let signature = match &self.private {
            Private::Ec(pair) => pair.sign(&random, message.as_bytes()).unwrap().as_ref().to_vec(),
            Private::Ed(pair) => pair.sign(message.as_bytes()).as_ref().to_vec(),
            Private::Rsa(pair) => {
                let mut signed = vec![0; pair.public().modulus_len()];
                let how = &signature::RSA_PKCS1_SHA256;
                pair.sign(how, &random, message.as_bytes(), &mut signed).unwrap();
                signed
            }
        };
        format!("{message}.{}", b64(signature))
    }

    /// A token made with a public key as if it were a secret.
    pub(crate) fn confused(&self, user: &str, secret: &[u8]) -> String {
        let head = json!({ "alg": "HS256", "typ": "JWT", "kid": self.kid });
        let message =
            format!("{}.{}", b64(head.to_string()), b64(claims(user, &json!({})).to_string()));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
        format!("{message}.{}", b64(tag))
    }
}

/// What a good token says.
pub(crate) fn claims(user: &str, other: &Value) -> Value {
    let mut claims = json!({
        "iss": ISSUER,
        "aud": AUDIENCE,
        "exp": now() + 300,
        "iat": now(),
        "sub": format!("id-of-{user}"),
        "preferred_username": user,
    });
    for (name, value) in other.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

/// A key set.
pub(crate) fn set(keys: &[&Key]) -> String {
    json!({ "keys": keys.iter().map(|key| key.jwk()).collect::<Vec<_>>() }).to_string()
}
