//! How far people have come with their second factors, as numbers.

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::html;
use crate::support::person::Person;
use crate::support::recorder::Recorder;

#[test]
fn metrics_say_how_many_people_have_a_second_factor_and_how_many_must_still_set_one_up_s0_25() {
    let recorder = Recorder::start();
    let setup = Setup::before(recorder.address());
    let (mut alice, bob) = (Person::named("alice"), Person::named("bob"));
    let mut gateway = Gateway::start(&setup, &[&alice, &bob, &Person::named("carol")]);
    let people = |gateway: &Gateway, standing: &str| {
        let label = format!("standing=\"{standing}\"");
        gateway.metric(&["portcullis_people{", &label])
    };
    eventually("three people are counted", || people(&gateway, "overdue") >= 3.0);
    assert!(people(&gateway, "enrolled").abs() < 0.5);
    Browser::new(&gateway).sign_in(&mut alice);
    gateway.cli_ok(&["user", "disable", "carol"], "");
    // People are counted at the start, and every few minutes.
    gateway.restart();
    eventually("one of two has one", || people(&gateway, "enrolled") >= 1.0);
    assert!((people(&gateway, "overdue") - 1.0).abs() < 0.5);
    assert!((gateway.metric(&["portcullis_accounts_disabled"]) - 1.0).abs() < 0.5);
    let with_app = gateway.metric(&["portcullis_people_with_method{", "method=\"totp\""]);
    assert!((with_app - 1.0).abs() < 0.5);
    let labels = ["portcullis_people_at_site{", "site=\"console\"", "standing=\"overdue\""];
    assert!((gateway.metric(&labels) - 1.0).abs() < 0.5);
    assert!(gateway.metric(&["portcullis_people_with_sent_codes_only"]).abs() < 0.5);
}

#[test]
fn the_overview_says_how_far_people_have_come_s0_25() {
    let recorder = Recorder::start();
    let (mut ann, mut bob) = (Person::named("ann"), Person::named("bob"));
    (ann.role, bob.role) = ("auditor", "user");
    let gateway = Gateway::start(&Setup::before(recorder.address()), &[&ann, &bob]);
    let mut wrong = Person::named("bob");
    "not-the-password".clone_into(&mut wrong.password);
    assert_ne!(Browser::new(&gateway).password(&wrong, "/").status, 303);
    let mut browser = Browser::new(&gateway);
    browser.sign_in(&mut ann);
    let page = browser.get(&format!("{PAGES}/admin")).text();
    let said = |id: &str| html::by_id(&page, id);
    assert_eq!((said("people").as_deref(), said("coverage").as_deref()), (Some("2"), Some("50%")));
    assert!(page.contains("<dt>console</dt><dd>1 of 2</dd>"), "by site: {page}");
    assert!(page.contains("<dt>Authenticator app</dt><dd>1 of 2</dd>"), "by method: {page}");
    assert!(page.contains("<figcaption>Failed proofs: <strong>1</strong>"), "{page}");
    assert!(page.contains("<dt>Store</dt><dd>answers</dd>"), "{page}");
    // Whoever looks again sees what was done meanwhile.
    gateway.cli_ok(&["user", "disable", "bob"], "");
    let page = browser.get(&format!("{PAGES}/admin")).text();
    assert_eq!(html::by_id(&page, "coverage").as_deref(), Some("100%"));
}

#[test]
fn the_overview_says_how_each_sink_of_the_audit_log_gets_on() {
    let recorder = Recorder::start();
    let mut ann = Person::named("ann");
    ann.role = "auditor";
    let sinks = "audit:\n  sinks:\n    - { name: copy, file: audit.jsonl }\n    \
                 - { name: gone, webhook: { url: 'http://127.0.0.1:9/', secret: a-secret-of-sixteen-and-more } }\n";
    let gateway = Gateway::start(&Setup::before(recorder.address()).top(sinks), &[&ann]);
    let mut browser = Browser::new(&gateway);
    browser.sign_in(&mut ann);
    let fine = "<dt>Audit log elsewhere <strong>copy (file)</strong></dt><dd>has every record</dd>";
    let mut page = String::new();
    eventually("a sink that has everything, and one that fails", || {
        page = browser.get(&format!("{PAGES}/admin")).text();
        page.contains(fine) && page.contains("the webhook does not take it: ")
    });
    let (_, gone) = page.split_once("<strong>gone (webhook)</strong></dt><dd>").unwrap();
    let (gone, _) = gone.split_once("</dd>").unwrap();
    assert!(
        gone.contains("class=\"wrong\"") && gone.contains(" records are missing, the oldest of "),
        "{gone}"
    );
    assert!(gone.contains("; last failed "), "{gone}");
}
