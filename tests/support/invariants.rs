//! The invariants of the attack catalogue (I-1 to I-7), checked over everything that a table of rows sent.
//!
//! I-2 (one identity), I-6 (fate of the connections) and the plain half of I-1 are checked row by row; what
//! the access log, the metrics and all other outputs say is compared when the table ends.

use std::collections::BTreeMap;

use super::eventually;
use super::find;
use super::gateway::Gateway;
use super::person::Person;
use super::recorder::Recorded;
use super::recorder::Recorder;
use super::show;

/// What is remembered of a row until the table ends.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The row in words.
    pub(crate) name: String,
    /// The request's id, where the answer had one.
    pub(crate) id: Option<String>,
    /// The status answered; 0: none.
    pub(crate) status: u16,
}

/// Compares the outputs of the gateways with what reached the upstream behind them.
pub(crate) fn settle(gateways: &[&Gateway], recorder: &Recorder, entries: &[Entry]) {
    let seen = recorder.requests();
    // Requests that began and were cut: their bytes need a permit as well.
    let cut: Vec<Recorded> = (0..recorder.connections())
        .filter(|&connection| !was_upgraded(&seen, connection))
        .map(|connection| Recorded { head: recorder.unfinished(connection), ..Recorded::default() })
        .filter(|cut| !cut.head.is_empty())
        .collect();
    let mut arrived: Vec<String> = seen.iter().chain(&cut).map(id_of).collect();
    let mut log = Log::new();
    eventually("a line of the access log for every request", || {
        log = gateways.iter().flat_map(|gateway| by_id(gateway)).collect();
        arrived
            .iter()
            .chain(entries.iter().filter_map(|e| e.id.as_ref()))
            .all(|id| log.contains_key(id))
    });
    for request in &seen {
        check_permit(request, &log);
    }
    for request in &cut {
        let permitted = is_permit(&log[&id_of(request)]);
        assert!(permitted, "I-1: without a permit: {}", show(&request.head));
    }
    // What was refused after all, before a byte of it was sent, has arrived nowhere.
    let mut permits: Vec<&String> = log
        .iter()
        .filter(|(id, record)| record["decision"] == "forward" || arrived.contains(id))
        .map(|(id, _)| id)
        .collect();
    arrived.sort_unstable();
    permits.sort_unstable();
    assert_eq!(arrived.iter().collect::<Vec<_>>(), permits, "I-1: requests arrived, and permits");
    for entry in entries {
        check_named(entry, &log);
    }
    for gateway in gateways {
        check_counted(gateway);
    }
}

/// I-5: none of a person's secrets is in anything that the gateway writes or sends to the upstream.
pub(crate) fn check_canaries(
    gateway: &Gateway,
    recorder: &Recorder,
    person: &Person,
    session: Option<&str>,
) {
    let access = std::fs::read_to_string(gateway.path("access.log")).unwrap_or_default();
    let metrics = gateway.admin("/metrics").text();
    let mut outputs = vec![
        ("the log", gateway.stderr().into_bytes()),
        ("stdout", gateway.stdout().into_bytes()),
        ("the access log", access.into_bytes()),
        ("the metrics", metrics.into_bytes()),
    ];
    for connection in 0..recorder.connections() {
        outputs.push(("the upstream's bytes", recorder.raw(connection)));
    }
    let key = person.key_text();
    let mut canaries = vec![person.password.clone(), key.replace(' ', ""), key];
    canaries.extend(session.map(ToOwned::to_owned));
    canaries.extend(person.backup_codes.iter().cloned());
    for (place, bytes) in &outputs {
        for canary in &canaries {
            assert!(find(bytes, canary.as_bytes()).is_none(), "I-5: {canary} in {place}");
        }
    }
}

type Log = BTreeMap<String, serde_json::Value>;

fn by_id(gateway: &Gateway) -> Vec<(String, serde_json::Value)> {
    let records = gateway.access_log().into_iter();
    records.map(|record| (text(&record, "request_id").to_owned(), record)).collect()
}

fn text<'a>(record: &'a serde_json::Value, key: &str) -> &'a str {
    record[key].as_str().unwrap_or_default()
}

/// The id that the gateway gave a request, exactly once.
fn id_of(request: &Recorded) -> String {
    let ids = request.values("x-request-id");
    assert_eq!(ids.len(), 1, "I-1: no request of ours: {}", show(&request.head));
    ids[0].clone()
}

/// What can end a request that was permitted, after the console was asked.
const LATER: [&str; 9] = [
    "body",
    "framing",
    "internal",
    "session_over",
    "too_slow",
    "upstream_invalid",
    "upstream_timeout",
    "upstream_unavailable",
    "upstream_unreachable",
];

/// Whether a record tells of a permit: it says so, or the console was asked, and what was wrong could not
/// be known before.
fn is_permit(record: &serde_json::Value) -> bool {
    let asked = !record["added_us"].is_null() && LATER.contains(&text(record, "refusal"));
    record["decision"] == "forward" || asked
}

/// I-1 and I-3: the request was permitted, as the one that it is.
fn check_permit(request: &Recorded, log: &Log) {
    let id = id_of(request);
    let record = &log[&id];
    let context = format!("{} {record}", show(&request.head));
    assert!(is_permit(record), "I-1: without a permit: {context}");
    assert_eq!(text(record, "method"), request.method(), "I-3: {context}");
    let target = request.target();
    let path: String = target.split('?').next().unwrap_or_default().chars().take(2048).collect();
    assert_eq!(text(record, "path"), path, "I-3: {context}");
    assert_eq!(request.values("host"), [text(record, "host")], "I-3: {context}");
}

fn was_upgraded(seen: &[Recorded], connection: usize) -> bool {
    seen.iter()
        .rfind(|request| request.connection == connection)
        .is_some_and(|request| !request.values("upgrade").is_empty())
}

/// I-7: what did not get a 2xx has a record, and a refusal has its reason.
fn check_named(entry: &Entry, log: &Log) {
    let Some(id) = &entry.id else {
        return;
    };
    let record = &log[id];
    assert_eq!(record["status"], entry.status, "I-7 {}: {record}", entry.name);
    let is_named = !text(record, "refusal").is_empty();
    if record["decision"] == "refuse" {
        assert!(is_named, "I-7 {}: refused without a reason: {record}", entry.name);
    }
    // A page of ours that does not exist is an answer, no refusal.
    if entry.status >= 400 && entry.status != 401 && record["decision"] != "portal" {
        assert!(is_named || is_permit(record), "I-7 {}: {record}", entry.name);
    }
}

/// I-7: each reason was counted as often as it stands in the log.
fn check_counted(gateway: &Gateway) {
    let mut reasons: Vec<String> =
        gateway.access_log().iter().map(|record| text(record, "refusal").to_owned()).collect();
    reasons.sort_unstable();
    reasons.dedup();
    for reason in reasons.iter().filter(|reason| !reason.is_empty()) {
        let label = format!("reason=\"{reason}\"");
        // A line of the log comes a moment after the count.
        eventually(&format!("I-7: {reason} as often in the log as in the metric"), || {
            let log = gateway.access_log();
            let times = log.iter().filter(|record| text(record, "refusal") == reason).count();
            let counted = gateway.metric(&["portcullis_refusals_total", &label]);
            (counted - f64::from(u32::try_from(times).unwrap())).abs() < 0.5
        });
    }
}
