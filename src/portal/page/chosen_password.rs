//! The pages on which people choose a password that somebody else began: by a link, or at a sign-in.

use askama::Template;

use super::Chrome;
use super::Errand;

/// A password by a link that is good.
#[derive(Clone, Debug, Template)]
#[template(path = "welcome.html")]
pub(crate) struct WelcomePage {
    pub(crate) chrome: Chrome,
    /// The form's token.
    pub(crate) csrf: String,
    /// The site's host, as in the address bar.
    pub(crate) site: String,
    /// What the link has.
    pub(crate) link: String,
    /// Whose password it will be.
    pub(crate) login: String,
    /// Characters that a password needs.
    pub(crate) least: usize,
    /// What went wrong, in words.
    pub(crate) problem: Option<String>,
}

/// A link that is not good, or was not looked at.
#[derive(Clone, Debug, Template)]
#[template(path = "welcome_void.html")]
pub(crate) struct WelcomeVoidPage {
    pub(crate) chrome: Chrome,
    /// Why, in words.
    pub(crate) problem: String,
}

/// Another password, before a sign-in goes on.
#[derive(Clone, Debug, Template)]
#[template(path = "new_password.html")]
pub(crate) struct NewPasswordPage {
    pub(crate) chrome: Chrome,
    pub(crate) errand: Errand,
    /// Whose password it will be, as they wrote it.
    pub(crate) login: String,
    /// That the old one was right, sealed.
    pub(crate) proof: String,
    /// Characters that a password needs.
    pub(crate) least: usize,
    /// What went wrong, in words.
    pub(crate) problem: Option<String>,
}
