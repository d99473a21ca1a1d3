//! A person looks after their own account.

use crate::languages::look_in_every_language;
use crate::stand::Stand;
use crate::story::look;
use crate::support::browser::PAGES;
use crate::support::person::Person;
use crate::window::JavaScript;
use crate::window::Window;

const SUBMIT: &str = "main button.button[type=submit]";

#[test]
fn a_person_looks_after_their_account() {
    let mut person = Person::named("alice");
    let stand = Stand::for_person(&person);
    let window = stand.window(JavaScript::On);
    enrols(&window, &mut person);
    names_the_app(&window);
    adds_another(&window);
    removes_the_first(&window);
    changes_the_password(&window, &mut person);
    for page in ["codes", "password"] {
        window.go(&format!("{PAGES}/account/{page}"));
        look_in_every_language(&window, &format!("account-{page}"));
    }
    let other = stand.window(JavaScript::Off);
    sends_password(&other, &person);
    other.press("a[href*='backup']");
    other.type_in("#code", &person.backup_codes[0]);
    other.press(SUBMIT);
    let judge = stand.window(JavaScript::On);
    let others = Others { other: &other, judge: &judge };
    sees_the_sessions(&window, &others);
    assert_eq!(window.complaints(), Vec::<String>::new(), "the browser's log");
    says_that_it_is_lost(&others, &person);
}

fn sends_password(window: &Window, person: &Person) {
    window.go("/dashboard");
    window.type_in("#login", &person.login);
    window.type_in("#password", &person.password);
    window.press(SUBMIT);
}

fn enrols(window: &Window, person: &mut Person) {
    sends_password(window, person);
    person.scan(&window.text("#totp-key"));
    window.type_in("#code", &person.next_code());
    window.press(SUBMIT);
    person.backup_codes = window.texts(".backup-code");
    window.click("#stored");
    window.press("form[action$='/codes'] .button");
}

fn names_the_app(window: &Window) {
    window.go(&format!("{PAGES}/account"));
    window.press(".factor-change");
    assert!(window.sees("#stays"), "the last one stays");
    look(window, "account-factor-stays");
    window.type_in("#name", " ");
    window.press("form[action$='/rename'] button");
    assert!(window.sees("#name-error"));
    look(window, "account-factor-wrong");
    window.type_in("#name", "Old phone");
    window.press("form[action$='/rename'] button");
    assert_eq!(window.text("#done"), "The name is changed.");
    assert_eq!(window.texts(".item h3"), ["Old phone"]);
    look(window, "account-done");
}

fn adds_another(window: &Window) {
    window.go(&format!("{PAGES}/account"));
    window.press(".additions a[href$='method=totp']");
    let mut phone = Person::named("alice");
    phone.scan(&window.text("#totp-key"));
    window.type_in("#code", &phone.next_code());
    window.press(SUBMIT);
    assert_eq!(window.at(), format!("{PAGES}/account"));
    assert_eq!(window.count(".item"), 2);
    assert_eq!(window.text("#codes-left"), "10", "the codes are those of the first");
    look(window, "account-two");
}

fn removes_the_first(window: &Window) {
    window.press(".factor-change");
    assert_eq!(window.text("h1"), "Old phone");
    look(window, "account-factor");
    window.press("form[action$='/remove'] button");
    assert!(window.text("#done").starts_with("It is removed."));
    assert_eq!(window.count(".item"), 1);
}

fn changes_the_password(window: &Window, person: &mut Person) {
    window.press("a[href$='/account/password']");
    let new = "heather-Anvil-2208-canary";
    let changes = |old: &str, new: &str, again: &str| {
        window.type_in("#old", old);
        window.type_in("#new", new);
        window.type_in("#again", again);
        window.press(SUBMIT);
    };
    changes("not the password", new, new);
    assert!(window.text("#old-error").contains("not your present password"));
    look(window, "account-password-old-wrong");
    changes(&person.password, new, "another");
    assert!(window.text("#new-error").contains("not the same"));
    look(window, "account-password-unequal");
    changes(&person.password, new, new);
    assert!(window.text("#done").starts_with("Your password is changed."));
    new.clone_into(&mut person.password);
}

/// A browser without scripts, in which the person signed in with a backup code, and one with scripts, in which its pages
/// are judged: what judges them is one.
struct Others<'a> {
    other: &'a Window,
    judge: &'a Window,
}

impl Others<'_> {
    fn look(&self, page: &str) {
        self.judge.follow(self.other);
        assert_eq!(self.judge.text("h1"), self.other.text("h1"));
        look(self.judge, page);
    }
}

fn sees_the_sessions(window: &Window, others: &Others<'_>) {
    let other = others.other;
    window.go(&format!("{PAGES}/account/sessions"));
    assert_eq!(window.count(".session"), 2);
    assert_eq!(window.count(".tag"), 1, "which one this is");
    look_in_every_language(window, "account-sessions");
    other.go(&format!("{PAGES}/account/sessions"));
    assert!(other.sees("#prove"), "a backup code is no proof for that");
    others.look("account-sessions-stale");
    other.go("/dashboard");
    assert_eq!(other.text("#who"), "alice");
}

fn says_that_it_is_lost(others: &Others<'_>, person: &Person) {
    let other = others.other;
    other.go(&format!("{PAGES}/account"));
    other.press(".factor-lost");
    others.look("account-lost");
    other.press("form[action$='/lost'] button");
    let mut phone = Person::named(&person.login);
    phone.scan(&other.text("#totp-key"));
    other.type_in("#code", &phone.next_code());
    other.press(SUBMIT);
    assert!(other.text("#done").starts_with("It is replaced."));
}
