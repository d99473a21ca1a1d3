//! The pages about passkeys.

use askama::Template;

use super::Chrome;
use super::Errand;
use super::NeedFields;
use super::Occasion;
use super::OtherMethod;

/// The second factor, when it is a passkey.
#[derive(Clone, Debug, Template)]
#[template(path = "challenge_passkey.html")]
pub(crate) struct ChallengePasskeyPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    /// Login name of the person.
    pub(crate) who: String,
    /// The question to the browser, as JSON.
    pub(crate) options: String,
    /// The address of this page, with a fresh question.
    pub(crate) again: String,
    /// Why it is asked for.
    pub(crate) occasion: Occasion,
    /// What is needed where they are going.
    pub(crate) need: NeedFields,
    /// The methods to switch to; codes kept for emergencies last.
    pub(crate) others: Vec<OtherMethod>,
    /// What went wrong, in words.
    pub(crate) problem: Option<String>,
}

/// Setting up a passkey.
#[derive(Clone, Debug, Template)]
#[template(path = "enrol_passkey.html")]
pub(crate) struct EnrolPasskeyPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    /// Login name of the person.
    pub(crate) who: String,
    /// The question to the browser, as JSON.
    pub(crate) options: String,
    /// The address of this page, with a fresh question.
    pub(crate) again: String,
    /// Whether they have a second factor already.
    pub(crate) further: bool,
    /// What went wrong, in words.
    pub(crate) problem: Option<String>,
}
