//! What the operator decides about the pages.

use super::Accent;
use super::Admin;
use super::Logo;
use crate::words::Language;

/// What the operator decides about the pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The name on every page.
    pub brand: String,
    /// Whom to ask for help, in a sentence; shown where a person may be stuck.
    pub support: Option<String>,
    /// Path prefix of every built-in page, without a trailing slash.
    pub prefix: String,
    /// The languages a person may read them in; the first for whoever wants none of them.
    pub languages: Vec<Language>,
    /// The picture beside the name.
    pub logo: Option<Logo>,
    /// The colour of what can be acted on, where the browser wants a light page.
    pub accent: Option<Accent>,
    /// The same where it wants a dark one.
    pub accent_dark: Option<Accent>,
    /// Where the administration is.
    pub admin: Admin,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            brand: "Portcullis".to_owned(),
            support: None,
            prefix: "/.portcullis".to_owned(),
            languages: Language::ALL.to_vec(),
            logo: None,
            accent: None,
            accent_dark: None,
            admin: Admin::default(),
        }
    }
}
