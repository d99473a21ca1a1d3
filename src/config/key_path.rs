//! Key paths: where in the document a value stands.

use std::fmt;

/// Keys whose values are secrets, or may be pasted secrets: neither they nor anything below is shown.
const SECRET_KEYS: &[&str] = &["bearer_token", "private_key", "value", "password", "secret"];

/// One step down into a document.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Step {
    /// Into a mapping, by key.
    Key(String),
    /// Into a list, by position from 0.
    Index(usize),
}

/// The way from the top of a document to a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct KeyPath(Vec<Step>);

impl KeyPath {
    /// The path of a key below this one.
    pub(super) fn key(&self, key: &str) -> Self {
        self.step(Step::Key(key.to_owned()))
    }

    /// The path of a list element below this one.
    pub(super) fn index(&self, index: usize) -> Self {
        self.step(Step::Index(index))
    }

    pub(super) fn step(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The path one step up; none at the top.
    pub(super) fn parent(&self) -> Option<Self> {
        let (_, rest) = self.0.split_last()?;
        Some(Self(rest.to_vec()))
    }

    /// The last step, where it is a key.
    pub(super) fn last_key(&self) -> Option<&str> {
        match self.0.last()? {
            Step::Key(key) => Some(key),
            Step::Index(_) => None,
        }
    }

    /// The path of the secret this path is, or lies in: the furthest that may be shown.
    pub(super) fn secret(&self) -> Option<Self> {
        let is_secret =
            |step: &Step| matches!(step, Step::Key(key) if SECRET_KEYS.contains(&key.as_str()));
        let end = self.0.iter().position(is_secret)?;
        Some(Self(self.0.iter().take(end + 1).cloned().collect()))
    }

    /// The keys alone, joined by dots, to look a place up whatever its positions in lists.
    pub(super) fn pattern(&self) -> String {
        let keys: Vec<&str> = self
            .0
            .iter()
            .filter_map(|step| match step {
                Step::Key(key) => Some(key.as_str()),
                Step::Index(_) => None,
            })
            .collect();
        keys.join(".")
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    if position > 0 {
                        f.write_str(".")?;
                    }
                    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
                    if !key.is_empty() && key.len() <= 60 && key.chars().all(plain) {
                        f.write_str(key)?;
                    } else {
                        write!(f, "\"{}\"", shown(key))?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// A text as it may appear in a message: one line, no control characters, no credentials of a URL (which
/// one may have written without its scheme).
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 80;
    if text.contains('@') {
        return "(not shown: it may hold a password)".to_owned();
    }
    if text.is_empty() {
        return "(empty)".to_owned();
    }
    let mut short: String = text
        .chars()
        .take(LONGEST)
        .flat_map(|c| {
            let escaped = c.is_control() || ('\u{200b}'..='\u{206f}').contains(&c);
            let debug: Vec<char> = if escaped { c.escape_default().collect() } else { vec![c] };
            debug
        })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_as_an_operator_writes_it() {
        let path = KeyPath::default().key("sites").index(0).key("a b");
        assert_eq!(path.to_string(), "sites[0].\"a b\"");
        assert_eq!(path.pattern(), "sites.a b");
    }

    #[test]
    fn what_lies_in_a_secret_is_named_by_the_secret_alone() {
        let secret = KeyPath::default().key("admin").key("bearer_token");
        assert_eq!(secret.key("hunter2").secret(), Some(secret.clone()));
        assert_eq!(KeyPath::default().key("admin").secret(), None);
    }

    #[test]
    fn shown_text_is_one_line_without_credentials() {
        assert_eq!(shown("a\nb"), "a\\nb");
        assert!(!shown("http://root:hunter2@host").contains("hunter2"));
        assert!(!shown("root:hunter2@host").contains("hunter2"));
        assert_eq!(shown(&"x".repeat(200)).chars().count(), 81);
    }
}
