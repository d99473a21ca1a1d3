//! Consoles whose scripts sign in: name and second factor first, then the console's login, which must be the same
//! person's.

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::form_of;
use crate::support::browser::location;
use crate::support::legacy::Raises;
use crate::support::legacy::Town;
use crate::support::legacy::password_of;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::support::raw_client::Way;

const CONSOLE: &str = "\
first_factor:
      console_form:
        order: second_factor_first
        page: /login
        public: [=/style.css]
        login: { path: /auth/token, body: json, user_field: username }
        success: { status: [200], json: { access_token: \"*\" } }
        failure: { status: [403] }
    session_cookies: [SID]";

fn start() -> Town {
    Town::with(Raises::Renewed, CONSOLE)
}

/// Somebody who signs in for the first time: what they can do after it.
fn enrolled(town: &Town, user: &str) -> (Browser, Person) {
    let mut browser = town.browser();
    let mut person = Person::named(user);
    let told = script_login(&mut browser, user, &password_of(user));
    assert_eq!(told.status, 401, "{}", told.text());
    assert!(told.text().contains(&format!("{PAGES}/challenge")), "{}", told.text());
    assert!(!told.text().contains("access_token"), "the token is given away");
    let sent = browser.get(&format!("{PAGES}/challenge"));
    assert_eq!(location(&sent), format!("{PAGES}/enrol"));
    let done = browser.enrol(&mut person);
    assert_eq!(done.status, 303);
    (browser, person)
}

/// Name and code on the gateway's page.
fn first(browser: &mut Browser, user: &str, code: &str) -> Response {
    let page = browser.get(&format!("{PAGES}/sign-in"));
    let form = form_of(&page, "sign-in").with("login", user).with("code", code);
    browser.submit(&form)
}

fn script_login(browser: &mut Browser, user: &str, password: &str) -> Response {
    let body = format!("{{\"username\":\"{user}\",\"password\":\"{password}\"}}");
    let headers = "Accept: application/json\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n\
                   Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\n";
    browser.request("POST", "/auth/token", headers, &body)
}

fn token_of(answer: &Response) -> String {
    let said: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    said["access_token"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
}

fn api(browser: &mut Browser, token: &str) -> Response {
    let headers = format!(
        "Accept: application/json\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-origin\r\nAuthorization: Bearer {token}\r\n"
    );
    browser.request("GET", "/api/data", &headers, "")
}

/// No browser ever has a cookie that the console would know.
fn has_sealed_cookies_alone(town: &Town, browser: &Browser) {
    assert!(browser.jar.iter().any(|(name, _)| name == "SID"));
    for cookie in town.legacy.cookies() {
        assert!(!browser.jar.iter().any(|(_, value)| value.contains(&cookie)), "{cookie}");
    }
}

#[test]
fn a_console_whose_script_signs_in_opens_after_code_and_login_of_one_person() {
    let town = start();
    let (mut browser, mut person) = enrolled(&town, "alice");
    // With everything proved, the script signs in, and works.
    let answer = script_login(&mut browser, "alice", &password_of("alice"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let token = token_of(&answer);
    assert_eq!(api(&mut browser, &token).text(), "PAGE of alice at /api/data");
    // Another day: the code first.
    let mut browser = town.browser();
    let led = browser.request(
        "GET",
        "/login",
        "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: none\r\n",
        "",
    );
    assert_eq!(location(&led), format!("{PAGES}/sign-in?next=/login"));
    let code = person.next_code();
    let sent = first(&mut browser, "Alice", &code);
    assert_eq!(location(&sent), "/login");
    let shown = browser.get("/login");
    assert_eq!(shown.text(), "LOGIN PAGE", "{shown:?}");
    let before = browser.session().unwrap().to_owned();
    // The code alone opens nothing of the console, nor of the account.
    assert_eq!(api(&mut browser, &token).status, 401);
    assert_eq!(location(&browser.get("/home")), "/login");
    for page in ["account", "account/codes", "account/devices", "challenge", "enrol"] {
        let answer = browser.get(&format!("{PAGES}/{page}"));
        assert_eq!(location(&answer), "/login", "{page}");
    }
    let wrong = script_login(&mut browser, "alice", "wrong");
    assert_eq!(wrong.status, 403, "the console's own answer");
    let answer = script_login(&mut browser, "alice", &password_of("alice"));
    let token = token_of(&answer);
    assert_ne!(browser.session().unwrap(), before, "A-205: the cookie is another one");
    assert_eq!(api(&mut browser, &token).text(), "PAGE of alice at /api/data");
    let last = town.recorder.requests().pop().unwrap();
    assert_eq!(last.values("x-forwarded-user"), ["alice"]);
    has_sealed_cookies_alone(&town, &browser);
}

/// A page that was left is loaded again by its script, or by the person: that comes by way of this site, and must not
/// show a login that asks for the password alone.
#[test]
fn only_who_says_to_have_no_second_factor_yet_gets_the_consoles_page_before_it() {
    let town = start();
    let mut browser = town.browser();
    let asked = format!("{PAGES}/sign-in?next=/login");
    assert_eq!(location(&browser.get("/login")), asked);
    let page = browser.get(&asked);
    let none_yet = format!("{PAGES}/sign-in/none-yet");
    assert!(page.text().contains(&format!("href=\"{none_yet}\"")), "{}", page.text());
    assert_eq!(location(&browser.get(&none_yet)), "/login");
    for _ in 0..2 {
        assert_eq!(browser.get("/login").text(), "LOGIN PAGE", "loading it again is no harm");
    }
    // It opens nothing else, and nothing tells the console of it.
    assert_eq!(location(&browser.get("/home")), format!("{PAGES}/sign-in?next=/home"));
    let told = town.recorder.requests();
    assert!(told.iter().all(|one| one.values("cookie").is_empty()), "{told:?}");
    // Whoever signed in goes on to their second factor, and is a stranger again when they have left.
    script_login(&mut browser, "alice", &password_of("alice"));
    browser.get(&format!("{PAGES}/challenge"));
    browser.enrol(&mut Person::named("alice"));
    browser.sign_out();
    assert_eq!(location(&browser.get("/login")), asked);
}

/// Elsewhere there is no such page.
#[test]
fn where_the_second_factor_comes_second_nobody_goes_around_it() {
    let town = Town::with(Raises::Renewed, &CONSOLE.replace("second_factor_first", "login_first"));
    let answer = town.browser().get(&format!("{PAGES}/sign-in/none-yet"));
    assert_eq!(answer.status, 404);
    assert!(answer.all("set-cookie").is_empty(), "{answer:?}");
}

#[test]
fn a_login_of_somebody_else_ends_the_session_and_gives_nothing_away_a134() {
    let town = start();
    enrolled(&town, "bob");
    let (_, mut alice) = enrolled(&town, "alice");
    let mut browser = town.browser();
    let code = alice.next_code();
    first(&mut browser, "alice", &code);
    let stolen = browser.clone();
    let answer = script_login(&mut browser, "bob", &password_of("bob"));
    assert_eq!(answer.status, 401);
    assert!(!answer.text().contains("console-session"), "{}", answer.text());
    let mut stolen = stolen;
    assert_eq!(location(&stolen.get("/home")), format!("{PAGES}/sign-in?next=/home"));
}

/// whoever does not have the code learns nothing about the account.
#[test]
fn every_failure_before_the_password_reads_alike_a120_a122() {
    let town = start();
    let (_, alice) = enrolled(&town, "alice");
    // Bob is known to the console, and has set nothing up.
    script_login(&mut town.browser(), "bob", &password_of("bob"));
    let mut texts = Vec::new();
    for user in ["alice", "bob", "nobody"] {
        for code in [alice.wrong_code(), "aaaa-bbbb-cccc-dddd".to_owned(), "x".to_owned()] {
            let mut browser = town.browser();
            let answer = first(&mut browser, user, &code);
            assert_eq!(answer.status, 401, "{user} {code}");
            assert!(browser.session().is_none(), "{user} {code}");
            let text = answer.text();
            let csrf = form_of(&answer, "sign-in").field("csrf").unwrap().to_owned();
            texts.push(text.replace(&csrf, "").replace(&format!("value=\"{user}\""), ""));
        }
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "{texts:?}");
}

#[test]
fn guesses_of_codes_are_slowed_like_passwords_a126() {
    let town = start();
    let (_, mut alice) = enrolled(&town, "alice");
    let wrong = alice.wrong_code();
    // From many addresses: none of them is slowed down for its own sake.
    let slowed = (0..40).any(|n| {
        let mut stranger = Browser::by(&town.gateway, Way::from(10 + n));
        first(&mut stranger, "alice", &wrong).status == 429
    });
    assert!(slowed, "nobody is slowed down");
    let code = alice.next_code();
    assert_eq!(first(&mut town.browser(), "alice", &code).status, 429);
}
