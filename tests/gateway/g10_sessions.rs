//! G10: sessions, cookies, forged forms, redirects.

use std::collections::BTreeSet;

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::form_of;
use crate::support::browser::location;
use crate::support::find;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::html::Form;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::support::recorder::Recorder;
use crate::support::row::Row;
use crate::support::row::get;
use crate::support::row::request;
use crate::support::world::FULL;
use crate::support::world::World;

/// Looks like a session token and is none.
const PLANTED: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[test]
fn every_rise_makes_a_new_session_and_kills_the_old_a205() {
    let recorder = Recorder::start();
    let mut person = Person::named("alice");
    let gateway = Gateway::start(&Setup::before(recorder.address()), &[&person]);
    let mut browser = Browser::new(&gateway);
    browser.set_session(PLANTED);
    browser.password(&person, "/");
    let after_password = browser.session().unwrap().to_owned();
    assert_ne!(after_password, PLANTED, "A-205: a planted session survived");
    browser.enrol(&mut person);
    let after_enrolment = browser.session().unwrap().to_owned();
    assert_ne!(after_enrolment, after_password, "A-205");
    assert!(browser.gets_through());
    for dead in [PLANTED, &after_password] {
        let mut old = Browser::new(&gateway);
        old.set_session(dead);
        assert!(!old.gets_through(), "A-205: an earlier session id still works");
        let page = old.get(&format!("{PAGES}/challenge"));
        assert_ne!(page.status, 200, "A-205: an earlier session id still counts");
    }
    assert_eq!(recorder.count(), 1);
}

#[test]
fn a_password_alone_opens_nothing_a206() {
    let world = World::start();
    let mut half = Browser::new(&world.gateway);
    let answer = half.password(&world.person, "/x");
    assert!(location(&answer).starts_with(&format!("{PAGES}/challenge")));
    let before = world.recorder.count();
    let flags = "X-MFA: done\r\nCookie: portcullis-mfa=1; aal=2; mfa=true\r\n";
    for target in ["/", "/x", "/admin", "/api/x", "/x?mfa=1&aal=2"] {
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"] {
            assert_eq!(half.request(method, target, "", "").status, 401, "A-206 {method} {target}");
            assert_eq!(half.request(method, target, flags, "").status, 401, "A-206 {target}");
        }
        let page = half.get(target);
        assert!(location(&page).starts_with(&format!("{PAGES}/challenge")), "A-206 {target}");
    }
    let upgrade = format!(
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://{HOST}\r\n"
    );
    let socket = half.request("GET", "/live", &upgrade, "");
    assert!([401, 403].contains(&socket.status), "A-206 websocket: {}", socket.status);
    for page in ["account", "codes", "enrol"] {
        let own = half.get(&format!("{PAGES}/{page}"));
        assert!([303, 401, 403, 405].contains(&own.status), "A-206 {page}: {}", own.status);
        assert!(!own.text().contains("totp-key"), "A-183: a second enrolment is offered");
    }
    assert_eq!(world.recorder.count(), before, "A-206");
}

#[test]
fn a_broken_cookie_is_no_cookie_a207() {
    let world = World::start();
    let good = world.session_pair();
    let (name, value) = good.split_once('=').unwrap();
    let mut flipped = value.to_owned();
    let last = if flipped.ends_with('A') { 'B' } else { 'A' };
    flipped.pop();
    flipped.push(last);
    let long = value.repeat(8192 / value.len() + 1);
    let values = [
        flipped.as_str(),
        &value[..value.len() - 1],
        &value[1..],
        "",
        "=",
        "==",
        "\"\"",
        "null",
        "undefined",
        "%00",
        "../../etc/passwd",
        &long[..8192],
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.",
        PLANTED,
        &format!("{value}{value}"),
        &format!("{value}="),
        &format!("{value}\u{e4}"),
    ];
    for value in values {
        let sent = get("/x", &format!("Cookie: {name}={value}\r\n"));
        // The longest makes a header line that is too long by itself.
        world.check(&Row::refused("A-207", &[400, 401, 431], sent));
    }
    let upper = get("/x", &format!("Cookie: {name}={}\r\n", value.to_ascii_uppercase()));
    world.check(&Row::refused("A-207", &[401], upper));
    let nul = get("/x", &format!("Cookie: {name}={value}\0\r\n"));
    world.check(&Row::refused("A-207", &[400], nul));
}

#[test]
fn two_cookies_of_our_name_are_none_and_are_cleared_a208() {
    let world = World::start();
    let name = world.gateway.session_cookie();
    for cookies in [
        format!("Cookie: @SESSION@; {name}={PLANTED}\r\n"),
        format!("Cookie: {name}={PLANTED}; @SESSION@\r\n"),
        format!("Cookie: @SESSION@\r\nCookie: {name}={PLANTED}\r\n"),
        "Cookie: @SESSION@; @SESSION@\r\n".to_owned(),
    ] {
        let row = Row::refused("A-208", &[400], get("/x", &cookies));
        let (response, _) = world.check(&row);
        let cleared = response
            .all("set-cookie")
            .iter()
            .any(|line| line.starts_with(&format!("{name}=;")) && line.contains("Max-Age=0"));
        assert!(cleared, "A-208: not cleared: {:?}", response.fields);
    }
}

#[test]
fn only_the_exact_cookie_name_is_ours_a209() {
    for world in [World::start(), World::tls()] {
        let value = world.browser.session().unwrap();
        for cookie in [
            format!("__HOST-portcullis={value}"),
            format!("__host-portcullis={value}"),
            format!("__Secure-portcullis={value}"),
            format!("PORTCULLIS={value}"),
            format!("Portcullis={value}"),
            format!("xportcullis={value}"),
            format!("$Version=1; $portcullis={value}"),
            format!("={}={value}", world.gateway.session_cookie()),
            format!("portcullis ={value}"),
            format!("portcullis-visitor={value}"),
            if world.gateway.scheme() == "https" {
                format!("portcullis={value}")
            } else {
                format!("__Host-portcullis={value}")
            },
        ] {
            let sent = get("/x", &format!("Cookie: {cookie}\r\n"));
            world.check(&Row::refused("A-209", &[400, 401], sent));
        }
    }
}

#[test]
fn the_session_cookie_is_host_bound_over_tls() {
    let world = World::tls();
    let mut browser = Browser::new(&world.gateway);
    let answer = browser.password(&world.person, "/");
    let lines = answer.all("set-cookie");
    let line = lines.iter().find(|line| line.starts_with("__Host-portcullis=")).unwrap();
    for attribute in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(line.contains(attribute), "{attribute} in {line}");
    }
    assert!(!line.contains("Domain"), "{line}");
    assert!(lines.iter().all(|line| line.starts_with("__Host-")), "{lines:?}");
}

#[test]
fn signing_out_ends_the_session_at_once_a210() {
    let mut world = World::start();
    let old = world.session_pair();
    let mut before = world.browser.clone();
    assert!(before.gets_through());
    let account = before.get(&format!("{PAGES}/account"));
    assert!(account.header("cache-control").unwrap().contains("no-store"), "A-210");
    let answer = world.browser.sign_out();
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert!(world.browser.session().is_none(), "A-210: the cookie is kept");
    assert!(!before.gets_through(), "A-210: the session lives on");
    let mut client = world.gateway.connect();
    client.send(get("/x", &format!("Cookie: {old}\r\n")).as_bytes());
    assert_eq!(client.response().status, 401, "A-210");
    world.gateway.restart();
    let mut later = before.moved_to(&world.gateway);
    assert!(!later.gets_through(), "A-210: a restart revived the session");
}

#[test]
fn a_session_survives_a_restart() {
    let mut world = World::start();
    world.gateway.restart();
    assert!(world.browser.moved_to(&world.gateway).gets_through());
    world.gateway.kill9();
    world.gateway.run();
    assert!(world.browser.moved_to(&world.gateway).gets_through());
}

/// Ways to send a form that its own page would never use.
fn forgeries(form: &Form, foreign: &str) -> Vec<(&'static str, Form, &'static str)> {
    const OWN: &str = "Origin: http://console.test\r\nSec-Fetch-Site: same-origin\r\n";
    vec![
        ("no token", form.clone().without("csrf"), OWN),
        ("empty token", form.clone().with("csrf", ""), OWN),
        ("foreign token", form.clone().with("csrf", foreign), OWN),
        (
            "cross-site origin",
            form.clone(),
            "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n",
        ),
        ("null origin", form.clone(), "Origin: null\r\n"),
        ("cross-site fetch", form.clone(), "Sec-Fetch-Site: cross-site\r\n"),
        ("same-site fetch", form.clone(), "Sec-Fetch-Site: same-site\r\n"),
        ("other port", form.clone(), "Origin: http://console.test:1\r\n"),
    ]
}

fn refused(answer: &Response, context: &str) {
    let status = answer.status;
    assert!([400, 403, 405, 415].contains(&status), "{context}: {status} {}", answer.text());
}

#[test]
fn a_form_counts_only_from_its_own_page_a213_a214() {
    let world = World::start();
    let mut other = Browser::new(&world.gateway);
    let foreign = other.form("sign-in").field("csrf").unwrap().to_owned();
    // Signing in with the attacker's credentials.
    let mut fresh = Browser::new(&world.gateway);
    let sign_in = fresh
        .form("sign-in")
        .with("login", &world.person.login)
        .with("password", &world.person.password);
    for (how, form, headers) in forgeries(&sign_in, &foreign) {
        let mut browser = fresh.clone();
        refused(&browser.submit_with(&form, headers), &format!("A-214 {how}"));
        assert!(browser.session().is_none(), "A-214 {how}: signed in");
    }
    let mut cookieless = Browser::new(&world.gateway);
    refused(&cookieless.submit(&sign_in), "A-214 without the visitor cookie");
    assert!(cookieless.session().is_none(), "A-214: signed in without the visitor cookie");
    // Signing somebody out.
    let mut signed_in = world.browser.clone();
    let account = signed_in.get(&format!("{PAGES}/account"));
    let sign_out = form_of(&account, "sign-out");
    for (how, form, headers) in forgeries(&sign_out, &foreign) {
        refused(&signed_in.clone().submit_with(&form, headers), &format!("A-213 {how}"));
        assert!(signed_in.gets_through(), "A-213 {how}: signed out");
    }
}

#[test]
fn a_read_changes_nothing_and_only_forms_are_forms_a213() {
    let world = World::start();
    let mut browser = world.browser.clone();
    let account = browser.get(&format!("{PAGES}/account"));
    let form = form_of(&account, "sign-out");
    let query = format!("{PAGES}/sign-out?{}", form.encoded());
    for method in ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"] {
        let answer = browser.clone().request(method, &query, "", "");
        assert_ne!(answer.status, 500);
        assert!(browser.gets_through(), "A-213: {method} signed out");
    }
    let token = form.field("csrf").unwrap();
    let own = "Origin: http://console.test\r\nSec-Fetch-Site: same-origin\r\n";
    for (kind, body) in [
        ("text/plain", form.encoded()),
        ("text/plain", format!("{{\"csrf\":\"{token}\"}}")),
        ("application/json", format!("{{\"csrf\":\"{token}\"}}")),
        ("", form.encoded()),
    ] {
        let kind =
            if kind.is_empty() { String::new() } else { format!("Content-Type: {kind}\r\n") };
        let headers = format!("{own}{kind}");
        let target = format!("{PAGES}/sign-out");
        let answer = browser.clone().request("POST", &target, &headers, &body);
        refused(&answer, &format!("A-213 {kind}"));
        assert!(browser.gets_through(), "A-213 {kind}: signed out");
    }
    let twice = format!("{}&csrf={token}", form.encoded());
    let headers = format!("{own}Content-Type: application/x-www-form-urlencoded\r\n");
    let answer = browser.clone().request("POST", &format!("{PAGES}/sign-out"), &headers, &twice);
    refused(&answer, "A-050: a field given twice");
}

#[test]
fn a_token_of_one_session_is_worth_nothing_in_another_a213() {
    let world = World::start();
    let [mut first, mut second] = [(); 2].map(|()| Browser::new(&world.gateway));
    first.password(&world.person, "/");
    second.password(&world.person, "/");
    let form = first
        .form("challenge")
        .with("method", "backup_code")
        .with("code", &world.person.backup_codes[0]);
    refused(&second.submit(&form), "A-213: a token of another session");
    assert!(!second.gets_through(), "A-213");
    assert_eq!(first.submit(&form).status, 303, "the code is not consumed");
}

#[test]
fn the_way_back_never_leaves_the_site_a216_a217() {
    let world = World::start();
    let mut browser = Browser::new(&world.gateway);
    for next in [
        "//evil.example",
        "/%5cevil.example",
        "/%09/evil.example",
        "/%2fevil.example",
        "https:evil.example",
        "https://evil.example/",
        "http://console.test.evil.example",
        "javascript:alert(1)",
        "%01//evil",
        "@evil.example",
        "%5c%5cevil.example",
        "%2f%2fevil.example",
        "/%252f/evil.example",
        "",
        "/%0d%0aSet-Cookie:%20stolen=1",
        "/%00",
        "evil",
        "%20//evil.example",
        "///evil.example",
        "/%5c/evil.example",
        "/x%0aLocation:%20https://evil.example",
    ] {
        let page = browser.get(&format!("{PAGES}/sign-in?next={next}"));
        if page.status == 400 {
            continue;
        }
        assert_eq!(page.status, 200, "A-216 {next}");
        let kept = form_of(&page, "sign-in").field("next").unwrap().to_owned();
        assert_eq!(kept, "/", "A-216 {next}");
        let cookies = page.all("set-cookie").concat();
        assert!(!cookies.contains("stolen"), "A-217 {next}: {cookies}");
    }
    let good = browser.get(&format!("{PAGES}/sign-in?next=/x%3Fy=1%26z=2"));
    assert_eq!(form_of(&good, "sign-in").field("next"), Some("/x?y=1&z=2"));
}

#[test]
fn a_tampered_way_back_leads_home_and_a_good_one_leads_on_a216() {
    let recorder = Recorder::start();
    let mut people: Vec<_> = ["alice", "bob"].map(Person::named).into();
    let all: Vec<_> = people.iter().collect();
    let gateway = Gateway::start(&Setup::before(recorder.address()), &all);
    for (person, next, expected) in
        [(0, "//evil.example/\r\nX: y", "/"), (1, "/reports?month=3", "/reports?month=3")]
    {
        let person = &mut people[person];
        let mut browser = Browser::new(&gateway);
        let form = browser
            .form("sign-in")
            .with("next", next)
            .with("login", &person.login)
            .with("password", &person.password);
        let answer = browser.submit(&form);
        assert!(location(&answer).starts_with(PAGES), "A-216");
        let done = browser.enrol(person);
        assert_eq!(location(&done), expected, "A-216 {next}");
    }
}

#[test]
fn a_session_token_is_long_random_and_only_its_hash_is_kept_a226() {
    let mut world = World::start();
    let mut tokens = BTreeSet::from([world.browser.session().unwrap().to_owned()]);
    for _ in 0..3 {
        let mut browser = Browser::new(&world.gateway);
        browser.password(&world.person, "/");
        let token = browser.session().unwrap().to_owned();
        assert!(token.len() >= 22, "A-226: less than 128 bits: {token}");
        assert!(tokens.insert(token), "A-226: a token twice");
    }
    world.gateway.sigterm();
    assert!(world.gateway.exited().success());
    let files = files_under(&world.gateway.path("data"));
    assert!(!files.is_empty(), "no data directory");
    for (path, bytes) in files {
        for token in &tokens {
            let found = find(&bytes, token.as_bytes()).is_some();
            assert!(!found, "A-226: a session token in {}", path.display());
        }
    }
}

/// Every file under a directory with its content.
pub(crate) fn files_under(directory: &std::path::Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut directories = vec![directory.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.is_file() {
                files.push((path.clone(), std::fs::read(path).unwrap()));
            }
        }
    }
    files
}

#[test]
fn an_unsigned_request_with_a_body_is_refused_before_the_upstream_hears_of_it() {
    let world = World::start();
    let sent = request("POST", "/x", "Content-Length: 5\r\n") + "hello";
    world.check(&Row::refused("A-058", &[401], sent));
    let kept = request("POST", "/x", &format!("{FULL}Content-Length: 5\r\n")) + "hello";
    let (_, seen) = world.check(&Row::forwarded("A-058", kept));
    assert_eq!(seen[0].body, b"hello");
}

#[test]
fn a_service_workers_script_is_refused_unless_the_site_allows_it_a221() {
    let world = World::start();
    let sent = get("/worker.js", &format!("{FULL}Service-Worker: script\r\n"));
    world.check(&Row::refused("A-221", &[403], sent.clone()));
    let world =
        World::with(Recorder::start(), |setup| setup.site_line("allow_service_workers: true"));
    world.check(&Row::forwarded("A-221", sent));
}
