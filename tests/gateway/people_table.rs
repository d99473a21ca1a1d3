//! People as a table, on every way: checked, brought in, taken out; and by whom not.

use std::fs;

use crate::support::api::Description;
use crate::support::api::Script;
use crate::support::api::problem;
use crate::support::api::told;
use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::location;
use crate::support::html;
use crate::support::html::Form;
use crate::support::office::Office;
use crate::support::person::Person;

const REASON: &str = "Portcullis-Reason: the night shift\r\n";
const FAULTY: &str = "login,role,email\nann,boss,a@a.example\nowner,,\nann,,nobody\n";
const GOOD: &str = "login,name,groups\nann,'=Ann(),\"ops, web\"\nbob,,\n";

fn import() -> String {
    format!("{PAGES}/admin/users/import")
}

fn body(csv: &str) -> String {
    serde_json::json!({ "csv": csv }).to_string()
}

/// How many accounts there are.
fn count(office: &Office) -> usize {
    office.told(&["user", "list"])["accounts"].as_array().unwrap().len()
}

#[test]
fn a_table_is_brought_in_and_taken_out_on_the_command_line_all_or_nobody_a259_a267() {
    let owner = Person::of_role("owner", "owner");
    let office = Office::open(&[&owner]);
    let file = office.gateway.path("people.csv");
    let name = file.display().to_string();
    fs::write(&file, "login,role,email\nnew,,\nann,boss,a@a.example\nowner,,\nann,,nobody\n")
        .unwrap();
    for dry in [&["--dry-run"][..], &[]] {
        let refused = office.gateway.cli(&[&["user", "import", &name], dry].concat(), "");
        assert_eq!(refused.status.code(), Some(1));
        let said = String::from_utf8(refused.stdout).unwrap();
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len(), 4, "{said}");
        assert!(lines[0].starts_with("line 3, role: found \"boss\"; a role is user,"), "{said}");
        assert!(
            lines[1].starts_with("line 4, login: found \"owner\"; a login name that no"),
            "{said}"
        );
        assert!(lines[2].starts_with("line 5, login: found \"ann\""), "{said}");
        assert!(lines[3].starts_with("line 5, email: found \"nobody\""), "{said}");
        assert_eq!(count(&office), 1);
    }
    let many: Vec<String> = (0..450).map(|at| format!("p{at:03},'=cmd()")).collect();
    fs::write(&file, format!("login,name\n{}", many.join("\n"))).unwrap();
    hundreds(&office, &name);
}

/// More than one command takes.
fn hundreds(office: &Office, name: &str) {
    let dry = office.gateway.cli_ok(&["user", "import", name, "--dry-run"], "");
    assert_eq!((dry.trim(), count(office)), ("450 accounts can be added.", 1));
    let done = office.gateway.cli_ok(&["user", "import", name, "--reason", "the night shift"], "");
    assert!(done.starts_with("450 accounts were added."), "{done}");
    assert_eq!((count(office), office.account("p007")["password"].as_str()), (451, Some("none")));
    let table = office.gateway.cli_ok(&["user", "export"], "");
    assert!(table.contains("\r\n\"p007\",\"'=cmd()\",\"\",\"\",\"user\",\"active\","), "{table}");
    assert_eq!(office.records("users_exported").len(), 1);
    let unknown = office.gateway.cli(&["user", "import", "-"], &table);
    assert!(String::from_utf8(unknown.stdout).unwrap().contains("names the columns"));
}

#[test]
fn the_api_checks_brings_in_and_takes_out_for_people_and_for_no_program_a259_a260_a268() {
    let (mut admin, mut owner) =
        (Person::of_role("admin", "admin"), Person::of_role("owner", "owner"));
    let office = Office::open(&[&admin, &owner]);
    let admins = Script::of(office.browser(&mut admin));
    let owners = Script::of(office.browser(&mut owner));
    let described = Description::told_to(&admins);
    let post = |path: &str, lines: &str, csv: &str| {
        let lines = format!("Content-Type: application/json\r\n{lines}");
        let answer = admins.ask("POST", path, &lines, &body(csv));
        described.check((path, "POST"), &answer);
        answer
    };
    let faulty = told(&post("/users/import/check", "", FAULTY));
    let line = |at: usize| &faulty["faults"][at];
    assert_eq!((&line(0)["line"], &line(0)["wrong"]), (&2.into(), &"role".into()), "{faulty}");
    assert_eq!((&line(1)["wrong"], &line(1)["found"]), (&"taken".into(), &"owner".into()));
    assert_eq!((&line(2)["column"], &line(2)["wrong"]), (&"login".into(), &"twice".into()));
    assert!(line(3)["allowed"].as_str().unwrap().contains("NAME@HOST"));
    let above = told(&post("/users/import", REASON, "login,role\nann,\neve,owner\n"));
    assert_eq!((&above["added"], &above["faults"][0]["wrong"]), (&0.into(), &"not_below".into()));
    assert_eq!(problem(&post("/users/import", "", GOOD)).as_deref(), Some("no_reason"));
    assert_eq!(count(&office), 2);
    assert_eq!(told(&post("/users/import", REASON, GOOD))["added"], 2);
    assert_eq!(office.account("ann")["name"], "=Ann()");
    assert_eq!(office.last("users_imported")["detail"]["accounts"], "2");
    assert_eq!(office.last("account_created")["detail"]["reason"], "the night shift");
    out_of_the_api(&office, &admins, &owners);
}

/// Everybody taken out, by owners; and what no program does.
fn out_of_the_api(office: &Office, admins: &Script, owners: &Script) {
    let table = owners.ask("GET", "/users/export", REASON, "");
    assert_eq!(table.status, 200, "{}", table.text());
    assert_eq!(table.header("content-disposition"), Some("attachment; filename=\"users.csv\""));
    assert_eq!(table.header("cache-control"), Some("no-store"));
    assert!(
        table.text().contains("\"ann\",\"'=Ann()\",\"\",\"ops,web\",\"user\""),
        "{}",
        table.text()
    );
    let silent = owners.ask("GET", "/users/export", "", "");
    assert_eq!(problem(&silent).as_deref(), Some("no_reason"));
    let program = Script::of_role(&office.gateway, "admin");
    for other in [admins, &program] {
        assert_eq!(other.ask("GET", "/users/export", REASON, "").status, 403);
    }
    let lines = format!("Content-Type: application/json\r\n{REASON}");
    let by_program = program.ask("POST", "/users/import", &lines, &body("login\neve\n"));
    assert_eq!((by_program.status, count(office)), (403, 4));
    assert_eq!(office.records("users_exported").len(), 1);
}

/// The page with what it says of a table.
fn checked(browser: &mut Browser, csv: &str) -> (u16, String) {
    let page = browser.get(&import()).text();
    let form = html::form(&page, &format!("{}/check", import())).expect("a form");
    let answer = browser.submit(&form.with("csv", csv));
    (answer.status, answer.text())
}

/// What the page says of tables in which something is wrong.
fn faults(browser: &mut Browser) {
    let (status, shown) = checked(browser, "login,name\n<b>,x\nann,\"y\nz\"\n");
    assert_eq!(status, 400, "{shown}");
    assert!(html::form(&shown, &import()).is_none() && !shown.contains("<b>"), "{shown}");
    let (_, shown) = checked(browser, FAULTY);
    let faults = shown.split("id=\"faults\"").nth(1).unwrap();
    assert_eq!(faults.matches("<th scope=\"row\"").count(), 3, "owner is nobody here: {shown}");
}

#[test]
fn the_page_checks_first_and_brings_in_the_table_that_was_checked_and_no_other_a213_a260() {
    let (mut admin, mut desk) =
        (Person::of_role("admin", "admin"), Person::of_role("desk", "help_desk"));
    let office = Office::open(&[&admin, &desk]);
    let mut browser = office.browser(&mut admin);
    let people = browser.get(&format!("{PAGES}/admin/users")).text();
    assert!(people.contains(&import()) && !people.contains("/users/export"), "{people}");
    faults(&mut browser);
    let (status, shown) = checked(&mut browser, GOOD);
    assert_eq!(status, 200, "{shown}");
    assert!(html::by_id(&shown, "ready").unwrap().contains("2 accounts"), "{shown}");
    let ready: Form = html::form(&shown, &import()).expect("a form");
    let csv = ready.field("csv").unwrap().replace('\n', "\r\n");
    let ready = ready.with("csv", &csv).with("reason", "the night shift");
    let other = browser.submit(&ready.clone().with("csv", "login\neve\n"));
    assert_eq!(other.status, 403, "a table that was not checked");
    assert_eq!(browser.submit(&ready.clone().with("reason", "")).status, 400);
    let mut desks = office.browser(&mut desk);
    assert_eq!(desks.get(&import()).status, 403);
    assert_eq!(desks.submit(&ready).status, 403);
    assert_eq!(count(&office), 2);
    let done = browser.submit(&ready);
    assert_eq!(done.status, 303, "{}", done.text());
    let list = browser.get(&location(&done)).text();
    assert!(html::by_id(&list, "done").unwrap().contains("have their accounts"), "{list}");
    assert_eq!(count(&office), 4);
    assert_eq!(office.last("users_imported")["detail"]["way"], "page");
    is_not_brought_in_again(&office, &mut browser, &ready);
}

/// What has become wrong since it was checked is told, and that nobody was brought in.
fn is_not_brought_in_again(office: &Office, browser: &mut Browser, ready: &Form) {
    let before = count(office);
    let again = browser.submit(ready);
    let problem = html::by_id(&again.text(), "problem").expect("a problem");
    assert_eq!((again.status, count(office)), (409, before));
    assert!(problem.contains("nobody was added"), "they are there, but not by this: {problem}");
}

#[test]
fn owners_take_everybody_out_on_the_page_with_a_reason_a267_a268() {
    let mut owner = Person::of_role("owner", "owner");
    let office = Office::open(&[&owner]);
    office.gateway.cli_ok(&["user", "add", "ann", "--name", "+Ann", "--no-password"], "");
    let mut browser = office.browser(&mut owner);
    let address = format!("{PAGES}/admin/users/export");
    assert!(browser.get(&format!("{PAGES}/admin/users")).text().contains(&address));
    let form = html::form(&browser.get(&address).text(), &address).expect("a form");
    assert_eq!(browser.submit(&form.clone().with("reason", "")).status, 400);
    let file = browser.submit(&form.with("reason", "the yearly review"));
    assert_eq!(file.status, 200, "{}", file.text());
    for (header, value) in [
        ("content-type", "text/csv; charset=utf-8; header=present"),
        ("content-disposition", "attachment; filename=\"users.csv\""),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(file.header(header), Some(value), "{header}");
    }
    let table = file.text();
    assert!(table.contains("\"ann\",\"'+Ann\"") && table.contains("\"totp\""), "{table}");
    assert_eq!(office.last("users_exported")["detail"]["reason"], "the yearly review");
}
