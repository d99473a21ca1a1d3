//! What is counted, in one place. Label values come from enums and from the configuration's own names,
//! never from a request (P-4, P-7).

mod acts;
pub mod audit;
mod broken;
mod clients;
pub mod day;
pub mod geography;
pub mod health;
pub mod messages;
mod network;
pub mod people;
pub mod upstream;

use std::time::Duration;

use prometheus::Encoder;
use prometheus::GaugeVec;
use prometheus::Histogram;
use prometheus::HistogramOpts;
use prometheus::IntCounter;
use prometheus::IntCounterVec;
use prometheus::IntGauge;
use prometheus::IntGaugeVec;
use prometheus::Opts;
use prometheus::Registry;
use prometheus::TextEncoder;

use self::audit::AuditMetrics;
use self::day::Day;
use self::geography::GeographyMetrics;
use self::messages::Messages;
use self::network::Networks;
use self::people::People;
use self::upstream::UpstreamMetrics;
use crate::authenticator::AuthenticatorKind;
use crate::clock::Timestamp;
use crate::policy::MachineKind;
use crate::policy::Refusal;

pub use self::acts::Acts;
pub use self::broken::Broken;
pub use self::clients::Clients;
pub use self::clients::Mode;

/// Every series of the gateway.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    refusals: IntCounterVec,
    rehearsals: IntCounterVec,
    machines: IntCounterVec,
    sign_ins: IntCounterVec,
    upstreams: upstream::Upstreams,
    networks: Networks,
    /// How far people have come.
    pub people: People,
    /// What is done in the administration.
    pub acts: Acts,
    configuration_loads: IntCounterVec,
    certificate_loads: IntCounterVec,
    expiry: GaugeVec,
    /// Time the gateway itself adds to a forwarded request, before it asks the console.
    pub added_latency: Histogram,
    /// Open sessions.
    pub sessions: IntGauge,
    /// Open client connections.
    pub connections: IntGauge,
    /// 1 while the running configuration is the one in the file.
    pub configuration_current: IntGauge,
    /// 1 while the certificates in use are the ones in their files.
    pub certificates_current: IntGauge,
    /// The geography databases.
    pub geography: GeographyMetrics,
    /// 1 while the store answers.
    pub store_healthy: IntGauge,
    /// When the present signing key was made.
    pub signing_key_created: IntGauge,
    /// When the next service token expires; 0: none will.
    pub service_token_expiry: IntGauge,
    /// Lines the access log could not take in time.
    pub access_log_dropped: IntCounter,
    connections_refused: IntCounterVec,
    connections_broken: IntCounterVec,
    /// Clients that rules keep out, and that are not believed.
    pub clients: Clients,
    /// Messages to people.
    pub messages: Messages,
    /// The last day, hour by hour.
    day: Day,
    /// Those who follow the audit log.
    pub audit: AuditMetrics,
}

/// Why a connection was closed as soon as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRoom {
    /// There are as many as the process can hold.
    Whole,
    /// Its neighbourhood has as many as it may.
    Neighbourhood,
}

/// The counters of one site, found once.
#[derive(Clone, Debug)]
pub struct SiteMetrics {
    /// Forwarded to the console.
    pub forward: IntCounter,
    /// Answered with a demand for proof.
    pub challenge: IntCounter,
    /// Refused.
    pub refuse: IntCounter,
    /// Built-in pages.
    pub portal: IntCounter,
    /// 1 after the last attempt to reach the console succeeded.
    pub upstream_up: IntGauge,
    /// Attempts to reach the console that failed.
    pub upstream_failures: IntCounter,
}

/// How a sign-in or a further proof ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInOutcome {
    /// Accepted.
    Accepted,
    /// Wrong.
    Wrong,
    /// Right, but spent before.
    Replayed,
    /// Not verified: too many attempts.
    Throttled,
    /// Not verified: too busy.
    Busy,
}

impl SignInOutcome {
    const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Wrong => "wrong",
            Self::Replayed => "replayed",
            Self::Throttled => "throttled",
            Self::Busy => "busy",
        }
    }
}

impl Metrics {
    /// Registers every series.
    ///
    /// # Errors
    /// When two series have one name: a mistake in this file.
    #[expect(clippy::too_many_lines, reason = "one entry per series, nothing else")]
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        #[cfg(target_os = "linux")]
        registry.register(Box::new(prometheus::process_collector::ProcessCollector::for_self()))?;
        let add = Adder(&registry);
        let build = add.gauges("portcullis_build_info", "The running version.", &["version"])?;
        build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        let buckets = vec![
            0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.0025, 0.005, 0.01,
            0.05, 0.25,
        ];
        let latency = HistogramOpts::new(
            "portcullis_added_latency_seconds",
            "Time the gateway itself adds to a forwarded request before it asks the console.",
        );
        let added_latency = Histogram::with_opts(latency.buckets(buckets))?;
        registry.register(Box::new(added_latency.clone()))?;
        let expiry = GaugeVec::new(
            Opts::new(
                "portcullis_certificate_expiry_timestamp_seconds",
                "When a listener's certificate expires, by its file's place in the configuration.",
            ),
            &["certificate"],
        )?;
        registry.register(Box::new(expiry.clone()))?;
        Ok(Self {
            requests: add.counters(
                "portcullis_requests_total",
                "Requests, by site and decision.",
                &["site", "decision"],
            )?,
            refusals: add.counters(
                "portcullis_refusals_total",
                "Refusals, by reason.",
                &["reason"],
            )?,
            rehearsals: add.counters(
                "portcullis_rehearsals_total",
                "What rules under `report_only` would have done with requests that were let through.",
                &["site", "decision"],
            )?,
            machines: add.counters(
                "portcullis_machine_requests_total",
                "Requests forwarded for machines, without a sign-in, by what they proved.",
                &["site", "kind"],
            )?,
            sign_ins: add.counters(
                "portcullis_sign_ins_total",
                "Proofs given, by method and outcome.",
                &["method", "outcome"],
            )?,
            upstreams: upstream::Upstreams::new(&add)?,
            networks: Networks::new(&add)?,
            people: People::new(&add)?,
            configuration_loads: add.counters(
                "portcullis_configuration_loads_total",
                "Configurations read, by outcome.",
                &["outcome"],
            )?,
            certificate_loads: add.counters(
                "portcullis_certificate_loads_total",
                "Certificate files found replaced, by outcome.",
                &["outcome"],
            )?,
            certificates_current: add.gauge(
                "portcullis_certificates_current",
                "1 while the certificates in use are the ones in their files.",
            )?,
            geography: GeographyMetrics::new(&add)?,
            expiry,
            added_latency,
            sessions: add.gauge("portcullis_sessions", "Open sessions.")?,
            connections: add.gauge("portcullis_connections", "Open client connections.")?,
            configuration_current: add.gauge(
                "portcullis_configuration_current",
                "1 while the running configuration is the one in the file.",
            )?,
            store_healthy: add.gauge("portcullis_store_healthy", "1 while the store answers.")?,
            signing_key_created: add.gauge(
                "portcullis_signing_key_created_timestamp_seconds",
                "When the present signing key was made.",
            )?,
            service_token_expiry: add.gauge(
                "portcullis_service_token_expiry_timestamp_seconds",
                "When the next service token expires; 0: there is none that will.",
            )?,
            access_log_dropped: add.counter(
                "portcullis_access_log_dropped_total",
                "Access log lines that could not be written in time.",
            )?,
            connections_refused: add.counters(
                "portcullis_connections_refused_total",
                "Connections closed as soon as they came, for want of room.",
                &["reason"],
            )?,
            connections_broken: add.counters(
                "portcullis_connections_broken_total",
                "Connections that ended before or beneath their requests, by reason.",
                &["reason"],
            )?,
            clients: Clients::new(&add)?,
            messages: Messages::new(&add)?,
            day: Day::default(),
            audit: AuditMetrics::new(&add)?,
            acts: Acts::new(&add)?,
            registry,
        })
    }

    /// The counters of a site.
    #[must_use]
    pub fn site(&self, site: &str) -> SiteMetrics {
        let decision = |name: &str| self.requests.with_label_values(&[site, name]);
        SiteMetrics {
            forward: decision("forward"),
            challenge: decision("challenge"),
            refuse: decision("refuse"),
            portal: decision("portal"),
            upstream_up: self.upstreams.up(site),
            upstream_failures: self.upstreams.failures(site),
        }
    }

    /// The series of the console behind a site.
    #[must_use]
    pub fn upstream(&self, site: &str) -> UpstreamMetrics {
        self.upstreams.of(site)
    }

    /// Counts what a rule that is only rehearsed would have done.
    pub fn rehearsed(&self, site: &str, decision: &str) {
        self.rehearsals.with_label_values(&[site, decision]).inc();
    }

    /// Counts a request that was forwarded for a machine, without anybody having signed in.
    pub fn machine(&self, site: &str, kind: MachineKind) {
        self.machines.with_label_values(&[site, kind.name()]).inc();
    }

    /// Counts a refusal.
    pub fn refused(&self, refusal: Refusal) {
        self.refusals.with_label_values(&[refusal.name()]).inc();
    }

    /// Counts a connection that found no room.
    pub fn connection_refused(&self, reason: NoRoom) {
        let reason = match reason {
            NoRoom::Whole => "whole",
            NoRoom::Neighbourhood => "neighbourhood",
        };
        self.connections_refused.with_label_values(&[reason]).inc();
    }

    /// Counts a connection that ended before or beneath its requests.
    pub fn connection_broke(&self, broken: Broken) {
        self.connections_broken.with_label_values(&[broken.name()]).inc();
    }

    /// Counts a proof.
    pub fn proof(&self, kind: AuthenticatorKind, outcome: SignInOutcome) {
        self.sign_ins.with_label_values(&[kind.name(), outcome.name()]).inc();
    }

    /// Counts a configuration that was read.
    pub fn configuration_loaded(&self, accepted: &Result<(), ()>) {
        let outcome = if accepted.is_ok() { "accepted" } else { "refused" };
        self.configuration_loads.with_label_values(&[outcome]).inc();
        self.configuration_current.set(i64::from(accepted.is_ok()));
    }

    /// Notes the named networks that were read at `now`, and how many prefixes each has.
    pub fn networks_loaded<'n>(
        &self,
        networks: impl Iterator<Item = (&'n str, usize)>,
        now: Timestamp,
    ) {
        self.networks.loaded(networks, now.secs());
    }

    /// Counts certificate files that were found replaced.
    pub fn certificate_loaded(&self, accepted: &Result<(), ()>) {
        let outcome = if accepted.is_ok() { "accepted" } else { "refused" };
        self.certificate_loads.with_label_values(&[outcome]).inc();
    }

    /// Notes when a certificate expires.
    pub fn certificate_expires(&self, certificate: &str, since_epoch: Duration) {
        self.expiry.with_label_values(&[certificate]).set(since_epoch.as_secs_f64());
    }

    /// Every series in Prometheus' text format, version 0.0.4.
    ///
    /// # Errors
    /// When a series cannot be written.
    pub fn exposition(&self) -> Result<Vec<u8>, prometheus::Error> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(text)
    }
}

struct Adder<'a>(&'a Registry);

impl Adder<'_> {
    fn counters(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> Result<IntCounterVec, prometheus::Error> {
        let series = IntCounterVec::new(Opts::new(name, help), labels)?;
        self.0.register(Box::new(series.clone()))?;
        Ok(series)
    }

    fn gauges(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> Result<IntGaugeVec, prometheus::Error> {
        let series = IntGaugeVec::new(Opts::new(name, help), labels)?;
        self.0.register(Box::new(series.clone()))?;
        Ok(series)
    }

    fn gauge(&self, name: &str, help: &str) -> Result<IntGauge, prometheus::Error> {
        let series = IntGauge::new(name, help)?;
        self.0.register(Box::new(series.clone()))?;
        Ok(series)
    }

    fn counter(&self, name: &str, help: &str) -> Result<IntCounter, prometheus::Error> {
        let series = IntCounter::new(name, help)?;
        self.0.register(Box::new(series.clone()))?;
        Ok(series)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exposition_has_every_family_and_no_repeats() {
        let metrics = Metrics::new().unwrap();
        metrics.site("console").forward.inc();
        metrics.refused(Refusal::UnknownHost);
        metrics.proof(AuthenticatorKind::Totp, SignInOutcome::Accepted);
        metrics.connection_refused(NoRoom::Whole);
        let read = |names: &[&'static str], now| {
            let networks = names.iter().map(|name| (*name, 7));
            metrics.networks_loaded(networks, Timestamp::from_secs(now));
        };
        read(&["office", "gone"], 1);
        read(&["office"], 2);
        let text = String::from_utf8(metrics.exposition().unwrap()).unwrap();
        for line in [
            "portcullis_requests_total{decision=\"forward\",site=\"console\"} 1",
            "portcullis_connections_refused_total{reason=\"whole\"} 1",
            "portcullis_network_prefixes{network=\"office\"} 7",
            "portcullis_network_loaded_timestamp_seconds{network=\"office\"} 2",
            "portcullis_refusals_total{reason=\"unknown_host\"} 1",
            "portcullis_sign_ins_total{method=\"totp\",outcome=\"accepted\"} 1",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
        assert!(!text.contains("gone"), "{text}");
    }
}
