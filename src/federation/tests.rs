//! When keys are fetched, for how long they are believed, and for how long a token is remembered.

use std::collections::VecDeque;

use data_encoding::BASE64URL_NOPAD;
use http::HeaderName;
use http::HeaderValue;
use parking_lot::Mutex;
use ring::rand::SystemRandom;
use ring::signature::Ed25519KeyPair;
use ring::signature::KeyPair as _;
use serde_json::json;

use super::*;
use crate::area::Area;
use crate::area::Areas;
use crate::area::Ground;
use crate::clock::ManualClock;
use crate::network::NetworkSet;
use crate::subject::UnknownUsers;
use crate::trusted_header::SecondFactor;
use crate::trusted_header::jwt::Algorithm;

const NOW: u64 = 1_700_000_000;

/// A federation whose keys are what is put in the queue; the last one stays.
struct Stand {
    clock: Arc<ManualClock>,
    federation: Federation,
    answers: Arc<Mutex<VecDeque<Result<String, String>>>>,
    asked: Arc<Mutex<usize>>,
    trusted: Arc<TrustedHeader>,
}

struct Key(Ed25519KeyPair, &'static str);

impl Key {
    fn new(kid: &'static str) -> Self {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self(Ed25519KeyPair::from_pkcs8(made.as_ref()).unwrap(), kid)
    }

    fn set(&self) -> String {
        let x = BASE64URL_NOPAD.encode(self.0.public_key().as_ref());
        let key = json!({"kty": "OKP", "crv": "Ed25519", "kid": self.1, "x": x});
        json!({ "keys": [key] }).to_string()
    }

    fn token(&self, lifetime: u64) -> String {
        let head = json!({"alg": "EdDSA", "kid": self.1}).to_string();
        let claims =
            json!({"iss": "i", "aud": "a", "exp": NOW + lifetime, "sub": "alice"}).to_string();
        let b64 = |text: &[u8]| BASE64URL_NOPAD.encode(text);
        let message = format!("{}.{}", b64(head.as_bytes()), b64(claims.as_bytes()));
        format!("{message}.{}", b64(self.0.sign(message.as_bytes()).as_ref()))
    }
}

impl Stand {
    fn new(first: Result<String, String>) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_secs(NOW)));
        let answers = Arc::new(Mutex::new(VecDeque::from([first])));
        let asked = Arc::new(Mutex::new(0));
        let (queue, count) = (Arc::clone(&answers), Arc::clone(&asked));
        let fetch = move |_: &KeySource| {
            *count.lock() += 1;
            let mut queue = queue.lock();
            let answer = queue.front().cloned().unwrap();
            if queue.len() > 1 {
                queue.pop_front();
            }
            answer.map(String::into_bytes)
        };
        let federation =
            Federation::fetching(Arc::clone(&clock) as Arc<dyn Clock>, Arc::new(fetch));
        Self { clock, federation, answers, asked, trusted: Arc::new(trusted()) }
    }

    fn answers(&self, answer: Result<String, String>) {
        *self.answers.lock() = VecDeque::from([answer]);
    }

    async fn says(&self, token: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert("x-token", HeaderValue::from_str(token).unwrap());
        let peer = Whereabouts::of([192, 0, 2, 7].into());
        let stated = self.federation.hear(("desk", &self.trusted), Some(&peer), &headers).await;
        match stated {
            Stated::Person(statement) => statement.login.as_str() == "corp/alice",
            Stated::Elsewhere | Stated::Nobody | Stated::Unclear => false,
        }
    }

    fn asked(&self) -> usize {
        *self.asked.lock()
    }

    fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

fn trusted() -> TrustedHeader {
    let set = NetworkSet::new(vec!["192.0.2.7/32".parse().unwrap()]);
    TrustedHeader {
        source: "corp".to_owned(),
        from: Areas::new(vec![Area { name: "sso".into(), ground: Ground::Network(Arc::new(set)) }]),
        form: Form::Signed(Box::new(SignedHeader {
            header: HeaderName::from_static("x-token"),
            keys: KeySource::Url("https://sso.example/k".to_owned(), None),
            issuer: "i".to_owned(),
            audience: vec!["a".to_owned()],
            algorithms: Algorithm::USUAL.to_vec(),
            user_claim: "sub".to_owned(),
            name_claim: None,
            email_claim: None,
            groups_claim: None,
        })),
        second_factor: SecondFactor::Ask,
        unknown: UnknownUsers::Create,
        sign_out_url: None,
    }
}

#[tokio::test]
async fn a_token_is_verified_once_and_counts_until_its_end_and_no_longer() {
    let (key, other) = (Key::new("one"), Key::new("one"));
    let stand = Stand::new(Ok(key.set()));
    let token = key.token(200);
    assert!(stand.says(&token).await && stand.says(&token).await);
    assert_eq!(stand.asked(), 1);
    assert!(!stand.says(&other.token(200)).await, "another key of that name");
    stand.pass(229);
    assert!(stand.says(&token).await, "within the skew");
    stand.pass(1);
    assert!(!stand.says(&token).await, "over");
    // A key that was withdrawn counts no longer than keys are kept and tokens are remembered.
    let token = key.token(100_000);
    assert!(stand.says(&token).await);
    stand.answers(Ok(other.set()));
    stand.pass(600);
    assert!(!stand.says(&token).await);
    assert_eq!(stand.asked(), 2);
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_once_a_minute_at_most() {
    let (old, new) = (Key::new("old"), Key::new("new"));
    let stand = Stand::new(Ok(old.set()));
    assert!(stand.says(&old.token(9_000)).await);
    stand.answers(Ok(new.set()));
    for _ in 0..5 {
        assert!(!stand.says(&new.token(9_000)).await, "asked a moment ago");
    }
    assert_eq!(stand.asked(), 1);
    stand.pass(60);
    assert!(stand.says(&new.token(9_000)).await);
    assert_eq!(stand.asked(), 2);
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_are_believed_for_an_hour_and_without_any_nobody_is() {
    let key = Key::new("one");
    let stand = Stand::new(Err("down".to_owned()));
    assert!(!stand.says(&key.token(100_000)).await);
    assert!(!stand.says(&key.token(100_000)).await);
    assert_eq!(stand.asked(), 1, "not with every request");
    stand.answers(Ok(key.set()));
    stand.pass(5);
    assert!(stand.says(&key.token(100_000)).await);
    stand.answers(Ok("{\"keys\": []}".to_owned()));
    stand.pass(3_599);
    assert!(stand.says(&key.token(100_001)).await, "for an hour");
    stand.pass(1);
    assert!(!stand.says(&key.token(100_002)).await);
}

/// Whoever comes while keys are fetched again does not wait for a provider that hangs.
#[tokio::test(flavor = "multi_thread")]
async fn while_one_fetches_keys_again_others_go_by_those_there_are() {
    let key = Key::new("one");
    let (begun, has_begun) = std::sync::mpsc::channel();
    let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
    let (set, may_go_on) = (key.set(), Mutex::new(may_go_on));
    let fetch = move |_: &KeySource| {
        begun.send(()).unwrap();
        may_go_on.lock().recv().unwrap();
        Ok(set.clone().into_bytes())
    };
    let mut stand = Stand::new(Ok(String::new()));
    let clock = Arc::clone(&stand.clock) as Arc<dyn Clock>;
    stand.federation = Federation::fetching(clock, Arc::new(fetch));
    let stand = Arc::new(stand);
    go_on.send(()).unwrap();
    assert!(stand.says(&key.token(9_000)).await);
    has_begun.recv().unwrap();
    stand.pass(600);
    let first = {
        let (stand, token) = (Arc::clone(&stand), key.token(9_001));
        tokio::spawn(async move { stand.says(&token).await })
    };
    has_begun.recv().unwrap();
    // It hangs, and everybody else is let in.
    assert!(stand.says(&key.token(9_002)).await);
    assert!(!first.is_finished());
    go_on.send(()).unwrap();
    assert!(first.await.unwrap());
}
