//! The guide for people who sign in.

use askama::Template;

use super::Chrome;

/// The guide.
#[derive(Clone, Debug, Template)]
#[template(path = "help.html")]
pub(crate) struct HelpPage {
    pub(crate) chrome: Chrome,
}
