//! Who is answered what: every endpoint that the program exports, asked by everybody there is. The table
//! `matrix.txt` is what was agreed; an endpoint that is not in it, or answers anybody otherwise, fails here.
//! `UPDATE_GOLDEN=1` rewrites it, for a reader to judge.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use crate::support::api::HERE;
use crate::support::api::Script;
use crate::support::api::problem;
use crate::support::api::token as issued;
use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::gateway::Gateway;
use crate::support::gateway::HOST;
use crate::support::gateway::Setup;
use crate::support::html;
use crate::support::html::Form;
use crate::support::person::Person;
use crate::support::raw_client::Response;
use crate::support::recorder::Recorder;

/// Every role that a person can have.
const ROLES: [&str; 5] = ["user", "auditor", "help_desk", "admin", "owner"];

/// Older than any proof that a page for administrators takes, younger than a session that ended by itself.
const OLD: Duration = Duration::from_mins(20);

/// What a form says besides its token, where it is refused without. Nobody has what these name.
const FIELDS: &[(&str, &str)] = &[
    ("/sign-in", "login=nobody&password=wrong"),
    ("/sign-in/passkey", "code="),
    ("/challenge", "method=totp&code=000000"),
    ("/challenge/send", "method=email"),
    ("/recovery", "code=aaaa"),
    ("/enrol", "code=000000"),
    ("/enrol/handed", "code=000000"),
    ("/enrol/send", "method=email&address=a%40b.example"),
    ("/enrol/contact", "method=email&code=000000"),
    ("/enrol/passkey", "code=&label=x"),
    ("/codes", "codes=x"),
    ("/codes/download", "codes=x"),
    ("/account/factor", "id=nothing"),
    ("/account/rename", "id=nothing&name=x"),
    ("/account/remove", "id=nothing"),
    ("/account/lost", "id=nothing&then=remove"),
    ("/account/sessions", "session=nothing"),
    ("/account/devices/remove", "device=nothing"),
    ("/account/owners", "to=enforced&reason="),
    ("/account/password", "old=wrong&new=quarry-Lantern-9&again=quarry-Lantern-9"),
    ("/language", "language=en&back=%2F"),
    ("/admin/seen", "acts=0"),
    ("/admin/policy/rehearse", "mode=&grace=&unenrolled="),
    ("/admin/policy/change", "mode=&grace=&unenrolled="),
    ("/admin/policy/set", "seen=0&mode=&grace=&unenrolled=&reason=x"),
    ("/admin/audit/export", "form=csv&from=&to=&reason=x"),
    ("/admin/sessions/end-all", "reason=x"),
    ("/admin/user/session", "id=nothing&seen=0&reason=x&session=x"),
    ("/admin/tokens/add", "reason=x&name=x&site=x&paths=&methods=&networks=&days=30&role="),
    ("/admin/tokens/rotate", "token=the-token&called=x&reason=x&days=30"),
    ("/admin/tokens/disable", "token=the-token&called=x&reason=x"),
    ("/admin/tokens/enable", "token=the-token&called=x&reason=x"),
    ("/admin/tokens/revoke", "token=the-token&called=x&reason=x"),
    ("/admin/users/add", "login=!&name=&email=&groups=&role=user&mode=&reason=x"),
    ("/admin/user/profile", "id=nothing&seen=0&reason=x&name=x&email=&groups="),
    ("/admin/user/role", "id=nothing&seen=0&reason=x&role=user"),
    ("/admin/user/terms", "id=nothing&seen=0&reason=x&mode=&grace=&unenrolled="),
    ("/admin/user/contact", "id=nothing&seen=0&reason=x&channel=sms&address=1"),
    ("/admin/user/remove-contact", "id=nothing&seen=0&reason=x&channel=sms"),
    ("/admin/user/approve-device", "id=nothing&seen=0&reason=x&device=x"),
    ("/admin/user/remove-device", "id=nothing&seen=0&reason=x&device=x"),
];

/// The same of all that is done to an account and needs nothing further.
const DEED: &str = "id=nothing&seen=0&reason=x";

/// What is sent to the API.
const BODIES: [(&str, &str); 9] = [
    ("/api/v1/users", "{\"login\":\"!\",\"password\":\"quarry-Lantern-9\"}"),
    ("/api/v1/users/{id}/role", "{\"role\":\"user\"}"),
    ("/api/v1/users/{id}/terms", "{\"mode\":null}"),
    ("/api/v1/users/{id}/password", "{\"password\":\"quarry-Lantern-9\"}"),
    ("/api/v1/users/{id}/contacts/{channel}", "{\"address\":\"a@b.example\"}"),
    ("/api/v1/tokens", "{\"name\":\"!\"}"),
    ("/api/v1/tokens/{id}/rotate", "{}"),
    ("/api/v1/enforcement", "{\"mode\":null}"),
    ("/api/v1/keys/rotate", "{\"mode\":\"ahead\"}"),
];

/// What ends sessions, and so is asked last, in this order: the first with the session that is there for it.
const LAST: [&str; 3] = ["/sign-out", "/account/sessions/others", "/sign-out-everywhere"];

/// An endpoint, as the program tells of it.
#[derive(Clone, serde::Deserialize)]
struct Endpoint {
    method: String,
    path: String,
    guard: String,
    /// Where it is asked for: the path, of something that is there.
    #[serde(skip)]
    place: String,
}

impl Endpoint {
    fn fields(&self) -> &'static str {
        let of = |(path, _): &&(&str, &str)| *path == self.path;
        let own = FIELDS.iter().find(of).map(|(_, fields)| *fields);
        own.unwrap_or(if self.path.starts_with("/admin/user/") { DEED } else { "" })
    }

    fn form(&self, token: &str) -> Form {
        let pairs = self.fields().split('&').filter_map(|pair| pair.split_once('='));
        let fields = pairs.map(|(name, value)| (name.to_owned(), value.replace("%40", "@")));
        let fields = fields.map(|(name, value)| (name, value.replace("%2F", "/")));
        let form = Form { action: self.place.clone(), fields: fields.collect() };
        // The one form that has none.
        if self.path == "/language" { form } else { form.with("csrf", token) }
    }

    fn is_of_the_api(&self) -> bool {
        self.path.starts_with("/api/")
    }

    /// What is sent to the API, where it takes anything: well-formed, and of no effect.
    fn body(&self) -> Option<&'static str> {
        let of = |(path, _): &&(&str, &str)| *path == self.path;
        let taken = self.method != "GET" && self.method != "DELETE";
        BODIES.iter().find(of).map(|(_, body)| *body).filter(|_| taken)
    }

    fn address(&self) -> String {
        match self.fields() {
            fields
                if self.method == "GET" && !fields.is_empty() && self.path.contains("factor") =>
            {
                format!("{}?{fields}", self.place)
            }
            _ if self.is_of_the_api() => {
                let place = self.place.replace("{channel}", "email");
                place.replace("{id}", "nothing").replace("{device}", "nothing")
            }
            _ if self.path == "/admin/user" || self.path.starts_with("/admin/user/") => {
                format!("{}?id=nothing", self.place)
            }
            fields if self.path.starts_with("/admin/tokens/") && fields.starts_with("token") => {
                format!("{}?token=the-token", self.place)
            }
            _ if self.path.ends_with("/lost") => format!("{}?id=nothing", self.place),
            _ => self.place.clone(),
        }
    }
}

/// Somebody who asks for everything.
struct Principal {
    name: String,
    /// What is shown to the API: lines with CRLF.
    shown: String,
    /// Asks for all but the end of its own session.
    own: Browser,
    /// Signs out.
    spare: Browser,
}

/// What kind of answer it is: a status, and where it leads, or which problem it tells of.
fn class(response: &Response) -> String {
    if let Some(problem) = problem(response) {
        return format!("{} {problem}", response.status);
    }
    let to = response.header("location").filter(|_| response.status == 303);
    let Some(to) = to else {
        return response.status.to_string();
    };
    let path = to.split('?').next().unwrap_or_default();
    match path.strip_prefix(PAGES) {
        Some(page) => format!("303 {page}"),
        None if path == "/" => "303 the site".to_owned(),
        None => format!("303 elsewhere: {path}"),
    }
}

/// A token that is right for this browser, from the first page that has one.
fn token(browser: &mut Browser, endpoint: &Endpoint) -> String {
    let of_visitors = endpoint.path.starts_with("/sign-in");
    // Whoever is signed in is not shown the first: they have the token of their session.
    let pages = ["/sign-in", "/sign-out", "/challenge"];
    let pages = if of_visitors { pages } else { [pages[1], pages[2], pages[0]] };
    for page in pages {
        let shown = browser.get(&format!("{PAGES}{page}"));
        let text = shown.text();
        let form = html::form(&text, &format!("{PAGES}{page}"));
        if let Some(token) = form.and_then(|form| form.field("csrf").map(ToOwned::to_owned)) {
            return token;
        }
    }
    panic!("no page has a token for whoever asks for {}", endpoint.path)
}

/// Asks the API, for what nobody has, and without saying why: whatever is grave is not done.
fn ask_api(browser: &mut Browser, endpoint: &Endpoint, lines: &str) -> Response {
    let lines = format!("{lines}If-Match: *\r\n");
    let (json, body) = match endpoint.body() {
        Some(body) => ("Content-Type: application/json\r\n", body),
        None => ("", ""),
    };
    browser.request(&endpoint.method, &endpoint.address(), &format!("{lines}{json}"), body)
}

/// As from a page of the site, by a click.
fn ask(browser: &mut Browser, endpoint: &Endpoint, shown: &str) -> Response {
    if endpoint.is_of_the_api() {
        return ask_api(browser, endpoint, shown);
    }
    if endpoint.method == "GET" {
        return browser.get(&endpoint.address());
    }
    let token = token(browser, endpoint);
    browser.submit(&endpoint.form(&token))
}

/// The same from a page of another site.
fn ask_across(browser: &mut Browser, endpoint: &Endpoint) -> Response {
    let headers = "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n\
                   Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
    if endpoint.is_of_the_api() {
        return ask_api(browser, endpoint, headers);
    }
    if endpoint.method == "GET" {
        return browser.request("GET", &endpoint.address(), headers, "");
    }
    let token = token(browser, endpoint);
    browser.submit_with(&endpoint.form(&token), headers)
}

/// The same by a script of the console, which has our origin.
fn ask_by_script(browser: &mut Browser, endpoint: &Endpoint) -> Response {
    if endpoint.is_of_the_api() {
        return ask_api(browser, endpoint, HERE);
    }
    if endpoint.method == "GET" {
        return browser.fetch(&endpoint.address());
    }
    let token = token(browser, endpoint);
    let headers = format!(
        "Origin: http://{HOST}\r\nSec-Fetch-Site: same-origin\r\nAccept: text/html\r\n\
         Sec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n"
    );
    browser.submit_with(&endpoint.form(&token), &headers)
}

/// Answers by endpoint, in the order of the program's list: class, and who was answered so.
#[derive(Default)]
struct Matrix(BTreeMap<usize, Vec<(String, Vec<String>)>>);

impl Matrix {
    fn note(&mut self, at: usize, class: String, who: &str) {
        let row = self.0.entry(at).or_default();
        match row.iter_mut().find(|(other, _)| *other == class) {
            Some((_, names)) => names.push(who.to_owned()),
            None => row.push((class, vec![who.to_owned()])),
        }
    }

    fn written(mut self, endpoints: &[Endpoint]) -> String {
        let mut text = String::new();
        for (at, Endpoint { method, path, guard, .. }) in endpoints.iter().enumerate() {
            writeln!(text, "{method} {path} ({guard})").unwrap();
            let mut row = self.0.remove(&at).unwrap_or_default();
            row.sort();
            for (class, names) in row {
                writeln!(text, "    {class:<24} {}", names.join(" ")).unwrap();
            }
        }
        text
    }
}

/// Asks for everything, as everybody here.
fn ask_all(matrix: &mut Matrix, endpoints: &[Endpoint], principals: &mut [Principal]) {
    for Principal { name, own, spare, shown } in principals {
        let ends = |endpoint: &Endpoint| {
            endpoint.method == "POST" && LAST.contains(&endpoint.path.as_str())
        };
        for (at, endpoint) in endpoints.iter().enumerate().filter(|(_, it)| !ends(it)) {
            matrix.note(at, class(&ask(&mut own.clone(), endpoint, shown)), name);
        }
        for last in LAST {
            let is_it = |endpoint: &Endpoint| ends(endpoint) && endpoint.path == last;
            let at = endpoints.iter().position(is_it).expect("an endpoint");
            let endpoint = &endpoints[at];
            let browser = if last == LAST[0] { &mut *spare } else { &mut *own };
            matrix.note(at, class(&ask(browser, endpoint, shown)), name);
        }
    }
}

/// A person who signed in twice, and is asked for no further factor.
fn signed_in(gateway: &Gateway, person: &mut Person, name: &str) -> Principal {
    let mut browsers = [(); 2].map(|()| Browser::new(gateway));
    for browser in &mut browsers {
        browser.sign_in(person);
    }
    let [own, spare] = browsers;
    let Script { browser: own, shown } = Script::of(own);
    Principal { name: name.to_owned(), own, spare, shown }
}

/// A program with a token of that role; of none, it is for the console.
fn program(gateway: &Gateway, role: Option<&str>) -> Principal {
    let script = match role {
        Some(role) => Script::of_role(gateway, role),
        None => Script::with_token(gateway, &issued(gateway, "for-the-console", &[])),
    };
    let (own, spare) = (script.browser.clone(), script.browser);
    Principal { name: format!("token:{}", role.unwrap_or("none")), own, spare, shown: script.shown }
}

/// Asks for all of the API, as programs.
fn ask_as_programs(matrix: &mut Matrix, endpoints: &[Endpoint], gateway: &Gateway) {
    for role in [None, Some("auditor"), Some("help_desk"), Some("admin")] {
        let Principal { name, own, shown, .. } = program(gateway, role);
        for (at, endpoint) in endpoints.iter().enumerate().filter(|(_, it)| it.is_of_the_api()) {
            matrix.note(at, class(&ask(&mut own.clone(), endpoint, &shown)), &name);
        }
    }
}

/// Somebody who has a second factor, and gave only the password.
fn with_password_only(gateway: &Gateway, person: &mut Person) -> Principal {
    Browser::new(gateway).sign_in(person);
    let mut browsers = [(); 2].map(|()| Browser::new(gateway));
    for browser in &mut browsers {
        assert_eq!(browser.password(person, "/").status, 303);
    }
    let [own, spare] = browsers;
    Principal { name: "password".to_owned(), own, spare, shown: HERE.to_owned() }
}

const fn anonymous(name: String, own: Browser, spare: Browser) -> Principal {
    Principal { name, own, spare, shown: String::new() }
}

fn table() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gateway/matrix.txt")
}

fn exported(gateway: &Gateway) -> Vec<Endpoint> {
    let exported = gateway.cli_ok(&["--json", "endpoints"], "");
    let mut exported: Vec<Endpoint> = serde_json::from_str(&exported).unwrap();
    let shown = Browser::new(gateway).get(&format!("{PAGES}/sign-in")).text();
    let assets = format!("{PAGES}/assets/");
    let asset = shown.split('"').find_map(|quoted| quoted.strip_prefix(&assets)).expect("an asset");
    for endpoint in &mut exported {
        endpoint.place = format!(
            "{PAGES}{}",
            endpoint.path.replace("/assets/{name}", &format!("/assets/{asset}"))
        );
    }
    exported
}

/// People of every role: those who have just signed in, then those whose proof will be old.
fn people() -> [Vec<Person>; 2] {
    ["", "-old"].map(|suffix| {
        let person = |role: &&'static str| {
            Person::of_role(&format!("{}{suffix}", role.replace('_', "-")), role)
        };
        ROLES.iter().map(person).collect()
    })
}

#[test]
fn every_endpoint_answers_everybody_as_the_table_says_a258() {
    let recorder = Recorder::start();
    let [mut young, mut old] = people();
    let mut half = Person::named("half");
    let everybody: Vec<&Person> = young.iter().chain(&old).chain([&half]).collect();
    let mut gateway = Gateway::start(&Setup::before(recorder.address()), &everybody);
    issued(&gateway, "the-token", &[]);
    let endpoints = exported(&gateway);
    assert!(endpoints.len() >= 40, "the program exports too little");

    let mut matrix = Matrix::default();
    let nobody =
        ["anonymous"].map(|name| (name.to_owned(), Browser::new(&gateway), Browser::new(&gateway)));
    let mut principals: Vec<Principal> =
        nobody.into_iter().map(|(name, own, spare)| anonymous(name, own, spare)).collect();
    principals.push(with_password_only(&gateway, &mut half));
    for (person, role) in young.iter_mut().zip(ROLES) {
        principals.push(signed_in(&gateway, person, role));
    }
    // The strongest there is, by ways that must not lead anywhere.
    let owner = principals.last().expect("an owner").own.clone();
    for (at, endpoint) in endpoints.iter().enumerate() {
        let across = class(&ask_across(&mut owner.clone(), endpoint));
        // Where there is an owner, the page that makes the first one is not there, whoever asks.
        let refused = if endpoint.path == "/first-owner" { "404" } else { "403" };
        assert!(
            endpoint.method == "GET" || across.starts_with(refused),
            "{} across sites",
            endpoint.path
        );
        matrix.note(at, across, "owner:from-another-site");
        matrix.note(at, class(&ask_by_script(&mut owner.clone(), endpoint)), "owner:by-script");
        for method in ["DELETE", "HEAD"] {
            let odd = owner.clone().request(method, &endpoint.address(), "", "");
            matrix.note(at, class(&odd), &format!("owner:{method}"));
        }
    }
    ask_as_programs(&mut matrix, &endpoints, &gateway);
    ask_all(&mut matrix, &endpoints, &mut principals);

    let mut stale: Vec<Principal> = old
        .iter_mut()
        .zip(ROLES)
        .map(|(person, role)| signed_in(&gateway, person, &format!("{role}:old")))
        .collect();
    gateway.restart_later(OLD);
    for Principal { own, spare, .. } in &mut stale {
        (*own, *spare) = (own.moved_to(&gateway), spare.moved_to(&gateway));
    }
    ask_all(&mut matrix, &endpoints, &mut stale);
    assert_eq!(recorder.count(), 0, "a page reached the upstream");

    let found = matrix.written(&endpoints);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(table(), &found).unwrap();
    }
    let agreed = fs::read_to_string(table()).unwrap();
    let (found, agreed) = (rows(&found), rows(&agreed));
    for (endpoint, answers) in &found {
        let row = agreed.get(endpoint).unwrap_or_else(|| panic!("no row: {endpoint}\n{answers}"));
        assert_eq!(answers, row, "matrix.txt says otherwise: {endpoint}");
    }
    let gone: Vec<_> = agreed.keys().filter(|endpoint| !found.contains_key(*endpoint)).collect();
    assert!(gone.is_empty(), "rows of endpoints that are not there: {gone:?}");
}

/// The table by endpoint.
fn rows(table: &str) -> BTreeMap<&str, String> {
    let mut rows: BTreeMap<&str, String> = BTreeMap::new();
    let mut endpoint = "";
    for line in table.lines() {
        if line.starts_with(' ') {
            writeln!(rows.entry(endpoint).or_default(), "{line}").unwrap();
        } else {
            endpoint = line;
        }
    }
    rows
}
