//! What people do in the console, and what is shown of it.

use super::*;

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
