//! The file's text, read into a tree. What YAML reads as something else than it says is refused:
//! repeated keys, anchors, aliases, merge keys, tags, further documents.

use saphyr_parser::Event;
use saphyr_parser::Parser;
use saphyr_parser::ScalarStyle;
use saphyr_parser::Tag;

use super::error::Problem;
use super::key_path::KeyPath;
use super::key_path::shown;
use super::tree::Content;
use super::tree::Node;
use super::tree::Position;
use super::tree::Writing;
use super::tree::scalar;

/// How deep lists and mappings may be nested.
const DEEPEST: usize = 32;

/// How many keys a mapping may have.
const MOST_KEYS: usize = 4096;

/// A fault in the text, with its place.
#[derive(Clone, Debug)]
pub(super) struct TextProblem {
    pub(super) path: KeyPath,
    pub(super) position: Position,
    pub(super) problem: Problem,
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
                let problem = if error.info().contains("recursion limit") {
                    too_deep()
                } else {
                    Problem::new(format!("this is not YAML: {}", error.info())).found("text that cannot be read on from here").allowed("YAML 1.2").hint(
                        "indentation, a missing colon or an open quote, here or on the line before",
                    )
                };
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

fn too_deep() -> Problem {
    Problem::new("nested too deeply")
        .found("one level more")
        .allowed(format!("at most {DEEPEST} levels"))
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
                    .found("an alias")
                    .allowed("values that are written out")
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
                .found("the beginning of a document")
                .allowed("one document")
                .hint("remove the line `---`");
            self.refuse(position, problem);
            self.stopped = true;
        }
    }

    fn decoration(&mut self, anchor: usize, tag: Option<&Tag>, position: Position) {
        if anchor != 0 {
            let problem = Problem::new("anchors are not supported")
                .found("an anchor")
                .allowed("values that are written out")
                .hint("write the value out in every place that needs it");
            self.refuse(position, problem);
        }
        if tag.is_some() {
            let problem = Problem::new("tags are not supported")
                .found("a tag")
                .allowed("values without tags")
                .hint("remove the word that begins with `!`; quote the value if it is text");
            self.refuse(position, problem);
        }
    }

    fn begin(&mut self, content: Content, position: Position) {
        if self.open.len() >= DEEPEST {
            self.refuse(position, too_deep());
            self.stopped = true;
            return;
        }
        if self.awaits_key() {
            let problem =
                Problem::new("a key must be text").found("a list or a mapping").allowed("a name");
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
                .found("<<")
                .allowed("keys that are written out")
                .hint("write the keys out in every place that needs them");
            self.refuse(position, problem);
        } else if !key.is_string() {
            let problem = Problem::new("a key must be text")
                .found(shown(&text))
                .allowed("a name")
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
                if entries.len() >= MOST_KEYS {
                    let problem = Problem::new("too many keys")
                        .found("one key more")
                        .allowed(format!("at most {MOST_KEYS} keys in a mapping"));
                    self.stopped = true;
                    self.problems.push(TextProblem { path, position, problem });
                    return;
                }
                let Some((_, first, _)) = entries.iter().find(|(name, ..)| *name == key) else {
                    entries.push((key, position, node));
                    return;
                };
                let problem = Problem::new("this key is there twice")
                    .found("the key once more")
                    .allowed("each key once")
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
