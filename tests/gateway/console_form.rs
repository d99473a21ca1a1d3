//! The console's own login form as the first factor: first login, second factor, work, logout; and what an attacker
//! who has the password gets without the second one, which is nothing.

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
use crate::support::legacy::Legacy;
use crate::support::legacy::Raises;
use crate::support::legacy::Town;
use crate::support::legacy::cookie_of;
use crate::support::legacy::password_of;
use crate::support::person::Person;
use crate::support::raw_client::RawClient;
use crate::support::raw_client::Response;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorder;

/// How the console of these tests logs in. A failure is its own page.
const CONSOLE: &str = "\
first_factor:
      console_form:
        page: /login
        public: [=/style.css]
        login: { path: /login, user_field: user }
        success: { status: [302], location: /home }
        failure: { status: [200], headers: { X-Login: \"no\" } }
        logout: { path: /logout, methods: [POST] }
    session_cookies: [SID]";

fn start(raises: Raises) -> Town {
    Town::with(raises, CONSOLE)
}

/// The whole way of somebody who was never here: the browser, and the person with their app.
fn enrolled(town: &Town, user: &str) -> (Browser, Person) {
    let mut browser = town.browser();
    let mut person = Person::named(user);
    let answer = logs_in(&mut browser, user);
    assert_eq!(location(&answer), format!("{PAGES}/enrol?next={PAGES}/continue"));
    let done = browser.enrol(&mut person);
    assert_eq!(location(&done), format!("{PAGES}/continue"));
    let released = browser.get(&location(&done));
    assert_eq!((released.status, released.header("location")), (302, Some("/home")));
    (browser, person)
}

/// How many logins reached the console.
fn logins(town: &Town) -> usize {
    town.recorder.requests().iter().filter(|one| one.method() == "POST").count()
}

/// Opens the console's login page and sends the right password.
fn logs_in(browser: &mut Browser, user: &str) -> Response {
    let page = browser.get("/login");
    assert!(page.text().contains("LOGIN PAGE"), "{} {}", page.status, page.text());
    browser.submit(&login(user, &password_of(&user.to_lowercase())))
}

fn login(user: &str, password: &str) -> Form {
    Form { action: "/login".to_owned(), fields: Vec::new() }
        .with("user", user)
        .with("password", password)
}

fn session_cookie(browser: &Browser) -> Option<String> {
    browser.jar.iter().find(|(name, _)| name == "SID").map(|(_, value)| value.clone())
}

#[test]
fn a_console_s_own_login_is_the_first_factor_and_the_second_one_opens_it_s0_1() {
    let town = start(Raises::Renewed);
    let mut browser = town.browser();
    let sent = browser.get("/reports?x=1");
    assert_eq!(location(&sent), "/login", "people sign in at the console");
    assert_eq!(location(&browser.get(&format!("{PAGES}/sign-in"))), "/login");
    assert_eq!(town.recorder.count(), 0);
    assert_eq!(browser.get("/style.css").status, 200, "what belongs to the page is served");
    let (mut browser, _) = enrolled(&town, "alice");
    let page = browser.get("/home");
    assert_eq!(page.text(), "PAGE of alice at /home");
    let last = town.recorder.requests().pop().unwrap();
    assert_eq!(last.values("x-forwarded-user"), ["alice"]);
    assert!(cookie_of(&last).unwrap().starts_with("console-session-"), "the console's own");
    // The login was sent once, byte for byte.
    let sent: Vec<_> =
        town.recorder.requests().into_iter().filter(|one| one.method() == "POST").collect();
    assert_eq!(sent.len(), 1, "A-138");
    assert_eq!(sent[0].body, format!("user=alice&password={}", password_of("alice")).as_bytes());
    assert!(
        sent[0].values("x-forwarded-user").is_empty()
            && sent[0].values("portcullis-assertion").is_empty()
    );
    assert_eq!(sent[0].values("accept-encoding"), ["identity"]);
    // No browser ever has a cookie that the console would know.
    for cookie in town.legacy.cookies() {
        assert!(!browser.jar.iter().any(|(_, value)| value.contains(&cookie)));
    }
    // Nor does any log have the password.
    let written = town.gateway.stderr();
    assert!(!written.contains(&password_of("alice")), "A-137");
}

/// who has only the password has nothing of the console's.
#[test]
fn with_the_password_alone_nothing_of_the_console_is_seen_a135_a206() {
    for raises in [Raises::Renewed, Raises::InPlace] {
        let town = start(raises);
        let (_, _) = enrolled(&town, "alice");
        let mut thief = town.browser();
        let answer = logs_in(&mut thief, "alice");
        assert_eq!(location(&answer), format!("{PAGES}/challenge?next={PAGES}/continue"));
        assert!(!answer.text().contains("alice"), "{}", answer.text());
        let cookies_with_session = thief.clone();
        let mut without_session = thief.clone();
        without_session.jar.retain(|(name, _)| name == "SID");
        let before = town.recorder.count();
        let mut halfway = cookies_with_session;
        for target in ["/home", "/login", "/", "/style.css", "/api/x"] {
            let answer = halfway.get(target);
            assert_eq!(answer.status, 303, "{raises:?} {target} {}", answer.text());
        }
        for page in ["continue", "account"] {
            let answer = halfway.get(&format!("{PAGES}/{page}"));
            assert!(location(&answer).contains("/challenge"), "{raises:?} {page}");
        }
        assert_eq!(town.recorder.count(), before, "A-206: halfway, something reached the console");
        // Without the gateway's session, with the cookie that the console raised.
        for target in ["/login", "/style.css"] {
            let answer = without_session.clone().get(target);
            assert_eq!(answer.text(), "LOGIN PAGE", "{raises:?} {target}: it is somebody's");
        }
        assert_eq!(without_session.get("/home").status, 303);
        // A second login with it is sent without it: the first one used it up.
        let again = without_session.submit(&login("alice", "wrong"));
        assert_eq!(again.text(), "WRONG PASSWORD");
        let last = town.recorder.requests().pop().unwrap();
        assert_eq!(cookie_of(&last), None, "{raises:?}: the raised cookie travelled");
    }
}

/// answers that merely look successful.
#[test]
fn what_merely_looks_like_success_signs_nobody_in_a133() {
    let town = start(Raises::Renewed);
    let set = "Set-Cookie: SID=stolen-canary; Path=/\r\n";
    let answers = [
        format!("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n{set}\r\n"),
        format!("HTTP/1.1 302 Found\r\nLocation: /home.\r\nContent-Length: 0\r\n{set}\r\n"),
        format!(
            "HTTP/1.1 302 Found\r\nLocation: //evil.example/home\r\nContent-Length: 0\r\n{set}\r\n"
        ),
        format!(
            "HTTP/1.1 302 Found\r\nLocation: /home\r\nLocation: /login\r\nContent-Length: 0\r\n{set}\r\n"
        ),
        format!("HTTP/1.1 303 See Other\r\nLocation: /home\r\nContent-Length: 0\r\n{set}\r\n"),
        format!("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n{set}\r\nlogin succeeded"),
        format!("HTTP/1.1 200 OK\r\nX-Login: yes\r\nContent-Length: 7\r\n{set}\r\nwelcome"),
        format!("HTTP/1.1 304 Not Modified\r\n{set}\r\n"),
        format!(
            "HTTP/1.1 302 Found\r\nLocation: /home\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n{set}\r\n"
        ),
        format!(
            "HTTP/1.1 302 Found\r\nLocation: /home\r\nContent-Range: bytes 0-1/9\r\nContent-Length: 0\r\n{set}\r\n"
        ),
        format!("HTTP/1.1 500 Oops\r\nLocation: /home\r\nContent-Length: 0\r\n{set}\r\n"),
        format!(
            "HTTP/1.1 302 Found\r\nLocation: /home\r\nX-Login: no\r\nContent-Length: 70000\r\n{set}\r\n{}",
            "x".repeat(70_000)
        ),
    ];
    for (n, answer) in answers.iter().enumerate() {
        town.legacy.answers_logins(answer);
        let mut browser = town.browser();
        browser.get("/login");
        let shown = browser.submit(&login(&format!("user-{n}"), "x"));
        assert_eq!(shown.status, 401, "{answer:?}: {}", shown.text());
        assert!(shown.text().contains("Not signed in") && !shown.text().contains("welcome"));
        assert!(browser.session().is_none(), "{answer:?}");
        assert!(!shown.fields.iter().any(|(_, value)| value.contains("canary")), "{answer:?}");
        assert_eq!(browser.get("/home").status, 303);
    }
    // It is the answer that decides: the one that it should be lets anybody in.
    let yes = format!("HTTP/1.1 302 Found\r\nLocation: /home\r\nContent-Length: 0\r\n{set}\r\n");
    town.legacy.answers_logins(&yes);
    let mut browser = town.browser();
    browser.get("/login");
    browser.submit(&login("user-0", "x"));
    assert!(browser.session().is_some());
    // Broken off in the middle: told plainly, sent once, nobody signed in.
    for cut in [
        "",
        "HTTP/1.1 302 Fo",
        "HTTP/1.1 302 Found\r\nLocation: /home\r\nContent-Length: 9\r\n\r\nhalf",
        "nonsense\r\n\r\n",
    ] {
        town.legacy.answers_logins(cut);
        let before = logins(&town);
        let mut browser = town.browser();
        browser.get("/login");
        let shown = browser.submit(&login("alice", "x"));
        assert_eq!(shown.status, 502, "{cut:?}: {}", shown.text());
        assert_eq!(logins(&town), before + 1, "{cut:?}: sent again");
        assert!(browser.session().is_none() && browser.get("/home").status == 303);
    }
}

/// a login that two readers could understand differently is not sent.
#[test]
fn a_login_that_could_name_two_people_reaches_no_console_a134() {
    let town = start(Raises::Renewed);
    let mut browser = town.browser();
    browser.get("/login");
    let before = town.recorder.count();
    let fields = "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: same-origin\r\n";
    let form = "application/x-www-form-urlencoded";
    for (target, kind, body) in [
        ("/login", form, "user=alice&user=bob&password=x"),
        ("/login", form, "user=alice&user[]=bob&password=x"),
        ("/login", form, "user=alice&USER=bob&password=x"),
        ("/login", form, "user=alice&%75ser=bob&password=x"),
        ("/login", form, "us%65r%00=alice&user=bob&password=x"),
        ("/login?user=bob", form, "user=alice&password=x"),
        ("/login", form, "user=al%FFice&password=x"),
        ("/login", form, "password=x"),
    ] {
        let headers = format!("{fields}Content-Type: {kind}\r\n");
        let answer = browser.request("POST", target, &headers, body);
        assert_eq!(answer.status, 400, "{target} {body}: {}", answer.text());
    }
    // Written in another way, it is no login: whoever sends it is asked to sign in.
    for kind in [
        "application/x-www-form-urlencoded; charset=utf-7",
        "application/json",
        "multipart/form-data; boundary=x",
        "text/plain",
    ] {
        let headers = format!("{fields}Content-Type: {kind}\r\n");
        let answer = browser.request("POST", "/login", &headers, "user=alice&password=x");
        assert_eq!(location(&answer), "/login", "{kind}");
    }
    for name in ["al ice", "al\"ice", "аlice", "desk/alice", ""] {
        let answer = browser.submit(&login(name, "x"));
        assert_eq!(answer.status, 401, "{name}");
    }
    let large = browser.submit(&login("alice", &"x".repeat(70_000)));
    assert_eq!(large.status, 413);
    assert_eq!(town.recorder.count(), before);
}

/// a cookie of the console's opens in its own session alone.
#[test]
fn a_console_s_cookie_travels_in_its_own_session_alone_a135() {
    let town = start(Raises::Renewed);
    let (mut alice, _) = enrolled(&town, "alice");
    let (bob, _) = enrolled(&town, "bob");
    let foreign = session_cookie(&bob).unwrap();
    let own = session_cookie(&alice).unwrap();
    let stolen = town.legacy.session_of("root");
    let mut edited = own.clone();
    edited.replace_range(10..11, if &own[10..11] == "A" { "B" } else { "A" });
    for value in [foreign.as_str(), stolen.as_str(), edited.as_str(), "", "x"] {
        for name in ["SID", "sid", "S%49D", " SID"] {
            let mut browser = alice.clone();
            browser.jar.retain(|(name, _)| name != "SID");
            browser.jar.push((name.to_owned(), value.to_owned()));
            let answer = browser.get("/home");
            assert_eq!(answer.header("location"), Some("/login"), "{name}={value}");
            let last = town.recorder.requests().pop().unwrap();
            assert_eq!(cookie_of(&last), None, "{name}={value} travelled");
        }
    }
    assert_eq!(alice.get("/home").text(), "PAGE of alice at /home");
    // With no session of the gateway's, whatever cookie there is.
    let mut nobody = town.browser();
    nobody.jar.push(("SID".to_owned(), stolen));
    assert_eq!(nobody.get("/home").status, 303);
    assert_eq!(nobody.get("/login").text(), "LOGIN PAGE");
}

/// before sign-in nothing travels in which the console could find another proof.
#[test]
fn the_sign_in_page_takes_no_other_proof_along_a136() {
    let town = start(Raises::Renewed);
    let mut browser = town.browser();
    let proofs = "Authorization: Basic YWxpY2U6eA==\r\nX-API-Key: k\r\nX-Forwarded-User: alice\r\n\
                  Remote-User: alice\r\nX-Auth-Token: t\r\n";
    let navigation =
        "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: same-origin\r\n";
    let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
    browser.request("GET", "/login", &format!("{navigation}{proofs}"), "");
    browser.request("GET", "/style.css", proofs, "");
    browser.request(
        "POST",
        "/login",
        &format!("{navigation}{kind}{proofs}"),
        "user=alice&password=x",
    );
    let seen = town.recorder.requests();
    assert_eq!(seen.len(), 3);
    for request in seen {
        for name in
            ["authorization", "x-api-key", "x-forwarded-user", "remote-user", "x-auth-token"]
        {
            assert!(request.values(name).is_empty(), "{} {name}", request.target());
        }
        assert_eq!(
            request.values("sec-fetch-site").len(),
            usize::from(request.target() == "/login")
        );
    }
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let mut client = town.gateway.connect();
    client.send(format!("GET /login HTTP/1.1\r\nHost: {HOST}\r\n{upgrade}\r\n").as_bytes());
    assert_eq!(client.response_to("GET").status, 401, "a tunnel is no page");
    for (method, target) in [
        ("POST", "/style.css"),
        ("OPTIONS", "/login"),
        ("PUT", "/login"),
        ("GET", "/login/x"),
        ("GET", "/style.css/x"),
    ] {
        assert_ne!(browser.request(method, target, "", "").status, 200, "{method} {target}");
    }
    assert_eq!(town.recorder.count(), 3);
}

#[test]
fn a_new_login_under_any_name_restarts_the_proof() {
    let town = start(Raises::Renewed);
    let (mut alice, _) = enrolled(&town, "alice");
    let (_, mut person) = enrolled(&town, "bob");
    let old = alice.clone();
    let answer = alice.submit(&login("bob", &password_of("bob")));
    assert_eq!(location(&answer), format!("{PAGES}/challenge?next={PAGES}/continue"));
    assert_eq!(alice.get("/home").status, 303, "bob is here with his password alone");
    assert_eq!(old.clone().get("/home").status, 303, "alice is not here any more");
    let code = person.next_code();
    let done = alice.challenge("totp", &code);
    // Wherever they were going, the console's answer comes first.
    assert_eq!(location(&done), "/home");
    assert_eq!(location(&alice.get("/home")), format!("{PAGES}/continue"));
    assert_eq!(alice.get(&format!("{PAGES}/continue")).header("location"), Some("/home"));
    let home = alice.get("/home");
    assert_eq!(home.text(), "PAGE of bob at /home", "{home:?} {:?}", alice.jar);
    // In disguise it is the same, or refused.
    let (carol, _) = enrolled(&town, "carol");
    let form = "application/x-www-form-urlencoded";
    let right = format!("user=bob&password={}", password_of("bob"));
    for (target, kind, body) in [
        ("/login/", form, right.as_str()),
        ("/login/x.php", form, right.as_str()),
        ("/login?x=y", form, right.as_str()),
        (
            "/login",
            "multipart/form-data; boundary=x",
            "--x\r\ncontent-disposition: form-data; name=user\r\n\r\nbob\r\n--x--\r\n",
        ),
        ("/login", "application/x-www-form-urlencoded; charset=latin1", right.as_str()),
        ("/login", "APPLICATION/X-WWW-FORM-URLENCODED", right.as_str()),
    ] {
        let mut browser = carol.clone();
        let headers = format!(
            "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: same-origin\r\nContent-Type: {kind}\r\n"
        );
        let answer = browser.request("POST", target, &headers, body);
        let console_took_it = browser.get("/home").text().contains("bob");
        assert!(!console_took_it, "{target} {kind}: {} {}", answer.status, answer.text());
    }
}

/// What is sent there does not reach the console, and the session goes on as hers.
fn refuses(alice: &Browser, method: &str, target: &str, kind: &str, body: &str) {
    let headers = format!(
        "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: same-origin\r\nContent-Type: {kind}\r\n"
    );
    let answer = alice.clone().request(method, target, &headers, body);
    assert_eq!(answer.status, 400, "{method} {target} {kind}: {}", answer.text());
    let page = alice.clone().get("/home").text();
    assert_eq!(page, "PAGE of alice at /home", "after {method} {target} {kind} {body:.40}");
}

/// What could be a login to any reader is one, or is refused: no session goes on as somebody else's.
#[test]
fn no_disguise_turns_one_person_s_session_into_another_s_a134() {
    let town = start(Raises::InPlace);
    let (alice, _) = enrolled(&town, "alice");
    let right = format!("user=bob&password={}", password_of("bob"));
    let json = format!("{{\"user\":\"bob\",\"password\":\"{}\"}}", password_of("bob"));
    let wide: String = json.chars().flat_map(|c| [c, '\0']).collect();
    let quoted =
        "--x\r\ncontent-disposition: form-data; name='user'\r\n\r\nbob\r\n--x--\r\n".to_owned();
    let long = format!("{}&{right}", "x=y&".repeat(20_000));
    let form = "application/x-www-form-urlencoded";
    let before = town.recorder.count();
    for (method, target, kind, body) in [
        ("POST", "/login", "multipart/form-data; boundary=x", &quoted),
        ("POST", "/login", "text/plain", &json),
        ("POST", "/login", "application/vnd.api+json", &json),
        ("POST", "/login", "application/json; charset=utf-16", &wide),
        ("POST", "/login;x=1", "text/plain", &json),
        ("PUT", "/login", "application/x-www-form-urlencoded; charset=latin1", &right),
        ("POST", &format!("/login?{right}"), form, &String::new()),
        ("POST", &format!("/login?{right}"), "application/json", &"{}".to_owned()),
        ("POST", "/login", "application/x-www-form-urlencoded; charset=iso-8859-1", &long),
        ("POST", "/login", form, &format!("{right}&x=1;user=alice")),
        ("POST", "/login", form, &format!("uſer=alice&{right}")),
        ("POST", "/login", "text/plain", &json.replace("user", "u\\u017Fer")),
        (
            "POST",
            "/login",
            "application/x-www-form-urlencoded; charset=latin1",
            &format!("{}&u%C5%BFer=bob", "x=y&".repeat(20_000)),
        ),
    ] {
        refuses(&alice, method, target, kind, body);
    }
    let gzip = "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nContent-Encoding: gzip\r\n";
    assert_eq!(alice.clone().request("POST", "/login", gzip, "x").status, 400);
    let seen = town.recorder.requests_from(before);
    assert!(
        seen.iter().all(|one| !String::from_utf8_lossy(&one.body).contains("sesame")),
        "{seen:?}"
    );
    assert_eq!(alice.clone().get("/home").text(), "PAGE of alice at /home");
}

/// Spellings of a name cannot all be listed: what is not understood as a whole stays out.
#[test]
fn what_cannot_be_read_in_one_way_does_not_reach_the_login_s_path_a134() {
    let town = start(Raises::InPlace);
    let (alice, _) = enrolled(&town, "alice");
    let right = format!("user=bob&password={}", password_of("bob"));
    let json = format!("{{\"user\":\"bob\",\"password\":\"{}\"}}", password_of("bob"));
    let part = |name: &str| {
        format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\nbob\r\n--x--\r\n")
    };
    let (split, harmless) = (part("us\r\ner"), part("x"));
    let form = "application/x-www-form-urlencoded";
    for (method, target, kind, body) in [
        ("POST", "/login", "text/plain", &"x".to_owned()),
        ("POST", "/login", form, &json),
        ("POST", "/login", "application/json", &format!("{{\"x\":\"&{right}&\"}}")),
        ("POST", "/login?%u0075ser=bob", form, &"x=y".to_owned()),
        ("POST", "/login", "multipart/form-data; boundary=x", &split),
        ("POST", "/login", "multipart/form-data; boundary=x; charset=utf-7", &harmless),
        ("POST", "/login", "multipart/form-data ; boundary=x", &harmless),
        ("PUT", "/login", form, &format!("{}x=%u0075", "x=y&".repeat(20_000))),
        ("POST", "/login", "application/json", &format!("[{}1]", "1,".repeat(40_000))),
    ] {
        refuses(&alice, method, target, kind, body);
    }
}

/// Bodies that wait nowhere are read while they pass.
#[test]
fn a_long_form_that_names_nobody_reaches_the_console_and_one_without_its_end_does_not() {
    let town = start(Raises::InPlace);
    let (mut browser, _) = enrolled(&town, "alice");
    let form = "application/x-www-form-urlencoded";
    let long = "x=y&".repeat(20_000);
    let headers = format!("Sec-Fetch-Site: same-origin\r\nContent-Type: {form}\r\n");
    assert_ne!(browser.request("POST", "/login", &headers, &long).status, 400);
    let file = format!(
        "--x\r\ncontent-disposition: form-data; name=\"f\"; filename=\"a.sql\"\r\ncontent-type: text/x-sql\r\n\r\n{}\r\n--x--\r\n",
        "-- y\n".repeat(20_000)
    );
    let headers =
        "Sec-Fetch-Site: same-origin\r\nContent-Type: multipart/form-data; boundary=x\r\n";
    assert_ne!(browser.request("POST", "/login", headers, &file).status, 400);
    let before = town.recorder.count();
    let cut = file.trim_end_matches("--\r\n");
    assert_eq!(browser.request("POST", "/login", headers, cut).status, 400, "no end");
    let seen = town.recorder.requests_from(before);
    assert!(seen.iter().all(|one| one.body.len() < cut.len()), "not as a whole");
}

/// Some consoles read cookies like fields: at the login's path there is nobody in them.
#[test]
fn a_login_finds_no_other_name_in_a_cookie_a134() {
    let town = start(Raises::InPlace);
    let (mut browser, _) = enrolled(&town, "alice");
    for (name, value) in [("user", "bob"), ("U.ser", "bob"), ("theme", "dark")] {
        browser.jar.push((name.to_owned(), value.to_owned()));
    }
    let told = || town.recorder.requests().pop().unwrap().values("cookie").join(";");
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    browser.request("POST", "/login/x", form, "password=x");
    assert!(told().contains("theme=dark") && !told().contains("bob"), "{}", told());
    browser.submit(&login("alice", "wrong"));
    assert!(told().contains("theme=dark") && !told().contains("bob"), "{}", told());
    browser.get("/home");
    assert!(told().contains("user=bob"), "elsewhere it is a cookie like any other");
}

/// Where the console raises the session it has, a login as somebody else ends this one before it is asked.
#[test]
fn a_login_as_somebody_else_ends_the_session_even_if_the_gateway_lets_nobody_in() {
    let town = start(Raises::InPlace);
    enrolled(&town, "dave");
    town.gateway.cli_ok(&["user", "disable", "console/dave"], "");
    let (mut alice, _) = enrolled(&town, "alice");
    let answer = alice.submit(&login("dave", &password_of("dave")));
    assert_eq!(answer.status, 401);
    assert_eq!(alice.get("/home").status, 303, "alice's session is dave's");
}

#[test]
fn what_waits_is_given_to_whoever_may_come_there_now() {
    let (legacy, recorder) = Legacy::start(Raises::Renewed);
    let setup = Setup::before(recorder.address()).site_line(CONSOLE).require("phishing_resistant");
    let town = Town { legacy, recorder, gateway: Gateway::start(&setup, &[]) };
    let mut browser = town.browser();
    let mut person = Person::named("alice");
    logs_in(&mut browser, "alice");
    browser.enrol(&mut person);
    let answer = browser.get(&format!("{PAGES}/continue"));
    assert!(location(&answer).starts_with(&format!("{PAGES}/challenge")), "{answer:?}");
    assert_eq!(session_cookie(&browser).filter(|value| value.starts_with('s')), None);
}

#[test]
fn somebody_with_two_names_has_one_account_unless_it_is_said_otherwise() {
    let town = start(Raises::Renewed);
    let mut browser = town.browser();
    let answer = logs_in(&mut browser, "alice@alias.example");
    assert_eq!(answer.status, 401, "an address is another name for somebody");
    assert_eq!(logins(&town), 0);
}

/// nothing in the address, nor in a body, before sign-in.
#[test]
fn the_sign_in_page_takes_no_proof_in_its_address_along_a136() {
    let town = start(Raises::Renewed);
    let mut browser = town.browser();
    for target in [
        "/login?user=alice&password=x",
        "/login?USER=alice",
        "/login?x=1;user=a",
        "/login?SID=x",
        "/login?s%69d=x",
    ] {
        assert_eq!(browser.get(target).status, 303, "{target}");
    }
    let kind = "Sec-Fetch-Mode: navigate\r\nAccept: text/html\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    assert_eq!(browser.request("GET", "/login", kind, "user=alice&password=x").status, 413);
    assert_eq!(town.recorder.count(), 0);
}

#[test]
fn signing_out_at_the_console_ends_the_session_and_its_streams_a210() {
    let town = start(Raises::Renewed);
    let (mut browser, _) = enrolled(&town, "alice");
    let stolen = browser.clone();
    let out = browser.submit(&Form { action: "/logout".to_owned(), fields: Vec::new() });
    assert_eq!((out.status, out.header("location")), (302, Some("/login")));
    assert_eq!(session_cookie(&browser), None, "the last cookie of a name counts");
    assert!(browser.session().is_none(), "the gateway's cookie is left");
    assert_eq!(stolen.clone().get("/home").status, 303, "the session goes on");
}

#[test]
fn signing_out_of_the_gateway_forgets_the_console_s_cookies_a210() {
    let town = start(Raises::Renewed);
    let (mut browser, _) = enrolled(&town, "alice");
    let stolen = session_cookie(&browser).unwrap();
    let mut copied = browser.clone();
    assert_eq!(copied.get("/home").text(), "PAGE of alice at /home");
    let out = browser.sign_out();
    assert_eq!(out.status, 303);
    assert_eq!(session_cookie(&browser), None);
    let before = town.recorder.count();
    assert_eq!(location(&copied.get("/home")), "/login");
    assert_eq!(town.recorder.count(), before, "it goes on with all that was copied");
    let mut other = enrolled(&town, "alicia").0;
    other.jar.retain(|(name, _)| name != "SID");
    other.jar.push(("SID".to_owned(), stolen));
    assert_eq!(other.get("/home").header("location"), Some("/login"));
}

#[test]
fn a_wrong_password_shows_the_console_s_own_page_and_the_next_try_works() {
    for raises in [Raises::Renewed, Raises::InPlace] {
        let town = start(raises);
        let (_, mut person) = enrolled(&town, "alice");
        let mut browser = town.browser();
        browser.get("/login");
        let wrong = browser.submit(&login("alice", "wrong"));
        assert_eq!((wrong.status, wrong.text().as_str()), (200, "WRONG PASSWORD"));
        assert!(browser.session().is_none());
        let right = browser.submit(&login("alice", &password_of("alice")));
        assert_eq!(location(&right), format!("{PAGES}/challenge?next={PAGES}/continue"));
        let code = person.next_code();
        let done = browser.challenge("totp", &code);
        browser.get(&location(&done));
        assert_eq!(browser.get("/home").text(), "PAGE of alice at /home", "{raises:?}");
        assert!(location(&browser.get(&format!("{PAGES}/continue"))) == "/", "it is given once");
    }
}

#[test]
fn a_script_that_signs_in_is_told_to_before_the_console_is_asked_ruling_12() {
    let town = start(Raises::Renewed);
    let mut browser = town.browser();
    browser.get("/login");
    let before = town.recorder.count();
    let headers = "Accept: application/json\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let answer = browser.request("POST", "/login", headers, "user=alice&password=x");
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let headers = "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: cross-site\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let answer = browser.request("POST", "/login", headers, "user=alice&password=x");
    assert_eq!(answer.status, 403, "another site's page signs somebody in");
    assert_eq!(town.recorder.count(), before);
}

/// As phpMyAdmin does, for its own safety: browsers then send `Origin: null` with its form.
#[test]
fn a_login_page_that_tells_no_referrer_signs_in_all_the_same_a116() {
    let town = start(Raises::Renewed);
    let mut browser = town.browser();
    browser.get("/login");
    let right = login("alice", &password_of("alice"));
    let fields = "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nOrigin: null\r\n";
    let before = town.recorder.count();
    for said in ["cross-site", "same-site", "none", "same-origin\r\nSec-Fetch-Site: cross-site"] {
        let headers = format!("{fields}Sec-Fetch-Site: {said}\r\n");
        assert_eq!(browser.clone().submit_with(&right, &headers).status, 403, "{said}");
    }
    assert_eq!(browser.clone().submit_with(&right, fields).status, 403, "nobody vouches for it");
    assert_eq!(town.recorder.count(), before);
    let headers = format!("{fields}Sec-Fetch-Site: same-origin\r\n");
    let answer = browser.submit_with(&right, &headers);
    assert_eq!(location(&answer), format!("{PAGES}/enrol?next={PAGES}/continue"));
}

/// one person, one budget, whatever the spelling.
#[test]
fn guesses_are_charged_before_the_console_is_asked_and_no_spelling_has_its_own_a124() {
    let town = start(Raises::Renewed);
    enrolled(&town, "alice");
    let before = logins(&town);
    let mut told = None;
    for n in 0..60 {
        let name = ["alice", "ALICE", "Alice", " alice ", "ａｌｉｃｅ"][n % 5];
        let mut browser = town.browser();
        let answer = browser.submit(&login(name, "wrong"));
        if answer.status == 429 {
            told = answer.header("retry-after").map(ToOwned::to_owned);
            break;
        }
    }
    assert!(told.is_some_and(|wait| wait.parse::<u64>().unwrap() > 0), "nobody is slowed down");
    let asked = logins(&town) - before;
    assert!(asked < 20, "{asked} guesses reached the console");
    let answer = town.browser().submit(&login("alice", &password_of("alice")));
    assert_eq!(answer.status, 429);
    assert_eq!(logins(&town) - before, asked);
}

#[test]
fn whom_the_console_lets_in_gets_an_account_of_that_source_once_s0_22() {
    let town = start(Raises::Renewed);
    town.gateway.add(&Person::named("alice"));
    enrolled(&town, "Alice");
    let shown = town.gateway.cli_ok(&["user", "list"], "");
    assert_eq!(shown.matches("console/alice").count(), 1, "{shown}");
    // An operator's acts reach them by that name.
    let out = town.gateway.cli_ok(&["user", "disable", "console/alice"], "");
    assert!(out.contains("console/alice"), "{out}");
    let mut browser = town.browser();
    let answer = logs_in(&mut browser, "alice");
    assert_eq!(answer.status, 401, "a disabled person");
    assert!(
        browser.session().is_none() && session_cookie(&browser).is_some_and(|c| c.starts_with('b'))
    );
}

#[test]
fn where_accounts_are_an_operator_s_nobody_else_is_let_in_a139() {
    let lines = CONSOLE.replace("page: /login", "page: /login\n        unknown_users: refuse");
    let town = Town::with(Raises::Renewed, &lines);
    let mut browser = town.browser();
    let answer = logs_in(&mut browser, "alice");
    assert_eq!(answer.status, 401);
    assert!(browser.session().is_none());
    let shown = town.gateway.cli_ok(&["user", "list"], "");
    assert!(!shown.contains("alice"), "{shown}");
}

#[test]
fn the_page_without_a_form_of_ours_leads_to_the_console_s() {
    let town = start(Raises::Renewed);
    let mut browser = town.browser();
    for page in ["sign-in", "challenge", "account", "enrol"] {
        let answer = browser.get(&format!("{PAGES}/{page}"));
        let mut target = location(&answer);
        if target.starts_with(PAGES) {
            target = location(&browser.get(&target));
        }
        assert_eq!(target, "/login", "{page}");
    }
    let (mut browser, _) = enrolled(&town, "alice");
    let account = browser.get(&format!("{PAGES}/account"));
    assert!(account.text().contains("alice") && !account.text().contains("console/alice"));
    assert!(!form_of(&account, "sign-out").fields.is_empty());
}

/// A console below a path, whose answer speaks of other pages as its neighbours.
#[test]
fn what_is_relative_to_the_login_means_the_same_when_it_is_given_later() {
    let lines = CONSOLE
        .replace("page: /login", "page: /app/login.php")
        .replace("path: /login", "path: /app/login.php")
        .replace("location: /home", "location: \"../app/home.php?a=b\"");
    let console = Recorder::scripted(|request| {
        let answer = match (request.method().as_str(), request.target().as_str()) {
            ("GET", "/app/login.php") => "200 OK\r\nSet-Cookie: SID=before; HttpOnly",
            ("POST", _) => {
                "302 Found\r\nLocation: ../app/home.php?a=b\r\nSet-Cookie: TOKEN=x; SameSite=Strict"
            }
            _ => "200 OK",
        };
        Answer::raw(format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n").as_bytes())
    });
    let setup = Setup::before(console.address()).site_line(&lines);
    let gateway = Gateway::start(&setup, &[]);
    let mut browser = Browser::new(&gateway);
    browser.get("/app/login.php");
    let form = login("alice", "x");
    let answer = browser.submit(&Form { action: "/app/login.php".to_owned(), ..form });
    assert_eq!(location(&answer), format!("{PAGES}/enrol?next={PAGES}/continue"));
    let done = browser.enrol(&mut Person::named("alice"));
    let released = browser.get(&location(&done));
    assert_eq!((released.status, released.header("location")), (302, Some("/app/home.php?a=b")));
    let set = released.all("set-cookie");
    assert!(set.contains(&"TOKEN=x; SameSite=Strict; Path=/app"), "{set:?}");
    assert!(
        set.iter().any(|line| line.starts_with("SID=s") && line.ends_with("; HttpOnly; Path=/app")),
        "{set:?}"
    );
}

/// As pgAdmin does.
#[test]
fn what_a_page_loads_before_sign_in_does_not_replace_its_session() {
    let console = Recorder::scripted(|request| {
        let set = format!("Set-Cookie: SID=of{}\r\n", request.target().replace('/', "-"));
        Answer::with(request, &set, "LOGIN PAGE")
    });
    let setup = Setup::before(console.address()).site_line(CONSOLE);
    let gateway = Gateway::start(&setup, &[]);
    let mut browser = Browser::new(&gateway);
    browser.get("/login");
    let before = session_cookie(&browser).unwrap();
    let headers = "Accept: text/css\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: style\r\n\
                   Sec-Fetch-Site: same-origin\r\n";
    let style = browser.request("GET", "/style.css", headers, "");
    assert_eq!((style.status, style.all("set-cookie")), (200, Vec::new()));
    assert_eq!(session_cookie(&browser), Some(before));
    browser.submit(&login("alice", "x"));
    let last = console.requests().pop().unwrap();
    assert_eq!(cookie_of(&last).as_deref(), Some("of-login"));
}

/// Consoles that take an address for a user name: whoever it is, is the one the console says, with one second factor.
#[test]
fn of_two_names_for_one_person_the_console_says_which_it_is_a126() {
    let section = CONSOLE
        .replace("        public", "        user_from: { path: /me, json: login }\n        public");
    let town = Town::with(Raises::Renewed, &section);
    enrolled(&town, "alice");
    let mut thief = town.browser();
    thief.get("/login");
    let answer = thief.submit(&login("alice@alias.example", &password_of("alice")));
    let to = location(&answer);
    assert!(to.starts_with(&format!("{PAGES}/challenge")), "{to}");
    assert!(!thief.get("/home").text().contains("PAGE"));
    let listed = town.gateway.cli_ok(&["user", "list"], "");
    assert!(listed.contains("console/alice") && !listed.contains("alias.example"), "{listed}");
    let asked: Vec<_> =
        town.recorder.requests().into_iter().filter(|one| one.target() == "/me").collect();
    assert!(asked.iter().all(|one| one.values("x-forwarded-user").is_empty()), "{asked:?}");
}

/// whoever guesses by another name of somebody's guesses at the same account.
#[test]
fn all_names_of_one_person_have_one_budget_a124_a126() {
    let section = CONSOLE
        .replace("        public", "        user_from: { path: /me, json: login }\n        public");
    let town = Town::with(Raises::Renewed, &section);
    enrolled(&town, "alice");
    let signs_in = |name: &str, password: &str| {
        let mut browser = town.browser();
        browser.get("/login");
        browser.submit(&login(name, password)).status
    };
    assert_eq!(signs_in("alice@alias.example", &password_of("alice")), 303);
    // Five in half a minute, of which she has had one since she has an account.
    for _ in 0..4 {
        assert_eq!(signs_in("alice@alias.example", "wrong"), 200, "the console's own page");
    }
    assert_eq!(signs_in("alice", &password_of("alice")), 429, "by her own name");
    let audit = town.gateway.cli_ok(&["--json", "audit", "tail", "--limit", "200"], "");
    assert!(audit.contains("proof_refused"), "{audit}");
}

/// Over HTTP/2 a body needs no announcement: it is read, or nothing is sent, whatever the method.
#[test]
fn a_body_that_only_http_2_can_have_is_no_way_in_a134() {
    let (legacy, recorder) = Legacy::start(Raises::InPlace);
    let setup = Setup::before(recorder.address()).site_line(CONSOLE).tls();
    let town = Town { legacy, recorder, gateway: Gateway::start(&setup, &[]) };
    let (browser, _) = enrolled(&town, "alice");
    let trust = town.gateway.trust(&["h2"]).unwrap();
    let login = format!("user=bob&password={}", password_of("bob"));
    let before = town.recorder.count();
    for cookies in [browser.cookie_line(), String::new()] {
        for method in ["GET", "HEAD", "OPTIONS"] {
            let mut h2 = H2Client::over(RawClient::tls(town.gateway.listener("https"), &trust));
            let cookie = cookies.trim().trim_start_matches("Cookie: ");
            let fields = [
                (":method", method),
                (":scheme", "https"),
                (":authority", HOST),
                (":path", "/login"),
                ("cookie", cookie),
                ("accept", "text/html"),
                ("sec-fetch-mode", "navigate"),
                ("content-type", "application/x-www-form-urlencoded"),
            ];
            let stream = h2.open(&fields, Last::No);
            h2.data(stream, login.as_bytes(), Last::Yes);
            let status = h2.ended(stream).status();
            assert!(status.is_none_or(|status| status >= 300), "{method} {cookie}: {status:?}");
        }
    }
    let seen = town.recorder.requests_from(before);
    assert!(seen.iter().all(|one| one.body.is_empty()), "{seen:?}");
    assert_eq!(browser.clone().get("/home").text(), "PAGE of alice at /home");
}

/// Signing out of the gateway ends the console's session there, and does so whatever the console says.
#[test]
fn our_sign_out_ends_the_console_s_session_where_that_is_wished_for_a210() {
    let section =
        CONSOLE.replace("methods: [POST]", "methods: [POST], query: { a b: c&d }, call: true");
    let town = Town::with(Raises::Renewed, &section);
    let (mut browser, _) = enrolled(&town, "alice");
    browser.get("/home");
    let session = cookie_of(&town.recorder.requests().pop().unwrap()).unwrap();
    assert_eq!(browser.sign_out().status, 303);
    let told = town.recorder.requests().pop().unwrap();
    let line = (told.method(), told.target());
    assert_eq!(line, ("POST".to_owned(), "/logout?a%20b=c%26d".to_owned()));
    assert_eq!(told.values("cookie"), [format!("SID={session}")]);
    assert!(told.values("x-forwarded-user").is_empty() && told.body.is_empty());
    assert_eq!(told.values("content-length"), ["0"]);
    assert!(!town.legacy.cookies().contains(&session), "it lives on there");
    // Nobody waits for a console that is gone, and nobody stays signed in for it.
    let (mut browser, _) = enrolled(&town, "bob");
    let copied = browser.clone();
    drop(town.recorder);
    assert_eq!(browser.sign_out().status, 303);
    let mut copied = copied;
    assert!(location(&copied.get("/home")).contains("/login"));
    assert!(town.gateway.stderr().contains("did not sign somebody out"));
}

#[test]
fn our_sign_out_sends_nothing_where_it_is_not_wished_for() {
    let town = start(Raises::Renewed);
    let (mut browser, _) = enrolled(&town, "alice");
    let before = town.recorder.count();
    assert_eq!(browser.sign_out().status, 303);
    assert_eq!(town.recorder.count(), before);
}
