//! First passwords that people choose themselves: by a link from the command line, at a sign-in that asks for another, and
//! what becomes of both; the end of an account.

use serde_json::Value;

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::form_of;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::person::Person;
use crate::support::recorder::Recorder;

const CHOSEN: &str = "lantern-Quarry-9012";

/// A gateway with an owner, and `bob`, who has no password.
fn gateway(recorder: &Recorder) -> Gateway {
    let gateway = Gateway::start(&Setup::before(recorder.address()), &[&Person::named("alice")]);
    let options = ["--no-password", "--email", "bob@post.example"];
    gateway.cli_ok(&[["user", "add", "bob"].as_slice(), &options].concat(), "");
    gateway
}

/// A link for somebody, as the command line prints it: below the site's address.
fn link(gateway: &Gateway, login: &str) -> String {
    let shown = gateway.cli_ok(&["user", "password-link", login, "--reason", "new here"], "");
    let at = shown.find(PAGES).unwrap_or_else(|| panic!("{shown}"));
    shown[at..].lines().next().unwrap().to_owned()
}

fn shown(gateway: &Gateway, login: &str) -> Value {
    serde_json::from_str(&gateway.cli_ok(&["--json", "user", "show", login], "")).unwrap()
}

#[test]
fn whoever_was_handed_a_link_chooses_a_password_once_and_signs_in_with_it() {
    let recorder = Recorder::start();
    let gateway = gateway(&recorder);
    assert_eq!(shown(&gateway, "bob")["password"], "none");
    let (old, good) = (link(&gateway, "bob"), link(&gateway, "bob"));
    let mut browser = Browser::new(&gateway);
    assert_eq!(browser.get(&old).status, 401, "a newer one took its place");
    let page = browser.get(&good);
    assert_eq!(page.header("referrer-policy"), Some("strict-origin"));
    let form =
        form_of(&page, "welcome").with("login", "bob").with("new", CHOSEN).with("again", CHOSEN);
    let set = browser.submit(&form);
    assert_eq!((set.status, browser.session()), (303, None), "{}", set.text());
    assert_eq!(browser.get(&good).status, 401, "it is spent");
    let mut bob = Person::named("bob");
    CHOSEN.clone_into(&mut bob.password);
    let mut browser = Browser::new(&gateway);
    browser.sign_in(&mut bob);
    assert!(browser.gets_through());
    let log = gateway.cli_ok(&["audit", "tail"], "");
    assert!(log.contains("password_link_issued") && log.contains("password_link_revoked"), "{log}");
    assert!(log.contains("method=password_link"), "{log}");
    let secret = good.split_once("t=").unwrap().1.split_once('.').unwrap().1;
    let everything = format!("{log}{}{:?}", gateway.stderr(), gateway.access_log());
    assert!(!everything.contains(secret), "the link stands in a log");
}

#[test]
fn a_password_that_must_change_lets_nobody_in_before_it_did() {
    let recorder = Recorder::start();
    let gateway = gateway(&recorder);
    let password = ["user", "set-password", "bob", "--password-stdin", "--must-change"];
    gateway.cli_ok(&password, "first-Lantern-4477");
    let mut bob = Person::named("bob");
    "first-Lantern-4477".clone_into(&mut bob.password);
    let mut browser = Browser::new(&gateway);
    let page = browser.password(&bob, "/");
    assert_eq!((page.status, browser.session()), (200, None), "{}", page.text());
    assert!(!browser.gets_through());
    let form = form_of(&page, "sign-in/new-password")
        .with("login", "bob")
        .with("new", CHOSEN)
        .with("again", CHOSEN);
    let went_on = browser.submit(&form);
    assert_eq!(went_on.status, 303, "{}", went_on.text());
    assert!(browser.session().is_some());
    assert_eq!(shown(&gateway, "bob")["password"], "set");
    gateway.cli_ok(&["user", "require-password-change", "bob"], "");
    CHOSEN.clone_into(&mut bob.password);
    let again = Browser::new(&gateway).password(&bob, "/");
    assert!(again.text().contains("/sign-in/new-password"), "{}", again.text());
}

#[test]
fn a_profile_is_edited_and_only_a_disabled_account_is_removed_for_ever() {
    let recorder = Recorder::start();
    let gateway = gateway(&recorder);
    let id = shown(&gateway, "bob")["id"].clone();
    let edit = ["user", "edit", "bob", "--name", "Bob K.", "--email", "", "--group", "ops"];
    gateway.cli_ok(&edit, "");
    let bob = shown(&gateway, "bob");
    assert_eq!((&bob["name"], &bob["groups"][0]), (&"Bob K.".into(), &"ops".into()));
    assert!(bob["email"].is_null());
    let nothing = gateway.cli(&["user", "edit", "bob"], "");
    assert_eq!(nothing.status.code(), Some(64));
    let refused = gateway.cli(&["user", "remove", "bob"], "");
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && said.contains("portcullis user disable bob"), "{said}");
    let old = link(&gateway, "bob");
    gateway.cli_ok(&["user", "disable", "bob"], "");
    assert_eq!(Browser::new(&gateway).get(&old).status, 401);
    let gone = gateway.cli_ok(&["--json", "user", "remove", "bob", "--reason", "left"], "");
    let gone: Value = serde_json::from_str(&gone).unwrap();
    assert_eq!(gone["removed"]["id"], id);
    assert!(!gateway.cli(&["user", "show", "bob"], "").status.success());
    gateway.cli_ok(&["user", "add", "bob", "--no-password"], "");
    assert_ne!(shown(&gateway, "bob")["id"], id);
}
