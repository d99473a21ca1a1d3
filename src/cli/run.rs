//! `run`: the gateway itself, in the foreground.

use std::io::Write;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;

use super::context;
use super::context::Context;
use super::failure::Failure;
use crate::config::Configuration;
use crate::config::LogLevel;
use crate::server;
use crate::server::Origin;
use crate::server::Start;
use crate::server::succession::Program;
use crate::telemetry;

/// Runs until it is told to stop.
pub(super) fn run(context: &Context<'_>, origin: Origin) -> Result<(), Failure> {
    let configuration = context.configuration()?;
    telemetry::start(level(configuration.log.level)).map_err(|e| Failure::Failed(e.to_string()))?;
    say_warnings(&configuration);
    let started = server::run(Start {
        configuration,
        path: context.path().to_owned(),
        environment: context::variable,
        clock: Arc::clone(&context.clock),
        entropy: Arc::clone(&context.entropy),
        announce: Box::new(|ready| say(&ready.listening.ready_line())),
        stop: CancellationToken::new(),
        origin,
        program: Some(Program::of_this_process()?),
    });
    started.map_err(Failure::from)
}

/// What works and should be known, at every start.
pub(super) fn say_warnings(configuration: &Configuration) {
    for warning in &configuration.warnings {
        tracing::warn!(%warning, "configuration");
    }
    if configuration.development_certificate {
        tracing::warn!(
            "HTTPS uses the SELF-SIGNED development certificate made by `portcullis init`: browsers will \
             warn, and nobody can tell this gateway from another. Set tls.certificates for anything real"
        );
    }
}

pub(super) const fn level(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    }
}

/// One line on standard output. A reader that went away is not the gateway's concern.
pub(super) fn say(line: &str) {
    let mut out = std::io::stdout();
    drop(writeln!(out, "{line}").and_then(|()| out.flush()));
}
