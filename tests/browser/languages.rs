//! A person who reads another language: every page of the gateway in each of them.

use portcullis::words::Language;

use crate::accessible;
use crate::stand::Stand;
use crate::story::look;
use crate::support::browser::PAGES;
use crate::support::person::Person;
use crate::window::JavaScript;
use crate::window::Window;

const SUBMIT: &str = "main button.button[type=submit]";

/// The languages whose pages are also kept as pictures: the longest words, and another script.
const PICTURED: [Language; 2] = [Language::German, Language::Japanese];

#[test]
fn every_page_is_whole_in_every_language_and_the_person_chooses() {
    let mut person = Person::named("alice");
    let stand = Stand::for_person(&person);
    let window = stand.window(JavaScript::On);
    window.go("/dashboard");
    let at = window.at();
    look_in_every_language(&window, "sign-in");
    assert_eq!(window.at(), at, "and stays where they are");

    choose(&window, Language::German);
    sends_password(&window, &person, "not the password");
    assert_eq!(window.text("#sign-in-error"), Language::German.say("sign-in-wrong"));
    look(&window, "de-sign-in-wrong");
    choose(&window, Language::Japanese);
    sends_password(&window, &person, "not the password either");
    look(&window, "ja-sign-in-wrong");
    sends_password(&window, &person, &person.password);

    person.scan(&window.text("#totp-key"));
    let key = window.text("#totp-key");
    look_in_every_language(&window, "enrol");
    assert_eq!(window.text("#totp-key"), key, "the app need not scan again");
    choose(&window, Language::German);
    window.type_in("#code", &person.wrong_code());
    window.press(SUBMIT);
    look(&window, "de-enrol-wrong");
    window.type_in("#code", &person.next_code());
    window.press(SUBMIT);
    assert_eq!(window.text("h1"), Language::German.say("codes-first"));
    assert_eq!(window.count(".languages"), 0, "codes that are shown once are not left");
    look(&window, "de-codes");
    window.click("#stored");
    window.press("form[action$='/codes'] .button");
    has_an_account(&window);
    comes_back(&window, &person);
    assert_eq!(window.complaints(), Vec::<String>::new(), "the browser's log");

    // What would be said of a page that is not for everybody.
    window.script("document.querySelector('main label').remove()");
    assert!(accessible::axe(&window).to_string().contains("label: Form elements must have labels"));
}

fn has_an_account(window: &Window) {
    for page in ["account", "sign-out", "nowhere"] {
        window.go(&format!("{PAGES}/{page}"));
        look_in_every_language(window, page);
    }
    window.go(&format!("{PAGES}/account"));
    window.press("form[action$='/sign-out'] button");
    look_in_every_language(window, "signed-out");
}

fn comes_back(window: &Window, person: &Person) {
    window.go(&format!("{PAGES}/sign-in"));
    sends_password(window, person, &person.password);
    look_in_every_language(window, "challenge");
    window.go(&format!("{PAGES}/challenge?method=backup_code"));
    look_in_every_language(window, "challenge-backup");
    choose(window, Language::Japanese);
    window.type_in("#code", "aaaa-aaaa-aaaa-aaaa");
    window.press(SUBMIT);
    assert_eq!(window.text("#code-error"), Language::Japanese.say("backup-code-wrong"));
    look(window, "ja-challenge-backup-wrong");
}

fn sends_password(window: &Window, person: &Person, password: &str) {
    window.type_in("#login", &person.login);
    window.type_in("#password", password);
    window.press(SUBMIT);
}

/// Chooses a language at the foot of the page.
fn choose(window: &Window, language: Language) {
    let tag = language.tag();
    if window.find_attribute("html", "lang") != tag {
        window.press(&format!(".languages button[lang={tag}]"));
    }
    assert_eq!(window.find_attribute("html", "lang"), tag);
    assert_eq!(window.text(".languages [aria-current]"), language.own_name());
}

/// Looks at the page in each language; it is English afterwards.
pub(crate) fn look_in_every_language(window: &Window, page: &str) {
    for language in Language::ALL.into_iter().rev() {
        choose(window, language);
        if PICTURED.contains(&language) {
            look(window, &format!("{}-{page}", language.tag()));
        } else {
            accessible::check(window);
        }
    }
}
