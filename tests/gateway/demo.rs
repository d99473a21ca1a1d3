//! `portcullis demo` as a visitor meets it: the address it prints, its people, its codes, its end.

use std::io::BufRead;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;

use rustix::process::Pid;
use rustix::process::Signal;
use tempfile::TempDir;

use crate::support::DEADLINE;
use crate::support::browser::Browser;
use crate::support::eventually;
use crate::support::person::Person;
use crate::support::raw_client::RawClient;
use crate::support::recorder::Recorder;

struct Demo {
    child: Child,
    lines: Receiver<String>,
    welcome: Vec<String>,
    /// Where its temporary directory is made.
    temporary: TempDir,
}

impl Demo {
    fn start(arguments: &[&str]) -> Self {
        let temporary = TempDir::new().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_portcullis"))
            .args(["demo", "--port", "0"])
            .args(arguments)
            .env("TMPDIR", temporary.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                // Nobody may be listening any more.
                drop(sender.send(line));
            }
        });
        let mut demo = Self { child, lines, welcome: Vec::new(), temporary };
        while demo.said("Ctrl-C").is_none() {
            let line = demo.line();
            demo.welcome.push(line);
        }
        demo
    }

    fn line(&self) -> String {
        self.lines.recv_timeout(DEADLINE).expect("a line in time")
    }

    /// What follows a word in the welcome.
    fn said(&self, word: &str) -> Option<String> {
        let rest = |line: &String| line.trim_start().strip_prefix(word).map(str::to_owned);
        self.welcome.iter().find_map(rest).map(|text| text.trim().to_owned())
    }

    fn host(&self) -> String {
        let address = self.said("Open").expect("an address");
        address.strip_prefix("http://").expect("a plain address").to_owned()
    }

    fn browser(&self) -> Browser {
        let host = self.host();
        let port = host.strip_prefix("localhost:").unwrap().parse().unwrap();
        Browser::plain(([127, 0, 0, 1], port).into(), &host)
    }

    fn bob(&self) -> Person {
        let mut bob = Person::named("bob");
        let line = self.said("bob").expect("bob's password");
        line.split_whitespace().next().unwrap().clone_into(&mut bob.password);
        bob
    }

    /// The next code that bob's app shows.
    fn code_of_bob(&self) -> String {
        loop {
            if let Some((_, rest)) = self.line().split_once("DEMO ONLY   bob ") {
                return rest.chars().filter(char::is_ascii_digit).take(6).collect();
            }
        }
    }

    fn places(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.temporary.path()).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    fn interrupt(mut self) {
        let pid = Pid::from_child(&self.child);
        rustix::process::kill_process(pid, Signal::INT).unwrap();
        let mut status = None;
        eventually("the end of the demo", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        assert!(status.unwrap().success(), "{status:?}");
        assert!(self.places().is_empty(), "left behind: {:?}", self.places());
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn a_visitor_without_a_phone_gets_through_the_demo_to_the_console() {
    let demo = Demo::start(&[]);
    let mut browser = demo.browser();
    let bob = demo.bob();
    let answer = browser.password(&bob, "/dashboard");
    assert_eq!(answer.status, 303, "{}", answer.text());
    let mut phone = demo.bob();
    let form = browser.begin_enrolment(&mut phone);
    let confirmed = browser.submit(&form.with("code", &demo.code_of_bob()));
    browser.note_backup_codes(&mut phone, &confirmed);
    let dashboard = browser.get("/dashboard");
    assert_eq!(dashboard.status, 200);
    let page = dashboard.text();
    assert!(page.contains("Harbour Control") && page.contains("Bob Kellerman"), "{page}");
    assert_eq!(browser.get("/settings").status, 200);

    let direct = demo.said("Direct").unwrap();
    let address = direct.split_whitespace().next().unwrap().strip_prefix("http://").unwrap();
    let mut own_form = Browser::plain(address.parse().unwrap(), address);
    assert!(own_form.get("/login").text().contains("name=\"password\""));
    let body = format!("username=bob&password={}", bob.password);
    let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
    assert!(own_form.request("POST", "/login", headers, &body).status < 400);
    assert!(own_form.get("/dashboard").text().contains("Bob Kellerman"));
    demo.interrupt();
}

#[test]
fn an_address_is_sent_to_localhost_and_nowhere_else() {
    let demo = Demo::start(&[]);
    let host = demo.host();
    let port = host.strip_prefix("localhost:").unwrap();
    let ask = |host: &str, method: &str, target: &str| {
        let mut client = RawClient::plain(format!("127.0.0.1:{port}").parse().unwrap());
        let text = format!(
            "{method} {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\
             Accept: text/html\r\nConnection: close\r\n\r\n"
        );
        client.send(text.as_bytes());
        let response = client.response_to(method);
        (response.status, response.header("location").map(ToOwned::to_owned))
    };
    for address in ["127.0.0.1", "[::1]"] {
        let asked = format!("{address}:{port}");
        let moved = Some(format!("http://{host}/a?b=%2F"));
        assert_eq!(ask(&asked, "GET", "/a?b=%2F"), (308, moved));
        assert_eq!(ask(&asked, "POST", "/a").0, 421);
        assert_eq!(ask(&asked, "GET", "/a/../b").0, 421);
    }
    assert_eq!(ask("127.0.0.2", "GET", "/a"), (421, None));
    assert_eq!(ask("evil.example", "GET", "/a"), (421, None));
}

#[test]
fn a_visitor_puts_the_gateway_before_a_console_of_their_own() {
    let recorder = Recorder::start();
    let own = format!("http://{}", recorder.address());
    let demo = Demo::start(&["--upstream", &own]);
    assert!(demo.said("Direct").is_none());
    let mut browser = demo.browser();
    assert_eq!(browser.get("/").status, 303);
    assert_eq!(recorder.count(), 0, "nobody is signed in");
    let bob = demo.bob();
    browser.password(&bob, "/");
    let mut phone = demo.bob();
    let form = browser.begin_enrolment(&mut phone);
    let confirmed = browser.submit(&form.with("code", &demo.code_of_bob()));
    browser.note_backup_codes(&mut phone, &confirmed);
    assert_eq!(browser.get("/own").status, 200);
    assert_eq!(recorder.requests()[0].values("x-forwarded-user"), ["bob"]);
    demo.interrupt();
}

#[test]
fn a_directory_that_was_asked_for_stays() {
    let outer = TempDir::new().unwrap();
    let kept = outer.path().join("kept");
    let demo = Demo::start(&["--directory", kept.to_str().unwrap()]);
    demo.interrupt();
    assert!(kept.join("gateway.yaml").exists());
    assert!(kept.join("data/keys").exists());
}
