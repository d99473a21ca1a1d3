//! What is printed of an act on an account.

use serde_json::json;

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::reach;
use super::super::render;
use crate::operate::Reply;
use crate::operate::view::AccountView;
use crate::operate::view::HandedView;

/// Prints the answer to a command.
pub(super) fn reply(context: &mut Context<'_>, reply: Reply) -> Result<(), Failure> {
    match reply {
        Reply::Account(account) => print_account(context, &account),
        Reply::Changed { account, sessions_ended } => {
            print_changed(context, &account, sessions_ended)
        }
        Reply::RecoveryCode { account, code, expires } if context.json => context
            .print_json(&json!({ "account": account, "recovery_code": code, "expires": expires })),
        Reply::RecoveryCode { account, code, expires } => {
            writeln!(context.out, "{}", code.0.expose())?;
            writeln!(
                context.out,
                "\nFor {}, once, until {expires}, beside the password. It is shown only now.",
                account.login
            )?;
            Ok(())
        }
        Reply::HandedApp(handed) => print_handed(context, &handed),
        Reply::PasswordLink { account, link, expires } if context.json => context
            .print_json(&json!({ "account": account, "password_link": link, "expires": expires })),
        Reply::PasswordLink { account, link, expires } => {
            writeln!(context.out, "{}", link.0.expose())?;
            writeln!(
                context.out,
                "\nFor {}, once, until {expires}, to choose a password. It is shown only now.",
                account.login
            )?;
            Ok(())
        }
        Reply::Removed { id, login } if context.json => {
            context.print_json(&json!({ "removed": { "id": id, "login": login } }))
        }
        Reply::Removed { id, login } => {
            writeln!(context.out, "`{login}` is removed; the audit log knows it as {id}.")?;
            Ok(())
        }
        Reply::Accounts { .. }
        | Reply::Enforcement(_)
        | Reply::Token(_)
        | Reply::Session(_)
        | Reply::AuditRecords { .. }
        | Reply::AuditHead(_)
        | Reply::AuditSinks { .. }
        | Reply::AuditVerified { .. }
        | Reply::Keys { .. }
        | Reply::PasskeysHeld(_)
        | Reply::Rotated { .. } => Err(reach::unexpected()),
    }
}

/// An account as it is.
pub(in crate::cli) fn print_account(
    context: &mut Context<'_>,
    account: &AccountView,
) -> Result<(), Failure> {
    if context.json { context.print_json(account) } else { render::account(context.out, account) }
}

/// An account as it is after an act.
pub(in crate::cli) fn print_changed(
    context: &mut Context<'_>,
    account: &AccountView,
    ended: usize,
) -> Result<(), Failure> {
    if context.json {
        return context.print_json(&json!({ "account": account, "sessions_ended": ended }));
    }
    render::account(context.out, account)?;
    writeln!(context.out, "\nDone; {ended} session(s) ended.")?;
    Ok(())
}

/// What is to be put into an app, which is told only now.
fn print_handed(context: &mut Context<'_>, handed: &HandedView) -> Result<(), Failure> {
    if context.json {
        return context.print_json(&json!({
            "account": handed.account,
            "uri": handed.uri,
            "key": handed.key,
            "expires": handed.expires,
        }));
    }
    writeln!(context.out, "{}", handed.uri.0.expose())?;
    writeln!(context.out, "key: {}", handed.key.0.expose())?;
    writeln!(
        context.out,
        "\nFor {}, who is asked for its code at their next sign-in, until {}. It is shown only now.",
        handed.account.login, handed.expires
    )?;
    Ok(())
}
