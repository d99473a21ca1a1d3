//! How a command fails, and the exit code and words for it.

use std::io;
use std::io::Write;
use std::process::ExitCode;

use crate::config::ConfigErrors;
use crate::operate::OperateError;
use crate::server::ServerError;
use crate::server::state::StateError;

/// `EX_USAGE` of sysexits.h: the command or the configuration is wrong.
pub(super) const USAGE: u8 = 64;

/// Why a command was not done.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The configuration has faults.
    #[error("{0}")]
    Configuration(#[from] ConfigErrors),
    /// The faults were printed already.
    #[error("the configuration has faults")]
    Reported,
    /// The command was called wrongly, or before `init`.
    #[error("portcullis: {0}")]
    Usage(String),
    /// It was tried and failed, or refused.
    #[error("portcullis: {0}")]
    Failed(String),
    /// The output could not be written.
    #[error("portcullis: cannot write the output: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    fn code(&self) -> ExitCode {
        match self {
            Self::Configuration(_) | Self::Reported | Self::Usage(_) => ExitCode::from(USAGE),
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Self::Failed(_) | Self::Output(_) => ExitCode::FAILURE,
        }
    }

    fn is_told(&self) -> bool {
        match self {
            Self::Reported => true,
            Self::Output(error) => error.kind() == io::ErrorKind::BrokenPipe,
            Self::Configuration(_) | Self::Usage(_) | Self::Failed(_) => false,
        }
    }
}

impl From<OperateError> for Failure {
    fn from(error: OperateError) -> Self {
        Self::Failed(words(&error))
    }
}

/// What happened, and what to do about it here.
pub(super) fn words(error: &OperateError) -> String {
    match error.advice() {
        Some(advice) => format!("{error}. {advice}"),
        None => error.to_string(),
    }
}

impl From<StateError> for Failure {
    fn from(error: StateError) -> Self {
        if error.is_missing() {
            Self::Usage(error.to_string())
        } else {
            Self::Failed(error.to_string())
        }
    }
}

impl From<ServerError> for Failure {
    fn from(error: ServerError) -> Self {
        if let ServerError::State(error) = error {
            return error.into();
        }
        Self::Failed(error.to_string())
    }
}

/// Says on standard error what went wrong, and with which code to end.
pub(super) fn report(ended: Result<(), Failure>) -> ExitCode {
    let Err(failure) = ended else { return ExitCode::SUCCESS };
    if !failure.is_told() {
        // Nobody is left to tell when this cannot be printed.
        drop(writeln!(io::stderr().lock(), "{}", failure.to_string().trim_end()));
    }
    failure.code()
}
