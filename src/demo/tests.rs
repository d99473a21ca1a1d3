//! The console as its users meet it, through its router and once through a socket.

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

#[tokio::test]
async fn the_consoles_own_form_signs_in_with_its_own_cookie() {
    let bench = Bench::new();
    let cookie = bench.log_in("alice").await;
    assert!(cookie.starts_with("HARBOURSESSID="));
    let page = bench.get("/dashboard", &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Alice Fairway"));
    assert!(page.body.contains("signed in by the console's own form"));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_get_the_same_page_and_no_cookie() {
    let bench = Bench::new();
    for (login, password) in [("alice", "bob-secret"), ("carol", "alice-secret"), ("", "")] {
        let fields = [("username", login), ("password", password)];
        let answer = bench.post("/login", "", &fields).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.body.contains("wrong user name or password"));
        assert!(!answer.headers.contains_key(header::SET_COOKIE));
    }
}

#[tokio::test]
async fn without_a_person_pages_lead_to_the_form_and_programs_get_401() {
    let bench = Bench::new();
    for page in ["/", "/dashboard", "/settings", "/live", "/files", "/old", "/echo-headers"] {
        let answer = bench.get(page, "HARBOURSESSID=guess").await;
        assert_eq!(answer.status, StatusCode::FOUND, "{page}");
        assert_eq!(answer.header(header::LOCATION), "/login");
    }
    for path in ["/api/vessels", "/api/danger", "/live/ws", "/live/events"] {
        let answer = bench.get(path, "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn logging_out_ends_the_session_on_the_server() {
    let bench = Bench::new();
    let cookie = bench.log_in("alice").await;
    let answer = bench.post("/logout", &cookie, &[]).await;
    assert_eq!(answer.header(header::LOCATION), "/login");
    assert!(answer.header(header::SET_COOKIE).contains("Max-Age=0"));
    let page = bench.get("/dashboard", &cookie).await;
    assert_eq!(page.status, StatusCode::FOUND);
}

#[tokio::test]
async fn a_session_of_the_form_ends_after_eight_hours() {
    let bench = Bench::new();
    let cookie = bench.log_in("alice").await;
    bench.clock.advance(Duration::from_hours(8) - Duration::from_millis(1));
    assert_eq!(bench.get("/dashboard", &cookie).await.status, StatusCode::OK);
    bench.clock.advance(Duration::from_millis(1));
    assert_eq!(bench.get("/dashboard", &cookie).await.status, StatusCode::FOUND);
}

#[tokio::test]
async fn a_checked_assertion_signs_in_without_form_or_cookie() {
    let bench = Bench::new();
    let signer = Signer::new("k1");
    let published = Publisher::start(&bench, &signer).await;
    let token = signer.token(&gateway::claims());
    for _ in 0..3 {
        let page = bench.asserting("/dashboard", &token).await;
        assert_eq!(page.status, StatusCode::OK);
        for shown in ["alice", "signed in by Portcullis", "<code>otp</code>", "aal2", "s-77"] {
            assert!(page.body.contains(shown), "{shown} is missing");
        }
        assert!(!page.headers.contains_key(header::SET_COOKIE));
    }
    assert_eq!(published.asked(), 1, "the keys are kept");
    let form = bench.asserting("/login", &token).await;
    assert_eq!(form.header(header::LOCATION), "/dashboard");
}

#[tokio::test]
async fn a_person_the_console_never_heard_of_is_an_operator() {
    let bench = Bench::new();
    let signer = Signer::new("k1");
    let _published = Publisher::start(&bench, &signer).await;
    let mut claims = gateway::claims();
    claims["preferred_username"] = json!("zoe");
    claims["name"] = Value::Null;
    claims["groups"] = json!(["administrator"]);
    let page = bench.asserting("/dashboard", &signer.token(&claims)).await;
    assert!(page.body.contains(">zoe<"));
    assert!(!page.body.contains("Administrator"));
}

#[tokio::test]
async fn a_false_assertion_is_401_whatever_cookie_comes_with_it() {
    let bench = Bench::new();
    let _published = Publisher::start(&bench, &Signer::new("k1")).await;
    let cookie = bench.log_in("bob").await;
    let forged = Signer::new("k1").token(&gateway::claims());
    for token in [forged.as_str(), "", "a.b.c"] {
        let request = Request::get("/dashboard")
            .header(header::COOKIE, &cookie)
            .header("Portcullis-Assertion", token);
        let answer = bench.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{token:?}");
        assert!(answer.body.contains("not believed"));
    }
    let api = bench.asserting("/api/vessels", &forged).await;
    assert_eq!(api.status, StatusCode::UNAUTHORIZED);
    assert!(api.header(header::CONTENT_TYPE).contains("json"));
}

#[tokio::test]
async fn two_assertions_are_one_too_many() {
    let bench = Bench::new();
    let signer = Signer::new("k1");
    let _published = Publisher::start(&bench, &signer).await;
    let token = signer.token(&gateway::claims());
    let request = Request::get("/dashboard")
        .header("Portcullis-Assertion", &token)
        .header("Portcullis-Assertion", &token);
    let answer = bench.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_assertion_is_refused_while_no_gateway_is_known() {
    let bench = Bench::new();
    let token = Signer::new("k1").token(&gateway::claims());
    let answer = bench.asserting("/dashboard", &token).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_new_key_is_fetched_at_once_but_not_for_every_request() {
    let bench = Bench::new();
    let (old, new) = (Signer::new("k1"), Signer::new("k2"));
    let published = Publisher::start(&bench, &old).await;
    let status = async |signer: &Signer| {
        let token = signer.token(&gateway::claims());
        bench.asserting("/dashboard", &token).await.status
    };
    assert_eq!(status(&old).await, StatusCode::OK);
    *published.keys.lock() = new.jwks();
    for _ in 0..5 {
        assert_eq!(status(&new).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(published.asked(), 1, "asked again within three seconds");
    bench.clock.advance(Duration::from_secs(3));
    assert_eq!(status(&new).await, StatusCode::OK);
    assert_eq!(status(&old).await, StatusCode::UNAUTHORIZED);
    assert_eq!(published.asked(), 2);
}

#[tokio::test]
async fn keys_that_cannot_be_renewed_are_not_used_for_ever() {
    let bench = Bench::new();
    let signer = Signer::new("k1");
    let published = Publisher::start(&bench, &signer).await;
    let mut claims = gateway::claims();
    claims["exp"] = json!(gateway::NOW + 3600);
    let token = signer.token(&claims);
    assert_eq!(bench.asserting("/dashboard", &token).await.status, StatusCode::OK);
    *published.keys.lock() = json!("gone");
    bench.clock.advance(Duration::from_mins(5));
    let answer = bench.asserting("/dashboard", &token).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn who_came_through_the_gateway_signs_out_there() {
    let bench = Bench::new();
    let signer = Signer::new("k1");
    let _published = Publisher::start(&bench, &signer).await;
    let request = Request::post("/logout")
        .header("Portcullis-Assertion", signer.token(&gateway::claims()))
        .body(Body::empty());
    let answer = bench.send(request.unwrap()).await;
    assert_eq!(answer.header(header::LOCATION), "/.portcullis/sign-out");
}

#[tokio::test]
async fn redirects_are_relative_except_the_old_one() {
    let bench = Bench::new();
    let cookie = bench.log_in("alice").await;
    let front = bench.get("/", &cookie).await;
    assert_eq!(front.header(header::LOCATION), "dashboard");
    let old = bench.get("/old", &cookie).await;
    assert_eq!(old.header(header::LOCATION), "http://127.0.0.1:4321/dashboard");
}

#[track_caller]
fn harmless(page: &Answer) {
    assert!(page.body.contains("alert("), "the text is not shown at all");
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
    assert!(!page.body.contains("<img"), "{}", page.body);
}

#[tokio::test]
async fn what_people_write_is_shown_as_text() {
    let bench = Bench::new();
    let fields = [("username", SCRIPT), ("password", "x")];
    harmless(&bench.post("/login", "", &fields).await);

    let cookie = bench.log_in("alice").await;
    let path = "/vessels/HC-2041/note";
    bench.post(path, &cookie, &[("text", SCRIPT)]).await;
    harmless(&bench.get("/vessels/HC-2041", &cookie).await);

    let act = "/settings/danger/open-gates";
    bench.post(act, &cookie, &[("reason", SCRIPT)]).await;
    harmless(&bench.get("/settings", &cookie).await);

    let request =
        Request::get("/echo-headers").header(header::COOKIE, &cookie).header("x-note", SCRIPT);
    harmless(&bench.send(request.body(Body::empty()).unwrap()).await);
}

#[tokio::test]
async fn a_claim_is_shown_as_text() {
    let bench = Bench::new();
    let signer = Signer::new("k1");
    let _published = Publisher::start(&bench, &signer).await;
    let mut claims = gateway::claims();
    for key in ["name", "preferred_username", "sid", "acr"] {
        claims[key] = json!(SCRIPT);
    }
    claims["amr"] = json!([SCRIPT]);
    let token = signer.token(&claims);
    for page in ["/dashboard", "/echo-headers"] {
        harmless(&bench.asserting(page, &token).await);
    }
}

#[tokio::test]
async fn a_dangerous_button_counts_each_press_once() {
    let bench = Bench::new();
    let cookie = bench.log_in("alice").await;
    let before = bench.get("/settings", &cookie).await;
    assert!(before.body.contains(r#"id="danger-total" data-count="0""#));
    let fields = [("reason", "spring tide")];
    let answer = bench.post("/settings/danger/open-gates", &cookie, &fields).await;
    assert_eq!(answer.status, StatusCode::FOUND);
    let after = bench.get("/settings", &cookie).await;
    assert!(after.body.contains(r#"id="danger-total" data-count="1""#));
    assert!(after.body.contains(r#"id="open-gates-count" data-count="1""#));
    assert!(after.body.contains("would have opened the lock gates"));
    assert!(after.body.contains("spring tide"));
    let told = bench.get("/api/danger", &cookie).await;
    let told: Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!(told["total"], 1);
    assert_eq!(told["acts"]["open-gates"], 1);
    assert_eq!(told["acts"]["restart-planner"], 0);
}

#[tokio::test]
async fn an_operator_cannot_do_what_only_administrators_may() {
    let bench = Bench::new();
    let (alice, bob) = (bench.log_in("alice").await, bench.log_in("bob").await);
    let act = "/settings/danger/purge-journal";
    assert_eq!(bench.post(act, &alice, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(bench.post(act, &bob, &[]).await.status, StatusCode::FOUND);
    let page = bench.get("/settings", &bob).await;
    assert!(page.body.contains(r#"id="purge-journal-count" data-count="1""#));
    let unknown = bench.post("/settings/danger/sink-ship", &bob, &[]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_note_of_the_api_appears_with_its_vessel() {
    let bench = Bench::new();
    let cookie = bench.log_in("alice").await;
    let note = async |id: &str| {
        let request = Request::post(format!("/api/vessels/{id}/note"))
            .header(header::COOKIE, &cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(r#"{"text":"fresh water ordered"}"#));
        bench.send(request.unwrap()).await.status
    };
    assert_eq!(note("HC-2041").await, StatusCode::CREATED);
    assert_eq!(note("HC-9999").await, StatusCode::NOT_FOUND);
    let one = bench.get("/api/vessels/HC-2041", &cookie).await;
    let one: Value = serde_json::from_str(&one.body).unwrap();
    assert_eq!(one["notes"][0]["text"], "fresh water ordered");
    assert_eq!(one["notes"][0]["by"], "alice");
    let all = bench.get("/api/vessels", &cookie).await;
    let all: Value = serde_json::from_str(&all.body).unwrap();
    assert_eq!(all["vessels"].as_array().unwrap().len(), port::FLEET.len());
}

fn upload(cookie: &str, name: &str, content: &str) -> Request<Body> {
    let body = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: text/plain\r\n\r\n{content}\r\n--edge--\r\n"
    );
    let kind = "multipart/form-data; boundary=edge";
    let head = |request: Builder| {
        request
            .header(header::COOKIE, cookie)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, kind)
    };
    head(Request::post("/files")).body(Body::from(body)).unwrap()
}

#[tokio::test]
async fn a_small_upload_comes_back_whole_under_a_safe_name() {
    let bench = Bench::new();
    let cookie = bench.log_in("alice").await;
    let answer = bench.send(upload(&cookie, "../<b>manifest.csv", "a;b")).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let put: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(put[0]["name"], "1-..__b_manifest.csv");
    assert_eq!(put[0]["bytes"], 3);
    let hash = ring::digest::digest(&ring::digest::SHA256, b"a;b");
    let hash = data_encoding::HEXLOWER.encode(hash.as_ref());
    assert_eq!(put[0]["sha256"], hash.as_str());
    let back = bench.get("/files/1-..__b_manifest.csv", &cookie).await;
    assert_eq!(back.body, "a;b");
    assert!(back.header(header::CONTENT_DISPOSITION).starts_with("attachment"));
    assert!(bench.get("/files", &cookie).await.body.contains(&hash));
}

#[tokio::test]
async fn an_upload_over_a_megabyte_is_counted_but_not_kept_and_five_are_remembered() {
    let bench = Bench::new();
    let cookie = bench.log_in("alice").await;
    let large = "x".repeat((1 << 20) + 1);
    let answer = bench.send(upload(&cookie, "large", &large)).await;
    let put: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((&put[0]["bytes"], &put[0]["kept"]), (&json!(1_048_577), &json!(false)));
    let back = bench.get("/files/1-large", &cookie).await;
    assert_eq!(back.status, StatusCode::NOT_FOUND);
    for _ in 0..5 {
        bench.send(upload(&cookie, "small", "y")).await;
    }
    let list = bench.get("/files", &cookie).await;
    assert!(!list.body.contains("1-large") && list.body.contains("6-small"));
}

#[tokio::test]
async fn a_large_download_says_its_size_and_keeps_to_it() {
    let bench = Bench::new();
    let cookie = bench.log_in("alice").await;
    for size in ["0", "200000"] {
        let path = format!("/files/large?bytes={size}");
        let answer = bench.get(&path, &cookie).await;
        assert_eq!(answer.header(header::CONTENT_LENGTH), size);
        assert_eq!(answer.body.len().to_string(), size);
    }
    let odd = bench.get("/files/large?bytes=-1", &cookie).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
}

/// Reads until `wanted` has come.
async fn heard(stream: &mut TcpStream, wanted: &str) -> String {
    let mut all = Vec::new();
    loop {
        let mut some = [0_u8; 4096];
        let count = stream.read(&mut some).await.unwrap();
        all.extend_from_slice(&some[..count]);
        let text = String::from_utf8_lossy(&all).into_owned();
        if text.contains(wanted) {
            return text;
        }
        assert!(count > 0, "ended without {wanted:?}: {text}");
    }
}

#[tokio::test]
async fn the_live_view_ticks_and_echoes_over_both_ways_and_ends_with_the_console() {
    let clock = Arc::new(ManualClock::at(Timestamp::from_secs(gateway::NOW)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let console = Console::new(settings(&GatewayLink::default(), &clock));
    let stop = CancellationToken::new();
    let running = tokio::spawn(console.serve(listener, stop.clone()));
    let connect = async |request: String| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    };

    let body = "username=alice&password=alice-secret";
    let mut login = connect(format!(
        "POST /login HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    ))
    .await;
    let answer = heard(&mut login, "\r\n\r\n").await;
    let cookie = answer.split_once("HARBOURSESSID=").unwrap().1;
    let cookie = format!("Cookie: HARBOURSESSID={}", cookie.split_once(';').unwrap().0);

    let mut socket = connect(format!(
        "GET /live/ws HTTP/1.1\r\nHost: h\r\n{cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ))
    .await;
    let opened = heard(&mut socket, r#""kind":"tick""#).await;
    assert!(opened.starts_with("HTTP/1.1 101"));
    // A masked text frame (RFC 6455 section 5.3) with the mask of nought.
    socket.write_all(b"\x81\x85\0\0\0\0ahoy!").await.unwrap();
    heard(&mut socket, r#""text":"ahoy!""#).await;

    let mut events =
        connect(format!("GET /live/events HTTP/1.1\r\nHost: h\r\n{cookie}\r\n\r\n")).await;
    let told = heard(&mut events, "event: tick\nid: 1\ndata: {").await;
    assert!(told.to_ascii_lowercase().contains("content-type: text/event-stream"));

    stop.cancel();
    let mut rest = Vec::new();
    socket.read_to_end(&mut rest).await.unwrap();
    events.read_to_end(&mut rest).await.unwrap();
    running.await.unwrap().unwrap();
}
