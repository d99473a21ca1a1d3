//! `keys`: the keys that identity assertions are signed with.

use clap::Subcommand;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::reach;
use super::render;
use crate::operate::Command;
use crate::operate::Reply;
use crate::operate::RotateMode;

const ROTATE_HELP: &str = "\
Without --now the new key is published first and signs a quarter of an hour later, when every console has
it; nobody notices. With --now it signs at once and all other keys are void: for when a key is known to
others. Consoles that cache the key set refuse everybody until they fetch it again.";

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// List the keys and what each is doing.
    List,
    /// Make a new key.
    #[command(after_help = ROTATE_HELP)]
    Rotate {
        /// At once, and make all others void.
        #[arg(long)]
        now: bool,
    },
}

/// Does what the arguments say.
pub(super) fn run(command: &KeysCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    let command = match *command {
        KeysCommand::List => Command::KeysList,
        KeysCommand::Rotate { now: false } => Command::KeysRotate { mode: RotateMode::Ahead },
        KeysCommand::Rotate { now: true } => Command::KeysRotate { mode: RotateMode::Now },
    };
    match reach::ask(context, command)? {
        Reply::Keys { keys } if context.json => context.print_json(&json!({ "keys": keys })),
        Reply::Keys { keys } => render::keys(context.out, &keys),
        Reply::Rotated { keys, added, removed } if context.json => {
            context.print_json(&json!({ "keys": keys, "added": added, "removed": removed }))
        }
        Reply::Rotated { keys, added, removed } => {
            render::keys(context.out, &keys)?;
            writeln!(context.out, "\nAdded {added}; {} key(s) made void.", removed.len())?;
            Ok(())
        }
        Reply::Account(_)
        | Reply::Removed { .. }
        | Reply::PasswordLink { .. }
        | Reply::Token(_)
        | Reply::Session(_)
        | Reply::Enforcement(_)
        | Reply::RecoveryCode { .. }
        | Reply::HandedApp(_)
        | Reply::PasskeysHeld(_)
        | Reply::Accounts { .. }
        | Reply::Changed { .. }
        | Reply::AuditRecords { .. }
        | Reply::AuditHead(_)
        | Reply::AuditSinks { .. }
        | Reply::AuditVerified { .. } => Err(reach::unexpected()),
    }
}
