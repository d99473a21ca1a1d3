//! G8: a recovery code is good once and for an hour, whatever clocks say and however many try.

use std::sync::Barrier;
use std::sync::Mutex;
use std::time::Duration;

use portcullis::clock::Timestamp;
use serde_json::Value;

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::location;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::html;
use crate::support::html::Form;
use crate::support::lock;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::support::recorder::Recorder;

/// Milliseconds.
const HOUR: u64 = 3_600_000;

/// How many send a code at once.
const TRIES: usize = 48;

fn town(people: &[&Person]) -> (Gateway, Recorder) {
    let recorder = Recorder::start();
    let setup = Setup::before(recorder.address());
    let setup = setup.top("enforcement: { unenrolled: recovery_code }\n");
    (Gateway::start(&setup, people), recorder)
}

/// A code for this person, and when it ends.
fn issue(gateway: &Gateway, person: &Person) -> (String, Timestamp) {
    let arguments = ["--json", "user", "recovery-code", &person.login, "--reason", "seen"];
    let said: Value = serde_json::from_str(&gateway.cli_ok(&arguments, "")).unwrap();
    let code = said["recovery_code"].as_str().unwrap().to_owned();
    (code, serde_json::from_value(said["expires"].clone()).unwrap())
}

/// The form for a code, after the password.
fn asked(gateway: &Gateway, person: &Person) -> (Browser, Form) {
    let mut browser = Browser::new(gateway);
    assert_eq!(browser.password(person, "/").status, 303);
    let form = browser.form("recovery");
    (browser, form)
}

fn recover(gateway: &Gateway, person: &Person, code: &str) -> (Browser, Response) {
    let (mut browser, form) = asked(gateway, person);
    let answer = browser.submit(&form.with("code", code));
    (browser, answer)
}

/// How many records of this kind the audit log has.
fn told(gateway: &Gateway, kind: &str) -> usize {
    let log = gateway.cli_ok(&["--json", "audit", "tail", "--limit", "1000"], "");
    log.matches(&format!("\"{kind}\"")).count()
}

/// within its hour a code is good, and a second after it is not, although the machine's clock has been set
/// back and the gateway was started anew; nor is it ever again.
#[test]
fn a_recovery_code_ends_with_its_hour_over_restarts_and_clocks_set_back_a174() {
    let (ada, eve) = (Person::named("ada"), Person::named("eve"));
    let (mut gateway, recorder) = town(&[&ada, &eve]);
    let (hers, until) = issue(&gateway, &ada);
    let (other, _) = issue(&gateway, &eve);
    gateway.restart_at(Timestamp::from_millis(until.millis() - HOUR / 30));
    let (_, answer) = recover(&gateway, &eve, &other);
    assert_eq!(location(&answer), format!("{PAGES}/enrol"), "two minutes before the end");
    gateway.restart_at(Timestamp::from_millis(until.millis() + 1000));
    let refused = |gateway: &Gateway, when: &str| {
        let (mut browser, answer) = recover(gateway, &ada, &hers);
        assert_eq!(answer.status, 401, "{when}: {}", answer.text());
        let page = browser.get(&format!("{PAGES}/enrol?method=totp"));
        assert!(html::by_id(&page.text(), "totp-key").is_none(), "{when}: {}", page.text());
        assert!(!browser.gets_through(), "{when}");
    };
    refused(&gateway, "a second after the end");
    gateway.restart();
    refused(&gateway, "after another start");
    gateway.kill9();
    gateway.run();
    refused(&gateway, "after a kill");
    assert_eq!(told(&gateway, "recovery_code_used"), 1, "by Eve");
    assert_eq!(recorder.count(), 0);
}

/// of many sessions that send one code at once, one goes on; a gateway that is killed right then and started
/// anew still knows that the code is spent.
#[test]
fn of_many_sessions_that_send_one_recovery_code_one_goes_on_a175() {
    let ada = Person::named("ada");
    let (mut gateway, recorder) = town(&[&ada]);
    for round in 1..=3 {
        let (code, _) = issue(&gateway, &ada);
        let rivals: Vec<_> = (0..4).map(|_| asked(&gateway, &ada)).collect();
        let (start, answers) = (Barrier::new(TRIES), Mutex::default());
        std::thread::scope(|scope| {
            for (browser, form) in rivals.iter().cycle().take(TRIES) {
                let (mut browser, form) = (browser.clone(), form.clone().with("code", &code));
                let (start, answers) = (&start, &answers);
                scope.spawn(move || {
                    start.wait();
                    let answer = browser.submit(&form);
                    lock::<Vec<_>>(answers).push((answer, browser));
                });
            }
        });
        let answers = answers.into_inner().unwrap();
        let (won, lost): (Vec<_>, Vec<_>) = answers
            .into_iter()
            .partition(|(answer, _)| answer.header("location") == Some("/.portcullis/enrol"));
        assert_eq!(won.len(), 1, "round {round}");
        for (answer, mut browser) in lost {
            let status = answer.status;
            assert!([401, 403, 429, 503].contains(&status), "round {round}: {status}");
            assert!(!browser.gets_through());
        }
        gateway.kill9();
        gateway.run();
        // Attempts are counted; after a while there are new ones.
        gateway.restart_later(Duration::from_hours(2));
        let (mut late, answer) = recover(&gateway, &ada, &code);
        assert_eq!(answer.status, 401, "round {round}: {}", answer.text());
        assert!(!late.gets_through());
        assert_eq!(told(&gateway, "recovery_code_used"), round);
    }
    assert_eq!(recorder.count(), 0);
}
