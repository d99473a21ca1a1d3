//! G6: passwords. Who exists is nobody's business; guessing has one budget per account.

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::html::Form;
use crate::support::html::by_id;
use crate::support::passkey::question;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::support::recorder::Recorder;
use crate::support::smtp::MailServer;
use crate::support::smtp::Manner;
use crate::support::soft_authenticator::Way;

fn town(people: &[&Person]) -> (Gateway, Recorder) {
    let recorder = Recorder::start();
    let gateway = Gateway::start(&Setup::before(recorder.address()), people);
    (gateway, recorder)
}

/// Sends login and password in a new browser.
fn try_password(gateway: &Gateway, login: &str, password: &str) -> (Browser, Response) {
    let mut browser = Browser::new(gateway);
    let form = browser.form("sign-in").with("login", login).with("password", password);
    let answer = browser.submit(&form);
    (browser, answer)
}

fn wrong(gateway: &Gateway, login: &str) -> Response {
    let (browser, answer) = try_password(gateway, login, "not-the-password-of-anybody");
    assert!(browser.session().is_none(), "{login}: signed in");
    answer
}

/// The answer without what differs on every answer: date, request id, tokens, the name typed.
fn comparable(answer: &Response, login: &str) -> (u16, Vec<(String, String)>, String) {
    let mut body = answer.text().replace(login, "LOGIN");
    let mut variable: Vec<String> = by_id(&answer.text(), "request-id").into_iter().collect();
    if let Some(form) = crate::support::html::form(&answer.text(), &format!("{PAGES}/sign-in")) {
        variable.extend(form.field("csrf").map(ToOwned::to_owned));
    }
    for value in variable {
        body = body.replace(&value, "VARIABLE");
    }
    let fields = answer
        .fields
        .iter()
        .map(|(name, value)| {
            let name = name.to_ascii_lowercase();
            let value = match name.as_str() {
                "date" | "x-request-id" | "content-length" => String::new(),
                "set-cookie" => value.split_once('=').unwrap().0.to_owned(),
                _ => value.clone(),
            };
            (name, value)
        })
        .collect();
    (answer.status, fields, body)
}

#[test]
fn unknown_disabled_and_wrong_look_the_same_a120() {
    let people = ["alice", "bobby", "carol"].map(Person::named);
    let (gateway, _recorder) = town(&people.iter().collect::<Vec<_>>());
    gateway.cli_ok(&["user", "disable", "bobby"], "");
    let mut enrolled = Person::named("carol");
    Browser::new(&gateway).sign_in(&mut enrolled);
    let reference = comparable(&wrong(&gateway, "alice"), "alice");
    for login in ["bobby", "carol", "nobod"] {
        assert_eq!(comparable(&wrong(&gateway, login), login), reference, "A-120 {login}");
    }
    for login in ["a*)(u=*", "' OR 1=1--", "\0", "\u{202e}ecila"] {
        assert_eq!(wrong(&gateway, login).status, reference.0, "A-132 {login}");
    }
    // The right password of a disabled account tells nothing either.
    let (browser, answer) = try_password(&gateway, "bobby", &people[1].password);
    assert!(browser.session().is_none(), "a disabled account signs in");
    assert_eq!(comparable(&answer, "bobby"), reference, "A-120 disabled, right password");
}

#[test]
fn every_spelling_of_a_login_shares_one_budget_a124() {
    let person = Person::named("alice");
    let (gateway, _recorder) = town(&[&person]);
    for login in ["alice", "ALICE", "Alice", " alice", "alice "] {
        wrong(&gateway, login);
    }
    // Full-width letters fold to the same name (NFKC).
    let (browser, answer) = try_password(&gateway, "alice", &person.password);
    assert!(browser.session().is_none(), "A-124: a spelling has a budget of its own");
    assert_ne!(answer.status, 303, "A-124");
    let (browser, _) = try_password(&gateway, "\u{ff41}lice", &person.password);
    assert!(browser.session().is_none(), "A-124: NFKC");
}

#[test]
fn guesses_at_once_are_no_more_guesses_than_in_turn_a125() {
    let person = Person::named("alice");
    let (gateway, _recorder) = town(&[&person]);
    let start = std::sync::Barrier::new(60);
    std::thread::scope(|scope| {
        for n in 0..60 {
            let (gateway, start) = (&gateway, &start);
            scope.spawn(move || {
                let mut browser = Browser::new(gateway);
                let form = browser
                    .form("sign-in")
                    .with("login", "alice")
                    .with("password", &format!("wrong-password-number-{n}"));
                start.wait();
                let answer = browser.submit(&form);
                assert!(browser.session().is_none());
                assert!(answer.status < 500 || answer.status == 503, "A-125 {}", answer.status);
            });
        }
    });
    let (browser, answer) = try_password(&gateway, "alice", &person.password);
    assert!(browser.session().is_none(), "A-125: more guesses than the budget allows");
    assert_ne!(answer.status, 303, "A-125");
    let evaluated = gateway.metric(&["sign_in", "password", "wrong"]);
    assert!(evaluated <= 5.0, "A-125: {evaluated} guesses were evaluated");
}

#[test]
fn a_huge_password_is_refused_unread_a127() {
    let person = Person::named("alice");
    let (gateway, _recorder) = town(&[&person]);
    let (browser, answer) = try_password(&gateway, "alice", &"x".repeat(1024 * 1024));
    assert!(browser.session().is_none());
    assert_eq!(answer.status, 413, "A-127");
    let long = format!("{}{}", person.password, "x".repeat(5000));
    let (browser, answer) = try_password(&gateway, "alice", &long);
    assert!(browser.session().is_none(), "A-127");
    assert!(answer.status < 500, "A-127 {}", answer.status);
}

#[test]
fn every_byte_of_a_password_counts_and_normal_forms_are_one_a127() {
    let mut long = Person::named("long");
    long.password = format!("{}-the-end-matters", "k3-Quarry-".repeat(8));
    assert!(long.password.len() > 73);
    let mut umlaut = Person::named("umlaut");
    umlaut.password = "gr\u{fc}ne-Laternen-im-Steinbruch-7".to_owned();
    let (gateway, _recorder) = town(&[&long, &umlaut]);
    for (login, password, right) in [
        ("long", &long.password[..72], false),
        ("long", &format!("{}X", &long.password[..long.password.len() - 1]), false),
        ("long", &format!("{} ", long.password), false),
        ("long", &long.password, true),
        ("umlaut", "gru\u{308}ne-Laternen-im-Steinbruch-7", true),
        ("umlaut", "grune-Laternen-im-Steinbruch-7", false),
    ] {
        let (browser, answer) = try_password(&gateway, login, password);
        assert_eq!(browser.session().is_some(), right, "A-127 {password:?}: {}", answer.status);
    }
}

#[test]
fn an_empty_password_is_never_right_a131() {
    let person = Person::named("alice");
    let (gateway, _recorder) = town(&[&person]);
    for (login, password) in [("alice", ""), ("alice", " "), ("", ""), ("alice", "\0")] {
        let (browser, answer) = try_password(&gateway, login, password);
        assert!(browser.session().is_none(), "A-131");
        assert!(answer.status < 500, "A-131 {}", answer.status);
    }
}

#[test]
fn a_form_in_a_content_coding_is_never_unpacked_a099() {
    let alice = Person::named("alice");
    let (gateway, recorder) = town(&[&alice]);
    let headers = format!("Origin: http://{HOST}\r\nSec-Fetch-Site: same-origin\r\n");
    let send = |coding: &str| {
        let mut browser = Browser::new(&gateway);
        let form = browser.form("sign-in").with("login", "alice").with("password", &alice.password);
        let answer = browser.submit_with(&form, &format!("{headers}{coding}"));
        (answer.status, browser.session().is_some())
    };
    for coding in ["gzip", "br", "deflate", "zstd", "identity", "gzip, gzip"] {
        let said = format!("Content-Encoding: {coding}\r\n");
        assert_eq!(send(&said), (400, false), "A-099 {coding}");
    }
    assert_eq!(send(""), (303, true), "A-099: the same form as it is");
    assert_eq!(recorder.count(), 0, "A-099");
}

/// The answer as `comparable` has it, without the challenge that every page has anew.
fn told(answer: &Response, login: &str) -> (u16, Vec<(String, String)>, String) {
    let (status, fields, mut body) = comparable(answer, login);
    let page = format!("{PAGES}/sign-in/passkey");
    let asked = question(answer, "sign-in/passkey");
    assert!(asked["allowCredentials"].as_array().is_none_or(Vec::is_empty), "A-122: {asked}");
    let form = crate::support::html::form(&answer.text(), &page).unwrap();
    for value in asked["challenge"].as_str().into_iter().chain(form.field("csrf")) {
        body = body.replace(value, "VARIABLE");
    }
    (status, fields, body)
}

/// A-122: before the password is right, nobody is told which second factors somebody has.
#[test]
fn nothing_of_second_factors_is_told_before_the_password_a122() {
    let mail = MailServer::start(Manner::Bare);
    let mut people = ["alice", "bobby", "carol"].map(Person::named);
    let recorder = Recorder::start();
    let top = format!(
        "authenticators: {{ email: {{ enabled: true }} }}\nmail:\n  from: no-reply@console.test\n  \
         smtp:\n    host: localhost\n    port: {}\n    tls: none_on_loopback\n",
        mail.port()
    );
    let setup = Setup::before(recorder.address()).tls().top(&top);
    let gateway = Gateway::start(&setup, &people.each_ref());
    let way = Way::at(&format!("https://{HOST}"));
    Browser::new(&gateway).enrol_passkey(&mut people[0], &way);
    Browser::new(&gateway).sign_in(&mut people[1]);
    gateway.cli_ok(&["user", "contact", "set", "bobby", "email", "codes@mail.example"], "");
    let reference = told(&wrong(&gateway, "carol"), "carol");
    for login in ["alice", "bobby", "nobod"] {
        assert_eq!(told(&wrong(&gateway, login), login), reference, "A-122 {login}");
    }
    let mut stranger = Browser::new(&gateway);
    for page in [
        "challenge",
        "challenge?method=email",
        "challenge?method=passkey",
        "enrol",
        "recovery",
        "account",
    ] {
        let answer = stranger.get(&format!("{PAGES}/{page}"));
        let to = answer.header("location").unwrap_or_default();
        assert!(
            answer.status == 303 && to.starts_with(&format!("{PAGES}/sign-in")),
            "A-122 {page}: {to}"
        );
    }
    let token = stranger.form("sign-in");
    for act in ["challenge", "challenge/send", "enrol/send", "enrol/contact", "enrol/passkey"] {
        let form = Form { action: format!("{PAGES}/{act}"), fields: token.fields.clone() };
        let form = form.with("method", "email").with("login", "bobby");
        let answer = stranger.submit(&form);
        assert!((400..500).contains(&answer.status), "A-122 {act}: {}", answer.status);
        assert!(!answer.text().contains("mail.example"), "A-122 {act}");
    }
    assert!(mail.letters().iter().all(|letter| !letter.data.contains("codes@mail.example")));
}
