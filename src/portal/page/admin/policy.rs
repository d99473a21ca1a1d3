//! What is asked of everybody.

use askama::Template;

use super::Own;
use super::Shell;
use crate::portal::page::Chrome;
use crate::portal::page::Errand;

/// A method, and whether it is on.
#[derive(Clone, Debug)]
pub(crate) struct MethodLine {
    pub(crate) label: &'static str,
    pub(crate) on: bool,
}

/// Where what is asked comes from.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/policy.html")]
pub(crate) struct PolicyPage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    /// What was just done.
    pub(crate) done: Option<&'static str>,
    /// What the configuration asks of everybody.
    pub(crate) file: String,
    /// How many rules ask more of some.
    pub(crate) rules: usize,
    /// What the switch asks besides.
    pub(crate) switch: Own,
    /// Both together.
    pub(crate) together: String,
    /// The same of owners.
    pub(crate) owners: String,
    pub(crate) methods: Vec<MethodLine>,
    /// Where it is changed, by whom that may be done.
    pub(crate) change: Option<String>,
}

/// What a change would do.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/rehearsal.html")]
pub(crate) struct RehearsalPage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    pub(crate) errand: Errand,
    /// For the form that leads back.
    pub(crate) again: Errand,
    /// How it was when this page was written.
    pub(crate) seen: String,
    /// What would be asked, besides what the configuration asks.
    pub(crate) asked: Own,
    /// Where people stand: in words, how many now, how many then.
    pub(crate) rows: Vec<(&'static str, usize, usize)>,
    /// Whether whoever makes the change would lack what it asks for.
    pub(crate) locks_out: bool,
    /// Where the change is made, and where it is written down once more.
    pub(crate) set: String,
    pub(crate) change: String,
    /// The change, as it is sent on.
    pub(crate) fields: Vec<(&'static str, String)>,
    /// What was typed before.
    pub(crate) reason: String,
    pub(crate) problem: Option<String>,
    pub(crate) back: String,
}
