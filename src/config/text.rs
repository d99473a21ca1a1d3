//! The file's text as a tree that remembers lines and columns, and refuses the YAML that reads as
//! something else than it says: repeated keys, anchors, aliases, merge keys, tags, further documents.

use saphyr_parser::Event;
use saphyr_parser::Marker;
use saphyr_parser::Parser;
use saphyr_parser::ScalarStyle;
use saphyr_parser::Tag;
use serde_yaml::Value;

use super::error::Problem;
use super::key_path::KeyPath;
use super::key_path::Step;
use super::key_path::shown;

/// How deep lists and mappings may be nested.
const DEEPEST: usize = 32;

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

/// A fault in the text, with its place.
#[derive(Clone, Debug)]
pub(super) struct TextProblem {
    pub(super) path: KeyPath,
    pub(super) position: Position,
    pub(super) problem: Problem,
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
fn scalar(text: &str, writing: Writing) -> Value {
    let resolved =
        (writing == Writing::Plain).then(|| serde_yaml::from_str::<Value>(text).ok()).flatten();
    match resolved {
        Some(value @ (Value::Null | Value::Bool(_) | Value::Number(_))) => value,
        _ => Value::String(text.to_owned()),
    }
}

/// Reads the text. What could not be read is in the second part; no tree when nothing was readable.
pub(super) fn read(text: &str) -> (Option<Node>, Vec<TextProblem>) {
    let unreadable = super::characters::check(text);
    if !unreadable.is_empty() {
        return (None, unreadable);
    }
    let mut reader = Reader::default();
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => reader.take(event, span.start.into()),
            Err(error) => {
                let problem = Problem::new(format!("this is not YAML: {}", error.info())).hint(
                    "indentation, a missing colon or an open quote, here or on the line before",
                );
                reader.refuse((*error.marker()).into(), problem);
                return (None, reader.problems);
            }
        }
        if reader.stopped {
            return (None, reader.problems);
        }
    }
    (reader.root, reader.problems)
}

/// A list or mapping that is still being read.
#[derive(Debug)]
struct Open {
    path: KeyPath,
    node: Node,
    key: Option<(String, Position)>,
}

#[derive(Debug, Default)]
struct Reader {
    root: Option<Node>,
    open: Vec<Open>,
    documents: usize,
    problems: Vec<TextProblem>,
    stopped: bool,
}

impl Reader {
    fn take(&mut self, event: Event<'_>, position: Position) {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            Event::DocumentStart(_) => self.document(position),
            Event::Alias(_) => {
                let problem = Problem::new("aliases are not supported")
                    .hint("write the value out in both places");
                self.refuse(position, problem);
                self.value(Node::nothing(position));
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.decoration(anchor, tag.as_deref(), position);
                self.scalar(text.into_owned(), style, position);
            }
            Event::SequenceStart(anchor, tag) => {
                self.decoration(anchor, tag.as_deref(), position);
                self.begin(Content::List(Vec::new()), position);
            }
            Event::MappingStart(anchor, tag) => {
                self.decoration(anchor, tag.as_deref(), position);
                self.begin(Content::Map(Vec::new()), position);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    self.value(open.node);
                }
            }
        }
    }

    fn document(&mut self, position: Position) {
        self.documents += 1;
        if self.documents > 1 {
            let problem = Problem::new("a second document begins here")
                .allowed("one document")
                .hint("remove the line `---`");
            self.refuse(position, problem);
            self.stopped = true;
        }
    }

    fn decoration(&mut self, anchor: usize, tag: Option<&Tag>, position: Position) {
        if anchor != 0 {
            let problem = Problem::new("anchors are not supported")
                .hint("write the value out in every place that needs it");
            self.refuse(position, problem);
        }
        if tag.is_some() {
            let problem = Problem::new("tags are not supported")
                .hint("remove the word that begins with `!`; quote the value if it is text");
            self.refuse(position, problem);
        }
    }

    fn begin(&mut self, content: Content, position: Position) {
        if self.open.len() >= DEEPEST {
            let problem =
                Problem::new("nested too deeply").allowed(format!("at most {DEEPEST} levels"));
            self.refuse(position, problem);
            self.stopped = true;
            return;
        }
        if self.awaits_key() {
            let problem = Problem::new("a key must be text").allowed("a name");
            self.refuse(position, problem);
            self.stopped = true;
            return;
        }
        self.open.push(Open { path: self.here(), node: Node { position, content }, key: None });
    }

    fn scalar(&mut self, text: String, style: ScalarStyle, position: Position) {
        let writing = Writing::from(style);
        if !self.awaits_key() {
            let content = Content::Scalar { text, writing };
            self.value(Node { position, content });
            return;
        }
        let key = scalar(&text, writing);
        if let Some(open) = self.open.last_mut() {
            open.key = Some((text.clone(), position));
        }
        if writing == Writing::Plain && text == "<<" {
            let problem = Problem::new("merge keys are not supported")
                .hint("write the keys out in every place that needs them");
            self.refuse(position, problem);
        } else if !key.is_string() {
            let problem = Problem::new("a key must be text")
                .found(shown(&text))
                .hint("put the key in quotes");
            self.refuse(position, problem);
        }
    }

    /// Whether the next value is a key of a mapping.
    fn awaits_key(&self) -> bool {
        self.open
            .last()
            .is_some_and(|open| matches!(open.node.content, Content::Map(_)) && open.key.is_none())
    }

    /// The path of the value that is read next.
    fn here(&self) -> KeyPath {
        let Some(open) = self.open.last() else {
            return KeyPath::default();
        };
        match (&open.node.content, &open.key) {
            (Content::List(items), _) => open.path.index(items.len()),
            (_, Some((key, _))) => open.path.key(key),
            _ => open.path.clone(),
        }
    }

    /// Puts a finished value where it belongs.
    fn value(&mut self, node: Node) {
        let path = self.here();
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut open.node.content {
            Content::List(items) => items.push(node),
            Content::Scalar { .. } => {}
            Content::Map(entries) => {
                let Some((key, position)) = open.key.take() else {
                    self.stopped = true;
                    return;
                };
                let Some((_, first, _)) = entries.iter().find(|(name, ..)| *name == key) else {
                    entries.push((key, position, node));
                    return;
                };
                let problem = Problem::new("this key is there twice")
                    .hint(format!("it is also on line {}", first.line));
                self.problems.push(TextProblem { path, position, problem });
            }
        }
    }

    fn refuse(&mut self, position: Position, problem: Problem) {
        self.problems.push(TextProblem { path: self.here(), position, problem });
    }
}

#[cfg(test)]
mod tests;
