//! How a connection to one address is made: TLS, protocol, time limits, and which pooled connections may
//! serve.

use std::sync::Arc;
use std::time::Duration;

use pingora::protocols::l4::ext::TcpKeepalive;
use pingora::upstreams::peer::ALPN;
use pingora::upstreams::peer::HttpPeer;
use pingora::utils::tls::CertKey;
use pingora::utils::tls::WrappedX509;
use pingora::utils::tls::parse_x509;

use super::Console;
use super::Exchange;
use crate::upstream::Protocol;
use crate::upstream::Upstream;
use crate::upstream::Verification;
use crate::upstream::balancer::Member;
use crate::upstream::balancer::fresh_key;

/// Streams on one HTTP/2 connection to a console.
const STREAMS: usize = 128;

/// Bytes a console may send on one HTTP/2 stream before the client has taken them.
const STREAM_WINDOW: u32 = 1 << 20;

/// The same for all streams of a connection together.
const CONNECTION_WINDOW: u32 = 8 << 20;

/// How often an HTTP/2 connection is asked whether it lives.
const PING_EVERY: Duration = Duration::from_secs(30);

/// What a console is verified with, and what it is shown.
#[derive(Debug)]
pub(super) struct Credentials {
    roots: Option<Arc<[WrappedX509]>>,
    certificate: Option<Arc<CertKey>>,
}

impl Credentials {
    pub(super) fn of(upstream: &Upstream) -> Self {
        let tls = upstream.tls.as_ref();
        let roots = tls.and_then(|tls| tls.roots.as_ref());
        let wrap = |der: &Vec<u8>| WrappedX509::new(der.clone(), parse_x509);
        let own = tls.and_then(|tls| tls.client_certificate.as_ref());
        Self {
            roots: roots.map(|roots| roots.iter().map(wrap).collect()),
            certificate: own
                .map(|own| Arc::new(CertKey::new(own.chain.clone(), own.key.expose().clone()))),
        }
    }
}

/// What a connection is to be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// An ordinary request.
    Request,
    /// A request that may leave HTTP/1.1 for a WebSocket; HTTP/2 has no such thing here.
    Upgrade,
}

/// Which connections may serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connections {
    /// One that is open already, or a new one.
    Any,
    /// A new one.
    New,
}

impl Console {
    /// How to reach an address.
    pub(super) fn peer(&self, member: &Member, kind: Use, which: Connections) -> HttpPeer {
        let upstream = &self.upstream;
        let tls = upstream.tls.as_ref();
        // An empty server name would switch verification off: with TLS there is always one.
        let name = self.endpoint(member).map(|e| e.server_name.clone()).unwrap_or_default();
        let mut peer = HttpPeer::new(member.address, tls.is_some(), name);
        // pingora's pool compares neither roots nor protocol: connections never serve another member.
        peer.group_key = match which {
            Connections::Any => member.key,
            Connections::New => fresh_key(),
        };
        let options = &mut peer.options;
        if let Some(tls) = tls {
            let verify = tls.verification == Verification::Full;
            options.verify_cert = verify;
            options.verify_hostname = verify;
            options.ca.clone_from(&self.credentials.roots);
        }
        options.alpn = match (upstream.protocol, kind) {
            (Protocol::Http2, _) => ALPN::H2,
            (Protocol::Auto, Use::Request) if tls.is_some() => ALPN::H2H1,
            (Protocol::Http1 | Protocol::Auto, _) => ALPN::H1,
        };
        options.max_h2_streams = STREAMS;
        options.h2_stream_window_size = Some(STREAM_WINDOW);
        options.h2_connection_window_size = Some(CONNECTION_WINDOW);
        options.h2_ping_interval = Some(PING_EVERY);
        let timeouts = &upstream.timeouts;
        options.connection_timeout = Some(timeouts.connect);
        options.total_connection_timeout = Some(timeouts.connect);
        options.read_timeout = Some(timeouts.read);
        options.write_timeout = Some(timeouts.write);
        options.idle_timeout = Some(timeouts.idle);
        options.tcp_keepalive = Some(TcpKeepalive {
            idle: timeouts.keepalive,
            interval: Duration::from_secs(5),
            count: 5,
            #[cfg(target_os = "linux")]
            user_timeout: Duration::ZERO,
        });
        peer.client_cert_key.clone_from(&self.credentials.certificate);
        peer
    }
}

impl Exchange {
    /// How to reach the address.
    #[must_use]
    pub fn peer(&self, kind: Use, which: Connections) -> HttpPeer {
        self.console.peer(self.lease.member(), kind, which)
    }
}
