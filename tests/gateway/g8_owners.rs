//! S0.24: what is asked of owners is set apart from everybody else, by owners on their account page and on the command
//! line.

use serde_json::Value;

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::form_of;
use crate::support::browser::location;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::html;
use crate::support::html::Form;
use crate::support::person::Person;
use crate::support::recorder::Recorder;

/// The page of the owners' switch.
const SWITCH: &str = "/.portcullis/account/owners";

fn town(top: &str, people: &[&Person]) -> (Gateway, Recorder) {
    let recorder = Recorder::start();
    let gateway = Gateway::start(&Setup::before(recorder.address()).top(top), people);
    (gateway, recorder)
}

/// Signed in with the password alone, where that is enough.
fn by_password(gateway: &Gateway, person: &Person) -> Browser {
    let mut browser = Browser::new(gateway);
    browser.password(person, "/");
    assert!(browser.gets_through(), "{}", person.login);
    browser
}

/// Signed in with a second factor, also where none is asked for.
fn enrolled(gateway: &Gateway, person: &mut Person) -> Browser {
    let mut browser = by_password(gateway, person);
    browser.get(&format!("{PAGES}/enrol?method=totp"));
    browser.enrol(person);
    browser
}

/// The form of the switch, with a reason.
fn turn(browser: &mut Browser) -> Form {
    let page = browser.get(SWITCH);
    form_of(&page, "account/owners").with("reason", "agreed on Monday")
}

/// What the log says of changes of what is asked, oldest first.
fn changes(gateway: &Gateway) -> Vec<Value> {
    let log = gateway.cli_ok(&["--json", "audit", "tail"], "");
    let all = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    all.filter(|record| record["kind"] == "enforcement_changed").collect()
}

/// What a change says, by name.
fn detail<'r>(record: &'r Value, name: &str) -> &'r str {
    record["detail"][name].as_str().unwrap_or_else(|| panic!("no {name}: {record}"))
}

#[test]
fn owners_turn_their_own_switch_on_their_page_and_it_is_felt_at_once_s0_24() {
    let mut ada = Person::named("ada");
    let (bob, eve) = (Person::named("bob"), Person::of_role("eve", "user"));
    let (gateway, _recorder) = town("enforcement: { mode: optional }", &[&ada, &bob, &eve]);
    let mut owner = enrolled(&gateway, &mut ada);
    let (mut other, mut user) = (by_password(&gateway, &bob), by_password(&gateway, &eve));
    let account = owner.get(&format!("{PAGES}/account")).text();
    assert!(account.contains(&format!("href=\"{SWITCH}\"")), "no way there: {account}");
    let form = turn(&mut owner);
    let answer = owner.submit(&form);
    assert_eq!(location(&answer), format!("{SWITCH}?done=switch"));
    let told = owner.follow(&answer).text();
    assert_eq!(html::by_id(&told, "switch").as_deref(), Some("required"), "{told}");
    assert!(html::by_id(&told, "done").is_some(), "{told}");
    assert!(!other.gets_through() && user.gets_through(), "from the next request on");
    // The same form again asks for the same.
    assert_eq!(owner.submit(&form).status, 303);
    assert!(!other.gets_through());
    let form = turn(&mut owner);
    assert_eq!(form.field("to"), Some("configured"));
    assert_eq!(owner.submit(&form).status, 303);
    assert!(other.gets_through());
}

#[test]
fn each_switch_is_about_its_own_people_and_its_turning_is_recorded_with_a_reason_s0_24() {
    let mut ada = Person::named("ada");
    let (bob, eve) = (Person::named("bob"), Person::of_role("eve", "user"));
    let (gateway, _recorder) = town("enforcement: { mode: optional }", &[&ada, &bob, &eve]);
    let mut owner = enrolled(&gateway, &mut ada);
    let (mut other, mut user) = (by_password(&gateway, &bob), by_password(&gateway, &eve));
    gateway.cli_ok(&["enforcement", "set", "--mode", "enforced"], "");
    assert!(!user.gets_through() && other.gets_through(), "an owner is under another switch");
    let silent = turn(&mut owner).with("reason", " ");
    let silent = owner.submit(&silent);
    assert_eq!(silent.status, 400, "{}", silent.text());
    assert!(other.gets_through());
    let form = turn(&mut owner);
    assert_eq!(owner.submit(&form).status, 303);
    let changes = changes(&gateway);
    let of: Vec<_> = changes.iter().map(|it| detail(it, "of")).collect();
    assert_eq!(of, ["everybody", "owners"]);
    let told = ["reason", "way", "mode", "mode_before"].map(|name| detail(&changes[1], name));
    assert_eq!(told, ["agreed on Monday", "page", "enforced", "-"]);
    assert_eq!(changes[1]["actor"]["kind"], "subject");
}

#[test]
fn nobody_but_an_owner_with_a_fresh_proof_turns_the_owners_switch_s0_24_a260() {
    let (mut ada, mut adam) = (Person::named("ada"), Person::of_role("adam", "admin"));
    let (bob, eve) = (Person::named("bob"), Person::of_role("eve", "user"));
    let people = [&ada, &adam, &bob, &eve];
    let (mut gateway, _recorder) = town("enforcement: { mode: optional }", &people);
    let mut owner = enrolled(&gateway, &mut ada);
    let mut admin = enrolled(&gateway, &mut adam);
    let form = turn(&mut owner);
    assert_eq!(admin.get(SWITCH).status, 403);
    let page = admin.get(&format!("{PAGES}/account"));
    assert!(!page.text().contains(SWITCH), "a way that leads nowhere");
    let own = form_of(&page, "sign-out");
    let forged = form.clone().with("csrf", own.field("csrf").unwrap());
    assert_eq!(admin.submit(&forged).status, 403);
    let mut user = by_password(&gateway, &eve);
    assert_eq!(user.get(SWITCH).status, 404);
    let mut other = by_password(&gateway, &bob);
    assert!(location(&other.get(SWITCH)).starts_with(&format!("{PAGES}/challenge?")));
    // Somebody else's form, and one from before the proof was old.
    assert_eq!(owner.submit(&forged).status, 403);
    gateway.restart_later(std::time::Duration::from_mins(6));
    let mut owner = owner.moved_to(&gateway);
    let sent = location(&owner.submit(&form));
    assert!(sent.starts_with(&format!("{PAGES}/challenge?need=change")), "{sent}");
    assert!(sent.ends_with(&format!("next={SWITCH}")), "{sent}");
    assert_eq!(changes(&gateway), Vec::<Value>::new());
}

#[test]
fn the_command_line_sets_the_owners_switch_and_shows_both_s0_24() {
    let (bob, eve) = (Person::named("bob"), Person::of_role("eve", "user"));
    let (gateway, _recorder) = town("enforcement: { mode: optional }", &[&bob, &eve]);
    let (mut owner, mut user) = (by_password(&gateway, &bob), by_password(&gateway, &eve));
    gateway.cli_ok(&["enforcement", "set", "--owners", "--mode", "enforced"], "");
    assert!(!owner.gets_through() && user.gets_through());
    let shown = gateway.cli_ok(&["--json", "enforcement", "show"], "");
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!((&shown["everybody"], &shown["owners"]), (&"optional".into(), &"enforced".into()));
    let explained = ["--json", "explain", "--address", "127.0.0.1", "--user"];
    let decision = |login: &str| {
        let told = gateway.cli_ok(&[&explained[..], &[login]].concat(), "");
        serde_json::from_str::<Value>(&told).unwrap()["outcome"]["decision"].clone()
    };
    assert_eq!((decision("bob"), decision("eve")), ("challenge".into(), "forward".into()));
    let both = gateway.cli(&["enforcement", "set", "--owners", "--user", "bob"], "");
    assert!(!both.status.success(), "one of them");
    gateway.cli_ok(&["enforcement", "set", "--owners", "--mode", "none"], "");
    assert!(owner.gets_through());
}
