//! What nobody gets by way of a sign-on in front of the gateway: another's name by another spelling, what they were in
//! yesterday, a second factor of the gateway's own in place of one that is asked for there.

use serde_json::Value;
use serde_json::json;

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::location;
use crate::support::eventually;
use crate::support::gateway::HOST;
use crate::support::person::Person;
use crate::support::raw_client::RawClient;
use crate::support::raw_client::Way;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorder;
use crate::support::sso;
use crate::support::sso::Key;
use crate::trusted_header::PLAIN;
use crate::trusted_header::Town;
use crate::trusted_header::arrives;
use crate::trusted_header::user;

/// Names that a system can keep apart from `alice` or `kim`, and that would be theirs if they were made canonical.
const DISGUISED: [&str; 6] =
    ["ａｌｉｃｅ", "al\u{2170}ce", "\u{212a}im", "alice\u{a0}", "\u{3000}alice", "alice\u{2028}"];

#[test]
fn a_name_that_would_have_to_be_made_canonical_is_nobodys_a014_a124() {
    let town = Town::of(&format!("{PLAIN}, second_factor: not_asked"));
    for name in ["alice", "kim"] {
        assert_eq!(arrives(&mut town.browser(&user(name)), "/").status, 200);
    }
    let before = town.recorder.count();
    for name in DISGUISED {
        let mut browser = town.browser(&user(name));
        assert_eq!(browser.get("/").status, 403, "{name:?}");
        assert_eq!(browser.get(&format!("{PAGES}/sign-in")).status, 403, "{name:?}");
        assert!(browser.session().is_none(), "{name:?}");
    }
    assert_eq!(town.recorder.count(), before);
    assert_eq!(arrives(&mut town.browser(&user("ALICE")), "/").status, 200, "case says nothing");
    let key = Key::ec("one");
    let town = Town::signed(&sso::set(&[&key]), "second_factor: not_asked");
    for name in DISGUISED.into_iter().chain([" alice", "alice ", "alice\n", "\talice", "alice\0"]) {
        assert!(!town.takes(&key.token(name)), "{name:?}");
    }
    for name in ["alice", "Alice", "ALICE"] {
        assert!(town.takes(&key.token(name)), "{name:?}");
    }
    assert_eq!(town.recorder.count(), 0);
}

#[test]
fn a_moment_with_an_exponent_is_none() {
    let key = Key::ec("one");
    let town = Town::signed(&sso::set(&[&key]), "second_factor: not_asked");
    for wrong in [json!({"nbf": 1.5e300}), json!({"iat": 1.5e300}), json!({"nbf": 1.5e-7})] {
        assert!(!town.takes(&key.token_with("alice", &wrong)), "{wrong}");
    }
}

#[test]
fn a_token_of_another_kind_signs_nobody_in() {
    let key = Key::ec("one");
    let town = Town::signed(&sso::set(&[&key]), "second_factor: not_asked");
    let signed = |changes: &Value, claims: &Value| {
        let mut head = json!({"alg": "ES256", "typ": "JWT", "kid": "one"});
        for (name, value) in changes.as_object().unwrap() {
            head[name] = value.clone();
        }
        head.as_object_mut().unwrap().retain(|_, value| *value != "absent");
        key.signed(&head, &sso::claims("alice", claims))
    };
    let usual = json!({});
    for typ in ["absent", "JWT", "jwt", "at+jwt", "AT+JWT", "application/jwt", "Application/at+JWT"]
    {
        assert!(town.takes(&signed(&json!({"typ": typ}), &usual)), "{typ}");
    }
    for other in [
        json!({"typ": "logout+jwt"}),
        json!({"typ": "application/logout+jwt"}),
        json!({"typ": "secevent+jwt"}),
        json!({"typ": "dpop+jwt"}),
        json!({"typ": "JWE"}),
        json!({"typ": " JWT"}),
        json!({"typ": "JWT; x"}),
        json!({"typ": "application/application/jwt"}),
        json!({"typ": "text/jwt"}),
        json!({"typ": ""}),
        json!({"typ": null}),
        json!({"typ": ["JWT"]}),
        json!({"zip": "DEF"}),
        json!({"zip": null}),
        json!({"cty": "JWT"}),
        json!({"cty": "json"}),
        json!({"crit": ["b64"], "b64": true}),
        json!({"crit": []}),
        json!({"crit": null}),
    ] {
        assert!(!town.takes(&signed(&other, &usual)), "{other}");
    }
    // Tokens that say what happened, logout tokens among them (RFC 8417, OpenID Connect Back-Channel Logout §2.4).
    let logout = json!({"events": {"http://schemas.openid.net/event/backchannel-logout": {}}});
    for said in [logout, json!({"events": {}})] {
        assert!(!town.takes(&signed(&usual, &said)), "{said}");
    }
    assert_eq!(town.recorder.count(), 0);
}

#[test]
fn other_groups_count_from_the_next_request_on_a205() {
    let town = Town::of(&format!("{PLAIN}, second_factor: not_asked"));
    let said =
        |groups: &str, rest: &str| format!("{}X-Sso-Groups: {groups}\r\n{rest}", user("alice"));
    let mut browser = town.browser(&said("ops, night", ""));
    assert_eq!(arrives(&mut browser, "/").status, 200);
    let first = browser.session().unwrap().to_owned();
    for same in ["ops, night", "night,ops", "ops,night,ops"] {
        said(same, "").clone_into(&mut browser.added);
        assert_eq!(browser.fetch("/").status, 200, "{same}");
    }
    assert_eq!(browser.session(), Some(first.as_str()));
    let before = town.recorder.count();
    let steps = [
        ("ops", "", ("ops", "")),
        ("ops", "X-Sso-Email: alice@corp.example\r\n", ("ops", "alice@corp.example")),
        ("ops,admins", "X-Sso-Email: alice@corp.example\r\n", ("ops,admins", "alice@corp.example")),
        ("", "", ("", "")),
    ];
    for (n, (groups, rest, told)) in steps.into_iter().enumerate() {
        let session = browser.session().unwrap().to_owned();
        said(groups, rest).clone_into(&mut browser.added);
        assert_eq!(browser.fetch("/").status, 401, "{groups} {rest}");
        assert_eq!(town.recorder.count(), before + n, "nothing in the old groups");
        assert_eq!(arrives(&mut browser, "/").status, 200, "they are signed in anew");
        let request = town.recorder.requests().pop().unwrap();
        let now =
            ["x-forwarded-groups", "x-forwarded-email"].map(|name| request.values(name).join("|"));
        assert_eq!((now[0].as_str(), now[1].as_str()), told);
        let mut back = browser.clone();
        back.set_session(&session);
        assert_eq!(back.fetch("/").status, 401, "the old session is over");
    }
    let mut called = town.browser(&said("", "X-Sso-Name: Alice E\r\n"));
    called.set_session(browser.session().unwrap());
    assert_eq!(called.fetch("/").status, 401, "another name to be called by");
    town.console_saw_nothing();
}

#[test]
fn who_was_let_in_by_a_second_factor_there_gives_one_with_every_later_token_a205() {
    let key = Key::ec("one");
    let town = Town::signed(&sso::set(&[&key]), "second_factor: trust_amr");
    let token = |claims: Value| format!("X-Sso-Token: {}\r\n", key.token_with("alice", &claims));
    let mut browser = town.browser(&token(json!({"amr": ["pwd", "mfa"]})));
    assert_eq!(arrives(&mut browser, "/").status, 200);
    let session = browser.session().unwrap().to_owned();
    token(json!({"amr": ["mfa", "x"]})).clone_into(&mut browser.added);
    assert_eq!(browser.fetch("/").status, 200, "another token that says so");
    let before = town.recorder.count();
    for weaker in [json!({"amr": ["pwd"]}), json!({})] {
        browser.set_session(&session);
        token(weaker.clone()).clone_into(&mut browser.added);
        assert_eq!(browser.fetch("/").status, 401, "{weaker}");
    }
    token(json!({"amr": ["mfa"]})).clone_into(&mut browser.added);
    browser.set_session(&session);
    assert_eq!(browser.fetch("/").status, 401, "it is over");
    assert_eq!(town.recorder.count(), before);
    assert_eq!(arrives(&mut browser, "/").status, 200);
    // Who gives one later is asked for none here.
    let with = |claims| key.token_with("bob", &claims);
    let mut bob = town.bearer(&with(json!({"amr": ["pwd"]})));
    assert!(arrives(&mut bob, "/").text().contains("enrol"));
    format!("X-Sso-Token: {}\r\n", with(json!({"amr": ["mfa"]}))).clone_into(&mut bob.added);
    assert_eq!(arrives(&mut bob, "/").status, 200);
}

/// A tunnel of this browser's that is open.
fn tunnel(town: &Town, browser: &Browser) -> RawClient {
    let mut socket = town.gateway.connect_by(&Way::from(2));
    let request = format!(
        "GET /live HTTP/1.1\r\nHost: {HOST}\r\n{}{}Connection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://{HOST}\r\n\r\n",
        browser.cookie_line(),
        browser.added
    );
    socket.send(request.as_bytes());
    assert_eq!(socket.head().unwrap().status, 101);
    echoes(&mut socket);
    socket
}

fn echoes(socket: &mut RawClient) {
    socket.send(b"\x81\x05hello");
    assert_eq!(socket.exactly(7), b"\x81\x05hello");
}

/// Loads another file.
fn reload(town: &Town, yaml: &str) {
    let loads = || town.gateway.metric(&["configuration_loads_total", "accepted"]);
    let before = loads();
    town.gateway.configure(yaml);
    town.gateway.sighup();
    eventually("the file is in force", || loads() > before);
}

#[test]
fn what_a_sign_on_let_in_ends_when_it_is_not_believed_there_any_more_a205() {
    let lines = format!("{PLAIN}, second_factor: not_asked");
    let console = Recorder::scripted(|request| match request.target().as_str() {
        "/live" => Answer::tunnel(request),
        _ => Answer::ok(request, "page"),
    });
    let town = Town::before(console, &lines, |setup| setup);
    let mut browser = town.browser(&user("alice"));
    assert_eq!(arrives(&mut browser, "/").status, 200);
    let yaml = town.gateway.setup_yaml();
    let line = yaml.lines().find(|line| line.contains("first_factor")).unwrap();
    let narrower = yaml.replace("127.0.0.2/32", "127.0.0.8/32");
    for (why, tighter) in [("elsewhere", narrower), ("no sign-on", yaml.replace(line, ""))] {
        let mut socket = tunnel(&town, &browser);
        reload(&town, &yaml.replace("127.0.0.2/32", "127.0.0.0/29"));
        echoes(&mut socket);
        reload(&town, &tighter);
        assert!(socket.is_closed(), "{why}");
        reload(&town, &yaml);
        assert_eq!(arrives(&mut browser, "/").status, 200, "{why}");
    }
}

/// With tokens of this key that may show a second factor; and alice, who gave one.
fn guarded(key: &Key, enforcement: &str) -> (Town, Browser) {
    let top = format!("enforcement: {{ {enforcement} }}\n");
    let town =
        Town::signed_with(&sso::set(&[key]), "second_factor: trust_amr", |setup| setup.top(&top));
    let mut alice = town.bearer(&key.token_with("alice", &json!({"amr": ["mfa"]})));
    assert_eq!(arrives(&mut alice, "/").status, 200);
    (town, alice)
}

/// Somebody who has alice's password there, and nothing else.
fn stolen(town: &Town, key: &Key) -> Browser {
    town.bearer(&key.token_with("alice", &json!({"amr": ["pwd"]})))
}

/// Whether nothing that the browser can ask for sets up a second factor.
fn sets_up_nothing(browser: &mut Browser) {
    for page in
        ["enrol", "enrol?method=totp", "enrol?method=passkey", "set-up", "challenge", "account"]
    {
        let page = arrives(browser, &format!("{PAGES}/{page}")).text();
        let offered = page.contains(&format!("href=\"{PAGES}/enrol?method"));
        assert!(!page.contains("totp-key") && !offered, "{page}");
    }
}

#[test]
fn who_always_gave_a_second_factor_there_gets_none_here_by_their_password_alone_a184() {
    let key = Key::ec("one");
    let (mut town, mut alice) = guarded(&key, "mode: enforced");
    let before = town.recorder.count();
    for restarted in [false, true] {
        if restarted {
            town.gateway.restart();
            alice = town.bearer(&key.token_with("alice", &json!({"amr": ["mfa"]})));
        }
        let mut thief = stolen(&town, &key);
        let page = arrives(&mut thief, "/reports");
        assert_eq!(page.status, 403, "{}", page.text());
        assert!(page.text().contains("with your second factor"), "{}", page.text());
        assert!(thief.session().is_none());
        sets_up_nothing(&mut thief);
        assert_eq!(thief.fetch("/").status, 401);
    }
    assert_eq!(town.recorder.count(), before);
    let log = town.gateway.cli_ok(&["--json", "audit", "tail"], "");
    assert!(log.contains("enrolment_closed"), "{log}");
    // Who gives it there sets one up here.
    assert_eq!(arrives(&mut alice, "/").status, 200);
    let mut phone = Person::named("alice");
    alice.enrol(&mut phone);
    assert_eq!(alice.get("/admin/x").status, 200);
    // From then on it is the one that counts.
    let mut later = stolen(&town, &key);
    let asked = later.get("/reports");
    let asked = later.get(&location(&asked));
    assert!(location(&asked).starts_with(&format!("{PAGES}/challenge")), "{asked:?}");
    sets_up_nothing(&mut later);
}

#[test]
fn a_session_without_the_second_factor_sets_up_none_where_one_is_optional_a184() {
    let key = Key::ec("one");
    let (town, _) = guarded(&key, "mode: optional");
    let mut thief = stolen(&town, &key);
    assert_eq!(arrives(&mut thief, "/reports").status, 200, "none is needed");
    sets_up_nothing(&mut thief);
    // Nor where the sign-on is trusted less from now on.
    for word in ["ask", "not_asked"] {
        let yaml = town
            .gateway
            .setup_yaml()
            .replace("second_factor: trust_amr", &format!("second_factor: {word}"));
        reload(&town, &yaml);
        let mut thief = stolen(&town, &key);
        arrives(&mut thief, "/reports");
        sets_up_nothing(&mut thief);
    }
}

#[test]
fn a_session_that_was_open_before_sets_up_nothing_either_a184() {
    let key = Key::ec("one");
    let town = Town::signed(&sso::set(&[&key]), "second_factor: trust_amr");
    let mut thief = stolen(&town, &key);
    let page = arrives(&mut thief, "/");
    assert!(page.text().contains("enrol"), "who never came before may: {}", page.text());
    let mut phone = Person::named("alice");
    let form = thief.begin_enrolment(&mut phone);
    let mut alice = town.bearer(&key.token_with("alice", &json!({"amr": ["mfa"]})));
    assert_eq!(arrives(&mut alice, "/").status, 200);
    let answer = thief.submit(&form.with("code", &phone.next_code()));
    assert_eq!(answer.status, 403, "{}", answer.text());
    sets_up_nothing(&mut thief);
    assert!(!thief.gets_through());
}

#[test]
fn an_operators_recovery_code_still_sets_one_up_a177() {
    let key = Key::ec("one");
    let (town, _) = guarded(&key, "mode: enforced");
    let said = town
        .gateway
        .cli_ok(&["user", "recovery-code", "corp/alice", "--reason", "seen in person"], "");
    let code = said.lines().next().unwrap().to_owned();
    let mut browser = stolen(&town, &key);
    let page = arrives(&mut browser, "/");
    assert_eq!(page.status, 200, "{}", page.text());
    sets_up_nothing(&mut browser);
    let form = browser.form("recovery").with("code", &code);
    assert!(location(&browser.submit(&form)).starts_with(&format!("{PAGES}/enrol")));
    let mut phone = Person::named("alice");
    browser.enrol(&mut phone);
    assert!(browser.gets_through());
}
