//! Taking the log out: its records with a signed head at the end, a head alone, or the key that heads are checked with.

use serde_json::json;

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::reach;
use super::super::reach::Reach;
use crate::audit::AuditRecord;
use crate::audit::export::HeadLine;
use crate::audit::export::Verifier;
use crate::audit::signed::SignedHead;
use crate::operate;
use crate::operate::Command;
use crate::operate::Reply;

/// Prints a signed head.
pub(super) fn head(context: &mut Context<'_>) -> Result<(), Failure> {
    let reply = reach::ask(context, Command::AuditHead)?;
    let head = signed(reply)?;
    context.print_json(&HeadLine { head })
}

/// Prints the public key.
pub(super) fn key(context: &mut Context<'_>) -> Result<(), Failure> {
    let reply = reach::ask(context, Command::AuditHead)?;
    let SignedHead { key, store, .. } = signed(reply)?;
    if context.json {
        return context.print_json(&json!({ "key": key, "store": store }));
    }
    writeln!(context.out, "{key}")?;
    Ok(())
}

/// Prints records and a signed head.
pub(super) fn run(
    context: &mut Context<'_>,
    from: Option<u64>,
    to: Option<u64>,
) -> Result<(), Failure> {
    let mut reach = Reach::find(context)?;
    let exported = export(context, &mut reach, Command::AuditExport { from, to });
    reach.close()?;
    exported
}

/// The head is printed only under records that lead to it.
fn export(context: &mut Context<'_>, reach: &mut Reach, command: Command) -> Result<(), Failure> {
    let head = signed(reach.ask(command)?)?;
    let key = head.public_key().ok_or_else(reach::unexpected)?;
    let mut verifier = Verifier::new(key);
    walk(reach, (head.first.unwrap_or(1), head.seq), |record| {
        verifier.follow(record).map_err(|fault| broken(&fault))?;
        context.print_json(record)
    })?;
    verifier.end(&head).map_err(|fault| broken(&fault))?;
    context.print_json(&HeadLine { head: head.clone() })?;
    // Only what has been written to its last line is elsewhere.
    context.out.flush()?;
    signed(reach.ask(Command::AuditTaken { head: Box::new(head) })?)?;
    Ok(())
}

/// Records from the first to the last, page by page: no read of the store is a long one.
pub(super) fn walk(
    reach: &mut Reach,
    (first, last): (u64, u64),
    mut each: impl FnMut(&AuditRecord) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut from = first;
    while from <= last {
        let left = usize::try_from(last.saturating_sub(from).saturating_add(1));
        let limit = left.unwrap_or(usize::MAX).min(operate::MAX_LIMIT);
        let command = Command::AuditTail { from: Some(from), limit };
        let Reply::AuditRecords { records, next } = reach.ask(command)? else {
            return Err(reach::unexpected());
        };
        for record in records.iter().filter(|record| record.seq <= last) {
            each(record)?;
        }
        if next <= from {
            break;
        }
        from = next;
    }
    Ok(())
}

/// The signed head that was asked for.
pub(super) fn signed(reply: Reply) -> Result<SignedHead, Failure> {
    let Reply::AuditHead(head) = reply else { return Err(reach::unexpected()) };
    Ok(*head)
}

/// The store's log is not whole.
pub(super) fn broken(fault: &impl ToString) -> Failure {
    operate::OperateError::BrokenChain { why: fault.to_string() }.into()
}
