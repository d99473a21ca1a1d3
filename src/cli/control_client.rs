//! The command line's end of the control socket.

use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use super::failure::Failure;
use crate::operate::Command;
use crate::operate::Reason;
use crate::operate::Reply;
use crate::operate::wire;
use crate::operate::wire::Answer;
use crate::operate::wire::Request;
use crate::secret::Secret;

/// How long the gateway may take: verifying a long audit log takes a while.
const PATIENCE: Duration = Duration::from_mins(10);

/// Connects to the running gateway; none: no gateway runs.
pub(super) fn connect(socket: &Path) -> Result<Option<UnixStream>, Failure> {
    match UnixStream::connect(socket) {
        Ok(stream) => Ok(Some(stream)),
        Err(e)
            if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) =>
        {
            Ok(None)
        }
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied => Err(Failure::Failed(format!(
            "{} may not be used by this user. Run the command as the gateway's user or as root",
            socket.display()
        ))),
        Err(e) => Err(Failure::Failed(format!("cannot connect to {}: {e}", socket.display()))),
    }
}

/// Asks the running gateway; one connection serves one command.
pub(super) fn ask(
    stream: UnixStream,
    reason: Option<Reason>,
    command: Command,
) -> Result<Reply, Failure> {
    let answer = exchange(stream, &Request { version: wire::PROTOCOL, reason, command }).map_err(|e| {
        Failure::Failed(format!("the running gateway gave no answer: {e}. Whether it did what was asked, `portcullis audit tail` tells"))
    })?;
    match answer {
        Answer::Done(reply) => Ok(reply),
        Answer::Refused(refusal) => Err(refusal.into()),
        Answer::Rejected(why) => Err(Failure::Failed(why)),
    }
}

fn exchange(mut stream: UnixStream, request: &Request) -> io::Result<Answer> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut request = Secret::new(serde_json::to_string(request)?);
    request = Secret::new(format!("{}\n", request.expose()));
    let sent = stream
        .write_all(request.expose().as_bytes())
        .and_then(|()| stream.shutdown(Shutdown::Write));
    let mut line = Vec::new();
    let limit = u64::try_from(wire::MAX_ANSWER).unwrap_or(u64::MAX);
    BufReader::new(stream.take(limit)).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        // A gateway that refuses may answer before it has read everything.
        sent?;
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(serde_json::from_slice(&line)?)
}
