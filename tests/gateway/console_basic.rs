//! A console that asks for HTTP Basic: our page asks, the console says who is right, and learns it again with every
//! request of theirs; nothing else that anybody sends ever looks like it.

use data_encoding::BASE64;

use crate::support::Latch;
use crate::support::basic_console::BasicConsole;
use crate::support::basic_console::is_probe;
use crate::support::basic_console::told_by;
use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::form_of;
use crate::support::browser::location;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::h2::H2Client;
use crate::support::h2::Last;
use crate::support::html::Form;
use crate::support::legacy::password_of;
use crate::support::person::Person;
use crate::support::raw_client::RawClient;
use crate::support::raw_client::Response;
use crate::support::raw_client::Way;
use crate::support::recorder::Recorded;
use crate::support::recorder::Recorder;

const REALM: &str = "WWW-Authenticate: Basic realm=\"console\"\r\n";

const PAIR: &str = "Www-Authenticate: Basic\r\nWWW-AUTHENTICATE: Bearer, Basic realm=\"x\"\r\n";

struct Town {
    console: BasicConsole,
    recorder: Recorder,
    gateway: Gateway,
}

impl Town {
    fn start() -> Self {
        Self::with(1000, "{}")
    }

    /// With a console that locks after so many wrong passwords, and these keys of the section.
    fn with(limit: usize, keys: &str) -> Self {
        Self::of(limit, keys, |setup| setup)
    }

    fn of(limit: usize, keys: &str, change: impl FnOnce(Setup) -> Setup) -> Self {
        let (console, recorder) = BasicConsole::start(limit, PAIR);
        let setup = change(Setup::before(recorder.address()))
            .site_line(&format!("first_factor: {{ console_basic: {keys} }}"));
        let gateway = Gateway::start(&setup, &[]);
        Self { console, recorder, gateway }
    }

    fn browser(&self) -> Browser {
        Browser::new(&self.gateway)
    }

    /// The whole way of somebody who was never here.
    fn enrolled(&self, user: &str) -> (Browser, Person) {
        let mut browser = self.browser();
        let mut person = known(user);
        browser.sign_in(&mut person);
        (browser, person)
    }

    /// The probes with a password.
    fn guesses(&self) -> Vec<Recorded> {
        let requests = self.recorder.requests();
        requests.into_iter().filter(|one| is_probe(one) && told_by(one).is_some()).collect()
    }

    fn last(&self) -> Recorded {
        self.recorder.requests().pop().unwrap()
    }
}

/// Signs in with a code of the sheet.
fn comes_back(browser: &mut Browser, person: &mut Person) {
    browser.password(person, "/");
    let code = person.backup_codes.pop().unwrap();
    assert_eq!(browser.challenge("backup_code", &code).status, 303);
}

fn known(user: &str) -> Person {
    let mut person = Person::named(user);
    person.password = password_of(&user.to_lowercase());
    person
}

/// Types user name and password into our page.
fn types(browser: &mut Browser, user: &str, password: &str) -> Response {
    let page = browser.get(&format!("{PAGES}/sign-in"));
    browser.submit(&form_of(&page, "sign-in").with("login", user).with("password", password))
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64.encode(format!("{user}:{password}").as_bytes()))
}

/// What a probe says besides the password.
fn names_nobody(probe: &Recorded) {
    assert_eq!((probe.method().as_str(), probe.target().as_str()), ("GET", "/"));
    assert!(probe.values("cookie").is_empty() && probe.values("x-forwarded-user").is_empty());
    assert_eq!(probe.values("host"), [HOST]);
}

#[test]
fn our_page_asks_the_console_says_who_is_right_and_learns_it_with_every_request_s0_1() {
    let town = Town::start();
    let mut browser = town.browser();
    let sent = browser.get("/reports?x=1");
    assert_eq!(location(&sent), format!("{PAGES}/sign-in?next=/reports%3Fx%3D1"));
    assert_eq!(browser.fetch("/reports").status, 401);
    assert_eq!(town.recorder.count(), 0);
    let mut alice = known("Alice");
    let halfway = browser.password(&alice, "/reports");
    assert!(location(&halfway).starts_with(&format!("{PAGES}/enrol")), "{}", location(&halfway));
    // Asked without a password, with it, without one again, and nothing else.
    let probes = town.recorder.requests();
    assert!(probes.iter().all(is_probe) && probes.len() == 3, "{probes:?}");
    assert!([0, 2].iter().all(|&n| probes[n].values("authorization").is_empty()));
    assert_eq!(told_by(&probes[1]), Some(("Alice".to_owned(), password_of("alice"))));
    probes.iter().for_each(names_nobody);
    // with the password alone nothing reaches the console.
    assert!(location(&browser.clone().get("/reports")).contains("/challenge"));
    assert_eq!(town.recorder.count(), 3);
    let done = browser.enrol(&mut alice);
    let page = browser.follow(&done);
    assert_eq!(page.text(), "PAGE of Alice at /reports");
    assert!(page.all("www-authenticate").is_empty());
    let last = town.last();
    assert_eq!(last.values("x-forwarded-user"), ["alice"]);
    assert_eq!(last.values("authorization"), [basic("Alice", &password_of("alice"))]);
}

#[test]
fn whom_the_console_lets_in_has_an_account_of_that_source_and_no_password_here_a137() {
    let town = Town::start();
    let (mut browser, _) = town.enrolled("Alice");
    // What it said to nobody first is remembered.
    town.enrolled("bob");
    assert_eq!(town.recorder.requests().iter().filter(|one| is_probe(one)).count(), 5);
    let listed = town.gateway.cli_ok(&["user", "list"], "");
    assert!(listed.contains("console/alice") && listed.contains("console/bob"), "{listed}");
    // The password is the console's: it is not changed here.
    let account = browser.get(&format!("{PAGES}/account"));
    assert!(account.text().contains("alice") && !account.text().contains("account/password"));
    assert_eq!(browser.get(&format!("{PAGES}/account/password")).status, 404);
    let written = format!("{}{}", town.gateway.stderr(), town.gateway.stdout());
    let access = std::fs::read_to_string(town.gateway.path("access.log")).unwrap();
    for secret in [password_of("alice"), basic("Alice", &password_of("alice"))] {
        assert!(!written.contains(&secret) && !access.contains(&secret), "A-137");
    }
}

/// nothing that a browser says in `Authorization` reaches the console in somebody's session.
#[test]
fn what_a_browser_says_in_authorization_never_travels_in_a_session_a136() {
    let town = Town::of(1000, "{}", |setup| {
        setup
            .top("networks: { ci: [127.0.0.2/32] }\n")
            .site_line("  - { path: /machines, require: { proof: network, networks: [ci] } }")
    });
    let (mut alice, _) = town.enrolled("alice");
    let own = basic("alice", &password_of("alice"));
    let foreign = basic("root", &password_of("root"));
    for line in [
        format!("Authorization: {foreign}\r\n"),
        format!("AUTHORIZATION: {foreign}\r\nAuthorization: Bearer x\r\n"),
        format!("Authorization: {own}\r\nauthorization: {foreign}\r\n"),
        "Authorization: Negotiate abc\r\n".to_owned(),
        format!("Proxy-Authorization: {foreign}\r\nAuthorization:{foreign}\r\n"),
    ] {
        let headers = format!("Accept: text/html\r\nSec-Fetch-Mode: navigate\r\n{line}");
        let page = alice.request("GET", "/home", &headers, "");
        assert_eq!(page.text(), "PAGE of alice at /home", "{line}");
        assert_eq!(town.last().values("authorization"), [own.as_str()], "{line}");
        // Where nothing is asked for, nobody is named, and nobody's password is told.
        alice.request("GET", "/public/x", &headers, "");
        assert!(town.last().values("authorization").is_empty(), "{line}");
    }
    // Nor before there is a session.
    let headers = format!("Authorization: {foreign}\r\n");
    town.browser().request("GET", "/public/x", &headers, "");
    assert!(town.last().target() == "/public/x" && town.last().values("authorization").is_empty());
    // It opens nothing by itself.
    let before = town.recorder.count();
    let mut stranger = town.browser();
    assert_eq!(stranger.request("GET", "/home", &headers, "").status, 401);
    assert_eq!(town.recorder.count(), before);
    // A program's own is its own, and it gets nobody else's, whatever session it shows.
    let mut program = Browser::by(&town.gateway, Way::from(2));
    let answer = program.request("GET", "/machines/x", &headers, "");
    assert_eq!((answer.status, answer.all("www-authenticate").len()), (200, 0));
    assert_eq!(town.last().values("authorization"), [foreign.as_str()]);
    program.request("GET", "/machines/x", "", "");
    assert!(town.last().values("authorization").is_empty());
}

/// answers that are no clear yes, to a right password.
#[test]
fn what_is_no_clear_yes_signs_nobody_in_and_says_so_plainly_a133() {
    let refused = [
        ("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", 401, "do not match"),
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", 401, "no clear yes"),
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 401, "no clear yes"),
        ("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n", 401, "no clear yes"),
        ("HTTP/1.1 500 Oops\r\nContent-Length: 7\r\n\r\nwelcome", 401, "no clear yes"),
        ("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", 401, "no clear yes"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", 502, "console"),
        ("nonsense\r\n\r\n", 502, "console"),
        ("", 502, "console"),
    ];
    let town = Town::start();
    for (n, (answer, status, words)) in refused.iter().enumerate() {
        town.console.answers_probes(answer);
        let (mut browser, user) = (town.browser(), format!("user-{n}"));
        let shown = types(&mut browser, &user, &password_of(&user));
        assert_eq!(shown.status, *status, "{answer:?}: {}", shown.text());
        // It is said on the page, where the next attempt is made.
        assert!(shown.text().contains(words), "{answer:?}: {}", shown.text());
        assert!(shown.text().contains(&format!("value=\"{user}\"")), "{answer:?}");
        assert!(shown.all("www-authenticate").is_empty() && browser.session().is_none());
        assert_eq!(browser.get("/home").status, 303, "{answer:?}");
    }
    assert_eq!(town.guesses().len(), refused.len(), "each was asked once");
    assert!(!town.gateway.cli_ok(&["user", "list"], "").contains("user-"));
}

/// What answers everybody alike says nothing about a password.
#[test]
fn a_console_that_asks_nobody_for_a_password_lets_nobody_in_a133() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
        "nonsense\r\n\r\n",
    ] {
        let town = Town::start();
        town.console.answers_nobody(answer);
        town.console.answers_probes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        let mut browser = town.browser();
        let shown = types(&mut browser, "alice", &password_of("alice"));
        assert!(matches!(shown.status, 401 | 502), "{answer:?}: {}", shown.status);
        assert!(browser.session().is_none(), "{answer:?}");
        assert_eq!(town.guesses().len(), 0, "{answer:?}: a password was sent for nothing");
    }
    // Signs of one's own are held against it as well.
    let keys = "{ probe: { path: /status?a=b, method: HEAD, success: { status: [200] } } }";
    let town = Town::with(1000, keys);
    town.console.answers_nobody("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    let mut browser = town.browser();
    assert_eq!(types(&mut browser, "alice", &password_of("alice")).status, 401);
    assert!(browser.session().is_none());
    assert_eq!((town.last().method(), town.last().target()), ("HEAD".into(), "/status?a=b".into()));
}

/// While it is mended it shows everybody one page, also those who give a wrong password.
#[test]
fn a_console_that_asks_nobody_any_more_lets_nobody_in_a133() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: /maintenance\r\nContent-Length: 0\r\n\r\n",
    ] {
        let town = Town::start();
        types(&mut town.browser(), "alice", "wrong");
        assert_eq!(town.guesses().len(), 1, "it asks, and that is remembered");
        town.console.answers_nobody(answer);
        town.console.answers_probes(answer);
        let mut browser = town.browser();
        let shown = types(&mut browser, "alice", "anything");
        assert_eq!(shown.status, 401, "{answer:?}");
        assert!(browser.session().is_none(), "{answer:?}");
        // Forgotten at once: the next password is not even sent.
        let sent = town.guesses().len();
        types(&mut browser, "bob", &password_of("bob"));
        assert_eq!(town.guesses().len(), sent, "{answer:?}");
    }
}

#[test]
fn a_console_is_asked_as_the_operator_says_and_its_signs_count() {
    let keys = "{ source: desk, probe: { path: /status?a=b, method: HEAD, success: { status: [200], headers: { Content-Type: text/* } } } }";
    let town = Town::with(1000, keys);
    let (mut browser, _) = town.enrolled("alice");
    assert_eq!(browser.get("/home").text(), "PAGE of alice at /home");
    let asked = town.guesses().pop().unwrap();
    assert_eq!((asked.method(), asked.target()), ("HEAD".to_owned(), "/status?a=b".to_owned()));
    assert!(town.gateway.cli_ok(&["user", "list"], "").contains("desk/alice"));
}

#[test]
fn a_console_that_is_slow_or_down_is_told_plainly_and_signs_nobody_in() {
    let mut town = Town::start();
    town.enrolled("bob");
    let latch = Latch::default();
    town.console.holds_probes(&latch);
    let mut browser = town.browser();
    let shown = types(&mut browser, "alice", &password_of("alice"));
    latch.open();
    assert_eq!(shown.status, 504, "{}", shown.text());
    assert!(shown.text().contains("too long") && browser.session().is_none());
    let closed = std::mem::replace(&mut town.recorder, Recorder::start());
    drop(closed);
    let shown = types(&mut browser, "alice", &password_of("alice"));
    assert!(matches!(shown.status, 502 | 503), "{} {}", shown.status, shown.text());
    assert!(!form_of(&shown, "sign-in").fields.is_empty() && browser.session().is_none());
}

/// the console's own lock-out is not reached, by nobody's guessing and under no spelling.
#[test]
fn guessing_through_the_gateway_never_reaches_the_consoles_lock_out_a124() {
    let town = Town::with(3, "{ attempts: 2 }");
    town.enrolled("alice");
    for user in ["alice", "stranger"] {
        let before = town.guesses().len();
        let mut told = Vec::new();
        for n in 0..24_u8 {
            let (upper, padded) = (user.to_uppercase(), format!(" {user} "));
            let name = [user, &upper, &padded][usize::from(n) % 3];
            let mut browser = Browser::by(&town.gateway, Way::from(10 + n));
            told.push(types(&mut browser, name, &format!("guess-{n}")).status);
        }
        assert_eq!(told[..2], [401, 401], "{user}");
        assert!(told[2..].iter().all(|&status| status == 429), "{user}: {told:?}");
        assert_eq!(town.guesses().len() - before, 2, "{user}");
        assert!(!town.console.has_locked(), "{user}");
    }
    // Others are not held up.
    town.enrolled("bob");
    assert_eq!(types(&mut town.browser(), "alice", &password_of("alice")).status, 429);
}

/// Some consoles lock everybody out when enough wrong passwords have come, whoever they were for.
#[test]
fn all_guesses_together_are_bounded_too_and_a_right_password_begins_anew_a124() {
    let town = Town::with(1000, "{ attempts_by_all: 4 }");
    let (mut browser, mut alice) = town.enrolled("alice");
    browser.sign_out();
    for n in 0..3_u8 {
        let mut browser = Browser::by(&town.gateway, Way::from(10 + n));
        assert_eq!(types(&mut browser, &format!("user-{n}"), "guess").status, 401);
    }
    browser.sign_in(&mut alice);
    let before = town.guesses().len();
    for n in 0..8_u8 {
        let mut browser = Browser::by(&town.gateway, Way::from(20 + n));
        let status = types(&mut browser, &format!("other-{n}"), "guess").status;
        assert_eq!(status, if n < 4 { 401 } else { 429 }, "{n}");
    }
    assert_eq!(town.guesses().len() - before, 4);
}

#[test]
fn the_same_wrong_password_typed_again_does_not_reach_the_console() {
    let town = Town::start();
    let mut browser = town.browser();
    for user in ["alice", "alice", " alice "] {
        assert_eq!(types(&mut browser, user, "wrong").status, 401);
    }
    assert_eq!(town.guesses().len(), 1);
    assert_eq!(types(&mut browser, "alice", "wrong too").status, 401);
    assert_eq!(types(&mut browser, "bob", "wrong").status, 401);
    assert_eq!(town.guesses().len(), 3);
    let halfway = types(&mut browser, "alice", &password_of("alice"));
    assert!(location(&halfway).contains("/enrol"));
}

/// RFC 7617 §2: what cannot be sent, or could be read as another user's, reaches no console.
#[test]
fn what_cannot_be_told_clearly_is_not_told_and_other_letters_are() {
    let town = Town::start();
    let mut browser = town.browser();
    for (user, password) in [
        ("alice:open-alice-sesame", "x"),
        ("alice", "a\nb"),
        ("alice", "a\u{7}b"),
        ("alice", "a\u{85}b"),
        ("al ice", "x"),
        ("desk/alice", "x"),
        ("аlice", "x"),
        ("alice", &"x".repeat(5000)),
    ] {
        let shown = types(&mut browser, user, password);
        assert!(matches!(shown.status, 400 | 401), "{user:?}: {}", shown.status);
    }
    assert_eq!(town.recorder.count(), 0);
    town.console.changes("alice", "pässwörd: £ 密");
    let mut alice = known("alice");
    alice.password = "pässwörd: £ 密".to_owned();
    browser.sign_in(&mut alice);
    assert_eq!(browser.get("/home").text(), "PAGE of alice at /home");
    assert_eq!(told_by(&town.last()).unwrap().1, alice.password);
}

/// what was told the console ends with the session, and with the process.
#[test]
fn what_the_console_was_told_ends_with_the_session_and_the_process_a137_a210() {
    let mut town = Town::start();
    let (mut browser, mut alice) = town.enrolled("alice");
    let stolen = browser.clone();
    browser.sign_out();
    let before = town.recorder.count();
    assert_eq!(stolen.clone().get("/home").status, 303, "it goes on after signing out");
    browser.sign_in(&mut alice);
    assert_eq!(browser.get("/home").status, 200);
    town.gateway.cli_ok(&["user", "disable", "console/alice"], "");
    assert_eq!(browser.get("/home").status, 303, "it goes on though an operator ended it");
    town.gateway.cli_ok(&["user", "enable", "console/alice"], "");
    comes_back(&mut browser, &mut alice);
    assert!(town.recorder.count() > before);
    // The session outlives a restart; the password does not.
    let mut browser = {
        town.gateway.restart();
        browser.moved_to(&town.gateway)
    };
    let (asleep, before) = (browser.clone(), town.recorder.count());
    let sent = browser.get("/home");
    assert_eq!(location(&sent), format!("{PAGES}/sign-in?next=/home"));
    assert!(sent.all("www-authenticate").is_empty());
    let script = asleep.clone().fetch("/api/x");
    assert_eq!(script.status, 401);
    assert_eq!(script.header("content-type"), Some("application/problem+json"));
    assert_eq!(town.recorder.count(), before, "it was asked without a password");
    comes_back(&mut browser, &mut alice);
    assert_eq!(browser.get("/home").text(), "PAGE of alice at /home");
}

/// A form that was sent meanwhile is offered again, as wherever somebody has to sign in.
#[test]
fn a_form_sent_after_a_restart_is_kept_until_its_sender_has_signed_in_a218() {
    let mut town = Town::start();
    let (browser, mut alice) = town.enrolled("alice");
    town.gateway.restart();
    let mut browser = browser.moved_to(&town.gateway);
    let before = town.recorder.count();
    let form = Form { action: "/save".to_owned(), fields: Vec::new() }.with("text", "long words");
    let page = browser.submit(&form);
    assert_eq!((page.status, town.recorder.count()), (401, before));
    let form =
        form_of(&page, "sign-in").with("login", "alice").with("password", &password_of("alice"));
    let page = browser.submit(&form);
    let form = form_of(&page, "challenge").with("method", "totp").with("code", &alice.next_code());
    let offered = browser.submit(&form);
    assert!(offered.text().contains("long words"), "{}", offered.text());
}

/// The console's own challenge reaches nobody.
#[test]
fn a_password_that_was_changed_there_ends_the_session_and_no_browser_sees_a_challenge_a136() {
    for (n, challenge) in [REALM, PAIR, "WWW-Authenticate: Basic\r\n"].iter().enumerate() {
        let (console, recorder) = BasicConsole::start(1000, challenge);
        let setup =
            Setup::before(recorder.address()).site_line("first_factor: { console_basic: {} }");
        let town = Town { console, recorder, gateway: Gateway::start(&setup, &[]) };
        let (mut browser, mut alice) = town.enrolled("alice");
        let (script, form) = (browser.clone(), browser.clone());
        town.console.changes("alice", &format!("new-{n}"));
        let before = town.recorder.count();
        let sent = browser.get("/home?a=b");
        assert_eq!(location(&sent), format!("{PAGES}/sign-in?next=/home%3Fa%3Db"), "{challenge}");
        assert!(sent.all("www-authenticate").is_empty() && browser.session().is_none());
        assert_eq!(town.recorder.count(), before + 1, "it was sent again");
        // The session is over: nothing more of it reaches the console.
        assert_eq!(script.clone().get("/home").status, 303);
        assert_eq!(form.clone().fetch("/home").status, 401);
        assert_eq!(town.recorder.count(), before + 1);
        assert_eq!(types(&mut browser, "alice", &password_of("alice")).status, 401, "the old one");
        alice.password = format!("new-{n}");
        browser.sign_in(&mut alice);
        assert_eq!(browser.get("/home").text(), "PAGE of alice at /home");
    }
}

#[test]
fn a_script_is_told_in_our_words_and_a_form_is_not_kept_that_the_console_has_seen_a136() {
    let town = Town::start();
    let (mut browser, mut alice) = town.enrolled("alice");
    town.console.changes("alice", "new");
    let answer = browser.fetch("/api/x");
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert!(answer.text().contains("challenge_url") && !answer.text().contains("wrong"));
    assert!(answer.all("www-authenticate").iter().all(|one| one.starts_with("Bearer ")));
    alice.password = "new".to_owned();
    browser.sign_in(&mut alice);
    town.console.changes("alice", "newer");
    let form = Form { action: "/save".to_owned(), fields: Vec::new() }.with("text", "long words");
    let page = browser.submit(&form);
    assert_eq!(page.status, 401);
    assert!(form_of(&page, "sign-in").field("kept").is_none_or(str::is_empty));
    assert!(page.all("www-authenticate").is_empty() && browser.session().is_none());
}

#[test]
fn people_who_come_at_once_never_get_each_others_password_a135() {
    let town = Town::start();
    let people: Vec<_> = ["alice", "bob", "carol"].map(|user| (user, town.enrolled(user).0)).into();
    std::thread::scope(|scope| {
        for (user, browser) in &people {
            for _ in 0..2 {
                let mut browser = browser.clone();
                scope.spawn(move || {
                    for n in 0..20 {
                        let page = browser.fetch(&format!("/page/{n}"));
                        assert_eq!(page.text(), format!("PAGE of {user} at /page/{n}"));
                    }
                });
            }
        }
    });
    for request in town.recorder.requests().iter().filter(|one| !is_probe(one)) {
        let (user, _) = told_by(request).unwrap();
        assert_eq!(request.values("x-forwarded-user"), [user]);
    }
}

#[test]
fn over_http_2_it_is_the_same_a136() {
    let town = Town::of(1000, "{}", Setup::tls);
    let (mut browser, _) = town.enrolled("alice");
    assert_eq!(browser.get("/home").text(), "PAGE of alice at /home");
    let trust = town.gateway.trust(&["h2"]).unwrap();
    let ask = |cookie: &str, foreign: &str| {
        let mut h2 = H2Client::over(RawClient::tls(town.gateway.listener("https"), &trust));
        let fields = [
            (":method", "GET"),
            (":scheme", "https"),
            (":authority", HOST),
            (":path", "/home"),
            ("cookie", cookie),
            ("authorization", foreign),
            ("accept", "application/json"),
        ];
        let stream = h2.open(&fields, Last::Yes);
        h2.ended(stream).answer().unwrap().clone()
    };
    let cookie = browser.cookie_line();
    let cookie = cookie.trim().trim_start_matches("Cookie: ");
    let foreign = basic("root", &password_of("root"));
    assert_eq!(ask(cookie, &foreign).text(), "PAGE of alice at /home");
    assert_eq!(town.last().values("authorization"), [basic("alice", &password_of("alice"))]);
    town.console.changes("alice", "new");
    let answer = ask(cookie, &foreign);
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert!(answer.all("www-authenticate").iter().all(|one| one.starts_with("Bearer ")));
}

#[test]
fn whom_no_operator_knows_is_not_let_in_where_that_is_the_rule_a139() {
    let town = Town::with(1000, "{ unknown_users: refuse }");
    let mut browser = town.browser();
    let shown = types(&mut browser, "alice", &password_of("alice"));
    assert_eq!(shown.status, 401);
    assert!(browser.session().is_none());
    assert!(!town.gateway.cli_ok(&["user", "list"], "").contains("alice"));
    // An account of the gateway's own is another person.
    town.gateway.add(&Person::named("bob"));
    let shown = types(&mut browser, "bob", &Person::named("bob").password);
    assert_eq!(shown.status, 401);
}
