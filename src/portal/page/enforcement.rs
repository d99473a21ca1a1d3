//! The pages of a second factor that may be put off, and of recovery codes.

use askama::Template;

use super::Chrome;
use super::Errand;

/// The recovery code.
#[derive(Clone, Debug, Template)]
#[template(path = "recovery.html")]
pub(crate) struct RecoveryPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    /// Login name of the person.
    pub(crate) who: String,
    /// What the code is, and why it is asked for.
    pub(crate) lead: String,
    /// Back to what the person has to prove; none: they have nothing.
    pub(crate) back: Option<String>,
    /// What went wrong, in words.
    pub(crate) problem: Option<String>,
}

/// The offer to set up a second factor.
#[derive(Clone, Debug, Template)]
#[template(path = "set_up.html")]
pub(crate) struct SetUpPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    /// Login name of the person.
    pub(crate) who: String,
    /// The page that sets one up.
    pub(crate) set_up: String,
    /// Until when it may be put off, if it must be done at all.
    pub(crate) term: String,
    /// Whether that is soon.
    pub(crate) soon: bool,
}
