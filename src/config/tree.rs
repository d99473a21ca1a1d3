//! The file as a tree that remembers lines and columns.

use std::collections::HashSet;

use saphyr_parser::Marker;
use saphyr_parser::ScalarStyle;
use serde_yaml::Value;

use super::key_path::KeyPath;
use super::key_path::Step;
use super::key_path::shown;

/// Where something stands in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    /// From 1.
    pub(super) line: usize,
    /// In characters, from 1.
    pub(super) column: usize,
}

impl Position {
    /// The beginning of the file.
    pub(super) const START: Self = Self { line: 1, column: 1 };
}

impl From<Marker> for Position {
    fn from(marker: Marker) -> Self {
        Self { line: marker.line().max(1), column: marker.col() + 1 }
    }
}

/// A value of the file and where it begins.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) position: Position,
    pub(super) content: Content,
}

/// What a [`Node`] holds.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// A single value.
    Scalar { text: String, writing: Writing },
    /// A list.
    List(Vec<Node>),
    /// A mapping: keys with their positions, in the order of the file.
    Map(Vec<(String, Position, Node)>),
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    /// As it is: it may be a number, a truth value or nothing.
    Plain,
    /// In quotes or as a block: it is text.
    Quoted,
}

impl From<ScalarStyle> for Writing {
    fn from(style: ScalarStyle) -> Self {
        if style == ScalarStyle::Plain { Self::Plain } else { Self::Quoted }
    }
}

impl Node {
    pub(super) const fn nothing(position: Position) -> Self {
        let content = Content::Scalar { text: String::new(), writing: Writing::Plain };
        Self { position, content }
    }

    /// The value at a path.
    pub(super) fn at(&self, path: &KeyPath) -> Option<&Self> {
        path.steps().iter().try_fold(self, Self::child)
    }

    fn child(&self, step: &Step) -> Option<&Self> {
        match (&self.content, step) {
            (Content::List(items), Step::Index(index)) => items.get(*index),
            (Content::Map(entries), Step::Key(key)) => {
                entries.iter().find(|(name, ..)| name == key).map(|(.., node)| node)
            }
            _ => None,
        }
    }

    /// Where the key at the end of a path stands; for a list element, where it begins.
    pub(super) fn key_position(&self, path: &KeyPath) -> Option<Position> {
        let parent = path.parent().map_or(Some(self), |parent| self.at(&parent))?;
        match (&parent.content, path.last_key()) {
            (Content::Map(entries), Some(key)) => {
                entries.iter().find(|(name, ..)| name == key).map(|(_, position, _)| *position)
            }
            _ => self.at(path).map(|node| node.position),
        }
    }

    /// The value as it is shown in a message.
    pub(super) fn shown(&self) -> String {
        match &self.content {
            Content::Scalar { text, writing: Writing::Plain } if text.is_empty() => {
                "nothing".to_owned()
            }
            Content::Scalar { text, .. } => shown(text),
            Content::List(_) => "a list".to_owned(),
            Content::Map(_) => "a mapping".to_owned(),
        }
    }

    /// Every value that is not below this key at the top.
    pub(super) fn words_outside(&self, key: &str) -> HashSet<&str> {
        let mut words = HashSet::new();
        match &self.content {
            Content::Map(entries) => {
                let others = entries.iter().filter(|(name, ..)| name != key);
                others.for_each(|(.., node)| node.words(&mut words));
            }
            Content::Scalar { .. } | Content::List(_) => self.words(&mut words),
        }
        words
    }

    fn words<'n>(&'n self, words: &mut HashSet<&'n str>) {
        match &self.content {
            Content::Scalar { text, .. } => {
                words.insert(text);
            }
            Content::List(items) => items.iter().for_each(|node| node.words(words)),
            Content::Map(entries) => entries.iter().for_each(|(.., node)| node.words(words)),
        }
    }

    /// The same value as `serde_yaml` has it.
    pub(super) fn to_value(&self) -> Value {
        match &self.content {
            Content::Scalar { text, writing } => scalar(text, *writing),
            Content::List(items) => Value::Sequence(items.iter().map(Self::to_value).collect()),
            Content::Map(entries) => Value::Mapping(
                entries
                    .iter()
                    .map(|(key, _, node)| (Value::String(key.clone()), node.to_value()))
                    .collect(),
            ),
        }
    }
}

/// A scalar: what is not quoted may be a number, a truth value or nothing.
pub(super) fn scalar(text: &str, writing: Writing) -> Value {
    let resolved =
        (writing == Writing::Plain).then(|| serde_yaml::from_str::<Value>(text).ok()).flatten();
    match resolved {
        Some(value @ (Value::Null | Value::Bool(_) | Value::Number(_))) => value,
        _ => Value::String(text.to_owned()),
    }
}
