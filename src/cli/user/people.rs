//! `user import` and `user export`: people as a table.

use std::fs;
use std::io;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::reach;
use super::super::reach::Reach;
use super::collect;
use crate::operate::Command;
use crate::operate::Reply;
use crate::operate::import::AT_ONCE;
use crate::operate::import::Fault;
use crate::operate::import::NewPerson;
use crate::operate::import::PeopleCommand;
use crate::operate::import::PeopleReply;
use crate::operate::import::table;
use crate::operate::import::table::People;

pub(super) const IMPORT_HELP: &str = "\
A table as spreadsheets write it (CSV, in UTF-8, with commas). Its first line names the columns: login, and any of name, email,
groups (with commas between them) and role. Everything that is wrong is told at once, and then nothing is done. Nobody gets a
password: `user password-link` makes a link by which each person chooses one.

Examples:
  portcullis user import people.csv --dry-run
  portcullis user import people.csv --reason 'the night shift'";

/// A table of people.
#[derive(Debug, Args)]
pub(in crate::cli) struct ImportArguments {
    /// The table; `-`: standard input.
    file: PathBuf,
    /// Only say what is wrong with it.
    #[arg(long)]
    dry_run: bool,
}

/// Brings people in.
pub(super) fn import(context: &mut Context<'_>, import: &ImportArguments) -> Result<(), Failure> {
    let mut table = table::read(&text(&import.file)?);
    let mut reach = Reach::find(context)?;
    let outcome = checked(&mut reach, &table.people).and_then(|faults| {
        table.add(faults);
        if import.dry_run || !table.faults.is_empty() {
            return Ok((0, std::mem::take(&mut table.faults)));
        }
        added(&mut reach, &table.people)
    });
    reach.close()?;
    let (added, faults) = outcome?;
    if import.dry_run && faults.is_empty() && !context.json {
        writeln!(context.out, "{} accounts can be added.", table.people.len())?;
        return Ok(());
    }
    told(context, added, &faults)
}

fn text(file: &Path) -> Result<String, Failure> {
    let most = u64::try_from(table::MOST_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let failed = |error: io::Error| Failure::Failed(format!("{}: {error}", file.display()));
    let mut text = String::new();
    if file == Path::new("-") {
        io::stdin().lock().take(most).read_to_string(&mut text).map_err(failed)?;
    } else {
        fs::File::open(file)
            .and_then(|file| file.take(most).read_to_string(&mut text))
            .map_err(failed)?;
    }
    Ok(text)
}

/// What is wrong with the whole table.
fn checked(reach: &mut Reach, people: &[NewPerson]) -> Result<Vec<Fault>, Failure> {
    let mut all = Vec::new();
    for people in people.chunks(AT_ONCE) {
        let command = PeopleCommand::Check { people: people.to_vec() };
        let Reply::People(PeopleReply::Checked { faults }) = reach.ask(Command::People(command))?
        else {
            return Err(reach::unexpected());
        };
        all.extend(faults);
    }
    Ok(all)
}

/// Brings in as many at once as one command takes.
fn added(reach: &mut Reach, people: &[NewPerson]) -> Result<(usize, Vec<Fault>), Failure> {
    let mut all: usize = 0;
    for people in people.chunks(AT_ONCE) {
        let command = PeopleCommand::Import { people: people.to_vec() };
        let reply = match reach.ask(Command::People(command)) {
            Ok(reply) => reply,
            Err(failure) if all == 0 => return Err(failure),
            Err(failure) => {
                return Err(Failure::Failed(format!(
                    "at least {all} accounts were added, and then: {failure}"
                )));
            }
        };
        let Reply::People(PeopleReply::Imported { added, faults }) = reply else {
            return Err(reach::unexpected());
        };
        all = all.saturating_add(added);
        if !faults.is_empty() {
            return Ok((all, faults));
        }
    }
    Ok((all, Vec::new()))
}

fn told(context: &mut Context<'_>, added: usize, faults: &[Fault]) -> Result<(), Failure> {
    if context.json {
        context.print_json(&json!({ "added": added, "faults": faults }))?;
    } else {
        for fault in faults {
            let column = fault.column.map(|it| format!(", {}", it.name())).unwrap_or_default();
            let Fault { line, found, wrong, .. } = fault;
            writeln!(context.out, "line {line}{column}: found \"{found}\"; {wrong}")?;
        }
        if faults.is_empty() {
            writeln!(
                context.out,
                "{added} accounts were added. Nobody has a password yet: `portcullis user password-link LOGIN`."
            )?;
        }
    }
    match faults.len() {
        0 => Ok(()),
        wrong => Err(Failure::Failed(format!("{wrong} faults; {added} accounts were added"))),
    }
}

/// Prints everybody as a table.
pub(super) fn export(context: &mut Context<'_>) -> Result<(), Failure> {
    let mut reach = Reach::find(context)?;
    let listed = reach.ask(Command::People(PeopleCommand::Export));
    let listed = listed.and_then(|_| collect(&mut reach, None, None));
    reach.close()?;
    let (accounts, _) = listed?;
    if context.json {
        return context.print_json(&json!({ "accounts": accounts }));
    }
    let mut table = People::default();
    for account in &accounts {
        table.view(account);
    }
    write!(context.out, "{}", table.text())?;
    Ok(())
}
