//! What people do to their own accounts: to nobody else's, on a fresh proof, and for good.

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::form_of;
use crate::support::browser::location;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::html;
use crate::support::html::Form;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::support::recorder::Recorder;

/// An upstream, a gateway, and people who have not enrolled yet.
struct Town {
    gateway: Gateway,
    _recorder: Recorder,
    people: Vec<Person>,
}

impl Town {
    fn of(logins: &[&str]) -> Self {
        let recorder = Recorder::start();
        let people: Vec<_> = logins.iter().map(|login| Person::named(login)).collect();
        let all: Vec<_> = people.iter().collect();
        let gateway = Gateway::start(&Setup::before(recorder.address()), &all);
        Self { gateway, _recorder: recorder, people }
    }

    /// A browser in which this person has signed in, and enrolled the first time.
    fn signed_in(&mut self, person: usize) -> Browser {
        let mut browser = Browser::new(&self.gateway);
        browser.sign_in(&mut self.people[person]);
        browser
    }

    /// Whether a code opens a session.
    fn attempt(&self, person: &Person, method: &str, code: &str) -> bool {
        let mut browser = Browser::new(&self.gateway);
        let answer = browser.password(person, "/");
        assert_eq!(answer.status, 303, "{}", answer.text());
        let answer = browser.challenge(method, code);
        assert_ne!(answer.status, 429, "turned away: {}", answer.text());
        browser.gets_through()
    }

    fn crash(&mut self) {
        self.gateway.kill9();
        self.gateway.run();
    }
}

fn page(browser: &mut Browser, page: &str) -> Response {
    browser.get(&format!("{PAGES}/{page}"))
}

/// Ids of the second factors on the account page, oldest first, by the links that start so.
fn ids(account: &Response, link: &str) -> Vec<String> {
    let (text, mark) = (account.text(), format!("{PAGES}/account/{link}?id="));
    text.split(&mark).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

/// A form that the page does not offer, with a token that is right.
fn forged(browser: &mut Browser, act: &str) -> Form {
    let token = form_of(&page(browser, "account"), "sign-out");
    Form { action: format!("{PAGES}/{act}"), fields: token.fields }
}

/// Sets up one more app on a page that leads to it; the phone with it.
fn one_more_app(browser: &mut Browser, login: &str) -> (Person, Response) {
    let shown = page(browser, "enrol?method=totp");
    let key = html::by_id(&shown.text(), "totp-key").unwrap_or_else(|| panic!("{}", shown.text()));
    let mut phone = Person::named(login);
    phone.scan(&key);
    let form = form_of(&shown, "enrol").with("code", &phone.next_code());
    let bound = browser.submit(&form);
    assert_eq!(bound.status, 303, "{}", bound.text());
    (phone, bound)
}

#[test]
fn a_person_reaches_nothing_of_another_over_the_wire_a190_a225() {
    let mut town = Town::of(&["alice", "bob"]);
    let (mut alice, mut bob) = (town.signed_in(0), town.signed_in(1));
    one_more_app(&mut alice, "alice");
    let account = page(&mut alice, "account");
    let id = ids(&account, "factor").remove(0);
    let other = town.signed_in(0);
    let sessions = page(&mut alice, "account/sessions");
    let handle = form_of(&sessions, "account/sessions").field("session").unwrap().to_owned();
    assert!(!sessions.text().contains(other.session().unwrap()), "A-225: a token on the page");
    assert_eq!(page(&mut bob, &format!("account/factor?id={id}")).status, 404, "A-190");
    for (act, fields) in [
        ("account/rename", vec![("id", id.as_str()), ("name", "mine")]),
        ("account/remove", vec![("id", id.as_str())]),
        ("account/lost", vec![("id", id.as_str()), ("then", "replace")]),
        ("account/sessions", vec![("session", handle.as_str())]),
    ] {
        let form = forged(&mut bob, act);
        let form = fields.iter().fold(form, |form, (name, value)| form.with(name, value));
        assert_eq!(bob.submit(&form).status, 404, "A-190 {act}");
    }
    let mut other = other;
    assert!(other.gets_through(), "A-225: ended by somebody else");
    assert_eq!(ids(&page(&mut alice, "account"), "factor").len(), 2, "A-190");
    let end = form_of(&sessions, "account/sessions");
    assert_eq!(alice.submit(&end).status, 303);
    assert!(!other.gets_through(), "A-225: it still lives");
}

#[test]
fn what_a_person_changed_is_so_after_a_crash_a203_a167() {
    let mut town = Town::of(&["alice"]);
    let mut browser = town.signed_in(0);
    let mut other = Browser::new(&town.gateway);
    other.password(&town.people[0], "/");
    assert_eq!(other.challenge("backup_code", &town.people[0].backup_codes[0]).status, 303);
    let (mut phone, _) = one_more_app(&mut browser, "alice");
    let first = ids(&page(&mut browser, "account"), "factor").remove(0);
    let shown = page(&mut browser, &format!("account/factor?id={first}"));
    let removed = browser.submit(&form_of(&shown, "account/remove"));
    assert_eq!(location(&removed), format!("{PAGES}/account?done=removed"));
    assert!(!other.gets_through(), "A-203: the other session lives");
    let new = "heather-Anvil-2208-canary";
    let form = form_of(&page(&mut browser, "account/password"), "account/password")
        .with("old", &town.people[0].password)
        .with("new", new)
        .with("again", new);
    let changed = browser.submit(&form);
    assert_eq!(location(&changed), format!("{PAGES}/account?done=password"));
    town.crash();
    let mut refused = Browser::new(&town.gateway);
    assert_eq!(refused.password(&town.people[0], "/").status, 401, "the old password is back");
    town.people[0].password = new.to_owned();
    phone.password = new.to_owned();
    let old = town.people[0].next_code();
    assert!(!town.attempt(&town.people[0], "totp", &old), "A-203: the removed app is back");
    let code = phone.next_code();
    assert!(town.attempt(&phone, "totp", &code), "the app that stayed is gone");
    assert!(browser.moved_to(&town.gateway).gets_through(), "the session that changed it ended");
}

#[test]
fn what_was_lost_stays_replaced_after_a_crash_s0_8() {
    let mut town = Town::of(&["alice"]);
    let owner = town.signed_in(0);
    let code = town.people[0].backup_codes[0].clone();
    let mut browser = Browser::new(&town.gateway);
    browser.password(&town.people[0], "/");
    assert_eq!(browser.challenge("backup_code", &code).status, 303);
    let lost = ids(&page(&mut browser, "account"), "lost").remove(0);
    let shown = page(&mut browser, &format!("account/lost?id={lost}"));
    assert_eq!(
        location(&browser.submit(&form_of(&shown, "account/lost"))),
        format!("{PAGES}/enrol")
    );
    // What was noted is kept as well.
    town.crash();
    let mut browser = browser.moved_to(&town.gateway);
    let (mut phone, bound) = one_more_app(&mut browser, "alice");
    assert_eq!(location(&bound), format!("{PAGES}/account?done=replaced"));
    assert!(!owner.moved_to(&town.gateway).gets_through(), "A-203: the other session lives");
    town.crash();
    let old = town.people[0].next_code();
    assert!(!town.attempt(&town.people[0], "totp", &old), "S0.8: the lost one is back");
    let code = phone.next_code();
    assert!(town.attempt(&phone, "totp", &code), "S0.8: the new one is gone");
}

#[test]
fn of_a_hundred_removals_at_once_one_factor_is_left() {
    let mut town = Town::of(&["alice"]);
    let mut browser = town.signed_in(0);
    one_more_app(&mut browser, "alice");
    let account = page(&mut browser, "account");
    let forms: Vec<_> = ids(&account, "factor")
        .iter()
        .map(|id| {
            form_of(&page(&mut browser, &format!("account/factor?id={id}")), "account/remove")
        })
        .collect();
    assert_eq!(forms.len(), 2);
    let start = std::sync::Barrier::new(100);
    let winners: Vec<Browser> = std::thread::scope(|scope| {
        let removals: Vec<_> = (0..100)
            .map(|n| {
                let (mut browser, form, start) = (browser.clone(), &forms[n % 2], &start);
                scope.spawn(move || {
                    start.wait();
                    let answer = browser.submit(form);
                    assert!(answer.status < 500 || answer.status == 503, "{}", answer.status);
                    let done =
                        answer.header("location").is_some_and(|to| to.ends_with("done=removed"));
                    done.then_some(browser)
                })
            })
            .collect();
        removals.into_iter().filter_map(|removal| removal.join().unwrap()).collect()
    });
    let [winner] = winners.as_slice() else { panic!("{} removals", winners.len()) };
    // The session goes on under a cookie that only the winner has.
    assert_eq!(ids(&page(&mut winner.clone(), "account"), "factor").len(), 1);
}
