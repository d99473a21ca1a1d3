//! What people read, in their language: two message files for each (one is for the pages of the
//! administration), embedded in the binary.
//!
//! A message is text, not markup: pages escape it like any other value. Problem reports for programs, logs and
//! the command line are English and have no messages.

mod catalogue;
mod negotiation;
mod times;

use serde::Deserialize;
use serde::Serialize;

use self::catalogue::Catalogue;

/// A language that every message is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// German.
    #[serde(rename = "de")]
    German,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// Spanish.
    #[serde(rename = "es")]
    Spanish,
    /// Japanese.
    #[serde(rename = "ja")]
    Japanese,
}

/// What is put into a message.
#[derive(Clone, Copy, Debug)]
pub enum Arg<'a> {
    /// A name or a text that is ready.
    Text(&'a str),
    /// A number, by which a language may choose its words.
    Number(u64),
}

/// A message in two halves, with room for something that is more than text, such as a name in bold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Around {
    /// What stands before it.
    pub before: String,
    /// What stands after it.
    pub after: String,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 5] =
        [Self::English, Self::German, Self::French, Self::Spanish, Self::Japanese];

    /// Its tag (RFC 5646).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Japanese => "ja",
        }
    }

    /// Its name in itself, as somebody who looks for it knows it.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::French => "Français",
            Self::Spanish => "Español",
            Self::Japanese => "日本語",
        }
    }

    /// The language with exactly this tag.
    #[must_use]
    pub fn tagged(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// A message without anything to put in; `key.attribute` for a part of one.
    #[must_use]
    pub fn say(self, key: &str) -> &'static str {
        let said = catalogue::of(self).and_then(|words| words.plain(key));
        said.or_else(|| catalogue::of(Self::English)?.plain(key)).unwrap_or_else(|| missing(key))
    }

    /// A message with one thing to put in.
    #[must_use]
    pub fn with<'a>(self, key: &str, name: &str, value: impl Into<Arg<'a>>) -> String {
        self.with_all(key, &[(name, value.into())])
    }

    /// A message with things to put in.
    #[must_use]
    pub fn with_all(self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        let filled = |words: &Catalogue| words.filled(key, args);
        let said = catalogue::of(self).and_then(filled);
        said.or_else(|| catalogue::of(Self::English).and_then(filled))
            .unwrap_or_else(|| missing(key).to_owned())
    }

    /// What stands before and after one of the things to put in.
    #[must_use]
    pub fn around(self, key: &str, name: &str) -> Around {
        self.around_with(key, name, &[])
    }

    /// The same, with other things put in.
    #[must_use]
    pub fn around_with(self, key: &str, name: &str, others: &[(&str, Arg<'_>)]) -> Around {
        /// Of the private use area: no message and no name of anybody has it.
        const HERE: &str = "\u{f8ff}";
        let mut args = vec![(name, Arg::Text(HERE))];
        args.extend_from_slice(others);
        let text = self.with_all(key, &args);
        let (before, after) = text.split_once(HERE).unwrap_or((&text, ""));
        Around { before: before.to_owned(), after: after.to_owned() }
    }
}

/// A key that no file has: a test knows before anybody sees it.
fn missing(key: &str) -> &'static str {
    debug_assert!(false, "no message {key}");
    "…"
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

// A template hands over a reference to what it has.
impl From<&&u64> for Arg<'_> {
    fn from(number: &&u64) -> Self {
        Self::Number(**number)
    }
}

// A template hands over a reference to what it has.
impl<'a> From<&&'a String> for Arg<'a> {
    fn from(text: &&'a String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Arg<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Arg<'_> {
    fn from(number: usize) -> Self {
        Self::Number(u64::try_from(number).unwrap_or(u64::MAX))
    }
}

impl From<&usize> for Arg<'_> {
    fn from(number: &usize) -> Self {
        (*number).into()
    }
}

#[cfg(test)]
mod tests;
