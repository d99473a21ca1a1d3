//! Learning a console: a browser signs in through the recorder, and the section that comes out of it makes the whole
//! way work behind a real gateway. No password is in anything that is written.

use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::process::Child;
use std::process::ChildStdin;
use std::process::Command;
use std::process::Stdio;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;

use tempfile::TempDir;

use crate::support::DEADLINE;
use crate::support::browser::Browser;
use crate::support::browser::PAGES;
use crate::support::browser::location;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::html::Form;
use crate::support::legacy::Legacy;
use crate::support::legacy::Raises;
use crate::support::legacy::cookie_of;
use crate::support::legacy::password_of;
use crate::support::person::Person;
use crate::support::raw_client::RawClient;
use crate::support::raw_client::Response;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorded;
use crate::support::recorder::Recorder;

const WRONG: &str = "quite-wrong-canary";

/// `portcullis learn`, and the operator's terminal.
struct Learner {
    child: Child,
    input: ChildStdin,
    said: Receiver<String>,
    heard: String,
    address: SocketAddr,
    token: String,
    directory: TempDir,
}

/// What it ended with.
struct Learned {
    code: i32,
    out: String,
    said: String,
}

impl Learner {
    fn start(console: SocketAddr, name: &str, arguments: &[&str]) -> Self {
        let directory = TempDir::new().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_portcullis"))
            .args(["learn", &format!("http://{console}/login")])
            .args(arguments)
            .current_dir(directory.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (told, said) = mpsc::channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                // Nobody may be listening any more.
                drop(told.send(line));
            }
        });
        let input = child.stdin.take().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let (heard, token) = (String::new(), String::new());
        let mut learner = Self { child, input, said, heard, address, token, directory };
        learner.types(name);
        let line = learner.hears("http://127.0.0.1:");
        let (host, token) = line.trim().strip_prefix("http://").unwrap().split_once('/').unwrap();
        (learner.address, learner.token) = (host.parse().unwrap(), token.to_owned());
        learner
    }

    fn types(&mut self, line: &str) {
        writeln!(self.input, "{line}").unwrap();
    }

    /// The next line that has this in it.
    fn hears(&mut self, wanted: &str) -> String {
        loop {
            let line = self.said.recv_timeout(DEADLINE).unwrap_or_else(|_| {
                panic!("nothing with {wanted:?} after: {}", self.heard);
            });
            self.heard.push_str(&line);
            self.heard.push('\n');
            if line.contains(wanted) {
                return line;
            }
        }
    }

    /// A browser at the address that was printed.
    fn browser(&self) -> Browser {
        let mut browser = Browser::plain(self.address, &self.address.to_string());
        let opened = browser.get(&format!("/{}", self.token));
        assert_eq!(location(&opened), "/login");
        browser
    }

    fn end(mut self) -> Learned {
        let mut out = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        let code = self.child.wait().unwrap().code().unwrap();
        self.heard.extend(self.said.iter().map(|line| format!("{line}\n")));
        for entry in std::fs::read_dir(self.directory.path()).unwrap() {
            out.push_str(&std::fs::read_to_string(entry.unwrap().path()).unwrap());
        }
        for secret in [WRONG, "sesame", "console-session-"] {
            assert!(!out.contains(secret), "{secret} is in {out}");
            assert!(!self.heard.contains(secret), "{secret} is in {}", self.heard);
        }
        Learned { code, out, said: self.heard }
    }
}

fn login(user: &str, password: &str) -> Form {
    Form { action: "/login".to_owned(), fields: Vec::new() }
        .with("user", user)
        .with("password", password)
}

/// Opens the page, with what belongs to it, and signs in.
fn logs_in(browser: &mut Browser, password: &str) -> Response {
    assert_eq!(browser.get("/login").text(), "LOGIN PAGE");
    let style = "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: style\r\n";
    assert_eq!(browser.request("GET", "/style.css", style, "").status, 200);
    let answer = browser.submit(&login("alice", password));
    if answer.status == 302 {
        assert_eq!(answer.header("location"), Some("/home"));
        assert_eq!(browser.get("/home").text(), "PAGE of alice at /home");
    }
    answer
}

fn logs_out(browser: &mut Browser) {
    let out = browser.submit(&Form { action: "/logout".to_owned(), fields: Vec::new() });
    assert_eq!(out.header("location"), Some("/login"));
}

/// What follows `first_factor` in a proposal: that part stands in a site of its own.
fn section(yaml: &str) -> &str {
    &yaml[yaml.find("first_factor:").unwrap_or_else(|| panic!("{yaml}"))..]
}

/// The whole way behind a gateway with this section: the wrong password, the right one, the second factor, work, out.
fn the_whole_way(raises: Raises, section: &str) {
    let (_legacy, recorder) = Legacy::start(raises);
    let setup = Setup::before(recorder.address()).site_line(section);
    let gateway = Gateway::start(&setup, &[]);
    let mut browser = Browser::new(&gateway);
    let mut person = Person::named("alice");
    assert_eq!(location(&browser.get("/home")), "/login");
    assert_eq!(browser.get("/style.css").status, 200);
    browser.get("/login");
    let wrong = browser.submit(&login("alice", WRONG));
    assert_eq!((wrong.status, wrong.text().as_str()), (200, "WRONG PASSWORD"));
    let right = browser.submit(&login("alice", &password_of("alice")));
    assert_eq!(location(&right), format!("{PAGES}/enrol?next={PAGES}/continue"), "{section}");
    let done = browser.enrol(&mut person);
    let released = browser.get(&location(&done));
    assert_eq!((released.status, released.header("location")), (302, Some("/home")));
    assert_eq!(browser.get("/home").text(), "PAGE of alice at /home");
    let last = recorder.requests().pop().unwrap();
    let cookie = cookie_of(&last).unwrap();
    assert!(!browser.jar.iter().any(|(_, value)| value.contains(&cookie)), "it is not sealed");
    let stolen = browser.clone();
    logs_out(&mut browser);
    assert_eq!(stolen.clone().get("/home").status, 303, "the gateway's session goes on");
}

#[test]
fn what_was_learned_of_a_console_makes_its_whole_login_work() {
    for raises in [Raises::Renewed, Raises::InPlace] {
        let (_legacy, recorder) = Legacy::start(raises);
        // Wrong first: signing out at the end is enough.
        let mut learner = Learner::start(recorder.address(), "alice", &[]);
        let mut browser = learner.browser();
        logs_in(&mut browser, WRONG);
        logs_in(&mut browser, &password_of("alice"));
        learner.hears("Login 2 was seen");
        logs_out(&mut browser);
        let ended = learner.end();
        assert_eq!(ended.code, 0, "{} {}", ended.said, ended.out);
        the_whole_way(raises, section(&ended.out));
        // Right first: then the operator says that it was all.
        let mut learner = Learner::start(recorder.address(), "alice", &["--out", "learned.yaml"]);
        let mut browser = learner.browser();
        logs_in(&mut browser, &password_of("alice"));
        logs_out(&mut browser);
        logs_in(&mut browser, WRONG);
        learner.hears("Login 2 was seen");
        learner.types("");
        let again = learner.end();
        assert!(again.said.contains("Login 1 is taken for the right one"), "{}", again.said);
        assert_eq!(section(&again.out), section(&ended.out));
    }
}

#[test]
fn what_was_learned_with_an_address_for_a_user_name_lets_that_person_in() {
    let (_legacy, recorder) = Legacy::start(Raises::Renewed);
    let user = "alice@corp.example";
    let mut learner = Learner::start(recorder.address(), user, &[]);
    let mut browser = learner.browser();
    browser.get("/login");
    browser.submit(&login(user, WRONG));
    let right = browser.submit(&login(user, &password_of(user)));
    assert_eq!(right.header("location"), Some("/home"));
    learner.hears("Login 2 was seen");
    learner.types("");
    let ended = learner.end();
    assert_eq!(ended.code, 0, "{} {}", ended.said, ended.out);
    let setup = Setup::before(recorder.address()).site_line(section(&ended.out));
    let gateway = Gateway::start(&setup, &[]);
    let mut browser = Browser::new(&gateway);
    browser.get("/login");
    let right = browser.submit(&login(user, &password_of(user)));
    assert_eq!(location(&right), format!("{PAGES}/enrol?next={PAGES}/continue"), "{}", ended.out);
}

#[test]
fn a_proposal_is_a_configuration_and_says_how_sure_it_is_of_each_part() {
    let (_legacy, recorder) = Legacy::start(Raises::Renewed);
    let mut learner = Learner::start(recorder.address(), "alice", &["--json"]);
    let mut browser = learner.browser();
    logs_in(&mut browser, WRONG);
    logs_in(&mut browser, &password_of("alice"));
    learner.hears("Login 2 was seen");
    learner.types("");
    let ended = learner.end();
    assert_eq!(ended.code, 0, "{}", ended.said);
    let told: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(told["usable"], true);
    let sure = |part: &str| -> Vec<&str> {
        let all = told["findings"].as_array().unwrap().iter();
        all.filter(|one| one["part"] == part).map(|one| one["sure"].as_str().unwrap()).collect()
    };
    assert_eq!(sure("success"), ["sure"]);
    assert_eq!(sure("user_field"), ["sure"]);
    assert_eq!(sure("session_cookies"), ["sure"]);
    assert_eq!(sure("logout"), ["unsure"], "none was seen");
    assert_eq!(sure("page"), ["likely"], "it has no password field");
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join("learned.yaml"), told["yaml"].as_str().unwrap()).unwrap();
    let checked = Command::new(env!("CARGO_BIN_EXE_portcullis"))
        .args(["check", "--config", "learned.yaml"])
        .current_dir(directory.path())
        .output()
        .unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

#[test]
fn one_login_is_not_enough_and_a_name_that_was_not_sent_is_said() {
    let (_legacy, recorder) = Legacy::start(Raises::Renewed);
    for (name, told) in [("alice", "1 of two logins"), ("bob", "carried the user name")] {
        let mut learner = Learner::start(recorder.address(), name, &[]);
        let mut browser = learner.browser();
        logs_in(&mut browser, WRONG);
        learner.types("");
        learner.hears("of two logins were seen so far");
        let pid = rustix::process::Pid::from_child(&learner.child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        let ended = learner.end();
        assert_eq!((ended.code, ended.out.as_str()), (1, ""), "{}", ended.said);
        assert!(ended.said.contains(told), "{}", ended.said);
    }
}

#[test]
fn answers_that_do_not_differ_make_no_proposal() {
    let (legacy, recorder) = Legacy::start(Raises::Renewed);
    legacy.answers_logins("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK");
    for (answer, told) in [("1", "nothing that console_form can judge by"), ("x", "is not known")] {
        let mut learner = Learner::start(recorder.address(), "alice", &[]);
        let mut browser = learner.browser();
        logs_in(&mut browser, WRONG);
        logs_in(&mut browser, &password_of("alice"));
        learner.hears("Login 2 was seen");
        learner.types("");
        learner.hears("Which login was with the RIGHT password?");
        learner.types(answer);
        let ended = learner.end();
        assert_eq!((ended.code, ended.out.as_str()), (1, ""), "{}", ended.said);
        assert!(ended.said.contains(told), "{}", ended.said);
    }
}

#[test]
fn the_recorder_opens_to_whoever_has_its_address_and_passes_no_websocket() {
    let (_legacy, recorder) = Legacy::start(Raises::Renewed);
    let mut learner = Learner::start(recorder.address(), "alice", &[]);
    let mut stranger = Browser::plain(learner.address, &learner.address.to_string());
    for target in ["/", "/login", "/x"] {
        assert_eq!(stranger.get(target).status, 403, "{target}");
    }
    stranger.jar.push(("portcullis-learn".to_owned(), "x".to_owned()));
    assert_eq!(stranger.submit(&login("alice", WRONG)).status, 403);
    assert_eq!(recorder.count(), 0);
    let mut browser = learner.browser();
    browser.get("/login");
    let sent = recorder.requests().pop().unwrap();
    assert_eq!(sent.values("host"), [recorder.address().to_string()], "its own");
    assert!(sent.values("cookie").is_empty(), "the recorder's cookie is its own");
    let mut client = RawClient::plain(learner.address);
    let cookie = browser.cookie_line();
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let host = learner.address;
    client.send(format!("GET /ws HTTP/1.1\r\nHost: {host}\r\n{cookie}{upgrade}\r\n").as_bytes());
    assert_eq!(client.response_to("GET").status, 501);
    learner.hears("a WebSocket at /ws was refused");
    learner.child.kill().unwrap();
    learner.child.wait().unwrap();
}

/// A console whose page sends the login by a script, and answers with a token, at this length.
fn by_script(length: usize) -> Recorder {
    Recorder::scripted(move |request: &Recorded| {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        if request.method() != "POST" {
            return Answer::ok(request, "LOGIN PAGE");
        }
        let (status, said) = if body.contains("sesame") {
            ("200 OK", format!("{{\"token\":\"{}\"}}", "x".repeat(length)))
        } else {
            ("403 Forbidden", "{\"error\":\"wrong\"}".to_owned())
        };
        let kind = "Content-Type: application/json";
        let length = said.len();
        let head = format!("HTTP/1.1 {status}\r\n{kind}\r\nContent-Length: {length}\r\n\r\n");
        Answer::raw(format!("{head}{said}").as_bytes())
    })
}

#[test]
fn a_login_by_script_asks_for_the_second_factor_first_and_one_that_is_too_long_does_not_work() {
    for (length, code) in [(40, 0), (70_000, 1)] {
        let recorder = by_script(length);
        let mut learner = Learner::start(recorder.address(), "alice", &[]);
        let mut browser = learner.browser();
        browser.get("/login");
        let headers =
            "Sec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\nContent-Type: application/json\r\n";
        for password in [WRONG.to_owned(), password_of("alice")] {
            let body = format!("{{\"who\":{{\"user\":\"alice\",\"password\":\"{password}\"}}}}");
            browser.request("POST", "/api/login", headers, &body);
        }
        learner.hears("Login 2 was seen");
        learner.types("");
        let ended = learner.end();
        assert_eq!(ended.code, code, "{}", ended.said);
        for told in ["order: second_factor_first", "user_field: who/user", "body: json"] {
            assert!(ended.out.contains(told), "{told}: {}", ended.out);
        }
        let is_too_long =
            ended.out.contains("# DOES NOT WORK: the answer to a right login is longer");
        assert_eq!(is_too_long, code == 1, "{}", ended.out);
    }
}

#[test]
fn a_console_that_asks_with_http_basic_is_said_to_be_one() {
    let recorder = Recorder::scripted(|request: &Recorded| {
        if request.values("authorization").is_empty() {
            let head =
                "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n";
            return Answer::raw(head.as_bytes());
        }
        Answer::ok(request, "PAGE")
    });
    let mut learner = Learner::start(recorder.address(), "alice", &[]);
    let mut browser = learner.browser();
    assert_eq!(browser.get("/web/").status, 401);
    let credentials = data_encoding::BASE64.encode(format!("alice:{WRONG}").as_bytes());
    let headers = format!("Authorization: Basic {credentials}\r\n");
    assert_eq!(browser.request("GET", "/web/", &headers, "").status, 200);
    learner.types("");
    let ended = learner.end();
    assert_eq!((ended.code, ended.out.as_str()), (1, ""));
    assert!(ended.said.contains("probe: { path: \"/web/\" }"), "{}", ended.said);
    assert!(!ended.said.contains(&credentials), "{}", ended.said);
}

#[test]
fn learning_listens_on_this_machine_alone_takes_no_password_and_overwrites_nothing() {
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join("there.yaml"), "mine").unwrap();
    for (arguments, told) in [
        (&["http://127.0.0.1:1", "--listen", "0.0.0.0:0"][..], "of this machine alone"),
        (&["http://alice:sesame@127.0.0.1:1"], "no name and password"),
        (&["ftp://127.0.0.1"], "not the address of a console"),
        (&["http://127.0.0.1:1", "--out", "there.yaml"], "overwrites nothing"),
        (&["http://127.0.0.1:1", "--ca-file", "there.yaml"], "no certificate"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_portcullis"))
            .arg("learn")
            .args(arguments)
            .current_dir(directory.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(64), "{said}");
        assert!(said.contains(told) && !said.contains("sesame"), "{said}");
    }
    assert_eq!(std::fs::read_to_string(directory.path().join("there.yaml")).unwrap(), "mine");
}
