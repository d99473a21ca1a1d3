//! A person where a rule is in the way: in the wrong place, with the wrong account, or with a proof that is too
//! old.

use crate::stand::Stand;
use crate::steps::SUBMIT;
use crate::steps::enrols;
use crate::story::look;
use crate::support::browser::PAGES;
use crate::support::person::Person;
use crate::window::JavaScript;

/// The office is somewhere else, and `/admin` is somebody else's.
const RULES: &str = "    routes:\n      \
     - { path: /reports, require: { networks: [office] } }\n      \
     - { path: /admin, require: { users: [bob] } }\n\
     networks: { office: [203.0.113.0/24] }\n";

#[test]
fn who_may_not_pass_reads_what_happened_and_whom_to_ask_s0_28_s0_30() {
    let mut person = Person::named("alice");
    let stand = Stand::with_rules(&person, RULES);
    let window = stand.window(JavaScript::On);
    window.go("/reports");
    assert_eq!(window.text("h1"), "Not from here");
    assert_eq!(window.text("#client"), "127.0.0.1");
    assert_ne!(window.text("#request-id"), "");
    assert!(window.text("body").contains("extension 4400"), "whom to ask");
    look(&window, "not-from-here");

    window.go("/dashboard");
    enrols(&window, &mut person);
    assert_eq!(window.at(), "/dashboard");

    window.go("/reports");
    assert_eq!(window.text("h1"), "Not from here", "signed in or not");
    window.go("/admin");
    assert_eq!(window.text("h1"), "Not with this account");
    assert_eq!(window.count("#client"), 0);
    look(&window, "not-with-this-account");
    window.press("main a.button");
    assert_eq!(window.text("h1"), "Sign out?");

    // As the gate sends whoever proved it longer ago than a rule allows.
    window.go(&format!("{PAGES}/challenge?max_age=0&next=/dashboard"));
    assert_eq!(window.text("h1"), "Confirm that it is you");
    look(&window, "confirm");
    window.type_in("#code", &person.wrong_code());
    window.press(SUBMIT);
    assert!(window.text("#code-error").contains("not right"));
    look(&window, "confirm-wrong");
    assert_eq!(window.count("a[href*='backup']"), 0, "a backup code is no fresh proof");
    window.type_in("#code", &person.next_code());
    window.press(SUBMIT);
    assert_eq!(window.at(), "/dashboard");
}
