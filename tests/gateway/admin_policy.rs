//! What is asked of everybody, in the administration: shown with where it comes from, tried in thought, and changed by
//! whom that may be done.

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::location;
use crate::support::html;
use crate::support::html::Form;
use crate::support::office::Office;
use crate::support::person::Person;

const OPTIONAL: &str = "enforcement: { mode: optional }\n";

/// Signs in where a second factor is optional, and sets one up.
fn sets_up(office: &Office, person: &mut Person) -> Browser {
    let mut browser = Browser::new(&office.gateway);
    assert_eq!(browser.password(person, "/").status, 303);
    browser.enrol(person);
    browser
}

fn page(path: &str) -> String {
    format!("{PAGES}/admin/policy{path}")
}

fn form(text: &str, path: &str) -> Form {
    html::form(text, &page(path)).unwrap_or_else(|| panic!("no form for {path} in {text}"))
}

/// The form that tries a change in thought.
fn tries(browser: &mut Browser, mode: &str, grace: &str) -> Form {
    let shown = browser.get(&page("/change")).text();
    form(&shown, "/rehearse").with("mode", mode).with("grace", grace).with("unenrolled", "")
}

/// How many people would stand there.
fn then(text: &str, standing: &str) -> usize {
    let row = text.split(&format!("<th scope=\"row\">{standing}</th>")).nth(1).expect(standing);
    let number = row.split("class=\"then\">").nth(1).unwrap().split('<').next().unwrap();
    number.parse().unwrap()
}

#[test]
fn a_tightening_says_first_who_would_lack_what_and_changes_nothing_by_itself_a261_s0_17() {
    let mut admin = Person::of_role("admin", "admin");
    let mut auditor = Person::of_role("auditor", "auditor");
    let user = Person::of_role("user", "user");
    let office = Office::with(&[&admin, &auditor, &user], OPTIONAL);
    let mut admins = sets_up(&office, &mut admin);
    let mut auditors = sets_up(&office, &mut auditor);
    assert_eq!(
        html::by_id(&auditors.get(&page("")).text(), "together").as_deref(),
        Some("optional")
    );
    assert_eq!(auditors.get(&page("/change")).status, 403);

    let wrong = admins.submit(&tries(&mut admins.clone(), "enforced", "soon"));
    assert_eq!(wrong.status, 400);
    let tried = admins.submit(&tries(&mut admins.clone(), "enforced", ""));
    assert_eq!(tried.status, 200, "{}", tried.text());
    let text = tried.text();
    assert_eq!((then(&text, "Missing, overdue"), then(&text, "All set")), (1, 2), "{text}");
    assert!(!text.contains("id=\"locks-out\""), "{text}");
    let unchanged = admins.get(&page("")).text();
    assert_eq!(html::by_id(&unchanged, "together").as_deref(), Some("optional"));

    let set = form(&text, "/set").with("reason", "audit finding 12");
    assert_eq!(admins.submit(&set.clone().with("reason", "")).status, 400);
    let of_the_trial = tries(&mut admins, "enforced", "").field("csrf").unwrap().to_owned();
    assert_eq!(admins.submit(&set.clone().with("csrf", &of_the_trial)).status, 403);
    let done = admins.submit(&set);
    assert_eq!(done.status, 303, "{}", done.text());
    let shown = admins.get(&location(&done)).text();
    assert_eq!(html::by_id(&shown, "together").as_deref(), Some("required"), "{shown}");
    assert_eq!(html::by_id(&shown, "owners").as_deref(), Some("optional"), "theirs is their own");
    let records = office.records("enforcement_changed");
    let [record] = &records[..] else { panic!("one change: {records:?}") };
    assert_eq!(record["detail"]["reason"], "audit finding 12");
    assert_eq!(record["actor"]["id"], office.id("admin"));
}

#[test]
fn whoever_would_lack_what_they_ask_for_is_told_so_a261() {
    let mut admin = Person::of_role("admin", "admin");
    let office = Office::with(&[&admin], OPTIONAL);
    let mut admins = sets_up(&office, &mut admin);
    let only_passkeys = tries(&mut admins, "enforced", "").with("allow_passkey", "on");
    let tried = admins.submit(&only_passkeys);
    assert!(tried.text().contains("id=\"locks-out\""), "{}", tried.text());
}
