//! Knowing beforehand: `explain` says what the gateway then does, `explain --replay` what other rules would
//! have done, `check` whom they would break.

use serde_json::Value;

use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::person::Person;
use crate::support::raw_client::RawClient;
use crate::support::recorder::Recorder;
use crate::support::world::World;

const NETWORKS: &str = "networks:\n  here: [127.0.0.0/8]\n  office: [203.0.113.0/24]\n  \
    branch: [203.0.113.128/25]\n";

fn setup(setup: Setup) -> Setup {
    setup
        .site_line("  - { path: /reports, require: { networks: [here], max_age: 15m } }")
        .site_line("  - path: /m")
        .site_line("    require: { any_of: [{ proof: network, networks: [office], identity: network }, { proof: second_factor }] }")
        .site_line("  - { path: /agents, require: { groups: [agents] } }")
        .site_line("  - { path: /tokens, require: service_token }")
        .top(NETWORKS)
}

fn world() -> World {
    World::with(Recorder::start(), setup)
}

fn json(gateway: &Gateway, arguments: &[&str]) -> Value {
    let arguments = [&["--json"], arguments].concat();
    serde_json::from_str(&gateway.cli_ok(&arguments, "")).unwrap()
}

fn outcome(gateway: &Gateway, arguments: &[&str]) -> (String, String) {
    let told = json(gateway, &[&["explain"], arguments].concat());
    let part = |name: &str| told["outcome"][name].as_str().unwrap().to_owned();
    (part("decision"), part("reason"))
}

/// The last line of the access log about a path.
fn logged(gateway: &Gateway, path: &str) -> Value {
    let line = || gateway.access_log().into_iter().rev().find(|line| line["path"] == path);
    eventually("a line in the access log", || line().is_some());
    line().unwrap()
}

#[test]
fn what_is_explained_is_what_the_gateway_then_does_s1_19() {
    let mut world = world();
    let user = ["--user", "alice"];
    for (path, by) in [
        ("/x", &[][..]),
        ("/x", &user),
        ("/public", &[]),
        ("/reports/1", &user),
        ("/reports/2", &[]),
        ("/m/1", &user),
        ("/agents/1", &user),
        ("/tokens/1", &user),
        ("/.portcullis/sign-in", &[]),
    ] {
        let arguments = [&["--address", "127.0.0.1", "--path", path], by].concat();
        let (decision, reason) = outcome(&world.gateway, &arguments);
        let before = world.gateway.access_log().len();
        if by.is_empty() {
            let mut client = world.gateway.connect();
            client.send(format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n").as_bytes());
            client.response();
        } else {
            world.browser.fetch(path);
        }
        eventually("its line", || world.gateway.access_log().len() > before);
        let line = logged(&world.gateway, path);
        assert_eq!(line["decision"], decision.as_str(), "{path} {by:?}: {line}");
        if decision == "refuse" {
            assert_eq!(line["refusal"], reason.as_str(), "{path} {by:?}");
        }
    }
}

#[test]
fn an_explanation_names_every_condition_and_what_the_console_would_be_told_s1_19() {
    let world = world();
    let gateway = &world.gateway;
    let url = format!("http://{HOST}/m/7?x=1");
    let told = json(gateway, &["explain", &url, "--address", "203.0.113.200"]);
    assert_eq!(told["client"]["network"], "branch");
    assert_eq!(told["client"]["inside"], serde_json::json!(["branch", "office"]));
    assert_eq!(told["outcome"]["reason"], "as network:office");
    assert_eq!(told["route"]["name"], "/m");
    let alternatives = &told["requirements"][0]["alternatives"];
    assert_eq!(alternatives[0]["conditions"][0]["answer"], "hit");
    assert_eq!(alternatives[1]["conditions"][0]["answer"], "miss");
    assert_eq!(told["console"]["claims"]["sub"], "network:office");
    assert!(told["console"]["claims"].get("jti").is_none());
    let elsewhere = ["--path", "/reports", "--address", "198.51.100.1", "--user", "alice"];
    assert_eq!(
        outcome(gateway, &elsewhere),
        ("refuse".to_owned(), "network_not_allowed".to_owned())
    );
    let old =
        ["--path", "/reports", "--address", "127.0.0.1", "--user", "alice", "--proved-ago", "20m"];
    assert_eq!(outcome(gateway, &old), ("challenge".to_owned(), "fresh_proof".to_owned()));
    let half = ["--address", "127.0.0.1", "--user", "alice", "--password-only"];
    assert_eq!(outcome(gateway, &half), ("challenge".to_owned(), "second_factor".to_owned()));
    let text = gateway.cli_ok(&["explain", "--address", "127.0.0.1", "--user", "alice"], "");
    for said in [
        "in here",
        "forward: as alice",
        "x-forwarded-user: alice",
        "\"preferred_username\": \"alice\"",
    ] {
        assert!(text.contains(said), "{said} in\n{text}");
    }
}

/// What the console gets is what was foretold, apart from what is made for each request.
#[test]
fn the_console_is_told_what_was_foretold_s1_19() {
    let mut world = world();
    let told = json(&world.gateway, &["explain", "--address", "127.0.0.1", "--user", "alice"]);
    world.browser.fetch("/");
    let seen = world.recorder.requests();
    let request = seen.last().unwrap();
    for header in told["console"]["headers"].as_array().unwrap() {
        let (name, value) = (header[0].as_str().unwrap(), header[1].as_str().unwrap());
        let sent = request.values(name);
        assert_eq!(sent.len(), 1, "{name}");
        if !value.contains('(') {
            assert_eq!(sent[0], value, "{name}");
        }
    }
}

#[test]
fn wrong_questions_end_with_64_and_every_answer_with_0() {
    let recorder = Recorder::start();
    let gateway = Gateway::prepare(&setup(Setup::before(recorder.address())));
    for wrong in [
        &["explain"][..],
        &["explain", "--address", "nowhere"],
        &["explain", "ftp://x/", "--address", "127.0.0.1"],
        &["explain", "--address", "127.0.0.1", "--path", "x"],
        &["explain", "--address", "127.0.0.1", "--host", "a b"],
        &["explain", "--replay", "no-such-file"],
        &["explain", "--address", "127.0.0.1", "--password-only"],
    ] {
        assert_eq!(gateway.cli(wrong, "").status.code(), Some(64), "{wrong:?}");
    }
    for refused in [
        &["explain", "--address", "127.0.0.1", "--host", "unknown.example"][..],
        &["explain", "--address", "127.0.0.1", "--path", "/a/../b", "--method", "POST"],
        &["explain", "--address", "127.0.0.1", "--path", "/tokens"],
    ] {
        gateway.cli_ok(refused, "");
    }
}

#[test]
fn a_replay_names_who_would_be_decided_otherwise_and_nobody_else_s1_19() {
    let mut world = world();
    world.browser.fetch("/x");
    world.browser.fetch("/y/123");
    let mut client = RawClient::plain(world.gateway.http());
    for path in ["/public/a", "/public/b"] {
        client.send(
            format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: meter/1\r\n\r\n")
                .as_bytes(),
        );
        client.response();
    }
    eventually("the lines", || {
        let log = world.gateway.access_log();
        ["/x", "/y/123", "/public/a", "/public/b"]
            .iter()
            .all(|path| log.iter().any(|line| line["path"] == *path))
    });
    let log = world.gateway.path("access.log").display().to_string();
    let same = json(&world.gateway, &["explain", "--replay", &log]);
    assert_eq!(same["totals"]["changed"], 0, "{same}");
    assert!(same["totals"]["same"].as_u64().unwrap() >= 4, "{same}");
    // Lines of somebody who is gone, and lines that are none.
    let mut text = std::fs::read_to_string(&log).unwrap();
    let alice = logged(&world.gateway, "/x")["subject"].as_str().unwrap().to_owned();
    let gone: Vec<String> = text
        .lines()
        .filter(|l| l.contains("\"/x\""))
        .map(|l| l.replace(&alice, "gone-1"))
        .collect();
    text += &gone.concat();
    text += "\nnonsense\n";
    let mangled = world.gateway.path("mangled.log");
    std::fs::write(&mangled, text).unwrap();
    let stricter = world
        .gateway
        .setup_yaml()
        .replace("path: /public, require: open", "path: /public, require: second_factor")
        .replace(
            "require: second_factor\n    routes:",
            "require: { networks: [office] }\n    routes:",
        );
    world.gateway.configure(&stricter);
    let mangled = mangled.display().to_string();
    let told = json(&world.gateway, &["explain", "--replay", &mangled]);
    assert_eq!(
        (&told["totals"]["bad"], &told["totals"]["of_gone_accounts"]),
        (&1.into(), &1.into())
    );
    assert_eq!(told["totals"]["gone_accounts"]["gone-1"], 1);
    let groups = told["groups"].as_array().unwrap();
    let find = |path: &str| {
        groups.iter().find(|g| g["path"] == path).unwrap_or_else(|| panic!("{path}: {told}"))
    };
    let person = find("/y/*");
    assert_eq!(
        (&person["from"], &person["to"]),
        (&"forward".into(), &"refuse: network_not_allowed".into())
    );
    assert_eq!(
        (&person["users"]["alice"], &person["clients"]),
        (&1.into(), &serde_json::json!({}))
    );
    let program = find("/public/a");
    assert_eq!(
        (&program["from"], &program["to"]),
        (&"forward".into(), &"challenge: sign_in".into())
    );
    assert_eq!(
        (&program["clients"]["here"], &program["user_agent"]),
        (&1.into(), &"meter/1".into())
    );
    let text = world.gateway.cli_ok(&["explain", "--replay", &mangled, "--limit", "1"], "");
    assert!(text.contains("accounts that are gone, and are left out: gone-1"), "{text}");
    assert!(text.contains("more group(s)"), "{text}");
}

/// Asks as programs do.
fn programs(gateway: &Gateway, times: usize, target: &str) {
    for _ in 0..times {
        let mut client = gateway.connect();
        client.send(
            format!("GET {target} HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: curl/8\r\n\r\n")
                .as_bytes(),
        );
        client.response();
    }
}

fn warnings(gateway: &Gateway) -> String {
    json(gateway, &["check"])["warnings"].to_string()
}

#[test]
fn check_names_the_programs_that_stricter_rules_would_break_s1_19() {
    let recorder = Recorder::start();
    let setup = setup(Setup::before(recorder.address()));
    let mut gateway = Gateway::start(&setup, &[]);
    programs(&gateway, 3, "/public/feed?key=canary-19");
    programs(&gateway, 12, "/x");
    gateway.sigterm();
    gateway.exited();
    let kept = gateway.path("data/store.sightings.json");
    let text = std::fs::read_to_string(&kept).unwrap();
    assert!(!text.contains("canary-19"), "{text}");
    let before = warnings(&gateway);
    assert!(!before.contains("/public"), "{before}");
    assert!(before.contains("network here asked 12 times"), "{before}");
    assert!(before.contains("asked for `sign_in` each time"), "{before}");
    let stricter =
        setup.yaml().replace("path: /public, require: open", "path: /public, require: aal2");
    gateway.configure(&stricter);
    let after = warnings(&gateway);
    assert!(
        after.contains("network here asked 3 times without signing in for route /public"),
        "{after}"
    );
    assert!(after.contains("curl/8): this configuration would break it"), "{after}");
    // It goes on counting from there.
    gateway.configure(&setup.yaml());
    gateway.run();
    programs(&gateway, 1, "/public/feed");
    gateway.sigterm();
    gateway.exited();
    gateway.configure(&stricter);
    assert!(warnings(&gateway).contains("network here asked 4 times"));
}

#[test]
fn people_and_what_they_open_are_no_programs_s1_19() {
    let mut world = world();
    world.browser.fetch("/x");
    let mut stranger = crate::support::browser::Browser::new(&world.gateway);
    stranger.get("/x");
    world.gateway.sigterm();
    world.gateway.exited();
    let kept = world.gateway.path("data/store.sightings.json");
    let text = std::fs::read_to_string(kept).unwrap_or_default();
    assert!(!text.contains("\"/x\""), "{text}");
}

#[test]
fn check_says_when_it_would_keep_out_whoever_runs_it() {
    let recorder = Recorder::start();
    let setup = setup(Setup::before(recorder.address()));
    let gateway = Gateway::prepare(&setup);
    let check = |yaml: &str, from: Option<&str>| {
        gateway.configure(yaml);
        String::from_utf8(gateway.cli_from(&["check"], "", from).stdout).unwrap()
    };
    let near = "203.0.113.9 50000 10.0.0.1 22";
    let far = "198.51.100.9 50000 10.0.0.1 22";
    let fenced = setup.yaml() + "connections: { allow: [office] }\n";
    assert!(!check(&fenced, None).contains("keeps you"));
    assert!(!check(&fenced, Some(near)).contains("keeps you"));
    let said = check(&fenced, Some(far));
    assert!(
        said.contains("`connections` keeps you (198.51.100.9, by SSH) out, by `allow`"),
        "{said}"
    );
    let narrow = setup.yaml().replace(
        "require: second_factor\n    routes:",
        "require: { networks: [office] }\n    routes:",
    );
    let said = check(&narrow, Some(far));
    assert!(said.contains("`require` of site console keeps you"), "{said}");
}

#[test]
fn rules_that_change_nothing_are_told() {
    let recorder = Recorder::start();
    let setup = setup(Setup::before(recorder.address()))
        .site_line("  - path: /idle")
        .site_line("    require: { any_of: [{ proof: second_factor }, { groups: [agents] }] }")
        .site_line("  - { path: /dead, require: { networks: [branch] } }")
        .site_line("  - { path: /same, require: aal2, report_only: aal2 }")
        .top("connections: { deny: [branch], allow: [office, branch] }\n");
    let gateway = Gateway::prepare(&setup);
    let said = gateway.cli_ok(&["check"], "");
    for (place, what) in [
        ("routes[7].require.any_of[1]: ", "another alternative holds wherever this one does"),
        ("routes[8].require.networks: ", "all of these are denied by `connections`"),
        ("routes[9].report_only: ", "this is what is in force already"),
        ("connections.allow[1]: ", "this name is in `deny` too"),
    ] {
        assert!(
            said.lines().any(|line| line.contains(place) && line.contains(what)),
            "{place}{what} in\n{said}"
        );
    }
    assert_eq!(said.matches("warning: ").count(), 4 + 2, "plain HTTP and a script besides: {said}");
}

#[test]
fn a_token_is_explained_by_its_scope_s1_19() {
    let recorder = Recorder::start();
    let gateway = Gateway::prepare(&setup(Setup::before(recorder.address())));
    gateway.add(&Person::named("alice"));
    gateway.cli_ok(&["token", "add", "ci", "--site", "console", "--path", "/tokens/a"], "");
    let ask = |path: &str| {
        outcome(&gateway, &["--address", "127.0.0.1", "--token", "ci", "--path", path])
    };
    assert_eq!(ask("/tokens/a/x").0, "forward");
    assert_eq!(ask("/tokens/b"), ("refuse".to_owned(), "token_scope".to_owned()));
    assert_eq!(ask("/public").1, "as nobody");
    gateway.cli_ok(&["token", "disable", "ci"], "");
    assert_eq!(ask("/tokens/a/x"), ("refuse".to_owned(), "token_invalid".to_owned()));
}
