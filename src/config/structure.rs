//! The first stage: the tree has the right keys and every value the right kind. One fault does not hide
//! the next: what is faulty is noted, taken out, and the rest read again.

use serde_path_to_error::Segment;
use serde_yaml::Value;

use super::document::Document;
use super::error::Problem;
use super::hint;
use super::key_path::KeyPath;
use super::key_path::Step;
use super::node::Source;
use super::report::Report;

/// How many faults are looked for. A file with more is some other file.
const MOST: usize = 300;

/// The document, with nothing in place of what was faulty and noted; none if it is beyond reading.
pub(super) fn document(mut value: Value, report: &mut Report<'_>) -> Option<Document> {
    for _ in 0..MOST {
        match serde_path_to_error::deserialize::<_, Document>(Source(&value)) {
            Ok(document) => {
                empty_values(&value, &KeyPath::default(), report);
                return Some(document);
            }
            Err(error) => {
                let path = key_path(error.path());
                let problem = error.into_inner();
                if problem.unknown_key.is_some() {
                    report.refuse_key(&path, problem);
                    remove(&mut value, &path)?;
                } else {
                    // What lacks a part that was taken out lacks it for a reason that was given.
                    if report.is_reported_below(&path) {
                        report.pass_over(&path);
                    } else {
                        let problem = not_yet(&mut value, &path, problem);
                        report.refuse(&path, problem);
                    }
                    *at(&mut value, &path)? = Value::Null;
                }
                if path == KeyPath::default() {
                    return None;
                }
            }
        }
    }
    None
}

/// A value that a later version brings is named as such.
fn not_yet(value: &mut Value, path: &KeyPath, problem: Problem) -> Problem {
    let word = match at(value, path) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Mapping(map)) => match map.keys().next() {
            Some(Value::String(key)) => key.clone(),
            _ => return problem,
        },
        _ => return problem,
    };
    if !hint::comes_later(path, &word) {
        return problem;
    }
    Problem {
        message: "this version does not have this value".to_owned(),
        found: Some(word),
        hint: Some("a later version brings it".to_owned()),
        ..problem
    }
}

fn key_path(path: &serde_path_to_error::Path) -> KeyPath {
    path.iter().fold(KeyPath::default(), |path, segment| match segment {
        Segment::Seq { index } => path.index(*index),
        Segment::Map { key } => path.key(key),
        Segment::Enum { .. } | Segment::Unknown => path,
    })
}

fn at<'v>(value: &'v mut Value, path: &KeyPath) -> Option<&'v mut Value> {
    path.steps().iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key.as_str()),
        Step::Index(index) => value.get_mut(*index),
    })
}

fn remove(value: &mut Value, path: &KeyPath) -> Option<Value> {
    let parent = at(value, &path.parent()?)?;
    parent.as_mapping_mut()?.shift_remove(path.last_key()?)
}

/// A key without a value is more often a slip than a wish for the default.
fn empty_values(value: &Value, path: &KeyPath, report: &mut Report<'_>) {
    match value {
        Value::Null => {
            let problem = Problem::new("no value")
                .allowed("a value")
                .hint("write a value, or comment the key out to have its default");
            report.refuse(path, problem);
        }
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                empty_values(item, &path.index(index), report);
            }
        }
        Value::Mapping(entries) => {
            for (key, item) in entries {
                if let Value::String(key) = key {
                    empty_values(item, &path.key(key), report);
                }
            }
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Tagged(_) => {}
    }
}
