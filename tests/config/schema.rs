//! The JSON Schema says what the gateway says.

use std::collections::BTreeMap;
use std::fs;

use portcullis::config;
use serde_json::Value;

use crate::world::World;
use crate::world::files;
use crate::world::root;

/// What is said of a file whose keys or kinds of values are wrong, which is what a schema can see.
const STRUCTURAL: &[&str] = &[
    "unknown key",
    "wrong kind of value",
    "not a value for this key",
    "no value",
    "this version does not have this key",
    "this version does not have this value",
    "this key is missing",
];

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&config::schema()).unwrap()
}

fn read(path: &std::path::Path) -> Option<Value> {
    serde_yaml::from_str(&fs::read_to_string(path).unwrap()).ok()
}

#[test]
fn every_valid_file_and_the_shipped_one_satisfy_the_schema() {
    let validator = validator();
    for file in files("valid").into_iter().chain([root().join("gateway.yaml")]) {
        let value = read(&file).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", file.display());
    }
}

#[test]
fn no_structurally_invalid_file_satisfies_the_schema() {
    let world = World::new();
    let validator = validator();
    let mut seen = 0;
    for file in files("invalid") {
        let errors = world.load(&fs::read(&file).unwrap()).unwrap_err();
        let structural = errors
            .iter()
            .any(|error| STRUCTURAL.contains(&error.message.as_str()) && schema_can_see(error));
        let Some(value) = read(&file).filter(|_| structural) else {
            continue;
        };
        seen += 1;
        assert!(!validator.is_valid(&value), "{}", file.display());
    }
    assert!(seen >= 20, "{seen}");
}

/// An origin is missing only where every host is a wildcard: no schema says that.
fn schema_can_see(error: &config::ConfigError) -> bool {
    error.message != "this key is missing" || !error.path.ends_with(".origin")
}

/// Every key of the schema, with its default where it has one.
fn keys(schema: &Value, found: &mut BTreeMap<String, Option<Value>>) {
    match schema {
        Value::Array(items) => items.iter().for_each(|item| keys(item, found)),
        Value::Object(map) => {
            if let Some(Value::Object(properties)) = map.get("properties") {
                for (key, property) in properties {
                    found.insert(key.clone(), property.get("default").cloned());
                }
            }
            map.values().for_each(|value| keys(value, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_shipped_file_shows_every_key_with_its_default() {
    let text = fs::read_to_string(root().join("gateway.yaml")).unwrap();
    let mut found = BTreeMap::new();
    keys(&config::schema(), &mut found);
    assert!(found.len() > 50, "{}", found.len());
    for (key, default) in found {
        let shown = |line: &str| {
            let line = line.trim_start_matches([' ', '#', '-']);
            let Some(rest) = line.strip_prefix(&format!("{key}:")) else {
                return false;
            };
            let value = rest.split(" #").next().unwrap_or("").trim();
            match &default {
                None => true,
                Some(Value::String(default)) => value == default,
                Some(other) => serde_json::from_str::<Value>(value).ok().as_ref() == Some(other),
            }
        };
        assert!(text.lines().any(shown), "{key}: {default:?}");
    }
}

#[test]
fn every_key_of_the_schema_is_described() {
    fn check(schema: &Value) {
        if let Some(Value::Object(properties)) = schema.get("properties") {
            for (key, property) in properties {
                let description = property.get("description").and_then(Value::as_str);
                assert!(description.is_some_and(|text| text.len() > 10), "{key}");
            }
        }
        match schema {
            Value::Array(items) => items.iter().for_each(check),
            Value::Object(map) => map.values().for_each(check),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let schema = config::schema();
    check(&schema);
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["title"], "gateway.yaml");
}
