//! G8, G9: recovery codes and the switch, as an operator gives them to a running gateway.

use serde_json::Value;

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::location;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::person::Person;
use crate::support::recorder::Recorder;

fn town(top: &str, people: &[&Person]) -> (Gateway, Recorder) {
    let recorder = Recorder::start();
    let gateway = Gateway::start(&Setup::before(recorder.address()).top(top), people);
    (gateway, recorder)
}

/// Somebody of no particular role: owners have a switch of their own.
fn user(login: &str) -> Person {
    Person::of_role(login, "user")
}

#[test]
fn an_operators_recovery_code_lets_set_up_once_and_reaches_no_console_before_a177_a178_a180() {
    let mut person = Person::named("ada");
    let (gateway, recorder) = town("enforcement: { unenrolled: recovery_code }", &[&person]);
    let mut browser = Browser::new(&gateway);
    browser.password(&person, "/");
    assert!(!browser.gets_through());
    let refused = gateway.cli(&["user", "recovery-code", "ada"], "");
    assert!(!refused.status.success(), "a reason is required");
    let printed =
        gateway.cli_ok(&["user", "recovery-code", "ada", "--reason", "seen in person"], "");
    let code = printed.lines().next().unwrap().to_owned();
    let form = browser.form("recovery").with("code", &code);
    assert_eq!(location(&browser.submit(&form)), format!("{PAGES}/enrol"));
    assert!(!browser.gets_through(), "it is for setting up a second factor");
    assert!(recorder.requests().is_empty(), "the console hears nothing of it");
    browser.enrol(&mut person);
    assert!(browser.gets_through());
    let log = gateway.cli_ok(&["--json", "audit", "tail"], "");
    for kind in ["recovery_code_issued", "recovery_code_used"] {
        assert!(log.contains(kind), "{kind}");
    }
    assert!(log.contains("seen in person") && !log.contains(&code));
}

#[test]
fn the_switch_holds_from_the_next_request_on_and_the_stricter_wins_a188_a189_s0_17() {
    let mut person = user("ada");
    let (gateway, _recorder) = town("enforcement: { mode: optional }", &[&person]);
    let mut browser = Browser::new(&gateway);
    let answer = browser.password(&person, "/");
    assert!(location(&answer).starts_with(&format!("{PAGES}/set-up")));
    assert!(browser.gets_through(), "nothing more is asked for");
    gateway.cli_ok(&["enforcement", "set", "--mode", "enforced"], "");
    assert!(!browser.gets_through());
    gateway
        .cli_ok(&["enforcement", "set", "--mode", "enforced", "--grace-until", "2099-12-31"], "");
    assert!(browser.gets_through(), "not yet");
    gateway.cli_ok(&["enforcement", "set", "--user", "ada", "--mode", "enforced"], "");
    assert!(!browser.gets_through(), "this account at once");
    browser.password(&person, "/");
    browser.enrol(&mut person);
    assert!(browser.gets_through());
}

#[test]
fn below_the_least_number_nothing_reaches_the_console_until_another_is_set_up() {
    let mut person = Person::named("ada");
    let top = "enforcement: { minimum_authenticators: 2 }";
    let (gateway, recorder) = town(top, &[&person]);
    let mut browser = Browser::new(&gateway);
    browser.password(&person, "/");
    browser.enrol(&mut person);
    assert!(!browser.gets_through());
    assert!(recorder.requests().is_empty(), "the console hears nothing of it");
    let page = browser.get("/berths");
    assert_eq!(location(&page), format!("{PAGES}/enrol?next=/berths"));
    let told = browser.fetch("/api/berths");
    assert_eq!(told.status, 401);
    assert!(told.text().contains(&format!("{PAGES}/enrol")), "{}", told.text());
    let choice = browser.page("enrol");
    assert!(choice.text().contains("id=\"why\""), "{}", choice.text());
    // The least number is that of now: a second app is enough.
    let mut second = Person::named("ada");
    let form = browser.begin_enrolment(&mut second);
    let code = second.next_code();
    let bound = browser.submit(&form.with("code", &code));
    assert!(["/", "/berths"].contains(&&*location(&bound)), "{}", bound.text());
    assert!(browser.gets_through());
    assert!(!recorder.requests().is_empty());
}

/// What `explain` says of somebody, as a word, and what the gate would do.
fn foretold(gateway: &Gateway, login: &str) -> (String, String) {
    let arguments = ["--json", "explain", "--address", "127.0.0.1", "--user", login];
    let told: Value = serde_json::from_str(&gateway.cli_ok(&arguments, "")).unwrap();
    let word = |value: &Value| value.as_str().unwrap_or("nothing").to_owned();
    (word(&told["second_factor"]["standing"]), word(&told["outcome"]["decision"]))
}

#[test]
fn explain_says_what_happens_to_whoever_has_no_second_factor_or_too_few_s1_19_a188() {
    let (mut ada, eve) = (user("ada"), user("eve"));
    let (gateway, _recorder) = town("enforcement: { mode: optional }", &[&ada, &eve]);
    let is = |login: &str, standing: &str, decision: &str| {
        assert_eq!(foretold(&gateway, login), (standing.to_owned(), decision.to_owned()));
    };
    is("eve", "offered", "forward");
    let mut browser = Browser::new(&gateway);
    browser.password(&eve, "/");
    assert!(browser.gets_through(), "and so it is");
    let later = browser.form("set-up");
    browser.submit(&later);
    is("eve", "free", "forward");
    let grace = ["enforcement", "set", "--mode", "enforced", "--grace-until", "2099-12-31"];
    gateway.cli_ok(&grace, "");
    is("eve", "offered", "forward");
    let arguments = ["explain", "--address", "127.0.0.1", "--user", "eve"];
    let text = gateway.cli_ok(&arguments, "");
    assert!(text.contains("let in until 2100-01-01T00:00:00"), "{text}");
    gateway.cli_ok(&["enforcement", "set", "--grace-until", "none"], "");
    is("eve", "enrol", "challenge");
    assert!(!browser.gets_through(), "and so it is");
    for (word, standing) in [("recovery_code", "recovery_code"), ("deny", "denied")] {
        gateway.cli_ok(&["enforcement", "set", "--unenrolled", word], "");
        is("eve", standing, "challenge");
    }
    let mut browser = Browser::new(&gateway);
    gateway.cli_ok(&["enforcement", "set", "--unenrolled", "enrol"], "");
    browser.sign_in(&mut ada);
    is("ada", "nothing", "forward");
}

#[test]
fn explain_says_who_has_too_few_second_factors_s1_19() {
    let mut ada = Person::named("ada");
    let (gateway, _recorder) =
        town("enforcement: { mode: enforced, minimum_authenticators: 2 }", &[&ada]);
    let mut browser = Browser::new(&gateway);
    browser.password(&ada, "/");
    browser.enrol(&mut ada);
    assert_eq!(foretold(&gateway, "ada"), ("too_few".to_owned(), "challenge".to_owned()));
}
