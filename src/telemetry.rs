//! What the gateway says about itself while it runs: its log, and one line per request.
//!
//! Both are JSON lines. Neither ever holds a query, a cookie, a header's value, or a secret, at any level
//! the libraries below us, which would tell them, are kept from doing so here.

pub mod access_log;

use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::Directive;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

pub use self::access_log::AccessLog;
pub use self::access_log::Destination;

/// Libraries that write requests with query and headers into their log.
const SILENT: [&str; 1] = ["pingora_core::apps=off"];

/// Why logging cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// A log is already in place.
    #[error("logging was started twice")]
    Twice,
    /// A filter of our own making cannot be read.
    #[error("the log filter cannot be made")]
    Filter,
    /// The log's file cannot be opened.
    #[error("cannot open the log {path}: {cause}")]
    OpenLog {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The access log's file cannot be opened.
    #[error("cannot open the access log {path}: {cause}")]
    Open {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

/// Starts the log: JSON lines on standard error, from `level` on. Takes over what libraries log too.
///
/// # Errors
/// When it was started before.
pub fn start(level: LevelFilter) -> Result<(), TelemetryError> {
    subscriber(level, io::stderr)?.try_init().map_err(|_| TelemetryError::Twice)
}

/// Starts the log in a file, made for its owner alone, instead of on standard error.
///
/// # Errors
/// When it was started before, or the file cannot be opened.
pub fn start_in(level: LevelFilter, path: &Path) -> Result<(), TelemetryError> {
    let opened = File::options().append(true).create(true).mode(0o600).open(path);
    let file = opened.map_err(|cause| TelemetryError::OpenLog { path: path.to_owned(), cause })?;
    subscriber(level, Arc::new(file))?.try_init().map_err(|_| TelemetryError::Twice)
}

fn subscriber<W>(
    level: LevelFilter,
    writer: W,
) -> Result<impl tracing::Subscriber + Send + Sync, TelemetryError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    Ok(tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_ansi(false)
        .with_env_filter(filter(level)?)
        .with_writer(writer)
        .finish())
}

/// Our own messages from `level` on. Those of libraries from warnings on, or from `info` when somebody
/// searches a fault: below that they print what they parse, headers and all.
fn filter(level: LevelFilter) -> Result<EnvFilter, TelemetryError> {
    let libraries =
        if level >= LevelFilter::DEBUG { LevelFilter::INFO } else { level.min(LevelFilter::WARN) };
    let ours: Directive =
        format!("portcullis={level}").parse().map_err(|_| TelemetryError::Filter)?;
    let mut filter = EnvFilter::builder()
        .with_default_directive(libraries.into())
        .parse_lossy("")
        .add_directive(ours);
    for silent in SILENT {
        filter = filter.add_directive(silent.parse().map_err(|_| TelemetryError::Filter)?);
    }
    Ok(filter)
}

#[cfg(test)]
mod tests;
