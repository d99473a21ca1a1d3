//! The control socket: how an operator's commands reach the running gateway (ruling 2).
//!
//! A Unix socket in the run directory, which nobody else may enter; never TCP. The system says who
//! connects, and only the gateway's own user and root are heard. One request and one answer per
//! connection, each one line of JSON, bounded in size and time.

use std::fs;
use std::fs::DirBuilder;
use std::fs::Permissions;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::fs::MetadataExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncBufReadExt;
use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWrite;
use tokio::io::AsyncWriteExt;
use tokio::io::BufReader;
use tokio::net::UnixListener;
use tokio::net::UnixStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::operate::By;
use crate::operate::Operator;
use crate::operate::wire;
use crate::operate::wire::Answer;
use crate::operate::wire::Request;
use crate::operate::wire::Version;
use crate::secret::Secret;

/// How long a request may take to arrive, and an answer to leave.
const DEADLINE: Duration = Duration::from_secs(10);

/// How long a peer is listened to after its answer.
const LINGER: Duration = Duration::from_secs(1);

/// Connections served at once; others wait.
const CONNECTIONS: usize = 16;

/// Why the control socket cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// A gateway answers there.
    #[error(
        "another gateway answers at {path}. Stop it first, or give this one a run directory of its own (`store.run`)"
    )]
    Answered {
        /// The socket.
        path: PathBuf,
    },
    /// The run directory is another user's, or no directory.
    #[error(
        "{path} belongs to another user, or is no directory: whoever owns it could pretend to be the \
         gateway. Remove it, or set `store.run` to a directory of the gateway's own user"
    )]
    NotOurs {
        /// The directory.
        path: PathBuf,
    },
    /// The run directory lets others in.
    #[error("the run directory {path} is open to others (mode {mode:04o}). Run `chmod 700 {path}`")]
    Exposed {
        /// The directory.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The system refused.
    #[error("cannot {doing} {path}: {cause}")]
    System {
        /// What was being done.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

/// Makes the run directory (0700), or checks the one there is.
///
/// # Errors
/// When others may enter it, or the system refuses.
pub fn make_run_dir(dir: &Path) -> Result<(), ControlError> {
    match fs::symlink_metadata(dir) {
        Ok(found) => {
            // Whoever owns it could put another socket in its place.
            if !found.is_dir() || found.uid() != rustix::process::geteuid().as_raw() {
                return Err(ControlError::NotOurs { path: dir.to_owned() });
            }
            let mode = found.permissions().mode() & 0o7777;
            if mode & 0o077 != 0 {
                return Err(ControlError::Exposed { path: dir.to_owned(), mode });
            }
            Ok(())
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(dir)
                .map_err(system("make", dir))?;
            fs::set_permissions(dir, Permissions::from_mode(0o700)).map_err(system("protect", dir))
        }
        Err(e) => Err(system("look at", dir)(e)),
    }
}

/// The control socket of a gateway, with the right to remove it.
#[derive(Debug)]
pub struct ControlSocket {
    listener: UnixListener,
    path: PathBuf,
}

impl ControlSocket {
    /// Binds the socket in the run directory. One that nobody answers on is left from a process that
    /// died, and is replaced.
    ///
    /// # Errors
    /// When another gateway answers, others may enter the directory, or the system refuses.
    pub async fn bind(run: &Path) -> Result<Self, ControlError> {
        make_run_dir(run)?;
        let path = run.join(wire::SOCKET);
        match UnixStream::connect(&path).await {
            Ok(_) => return Err(ControlError::Answered { path }),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) if e.kind() == io::ErrorKind::ConnectionRefused && is_socket(&path) => {
                fs::remove_file(&path).map_err(system("remove the stale socket", &path))?;
            }
            Err(e) => return Err(system("use as the control socket", &path)(e)),
        }
        let listener = UnixListener::bind(&path).map_err(system("make the socket", &path))?;
        fs::set_permissions(&path, Permissions::from_mode(0o600))
            .map_err(system("protect", &path))?;
        Ok(Self { listener, path })
    }

    /// Answers until `shutdown`; finishes what was begun, and removes the socket.
    pub async fn serve(self, operator: Arc<Operator>, shutdown: CancellationToken) {
        let own = rustix::process::geteuid().as_raw();
        let (room, mut tasks) = (Arc::new(Semaphore::new(CONNECTIONS)), JoinSet::new());
        loop {
            let accepted = tokio::select! {
                () = shutdown.cancelled() => break,
                Some(_) = tasks.join_next() => continue,
                accepted = self.listener.accept() => accepted,
            };
            let Ok((stream, _)) = accepted else {
                // Out of descriptors, say: no other reason lasts.
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            let Ok(permit) = Arc::clone(&room).acquire_owned().await else { break };
            let operator = Arc::clone(&operator);
            tasks.spawn(async move {
                let peer = stream.peer_cred().ok().map(|peer| peer.uid());
                attend(stream, Peer::judge(peer, own), &operator).await;
                drop(permit);
            });
        }
        while tasks.join_next().await.is_some() {}
    }
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        // One that stays is stale, and the next start removes it.
        drop(fs::remove_file(&self.path));
    }
}

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Peer {
    /// The gateway's own user, or root.
    Operator(u32),
    /// Somebody else.
    Stranger(u32),
    /// The system does not say.
    Unknown,
}

impl Peer {
    fn judge(uid: Option<u32>, own: u32) -> Self {
        match uid {
            Some(uid) if uid == own || uid == 0 => Self::Operator(uid),
            Some(uid) => Self::Stranger(uid),
            None => Self::Unknown,
        }
    }
}

/// One connection: one request, one answer.
async fn attend<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    peer: Peer,
    operator: &Arc<Operator>,
) {
    let answer = match peer {
        Peer::Operator(uid) => match timeout(DEADLINE, read_request(&mut stream)).await {
            Ok(Ok(request)) => perform(request, uid, operator).await,
            Ok(Err(why)) => Answer::Rejected(why),
            Err(_) => Answer::Rejected("the request did not arrive in time".to_owned()),
        },
        Peer::Stranger(_) | Peer::Unknown => {
            refuse_stranger(peer, operator).await;
            Answer::Rejected(
                "only the gateway's own user and root may use the control socket".to_owned(),
            )
        }
    };
    let Ok(mut line) = serde_json::to_vec(&answer) else { return };
    line.push(b'\n');
    let sent = timeout(DEADLINE, async {
        stream.write_all(&line).await?;
        stream.shutdown().await
    });
    if matches!(sent.await, Ok(Ok(()))) {
        linger(stream).await;
    } else {
        tracing::debug!("an operator's command went away before its answer");
    }
}

/// Takes what is still coming: closing over unread bytes would take the answer back.
async fn linger(stream: impl AsyncRead + Unpin) {
    let mut rest = stream.take(u64::try_from(wire::MAX_REQUEST).unwrap_or(u64::MAX));
    let mut nowhere = tokio::io::sink();
    drop(timeout(LINGER, tokio::io::copy(&mut rest, &mut nowhere)).await);
}

async fn perform(request: Request, uid: u32, operator: &Arc<Operator>) -> Answer {
    match operator.execute(By::machine(uid, request.reason), request.command).await {
        Ok(reply) => Answer::Done(reply),
        Err(refusal) => Answer::Refused(refusal),
    }
}

async fn refuse_stranger(peer: Peer, operator: &Operator) {
    tracing::warn!(?peer, "refused a connection to the control socket");
    if let Peer::Stranger(uid) = peer
        && let Err(error) = operator.record_stranger(uid).await
    {
        tracing::error!(%error, "the refusal could not be recorded");
    }
}

async fn read_request(stream: impl AsyncRead + Unpin) -> Result<Request, String> {
    let limit = u64::try_from(wire::MAX_REQUEST).unwrap_or(u64::MAX);
    let mut received = Vec::new();
    let read = BufReader::new(stream.take(limit)).read_until(b'\n', &mut received).await;
    let line = Secret::new(received);
    read.map_err(|e| format!("the request cannot be read: {e}"))?;
    if !line.expose().ends_with(b"\n") {
        return Err(format!("the request is not one line of at most {} bytes", wire::MAX_REQUEST));
    }
    let unreadable = |_| "the request is not the JSON of a command".to_owned();
    let version: Version = serde_json::from_slice(line.expose()).map_err(unreadable)?;
    if version.version != wire::PROTOCOL {
        return Err(format!(
            "the running gateway is of another version (it speaks {}, the command {}). Use the gateway's own program",
            wire::PROTOCOL,
            version.version
        ));
    }
    serde_json::from_slice(line.expose()).map_err(unreadable)
}

fn is_socket(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket())
}

fn system(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> ControlError {
    let path = path.to_owned();
    move |cause| ControlError::System { doing, path: path.clone(), cause }
}

#[cfg(test)]
mod tests;
