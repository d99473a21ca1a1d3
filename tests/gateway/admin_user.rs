//! One account in the administration: what is shown of it, and what is done to it, by whom. Every act is the one of the
//! command line, with whoever did it and why in the audit log.

use serde_json::Value;

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::location;
use crate::support::html;
use crate::support::html::Form;
use crate::support::office::Office;
use crate::support::person::Person;
use crate::support::raw_client::Response;

fn factors(account: &Value) -> &Vec<Value> {
    account["factors"].as_array().unwrap()
}

fn page(act: &str, id: &str) -> String {
    format!("{PAGES}/admin/user{act}?id={id}")
}

/// The form of a deed's page, with a reason.
fn form(browser: &mut Browser, act: &str, id: &str) -> Form {
    let shown = browser.get(&page(act, id));
    assert_eq!(shown.status, 200, "{act}: {}", shown.text());
    let form = html::form(&shown.text(), &format!("{PAGES}/admin/user{act}"));
    form.unwrap_or_else(|| panic!("{act}: no form in {}", shown.text()))
}

fn reasoned(form: Form) -> Form {
    form.with("reason", "seen in person")
}

/// Does it, and gives the page that says so.
fn done(browser: &mut Browser, form: &Form) -> String {
    let answer = browser.submit(form);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let shown = browser.get(&location(&answer));
    assert_eq!(shown.status, 200);
    let text = shown.text();
    html::by_id(&text, "done").unwrap_or_else(|| panic!("it does not say so: {text}"))
}

fn problem(response: &Response) -> String {
    let text = response.text();
    html::by_id(&text, "problem").unwrap_or_else(|| panic!("no problem in {text}"))
}

#[test]
fn a_help_desk_resets_and_signs_out_with_a_reason_and_nothing_more_a182_s0_26() {
    let (mut desk, mut user) =
        (Person::of_role("help-desk", "help_desk"), Person::of_role("user", "user"));
    let office = Office::open(&[&desk, &user]);
    let mut signed_in = office.browser(&mut user);
    let id = office.id("user");
    let mut browser = office.browser(&mut desk);
    let shown = browser.get(&page("", &id)).text();
    assert_eq!(html::by_id(&shown, "login").as_deref(), Some("user"));
    assert_eq!(html::by_id(&shown, "standing").as_deref(), Some("All set"));
    offers(
        &mut browser,
        &id,
        &[
            ("/reset", true),
            ("/sessions", true),
            ("/disable", false),
            ("/role", false),
            ("/terms", false),
            ("/contact", false),
            ("/recovery-code", false),
        ],
    );

    let reset = form(&mut browser, "/reset", &id);
    let silent = browser.submit(&reset.clone().with("reason", " "));
    assert_eq!(silent.status, 400);
    assert!(problem(&silent).contains("Say why"), "{}", problem(&silent));
    assert!(!factors(&office.account("user")).is_empty());
    assert!(done(&mut browser, &reasoned(reset)).contains("reset"));
    let account = office.account("user");
    assert!(factors(&account).is_empty(), "{account}");
    assert_ne!(signed_in.get("/").status, 200, "the session goes on");
    says_who_did_it(&office.last("mfa_reset"), &office.id("help-desk"));
}

/// Which acts a page of an account leads to, and which pages are open to whoever looks.
fn offers(browser: &mut Browser, id: &str, acts: &[(&str, bool)]) {
    let shown = browser.get(&page("", id)).text();
    for (act, offered) in acts {
        assert_eq!(shown.contains(&format!("{PAGES}/admin/user{act}?id=")), *offered, "{act}");
        let status = if *offered { 200 } else { 403 };
        assert_eq!(browser.get(&page(act, id)).status, status, "{act}");
    }
}

/// Whether a record has who acted, why, how and from where.
fn says_who_did_it(event: &Value, actor: &str) {
    assert_eq!(event["actor"]["id"], actor, "{event}");
    assert_eq!(event["detail"]["reason"], "seen in person");
    assert_eq!(event["detail"]["way"], "page");
    assert_eq!(event["client"], "127.0.0.1");
    assert!(event["request_id"].is_string() && event["site"].is_string(), "{event}");
}

#[test]
fn an_admin_asks_more_of_one_account_and_a_date_that_means_nothing_is_refused_s0_23_s3_9() {
    let (mut admin, user) = (Person::of_role("admin", "admin"), Person::of_role("user", "user"));
    let office = Office::open(&[&admin, &user]);
    let id = office.id("user");
    let mut browser = office.browser(&mut admin);

    let terms = form(&mut browser, "/terms", &id);
    let terms = reasoned(terms).with("mode", "enforced").with("unenrolled", "");
    let terms = terms.with("grace", "2031-02-01");
    let wrong = browser.submit(&terms.clone().with("grace", "<soon>"));
    assert_eq!(wrong.status, 400);
    assert!(problem(&wrong).contains("2027-01-31"), "{}", problem(&wrong));
    assert!(wrong.text().contains("seen in person"), "what was typed is gone");
    let free = browser.submit(&terms.clone().with("mode", "optional"));
    assert_eq!(free.status, 400, "a date for nothing");
    done(&mut browser, &terms.with("allow_totp", "on").with("allow_passkey", "on"));
    let account = office.account("user");
    assert_eq!(account["terms"]["mode"], "enforced", "{account}");
    assert_eq!(account["terms"]["allowed"], serde_json::json!(["passkey", "totp"]));
    let shown = browser.get(&page("", &id)).text();
    assert_eq!(html::by_id(&shown, "own").as_deref(), Some("Required"));
    assert!(shown.contains("2 February 2031"), "the day is still within it: {shown}");
}

#[test]
fn an_admin_disables_enables_and_gives_roles_below_their_own_a260() {
    let (mut admin, mut user) =
        (Person::of_role("admin", "admin"), Person::of_role("user", "user"));
    let office = Office::open(&[&admin, &user]);
    let mut signed_in = office.browser(&mut user);
    let id = office.id("user");
    let mut browser = office.browser(&mut admin);
    let disable = reasoned(form(&mut browser, "/disable", &id));
    assert!(done(&mut browser, &disable).contains("disabled"));
    assert_eq!(office.account("user")["state"], "disabled");
    assert_ne!(signed_in.get("/").status, 200, "the session goes on");
    assert_eq!(browser.get(&page("/disable", &id)).status, 404, "it is disabled");
    let enable = form(&mut browser, "/enable", &id).with("reason", "");
    assert!(done(&mut browser, &enable).contains("enabled"), "without a reason");
    assert_eq!(office.account("user")["state"], "active");

    let role = reasoned(form(&mut browser, "/role", &id));
    let raised = browser.submit(&role.clone().with("role", "admin"));
    assert_eq!(raised.status, 403);
    assert!(problem(&raised).contains("equal to yours"), "{}", problem(&raised));
    done(&mut browser, &role.with("role", "help_desk"));
    assert_eq!(office.account("user")["role"], "help_desk");
}

#[test]
fn a_form_for_one_account_or_act_opens_no_other_a260_a273() {
    let (mut admin, user, other) = (
        Person::of_role("admin", "admin"),
        Person::of_role("user", "user"),
        Person::of_role("other", "user"),
    );
    let office = Office::open(&[&admin, &user, &other]);
    let mut browser = office.browser(&mut admin);
    let (id, another) = (office.id("user"), office.id("other"));
    let disable = reasoned(form(&mut browser, "/disable", &id));
    for (what, forged) in [
        ("another account", disable.clone().with("id", &another)),
        ("another state", disable.clone().with("seen", &"0".repeat(32))),
        ("another act", Form { action: format!("{PAGES}/admin/user/reset"), ..disable.clone() }),
        ("no token", disable.clone().with("csrf", "")),
    ] {
        assert_eq!(browser.submit(&forged).status, 403, "{what}");
    }
    let mut twice = disable.clone();
    twice.fields.push(("id".to_owned(), another.clone()));
    assert_eq!(browser.submit(&twice).status, 400, "two accounts");
    let more = disable.clone().with("role", "owner");
    assert_eq!(browser.submit(&more).status, 400, "a field that is not of this act (A-259)");
    // A token of the account page's forms opens none either.
    let own = browser.form("account/password");
    let borrowed = disable.clone().with("csrf", own.field("csrf").unwrap());
    assert_eq!(browser.submit(&borrowed).status, 403);
    for login in ["user", "other"] {
        let account = office.account(login);
        assert_eq!((&account["state"], &account["role"]), (&"active".into(), &"user".into()));
    }
    done(&mut browser, &disable);
    // Whoever changed it meanwhile is not overruled.
    let stale = reasoned(form(&mut browser, "/enable", &id));
    office.gateway.cli_ok(&["user", "set-role", "user", "auditor"], "");
    let conflict = browser.submit(&stale);
    assert_eq!(conflict.status, 409);
    assert!(problem(&conflict).contains("Somebody has changed"), "{}", problem(&conflict));
    assert_eq!(office.account("user")["state"], "disabled");
}

#[test]
fn nobody_acts_on_themselves_or_on_an_equal_in_a_browser_a176_a260() {
    let (mut admin, mut owner) =
        (Person::of_role("admin", "admin"), Person::of_role("owner", "owner"));
    let second = Person::of_role("second", "admin");
    let office = Office::open(&[&admin, &owner, &second]);
    let mut browser = office.browser(&mut admin);
    for login in ["admin", "second", "owner"] {
        let id = office.id(login);
        let shown = browser.get(&page("", &id)).text();
        assert!(html::by_id(&shown, "acts").is_none(), "{login}: {shown}");
        for act in ["/disable", "/reset", "/terms", "/contact", "/role"] {
            let refused = browser.get(&page(act, &id));
            assert_eq!(refused.status, 403, "{login}{act}");
            assert!(!refused.text().contains("name=\"csrf\""), "{}", refused.text());
            assert!(html::form(&refused.text(), &format!("{PAGES}/admin/user{act}")).is_none());
        }
    }
    // Owners contain owners: they take roles, and give no way in.
    let mut browser = office.browser(&mut owner);
    let id = office.id("admin");
    let shown = browser.get(&page("", &id)).text();
    let menu = html::by_id(&shown, "more").expect("a menu");
    assert!(menu.contains("recovery code"), "{menu}");
    let before_menu = shown.split("id=\"more\"").next().unwrap();
    assert!(!before_menu.contains("/recovery-code?"), "it stands outside the menu (S1.14)");
}

#[test]
fn a_recovery_code_is_shown_once_works_once_and_is_recorded_with_its_reason_s1_13_s1_14_a180() {
    let (mut owner, mut user) =
        (Person::of_role("owner", "owner"), Person::of_role("user", "user"));
    let office = Office::open(&[&owner, &user]);
    office.browser(&mut user);
    let id = office.id("user");
    let mut browser = office.browser(&mut owner);
    let issue = form(&mut browser, "/recovery-code", &id);
    assert_eq!(browser.submit(&issue.clone().with("reason", "")).status, 400);
    let shown = browser.submit(&reasoned(issue));
    assert_eq!(shown.status, 200, "{}", shown.text());
    assert_eq!(shown.header("cache-control"), Some("no-store"));
    let code = html::by_id(&shown.text(), "recovery-code").expect("a code");
    let record = office.last("recovery_code_issued");
    assert_eq!(record["detail"]["reason"], "seen in person");
    assert!(!record.to_string().contains(&code), "it is in the log");
    let account = browser.get(&page("", &id)).text();
    assert!(html::by_id(&account, "recovery").is_some() && !account.contains(&code));

    let mut recovering = Browser::new(&office.gateway);
    recovering.password(&user, "/");
    let entered = recovering.submit(&recovering.clone().form("recovery").with("code", &code));
    assert_eq!(entered.status, 303, "{}", entered.text());
    let revoke = browser.get(&page("/revoke-code", &id));
    assert_eq!(revoke.status, 404, "it was used");
    let mut second = Browser::new(&office.gateway);
    second.password(&user, "/");
    let again = second.submit(&second.clone().form("recovery").with("code", &code));
    assert_ne!(again.status, 303, "a second time: {:?}", again.header("location"));
    assert!(!second.gets_through());
    assert_eq!(office.records("recovery_code_used").len(), 1);
}

#[test]
fn an_address_that_an_admin_fills_in_is_verified_by_its_first_code_and_nobody_elses_s3_10_s4_8() {
    let (mut admin, user) = (Person::of_role("admin", "admin"), Person::of_role("user", "user"));
    let other = Person::of_role("other", "user");
    let office = Office::open(&[&admin, &user, &other]);
    let mut browser = office.browser(&mut admin);
    let (id, another) = (office.id("user"), office.id("other"));
    let fill = |browser: &mut Browser, id: &str, address: &str| {
        let contact = reasoned(form(browser, "/contact", id));
        browser.submit(&contact.with("channel", "email").with("address", address))
    };
    let wrong = fill(&mut browser, &id, "nowhere");
    assert_eq!(wrong.status, 400, "{}", wrong.text());
    assert_eq!(fill(&mut browser, &id, "ada@example.org").status, 303);
    let shown = browser.get(&page("", &id)).text();
    assert!(html::by_id(&shown, "factors").unwrap().contains("mail"), "{shown}");
    let taken = fill(&mut browser, &another, "Ada@example.org");
    assert_eq!(taken.status, 409);
    assert!(problem(&taken).starts_with("user gets codes there"), "{}", problem(&taken));
    let remove = reasoned(form(&mut browser, "/remove-contact", &id)).with("channel", "email");
    done(&mut browser, &remove);
    assert!(factors(&office.account("user")).is_empty());
}

#[test]
fn text_of_an_attacker_is_inert_in_the_list_the_page_and_the_log_a270() {
    let mut admin = Person::of_role("admin", "admin");
    let office = Office::open(&[&admin]);
    let name = "<b onclick=x>=cmd()|\u{2019}A1\"'";
    let new =
        ["user", "add", "evil", "--name", name, "--email", "x@example.org", "--password-stdin"];
    office.gateway.cli_ok(&new, "quarry-Lantern-4711-canary\n");
    let mut browser = office.browser(&mut admin);
    let id = office.id("evil");
    for address in [page("", &id), format!("{PAGES}/admin/users"), page("/disable", &id)] {
        let text = browser.get(&address).text();
        assert!(text.contains("=cmd()") && !text.contains("<b onclick"), "{text}");
    }
    for evil in ["two\nlines", "\u{202e}turned", &"x".repeat(300)] {
        let disable = form(&mut browser, "/disable", &id);
        assert_eq!(browser.submit(&disable.with("reason", evil)).status, 400, "{evil:?}");
    }
    assert_eq!(office.account("evil")["state"], "active");
    let long = browser.get(&page("", &"x".repeat(3000)));
    assert_eq!(long.status, 404);
    assert_eq!(browser.get(&page("", "..%2F")).status, 404);
}
