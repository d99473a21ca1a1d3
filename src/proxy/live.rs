//! One configuration, compiled for the proxy.

use std::sync::Arc;
use std::time::Duration;

use super::Settings;
use super::peers::Peers;
use super::probe::ConsoleProbe;
use super::proxies::Proxies;
use crate::gate::Snapshot;
use crate::portal::Portal;

/// What changes when the configuration is loaded anew; swapped as one.
#[derive(Debug)]
pub struct Live {
    /// What requests are judged by.
    pub snapshot: Arc<Snapshot>,
    /// Where the consoles are.
    pub peers: Arc<Peers>,
    /// The built-in pages.
    pub portal: Arc<Portal>,
    /// Asks consoles on the gateway's own behalf.
    pub probe: Arc<ConsoleProbe>,
    /// Limits and times.
    pub settings: Settings,
    /// Who is believed about where others come from.
    pub proxies: Proxies,
    /// What plain HTTP listeners do.
    pub plain_http: PlainHttp,
    /// How long requests may take to finish when the gateway stops.
    pub drain: Duration,
}

/// What plain HTTP listeners do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlainHttp {
    /// Serve: there is no TLS listener.
    Serve,
    /// Send everybody to the TLS listener beside them.
    Redirect,
}
