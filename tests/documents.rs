//! The documents are true where a program can tell: every id has its row, every test they name exists, every
//! key and metric is explained, every link leads somewhere.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use portcullis::config;

/// How many wishes each of the five documents has.
const FEATURES: [(&str, usize); 5] = [("S0", 33), ("S1", 31), ("S2", 12), ("S3", 15), ("S4", 11)];

/// How many entries the attack catalogue has.
const ATTACKS: usize = 314;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

fn files(dir: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
}

/// Names of all functions of source and tests.
fn functions() -> BTreeSet<String> {
    let mut sources = Vec::new();
    files(&root().join("src"), "rs", &mut sources);
    files(&root().join("tests"), "rs", &mut sources);
    let mut names = BTreeSet::new();
    for source in sources {
        let text = fs::read_to_string(source).unwrap();
        for after in text.split("fn ").skip(1) {
            let name = after.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
            names.insert(name.to_owned());
        }
    }
    names
}

/// First cells of the table rows of a document.
fn rows(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.strip_prefix("| "))
        .filter_map(|row| row.split(" | ").next())
        .collect()
}

/// What stands between backticks and can only be the name of a test: a sentence.
fn quoted_sentences(text: &str) -> Vec<&str> {
    let is_sentence = |quoted: &&str| {
        quoted.matches('_').count() >= 3
            && quoted.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    text.split('`').skip(1).step_by(2).filter(is_sentence).collect()
}

#[test]
fn every_feature_asked_for_has_one_row() {
    let text = read("docs/features.md");
    let rows = rows(&text);
    for (document, count) in FEATURES {
        for number in 1..=count {
            let id = format!("{document}.{number}");
            assert_eq!(rows.iter().filter(|row| **row == id).count(), 1, "{id}");
        }
    }
}

#[test]
fn every_attack_of_the_catalogue_has_one_row() {
    let text = read("docs/attacks.md");
    let rows = rows(&text);
    for number in 1..=ATTACKS {
        let id = format!("A-{number:03}");
        assert_eq!(rows.iter().filter(|row| **row == id).count(), 1, "{id}");
    }
}

#[test]
fn every_test_that_a_document_names_exists() {
    let functions = functions();
    for name in ["docs/features.md", "docs/attacks.md"] {
        let text = read(name);
        let sentences = quoted_sentences(&text);
        assert!(sentences.len() > 40, "{name}: {}", sentences.len());
        for sentence in sentences {
            assert!(functions.contains(sentence), "{name}: there is no {sentence}");
        }
    }
}

#[test]
fn every_key_of_the_configuration_is_explained() {
    let text = read("docs/configuration.md");
    let schema = serde_json::to_value(config::schema()).unwrap();
    let mut keys = BTreeSet::new();
    leaves("", &schema, &schema, &mut keys);
    assert!(keys.len() > 40, "{keys:?}");
    keys.retain(|key| !text.contains(&format!("`{key}`")));
    assert!(keys.is_empty(), "{keys:?}");
}

/// Key paths of everything that has no keys below it.
fn leaves(
    path: &str,
    node: &serde_json::Value,
    schema: &serde_json::Value,
    keys: &mut BTreeSet<String>,
) {
    if let Some(name) = node["$ref"].as_str() {
        let name = name.trim_start_matches('#');
        let found = schema.pointer(name).unwrap();
        // What a route asks for may be made of things like itself: its keys are explained once, by themselves.
        if name.ends_with("/RequireSection") {
            let properties = found["properties"].as_object().into_iter().flatten();
            keys.extend(properties.map(|(key, _)| key.clone()));
            keys.insert(path.to_owned());
            return;
        }
        return leaves(path, found, schema, keys);
    }
    let mut deeper = false;
    if let Some(properties) = node["properties"].as_object() {
        for (key, below) in properties {
            deeper = true;
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            leaves(&path, below, schema, keys);
        }
    }
    let below = &node["items"];
    if below["$ref"].is_string() || below["properties"].is_object() {
        deeper = true;
        leaves(&format!("{path}[]"), below, schema, keys);
    }
    let below = &node["additionalProperties"];
    if below.is_object() {
        keys.insert(path.to_owned());
        leaves(&format!("{path}.NAME"), below, schema, keys);
        return;
    }
    for alternatives in ["anyOf", "oneOf"] {
        for below in node[alternatives].as_array().into_iter().flatten() {
            leaves(path, below, schema, keys);
        }
    }
    if !deeper {
        keys.insert(path.to_owned());
    }
}

#[test]
fn every_metric_and_every_refusal_is_explained() {
    let text = read("docs/operations.md");
    let quoted = |source: &str, marker: &str| -> Vec<String> {
        let source = read(source);
        let source = source.split("#[cfg(test)]").next().unwrap();
        let after = |piece: &str| piece.split('"').next().unwrap().to_owned();
        source.split(marker).skip(1).map(after).collect()
    };
    let mut sources = vec![root().join("src/metrics.rs")];
    files(&root().join("src/metrics"), "rs", &mut sources);
    let sources = sources.iter().map(|source| source.to_str().unwrap());
    let metrics: BTreeSet<String> =
        sources.flat_map(|source| quoted(source, "\"portcullis_")).collect();
    assert!(metrics.len() > 30, "{metrics:?}");
    for name in &metrics {
        let is_explained = [format!("| `portcullis_{name}`"), format!("| `portcullis_{name}{{")];
        assert!(is_explained.iter().any(|row| text.contains(row)), "portcullis_{name}");
    }
    for row in text.split("\n| `portcullis_").skip(1) {
        let name = row.split(['`', '{']).next().unwrap();
        assert!(metrics.contains(name), "there is no portcullis_{name}");
    }
    for source in ["src/policy/refusal.rs", "src/canonical/head.rs"] {
        let reasons = quoted(source, "=> \"");
        assert!(reasons.len() > 10, "{reasons:?}");
        for reason in reasons {
            assert!(text.contains(&format!("`{reason}`")), "{reason}");
        }
    }
}

#[test]
fn every_relative_link_of_the_documents_leads_somewhere() {
    let mut documents = Vec::new();
    files(&root().join("docs"), "md", &mut documents);
    for entry in fs::read_dir(root()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "md") {
            documents.push(path);
        }
    }
    assert!(documents.len() > 8, "{documents:?}");
    for document in documents {
        let text = fs::read_to_string(&document).unwrap();
        for after in text.split("](").skip(1) {
            let link = after.split(')').next().unwrap();
            let target = link.split('#').next().unwrap();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            let path = document.parent().unwrap().join(target);
            assert!(path.exists(), "{}: {link}", document.display());
        }
    }
}

/// Commands of the program in a document: what stands on a line or between backticks after its name.
fn commands(text: &str) -> Vec<&str> {
    let indented = text.lines().filter_map(|line| line.strip_prefix("    "));
    let on_lines = indented.filter(|line| line.trim_start().starts_with("portcullis "));
    let inline = text.split('`').skip(1).step_by(2).filter(|piece| !piece.contains('\n'));
    let pieces = on_lines.chain(inline).map(|piece| piece.split(" | ").next().unwrap().trim());
    pieces.filter_map(|piece| piece.strip_prefix("portcullis ")).collect()
}

/// What of a command there is not: itself, or some of its options.
fn unknown_in(command: &str) -> Option<String> {
    // What is quoted is a value.
    let bare: String = command.split('\'').step_by(2).collect();
    let words: Vec<_> = bare.split(['#', '>']).next().unwrap().split_whitespace().collect();
    let is_option = |word: &&&str| word.starts_with("--") || word.contains('.');
    let mut names = words.iter().skip_while(is_option);
    let (mut path, mut help) = (Vec::new(), String::new());
    while path.is_empty() || help.contains("\nCommands:\n") {
        path.push(*names.next()?);
        let program = env!("CARGO_BIN_EXE_portcullis");
        let asked = Command::new(program).args(&path).arg("--help").output().unwrap();
        if !asked.status.success() {
            return Some(format!("portcullis {command}: no such command"));
        }
        help = String::from_utf8(asked.stdout).unwrap();
    }
    let options = words.iter().filter(|word| word.starts_with("--"));
    let unknown: Vec<_> = options.filter(|option| !help.contains(**option)).collect();
    (!unknown.is_empty()).then(|| format!("portcullis {command}: {unknown:?}"))
}

/// Key paths of a piece of a configuration, as docs/configuration.md writes them.
fn paths(path: &str, node: &serde_json::Value, found: &mut BTreeSet<String>) {
    // What a route asks for is explained key by key.
    let asks = path.ends_with("require") || path.ends_with("routes[].report_only");
    let deeper = |key: &str| match path {
        "" => key.to_owned(),
        "networks" => "networks.NAME".to_owned(),
        _ if asks => key.to_owned(),
        _ => format!("{path}.{key}"),
    };
    if let Some(fields) = node.as_object() {
        for (key, below) in fields {
            paths(&deeper(key), below, found);
        }
        return;
    }
    let mappings: Vec<_> =
        node.as_array().into_iter().flatten().filter(|entry| entry.is_object()).collect();
    for entry in &mappings {
        paths(&format!("{path}[]"), entry, found);
    }
    if mappings.is_empty() {
        found.insert(path.to_owned());
    }
}

#[test]
fn what_the_guide_tells_to_type_and_to_write_exists_s1_31() {
    let guide = read("docs/admin-guide.md");
    let commands = commands(&guide);
    assert!(commands.len() > 40, "{commands:?}");
    let unknown: Vec<_> = commands.iter().filter_map(|command| unknown_in(command)).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
    for wrong in ["user ennoble bob", "user add bob --rolle owner", "nonsense"] {
        assert!(unknown_in(wrong).is_some(), "{wrong}");
    }

    let mut keys = BTreeSet::new();
    for block in guide.split("```yaml\n").skip(1) {
        let block = block.split("```").next().unwrap();
        paths("", &serde_yaml::from_str(block).unwrap(), &mut keys);
    }
    assert!(keys.len() > 15, "{keys:?}");
    let is_key = |piece: &&str| {
        let first = piece.split(['.', '[']).next().unwrap();
        let sections = [
            "admin",
            "authenticators",
            "branding",
            "connections",
            "enforcement",
            "listen",
            "sites",
        ];
        sections.contains(&first) && piece.contains('.') && !piece.contains([' ', '\n'])
    };
    keys.extend(guide.split('`').skip(1).step_by(2).filter(is_key).map(ToOwned::to_owned));
    let explained = read("docs/configuration.md");
    let is_explained = |key: &String| {
        ["`", ".", "["].iter().any(|end| explained.contains(&format!("`{key}{end}")))
    };
    keys.retain(|key| !is_explained(key));
    assert!(keys.is_empty(), "{keys:?}");
}
