//! Sessions and service tokens in the administration: who sees them, and who may end, issue and take away.

use serde_json::Value;

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::location;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::html;
use crate::support::html::Form;
use crate::support::person::Person;
use crate::support::recorder::Recorder;

fn person(role: &'static str) -> Person {
    let mut person = Person::named(&role.replace('_', "-"));
    person.role = role;
    person
}

fn signed_in(gateway: &Gateway, person: &mut Person) -> Browser {
    let mut browser = Browser::new(gateway);
    browser.sign_in(person);
    browser
}

fn page(path: &str) -> String {
    format!("{PAGES}/admin{path}")
}

/// The form of a page of the administration, with a reason.
fn form(browser: &mut Browser, address: &str) -> Form {
    let shown = browser.get(address);
    assert_eq!(shown.status, 200, "{address}: {}", shown.text());
    let action = address.split('?').next().unwrap();
    let form = html::form(&shown.text(), action).unwrap_or_else(|| panic!("no form at {address}"));
    form.with("reason", "case 4711")
}

/// The address of a link with this in it.
fn link(text: &str, part: &str) -> String {
    let links = text.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let found = links.into_iter().find(|it| it.contains(part));
    found.unwrap_or_else(|| panic!("no link with {part} in {text}")).replace("&#38;", "&")
}

#[test]
fn sessions_are_seen_by_whom_they_concern_and_end_one_by_one_a225() {
    let recorder = Recorder::start();
    let (mut admin, mut desk, mut user) = (person("admin"), person("help_desk"), person("user"));
    let setup = Setup::before(recorder.address());
    let gateway = Gateway::start(&setup, &[&admin, &desk, &user]);
    let mut users = signed_in(&gateway, &mut user);
    let mut admins = signed_in(&gateway, &mut admin);
    let mut desks = signed_in(&gateway, &mut desk);
    let all = admins.get(&page("/sessions")).text();
    for login in ["admin", "help-desk", "user"] {
        assert!(all.contains(&format!(">{login}</a>")), "{login}: {all}");
    }
    assert_eq!(all.matches(">this one<").count(), 1, "{all}");
    assert_eq!(all.matches("/admin/user/session?").count(), 2, "one's own is ended elsewhere");

    // A help desk sees those of the account that it works on, and no others.
    assert_eq!(desks.get(&page("/sessions")).status, 403);
    let list = desks.get(&page("/users?text=user")).text();
    let account = desks.get(&link(&list, "/admin/user?")).text();
    let of_user = desks.get(&link(&account, "/admin/sessions?user=")).text();
    assert!(of_user.contains(">user</a>") && !of_user.contains(">admin</a>"), "{of_user}");
    let end = form(&mut desks, &link(&of_user, "/admin/user/session?"));
    assert_eq!(users.get("/").status, 200);
    let ended = desks.submit(&end);
    assert_eq!(ended.status, 303, "{}", ended.text());
    let told = desks.get(&location(&ended)).text();
    assert_eq!(html::by_id(&told, "done").as_deref(), Some("The session has ended."));
    assert_ne!(users.get("/").status, 200);
    let again = desks.submit(&end);
    assert_eq!(again.status, 409, "{}", again.text());
    // Of an admin's it ends none.
    let of_admin = link(&all, "/admin/user/session?");
    assert_eq!(desks.get(&of_admin.replace("user/session", "nothing")).status, 404);
    assert!(admins.gets_through());
}

#[test]
fn an_owner_ends_everybodys_sessions_but_their_own_and_says_why() {
    let recorder = Recorder::start();
    let (mut owner, mut admin) = (person("owner"), person("admin"));
    let gateway = Gateway::start(&Setup::before(recorder.address()), &[&owner, &admin]);
    let mut admins = signed_in(&gateway, &mut admin);
    let mut owners = signed_in(&gateway, &mut owner);
    assert_eq!(admins.get(&page("/sessions/end-all")).status, 403);
    assert!(!admins.get(&page("/sessions")).text().contains("id=\"end-all\""));
    let listed = owners.get(&page("/sessions")).text();
    let end = form(&mut owners, &link(&listed, "end-all"));
    assert_eq!(owners.submit(&end.clone().with("reason", "")).status, 400);
    let forged = form(&mut owners, &page("/tokens/add")).field("csrf").unwrap().to_owned();
    assert_eq!(owners.submit(&end.clone().with("csrf", &forged)).status, 403, "another form's");
    assert!(admins.gets_through());
    assert_eq!(owners.submit(&end).status, 303);
    assert!(owners.gets_through() && !admins.gets_through());
    let log = gateway.cli_ok(&["--json", "audit", "tail", "--limit", "20"], "");
    let ended = log.lines().filter(|line| line.contains("case 4711")).count();
    assert_eq!(ended, 1, "{log}");
}

/// An auditor sees the token, not its secret, and takes nothing away.
fn only_looks(auditors: &mut Browser, secret: &str) {
    let seen = auditors.get(&page("/tokens")).text();
    assert!(seen.contains(">watch") && !seen.contains(secret), "{seen}");
    assert!(!seen.contains("/tokens/revoke"), "an auditor takes nothing away");
    assert_eq!(auditors.get(&page("/tokens/revoke?token=watch")).status, 403);
}

#[test]
fn a_token_is_issued_once_below_ones_own_role_and_taken_away_a271() {
    let recorder = Recorder::start();
    let (mut admin, mut auditor) = (person("admin"), person("auditor"));
    let gateway = Gateway::start(&Setup::before(recorder.address()), &[&admin, &auditor]);
    let mut admins = signed_in(&gateway, &mut admin);
    let mut auditors = signed_in(&gateway, &mut auditor);
    let add = form(&mut admins, &page("/tokens/add"));
    let site = "console";
    let add = [("name", "watch"), ("site", site), ("paths", "/api =/export"), ("methods", "GET")]
        .into_iter()
        .chain([("networks", "192.0.2.0/24"), ("days", "30"), ("role", "")])
        .fold(add, |form, (name, value)| form.with(name, value));
    for (name, value, status) in [
        ("role", "admin", 403),
        ("role", "owner", 400),
        ("days", "4000", 400),
        ("networks", "everywhere", 400),
        ("site", "nowhere", 400),
        ("reason", "", 400),
    ] {
        let refused = admins.submit(&add.clone().with(name, value));
        assert_eq!(refused.status, status, "{name} {value}: {}", refused.text());
    }
    let shown = admins.submit(&add);
    assert_eq!((shown.status, shown.header("cache-control")), (200, Some("no-store")));
    let secret = html::by_id(&shown.text(), "secret").expect("a secret");
    let list = || -> Value {
        serde_json::from_str(&gateway.cli_ok(&["--json", "token", "list"], "")).unwrap()
    };
    let token = &list()["tokens"][0];
    assert_eq!(token["paths"], serde_json::json!(["/api", "=/export"]), "{token}");
    assert_eq!((&token["name"], &token["site"]), (&"watch".into(), &site.into()));
    only_looks(&mut auditors, &secret);
    assert_eq!(admins.submit(&add).status, 409, "the same name");

    let disable = form(&mut admins, &page("/tokens/disable?token=watch"));
    assert_eq!(admins.submit(&disable).status, 303);
    assert!(admins.get(&page("/tokens")).text().contains("Disabled"));
    let rotate = form(&mut admins, &page("/tokens/rotate?token=watch")).with("days", "90");
    let rotated = admins.submit(&rotate.with("now", "on"));
    assert_ne!(html::by_id(&rotated.text(), "secret"), Some(secret), "{}", rotated.text());
    let revoke = form(&mut admins, &page("/tokens/revoke?token=watch"));
    assert_eq!(admins.submit(&revoke).status, 303);
    assert_eq!(list()["tokens"].as_array().map(Vec::len), Some(0));
    assert_eq!(admins.submit(&revoke).status, 409, "it is no more");
}
