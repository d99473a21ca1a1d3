//! Passkeys and security keys in a real browser, whose authenticators are of its own making.

use crate::accessible;
use crate::screens;
use crate::stand::Stand;
use crate::support::browser::PAGES;
use crate::support::eventually;
use crate::support::person::Person;
use crate::window::JavaScript;
use crate::window::Kind;
use crate::window::Verification;
use crate::window::Window;

const SUBMIT: &str = "main form[action$='/sign-in'] button[type=submit]";
const USE: &str = "[data-passkey-start]";
const PROBLEM: &str = "[data-passkey-problem] span";

fn look(window: &Window, page: &str) {
    screens::keep(window, page);
    accessible::check(window);
}

fn sends_password(window: &Window, person: &Person) {
    window.type_in("#login", &person.login);
    window.type_in("#password", &person.password);
    window.press(SUBMIT);
}

/// Uses or makes a passkey, which leads to another page.
fn uses(window: &Window) {
    let before = window.script("return document.forms[0].elements.csrf.value");
    window.click(USE);
    eventually("another page", || {
        let problem = window.script(
            "const line = document.querySelector('[data-passkey-problem]:not([hidden])'); \
             return line ? line.innerText : null;",
        );
        assert!(problem.is_null(), "{problem}");
        window.script("return document.forms[0]?.elements.csrf?.value") != before
    });
    window.find("body");
}

/// From the choice to the console, with a new passkey as the first second factor; the codes.
fn enrols(window: &Window, person: &Person, label: &str) -> Vec<String> {
    window.go("/dashboard");
    sends_password(window, person);
    assert_eq!(window.text("h1"), "Set up a second factor");
    window.press("a[href*='method=passkey']");
    makes_first(window, label)
}

fn makes_first(window: &Window, label: &str) -> Vec<String> {
    assert_eq!(window.text("h1"), "Set up a passkey");
    window.type_in("#label", label);
    uses(window);
    let codes = window.texts(".backup-code");
    assert_eq!(codes.len(), 10, "{}", window.text("main"));
    window.click("#stored");
    window.press("form[action$='/codes'] .button");
    assert_eq!(window.at(), "/dashboard", "where the person was going");
    codes
}

fn signs_out(window: &Window) {
    window.go(&format!("{PAGES}/sign-out"));
    window.press("main form button");
    assert!(window.at().starts_with(&format!("{PAGES}/signed-out")));
}

/// A site without sign-in by passkey alone, so that no question waits on its first page.
const AFTER_PASSWORD: &str = "passwordless: false";

#[test]
fn a_passkey_of_the_device_is_set_up_used_and_joined_by_another_s0_31_s1_4() {
    let person = Person::named("alice");
    let stand = Stand::with_passkeys(&person, AFTER_PASSWORD);
    let window = stand.window(JavaScript::On);
    let device = window.plug_in(Kind::Platform, Verification::Able);
    window.go("/dashboard");
    sends_password(&window, &person);
    look(&window, "enrol-choice");
    window.press("a[href*='method=passkey']");
    look(&window, "enrol-passkey");
    makes_first(&window, "Work laptop");
    assert_eq!(window.keys_in(&device), 1);
    assert_eq!(window.text("#acr"), "aal2");
    assert_eq!(window.text("#amr"), "pwd hwk user mfa");

    signs_out(&window);
    window.go("/settings");
    sends_password(&window, &person);
    assert_eq!(window.text("h1"), "Use your passkey");
    look(&window, "challenge-passkey");
    uses(&window);
    assert_eq!(window.at(), "/settings");

    window.go(&format!("{PAGES}/account"));
    assert!(window.text("main").contains("Work laptop"));
    // The device has one already, and says so itself.
    window.go(&format!("{PAGES}/enrol?method=passkey"));
    window.click(USE);
    window.wait_for_text(PROBLEM, |text| text.contains("set up already"));
    look(&window, "enrol-passkey-registered");
    let ring = window.plug_in(Kind::Roaming, Verification::Able);
    window.go(&format!("{PAGES}/enrol?method=passkey"));
    window.type_in("#label", "Key ring");
    uses(&window);
    assert!(window.at().ends_with("/account"), "{}", window.at());
    assert_eq!(window.keys_in(&ring), 1);
    assert!(window.text("main").contains("Key ring"));

    // Either of the two opens the door.
    window.unplug(&device);
    signs_out(&window);
    window.go("/dashboard");
    sends_password(&window, &person);
    uses(&window);
    assert_eq!(window.at(), "/dashboard");
    assert_eq!(window.complaints(), Vec::<String>::new());
}

#[test]
fn a_security_key_that_knows_nobody_is_a_second_factor_and_no_more_a195() {
    let person = Person::named("bob");
    let stand = Stand::with_passkeys(&person, "");
    let window = stand.window(JavaScript::On);
    let ring = window.plug_in(Kind::Roaming, Verification::Unable);
    enrols(&window, &person, "Blue key");
    assert_eq!(window.keys_in(&ring), 1);
    assert_eq!(window.text("#amr"), "pwd swk mfa");
    signs_out(&window);
    window.go("/dashboard");
    window.click(USE);
    window.wait_for_text(PROBLEM, |text| text.contains("Try again"));
    assert!(window.at().contains("/sign-in"), "it opens nothing alone");
    look(&window, "sign-in-passkey-cancelled");
    sends_password(&window, &person);
    uses(&window);
    assert_eq!(window.at(), "/dashboard");
}

#[test]
fn a_passkey_signs_in_alone_and_the_browser_offers_it_by_itself_s0_31() {
    let person = Person::named("carol");
    let stand = Stand::with_passkeys(&person, "user_verification: required");
    let window = stand.window(JavaScript::On);
    let device = window.plug_in(Kind::Platform, Verification::Able);
    enrols(&window, &person, "Phone");
    signs_out(&window);
    // The browser of the tests answers a question that waits in the page at once.
    window.go(&format!("{PAGES}/sign-in?next=/settings"));
    eventually("the console", || window.at() == "/settings");
    window.go("/dashboard");
    assert_eq!(window.text("#who"), "carol");
    assert_eq!(window.text("#acr"), "aal2");
    assert_eq!(window.text("#amr"), "hwk user mfa");
    signs_out(&window);
    // Without autofill there is the button.
    window
        .prepare_pages("PublicKeyCredential.isConditionalMediationAvailable = async () => false;");
    window.go(&format!("{PAGES}/sign-in?next=/settings"));
    assert_eq!(window.find_attribute("#login", "autocomplete"), "username webauthn");
    look(&window, "sign-in-passkey");
    uses(&window);
    assert_eq!(window.at(), "/settings");
    signs_out(&window);
    window.unplug(&device);
}

#[test]
fn whoever_is_at_another_device_is_told_so_and_takes_another_way() {
    let person = Person::named("dave");
    let stand = Stand::with_passkeys(&person, AFTER_PASSWORD);
    let window = stand.window(JavaScript::On);
    let device = window.plug_in(Kind::Platform, Verification::Able);
    let codes = enrols(&window, &person, "At home");
    signs_out(&window);
    window.unplug(&device);
    window.plug_in(Kind::Platform, Verification::Able);
    window.go("/dashboard");
    sends_password(&window, &person);
    window.click(USE);
    window.wait_for_text(PROBLEM, |text| text.contains("not on this device"));
    look(&window, "challenge-passkey-elsewhere");
    window.press("a[href*='backup']");
    window.type_in("#code", &codes[0]);
    window.press("main button.button[type=submit]");
    assert_eq!(window.at(), "/dashboard");
}

#[test]
fn a_browser_without_passkeys_says_so_in_words() {
    let person = Person::named("erin");
    let stand = Stand::with_passkeys(&person, "");
    let window = stand.window(JavaScript::On);
    window.prepare_pages("delete window.PublicKeyCredential;");
    window.go("/dashboard");
    assert!(!window.sees(USE), "nothing is offered that cannot work");
    sends_password(&window, &person);
    window.press("a[href*='method=passkey']");
    window.wait_for_text(PROBLEM, |text| text.contains("This browser cannot use passkeys"));
    assert!(!window.sees(USE));
    look(&window, "enrol-passkey-unable");
}
