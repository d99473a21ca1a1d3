//! Recorded exchanges of consoles, as they log in: what is proposed of each, and that it works on its recording.

mod names;

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;

use super::exchange::Asked;
use super::exchange::Exchange;
use super::exchange::Said;
use super::finding::Sure;
use super::login;
use super::login::Name;
use super::proposal::Proposal;
use super::proposal::User;
use super::propose::NoProposal;
use super::propose::Recording;
use super::propose::propose;
use super::trial;
use crate::clock::Timestamp;

/// Nobody may ever read these.
const RIGHT: &str = "right-canary";
const WRONG: &str = "wrong-canary";

const FORM: &str = "application/x-www-form-urlencoded";

/// Method, target, cookies and body; status, header lines and body.
struct Shape<'a> {
    asked: (&'a str, &'a str, &'a str, &'a str),
    said: (u16, &'a str, &'a str),
}

const fn shape<'a>(
    asked: (&'a str, &'a str, &'a str, &'a str),
    said: (u16, &'a str, &'a str),
) -> Shape<'a> {
    Shape { asked, said }
}

fn lines(text: &str) -> HeaderMap {
    let mut fields = HeaderMap::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(": ").unwrap();
        let name = HeaderName::from_bytes(name.to_ascii_lowercase().as_bytes()).unwrap();
        fields.append(name, HeaderValue::from_str(value).unwrap());
    }
    fields
}

fn wall() -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000)
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn recorded(shapes: &[Shape<'_>]) -> Vec<Exchange> {
    let one = |(number, shape): (usize, &Shape<'_>)| {
        let (method, target, cookies, body) = shape.asked;
        let mut headers = lines("Sec-Fetch-Mode: navigate\nSec-Fetch-Dest: document");
        if !cookies.is_empty() {
            headers.insert("cookie", HeaderValue::from_str(cookies).unwrap());
        }
        if method == "POST" {
            headers.insert("content-type", HeaderValue::from_static(FORM));
        }
        let asked = Asked {
            method: Method::from_bytes(method.as_bytes()).unwrap(),
            target: target.to_owned(),
            headers,
            body: Bytes::copy_from_slice(body.as_bytes()),
        };
        let (status, fields, text) = shape.said;
        let mut headers = lines(fields);
        if text.starts_with('<') {
            headers.insert("content-type", HeaderValue::from_static("text/html"));
        }
        let said = Said {
            status: StatusCode::from_u16(status).unwrap(),
            headers,
            body: text.as_bytes().to_vec(),
            whole: true,
            wall: wall(),
        };
        block_on(Exchange::new(number, asked, said))
    };
    shapes.iter().enumerate().map(one).collect()
}

/// Proposes and tries; nothing that is said has a password in it.
fn learned(origin: &str, name: &Name, shapes: &[Shape<'_>]) -> Result<Proposal, NoProposal> {
    let exchanges = recorded(shapes);
    let asked_for = login::password_fields(&exchanges);
    let logins: Vec<&Exchange> =
        exchanges.iter().filter(|one| login::is_login(one, &asked_for, name)).collect();
    assert_eq!(logins.len(), 2);
    let pair = login::told_apart(&logins).expect("they differ");
    let (right, wrong) = (logins[pair.right], logins[pair.wrong]);
    let is_right = right.asked.body.windows(RIGHT.len()).any(|part| part == RIGHT.as_bytes());
    assert!(is_right, "the wrong one was taken for the right one");
    let recording = Recording { exchanges: &exchanges, right, wrong, name, origin };
    let mut proposal = propose(&recording)?;
    proposal.findings.extend(trial::tried(&proposal, &recording, wall()));
    let told = format!("{} {:?}", proposal.yaml(), proposal.findings);
    assert!(!told.contains("canary"), "{told}");
    Ok(proposal)
}

fn works(proposal: &Proposal) {
    assert!(proposal.is_usable(), "{}\n{:?}", proposal.yaml(), proposal.findings);
}

fn sure_of(proposal: &Proposal, part: &str) -> Vec<Sure> {
    proposal.findings.iter().filter(|one| one.part == part).map(|one| one.sure).collect()
}

fn says(proposal: &Proposal, text: &str) -> bool {
    proposal.findings.iter().any(|one| one.text.contains(text))
}

fn named(name: &str) -> Name {
    Name::Said(name.to_owned())
}

#[test]
fn phpmyadmin_sets_cookies_either_way_and_logs_in_by_query() {
    let page = "<form><input type=hidden name=token value=4a5f77aa01><input name=pma_username>\
                <input type=\"password\" name=\"pma_password\"></form>";
    let wrong = format!(
        "route=%2F&lang=en&server=1&token=4a5f77aa01&set_session=fnc40001aaaa&pma_username=legacy&pma_password={WRONG}"
    );
    let right = format!(
        "route=%2F&lang=en&server=1&token=4a5f77aa02&set_session=q8g30002aaaa&pma_username=legacy&pma_password={RIGHT}"
    );
    let only = "Path=/; HttpOnly; SameSite=Strict";
    let gone =
        "Set-Cookie: pmaAuth-1=deleted; expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; path=/";
    let first = format!("Set-Cookie: phpMyAdmin=fnc40001aaaa; {only}");
    let no = format!("Set-Cookie: phpMyAdmin=q8g30002aaaa; {only}\n{gone}");
    let yes = format!(
        "Location: /index.php?route=/&route=%2F\nSet-Cookie: phpMyAdmin=memv0003aaaa; {only}\n\
         Set-Cookie: pmaUser-1=user0003aaaa; {only}\nSet-Cookie: pmaAuth-1=auth0003aaaa; {only}"
    );
    let out =
        format!("Location: /index.php?route=/\nSet-Cookie: pmaAuth-1=live0004aaaa; {only}\n{gone}");
    let in_it = "phpMyAdmin=memv0003aaaa; pmaUser-1=user0003aaaa; pmaAuth-1=auth0003aaaa";
    let proposal = learned(
        "http://db:9301",
        &named("legacy"),
        &[
            shape(("GET", "/", "", ""), (200, &first, page)),
            shape(("GET", "/themes/pma/css/theme.css?v=5", "", ""), (200, "", "")),
            shape(("GET", "/js/vendor/a.js", "", ""), (200, "", "")),
            shape(("GET", "/js/vendor/b.js", "", ""), (200, "", "")),
            shape(("GET", "/js/vendor/c.js", "", ""), (200, "", "")),
            shape(("GET", "/js/messages.php?l=en", "", ""), (200, "", "")),
            shape(
                ("POST", "/index.php?route=/", "phpMyAdmin=fnc40001aaaa", &wrong),
                (200, &no, page),
            ),
            shape(
                ("POST", "/index.php?route=/", "phpMyAdmin=q8g30002aaaa", &right),
                (302, &yes, ""),
            ),
            shape(("GET", "/index.php?route=/&route=%2F", in_it, ""), (200, "", "<p>in</p>")),
            shape(("POST", "/index.php?route=/logout", in_it, "token=1&server=1"), (302, &out, "")),
        ],
    )
    .unwrap();
    works(&proposal);
    assert_eq!(proposal.page, "/");
    assert_eq!(proposal.public, ["=/js/messages.php", "/js/vendor", "=/themes/pma/css/theme.css"]);
    assert_eq!(proposal.login.path, "/index.php");
    assert_eq!(proposal.login.query, [("route".to_owned(), "/".to_owned())]);
    assert_eq!(proposal.login.user, User::Field("pma_username".to_owned()));
    assert_eq!(proposal.success.location.as_deref(), Some("/index.php?route=/&route=%2F"));
    assert_eq!(proposal.success.sets, ["pmaAuth-1", "pmaUser-1"]);
    let failure = proposal.failure.as_ref().unwrap();
    assert_eq!((failure.status, failure.deletes.as_slice()), (200, &["pmaAuth-1".to_owned()][..]));
    assert_eq!(failure.body, [r#"name="pma_password""#]);
    assert_eq!(proposal.session_cookies, ["phpMyAdmin", "pmaAuth-1", "pmaUser-1"]);
    let logout = proposal.logout.as_ref().unwrap();
    assert_eq!(logout.query, [("route".to_owned(), "/logout".to_owned())]);
    assert_eq!(sure_of(&proposal, "success"), [Sure::Certain]);
}

#[test]
fn jupyter_asks_for_a_password_only_and_names_its_cookie_by_its_address() {
    let page =
        "<form><input type=hidden name=_xsrf value=x><input type=password name=password></form>";
    let token = "Set-Cookie: _xsrf=2|77aa01|deadbeef; Path=/";
    let (wrong, right) = (format!("_xsrf=x&password={WRONG}"), format!("_xsrf=x&password={RIGHT}"));
    let yes =
        "Location: /lab\nSet-Cookie: username-localhost-8888=\"2|1:0|10:17\"; HttpOnly; Path=/";
    let in_it = "_xsrf=2|77aa01|deadbeef; username-localhost-8888=\"2|1:0|10:17\"";
    let at = "/login?next=%2Flab";
    let proposal = learned(
        "http://localhost:8888",
        &Name::Nobody,
        &[
            shape(("GET", at, "", ""), (200, token, page)),
            shape(("GET", "/static/style.css", "", ""), (200, "", "")),
            shape(("POST", at, "_xsrf=2|77aa01|deadbeef", &wrong), (401, "", page)),
            shape(("POST", at, "_xsrf=2|77aa01|deadbeef", &right), (302, yes, "")),
            shape(("GET", "/lab", in_it, ""), (200, "", "<p>in</p>")),
            shape(("GET", "/logout", in_it, ""), (200, "", "<p>out</p>")),
        ],
    )
    .unwrap();
    works(&proposal);
    assert_eq!(proposal.page, "/login?next=/lab");
    assert_eq!(proposal.login.user, User::Fixed("operator".to_owned()));
    assert!(proposal.login.query.is_empty(), "where to go next is everybody's own");
    assert_eq!(proposal.session_cookies, ["username-*"]);
    assert!(says(&proposal, "_xsrf is not one of them: scripts"));
    assert_eq!(proposal.success.sets, ["username-*"]);
    assert_eq!(sure_of(&proposal, "logout"), [Sure::Likely]);
    assert_eq!(sure_of(&proposal, "user_field"), [Sure::Unsure]);
}

#[test]
fn zabbix_sets_its_cookie_either_way_and_answers_with_a_relative_location() {
    let page = "<form><input name=name><input type=password name=password></form>";
    let body = |password: &str| format!("name=Admin&password={password}&autologin=1&enter=Sign+in");
    let (wrong, right) = (body(WRONG), body(RIGHT));
    let set = |value: &str| format!("Set-Cookie: zbx_session={value}; HttpOnly");
    let yes = format!("Location: zabbix.php?action=dashboard.view\n{}", set("c0000003"));
    let proposal = learned(
        "https://mon",
        &named("Admin"),
        &[
            shape(("GET", "/index.php", "", ""), (200, &set("a0000001"), page)),
            shape(
                ("POST", "/index.php", "zbx_session=a0000001", &wrong),
                (200, &set("b0000002"), page),
            ),
            shape(("POST", "/index.php", "zbx_session=b0000002", &right), (302, &yes, "")),
            shape(("GET", "/zabbix.php", "zbx_session=c0000003", ""), (200, "", "<p>in</p>")),
        ],
    )
    .unwrap();
    works(&proposal);
    assert_eq!(proposal.success.location.as_deref(), Some("zabbix.php?action=dashboard.view"));
    assert!(proposal.success.sets.is_empty());
    assert_eq!(proposal.session_cookies, ["zbx_session"]);
    assert_eq!(proposal.login.user, User::Field("name".to_owned()));
}

#[test]
fn where_both_answers_redirect_and_set_cookies_only_the_address_tells_them_apart() {
    let page = "<div id=root></div><script src=/static/app.js></script>";
    let body =
        |password: &str| format!("csrf_token=Im77aa01&email=a%40corp.example&password={password}");
    let (wrong, right) = (body(WRONG), body(RIGHT));
    let set = |value: &str| format!("Set-Cookie: pga4_session={value}; HttpOnly; Path=/");
    let (no, yes) = (
        format!("Location: /login?next=/browser/\n{}", set("b0000002")),
        format!(
            "Location: http://pg:5050/browser/?u=a%40corp.example&s=9f3c55aa77\n{}",
            set("c0000003")
        ),
    );
    let proposal = learned(
        "http://pg:5050",
        &named("a@corp.example"),
        &[
            shape(("GET", "/login?next=/browser/", "", ""), (200, &set("a0000001"), page)),
            shape(("POST", "/authenticate/login", "pga4_session=a0000001", &wrong), (302, &no, "")),
            shape(
                ("POST", "/authenticate/login", "pga4_session=b0000002", &right),
                (302, &yes, ""),
            ),
            shape(("GET", "/browser/", "pga4_session=c0000003", ""), (200, "", "<p>in</p>")),
        ],
    )
    .unwrap();
    works(&proposal);
    assert_eq!(proposal.success.location.as_deref(), Some("*/browser/?u=*&s=*"));
    assert_eq!(sure_of(&proposal, "success"), [Sure::Unsure]);
    assert!(says(&proposal, "only one thing tells it from the other answer: Location"));
    assert_eq!(sure_of(&proposal, "page"), [Sure::Likely]);
    assert_eq!(proposal.login.names, ["*@*"]);
}

/// A plain console, with what changes from case to case.
fn plain_console(body: &str, yes: &str, home: &str) -> Result<Proposal, NoProposal> {
    let page = "<form><input name=user><input type=password name=pw></form>";
    let (wrong, right) = (format!("{body}&pw={WRONG}"), format!("{body}&pw={RIGHT}"));
    learned(
        "http://console",
        &named("alice"),
        &[
            shape(("GET", "/login", "", ""), (200, "", page)),
            shape(("POST", "/login", "", &wrong), (200, "", page)),
            shape(("POST", "/login", "", &right), (302, yes, "")),
            shape(("GET", "/home", "sid=session-0001", ""), (200, "", home)),
        ],
    )
}

#[test]
fn a_cookie_that_stands_in_pages_or_may_be_read_by_scripts_is_told_apart() {
    let yes = "Location: /home\nSet-Cookie: sid=session-0001; HttpOnly";
    let proposal = plain_console("user=alice", yes, "<p>in</p>").unwrap();
    assert_eq!(sure_of(&proposal, "session_cookies"), [Sure::Certain]);
    let proposal = plain_console("user=alice", yes, "<a href=?sid=session-0001>").unwrap();
    assert!(proposal.session_cookies.is_empty(), "{:?}", proposal.findings);
    assert!(says(&proposal, "its value stands in pages or forms"));
    let proposal =
        plain_console("user=alice", "Location: /home\nSet-Cookie: sid=session-0001", "<p>")
            .unwrap();
    assert_eq!(proposal.session_cookies, ["sid"]);
    assert_eq!(sure_of(&proposal, "session_cookies"), [Sure::Unsure]);
}

#[test]
fn other_fields_that_could_name_a_user_are_said_and_what_the_gateway_refuses_too() {
    let yes = "Location: /home";
    let proposal = plain_console("user=alice&login_as=alice", yes, "<p>").unwrap();
    assert_eq!(proposal.login.user, User::Field("user".to_owned()));
    assert!(proposal.is_usable() && says(&proposal, "could name a user as well: login_as"));
    let proposal = plain_console("user=alice&USER=bob", yes, "<p>").unwrap();
    assert!(!proposal.is_usable() && says(&proposal, "more than one field"), "{}", proposal.yaml());
    let none = plain_console("who=alice&user=", yes, "<p>").unwrap();
    assert_eq!(none.login.user, User::Field("who".to_owned()), "whatever it is called");
}

#[test]
fn logins_that_look_alike_are_told_apart_by_nobody_and_what_was_typed_never_stands_in_a_sign() {
    let page = "<form><input name=user><input type=password name=pw></form>";
    let body = format!("user=alice&pw={WRONG}");
    let two = recorded(&[
        shape(("POST", "/login", "", &body), (302, "Location: /a", "")),
        shape(("POST", "/login", "", &body), (302, "Location: /b", "")),
    ]);
    assert_eq!(login::told_apart(&[&two[0], &two[1]]), None);
    let pair = login::with_right(&[&two[0], &two[1]], 0).unwrap();
    assert_eq!((pair.right, pair.wrong), (0, 1));
    assert_eq!(login::with_right(&[&two[0], &two[1]], 2), None);
    // A console that says everything back.
    let (wrong, right) = (format!("user=alice&pw={WRONG}"), format!("user=alice&pw={RIGHT}"));
    let no = format!("X-Login: {WRONG} of alice is wrong");
    let yes = format!(
        "Location: /start/alice?p={RIGHT}\nSet-Cookie: {RIGHT}=1\nX-Login: {RIGHT} of alice"
    );
    let proposal = learned(
        "http://console",
        &named("alice"),
        &[
            shape(("GET", "/login", "", ""), (200, "", page)),
            shape(("POST", "/login", "", &wrong), (200, &no, page)),
            shape(("POST", "/login", "", &right), (302, &yes, "")),
            shape(("GET", "/start/alice", "", ""), (200, "", "<p>")),
        ],
    )
    .unwrap();
    assert_eq!(proposal.success.location.as_deref(), Some("/start/*?p=*"));
    assert!(!proposal.yaml().contains("alice"), "{}", proposal.yaml());
}

#[test]
fn json_is_compared_key_by_key() {
    let kind = "Content-Type: application/json";
    let (wrong, right) =
        (format!("user=alice&password={WRONG}"), format!("user=alice&password={RIGHT}"));
    let (no, yes) = (
        r#"{"ok":false,"error":{"code":7},"time":1700000001}"#,
        r#"{"ok":true,"user":{"name":"alice"},"token":"9f3c55aa77","time":1700000002,"error":null}"#,
    );
    let proposal = learned(
        "http://console",
        &named("alice"),
        &[
            shape(("GET", "/login", "", ""), (200, "", "<p>")),
            shape(("POST", "/login", "", &wrong), (200, kind, no)),
            shape(("POST", "/login", "", &right), (200, kind, yes)),
        ],
    )
    .unwrap();
    works(&proposal);
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(proposal.success.json, [pair("ok", "true"), pair("token", "*"), pair("user", "*")]);
    let failure = proposal.failure.as_ref().unwrap();
    assert_eq!(failure.json, [pair("error", "*"), pair("ok", "false")]);
}
