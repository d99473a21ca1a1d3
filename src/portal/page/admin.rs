//! The pages of the administration.

use askama::Template;

use super::Chrome;

/// A page that the navigation leads to.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) href: String,
    pub(crate) label: &'static str,
    /// Whether it is the page that is shown.
    pub(crate) current: bool,
}

/// What is around every page of the administration.
#[derive(Clone, Debug)]
pub(crate) struct Shell {
    /// The pages that this person may see.
    pub(crate) sections: Vec<Section>,
    /// Login name of the person.
    pub(crate) who: String,
    /// Their role, in words.
    pub(crate) role: &'static str,
    /// The site's host, as in the address bar.
    pub(crate) site: String,
    /// Until when these pages are open without another proof.
    pub(crate) until: String,
}

/// The first page.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/overview.html")]
pub(crate) struct OverviewPage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    /// What is required of everybody, in words.
    pub(crate) duty: String,
    /// How many rules ask more of some.
    pub(crate) rules: usize,
    /// How many sessions are open.
    pub(crate) sessions: usize,
}
