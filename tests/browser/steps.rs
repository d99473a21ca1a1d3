//! What people do at the built-in pages, in every story alike.

use crate::support::person::Person;
use crate::window::Window;

/// The button that a page is for.
pub(crate) const SUBMIT: &str = "main button.button[type=submit]";

/// Fills in the sign-in page.
pub(crate) fn sends_password(window: &Window, person: &Person) {
    assert_eq!(window.text("h1"), "Sign in");
    window.type_in("#login", &person.login);
    window.type_in("#password", &person.password);
    window.press(SUBMIT);
}

/// Fills in a page that asks for a code.
pub(crate) fn sends_code(window: &Window, code: &str) {
    window.type_in("#code", code);
    window.press(SUBMIT);
}

/// Says that the backup codes are stored.
pub(crate) fn stores_codes(window: &Window) {
    window.click("#stored");
    window.press("form[action$='/codes'] .button");
}

/// Signs in where a second factor is asked for, and sets up the app.
pub(crate) fn enrols(window: &Window, person: &mut Person) {
    sends_password(window, person);
    person.scan(&window.text("#totp-key"));
    sends_code(window, &person.next_code());
    person.backup_codes = window.texts(".backup-code");
    stores_codes(window);
}
