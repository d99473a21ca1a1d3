//! What comes along for Prometheus and Grafana, against what a gateway at work really says of itself.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;

use serde_json::Value;
use serde_json::json;

use crate::support::raw_client::RawClient;
use crate::support::row::Row;
use crate::support::row::get;
use crate::support::world::FULL;
use crate::support::world::World;

/// Labels that Prometheus itself adds, and the one of histograms.
const EVERYWHERE: [&str; 3] = ["instance", "job", "le"];

/// Names of series, each with its labels.
type Known = BTreeMap<String, BTreeSet<String>>;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(file(name)).unwrap()
}

/// Runs `promtool`, which must be content.
fn promtool(arguments: &[&str], stdin: &str) {
    let mut child = Command::new("promtool")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("promtool: {error}: run make test"));
    let mut input = child.stdin.take().unwrap();
    input.write_all(stdin.as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "promtool {arguments:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The series that a gateway has, each with the labels of its samples.
fn scraped(metrics: &str) -> Known {
    let (mut known, mut of) = (Known::new(), "");
    for line in metrics.lines() {
        if let Some(declared) = line.strip_prefix("# TYPE ") {
            of = declared.split(' ').next().unwrap();
            known.entry(of.to_owned()).or_default();
        } else if !line.starts_with('#') {
            let sample = line.strip_prefix(of).unwrap_or_else(|| panic!("{line} after {of}"));
            let labels = sample.split_once('{').and_then(|(_, it)| it.rsplit_once('}'));
            let labels = labels.map_or("", |(labels, _)| labels).split("\",");
            let names = labels.filter_map(|label| label.split_once('=')).map(|(name, _)| name);
            let own = names.filter(|name| !EVERYWHERE.contains(name)).map(ToOwned::to_owned);
            known.get_mut(of).unwrap().extend(own);
        }
    }
    known
}

/// The series of the table in docs/operations.md, each with its labels.
fn documented() -> Known {
    let text = read("docs/operations.md");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `portcullis_"));
    rows.map(|row| {
        let (name, labels) = row.split('`').next().unwrap().split_once('{').unwrap_or((row, ""));
        let name = name.split('`').next().unwrap();
        let labels = labels.trim_end_matches('}').split(',').filter(|label| !label.is_empty());
        (format!("portcullis_{name}"), labels.map(ToOwned::to_owned).collect())
    })
    .collect()
}

/// Every text in it that names a series, or could; and the key it stands under.
fn texts<'v>(value: &'v Value, under: &'v str, found: &mut Vec<(&'v str, &'v str)>) {
    match value {
        Value::String(text) if text.contains("portcullis_") || text.contains("process_") => {
            found.push((under, text));
        }
        Value::Array(values) => values.iter().for_each(|value| texts(value, under, found)),
        Value::Object(fields) => fields.iter().for_each(|(key, value)| texts(value, key, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What an expression asks for that no gateway has.
fn faults(expression: &str, known: &Known) -> Vec<String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (mut faults, mut labels) = (Vec::new(), BTreeSet::from(EVERYWHERE));
    let mut rest = expression;
    while let Some(begin) = rest.find(is_word) {
        let (word, after) = rest[begin..]
            .split_at(rest[begin..].find(|c| !is_word(c)).unwrap_or(rest.len() - begin));
        rest = after;
        if !word.starts_with("portcullis_") && !word.starts_with("process_") {
            continue;
        }
        let Some(own) = known.get(word).or_else(|| known.get(word.strip_suffix("_bucket")?)) else {
            faults.push(word.to_owned());
            continue;
        };
        labels.extend(own.iter().map(String::as_str));
        let selector = after.strip_prefix('{').and_then(|inside| inside.split('}').next());
        for label in selector.unwrap_or_default().split(',').filter(|label| !label.is_empty()) {
            let label = label.split(['=', '!']).next().unwrap().trim();
            if !own.contains(label) && !EVERYWHERE.contains(&label) {
                faults.push(format!("{word}{{{label}}}"));
            }
        }
    }
    for grouping in [" by (", " on ("] {
        for after in expression.split(grouping).skip(1) {
            let grouped = after.split(')').next().unwrap().split(',').map(str::trim);
            let missing = grouped.filter(|label| !labels.contains(label));
            faults.extend(missing.map(|label| format!("{grouping}{label})")));
        }
    }
    faults
}

#[test]
fn alerts_and_dashboard_ask_for_what_a_gateway_has() {
    let world = World::tls();
    world.run(&[
        Row::forwarded("traffic", get("/x", FULL)),
        Row::refused("traffic", &[401], get("/x", "")),
        Row::refused("traffic", &[400], get("/a%2fb", FULL)),
    ]);
    // The plain listener beside TLS serves nothing.
    let mut plain = RawClient::plain(world.gateway.http());
    plain.send(get("/x", "").as_bytes());
    assert_eq!(plain.response().status, 403);
    let metrics = world.gateway.admin("/metrics").text();
    promtool(&["check", "metrics"], &metrics);

    let (scraped, documented) = (scraped(&metrics), documented());
    assert!(documented.len() > 30, "{documented:?}");
    for (name, labels) in scraped.iter().filter(|(name, _)| name.starts_with("portcullis_")) {
        assert_eq!(documented.get(name), Some(labels), "{name} as documented, and as it is");
    }
    for name in ["requests_total", "sign_ins_total", "refusals_total", "added_latency_seconds"] {
        assert!(scraped.contains_key(&format!("portcullis_{name}")), "{name} in\n{metrics}");
    }
    // What has not happened has no samples.
    let known = documented.into_iter().chain(scraped).collect();

    let dashboard: Value = serde_json::from_str(&read("assets/monitoring/dashboard.json")).unwrap();
    let alerts: Value = serde_yaml::from_str(&read("assets/monitoring/alerts.yml")).unwrap();
    for (name, shipped, least) in [("dashboard", &dashboard, 40), ("alerts", &alerts, 20)] {
        let mut found = Vec::new();
        texts(shipped, "", &mut found);
        assert!(found.len() > least, "{name}: {found:?}");
        let wrong: Vec<_> = found.iter().flat_map(|(_, text)| faults(text, &known)).collect();
        assert!(wrong.is_empty(), "{name} asks for what no gateway has: {wrong:?}");
    }
    for (expression, fault) in [
        ("portcullis_sesions > 1", "portcullis_sesions"),
        ("rate(portcullis_requests_total{sites=~\"a\"}[5m])", "portcullis_requests_total{sites}"),
        ("sum by (site, reason) (portcullis_upstream_up)", " by (reason)"),
        ("process_open_files", "process_open_files"),
    ] {
        assert_eq!(faults(expression, &known), [fault], "{expression}");
    }
}

#[test]
fn promtool_accepts_alerts_and_every_expression_of_the_dashboard() {
    let alerts = file("assets/monitoring/alerts.yml");
    promtool(&["check", "rules", alerts.to_str().unwrap()], "");
    let tests = file("assets/monitoring/alerts_test.yml");
    promtool(&["test", "rules", tests.to_str().unwrap()], "");

    let dashboard: Value = serde_json::from_str(&read("assets/monitoring/dashboard.json")).unwrap();
    let mut found = Vec::new();
    texts(&dashboard, "", &mut found);
    let expressions = found.iter().filter(|(under, _)| *under == "expr");
    let rules: Vec<_> = expressions
        .enumerate()
        .map(|(at, (_, expression))| {
            // As Grafana fills them in.
            let filled = expression.replace("$__rate_interval", "5m");
            json!({ "record": format!("panel_{at}"), "expr": filled })
        })
        .collect();
    assert!(rules.len() > 40, "{rules:?}");
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("dashboard.yml");
    let rules = json!({ "groups": [{ "name": "dashboard", "rules": rules }] });
    fs::write(&path, rules.to_string()).unwrap();
    promtool(&["check", "rules", path.to_str().unwrap()], "");
}
