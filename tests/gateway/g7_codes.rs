//! G7 and G8: a code, of an app or of the sheet, works once, for its owner, within a budget.

use std::time::Duration;

use portcullis::clock::Clock;
use portcullis::clock::SystemClock;

use crate::support::browser::Browser;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::html::Form;
use crate::support::lock;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::support::recorder::Recorder;

/// Length of a budget's window, with room for a slow machine.
const WINDOW: Duration = Duration::from_secs(25);

/// An upstream, a gateway, and people who have not enrolled yet.
struct Town {
    gateway: Gateway,
    recorder: Recorder,
    people: Vec<Person>,
}

impl Town {
    fn of(logins: &[&str]) -> Self {
        let recorder = Recorder::start();
        let people: Vec<_> = logins.iter().map(|login| Person::named(login)).collect();
        let all: Vec<_> = people.iter().collect();
        let gateway = Gateway::start(&Setup::before(recorder.address()), &all);
        Self { gateway, recorder, people }
    }

    /// A browser in which this person has signed in and enrolled.
    fn enrolled(&mut self, person: usize) -> Browser {
        let mut browser = Browser::new(&self.gateway);
        browser.sign_in(&mut self.people[person]);
        browser
    }

    /// A new browser in which this person has given the password only.
    fn halfway(&self, person: usize) -> Browser {
        let mut browser = Browser::new(&self.gateway);
        let answer = browser.password(&self.people[person], "/");
        assert_eq!(answer.status, 303, "{}", answer.text());
        browser
    }

    /// Tries a code in a new browser; it must be judged, not turned away by a spent budget.
    fn attempt(&self, person: usize, method: &str, code: &str) -> bool {
        let mut browser = self.halfway(person);
        let answer = browser.challenge(method, code);
        assert_ne!(answer.status, 429, "turned away: {}", answer.text());
        let through = browser.gets_through();
        assert!(!through || answer.status == 303, "{}", answer.status);
        through
    }
}

fn accepted(browser: &mut Browser, method: &str, code: &str) -> bool {
    let answer = browser.challenge(method, code);
    let through = browser.gets_through();
    let context = format!("{} {}", answer.status, answer.text());
    assert!(!through || answer.status == 303, "{context}");
    through
}

#[test]
fn an_accepted_code_and_every_earlier_one_are_spent_everywhere_a142_a144_a153() {
    let mut town = Town::of(&["alice"]);
    town.enrolled(0);
    let confirmed = town.people[0].last_step();
    let code = town.people[0].code_of(confirmed);
    assert!(!town.attempt(0, "totp", &code), "A-153: the confirming code signs in");
    let later = town.people[0].next_code();
    let step = town.people[0].last_step();
    let mut browser = town.halfway(0);
    let form = browser.form("challenge").with("method", "totp").with("code", &later);
    assert_eq!(browser.submit(&form).status, 303);
    assert!(browser.gets_through());
    let earlier = town.people[0].code_of(step - 1);
    assert!(!town.attempt(0, "totp", &earlier), "A-144: an earlier step");
    assert!(!town.attempt(0, "totp", &later), "A-142: new session");
    let again = browser.submit(&form);
    assert_ne!(again.status, 200, "A-142: same session");
    assert!(town.recorder.count() >= 1);
}

#[test]
fn a_code_spent_at_sign_in_renews_no_codes_and_the_other_way_round_a142() {
    let mut town = Town::of(&["alice"]);
    let mut browser = town.enrolled(0);
    let spent = town.people[0].code_of(town.people[0].last_step());
    let refused = browser.renew_codes(&spent);
    assert_ne!(refused.status, 303, "A-142: the confirming code renews the sheet");
    let old = town.people[0].backup_codes[0].clone();
    let fresh = town.people[0].next_code();
    let renewed = browser.renew_codes(&fresh);
    assert_eq!(renewed.status, 200, "{}", renewed.text());
    browser.note_backup_codes(&mut town.people[0], &renewed);
    assert!(!town.attempt(0, "totp", &fresh), "A-142: a renewing code signs in");
    assert!(!town.attempt(0, "backup_code", &old), "A-170: an old backup code works");
}

/// Sends the same form 100 times at once from the browsers in turn; how many were raised by it.
fn race(browsers: &[Browser], forms: &[Form]) -> usize {
    let raised = std::sync::Mutex::new(0);
    let start = std::sync::Barrier::new(100);
    std::thread::scope(|scope| {
        for n in 0..100 {
            let mut browser = browsers[n % browsers.len()].clone();
            let form = &forms[n % forms.len()];
            let (raised, start) = (&raised, &start);
            scope.spawn(move || {
                start.wait();
                let answer = browser.submit(form);
                assert!(answer.status < 500 || answer.status == 503, "{}", answer.status);
                if answer.status == 303 && browser.gets_through() {
                    *lock(raised) += 1;
                }
            });
        }
    });
    raised.into_inner().unwrap()
}

fn race_with(town: &Town, method: &str, code: &str) -> usize {
    let mut browsers: Vec<_> = (0..3).map(|_| town.halfway(0)).collect();
    let forms: Vec<_> = browsers
        .iter_mut()
        .map(|browser| {
            let form = browser.form("challenge");
            form.with("method", method).with("code", code)
        })
        .collect();
    race(&browsers, &forms)
}

#[test]
fn of_a_hundred_at_once_one_gets_through_a143() {
    let mut town = Town::of(&["alice"]);
    town.enrolled(0);
    let code = town.people[0].next_code();
    assert_eq!(race_with(&town, "totp", &code), 1, "A-143");
}

#[test]
fn a_backup_code_used_a_hundred_times_at_once_works_once_a166() {
    let mut town = Town::of(&["alice"]);
    town.enrolled(0);
    let code = town.people[0].backup_codes[4].clone();
    assert_eq!(race_with(&town, "backup_code", &code), 1, "A-166");
}

#[test]
fn the_budget_belongs_to_the_account_not_to_sessions_or_processes_a145_a146() {
    let clock = SystemClock::new();
    let mut town = Town::of(&["alice"]);
    town.enrolled(0);
    let start = clock.now();
    let wrong = town.people[0].wrong_code();
    let right = town.people[0].next_code();
    // Two sessions, three guesses each, one of them after signing out in between.
    for _ in 0..2 {
        let mut browser = town.halfway(0);
        for _ in 0..3 {
            assert!(!accepted(&mut browser, "totp", &wrong));
        }
    }
    let mut third = town.halfway(0);
    if clock.now().since(start) < WINDOW {
        assert!(!accepted(&mut third, "totp", &right), "A-145: a new session refills");
    }
    town.gateway.restart();
    let mut third = third.moved_to(&town.gateway);
    if clock.now().since(start) < WINDOW {
        assert!(!accepted(&mut third, "totp", &right), "A-146: a restart refills");
    }
    town.gateway.kill9();
    town.gateway.run();
    let mut third = third.moved_to(&town.gateway);
    if clock.now().since(start) < WINDOW {
        assert!(!accepted(&mut third, "totp", &right), "A-146: a crash refills");
    }
}

#[test]
fn a_spent_budget_says_when_to_come_back_and_spares_others_a145() {
    let clock = SystemClock::new();
    let mut town = Town::of(&["alice", "bob"]);
    town.enrolled(0);
    town.enrolled(1);
    let start = clock.now();
    let wrong = town.people[0].wrong_code();
    let mut browser = town.halfway(0);
    let mut last = Response::default();
    for _ in 0..6 {
        last = browser.challenge("totp", &wrong);
    }
    if clock.now().since(start) < WINDOW {
        assert_eq!(last.status, 429, "{}", last.text());
        let wait: u64 = last.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=30).contains(&wait), "{wait}");
    }
    let code = town.people[1].next_code();
    assert!(town.attempt(1, "totp", &code), "A-145: another account is affected");
}

#[test]
fn a_code_has_one_canonical_form_a147() {
    let mut town = Town::of(&["alice", "bob"]);
    town.enrolled(0);
    town.enrolled(1);
    let code = town.people[0].next_code();
    let spaced = format!(" {} {} ", &code[..3], &code[3..]);
    assert!(town.attempt(0, "totp", &spaced), "A-147: spaces are no digits");
    let dashed = format!("{}-{}", &code[..3], &code[3..]);
    assert!(!town.attempt(0, "totp", &dashed), "A-147: the same code again");
    let code = town.people[1].next_code();
    let wide: String =
        code.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
    let mut browser = town.halfway(1);
    for odd in [&code[..5], &format!("{code}0"), &format!("+{code}"), &wide] {
        assert!(!accepted(&mut browser, "totp", odd), "A-147 {odd}");
    }
}

#[test]
fn a_backup_code_is_spent_even_when_the_power_fails_at_once_a167() {
    let mut town = Town::of(&["alice", "bob", "carol"]);
    for person in 0..3 {
        town.enrolled(person);
        let code = town.people[person].backup_codes[person].clone();
        let mut browser = town.halfway(person);
        let form = browser.form("challenge").with("method", "backup_code").with("code", &code);
        assert_eq!(browser.submit(&form).status, 303);
        town.gateway.kill9();
        town.gateway.run();
        assert!(!town.attempt(person, "backup_code", &code), "A-167");
        let other = town.people[person].backup_codes[9].clone();
        assert!(town.attempt(person, "backup_code", &other), "A-167: the rest of the sheet");
    }
}

#[test]
fn a_backup_code_works_for_its_owner_only_and_is_not_harmed_by_others_a168() {
    let mut town = Town::of(&["alice", "bob"]);
    town.enrolled(0);
    town.enrolled(1);
    let code = town.people[0].backup_codes[2].clone();
    assert!(!town.attempt(1, "backup_code", &code), "A-168");
    assert!(town.attempt(0, "backup_code", &code), "A-168: consumed by another");
    assert!(!town.attempt(0, "backup_code", &code), "A-166: twice");
}

#[test]
fn a_new_set_replaces_the_old_one_as_a_whole_across_a_crash_a170() {
    let mut town = Town::of(&["alice"]);
    let mut browser = town.enrolled(0);
    let old = town.people[0].backup_codes.clone();
    let code = town.people[0].next_code();
    let renewed = browser.renew_codes(&code);
    assert_eq!(renewed.status, 200, "{}", renewed.text());
    browser.note_backup_codes(&mut town.people[0], &renewed);
    let new = town.people[0].backup_codes.clone();
    assert!(new.iter().all(|code| !old.contains(code)));
    town.gateway.kill9();
    town.gateway.run();
    for code in [&old[0], &old[9]] {
        assert!(!town.attempt(0, "backup_code", code), "A-170");
    }
    assert!(town.attempt(0, "backup_code", &new[0]), "A-170: the new set");
}

#[test]
fn a_backup_code_is_whole_or_wrong_a173() {
    let mut town = Town::of(&["alice", "bob"]);
    town.enrolled(0);
    town.enrolled(1);
    let code = town.people[0].backup_codes[0].clone();
    let mut browser = town.halfway(0);
    for odd in [
        &code[..code.len() - 1],
        &format!("{code}a"),
        &format!("{}*", &code[..3]),
        &format!("{}%", &code[..code.len() - 1]),
    ] {
        assert!(!accepted(&mut browser, "backup_code", odd), "A-173 {odd}");
    }
    let code = town.people[1].backup_codes[0].clone();
    let folded = format!(" {} ", code.replace('-', " ").to_ascii_uppercase());
    assert!(town.attempt(1, "backup_code", &folded), "A-173: case, dashes and spaces fold");
}
