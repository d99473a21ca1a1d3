//! The consoles' addresses. One can be had only with a [`Permit`].

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::policy::Permit;
use crate::site::SiteName;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamTls {
    /// The name in the console's certificate.
    pub server_name: String,
    /// Roots to trust instead of the system's, a PEM file.
    pub ca_file: Option<PathBuf>,
    /// How the certificate is judged.
    pub verification: Verification,
}

/// A console's address and how to speak to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// TLS; none: plain HTTP.
    pub tls: Option<UpstreamTls>,
    /// For a connection, with its handshake.
    pub connect_timeout: Duration,
    /// Between two reads.
    pub read_timeout: Duration,
    /// Between two writes.
    pub write_timeout: Duration,
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
        self.0.get(&permit.site().name)
    }

    /// Every console.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Upstream>> {
        self.0.values()
    }
}
