//! G9: two people with one password, the owner and a thief, set up the first second factor at once.

use std::sync::Barrier;

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::form_of;
use crate::support::browser::location;
use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::html;
use crate::support::html::Form;
use crate::support::passkey::question;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::support::recorder::Recorder;
use crate::support::smtp::MailServer;
use crate::support::smtp::Manner;
use crate::support::soft_authenticator::SoftKey;
use crate::support::soft_authenticator::Way;

/// With a mail server for notices.
fn town(mail: &MailServer, enforcement: &str) -> (Gateway, Recorder) {
    let recorder = Recorder::start();
    let top = format!(
        "enforcement: {{ {enforcement} }}\nmail:\n  from: no-reply@console.test\n  smtp:\n    \
         host: localhost\n    port: {}\n    tls: none_on_loopback\n",
        mail.port()
    );
    (Gateway::start(&Setup::before(recorder.address()).tls().top(&top), &[]), recorder)
}

/// A browser in which the password was given.
fn halfway(gateway: &Gateway, person: &Person) -> Browser {
    let mut browser = Browser::new(gateway);
    assert_eq!(browser.password(person, "/").status, 303);
    browser
}

/// An app of this one's own, up to its last step.
fn app(browser: &mut Browser, person: &mut Person) -> Form {
    let form = browser.begin_enrolment(person);
    let code = person.next_code();
    form.with("code", &code)
}

/// A passkey, up to its last step.
fn passkey(browser: &mut Browser) -> Form {
    let page = browser.get(&format!("{PAGES}/enrol?method=passkey"));
    let way = Way::at(&format!("https://{HOST}"));
    let (_, answer) = SoftKey::create(&question(&page, "enrol/passkey"), &way, None);
    form_of(&page, "enrol/passkey").with("code", &answer).with("label", "Key")
}

/// Sends both at the same moment.
fn at_once(first: (&mut Browser, &Form), second: (&mut Browser, &Form)) -> [Response; 2] {
    let start = Barrier::new(2);
    let send = |(browser, form): (&mut Browser, &Form)| {
        start.wait();
        browser.submit(form)
    };
    std::thread::scope(|scope| {
        let second = scope.spawn(|| send(second));
        [send(first), second.join().unwrap()]
    })
}

fn is_bound(answer: &Response) -> bool {
    html::by_class(&answer.text(), "backup-code").len() == 10
}

/// one of them wins, whatever the other sets up; the other gets no codes and no session, and whoever owns the
/// account is told that something was set up.
#[test]
fn of_two_who_set_up_the_first_factor_at_once_one_does_and_the_owner_is_told_a184() {
    let mail = MailServer::start(Manner::Bare);
    let (gateway, recorder) = town(&mail, "unenrolled: enrol");
    for round in 0..6 {
        let login = format!("guest{round}");
        let (mut owner, mut thief) = (Person::named(&login), Person::named(&login));
        gateway.add(&owner);
        let (mut hers, mut theirs) = (halfway(&gateway, &owner), halfway(&gateway, &owner));
        let form = app(&mut hers, &mut owner);
        let rival = match round % 2 {
            0 => app(&mut theirs, &mut thief),
            _ => passkey(&mut theirs),
        };
        let answers = at_once((&mut hers, &form), (&mut theirs, &rival));
        let bound: Vec<_> = answers.iter().filter(|answer| is_bound(answer)).collect();
        assert_eq!(bound.len(), 1, "round {round}: {:?}", answers.map(|answer| answer.status));
        let (winner, loser, lost) =
            if is_bound(&answers[0]) { (hers, theirs, rival) } else { (theirs, hers, form) };
        lets_one_through(winner, loser, &lost);
        assert_eq!(factors(&gateway, &login), 1, "round {round}");
        let to = format!("{login}@example.com");
        eventually("a notice", || {
            let letters = mail.letters();
            letters.iter().any(|l| l.to == [to.as_str()] && l.data.contains("set up"))
        });
    }
    assert_eq!(recorder.count(), 6, "the winners' requests");
}

/// The one who came first; the other does not, even on trying again.
fn lets_one_through(mut winner: Browser, mut loser: Browser, lost: &Form) {
    assert!(winner.gets_through());
    assert!(!loser.gets_through());
    let again = loser.submit(lost);
    assert!(!is_bound(&again), "{}", again.text());
    for method in ["totp", "passkey"] {
        let page = loser.get(&format!("{PAGES}/enrol?method={method}"));
        assert!(html::by_id(&page.text(), "totp-key").is_none(), "{}", page.text());
        assert_ne!(page.status, 200, "{method}: {}", page.text());
    }
    assert!(!loser.gets_through());
}

/// How many second factors the account has.
fn factors(gateway: &Gateway, login: &str) -> usize {
    let log = gateway.cli_ok(&["--json", "audit", "tail", "--limit", "1000"], "");
    let account: serde_json::Value =
        serde_json::from_str(&gateway.cli_ok(&["--json", "user", "show", login], "")).unwrap();
    let id = account["id"].as_str().unwrap();
    log.lines().filter(|line| line.contains("authenticator_bound") && line.contains(id)).count()
}

/// where it takes a recovery code, neither of the two sets up anything with the password alone.
#[test]
fn owner_and_thief_alike_need_a_recovery_code_where_that_is_the_rule_a184() {
    let mail = MailServer::start(Manner::Bare);
    let (gateway, recorder) = town(&mail, "unenrolled: recovery_code");
    let mut owner = Person::named("ada");
    gateway.add(&owner);
    let (mut hers, mut theirs) = (halfway(&gateway, &owner), halfway(&gateway, &owner));
    for browser in [&mut hers, &mut theirs] {
        for method in ["totp", "passkey"] {
            let page = browser.get(&format!("{PAGES}/enrol?method={method}"));
            assert!(html::by_id(&page.text(), "totp-key").is_none(), "{}", page.text());
            let text = page.text();
            assert!(html::form(&text, &format!("{PAGES}/enrol/passkey")).is_none(), "{text}");
        }
        assert!(!browser.gets_through());
    }
    let printed = gateway.cli_ok(&["user", "recovery-code", "ada", "--reason", "seen"], "");
    let code = printed.lines().next().unwrap();
    let form = hers.form("recovery").with("code", code);
    assert_eq!(location(&hers.submit(&form)), format!("{PAGES}/enrol"));
    hers.enrol(&mut owner);
    assert!(hers.gets_through() && !theirs.gets_through());
    assert_eq!((factors(&gateway, "ada"), recorder.count()), (1, 1));
}
