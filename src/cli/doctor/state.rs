//! What is kept: whether a gateway runs, the clock against the newest record, the audit chain, those who follow it.

use std::time::Duration;

use super::super::audit::sinks;
use super::super::context::Context;
use super::super::failure::Failure;
use super::super::reach;
use super::super::reach::Reach;
use super::errands::Errand;
use super::finding::Finding;
use crate::clock::Timestamp;
use crate::operate::Command;
use crate::operate::Reply;
use crate::operate::SinkCommand;

/// How far the newest record may be ahead of the clock: clocks are set now and then.
const AHEAD: Duration = Duration::from_secs(5);

/// Whether a gateway of this configuration runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gateway {
    /// It does.
    Runs,
    /// None does.
    Stands,
    /// That is not known.
    Unknown,
}

/// Asks the running gateway, or opens the store when none runs; and whether one does.
pub(super) fn look(context: &Context<'_>) -> (Gateway, Result<Errand, Finding>) {
    let reach = match Reach::find(context) {
        Ok(reach) => reach,
        Err(why) => return (Gateway::Unknown, Err(not_reached(&why))),
    };
    let gateway = if reach.is_gateway() { Gateway::Runs } else { Gateway::Stands };
    let now = context.clock.wall();
    (gateway, Ok(Errand::new("the store", move || of(reach, now))))
}

fn not_reached(why: &Failure) -> Finding {
    let why = why.to_string();
    let why = why.strip_prefix("portcullis: ").unwrap_or(&why).to_owned();
    Finding::fail("the store", why, "Nothing else was looked at in it")
}

fn of(mut reach: Reach, now: Timestamp) -> Vec<Finding> {
    let gateway = if reach.is_gateway() { "a gateway runs" } else { "no gateway runs" };
    let mut found = vec![Finding::ok("gateway", gateway)];
    found.push(asked(&mut reach, "clock", |reach| clock(reach, now)));
    found.push(asked(&mut reach, "the audit log", chain));
    match reach.ask(Command::AuditSink(SinkCommand::List)).and_then(sinks::of) {
        Ok(all) => found.extend(all.iter().map(|sink| {
            let line = sinks::line(sink, now);
            let line = line.strip_prefix("sink ").unwrap_or(&line).to_owned();
            if sink.late || sink.trouble.is_some() {
                let remedy =
                    "Look at its receiver; `portcullis audit skip` goes on without a record";
                Finding::warn("sink", line, remedy)
            } else {
                Finding::ok("sink", line)
            }
        })),
        Err(why) => found.push(failed("sinks", &why)),
    }
    if let Err(why) = reach.close() {
        found.push(failed("the store", &why));
    }
    found
}

fn asked(
    reach: &mut Reach,
    about: &str,
    ask: impl FnOnce(&mut Reach) -> Result<Finding, Failure>,
) -> Finding {
    ask(reach).unwrap_or_else(|why| failed(about, &why))
}

fn failed(about: &str, why: &Failure) -> Finding {
    let why = why.to_string();
    let why = why.strip_prefix("portcullis: ").unwrap_or(&why).to_owned();
    Finding::fail(about, why, "Its log says more, where a gateway runs")
}

/// A clock that is behind what was written already lets nothing end in time.
fn clock(reach: &mut Reach, now: Timestamp) -> Result<Finding, Failure> {
    let Reply::AuditRecords { records, .. } =
        reach.ask(Command::AuditTail { from: None, limit: 1 })?
    else {
        return Err(reach::unexpected());
    };
    let Some(newest) = records.last() else {
        return Ok(Finding::ok("clock", "nothing was written yet"));
    };
    let at = newest.event.at;
    Ok(if at > now.plus(AHEAD) {
        Finding::fail(
            "clock",
            format!("it is {now}, and the newest record was written {at}"),
            "Look at the system's clock, and at what sets it (NTP)",
        )
    } else {
        Finding::ok("clock", format!("it is {now}; the newest record was written {at}"))
    })
}

fn chain(reach: &mut Reach) -> Result<Finding, Failure> {
    let Reply::AuditVerified { first, records, .. } = reach.ask(Command::AuditVerify)? else {
        return Err(reach::unexpected());
    };
    let what = format!("{records} records from {first} on, and each continues the one before it");
    Ok(Finding::ok("the audit log", what))
}
