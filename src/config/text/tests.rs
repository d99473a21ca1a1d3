//! Two readers, one tree.

use std::path::Path;

use serde_yaml::Value;

use super::*;

fn texts() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = vec![root.join("gateway.yaml")];
    for directory in ["valid", "invalid"] {
        let directory = root.join("tests/config").join(directory);
        let entries = std::fs::read_dir(directory).unwrap();
        texts.extend(entries.map(|entry| entry.unwrap().path()));
    }
    texts
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ext| ext == "yaml"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path.display().to_string(), text)
        })
        .collect()
}

#[test]
fn both_yaml_readers_see_the_same_keys_and_scalars() {
    let mut seen = 0;
    for (name, text) in texts() {
        let (tree, problems) = read(&text);
        let (Some(tree), true) = (tree, problems.is_empty()) else {
            continue;
        };
        seen += 1;
        let value: Value = serde_yaml::from_str(&text).unwrap();
        assert_eq!(tree.to_value(), value, "{name}");
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn what_one_reader_refuses_is_refused() {
    for (name, text) in texts() {
        if serde_yaml::from_str::<Value>(&text).is_err() {
            assert!(!read(&text).1.is_empty(), "{name}");
        }
    }
}

#[test]
fn keys_and_values_know_their_lines_and_columns() {
    let (tree, _) = read("a:\n  - b: 1\n    c: é x\n  - [p, q]\n");
    let tree = tree.unwrap();
    let top = KeyPath::default().key("a");
    let at = |line, column| Some(Position { line, column });
    assert_eq!(tree.key_position(&top), at(1, 1));
    assert_eq!(tree.key_position(&top.index(0).key("c")), at(3, 5));
    let value = tree.at(&top.index(0).key("c")).unwrap();
    assert_eq!(Some(value.position), at(3, 8));
    assert_eq!(tree.key_position(&top.index(1).index(1)), at(4, 9));
    assert_eq!(tree.key_position(&top.index(2)), None);
}

#[test]
fn text_in_quotes_is_never_a_number() {
    assert_eq!(scalar("5", Writing::Quoted), Value::from("5"));
    assert_eq!(scalar("5", Writing::Plain), Value::from(5));
    assert_eq!(scalar("yes", Writing::Plain), Value::from("yes"));
}
