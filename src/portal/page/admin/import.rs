//! People brought in as a table.

use askama::Template;

use super::Shell;
use crate::portal::page::Chrome;
use crate::portal::page::Errand;

/// What is wrong with a cell, or with a whole line.
#[derive(Clone, Debug)]
pub(crate) struct FaultLine {
    pub(crate) line: usize,
    /// As the table calls it; empty: the whole line.
    pub(crate) column: &'static str,
    pub(crate) found: String,
    /// What is allowed, in words.
    pub(crate) allowed: &'static str,
}

/// A table in which nothing is wrong.
#[derive(Clone, Debug)]
pub(crate) struct Ready {
    /// How many it brings in, in words.
    pub(crate) count: String,
    pub(crate) errand: Errand,
    pub(crate) action: String,
    /// What was typed before.
    pub(crate) reason: String,
}

/// A table of people, before they are brought in.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/import.html")]
pub(crate) struct ImportPage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    pub(crate) errand: Errand,
    /// Where it is tried.
    pub(crate) check: String,
    /// The table.
    pub(crate) csv: String,
    pub(crate) faults: Vec<FaultLine>,
    pub(crate) ready: Option<Ready>,
    pub(crate) problem: Option<String>,
    /// The list.
    pub(crate) back: String,
}
