//! The HTTP API: who is let in, what they are told, and that it is what it says of itself. Who may do what is in
//! `matrix.rs`.

use serde_json::Value;

use crate::support::api::API;
use crate::support::api::Description;
use crate::support::api::HERE;
use crate::support::api::Script;
use crate::support::api::csrf;
use crate::support::api::problem;
use crate::support::api::token;
use crate::support::api::told;
use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::html;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::support::recorder::Recorder;

/// A gateway in front of a console that takes tokens at `/m`, with `alice`, an owner, and these people besides.
fn gateway(recorder: &Recorder, people: &[&Person]) -> (Gateway, Person) {
    let alice = Person::named("alice");
    let setup = Setup::before(recorder.address());
    let setup = setup.site_line("  - { path: /m, require: service_token }");
    let everybody: Vec<&Person> = [&alice].into_iter().chain(people.iter().copied()).collect();
    (Gateway::start(&setup, &everybody), alice)
}

fn user(login: &str) -> Person {
    Person::of_role(login, "user")
}

fn is_refused(answer: &Response, status: u16, name: &str) {
    assert_eq!(
        (answer.status, problem(answer).as_deref()),
        (status, Some(name)),
        "{}",
        answer.text()
    );
    let details = told(answer);
    assert_eq!(details["status"], status);
    assert_eq!(details["instance"].as_str(), answer.header("x-request-id"));
}

/// the console's scripts share our origin, and the browser adds the cookie to whatever they ask for.
#[test]
fn a_cookie_alone_is_worth_nothing_to_the_api_a271() {
    let recorder = Recorder::start();
    let (gateway, mut alice) = gateway(&recorder, &[]);
    let script = Script::signed_in(&gateway, &mut alice);
    assert_eq!(script.get("/me")["name"], "alice");
    let mut other = Browser::new(&gateway);
    other.sign_in(&mut alice);
    let foreign = csrf(&mut other).unwrap();
    let form = script.browser.clone().get(&format!("{PAGES}/account")).text();
    let of_forms = html::form(&form, &format!("{PAGES}/sign-out")).unwrap();
    let of_forms = of_forms.field("csrf").unwrap().to_owned();
    let own = script.shown.clone();
    let own_line = own.lines().next().unwrap();
    let lines = [
        String::new(),
        HERE.to_owned(),
        format!("Portcullis-CSRF: none\r\n{HERE}"),
        format!("Portcullis-CSRF: {foreign}\r\n{HERE}"),
        format!("Portcullis-CSRF: {of_forms}\r\n{HERE}"),
        format!("{own_line}\r\n{own}"),
        format!("{own_line}\r\n"),
        format!("{own_line}\r\nSec-Fetch-Site: cross-site\r\n"),
        format!("{own_line}\r\nSec-Fetch-Site: same-site\r\n"),
        format!("{own_line}\r\nOrigin: https://evil.example\r\n"),
        format!("{own}Origin: https://evil.example\r\n"),
        // What a page of another site can send without asking (CORS).
        "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\nContent-Type: text/plain\r\n"
            .to_owned(),
    ];
    for (at, lines) in lines.iter().enumerate() {
        let ask = |method: &str, path: &str, body: &str| {
            let mut browser = script.browser.clone();
            let answer = browser.request(method, &format!("{API}{path}"), lines, body);
            let cors = answer.fields.iter().any(|(name, _)| name.starts_with("access-control"));
            assert!(!cors, "{at}: {:?}", answer.fields);
            is_refused(&answer, 403, "cross_site");
        };
        ask("GET", "/users", "");
        ask("GET", "/openapi.json", "");
        ask("GET", "/nothing", "");
        ask("POST", "/users", "{}");
    }
    let asked = "Origin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\n\
                 Access-Control-Request-Headers: portcullis-csrf\r\n";
    let preflight = script.browser.clone().request("OPTIONS", &format!("{API}/users"), asked, "");
    assert_eq!(preflight.status, 403);
    assert!(preflight.header("access-control-allow-origin").is_none());
    assert_eq!(recorder.count(), 0);
}

/// The page that tells the value is a document and no script's: A-220 holds for it.
#[test]
fn no_script_of_the_console_reads_the_value_that_opens_the_api_a271_a220() {
    let recorder = Recorder::start();
    let (gateway, mut alice) = gateway(&recorder, &[]);
    let mut browser = Browser::new(&gateway);
    browser.sign_in(&mut alice);
    let page = browser.get(&format!("{PAGES}/admin/api"));
    assert_eq!(page.header("cross-origin-opener-policy"), Some("same-origin"));
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
    // Its own window may ask with the value; no page of ours but this one may ask for anything.
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("connect-src 'self'") && !policy.contains("unsafe"), "{policy}");
    let other = browser.get(&format!("{PAGES}/admin"));
    assert!(!other.header("content-security-policy").unwrap().contains("connect-src"));
    assert_eq!(browser.fetch(&format!("{PAGES}/admin/api")).status, 403);
}

#[test]
fn a_token_and_a_session_are_never_taken_together() {
    let recorder = Recorder::start();
    let (gateway, mut alice) = gateway(&recorder, &[]);
    let mut script = Script::signed_in(&gateway, &mut alice);
    let program = Script::of_role(&gateway, "admin");
    assert_eq!(program.get("/me")["kind"], "program");
    script.shown.push_str(&program.shown);
    is_refused(&script.ask("GET", "/me", "", ""), 400, "two_credentials");
    let mut over = program.clone();
    over.browser.set_session("over");
    is_refused(&over.ask("GET", "/me", "", ""), 400, "two_credentials");
    let nobody = Script { shown: String::new(), ..program };
    let answer = nobody.ask("GET", "/me", "", "");
    is_refused(&answer, 401, "unauthenticated");
    assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"console\""));
}

/// what was issued for a console gains nothing by this version, and what may act here opens no console.
#[test]
fn a_token_is_for_a_console_or_for_the_api_and_never_for_both_a115_a176() {
    let recorder = Recorder::start();
    let (gateway, _) = gateway(&recorder, &[]);
    let at_console = |token: &str| {
        let lines = format!("Portcullis-Token: {token}\r\n");
        Browser::new(&gateway).request("GET", "/m", &lines, "")
    };
    let console = token(&gateway, "console", &[]);
    assert_eq!(at_console(&console).status, 200);
    is_refused(
        &Script::with_token(&gateway, &console).ask("GET", "/me", "", ""),
        403,
        "token_scope",
    );

    for role in ["auditor", "help_desk", "admin"] {
        let program = Script::of_role(&gateway, role);
        assert_eq!(program.get("/me")["role"], role);
        let shown = program.shown.trim_start_matches("Portcullis-Token: ").trim_end();
        assert_eq!(at_console(shown).status, 403, "{role}");
    }
    assert_eq!(recorder.count(), 1);
    for role in ["user", "owner"] {
        let refused = gateway.cli(&["token", "add", "x", "--site", "console", "--role", role], "");
        assert!(!refused.status.success(), "{role}");
    }
}

/// networks, methods and paths of a token, its end and its state hold here as at consoles.
#[test]
fn a_token_is_good_here_for_its_scope_and_its_time_alone_a115() {
    let recorder = Recorder::start();
    let (mut gateway, _) = gateway(&recorder, &[]);
    let of = |name: &str, scope: &[&str]| {
        let scope = [&["--role", "admin"], scope].concat();
        Script::with_token(&gateway, &token(&gateway, name, &scope))
    };
    let users = format!("{API}/users");
    let narrow = of("narrow", &["--path", &users, "--method", "GET"]);
    assert_eq!(narrow.ask("GET", "/users", "", "").status, 200);
    is_refused(&narrow.ask("GET", "/tokens", "", ""), 403, "token_scope");
    is_refused(&narrow.ask("POST", "/users", "", ""), 403, "token_scope");
    let elsewhere = of("elsewhere", &["--network", "198.51.100.0/24"]);
    is_refused(&elsewhere.ask("GET", "/users", "", ""), 403, "token_scope");

    let (revoked, short) = (of("revoked", &[]), of("short", &["--expires", "60s"]));
    assert_eq!(revoked.ask("GET", "/users", "", "").status, 200);
    gateway.cli_ok(&["token", "disable", "revoked"], "");
    is_refused(&revoked.ask("GET", "/users", "", ""), 401, "token_invalid");
    gateway.cli_ok(&["token", "enable", "revoked"], "");
    assert_eq!(revoked.ask("GET", "/users", "", "").status, 200);
    gateway.cli_ok(&["token", "revoke", "revoked"], "");
    let answer = revoked.ask("GET", "/users", "", "");
    is_refused(&answer, 401, "token_invalid");
    let said = answer.header("www-authenticate").unwrap();
    assert_eq!(said, "Bearer realm=\"console\", error=\"invalid_token\"");

    assert_eq!(short.ask("GET", "/users", "", "").status, 200);
    gateway.restart_later(std::time::Duration::from_secs(61));
    let short = Script { browser: Browser::new(&gateway), ..short };
    is_refused(&short.ask("GET", "/users", "", ""), 401, "token_invalid");
}

/// whoever guesses tokens waits here as at consoles, and a right one is let in meanwhile.
#[test]
fn wrong_tokens_are_charged_at_the_api_as_at_consoles_a115() {
    let recorder = Recorder::start();
    let (gateway, _) = gateway(&recorder, &[]);
    let right = Script::of_role(&gateway, "auditor");
    let wrong = Script::with_token(&gateway, "pcs_x");
    let answers = (0..400).map(|_| wrong.ask("GET", "/me", "", ""));
    let waits = answers.into_iter().find(|answer| answer.status != 401).expect("no limit");
    is_refused(&waits, 429, "throttled");
    assert!(waits.header("retry-after").is_some());
    assert_eq!(right.get("/me")["role"], "auditor");
}

/// for whoever has no role here, and from elsewhere, nothing is there.
#[test]
fn where_the_administration_is_not_there_is_no_api_a262() {
    let recorder = Recorder::start();
    let mut alice = Person::named("alice");
    let networks = "networks: { office: [198.51.100.0/24] }\nadmin: { networks: [office] }\n";
    let gateway = Gateway::start(&Setup::before(recorder.address()).top(networks), &[&alice]);
    let mut browser = Browser::new(&gateway);
    browser.sign_in(&mut alice);
    for script in [Script::of(browser), Script::of_role(&gateway, "admin")] {
        for path in ["/me", "/users", "/nothing"] {
            is_refused(&script.ask("GET", path, "", ""), 404, "not_found");
        }
        let answer = script.ask("DELETE", "/me", "", "");
        is_refused(&answer, 404, "not_found");
        assert_eq!(answer.header("allow"), None);
    }
}

#[test]
fn what_is_not_there_is_told_to_whom_the_api_knows_with_the_methods_that_are() {
    let recorder = Recorder::start();
    let (gateway, _) = gateway(&recorder, &[]);
    let program = Script::of_role(&gateway, "auditor");
    is_refused(&program.ask("GET", "/nothing", "", ""), 404, "not_found");
    let answer = program.ask("DELETE", "/me", "", "");
    is_refused(&answer, 405, "method");
    assert_eq!(answer.header("allow"), Some("GET,HEAD"));
    let strange = Script { shown: String::new(), ..program };
    is_refused(&strange.ask("GET", "/nothing", "", ""), 401, "unauthenticated");
}

/// Also what never comes as far as the API itself.
#[test]
fn what_is_refused_on_the_way_is_told_in_the_same_form() {
    let recorder = Recorder::start();
    let (gateway, mut alice) = gateway(&recorder, &[]);
    let owner = Script::signed_in(&gateway, &mut alice);
    let described = Description::told_to(&owner);
    let long = format!("{{\"login\":\"{}\"}}", "x".repeat(70 * 1024));
    let answer = owner.ask("POST", "/users", "Content-Type: application/json\r\n", &long);
    is_refused(&answer, 413, "body");
    described.check(("/users", "post"), &answer);
    let page = "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\n";
    let answer = owner.ask("GET", "/me", &format!("{page}Cookie: portcullis=x\r\n"), "");
    is_refused(&answer, 400, "ambiguous_cookie");
    let twice = "Cookie: portcullis-visitor=a; portcullis-visitor=b\r\n";
    is_refused(&owner.ask("GET", "/me", &format!("{page}{twice}"), ""), 400, "ambiguous_cookie");
}

/// Every page of a list, by the `next` of the one before.
fn walk(script: &Script, path: &str, list: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut address = path.to_owned();
    loop {
        let answer = script.ask("GET", &address, "", "");
        assert_eq!(answer.status, 200, "{}", answer.text());
        let page = told(&answer);
        let items = page[list].as_array().unwrap();
        found.extend(items.iter().cloned());
        let Some(next) = page["next"].as_str() else { return found };
        let link = answer.header("link").expect("a link");
        let target = link.strip_prefix('<').and_then(|it| it.strip_suffix(">; rel=\"next\""));
        let target =
            target.and_then(|target| target.strip_prefix(API)).unwrap_or_else(|| panic!("{link}"));
        assert!(target.contains(next), "{link}");
        target.clone_into(&mut address);
    }
}

#[test]
fn lists_are_read_page_by_page_and_a_cursor_opens_its_own_list_alone() {
    let recorder = Recorder::start();
    let people: Vec<Person> = ["bob", "carol", "dave", "erin"].map(user).into_iter().collect();
    let (gateway, mut alice) = gateway(&recorder, &people.iter().collect::<Vec<_>>());
    let program = Script::of_role(&gateway, "auditor");
    for sort in ["login", "created", "last_sign_in", "standing"] {
        let all = walk(&program, &format!("/users?limit=2&sort={sort}"), "users");
        let mut logins: Vec<&str> = all.iter().map(|it| it["login"].as_str().unwrap()).collect();
        logins.sort_unstable();
        assert_eq!(logins, ["alice", "bob", "carol", "dave", "erin"], "{sort}");
    }
    let found = walk(&program, "/users?text=AR&role=user&limit=1", "users");
    assert_eq!(found.len(), 1);
    token(&gateway, "one", &[]);
    token(&gateway, "two", &[]);
    assert_eq!(walk(&program, "/tokens?limit=1", "tokens").len(), 3);
    for _ in 0..2 {
        Browser::new(&gateway).sign_in(&mut alice);
    }
    let mut third = Browser::new(&gateway);
    third.password(&alice, "/");
    assert_eq!(third.challenge("backup_code", &alice.backup_codes[0]).status, 303);
    let id = program.get("/users?text=alice")["users"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(walk(&program, "/sessions?limit=1", "sessions").len(), 3);
    assert_eq!(walk(&program, &format!("/users/{id}/sessions?limit=2"), "sessions").len(), 3);

    let cursor = program.get("/users?limit=1")["next"].as_str().unwrap().to_owned();
    let mut forged = cursor.clone().into_bytes();
    forged[0] = if forged[0] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).unwrap();
    for path in [
        format!("/users?after={forged}"),
        format!("/users?after={cursor}&role=user"),
        format!("/users?after={cursor}&sort=created"),
        format!("/tokens?after={cursor}"),
        "/users?after=Ym9i".to_owned(),
    ] {
        is_refused(&program.ask("GET", &path, "", ""), 400, "bad_cursor");
    }
    for path in [
        "/users?limit=0",
        "/users?limit=201",
        "/users?limit=1&limit=2",
        "/users?role=emperor",
        "/users?after=x&nothing=1",
        "/me?x=1",
        "/audit?from=0",
    ] {
        is_refused(&program.ask("GET", path, "", ""), 400, "bad_query");
    }
}

#[test]
fn the_audit_log_is_followed_without_a_gap_or_a_repetition() {
    let recorder = Recorder::start();
    let (gateway, _) = gateway(&recorder, &[]);
    let program = Script::of_role(&gateway, "auditor");
    let mut seen: Vec<u64> = Vec::new();
    let mut page = program.get("/audit?from=1&limit=2");
    for made in ["one", "two", "three", "four"] {
        token(&gateway, made, &[]);
        let records = page["records"].as_array().unwrap();
        seen.extend(records.iter().map(|it| it["seq"].as_u64().unwrap()));
        let next = page["next"].as_str().unwrap();
        page = program.get(&format!("/audit?limit=2&after={next}"));
    }
    assert!(seen.len() >= 6, "{seen:?}");
    assert_eq!(seen, (1..).take(seen.len()).collect::<Vec<u64>>());
    let last = program.get("/audit?limit=1");
    assert_eq!(last["records"][0]["kind"], "service_token_issued");
    let head = program.get("/audit/head");
    assert_eq!(head["seq"], last["records"][0]["seq"]);
    assert_eq!(head["hash"], last["records"][0]["hash"]);
}

/// A version covers what is changed, and not all that is told: nobody takes what was for what is.
#[test]
fn an_account_is_told_whole_each_time_with_the_version_that_is_acted_on() {
    let recorder = Recorder::start();
    let (gateway, _) = gateway(&recorder, &[&user("bob")]);
    let program = Script::of_role(&gateway, "help_desk");
    let id = program.get("/users?text=bob")["users"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/users/{id}");
    let first = program.ask("GET", &path, "", "");
    assert_eq!((first.status, told(&first)["login"].as_str()), (200, Some("bob")));
    let tag = first.header("etag").unwrap().to_owned();
    let again = |tag: &str| program.ask("GET", &path, &format!("If-None-Match: {tag}\r\n"), "");
    for known in [&tag, &format!("\"x\", W/{tag}"), "*"] {
        let answer = again(known);
        assert_eq!((answer.status, answer.header("etag")), (200, Some(tag.as_str())), "{known}");
    }
    gateway.cli_ok(&["user", "recovery-code", "bob", "--reason", "lost everything"], "");
    let open = again(&tag);
    assert_eq!((open.status, told(&open)["recovery_code_until"].is_string()), (200, true));
    assert_ne!(open.header("etag"), Some(tag.as_str()), "a way back in is part of what was seen");
    gateway.cli_ok(&["user", "disable", "bob"], "");
    let changed = again(&tag);
    assert_eq!((changed.status, told(&changed)["state"].as_str()), (200, Some("disabled")));
    is_refused(&program.ask("GET", "/users/nobody", "", ""), 404, "no_such_account");
}

/// What a program may not is in the audit log in its token's name, as what a person may not is: once a minute, counted.
#[test]
fn what_a_program_was_refused_is_in_the_audit_log_in_its_name_a258() {
    let recorder = Recorder::start();
    let (gateway, _) = gateway(&recorder, &[&user("bob")]);
    let program = Script::of_role(&gateway, "auditor");
    let id = program.get("/me")["id"].as_str().unwrap().to_owned();
    let bob = program.get("/users?text=bob")["users"][0]["id"].as_str().unwrap().to_owned();
    for _ in 0..3 {
        let path = format!("/users/{bob}/disable");
        is_refused(&program.ask("POST", &path, "If-Match: *\r\n", ""), 403, "not_allowed");
    }
    let records = || {
        let log = gateway.cli_ok(&["--json", "audit", "tail"], "");
        let records = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        records.filter(|it| it["kind"] == "request_refused").collect::<Vec<_>>()
    };
    crate::support::eventually("the record", || !records().is_empty());
    for record in records() {
        assert_eq!(record["actor"], serde_json::json!({ "kind": "token", "id": id }));
        assert_eq!(record["detail"]["reason"], "person_not_allowed");
        assert_eq!((&record["site"], &record["target"]), (&"console".into(), &Value::Null));
    }
}

/// The API is where the administration is, and a token for it elsewhere is of no use: whoever issues one is told.
#[test]
fn a_token_of_a_role_says_whether_the_api_is_where_it_is_for_a262() {
    let recorder = Recorder::start();
    let setup = Setup::before(recorder.address()).top("admin: { sites: [console] }\n");
    let gateway = Gateway::prepare(&setup);
    let other = format!(
        "  - name: other\n    hosts: [other.localhost]\n    origin: http://other.localhost\n    \
         upstream: http://{}\n    require: second_factor\nlog: {{",
        recorder.address()
    );
    gateway.configure(&setup.yaml().replacen("log: {", &other, 1));
    for (site, accepted) in [("console", true), ("other", false)] {
        let arguments = ["--json", "token", "add", site, "--site", site, "--role", "auditor"];
        let told: Value = serde_json::from_str(&gateway.cli_ok(&arguments, "")).unwrap();
        assert_eq!(told["accepted"], accepted, "{site}");
        let rotate = ["--json", "token", "rotate", site];
        let told: Value = serde_json::from_str(&gateway.cli_ok(&rotate, "")).unwrap();
        assert_eq!(told["accepted"], accepted, "{site}");
    }
    let said = gateway.cli_ok(&["token", "rotate", "other"], "");
    assert!(said.contains("admin.sites") && !said.contains("service_token"), "{said}");
}

/// What a program asks for is in the access log with its token's id.
#[test]
fn the_access_log_names_the_program_that_was_answered() {
    let recorder = Recorder::start();
    let (gateway, _) = gateway(&recorder, &[]);
    let program = Script::of_role(&gateway, "auditor");
    let id = program.get("/me")["id"].as_str().unwrap().to_owned();
    crate::support::eventually("the line", || {
        let lines = gateway.access_log();
        lines.iter().any(|line| line["machine"] == format!("token:{id}"))
    });
    assert!(!program.get("/tokens")["tokens"][0]["last_used"].is_null());
}

/// Everything that reads, as an auditor may, is what the description says it is; and the description is what is served.
#[test]
fn the_description_and_the_endpoints_are_the_same_and_answers_are_as_described() {
    let recorder = Recorder::start();
    let (gateway, mut alice) = gateway(&recorder, &[&user("bob")]);
    let program = Script::of_role(&gateway, "auditor");
    let described = Description::told_to(&program);
    let exported: Vec<Value> =
        serde_json::from_str(&gateway.cli_ok(&["--json", "endpoints"], "")).unwrap();
    let mut served: Vec<String> = exported
        .iter()
        .filter_map(|it| {
            let path = it["path"].as_str()?.strip_prefix("/api/v1")?;
            Some(format!("{} {path} {}", it["method"].as_str()?, it["guard"].as_str()?))
        })
        .collect();
    let mut said: Vec<String> = described
        .operations()
        .map(|(path, method, it)| {
            format!("{} {path} {}", method.to_uppercase(), it["x-act"].as_str().unwrap())
        })
        .collect();
    served.sort();
    said.sort();
    assert_eq!(served, said);
    assert_eq!(described.0["servers"][0]["url"], API);

    Browser::new(&gateway).sign_in(&mut alice);
    let id = program.get("/users?text=bob")["users"][0]["id"].as_str().unwrap().to_owned();
    let name = program.get("/tokens")["tokens"][0]["id"].as_str().unwrap().to_owned();
    let owner = Script::signed_in(&gateway, &mut alice);
    let nobody = Script { shown: String::new(), ..program.clone() };
    // What is taken out needs an owner and a reason: `audit_api.rs`, `people_table.rs`.
    let is_read =
        |(path, method, _): &(&str, &str, &Value)| *method == "get" && !path.ends_with("/export");
    for (path, method, _) in described.operations().filter(is_read) {
        let there = match path.split('/').nth(1) {
            Some("tokens") => &name,
            Some("sites") => "console",
            _ => &id,
        };
        for (script, status) in [(&program, 200), (&owner, 200), (&nobody, 401)] {
            let answer = script.ask("GET", &path.replace("{id}", there), "", "");
            assert_eq!(answer.status, status, "{path}: {}", answer.text());
            described.check((path, method), &answer);
        }
        let absent = program.ask("GET", &path.replace("{id}", "nothing"), "", "");
        described.check((path, method), &absent);
        let odd = program.ask("GET", &format!("{}?x=1", path.replace("{id}", there)), "", "");
        assert_eq!(odd.status, 400);
        described.check((path, method), &odd);
    }
}
