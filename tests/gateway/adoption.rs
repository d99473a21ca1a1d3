//! How far people have come with their second factors, as numbers.

use crate::support::browser::Browser;
use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
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
