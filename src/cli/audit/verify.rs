//! Whether a log is whole: the store's, an exported one, or both against each other and against heads signed before.

use std::fs::File;
use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::reach;
use super::super::reach::Reach;
use super::export;
use crate::audit::AuditRecord;
use crate::audit::export::Line;
use crate::audit::export::Tampering;
use crate::audit::export::Verifier;
use crate::audit::export::Whole;
use crate::audit::signed::PublicKey;
use crate::audit::signed::SignedHead;
use crate::operate::Command;
use crate::operate::Reply;

/// Longest line; records are much shorter.
const LONGEST_LINE: u64 = 64 * 1024;

/// What is compared.
#[derive(Debug, Args)]
pub(in crate::cli) struct Evidence {
    /// An export, instead of the store alone.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Heads that were signed before, or exports that end with one: all they state must be there.
    #[arg(long, value_name = "FILE")]
    heads: Option<PathBuf>,
    /// The public key, as it was kept elsewhere. With --file, neither store nor configuration is then needed.
    #[arg(long, value_name = "KEY")]
    key: Option<PublicKey>,
}

/// Verifies.
pub(super) fn run(context: &mut Context<'_>, evidence: &Evidence) -> Result<(), Failure> {
    match evidence {
        Evidence { file: None, heads: None, key: None } => chain(context),
        Evidence { file: Some(file), heads, key: Some(key) } => {
            let heads = read_heads(heads.as_deref(), *key)?;
            let checked = exported(file, *key, &heads).map_err(|fault| fault.of(file))?;
            tell(context, Some(file), &checked.whole)
        }
        Evidence { .. } => {
            let mut reach = Reach::find(context)?;
            let verified = with_store(&mut reach, evidence);
            reach.close()?;
            match (verified?, &evidence.file) {
                ((store, None), _) | ((store, Some(_)), None) => tell(context, None, &store),
                ((_, Some(exported)), Some(file)) => tell(context, Some(file), &exported),
            }
        }
    }
}

/// The store's chain by itself.
fn chain(context: &mut Context<'_>) -> Result<(), Failure> {
    let reply = reach::ask(context, Command::AuditVerify)?;
    let Reply::AuditVerified { first, records, hash } = reply else {
        return Err(reach::unexpected());
    };
    if context.json {
        let told = json!({ "valid": true, "first": first, "records": records, "hash": hash });
        return context.print_json(&told);
    }
    writeln!(context.out, "The audit log is whole: {records} record(s), ending in {hash}.")?;
    if first > 1 {
        writeln!(
            context.out,
            "It begins with record {first}: what was before was pruned, as the log says."
        )?;
    }
    Ok(())
}

/// What was found of the store's log, or of an export.
fn tell(context: &mut Context<'_>, file: Option<&Path>, whole: &Whole) -> Result<(), Failure> {
    let records = whole.last.saturating_sub(whole.first).saturating_add(1);
    if context.json {
        let value = json!({
            "valid": true,
            "records": records,
            "first": whole.first,
            "last": whole.last,
            "hash": whole.hash,
            "heads": whole.heads,
            "heads_before": whole.heads_before,
        });
        return context.print_json(&value);
    }
    let Whole { first, last, hash, heads, .. } = whole;
    let what = file.map_or_else(|| "the audit log".into(), Path::to_string_lossy);
    let found = if *first > 1 { "Unchanged" } else { "Whole" };
    writeln!(
        context.out,
        "{found}: {what}, {records} record(s), {first} to {last}, ending in {hash}, as {heads} signed head(s) say."
    )?;
    if file.is_some() && *first > 1 {
        writeln!(
            context.out,
            "It is a part of the log, as it was exported: nothing is known of what was written before record {first}, or \
             after record {last}."
        )?;
    } else if file.is_some() {
        writeln!(context.out, "What was written after record {last} is not in it.")?;
    }
    if whole.heads_before > 0 {
        let heads = whole.heads_before;
        writeln!(
            context.out,
            "{heads} signed head(s) state records before {first}, and say nothing of these."
        )?;
    }
    Ok(())
}

/// An export that is whole by itself.
struct Checked {
    whole: Whole,
    head: SignedHead,
}

/// The store's log against heads, and an export against both.
fn with_store(reach: &mut Reach, evidence: &Evidence) -> Result<(Whole, Option<Whole>), Failure> {
    // Also that it begins where it was pruned, and not where somebody cut it.
    let Reply::AuditVerified { first, .. } = reach.ask(Command::AuditVerify)? else {
        return Err(reach::unexpected());
    };
    let head = export::signed(reach.ask(Command::AuditHead)?)?;
    let key = match evidence.key {
        Some(key) => key,
        None => head.public_key().ok_or_else(reach::unexpected)?,
    };
    let heads = read_heads(evidence.heads.as_deref(), key)?;
    let store = |fault: Tampering| export::broken(&fault);
    let mut verifier = Verifier::new(key);
    verifier.expect(head.clone()).map_err(store)?;
    let mut copy = None;
    if let Some(file) = &evidence.file {
        let checked = match exported(file, key, &heads) {
            Ok(checked) => checked,
            Err(fault) => return Err(differing(reach, (file, head.seq), fault)),
        };
        verifier.expect(checked.head).map_err(|fault| Fault::from(fault).of(file))?;
        copy = Some((Copy::open(file, WRITTEN_ANEW)?, checked.whole));
    }
    for head in heads {
        verifier.expect(head).map_err(store)?;
    }
    export::walk(reach, (first, head.seq), |record| {
        copy.as_mut().map_or(Ok(()), |(copy, _)| copy.compare(record))?;
        verifier.follow(record).map_err(store)
    })?;
    let whole = verifier.finish().map_err(store)?;
    Ok((whole, copy.map(|(_, whole)| whole)))
}

/// What is wrong with an export, and, where its chain was written anew, which of its records is the first that is not the
/// store's.
fn differing(reach: &mut Reach, (file, last): (&Path, u64), fault: Fault) -> Failure {
    let Fault::Tampered(Tampering::Rewritten { seq, from, .. }) = &fault else {
        return fault.of(file);
    };
    let looked = Copy::open(file, "").and_then(|mut copy| {
        export::walk(reach, (*from, last.min(*seq)), |record| copy.compare(record))
    });
    match (looked, fault.of(file)) {
        (Err(Failure::Failed(differs)), Failure::Failed(fault)) => {
            Failure::Failed(format!("{fault}; {differs}"))
        }
        (_, fault) => fault,
    }
}

/// Follows an export from its first line to its last.
fn exported(file: &Path, key: PublicKey, heads: &[SignedHead]) -> Result<Checked, Fault> {
    let mut verifier = Verifier::new(key);
    for head in heads {
        verifier.expect(head.clone())?;
    }
    let mut lines = Lines::open(file)?;
    let mut last = 0;
    let head = loop {
        match lines.next()? {
            None if last == 0 => return Err(Tampering::Empty.into()),
            None => return Err(Tampering::Unsigned(last).into()),
            Some(Line::Head(head)) => break *head,
            Some(Line::Record(record)) => {
                verifier.follow(&record)?;
                last = record.seq;
            }
        }
    };
    if lines.has_more()? {
        return Err(Tampering::Continued(lines.number.saturating_add(1)).into());
    }
    verifier.end(&head)?;
    Ok(Checked { whole: verifier.finish()?, head })
}

/// The heads of a file, each of them good; records between them are passed over.
fn read_heads(path: Option<&Path>, key: PublicKey) -> Result<Vec<SignedHead>, Failure> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let read = || -> Result<Vec<SignedHead>, Fault> {
        let mut lines = Lines::open(path)?;
        let mut good = Verifier::new(key);
        let mut heads = Vec::new();
        while let Some(line) = lines.next()? {
            if let Line::Head(head) = line {
                good.expect((*head).clone())?;
                heads.push(*head);
            }
        }
        Ok(heads)
    };
    let heads = read().map_err(|fault| fault.of(path))?;
    if heads.is_empty() {
        return Err(Failure::Failed(format!("{}: there is no signed head", path.display())));
    }
    Ok(heads)
}

/// What it means that a whole export is not what the store has.
const WRITTEN_ANEW: &str =
    ". The export is signed: the store was written anew, or set back and used again";

/// An export, read along with the store.
struct Copy {
    path: PathBuf,
    lines: Lines,
    next: Option<AuditRecord>,
    because: &'static str,
}

impl Copy {
    fn open(path: &Path, because: &'static str) -> Result<Self, Failure> {
        let lines = Lines::open(path).map_err(|fault| fault.of(path))?;
        let mut copy = Self { path: path.to_owned(), lines, next: None, because };
        copy.advance()?;
        Ok(copy)
    }

    fn advance(&mut self) -> Result<(), Failure> {
        self.next = match self.lines.next().map_err(|fault| fault.of(&self.path))? {
            Some(Line::Record(record)) => Some(*record),
            Some(Line::Head(_)) | None => None,
        };
        Ok(())
    }

    /// Whether its record of that number is the store's, if it has one.
    fn compare(&mut self, stored: &AuditRecord) -> Result<(), Failure> {
        while self.next.as_ref().is_some_and(|record| record.seq < stored.seq) {
            self.advance()?;
        }
        match &self.next {
            Some(record) if record.seq == stored.seq && record != stored => {
                Err(Failure::Failed(format!(
                    "record {} of {} is not the one that the store has{}",
                    stored.seq,
                    self.path.display(),
                    self.because
                )))
            }
            _ => Ok(()),
        }
    }
}

/// Why an export was not found whole.
enum Fault {
    Unreadable(io::Error),
    Tampered(Tampering),
}

impl Fault {
    fn of(self, path: &Path) -> Failure {
        let path = path.display();
        Failure::Failed(match self {
            Self::Unreadable(error) => format!("cannot read {path}: {error}"),
            Self::Tampered(fault) => format!("{path}: {fault}"),
        })
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

impl From<Tampering> for Fault {
    fn from(fault: Tampering) -> Self {
        Self::Tampered(fault)
    }
}

/// A file line by line, never more than a line in memory.
struct Lines {
    reader: BufReader<File>,
    number: u64,
}

impl Lines {
    fn open(path: &Path) -> Result<Self, Fault> {
        Ok(Self { reader: BufReader::new(File::open(path)?), number: 0 })
    }

    fn has_more(&mut self) -> Result<bool, Fault> {
        Ok(!self.reader.fill_buf()?.is_empty())
    }

    fn next(&mut self) -> Result<Option<Line>, Fault> {
        let mut line = Vec::new();
        (&mut self.reader).take(LONGEST_LINE).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(None);
        }
        self.number = self.number.saturating_add(1);
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        Ok(Some(Line::parse(self.number, &line)?))
    }
}
