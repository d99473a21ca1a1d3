//! `upgrade`: the program that is on disk takes over from the running gateway.
//!
//! The gateway does it itself (SIGUSR2); this command asks for it and waits for the outcome. Who runs is
//! told by the system, by the process at the other end of the control socket: no file can lie about it.

use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use rustix::net::sockopt;
use rustix::process::Pid;
use rustix::process::Signal;
use serde_json::json;

use super::context::Context;
use super::control_client;
use super::failure::Failure;
use super::reach;
use crate::audit::AuditKind;
use crate::audit::AuditRecord;
use crate::operate::Command;
use crate::operate::Reply;
use crate::operate::wire;

/// How long an upgrade may take.
const PATIENCE: Duration = Duration::from_mins(3);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);

/// Records of the audit log that are looked through for the outcome.
const RECORDS: usize = 1000;

/// Asks for it, and waits until another process answers.
pub(super) fn run(context: &mut Context<'_>) -> Result<(), Failure> {
    let configuration = context.configuration()?;
    let socket = configuration.store.run.join(wire::SOCKET);
    let Some(old) = running(&socket)? else {
        return Err(Failure::Failed(format!("no gateway answers at {}", socket.display())));
    };
    let before = ask(&socket, None)?.1;
    rustix::process::kill_process(old, Signal::USR2)
        .map_err(|e| Failure::Failed(format!("the gateway (process {old}) cannot be told: {e}")))?;
    let new = successor(&socket, old, before)?;
    if context.json {
        return context.print_json(&json!({ "process": new.as_raw_nonzero().get() }));
    }
    writeln!(context.out, "upgraded: process {new} has taken over from process {old}")?;
    Ok(())
}

/// The gateway's process; none: no gateway runs.
fn running(socket: &Path) -> Result<Option<Pid>, Failure> {
    control_client::connect(socket)?.map(|stream| process(&stream)).transpose()
}

fn process(stream: &UnixStream) -> Result<Pid, Failure> {
    let peer = sockopt::socket_peercred(stream);
    peer.map(|peer| peer.pid).map_err(|e| Failure::Failed(format!("cannot tell who answers: {e}")))
}

/// Records of the audit log from a position on, and the next position; nothing is opened here, so that
/// the store is free for who takes over.
fn ask(socket: &Path, from: Option<u64>) -> Result<(Vec<AuditRecord>, u64), Failure> {
    let stream = control_client::connect(socket)?;
    let stream = stream.ok_or_else(|| Failure::Failed("the gateway has stopped".to_owned()))?;
    let limit = if from.is_some() { RECORDS } else { 1 };
    let command = Command::AuditTail { from, limit };
    let Reply::AuditRecords { records, next } = control_client::ask(stream, None, command)? else {
        return Err(reach::unexpected());
    };
    Ok((records, next))
}

/// Waits until another process answers, or the audit log says that none will.
fn successor(socket: &Path, old: Pid, before: u64) -> Result<Pid, Failure> {
    let mut waited = Duration::ZERO;
    while waited < PATIENCE {
        std::thread::sleep(PAUSE);
        waited = waited.saturating_add(PAUSE);
        let answering = running(socket)?;
        if let Some(new) = answering.filter(|new| *new != old) {
            return Ok(new);
        }
        // Between two processes nobody answers, or somebody who is going away.
        let said = answering.and_then(|_| ask(socket, Some(before)).ok());
        let records = said.map(|(records, _)| records).unwrap_or_default();
        let failed = records.iter().rfind(|record| record.event.kind == AuditKind::UpgradeFailed);
        if let Some(failed) = failed {
            let why = failed.event.detail.get("reason").map_or("see its log", String::as_str);
            return Err(Failure::Failed(format!("the gateway goes on as before: {why}")));
        }
    }
    Err(Failure::Failed(format!(
        "process {old} was told, but no other has taken over in {} seconds; its log says more",
        PATIENCE.as_secs()
    )))
}
