//! What a console's login is sent with: its cookies from before sign-in, of which one login takes few and each name
//! once; and the browser of somebody who has come in, which is theirs from then on.

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::form_of;
use crate::support::browser::location;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::html::Form;
use crate::support::legacy::Legacy;
use crate::support::legacy::Raises;
use crate::support::legacy::password_of;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::support::raw_client::Way;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorder;

/// A console whose page sets this many cookies, each time others; every login is wrong there.
fn setting(count: usize) -> Recorder {
    let pages = std::sync::atomic::AtomicUsize::new(0);
    Recorder::scripted(move |request| {
        if request.method() == "POST" {
            return Answer::with(request, "X-Login: no\r\n", "WRONG PASSWORD");
        }
        let page = pages.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let lines: Vec<_> =
            (0..count).map(|n| format!("Set-Cookie: SID{n}=page-{page}-{n}; Path=/\r\n")).collect();
        Answer::with(request, &lines.concat(), "LOGIN PAGE")
    })
}

/// A gateway in front of it.
fn before(console: &Recorder) -> Gateway {
    let lines = "\
first_factor:
      console_form:
        page: /login
        login: { path: /login, user_field: user }
        success: { status: [302], location: /home }
        failure: { status: [200], headers: { X-Login: \"no\" } }
    session_cookies: [\"SID*\"]";
    Gateway::start(&Setup::before(console.address()).site_line(lines), &[])
}

fn login(browser: &mut Browser) -> Response {
    let form = Form { action: "/login".to_owned(), fields: Vec::new() };
    browser.submit(&form.with("user", "alice").with("password", "wrong"))
}

/// The cookies that the console saw with the last request, sorted.
fn last_cookies(console: &Recorder) -> Vec<String> {
    let lines = console.requests().pop().unwrap().values("cookie");
    let pairs = lines.iter().flat_map(|line| line.split(';')).map(|pair| pair.trim().to_owned());
    let mut pairs: Vec<_> = pairs.filter(|pair| pair.starts_with("SID")).collect();
    pairs.sort();
    pairs
}

#[test]
fn a_login_is_sent_with_four_cookies_from_before_at_most_a135() {
    let console = setting(5);
    let gateway = before(&console);
    let mut browser = Browser::new(&gateway);
    browser.get("/login");
    let of_console =
        |browser: &Browser| browser.jar.iter().filter(|(name, _)| name.starts_with("SID")).count();
    assert_eq!(of_console(&browser), 5);
    let (before, mut many) = (console.count(), browser.clone());
    let refused = login(&mut many);
    assert_eq!(refused.status, 400, "{}", refused.text());
    assert_eq!(console.count(), before, "the console was asked");
    browser.jar.retain(|(name, _)| name != "SID4");
    let asked = login(&mut browser);
    assert_eq!((asked.status, asked.text().as_str()), (200, "WRONG PASSWORD"));
    let all: Vec<_> = (0..4).map(|n| format!("SID{n}=page-0-{n}")).collect();
    assert_eq!(last_cookies(&console), all);
}

/// Of two cookies of one name one console takes the first, another one the last.
#[test]
fn a_login_with_two_cookies_of_one_name_reaches_no_console_a134_a135() {
    let console = setting(1);
    let gateway = before(&console);
    let mut browser = Browser::new(&gateway);
    browser.get("/login");
    let first = browser.jar.iter().find(|(name, _)| name == "SID0").unwrap().clone();
    browser.get("/login");
    let (before, latest) = (console.count(), browser.clone());
    for other in [first, latest.jar.iter().find(|(name, _)| name == "SID0").unwrap().clone()] {
        let mut twice = latest.clone();
        twice.jar.insert(0, other.clone());
        assert_eq!(login(&mut twice).status, 400, "{other:?}");
        twice.jar.rotate_left(1);
        assert_eq!(login(&mut twice).status, 400, "{other:?}");
    }
    assert_eq!(console.count(), before, "the console was asked");
    assert_eq!(login(&mut browser).text(), "WRONG PASSWORD");
    assert_eq!(last_cookies(&console), ["SID0=page-1-0"]);
}

/// Name and code on the gateway's page.
fn first(browser: &mut Browser, code: &str) -> Response {
    let page = browser.get(&format!("{PAGES}/sign-in"));
    browser.submit(&form_of(&page, "sign-in").with("login", "alice").with("code", code))
}

fn script_login(browser: &mut Browser) -> Response {
    let body = format!("{{\"username\":\"alice\",\"password\":\"{}\"}}", password_of("alice"));
    let headers = "Accept: application/json\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n\
                   Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\n";
    browser.request("POST", "/auth/token", headers, &body)
}

/// with code and the console's login a browser is known, and what strangers try elsewhere is not its owner's.
#[test]
fn where_somebody_came_in_code_first_a_stranger_s_guesses_do_not_keep_them_out_a126() {
    let lines = "\
first_factor:
      console_form:
        order: second_factor_first
        page: /login
        login: { path: /auth/token, body: json, user_field: username }
        success: { status: [200], json: { access_token: \"*\" } }
        failure: { status: [403] }
    session_cookies: [SID]";
    let (_legacy, recorder) = Legacy::start(Raises::Renewed);
    let gateway = Gateway::start(&Setup::before(recorder.address()).site_line(lines), &[]);
    let (mut browser, mut alice) = (Browser::new(&gateway), Person::named("alice"));
    assert_eq!(script_login(&mut browser).status, 401);
    browser.get(&format!("{PAGES}/challenge"));
    browser.enrol(&mut alice);
    // Another browser, in which nothing was set up.
    let mut own = Browser::new(&gateway);
    let code = alice.next_code();
    assert_eq!(first(&mut own, &code).status, 303);
    let halfway = own.clone();
    assert_eq!(script_login(&mut own).status, 200);
    own.sign_out();
    let wrong = alice.wrong_code();
    let slowed = (0..40).any(|n| {
        let mut stranger = Browser::by(&gateway, Way::from(10 + n));
        first(&mut stranger, &wrong).status == 429
    });
    assert!(slowed, "nobody is slowed down");
    let code = alice.backup_codes.pop().unwrap();
    // The code alone makes no browser known.
    for mut other in [Browser::new(&gateway), halfway] {
        other.jar.retain(|(name, _)| name != "portcullis");
        assert_eq!(first(&mut other, &code).status, 429);
    }
    let sent = first(&mut own, &code);
    assert_eq!(sent.status, 303, "the owner is kept out: {}", sent.text());
    assert_eq!(location(&sent), "/login");
}
