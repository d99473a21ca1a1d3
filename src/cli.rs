//! The command line: what `portcullis` does when it is called, and with which exit code it ends.
//!
//! 0: done. 1: it was tried and failed, or was refused. 64: the command or the configuration is wrong, or
//! `portcullis init` was never run. A reader that goes away early (`| head`) is no failure.

mod audit;
mod check;
mod context;
mod control_client;
mod demo;
mod doctor;
mod endpoints;
mod enforcement;
mod explain;
mod failure;
mod health;
mod init;
mod keys;
mod learn;
mod password;
mod reach;
mod render;
mod run;
mod session;
mod token;
mod upgrade;
mod user;

use std::ffi::OsString;
use std::io;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use clap::Subcommand;

use self::context::Context;
use self::failure::Failure;
use crate::operate::Reason;
use crate::server::Origin;

const EXAMPLES: &str = "\
Examples:
  portcullis learn http://10.0.0.5:8080             a site for a console with a login of its own
  portcullis check                                  is gateway.yaml right?
  portcullis doctor                                 and everything around it?
  portcullis explain --user alice --address 203.0.113.7 --path /reports
  portcullis init                                   once, on a new machine
  portcullis user add alice --role owner            the first owner
  portcullis token add ci --site console            for a program that cannot sign in
  portcullis audit tail --follow                    what is happening
  portcullis --json user list                       for scripts";

/// An authentication gateway: a second factor in front of a console that nobody can change.
#[derive(Debug, Parser)]
#[command(name = "portcullis", version, about, after_help = EXAMPLES, disable_help_subcommand = true)]
struct Arguments {
    /// The configuration file.
    #[arg(long, global = true, value_name = "FILE", default_value = "gateway.yaml")]
    config: PathBuf,
    /// Output for scripts: JSON; times in milliseconds since 1970.
    #[arg(long, global = true)]
    json: bool,
    /// Why it is done; kept in the audit log.
    #[arg(long, global = true, value_name = "TEXT", value_parser = Reason::parse)]
    reason: Option<Reason>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the store and the keys; once, on a new machine.
    Init,
    /// Run the gateway, in the foreground, until SIGTERM. SIGHUP loads the configuration anew.
    Run {
        /// Take over from the gateway that starts this process; for its own use.
        #[arg(long, hide = true)]
        successor: bool,
    },
    /// Let the program that is on disk now take over from the running gateway, without a gap.
    Upgrade,
    /// Try it: a small old console with the gateway in front, on this machine alone. DEMO ONLY.
    Demo(demo::DemoArguments),
    /// Whether the gateway of this configuration runs and accepts: exit code 0 or 1.
    Health,
    /// Check the configuration and name every fault.
    Check,
    /// Look at everything around the configuration, too: files, clock, store, consoles, receivers. Changes nothing.
    #[command(after_help = doctor::HELP)]
    Doctor(doctor::DoctorArguments),
    /// Say what would be done with a request, and why; or what other rules would have done with logged ones.
    #[command(after_help = explain::HELP)]
    Explain(explain::ExplainArguments),
    /// Propose the section for a console's own login, from one right and one wrong login through a recorder.
    #[command(after_help = learn::HELP)]
    Learn(learn::LearnArguments),
    /// Print the JSON Schema of gateway.yaml, for editors.
    Schema,
    /// Print what the built-in pages serve, and to whom.
    #[command(hide = true)]
    Endpoints,
    /// Accounts: add, look at, change.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Who must have a second factor, and from when on.
    #[command(subcommand)]
    Enforcement(enforcement::EnforcementArguments),
    /// Sessions: who is signed in, and how to end that.
    #[command(subcommand)]
    Session(session::SessionArguments),
    /// Service tokens: what programs show instead of signing in.
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// The audit log: read, export, verify.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// The keys that identity assertions are signed with.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
}

/// Does what the arguments say, and says how it ended.
#[must_use]
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    forbid_core_dumps();
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return help_or_usage(&error),
    };
    // Not locked: what runs for long prints from several threads.
    let mut out = io::stdout();
    let mut context = Context::new(arguments.config, &mut out);
    context.json = arguments.json;
    context.reason = arguments.reason;
    let ended = dispatch(arguments.command, &mut context);
    failure::report(ended.and_then(|()| Ok(out.flush()?)))
}

fn dispatch(command: Command, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        Command::Init => init::run(context),
        Command::Run { successor: false } => run::run(context, Origin::Anew),
        Command::Run { successor: true } => run::run(context, Origin::Succession),
        Command::Upgrade => upgrade::run(context),
        Command::Demo(arguments) => demo::run(arguments, context),
        Command::Health => health::run(context),
        Command::Check => check::check(context),
        Command::Doctor(arguments) => doctor::run(&arguments, context),
        Command::Explain(arguments) => explain::run(arguments, context),
        Command::Learn(arguments) => learn::run(&arguments, context),
        Command::Schema => check::schema(context),
        Command::Endpoints => endpoints::run(context),
        Command::User(command) => user::run(command, context),
        Command::Enforcement(arguments) => enforcement::run(arguments, context),
        Command::Session(arguments) => session::run(arguments, context),
        Command::Token(command) => token::run(command, context),
        Command::Audit(command) => audit::run(&command, context),
        Command::Keys(command) => keys::run(&command, context),
    }
}

fn help_or_usage(error: &clap::Error) -> ExitCode {
    // Nobody is left to tell when this cannot be printed.
    drop(error.print());
    if error.use_stderr() { ExitCode::from(failure::USAGE) } else { ExitCode::SUCCESS }
}

/// Memory holds keys; a crash must not leave them on a disk.
fn forbid_core_dumps() {
    let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
    if rustix::process::setrlimit(rustix::process::Resource::Core, none).is_err() {
        // Lowering a limit is always allowed; a system without this one writes no core files either.
        tracing::debug!("core dumps could not be forbidden");
    }
}

#[cfg(test)]
mod tests;
