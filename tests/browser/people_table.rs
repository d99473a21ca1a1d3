//! People brought in as a table: pasted, checked, mended, brought in; on every screen, with and without JavaScript.

use crate::languages::look_in_every_language;
use crate::stand::Stand;
use crate::steps;
use crate::story::look;
use crate::support::browser::PAGES;
use crate::support::person::Person;
use crate::window::JavaScript;
use crate::window::Window;

const WRONG: &str = "login,name,role\nada.lovelace,Ada Lovelace,boss\nalice,,\nbob\n";
const GOOD: &str =
    "login,name,groups\nada.lovelace,Ada Lovelace,\"crane operators, night shift\"\n";

/// Pastes a table, and has it checked.
fn pastes(window: &Window, table: &str) {
    window.type_in("#csv", table);
    window.press("#check");
}

#[test]
fn a_table_is_mended_where_the_page_says_and_then_brought_in_with_and_without_javascript() {
    let mut owner = Person::named("alice");
    let stand = Stand::for_person(&owner);
    let window = stand.window(JavaScript::On);
    window.go("/dashboard");
    steps::enrols(&window, &mut owner);
    window.go(&format!("{PAGES}/admin/users"));
    look(&window, "admin-users-owner");
    window.press("#export");
    look(&window, "admin-users-export");
    look_in_every_language(&window, "admin-users-export");
    window.press("form .button.second");
    window.press("#import");
    look(&window, "admin-import");
    look_in_every_language(&window, "admin-import");
    pastes(&window, WRONG);
    assert_eq!(window.texts("#faults tbody tr").len(), 3);
    look(&window, "admin-import-wrong");
    assert_eq!(window.value("#csv", "value"), WRONG);
    pastes(&window, GOOD);
    assert!(window.text("#ready").contains("One account"), "{}", window.text("#ready"));
    look(&window, "admin-import-ready");
    assert_eq!(window.complaints(), Vec::<String>::new(), "the browser's log");

    let plain = stand.window(JavaScript::Off);
    plain.go(&format!("{PAGES}/admin/users/import"));
    steps::sends_password(&plain, &owner);
    steps::sends_code(&plain, &owner.next_code());
    pastes(&plain, GOOD);
    plain.type_in("#reason", "the night shift");
    plain.press("#import");
    assert!(plain.text("#done").contains("have their accounts"), "{}", plain.text("#done"));
    assert_eq!(plain.texts("tbody th a"), ["ada.lovelace", "alice"]);
}
