//! What one site asks for besides the configuration: addresses and proof on one page, the stricter of both, in force at once,
//! rehearsed before it is.

use serde_json::Value;

use crate::support::api::Description;
use crate::support::api::Script;
use crate::support::api::problem;
use crate::support::api::token;
use crate::support::api::told;
use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::location;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::html;
use crate::support::office::Office;
use crate::support::person::Person;
use crate::support::raw_client::Way;
use crate::support::recorder::Recorder;
use crate::support::waiting::eventually;

/// `here` is where tests come from, `branch` is 127.0.0.4, `ci` 127.0.0.2.
const NETWORKS: &str =
    "networks: { here: [127.0.0.1/32], branch: [127.0.0.4/32], ci: [127.0.0.2/32] }\n";

const REASON: &str = "Portcullis-Reason: audit finding 12\r\nContent-Type: application/json\r\n";

fn page(path: &str) -> String {
    format!("{PAGES}/admin/policy/site{path}")
}

/// The status that somebody who is not signed in is answered, from `127.0.0.n`.
fn from(gateway: &Gateway, n: u8, path: &str) -> u16 {
    Browser::by(gateway, Way::from(n)).get(path).status
}

/// The form that tries a change, with that network ticked and nothing else.
fn tries(page_shown: &str, name: &str) -> html::Form {
    let form = html::form(page_shown, &page("/rehearse")).expect("the form");
    let before = page_shown.split(&format!("value=\"{name}\"")).next().unwrap();
    let field = before.rsplit("name=\"").next().unwrap().split('"').next().unwrap();
    form.with("proof", "").with("age", "").with(field, name)
}

#[test]
fn a_site_is_reached_only_from_where_its_policy_says_at_once_and_after_kill_9_s1_29() {
    let mut office = Office::with(&[&Person::named("ann")], NETWORKS);
    let gateway = &office.gateway;
    assert_eq!(from(gateway, 4, "/"), 303);
    let set = ["enforcement", "site", "console", "--only-from", "here", "--only-from", "ci"];
    let told = gateway.cli_ok(&set, "");
    assert!(told.contains("only from ci, here"), "{told}");
    for (n, status) in [(1, 303), (2, 303), (4, 403)] {
        assert_eq!(from(gateway, n, "/"), status, "127.0.0.{n}");
    }
    assert_eq!(from(gateway, 4, &format!("{PAGES}/sign-in")), 403, "pages included");
    let record = office.last("enforcement_changed");
    assert_eq!(record["detail"]["of_site"], "console", "{record}");
    assert_eq!(record["detail"]["only_from"], "ci,here");
    assert_eq!(record["detail"]["only_from_before"], "-");
    office.gateway.kill9();
    office.gateway.run();
    assert_eq!(from(&office.gateway, 4, "/"), 403, "from the first request on");
    office.gateway.sighup();
    office.gateway.cli_ok(&["enforcement", "site", "console", "--only-from", "none"], "");
    assert_eq!(from(&office.gateway, 4, "/"), 303);
}

#[test]
fn a_name_that_the_configuration_loses_lets_nobody_in_and_is_shown_s1_29() {
    let office = Office::with(&[], NETWORKS);
    let gateway = &office.gateway;
    gateway.cli_ok(&["enforcement", "site", "console", "--only-from", "here"], "");
    let yaml = gateway.setup_yaml().replace("here: [127.0.0.1/32], ", "");
    gateway.configure(&yaml);
    gateway.sighup();
    eventually("the file is in force", || from(gateway, 1, "/") == 403);
    let told = gateway.cli_ok(&["enforcement", "sites"], "");
    assert!(told.contains("only from nowhere") && told.contains("unknown"), "{told}");
}

#[test]
fn what_cannot_be_asked_is_refused_and_says_what_can_s1_29() {
    let office = Office::with(&[], NETWORKS);
    for (arguments, says) in [
        (&["site", "other", "--proof", "aal2"][..], "There are: console"),
        (&["site", "console", "--only-from", "ofice"], "There are: branch, ci, here"),
        (&["site", "console", "--proof", "aal3"], "nobody can give `aal3`"),
        (&["site", "console", "--max-age", "1s"], "a minute to 30 days"),
        (&["site", "console", "--proof", "totp"], "second_factor"),
    ] {
        let output = office.gateway.cli(&[&["enforcement"], arguments].concat(), "");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && text.contains(says), "{arguments:?}: {text}");
    }
    assert!(office.records("enforcement_changed").is_empty(), "nothing was done");
}

#[test]
fn people_prove_what_a_policy_asks_for_at_least_and_programs_what_they_did_s1_29() {
    let recorder = Recorder::start();
    let mut ann = Person::named("ann");
    let setup = Setup::before(recorder.address())
        .top(NETWORKS)
        .require("{ any_of: [{ proof: password, networks: [here] }, { proof: second_factor }] }")
        .site_line("  - { path: /m, require: service_token }");
    let gateway = Gateway::start(&setup, &[&ann]);
    let secret = token(&gateway, "ci", &["--path", "/m"]);
    let program = |path: &str| {
        let lines = format!("Portcullis-Token: {secret}\r\n");
        Browser::new(&gateway).request("GET", path, &lines, "").status
    };
    let mut first = Browser::new(&gateway);
    first.sign_in(&mut ann);
    let mut waived = Browser::new(&gateway);
    assert_eq!(location(&waived.password(&ann, "/")), "/");
    assert_eq!(waived.get("/").status, 200, "no prompt in the office");
    gateway.cli_ok(&["enforcement", "site", "console", "--proof", "second_factor"], "");
    assert_eq!(waived.get("/").status, 303, "the prompt is waived nowhere any more");
    assert_eq!(first.get("/").status, 200);
    let mut asked = Browser::new(&gateway);
    let next = location(&asked.password(&ann, "/"));
    assert!(next.starts_with(&format!("{PAGES}/challenge")), "{next}");
    assert_eq!((from(&gateway, 4, "/public"), program("/m")), (200, 200));
    let rehearsed =
        gateway.cli_ok(&["enforcement", "site", "console", "--max-age", "1m", "--rehearse"], "");
    assert!(rehearsed.contains("at most 1m old"), "{rehearsed}");
    assert_eq!(first.get("/").status, 200, "a rehearsal changes nothing");
}

#[test]
fn an_owner_never_keeps_themselves_out_on_a_page_a261_s1_29() {
    let mut owner = Person::named("owner");
    let office = Office::with(&[&owner], NETWORKS);
    let mut owners = office.browser(&mut owner);
    let shown = owners.get(&page("?name=console")).text();
    let out = owners.submit(&tries(&shown, "branch"));
    assert_eq!(out.status, 200, "{}", out.text());
    assert!(out.text().contains("id=\"locks-out\""), "{}", out.text());
    assert!(html::form(&out.text(), &page("/set")).is_none(), "it is not offered");
    // Nor by a form that was made for something else.
    let set = owners.submit(&tries(&shown, "here")).text();
    let set = html::form(&set, &page("/set")).unwrap().with("reason", "x");
    assert_eq!(owners.submit(&set.with("area-0", "branch")).status, 409);
    assert_eq!(owners.get("/").status, 200);
}

#[test]
fn an_owner_sees_whom_it_would_keep_out_before_and_changes_what_was_seen_a261_s1_29() {
    let mut owner = Person::named("owner");
    let mut ann = Person::named("ann");
    let office = Office::with(&[&owner, &ann], NETWORKS);
    let mut owners = office.browser(&mut owner);
    let mut anns = Browser::by(&office.gateway, Way::from(4));
    anns.sign_in(&mut ann);
    let listed = owners.get(&format!("{PAGES}/admin/policy")).text();
    assert!(listed.contains("/admin/policy/site?name=console"), "{listed}");

    let shown = owners.get(&page("?name=console")).text();
    let tried = owners.submit(&tries(&shown, "here")).text();
    let kept_out = tried.split("Would be kept out").nth(1).unwrap();
    assert!(kept_out.contains("</span>1</td>"), "{tried}");
    assert!(html::by_id(&tried, "logins").unwrap().contains("ann"), "{tried}");
    assert_eq!(anns.get("/").status, 200, "nothing is changed yet");
    let set = html::form(&tried, &page("/set")).expect("the act").with("reason", "finding 12");
    let statuses = [set.clone().with("reason", ""), set.clone().with("site", "other")]
        .map(|form| owners.submit(&form).status);
    assert_eq!(statuses, [400, 403], "a reason, and the token is for one site");
    let done = owners.submit(&set);
    assert_eq!(done.status, 303, "{}", done.text());
    assert!(owners.get(&location(&done)).text().contains("id=\"done\""));
    assert_eq!((anns.get("/").status, owners.get("/").status), (403, 200));
    // What was seen is not there any more.
    assert_eq!(owners.submit(&set.with("reason", "once more")).status, 409);
    assert_eq!(office.last("enforcement_changed")["detail"]["reason"], "finding 12");
}

#[test]
fn what_binds_owners_is_put_in_force_by_owners_alone_a260_s1_29() {
    let mut admin = Person::of_role("admin", "admin");
    let office = Office::with(&[&admin], NETWORKS);
    let mut admins = office.browser(&mut admin);
    let shown = admins.get(&page("?name=console")).text();
    let tried = admins.submit(&tries(&shown, "here")).text();
    assert!(tried.contains("id=\"owners-only\""), "{tried}");
    assert!(html::form(&tried, &page("/set")).is_none());
    let script = Script::of(admins);
    let body = r#"{"only_from":["here"]}"#;
    assert_eq!(script.ask("POST", "/sites/console/rehearsal", REASON, body).status, 200);
    let refused = script.ask("PATCH", "/sites/console", REASON, body);
    assert_eq!((refused.status, problem(&refused).as_deref()), (403, Some("not_allowed")));
    assert!(office.records("enforcement_changed").is_empty());
}

#[test]
fn what_is_asked_besides_the_file_is_explained_s1_19_s1_29() {
    let office = Office::with(&[], NETWORKS);
    let explain = |gateway: &Gateway| {
        let url = "https://console.test/";
        gateway.cli_ok(&["explain", url, "--address", "127.0.0.4"], "")
    };
    assert!(!explain(&office.gateway).contains("by an administrator"));
    office.gateway.cli_ok(&["enforcement", "site", "console", "--only-from", "here"], "");
    let told = explain(&office.gateway);
    assert!(told.contains("by an administrator only from: here miss"), "{told}");
    assert!(told.contains("network_not_allowed"), "{told}");
}

#[test]
fn whoever_only_looks_is_shown_no_form_and_changes_nothing_a260_s1_29() {
    let mut auditor = Person::of_role("auditor", "auditor");
    let office = Office::with(&[&auditor], NETWORKS);
    let mut browser = office.browser(&mut auditor);
    let shown = browser.get(&page("?name=console"));
    assert_eq!(shown.status, 200);
    assert!(html::form(&shown.text(), &page("/rehearse")).is_none());
    assert_eq!(browser.get(&page("?name=other")).status, 400);
    let script = Script::of(browser);
    let body = r#"{"proof":"aal2"}"#;
    let refused = script.ask("PATCH", "/sites/console", REASON, body);
    assert_eq!((refused.status, problem(&refused).as_deref()), (403, Some("not_allowed")));
    assert_eq!(script.get("/sites")["sites"][0]["name"], "console");
}

#[test]
fn the_api_rehearses_and_sets_the_policy_of_a_site_as_it_was_seen_a261_s1_29() {
    let mut owner = Person::named("owner");
    let office = Office::with(&[&owner], NETWORKS);
    let script = Script::of(office.browser(&mut owner));
    let described = Description::told_to(&script);
    let seen = script.ask("GET", "/sites/console", "", "");
    described.check(("/sites/{id}", "GET"), &seen);
    let tag = seen.header("etag").unwrap().to_owned();
    let body = r#"{"only_from":["branch"]}"#;
    let rehearsed = script.ask("POST", "/sites/console/rehearsal", REASON, body);
    described.check(("/sites/{id}/rehearsal", "POST"), &rehearsed);
    assert_eq!(rehearsed.status, 200, "{}", rehearsed.text());
    let rehearsed = told(&rehearsed);
    assert_eq!((&rehearsed["locks_out"], &rehearsed["sessions"]), (&true.into(), &1.into()));
    let out = script.ask("PATCH", "/sites/console", REASON, body);
    assert_eq!((out.status, problem(&out).as_deref()), (409, Some("locks_out")));
    let matching = format!("{REASON}If-Match: {tag}\r\n");
    let body = r#"{"only_from":["here"],"max_age":3600}"#;
    let set = script.ask("PATCH", "/sites/console", &matching, body);
    described.check(("/sites/{id}", "PATCH"), &set);
    let set: Value = told(&set);
    assert_eq!(set["in_force"]["allow"], serde_json::json!(["here"]));
    assert_eq!(set["in_force"]["ways"][0]["max_age"], 3600);
    assert_eq!(set["configuration"]["allow"], Value::Null);
    let late = script.ask("PATCH", "/sites/console", &matching, r#"{"max_age":null}"#);
    assert_eq!((late.status, problem(&late).as_deref()), (412, Some("changed")));
    for (body, status) in [
        (r#"{"only_from":["here"],"owner":true}"#, 422),
        (r#"{"proof":"password"}"#, 422),
        (r#"{"max_age":5}"#, 422),
        (r#"{"only_from":["nowhere"]}"#, 422),
        // Nobody means everybody by it.
        (r#"{"only_from":[]}"#, 422),
    ] {
        let refused = script.ask("PATCH", "/sites/console", REASON, body);
        assert_eq!(refused.status, status, "{body}: {}", refused.text());
    }
}
