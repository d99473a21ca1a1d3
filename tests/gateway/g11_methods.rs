//! G11: whatever a client says of its method, and whoever has none, nobody gets in without a second factor.

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::location;
use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::html::Form;
use crate::support::person::Person;
use crate::support::recorder::Recorder;

/// Alice with an app, and what the gateway is told besides.
fn town(top: &str) -> (Gateway, Recorder, Person) {
    let recorder = Recorder::start();
    let mut alice = Person::named("alice");
    let setup = Setup::before(recorder.address()).tls().top(top);
    let gateway = Gateway::start(&setup, &[&alice]);
    let mut browser = Browser::new(&gateway);
    browser.password(&alice, "/");
    browser.enrol(&mut alice);
    (gateway, recorder, alice)
}

/// A browser in which the password was given, and the form for the second step.
fn halfway(gateway: &Gateway, person: &Person) -> (Browser, Form) {
    let mut browser = Browser::new(gateway);
    browser.password(person, "/");
    let form = browser.form("challenge");
    (browser, form)
}

/// The same fields with these for the method.
fn naming(form: &Form, methods: &[(&str, &str)]) -> Form {
    let mut form = form.clone().without("method");
    let methods = methods.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    form.fields.extend(methods);
    form
}

/// What is no method, or none of hers.
const METHODS: [&[(&str, &str)]; 18] = [
    &[],
    &[("method", "")],
    &[("method", "none")],
    &[("method", "TOTP")],
    &[("method", " totp")],
    &[("method", "totp\0")],
    &[("method", "totp,backup_code")],
    &[("method", "[\"totp\"]")],
    &[("method[]", "totp")],
    &[("method", "totp"), ("method", "totp")],
    &[("method", "totp"), ("method", "none")],
    &[("method", "password")],
    &[("method", "remembered_device")],
    &[("method", "recovery_code")],
    &[("method", "backup_code")],
    &[("method", "passkey")],
    &[("method", "email")],
    &[("method", "sms")],
];

/// a right code beside a method that is unknown, empty, a list, or not hers opens nothing; beside its own, it
/// still does.
#[test]
fn a_right_code_by_a_method_that_is_none_of_hers_opens_nothing_a235() {
    let (gateway, recorder, mut alice) = town("");
    let code = alice.next_code();
    let (half, form) = halfway(&gateway, &alice);
    let before = half.session().unwrap().to_owned();
    for methods in METHODS {
        let mut browser = half.clone();
        let answer = browser.submit(&naming(&form, methods).with("code", &code));
        assert!([400, 401, 403].contains(&answer.status), "{methods:?}: {}", answer.status);
        assert!(!browser.gets_through(), "{methods:?}");
        assert!(browser.session().is_none_or(|now| now == before), "{methods:?}: it rose");
        for (name, value) in methods {
            let value: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
            let page = browser.get(&format!("{PAGES}/challenge?{name}={value}"));
            assert!([200, 303, 400].contains(&page.status), "{methods:?}: {}", page.status);
            assert!(!browser.gets_through(), "{methods:?}");
        }
    }
    assert_eq!(recorder.count(), 0);
    let mut browser = half;
    assert_eq!(browser.submit(&form.with("method", "totp").with("code", &code)).status, 303);
    assert!(browser.gets_through());
}

/// Who has nothing left to prove with is refused, on every page and with the right code; that code.
fn is_shut_out(gateway: &Gateway, alice: &mut Person, begun: (Browser, Form)) -> String {
    let (mut browser, form) = begun;
    let code = alice.next_code();
    let late = browser.submit(&form.with("code", &code));
    assert!((401..=403).contains(&late.status), "a form from before: {}", late.text());
    assert!(!browser.gets_through());
    let mut browser = Browser::new(gateway);
    let answer = browser.password(alice, "/");
    assert!(location(&answer).starts_with(&format!("{PAGES}/challenge")), "{answer:?}");
    let page = browser.get(&format!("{PAGES}/challenge"));
    assert_eq!(page.status, 403, "{}", page.text());
    for page in ["enrol", "enrol?method=totp", "enrol?method=passkey", "set-up", "account"] {
        let answer = browser.get(&format!("{PAGES}/{page}"));
        assert_ne!(answer.status, 200, "{page}: {}", answer.text());
        assert!(!browser.gets_through(), "{page}");
    }
    code
}

/// Everybody must have a second factor, or nobody has to.
const MODES: [&str; 2] = ["", "enforcement: { mode: optional }\n"];

/// whose only method an operator has switched off has to prove no less, also where a second factor is optional.
#[test]
fn whose_method_an_operator_forbids_is_denied_and_never_let_off_a235() {
    for mode in MODES {
        let (gateway, recorder, mut alice) = town(mode);
        let begun = halfway(&gateway, &alice);
        gateway.cli_ok(&["enforcement", "set", "--user", "alice", "--allow", "passkey"], "");
        let code = is_shut_out(&gateway, &mut alice, begun);
        assert_eq!(recorder.count(), 0, "{mode}");
        gateway.cli_ok(&["enforcement", "set", "--user", "alice", "--allow", "none"], "");
        gets_in(&gateway, &alice, &code);
    }
}

/// the same where the configuration does not allow it any more.
#[test]
fn whose_method_the_configuration_forbids_is_denied_and_never_let_off_a235() {
    for mode in MODES {
        let (gateway, recorder, mut alice) = town(mode);
        let begun = halfway(&gateway, &alice);
        let yaml = gateway.setup_yaml();
        reload(&gateway, &format!("{yaml}authenticators: {{ allowed: [passkey] }}\n"));
        let code = is_shut_out(&gateway, &mut alice, begun);
        assert_eq!(recorder.count(), 0, "{mode}");
        reload(&gateway, &yaml);
        gets_in(&gateway, &alice, &code);
    }
}

fn reload(gateway: &Gateway, yaml: &str) {
    let loads = || gateway.metric(&["portcullis_configuration_loads_total", "accepted"]);
    let before = loads();
    gateway.configure(yaml);
    gateway.sighup();
    eventually("the other configuration", || loads() > before);
}

/// It was that, and nothing else: the code that was refused is not spent.
fn gets_in(gateway: &Gateway, alice: &Person, code: &str) {
    let (mut browser, form) = halfway(gateway, alice);
    assert_eq!(browser.submit(&form.with("code", code)).status, 303);
    assert!(browser.gets_through());
}

/// who has no method at all and may set none up is refused at the password.
#[test]
fn who_has_no_method_at_all_is_denied_a235() {
    let (gateway, recorder, _) = town("");
    let bob = Person::of_role("bob", "user");
    gateway.add(&bob);
    gateway.cli_ok(&["enforcement", "set", "--unenrolled", "deny"], "");
    let mut browser = Browser::new(&gateway);
    assert_eq!(browser.password(&bob, "/").status, 403);
    assert!(browser.session().is_none() && !browser.gets_through());
    assert_eq!(recorder.count(), 0);
}
