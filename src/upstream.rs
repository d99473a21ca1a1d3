//! The consoles: where they are and how to speak to them. An address can be had only with a [`Permit`].

pub mod balancer;

use std::collections::HashMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderName;
use http::Method;

use crate::policy::Permit;
use crate::secret;
use crate::secret::Secret;
use crate::site::SiteName;

/// Most repetitions of a request that can be configured.
pub const MOST_RETRIES: usize = 3;

/// How the console's certificate is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verification {
    /// Chain and name must be right.
    #[default]
    Full,
    /// Not at all. Said in these words in the configuration, and in the log at every start.
    InsecureSkipVerify,
}

/// TLS towards a console.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpstreamTls {
    /// Roots to trust instead of the system's, in DER.
    pub roots: Option<Arc<[Vec<u8>]>>,
    /// How the certificate is judged.
    pub verification: Verification,
    /// What the gateway shows a console that asks who it is.
    pub client_certificate: Option<Arc<ClientCertificate>>,
}

/// The gateway's own certificate towards a console, with its key.
#[derive(Debug)]
pub struct ClientCertificate {
    /// The chain in DER, the gateway's own certificate first.
    pub chain: Vec<Vec<u8>>,
    /// The private key in DER.
    pub key: Secret<Vec<u8>>,
}

impl PartialEq for ClientCertificate {
    fn eq(&self, other: &Self) -> bool {
        self.chain == other.chain && secret::equal(self.key.expose(), other.key.expose())
    }
}

impl Eq for ClientCertificate {}

/// Which HTTP the console speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP/1.1.
    #[default]
    Http1,
    /// HTTP/2 alone: agreed on in the TLS handshake, or known beforehand over plain TCP.
    Http2,
    /// What the console chooses in the TLS handshake (ALPN).
    Auto,
}

/// How requests are spread over a console's addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Balance {
    /// One after the other.
    #[default]
    RoundRobin,
    /// To the one with the fewest requests under way.
    LeastConnections,
}

/// One place at which the console can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Host name or address; a name may stand for several addresses.
    pub host: String,
    /// Port.
    pub port: u16,
    /// The name in its certificate; empty without TLS.
    pub server_name: String,
}

impl fmt::Display for Endpoint {
    /// As configured: `host:port`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// When an address that fails is left alone for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ejection {
    /// After so many failures in a row.
    pub after: u32,
    /// For so long the first time; twice as long each further time.
    pub first: Duration,
    /// Never longer than this.
    pub longest: Duration,
}

impl Default for Ejection {
    fn default() -> Self {
        Self { after: 5, first: Duration::from_secs(10), longest: Duration::from_mins(5) }
    }
}

/// Requests of the gateway's own that find out whether an address works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthCheck {
    /// Path and query asked for.
    pub path: String,
    /// GET or HEAD.
    pub method: Method,
    /// From one check to the next.
    pub interval: Duration,
    /// For connection, TLS and the head of the answer together.
    pub timeout: Duration,
    /// Checks in a row that must pass before a sick address counts as healthy.
    pub healthy_after: u32,
    /// Checks in a row that must fail before a healthy address counts as sick.
    pub unhealthy_after: u32,
    /// Statuses that pass.
    pub expect: Vec<RangeInclusive<u16>>,
}

/// A header that only the gateway knows: the console accepts nothing without it.
#[derive(Clone, Debug)]
pub struct SecretHeader {
    /// Its name.
    pub name: HeaderName,
    /// Its value.
    pub value: Secret<String>,
}

/// Time limits towards a console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection, with its handshake.
    pub connect: Duration,
    /// Between two reads.
    pub read: Duration,
    /// Between two writes.
    pub write: Duration,
    /// How long an unused connection is kept.
    pub idle: Duration,
    /// Silence after which the system asks whether the other side still lives (TCP keep-alive).
    pub keepalive: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            read: Duration::from_mins(1),
            write: Duration::from_mins(1),
            idle: Duration::from_secs(30),
            keepalive: Duration::from_mins(1),
        }
    }
}

/// A console: its addresses and how to speak to it.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// Where it is; at least one.
    pub endpoints: Vec<Endpoint>,
    /// TLS; none: plain HTTP.
    pub tls: Option<UpstreamTls>,
    /// Which HTTP it speaks.
    pub protocol: Protocol,
    /// How requests are spread.
    pub balance: Balance,
    /// How often a request that may be repeated is repeated.
    pub retries: usize,
    /// When an address that fails is left alone.
    pub ejection: Ejection,
    /// Checks of the gateway's own; none: only requests tell.
    pub health: Option<HealthCheck>,
    /// What tells the console that a request came through the gateway.
    pub secret_header: Option<SecretHeader>,
    /// Time limits.
    pub timeouts: Timeouts,
    /// Longest head of an answer, in bytes.
    pub answer_head: usize,
}

impl Upstream {
    /// A console at these places with the settings that hold when none are written.
    #[must_use]
    pub fn at(endpoints: Vec<Endpoint>) -> Self {
        Self {
            endpoints,
            tls: None,
            protocol: Protocol::default(),
            balance: Balance::default(),
            retries: 1,
            ejection: Ejection::default(),
            health: None,
            secret_header: None,
            timeouts: Timeouts::default(),
            answer_head: 64 * 1024,
        }
    }

    /// Whether a connection made for one is as good as one made for the other.
    #[must_use]
    pub fn connects_like(&self, other: &Self) -> bool {
        self.tls == other.tls && self.protocol == other.protocol
    }
}

/// Every console, by the site it stands behind.
#[derive(Clone, Debug, Default)]
pub struct Upstreams(HashMap<SiteName, Arc<Upstream>>);

impl Upstreams {
    /// A table of consoles.
    #[must_use]
    pub fn new(upstreams: impl IntoIterator<Item = (SiteName, Upstream)>) -> Self {
        Self(upstreams.into_iter().map(|(site, upstream)| (site, Arc::new(upstream))).collect())
    }

    /// The console that a permit opens.
    #[must_use]
    pub fn select(&self, permit: &Permit) -> Option<&Arc<Upstream>> {
        self.named(&permit.site().name)
    }

    /// How the console of a site is spoken to, for setting things up; its addresses are elsewhere.
    #[must_use]
    pub fn named(&self, site: &SiteName) -> Option<&Arc<Upstream>> {
        self.0.get(site)
    }
}
