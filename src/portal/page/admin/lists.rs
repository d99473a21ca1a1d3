//! Sessions and service tokens.

use askama::Template;
use zeroize::Zeroizing;

use super::Shell;
use crate::portal::page::Chrome;
use crate::portal::page::Link;

/// One session in a list.
#[derive(Clone, Debug)]
pub(crate) struct SessionLine {
    pub(crate) login: String,
    /// The account's page.
    pub(crate) href: String,
    /// Whether it is the session of whoever looks.
    pub(crate) here: bool,
    pub(crate) site: String,
    pub(crate) aal: String,
    pub(crate) browser: Option<String>,
    pub(crate) client: String,
    pub(crate) place: Option<String>,
    pub(crate) created: String,
    pub(crate) active: String,
    /// Where it is ended, by whom that may be done.
    pub(crate) end: Option<String>,
}

/// Who is signed in.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/sessions.html")]
pub(crate) struct SessionsPage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    /// What was just done.
    pub(crate) done: Option<&'static str>,
    /// The account whose they are: its page and its login name.
    pub(crate) of: Option<(String, String)>,
    pub(crate) rows: Vec<SessionLine>,
    pub(crate) end_all: Option<Link>,
    /// The first page; none: it is this one.
    pub(crate) first: Option<String>,
    /// The page behind this one.
    pub(crate) next: Option<String>,
}

/// One service token in a list.
#[derive(Clone, Debug)]
pub(crate) struct TokenLine {
    pub(crate) name: String,
    /// In words.
    pub(crate) standing: &'static str,
    /// Whether it is as it should be.
    pub(crate) good: bool,
    /// What it may do in the gateway itself, in words.
    pub(crate) role: Option<&'static str>,
    pub(crate) site: String,
    pub(crate) scope: String,
    pub(crate) expires: String,
    pub(crate) last_used: Option<String>,
    /// What the person who looks may do.
    pub(crate) acts: Vec<Link>,
}

/// Every service token.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/tokens.html")]
pub(crate) struct TokensPage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    /// What was just done.
    pub(crate) done: Option<&'static str>,
    pub(crate) rows: Vec<TokenLine>,
    pub(crate) add: Option<Link>,
}

/// The secret of a service token, which is shown this once.
#[derive(Clone, Debug, Template)]
#[template(path = "admin/secret.html")]
pub(crate) struct SecretPage {
    pub(crate) chrome: Chrome,
    pub(crate) shell: Shell,
    pub(crate) name: String,
    /// What it may do in the gateway itself, in words.
    pub(crate) role: Option<&'static str>,
    /// Until when the secret before it is good.
    pub(crate) old_until: Option<String>,
    pub(crate) secret: Zeroizing<String>,
    /// Scheme, host and port that it is shown to.
    pub(crate) origin: String,
    pub(crate) expires: String,
    /// Whether anything accepts it.
    pub(crate) accepted: bool,
    /// The list.
    pub(crate) back: String,
}
