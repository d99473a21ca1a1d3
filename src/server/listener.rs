//! Listeners: bound before anything is started, so that an address in use is an error message and a port
//! that was left to the system is known.

use std::net::SocketAddr;
use std::net::TcpListener;
use std::os::fd::IntoRawFd;

use async_trait::async_trait;
use pingora::apps::ServerApp;
use pingora::server::ListenFds;
use pingora::server::ShutdownWatch;
use pingora::services::Service as PingoraService;
use pingora::services::listening::Service;

/// A socket that listens.
#[derive(Debug)]
pub struct Bound {
    socket: TcpListener,
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
    pub cause: std::io::Error,
}

impl Bound {
    /// Listens on an address.
    ///
    /// # Errors
    /// When the system does not allow it.
    pub fn new(address: SocketAddr) -> Result<Self, CannotListen> {
        let bind = || {
            let socket = TcpListener::bind(address)?;
            socket.set_nonblocking(true)?;
            let address = socket.local_addr()?;
            Ok(Self { socket, address })
        };
        bind().map_err(|cause| CannotListen { address, cause })
    }
}

/// A pingora service whose sockets listen already.
pub struct Prebound<A> {
    inner: Service<A>,
    sockets: Vec<Bound>,
}

impl<A: ServerApp + Send + Sync + 'static> Prebound<A> {
    /// A service with this application on these sockets.
    #[must_use]
    pub fn new(name: &str, app: A, sockets: Vec<Bound>, threads: Option<usize>) -> Self {
        let mut inner = Service::new(name.to_owned(), app);
        inner.threads = threads;
        for bound in &sockets {
            inner.add_tcp(&bound.address.to_string());
        }
        Self { inner, sockets }
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
