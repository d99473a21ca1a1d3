//! The audit log in the administration: found by kind, account and what a record says, latest first, page by page.

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::person::Person;
use crate::support::recorder::Recorder;

fn person(role: &'static str) -> Person {
    let mut person = Person::named(&role.replace('_', "-"));
    person.role = role;
    person
}

/// The page for a query, with the kinds of its records in their order.
fn kinds(browser: &mut Browser, query: &str) -> (String, Vec<String>) {
    let shown = browser.get(&format!("{PAGES}/admin/audit{query}"));
    assert_eq!(shown.status, 200, "{query}: {}", shown.text());
    let text = shown.text();
    let cells = text.split("<code class=\"mono\">").skip(1);
    let kinds = cells.map(|cell| cell.split('<').next().unwrap().to_owned()).collect();
    (text, kinds)
}

#[test]
fn an_auditor_finds_who_did_what_to_whom_and_a_help_desk_reads_nothing_a260_a270() {
    let recorder = Recorder::start();
    let (mut auditor, mut desk, user) = (person("auditor"), person("help_desk"), person("user"));
    let setup = Setup::before(recorder.address());
    let gateway = Gateway::start(&setup, &[&auditor, &desk, &user]);
    let mut desks = Browser::new(&gateway);
    desks.sign_in(&mut desk);
    assert_eq!(desks.get(&format!("{PAGES}/admin/audit")).status, 403);
    let mut auditors = Browser::new(&gateway);
    auditors.sign_in(&mut auditor);
    let why = "<b>=HYPERLINK(\"//evil\")";
    gateway.cli_ok(&["user", "reset-mfa", "user", "--reason", why], "");
    gateway.cli_ok(&["user", "disable", "user"], "");

    let (text, all) = kinds(&mut auditors, "");
    assert_eq!(all[..2], ["account_disabled", "mfa_reset"], "latest first");
    assert!(all.contains(&"store_created".to_owned()), "{all:?}");
    assert!(!text.contains("<b>=") && text.contains("=HYPERLINK"), "{text}");
    let (_, of_user) = kinds(&mut auditors, "?user=user");
    assert_eq!(of_user, ["account_disabled", "mfa_reset", "account_created"]);
    let (_, resets) = kinds(&mut auditors, "?kind=MFA_&user=user");
    assert_eq!(resets, ["mfa_reset"]);
    let (_, said) = kinds(&mut auditors, "?text=hyperlink");
    assert_eq!(said, ["mfa_reset"]);
    for nothing in ["?user=nobody", "?user=..%2F", "?kind=%25", "?text=_", "?before=1"] {
        let (text, none) = kinds(&mut auditors, nothing);
        let is_wild = nothing == "?text=_";
        assert!(
            is_wild || (none.is_empty() && text.contains("id=\"none\"")),
            "{nothing}: {none:?}"
        );
    }
    for bad in ["?before=x", "?before=-1", "?sort=kind", "?kind=a&kind=b"] {
        assert_eq!(auditors.get(&format!("{PAGES}/admin/audit{bad}")).status, 400, "{bad}");
    }
    let long = format!("{PAGES}/admin/audit?text={}", "x".repeat(500));
    assert_eq!(auditors.get(&long).status, 400);
}

#[test]
fn a_long_log_is_read_page_by_page_without_a_gap() {
    let recorder = Recorder::start();
    let mut auditor = person("auditor");
    let gateway = Gateway::start(&Setup::before(recorder.address()), &[&auditor]);
    let mut browser = Browser::new(&gateway);
    browser.sign_in(&mut auditor);
    for at in 0..60 {
        let mut other = Person::named(&format!("person{at:02}"));
        other.role = "user";
        gateway.add(&other);
    }
    let (mut query, mut found) = ("?kind=account_created".to_owned(), 0);
    let mut pages = 0;
    loop {
        let (text, here) = kinds(&mut browser, &query);
        assert!(here.iter().all(|kind| kind == "account_created"), "{here:?}");
        (found, pages) = (found + here.len(), pages + 1);
        let Some(next) = text.split("id=\"next\"").nth(1) else { break };
        let href = next.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
        let href = href.replace("&#38;", "&").replace("&amp;", "&");
        query = href.split_once("/admin/audit").unwrap().1.to_owned();
    }
    assert_eq!((found, pages), (61, 2));
}
