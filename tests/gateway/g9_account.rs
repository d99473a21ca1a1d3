//! G9: second factors that are set up out of turn, removed where one is required, and removed by an operator.

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
use crate::support::smtp::Letter;
use crate::support::smtp::MailServer;
use crate::support::smtp::Manner;
use crate::support::soft_authenticator::SoftKey;
use crate::support::soft_authenticator::Way;

/// With e-mail, for codes and for notices, and browsers that are remembered.
fn town(mail: &MailServer, people: &[&Person]) -> (Gateway, Recorder) {
    let recorder = Recorder::start();
    let top = format!(
        "authenticators:\n  email: {{ enabled: true, own_address: true }}\n  \
         remembered_devices: {{ enabled: true }}\nmail:\n  from: no-reply@console.test\n  smtp:\n    \
         host: localhost\n    port: {}\n    tls: none_on_loopback\n",
        mail.port()
    );
    (Gateway::start(&Setup::before(recorder.address()).tls().top(&top), people), recorder)
}

fn page(browser: &mut Browser, page: &str) -> Response {
    browser.get(&format!("{PAGES}/{page}"))
}

/// A form that the page does not offer, with a token that is right.
fn forged(browser: &mut Browser, act: &str, fields: &[(&str, &str)]) -> Form {
    let token = form_of(&page(browser, "account"), "sign-out");
    let form = Form { action: format!("{PAGES}/{act}"), fields: token.fields };
    fields.iter().fold(form, |form, (name, value)| form.with(name, value))
}

/// Ids of the second factors on the account page.
fn factors(browser: &mut Browser) -> Vec<String> {
    let text = page(browser, "account").text();
    let mark = format!("{PAGES}/account/factor?id=");
    text.split(&mark).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

/// The form that sets up one more app, with a right code in it.
fn app(browser: &mut Browser, login: &str) -> Form {
    let shown = page(browser, "enrol?method=totp");
    let key = html::by_id(&shown.text(), "totp-key").unwrap_or_else(|| panic!("{shown:?}"));
    let mut phone = Person::named(login);
    phone.scan(&key);
    form_of(&shown, "enrol").with("code", &phone.next_code())
}

/// The form that registers one more passkey, with a right answer in it.
fn passkey(browser: &mut Browser) -> Form {
    let shown = page(browser, "enrol?method=passkey");
    let way = Way::at(&format!("https://{HOST}"));
    let (_, answer) = SoftKey::create(&question(&shown, "enrol/passkey"), &way, None);
    form_of(&shown, "enrol/passkey").with("code", &answer).with("label", "Key")
}

/// The form that confirms an address, with a right code in it.
fn address(browser: &mut Browser, mail: &MailServer) -> Form {
    let shown = page(browser, "enrol?method=email");
    let sent = browser.submit(&form_of(&shown, "enrol/send").with("address", "new@mail.example"));
    eventually("the code", || !codes(mail).is_empty());
    form_of(&sent, "enrol/contact").with("code", &codes(mail).pop().unwrap().code())
}

fn codes(mail: &MailServer) -> Vec<Letter> {
    let letters = mail.letters().into_iter();
    letters.filter(|letter| letter.to == ["new@mail.example"]).collect()
}

fn is_turned_down(answer: &Response, what: &str) {
    assert!((400..500).contains(&answer.status), "A-185 {what}: {}", answer.status);
}

/// What a form says, with a token of this browser's.
fn again(browser: &mut Browser, form: &Form) -> Form {
    let token = form_of(&page(browser, "account"), "sign-out");
    form.clone().with("csrf", token.field("csrf").unwrap())
}

/// what was not begun in this very session, or is over, confirms nothing; what was confirmed binds once.
#[test]
fn only_what_was_begun_in_a_session_is_confirmed_there_and_once_a185() {
    let mail = MailServer::start(Manner::Bare);
    let mut people = ["alice", "bob", "carol"].map(Person::named);
    let (gateway, _recorder) = town(&mail, &people.each_ref());
    let [alice, bob, carol] = &mut people;
    let mut begin = |browser: &mut Browser| app(browser, "alice");
    out_of_turn(&gateway, alice, &[("code", "123456")], &mut begin);
    let guess = [("method", "email"), ("code", "123456")];
    out_of_turn(&gateway, bob, &guess, &mut |browser| address(browser, &mail));
    out_of_turn(&gateway, carol, &[("code", "{}"), ("label", "Key")], &mut passkey);
}

/// Confirms what `begin` begins whenever it must not be confirmed, and once when it may be.
fn out_of_turn(
    gateway: &Gateway,
    person: &mut Person,
    guess: &[(&str, &str)],
    begin: &mut dyn FnMut(&mut Browser) -> Form,
) {
    let mut own = Browser::new(gateway);
    own.sign_in(person);
    let mut other = Browser::new(gateway);
    other.sign_in(person);
    let form = begin(&mut own);
    let act = form.action.strip_prefix(&format!("{PAGES}/")).unwrap().to_owned();
    let guessed = forged(&mut other, &act, guess);
    is_turned_down(&other.submit(&guessed), &format!("never begun: {act}"));
    // With the token of another session it is only sent on, like one that was sent twice.
    let answer = other.submit(&form);
    assert_eq!((answer.status, location(&answer).as_str()), (303, "/"), "{act}");
    let elsewhere = again(&mut other, &form);
    is_turned_down(&other.submit(&elsewhere), &format!("begun in another session: {act}"));
    assert_eq!(factors(&mut own).len(), 1, "A-185: something was bound: {act}");

    let last = app(&mut other, &person.login);
    let bound = own.submit(&form);
    assert_eq!((bound.status, factors(&mut own).len()), (303, 2), "{act}: {}", bound.text());
    let twice = again(&mut own, &form);
    is_turned_down(&own.submit(&twice), &format!("twice: {act}"));
    assert_eq!(own.submit(&form).status, 303, "it is sent on");
    assert_eq!(factors(&mut own).len(), 2, "A-185: twice: {act}");

    let form = app(&mut own, &person.login);
    let signed_in = own.clone();
    own.sign_out();
    is_turned_down(&own.submit(&form), "after signing out");
    is_turned_down(&signed_in.clone().submit(&form), "with the cookie of before");
    gateway.cli_ok(&["user", "disable", &person.login], "");
    is_turned_down(&other.submit(&last), "of a disabled account");
    gateway.cli_ok(&["user", "enable", &person.login], "");
    is_turned_down(&other.submit(&last), "of one that was disabled");
}

/// where a second factor is required, nobody is rid of the last one, whatever they send.
#[test]
fn where_one_is_required_the_last_factor_stays_whatever_is_sent_a187() {
    let mail = MailServer::start(Manner::Bare);
    let mut person = Person::named("alice");
    let (gateway, _recorder) = town(&mail, &[&person]);
    let mut browser = Browser::new(&gateway);
    browser.sign_in(&mut person);
    let id = factors(&mut browser).remove(0);
    let mut lost = Browser::new(&gateway);
    lost.password(&person, "/");
    lost.challenge("backup_code", &person.backup_codes[0]);
    for browser in [&mut browser, &mut lost] {
        for (act, fields) in [
            ("account/remove", &[("id", id.as_str())][..]),
            ("account/lost", &[("id", id.as_str()), ("then", "remove")]),
            ("set-up", &[]),
        ] {
            let form = forged(browser, act, fields);
            let answer = browser.submit(&form);
            let done = answer.header("location").is_some_and(|to| to.contains("done"));
            assert!(!done, "A-187 {act}: {}", answer.status);
        }
        for method in ["DELETE", "PUT", "PATCH"] {
            let target = format!("{PAGES}/account/factor?id={id}");
            let answer =
                browser.request(method, &target, &format!("Origin: https://{HOST}\r\n"), "");
            assert!(answer.status >= 400, "A-187 {method}: {}", answer.status);
        }
        assert!(
            page(browser, "account").text().contains(&format!("?id={id}\"")),
            "A-187: it is gone"
        );
    }
    let log = gateway.cli_ok(&["--json", "audit", "tail"], "");
    assert!(!log.contains("authenticator_removed"), "A-187");
    let mut again = Browser::new(&gateway);
    again.password(&person, "/");
    assert!(!again.gets_through(), "A-187: the password alone");
}

/// when an operator takes the second factors of an account away, everything goes that was won by them.
#[test]
fn a_reset_ends_sessions_devices_and_codes_and_is_told_a182() {
    let mail = MailServer::start(Manner::Bare);
    let mut person = Person::named("alice");
    let (gateway, _recorder) = town(&mail, &[&person]);
    let mut remembered = Browser::new(&gateway);
    remembered.sign_in(&mut person);
    gateway.cli_ok(&["user", "contact", "set", "alice", "email", "new@mail.example"], "");
    let code = person.next_code();
    remembered.sign_out();
    remembered.password(&person, "/");
    let form = remembered.form("challenge").with("method", "totp");
    assert_eq!(remembered.submit(&form.with("code", &code).with("remember", "on")).status, 303);
    assert!(remembered.gets_through());
    let mut known = remembered.clone();
    known.sign_out();
    assert_eq!(location(&known.password(&person, "/")), "/", "the browser stands for the code");
    let printed =
        gateway.cli_ok(&["user", "recovery-code", "alice", "--reason", "seen in person"], "");
    let recovery = printed.lines().next().unwrap().to_owned();
    let mut halfway = Browser::new(&gateway);
    halfway.password(&person, "/");
    let asked = page(&mut halfway, "challenge?method=email");
    let sent = halfway.submit(&form_of(&asked, "challenge/send"));
    eventually("the code", || !codes(&mail).is_empty());
    let sent = form_of(&sent, "challenge").with("code", &codes(&mail)[0].code());

    gateway.cli_ok(&["user", "reset-mfa", "alice"], "");
    for (browser, what) in [(&mut known, "remembered"), (&mut halfway, "halfway")] {
        assert!(!browser.gets_through(), "A-182 {what}: its session lives");
    }
    let answer = halfway.submit(&sent);
    assert!(answer.status >= 400 && !halfway.gets_through(), "A-182: the code that was under way");
    let mut halfway = Browser::new(&gateway);
    halfway.password(&person, "/");
    let form = forged_at(&mut halfway, "recovery", &[("code", &recovery)]);
    assert!(halfway.submit(&form).status >= 400, "A-182: the recovery code");
    halfway.enrol(&mut person);
    assert!(halfway.gets_through());
    let mut known = known.clone();
    let to = location(&known.password(&person, "/"));
    assert!(
        to.starts_with(&format!("{PAGES}/challenge")),
        "A-182: the device stands for a code: {to}"
    );
    eventually("the notice", || {
        mail.letters().iter().any(|letter| {
            letter.to == ["alice@example.com"]
                && letter.header("subject").is_some_and(|text| text.contains("All second factors"))
        })
    });
}

/// The same as `forged` where only the password was given: with the token of the page for setting up.
fn forged_at(browser: &mut Browser, act: &str, fields: &[(&str, &str)]) -> Form {
    let shown = page(browser, "enrol?method=totp");
    let csrf = form_of(&shown, "enrol").field("csrf").unwrap().to_owned();
    let form = Form { action: format!("{PAGES}/{act}"), fields: vec![("csrf".to_owned(), csrf)] };
    fields.iter().fold(form, |form, (name, value)| form.with(name, value))
}

/// What an operator sees of sessions, and ends: at once, with a reason that stays.
#[test]
fn an_operator_lists_sessions_and_ends_one_an_accounts_or_everybodys() {
    let mail = MailServer::start(Manner::Bare);
    let mut people = ["alice", "bob"].map(Person::named);
    let (gateway, _recorder) = town(&mail, &people.each_ref());
    let [alice, bob] = &mut people;
    let mut browsers = [(); 3].map(|()| Browser::new(&gateway));
    browsers[0].sign_in(alice);
    browsers[1].sign_in(alice);
    browsers[2].sign_in(bob);
    let listed = |arguments: &[&str]| -> Vec<serde_json::Value> {
        let text = gateway.cli_ok(&[&["--json", "session", "list"], arguments].concat(), "");
        let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
        answer["sessions"].as_array().unwrap().clone()
    };
    assert_eq!(listed(&["--limit", "2"]).len(), 2);
    let all = listed(&[]);
    let logins: Vec<_> = all.iter().map(|it| it["login"].as_str().unwrap()).collect();
    assert_eq!(logins, ["bob", "alice", "alice"], "newest first");
    assert_eq!((&all[0]["aal"], &all[0]["client"]), (&"aal2".into(), &"127.0.0.1".into()));
    let second = all[1]["handle"].as_str().unwrap();
    gateway.cli_ok(&["session", "end", second, "--reason", "laptop stolen"], "");
    assert_eq!(browsers.each_mut().map(Browser::gets_through), [true, false, true]);
    assert!(!gateway.cli(&["session", "end", second], "").status.success());
    gateway.cli_ok(&["session", "end", "--user", "alice"], "");
    assert_eq!(browsers.each_mut().map(Browser::gets_through), [false, false, true]);
    let told = gateway.cli_ok(&["session", "end", "--everybody"], "");
    assert!(told.contains("1 session"), "{told}");
    assert!(!browsers[2].gets_through() && listed(&[]).is_empty());
    let log = gateway.cli_ok(&["audit", "tail"], "");
    assert!(log.contains("laptop stolen"), "{log}");
}
