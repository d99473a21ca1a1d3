//! G9: passkeys that say something wrong, and passkeys of somebody else, at the built gateway over TLS.

use std::time::Duration;

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::form_of;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::passkey::question;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::support::recorder::Recorder;
use crate::support::soft_authenticator::SoftKey;
use crate::support::soft_authenticator::Way;

/// Attempts at a proof are counted; so much later there are new ones.
const LATER: Duration = Duration::from_hours(2);

fn town(people: &[&Person]) -> (Gateway, Recorder) {
    let recorder = Recorder::start();
    let gateway = Gateway::start(&Setup::before(recorder.address()).tls(), people);
    (gateway, recorder)
}

/// As an honest browser answers.
fn right() -> Way {
    Way::at(&format!("https://{HOST}"))
}

/// What is wrong with an answer; the last one belongs to the other ceremony, `swapped`.
fn wrong(swapped: &'static str) -> Vec<(&'static str, Way)> {
    let at = |origin: &str| right().with(|way| origin.clone_into(&mut way.origin));
    let party = |id: &str| right().with(|way| way.rp_id = Some(id.to_owned()));
    vec![
        ("a host below", at("https://a.console.test")),
        ("the domain above", at("https://test")),
        ("in clear", at("http://console.test")),
        ("another port", at("https://console.test:8443")),
        ("a look-alike in front", at("https://console.test.evil.example")),
        ("a look-alike behind", at("https://evil-console.test")),
        ("no origin", at("null")),
        ("another relying party", party("evil.example")),
        ("the relying party above", party("test")),
        ("in a frame", right().with(|way| way.framed = "true")),
        (
            "below another page",
            right()
                .with(|way| ",\"topOrigin\":\"https://evil.example\"".clone_into(&mut way.extra)),
        ),
        ("the other ceremony", right().with(|way| way.kind = Some(swapped))),
    ]
}

/// A browser in which the password was given.
fn halfway(gateway: &Gateway, person: &Person) -> Browser {
    let mut browser = Browser::new(gateway);
    assert_eq!(browser.password(person, "/").status, 303);
    browser
}

/// Refused as second step after the password, and alone.
fn refused_twice(gateway: &Gateway, (person, key): (&Person, &SoftKey), way: &Way, what: &str) {
    let mut browser = halfway(gateway, person);
    let answer = browser.prove_passkey(key, way);
    stays_out(&mut browser, &answer, what);
    refused_alone(gateway, key, way, what);
}

/// Refused where no name is given.
fn refused_alone(gateway: &Gateway, key: &SoftKey, way: &Way, what: &str) {
    let mut browser = Browser::new(gateway);
    let answer = browser.sign_in_by_passkey(key, way);
    stays_out(&mut browser, &answer, what);
    assert!(browser.session().is_none(), "{what}: a session");
}

fn stays_out(browser: &mut Browser, answer: &Response, what: &str) {
    assert_eq!(answer.status, 401, "{what}: {}", answer.text());
    assert!(!browser.gets_through(), "{what}");
}

/// With the right answer they get in, both ways.
fn gets_in(gateway: &Gateway, person: &Person, key: &SoftKey) {
    let mut browser = halfway(gateway, person);
    assert_eq!(browser.prove_passkey(key, &right()).status, 303);
    assert!(browser.gets_through());
    let mut browser = Browser::new(gateway);
    assert_eq!(browser.sign_in_by_passkey(key, &right()).status, 303);
    assert!(browser.gets_through());
}

/// with one thing wrong, no key is registered, none is a second factor, and none signs in alone.
#[test]
fn an_answer_for_another_page_or_ceremony_registers_and_proves_nothing_a193() {
    let mut people = ["ada", "eve", "ida"].map(Person::named);
    let (mut gateway, recorder) = town(&people.each_ref());
    let mut keys = Vec::new();
    for (person, wrong) in people.iter_mut().zip(wrong("webauthn.get").chunks(4)) {
        let mut browser = halfway(&gateway, person);
        for (what, way) in wrong {
            let (_, answer) = browser.register_passkey(way);
            stays_out(&mut browser, &answer, what);
        }
        keys.push(browser.enrol_passkey(person, &right()));
        assert!(browser.gets_through());
    }
    let reached = recorder.count();
    for wrong in wrong("webauthn.create").chunks(6) {
        for ((person, key), wrong) in people.iter().zip(&keys).zip(wrong.chunks(2)) {
            for (what, way) in wrong {
                refused_twice(&gateway, (person, key), way, what);
            }
        }
        gateway.restart_later(LATER);
    }
    assert_eq!(recorder.count(), reached, "what was refused reached the console");
    for (person, key) in people.iter().zip(&keys) {
        gets_in(&gateway, person, key);
    }
}

/// somebody else's key, a key that nobody has, and a key with another's name or none are good for nothing.
#[test]
fn a_key_is_good_for_its_owner_alone_and_must_say_whose_it_is_a194() {
    let (mut ada, mut eve) = (Person::named("ada"), Person::named("eve"));
    let (mut gateway, recorder) = town(&[&ada, &eve]);
    let hers = Browser::new(&gateway).enrol_passkey(&mut ada, &right());
    let evil = Browser::new(&gateway).enrol_passkey(&mut eve, &right());
    let called = |handle: &[u8]| right().with(|way| way.handle = Some(handle.to_vec()));
    let page = halfway_to_another(&mut evil_session(&gateway, &eve, &evil));
    let (mut stray, _) = SoftKey::create(&question(&page, "enrol/passkey"), &right(), None);

    // In Ada's second step: Eve's key, as herself and as Ada, and one that is registered nowhere.
    for (what, key, way) in [
        ("another's", &evil, right()),
        ("another's, lying", &evil, called(&hers.handle)),
        ("nobody's", &stray, called(&hers.handle)),
        ("hers, under another's name", &hers, called(&evil.handle)),
    ] {
        let mut browser = halfway(&gateway, &ada);
        let answer = browser.prove_passkey(key, &way);
        stays_out(&mut browser, &answer, what);
    }
    gateway.restart_later(LATER);

    // Without a name.
    refused_alone(&gateway, &evil, &called(&hers.handle), "another's, lying");
    refused_alone(&gateway, &evil, &called(b""), "no name");
    refused_alone(&gateway, &evil, &called(b"nobody's handle."), "nobody's name");
    refused_alone(&gateway, &stray, &right(), "not registered");
    // With the id of Ada's key, and the signature of another.
    stray.id.clone_from(&hers.id);
    refused_twice(&gateway, (&ada, &stray), &called(&hers.handle), "a forged signature");
    assert_eq!(recorder.count(), 0, "what was refused reached the console");

    gateway.restart_later(LATER);
    gets_in(&gateway, &ada, &hers);
    gets_in(&gateway, &eve, &evil);
}

/// Signed in with the key.
fn evil_session(gateway: &Gateway, person: &Person, key: &SoftKey) -> Browser {
    let mut browser = halfway(gateway, person);
    assert_eq!(browser.prove_passkey(key, &right()).status, 303);
    browser
}

/// The page for a further key, which is left at that.
fn halfway_to_another(browser: &mut Browser) -> Response {
    let page = browser.get(&format!("{PAGES}/enrol?method=passkey"));
    form_of(&page, "enrol/passkey");
    page
}

/// whoever changes the relying party is told whose passkeys prove nothing any more.
#[test]
fn passkeys_of_another_relying_party_are_told_by_check_and_at_the_start_a202() {
    let mut people = ["ada", "eve"].map(Person::named);
    let (mut gateway, _recorder) = town(&people.each_ref());
    for person in &mut people {
        Browser::new(&gateway).enrol_passkey(person, &right());
    }
    let told = "2 passkey(s) of 2 account(s) were made for the relying party console.test, which no site has";
    assert!(!gateway.cli_ok(&["check"], "").contains("passkey"));
    let changed = gateway.setup_yaml().replace(HOST, "other.test");
    gateway.configure(&changed);
    assert!(gateway.cli_ok(&["check"], "").contains(told), "the gateway says so");
    gateway.sigterm();
    gateway.exited();
    assert!(gateway.cli_ok(&["check"], "").contains(told), "the store says so");
    assert!(!gateway.stderr().contains(told));
    gateway.run();
    assert!(gateway.stderr().contains(told), "{}", gateway.stderr());
    let off = changed + "authenticators: { passkeys: { enabled: false } }\n";
    gateway.configure(&off);
    assert!(!gateway.cli_ok(&["check"], "").contains("passkey"), "nobody may use any");
}
