//! Those who follow the log: how each gets on, and how one goes on without what it does not take.

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::reach;
use crate::clock::Timestamp;
use crate::operate::Command;
use crate::operate::Reply;
use crate::operate::SinkCommand;
use crate::operate::SinkView;

/// Prints how each gets on.
pub(super) fn list(context: &mut Context<'_>) -> Result<(), Failure> {
    let reply = reach::ask(context, Command::AuditSink(SinkCommand::List))?;
    print(context, reply)
}

/// Lets one go on without records.
pub(super) fn skip(context: &mut Context<'_>, sink: &str, to: u64) -> Result<(), Failure> {
    let command = SinkCommand::Skip { sink: sink.to_owned(), to };
    let reply = reach::ask(context, Command::AuditSink(command))?;
    print(context, reply)
}

fn print(context: &mut Context<'_>, reply: Reply) -> Result<(), Failure> {
    let sinks = of(reply)?;
    if context.json {
        return context.print_json(&sinks);
    }
    let now = context.clock.wall();
    for sink in &sinks {
        writeln!(context.out, "{}", line(sink, now))?;
    }
    Ok(())
}

/// What the answer says of them.
pub(in crate::cli) fn of(reply: Reply) -> Result<Vec<SinkView>, Failure> {
    let Reply::AuditSinks { sinks } = reply else { return Err(reach::unexpected()) };
    Ok(sinks)
}

/// A sink in a line.
pub(in crate::cli) fn line(sink: &SinkView, now: Timestamp) -> String {
    let SinkView { name, way, behind, .. } = sink;
    let Some((seq, at)) = sink.next else {
        return format!("sink {name} ({way}): has every record");
    };
    let late = if sink.late { ", which is too far" } else { "" };
    let age = span(now.since(at).as_secs());
    let lag = format!("{behind} records behind{late}, the oldest is {seq}, {age} old");
    let trouble = sink.trouble.as_ref().map_or_else(String::new, |trouble| {
        let alone = trouble.record.map_or_else(String::new, |record| {
            format!(
                " (record {record} alone; if it never will: `portcullis audit skip {name} --to {record}`)"
            )
        });
        format!("; failed {}: {}{alone}", trouble.at, trouble.why)
    });
    format!("sink {name} ({way}): {lag}{trouble}")
}

/// Seconds in the largest unit that fits.
fn span(seconds: u64) -> String {
    const UNITS: [(u64, char); 3] = [(86400, 'd'), (3600, 'h'), (60, 'm')];
    let fits = UNITS.into_iter().find(|(unit, _)| seconds >= *unit);
    fits.map_or_else(|| format!("{seconds}s"), |(unit, sign)| format!("{}{sign}", seconds / unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::troubles::Trouble;

    #[test]
    fn a_line_says_how_far_behind_since_when_and_why() {
        let now = Timestamp::from_secs(1_800_000_000);
        let fine = SinkView {
            name: "siem".to_owned(),
            way: "webhook".to_owned(),
            behind: 0,
            late: false,
            next: None,
            trouble: None,
        };
        assert_eq!(line(&fine, now), "sink siem (webhook): has every record");
        let at = Timestamp::from_secs(1_800_000_000 - 3 * 3600 - 5);
        let trouble = Trouble { at: now, why: "it answers 400".to_owned(), record: Some(7) };
        let late = SinkView {
            behind: 12,
            late: true,
            next: Some((7, at)),
            trouble: Some(trouble),
            ..fine
        };
        assert_eq!(
            line(&late, now),
            format!(
                "sink siem (webhook): 12 records behind, which is too far, the oldest is 7, 3h old; failed {now}: it answers \
                 400 (record 7 alone; if it never will: `portcullis audit skip siem --to 7`)"
            )
        );
    }
}
