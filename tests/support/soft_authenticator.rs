//! An authenticator in software: P-256 keys, CBOR written by hand, and a knob for everything that a real one
//! or a browser would never get wrong.

use data_encoding::BASE64URL_NOPAD;
use ring::digest;
use ring::rand::SecureRandom;
use ring::rand::SystemRandom;
use ring::signature::ECDSA_P256_SHA256_ASN1_SIGNING;
use ring::signature::EcdsaKeyPair;
use ring::signature::KeyPair;
use serde_json::Value;
use serde_json::json;

/// Flags of authenticator data.
pub(crate) const PRESENT: u8 = 0x01;
pub(crate) const VERIFIED: u8 = 0x04;
pub(crate) const ELIGIBLE: u8 = 0x08;
pub(crate) const BACKED_UP: u8 = 0x10;
const CREDENTIAL: u8 = 0x40;

/// How an answer is made; everything right unless it says otherwise.
#[derive(Clone)]
pub(crate) struct Way {
    pub(crate) origin: String,
    pub(crate) flags: u8,
    /// Instead of the type of the ceremony.
    pub(crate) kind: Option<&'static str>,
    /// Instead of the relying party that was asked for.
    pub(crate) rp_id: Option<String>,
    /// Instead of the challenge.
    pub(crate) challenge: Option<String>,
    /// Whether a page of another site frames the one that asks, as the client data say it.
    pub(crate) framed: &'static str,
    /// Further members of the client data, with a comma in front.
    pub(crate) extra: String,
    /// The signature counter.
    pub(crate) counter: u32,
    /// Instead of the user handle that the key holds; an empty one is none.
    pub(crate) handle: Option<Vec<u8>>,
    /// Bytes behind the authenticator data.
    pub(crate) behind: Vec<u8>,
    /// The algorithm that the key claims (COSE).
    pub(crate) algorithm: i8,
    /// Whether the point of a new key is on its curve.
    pub(crate) point: Point,
}

/// What a new key's point is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    Real,
    OffTheCurve,
}

impl Way {
    pub(crate) fn at(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            flags: PRESENT | VERIFIED,
            kind: None,
            rp_id: None,
            challenge: None,
            framed: "false",
            extra: String::new(),
            counter: 0,
            handle: None,
            behind: Vec::new(),
            algorithm: -7,
            point: Point::Real,
        }
    }

    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut way = self.clone();
        change(&mut way);
        way
    }

    fn client_data(&self, kind: &str, options: &Value) -> String {
        let challenge = self.challenge.as_deref();
        let challenge = challenge.or_else(|| options["challenge"].as_str()).unwrap();
        let kind = self.kind.unwrap_or(kind);
        format!(
            "{{\"type\":\"{kind}\",\"challenge\":\"{challenge}\",\"origin\":\"{}\",\"crossOrigin\":{}{}}}",
            self.origin, self.framed, self.extra
        )
    }
}

/// A statement about the maker: a certificate chain in DER, and the first one's key in PKCS #8.
pub(crate) struct Maker {
    pub(crate) chain: Vec<Vec<u8>>,
    pub(crate) key: Vec<u8>,
}

/// A key that was made for somebody.
pub(crate) struct SoftKey {
    pub(crate) id: Vec<u8>,
    pair: EcdsaKeyPair,
    rp_id: String,
    pub(crate) handle: Vec<u8>,
}

/// The model of this authenticator.
pub(crate) const MODEL: [u8; 16] = *b"soft key model 1";

impl SoftKey {
    /// Answers `navigator.credentials.create`: the key, and the answer as the page sends it.
    pub(crate) fn create(options: &Value, way: &Way, maker: Option<&Maker>) -> (Self, String) {
        Self::create_with_id(options, way, maker, random(32))
    }

    pub(crate) fn create_with_id(
        options: &Value,
        way: &Way,
        maker: Option<&Maker>,
        id: Vec<u8>,
    ) -> (Self, String) {
        let rng = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &rng).unwrap();
        let pair = pair_of(pkcs8.as_ref());
        let rp_id = way.rp_id.clone().unwrap_or_else(|| text(&options["rp"]["id"]));
        let handle = BASE64URL_NOPAD.decode(text(&options["user"]["id"]).as_bytes()).unwrap();
        let client_data = way.client_data("webauthn.create", options);
        let mut data = head(&rp_id, way.flags | CREDENTIAL, way.counter);
        data.extend_from_slice(&MODEL);
        data.extend_from_slice(&u16::try_from(id.len()).unwrap().to_be_bytes());
        data.extend_from_slice(&id);
        data.extend_from_slice(&cose(&pair, way));
        data.extend_from_slice(&way.behind);
        let signed = [data.as_slice(), sha256(client_data.as_bytes()).as_ref()].concat();
        let (format, statement) = statement(maker, &signed);
        let object = [
            &[0xa3][..],
            &cbor_text("fmt"),
            &cbor_text(format),
            &cbor_text("attStmt"),
            &statement,
            &cbor_text("authData"),
            &cbor_bytes(&data),
        ]
        .concat();
        let answer = json!({
            "id": encoded(&id),
            "rawId": encoded(&id),
            "type": "public-key",
            "response": {
                "attestationObject": encoded(&object),
                "clientDataJSON": encoded(client_data.as_bytes()),
                "transports": ["internal", "smart-card"],
            },
        });
        (Self { id, pair, rp_id, handle }, answer.to_string())
    }

    /// Answers `navigator.credentials.get`.
    pub(crate) fn get(&self, options: &Value, way: &Way) -> String {
        let client_data = way.client_data("webauthn.get", options);
        let rp_id = way.rp_id.as_deref().unwrap_or(&self.rp_id);
        let mut data = head(rp_id, way.flags, way.counter);
        data.extend_from_slice(&way.behind);
        let signed = [data.as_slice(), sha256(client_data.as_bytes()).as_ref()].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &signed).unwrap();
        let handle = way.handle.clone().unwrap_or_else(|| self.handle.clone());
        let handle = (!handle.is_empty()).then(|| encoded(&handle));
        let answer = json!({
            "id": encoded(&self.id),
            "rawId": encoded(&self.id),
            "type": "public-key",
            "response": {
                "authenticatorData": encoded(&data),
                "clientDataJSON": encoded(client_data.as_bytes()),
                "signature": encoded(signature.as_ref()),
                "userHandle": handle,
            },
        });
        answer.to_string()
    }
}

/// Bytes as the page sends them.
pub(crate) fn encoded(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

fn pair_of(pkcs8: &[u8]) -> EcdsaKeyPair {
    let rng = SystemRandom::new();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8, &rng).unwrap()
}

fn random(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    SystemRandom::new().fill(&mut bytes).unwrap();
    bytes
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn sha256(bytes: &[u8]) -> digest::Digest {
    digest::digest(&digest::SHA256, bytes)
}

fn head(rp_id: &str, flags: u8, counter: u32) -> Vec<u8> {
    let mut head = sha256(rp_id.as_bytes()).as_ref().to_vec();
    head.push(flags);
    head.extend_from_slice(&counter.to_be_bytes());
    head
}

/// The public key as a COSE key.
fn cose(pair: &EcdsaKeyPair, way: &Way) -> Vec<u8> {
    let mut point = pair.public_key().as_ref()[1..].to_vec();
    if way.point == Point::OffTheCurve {
        point[63] ^= 1;
    }
    let algorithm = match way.algorithm {
        -7 => vec![0x26],
        other => vec![0x38, u8::try_from(-1 - i16::from(other)).unwrap()],
    };
    let (x, y) = (cbor_bytes(&point[..32]), cbor_bytes(&point[32..]));
    [&[0xa5, 0x01, 0x02, 0x03][..], &algorithm, &[0x20, 0x01, 0x21], &x, &[0x22], &y].concat()
}

/// Format and statement about the maker.
fn statement(maker: Option<&Maker>, signed: &[u8]) -> (&'static str, Vec<u8>) {
    let Some(maker) = maker else {
        return ("none", vec![0xa0]);
    };
    let signature = pair_of(&maker.key).sign(&SystemRandom::new(), signed).unwrap();
    let chain: Vec<u8> = maker.chain.iter().flat_map(|one| cbor_bytes(one)).collect();
    let many = 0x80 | u8::try_from(maker.chain.len()).unwrap();
    let statement = [
        &[0xa3][..],
        &cbor_text("alg"),
        &[0x26],
        &cbor_text("sig"),
        &cbor_bytes(signature.as_ref()),
        &cbor_text("x5c"),
        &[many],
        &chain,
    ]
    .concat();
    ("packed", statement)
}

fn cbor_bytes(bytes: &[u8]) -> Vec<u8> {
    [&cbor_head(0x40, bytes.len())[..], bytes].concat()
}

fn cbor_text(text: &str) -> Vec<u8> {
    [&cbor_head(0x60, text.len())[..], text.as_bytes()].concat()
}

fn cbor_head(major: u8, length: usize) -> Vec<u8> {
    match u8::try_from(length) {
        Ok(short) if short < 24 => vec![major | short],
        Ok(byte) => vec![major | 0x18, byte],
        Err(_) => {
            let length = u16::try_from(length).unwrap().to_be_bytes();
            vec![major | 0x19, length[0], length[1]]
        }
    }
}
