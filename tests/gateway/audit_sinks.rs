//! The audit log handed on as it grows: to a file, to receivers of syslog, to a webhook; and what happens while one of them
//! is not there.

use std::collections::BTreeMap;
use std::fs;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::UdpSocket;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use portcullis::audit::Actor;
use portcullis::audit::AuditEvent;
use portcullis::audit::AuditKind;
use portcullis::audit::AuditRecord;
use portcullis::clock::Clock as _;
use portcullis::clock::SystemClock;
use portcullis::clock::Timestamp;
use portcullis::courier::sms;
use portcullis::entropy::Entropy;
use portcullis::entropy::SystemEntropy;
use portcullis::key_store::KeyStore;
use portcullis::secret::Secret;
use portcullis::store::Store as _;
use portcullis::store::sealing::DataKey;
use portcullis::store::sled::SledStore;
use portcullis::store::sled::StorePaths;
use rustls::ServerConfig;
use rustls::ServerConnection;
use rustls::StreamOwned;
use rustls_pki_types::PrivateKeyDer;

use crate::support::DEADLINE;
use crate::support::Latch;
use crate::support::browser::Browser;
use crate::support::gateway::Gateway;
use crate::support::gateway::Setup;
use crate::support::lock;
use crate::support::person::Person;
use crate::support::recorder::Answer;
use crate::support::recorder::Recorded;
use crate::support::recorder::Recorder;
use crate::support::waiting::eventually;

const SECRET: &str = "a secret of sixteen and more";

/// Nobody listens there.
fn nowhere() -> SocketAddr {
    ([127, 0, 0, 1], 9).into()
}

fn setup(sinks: &str) -> Setup {
    Setup::before(nowhere()).top(&format!("audit:\n  sinks:\n{sinks}"))
}

/// The records of the log, by their numbers.
fn log(gateway: &Gateway) -> BTreeMap<u64, AuditRecord> {
    records(&gateway.cli_ok(&["--json", "audit", "tail", "--from", "1", "--limit", "1000"], ""))
}

/// Records in lines of JSON; one that came twice is the same both times.
fn records(lines: &str) -> BTreeMap<u64, AuditRecord> {
    let mut all = BTreeMap::new();
    for line in lines.lines() {
        let record: AuditRecord = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        let before = all.insert(record.seq, record.clone());
        assert!(before.is_none_or(|before| before == record), "{line}");
    }
    all
}

/// The numbers of records in the order in which they came, each the first time.
fn in_order(lines: &str) {
    let mut last = 0;
    for line in lines.lines() {
        let record: AuditRecord = serde_json::from_str(line).unwrap();
        assert!(record.seq <= last + 1, "{} after {last}", record.seq);
        last = last.max(record.seq);
    }
}

fn last(gateway: &Gateway) -> u64 {
    *log(gateway).last_key_value().unwrap().0
}

/// Waits until a sink has all of the log.
fn caught_up(gateway: &Gateway, sink: &str) {
    eventually("a sink that has everything", || {
        let sample =
            format!("portcullis_audit_sink_delivered_timestamp_seconds{{sink=\"{sink}\"}}");
        gateway.metric(&[&sample]) > 0.0
            && gateway.metric(&["portcullis_audit_sink_behind", &format!("\"{sink}\"")]) == 0.0
    });
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// Its lines that are there to their end: somebody writes it.
fn written(path: &Path) -> String {
    let text = read(path);
    text.rsplit_once('\n').map_or_else(String::new, |(whole, _)| whole.to_owned())
}

/// What a receiver of the tests has heard.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    fn note(&self, message: String) {
        lock(&self.0).push(message);
    }

    /// The records in the messages, as lines.
    fn lines(&self) -> String {
        let texts: Vec<String> = lock(&self.0).iter().map(|message| text_of(message)).collect();
        texts.join("\n")
    }
}

/// The text of a message of syslog, whose head must be what RFC 5424 has.
fn text_of(message: &str) -> String {
    assert!(message.is_ascii() && !message.bytes().any(|b| b.is_ascii_control()), "{message}");
    let mut words = message.splitn(7, ' ');
    let priority = words.next().unwrap();
    assert!(["<108>1", "<109>1", "<110>1"].contains(&priority), "{message}");
    let at = words.next().unwrap();
    assert!(at.len() == 24 && at.ends_with('Z'), "{message}");
    let _host = words.next().unwrap();
    assert_eq!(words.next(), Some("portcullis"));
    let _process: u32 = words.next().unwrap().parse().unwrap();
    let kind = words.next().unwrap().to_owned();
    let rest = words.next().unwrap();
    assert!(rest.starts_with("[portcullis@32473 seq=\""), "{message}");
    let (_, text) = rest.split_once("] ").unwrap();
    assert!(text.contains(&format!("\"kind\":\"{kind}\"")), "{message}");
    text.to_owned()
}

/// A receiver of syslog over TCP: messages are counted in octets.
fn hear_tcp(listener: TcpListener) -> Heard {
    let heard = Heard::default();
    let noted = heard.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            take_counted(stream, &noted);
        }
    });
    heard
}

/// Messages that are counted in octets, until the end.
fn take_counted(stream: impl Read, noted: &Heard) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut length = Vec::new();
        if stream.read_until(b' ', &mut length).unwrap_or(0) == 0 {
            break;
        }
        let length = String::from_utf8(length).unwrap().trim().parse().unwrap();
        let mut message = vec![0; length];
        stream.read_exact(&mut message).unwrap();
        noted.note(String::from_utf8(message).unwrap());
    }
}

/// The same in TLS, under an authority of its own: its PEM, and what is heard.
fn hear_tls(listener: TcpListener) -> (String, Heard) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let (tls, heard) = (Arc::new(tls), Heard::default());
    let noted = heard.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let connection = ServerConnection::new(Arc::clone(&tls)).unwrap();
            take_counted(StreamOwned::new(connection, stream), &noted);
        }
    });
    (made.cert.pem(), heard)
}

#[test]
fn a_receiver_in_tls_gets_every_record_and_one_of_another_authority_none_a264() {
    let alice = Person::named("alice");
    let listen = || TcpListener::bind("127.0.0.1:0").unwrap();
    let (good, other) = (listen(), listen());
    let at = |listener: &TcpListener| listener.local_addr().unwrap().port();
    let setup = setup(&format!(
        "    - {{ name: good, syslog: {{ address: 'tls://localhost:{}', ca_file: ca.pem }} }}\n    \
         - {{ name: other, syslog: {{ address: 'tls://localhost:{}', ca_file: ca.pem }} }}\n",
        at(&good),
        at(&other),
    ));
    let ((pem, heard), (_, nothing)) = (hear_tls(good), hear_tls(other));
    // `init` needs no sinks, and the file of the authority needs a directory to be in.
    let mut gateway = Gateway::prepare(&Setup::before(nowhere()));
    fs::write(gateway.path("ca.pem"), &pem).unwrap();
    gateway.configure(&setup.yaml());
    gateway.add(&alice);
    gateway.run();
    caught_up(&gateway, "good");
    eventually("every record", || records(&heard.lines()).len() as u64 >= last(&gateway));
    assert_eq!(records(&heard.lines()), log(&gateway));
    let failures = || gateway.metric(&["portcullis_audit_sink_failures_total", "\"other\""]);
    eventually("a failure", || failures() >= 1.0);
    assert!(lock(&nothing.0).is_empty());
}

#[test]
fn a_file_has_every_record_once_written_and_is_begun_anew_when_it_was_moved_away_a264() {
    let alice = Person::named("alice");
    let setup = setup("    - { name: copy, file: audit.jsonl }\n");
    let gateway = Gateway::start(&setup, &[&alice]);
    let path = gateway.path("audit.jsonl");
    caught_up(&gateway, "copy");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let away = gateway.path("audit.jsonl.1");
    fs::rename(&path, &away).unwrap();
    gateway.add(&Person::named("bob"));
    eventually("the next file", || read(&path).contains("account_created"));
    gateway.sighup();
    eventually("the record of the reload", || read(&path).contains("configuration_loaded"));
    caught_up(&gateway, "copy");
    let all = format!("{}{}", read(&away), read(&path));
    in_order(&all);
    assert_eq!(records(&all), log(&gateway));
}

#[test]
fn receivers_of_syslog_get_every_record_over_a_socket_udp_and_tcp_a264_a266() {
    let alice = Person::named("alice");
    let (udp, tcp) =
        (UdpSocket::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
    let dir = tempfile::tempdir().unwrap();
    let unix = UnixDatagram::bind(dir.path().join("log")).unwrap();
    let setup = setup(&format!(
        "    - {{ name: local, syslog: {{ address: 'unix://{}' }} }}\n    \
         - {{ name: udp, syslog: {{ address: 'udp://{}' }} }}\n    \
         - {{ name: tcp, syslog: {{ address: 'tcp://{}' }} }}\n",
        dir.path().join("log").display(),
        udp.local_addr().unwrap(),
        tcp.local_addr().unwrap(),
    ));
    let heard = [Heard::default(), Heard::default(), hear_tcp(tcp)];
    let (local, far) = (heard[0].clone(), heard[1].clone());
    std::thread::spawn(move || {
        let mut message = vec![0; 65_536];
        while let Ok(length) = unix.recv(&mut message) {
            local.note(String::from_utf8(message[..length].to_vec()).unwrap());
        }
    });
    std::thread::spawn(move || {
        let mut message = vec![0; 65_536];
        while let Ok(length) = udp.recv(&mut message) {
            far.note(String::from_utf8(message[..length].to_vec()).unwrap());
        }
    });
    let gateway = Gateway::start(&setup, &[&alice]);
    let evil = "--reason=] \\ \" <13>1 é = @";
    gateway.cli_ok(&["user", "reset-mfa", "alice", evil], "");
    let all = log(&gateway);
    assert!(all.values().any(|it| it.event.detail.values().any(|it| it.contains("<13>1 é"))));
    for (name, heard) in ["local", "udp", "tcp"].iter().zip(&heard) {
        caught_up(&gateway, name);
        eventually("every record", || records(&heard.lines()).len() >= all.len());
        in_order(&heard.lines());
        assert_eq!(records(&heard.lines()), log(&gateway), "{name}");
    }
}

/// A log that begins two months ago, as `init` would have made it then.
fn aged(gateway: &Gateway) {
    let keys = KeyStore::open(&gateway.path("data/keys")).unwrap();
    let key = DataKey::from_bytes(keys.data_key().unwrap().expose()).unwrap();
    let paths =
        StorePaths { dir: gateway.path("data/store"), head: gateway.path("data/keys/store.head") };
    fs::remove_dir_all(&paths.dir).unwrap();
    fs::remove_file(&paths.head).unwrap();
    let now = SystemClock::new().wall();
    let old = Timestamp::from_millis(now.millis() - 60 * 24 * 3_600_000);
    let event = |kind| AuditEvent::new(old, kind, Actor::Gateway);
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy::new());
    let made = SledStore::create(&paths, &key, &entropy, event(AuditKind::StoreCreated)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        for _ in 0..9 {
            made.record(event(AuditKind::ProofRefused)).await.unwrap();
        }
        made.close().await.unwrap();
    });
}

#[test]
fn old_records_go_when_every_sink_has_them_and_the_rest_verifies_with_what_was_kept_a264() {
    let alice = Person::named("alice");
    let sinks = "    - { name: copy, file: audit.jsonl }\n  keep: 30d\n";
    let mut gateway = Gateway::prepare(&setup(sinks));
    aged(&gateway);
    gateway.add(&alice);
    fs::write(gateway.path("heads"), gateway.cli_ok(&["audit", "head"], "")).unwrap();
    fs::write(gateway.path("export"), gateway.cli_ok(&["audit", "export"], "")).unwrap();
    gateway.run();
    caught_up(&gateway, "copy");
    // Looked at each hour, and at each start.
    gateway.restart();
    eventually("the oldest records gone", || log(&gateway).first_key_value().unwrap().0 == &11);
    let (mut kept, left) = (BTreeMap::new(), log(&gateway));
    eventually("a copy of all that is left", || {
        kept = records(&written(&gateway.path("audit.jsonl")));
        left.iter().all(|(seq, record)| kept.get(seq) == Some(record))
    });
    assert_eq!(kept.first_key_value().unwrap().0, &1);
    let pruned = left.values().find(|it| it.event.kind == AuditKind::AuditPruned).unwrap();
    let detail = &pruned.event.detail;
    assert_eq!((&*detail["from"], &*detail["to"], &detail["hash"]), ("1", "10", &kept[&10].hash));
    let told = gateway.cli_ok(&["audit", "verify"], "");
    assert!(told.contains("It begins with record 11: what was before was pruned"), "{told}");
    let heads = gateway.path("heads").display().to_string();
    gateway.cli_ok(&["audit", "verify", "--heads", &heads], "");
    fs::write(gateway.path("later"), gateway.cli_ok(&["audit", "export"], "")).unwrap();
    for export in ["export", "later"] {
        let file = gateway.path(export).display().to_string();
        gateway.cli_ok(&["audit", "verify", "--file", &file], "");
    }
}

fn answer(status: &str) -> Answer {
    Answer::raw_then_close(format!("HTTP/1.1 {status}\r\n\r\n").as_bytes())
}

/// A webhook of the tests: whether it takes what comes, and what it took.
fn webhook() -> (Recorder, Arc<AtomicBool>) {
    let willing = Arc::new(AtomicBool::new(true));
    let takes = Arc::clone(&willing);
    let script = move |_: &Recorded| {
        let takes = takes.load(Ordering::SeqCst);
        answer(if takes { "204 No Content" } else { "503 Service Unavailable" })
    };
    (Recorder::scripted(script), willing)
}

fn hooked(hook: &Recorder, more: &str) -> Setup {
    setup(&format!(
        "    - {{ name: siem, webhook: {{ url: 'http://{}/in', secret: {SECRET} }}{more} }}\n",
        hook.address()
    ))
}

/// The bodies that a webhook was sent, of requests that are ours.
fn taken(hook: &Recorder) -> String {
    let mut all = String::new();
    for request in hook.requests() {
        assert_eq!((request.method().as_str(), request.target().as_str()), ("POST", "/in"));
        assert_eq!(request.values("content-type"), ["application/x-ndjson"]);
        let moment = request.values("portcullis-timestamp").remove(0).parse().unwrap();
        let body = String::from_utf8(request.body.clone()).unwrap();
        let signed = sms::signature(&Secret::new(SECRET.to_owned()), moment, &body);
        assert_eq!(request.values("portcullis-signature"), [signed]);
        all.push_str(&body);
    }
    all
}

#[test]
fn a_webhook_that_fails_gets_every_record_in_order_when_it_is_back_a264_a265() {
    let alice = Person::named("alice");
    let (hook, willing) = webhook();
    let mut gateway = Gateway::start(&hooked(&hook, ""), &[&alice]);
    caught_up(&gateway, "siem");
    willing.store(false, Ordering::SeqCst);
    gateway.add(&Person::named("bob"));
    let failures = || gateway.metric(&["portcullis_audit_sink_failures_total", "\"siem\""]);
    eventually("failures", || failures() >= 2.0);
    assert!(gateway.metric(&["portcullis_audit_sink_behind", "\"siem\""]) >= 1.0);
    // What waits outlives the process.
    gateway.kill9();
    gateway.run();
    willing.store(true, Ordering::SeqCst);
    caught_up(&gateway, "siem");
    eventually("every record", || records(&taken(&hook)).len() as u64 >= last(&gateway));
    assert_eq!(records(&taken(&hook)), log(&gateway));
    assert!(gateway.stderr().contains("the audit log's sink did not take records"));
    assert!(!gateway.stderr().contains(SECRET));
}

#[test]
fn a_webhook_for_owners_gets_what_they_watch_over_and_nothing_else_a264() {
    let mut alice = Person::named("alice");
    let (hook, _) = webhook();
    let gateway = Gateway::start(&hooked(&hook, ", records: owners"), &[&alice]);
    Browser::new(&gateway).sign_in(&mut alice);
    gateway.cli_ok(&["enforcement", "set", "--mode", "enforced"], "");
    gateway.cli_ok(&["user", "recovery-code", "alice", "--reason", "seen in person"], "");
    caught_up(&gateway, "siem");
    let all = log(&gateway);
    let chosen: BTreeMap<u64, AuditRecord> = all
        .iter()
        .filter(|(_, record)| matches!(record.event.actor, Actor::Operator { .. }))
        .map(|(seq, record)| (*seq, record.clone()))
        .collect();
    assert!(chosen.len() >= 3 && chosen.len() < all.len(), "{chosen:?}");
    eventually("what is theirs", || records(&taken(&hook)).len() >= chosen.len());
    assert_eq!(records(&taken(&hook)), chosen);
}

#[test]
fn a_sink_that_hangs_keeps_no_other_from_its_records_over_a_reload_a264() {
    let alice = Person::named("alice");
    let latch = Latch::default();
    let held = latch.clone();
    let hook = Recorder::scripted(move |request| Answer::held(request, &held, ""));
    // Longer than anything here waits.
    let hung = format!(
        "    - {{ name: siem, webhook: {{ url: 'http://{}/in', secret: {SECRET}, timeout: 1m }} }}\n",
        hook.address()
    );
    let copy = "    - { name: copy, file: audit.jsonl }\n";
    let gateway = Gateway::start(&setup(&format!("{hung}{copy}")), &[&alice]);
    hook.wait_for(1);
    caught_up(&gateway, "copy");
    let other = "    - { name: other, file: other.jsonl }\n";
    gateway.configure(&setup(&format!("{hung}{copy}{other}")).yaml());
    gateway.sighup();
    caught_up(&gateway, "other");
    assert_eq!(hook.count(), 1, "what stays as it is goes on undisturbed");
    // The one that hangs goes.
    gateway.configure(&setup(other).yaml());
    gateway.sighup();
    gateway.add(&Person::named("bob"));
    eventually("every record", || {
        let told = records(&written(&gateway.path("other.jsonl")));
        told.values().filter(|it| it.event.kind == AuditKind::ConfigurationLoaded).count() == 2
            && told == log(&gateway)
    });
    // Nor does it keep one that comes.
    let third = "    - { name: third, file: third.jsonl }\n";
    gateway.configure(&setup(&format!("{other}{third}")).yaml());
    gateway.sighup();
    caught_up(&gateway, "third");
    latch.open();
}

#[test]
fn without_sinks_old_records_go_when_an_export_was_written_to_its_end_a264() {
    let alice = Person::named("alice");
    let mut gateway = Gateway::prepare(&Setup::before(nowhere()).top("audit:\n  keep: 30d\n"));
    aged(&gateway);
    gateway.add(&alice);
    let export = gateway.cli_ok(&["audit", "export"], "");
    gateway.run();
    eventually("the oldest records gone", || log(&gateway).first_key_value().unwrap().0 == &11);
    assert!(export.lines().next().unwrap().contains("\"seq\":1,"));
}

/// A kill between what a receiver took and the note of it: the same records come again, and none is left out.
#[test]
fn a_kill_between_delivery_and_its_note_has_records_sent_again_and_none_left_out_a265() {
    let alice = Person::named("alice");
    let (arrived, arrival) = std::sync::mpsc::channel::<()>();
    let arrived = Mutex::new(arrived);
    let holding = Arc::new(AtomicBool::new(true));
    let holds = Arc::clone(&holding);
    // It has the records, and while it holds, its answer never comes.
    let hook = Recorder::scripted(move |_| {
        if holds.load(Ordering::SeqCst) {
            lock(&arrived).send(()).expect("the test listens");
            return Answer(Vec::new());
        }
        answer("204 No Content")
    });
    let mut gateway = Gateway::start(&hooked(&hook, ""), &[&alice]);
    arrival.recv_timeout(DEADLINE).unwrap();
    gateway.kill9();
    holding.store(false, Ordering::SeqCst);
    gateway.run();
    caught_up(&gateway, "siem");
    let all = taken(&hook);
    let firsts = all.lines().filter(|line| line.contains("\"seq\":1,")).count();
    assert_eq!(firsts, 2, "once before the kill, and once after it");
    assert_eq!(records(&all), log(&gateway));
}

#[test]
fn while_a_sink_that_acts_wait_for_is_behind_no_act_is_done_and_nothing_half_a265() {
    let (mut alice, bob) = (Person::named("alice"), Person::named("bob"));
    let (hook, willing) = webhook();
    let setup = hooked(&hook, ", on_lag: refuse_acts, lag_limit: 3");
    let gateway = Gateway::start(&setup, &[&alice, &bob]);
    caught_up(&gateway, "siem");
    Browser::new(&gateway).sign_in(&mut alice);
    caught_up(&gateway, "siem");
    willing.store(false, Ordering::SeqCst);
    // What takes rights away goes on, and is what the sink is late with.
    for round in 0..4 {
        let what = if round % 2 == 0 { "add" } else { "disable" };
        if what == "add" {
            gateway.cli(&["token", "add", &format!("t{round}"), "--site", "console"], "");
        } else {
            gateway.cli_ok(&["user", "disable", "bob"], "");
            gateway.cli(&["user", "enable", "bob"], "");
        }
    }
    eventually("a sink too far behind", || {
        gateway.metric(&["portcullis_audit_sink_late", "\"siem\""]) > 0.0
    });
    let before = last(&gateway);
    let refused = gateway.cli(&["user", "set-role", "bob", "admin"], "");
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && told.contains("the audit log's sink `siem` is"), "{told}");
    let shown = gateway.cli_ok(&["user", "show", "bob"], "");
    assert!(!shown.contains("admin"), "{shown}");
    let mut browser = Browser::new(&gateway);
    let answer = browser.password(&alice, "/");
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert_eq!(last(&gateway), before, "nothing is written");
    // And nobody is locked out by attempts that were not made.
    willing.store(true, Ordering::SeqCst);
    eventually("acts that are done again", || {
        gateway.cli(&["user", "set-role", "bob", "admin"], "").status.success()
    });
    Browser::new(&gateway).sign_in(&mut alice);
}

/// How the sinks get on, as the command line says.
fn sinks(gateway: &Gateway) -> serde_json::Value {
    serde_json::from_str(&gateway.cli_ok(&["--json", "audit", "sinks"], "")).unwrap()
}

#[test]
fn a_record_that_a_receiver_never_takes_is_told_and_skipped_with_a_reason_a264() {
    let (alice, mut bob) = (Person::named("alice"), Person::named("bob"));
    bob.role = "user";
    let hook = Recorder::scripted(|request: &Recorded| {
        let body = String::from_utf8_lossy(&request.body);
        let is_poison = body.contains("it takes no poison") && !body.contains("audit_skipped");
        answer(if is_poison { "400 Bad Request" } else { "204 No Content" })
    });
    let setup = hooked(&hook, ", on_lag: refuse_acts, lag_limit: 1");
    let gateway = Gateway::start(&setup, &[&alice, &bob]);
    caught_up(&gateway, "siem");
    assert_eq!(gateway.cli_ok(&["audit", "sinks"], ""), "sink siem (webhook): has every record\n");
    gateway.cli_ok(&["user", "disable", "bob", "--reason", "it takes no poison"], "");
    let poison = last(&gateway);
    eventually("a record that is not taken", || {
        sinks(&gateway)[0]["trouble"]["record"] == serde_json::json!(poison)
    });
    let told = &sinks(&gateway)[0];
    assert_eq!(told["trouble"]["why"], "the webhook does not take it: it answers 400");
    assert_eq!((&told["next"][0], &told["way"]), (&poison.into(), &"webhook".into()));
    let line = format!("the oldest is {poison}, ");
    for told in [
        gateway.cli_ok(&["health"], ""),
        gateway.cli_ok(&["check"], ""),
        gateway.cli_ok(&["audit", "sinks"], ""),
    ] {
        assert!(told.contains(&line) && told.contains(": it answers 400"), "{told}");
        assert!(told.contains(&format!("`portcullis audit skip siem --to {poison}`")), "{told}");
    }
    let to = poison.to_string();
    let because = ["--reason", "it takes no poison"];
    refuses_to_skip_otherwise(&gateway, poison, &because);
    assert_eq!(last(&gateway), poison, "nothing is written");
    gateway.cli_ok(&[&["audit", "skip", "siem", "--to", &to], &because[..]].concat(), "");
    caught_up(&gateway, "siem");
    assert!(sinks(&gateway)[0]["trouble"].is_null());
    let (mut all, kept) = (log(&gateway), records(&delivered(&hook)));
    let skipped = all.remove(&poison).unwrap();
    assert_eq!(skipped.event.kind, AuditKind::AccountDisabled);
    assert_eq!(kept, all, "it has all but that one");
    let told = all.values().find(|it| it.event.kind == AuditKind::AuditSkipped).unwrap();
    let detail = &told.event.detail;
    assert_eq!((&detail["from"], &detail["to"]), (&to, &to));
    assert_eq!((&*detail["sink"], &*detail["reason"]), ("siem", because[1]));
    assert!(matches!(told.event.actor, Actor::Operator { .. }));
}

/// Without a reason, for another sink, or to what it does not lack.
fn refuses_to_skip_otherwise(gateway: &Gateway, poison: u64, because: &[&str]) {
    let (to, more) = (poison.to_string(), (poison + 9).to_string());
    for (arguments, why) in [
        (vec!["audit", "skip", "siem", "--to", &to], "this needs a reason"),
        ([&["audit", "skip", "copy", "--to", &to], because].concat(), "there is no sink `copy`"),
        ([&["audit", "skip", "siem", "--to", &more], because].concat(), "is none of them"),
        ([&["audit", "skip", "siem", "--to", "1"], because].concat(), "1 is none of them"),
    ] {
        let refused = gateway.cli(&arguments, "");
        let told = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success() && told.contains(why), "{arguments:?}: {told}");
    }
}

/// The bodies that the webhook of that test took.
fn delivered(hook: &Recorder) -> String {
    let bodies = hook.requests().into_iter().map(|it| String::from_utf8(it.body).unwrap());
    let took =
        |body: &String| !body.contains("it takes no poison") || body.contains("audit_skipped");
    bodies.filter(took).collect()
}

#[test]
fn how_sinks_get_on_is_said_without_a_gateway_too() {
    let gateway = Gateway::prepare(&setup("    - { name: copy, file: audit.jsonl }\n"));
    let told = gateway.cli_ok(&["audit", "sinks"], "");
    assert!(told.starts_with("sink copy (file): ") && told.contains(" behind"), "{told}");
    let told = gateway.cli_ok(&["check"], "");
    assert!(told.contains("sink copy (file): no gateway runs, so that it gets nothing"), "{told}");
}
