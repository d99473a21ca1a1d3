//! The pages of a second factor that is to be set up or may be put off, and of recovery codes.

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
    /// What it is about.
    pub(crate) heading: String,
    /// What it is good for.
    pub(crate) lead: String,
    /// The page that sets one up.
    pub(crate) set_up: String,
    /// Until when it may be put off, if it must be done at all.
    pub(crate) term: String,
    /// Whether that is soon.
    pub(crate) soon: bool,
}

/// What can be set up, on the page where one chooses.
#[derive(Clone, Debug)]
pub(crate) struct SetUpChoice {
    /// Its page.
    pub(crate) href: String,
    /// What it is.
    pub(crate) name: &'static str,
    /// What one needs, and what it is good for.
    pub(crate) about: &'static str,
}

/// Entering the first code of an app that was handed over.
#[derive(Clone, Debug, Template)]
#[template(path = "enrol_handed.html")]
pub(crate) struct EnrolHandedPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    /// Login name of the person.
    pub(crate) who: String,
    /// What they may set up instead, strongest first.
    pub(crate) choices: Vec<SetUpChoice>,
    /// What went wrong, in words.
    pub(crate) problem: Option<String>,
}

/// Choosing what to set up.
#[derive(Clone, Debug, Template)]
#[template(path = "enrol_choice.html")]
pub(crate) struct EnrolChoicePage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    /// Login name of the person.
    pub(crate) who: String,
    /// Strongest first.
    pub(crate) choices: Vec<SetUpChoice>,
    /// Whether one is set up already.
    pub(crate) further: bool,
    /// Why another one is asked for.
    pub(crate) why: Option<String>,
    /// What went wrong before, in words.
    pub(crate) problem: Option<String>,
}
