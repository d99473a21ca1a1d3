//! Listeners: bound before anything is started, so that an address in use is an error message and a port
//! that was left to the system is known.

use std::io;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::os::fd::IntoRawFd;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pingora::apps::ServerApp;
use pingora::listeners::ConnectionFilter;
use pingora::listeners::TcpSocketOptions;
use pingora::protocols::l4::ext::TcpKeepalive;
use pingora::server::ListenFds;
use pingora::server::ShutdownWatch;
use pingora::services::Service as PingoraService;
use pingora::services::listening::Service;

use super::Listening;
use super::ServerError;
use super::inherited::Inherited;
use super::inherited::Purpose;
use super::inherited::Slot;
use super::succession::Held;
use crate::config::Configuration;
use crate::proxy::entrance::Entrance;
use crate::proxy::entrance::Entrances;
use crate::proxy::entrance::Opening;

/// A socket that listens.
#[derive(Debug)]
pub struct Bound {
    socket: TcpListener,
    slot: Slot,
    opening: Opening,
    /// Where it listens; the port is the real one.
    pub address: SocketAddr,
}

/// An address that cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error(
    "cannot listen on {address}: {cause}; choose another address in `listen`, or stop what uses it"
)]
pub struct CannotListen {
    /// The address of the configuration.
    pub address: SocketAddr,
    /// What the system said.
    pub cause: io::Error,
}

impl Bound {
    /// Listens on an address.
    ///
    /// # Errors
    /// When the system does not allow it.
    pub fn new(address: SocketAddr) -> Result<Self, CannotListen> {
        let slot = Slot { purpose: Purpose::Http, address };
        Self::of(slot, Opening::Direct, &mut Inherited::default())
    }

    /// Listens for an entry of `listen`: on the socket that was passed for it, or on a new one.
    fn of(slot: Slot, opening: Opening, inherited: &mut Inherited) -> Result<Self, CannotListen> {
        let mut listen = || {
            let passed = inherited.take(slot);
            let socket = passed.map_or_else(|| TcpListener::bind(slot.address), Ok)?;
            socket.set_nonblocking(true)?;
            let address = socket.local_addr()?;
            Ok(Self { socket, slot, opening, address })
        };
        listen().map_err(|cause| CannotListen { address: slot.address, cause })
    }

    const fn entrance(&self) -> Entrance {
        Entrance { address: self.address, opening: self.opening }
    }

    fn copy(&self) -> io::Result<(Slot, TcpListener)> {
        Ok((self.slot, self.socket.try_clone()?))
    }
}

/// The sockets of every listener.
pub(crate) struct Sockets {
    pub(crate) http: Vec<Bound>,
    pub(crate) https: Vec<Bound>,
    pub(crate) admin: Option<Bound>,
}

impl Sockets {
    /// Listens wherever the configuration says, first of all on what was passed.
    pub(crate) fn bind(
        configuration: &mut Configuration,
        mut inherited: Inherited,
    ) -> Result<Self, ServerError> {
        let listen = &configuration.listen;
        let mut all = |purpose, entrances: &[Entrance]| {
            let bound = entrances.iter().map(|&Entrance { address, opening }| {
                Bound::of(Slot { purpose, address }, opening, &mut inherited)
            });
            bound.collect::<Result<Vec<_>, _>>()
        };
        let http = all(Purpose::Http, &listen.http)?;
        let https = all(Purpose::Https, &listen.https)?;
        let admin = listen.admin.as_ref().map(|admin| admin.address);
        let admin = admin.map(|address| Entrance { address, opening: Opening::Direct });
        let admin = all(Purpose::Admin, admin.as_slice())?.pop();
        inherited.finish()?;
        if let Some(main) = https.first().or_else(|| http.first()) {
            configuration.set_bound_port(main.address.port());
        }
        Ok(Self { http, https, admin })
    }

    /// Copies that keep the sockets open when pingora closes its own.
    pub(crate) fn copies(&self) -> Result<Held, ServerError> {
        let all = self.http.iter().chain(&self.https).chain(&self.admin);
        let copies = all.map(Bound::copy).collect::<io::Result<_>>();
        copies.map(Held::new).map_err(ServerError::setup("the listening sockets"))
    }

    pub(crate) fn listening(&self) -> Listening {
        Listening {
            http: self.http.iter().map(|bound| bound.address).collect(),
            https: self.https.iter().map(|bound| bound.address).collect(),
            admin: self.admin.as_ref().map(|bound| bound.address),
        }
    }
}

/// A client that vanished without a word is noticed after four minutes: it holds places, and streams may
/// be silent for long.
const KEEPALIVE: TcpKeepalive = TcpKeepalive {
    idle: Duration::from_mins(2),
    interval: Duration::from_secs(30),
    count: 4,
    #[cfg(target_os = "linux")]
    user_timeout: Duration::ZERO,
};

/// A pingora service whose sockets listen already.
pub struct Prebound<A> {
    inner: Service<A>,
    sockets: Vec<Bound>,
}

/// What the connections of these sockets begin with.
pub(crate) fn entrances(sockets: &[Bound]) -> Entrances {
    Entrances::new(sockets.iter().map(Bound::entrance).collect())
}

impl<A: ServerApp + Send + Sync + 'static> Prebound<A> {
    /// A service with this application on these sockets.
    #[must_use]
    pub fn new(name: &str, app: A, sockets: Vec<Bound>, threads: Option<usize>) -> Self {
        let mut inner = Service::new(name.to_owned(), app);
        inner.threads = threads;
        for bound in &sockets {
            let mut options = TcpSocketOptions::default();
            options.tcp_keepalive = Some(KEEPALIVE);
            inner.add_tcp_with_settings(&bound.address.to_string(), options);
        }
        Self { inner, sockets }
    }

    /// The same, with peers judged at accept.
    #[must_use]
    pub fn judging(mut self, filter: Arc<dyn ConnectionFilter>) -> Self {
        self.inner.set_connection_filter(filter);
        self
    }
}

#[async_trait]
impl<A: ServerApp + Send + Sync + 'static> PingoraService for Prebound<A> {
    async fn start_service(
        &mut self,
        fds: Option<ListenFds>,
        shutdown: ShutdownWatch,
        listeners_per_fd: usize,
    ) {
        // pingora takes a socket from this table, by its address, instead of binding one; it owns the
        // descriptor from then on, and hands it over in an upgrade.
        if let Some(table) = &fds {
            let mut table = table.lock();
            for bound in self.sockets.drain(..) {
                table.add(bound.address.to_string(), bound.socket.into_raw_fd());
            }
        }
        self.inner.start_service(fds, shutdown, listeners_per_fd).await;
    }

    fn name(&self) -> &str {
        self.inner.name()
    }

    fn threads(&self) -> Option<usize> {
        self.inner.threads
    }
}
