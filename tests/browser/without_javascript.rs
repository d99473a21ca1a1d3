//! The gateway's pages for a person whose browser runs no scripts.

use crate::stand::Stand;
use crate::steps::sends_code;
use crate::steps::sends_password;
use crate::steps::stores_codes;
use crate::support::browser::PAGES;
use crate::support::person::Person;
use crate::window::JavaScript;
use crate::window::Window;

#[test]
fn signing_in_enrolling_and_proving_work_without_javascript() {
    let mut person = Person::named("bob");
    let stand = Stand::for_person(&person);
    let window = stand.window(JavaScript::Off);
    window.go("/dashboard");
    assert!(!window.sees("[data-reveal]"), "only a script shows this button");
    sends_password(&window, &person);

    assert_eq!(window.text("h1"), "Set up your authenticator app");
    person.scan(&window.text("#totp-key"));
    sends_code(&window, &person.wrong_code());
    assert!(window.text("#code-error").contains("not right"));
    sends_code(&window, &person.next_code());
    let codes = window.texts(".backup-code");
    assert_eq!(codes.len(), 10);
    assert!(!window.sees("[data-print]"), "only a script can print");
    stores_codes(&window);
    assert_eq!(window.at(), "/dashboard");
    assert_eq!(window.text("#who"), "bob");

    signs_out(&window);
    window.press("main a.button");
    sends_password(&window, &person);
    assert_eq!(window.text("h1"), "Enter your code");
    window.click("summary");
    assert!(window.sees("details li"), "help opens without a script");
    sends_code(&window, &person.next_code());
    assert_eq!(window.at(), "/dashboard");

    signs_out(&window);
    window.go("/settings");
    sends_password(&window, &person);
    window.press("a[href*='backup']");
    sends_code(&window, &codes[9]);
    assert_eq!(window.at(), "/settings");
}

fn signs_out(window: &Window) {
    window.go(&format!("{PAGES}/account"));
    window.press("form[action$='/sign-out'] button");
    assert_eq!(window.text("h1"), "You are signed out");
}
