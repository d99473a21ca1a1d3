//! Ending a connection with a reset: the client learns at once that nobody answers.

use std::io;
use std::io::IoSlice;
use std::io::IoSliceMut;
use std::mem::MaybeUninit;
use std::os::fd::AsRawFd;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use nix::sys::socket::ControlMessage;
use nix::sys::socket::MsgFlags;
use pingora::protocols::Stream;
use rustix::net::RecvAncillaryBuffer;
use rustix::net::RecvAncillaryMessage;
use rustix::net::RecvFlags;

/// Resets a connection. When that fails, it is closed all the same.
///
/// pingora lends the number of the socket's descriptor only. To set an option, a descriptor of our own is
/// needed, and a pair of sockets passes one on, as between processes.
pub(super) fn reset(stream: Stream) {
    let outcome = duplicate(&stream).and_then(|socket| {
        Ok(rustix::net::sockopt::set_socket_linger(&socket, Some(Duration::ZERO))?)
    });
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection is closed instead of reset");
    }
    drop(stream);
}

/// Another descriptor of the same socket.
fn duplicate(stream: &Stream) -> io::Result<OwnedFd> {
    let (here, there) = UnixStream::pair()?;
    let number = [stream.id()];
    let rights = [ControlMessage::ScmRights(&number)];
    let part = [IoSlice::new(b".")];
    nix::sys::socket::sendmsg::<()>(here.as_raw_fd(), &part, &rights, MsgFlags::empty(), None)?;
    let mut byte = [0];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut parts = [IoSliceMut::new(&mut byte)];
    rustix::net::recvmsg(&there, &mut parts, &mut control, RecvFlags::CMSG_CLOEXEC)?;
    for part in control.drain() {
        if let RecvAncillaryMessage::ScmRights(mut passed) = part
            && let Some(socket) = passed.next()
        {
            return Ok(socket);
        }
    }
    Err(io::Error::other("no descriptor came"))
}
