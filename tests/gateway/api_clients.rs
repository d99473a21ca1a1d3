//! Programs with service tokens: within the scope they pass, everything else is refused in their language,
//! and no token is ever seen by a console or in a log.

use serde_json::Value;

use crate::support::Latch;
use crate::support::eventually;
use crate::support::find;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::raw_client::RawClient;
use crate::support::raw_client::Response;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorded;
use crate::support::recorder::Recorder;
use crate::support::recorder::Step;
use crate::support::world::FULL;
use crate::support::world::World;

const EVENTS: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n\
      b\r\ndata: one\n\n\r\n";

fn console(request: &Recorded) -> Answer {
    if request.target().ends_with("/events") {
        return Answer(vec![
            Step::Send(EVENTS.to_vec()),
            Step::Wait(Latch::default()),
            Step::Close,
        ]);
    }
    Answer::ok(request, "from upstream")
}

/// Routes for machines beside those of the tests, and everything in the log.
fn setup(setup: Setup) -> Setup {
    setup
        .site_line("  - { path: /m, require: service_token }")
        .site_line("  - path: /either")
        .site_line("    require: { any_of: [{ proof: service_token }, { proof: second_factor }] }")
        .log_level("trace")
}

/// A gateway without people.
fn machines() -> (Gateway, Recorder) {
    let recorder = Recorder::scripted(console);
    let gateway = Gateway::start(&setup(Setup::before(recorder.address())), &[]);
    (gateway, recorder)
}

/// A token that was issued: its text and its id.
struct Token {
    text: String,
    id: String,
}

impl Token {
    fn issue(gateway: &Gateway, name: &str, scope: &[&str]) -> Self {
        let arguments = [&["token", "add", name, "--site", "console"], scope].concat();
        Self::told(gateway, &arguments)
    }

    fn told(gateway: &Gateway, arguments: &[&str]) -> Self {
        let arguments = [&["--json"], arguments].concat();
        let told: Value = serde_json::from_str(&gateway.cli_ok(&arguments, "")).unwrap();
        let text = told["secret"].as_str().unwrap().to_owned();
        Self { text, id: told["token"]["id"].as_str().unwrap().to_owned() }
    }

    fn header(&self) -> String {
        format!("Portcullis-Token: {}\r\n", self.text)
    }

    fn bearer(&self) -> String {
        format!("Authorization: Bearer {}\r\n", self.text)
    }
}

/// One request on a connection of its own.
fn ask(gateway: &Gateway, method: &str, target: &str, headers: &str) -> Response {
    let mut client = gateway.connect();
    let length = if method == "POST" { "Content-Length: 0\r\n" } else { "" };
    let head = format!("{method} {target} HTTP/1.1\r\nHost: {HOST}\r\n{headers}{length}\r\n");
    client.send(head.as_bytes());
    client.response_to(method)
}

fn get(gateway: &Gateway, target: &str, headers: &str) -> Response {
    ask(gateway, "GET", target, headers)
}

/// Refused in a program's language: never a page, never a redirect, with a reason that the log has too.
fn refused(gateway: &Gateway, response: &Response, status: u16, reason: &str) {
    assert_eq!(response.status, status, "{}", response.text());
    assert_eq!(response.header("content-type"), Some("application/problem+json"));
    assert!(response.header("location").is_none());
    let id = response.header("x-request-id").expect("a request id");
    let line = || gateway.access_log().into_iter().find(|line| line["request_id"] == id);
    eventually("a line in the access log", || line().is_some());
    assert_eq!(line().unwrap()["refusal"], reason);
}

/// I-5: the secret of a token is in nothing that the gateway writes or sends.
fn check_canary(gateway: &Gateway, recorder: &Recorder, tokens: &[&Token]) {
    let outputs = [
        ("the log", gateway.stderr().into_bytes()),
        ("stdout", gateway.stdout().into_bytes()),
        ("the access log", std::fs::read(gateway.path("access.log")).unwrap()),
        ("the metrics", gateway.admin("/metrics").text().into_bytes()),
        ("the audit log", gateway.cli_ok(&["--json", "audit", "tail"], "").into_bytes()),
        ("the upstream's bytes", recorder.all_raw()),
    ];
    for token in tokens {
        let secret = token.text.rsplit_once('_').unwrap().1;
        for (place, bytes) in &outputs {
            assert!(find(bytes, secret.as_bytes()).is_none(), "I-5: a token is in {place}");
        }
    }
}

#[test]
fn a_token_is_good_within_its_scope_and_for_nothing_else_a115() {
    let (gateway, recorder) = machines();
    let here = ["--path", "/m/api", "--path", "/either", "--method", "GET"];
    let token = Token::issue(&gateway, "ci", &[&here[..], &["--network", "127.0.0.0/8"]].concat());
    for header in [token.header(), token.bearer(), token.bearer().to_lowercase()] {
        let answer = get(&gateway, "/m/api/x?q=1", &header);
        assert_eq!((answer.status, answer.text().as_str()), (200, "from upstream"));
    }
    assert_eq!(get(&gateway, "/either", &token.header()).status, 200);
    assert_eq!(ask(&gateway, "HEAD", "/m/api", &token.header()).status, 200);
    let seen = recorder.requests();
    for request in &seen {
        assert_eq!(request.values("x-forwarded-user"), [format!("token:{}", token.id)]);
        assert_eq!(request.values("portcullis-assertion").len(), 1);
        assert!(request.values("portcullis-token").is_empty());
        assert!(request.values("authorization").is_empty());
    }
    let far = Token::issue(&gateway, "far", &["--network", "192.0.2.0/24"]);
    for (method, target, shown) in [
        ("GET", "/m", &token),
        ("GET", "/m/apis", &token),
        ("GET", "/M/API", &token),
        ("POST", "/m/api", &token),
        ("GET", "/m/api", &far),
    ] {
        let answer = ask(&gateway, method, target, &shown.header());
        refused(&gateway, &answer, 403, "token_scope");
    }
    assert_eq!(recorder.count(), seen.len());
    check_told(&gateway, &token);
    check_canary(&gateway, &recorder, &[&token, &far]);
}

/// What the log and the metrics say of a token that passed, and then did not.
fn check_told(gateway: &Gateway, token: &Token) {
    let line = gateway.access_log().into_iter().find(|line| line["path"] == "/m/apis").unwrap();
    assert_eq!(line["bad_token"]["id"], token.id.as_str());
    assert_eq!(line["bad_token"]["reason"], "path");
    let line = gateway.access_log().into_iter().find(|line| line["path"] == "/m/api/x").unwrap();
    assert_eq!(line["machine"], format!("token:{}", token.id));
    let labels = ["portcullis_machine_requests_total", "service_token"];
    assert!(gateway.metric(&labels) >= 5.0);
}

#[test]
fn a_token_of_one_site_is_good_on_no_other_a115() {
    let recorder = Recorder::scripted(console);
    let mut gateway = Gateway::prepare(&setup(Setup::before(recorder.address())));
    let second = format!(
        "  - {{ name: shop, hosts: [shop.test], upstream: 'http://{}', require: service_token }}\nlog:",
        recorder.address()
    );
    gateway.configure(&gateway.setup_yaml().replacen("log:", &second, 1));
    gateway.run();
    let token = Token::issue(&gateway, "ci", &[]);
    assert_eq!(get(&gateway, "/m", &token.header()).status, 200);
    let mut client = gateway.connect();
    client.send(format!("GET / HTTP/1.1\r\nHost: shop.test\r\n{}\r\n", token.header()).as_bytes());
    refused(&gateway, &client.response(), 403, "token_scope");
    assert_eq!(recorder.count(), 1);
}

#[test]
fn no_spelling_of_a_path_makes_a_token_good_for_more_a115() {
    let (gateway, recorder) = machines();
    let token = Token::issue(&gateway, "ci", &["--path", "/m/api"]);
    for target in [
        "/m/api/../admin",
        "/m/api/..",
        "/m/api/%2e%2e/admin",
        "/m/api/.%2e/admin",
        "/m/api%2f..%2fadmin",
        "/m/api/..%2fadmin",
        "/m/api/..;/admin",
        "/m/api;/../admin",
        "/m/api/..%5cadmin",
        "/m/api\\..\\admin",
        "/m/api/%252e%252e/admin",
        "/m//api",
        "//m/api",
        "/m/./api",
        "/m/api/./../admin",
        "/m/admin/../api",
        "/m/admin;/../api",
        "/m/admin%00/api",
        "/m/%61pi/../admin",
        "/m/ap%69/%2e%2e/admin",
        "/m/api;x=/../admin",
        "/m;x/api",
        "/m/api%3b/admin",
        "/m/api%23/../admin",
        "/m/admin?/m/api",
        "/m/admin%3f/m/api",
        "http://console.test/m/admin",
    ] {
        let before = recorder.count();
        let answer = get(&gateway, target, &token.header());
        assert!((400..500).contains(&answer.status), "{target}: {}", answer.status);
        assert_eq!(recorder.count(), before, "{target} reached the console");
    }
    assert_eq!(get(&gateway, "/m/api/a%20b", &token.header()).status, 200);
}

#[test]
fn a_copy_stays_within_the_scope_of_its_token_a115() {
    let (gateway, recorder) = machines();
    let token = Token::issue(&gateway, "ci", &["--path", "/m/api"]);
    let copy = |destination: &str| {
        let headers = format!("{}Destination: {destination}\r\n", token.header());
        ask(&gateway, "COPY", "/m/api/a", &headers)
    };
    assert_eq!(copy("/m/api/b").status, 200);
    for elsewhere in ["/m/other", "/public/x", "/m/api/../other"] {
        assert!((400..500).contains(&copy(elsewhere).status), "{elsewhere}");
    }
    assert_eq!(recorder.count(), 1);
}

#[test]
fn a_rehearsal_counts_a_token_though_nothing_in_force_asks_for_one() {
    let recorder = Recorder::scripted(console);
    let rehearsed = "  - { path: /soon, require: open, report_only: service_token }";
    let setup = setup(Setup::before(recorder.address())).site_line(rehearsed);
    let gateway = Gateway::start(&setup, &[]);
    let token = Token::issue(&gateway, "ci", &[]);
    assert_eq!(get(&gateway, "/soon", &token.header()).status, 200);
    assert_eq!(get(&gateway, "/soon", "").status, 200);
    let rehearsals = |decision: &str| {
        gateway.metric(&["portcullis_rehearsals_total", &format!("decision=\"{decision}\"")])
    };
    assert!((rehearsals("forward") - 1.0).abs() < 0.5, "the token would have been enough");
    assert!((rehearsals("challenge") - 1.0).abs() < 0.5, "none would not");
}

#[test]
fn a_token_that_is_not_good_is_never_taken_for_none() {
    let world = World::with(Recorder::scripted(console), setup);
    let gateway = &world.gateway;
    let token = Token::issue(gateway, "ci", &[]);
    let session = String::from_utf8(world.fill(FULL.as_bytes())).unwrap();
    assert_eq!(get(gateway, "/either", &session).status, 200);
    let mut typo = token.text.clone();
    typo.replace_range(30..31, if typo.as_bytes()[30] == b'a' { "b" } else { "a" });
    for headers in [
        format!("Portcullis-Token: {typo}\r\n"),
        "Portcullis-Token: \r\n".to_owned(),
        "Authorization: Bearer pcs_\r\n".to_owned(),
        "Authorization: bearer PCS_x\r\n".to_owned(),
        format!("{}{}", token.header(), token.bearer()),
        format!("{}{}", token.header(), token.header()),
        format!("{}{}", token.bearer(), token.bearer()),
        format!("Portcullis-Token: {} {}\r\n", token.text, token.text),
    ] {
        for target in ["/m", "/either", "/x"] {
            let answer = get(gateway, target, &format!("{session}{headers}"));
            refused(gateway, &answer, 401, "token_invalid");
            assert!(answer.header("www-authenticate").is_some_and(|it| it.contains("Bearer")));
        }
    }
    // A good one that is not asked for does not stand for a sign-in either.
    refused(gateway, &get(gateway, "/x", &token.header()), 403, "token_scope");
    let nothing = get(gateway, "/m", "");
    assert_eq!(nothing.status, 401);
    assert_eq!(nothing.header("content-type"), Some("application/problem+json"));
    assert_eq!(get(gateway, "/m", &session).status, 401, "a session is no token");
    assert_eq!(world.recorder.count(), 1);
    check_canary(gateway, &world.recorder, &[&token]);
}

#[test]
fn where_nothing_is_asked_for_a_token_is_dropped_and_a_consoles_own_authorization_passes() {
    let (gateway, recorder) = machines();
    let token = Token::issue(&gateway, "ci", &[]);
    for headers in [token.header(), token.bearer(), "Portcullis-Token: pcs_x\r\n".to_owned()] {
        assert_eq!(get(&gateway, "/public", &headers).status, 200);
        let page =
            get(&gateway, "/.portcullis/sign-in", &format!("{headers}Accept: text/html\r\n"));
        assert_eq!(page.status, 200);
    }
    let both = format!("Authorization: Basic eDp5\r\n{}", token.bearer());
    assert_eq!(get(&gateway, "/public", &both).status, 200);
    let own = format!("{}Authorization: Bearer console-own\r\n", token.header());
    assert_eq!(get(&gateway, "/m", &own).status, 200);
    let seen = recorder.requests();
    for request in &seen {
        assert!(request.values("portcullis-token").is_empty());
    }
    for anonymous in &seen[..4] {
        assert!(anonymous.values("x-forwarded-user").is_empty());
    }
    assert_eq!(seen[3].values("authorization"), ["Basic eDp5"]);
    assert_eq!(seen[4].values("authorization"), ["Bearer console-own"]);
    check_canary(&gateway, &recorder, &[&token]);
}

/// An event stream that is open, for a token.
fn stream(gateway: &Gateway, token: &Token) -> RawClient {
    let mut client = gateway.connect();
    let head = format!("GET /m/events HTTP/1.1\r\nHost: {HOST}\r\n{}\r\n", token.header());
    client.send(head.as_bytes());
    assert_eq!(client.head().unwrap().status, 200);
    client.until(b"data: one\n\n");
    client
}

#[test]
fn what_a_token_has_open_ends_when_it_is_revoked_disabled_replaced_or_over_a087() {
    let (gateway, recorder) = machines();
    let [revoked, disabled, over] = [
        Token::issue(&gateway, "revoked", &[]),
        Token::issue(&gateway, "disabled", &[]),
        Token::issue(&gateway, "over", &["--expires", "4s"]),
    ];
    let replaced = Token::issue(&gateway, "replaced", &[]);
    let mut streams = [&revoked, &disabled, &over, &replaced].map(|it| stream(&gateway, it));
    let bystander = Token::issue(&gateway, "bystander", &[]);
    let mut open = stream(&gateway, &bystander);
    gateway.cli_ok(&["token", "revoke", "revoked"], "");
    gateway.cli_ok(&["token", "disable", "disabled"], "");
    let newest = Token::told(&gateway, &["token", "rotate", "replaced", "--now"]);
    for client in &mut streams {
        assert!(client.rest().is_some(), "A-087: still open");
    }
    for gone in [&revoked, &disabled, &over, &replaced] {
        refused(&gateway, &get(&gateway, "/m", &gone.header()), 401, "token_invalid");
    }
    let reasons = || -> Vec<Value> {
        let log = gateway.access_log();
        log.iter().filter_map(|line| line["bad_token"].get("reason").cloned()).collect()
    };
    assert_eq!(reasons(), ["unknown", "disabled", "expired", "secret"]);
    assert_eq!(get(&gateway, "/m", &newest.header()).status, 200);
    gateway.cli_ok(&["token", "enable", "disabled"], "");
    assert_eq!(get(&gateway, "/m", &disabled.header()).status, 200);
    gateway.cli_ok(&["token", "revoke", "bystander"], "");
    assert!(open.rest().is_some(), "it was open until now");
    check_canary(&gateway, &recorder, &[&revoked, &disabled, &over, &replaced, &newest]);
}

#[test]
fn after_a_rotation_both_secrets_are_good_until_the_overlap_is_over() {
    let (gateway, recorder) = machines();
    let first = Token::issue(&gateway, "ci", &[]);
    let mut open = stream(&gateway, &first);
    let second = Token::told(&gateway, &["token", "rotate", "ci", "--overlap", "4s"]);
    assert_eq!(first.id, second.id);
    assert_eq!(get(&gateway, "/m", &first.header()).status, 200);
    assert_eq!(get(&gateway, "/m", &second.header()).status, 200);
    assert!(open.rest().is_some(), "a stream of the old secret ends with it");
    refused(&gateway, &get(&gateway, "/m", &first.header()), 401, "token_invalid");
    assert_eq!(get(&gateway, "/m", &second.header()).status, 200);
    check_canary(&gateway, &recorder, &[&first, &second]);
}

#[test]
fn a_kill_forgets_no_token_and_revives_none_a283() {
    let (mut gateway, recorder) = machines();
    let kept = Token::issue(&gateway, "kept", &[]);
    let revoked = Token::issue(&gateway, "revoked", &[]);
    assert_eq!(get(&gateway, "/m", &revoked.header()).status, 200);
    gateway.cli_ok(&["token", "revoke", "revoked"], "");
    gateway.kill9();
    gateway.run();
    assert_eq!(get(&gateway, "/m", &kept.header()).status, 200);
    refused(&gateway, &get(&gateway, "/m", &revoked.header()), 401, "token_invalid");
    let listed = gateway.cli_ok(&["--json", "token", "list"], "");
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let tokens = listed["tokens"].as_array().unwrap();
    assert_eq!((tokens.len(), tokens[0]["name"].as_str()), (1, Some("kept")));
    assert!(tokens[0]["last_used"].is_u64());
    check_canary(&gateway, &recorder, &[&kept, &revoked]);
}

#[test]
fn wrong_tokens_are_throttled_by_network_and_right_ones_pass_all_the_same() {
    let (gateway, recorder) = machines();
    let token = Token::issue(&gateway, "ci", &[]);
    let wrong = || get(&gateway, "/m", "Portcullis-Token: pcs_wrong\r\n").status;
    let answers: Vec<u16> = (0..40).map(|_| wrong()).collect();
    assert_eq!(answers.iter().filter(|&&status| status == 401).count(), 30, "{answers:?}");
    assert_eq!(answers.iter().filter(|&&status| status == 429).count(), 10, "{answers:?}");
    assert_eq!(get(&gateway, "/m", &token.header()).status, 200);
    assert_eq!(recorder.count(), 1);
}

#[test]
fn the_metrics_say_when_the_next_token_expires_and_the_log_warns() {
    let (gateway, _recorder) = machines();
    Token::issue(&gateway, "long", &["--expires", "300d"]);
    Token::issue(&gateway, "short", &["--expires", "10d"]);
    let named = ["portcullis_service_token_expiry_timestamp_seconds"];
    eventually("a warning about the one that expires soon", || {
        let log = gateway.stderr();
        log.contains("token rotate short") && !log.contains("token rotate long")
    });
    assert!(gateway.metric(&named) > 1_000_000_000.0);
    assert!(gateway.cli_ok(&["token", "list"], "").contains("EXPIRES SOON"));
}
