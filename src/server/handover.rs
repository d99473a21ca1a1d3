//! What two processes say to each other when one takes over from the other.
//!
//! They speak over a pair of sockets that the old one makes and the new one finds as its standard input:
//! nobody else can take part. Messages are packets of JSON; the listening sockets travel with the first.
//!
//! ```text
//! old                                       new
//!  │── Offer, with the sockets ─────────────►│  configuration, keys, certificates are checked already
//!  │◄──────────────────────── Ready, or Failed│  everything but the store is ready
//!  │   accepts no more, finishes, refuses     │
//!  │   what is new, closes the store          │
//!  │── Closed ───────────────────────────────►│  opens the store, loads the sessions, accepts
//!  │◄────────────────────── Serving, or Failed│
//! ```

use std::fs::File;
use std::io;
use std::io::IoSlice;
use std::io::IoSliceMut;
use std::mem::MaybeUninit;
use std::net::TcpListener;
use std::os::fd::AsFd;
use std::os::fd::BorrowedFd;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::net::AddressFamily;
use rustix::net::RecvAncillaryBuffer;
use rustix::net::RecvAncillaryMessage;
use rustix::net::RecvFlags;
use rustix::net::ReturnFlags;
use rustix::net::SendAncillaryBuffer;
use rustix::net::SendAncillaryMessage;
use rustix::net::SendFlags;
use rustix::net::SocketFlags;
use rustix::net::SocketType;
use rustix::net::sockopt;
use serde::Deserialize;
use serde::Serialize;

use super::inherited::Slot;

/// Version of the exchange. Processes that speak another one do not take over from each other.
pub(crate) const PROTOCOL: u32 = 1;

/// The largest message, in bytes.
const LARGEST: usize = 64 * 1024;

/// The most sockets that travel at once.
const MOST: usize = 64;

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Message {
    /// Here are my sockets.
    Offer(Offer),
    /// I can take over.
    Ready,
    /// The store is closed; I judge nothing any more.
    Closed,
    /// I accept.
    Serving,
    /// I cannot.
    Failed(String),
}

/// The first message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Offer {
    /// [`PROTOCOL`] of the sender.
    pub(crate) protocol: u32,
    /// Its version.
    pub(crate) version: String,
    /// The form of its store.
    pub(crate) store_form: u32,
    /// What each socket is for, in their order.
    pub(crate) slots: Vec<Slot>,
    /// The store is closed already: an upgrade failed for this reason, and the same program starts again.
    pub(crate) after_failure: Option<String>,
}

/// Why nothing was heard.
#[derive(Debug, thiserror::Error)]
pub enum Unheard {
    /// The other process is gone.
    #[error("the other process ended")]
    Gone,
    /// It says nothing.
    #[error("the other process did not answer in {0:?}")]
    Silent(Duration),
    /// What it says makes no sense.
    #[error("the other process speaks otherwise; it may be of another version")]
    Unreadable,
    /// The system refused.
    #[error("the processes cannot speak: {0}")]
    System(#[from] io::Error),
}

/// One end.
#[derive(Debug)]
pub(crate) struct Channel(OwnedFd);

impl Channel {
    /// Two ends: ours, and the other process's standard input.
    pub(crate) fn pair() -> io::Result<(Self, OwnedFd)> {
        let flags = SocketFlags::CLOEXEC;
        let (own, other) =
            rustix::net::socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
        Ok((Self(own), other))
    }

    /// The end that is this process's standard input, which is then nothing any more.
    pub(crate) fn from_stdin() -> io::Result<Self> {
        let own = io::stdin().as_fd().try_clone_to_owned()?;
        if sockopt::socket_type(&own).ok() != Some(SocketType::SEQPACKET) {
            let why = "standard input is not the running gateway; use `portcullis upgrade`";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
        Ok(Self(own))
    }

    /// Says something, with these sockets.
    pub(crate) fn send(&self, message: &Message, sockets: &[BorrowedFd<'_>]) -> io::Result<()> {
        let bytes = serde_json::to_vec(message)?;
        if bytes.len() > LARGEST || sockets.len() > MOST {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "too much for one message"));
        }
        let mut space = [const { MaybeUninit::uninit() }; rustix::cmsg_space!(ScmRights(MOST))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        if !sockets.is_empty() && !control.push(SendAncillaryMessage::ScmRights(sockets)) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "too many sockets"));
        }
        let parts = [IoSlice::new(&bytes)];
        rustix::net::sendmsg(&self.0, &parts, &mut control, SendFlags::NOSIGNAL)?;
        Ok(())
    }

    /// Hears something, and the sockets that came with it.
    pub(crate) fn receive(
        &self,
        patience: Duration,
    ) -> Result<(Message, Vec<TcpListener>), Unheard> {
        sockopt::set_socket_timeout(&self.0, sockopt::Timeout::Recv, Some(patience))
            .map_err(io::Error::from)?;
        let mut bytes = vec![0_u8; LARGEST];
        let mut space = [const { MaybeUninit::uninit() }; rustix::cmsg_space!(ScmRights(MOST))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let mut parts = [IoSliceMut::new(&mut bytes)];
        let flags = RecvFlags::CMSG_CLOEXEC;
        let received = loop {
            match rustix::net::recvmsg(&self.0, &mut parts, &mut control, flags) {
                Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::AGAIN) => return Err(Unheard::Silent(patience)),
                Err(rustix::io::Errno::CONNRESET) => return Err(Unheard::Gone),
                other => break other.map_err(io::Error::from)?,
            }
        };
        let mut sockets = Vec::new();
        for part in control.drain() {
            if let RecvAncillaryMessage::ScmRights(passed) = part {
                sockets.extend(passed.map(TcpListener::from));
            }
        }
        if received.bytes == 0 {
            return Err(Unheard::Gone);
        }
        if received.flags.intersects(ReturnFlags::TRUNC | ReturnFlags::CTRUNC) {
            return Err(Unheard::Unreadable);
        }
        let heard = bytes.get(..received.bytes).unwrap_or_default();
        let message = serde_json::from_slice(heard).map_err(|_| Unheard::Unreadable)?;
        Ok((message, sockets))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::inherited::Purpose;

    const PATIENCE: Duration = Duration::from_secs(30);

    #[test]
    fn sockets_travel_with_the_message_that_names_them() {
        let (own, other) = Channel::pair().unwrap();
        let other = Channel(other);
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let slot = Slot { purpose: Purpose::Http, address: "127.0.0.1:0".parse().unwrap() };
        let offer = Message::Offer(Offer {
            protocol: PROTOCOL,
            version: "1".to_owned(),
            store_form: 1,
            slots: vec![slot],
            after_failure: None,
        });
        own.send(&offer, &[socket.as_fd()]).unwrap();
        own.send(&Message::Closed, &[]).unwrap();
        let (heard, sockets) = other.receive(PATIENCE).unwrap();
        assert_eq!(heard, offer);
        assert_eq!(sockets[0].local_addr().unwrap(), socket.local_addr().unwrap());
        assert_eq!(other.receive(PATIENCE).unwrap().0, Message::Closed);
    }

    #[test]
    fn the_end_of_the_other_process_silence_and_nonsense_are_told_apart() {
        let (own, other) = Channel::pair().unwrap();
        let silent = own.receive(Duration::from_millis(1));
        assert!(matches!(silent, Err(Unheard::Silent(_))), "{silent:?}");
        rustix::net::send(&other, b"{\"what\":1}", SendFlags::empty()).unwrap();
        assert!(matches!(own.receive(PATIENCE), Err(Unheard::Unreadable)));
        drop(other);
        assert!(matches!(own.receive(PATIENCE), Err(Unheard::Gone)));
    }
}
