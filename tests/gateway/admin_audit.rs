//! The audit log in the administration: found by kind, account and what a record says, latest first, page by page.

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::html;
use crate::support::office::Office;
use crate::support::person::Person;
use crate::support::raw_client::Response;

/// The page for a query, with the kinds of its records in their order.
fn kinds(browser: &mut Browser, query: &str) -> (String, Vec<String>) {
    let shown = browser.get(&format!("{PAGES}/admin/audit{query}"));
    assert_eq!(shown.status, 200, "{query}: {}", shown.text());
    let text = shown.text();
    let cells = text.split("<code class=\"mono\">").skip(1);
    let kinds = cells.map(|cell| cell.split('<').next().unwrap().to_owned()).collect();
    (text, kinds)
}

/// The help desk resets a user's second factor on the page, for this reason.
fn resets(browser: &mut Browser, id: &str, why: &str) {
    let shown = browser.get(&format!("{PAGES}/admin/user/reset?id={id}")).text();
    let form = html::form(&shown, &format!("{PAGES}/admin/user/reset")).expect("a form");
    assert_eq!(browser.submit(&form.with("reason", why)).status, 303);
}

#[test]
fn an_auditor_finds_who_did_what_to_whom_and_a_help_desk_reads_nothing_a260_a270() {
    let mut auditor = Person::of_role("auditor", "auditor");
    let mut desk = Person::of_role("help-desk", "help_desk");
    let user = Person::of_role("user", "user");
    let office = Office::open(&[&auditor, &desk, &user]);
    let mut desks = office.browser(&mut desk);
    assert_eq!(desks.get(&format!("{PAGES}/admin/audit")).status, 403);
    let mut auditors = office.browser(&mut auditor);
    resets(&mut desks, &office.id("user"), "<b>=HYPERLINK(\"//evil\")");
    office.gateway.cli_ok(&["user", "disable", "user", "--reason", "100%_Sure"], "");

    let (text, all) = kinds(&mut auditors, "");
    let latest = ["audit_read", "account_disabled", "mfa_reset"];
    assert_eq!(all[..3], latest, "latest first");
    assert!(all.contains(&"store_created".to_owned()), "{all:?}");
    assert!(!text.contains("<b>=") && text.contains("=HYPERLINK"), "{text}");
    finds_whom_and_what(&mut auditors);
    finds_what_is_written_as_it_is_written(&mut auditors);
    for bad in ["?before=x", "?before=-1", "?sort=kind", "?kind=a&kind=b"] {
        assert_eq!(auditors.get(&format!("{PAGES}/admin/audit{bad}")).status, 400, "{bad}");
    }
    let long = format!("{PAGES}/admin/audit?text={}", "x".repeat(500));
    assert_eq!(auditors.get(&long).status, 400);
}

fn finds_whom_and_what(auditors: &mut Browser) {
    let mut found = |query: &str| kinds(auditors, query).1;
    assert_eq!(found("?user=user"), ["account_disabled", "mfa_reset", "account_created"]);
    let of_desk = found("?user=help-desk");
    assert_eq!(of_desk[0], "mfa_reset", "what they did: {of_desk:?}");
    assert_eq!(of_desk.last().unwrap(), "account_created", "what was done to them: {of_desk:?}");
    assert!(!of_desk.contains(&"account_disabled".to_owned()), "{of_desk:?}");
    assert_eq!(found("?kind=MFA_&user=user"), ["mfa_reset"]);
    assert_eq!(found("?text=hyperlink"), ["mfa_reset"]);
}

/// No sign stands for others: what is looked for is found as it is written, in whatever case.
fn finds_what_is_written_as_it_is_written(auditors: &mut Browser) {
    for sure in ["?text=%25", "?text=_&user=user", "?text=0%25_s"] {
        let (text, found) = kinds(auditors, sure);
        assert_eq!(found, ["account_disabled"], "{sure}: {text}");
    }
    for nothing in [
        "?user=nobody",
        "?user=..%2F",
        "?kind=%25",
        "?text=1_0",
        "?text=1%25e",
        "?text=.*",
        "?before=1",
    ] {
        let (text, none) = kinds(auditors, nothing);
        assert!(none.is_empty() && text.contains("id=\"none\""), "{nothing}: {none:?}");
    }
}

#[test]
fn a_long_log_is_read_page_by_page_without_a_gap() {
    let mut auditor = Person::of_role("auditor", "auditor");
    let office = Office::open(&[&auditor]);
    let mut browser = office.browser(&mut auditor);
    for at in 0..60 {
        office.gateway.add(&Person::of_role(&format!("person{at:02}"), "user"));
    }
    let (mut query, mut found) = ("?kind=account_created".to_owned(), 0);
    let mut pages = 0;
    loop {
        let (text, here) = kinds(&mut browser, &query);
        assert!(here.iter().all(|kind| kind == "account_created"), "{here:?}");
        (found, pages) = (found + here.len(), pages + 1);
        let Some(next) = html::link(&text, "before=") else { break };
        query = next.split_once("/admin/audit").unwrap().1.to_owned();
    }
    assert_eq!((found, pages), (61, 2));
}

/// Where records are taken out.
fn export() -> String {
    format!("{PAGES}/admin/audit/export")
}

/// Asks for a file, in this form and for this reason.
fn take_out(browser: &mut Browser, fields: &[(&str, &str)]) -> Response {
    let shown = browser.get(&export());
    assert_eq!(shown.status, 200, "{}", shown.text());
    let form = html::form(&shown.text(), &export()).expect("a form");
    let form = form.with("form", "jsonl").with("from", "").with("to", "");
    let form = fields.iter().fold(form, |form, (name, value)| form.with(name, value));
    browser.submit(&form)
}

#[test]
fn an_owner_takes_the_log_out_as_lines_that_verify_and_as_a_table_without_formulas_a267_a268() {
    let (mut owner, mut auditor) = (Person::named("alice"), Person::of_role("auditor", "auditor"));
    let office = Office::open(&[&owner, &auditor]);
    let mut auditors = office.browser(&mut auditor);
    let log = auditors.get(&format!("{PAGES}/admin/audit"));
    assert!(!log.text().contains("audit/export"), "{}", log.text());
    assert_eq!(auditors.get(&export()).status, 403);
    let evil = "=cmd|'/c calc'!A1";
    office.gateway.cli_ok(&["user", "disable", "auditor", "--reason", evil], "");
    let mut browser = office.browser(&mut owner);
    let log = browser.get(&format!("{PAGES}/admin/audit"));
    assert!(log.text().contains("audit/export"), "{}", log.text());

    let refused = take_out(&mut browser, &[("form", "csv"), ("reason", "")]);
    assert!(refused.status == 400 && refused.header("content-disposition").is_none());
    let refused = take_out(&mut browser, &[("from", "99999"), ("reason", "a look")]);
    assert_eq!(refused.status, 400, "{}", refused.text());
    assert!(office.records("audit_exported").is_empty());

    let lines = take_out(&mut browser, &[("form", "jsonl"), ("reason", "the yearly look")]);
    is_file(&lines, "application/x-ndjson", ".jsonl");
    let file = office.gateway.path("out.jsonl");
    std::fs::write(&file, lines.text()).unwrap();
    office.gateway.cli_ok(&["audit", "verify", "--file", &file.display().to_string()], "");

    let table = take_out(&mut browser, &[("form", "csv"), ("to", "12"), ("reason", "a look")]);
    is_file(&table, "text/csv; charset=utf-8; header=present", "audit-1-12.csv");
    let text = table.text();
    assert_eq!(text.matches("\r\n").count(), 13, "{text}");
    assert!(text.starts_with("\u{feff}\"record\",\"time\",\"event\""), "{text}");
    assert!(text.contains(&format!(",\"'{evil}\",")), "{text}");
    let begins = |c: char| text.contains(&format!("\"{c}"));
    assert!(!['=', '+', '-', '@', '\t'].into_iter().any(begins), "{text}");
    let told = office.records("audit_exported");
    let reasons: Vec<_> = told.iter().map(|it| it["detail"]["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["the yearly look", "a look"]);
    assert_eq!(told[0]["detail"]["way"], "page");
    assert_eq!(office.records("audit_read").len(), 2, "of each of the two sessions");
}

fn is_file(answer: &Response, kind: &str, name: &str) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let disposition = answer.header("content-disposition").unwrap();
    assert!(disposition.starts_with("attachment; filename=\"audit-1-"), "{disposition}");
    assert!(disposition.contains(name), "{disposition}");
    for (header, value) in [
        ("content-type", kind),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(answer.header(header), Some(value), "{header}");
    }
}
