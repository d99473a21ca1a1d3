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
use crate::operate::wire;

/// How long an upgrade may take.
const PATIENCE: Duration = Duration::from_mins(3);

/// Asks for it, and waits until another process answers.
pub(super) fn run(context: &mut Context<'_>) -> Result<(), Failure> {
    let configuration = context.configuration()?;
    let socket = configuration.store.run.join(wire::SOCKET);
    let Some(old) = running(&socket)? else {
        return Err(Failure::Failed(format!("no gateway answers at {}", socket.display())));
    };
    rustix::process::kill_process(old, Signal::USR2)
        .map_err(|e| Failure::Failed(format!("the gateway (process {old}) cannot be told: {e}")))?;
    let new = successor(&socket, old)?;
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

/// Waits until another process answers.
fn successor(socket: &Path, old: Pid) -> Result<Pid, Failure> {
    let pause = Duration::from_millis(100);
    let mut waited = Duration::ZERO;
    while waited < PATIENCE {
        std::thread::sleep(pause);
        waited = waited.saturating_add(pause);
        if let Some(new) = running(socket)?.filter(|new| *new != old) {
            return Ok(new);
        }
    }
    Err(Failure::Failed(format!(
        "process {old} was told, but no other has taken over in {} seconds. Its log says why: look for \"upgrade\"",
        PATIENCE.as_secs()
    )))
}
