//! S3.7: a help desk sets an app up for somebody beside it, who takes it up at their own sign-in.

use crate::accessible;
use crate::languages::look_in_every_language;
use crate::qr;
use crate::screens;
use crate::stand::Stand;
use crate::steps::SUBMIT;
use crate::steps::sends_code;
use crate::steps::sends_password;
use crate::steps::stores_codes;
use crate::story::look;
use crate::support::browser::PAGES;
use crate::support::person::Person;
use crate::window::JavaScript;
use crate::window::Window;

/// Hands an app over on the page of an account; their phone scans it from the screen.
fn hands_over(window: &Window, person: &mut Person) {
    window.go(&format!("{PAGES}/admin/users?text={}", person.login));
    window.press("tbody th a");
    window.press("#acts a[href*='/set-up?']");
    look(window, "admin-deed-set-up");
    look_in_every_language(window, "admin-deed-set-up");
    window.type_in("#reason", "new colleague, at the desk");
    window.press(SUBMIT);
    let key = window.text("#totp-key");
    person.scan(&key);
    for picture in screens::keep(window, "admin-handed") {
        assert_eq!(qr::scan(&picture).key.replace(' ', ""), key.replace(' ', ""));
    }
    accessible::check(window);
    window.press("main a.button");
    assert_eq!(window.text("#login"), person.login);
    assert!(window.sees("#handed"));
    look(window, "admin-user-handed");
}

#[test]
fn a_help_desk_hands_an_app_over_and_the_person_takes_it_up_s3_7() {
    let mut desk = Person::of_role("alice", "help_desk");
    let mut person = Person::of_role("ada.lovelace", "user");
    let stand = Stand::for_person(&desk);
    stand.gateway.add(&person);
    let window = stand.window(JavaScript::On);
    window.go("/dashboard");
    sends_password(&window, &desk);
    desk.scan(&window.text("#totp-key"));
    sends_code(&window, &desk.next_code());
    stores_codes(&window);
    hands_over(&window, &mut person);
    assert_eq!(window.complaints(), Vec::<String>::new(), "the browser's log");

    let own = stand.window(JavaScript::On);
    own.go("/dashboard");
    sends_password(&own, &person);
    assert!(own.sees("form[action$='/enrol/handed']") && !own.sees("#totp-key"));
    accessible::check_tab_order(
        &own,
        &["code", "Confirm", "Authenticator app", "Not you? Start again"],
    );
    look(&own, "enrol-handed");
    look_in_every_language(&own, "enrol-handed");
    sends_code(&own, &person.wrong_code());
    assert!(own.sees("#code-error"));
    look(&own, "enrol-handed-wrong");
    sends_code(&own, &person.next_code());
    stores_codes(&own);
    assert_eq!(own.text("#who"), person.login);
    assert_eq!(own.complaints(), Vec::<String>::new(), "the browser's log");
}
