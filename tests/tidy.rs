//! The house rules that no compiler knows: who may import whom, where heavy crates live, how long a file
//! may be, what no file may be called or say. A plain reading of text, without dependencies.
//!
//! Every rule is a function from the tree to what breaks it; the last test breaks each one.

#![expect(clippy::expect_used, reason = "a test fails by panicking, its helpers too")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Top-level modules, lowest layer first; a module may use only layers listed before its own.
const LAYERS: &[&[&str]] = &[
    &["clock", "entropy", "secret"],
    &["network", "place", "words"],
    &["canonical", "csv", "form_body", "geo", "password", "subject", "throttle"],
    &["area", "authenticator", "authority"],
    &["console_login", "enforcement", "route", "trusted_header", "webauthn"],
    &["service_token", "site"],
    &["session"],
    &["policy"],
    &["assertion", "audit", "client_certificate", "upstream"],
    &["key_store", "metrics", "outbound", "store"],
    &[
        "audit_sink",
        "console_desk",
        "courier",
        "directory",
        "federation",
        "refusal_log",
        "roster",
        "sightings",
    ],
    &["ceremony", "gate", "operate"],
    &["portal"],
    &["proxy"],
    &["config"],
    &["telemetry"],
    &["server"],
    &["demo"],
    &["cli"],
];

/// Each heavy dependency has a home; nothing outside it may name the crate.
const HOMES: &[(&str, &[&str])] = &[
    ("askama", &["courier/letter", "portal/page", "demo/page"]),
    // `learn` is a proxy for one browser on one machine: pingora would bring the gateway along.
    ("axum", &["form_body/multipart", "portal", "demo", "cli/learn/recorder"]),
    ("clap", &["cli"]),
    ("jsonwebtoken", &["trusted_header/jwt"]),
    ("fluent_bundle", &["words/catalogue"]),
    ("fluent_langneg", &["words/negotiation"]),
    ("lettre", &["courier/mail"]),
    ("maxminddb", &["geo/database"]),
    ("pingora", &["proxy", "server"]),
    // Counters are handed down as what they are; series are made in one place.
    ("prometheus", &["metrics", "proxy/connection", "telemetry/access_log"]),
    ("qrcode", &["portal/qr"]),
    ("rcgen", &["cli/init/certificate"]),
    ("saphyr_parser", &["config"]),
    ("serde_yaml", &["config"]),
    ("sled", &["store/sled"]),
    ("psl", &["config/passkeys"]),
    ("totp_rs", &["authenticator/totp"]),
    ("tracing_subscriber", &["telemetry"]),
    ("webauthn_rs", &["webauthn"]),
    ("unic_langid", &["words"]),
    // `learn` asks a console on behalf of an operator, from whom no permit of the gateway's comes.
    ("ureq", &["courier/sms", "outbound", "cli/learn/recorder/console"]),
];

/// Lines of a file without its tests.
const LONGEST: usize = 400;

/// Names that say nothing.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "common", "manager", "misc"];

/// Words of unfinished work, put together here so that this file does not say them.
const UNFINISHED: &[&str] =
    &[concat!("to", "do!"), concat!("FIX", "ME"), concat!("for ", "now"), concat!("#[ign", "ore")];

/// Directories of one machine.
const MACHINE_PATHS: &[&str] =
    &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];

/// Where registries are is the machine's business.
const REGISTRIES: &[&str] = &["crates.io", "index.crates", "pypi.org", "npmjs", "\"resolved\""];

/// How time is let pass, and how to wait for less than what one waits for.
const PAUSES: [[&str; 2]; 3] = [["slee", "p("], ["park_time", "out("], ["wait_time", "out"]];

/// The one place that may wait with an end, the last of them: for what announces itself. Nowhere does a test sleep.
const WAITING: &str = "tests/support/waiting.rs";

/// Features asked for, by document: `S2.1` to `S2.20`.
const FEATURES: &[(u32, u32)] = &[(0, 33), (1, 31), (2, 12), (3, 15), (4, 11)];

/// A file of the tree.
struct File {
    path: String,
    text: String,
}

impl File {
    fn is_rust(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|extension| extension == "rs")
    }

    /// Path inside `src`, without the extension; none outside, and for files of tests.
    fn module(&self) -> Option<&str> {
        let module = self.path.strip_prefix("src/")?.strip_suffix(".rs")?;
        let is_test = module.split('/').any(|part| part == "tests");
        (!is_test && module != "lib" && module != "main").then_some(module)
    }

    /// What is not a test, and the tests at the end of the same file.
    fn halves(&self) -> (&str, &str) {
        let end = self.text.find("#[cfg(test)]\nmod tests {").unwrap_or(self.text.len());
        self.text.split_at(end)
    }

    /// Code without its in-file tests and comments, with line numbers.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.halves().0.lines().enumerate().map(|(at, line)| (at + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The part that only tests run.
    fn tests(&self) -> &str {
        let is_test = self.path.starts_with("tests/") || self.path.contains("/tests");
        if is_test { &self.text } else { self.halves().1 }
    }
}

fn found(file: &File, line: usize, what: &str) -> String {
    format!("{}:{line}: {what}", file.path)
}

/// A module uses only strictly lower layers, or itself.
fn layers(files: &[File]) -> Vec<String> {
    let layer = |module: &str| LAYERS.iter().position(|layer| layer.contains(&module));
    let mut broken = Vec::new();
    for (file, module) in files.iter().filter_map(|file| Some((file, file.module()?))) {
        let (top, is_top) = module.split_once('/').map_or((module, true), |(top, _)| (top, false));
        let Some(own) = layer(top) else {
            broken.push(found(file, 1, "a module in no layer"));
            continue;
        };
        for (at, line) in file.code() {
            if is_top && (line.starts_with("use super::") || line.contains("super::super::")) {
                broken.push(found(file, at, "reaches the crate's root by `super`"));
            }
            for used in line.split("crate::").skip(1).filter(|_| !line.contains("$crate")) {
                let end = used.find(|c: char| !c.is_ascii_lowercase() && c != '_');
                let used = used.get(..end.unwrap_or(used.len())).unwrap_or_default();
                if used != top && layer(used).is_some_and(|used| used >= own) {
                    broken.push(found(
                        file,
                        at,
                        &format!("{top} uses {used}, which is not below it"),
                    ));
                }
            }
        }
    }
    broken
}

/// A crate is named only where it lives.
fn homes(files: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for (file, module) in files.iter().filter_map(|file| Some((file, file.module()?))) {
        for (name, homes) in HOMES {
            let lives_here = homes.iter().any(|home| {
                module
                    .strip_prefix(home)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            });
            if lives_here {
                continue;
            }
            for (at, _) in file.code().filter(|(_, line)| names_crate(line, name)) {
                broken.push(found(file, at, &format!("{name} lives in {}", homes.join(", "))));
            }
        }
    }
    broken
}

/// Whether a line has `name::` as the beginning of a path.
fn names_crate(line: &str, name: &str) -> bool {
    let path = format!("{name}::");
    line.match_indices(&path).any(|(at, _)| {
        let before = line.get(..at).unwrap_or_default();
        !before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '"')
            && (!before.ends_with("::") || before.ends_with(" ::"))
    })
}

/// Length, beginning, imports, names.
fn shape(files: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let without_tests = file.halves().0.lines().count();
        if file.module().is_some() && without_tests > LONGEST {
            broken.push(found(file, without_tests, &format!("longer than {LONGEST} lines")));
        }
        if !file.text.starts_with("//!") {
            broken.push(found(file, 1, "does not begin by saying what it is for"));
        }
        for (at, line) in file.text.lines().enumerate() {
            let path = line.trim_start().trim_start_matches("pub ").strip_prefix("use ");
            // Variants of an enum, inside a function, may come together.
            let of_modules = |path: &str| path.starts_with(|c: char| c.is_ascii_lowercase());
            if path.is_some_and(|path| of_modules(path) && path.contains('{')) {
                broken.push(found(file, at + 1, "a grouped `use`: one line for each"));
            }
        }
        let is_mod = file.path.ends_with("/mod.rs") && file.path != "tests/support/mod.rs";
        let stem = Path::new(&file.path).file_stem().and_then(|stem| stem.to_str());
        let words = stem.unwrap_or_default().split('_');
        if is_mod || words.into_iter().any(|word| EMPTY_NAMES.contains(&word)) {
            broken.push(found(file, 1, "a name that says nothing"));
        }
    }
    broken
}

/// What no file says.
fn words(files: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    let own = |file: &&File| file.path != "tests/tidy.rs";
    for file in files.iter().filter(own) {
        for (at, line) in file.text.lines().enumerate() {
            for word in UNFINISHED.iter().filter(|word| line.contains(**word)) {
                broken.push(found(file, at + 1, &format!("unfinished: {word}")));
            }
            for path in MACHINE_PATHS.iter().filter(|path| line.contains(**path)) {
                broken.push(found(file, at + 1, &format!("a path of one machine: {path}")));
            }
        }
        let builds = ["Makefile", ".ci/", "tools/", "tests/node/", "tests/python/", "Dockerfile"];
        if builds.iter().any(|place| file.path.starts_with(place)) {
            for registry in REGISTRIES.iter().filter(|registry| file.text.contains(**registry)) {
                broken.push(found(file, 1, &format!("names a registry: {registry}")));
            }
        }
    }
    broken
}

/// Tests wait for what happens, not for time to pass: nowhere under whatever name.
fn sleeps(files: &[File]) -> Vec<String> {
    let mut broken = Vec::new();
    let is_open = |file: &File| file.path == "tests/tidy.rs";
    for file in files.iter().filter(|file| file.is_rust() && !is_open(file)) {
        let may = usize::from(file.path == WAITING);
        if PAUSES.iter().rev().skip(may).any(|pause| file.tests().contains(&pause.concat())) {
            broken.push(found(file, 1, "a test that sleeps"));
        }
    }
    broken
}

/// The documents that keep account of what was asked for and of what is attacked.
fn documents(files: &[File]) -> Vec<String> {
    let text = |path: &str| files.iter().find(|file| file.path == path).map(|file| &file.text);
    let mut broken = Vec::new();
    if text("docs/attacks.md").is_none() {
        broken.push("docs/attacks.md is missing".to_owned());
    }
    let Some(features) = text("docs/features.md") else {
        broken.push("docs/features.md is missing".to_owned());
        return broken;
    };
    let said: BTreeSet<&str> = features
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '.')
        .map(|w| w.trim_end_matches('.'))
        .collect();
    for (document, last) in FEATURES {
        for number in 1..=*last {
            let id = format!("S{document}.{number}");
            if !said.contains(id.as_str()) {
                broken.push(format!("docs/features.md does not mention {id}"));
            }
        }
    }
    broken
}

/// Every text file, without what is built or installed.
fn tree() -> Vec<File> {
    let mut files = Vec::new();
    collect(Path::new(env!("CARGO_MANIFEST_DIR")), "", &mut files);
    assert!(files.len() > 100, "the tree was not found");
    files
}

fn collect(directory: &Path, prefix: &str, files: &mut Vec<File>) {
    const SKIPPED: &[&str] = &[
        "target",
        "node_modules",
        ".venv",
        ".venv-consoles",
        ".git",
        "test-output",
        "data",
        "proptest-regressions",
    ];
    for entry in fs::read_dir(directory).expect("a directory") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        if SKIPPED.contains(&name.as_str()) {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.file_type().expect("a type").is_dir() {
            collect(&entry.path(), &format!("{path}/"), files);
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            files.push(File { path, text });
        }
    }
}

fn hold(broken: &[String]) {
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn a_module_uses_only_lower_layers() {
    hold(&layers(&tree()));
}

#[test]
fn a_heavy_crate_is_named_only_at_home() {
    hold(&homes(&tree()));
}

#[test]
fn files_are_short_begin_with_their_purpose_and_have_names_that_mean_something() {
    hold(&shape(&tree()));
}

#[test]
fn no_file_is_unfinished_or_knows_the_machine_it_was_written_on() {
    hold(&words(&tree()));
}

#[test]
fn tests_do_not_sleep() {
    hold(&sleeps(&tree()));
}

#[test]
fn documents_account_for_every_feature_and_attack() {
    hold(&documents(&tree()));
}

#[test]
fn every_rule_can_be_broken() {
    let file = |path: &str, text: &str| [File { path: path.to_owned(), text: text.to_owned() }];
    let long = "//! x\n".repeat(LONGEST + 1);
    let tested = "// crate::gate\n#[cfg(test)]\nmod tests {\nuse crate::gate::X;\n}";
    let pauses: Vec<String> = PAUSES.iter().map(|pause| pause.concat()).collect();
    let slept = format!("//! x\n#[cfg(test)]\nmod tests {{ fn x() {{ {}1) }} }}", pauses[0]);
    let machine = format!("{}x", MACHINE_PATHS.concat());
    let unfinished = UNFINISHED.join("\n");
    for (rule, path, text, times) in [
        (layers as fn(&[File]) -> Vec<String>, "src/session/x.rs", "use crate::gate::X;", 1),
        (layers, "src/session/x.rs", "use crate::clock::X; // crate", 0),
        (layers, "src/session/x.rs", tested, 0),
        (layers, "src/gate.rs", "let x = crate::ceremony::x(crate::portal::y());", 2),
        (layers, "src/session/x.rs", "#[cfg(test)]\nmod tests;\nuse crate::gate::X;", 1),
        (layers, "src/elsewhere.rs", "", 1),
        (layers, "src/gate.rs", "use super::portal;", 1),
        (homes, "src/policy.rs", "use pingora::Error;", 1),
        (homes, "src/server/x.rs", "use pingora::Error;", 0),
        (homes, "src/portal/pages.rs", "use askama::Template;", 1),
        (homes, "src/cli/x.rs", "use crate::store::sled::X;", 0),
        (homes, "src/store/sled.rs", "fn x() -> sled::Db", 0),
        (homes, "src/gate.rs", "fn x() -> sled::Db", 1),
        (shape, "src/x.rs", &long, 1),
        (shape, "src/x.rs", "fn x() {}", 1),
        (shape, "src/x.rs", "//! x\nuse crate::{a, b};\npub use a::{B};", 2),
        (shape, "src/x/mod.rs", "//! x", 1),
        (shape, "src/path_utils.rs", "//! x", 1),
        (words, "src/x.rs", &unfinished, UNFINISHED.len()),
        (words, "docs/x.md", &machine, MACHINE_PATHS.len()),
        (words, "Makefile", "curl npmjs", 1),
        (sleeps, "tests/gateway/x.rs", &pauses[0], 1),
        (sleeps, "tests/support/x.rs", &pauses[1], 1),
        (sleeps, "tests/support/mod.rs", &pauses[2], 1),
        (sleeps, WAITING, &pauses[2], 0),
        (sleeps, WAITING, &pauses[0], 1),
        (sleeps, "src/x.rs", &slept, 1),
        (documents, "docs/attacks.md", "", 1),
    ] {
        let broken = rule(&file(path, text));
        assert_eq!(broken.len(), times, "{path} {text}: {broken:?}");
    }
    let all = FEATURES.iter().map(|(_, last)| last).sum::<u32>();
    let broken = documents(&file("docs/features.md", "S0.10, S1.1: done (S2.1)."));
    let missing = usize::try_from(all).expect("a number") + 1 - 3;
    assert_eq!(broken.len(), missing, "{broken:?}");
}
