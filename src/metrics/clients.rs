//! Clients that rules keep out, and that are not believed about where they are.

use prometheus::IntCounterVec;

use super::Adder;

/// Whether a rule is held against anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is.
    Enforced,
    /// It is rehearsed: what it would do is counted only.
    ReportOnly,
}

impl Mode {
    /// Its name in logs and metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enforced => "enforced",
            Self::ReportOnly => "report_only",
        }
    }
}

/// What is counted of them.
#[derive(Clone, Debug)]
pub struct Clients {
    denied: IntCounterVec,
    ignored: IntCounterVec,
}

impl Clients {
    pub(super) fn new(add: &Adder<'_>) -> Result<Self, prometheus::Error> {
        let denied = add.counters(
            "portcullis_connections_denied_total",
            "Connections of clients that `connections` keeps out, by rule.",
            &["rule", "mode"],
        )?;
        let ignored = add.counters(
            "portcullis_client_announcements_ignored_total",
            "Requests of peers that are no declared proxies and claim another address, by header.",
            &["header"],
        )?;
        Ok(Self { denied, ignored })
    }

    /// Counts a connection that is kept out. The rule is the name of an area in the configuration, or
    /// `allow`.
    pub fn denied(&self, rule: &str, mode: Mode) {
        self.denied.with_label_values(&[rule, mode.name()]).inc();
    }

    /// Counts a request whose sender claims another address and is not believed.
    pub fn announcement_ignored(&self, header: &str) {
        self.ignored.with_label_values(&[header]).inc();
    }
}
