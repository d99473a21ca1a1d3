//! What every command works with: the configuration, time, chance, and where output goes.

use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use super::failure::Failure;
use crate::audit::line;
use crate::audit::line::Digits;
use crate::clock::Clock;
use crate::clock::SystemClock;
use crate::config;
use crate::config::ConfigErrors;
use crate::config::Configuration;
use crate::entropy::Entropy;
use crate::entropy::SystemEntropy;
use crate::operate::Reason;

/// What every command works with.
pub(super) struct Context<'o> {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) json: bool,
    /// Why, for the audit log.
    pub(super) reason: Option<Reason>,
    pub(super) out: &'o mut dyn Write,
    path: PathBuf,
}

impl<'o> Context<'o> {
    pub(super) fn new(path: PathBuf, out: &'o mut dyn Write) -> Self {
        Self {
            clock: Arc::new(SystemClock::new()),
            entropy: Arc::new(SystemEntropy::new()),
            json: false,
            reason: None,
            out,
            path,
        }
    }

    /// The configuration file's name, as given.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads and checks the configuration.
    pub(super) fn configuration(&self) -> Result<Configuration, ConfigErrors> {
        config::load(&self.path, &variable, self.clock.wall())
    }

    /// The same without lists of networks, for what serves nobody.
    pub(super) fn configuration_without_lists(&self) -> Result<Configuration, ConfigErrors> {
        config::load_without_lists(&self.path, &variable, self.clock.wall())
    }

    /// Prints a value as one line of JSON.
    pub(super) fn print_json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let line = line::of(value, Digits::ForWhatActs);
        let line =
            line.ok_or_else(|| Failure::Failed("it cannot be written as JSON".to_owned()))?;
        Ok(writeln!(self.out, "{line}")?)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the environment reaches the configuration through here alone"
)]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
