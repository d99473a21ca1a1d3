//! Requests that are made from the API's own description, right ones and wrong ones: whatever comes, the answer is one
//! that is described, and nothing breaks.

use std::cell::Cell;
use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::Config;
use proptest::test_runner::RngAlgorithm;
use proptest::test_runner::TestRng;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use serde_json::json;

use crate::support::api::Description;
use crate::support::api::Script;
use crate::support::api::token;
use crate::support::browser::Browser;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::person::Person;
use crate::support::recorder::Recorder;

/// Texts of every kind that somebody may send.
const TEXTS: [&str; 16] = [
    "",
    "a",
    "carol",
    "quarry-Lantern-9",
    "2030-01-31",
    "2030-01-31T18:00:00Z",
    "carol@post.example",
    "+4915112345678",
    "totp",
    "GET",
    "/reports",
    "192.0.2.0/24",
    "console",
    "desk/carol",
    "=id",
    "t\u{fc}r \u{202e} \u{0} \"'<>",
];

/// What a request is made from: small numbers, one for each choice.
struct Choices(std::vec::IntoIter<u16>);

impl Choices {
    fn below(&mut self, most: usize) -> usize {
        usize::from(self.0.next().unwrap_or(0)) % most.max(1)
    }

    fn one_in(&mut self, most: usize) -> bool {
        self.below(most) == most - 1
    }

    fn of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }
}

/// Makes values of schemas.
struct Maker<'d> {
    described: &'d Description,
    choices: Choices,
}

impl Maker<'_> {
    fn value(&mut self, schema: &Value, depth: usize) -> Value {
        let schema = match schema["$ref"].as_str() {
            Some(at) => self.described.0.pointer(at.trim_start_matches('#')).unwrap().clone(),
            None => schema.clone(),
        };
        if depth > 4 || self.choices.one_in(14) {
            return self.anything();
        }
        for several in ["anyOf", "oneOf"] {
            if let Some(all) = schema[several].as_array() {
                let one = self.choices.of(all).clone();
                return self.value(&one, depth + 1);
            }
        }
        if !schema["const"].is_null() {
            return schema["const"].clone();
        }
        if let Some(all) = schema["enum"].as_array() {
            return self.choices.of(all).clone();
        }
        let kind = schema["type"].as_array().map(|kinds| self.choices.of(kinds).clone());
        let kind = kind.unwrap_or_else(|| schema["type"].clone());
        match kind.as_str() {
            Some("object") => self.object(&schema, depth),
            Some("array") => {
                let many = self.choices.below(4);
                (0..many).map(|_| self.value(&schema["items"], depth + 1)).collect()
            }
            Some("integer" | "number") => {
                json!(self.choices.of(&[0, 1, 60, 3600, 200, 201, u64::MAX, 1 << 53]))
            }
            Some("boolean") => json!(self.choices.one_in(2)),
            Some("null") => Value::Null,
            _ => json!(self.text()),
        }
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let mut made = serde_json::Map::new();
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let properties = schema["properties"].as_object().cloned().unwrap_or_default();
        for (name, schema) in properties {
            let needed = required.contains(&json!(name)) && !self.choices.one_in(12);
            if needed || self.choices.one_in(3) {
                let value = self.value(&schema, depth + 1);
                made.insert(name, value);
            }
        }
        if self.choices.one_in(12) {
            made.insert("id".to_owned(), self.anything());
        }
        made.into()
    }

    fn anything(&mut self) -> Value {
        let text = self.text();
        let all =
            [json!(null), json!(-1), json!(1.5), json!(true), json!([]), json!({}), json!(text)];
        self.choices.of(&all).clone()
    }

    fn text(&mut self) -> String {
        if self.choices.one_in(20) {
            return "x".repeat(600);
        }
        (*self.choices.of(&TEXTS)).to_owned()
    }

    /// Path and query.
    fn address(&mut self, path: &str, operation: &Value, ids: &[String]) -> String {
        let mut address = path.to_owned();
        let mut query = Vec::new();
        for parameter in operation["parameters"].as_array().unwrap() {
            let name = parameter["name"].as_str().unwrap();
            match parameter["in"].as_str().unwrap() {
                "path" => {
                    let known = if name == "channel" {
                        vec!["email".to_owned(), "sms".to_owned()]
                    } else {
                        ids.to_vec()
                    };
                    let part = self.choices.of(&known).clone();
                    address = address.replace(&format!("{{{name}}}"), &part);
                }
                "query" if self.choices.one_in(3) => {
                    let value = self.value(&parameter["schema"], 0);
                    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    query.push(format!("{name}={}", escaped(&value)));
                }
                _ => {}
            }
        }
        if query.is_empty() { address } else { format!("{address}?{}", query.join("&")) }
    }

    /// Header lines.
    fn lines(&mut self, operation: &Value, tags: &[String]) -> String {
        let mut lines = String::new();
        for parameter in operation["parameters"].as_array().unwrap() {
            let name = parameter["name"].as_str().unwrap();
            let needed = parameter["required"] == true && !self.choices.one_in(8);
            if parameter["in"] != "header" || !(needed || self.choices.one_in(3)) {
                continue;
            }
            let value = match name {
                "Portcullis-Reason" => {
                    (*self.choices.of(&["lost", "t%C3%BCr", "because", "%zz"])).to_owned()
                }
                _ => self.choices.of(tags).clone(),
            };
            write!(lines, "{name}: {value}\r\n").unwrap();
        }
        lines
    }

    /// The body, with the line that says what it is.
    fn body(&mut self, operation: &Value) -> (String, String) {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if schema.is_null() {
            let stray = if self.choices.one_in(15) { "{}" } else { "" };
            return (String::new(), stray.to_owned());
        }
        let kind = if self.choices.one_in(15) { "text/plain" } else { "application/json" };
        let body = if self.choices.one_in(15) {
            (*self.choices.of(&["", "{", "[[[[", "nul", "{\"a\":1,}", "\"\\ud800\""])).to_owned()
        } else {
            self.value(&schema.clone(), 0).to_string()
        };
        (format!("Content-Type: {kind}\r\n"), body)
    }
}

fn escaped(value: &str) -> String {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"-._~".contains(b);
    let piece = |b: u8| if plain(&b) { char::from(b).to_string() } else { format!("%{b:02X}") };
    value.bytes().map(piece).collect()
}

/// Somebody who signed in, and programs.
fn callers(gateway: &Gateway, alice: &mut Person) -> Vec<Script> {
    let owner = Script::signed_in(gateway, alice);
    let mut callers = vec![owner.clone(), owner];
    callers.extend(["auditor", "help_desk", "admin"].map(|role| Script::of_role(gateway, role)));
    callers.push(Script { browser: Browser::new(gateway), shown: String::new() });
    callers
}

#[test]
fn whatever_is_made_from_the_description_is_answered_as_it_says_and_nothing_breaks() {
    let recorder = Recorder::start();
    let (mut alice, mut bob) = (Person::named("alice"), Person::of_role("bob", "user"));
    let gateway = Gateway::start(&Setup::before(recorder.address()), &[&alice, &bob]);
    let callers = callers(&gateway, &mut alice);
    Browser::new(&gateway).sign_in(&mut bob);
    let owner = &callers[0];
    let described = Description::told_to(owner);
    token(&gateway, "victim", &[]);
    let id = |path: &str, list: &str| owner.get(path)[list][0]["id"].as_str().unwrap().to_owned();
    let user = id("/users?text=bob", "users");
    let ids = [
        user.clone(),
        id(&format!("/users/{user}/sessions"), "sessions"),
        "victim".to_owned(),
        "console".to_owned(),
        "nothing".to_owned(),
    ];
    let tag =
        owner.ask("GET", &format!("/users/{user}"), "", "").header("etag").unwrap().to_owned();
    let tags = ["*".to_owned(), "*".to_owned(), tag.clone(), format!("W/{tag}"), "x".to_owned()];
    // What is asked of everybody may end the session of whoever asks for more: that comes last.
    let is_last = |path: &str, method: &str| path == "/enforcement" && method == "patch";
    let all: Vec<_> = described.operations().collect();
    let (last, first): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(path, method, _)| is_last(path, method));
    let (done, refused) = (Cell::new(0), Cell::new(0));
    for (operations, cases) in [(first, 1000), (last, 40)] {
        let config = Config { cases, failure_persistence: None, ..Config::default() };
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let mut runner = TestRunner::new_with_rng(config, rng);
        let ran = runner.run(&vec(any::<u16>(), 64), |numbers| {
            let choices = Choices(numbers.into_iter());
            let mut maker = Maker { described: &described, choices };
            let (path, method, operation) = *maker.choices.of(&operations);
            let caller = maker.choices.of(&callers).clone();
            let address = maker.address(path, operation, &ids);
            let lines = maker.lines(operation, &tags);
            let (kind, body) = maker.body(operation);
            let answer =
                caller.ask(&method.to_uppercase(), &address, &format!("{lines}{kind}"), &body);
            assert!(answer.status < 500, "{method} {address} {lines}{body}: {}", answer.text());
            described.check((path, method), &answer);
            let counter = if answer.status < 300 { &done } else { &refused };
            counter.set(counter.get() + 1);
            Ok(())
        });
        ran.unwrap();
    }
    assert!(done.get() > 150 && refused.get() > 150, "{done:?} {refused:?}");
    assert_eq!(recorder.count(), 0);
}
