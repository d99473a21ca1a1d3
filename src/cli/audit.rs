//! `audit`: the audit log.

mod export;
pub(super) mod sinks;
mod verify;

use std::thread;
use std::time::Duration;

use clap::Subcommand;

use super::context::Context;
use super::failure::Failure;
use super::reach;
use super::reach::Reach;
use super::render;
use crate::operate;
use crate::operate::Command;
use crate::operate::Reply;

/// How often a followed log is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);

const TAIL_EXAMPLES: &str = "\
Examples:
  portcullis audit tail --limit 50
  portcullis audit tail --follow
  portcullis --json audit tail --from 1 --limit 100";

const EXPORT_EXAMPLES: &str = "\
Examples:
  portcullis audit export > audit.jsonl
  portcullis audit export --from 4711 > since.jsonl
  portcullis audit export --from 1 --to 4710 > until.jsonl

The last line is a signed head. Keep it elsewhere: it shows later that nobody has changed these records.";

const SKIP_EXAMPLES: &str = "\
Examples:
  portcullis audit sinks                       which record does it stand at, and why?
  portcullis audit skip siem --to 4711 --reason 'the SIEM takes no line of that length'

The records stay in the store until they were exported, and the log says what was skipped, by whom and why.";

const VERIFY_EXAMPLES: &str = "\
Examples:
  portcullis audit verify
  portcullis audit verify --heads heads.jsonl           has all that was signed stayed as it was?
  portcullis audit verify --file audit.jsonl            is the export what the store has?
  portcullis audit verify --file audit.jsonl --key KEY  the same on a machine without the store";

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Print the latest records, oldest of them first.
    #[command(after_help = TAIL_EXAMPLES)]
    Tail {
        /// Go on printing records as they are written; needs a running gateway.
        #[arg(short = 'f', long)]
        follow: bool,
        /// Begin at this record.
        #[arg(long, value_name = "NUMBER")]
        from: Option<u64>,
        /// At most so many records before following.
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
    },
    /// Print records, one a line as JSON, and a signed head at the end.
    #[command(after_help = EXPORT_EXAMPLES)]
    Export {
        /// The first record; the first of all by default.
        #[arg(long, value_name = "NUMBER")]
        from: Option<u64>,
        /// The last record; the last there is by default.
        #[arg(long, value_name = "NUMBER")]
        to: Option<u64>,
    },
    /// Print how far the log has come, signed, as a line of JSON: keep such lines elsewhere.
    Head,
    /// Print the public key that heads are signed with: keep it elsewhere.
    Key,
    /// Print how those get on who follow the log (`audit.sinks`): what they lack, since when, and what keeps them from it.
    Sinks,
    /// Let a sink go on without records that its receiver will never take. Needs `--reason`.
    #[command(after_help = SKIP_EXAMPLES)]
    Skip {
        /// The sink's name.
        sink: String,
        /// The last record that it goes on without.
        #[arg(long, value_name = "NUMBER")]
        to: u64,
    },
    /// Follow the whole chain: was a record changed, removed, moved or added?
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(verify::Evidence),
}

/// Does what the arguments say.
pub(super) fn run(command: &AuditCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        AuditCommand::Export { from, to } => export::run(context, *from, *to),
        AuditCommand::Head => export::head(context),
        AuditCommand::Key => export::key(context),
        AuditCommand::Sinks => sinks::list(context),
        AuditCommand::Skip { sink, to } => sinks::skip(context, sink, *to),
        AuditCommand::Verify(evidence) => verify::run(context, evidence),
        AuditCommand::Tail { follow, from, limit } => {
            let mut reach = Reach::find(context)?;
            if *follow && !reach.is_gateway() {
                reach.close()?;
                return Err(Failure::Failed(
                    "no gateway runs, so there is nothing to follow".to_owned(),
                ));
            }
            let tailed = tail(context, &mut reach, *from, *limit)
                .and_then(|next| if *follow { go_on(context, &mut reach, next) } else { Ok(()) });
            reach.close()?;
            tailed
        }
    }
}

/// Prints up to `limit` records; the position after the last.
fn tail(
    context: &mut Context<'_>,
    reach: &mut Reach,
    from: Option<u64>,
    limit: usize,
) -> Result<u64, Failure> {
    let first = limit.min(operate::MAX_LIMIT);
    let from = match from {
        None if limit > operate::MAX_LIMIT => Some(start_of_last(reach, limit)?),
        from => from,
    };
    let (mut printed, mut next) = print(context, reach, from, first)?;
    while printed > 0 && printed < limit {
        let room = limit.saturating_sub(printed).min(operate::MAX_LIMIT);
        let (more, after) = print(context, reach, Some(next), room)?;
        if more == 0 {
            break;
        }
        printed = printed.saturating_add(more);
        next = after;
    }
    Ok(next)
}

/// Where the last `limit` records begin.
fn start_of_last(reach: &mut Reach, limit: usize) -> Result<u64, Failure> {
    let command = Command::AuditTail { from: None, limit: 1 };
    let Reply::AuditRecords { next, .. } = reach.ask(command)? else {
        return Err(reach::unexpected());
    };
    Ok(next.saturating_sub(u64::try_from(limit).unwrap_or(u64::MAX)).max(1))
}

fn go_on(context: &mut Context<'_>, reach: &mut Reach, mut next: u64) -> Result<(), Failure> {
    loop {
        context.out.flush()?;
        let (printed, after) = print(context, reach, Some(next), operate::MAX_LIMIT)?;
        next = after;
        if printed == 0 {
            thread::sleep(LOOK_EVERY);
        }
    }
}

fn print(
    context: &mut Context<'_>,
    reach: &mut Reach,
    from: Option<u64>,
    limit: usize,
) -> Result<(usize, u64), Failure> {
    let Reply::AuditRecords { records, next } = reach.ask(Command::AuditTail { from, limit })?
    else {
        return Err(reach::unexpected());
    };
    for record in &records {
        if context.json {
            context.print_json(record)?;
        } else {
            render::record(context.out, record)?;
        }
    }
    Ok((records.len(), next))
}
