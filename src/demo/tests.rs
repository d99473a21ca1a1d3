//! The console as its users meet it, through its router and once through a socket.

mod signing_in;
mod working;

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::body::to_bytes;
use axum::http::HeaderMap;
use axum::http::Request;
use axum::http::StatusCode;
use axum::http::header;
use axum::http::request::Builder;
use parking_lot::Mutex;
use serde_json::Value;
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tower::util::ServiceExt;

use super::*;
use crate::clock::ManualClock;
use crate::clock::Timestamp;
use crate::demo::assertion_check::tests as gateway;
use crate::demo::assertion_check::tests::Signer;
use crate::entropy::SeededEntropy;

/// A script in every place where people can write.
const SCRIPT: &str = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>";

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).unwrap().to_str().unwrap()
    }
}

/// A console that was never started, and what it stands on.
struct Bench {
    app: Router,
    link: GatewayLink,
    clock: Arc<ManualClock>,
}

fn settings(link: &GatewayLink, clock: &Arc<ManualClock>) -> ConsoleSettings {
    let account = |login: &str, name: &str, administrator| ConsoleAccount {
        login: login.to_owned(),
        name: name.to_owned(),
        password: Secret::new(format!("{login}-secret")),
        administrator,
    };
    ConsoleSettings {
        accounts: vec![
            account("alice", "Alice Fairway", false),
            account("bob", "Bob Lockmaster", true),
        ],
        gateway: link.clone(),
        entropy: Arc::new(SeededEntropy::new(1)),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
    }
}

impl Bench {
    fn new() -> Self {
        let link = GatewayLink::default();
        let clock = Arc::new(ManualClock::at(Timestamp::from_secs(gateway::NOW)));
        let own = SocketAddr::from(([127, 0, 0, 1], 4321));
        let app = router(settings(&link, &clock), own, CancellationToken::new());
        Self { app, link, clock }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.app.clone().oneshot(request).await.unwrap();
        let (head, body) = answer.into_parts();
        let body = to_bytes(body, 8 << 20).await.unwrap();
        Answer {
            status: head.status,
            headers: head.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    async fn get(&self, path: &str, cookie: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        let body =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Signs in by the form; the cookie to send from now on.
    async fn log_in(&self, login: &str) -> String {
        let fields = [("username", login), ("password", &format!("{login}-secret"))];
        let answer = self.post("/login", "", &fields).await;
        assert_eq!(answer.status, StatusCode::FOUND);
        let set = answer.header(header::SET_COOKIE);
        set.split_once(';').unwrap().0.to_owned()
    }

    async fn asserting(&self, path: &str, token: &str) -> Answer {
        let request = Request::get(path).header("Portcullis-Assertion", token);
        self.send(request.body(Body::empty()).unwrap()).await
    }
}

/// A place that publishes keys and counts how often it is asked.
struct Publisher {
    keys: Arc<Mutex<Value>>,
    asked: Arc<AtomicU64>,
    stop: CancellationToken,
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Publisher {
    async fn start(bench: &Bench, signer: &Signer) -> Self {
        let published = Self {
            keys: Arc::new(Mutex::new(signer.jwks())),
            asked: Arc::default(),
            stop: CancellationToken::new(),
        };
        let (keys, asked) = (Arc::clone(&published.keys), Arc::clone(&published.asked));
        let answer = move || async move {
            asked.fetch_add(1, Ordering::SeqCst);
            axum::Json(keys.lock().clone())
        };
        let app = Router::new().route("/.portcullis/jwks.json", get(answer));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = published.stop.clone().cancelled_owned();
        tokio::spawn(axum::serve(listener, app).with_graceful_shutdown(stop).into_future());
        let url = format!("http://{address}/.portcullis/jwks.json");
        assert!(bench.link.set(GatewayIdentity {
            jwks_url: url.parse().unwrap(),
            issuer: gateway::ISSUER.to_owned(),
            audience: gateway::AUDIENCE.to_owned(),
            sign_out: "/.portcullis/sign-out".to_owned(),
        }));
        published
    }

    fn asked(&self) -> u64 {
        self.asked.load(Ordering::SeqCst)
    }
}
