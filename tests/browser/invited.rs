//! From an account that an owner adds to the password that its owner chose, and to its end: on every screen.

use crate::languages::look_in_every_language;
use crate::stand::Stand;
use crate::steps;
use crate::steps::SUBMIT;
use crate::story::look;
use crate::support::browser::PAGES;
use crate::support::person::Person;
use crate::window::JavaScript;
use crate::window::Window;

const FIRST: &str = "lantern-Quarry-9012";
const SECOND: &str = "quarry-Lantern-2109";

/// A password that is chosen on a page.
fn choose(window: &Window, password: &str) {
    window.type_in("#new", password);
    window.type_in("#again", password);
    window.press(SUBMIT);
}

/// An owner adds an account, and is shown its link.
fn adds(window: &Window) -> String {
    window.go(&format!("{PAGES}/admin/users"));
    window.press("#add");
    look(window, "admin-user-add");
    look_in_every_language(window, "admin-user-add");
    window.type_in("#login", "ada.lovelace");
    window.type_in("#name", "Ada Lovelace");
    window.type_in("#groups", "crane operators, night shift");
    window.type_in("#reason", "new in the team");
    window.press(SUBMIT);
    look(window, "admin-link");
    let link = window.text("#password-link");
    link[link.find(PAGES).expect("a page of ours")..].to_owned()
}

/// Its owner chooses a password, without scripts.
fn takes_up(window: &Window, link: &str, person: &mut Person) {
    window.go(link);
    choose(window, "short");
    assert!(!window.text("#new-error").is_empty());
    choose(window, FIRST);
    assert_eq!(window.at(), format!("{PAGES}/sign-in"));
    FIRST.clone_into(&mut person.password);
    window.go("/dashboard");
    steps::enrols(window, person);
    assert_eq!(window.text("#who"), person.login);
}

/// Another password is asked for at the sign-in, after the code.
fn changes(window: &Window, person: &mut Person) {
    window.go("/dashboard");
    steps::sends_password(window, person);
    steps::sends_code(window, &person.next_code());
    choose(window, SECOND);
    assert_eq!(window.text("#who"), person.login);
}

fn edits(window: &Window) {
    window.press("#acts a[href*='/profile?']");
    look(window, "admin-deed-profile");
    look_in_every_language(window, "admin-deed-profile");
    window.type_in("#email", "ada@harbour.example");
    window.type_in("#reason", "as she asked");
    window.press(SUBMIT);
    assert!(window.text("#done").contains("changed"), "{}", window.text("#done"));
}

fn ends(window: &Window) {
    window.press("#acts a[href*='/disable?']");
    window.type_in("#reason", "left the company");
    window.press(SUBMIT);
    window.press("#acts a[href*='/remove?']");
    look(window, "admin-deed-remove");
    look_in_every_language(window, "admin-deed-remove");
    window.type_in("#reason", "left the company");
    window.press(SUBMIT);
    assert!(window.text("#done").contains("removed"), "{}", window.text("#done"));
    assert_eq!(window.texts("tbody th a"), ["alice"]);
    look(window, "admin-users-removed");
}

#[test]
fn somebody_is_added_chooses_a_password_and_leaves_again_with_and_without_javascript() {
    let mut owner = Person::named("alice");
    let stand = Stand::for_person(&owner);
    let window = stand.window(JavaScript::On);
    window.go("/dashboard");
    steps::enrols(&window, &mut owner);
    let link = adds(&window);
    let mut ada = Person::of_role("ada.lovelace", "user");
    let theirs = stand.window(JavaScript::Off);
    takes_up(&theirs, &link, &mut ada);
    window.press("main a.button");
    edits(&window);
    window.press("#acts a[href*='/password-change?']");
    look(&window, "admin-deed-password-change");
    window.press(SUBMIT);
    assert!(window.text("#done").contains("next sign-in"), "{}", window.text("#done"));
    look(&window, "admin-user-must-change");
    let another = stand.window(JavaScript::Off);
    changes(&another, &mut ada);
    window.press("#acts a[href*='/password-link?']");
    look(&window, "admin-deed-password-link");
    window.press("form .button.second");
    ends(&window);
    assert_eq!(window.complaints(), Vec::<String>::new(), "the browser's log");
}
