//! `session`: who is signed in, and how to end that.

use clap::Args;
use clap::Subcommand;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::reach;
use super::reach::Reach;
use super::render;
use crate::operate;
use crate::operate::Command;
use crate::operate::Reply;
use crate::operate::SessionCommand;
use crate::operate::view::SessionReply;
use crate::operate::view::SessionView;

const EXAMPLES: &str = "\
Examples:
  portcullis session list --user bob
  portcullis session end --user bob --reason 'laptop stolen'
  portcullis session end --everybody --reason 'key was known to others'";

#[derive(Debug, Subcommand)]
pub(super) enum SessionArguments {
    /// List open sessions, newest first: whose, where, how strong.
    List {
        /// Of this account only.
        #[arg(long, value_name = "LOGIN")]
        user: Option<String>,
        /// Begin after this cursor, as a list before has told it.
        #[arg(long, value_name = "CURSOR")]
        after: Option<String>,
        /// At most so many; all, unless given.
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
    },
    /// End one session, those of an account, or everybody's. Remembered browsers are forgotten with all of an account.
    #[command(after_help = EXAMPLES)]
    End(EndArguments),
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct EndArguments {
    /// The session's handle, as `list` and the log show it.
    session: Option<String>,
    /// All sessions of this account.
    #[arg(long, value_name = "LOGIN")]
    user: Option<String>,
    /// All sessions of everybody.
    #[arg(long)]
    everybody: bool,
}

/// Does what the arguments say.
pub(super) fn run(arguments: SessionArguments, context: &mut Context<'_>) -> Result<(), Failure> {
    let command = match arguments {
        SessionArguments::List { user, after, limit } => {
            return list(context, user.as_ref(), after, limit);
        }
        SessionArguments::End(EndArguments { session: Some(session), .. }) => {
            SessionCommand::End { session }
        }
        SessionArguments::End(EndArguments { user: Some(login), .. }) => {
            SessionCommand::EndOf { login }
        }
        SessionArguments::End(_) => SessionCommand::EndAll,
    };
    let reply = reach::ask(context, Command::Session(command))?;
    let Reply::Session(SessionReply::Ended { sessions }) = reply else {
        return Err(reach::unexpected());
    };
    if context.json {
        return context.print_json(&json!({ "sessions_ended": sessions }));
    }
    writeln!(context.out, "Done; {sessions} session(s) ended.")?;
    Ok(())
}

fn list(
    context: &mut Context<'_>,
    user: Option<&String>,
    after: Option<String>,
    limit: Option<usize>,
) -> Result<(), Failure> {
    let mut reach = Reach::find(context)?;
    let listed = collect(&mut reach, user, (after, limit));
    reach.close()?;
    let (sessions, next) = listed?;
    if context.json {
        return context.print_json(&json!({ "sessions": sessions, "next": next }));
    }
    render::sessions(context.out, &sessions)?;
    if let Some(next) = next {
        writeln!(context.out, "\nThere are more: --after {next}")?;
    }
    Ok(())
}

fn collect(
    reach: &mut Reach,
    user: Option<&String>,
    (mut after, limit): (Option<String>, Option<usize>),
) -> Result<(Vec<SessionView>, Option<String>), Failure> {
    let mut all: Vec<SessionView> = Vec::new();
    loop {
        let room = limit.map_or(operate::MAX_LIMIT, |limit| limit.saturating_sub(all.len()));
        if room == 0 {
            return Ok((all, after));
        }
        let command = Command::Session(SessionCommand::List {
            login: user.cloned(),
            after: after.take(),
            limit: room.min(operate::MAX_LIMIT),
        });
        let Reply::Session(SessionReply::Page { sessions, next }) = reach.ask(command)? else {
            return Err(reach::unexpected());
        };
        all.extend(sessions);
        match next {
            Some(next) => after = Some(next),
            None => return Ok((all, None)),
        }
    }
}
