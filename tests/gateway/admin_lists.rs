//! Sessions and service tokens in the administration: who sees them, and who may end, issue and take away.

use serde_json::Value;

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::location;
use crate::support::html;
use crate::support::html::Form;
use crate::support::office::Office;
use crate::support::person::Person;

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
    html::link(text, part).unwrap_or_else(|| panic!("no link with {part} in {text}"))
}

/// The page by which a session of an account ends.
fn end_of(id: &str, handle: &str) -> String {
    page(&format!("/user/session?id={id}&session={handle}"))
}

#[test]
fn sessions_are_seen_by_whom_they_concern_and_end_one_by_one_a225() {
    let mut admin = Person::of_role("admin", "admin");
    let mut desk = Person::of_role("help-desk", "help_desk");
    let mut user = Person::of_role("user", "user");
    let office = Office::open(&[&admin, &desk, &user]);
    let mut users = office.browser(&mut user);
    let mut admins = office.browser(&mut admin);
    let mut desks = office.browser(&mut desk);
    let all = admins.get(&page("/sessions")).text();
    let [of_admin, of_desk, of_user] =
        ["admin", "help-desk", "user"].map(|login| office.handles(login).remove(0));
    assert_eq!(html::link(&all, &of_admin), None, "one's own is ended elsewhere");
    for other in [&of_desk, &of_user] {
        assert!(link(&all, other).starts_with(&page("/user/session?")), "{all}");
    }
    assert_eq!(html::by_class(&all, "tag").len(), 1, "which one this is: {all}");

    // A help desk sees those of the account that it works on, and no others.
    assert_eq!(desks.get(&page("/sessions")).status, 403);
    let list = desks.get(&page("/users?text=user")).text();
    let account = desks.get(&link(&list, "/admin/user?")).text();
    let seen = desks.get(&link(&account, "/admin/sessions?user=")).text();
    assert!(seen.contains(">user</a>") && !seen.contains(">admin</a>"), "{seen}");
    let id = office.id("user");
    let address = link(&seen, "/admin/user/session?");
    assert_eq!(address, end_of(&id, &of_user));
    let end = form(&mut desks, &address);
    assert_eq!(users.get("/").status, 200);
    let ended = desks.submit(&end);
    assert_eq!(ended.status, 303, "{}", ended.text());
    let told = desks.get(&location(&ended)).text();
    assert!(html::by_id(&told, "done").is_some(), "{told}");
    assert_ne!(users.get("/").status, 200);
    let again = desks.submit(&end);
    assert_eq!(again.status, 409, "{}", again.text());
    let record = office.last("session_ended");
    assert_eq!(
        (&record["target"], &record["actor"]["id"]),
        (&id.into(), &office.id("help-desk").into())
    );
    assert_eq!(
        (&record["detail"]["sid"], &record["detail"]["reason"]),
        (&of_user.into(), &"case 4711".into())
    );
}

#[test]
fn a_help_desk_ends_no_session_of_an_admin_whatever_it_sends_a260() {
    let mut admin = Person::of_role("admin", "admin");
    let mut desk = Person::of_role("help-desk", "help_desk");
    let mut user = Person::of_role("user", "user");
    let office = Office::open(&[&admin, &desk, &user]);
    let mut admins = office.browser(&mut admin);
    let mut desks = office.browser(&mut desk);
    office.browser(&mut user);
    let [of_admin, of_user] = ["admin", "user"].map(|login| office.handles(login).remove(0));
    let (admin, user) = (office.id("admin"), office.id("user"));
    let seen = desks.get(&page(&format!("/sessions?user={admin}")));
    assert_eq!(seen.status, 200, "{}", seen.text());
    assert!(html::by_class(&seen.text(), "table").len() == 1, "it sees it: {}", seen.text());
    let refused = desks.get(&end_of(&admin, &of_admin));
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert!(html::form(&refused.text(), &page("/user/session")).is_none());
    let form = form(&mut desks, &end_of(&user, &of_user));
    // Its own form of another account, and one of a user for a session that is not theirs.
    let forged = form.clone().with("id", &admin);
    for forged in
        [forged.clone(), forged.with("session", &of_admin), form.clone().with("session", &of_admin)]
    {
        let answer = desks.submit(&forged);
        assert_eq!(answer.status, 403, "{forged:?}: {}", answer.text());
    }
    assert!(admins.gets_through());
    assert_eq!(office.handles("admin"), [of_admin]);
    assert_eq!(office.handles("user"), [of_user]);
    assert!(office.records("session_ended").is_empty());
}

#[test]
fn an_owner_ends_everybodys_sessions_but_their_own_and_says_why() {
    let mut owner = Person::of_role("owner", "owner");
    let mut admin = Person::of_role("admin", "admin");
    let office = Office::open(&[&owner, &admin]);
    let mut admins = office.browser(&mut admin);
    let mut owners = office.browser(&mut owner);
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
    let ended = office.records("session_ended");
    let [record] = &ended[..] else { panic!("one record: {ended:?}") };
    assert_eq!(record["actor"]["id"], office.id("owner"));
    assert_eq!(record["detail"]["reason"], "case 4711");
}

/// An auditor sees the token, not its secret, and takes nothing away.
fn only_looks(auditors: &mut Browser, secret: &str) {
    let seen = auditors.get(&page("/tokens")).text();
    assert!(seen.contains(">watch") && !seen.contains(secret), "{seen}");
    assert!(!seen.contains("/tokens/revoke"), "an auditor takes nothing away");
    assert_eq!(auditors.get(&page("/tokens/revoke?token=watch")).status, 403);
}

/// The form for a new token, filled in.
fn new_token(browser: &mut Browser) -> Form {
    let fields = [
        ("name", "watch"),
        ("site", "console"),
        ("paths", "/api =/export"),
        ("methods", "GET"),
        ("networks", "192.0.2.0/24"),
        ("days", "30"),
        ("role", ""),
    ];
    let add = form(browser, &page("/tokens/add"));
    fields.into_iter().fold(add, |form, (name, value)| form.with(name, value))
}

/// The tokens there are.
fn tokens(office: &Office) -> Vec<Value> {
    office.told(&["token", "list"])["tokens"].as_array().unwrap().clone()
}

#[test]
fn a_token_is_issued_once_below_ones_own_role_and_taken_away_a271() {
    let mut admin = Person::of_role("admin", "admin");
    let mut auditor = Person::of_role("auditor", "auditor");
    let office = Office::open(&[&admin, &auditor]);
    let mut admins = office.browser(&mut admin);
    let mut auditors = office.browser(&mut auditor);
    let add = new_token(&mut admins);
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
    assert_eq!(tokens(&office), Vec::<Value>::new());
    let shown = admins.submit(&add);
    assert_eq!((shown.status, shown.header("cache-control")), (200, Some("no-store")));
    let secret = html::by_id(&shown.text(), "secret").expect("a secret");
    let token = &tokens(&office)[0];
    assert_eq!(token["paths"], serde_json::json!(["/api", "=/export"]), "{token}");
    assert_eq!((&token["name"], &token["site"]), (&"watch".into(), &"console".into()));
    only_looks(&mut auditors, &secret);
    assert_eq!(admins.submit(&add).status, 409, "the same name");
    is_changed_and_taken_away(&office, &mut admins, &secret);
}

/// A token that is disabled, has another secret, and is no more.
fn is_changed_and_taken_away(office: &Office, admins: &mut Browser, secret: &str) {
    let disable = form(admins, &page("/tokens/disable?token=watch"));
    assert_eq!(admins.submit(&disable).status, 303);
    assert_eq!(tokens(office)[0]["standing"], "disabled");
    let shown = admins.get(&page("/tokens")).text();
    assert_eq!(html::by_class(&shown, "tag").len(), 1, "it says so: {shown}");
    let record = office.last("service_token_disabled");
    assert_eq!(record["detail"]["reason"], "case 4711", "{record}");
    let rotate = form(admins, &page("/tokens/rotate?token=watch")).with("days", "90");
    let rotated = admins.submit(&rotate.with("now", "on"));
    assert_eq!(rotated.status, 200, "{}", rotated.text());
    assert_ne!(html::by_id(&rotated.text(), "secret").expect("a secret"), secret);
    let revoke = form(admins, &page("/tokens/revoke?token=watch"));
    assert_eq!(admins.submit(&revoke).status, 303);
    assert_eq!(tokens(office), Vec::<Value>::new());
    assert_eq!(admins.submit(&revoke).status, 409, "it is no more");
}
