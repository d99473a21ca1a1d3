//! `explain`: what would be done with a request, and why; and what other rules would have done with those
//! that were logged. The gate itself judges, so nothing here can differ from what the gateway does.

mod answer;
mod changes;
mod line;
mod people;
mod print;
mod question;
mod replay;
mod standing;
mod view;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use self::question::Question;
use super::context::Context;
use super::failure::Failure;
use crate::clock::Clock;
use crate::config;
use crate::config::Configuration;
use crate::enforcement::Switch;
use crate::gate::Snapshot;
use crate::metrics::Metrics;
use crate::server::geography::Geography;
use crate::server::live;

pub(super) const HELP: &str = "\
The configuration is the one that --config names, whether it is in force or not. Nobody is asked for
anything, nothing is forwarded and nothing is changed. The exit code says only that there is an answer.

Examples:
  portcullis explain https://console.example.com/reports --user alice --address 203.0.113.7
  portcullis explain --address 198.51.100.9 --method POST --path /api/items
  portcullis explain --user alice --password-only --address 203.0.113.7
  portcullis explain --replay access.log --config new.yaml
  zcat access.log.*.gz | portcullis --json explain --replay - --config new.yaml";

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// Scheme, host and path at once, as in a browser's address bar.
    #[arg(value_name = "URL", conflicts_with_all = ["host", "path"])]
    url: Option<String>,
    /// The host; that of the only site, unless given.
    #[arg(long)]
    host: Option<String>,
    /// The path, a query included; `/`, unless given.
    #[arg(long)]
    path: Option<String>,
    /// The method.
    #[arg(long, default_value = "GET")]
    method: String,
    /// The address that the request comes from.
    #[arg(long, value_name = "IP", required_unless_present = "replay")]
    address: Option<IpAddr>,
    /// Who is signed in, as this login name; nobody, unless given.
    #[arg(long, value_name = "LOGIN")]
    user: Option<String>,
    /// The password was proved, the second factor not yet.
    #[arg(long, requires = "user")]
    password_only: bool,
    /// How long ago the last proof was: 20m, 12h; just now, unless given.
    #[arg(long, value_name = "SPAN", value_parser = span, requires = "user")]
    proved_ago: Option<Duration>,
    /// The service token that is shown, by name or id.
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
    /// The client certificate that is shown, by its name in the configuration.
    #[arg(long, value_name = "NAME")]
    certificate: Option<String>,
    /// Judge every request of this access log anew and report what would change; `-`: standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = [
        "url", "host", "path", "address", "user", "token", "certificate",
    ])]
    replay: Option<PathBuf>,
    /// With --replay: report at most so many groups of requests.
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

/// What is said where only the file is known.
const FILE_ALONE: &str =
    "judged by the file alone: the store, where administrators can ask for more, does not answer";

fn span(text: &str) -> Result<Duration, &'static str> {
    config::span(text).ok_or("write a whole number and a unit: 90s, 30m, 12h, 14d")
}

/// Does what the arguments say.
pub(super) fn run(arguments: ExplainArguments, context: &mut Context<'_>) -> Result<(), Failure> {
    let configuration = context.configuration()?;
    // About somebody or something that was, nothing is said without the store; about a file alone, as far as that goes.
    let needs = arguments.user.is_some() || arguments.replay.is_some();
    let (switch, unknown) = match people::switch(context) {
        Ok(switch) => (switch, None),
        Err(failure) if needs => return Err(failure),
        Err(_) => (Switch::default(), Some(FILE_ALONE.to_owned())),
    };
    let snapshot = snapshot(&configuration, &context.clock, &switch)?;
    if let Some(log) = &arguments.replay {
        return replay::run(log, arguments.limit, (&configuration, &snapshot), context);
    }
    let question = Question::read(arguments, &configuration, context)?;
    let mut explanation = answer::explain(&question, (&configuration, &snapshot), context)?;
    explanation.notes.extend(unknown);
    if context.json {
        context.print_json(&explanation)
    } else {
        print::explanation(context.out, &explanation)
    }
}

/// The configuration, compiled as for a gateway that runs on it.
pub(super) fn snapshot(
    configuration: &Configuration,
    clock: &Arc<dyn Clock>,
    switch: &Switch,
) -> Result<Snapshot, Failure> {
    let metrics = Metrics::new().map_err(|e| Failure::Failed(e.to_string()))?;
    let geography = Geography::open(configuration, clock);
    let parts = live::gate_parts(configuration, geography.shelf(), clock, switch);
    Ok(Snapshot::new(parts, &metrics))
}
