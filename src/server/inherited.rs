//! Listening sockets that were there before this process: from systemd, or from the process before it.
//!
//! Each is matched with an entry of `listen`. One that fits none is not quietly dropped when systemd
//! gave it: whoever made the unit meant something by it.

use std::io;
use std::net::SocketAddr;
use std::net::TcpListener;

use listenfd::ListenFd;
use serde::Deserialize;
use serde::Serialize;

/// What a listener is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Plain HTTP.
    Http,
    /// TLS.
    Https,
    /// Metrics and health.
    Admin,
}

/// One entry of `listen`; the port may be 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// What for.
    pub purpose: Purpose,
    /// The address as it is configured.
    pub address: SocketAddr,
}

/// Why sockets that were passed cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InheritedError {
    /// systemd passed one that no listener is configured for.
    #[error(
        "systemd passed a socket that listens on {0}, but `listen` names no such address. Write the same address in \
         gateway.yaml and in the socket unit"
    )]
    Unexpected(SocketAddr),
    /// What was passed is no listening TCP socket.
    #[error(
        "a socket that was passed cannot be used: {0}. Only TCP sockets that listen (`ListenStream=` with an address)"
    )]
    Unusable(io::Error),
}

#[derive(Debug)]
struct Given {
    socket: TcpListener,
    local: SocketAddr,
    slot: Option<Slot>,
}

/// Sockets that were passed and are not used yet.
#[derive(Debug, Default)]
pub struct Inherited(Vec<Given>);

impl Inherited {
    /// Those of the service manager (`LISTEN_FDS`, see `sd_listen_fds(3)`); usually none.
    ///
    /// # Errors
    /// When one is no listening TCP socket.
    pub fn from_manager() -> Result<Self, InheritedError> {
        let mut passed = ListenFd::from_env();
        let mut given = Vec::new();
        for index in 0..passed.len() {
            let taken = passed.take_tcp_listener(index).map_err(InheritedError::Unusable)?;
            given.extend(taken.map(|socket| Given::new(socket, None)).transpose()?);
        }
        Ok(Self(given))
    }

    /// Those of the process before this one, each with the entry it was made for.
    ///
    /// # Errors
    /// When one is no listening TCP socket.
    pub fn from_predecessor(
        sockets: impl Iterator<Item = (Slot, TcpListener)>,
    ) -> Result<Self, InheritedError> {
        sockets
            .map(|(slot, socket)| Given::new(socket, Some(slot)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The socket for an entry, if one was passed.
    pub fn take(&mut self, slot: Slot) -> Option<TcpListener> {
        let fits = |given: &Given| match given.slot {
            Some(made_for) => made_for == slot,
            None => given.local == slot.address,
        };
        let at = self.0.iter().position(fits)?;
        Some(self.0.swap_remove(at).socket)
    }

    /// Nothing more is asked for. A socket of the process before that is left belonged to an entry that
    /// is gone from the file.
    ///
    /// # Errors
    /// When systemd passed one that no entry asked for.
    pub fn finish(self) -> Result<(), InheritedError> {
        for given in self.0 {
            if given.slot.is_none() {
                return Err(InheritedError::Unexpected(given.local));
            }
            tracing::warn!(address = %given.local, "no longer listens here: `listen` does not name it any more");
        }
        Ok(())
    }
}

impl Given {
    fn new(socket: TcpListener, slot: Option<Slot>) -> Result<Self, InheritedError> {
        let listens = rustix::net::sockopt::socket_acceptconn(&socket);
        if !listens.map_err(|e| InheritedError::Unusable(e.into()))? {
            let what = io::Error::new(io::ErrorKind::InvalidInput, "it does not listen");
            return Err(InheritedError::Unusable(what));
        }
        let local = socket.local_addr().map_err(InheritedError::Unusable)?;
        Ok(Self { socket, local, slot })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listening() -> (TcpListener, SocketAddr) {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        (socket, address)
    }

    #[test]
    fn a_socket_of_the_manager_goes_to_the_entry_with_its_address_and_to_no_other() {
        let (socket, address) = listening();
        let mut inherited = Inherited(vec![Given::new(socket, None).unwrap()]);
        let other = "127.0.0.1:1".parse().unwrap();
        assert!(inherited.take(Slot { purpose: Purpose::Http, address: other }).is_none());
        assert!(inherited.take(Slot { purpose: Purpose::Https, address }).is_some());
        assert!(inherited.take(Slot { purpose: Purpose::Https, address }).is_none());
        inherited.finish().unwrap();
    }

    #[test]
    fn a_socket_of_the_manager_that_nothing_is_configured_for_is_an_error_that_names_it() {
        let (socket, address) = listening();
        let inherited = Inherited(vec![Given::new(socket, None).unwrap()]);
        let error = inherited.finish().unwrap_err().to_string();
        assert!(error.contains(&address.to_string()), "{error}");
    }

    #[test]
    fn a_socket_of_the_process_before_goes_to_the_entry_it_was_made_for() {
        let address = "127.0.0.1:0".parse().unwrap();
        let slots = [Purpose::Http, Purpose::Admin].map(|purpose| Slot { purpose, address });
        let (first, second) = (listening(), listening());
        let given = slots.into_iter().zip([first.0, second.0]);
        let mut inherited = Inherited::from_predecessor(given).unwrap();
        let taken = inherited.take(slots[1]).unwrap();
        assert_eq!(taken.local_addr().unwrap(), second.1);
        // One that is left is closed: its entry is gone.
        inherited.finish().unwrap();
        assert!(std::net::TcpStream::connect(first.1).is_err());
    }

    #[test]
    fn a_socket_that_does_not_listen_is_refused() {
        let (socket, address) = listening();
        let connected = std::net::TcpStream::connect(address).unwrap();
        let pretended = TcpListener::from(std::os::fd::OwnedFd::from(connected));
        assert!(matches!(Given::new(pretended, None), Err(InheritedError::Unusable(_))));
        drop(socket);
    }
}
