//! the first owner of a gateway that has none, by the token in its file: once, for an hour, whatever dies meanwhile.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::form_of;
use crate::support::browser::location;
use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::support::recorder::Recorder;

const PAGE: &str = "/.portcullis/first-owner";

fn file(gateway: &Gateway) -> PathBuf {
    gateway.path("data/run/first-owner-token")
}

/// What is in the file, which nobody else may read.
fn token(gateway: &Gateway) -> String {
    let file = file(gateway);
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    fs::read_to_string(file).unwrap().trim().to_owned()
}

/// Fills the page in, as that person.
fn claim(browser: &mut Browser, person: &Person, token: &str) -> Response {
    let page = browser.get(PAGE);
    let form = form_of(&page, "first-owner").with("token", token);
    let form = form.with("login", &person.login).with("name", "The first");
    browser.submit(&form.with("password", &person.password).with("again", &person.password))
}

/// What an answer says, without what differs with each request.
fn said(mut response: Response) -> String {
    let id = response.header("x-request-id").expect("a number").to_owned();
    response.fields.clear();
    response.text().replace(&id, "").replace("/first-owner", "/nothing")
}

/// Whether the page is like any that is not there.
fn is_gone(gateway: &Gateway) -> bool {
    let mut browser = Browser::new(gateway);
    let (page, absent) = (browser.get(PAGE), browser.get(&format!("{PAGES}/nothing")));
    page.status == 404 && absent.status == 404 && said(page) == said(absent)
}

/// That person is the owner, and comes in as anybody does.
fn comes_in(gateway: &Gateway, person: &mut Person) {
    let mut browser = Browser::new(gateway);
    browser.sign_in(person);
    assert!(browser.gets_through());
    assert_eq!(browser.get(&format!("{PAGES}/admin")).status, 200);
}

#[test]
fn the_first_owner_is_made_by_the_token_in_the_file_and_both_are_gone_a263() {
    let recorder = Recorder::start();
    let gateway = Gateway::start(&Setup::before(recorder.address()), &[]);
    let mut person = Person::named("ada");
    let token = token(&gateway);
    let wrong = claim(&mut Browser::new(&gateway), &person, &"a".repeat(52));
    assert_eq!(wrong.status, 401, "{}", wrong.text());
    let mut browser = Browser::new(&gateway);
    let made = claim(&mut browser, &person, &token);
    assert_eq!(location(&made), format!("{PAGES}/sign-in"));
    assert!(is_gone(&gateway));
    eventually("the file is gone", || !file(&gateway).exists());
    comes_in(&gateway, &mut person);
    let log = gateway.stderr();
    assert!(log.contains("first-owner-token"), "the log names the file: {log}");
    let audit = gateway.cli_ok(&["--json", "audit", "tail"], "");
    assert!(audit.contains("first_owner_offered"), "{audit}");
    let all = [log, audit, gateway.stdout(), format!("{:?}", gateway.access_log())];
    assert!(all.iter().all(|text| !text.contains(&token)), "the token is told");
}

#[test]
fn an_owner_made_on_the_command_line_voids_the_token_a263() {
    let recorder = Recorder::start();
    let mut gateway = Gateway::start(&Setup::before(recorder.address()), &[]);
    let (token, eve) = (token(&gateway), Person::named("eve"));
    let mut browser = Browser::new(&gateway);
    let form = form_of(&browser.get(PAGE), "first-owner").with("token", &token);
    let mut ada = Person::named("ada");
    gateway.add(&ada);
    assert!(is_gone(&gateway));
    let form = form.with("login", &eve.login).with("name", "");
    let form = form.with("password", &eve.password).with("again", &eve.password);
    assert_eq!(browser.submit(&form).status, 404);
    eventually("the file is gone", || !file(&gateway).exists());
    gateway.restart();
    assert!(is_gone(&gateway) && !file(&gateway).exists());
    comes_in(&gateway, &mut ada);
}

#[test]
fn a_kill_leaves_a_token_that_a_new_start_voids_and_an_owner_who_stays_a263() {
    let recorder = Recorder::start();
    let mut gateway = Gateway::start(&Setup::before(recorder.address()), &[]);
    let (first, mut ada, eve) = (token(&gateway), Person::named("ada"), Person::named("eve"));
    gateway.kill9();
    assert_eq!(token(&gateway), first);
    gateway.run();
    let second = token(&gateway);
    assert_ne!(first, second);
    assert_eq!(claim(&mut Browser::new(&gateway), &eve, &first).status, 401);
    let made = claim(&mut Browser::new(&gateway), &ada, &second);
    gateway.kill9();
    assert_eq!(made.status, 303, "{}", made.text());
    gateway.run();
    assert!(is_gone(&gateway) && !file(&gateway).exists());
    comes_in(&gateway, &mut ada);
    // Whatever a process that died left behind, goes.
    gateway.kill9();
    fs::write(file(&gateway), second).unwrap();
    gateway.run();
    assert!(is_gone(&gateway) && !file(&gateway).exists());
}

#[test]
fn an_upgrade_and_an_end_take_the_token_with_them_a263() {
    let recorder = Recorder::start();
    let mut gateway = Gateway::start(&Setup::before(recorder.address()), &[]);
    let first = token(&gateway);
    gateway.upgrade();
    let second = token(&gateway);
    assert_ne!(first, second);
    let mut ada = Person::named("ada");
    assert_eq!(claim(&mut Browser::new(&gateway), &ada, &first).status, 401);
    gateway.sigterm();
    assert!(gateway.exited().success());
    assert!(!file(&gateway).exists(), "it is void");
    gateway.run();
    let third = token(&gateway);
    assert_eq!(claim(&mut Browser::new(&gateway), &ada, &third).status, 303);
    comes_in(&gateway, &mut ada);
}

#[test]
fn where_the_administration_is_not_there_is_no_page_for_its_owner_a263_a262() {
    let recorder = Recorder::start();
    let networks = "networks:\n  office: [198.51.100.0/24]\nadmin: { networks: [office] }\n";
    let gateway = Gateway::start(&Setup::before(recorder.address()).top(networks), &[]);
    assert!(file(&gateway).exists() && is_gone(&gateway));
}
