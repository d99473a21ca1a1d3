//! The built-in pages: requests in, responses out, without pingora.

/// What the operator decides about the pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The name on every page.
    pub brand: String,
    /// Whom to ask for help, in a sentence; shown where a person may be stuck.
    pub support: Option<String>,
    /// Path prefix of every built-in page, without a trailing slash.
    pub prefix: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { brand: "Portcullis".to_owned(), support: None, prefix: "/.portcullis".to_owned() }
    }
}
