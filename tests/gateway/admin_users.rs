//! The list of everybody who has an account: found, filtered, and read page by page.

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::html;
use crate::support::office::Office;
use crate::support::person::Person;

/// More than fit on one page.
const OTHERS: usize = 52;

/// Login names on a page of the list, in their order.
fn listed(browser: &mut Browser, query: &str) -> Vec<String> {
    let page = browser.get(&format!("{PAGES}/admin/users{query}"));
    assert_eq!(page.status, 200, "{query}: {}", page.text());
    logins(&page.text())
}

fn logins(page: &str) -> Vec<String> {
    let cells = page.split("<th scope=\"row\">").skip(1);
    let names = cells.map(|cell| cell.split('>').nth(1).unwrap_or_default());
    names.map(|name| name.split('<').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_help_desk_finds_everybody_page_by_page_and_refuses_what_means_nothing() {
    let mut helper = Person::of_role("zoe", "help_desk");
    let office = Office::open(&[&helper]);
    let mut browser = office.browser(&mut helper);
    assert_eq!(listed(&mut browser, ""), ["zoe"]);
    for at in 0..OTHERS {
        office.gateway.add(&Person::of_role(&format!("person{at:02}"), "user"));
    }
    office.gateway.cli_ok(&["user", "disable", "person07"], "");

    let first = browser.get(&format!("{PAGES}/admin/users?role=user"));
    let text = first.text();
    assert_eq!(html::by_id(&text, "total").as_deref(), Some("52 accounts found."));
    assert_eq!(logins(&text).len(), 50, "{text}");
    assert!(!text.contains("id=\"first\""), "this is the first: {text}");
    let second = browser.get(&html::link(&text, "after=").expect("another page"));
    assert_eq!(logins(&second.text()), ["person50", "person51"]);
    assert_eq!(html::link(&second.text(), "after="), None, "this is the last");
    assert!(second.text().contains("id=\"first\""));

    filters(&mut browser);
    means_nothing(&mut browser);
}

fn filters(browser: &mut Browser) {
    assert_eq!(listed(browser, "?text=PERSON1").len(), 10, "in whatever case");
    assert_eq!(listed(browser, "?text=person33%40example.com"), ["person33"]);
    let page = browser.get(&format!("{PAGES}/admin/users?text=person33%40example.com")).text();
    assert!(page.contains("<span class=\"kinds\">person33@example.com</span>"), "{page}");
    assert_eq!(listed(browser, "?text=Name+of+zoe"), ["zoe"]);
    // As much as the field takes.
    let long = "%E6%BC%A2".repeat(100);
    assert_eq!(listed(browser, &format!("?text={long}")), Vec::<String>::new());
    assert_eq!(listed(browser, "?state=disabled&role="), ["person07"]);
    assert_eq!(listed(browser, "?standing=enrolled"), ["zoe"]);
    assert_eq!(listed(browser, "?text=nobody"), Vec::<String>::new());
}

fn means_nothing(browser: &mut Browser) {
    for bad in
        ["?role=king", "?state=gone", "?standing=x", "?after=%00", "?limit=9", "?text=a&text=b"]
    {
        let answer = browser.get(&format!("{PAGES}/admin/users{bad}"));
        assert_eq!(answer.status, 400, "{bad}");
    }
    let evil = browser.get(&format!("{PAGES}/admin/users?text=%22%3E%3Cscript%3E")).text();
    assert!(!evil.contains("<script>"), "A-270: {evil}");
}
