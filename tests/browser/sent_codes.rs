//! A person who sets up codes by e-mail and SMS: what they read, in two languages, whatever the mail server does.

use portcullis::words::Language;

use crate::stand::Stand;
use crate::story::look;
use crate::support::browser::PAGES;
use crate::support::person::Person;
use crate::window::JavaScript;
use crate::window::Window;

/// Where mails and messages go, nobody listens.
const KINDS: &str = "authenticators:\n  \
     email: { enabled: true, own_address: true }\n  sms: { enabled: true, own_number: true }\n\
     mail: { from: no-reply@harbour.example, smtp: { host: 127.0.0.1, port: 9, tls: none_on_loopback } }\n\
     sms: { url: \"http://127.0.0.1:9/\", prefixes: [\"+49\"] }\n";

const SUBMIT: &str = "main button.button[type=submit]";

#[test]
fn an_address_is_entered_and_its_code_asked_for_in_words_everybody_can_read_s1_21() {
    let person = Person::named("alice");
    let stand = Stand::with_rules(&person, KINDS);
    let window = stand.window(JavaScript::On);
    for language in [Language::German, Language::Japanese, Language::English] {
        let tag = language.tag();
        window.go(&format!("{PAGES}/sign-out"));
        window.go(&format!("{PAGES}/sign-in"));
        if window.find_attribute("html", "lang") != tag {
            window.press(&format!(".languages button[lang={tag}]"));
        }
        signs_in(&window, &person);
        assert_eq!(window.text("h1"), language.say("enrol-choice"));
        look(&window, &format!("{tag}-enrol-choice"));
        enters(&window, language, ("email", "contact-title-email"), "nobody", "ann@example.org");
        enters(&window, language, ("sms", "contact-title-sms"), "4711", "+49 151 23456789");
        window.press(".who button");
    }
    assert_eq!(window.complaints(), Vec::<String>::new(), "the browser's log");
}

fn signs_in(window: &Window, person: &Person) {
    window.type_in("#login", &person.login);
    window.type_in("#password", &person.password);
    window.press(SUBMIT);
}

/// A wrong address, then a right one.
fn enters(
    window: &Window,
    language: Language,
    (kind, title): (&str, &str),
    wrong: &str,
    right: &str,
) {
    let tag = language.tag();
    window.go(&format!("{PAGES}/enrol?method={kind}"));
    assert_eq!(window.text("h1"), language.say(title));
    look(window, &format!("{tag}-contact-{kind}"));
    // What the browser itself would say first is in its own words.
    window.script("document.querySelector('main form').noValidate = true");
    window.type_in("#address", wrong);
    window.press(SUBMIT);
    assert_ne!(window.text("#address-error"), "");
    look(window, &format!("{tag}-contact-{kind}-wrong"));
    window.type_in("#address", right);
    window.press(SUBMIT);
    look(window, &format!("{tag}-contact-{kind}-sent"));
}
