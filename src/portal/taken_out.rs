//! Records of the audit log in the forms in which they are taken out.

use crate::audit::Actor;
use crate::audit::export::HeadLine;
use crate::audit::line;
use crate::audit::line::Digits;
use crate::audit::signed::SignedHead;
use crate::csv::Table;
use crate::operate::Extract;
use crate::subject::SubjectId;

/// A line each, as `portcullis audit export` writes them, and the signed head as the last one.
pub(crate) fn lines(extract: &Extract) -> Option<String> {
    let mut text = String::new();
    for record in &extract.records {
        text.push_str(&line::of(record, Digits::ForWhatActs)?);
        text.push('\n');
    }
    let head = HeadLine { head: extract.head.clone() };
    text.push_str(&line::of(&head, Digits::ForWhatActs)?);
    text.push('\n');
    Some(text)
}

/// The columns of a table.
const COLUMNS: [&str; 13] = [
    "record",
    "time",
    "event",
    "actor",
    "actor_id",
    "target",
    "site",
    "client",
    "request",
    "reason",
    "detail",
    "previous_hash",
    "hash",
];

/// A table for spreadsheets: to be looked at, and not to prove anything.
pub(crate) fn table(extract: &Extract) -> String {
    let mut table = Table::of(&COLUMNS);
    for record in &extract.records {
        let event = &record.event;
        let (actor, id) = actor(&event.actor);
        let client = event.client.map(|client| client.to_string()).unwrap_or_default();
        let mut detail = event.detail.clone();
        let reason = detail.remove("reason").unwrap_or_default();
        let detail: Vec<String> = detail.iter().map(|(name, it)| format!("{name}: {it}")).collect();
        table.row([
            record.seq.to_string().as_str(),
            &event.at.to_string(),
            &event.kind.name().unwrap_or_default(),
            actor,
            &id,
            event.target.as_ref().map_or("", SubjectId::as_str),
            event.site.as_deref().unwrap_or_default(),
            &client,
            event.request_id.as_deref().unwrap_or_default(),
            &reason,
            &detail.join(" | "),
            &record.prev,
            &record.hash,
        ]);
    }
    table.text()
}

/// What kind of actor it was, and which one.
fn actor(actor: &Actor) -> (&'static str, String) {
    match actor {
        Actor::Gateway => ("gateway", String::new()),
        Actor::Unknown => ("unknown", String::new()),
        Actor::Subject { id } => ("subject", id.to_string()),
        Actor::Operator { uid } => ("operator", uid.to_string()),
        Actor::Token { id } => ("token", id.to_string()),
    }
}

/// What a file of these records is called.
pub(crate) fn file_name(head: &SignedHead, extension: &str) -> String {
    format!("audit-{}-{}.{extension}", head.first.unwrap_or(1), head.seq)
}
