//! `portcullis doctor`: what is wrong around a gateway, said with what to do; and what is well.

use std::fs;
use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use portcullis::audit::Actor;
use portcullis::audit::AuditEvent;
use portcullis::audit::AuditKind;
use portcullis::clock::Clock as _;
use portcullis::clock::SystemClock;
use portcullis::clock::Timestamp;
use portcullis::entropy::Entropy;
use portcullis::entropy::SystemEntropy;
use portcullis::key_store::KeyStore;
use portcullis::store::Store as _;
use portcullis::store::sealing::DataKey;
use portcullis::store::sled::SledStore;
use portcullis::store::sled::StorePaths;
use serde_json::Value;

use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::person::Person;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorded;
use crate::support::recorder::Recorder;
use crate::support::smtp::MailServer;
use crate::support::smtp::Manner;

const SECRET: &str = "canary-canary-canary-canary";

/// What the doctor says, and whether it ends well.
fn doctor(gateway: &Gateway) -> (Vec<(String, String, String)>, bool) {
    let output = gateway.cli(&["--json", "doctor"], "");
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(!told.contains("canary"), "{told}");
    let told: Value = serde_json::from_str(&told).unwrap_or_else(|_| panic!("{told}"));
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    let findings = told["findings"].as_array().unwrap();
    let lines = findings.iter().map(|it| {
        assert!(it["level"] == "ok" || !text(it, "do").is_empty(), "what is to be done: {it}");
        (text(it, "level"), text(it, "about"), text(it, "what"))
    });
    let lines: Vec<_> = lines.collect();
    let worst =
        ["fail", "warn", "ok"].into_iter().find(|it| lines.iter().any(|line| line.0 == *it));
    assert_eq!(told["worst"].as_str(), worst);
    assert_eq!(output.status.success(), worst != Some("fail"), "{lines:?}");
    (lines, output.status.success())
}

/// Something of that level is said of what begins so, with these words.
fn says(gateway: &Gateway, level: &str, about: &str, what: &str) {
    let (lines, _) = doctor(gateway);
    let found =
        lines.iter().any(|(l, a, w)| l == level && a.starts_with(about) && w.contains(what));
    assert!(found, "{level} {about}: {what}: {lines:#?}");
}

#[test]
fn where_all_is_well_the_doctor_finds_everything_and_nothing_fails() {
    let console = Recorder::start();
    let alice = Person::named("alice");
    let gateway = Gateway::start(&Setup::before(console.address()), &[&alice]);
    let (lines, well) = doctor(&gateway);
    assert!(well, "{lines:#?}");
    for (about, what) in [
        ("gateway", "a gateway runs"),
        ("clock", "the newest record was written"),
        ("the audit log", "each continues the one before it"),
        ("console of console", "it answers at 127.0.0.1"),
        ("console of console", "it listens for this machine alone"),
        ("room", "MiB are free"),
        ("user", "this looks as the user with id"),
    ] {
        let is_ok = |(l, a, w): &(String, String, String)| {
            l == "ok" && a.starts_with(about) && w.contains(what)
        };
        assert!(lines.iter().any(is_ok), "{about}: {what}: {lines:#?}");
    }
    // One line each, as at a terminal.
    let told = gateway.cli_ok(&["doctor"], "");
    assert_eq!(told.lines().count(), lines.len(), "{told}");
    let begins = |line: &str| ["ok    ", "warn  "].iter().any(|level| line.starts_with(level));
    assert!(told.lines().all(begins), "{told}");
    // And the same of a store that nobody has open.
    let mut gateway = gateway;
    gateway.sigterm();
    gateway.exited();
    says(&gateway, "ok", "gateway", "no gateway runs");
}

#[test]
fn a_console_that_others_reach_around_the_gateway_is_found_a253() {
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut heard = [0; 4096];
            drop(stream.read(&mut heard));
            drop(
                stream.write_all(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                ),
            );
        }
    });
    let open = Setup::before(([127, 0, 0, 1], port).into());
    let gateway = Gateway::start(&open, &[]);
    let what = format!("it listens at 0.0.0.0:{port}, so that others reach it around the gateway");
    says(&gateway, "fail", "console of console", &what);
}

#[test]
fn a_console_that_believes_a_forged_assertion_is_found_and_one_that_verifies_is_not_a253() {
    let believes = |believed: bool| {
        Recorder::scripted(move |request: &Recorded| {
            let shown = request.values("portcullis-assertion");
            if believed && shown.first().is_some_and(|it| it.split('.').count() == 3) {
                Answer::ok(request, "welcome")
            } else {
                Answer::raw_then_close(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
            }
        })
    };
    for believed in [true, false] {
        let console = believes(believed);
        let gateway = Gateway::start(&Setup::before(console.address()), &[]);
        let (lines, well) = doctor(&gateway);
        let found = lines
            .iter()
            .any(|(_, _, what)| what.contains("an assertion that somebody else has signed"));
        assert_eq!((found, well), (believed, !believed), "{lines:#?}");
        // Nothing that the gateway alone knows, or says of anybody, was sent.
        for request in console.requests() {
            assert!(request.values("x-forwarded-user").is_empty());
        }
    }
}

#[test]
fn files_that_others_can_read_or_change_are_found_and_no_secret_is_told() {
    let console = Recorder::start();
    let upstream = format!(
        "{{ url: 'http://{}', secret_header: {{ name: X-Key, value: {SECRET} }} }}",
        console.address()
    );
    let gateway = Gateway::start(&Setup::before(console.address()).upstream(&upstream), &[]);
    let chmod = |path: &str, mode: u32| {
        fs::set_permissions(gateway.path(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    chmod("gateway.yaml", 0o600);
    assert!(doctor(&gateway).1);
    chmod("gateway.yaml", 0o622);
    says(&gateway, "fail", "gateway.yaml", "others than its owner can change it (mode 0622)");
    chmod("gateway.yaml", 0o600);
    chmod("data/keys/signing", 0o750);
    says(&gateway, "fail", "a key", "others can read or change it (mode 0750)");
    chmod("data/keys/signing", 0o700);
    chmod("", 0o777);
    says(&gateway, "fail", "the keys", "everybody can change what is in ");
    chmod("", 0o700);
    assert!(doctor(&gateway).1);
}

#[test]
fn a_file_with_faults_is_all_that_is_looked_at() {
    let gateway = Gateway::prepare(&Setup::before(([127, 0, 0, 1], 9).into()));
    gateway.configure(&gateway.setup_yaml().replace("sites:", "sights:"));
    let (lines, well) = doctor(&gateway);
    assert!(
        !well
            && lines
                .iter()
                .all(|(level, about, _)| level == "fail" && about.contains("gateway.yaml:"))
    );
}

#[test]
fn what_is_not_there_is_found_and_receivers_get_nothing() {
    let (mail, hook) = (MailServer::start(Manner::Willing), Recorder::start());
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let top = format!(
        "mail:\n  from: no-reply@console.test\n  smtp:\n    host: localhost\n    port: {}\n    ca_file: mail-ca.pem\n    \
         username: portcullis\n    password: {SECRET}\n\
         audit:\n  sinks:\n    - {{ name: siem, webhook: {{ url: 'http://{}/{SECRET}', secret: {SECRET} }} }}\n    \
         - {{ name: gone, webhook: {{ url: 'http://127.0.0.1:9/in', secret: {SECRET} }} }}\n    \
         - {{ name: copy, file: copy.jsonl }}\n",
        mail.port(),
        hook.address(),
    );
    let setup = Setup::before(([127, 0, 0, 1], 9).into());
    let gateway = Gateway::prepare(&setup);
    fs::write(gateway.path("mail-ca.pem"), &mail.authority).unwrap();
    fs::write(gateway.path("copy.jsonl"), "").unwrap();
    fs::set_permissions(gateway.path("copy.jsonl"), fs::Permissions::from_mode(0o666)).unwrap();
    let listen = format!("admin: {}", busy.local_addr().unwrap());
    gateway.configure(&setup.top(&top).yaml().replace("admin: 127.0.0.1:0", &listen));
    fs::set_permissions(gateway.path("gateway.yaml"), fs::Permissions::from_mode(0o600)).unwrap();
    let (lines, well) = doctor(&gateway);
    assert!(!well);
    let is = |level: &str, about: &str, what: &str| {
        let found =
            lines.iter().any(|(l, a, w)| l == level && a.starts_with(about) && w.contains(what));
        assert!(found, "{level} {about}: {what}: {lines:#?}");
    };
    is("fail", "console of console, 127.0.0.1:9", "it does not answer");
    is("ok", "mail server localhost", "it would take letters");
    is("ok", "receiver of the sink siem", "it accepts");
    is("fail", "receiver of the sink gone", "it does not accept");
    is("fail", "the sink copy", "others than its owner can change it");
    is("fail", &format!("listener {}", busy.local_addr().unwrap()), "it cannot be had");
    assert_eq!((hook.count(), mail.letters().len()), (0, 0));
}

#[test]
fn a_clock_that_is_behind_what_was_written_is_found() {
    let gateway = Gateway::prepare(&Setup::before(([127, 0, 0, 1], 9).into()));
    let keys = KeyStore::open(&gateway.path("data/keys")).unwrap();
    let key = DataKey::from_bytes(keys.data_key().unwrap().expose()).unwrap();
    let paths =
        StorePaths { dir: gateway.path("data/store"), head: gateway.path("data/keys/store.head") };
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy::new());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = SledStore::open(&paths, &key, entropy).unwrap().store;
        let ahead = Timestamp::from_millis(SystemClock::new().wall().millis() + 3_600_000);
        store
            .record(AuditEvent::new(ahead, AuditKind::ProofRefused, Actor::Gateway))
            .await
            .unwrap();
        store.close().await.unwrap();
    });
    says(&gateway, "fail", "clock", "and the newest record was written");
}
