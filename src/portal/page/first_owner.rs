//! The page that makes the first owner.

use askama::Template;

use super::Chrome;

/// The token, and who they will be.
#[derive(Clone, Debug, Template)]
#[template(path = "first_owner.html")]
pub(crate) struct FirstOwnerPage {
    pub(crate) chrome: Chrome,
    /// The form's token.
    pub(crate) csrf: String,
    /// The site's host, as in the address bar.
    pub(crate) site: String,
    /// What was typed before.
    pub(crate) login: String,
    pub(crate) name: String,
    /// Characters that a password needs.
    pub(crate) least: usize,
    /// What went wrong, in words.
    pub(crate) problem: Option<String>,
}
