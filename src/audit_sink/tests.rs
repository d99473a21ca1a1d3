//! What leaves an outlet, whatever stands in a record.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixDatagram;

use super::syslog::message::Sender;
use super::*;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditHead;
use crate::audit::AuditKind;
use crate::clock::ManualClock;
use crate::clock::Timestamp;
use crate::subject::SubjectId;

/// Whatever could end a line, close a value, colour a terminal, turn text or be a formula.
const EVIL: &str =
    "=x\" ] \\ \r\n<13>1 forged\u{1b}[2J\u{7f}\u{85}\u{2028}\u{2029}\u{202e}\u{2066}é";

fn records(n: u64) -> Vec<AuditRecord> {
    let mut head = AuditHead::default();
    let record = |i| {
        let actor = Actor::Subject { id: SubjectId::from_stored("s1".to_owned()) };
        let mut event = AuditEvent::new(Timestamp::from_secs(i), AuditKind::RoleChanged, actor);
        event.site = Some(EVIL.to_owned());
        event.request_id = Some(EVIL.repeat(20));
        head.chain(event.with("reason", EVIL))
    };
    (1..=n).map(record).collect()
}

#[test]
fn a_message_of_syslog_is_one_line_of_ascii_with_closed_values_a266() {
    let sender = Sender::new("host with\nblank", 7);
    let record = &records(1)[0];
    let message = sender.message(record, 32 * 1024);
    assert!(message.is_ascii() && !message.bytes().any(|b| b.is_ascii_control()), "{message}");
    let head = "<109>1 1970-01-01T00:00:01.000Z hostwithblank portcullis 7 role_changed [portcullis@32473 seq=\"1\"";
    assert!(message.starts_with(head), "{message}");
    let site = r#" site="=x\" \] \\ ??<13>1 forged?[2J???????" request=""#;
    assert!(message.contains(site), "{message}");
    // Read as RFC 5424 has it: a value ends at a quotation mark that no backslash stands before.
    let data = message.split_once('[').unwrap().1;
    let mut quoted = false;
    let mut escaped = false;
    let end = data.find(|c| {
        let closes = c == ']' && !quoted;
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    });
    let text = &data[end.unwrap() + 2..];
    assert_eq!(serde_json::from_str::<AuditRecord>(text).unwrap(), *record);
}

#[test]
fn a_message_that_would_be_too_long_goes_without_details_and_says_so_a266() {
    let mut record = records(1).remove(0);
    record.event = record.event.with("reason", "x".repeat(5000));
    let message = Sender::new("h", 7).message(&record, 2048);
    assert!(message.len() <= 2048, "{}", message.len());
    let (_, text) = message.rsplit_once("] {").unwrap();
    let text: serde_json::Value = serde_json::from_str(&format!("{{{text}")).unwrap();
    assert_eq!(text["shortened"], true);
    assert_eq!((&text["seq"], &text["hash"]), (&1.into(), &record.hash.clone().into()));
    assert!(text.get("detail").is_none());
}

#[test]
fn a_file_has_a_line_a_record_and_a_torn_line_stays_by_itself_a266() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.jsonl");
    let records = records(3);
    let mut outlet = FileOutlet::new(path.clone());
    outlet.deliver(&records[..1]).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    // A write that a crash broke off.
    let mut torn = fs::OpenOptions::new().append(true).open(&path).unwrap();
    torn.write_all(b"{\"schema\":1,\"se").unwrap();
    FileOutlet::new(path.clone()).deliver(&records[1..2]).unwrap();
    // It is rotated away, and another one is begun.
    let away = dir.path().join("audit.jsonl.1");
    fs::rename(&path, &away).unwrap();
    outlet.deliver(&records[2..]).unwrap();
    let read = |path: &PathBuf| -> Vec<Option<AuditRecord>> {
        let text = fs::read_to_string(path).unwrap();
        assert!(text.ends_with('\n'));
        let lines = text.split_terminator('\n');
        lines.map(|line| serde_json::from_str(line).ok()).collect()
    };
    assert_eq!(read(&away), [Some(records[0].clone()), None, Some(records[1].clone())]);
    assert_eq!(read(&path), [Some(records[2].clone())]);
}

#[test]
fn a_file_that_others_can_write_or_that_is_a_link_or_no_file_takes_nothing_a266() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::write(at("open"), "").unwrap();
    fs::set_permissions(at("open"), fs::Permissions::from_mode(0o660)).unwrap();
    fs::write(at("good"), "").unwrap();
    std::os::unix::fs::symlink(at("good"), at("link")).unwrap();
    fs::create_dir(at("directory")).unwrap();
    fs::write(at("one"), "").unwrap();
    fs::set_permissions(at("one"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::hard_link(at("one"), at("other")).unwrap();
    fs::write(at("theirs"), "").unwrap();
    fs::set_permissions(at("theirs"), fs::Permissions::from_mode(0o600)).unwrap();
    // Only root gives files away.
    if std::os::unix::fs::chown(at("theirs"), Some(1), None).is_ok() {
        assert!(FileOutlet::new(at("theirs")).deliver(&records(1)).is_err());
    }
    let _socket = UnixDatagram::bind(at("socket")).unwrap();
    for name in ["open", "link", "one", "other", "directory", "socket", "none/of/this"] {
        let refused = FileOutlet::new(at(name)).deliver(&records(1)).unwrap_err();
        assert!(refused.0.starts_with("the file cannot be written: "), "{name}: {refused}");
    }
    assert_eq!(fs::read(at("good")).unwrap(), b"");
}

#[test]
fn a_local_socket_that_nobody_has_takes_nothing_and_takes_it_when_it_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let settings = syslog::Settings {
        address: syslog::Address::Unix(path.clone()),
        timeout: Duration::from_secs(1),
    };
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(Timestamp::from_secs(1)));
    let mut outlet = Outlet::new(&Way::Syslog(settings), &clock);
    assert!(outlet.deliver(&records(2)).is_err());
    let receiver = UnixDatagram::bind(&path).unwrap();
    outlet.deliver(&records(2)).unwrap();
    for seq in 1..=2 {
        let mut message = vec![0; 65_536];
        let length = receiver.recv(&mut message).unwrap();
        let text = String::from_utf8(message[..length].to_vec()).unwrap();
        assert!(text.contains(&format!("seq=\"{seq}\"")), "{text}");
    }
}

#[test]
fn owners_get_ways_in_policy_the_command_line_and_exports_and_nothing_of_daily_life() {
    let id = |id: &str| SubjectId::from_stored(id.to_owned());
    let event = |kind, actor| AuditEvent::new(Timestamp::from_secs(1), kind, actor).on(&id("ann"));
    let person = || Actor::Subject { id: id("bob") };
    let mut policy = event(AuditKind::EnforcementChanged, person()).with("of", "everybody");
    policy.target = None;
    let chosen = [
        event(AuditKind::RecoveryCodeIssued, person()),
        policy,
        event(AuditKind::AccountDisabled, Actor::Operator { uid: 0 }),
        event(AuditKind::AuditExported, person()),
    ];
    let others = [
        event(AuditKind::EnforcementChanged, person()),
        event(AuditKind::SessionOpened, person()),
        event(AuditKind::AccountDisabled, person()),
        event(AuditKind::SessionEnded, Actor::Gateway),
        event(AuditKind::ProofRefused, Actor::Unknown),
    ];
    assert!(chosen.iter().all(|event| Selection::Owners.has(event)));
    assert!(!others.iter().any(|event| Selection::Owners.has(event)));
    assert!(chosen.iter().chain(&others).all(|event| Selection::All.has(event)));
}
