//! The console's own sign-on (a provider of identities, and back) as the first factor: who came back is what the console
//! says, once, and clearly; and without the second factor it opens nothing.

use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::location;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::legacy::Raises;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::support::recorder::Recorder;
use crate::support::sso_console::SsoConsole;
use crate::support::sso_console::code_of;

/// As browsers say that a page of another site leads somewhere.
const LED: &str = "Accept: text/html\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n\
                   Sec-Fetch-Dest: document\r\nReferer: https://idp.test/\r\n";

const SECTION: &str = "\
first_factor:
      console_sso:
        start: /sso
        callback: { path: /sso/callback }
        user_from: { path: /me, json: user/login }
        success: { status: [302], headers: { X-Login: ok } }
    session_cookies: [SID]";

struct Town {
    console: SsoConsole,
    recorder: Recorder,
    gateway: Gateway,
}

impl Town {
    fn start(raises: Raises) -> Self {
        Self::of(raises, SECTION)
    }

    fn of(raises: Raises, section: &str) -> Self {
        let (console, recorder) = SsoConsole::start(raises);
        let setup = Setup::before(recorder.address()).site_line(section);
        let gateway = Gateway::start(&setup, &[]);
        Self { console, recorder, gateway }
    }

    fn browser(&self) -> Browser {
        Browser::new(&self.gateway)
    }

    fn enrolled(&self, user: &str) -> (Browser, Person) {
        let (mut browser, mut person) = (self.browser(), Person::named(user));
        let back = comes_back(&mut browser, user);
        assert_eq!(location(&back), format!("{PAGES}/enrol?next={PAGES}/continue"));
        let done = browser.enrol(&mut person);
        let released = browser.follow(&done);
        assert_eq!((released.status, released.header("location")), (302, Some("/home")));
        (browser, person)
    }

    /// The ways back that reached the console.
    fn callbacks(&self) -> usize {
        let requests = self.recorder.requests();
        requests.iter().filter(|one| one.target().starts_with("/sso/callback")).count()
    }
}

/// To the provider, which sends them on with this state.
fn begins(browser: &mut Browser) -> String {
    let sent = browser.get("/sso");
    let to = sent.header("location").unwrap_or_default();
    to.strip_prefix("https://idp.test/authorize?state=").expect("not sent there").to_owned()
}

/// There, and back with a code.
fn comes_back(browser: &mut Browser, user: &str) -> Response {
    let state = begins(browser);
    let target = format!("/sso/callback?code={}&state={state}", code_of(user));
    browser.request("GET", &target, LED, "")
}

#[test]
fn whom_a_console_s_provider_sends_back_gives_a_second_factor_and_is_who_the_console_says_s4_4() {
    for raises in [Raises::Renewed, Raises::InPlace] {
        let town = Town::start(raises);
        let mut browser = town.browser();
        assert_eq!(location(&browser.get("/home")), "/sso");
        let back = comes_back(&mut browser, "alice");
        assert!(location(&back).starts_with(&format!("{PAGES}/enrol")), "{}", back.text());
        // nothing of the console's is there before the second factor.
        assert!(!format!("{:?}", browser.jar).contains("console-session"), "{:?}", browser.jar);
        assert!(location(&browser.clone().get("/home")).contains(PAGES));
        let mut alice = Person::named("alice");
        let done = browser.enrol(&mut alice);
        let released = browser.follow(&done);
        assert_eq!((released.status, released.header("location")), (302, Some("/home")));
        assert_eq!(browser.get("/home").text(), "PAGE of alice at /home");
        let last = town.recorder.requests().pop().unwrap();
        assert_eq!(last.values("x-forwarded-user"), ["alice"]);
        assert_eq!(town.callbacks(), 1);
        // The question who it is goes with the session that came of it, in nobody's name.
        let requests = town.recorder.requests();
        let asked: Vec<_> = requests.iter().filter(|one| one.target() == "/me").collect();
        assert!(asked.len() == 1 && asked[0].values("x-forwarded-user").is_empty());
        assert!(asked[0].values("cookie")[0].starts_with("SID=console-session-"), "{asked:?}");
        assert!(town.gateway.cli_ok(&["user", "list"], "").contains("console/alice"));
        let access = std::fs::read_to_string(town.gateway.path("access.log")).unwrap();
        assert!(!access.contains("canary") && !town.gateway.stderr().contains("canary"), "A-304");
    }
}

/// what is no clear name is nobody's.
#[test]
fn a_console_that_does_not_clearly_say_who_came_back_lets_nobody_in_a133() {
    let json = |text: &str| {
        let length = text.len();
        format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{text}")
    };
    let login = |value: &str| json(&format!("{{\"user\":{{\"login\":{value}}}}}"));
    for said in [
        json("{}"),
        login("null"),
        login("\"alice\",\"login\":\"bob\""),
        login("\"alice@example.com\""),
        login("\"\u{ff41}lice\""),
        login("\"\u{212a}ate\""),
        login("\"alice \""),
        login("\"\""),
        login(&format!("\"alice\"}},\"x\":{{\"y\":\"{}\"", "x".repeat(70_000))),
        login("\"alice\"").replace("200 OK", "203 Hm"),
        "HTTP/1.1 302 Found\r\nLocation: /sso\r\nContent-Length: 0\r\n\r\n".to_owned(),
        "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n".to_owned(),
        "nonsense\r\n\r\n".to_owned(),
        String::new(),
    ] {
        let town = Town::start(Raises::Renewed);
        town.console.says_who(&said);
        let mut browser = town.browser();
        let back = comes_back(&mut browser, "alice");
        assert!(matches!(back.status, 401 | 502), "{said:.90}: {} {}", back.status, back.text());
        assert!(browser.session().is_none(), "{said:.90}");
        assert!(!format!("{:?}", browser.jar).contains("console-session"));
        assert!(!town.gateway.cli_ok(&["user", "list"], "").contains("console/"), "{said:.90}");
        assert_eq!(town.callbacks(), 1);
    }
}

/// A provider that refuses somebody, and a console that does: nobody is sent around in circles.
#[test]
fn whom_the_provider_refuses_is_told_so_and_not_sent_there_again() {
    let town = Town::start(Raises::Renewed);
    let mut browser = town.browser();
    let state = begins(&mut browser);
    for query in [
        format!("error=access_denied&state={state}"),
        format!("code={}&state=other", code_of("alice")),
        "code=x".to_owned(),
    ] {
        let shown = browser.request("GET", &format!("/sso/callback?{query}"), LED, "");
        assert_eq!((shown.status, browser.session()), (401, None), "{query}: {}", shown.text());
    }
    assert_eq!(town.callbacks(), 3);
}

/// pages of others send people back; what they load sends nobody.
#[test]
fn only_a_person_s_way_to_a_page_is_a_way_back_a116() {
    let town = Town::start(Raises::Renewed);
    let mut browser = town.browser();
    let state = begins(&mut browser);
    let target = format!("/sso/callback?code={}&state={state}", code_of("alice"));
    for (from, to) in [
        ("navigate", "no-cors"),
        ("navigate", "cors"),
        ("document", "image"),
        ("document", "iframe"),
        ("Sec-Fetch-Dest: document", "Sec-Fetch-Dest: document\r\nSec-Fetch-Dest: image"),
    ] {
        let headers = LED.replace(from, to);
        let answer = browser.clone().request("GET", &target, &headers, "");
        assert_eq!(answer.status, 403, "{to}: {}", answer.text());
    }
    assert_eq!(town.callbacks(), 0);
    assert_eq!(browser.request("GET", &target, LED, "").status, 303);
}

/// who comes back begins anew, and what could be a way back to any reader is one, or is refused.
#[test]
fn another_s_way_back_never_makes_a_session_theirs_a134() {
    for raises in [Raises::Renewed, Raises::InPlace] {
        let town = Town::start(raises);
        town.enrolled("bob");
        let (mut alice, _) = town.enrolled("alice");
        let state = begins(&mut alice);
        let code = code_of("bob");
        let before = town.callbacks();
        let form = "Content-Type: application/x-www-form-urlencoded\r\n";
        for (method, query, headers, body) in [
            ("GET", format!("c%6Fde={code}&state={state}&code=x"), "", ""),
            ("GET", format!("code={code}&code=x&state={state}"), "", ""),
            ("GET", format!("Code={code}&state={state}"), "", ""),
            ("GET", format!("x=1;code={code}&state={state}"), "", ""),
            ("HEAD", format!("code={code}&state={state}"), "", ""),
            ("PUT", format!("code={code}&state={state}"), "", ""),
            ("POST", String::new(), form, "code=x"),
            ("POST", String::new(), "Content-Type: text/plain\r\n", "x"),
        ] {
            let own =
                "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: same-origin\r\n";
            let target = format!("/sso/callback?{query}");
            let answer = alice.clone().request(method, &target, &format!("{own}{headers}"), body);
            assert_eq!(answer.status, 400, "{method} {query}: {}", answer.text());
        }
        assert_eq!(town.callbacks(), before);
        assert_eq!(alice.clone().get("/home").text(), "PAGE of alice at /home");
        // The real one ends hers before the console is asked.
        let copied = alice.clone();
        let target = format!("/sso/callback?code={code}&state={state}");
        let back = alice.request("GET", &target, LED, "");
        assert!(location(&back).starts_with(&format!("{PAGES}/challenge")), "{}", back.text());
        for mut browser in [alice, copied] {
            let answer = browser.get("/home");
            assert!(!answer.text().contains("PAGE"), "{}", answer.text());
        }
    }
}

/// Where the console raises the session it has, nobody keeps one that it raised to nobody knows whom.
#[test]
fn a_way_back_that_names_nobody_ends_the_session_it_came_with() {
    let town = Town::start(Raises::InPlace);
    let (mut alice, _) = town.enrolled("alice");
    let state = begins(&mut alice);
    town.console.says_who("nonsense\r\n\r\n");
    let target = format!("/sso/callback?code={}&state={state}", code_of("bob"));
    let copied = alice.clone();
    assert_eq!(alice.request("GET", &target, LED, "").status, 502);
    for mut browser in [alice, copied] {
        let answer = browser.get("/home");
        assert!(!answer.text().contains("PAGE"), "{}", answer.text());
    }
}

#[test]
fn where_no_more_is_asked_for_the_provider_is_enough_but_for_nothing_stronger_s4_4() {
    let section =
        SECTION.replace("        start", "        second_factor: not_asked\n        start");
    let town = Town::of(Raises::Renewed, &section);
    let mut browser = town.browser();
    let back = comes_back(&mut browser, "alice");
    let released = browser.follow(&back);
    assert_eq!((released.status, released.header("location")), (302, Some("/home")));
    assert_eq!(browser.get("/home").text(), "PAGE of alice at /home");
    let stronger = browser.get("/admin");
    assert!(location(&stronger).starts_with(PAGES), "{} {}", stronger.status, stronger.text());
}

/// where people come back with a form, a way back in an address is none, in a session and before.
#[test]
fn where_people_come_back_with_a_form_an_address_brings_nobody_a134() {
    for start in ["/sso", "/sso/callback"] {
        let callback = "callback: { path: /sso/callback, method: POST }";
        let section = SECTION.replace("callback: { path: /sso/callback }", callback);
        let section = section.replace("start: /sso\n", &format!("start: {start}\n"));
        let town = Town::of(Raises::InPlace, &section);
        let mut browser = town.browser();
        let way_back = |browser: &mut Browser, user: &str| {
            let begun = browser.get("/sso?failed");
            let state = match begun.header("location") {
                Some(to) if to.contains("state=") => to.split("state=").nth(1).unwrap().to_owned(),
                _ => begins(browser),
            };
            format!("code={}&state={state}", code_of(user))
        };
        if start == "/sso" {
            let said = way_back(&mut browser, "alice");
            let form = format!("{LED}Content-Type: application/x-www-form-urlencoded\r\n");
            let back = browser.request("POST", "/sso/callback", &form, &said);
            assert!(location(&back).starts_with(&format!("{PAGES}/enrol")), "{}", back.text());
            let mut alice = Person::named("alice");
            let done = browser.enrol(&mut alice);
            browser.follow(&done);
            assert_eq!(browser.get("/home").text(), "PAGE of alice at /home");
            let said = way_back(&mut browser, "bob");
            let before = town.callbacks();
            for (method, query) in [
                ("GET", said.as_str()),
                ("HEAD", said.as_str()),
                ("GET", "SAMLResponse=x"),
                ("GET", "x"),
            ] {
                let target = format!("/sso/callback?{query}");
                let answer = browser.clone().request(method, &target, LED, "");
                assert_eq!(answer.status, 400, "{method} {query}");
            }
            assert_eq!(town.callbacks(), before);
            assert_eq!(browser.get("/home").text(), "PAGE of alice at /home");
        }
        // Nor does it come to the page at which the way begins, should that be the same path.
        let mut stranger = town.browser();
        let before = town.callbacks();
        let answer = stranger.request("GET", "/sso/callback?code=code-for-bob-canary", LED, "");
        assert_eq!((answer.status, town.callbacks()), (303, before), "{start}: {}", answer.text());
    }
}

/// Who has signed in is who the console's session says, whatever else a browser brings along.
#[test]
fn only_the_console_s_session_says_who_came_back_a134() {
    for cookie in [("REMEMBER", "alice"), ("x", "\u{e9}")] {
        let town = Town::start(Raises::InPlace);
        town.console.calls_strangers("guest");
        let mut browser = town.browser();
        begins(&mut browser);
        browser.jar.push((cookie.0.to_owned(), cookie.1.to_owned()));
        comes_back(&mut browser, "bob");
        let listed = town.gateway.cli_ok(&["user", "list"], "");
        assert!(!listed.contains("console/alice") && !listed.contains("guest"), "{listed}");
        assert!(listed.contains("console/bob"), "{cookie:?}: {listed}");
    }
}

/// No link signs anybody out: a provider that vouches for nobody ends nothing.
#[test]
fn a_link_that_says_that_the_provider_refuses_ends_no_session() {
    let town = Town::start(Raises::InPlace);
    let (mut alice, _) = town.enrolled("alice");
    let before = town.callbacks();
    let shown = alice.request("GET", "/sso/callback?error=access_denied", LED, "");
    assert_eq!((shown.status, town.callbacks()), (401, before), "{}", shown.text());
    assert_eq!(alice.get("/home").text(), "PAGE of alice at /home");
}

/// A way back has no body, however it is announced.
#[test]
fn a_way_back_in_an_address_brings_no_body_a134() {
    let town = Town::start(Raises::Renewed);
    let mut browser = town.browser();
    let state = begins(&mut browser);
    let target = format!("/sso/callback?code={}&state={state}", code_of("alice"));
    for kind in ["text/plain", "application/x-www-form-urlencoded"] {
        let headers = format!("{LED}Content-Type: {kind}\r\n");
        let answer = browser.clone().request("GET", &target, &headers, "code=x");
        assert!(answer.status >= 300 && !answer.text().contains("PAGE"), "{}", answer.status);
    }
    assert_eq!(town.callbacks(), 0);
}
