//! What the gateway forwards is one request to everybody: the very bytes it sent are given to nginx, `HAProxy`,
//! Node and Python's h11, and each reads the same method, target, host, fields and body, and nothing else
//!
//!
//! `PORTCULLIS_TORTURE_ROUNDS` makes it longer: 600 other requests in each round.

use std::fs;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;

use tempfile::TempDir;

use crate::g2_paths::Targets;
use crate::support::eventually;
use crate::support::gateway::HOST;
use crate::support::h2::Last;
use crate::support::program::Program;
use crate::support::raw_client::RawClient;
use crate::support::recorder::Recorded;
use crate::support::recorder::Recorder;
use crate::support::show;
use crate::support::world::World;

/// A request as one reader understood it: what must not depend on who reads.
#[derive(Debug, PartialEq, Eq)]
struct Reading {
    method: String,
    target: String,
    fields: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Reading {
    /// Fields of the connection and of framing are each hop's own; the others count, in any order of names,
    /// each name in lower case.
    fn new(request: &Recorded) -> Self {
        let fields = request.fields();
        Self::of(request.method(), request.target(), fields, request.body.clone())
    }

    fn of(method: String, target: String, fields: Vec<(String, String)>, body: Vec<u8>) -> Self {
        let hop = ["connection", "keep-alive", "transfer-encoding", "content-length"];
        let mut fields: Vec<_> = fields
            .into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .filter(|(name, _)| !hop.contains(&name.as_str()))
            .collect();
        fields.sort();
        Self { method, target, fields, body }
    }

    /// From the `x-seen` field of an answer.
    fn told(answer: &str) -> Self {
        let text = data_encoding::BASE64.decode(answer.as_bytes()).unwrap();
        let seen: serde_json::Value = serde_json::from_slice(&text).unwrap();
        let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let fields = seen["fields"].as_array().unwrap();
        let fields = fields.iter().map(|pair| (word(&pair[0]), latin(&word(&pair[1])))).collect();
        let body = data_encoding::BASE64.decode(word(&seen["body"]).as_bytes()).unwrap();
        Self::of(word(&seen["method"]), word(&seen["target"]), fields, body)
    }
}

/// Octets that a reader showed as characters, as the recorder shows them.
fn latin(text: &str) -> String {
    let octets: Vec<u8> =
        text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
    String::from_utf8_lossy(&octets).into_owned()
}

/// Methods, the usual ones more often.
const METHODS: [&str; 12] = [
    "GET", "GET", "HEAD", "POST", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND",
    "REPORT", "MKCOL",
];

/// Names of fields, odd ones too.
const NAMES: [&str; 24] = [
    "X-A",
    "x-a",
    "X--B",
    "x!#$%&'*+-.^`|~1",
    "ACCEPT",
    "aCcEpT-lAnGuAgE",
    "X_Under_score",
    "Content-Type",
    "If-Match",
    "Range",
    "Cookie",
    "Authorization",
    "Referer",
    "User-Agent",
    "Cache-Control",
    "Pragma",
    "X-Content-Length",
    "Transfer-Encoding-X",
    "X-Host",
    "Date",
    "From",
    "Max-Forwards",
    "Link",
    "0",
];

/// Values of fields, as odd as they may be.
const VALUES: [&[u8]; 20] = [
    b"",
    b"x",
    b"a b",
    b"a\tb",
    b"\"quoted, \\\" string\"",
    b"a;b=c,d",
    b",,",
    b":",
    b"=",
    b"chunked",
    b"GET / HTTP/1.1",
    b"0",
    b"Content-Length: 5",
    b"\xe4\xf6\xfc",
    b"\xc3\xa4",
    b"%0d%0aX: y",
    b"<a>",
    b"{\"a\":[1]}",
    b"bytes=0-0,-1",
    b"c1=v1; c2=\"v2\"",
];

/// Bodies that look like something else.
const BODIES: [&[u8]; 7] = [
    b"",
    b"x",
    b"a=b&c=d",
    b"\r\n\r\n",
    b"0\r\n\r\n",
    b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    b"\0\xff",
];

/// Requests with a seed: the same ones on every run.
struct Requests(Targets);

/// One request to try.
struct Asked {
    method: &'static str,
    target: Vec<u8>,
    fields: Vec<(&'static str, Vec<u8>)>,
    body: Option<Vec<u8>>,
}

impl Requests {
    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.0.number(all.len())]
    }

    fn next_request(&mut self) -> Asked {
        let mut fields: Vec<(&'static str, Vec<u8>)> = Vec::new();
        for _ in 0..self.0.number(6) {
            let long = self.0.number(20) == 0;
            let (name, value) = (self.one_of(&NAMES), self.one_of(&VALUES));
            // Servers refuse twice what may be said once.
            if name.starts_with("X-") || fields.iter().all(|(other, _)| *other != name) {
                fields.push((name, if long { vec![b'v'; 3000] } else { value.to_vec() }));
            }
        }
        let body = match self.0.number(3) {
            0 => None,
            1 => Some(self.one_of(&BODIES).to_vec()),
            _ => Some(vec![b'b'; self.0.number(5000)]),
        };
        let target = if self.0.number(3) == 0 { self.0.next_target() } else { b"/x?y=z".to_vec() };
        Asked { method: self.one_of(&METHODS), target, fields, body }
    }

    /// The request in HTTP/1: with a length, or in chunks of random sizes.
    fn over_http1(&mut self, asked: &Asked, session: &str) -> Vec<u8> {
        let mut sent = format!("{} ", asked.method).into_bytes();
        sent.extend(&asked.target);
        sent.extend(format!(" HTTP/1.1\r\nhOST:{HOST}\t\r\nCookie: {session}\r\n").as_bytes());
        for (name, value) in &asked.fields {
            sent.extend(name.as_bytes());
            sent.extend(self.one_of::<&[u8]>(&[b":", b": ", b":\t  "]));
            sent.extend(value);
            sent.extend(self.one_of::<&[u8]>(&[b"\r\n", b" \r\n"]));
        }
        match &asked.body {
            None => sent.extend(b"\r\n"),
            Some(body) if self.0.number(2) == 0 => {
                sent.extend(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
                sent.extend(body);
            }
            Some(body) => {
                sent.extend(b"Transfer-Encoding: chunked\r\n\r\n");
                let mut rest = body.as_slice();
                while !rest.is_empty() {
                    let (chunk, left) = rest.split_at(1 + self.0.number(rest.len()));
                    sent.extend(format!("{:x}\r\n", chunk.len()).as_bytes());
                    sent.extend(chunk);
                    sent.extend(b"\r\n");
                    rest = left;
                }
                sent.extend(b"0\r\n\r\n");
            }
        }
        sent
    }

    /// The request in HTTP/2; whether it was answered with 200.
    fn over_http2(&mut self, world: &World, asked: &Asked, session: &str) -> bool {
        let length = asked.body.as_ref().map(|body| body.len().to_string()).unwrap_or_default();
        let names: Vec<_> =
            asked.fields.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        let mut fields: Vec<(&[u8], &[u8])> = vec![
            (b":method", asked.method.as_bytes()),
            (b":scheme", b"https"),
            (b":authority", HOST.as_bytes()),
            (b":path", &asked.target),
            (b"cookie", session.as_bytes()),
        ];
        let pairs = names.iter().zip(&asked.fields);
        fields.extend(pairs.map(|(name, (_, value))| (name.as_bytes(), value.trim_ascii())));
        if !length.is_empty() && self.0.number(2) == 0 {
            fields.push((b"content-length", length.as_bytes()));
        }
        let mut h2 = world.http2();
        let Some(body) = &asked.body else {
            let stream = h2.open_raw(&fields, Last::Yes);
            return h2.ended(stream).status() == Some(200);
        };
        let stream = h2.open_raw(&fields, Last::No);
        let mut rest = body.as_slice();
        while !rest.is_empty() {
            let (piece, left) = rest.split_at(1 + self.0.number(rest.len()));
            rest = left;
            let last = rest.is_empty() && self.0.number(2) == 0;
            h2.data(stream, piece, if last { Last::Yes } else { Last::No });
            if last {
                return h2.ended(stream).status() == Some(200);
            }
        }
        h2.data(stream, b"", Last::Yes);
        h2.ended(stream).status() == Some(200)
    }
}

/// What the gateway sends for so many requests, byte for byte.
fn forwarded(count: usize, chance: u64) -> Vec<Recorded> {
    let world = World::on_every_wire();
    let session = world.session_pair();
    let http2_session = world.http2_session();
    let mut requests = Requests(Targets(chance));
    let mut passed = Vec::new();
    for n in 0..count {
        let tried = requests.next_request();
        let before = world.recorder.count();
        let ok = if n % 2 == 0 {
            let mut client = world.gateway.connect();
            client.send(&requests.over_http1(&tried, &session));
            client.response_to(tried.method).status == 200
        } else {
            requests.over_http2(&world, &tried, &http2_session)
        };
        let seen = world.recorder.requests_from(before);
        assert_eq!(seen.len(), usize::from(ok), "I-1: {}", tried.target.escape_ascii());
        for request in &seen {
            // What the gateway was asked is what it asks.
            assert_eq!(request.method(), tried.method);
            // Of an HTTP/2 target the fragment is cut before anybody judges it.
            let target = tried.target.split(|&b| b == b'#').next().unwrap();
            assert_eq!(request.target().as_bytes(), target, "I-3");
            assert_eq!(
                request.body,
                tried.body.clone().unwrap_or_default(),
                "{}",
                show(&request.head)
            );
        }
        passed.extend(seen);
    }
    passed
}

/// A server in front of a recorder, on a socket of its own directory.
struct Server {
    child: Child,
    socket: PathBuf,
    _directory: TempDir,
    recorder: Recorder,
}

impl Server {
    fn start(name: &str, configuration: impl FnOnce(&str, &str) -> String) -> Self {
        let recorder = Recorder::start();
        let directory = TempDir::new().unwrap();
        let socket = directory.path().join("socket");
        let place = directory.path().display().to_string();
        let file = directory.path().join("configuration");
        fs::write(&file, configuration(&place, &recorder.address().to_string())).unwrap();
        let path = std::env::var_os("PATH").unwrap_or_default().into_string().unwrap();
        let mut command = Command::new(name);
        match name {
            "nginx" => command.arg("-e").arg(directory.path().join("log")).arg("-c").arg(&file),
            _ => command.arg("-db").arg("-f").arg(&file),
        };
        let child = command
            .env("PATH", format!("{path}:/usr/sbin"))
            .stdout(Stdio::null())
            .stderr(fs::File::create(directory.path().join("stderr")).unwrap())
            .spawn()
            .unwrap_or_else(|error| panic!("{name}: {error}: run make test"));
        let server = Self { child, socket, _directory: directory, recorder };
        eventually(name, || RawClient::local(&server.socket).is_some());
        server
    }

    fn nginx() -> Self {
        Self::start("nginx", |place, upstream| {
            let temporary: Vec<_> = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                .iter()
                .map(|kind| format!("{kind}_temp_path {place}/{kind};\n"))
                .collect();
            format!(
                "daemon off; master_process off; pid {place}/pid;\nevents {{}}\nhttp {{ access_log off;\n{}\
                 server {{ listen unix:{place}/socket; underscores_in_headers on; ignore_invalid_headers off;\n\
                 merge_slashes off; large_client_header_buffers 8 64k; client_max_body_size 0;\n\
                 location / {{ proxy_pass http://{upstream}; proxy_http_version 1.1;\n\
                 proxy_set_header Host $http_host; proxy_set_header Connection \"\"; }} }} }}\n",
                temporary.concat()
            )
        })
    }

    fn haproxy() -> Self {
        Self::start("haproxy", |place, upstream| {
            format!(
                "defaults\n  mode http\n  timeout connect 30s\n  timeout client 30s\n  timeout server 30s\n\
                 frontend f\n  bind unix@{place}/socket\n  default_backend b\n\
                 backend b\n  server s {upstream}\n"
            )
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// What must arrive behind each request, as a request of its own.
const AFTER: &str = "GET /after HTTP/1.1\r\nHost: after.test\r\nX-After: y\r\n\r\n";

/// Gives a reader the request and the one behind it in one go; what it answered.
fn hand_over(
    client: &mut RawClient,
    request: &Recorded,
) -> Vec<crate::support::raw_client::Response> {
    let bytes = [request.head.as_slice(), &request.wire_body, AFTER.as_bytes()].concat();
    client.send(&bytes);
    let mut answers = Vec::new();
    for method in [request.method().as_str(), "GET"] {
        let answer = client.answer_to(method);
        let context = || format!("A-084: after {answers:?}: {}", show(&bytes));
        answers.push(answer.unwrap_or_else(|| panic!("{}", context())));
    }
    answers
}

fn check(reader: &str, request: &Recorded, readings: &[Reading]) {
    let wire = [request.head.as_slice(), &request.wire_body].concat();
    let context = format!("A-084 {reader}: {}", show(&wire));
    assert_eq!(readings.len(), 2, "{context}\n{readings:#?}");
    assert_eq!(readings[0], Reading::new(request), "{context}");
    let after = &readings[1];
    assert_eq!((after.method.as_str(), after.target.as_str()), ("GET", "/after"), "{context}");
    assert_eq!(after.fields.len(), 2, "{context}");
    assert!(after.body.is_empty(), "{context}");
}

/// Requests tried in a round.
const TRIED: usize = 600;

#[test]
fn four_servers_read_what_is_forwarded_as_one_and_the_same_request_a084() {
    let rounds = std::env::var_os("PORTCULLIS_TORTURE_ROUNDS").and_then(|n| n.into_string().ok());
    let rounds: u64 = rounds.map_or(1, |rounds| rounds.parse().unwrap());
    for round in 0..rounds {
        let passed = forwarded(TRIED, 0x2545_f491_4f6c_dd1d ^ round << 1);
        assert!(passed.len() > TRIED / 3, "too few passed: {}", passed.len());
        let proxies = [("nginx", Server::nginx()), ("haproxy", Server::haproxy())];
        for (name, server) in &proxies {
            for request in &passed {
                proxied(name, server, request);
            }
        }
        let servers = [("node", Program::node("parse.mjs")), ("h11", Program::python("parse.py"))];
        for (name, program) in &servers {
            for request in &passed {
                served(name, program, request);
            }
        }
    }
}

fn proxied(name: &str, server: &Server, request: &Recorded) {
    let before = server.recorder.count();
    let mut client = RawClient::local(&server.socket).unwrap();
    for answer in hand_over(&mut client, request) {
        assert_eq!(answer.status, 200, "A-084 {name}: {}", show(&request.head));
    }
    let seen = server.recorder.requests_from(before);
    let readings: Vec<_> = seen.iter().map(Reading::new).collect();
    check(name, request, &readings);
}

fn served(name: &str, program: &Program, request: &Recorded) {
    let mut client = RawClient::plain(program.address);
    let answers = hand_over(&mut client, request);
    let told = answers.iter().map(|answer| {
        let seen = answer.header("x-seen");
        Reading::told(seen.unwrap_or_else(|| panic!("A-084 {name}: {answer:?}")))
    });
    check(name, request, &told.collect::<Vec<_>>());
}
