//! A path of the console that leads to the account page (`account_path`, S0.11): whom it leads, and that it leads
//! nobody past anything.

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::location;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::support::recorder::Recorder;

/// What a browser says of a navigation.
const NAVIGATION: &str = "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\n";

/// A console with the path, and somebody who has signed in there.
struct Town {
    gateway: Gateway,
    recorder: Recorder,
    person: Person,
    browser: Browser,
}

impl Town {
    fn with(lines: &[&str]) -> Self {
        let recorder = Recorder::start();
        let mut setup = Setup::before(recorder.address());
        for line in lines {
            setup = setup.site_line(line);
        }
        let setup = setup.site_line("account_path: /profile/security");
        let mut person = Person::named("alice");
        let gateway = Gateway::start(&setup, &[&person]);
        let mut browser = Browser::new(&gateway);
        browser.sign_in(&mut person);
        Self { gateway, recorder, person, browser }
    }

    /// An answer to the person, and whether the console was asked.
    fn asked(&self, line: &str, fields: &str) -> (Response, bool) {
        let before = self.recorder.requests().len();
        let cookie = self.browser.cookie_line();
        let mut client = self.gateway.connect();
        let head = format!("{line} HTTP/1.1\r\nHost: {HOST}\r\n{cookie}{fields}\r\n");
        client.send(head.as_bytes());
        let method = line.split(' ').next().unwrap();
        (client.response_to(method), self.recorder.requests().len() > before)
    }
}

#[test]
fn a_path_of_the_console_leads_people_to_their_account_page_s0_11() {
    let town = Town::with(&[]);
    for line in [
        "GET /profile/security",
        "HEAD /profile/security",
        "GET /profile/security/",
        "GET /profile/security?tab=2",
        "GET /profile/%73ecurity",
    ] {
        let (answer, reached) = town.asked(line, NAVIGATION);
        let canonical = !line.contains('%');
        let (status, target) = if canonical {
            (303, format!("{PAGES}/account"))
        } else {
            (308, "/profile/security".to_owned())
        };
        assert_eq!(
            (answer.status, answer.header("location")),
            (status, Some(target.as_str())),
            "{line}"
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{line}");
        assert!(!reached, "{line}");
    }
    let origin = format!("Origin: http://{HOST}\r\nContent-Length: 0\r\n");
    for (line, fields) in [
        ("GET /profile/security", "Sec-Fetch-Mode: cors\r\n"),
        ("GET /profile/security", "Accept: application/json\r\n"),
        ("POST /profile/security", &format!("{NAVIGATION}{origin}")),
        ("GET /profile", NAVIGATION),
        ("GET /profile/security/keys", NAVIGATION),
        ("GET /Profile/Security", NAVIGATION),
    ] {
        let (answer, reached) = town.asked(line, fields);
        assert!(answer.status == 200 && reached, "{line} {fields}: {}", answer.status);
    }
    let arguments = ["explain", "--address", "127.0.0.1", "--path", "/profile/security"];
    let told = town.gateway.cli_ok(&[&arguments[..], &["--user", "alice"]].concat(), "");
    assert!(told.contains(&format!("redirect: {PAGES}/account")), "{told}");
    let (answer, reached) = town.asked("GET /profile/security;v=1", NAVIGATION);
    assert!(answer.status == 400 && !reached, "two readings: {}", answer.status);
}

#[test]
fn who_is_not_signed_in_comes_to_the_account_page_by_way_of_signing_in_s0_11() {
    let mut town = Town::with(&[]);
    let mut browser = Browser::new(&town.gateway);
    let answer = browser.get("/profile/security");
    let answer = browser.follow(&answer);
    let next = location(&answer);
    assert_eq!(next, format!("{PAGES}/sign-in?next={PAGES}/account"));
    browser.password(&town.person, &format!("{PAGES}/account"));
    let code = town.person.next_code();
    let answer = browser.challenge("totp", &code);
    assert_eq!(location(&answer), format!("{PAGES}/account"));
    assert_eq!(browser.follow(&answer).status, 200);
    assert!(town.recorder.requests().iter().all(|seen| seen.target() != "/profile/security"));
}

#[test]
fn where_case_is_ignored_every_spelling_leads_there_and_who_may_not_come_is_not_led_s0_11() {
    let town = Town::with(&["case_insensitive_paths: true"]);
    let (answer, reached) = town.asked("GET /PROFILE/Security", NAVIGATION);
    assert!(answer.status == 303 && !reached, "{}", answer.status);
    let line = "  - { path: /profile, require: { networks: [elsewhere] } }";
    let recorder = Recorder::start();
    let setup = Setup::before(recorder.address()).top("networks: { elsewhere: [192.0.2.0/24] }\n");
    let setup = setup.site_line(line).site_line("account_path: /profile/security");
    let gateway = Gateway::start(&setup, &[]);
    let answer = Browser::new(&gateway).get("/profile/security");
    assert_eq!(answer.status, 403, "{}", answer.text());
}
