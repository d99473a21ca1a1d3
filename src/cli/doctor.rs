//! `doctor`: the configuration and everything around it, as somebody who runs the gateway meets it. It changes nothing, sends
//! nothing to people, and says what to do about each thing it finds.

mod around;
mod elsewhere;
mod errands;
mod files;
mod finding;
mod front;
mod sockets;
mod state;

use std::time::Duration;

use clap::Args;
use serde_json::json;

use self::errands::Errand;
use self::finding::Finding;
use self::finding::Level;
use super::check;
use super::context::Context;
use super::failure::Failure;
use crate::config::ConfigError;
use crate::config::Configuration;

pub(super) const HELP: &str = "\
Examples:
  portcullis doctor                      as the gateway's user, on its machine
  portcullis --json doctor               for scripts
  portcullis doctor --patience 300       for a long audit log

Each line says how it is (ok, warn, fail), what was looked at, and what to do. Exit code 1 when something fails.
A console is asked for a page twice, without the gateway's headers and with a forged assertion; receivers are connected to, and sent
nothing.";

#[derive(Debug, Args)]
pub(super) struct DoctorArguments {
    /// How long to wait for those that take their time, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    patience: u64,
}

/// Looks, and prints what is found; exit code 1 when something fails.
pub(super) fn run(arguments: &DoctorArguments, context: &mut Context<'_>) -> Result<(), Failure> {
    let patience = Duration::from_secs(arguments.patience);
    let found = match context.configuration() {
        Ok(configuration) => look(&configuration, context, patience)?,
        Err(errors) => errors.iter().map(fault).collect(),
    };
    let worst = found.iter().map(|it| it.level).max().unwrap_or(Level::Ok);
    if context.json {
        context.print_json(&json!({ "worst": worst, "findings": found }))?;
    } else {
        for finding in &found {
            writeln!(context.out, "{finding}")?;
        }
    }
    context.out.flush()?;
    match found.iter().filter(|it| it.level == Level::Fail).count() {
        0 => Ok(()),
        failed => {
            Err(Failure::Failed(format!("{failed} of {} findings need somebody", found.len())))
        }
    }
}

/// A fault of the file, in a line.
fn fault(error: &ConfigError) -> Finding {
    let ConfigError { file, line, path, message, hint, .. } = error;
    let about = format!("{}:{line}", file.display());
    let what = if path.is_empty() { message.clone() } else { format!("{path}: {message}") };
    let remedy =
        hint.clone().unwrap_or_else(|| "`portcullis check` says what may stand there".to_owned());
    Finding::fail(&about, what, format!("{remedy}. Nothing else was looked at"))
}

fn look(
    configuration: &Configuration,
    context: &Context<'_>,
    patience: Duration,
) -> Result<Vec<Finding>, Failure> {
    let file = context.path().display().to_string();
    let sites = configuration.sites.iter().count();
    let mut found = vec![Finding::ok(&file, format!("it is valid: {sites} site(s)"))];
    for warning in check::warnings(configuration, context)? {
        found.push(Finding::warn("configuration", warning, "Mend it, or know why it is so"));
    }
    found.extend(files::look(configuration, context.path()));
    found.extend(front::look(configuration, context.clock.wall()));
    let mut errands: Vec<Errand> = Vec::new();
    let (gateway, state) = state::look(context);
    match state {
        Ok(errand) => errands.push(errand),
        Err(finding) => found.push(finding),
    }
    errands.extend(front::errands(configuration, gateway));
    errands.extend(around::errands(configuration, &context.clock));
    errands.extend(elsewhere::errands(configuration));
    found.extend(errands::all(errands, patience));
    Ok(found)
}
