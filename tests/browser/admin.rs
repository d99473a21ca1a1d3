//! Somebody who administers, in the pages for that: with scripts, where the pages are judged, and without.

use crate::languages::look_in_every_language;
use crate::stand::Stand;
use crate::steps::SUBMIT;
use crate::steps::enrols;
use crate::steps::sends_code;
use crate::steps::sends_password;
use crate::story::look;
use crate::support::browser::PAGES;
use crate::support::person::Person;
use crate::window::JavaScript;

#[test]
fn whoever_administers_finds_the_overview_from_their_account() {
    let mut person = Person::named("alice");
    let stand = Stand::for_person(&person);
    let window = stand.window(JavaScript::On);
    window.go("/dashboard");
    enrols(&window, &mut person);
    window.go(&format!("{PAGES}/account"));
    window.press("#admin");
    assert_eq!(window.at(), format!("{PAGES}/admin"));
    assert_eq!(window.text("#role"), "Owner");
    assert_eq!(window.texts("[aria-current=page]"), ["Overview"]);
    look(&window, "admin-overview");
    look_in_every_language(&window, "admin-overview");
    window.press(".sections a[href$='/users']");
    assert_eq!(window.at(), format!("{PAGES}/admin/users"));
    assert_eq!(window.texts("[aria-current=page]"), ["Users"]);
    assert_eq!(window.texts("tbody th a"), ["alice"]);
    look(&window, "admin-users");
    look_in_every_language(&window, "admin-users");
    assert_eq!(window.complaints(), Vec::<String>::new(), "the browser's log");

    let plain = stand.window(JavaScript::Off);
    plain.go(&format!("{PAGES}/admin"));
    sends_password(&plain, &person);
    sends_code(&plain, &person.next_code());
    assert_eq!(plain.at(), format!("{PAGES}/admin"), "a proof leads back");
    assert_eq!(plain.text("h1"), "Overview");
}

#[test]
fn an_account_is_looked_at_and_something_is_done_to_it_with_and_without_javascript_s0_26() {
    let mut admin = Person::named("alice");
    admin.role = "admin";
    let stand = Stand::for_person(&admin);
    let mut user = Person::named("ada.lovelace");
    user.role = "user";
    stand.gateway.add(&user);
    for script in [JavaScript::On, JavaScript::Off] {
        let window = stand.window(script);
        window.go("/dashboard");
        if script == JavaScript::On {
            enrols(&window, &mut admin);
        } else {
            sends_password(&window, &admin);
            sends_code(&window, &admin.next_code());
        }
        window.go(&format!("{PAGES}/admin/users?text=ada"));
        window.press("tbody th a");
        assert_eq!(window.text("#login"), "ada.lovelace");
        window.press("#acts a[href*='/terms?']");
        if script == JavaScript::On {
            look(&window, "admin-deed-terms");
        }
        window.type_in("#grace", "tomorrow");
        window.type_in("#reason", "new in the team");
        window.press(SUBMIT);
        assert!(window.text("#problem").contains("required"), "{}", window.text("#problem"));
        window.press("form .button.second");
        window.press("#acts a[href*='/disable?']");
        window.type_in("#reason", "left the company");
        if script == JavaScript::On {
            look(&window, "admin-deed");
        }
        window.press(SUBMIT);
        assert!(window.text("#done").contains("disabled"), "{}", window.text("#done"));
        if script == JavaScript::On {
            look(&window, "admin-user");
            look_in_every_language(&window, "admin-user");
            assert_eq!(window.complaints(), Vec::<String>::new(), "the browser's log");
        }
        window.press("#acts a[href*='/enable?']");
        window.press(SUBMIT);
        assert!(window.text("#done").contains("enabled"), "{}", window.text("#done"));
    }
}

#[test]
fn sessions_tokens_and_the_audit_log_are_listed_on_every_screen() {
    let mut owner = Person::named("alice");
    let stand = Stand::for_person(&owner);
    let window = stand.window(JavaScript::On);
    window.go("/dashboard");
    enrols(&window, &mut owner);
    window.go(&format!("{PAGES}/admin/sessions"));
    look(&window, "admin-sessions");
    window.go(&format!("{PAGES}/admin/tokens"));
    window.press("#add");
    look(&window, "admin-token-add");
    window.type_in("#name", "backup");
    window.type_in("#reason", "nightly export");
    window.press(SUBMIT);
    assert!(!window.text("#secret").is_empty());
    look(&window, "admin-secret");
    window.press("main a.button");
    look(&window, "admin-tokens");
    look_in_every_language(&window, "admin-tokens");
    window.go(&format!("{PAGES}/admin/audit"));
    window.type_in("#kind", "token");
    window.press(SUBMIT);
    assert_eq!(window.texts("tbody code"), ["service_token_issued"]);
    look(&window, "admin-audit");
    window.go(&format!("{PAGES}/admin/policy"));
    look(&window, "admin-policy");
    look_in_every_language(&window, "admin-policy");
    window.press("#change");
    window.press(SUBMIT);
    look(&window, "admin-rehearsal");
    assert_eq!(window.complaints(), Vec::<String>::new(), "the browser's log");
}
