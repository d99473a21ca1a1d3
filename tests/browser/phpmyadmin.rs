//! phpMyAdmin, unchanged: people sign in there, the gateway asks for their second factor, and they work. And what
//! somebody gets who has the password, or a cookie, and not the second factor.

use crate::console::hall;
use crate::console::hall::Hall;
use crate::console::phpmyadmin::PhpMyAdmin;
use crate::screens;
use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::location;
use crate::support::html;
use crate::support::html::Form;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::window::Window;

const COOKIES: [&str; 3] = ["phpMyAdmin", "pmaUser-*", "pmaAuth-*"];
const PEOPLE: [(&str, &str); 2] = [("alice", "harbour-Lantern-1"), ("bob", "quarry-Anchor-2")];

#[test]
fn a_person_works_in_phpmyadmin_with_a_second_factor_s0_1_a210() {
    let console = PhpMyAdmin::start(&PEOPLE);
    let hall = Hall::before(console.address, "phpmyadmin");
    let mut person = Person::named("alice");
    let window = hall.window();
    window.go("/index.php?route=/server/databases");
    assert_eq!(window.at(), "/");
    screens::keep_console(&window, "phpmyadmin-sign-in");
    signs_in(&window, "not the password");
    screens::keep_console(&window, "phpmyadmin-wrong");
    let said = window.text("body");
    assert!(said.contains("Access denied for user"), "not its own words: {said}");
    signs_in(&window, PEOPLE[0].1);
    hall::enrols(&window, &mut person);
    assert_eq!(window.at(), "/index.php?route=/&route=%2F");
    works(&window);
    let stolen = hall::sealed_cookies(&window, &COOKIES);
    takes_nothing_to_the_console_itself(&console, &stolen);

    // Its own way out is the gateway's as well.
    window.press("#pma_navigation a.logout");
    window.find("#input_username");
    window.go(&format!("{PAGES}/account"));
    window.find("#input_username");
    signs_in(&window, PEOPLE[0].1);
    hall::proves(&window, &mut person);
    works(&window);
    hall::sealed_cookies(&window, &COOKIES);
    hall::signs_out(&window);
    let left = hall::cookies(&window);
    assert!(left.iter().all(|(name, _)| !is_session(name)), "{left:?}");
    window.go("/index.php?route=/server/databases");
    window.find("#input_username");

    let shown = hall.command(&["user", "list"]);
    assert_eq!(shown.matches("phpmyadmin/alice").count(), 1, "{shown}");
}

fn is_session(cookie: &str) -> bool {
    cookie == "phpMyAdmin" || cookie.starts_with("pmaUser-") || cookie.starts_with("pmaAuth-")
}

/// Fills in its form, and sends it.
fn signs_in(window: &Window, password: &str) {
    window.type_in("#input_username", "alice");
    window.type_in("#input_password", password);
    window.press("#input_go");
}

/// Runs a query, and goes somewhere else: both by its scripts.
fn works(window: &Window) {
    assert!(window.text("#page_content").contains("alice@localhost"), "the console knows them");
    window.go("/index.php?route=/server/sql");
    window.find("#sqlquery");
    window.script("codeMirrorEditor ? codeMirrorEditor.setValue('SELECT 40 + 2 AS answer, USER() AS who') : 0;");
    window.click("#button_submit_query");
    let found = hall::shows(window, "#page_content", "42");
    assert!(found.contains("alice@localhost"), "{found}");
    screens::keep_console(window, "phpmyadmin-query");
    window.click("#topmenu a[href*='route=/server/databases']");
    hall::shows(window, "#page_content", "information_schema");
}

/// What a browser has is of no use where the gateway is not.
fn takes_nothing_to_the_console_itself(console: &PhpMyAdmin, cookies: &[(String, String)]) {
    let mut thief = Browser::plain(console.address, "db.example.com");
    thief.jar = cookies.to_vec();
    let page = thief.get("/index.php?route=/server/databases");
    assert!(page.text().contains("input_username"), "{}", page.text());
}

/// Opens the login page and sends a password.
fn sends(browser: &mut Browser, (user, password): (&str, &str)) -> Response {
    let page = browser.get("/");
    let form = login_form(&page).with("pma_username", user).with("pma_password", password);
    browser.submit(&form)
}

fn login_form(page: &Response) -> Form {
    let form = html::form(&page.text(), "index.php");
    let form = form.unwrap_or_else(|| panic!("{} {}", page.status, page.text()));
    Form { action: format!("/{}", form.action), ..form }
}

/// Signs in and proves the rest, the first time by setting it up.
fn enters(hall: &Hall, person: &mut Person, who: (&str, &str)) -> Browser {
    let mut browser = hall.client();
    let answer = sends(&mut browser, who);
    let done = if location(&answer).contains("/enrol") {
        browser.enrol(person)
    } else {
        let code = person.next_code();
        browser.challenge("totp", &code)
    };
    is_let_through(&mut browser, &done);
    let page = browser.get(WORK);
    assert!(is_inside(&page, who.0), "{} {}", page.status, page.text());
    browser
}

/// Follows to where the answer of phpMyAdmin's to the login is given.
fn is_let_through(browser: &mut Browser, done: &Response) {
    let mut answer = browser.get(&location(done));
    if answer.status == 303 {
        answer = browser.get(&location(&answer));
    }
    assert_eq!(
        answer.header("location"),
        Some("/index.php?route=/&route=%2F"),
        "{}",
        answer.text()
    );
}

/// Its home, which says who is there.
const WORK: &str = "/index.php?route=/&lang=en";

fn is_inside(page: &Response, user: &str) -> bool {
    page.status == 200 && page.text().contains(&format!("{user}@localhost"))
}

/// Whether nothing of anybody's is shown.
fn is_outside(page: &Response) -> bool {
    let text = page.text();
    !text.contains("@localhost") && !text.contains("information_schema")
}

#[test]
fn whoever_has_a_password_or_a_cookie_of_phpmyadmin_has_nothing_a135_a206() {
    let console = PhpMyAdmin::start(&PEOPLE);
    let hall = Hall::before(console.address, "phpmyadmin");
    let (hall, mut person, alice) = (&hall, Person::named("alice"), PEOPLE[0]);
    let inside = enters(hall, &mut person, alice);
    // The password, and no second factor: what a browser has then opens the page of a stranger.
    let mut thief = hall.client();
    thief.get("/");
    let before = thief.clone();
    let answer = sends(&mut thief, alice);
    assert!(location(&answer).contains("/challenge"), "{}", answer.text());
    assert!(answer.all("set-cookie").iter().all(|line| !line.starts_with("pma")), "{answer:?}");
    for target in [WORK, "/", "/index.php", "/js/messages.php", "/url.php?url=x"] {
        let page = thief.get(target);
        assert_eq!(page.status, 303, "{target}: {}", page.text());
    }
    for mut client in [before, without_session(&thief)] {
        for target in ["/", "/js/messages.php"] {
            let page = client.get(target);
            assert!(page.status == 200 && is_outside(&page), "{target}: {}", page.text());
        }
        assert_eq!(client.get(WORK).status, 303);
    }
    // Cookies of somebody inside, without their session, and with another one's.
    let mut stolen = without_session(&inside);
    assert!(stolen.jar.iter().any(|(name, _)| name.starts_with("pmaAuth")));
    assert_eq!(stolen.get(WORK).status, 303);
    assert!(is_outside(&stolen.get("/")));
    let mut bobs = Person::named("bob");
    let bob = enters(hall, &mut bobs, PEOPLE[1]);
    let mut mixed = without_session(&inside);
    mixed.set_session(bob.session().unwrap());
    assert!(is_outside(&mixed.get(WORK)), "bob's session and alice's cookies");
    // A second login in a session, wherever the script would take it; the last one starts the proof anew.
    let token = token_of(&mut bob.clone());
    for target in [WORK, "/", "/index.php/x", "/url.php", "/js/messages.php", "/index.php?route=/"]
    {
        let form = Form { action: target.to_owned(), fields: Vec::new() }
            .with("pma_username", alice.0)
            .with("pma_password", alice.1)
            .with("server", "1")
            .with("token", &token);
        let mut client = bob.clone();
        client.submit(&form);
        assert!(!is_inside(&client.get(WORK), "alice"), "{target}");
    }
    two_at_once(hall, &mut person);
}

fn token_of(browser: &mut Browser) -> String {
    let page = browser.get(WORK).text();
    let (_, rest) = page.split_once("token:\"").expect("a token");
    rest.split('"').next().unwrap().to_owned()
}

fn without_session(browser: &Browser) -> Browser {
    let mut client = browser.clone();
    client.jar.retain(|(name, _)| is_session(name));
    client
}

/// Two logins with the same page at once: whoever proves the second factor is in, alone.
fn two_at_once(hall: &Hall, person: &mut Person) {
    let mut first = hall.client();
    let page = first.get("/");
    let form =
        login_form(&page).with("pma_username", PEOPLE[0].0).with("pma_password", PEOPLE[0].1);
    let mut second = first.clone();
    let answers = std::thread::scope(|scope| {
        let other = scope.spawn(|| second.submit(&form));
        [first.submit(&form), other.join().unwrap()]
    });
    let let_in: Vec<_> =
        answers.iter().filter(|answer| answer.status == 303).map(location).collect();
    assert!(let_in.iter().all(|target| target.contains("/challenge")), "{let_in:?}");
    assert!(is_outside(&first.get(WORK)) && is_outside(&second.get(WORK)));
    let mut proved = if answers[0].status == 303 { first.clone() } else { second.clone() };
    let mut other = if answers[0].status == 303 { second } else { first };
    let code = person.next_code();
    let done = proved.challenge("totp", &code);
    is_let_through(&mut proved, &done);
    assert!(is_inside(&proved.get(WORK), "alice"));
    assert!(is_outside(&other.get(WORK)), "the other one is in as well");
}
