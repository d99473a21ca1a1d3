//! Owners: the first one, who is made with the token in the file, and the page where owners set what is asked of all of
//! them.

use std::fs;

use crate::stand::Stand;
use crate::steps::SUBMIT;
use crate::steps::enrols;
use crate::story::look;
use crate::support::browser::PAGES;
use crate::support::person::Person;
use crate::window::JavaScript;
use crate::window::Window;

/// Fills in the page for the first owner.
fn claims(window: &Window, person: &Person, token: &str) {
    window.type_in("#token", token);
    window.type_in("#login", &person.login);
    window.type_in("#name", "Ada Lovelace");
    window.type_in("#password", &person.password);
    window.type_in("#again", &person.password);
    window.press(SUBMIT);
}

#[test]
fn whoever_has_the_token_makes_the_first_owner_and_signs_in_a263() {
    // Somebody is there, and nobody who may administer.
    let stand = Stand::for_person(&Person::of_role("bob", "user"));
    let token = fs::read_to_string(stand.gateway.path("data/run/first-owner-token")).unwrap();
    let mut ada = Person::named("ada");
    let page = format!("{PAGES}/first-owner");
    let window = stand.window(JavaScript::On);
    window.go(&page);
    look(&window, "first-owner");
    claims(&window, &ada, &"a".repeat(52));
    assert_eq!(window.at(), page);
    assert!(window.sees("#problem"));
    assert_eq!(window.value("#login", "value"), "ada", "not to be typed again");
    assert_eq!(
        ["#token", "#password", "#again"].map(|css| window.value(css, "value")),
        ["", "", ""]
    );
    look(&window, "first-owner-wrong");
    claims(&window, &ada, token.trim());
    assert_eq!(window.at(), format!("{PAGES}/sign-in"));
    enrols(&window, &mut ada);
    window.go(&page);
    assert!(window.sees("#request-id") && !window.sees("#token"), "it is there once");
    window.go(&format!("{PAGES}/account"));
    window.press("#admin");
    assert_eq!(window.text("#who"), "ada");
    assert_eq!(window.complaints(), Vec::<String>::new(), "the browser's log");
}

#[test]
fn an_owner_sets_what_is_asked_of_owners_from_their_account_s0_24() {
    let mut owner = Person::of_role("alice", "owner");
    let stand = Stand::for_person(&owner);
    let window = stand.window(JavaScript::On);
    window.go("/dashboard");
    enrols(&window, &mut owner);
    window.go(&format!("{PAGES}/account"));
    window.press("a[href$='/account/owners']");
    assert_eq!(window.at(), format!("{PAGES}/account/owners"));
    let unset = window.text("#switch");
    look(&window, "account-owners");
    window.type_in("#reason", " ");
    window.press(SUBMIT);
    assert!(window.sees("#reason-error"));
    assert_eq!(window.text("#switch"), unset, "without a reason nothing changes");
    look(&window, "account-owners-wrong");
    window.type_in("#reason", "agreed on Monday");
    window.press(SUBMIT);
    assert!(window.sees("#done"));
    assert_ne!(window.text("#switch"), unset);
    look(&window, "account-owners-set");
    window.type_in("#reason", "agreed on Tuesday");
    window.press(SUBMIT);
    assert!(window.sees("#done"));
    assert_eq!(window.text("#switch"), unset, "it is taken back");
    assert_eq!(window.complaints(), Vec::<String>::new(), "the browser's log");
}
