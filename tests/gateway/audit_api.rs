//! The audit log through the API: taken out by owners, verified by whoever may read it, and its readers recorded.

use std::fs;

use serde_json::Value;

use crate::support::api::Description;
use crate::support::api::Script;
use crate::support::api::problem;
use crate::support::api::told;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::person::Person;

const REASON: &str = "Portcullis-Reason: asked by the auditors\r\n";

fn gateway(people: &[&Person]) -> Gateway {
    Gateway::start(&Setup::before(([127, 0, 0, 1], 9).into()), people)
}

/// How often the log has a kind of record.
fn count(gateway: &Gateway, kind: &str) -> usize {
    let log = gateway.cli_ok(&["--json", "audit", "tail", "--from", "1", "--limit", "500"], "");
    let records = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    records.filter(|record| record["kind"] == kind).count()
}

#[test]
fn an_owner_takes_the_log_out_with_a_reason_and_it_verifies_elsewhere_a268() {
    let mut alice = Person::named("alice");
    let mut adam = Person::named("adam");
    adam.role = "admin";
    let gateway = gateway(&[&alice, &adam]);
    let owner = Script::signed_in(&gateway, &mut alice);
    let described = Description::told_to(&owner);
    let answer = owner.ask("GET", "/audit/export", REASON, "");
    assert_eq!(answer.status, 200, "{}", answer.text());
    described.check(("/audit/export", "GET"), &answer);
    let last = answer.text().lines().count() - 1;
    let name = format!("attachment; filename=\"audit-1-{last}.jsonl\"");
    for (header, value) in [
        ("content-type", "application/x-ndjson"),
        ("content-disposition", name.as_str()),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answer.header(header), Some(value), "{header}");
    }
    assert!(answer.header("link").is_none());
    let file = gateway.path("out.jsonl");
    fs::write(&file, answer.text()).unwrap();
    let file = file.display().to_string();
    let key = gateway.cli_ok(&["audit", "key"], "");
    gateway.cli_ok(&["audit", "verify", "--file", &file, "--key", key.trim()], "");
    gateway.cli_ok(&["audit", "verify", "--file", &file], "");
    assert_eq!(count(&gateway, "audit_exported"), 1);
    let part = owner.ask("GET", "/audit/export?from=2&to=3", REASON, "");
    assert_eq!(part.text().lines().count(), 3, "{}", part.text());
    for (query, status, name) in [
        ("", 400, "no_reason"),
        ("?from=0", 400, "bad_query"),
        ("?from=1&from=2", 400, "bad_query"),
        ("?from=5&to=4", 404, "no_such_records"),
        ("?to=99999", 404, "no_such_records"),
    ] {
        let lines = if query.is_empty() { "" } else { REASON };
        let refused = owner.ask("GET", &format!("/audit/export{query}"), lines, "");
        described.check(("/audit/export", "GET"), &refused);
        assert_eq!((refused.status, problem(&refused).as_deref()), (status, Some(name)), "{query}");
    }
    for other in [Script::signed_in(&gateway, &mut adam), Script::of_role(&gateway, "admin")] {
        let refused = other.ask("GET", "/audit/export", REASON, "");
        let case = (refused.status, problem(&refused));
        assert_eq!(case, (403, Some("not_allowed".to_owned())), "{}", refused.text());
    }
    assert_eq!(count(&gateway, "audit_exported"), 2);
}

#[test]
fn a_program_verifies_the_log_and_its_reading_is_recorded_once_a264() {
    let alice = Person::named("alice");
    let gateway = gateway(&[&alice]);
    let auditor = Script::of_role(&gateway, "auditor");
    for _ in 0..3 {
        auditor.get("/audit?from=1");
    }
    assert_eq!(count(&gateway, "audit_read"), 1);
    let answer = auditor.ask("POST", "/audit/verify", "", "");
    assert_eq!(answer.status, 200, "{}", answer.text());
    let whole = told(&answer);
    let head = auditor.get("/audit/head");
    assert_eq!((&whole["first"], &whole["records"]), (&Value::from(1), &head["seq"]));
    assert_eq!(whole["hash"], head["hash"]);
    let desk = Script::of_role(&gateway, "help_desk").ask("POST", "/audit/verify", "", "");
    assert_eq!((desk.status, problem(&desk)), (403, Some("not_allowed".to_owned())));
}
