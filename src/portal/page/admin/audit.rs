//! The audit log.

use askama::Template;

use super::Shell;
use crate::portal::page::Chrome;
use crate::portal::page::Link;

/// Whoever acted, or whom it was done to.
#[derive(Clone, Debug)]
pub(crate) struct Party {
    /// The account's page, if there is such an account.
    pub(crate) href: Option<String>,
    pub(crate) name: String,
}

/// One record.
#[derive(Clone, Debug)]
pub(crate) struct AuditLine {
    /// Which record it is.
    pub(crate) number: String,
    pub(crate) at: String,
    /// As in the log.
    pub(crate) kind: String,
    pub(crate) actor: Party,
    pub(crate) target: Option<Party>,
    pub(crate) site: Option<String>,
    pub(crate) client: Option<String>,
    pub(crate) request: Option<String>,
    pub(crate) detail: Vec<(String, String)>,
}

/// The log, latest first, page by page.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/audit.html")]
pub(crate) struct AuditPage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    /// What is looked for.
    pub(crate) kind: String,
    pub(crate) user: String,
    pub(crate) text: String,
    pub(crate) rows: Vec<AuditLine>,
    /// Whether nobody has the login name that is looked for.
    pub(crate) is_nobody: bool,
    /// The way to take it out, for whom that is.
    pub(crate) export: Option<Link>,
    /// The first page; none: it is this one.
    pub(crate) first: Option<String>,
    /// The page behind this one; none: the log begins here.
    pub(crate) next: Option<String>,
}
