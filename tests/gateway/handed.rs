//! S3.7: an app that is set up for somebody else. Whoever hands it over knows its key, so it is worth nothing until the
//! person takes it up.

use std::time::Duration;

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::form_of;
use crate::support::browser::location;
use crate::support::eventually;
use crate::support::html;
use crate::support::office::Office;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::support::smtp::MailServer;
use crate::support::smtp::Manner;

const WHY: &str = "new phone, in person";

fn bob() -> Person {
    Person::of_role("bob", "user")
}

/// The command line sets an app up for bob; a phone with it.
fn hand(office: &Office) -> Person {
    let told = office.told(&["user", "set-up", "bob", "--reason", WHY]);
    let mut phone = bob();
    phone.scan(told["key"].as_str().unwrap());
    let uri = told["uri"].as_str().unwrap();
    let key = phone.key_text().replace(' ', "");
    assert!(uri.starts_with("otpauth://totp/") && uri.contains(&key), "{uri}");
    phone
}

/// Bob after his password, at the page that he is led to.
fn halfway(office: &Office) -> (Browser, Response) {
    let mut browser = Browser::new(&office.gateway);
    let answer = browser.password(&bob(), "/");
    assert_eq!(location(&answer), format!("{PAGES}/enrol"));
    let page = browser.page("enrol");
    (browser, page)
}

/// Whether a page asks for the code of an app that was handed over, and shows no key.
fn asks_for_it(page: &Response) -> bool {
    let text = page.text();
    let asks = html::form(&text, &format!("{PAGES}/enrol/handed")).is_some();
    assert!(!asks || html::by_id(&text, "totp-key").is_none(), "{text}");
    asks
}

/// Enters a code on that page.
fn enter(browser: &mut Browser, page: &Response, code: &str) -> Response {
    browser.submit(&form_of(page, "enrol/handed").with("code", code))
}

#[test]
fn an_app_that_is_handed_over_counts_from_the_persons_own_first_code_on_s3_7() {
    let mut office = Office::open(&[&bob()]);
    let refused = office.gateway.cli(&["user", "set-up", "bob"], "");
    assert!(!refused.status.success(), "a reason is required");
    let mut replaced = hand(&office);
    let mut phone = hand(&office);
    assert!(!office.account("bob")["handed_app_until"].is_null());
    assert_eq!(office.account("bob")["factors"], serde_json::json!([]));
    office.gateway.kill9();
    office.gateway.run();

    let (mut browser, page) = halfway(&office);
    assert!(asks_for_it(&page), "{}", page.text());
    let early = browser.challenge("totp", &phone.next_code());
    let to = early.header("location").unwrap_or_default();
    assert!(to.starts_with(&format!("{PAGES}/enrol")), "{} {to}", early.status);
    assert!(!browser.gets_through(), "it is no second factor yet");
    for wrong in [replaced.next_code(), phone.wrong_code(), "12345".to_owned()] {
        let page = enter(&mut browser, &page, &wrong);
        assert_eq!(page.status, 401, "{wrong}");
        assert!(asks_for_it(&page) && html::by_id(&page.text(), "code-error").is_some());
        assert!(!browser.gets_through());
    }
    let code = phone.next_code();
    let confirmed = enter(&mut browser, &page, &code);
    browser.note_backup_codes(&mut phone, &confirmed);
    assert!(browser.gets_through());
    office.gateway.kill9();
    office.gateway.run();
    its_first_code_is_spent(&office, &phone, &code);
    is_told(&office, [&phone, &replaced]);
}

/// the code by which it was taken up signs nobody in; a backup code does.
fn its_first_code_is_spent(office: &Office, phone: &Person, code: &str) {
    let mut again = Browser::new(&office.gateway);
    again.password(phone, "/");
    assert_eq!(again.challenge("totp", code).status, 401, "A-142");
    assert!(!again.gets_through());
    assert_eq!(again.challenge("backup_code", &phone.backup_codes[0]).status, 303);
    assert!(again.gets_through());
}

/// The log says what was done and why, and no key.
fn is_told(office: &Office, phones: [&Person; 2]) {
    let given = office.last("app_handed_over");
    assert_eq!(
        (&given["detail"]["reason"], &given["target"]),
        (&WHY.into(), &office.id("bob").into())
    );
    let void = office.records("handed_app_void");
    let [void] = &void[..] else { panic!("one is void: {void:?}") };
    assert_eq!(void["detail"]["reason"], "replaced");
    let bound = office.last("authenticator_bound");
    assert_eq!(bound["detail"]["handed"], given["detail"]["app"]);
    let log = office.gateway.cli_ok(&["--json", "audit", "tail", "--limit", "200"], "");
    for phone in phones {
        let key = phone.key_text();
        assert!(!log.contains(&key) && !log.contains(&key.replace(' ', "")), "a key in the log");
    }
    let refused = office.gateway.cli(&["user", "set-up", "bob", "--reason", WHY], "");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("has a second factor"), "{said}");
}

#[test]
fn who_sets_up_their_own_instead_leaves_the_one_that_was_handed_over_worth_nothing_s3_7() {
    let office = Office::open(&[&bob()]);
    let mut given = hand(&office);
    let (mut browser, page) = halfway(&office);
    let before = browser.clone();
    let own = html::link(&page.text(), "enrol?method=totp").expect("their own");
    let shown = browser.get(&own);
    let mut phone = bob();
    phone.scan(&html::by_id(&shown.text(), "totp-key").expect("a key"));
    assert_ne!(phone.key_text(), given.key_text());
    let form = form_of(&shown, "enrol").with("code", &phone.next_code());
    let confirmed = browser.submit(&form);
    browser.note_backup_codes(&mut phone, &confirmed);
    assert!(browser.gets_through());
    assert_eq!(office.last("handed_app_void")["detail"]["reason"], "another_bound");
    // Neither with the page from before, nor as a second factor.
    let mut late = before;
    let code = given.next_code();
    let answer = enter(&mut late, &page, &code);
    assert!(answer.status >= 400 || !location(&answer).is_empty(), "{}", answer.text());
    assert!(!late.gets_through());
    let mut other = Browser::new(&office.gateway);
    other.password(&phone, "/");
    assert_eq!(other.challenge("totp", &code).status, 401);
    assert!(!other.gets_through());
    let held = office.account("bob")["factors"].as_array().unwrap().clone();
    assert_eq!(held.iter().filter(|factor| factor["kind"] == "totp").count(), 1, "{held:?}");
}

#[test]
fn what_changes_the_account_makes_it_void_and_it_can_be_handed_over_anew_s3_15_a182() {
    let acts: [&[&[&str]]; 3] = [
        &[&["user", "reset-mfa", "bob"]],
        &[&["user", "set-role", "bob", "auditor"]],
        &[&["user", "disable", "bob"], &["user", "enable", "bob"]],
    ];
    for act in acts {
        let office = Office::open(&[&bob()]);
        let mut phone = hand(&office);
        let (mut browser, page) = halfway(&office);
        assert!(asks_for_it(&page));
        for command in act {
            office.gateway.cli_ok(command, "");
        }
        let late = enter(&mut browser, &page, &phone.next_code());
        assert_ne!(late.status, 200, "{act:?}: {}", late.text());
        assert!(!browser.gets_through(), "{act:?}");
        let (_, page) = halfway(&office);
        assert!(!asks_for_it(&page), "{act:?}");
        assert!(office.account("bob")["handed_app_until"].is_null(), "{act:?}");
        // An administrator applies it again.
        let mut phone = hand(&office);
        let (mut browser, page) = halfway(&office);
        let confirmed = enter(&mut browser, &page, &phone.next_code());
        browser.note_backup_codes(&mut phone, &confirmed);
        assert!(browser.gets_through(), "{act:?}");
    }
}

#[test]
fn one_that_is_replaced_or_over_while_the_page_is_open_is_refused_s3_7() {
    let mut office = Office::with(&[&bob()], "enforcement: { mode: optional }\n");
    let mut first = hand(&office);
    let mut browser = Browser::new(&office.gateway);
    browser.password(&bob(), "/");
    let page = browser.page("enrol");
    assert!(asks_for_it(&page));
    let mut second = hand(&office);
    let refused = enter(&mut browser, &page, &first.next_code());
    assert_eq!(refused.status, 401, "{}", refused.text());
    assert!(asks_for_it(&refused), "the other one waits");
    office.gateway.restart_later(Duration::from_hours(7 * 24));
    let mut late = Browser::new(&office.gateway);
    late.password(&bob(), "/");
    let page = late.page("enrol");
    assert!(!asks_for_it(&page), "a week is over: {}", page.text());
    let form = form_of(&page, "enrol");
    let form = html::Form { action: format!("{PAGES}/enrol/handed"), ..form };
    let refused = late.submit(&form.with("code", &second.next_code()));
    assert_eq!(refused.status, 401, "{}", refused.text());
    assert!(html::by_id(&refused.text(), "totp-key").is_some(), "their own is offered");
    assert_eq!(office.account("bob")["factors"], serde_json::json!([]));
}

#[test]
fn it_opens_no_way_that_is_closed_s3_7_a183() {
    let office = Office::with(&[&bob()], "enforcement: { unenrolled: recovery_code }\n");
    let mut phone = hand(&office);
    let mut browser = Browser::new(&office.gateway);
    browser.password(&bob(), "/");
    let page = browser.page("recovery");
    assert!(html::form(&page.text(), &format!("{PAGES}/recovery")).is_some(), "{}", page.text());
    assert!(!asks_for_it(&page) && !asks_for_it(&browser.page("enrol")));
    let token = form_of(&page, "recovery");
    let forged = html::Form { action: format!("{PAGES}/enrol/handed"), ..token.clone() };
    let refused = browser.submit(&forged.with("code", &phone.next_code()));
    assert!(refused.status >= 400, "{}", refused.text());
    assert!(!browser.gets_through());
    let code = office.gateway.cli_ok(&["user", "recovery-code", "bob", "--reason", WHY], "");
    let code = code.lines().next().unwrap();
    assert_eq!(browser.submit(&token.with("code", code)).status, 303);
    let page = browser.page("enrol");
    assert!(asks_for_it(&page), "{}", page.text());
    let confirmed = enter(&mut browser, &page, &phone.next_code());
    browser.note_backup_codes(&mut phone, &confirmed);
    assert!(browser.gets_through());
}

#[test]
fn guesses_at_it_are_charged_like_those_at_an_app_of_ones_own_a145() {
    let office = Office::open(&[&bob()]);
    let mut phone = hand(&office);
    let (mut browser, page) = halfway(&office);
    let wrong = phone.wrong_code();
    let waits = (0..20).any(|_| enter(&mut browser, &page, &wrong).status == 429);
    assert!(waits, "nobody is slowed down");
    let (mut another, page) = halfway(&office);
    assert_eq!(enter(&mut another, &page, &phone.next_code()).status, 429, "nor elsewhere");
    assert!(!another.gets_through());
}

#[test]
fn the_person_is_told_that_an_app_was_set_up_for_them_a204() {
    let mail = MailServer::start(Manner::Bare);
    let lines = format!(
        "mail:\n  from: no-reply@console.test\n  smtp:\n    host: localhost\n    port: {}\n    tls: \
         none_on_loopback\n",
        mail.port()
    );
    let office = Office::with(&[&bob()], &lines);
    hand(&office);
    eventually("the notice", || {
        mail.letters().iter().any(|letter| {
            let subject = letter.header("subject").unwrap_or_default();
            letter.to == ["bob@example.com"] && subject.contains("An authenticator app was set up")
        })
    });
}

/// What a help desk does on the page, whose form is one for bob.
fn hands_over(desks: &mut Browser, office: &Office) -> (html::Form, Person) {
    let page = format!("{PAGES}/admin/user/set-up");
    let shown = desks.get(&format!("{page}?id={}", office.id("bob")));
    let form = html::form(&shown.text(), &page).unwrap_or_else(|| panic!("{}", shown.text()));
    assert_eq!(desks.submit(&form).status, 400, "a reason is required");
    let form = form.with("reason", WHY);
    let issued = desks.submit(&form);
    assert_eq!(issued.status, 200, "{}", issued.text());
    assert_eq!(issued.header("cache-control"), Some("no-store"));
    let mut phone = bob();
    phone.scan(&html::by_id(&issued.text(), "totp-key").expect("a key"));
    assert!(issued.text().contains("id=\"totp-qr\""));
    (form, phone)
}

#[test]
fn a_help_desk_sets_an_app_up_on_the_page_and_its_key_is_shown_once_s3_7_a260() {
    let mut desk = Person::of_role("help-desk", "help_desk");
    let other = Person::of_role("other", "help_desk");
    let office = Office::open(&[&desk, &other, &bob()]);
    let mut desks = office.browser(&mut desk);
    let (form, mut phone) = hands_over(&mut desks, &office);
    let account = desks.get(&format!("{PAGES}/admin/user?id={}", office.id("bob"))).text();
    assert!(html::by_id(&account, "handed").is_some(), "{account}");
    assert!(!account.contains(&phone.key_text()), "its key is shown once");
    let record = office.last("app_handed_over");
    assert_eq!(record["actor"]["id"], office.id("help-desk"));
    assert_eq!(desks.submit(&form).status, 409, "sent twice, it would be another one");
    assert_eq!(office.records("app_handed_over").len(), 1);

    let page = format!("{PAGES}/admin/user/set-up");
    let refused = desks.get(&format!("{page}?id={}", office.id("other")));
    assert_eq!(refused.status, 403, "an equal: {}", refused.text());
    assert!(html::form(&refused.text(), &page).is_none());
    for id in ["other", "help-desk"] {
        let forged = desks.submit(&form.clone().with("id", &office.id(id)));
        assert_eq!(forged.status, 403, "{id}: {}", forged.text());
        assert!(office.account(id)["handed_app_until"].is_null(), "{id}");
    }

    let (mut browser, shown) = halfway(&office);
    let confirmed = enter(&mut browser, &shown, &phone.next_code());
    browser.note_backup_codes(&mut phone, &confirmed);
    assert!(browser.gets_through());
    let late = desks.submit(&form);
    assert_eq!(late.status, 409, "it was another account: {}", late.text());
    assert_eq!(desks.get(&format!("{page}?id={}", office.id("bob"))).status, 404);
}
