//! The language of what the gateway says by itself, in front of any page.

use portcullis::words::Language;

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::html::Form;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorder;
use crate::support::world::SENTINEL;

/// A path that may not pass.
const REFUSED: &str = "/a%00b";

fn console() -> Recorder {
    Recorder::scripted(|request| Answer::ok(request, SENTINEL))
}

/// Goes to an address, as somebody with these languages.
fn go(browser: &mut Browser, target: &str, languages: &str) -> Response {
    let headers = format!(
        "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n\
         Sec-Fetch-Site: same-origin\r\nAccept-Language: {languages}\r\n"
    );
    browser.request("GET", target, &headers, "")
}

/// Whether a page is in this language, and says this.
fn is_in(page: &Response, language: Language, key: &str) {
    let text = page.text();
    assert!(text.contains(&format!("<html lang=\"{}\">", language.tag())), "{text}");
    assert!(text.contains(language.say(key)), "{text}");
}

#[test]
fn a_refusal_is_in_the_language_of_the_person_and_in_english_for_programs() {
    let console = console();
    let gateway = Gateway::start(&Setup::before(console.address()), &[]);
    let mut browser = Browser::new(&gateway);
    for language in Language::ALL {
        let page = go(&mut browser, REFUSED, &format!("sv, {};q=0.5", language.tag()));
        assert_eq!(page.status, 400);
        is_in(&page, language, "refusal-ambiguous");
    }
    let answer = browser.request("GET", REFUSED, "Accept-Language: de\r\n", "");
    assert!(answer.text().contains(Language::English.say("refusal-ambiguous")), "{answer:?}");
}

#[test]
fn a_choice_holds_for_every_page_and_no_console_learns_of_it_a015() {
    let console = console();
    let mut person = Person::named("alice");
    let gateway = Gateway::start(&Setup::before(console.address()), &[&person]);
    let mut browser = Browser::new(&gateway);
    browser.sign_in(&mut person);
    let choice = Form {
        action: format!("{PAGES}/language"),
        fields: [("language", "ja"), ("back", "/.portcullis/account")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
    };
    let answer = browser.submit(&choice);
    assert_eq!(answer.header("location"), Some("/.portcullis/account"));
    is_in(&go(&mut browser, REFUSED, "de"), Language::Japanese, "refusal-ambiguous");
    is_in(&go(&mut browser, "/.portcullis/account", "de"), Language::Japanese, "account-sessions");
    assert_eq!(go(&mut browser, "/", "de").status, 200);
    let seen = console.requests();
    assert_eq!(seen[0].values("accept-language"), ["de"], "the browser's own wish passes");
    assert_eq!(seen[0].values("cookie"), Vec::<String>::new(), "A-015");

    // In another browser the account knows, and one that never was here does not.
    let mut other = Browser::new(&gateway);
    other.sign_in(&mut person);
    is_in(&go(&mut other, REFUSED, "de"), Language::Japanese, "refusal-ambiguous");
    is_in(&go(&mut Browser::new(&gateway), REFUSED, "de"), Language::German, "refusal-ambiguous");
}
