//! Accounts in the administration from their beginning to their end: added with a link, edited, asked for another password,
//! removed; by whom, and with what in the log.

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::form_of;
use crate::support::browser::location;
use crate::support::html;
use crate::support::html::Form;
use crate::support::office::Office;
use crate::support::person::Person;
use crate::support::raw_client::Response;

const CHOSEN: &str = "lantern-Quarry-9012";

const SECOND: &str = "quarry-Lantern-2109";

/// A page of the administration, of an account.
fn address(page: &str, id: &str) -> String {
    format!("{PAGES}/admin/{page}?id={id}")
}

/// The form of a page of the administration, with a reason.
fn form(browser: &mut Browser, address: &str) -> Form {
    let shown = browser.get(address);
    assert_eq!(shown.status, 200, "{address}: {}", shown.text());
    let action = address.split('?').next().unwrap();
    let form = html::form(&shown.text(), action);
    let form = form.unwrap_or_else(|| panic!("{address}: no form in {}", shown.text()));
    form.with("reason", "new in the team")
}

/// The form by which an account is added, filled in.
fn adding(browser: &mut Browser, login: &str) -> Form {
    let form = form(browser, &format!("{PAGES}/admin/users/add")).with("login", login);
    form.with("name", "").with("email", "").with("groups", "").with("role", "user").with("mode", "")
}

/// The page after something was done, which says so.
fn done(browser: &mut Browser, form: &Form) -> String {
    let answer = browser.submit(form);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let shown = browser.get(&location(&answer)).text();
    html::by_id(&shown, "done").unwrap_or_else(|| panic!("it does not say so: {shown}"))
}

fn problem(response: &Response) -> String {
    let text = response.text();
    html::by_id(&text, "problem").unwrap_or_else(|| panic!("no problem in {text}"))
}

/// The link that a page shows, below the site's address.
fn link(shown: &Response) -> String {
    assert_eq!(shown.status, 200, "{}", shown.text());
    assert_eq!(shown.header("cache-control"), Some("no-store"));
    let link = html::by_id(&shown.text(), "password-link").expect("a link");
    link[link.find(PAGES).expect("a page of ours")..].to_owned()
}

/// Somebody opens a link and chooses a password.
fn choose(office: &Office, link: &str, login: &str) {
    let mut theirs = Browser::new(&office.gateway);
    let page = theirs.get(link);
    let form = form_of(&page, "welcome").with("login", login);
    let form = form.with("new", CHOSEN).with("again", CHOSEN);
    let set = theirs.submit(&form);
    assert_eq!(set.status, 303, "{}", set.text());
}

#[test]
fn an_admin_adds_an_account_below_their_own_and_its_owner_chooses_the_password_s0_23_a260() {
    let mut admin = Person::of_role("admin", "admin");
    let office = Office::open(&[&admin]);
    let mut browser = office.browser(&mut admin);
    let people = browser.get(&format!("{PAGES}/admin/users")).text();
    assert!(people.contains(&format!("{PAGES}/admin/users/add")), "{people}");
    let add = adding(&mut browser, "carol").with("name", "Carol C.");
    let add =
        add.with("email", "c@post.example").with("groups", " ops, web ,").with("mode", "enforced");
    for (field, value, status) in [
        ("reason", " ", 400),
        ("login", "<b>", 400),
        ("email", "nobody", 400),
        ("role", "admin", 403),
        ("role", "owner", 403),
        ("role", "emperor", 400),
        ("mode", "perhaps", 400),
        ("site", "elsewhere", 400),
    ] {
        let refused = browser.submit(&add.clone().with(field, value));
        assert_eq!(refused.status, status, "{field}={value}: {}", refused.text());
    }
    assert_eq!(office.told(&["user", "list"])["accounts"].as_array().unwrap().len(), 1);
    let link = link(&browser.submit(&add));
    let carol = office.account("carol");
    assert_eq!(carol["groups"], serde_json::json!(["ops", "web"]));
    assert_eq!((&carol["password"], &carol["role"]), (&"none".into(), &"user".into()));
    assert_eq!(carol["terms"]["mode"], "enforced", "{carol}");
    let taken = adding(&mut browser, "carol");
    assert!(problem(&browser.submit(&taken)).contains("Another account"));
    choose(&office, &link, "carol");
    let mut carol = Person::of_role("carol", "user");
    CHOSEN.clone_into(&mut carol.password);
    assert!(office.browser(&mut carol).gets_through());
    for kind in ["account_created", "password_link_issued"] {
        let record = office.last(kind);
        assert_eq!(record["actor"]["id"], office.id("admin"), "{record}");
        assert_eq!(record["detail"]["reason"], "new in the team");
        assert_eq!(record["detail"]["way"], "page");
    }
    let secret = link.split_once("t=").unwrap().1.split_once('.').unwrap().1;
    let log = office.gateway.cli_ok(&["--json", "audit", "tail", "--limit", "200"], "");
    let everything = format!("{log}{}{:?}", office.gateway.stderr(), office.gateway.access_log());
    assert!(!everything.contains(secret), "the link stands in a log");
}

#[test]
fn no_other_field_no_forged_token_and_no_name_of_64_kib_makes_an_account_a259_a262_a270() {
    let (mut admin, mut desk) =
        (Person::of_role("admin", "admin"), Person::of_role("desk", "help_desk"));
    let mut auditor = Person::of_role("auditor", "auditor");
    let office = Office::open(&[&admin, &desk, &auditor]);
    let mut browser = office.browser(&mut admin);
    let add = adding(&mut browser, "eve");
    let token = |field: &str| add.clone().with("csrf", field);
    let elsewhere = form(&mut browser, &address("user/disable", &office.id("desk")));
    let forged = elsewhere.field("csrf").unwrap();
    for bad in [
        token(forged),
        token("x"),
        add.clone().without("csrf"),
        add.clone().with("state", "active"),
        add.clone().with("password", CHOSEN),
        add.clone().with("id", "chosen"),
        add.clone().without("role"),
    ] {
        let refused = browser.submit(&bad);
        assert!(matches!(refused.status, 400 | 403), "{bad:?}: {}", refused.text());
    }
    let long = browser.submit(&add.clone().with("name", &"x".repeat(64 << 10)));
    assert!(matches!(long.status, 400 | 413), "{}", long.status);
    let longer = browser.submit(&add.clone().with("name", &"x".repeat(257)));
    assert_eq!(longer.status, 400);
    assert!(!problem(&longer).is_empty());
    for person in [&mut desk, &mut auditor] {
        let mut other = office.browser(person);
        let people = other.get(&format!("{PAGES}/admin/users")).text();
        assert!(!people.contains("users/add"), "{people}");
        assert_eq!(other.get(&format!("{PAGES}/admin/users/add")).status, 403);
        assert_eq!(other.submit(&add).status, 403);
    }
    assert_eq!(office.told(&["user", "list"])["accounts"].as_array().unwrap().len(), 3);
}

#[test]
fn a_link_is_shown_once_and_another_password_asked_for_at_the_next_sign_in() {
    let (mut admin, user) = (Person::of_role("admin", "admin"), Person::of_role("user", "user"));
    let mut desk = Person::of_role("desk", "help_desk");
    let office = Office::open(&[&admin, &user, &desk]);
    let id = office.id("user");
    let mut browser = office.browser(&mut admin);
    let require = form(&mut browser, &address("user/password-change", &id));
    assert!(done(&mut browser, &require).contains("next sign-in"));
    let shown = browser.get(&address("user", &id)).text();
    assert!(html::by_id(&shown, "password").expect("a standing").contains("another one"));
    assert!(!shown.contains("/user/password-change?"), "it is asked for already");
    let mut theirs = Browser::new(&office.gateway);
    let asked = theirs.password(&user, "/");
    let changed = form_of(&asked, "sign-in/new-password").with("login", "user");
    let changed = changed.with("new", SECOND).with("again", SECOND);
    assert_eq!(theirs.submit(&changed).status, 303);
    assert_eq!(office.account("user")["password"], "set");

    let issue = form(&mut browser, &address("user/password-link", &id));
    assert_eq!(browser.submit(&issue.clone().with("reason", "")).status, 400);
    let first = link(&browser.submit(&issue));
    let again = form(&mut browser, &address("user/password-link", &id));
    let second = link(&browser.submit(&again));
    let mut anybody = Browser::new(&office.gateway);
    assert_eq!(anybody.get(&first).status, 401, "a newer one took its place");
    assert_eq!(anybody.get(&second).status, 200);
    let shown = browser.get(&address("user", &id)).text();
    assert!(html::by_id(&shown, "link").is_some() && !shown.contains("?t="), "{shown}");
    choose(&office, &second, "user");
    let mut desks = office.browser(&mut desk);
    for page in ["user/password-link", "user/password-change", "user/profile"] {
        assert_eq!(desks.get(&address(page, &id)).status, 403, "{page}");
    }
    assert_eq!(browser.get(&address("user/password-link", &office.id("admin"))).status, 403);
}

#[test]
fn a_profile_is_edited_as_it_was_seen_and_by_no_other_field_a259_a260() {
    let (mut admin, user) = (Person::of_role("admin", "admin"), Person::of_role("user", "user"));
    let office = Office::open(&[&admin, &user]);
    let id = office.id("user");
    let mut browser = office.browser(&mut admin);
    let page = browser.get(&address("user/profile", &id)).text();
    assert!(page.contains("value=\"user@example.com\""), "it has what is there: {page}");
    let edit = form(&mut browser, &address("user/profile", &id)).with("name", "Ulla U.");
    let edit = edit.with("email", "u@post.example").with("groups", "ops");
    for (field, value) in [("name", " "), ("email", "u@"), ("name", "two\nlines")] {
        let refused = browser.submit(&edit.clone().with(field, value));
        assert_eq!(refused.status, 400, "{field}={value}");
        assert!(refused.text().contains("u@") && !problem(&refused).is_empty());
    }
    for field in ["role", "login", "state", "password"] {
        assert_eq!(browser.submit(&edit.clone().with(field, "owner")).status, 400, "{field}");
    }
    let other = edit.clone().with("id", &office.id("admin"));
    assert!(matches!(browser.submit(&other).status, 400 | 403), "the form of one for another");
    is_made(&office, &mut browser, edit);
}

/// An edit is done once, and not to what is another by then.
fn is_made(office: &Office, browser: &mut Browser, edit: Form) {
    assert!(done(browser, &edit).contains("changed"));
    let account = office.account("user");
    assert_eq!(
        (&account["name"], &account["email"]),
        (&"Ulla U.".into(), &"u@post.example".into())
    );
    assert_eq!((&account["role"], &account["login"]), (&"user".into(), &"user".into()));
    let late = browser.submit(&edit.with("name", "Somebody else"));
    assert_eq!(late.status, 409, "{}", late.text());
    assert!(problem(&late).contains("Somebody has changed"), "{}", problem(&late));
    assert_eq!(office.account("user")["name"], "Ulla U.");
    let record = office.last("profile_changed");
    assert_eq!(record["detail"]["groups_added"], "ops");
    assert_eq!(record["detail"]["reason"], "new in the team");
    assert!(!record.to_string().contains("post.example"), "{record}");
}

#[test]
fn a_disabled_account_is_removed_by_owners_alone_and_for_ever_a261() {
    let (mut admin, mut owner) =
        (Person::of_role("admin", "admin"), Person::of_role("owner", "owner"));
    let user = Person::of_role("user", "user");
    let office = Office::open(&[&admin, &owner, &user]);
    let (id, page) = (office.id("user"), address("user/remove", &office.id("user")));
    let (mut admins, mut owners) = (office.browser(&mut admin), office.browser(&mut owner));
    assert_eq!(owners.get(&page).status, 404, "it is not disabled");
    assert_eq!(owners.get(&address("user/remove", &office.id("owner"))).status, 404);
    let disable = form(&mut admins, &address("user/disable", &id));
    done(&mut admins, &disable);
    assert_eq!(admins.get(&page).status, 403);
    let shown = admins.get(&address("user", &id)).text();
    assert!(!shown.contains("/user/remove?"), "an admin is led to it");
    let says = owners.get(&page).text();
    assert!(html::by_id(&says, "does").unwrap().contains("nothing brings it back"), "{says}");
    let gone = form(&mut owners, &page);
    let silent = owners.submit(&gone.clone().with("reason", ""));
    assert_eq!(silent.status, 400, "{}", silent.text());
    let by_admin = admins.submit(&gone);
    assert_eq!(by_admin.status, 403, "{}", by_admin.text());
    assert!(done(&mut owners, &gone).contains("removed"));
    assert_eq!(owners.submit(&gone).status, 404);
    assert_eq!(owners.get(&address("user", &id)).status, 404);
    let record = office.last("account_removed");
    assert_eq!((&record["target"], &record["detail"]["login"]), (&id.into(), &"user".into()));
    assert_eq!(record["actor"]["id"], office.id("owner"));
}
