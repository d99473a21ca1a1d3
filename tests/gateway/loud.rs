//! The command line is loud: what is done there is announced to everybody who administers until they have seen it, and
//! counted.

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::location;
use crate::support::html;
use crate::support::office::Office;
use crate::support::person::Person;

/// What is announced to somebody, if anything is.
fn announced(browser: &mut Browser) -> Option<String> {
    let page = browser.get(&format!("{PAGES}/admin"));
    assert_eq!(page.status, 200, "{}", page.text());
    let text = page.text();
    text.contains("id=\"announced\"").then_some(text)
}

/// Says that what is announced was seen.
fn says_seen(browser: &mut Browser) {
    let text = announced(browser).expect("something is announced");
    let form = html::form(&text, &format!("{PAGES}/admin/seen")).unwrap();
    assert_eq!(location(&browser.submit(&form)), format!("{PAGES}/admin"));
}

#[test]
fn what_is_done_on_the_command_line_is_announced_to_each_until_they_have_seen_it_a273() {
    let (mut alice, mut ann) = (Person::named("alice"), Person::of_role("ann", "auditor"));
    let bob = Person::of_role("bob", "user");
    let office = Office::open(&[&alice, &ann, &bob]);
    let [mut owner, mut auditor] = [&mut alice, &mut ann].map(|person| office.browser(person));
    // The accounts were made there.
    for browser in [&mut owner, &mut auditor] {
        says_seen(browser);
        assert_eq!(announced(browser), None);
    }
    office.gateway.cli_ok(&["user", "disable", "bob"], "");
    let shown = announced(&mut owner).unwrap();
    assert!(shown.contains("account_disabled") && shown.contains(&office.id("bob")), "{shown}");
    let form = html::form(&shown, &format!("{PAGES}/admin/seen")).unwrap();
    // What comes between the look and the word is announced all the same.
    office.gateway.cli_ok(&["user", "enable", "bob"], "");
    assert_eq!(owner.submit(&form).status, 303);
    let left = announced(&mut owner).unwrap();
    assert!(left.contains("account_enabled") && !left.contains("account_disabled"), "{left}");
    says_seen(&mut owner);
    assert_eq!(announced(&mut owner), None);
    // Each says so for themselves, and nobody says more than they were shown.
    let forged = html::form(&announced(&mut auditor).unwrap(), &format!("{PAGES}/admin/seen"));
    let forged = forged.unwrap().with("acts", "999");
    assert_eq!(auditor.submit(&forged).status, 403);
    assert!(announced(&mut auditor).unwrap().contains("account_disabled"));
    // A look is no act, there as here.
    office.gateway.cli_ok(&["user", "list"], "");
    office.gateway.cli_ok(&["audit", "verify"], "");
    assert_eq!(announced(&mut owner), None);
    let counted = |act: &str, way: &str| {
        let labels = format!("act=\"{act}\",way=\"{way}\"");
        office.gateway.metric(&["portcullis_operator_acts_total", &labels])
    };
    let all = office.gateway.metric(&["portcullis_operator_acts_total"]);
    let each = (counted("disable", "machine"), counted("enable", "machine"));
    assert_eq!((each, all), ((1.0, 1.0), 2.0));
}
