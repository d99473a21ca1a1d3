//! What is wrong with a configuration: one entry per fault, for people and as JSON.

use std::fmt;
use std::path::Path;
use std::path::PathBuf;

use serde::Serialize;
use serde::Serializer;

/// One fault of a configuration file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfigError {
    /// The file.
    #[serde(serialize_with = "lossy")]
    pub file: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Key path such as `sites[0].routes[1].path`; empty for the file as a whole.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What stands there; never the value of a secret.
    pub found: Option<String>,
    /// What may stand there.
    pub allowed: Option<String>,
    /// How to mend it.
    pub hint: Option<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        write!(f, "{file}:{}:{}: ", self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        writeln!(f, "{}", self.message)?;
        let details =
            [("found:  ", &self.found), ("allowed:", &self.allowed), ("hint:   ", &self.hint)];
        for (label, text) in details {
            if let Some(text) = text {
                writeln!(f, "  {label} {text}")?;
            }
        }
        Ok(())
    }
}

/// A path need not be text; a message about it has to be.
fn lossy<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

/// Every fault of a configuration file, by line, then those of lists that it names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigErrors(Vec<ConfigError>);

impl ConfigErrors {
    /// Puts the faults in the order of the file.
    pub(super) fn new(mut errors: Vec<ConfigError>) -> Self {
        errors.sort_by(|a, b| {
            (a.line, a.column, &a.path, &a.message).cmp(&(b.line, b.column, &b.path, &b.message))
        });
        Self(errors)
    }

    /// With faults of other files behind them, in their order.
    pub(super) fn and(mut self, elsewhere: Vec<ConfigError>) -> Self {
        self.0.extend(elsewhere);
        self
    }

    /// The faults, by line.
    pub fn iter(&self) -> impl Iterator<Item = &ConfigError> {
        self.0.iter()
    }

    /// The faults as a JSON array of `{file, line, column, path, message, found, allowed, hint}`.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|error| error.fmt(f))
    }
}

/// A fault before its place is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) message: String,
    pub(super) found: Option<String>,
    pub(super) allowed: Option<String>,
    pub(super) hint: Option<String>,
    /// The key this fault is about, where it is an unknown one.
    pub(super) unknown_key: Option<String>,
}

impl Problem {
    /// A fault described in a few words.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// Says what may stand there.
    pub(super) fn allowed(mut self, text: impl Into<String>) -> Self {
        self.allowed = Some(text.into());
        self
    }

    /// Says what stands there, where it is not simply the value in the file.
    pub(super) fn found(mut self, text: impl Into<String>) -> Self {
        self.found = Some(text.into());
        self
    }

    /// Says how to mend it.
    pub(super) fn hint(mut self, text: impl Into<String>) -> Self {
        self.hint = Some(text.into());
        self
    }
}
