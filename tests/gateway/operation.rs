//! Running it: stop, reload, a console that is down, what is seen from outside, what the logs keep silent.

use std::net::TcpStream;

use crate::support::Latch;
use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::eventually;
use crate::support::find;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::html::by_id;
use crate::support::raw_client::RawClient;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorder;
use crate::support::recorder::Step;
use crate::support::row::Row;
use crate::support::row::get;
use crate::support::world::FULL;
use crate::support::world::SENTINEL;
use crate::support::world::World;
use crate::support::world::signed_in;

use super::g10_sessions::files_under;

#[test]
fn sigterm_lets_a_request_finish_and_exits_with_success() {
    let latch = Latch::default();
    let held = latch.clone();
    let mut world = World::scripted(move |request| match request.target().as_str() {
        "/slow" => Answer::held(request, &held, "finished"),
        _ => Answer::ok(request, SENTINEL),
    });
    let mut client = world.gateway.connect();
    client.send(&world.fill(get("/slow", FULL).as_bytes()));
    world.recorder.wait_for(1);
    let address = world.gateway.http();
    world.gateway.sigterm();
    eventually("no new connections", || TcpStream::connect(address).is_err());
    latch.open();
    let response = client.response();
    assert_eq!((response.status, response.text().as_str()), (200, "finished"));
    assert!(client.is_closed(), "a draining gateway keeps no connection");
    let status = world.gateway.exited();
    assert_eq!(status.code(), Some(0), "{status}");
}

#[test]
fn a_bad_file_keeps_the_old_configuration_and_is_counted_a290() {
    let world = World::start();
    let rows = [
        Row::refused("A-290", &[401], get("/x", "")),
        Row::forwarded("A-290", get("/x", FULL)),
        Row::forwarded("A-290", get("/public", "")),
    ];
    for bad in ["sites: [", "sites: []\n", "nonsense: true\n", ""] {
        let before = world.gateway.metric(&["configuration_loads", "refused"]);
        world.gateway.configure(bad);
        world.gateway.sighup();
        eventually("the failed reload in the metrics", || {
            world.gateway.metric(&["configuration_loads", "refused"]) > before
        });
        world.run(&rows);
    }
    let log = world.gateway.stderr();
    assert!(log.contains("gateway.yaml"), "the log names the file: {log}");
}

#[test]
fn where_it_listens_is_not_changed_by_halves_a291() {
    let world = World::tls();
    let yaml = world.gateway.setup_yaml();
    // Without `https`, plain listeners would serve what they redirect now.
    world.gateway.configure(
        &yaml
            .replace("  https: 127.0.0.1:0\n", "")
            .replace("origin: https://", "origin: http://")
            .replace("require: open", "require: aal2"),
    );
    world.gateway.sighup();
    let why = "`listen` was changed";
    eventually(why, || world.gateway.stderr().contains(why));
    let mut plain = RawClient::plain(world.gateway.http());
    plain.send(get("/x", "").as_bytes());
    assert_eq!(plain.response().status, 403, "nothing is served in clear");
    let mut secure = world.gateway.connect();
    secure.send(get("/public", "").as_bytes());
    assert_eq!(secure.response().status, 200, "nothing else of the file is in force either");
}

#[test]
fn a_good_file_takes_effect_at_once_and_sessions_stay_a291() {
    let world = World::start();
    let mut kept = world.gateway.connect();
    kept.send(get("/public", "").as_bytes());
    assert_eq!(kept.response().status, 200);
    let setup = Setup::before(world.recorder.address());
    let tighter =
        setup.yaml().replace("path: /public, require: open", "path: /public, require: aal2");
    world.gateway.configure(&tighter);
    world.gateway.sighup();
    eventually("the tightened route", || {
        let mut browser = Browser::new(&world.gateway);
        browser.fetch("/public").status == 401
    });
    kept.send(get("/public", "").as_bytes());
    assert_eq!(kept.response().status, 401, "A-291: an open connection keeps the old rule");
    world.check(&Row::forwarded("A-291", get("/x", FULL)));
}

#[test]
fn a_console_that_is_down_gives_a_page_with_a_request_id() {
    let recorder = Recorder::start();
    let (gateway, mut browser, _) = signed_in(&Setup::before(recorder.address()));
    drop(recorder);
    let page = browser.get("/x");
    assert_eq!(page.status, 502);
    let id = by_id(&page.text(), "request-id").expect("a request id on the page");
    assert_eq!(page.header("x-request-id"), Some(id.as_str()));
    assert!(!page.text().contains("127.0.0.1"), "A-307: {}", page.text());
    eventually("the same id in the access log", || {
        let log = gateway.access_log();
        log.iter().any(|record| record.to_string().contains(&id))
    });
    let machine = browser.fetch("/x");
    assert_eq!(machine.status, 502);
    assert_eq!(machine.header("content-type"), Some("application/problem+json"));
    // The own pages work on, and so does the rest of the process.
    assert_eq!(browser.get(&format!("{PAGES}/account")).status, 200);
    assert_eq!(gateway.admin("/healthz").status, 200);
}

#[test]
fn the_admin_listener_is_no_part_of_the_front_door_a305() {
    let mut world = World::start();
    for path in ["/metrics", "/healthz", "/readyz"] {
        assert_eq!(world.gateway.admin(path).status, 200, "{path}");
        world.run(&[
            Row::refused("A-305", &[401], get(path, "")),
            Row::forwarded("A-305", get(path, FULL)),
        ]);
        let through = world.browser.get(path);
        assert_eq!(through.text(), SENTINEL, "A-305: {path} on the front door");
    }
    let text = world.gateway.admin("/metrics").text();
    for private in ["alice", "/sentinel", &world.person.password] {
        assert!(!text.contains(private), "A-305: {private} in the metrics");
    }
    assert_eq!(world.gateway.admin(&format!("{PAGES}/sign-in")).status, 404);
    assert_eq!(world.gateway.admin("/x").status, 404);
}

#[test]
fn every_refusal_names_its_request_and_no_product_a307() {
    let world = World::start();
    for sent in [get("/x", ""), get("/.portcullis/nope", ""), get("/a%2fb", FULL)] {
        let row = Row::refused("A-307", &[400, 401, 404], sent);
        let (response, _) = world.check(&row);
        let id = response.header("x-request-id").expect("a request id");
        assert!(id.len() >= 8, "{id}");
        let text = format!("{:?}{}", response.fields, response.text()).to_ascii_lowercase();
        for banner in ["pingora", "rustls", env!("CARGO_PKG_VERSION"), "src/", "panicked"] {
            assert!(!text.contains(banner), "A-307: {banner} in {text}");
        }
    }
    let (response, _) = world.check(&Row::forwarded("A-307", get("/x", FULL)));
    assert!(response.all("server").iter().all(|name| !name.contains("ingora")));
}

/// Whether `code` stands in `text` as a number of its own (not in a fraction of a second).
fn shows_code(text: &str, code: &str) -> bool {
    text.match_indices(code).any(|(at, _)| {
        let before = text[..at].chars().next_back().unwrap_or(' ');
        let after = text[at + code.len()..].chars().next().unwrap_or(' ');
        !before.is_ascii_alphanumeric() && before != '.' && !after.is_ascii_alphanumeric()
    })
}

#[test]
fn no_secret_is_in_any_output_even_at_trace_level_a304() {
    const WRONG: &str = "wrong-Canary-password-4711";
    let mut world = World::with(Recorder::start(), |setup| setup.log_level("trace"));
    let (_, seen) = world.check(&Row::forwarded("A-304", get("/x", FULL)));
    let assertion = seen[0].values("portcullis-assertion").remove(0);
    let mut sessions = vec![world.browser.session().unwrap().to_owned()];
    let mut browser = Browser::new(&world.gateway);
    let form = browser.form("sign-in").with("login", "alice").with("password", WRONG);
    browser.submit(&form);
    browser.password(&world.person, "/");
    sessions.push(browser.session().unwrap().to_owned());
    let backup = world.person.backup_codes[0].clone();
    assert_eq!(browser.challenge("backup_code", &backup).status, 303);
    sessions.push(browser.session().unwrap().to_owned());
    world.browser.sign_out();
    let metrics = world.gateway.admin("/metrics").text();
    let audit = world.gateway.cli_ok(&["audit", "tail"], "");
    world.gateway.sigterm();
    assert!(world.gateway.exited().success());
    let log = world.gateway.stderr();
    assert!(log.contains("TRACE") || log.contains("trace"), "not at trace level");
    let access = std::fs::read_to_string(world.gateway.path("access.log")).unwrap();
    let outputs = [log, world.gateway.stdout(), access, metrics, audit].join("\n");
    let signature = assertion.rsplit('.').next().unwrap().to_owned();
    let mut canaries = vec![WRONG.to_owned(), world.person.password.clone(), signature];
    let key = world.person.key_text();
    canaries.extend([key.replace(' ', ""), key]);
    canaries.extend(sessions);
    canaries.extend(
        world.person.backup_codes.iter().flat_map(|code| [code.clone(), code.replace('-', "")]),
    );
    for canary in &canaries {
        assert!(!outputs.contains(canary.as_str()), "A-304: {canary} was written");
    }
    for code in &world.person.shown {
        assert!(!shows_code(&outputs, code), "A-304: the code {code} was written");
    }
    for (path, bytes) in files_under(&world.gateway.path("data")) {
        for canary in &canaries {
            let found = find(&bytes, canary.as_bytes()).is_some();
            assert!(!found, "A-304: {canary} in {}", path.display());
        }
    }
}

#[test]
fn a_slow_console_is_given_up_and_a_silent_stream_is_not() {
    let (stream, never) = (Latch::default(), Latch::default());
    let latches = (stream.clone(), never.clone());
    let recorder = Recorder::scripted(move |request| {
        if request.target() == "/public/slow" {
            return Answer::held(request, &latches.1, "too late");
        }
        Answer(vec![
            Step::Send(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n".to_vec(),
            ),
            Step::Wait(latches.0.clone()),
            Step::Send(b"data: two\n\n".to_vec()),
            Step::Close,
        ])
    });
    let address = recorder.address();
    let mut gateway = Gateway::prepare(&Setup::before(address));
    let upstream = format!("upstream: {{ url: http://{address}, read_timeout: 1s }}");
    let yaml = gateway.setup_yaml().replace(&format!("upstream: http://{address}"), &upstream);
    gateway.configure(&yaml);
    gateway.run();
    let ask = |path: &str, more: &str| {
        let mut client = gateway.connect();
        client.send(format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{more}\r\n").as_bytes());
        client
    };
    let mut events = ask("/public/events", "Accept: text/event-stream\r\n");
    assert_eq!(events.head().unwrap().status, 200);
    events.until(b"data: one\n\n");
    // This takes the second that the stream is silent for.
    assert_eq!(ask("/public/slow", "").response().status, 504);
    stream.open();
    events.until(b"data: two\n\n");
    never.open();
}

#[test]
fn what_a_signed_in_person_is_refused_for_is_in_the_audit_log_and_a_stranger_is_not_i8() {
    let world = World::start();
    let (refused, _) = world.check(&Row::refused("I-8", &[400], get("/a%2fb", FULL)));
    let id = refused.header("x-request-id").expect("a request id").to_owned();
    world.check(&Row::refused("I-8", &[400], get("/a%2fb", FULL)));
    world.check(&Row::refused("I-8", &[400], get("/stranger%2fb", "")));
    let refusals = || -> Vec<serde_json::Value> {
        let tail = world.gateway.cli_ok(&["--json", "audit", "tail", "--limit", "100"], "");
        let records = tail.lines().map(|line| serde_json::from_str(line).expect("a record"));
        records.filter(|r: &serde_json::Value| r["kind"] == "request_refused").collect()
    };
    eventually("both refusals in the audit log", || {
        let counts = refusals().into_iter();
        counts.map(|r| r["detail"]["count"].as_str().map_or(0, |n| n.parse().unwrap())).sum::<u32>()
            == 2
    });
    let first = refusals().remove(0);
    assert_eq!(first["request_id"], id.as_str(), "{first}");
    assert_eq!(
        (&first["site"], &first["detail"]["reason"]),
        (&"console".into(), &"path_ambiguous".into())
    );
    assert_eq!(first["actor"]["kind"], "subject");
    assert!(refusals().iter().all(|record| record["actor"]["kind"] == "subject"));
}
