//! Where the faults and warnings of a file are collected while it is read.

use std::collections::HashSet;
use std::path::Path;

use super::error::ConfigError;
use super::error::ConfigErrors;
use super::error::Problem;
use super::hint;
use super::key_path::KeyPath;
use super::text::TextProblem;
use super::tree::Node;
use super::tree::Position;

/// What is shown in place of a secret.
const HIDDEN: &str = "(not shown)";

/// The faults and warnings found so far.
#[derive(Debug)]
pub(super) struct Report<'a> {
    file: &'a Path,
    tree: &'a Node,
    errors: Vec<ConfigError>,
    /// Faults of lists in other files.
    elsewhere: Vec<ConfigError>,
    warnings: Vec<(Position, String)>,
    reported: HashSet<KeyPath>,
}

impl<'a> Report<'a> {
    /// A report on a file that has been read into a tree.
    pub(super) fn new(file: &'a Path, tree: &'a Node) -> Self {
        let (errors, elsewhere, warnings) = (Vec::new(), Vec::new(), Vec::new());
        Self { file, tree, errors, elsewhere, warnings, reported: HashSet::new() }
    }

    /// Takes over a fault of the text.
    pub(super) fn text(&mut self, fault: TextProblem) {
        // A fault at the top says nothing about the keys below.
        if fault.path != KeyPath::default() {
            self.reported.insert(fault.path.clone());
        }
        self.add(&fault.path, fault.position, fault.problem);
    }

    /// Notes a fault of the value at a path, unless that value is known to be faulty.
    pub(super) fn refuse(&mut self, path: &KeyPath, mut problem: Problem) {
        if self.is_reported(path) {
            return;
        }
        let node = self.tree.at(path);
        if problem.found.is_none() {
            problem.found = Some(node.map_or_else(|| "nothing".to_owned(), Node::shown));
        }
        let position = node.map_or_else(|| self.nearest(path), |node| node.position);
        self.reported.insert(path.clone());
        self.add(path, position, problem);
    }

    /// Notes a fault of a line of another file, which the value at a path names.
    pub(super) fn refuse_line(
        &mut self,
        file: &Path,
        (line, column): (usize, usize),
        path: &KeyPath,
        problem: Problem,
    ) {
        self.reported.insert(path.clone());
        self.elsewhere.push(ConfigError {
            file: file.to_owned(),
            line,
            column,
            path: path.to_string(),
            message: problem.message,
            found: problem.found,
            allowed: problem.allowed,
            hint: problem.hint,
        });
    }

    /// Notes a key that does not exist.
    pub(super) fn refuse_key(&mut self, path: &KeyPath, mut problem: Problem) {
        let parent = path.parent().unwrap_or_default();
        let key = problem.unknown_key.clone().unwrap_or_default();
        if hint::comes_later(&parent, &key) {
            "this version does not have this key".clone_into(&mut problem.message);
            problem.hint = Some("remove it; a later version brings it".to_owned());
        } else if let Some(allowed) = &problem.allowed {
            // What was meant by this key is not missing as well.
            let keys: Vec<&str> = allowed.split(", ").collect();
            if let Some(near) = hint::near(&key, &keys) {
                self.reported.insert(parent.key(near));
            }
        }
        if self.is_reported(path) {
            return;
        }
        let position = self.nearest(path);
        self.reported.insert(path.clone());
        self.add(path, position, problem);
    }

    /// Notes a key that must be there and is not.
    pub(super) fn missing(&mut self, path: &KeyPath, allowed: &str) {
        let problem = Problem::new("this key is missing").found("nothing");
        self.refuse(path, problem.allowed(allowed));
    }

    /// The value of a check, or its fault noted.
    pub(super) fn take<T>(&mut self, path: &KeyPath, result: Result<T, Problem>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(problem) => {
                self.refuse(path, problem);
                None
            }
        }
    }

    /// Notes something that works and should be known.
    pub(super) fn warn(&mut self, path: &KeyPath, text: &str) {
        let position = self.nearest(path);
        let (file, line) = (self.file.display(), position.line);
        let text = format!("{file}:{line}:{}: {path}: {text}", position.column);
        self.warnings.push((position, text));
    }

    /// The warnings, or every fault.
    pub(super) fn finish(mut self) -> Result<Vec<String>, ConfigErrors> {
        if self.errors.is_empty() && self.elsewhere.is_empty() {
            self.warnings.sort();
            Ok(self.warnings.into_iter().map(|(_, text)| text).collect())
        } else {
            Err(ConfigErrors::new(self.errors).and(self.elsewhere))
        }
    }

    /// Every value of the file that is not below one of its keys.
    pub(super) fn words_outside(&self, key: &str) -> HashSet<&'a str> {
        self.tree.words_outside(key)
    }

    /// The first line a value that is in the file stands on, for messages about another.
    pub(super) fn line(&self, path: &KeyPath) -> usize {
        self.nearest(path).line
    }

    pub(super) fn is_reported(&self, path: &KeyPath) -> bool {
        let mut place = Some(path.clone());
        while let Some(path) = place {
            if self.reported.contains(&path) {
                return true;
            }
            place = path.parent();
        }
        false
    }

    /// Whether something below the path is known to be faulty.
    pub(super) fn is_reported_below(&self, path: &KeyPath) -> bool {
        let below = |place: &KeyPath| place != path && place.steps().starts_with(path.steps());
        self.reported.iter().any(below)
    }

    /// Takes a value as known to be faulty.
    pub(super) fn pass_over(&mut self, path: &KeyPath) {
        self.reported.insert(path.clone());
    }

    /// The file that is reported on.
    pub(super) const fn file(&self) -> &'a Path {
        self.file
    }

    /// Where the key stands, or the nearest key above it.
    fn nearest(&self, path: &KeyPath) -> Position {
        let mut place = Some(path.clone());
        while let Some(path) = place {
            if let Some(position) = self.tree.key_position(&path) {
                return position;
            }
            place = path.parent();
        }
        Position::START
    }

    fn add(&mut self, path: &KeyPath, position: Position, mut problem: Problem) {
        let secret = path.secret();
        if secret.is_some() {
            problem.found = problem.found.map(|found| match found.as_str() {
                "nothing" => found,
                _ => HIDDEN.to_owned(),
            });
        }
        self.errors.push(ConfigError {
            file: self.file.to_owned(),
            line: position.line,
            column: position.column,
            path: secret.as_ref().unwrap_or(path).to_string(),
            message: problem.message,
            found: problem.found,
            allowed: problem.allowed,
            hint: problem.hint,
        });
    }
}
