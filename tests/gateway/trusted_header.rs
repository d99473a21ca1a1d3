//! A sign-on in front of the gateway: whom it names is signed in, whoever else sends its headers is nobody, and no
//! console ever sees them.

use std::fs;

use serde_json::Value;
use serde_json::json;
use tempfile::TempDir;

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::form_of;
use crate::support::browser::location;
use crate::support::eventually;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::h2::H2Client;
use crate::support::h2::Last;
use crate::support::html::Form;
use crate::support::person::Person;
use crate::support::raw_client::RawClient;
use crate::support::raw_client::Response;
use crate::support::raw_client::Way;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorder;
use crate::support::sso;
use crate::support::sso::Key;

/// The sign-on connects from 127.0.0.2.
const NETWORKS: &str = "networks: { sso: [127.0.0.2/32] }\n";

pub(crate) const PLAIN: &str = "user_header: X-Sso-User, name_header: X-Sso-Name, email_header: X-Sso-Email, \
                     groups_header: X-Sso-Groups";

pub(crate) struct Town {
    pub(crate) recorder: Recorder,
    pub(crate) gateway: Gateway,
    keys: Option<TempDir>,
}

impl Town {
    /// With these lines of `trusted_header` besides `source` and `from`.
    pub(crate) fn of(lines: &str) -> Self {
        Self::with(lines, |setup| setup)
    }

    fn with(lines: &str, change: impl FnOnce(Setup) -> Setup) -> Self {
        Self::before(Recorder::start(), lines, change)
    }

    /// Before this console.
    pub(crate) fn before(
        recorder: Recorder,
        lines: &str,
        change: impl FnOnce(Setup) -> Setup,
    ) -> Self {
        let line =
            format!("first_factor: {{ trusted_header: {{ source: corp, from: [sso], {lines} }} }}");
        let setup = change(Setup::before(recorder.address()).top(NETWORKS).site_line(&line));
        let gateway = Gateway::start(&setup, &[]);
        Self { recorder, gateway, keys: None }
    }

    /// With tokens, whose keys are in a file.
    pub(crate) fn signed(set: &str, lines: &str) -> Self {
        Self::signed_with(set, lines, |setup| setup)
    }

    pub(crate) fn signed_with(set: &str, lines: &str, change: impl FnOnce(Setup) -> Setup) -> Self {
        let directory = TempDir::new().unwrap();
        let file = directory.path().join("jwks.json");
        fs::write(&file, set).unwrap();
        let lines = format!("{}, {lines}", jwt(&file.display().to_string()));
        let town = Self::with(&lines, change);
        Self { keys: Some(directory), ..town }
    }

    fn replace_keys(&self, set: &str) {
        let directory = self.keys.as_ref().unwrap().path();
        fs::write(directory.join("new"), set).unwrap();
        fs::rename(directory.join("new"), directory.join("jwks.json")).unwrap();
    }

    /// A browser behind the sign-on, which adds these lines.
    pub(crate) fn browser(&self, added: &str) -> Browser {
        let mut browser = Browser::by(&self.gateway, Way::from(2));
        added.clone_into(&mut browser.added);
        browser
    }

    /// One whose requests carry this token.
    pub(crate) fn bearer(&self, token: &str) -> Browser {
        self.browser(&format!("X-Sso-Token: {token}\r\n"))
    }

    /// Whether a token signs somebody in; where it does not, it is refused before anything else.
    pub(crate) fn takes(&self, token: &str) -> bool {
        let mut browser = self.bearer(token);
        let answer = browser.get("/x");
        match answer.status {
            303 => true,
            403 => {
                assert!(answer.text().contains("did not say clearly"), "{}", answer.text());
                assert!(browser.session().is_none());
                false
            }
            other => panic!("{other}: {}", answer.text()),
        }
    }

    /// No header of the sign-on's ever reached the console, in any spelling.
    pub(crate) fn console_saw_nothing(&self) {
        for request in self.recorder.requests() {
            let leaked = request.fields().into_iter().find(|(name, _)| {
                name.to_lowercase().replace(['_', '.', '~'], "-").contains("sso")
            });
            assert_eq!(leaked, None);
        }
    }
}

fn jwt(jwks: &str) -> String {
    format!(
        "jwt: {{ header: X-Sso-Token, jwks: \"{jwks}\", issuer: \"{}\", audience: [{}], \
         user_claim: preferred_username, groups_claim: groups }}",
        sso::ISSUER,
        sso::AUDIENCE
    )
}

/// Goes to an address and follows until there is no redirect any more.
pub(crate) fn arrives(browser: &mut Browser, target: &str) -> Response {
    let mut answer = browser.get(target);
    for _ in 0..4 {
        if answer.status != 303 {
            break;
        }
        answer = browser.get(&location(&answer));
    }
    answer
}

pub(crate) fn user(name: &str) -> String {
    format!("X-Sso-User: {name}\r\n")
}

/// What the last assertion said.
fn claims(town: &Town) -> Value {
    let request = town.recorder.requests().pop().unwrap();
    let assertion = request.values("portcullis-assertion").remove(0);
    let claims = assertion.split('.').nth(1).unwrap().to_owned();
    serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap())
        .unwrap()
}

#[test]
fn whom_a_sign_on_names_is_asked_for_a_second_factor_and_then_let_in_s4_4() {
    let town = Town::of(PLAIN);
    let mut browser = town.browser(&user("Alice"));
    let sent = browser.get("/reports?x=1");
    assert!(location(&sent).starts_with(&format!("{PAGES}/sign-in?")), "{sent:?}");
    let opened = browser.get(&location(&sent));
    assert_eq!(location(&opened), format!("{PAGES}/enrol?next=/reports%3Fx%3D1"));
    assert!(browser.session().is_some());
    assert_eq!(town.recorder.count(), 0, "nothing passes with the header alone");
    for target in ["/reports?x=1", "/", "/admin"] {
        assert_eq!(browser.get(target).status, 303, "{target}");
    }
    let mut alice = Person::named("alice");
    browser.enrol(&mut alice);
    let page = browser.get("/reports?x=1");
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(town.recorder.requests()[0].values("x-forwarded-user"), ["alice"]);
    let told = claims(&town);
    assert_eq!((&told["acr"], &told["amr"]), (&json!("aal2"), &json!(["fed", "otp", "mfa"])));
    let accounts = town.gateway.cli_ok(&["user", "list"], "");
    assert_eq!(accounts.matches("corp/alice").count(), 1, "{accounts}");
    // The next time it is their code that is asked for.
    let mut again = town.browser(&user("ALICE"));
    let asked = again.get("/");
    let asked = again.get(&location(&asked));
    assert_eq!(location(&asked), format!("{PAGES}/challenge"));
    let code = alice.next_code();
    again.challenge("totp", &code);
    assert_eq!(again.get("/").status, 200);
    town.console_saw_nothing();
}

#[test]
fn where_nobody_is_asked_the_sign_on_alone_lets_in_but_nowhere_further() {
    let town = Town::of(&format!("{PLAIN}, second_factor: not_asked"));
    let said = town.gateway.cli(&["check"], "");
    let said =
        String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
    assert!(said.contains("needs no second factor here"), "{said}");
    let mut browser = town.browser(&user("alice"));
    let page = arrives(&mut browser, "/reports");
    assert_eq!(page.status, 200, "{}", page.text());
    let told = claims(&town);
    assert_eq!((&told["acr"], &told["amr"]), (&json!("aal1"), &json!(["fed"])));
    assert_eq!(browser.fetch("/x").status, 200);
    let stronger = browser.get("/admin/x");
    assert!(location(&stronger).starts_with(&format!("{PAGES}/challenge")), "aal2 is aal2");
    assert_eq!(browser.fetch("/admin/x").status, 401);
    // Without the header its cookie is worth nothing, and ends.
    let mut stolen = browser.clone();
    stolen.added.clear();
    assert_eq!(stolen.get("/reports").status, 403);
    assert_eq!(browser.get("/reports").status, 303, "the session is over, and begins anew");
    town.console_saw_nothing();
}

#[test]
fn whoever_is_vouched_for_proves_what_is_asked_at_a_site_besides_the_file_s1_29() {
    let town = Town::of(&format!("{PLAIN}, second_factor: not_asked"));
    let mut browser = town.browser(&user("alice"));
    assert_eq!(arrives(&mut browser, "/reports").status, 200);
    let listed = town.gateway.cli_ok(&["--json", "enforcement", "sites"], "");
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let site = listed[0]["name"].as_str().unwrap();
    let set = ["enforcement", "site", site, "--proof", "second_factor"];
    town.gateway.cli_ok(&set, "");
    assert_eq!(browser.fetch("/reports").status, 401, "the sign-on alone is not enough");
    let asked = browser.get("/reports");
    assert!(location(&asked).starts_with(PAGES), "{}", location(&asked));
    town.gateway.cli_ok(&["enforcement", "site", site, "--proof", "none"], "");
    assert_eq!(browser.fetch("/reports").status, 200);
    town.console_saw_nothing();
}

#[test]
fn a_token_that_shows_a_second_factor_is_trusted_where_that_is_configured_s4_4() {
    let key = Key::ec("one");
    let town = Town::signed(
        &sso::set(&[&key]),
        "second_factor: trust_amr, mfa_values: [mfa, \"urn:strong\"]",
    );
    for shown in [json!({"amr": ["pwd", "mfa"]}), json!({"acr": "urn:strong"})] {
        let mut browser = town.bearer(&key.token_with("alice", &shown));
        let page = arrives(&mut browser, "/reports");
        assert_eq!(page.status, 200, "{}", page.text());
        let told = claims(&town);
        assert_eq!((&told["acr"], &told["amr"]), (&json!("aal1"), &json!(["fed", "fed_mfa"])));
        assert_eq!(told["preferred_username"], "alice");
        // Nobody here saw which factor it was: what asks for more, asks here.
        assert_eq!(browser.fetch("/admin/x").status, 401);
        // Nor is it one for changes to the account.
        let account = browser.get(&format!("{PAGES}/account"));
        assert_eq!(account.status, 200, "{} {:?}", account.text(), account.fields);
    }
    for not in [
        json!({}),
        json!({"amr": ["pwd"]}),
        json!({"amr": "mfa"}),
        json!({"amr": ["MFA"]}),
        json!({"amr": [["mfa"]]}),
        json!({"amr": {"mfa": true}}),
        json!({"acr": "aal2"}),
        json!({"acr": ["mfa"]}),
        json!({"mfa": true}),
    ] {
        let mut browser = town.bearer(&key.token_with("bob", &not));
        let asked = browser.get("/reports");
        let asked = browser.get(&location(&asked));
        assert!(location(&asked).starts_with(&format!("{PAGES}/enrol")), "{not}");
        assert_eq!(browser.get("/reports").status, 303, "{not}");
    }
    town.console_saw_nothing();
}

#[test]
fn headers_from_anywhere_else_mean_nothing_a136_a001() {
    let town = Town::of(&format!("{PLAIN}, second_factor: not_asked"));
    let mut known = town.browser(&user("alice"));
    assert_eq!(arrives(&mut known, "/").status, 200);
    let before = town.recorder.count();
    for way in [Way::default(), Way::from(3)] {
        for added in [
            user("alice"),
            "X-Forwarded-For: 127.0.0.2\r\nX-Real-IP: 127.0.0.2\r\nForwarded: for=127.0.0.2\r\nX-Sso-User: alice\r\n"
                .to_owned(),
            String::new(),
        ] {
            let mut browser = Browser::by(&town.gateway, way.clone());
            added.clone_into(&mut browser.added);
            let answer = browser.get("/");
            assert_eq!(answer.status, 403, "{}", answer.text());
            assert!(answer.text().contains("sign-on"), "{}", answer.text());
            assert!(browser.session().is_none());
            assert_eq!(browser.get(&format!("{PAGES}/sign-in")).status, 403);
            assert_eq!(browser.fetch("/").status, 401);
            // With the cookie of somebody who is signed in.
            browser.set_session(known.session().unwrap());
            assert_eq!(browser.get("/").status, 403, "a stolen cookie");
            assert_eq!(browser.get(&format!("{PAGES}/account")).status, 303);
            // What is open is open, and stays clean.
            assert_eq!(browser.get("/public/x").status, 200);
        }
    }
    assert_eq!(town.recorder.count(), before + 6, "only what is open");
    assert_eq!(known.get("/").status, 200, "nobody else ends a session");
    assert!(town.gateway.metric(&["portcullis_refusals_total", "statement_missing"]) > 0.0);
    town.console_saw_nothing();
}

#[test]
fn who_is_announced_by_a_proxy_header_is_not_believed() {
    let town = Town::with(&format!("{PLAIN}, second_factor: not_asked"), |setup| {
        setup.balanced().top("proxies: { networks: [sso] }\n")
    });
    let announced = "PROXY TCP4 127.0.0.2 192.0.2.1 4711 443\r\n";
    let mut browser = Browser::by(&town.gateway, Way::saying(2, announced));
    user("alice").clone_into(&mut browser.added);
    assert_eq!(browser.get("/").status, 403);
    assert_eq!(town.recorder.count(), 0);
}

#[test]
fn two_headers_or_an_unclear_one_name_nobody_a001_a002_a014() {
    let town = Town::of(&format!("{PLAIN}, second_factor: not_asked"));
    for added in [
        "X-Sso-User: alice\r\nX-Sso-User: alice\r\n",
        "X-Sso-User: alice\r\nx-sso-user: root\r\n",
        "X-Sso-User: alice, root\r\n",
        "X-Sso-User: \r\n",
        "X-Sso-User: corp/alice\r\n",
        "X-Sso-User: al ice\r\n",
        "X-Sso-User: аlice\r\n",
        "X-Sso-User: alice\r\nX-Sso-Groups: a\r\nX-Sso-Groups: b\r\n",
        "X-Sso-User: alice\r\nX-Sso-Email: a@x\r\nX-Sso-Email: b@x\r\n",
    ] {
        let mut browser = town.browser(added);
        for target in ["/", "/public/x", &format!("{PAGES}/sign-in")] {
            let answer = browser.get(target);
            assert_eq!(answer.status, 403, "{added} {target}");
        }
        assert_eq!(browser.fetch("/").status, 403, "{added}");
    }
    assert_eq!(town.recorder.count(), 0);
    // Another spelling is another header: it names nobody, and reaches nobody.
    for spelling in ["X_Sso_User", "X-Sso_User", "x.sso.user", "X~Sso~User", "HTTP_X_SSO_USER"] {
        let mut alone = town.browser(&format!("{spelling}: root\r\n"));
        assert_eq!(alone.get("/").status, 403, "{spelling}");
        let mut beside = town.browser(&format!("{spelling}: root\r\n{}", user("alice")));
        assert_eq!(arrives(&mut beside, "/").status, 200, "{spelling}");
        let told = town.recorder.requests().pop().unwrap();
        assert_eq!(told.values("x-forwarded-user"), ["alice"], "{spelling}");
    }
    for fine in ["x-sso-user: alice\r\n", "X-SSO-USER:  \t alice \t \r\n"] {
        assert_eq!(arrives(&mut town.browser(fine), "/").status, 200, "{fine}");
    }
    town.console_saw_nothing();
}

#[test]
fn only_a_good_token_of_a_declared_key_names_anybody() {
    let (ec, ed, rsa) = (Key::ec("ec"), Key::ed("ed"), Key::rsa("rsa"));
    let town = Town::signed(&sso::set(&[&ec, &ed, &rsa]), "second_factor: not_asked");
    for key in [&ec, &ed, &rsa] {
        let mut browser = town.bearer(&key.token("alice"));
        assert_eq!(arrives(&mut browser, "/x").status, 200, "{}", key.algorithm());
    }
    let with = |claims: Value| ec.token_with("alice", &claims);
    assert!(town.takes(&with(json!({"aud": ["other", sso::AUDIENCE]}))));
    assert!(town.takes(&with(json!({"exp": 4_102_444_800.5}))));
    assert!(town.takes(&with(json!({"nbf": sso::now() + 10}))), "within the skew");
    let before = town.recorder.count();
    for wrong in [
        json!({"iss": "https://evil.example"}),
        json!({"iss": [sso::ISSUER]}),
        json!({"iss": null}),
        json!({"aud": "other"}),
        json!({"aud": []}),
        json!({"aud": null}),
        json!({"exp": sso::now() - 100}),
        json!({"exp": null}),
        json!({"exp": "9999999999"}),
        json!({"exp": -1}),
        json!({"exp": 1e300}),
        json!({"nbf": sso::now() + 100}),
        json!({"nbf": "now"}),
        json!({"iat": sso::now() + 100}),
        json!({"preferred_username": null}),
        json!({"preferred_username": ["alice"]}),
        json!({"preferred_username": "al ice"}),
        json!({"preferred_username": ""}),
        json!({"groups": {"a": 1}}),
        json!({"groups": [1]}),
    ] {
        assert!(!town.takes(&with(wrong.clone())), "{wrong}");
    }
    assert_eq!(town.recorder.count(), before);
    town.console_saw_nothing();
}

#[test]
fn what_a_token_says_about_keys_and_algorithms_is_not_followed() {
    let (ec, ed, rsa, own) = (Key::ec("ec"), Key::ed("ed"), Key::rsa("rsa"), Key::ec("ec"));
    let town = Town::signed(&sso::set(&[&ec, &ed, &rsa]), "second_factor: not_asked");
    let said = sso::claims("alice", &json!({}));
    let head = |changes: Value| {
        let mut head = json!({"alg": "ES256", "typ": "JWT", "kid": "ec"});
        changes.as_object().unwrap().iter().for_each(|(name, value)| head[name] = value.clone());
        head
    };
    let good = ec.signed(&head(json!({})), &said);
    assert!(town.takes(&good));
    let parts: Vec<&str> = good.split('.').collect();
    let none = sso::b64(json!({"alg": "none"}).to_string());
    let root = sso::b64(sso::claims("root", &json!({})).to_string());
    let n = rsa.jwk()["n"].as_str().unwrap().to_owned();
    for (what, token) in [
        ("alg none", format!("{none}.{}.", parts[1])),
        ("alg none, signed", format!("{none}.{}.{}", parts[1], parts[2])),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("four parts", format!("{good}.{}", parts[2])),
        ("other claims", format!("{}.{root}.{}", parts[0], parts[2])),
        ("HS256 with the public key", rsa.confused("alice", n.as_bytes())),
        ("HS256 with the key set", ec.confused("alice", sso::set(&[&ec, &ed, &rsa]).as_bytes())),
        ("another's signature", own.signed(&head(json!({})), &said)),
        ("a key of its own", own.signed(&head(json!({"jwk": own.jwk()})), &said)),
        ("an address of keys", own.signed(&head(json!({"jku": "https://evil.example/k"})), &said)),
        (
            "an address of a certificate",
            own.signed(&head(json!({"x5u": "https://evil.example/c"})), &said),
        ),
        ("a certificate", own.signed(&head(json!({"x5c": ["AAAA"]})), &said)),
        ("an unknown key", own.signed(&head(json!({"kid": "other"})), &said)),
        ("no name of a key", ec.signed(&json!({"alg": "ES256"}), &said)),
        ("the key of another kind", ed.signed(&head(json!({"alg": "EdDSA"})), &said)),
        (
            "an algorithm not listed",
            rsa.signed(&head(json!({"alg": "RS512", "kid": "rsa"})), &said),
        ),
        ("something critical", ec.signed(&head(json!({"crit": ["x"], "x": 1})), &said)),
        ("nothing", ".".to_owned()),
        ("too long", format!("{good}{}", "A".repeat(20_000))),
    ] {
        let mut browser = town.bearer(&token);
        let answer = browser.get("/x");
        assert!([403, 431].contains(&answer.status), "{what}: {}", answer.status);
        assert!(browser.session().is_none(), "{what}");
    }
    let twice = town.browser(&format!("X-Sso-Token: {good}\r\nX-Sso-Token: {good}\r\n")).get("/x");
    assert_eq!(twice.status, 403);
    // With a key in the head it is still the declared one that counts.
    assert!(
        town.takes(&ec.signed(&head(json!({"jwk": own.jwk(), "jku": "https://x.example"})), &said))
    );
    assert_eq!(town.recorder.count(), 0);
}

#[test]
fn keys_in_a_file_are_read_again_and_one_needs_no_name() {
    let (old, new) = (Key::ec("old"), Key::ec("new"));
    let town = Town::signed(&sso::set(&[&old]), "second_factor: not_asked");
    let nameless =
        |key: &Key| key.signed(&json!({"alg": "ES256"}), &sso::claims("alice", &json!({})));
    assert!(town.takes(&nameless(&old)), "there is one key");
    assert!(town.takes(&old.token("bob")));
    assert!(!town.takes(&new.token("bob")));
    town.replace_keys(&sso::set(&[&old, &new]));
    eventually("the new key", || town.takes(&new.token("bob")));
    assert!(!town.takes(&nameless(&old)), "there are two");
    // What is no key set any more leaves the keys there are.
    town.replace_keys("{}");
    assert!(town.takes(&new.token("carol")));
}

#[test]
fn keys_at_an_address_are_fetched_when_needed_and_not_too_often() {
    let key = Key::ec("one");
    let set = sso::set(&[&key]);
    let keys = Recorder::scripted(move |request| match request.target().as_str() {
        "/jwks.json" => Answer::with(request, "Content-Type: application/json\r\n", &set),
        _ => {
            Answer::raw(b"HTTP/1.1 302 Found\r\nLocation: /jwks.json\r\nContent-Length: 0\r\n\r\n")
        }
    });
    let url = format!("http://{}/jwks.json", keys.address());
    let town = Town::of(&format!("{}, second_factor: not_asked", jwt(&url)));
    assert_eq!(keys.count(), 0, "nobody asked yet");
    let mut browser = town.bearer(&key.token("alice"));
    assert_eq!(arrives(&mut browser, "/").status, 200);
    for name in ["bob", "carol"] {
        assert!(town.takes(&key.token(name)));
    }
    for _ in 0..3 {
        assert!(!town.takes(&Key::ec("unknown").token("alice")));
    }
    assert_eq!(
        keys.count(),
        1,
        "a name that nobody knows makes the gateway ask once a minute at most"
    );
    // Who does not answer with a key set, and who sends elsewhere, is not believed.
    let elsewhere = format!("http://{}/moved", keys.address());
    let town = Town::of(&format!("{}, second_factor: not_asked", jwt(&elsewhere)));
    assert!(!town.takes(&key.token("alice")));
    drop(keys);
    let town = Town::of(&format!("{}, second_factor: not_asked", jwt(&url)));
    assert!(!town.takes(&key.token("alice")), "nobody answers");
}

#[test]
fn another_user_or_none_ends_the_session_a205() {
    let town = Town::of(&format!("{PLAIN}, second_factor: not_asked"));
    let mut browser = town.browser(&user("alice"));
    assert_eq!(arrives(&mut browser, "/").status, 200);
    let alices = browser.session().unwrap().to_owned();
    user("bob").clone_into(&mut browser.added);
    assert_eq!(browser.fetch("/x").status, 401, "a script of alice's page");
    let page = arrives(&mut browser, "/bobs");
    assert_eq!(page.status, 200);
    let told = town.recorder.requests().pop().unwrap();
    assert_eq!(
        (told.target().as_str(), told.values("x-forwarded-user").join(",")),
        ("/bobs", "bob".to_owned())
    );
    assert_ne!(browser.session(), Some(alices.as_str()));
    let mut back = town.browser(&user("alice"));
    back.set_session(&alices);
    assert_eq!(back.fetch("/x").status, 401, "alice's session ended with bob's first request");
    // Nobody any more.
    let bobs = browser.session().unwrap().to_owned();
    browser.added.clear();
    assert_eq!(browser.get("/").status, 403);
    user("bob").clone_into(&mut browser.added);
    browser.set_session(&bobs);
    assert_eq!(browser.fetch("/x").status, 401, "bob's session ended when nobody was named");
    let log = town.gateway.cli_ok(&["audit", "verify"], "");
    assert!(!log.is_empty());
    town.console_saw_nothing();
}

#[test]
fn a_script_is_told_and_a_form_is_kept_and_no_browser_is_sent_in_circles() {
    let town = Town::of(&format!("{PLAIN}, second_factor: not_asked"));
    let mut browser = town.browser(&user("alice"));
    let told = browser.fetch("/x");
    assert_eq!((told.status, told.header("content-type")), (401, Some("application/problem+json")));
    assert!(browser.session().is_none(), "no script opens a session");
    let form = Form { action: "/orders".to_owned(), fields: Vec::new() }.with("amount", "3");
    let kept = browser.submit(&form);
    assert!(kept.text().contains("amount") && browser.session().is_some(), "{}", kept.text());
    assert_eq!(town.recorder.count(), 0);
    assert_eq!(browser.submit(&form).status, 200);
    // A browser without cookies is told so, and opens no sessions.
    let mut without = town.browser(&user("alice"));
    let sent = without.get("/");
    without.jar.clear();
    let answer = without.get(&location(&sent));
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert!(without.session().is_none());
}

#[test]
fn signing_out_leads_on_to_the_sign_on() {
    let url = "https://sso.example.com/sign-out?rd=%2F";
    let town = Town::of(&format!("{PLAIN}, second_factor: not_asked, sign_out_url: \"{url}\""));
    let mut browser = town.browser(&user("alice"));
    assert_eq!(arrives(&mut browser, "/").status, 200);
    let session = browser.session().unwrap().to_owned();
    let page = browser.get(&format!("{PAGES}/sign-out"));
    let out = browser.submit(&form_of(&page, "sign-out"));
    let done = browser.get(&location(&out));
    assert_eq!(done.header("refresh"), Some(format!("0; url={url}").as_str()));
    assert!(browser.session().is_none());
    browser.set_session(&session);
    assert_eq!(browser.fetch("/").status, 401);
}

#[test]
fn what_is_said_of_a_person_is_kept_and_other_groups_end_their_other_sessions() {
    let town = Town::of(&format!("{PLAIN}, second_factor: not_asked"));
    let said = |groups: &str| {
        format!(
            "{}X-Sso-Name: Alice E\r\nX-Sso-Email: alice@corp.example\r\n{groups}",
            user("alice")
        )
    };
    let mut first = town.browser(&said("X-Sso-Groups: ops, night\r\n"));
    assert_eq!(arrives(&mut first, "/").status, 200);
    let told = town.recorder.requests().pop().unwrap();
    assert_eq!(told.values("x-forwarded-groups"), ["ops,night"]);
    assert_eq!(told.values("x-forwarded-email"), ["alice@corp.example"]);
    let mut same = town.browser(&said("X-Sso-Groups: ops, night\r\n"));
    assert_eq!(arrives(&mut same, "/").status, 200);
    assert_eq!(first.fetch("/").status, 200, "nothing changed");
    let mut other = town.browser(&said(""));
    assert_eq!(arrives(&mut other, "/").status, 200);
    let told = town.recorder.requests().pop().unwrap();
    assert!(told.values("x-forwarded-groups").is_empty(), "by silence nobody stays in a group");
    assert_eq!(first.fetch("/").status, 401, "a session with the old groups");
    assert_eq!(other.fetch("/").status, 200);
}

#[test]
fn a_disabled_or_unknown_person_is_refused_a139() {
    let town = Town::of(&format!("{PLAIN}, second_factor: not_asked, unknown_users: refuse"));
    let mut browser = town.browser(&user("alice"));
    let answer = arrives(&mut browser, "/");
    assert_eq!(answer.status, 403, "{}", answer.text());
    assert!(!town.gateway.cli_ok(&["user", "list"], "").contains("alice"));
    let town = Town::of(&format!("{PLAIN}, second_factor: not_asked"));
    let mut browser = town.browser(&user("alice"));
    assert_eq!(arrives(&mut browser, "/").status, 200);
    town.gateway.cli_ok(&["user", "disable", "corp/alice"], "");
    assert_eq!(browser.fetch("/").status, 401);
    assert_eq!(arrives(&mut browser, "/").status, 403);
    assert_eq!(town.recorder.count(), 1);
}

#[test]
fn the_same_holds_over_http2() {
    let town = Town::with(&format!("{PLAIN}, second_factor: not_asked"), Setup::tls);
    let mut browser = town.browser(&user("alice"));
    assert_eq!(arrives(&mut browser, "/").status, 200);
    let cookie = browser.cookie_line();
    let cookie = cookie.trim_start_matches("Cookie: ").trim_end().to_owned();
    let trust = town.gateway.trust(&["h2"]).unwrap();
    let ask = |way: Way, fields: &[(&str, &str)]| {
        let address = town.gateway.listener("https");
        let client = RawClient::try_tls_by(&way, address, &trust).unwrap();
        let mut h2 = H2Client::over(client);
        let own = [
            (":method", "GET"),
            (":scheme", "https"),
            (":authority", HOST),
            (":path", "/h2"),
            ("cookie", cookie.as_str()),
        ];
        let all: Vec<_> = own.into_iter().chain(fields.iter().copied()).collect();
        let stream = h2.open(&all, Last::Yes);
        h2.ended(stream).status()
    };
    assert_eq!(ask(Way::from(2), &[("x-sso-user", "alice"), ("x_sso_user", "root")]), Some(200));
    assert_eq!(ask(Way::from(3), &[("x-sso-user", "alice")]), Some(401));
    assert_eq!(ask(Way::from(2), &[("x-sso-user", "alice"), ("x-sso-user", "alice")]), Some(403));
    assert_eq!(ask(Way::from(2), &[("x-sso-user", "bob")]), Some(401));
    assert_eq!(ask(Way::from(2), &[("x-sso-user", "alice")]), Some(401), "bob ended it");
    town.console_saw_nothing();
}

#[test]
fn a_session_of_a_sign_on_is_over_where_the_site_has_none_any_more() {
    let town = Town::of(&format!("{PLAIN}, second_factor: not_asked"));
    let mut browser = town.browser(&user("alice"));
    assert_eq!(arrives(&mut browser, "/").status, 200);
    let yaml = town.gateway.setup_yaml();
    let line = yaml.lines().find(|line| line.contains("first_factor")).unwrap();
    town.gateway.configure(&yaml.replace(line, ""));
    town.gateway.sighup();
    eventually("it is asked to sign in", || browser.clone().fetch("/").status == 401);
}
