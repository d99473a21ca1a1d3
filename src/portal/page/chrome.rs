//! What is around every page, and the words in it.

use crate::words::Arg;
use crate::words::Around;
use crate::words::Language;

/// What is around every page.
#[derive(Clone, Debug)]
pub(crate) struct Chrome {
    /// The language of the page.
    pub(crate) language: Language,
    /// The languages to choose from.
    pub(crate) languages: Vec<Language>,
    /// Where another language leads back to; none: this page cannot be shown again.
    pub(crate) back: Option<String>,
    /// The name on the page.
    pub(crate) brand: String,
    /// Whom to ask for help, in a sentence.
    pub(crate) support: Option<String>,
    /// Path prefix of the built-in pages.
    pub(crate) prefix: String,
    /// Address of the style sheet.
    pub(crate) css: String,
    /// Address of the style sheet with the operator's colours.
    pub(crate) colours: Option<String>,
    /// Address of the operator's logo.
    pub(crate) logo: Option<String>,
    /// Address of the script.
    pub(crate) js: String,
    /// Address of the style sheet of the administration.
    pub(crate) admin_css: String,
    /// Address of the icon.
    pub(crate) icon: String,
}

/// The words of a page, as its template asks for them.
impl Chrome {
    pub(crate) fn say(&self, key: &str) -> &'static str {
        self.language.say(key)
    }

    pub(crate) fn with<'a>(&self, key: &str, name: &str, value: impl Into<Arg<'a>>) -> String {
        self.language.with(key, name, value)
    }

    pub(crate) fn around(&self, key: &str, name: &str) -> Around {
        self.language.around(key, name)
    }

    pub(crate) fn around_with(&self, key: &str, name: &str, others: &[(&str, Arg<'_>)]) -> Around {
        self.language.around_with(key, name, others)
    }
}
