//! What is counted of consoles and their addresses. Labels are the site's name and the address as it is
//! configured, so that there are no more series than lines in the configuration.

use prometheus::IntCounter;
use prometheus::IntCounterVec;
use prometheus::IntGauge;
use prometheus::IntGaugeVec;

use super::Adder;
use crate::upstream::balancer::State;

/// The series of every console.
#[derive(Clone, Debug)]
pub(super) struct Upstreams {
    up: IntGaugeVec,
    failures: IntCounterVec,
    addresses: IntGaugeVec,
    requests: IntGaugeVec,
    all_out: IntGaugeVec,
    ejections: IntCounterVec,
    retries: IntCounterVec,
    checks: IntCounterVec,
}

/// The series of one console, found once.
#[derive(Clone, Debug)]
pub struct UpstreamMetrics {
    site: String,
    addresses: IntGaugeVec,
    requests: IntGaugeVec,
    /// 1 while every address is out of use and all are tried.
    pub all_out: IntGauge,
    /// Addresses that were left alone after failures.
    pub ejections: IntCounter,
    /// Requests that were sent again.
    pub retries: IntCounter,
    /// Checks that passed.
    pub checks_passed: IntCounter,
    /// Checks that failed.
    pub checks_failed: IntCounter,
}

impl Upstreams {
    pub(super) fn new(add: &Adder<'_>) -> Result<Self, prometheus::Error> {
        Ok(Self {
            up: add.gauges(
                "portcullis_upstream_up",
                "1 after the last attempt to reach the console succeeded.",
                &["site"],
            )?,
            failures: add.counters(
                "portcullis_upstream_failures_total",
                "Requests that the console did not answer, or not rightly.",
                &["site"],
            )?,
            addresses: add.gauges(
                "portcullis_upstream_addresses",
                "Addresses of the console by state: in_use, ejected, unhealthy.",
                &["site", "address", "state"],
            )?,
            requests: add.gauges(
                "portcullis_upstream_requests",
                "Requests under way at the addresses behind one that is configured.",
                &["site", "address"],
            )?,
            all_out: add.gauges(
                "portcullis_upstream_all_out",
                "1 while every address of the console is out of use, and all are tried.",
                &["site"],
            )?,
            ejections: add.counters(
                "portcullis_upstream_ejections_total",
                "Addresses left alone for a while after failures.",
                &["site"],
            )?,
            retries: add.counters(
                "portcullis_upstream_retries_total",
                "Requests sent to the console once more.",
                &["site"],
            )?,
            checks: add.counters(
                "portcullis_upstream_checks_total",
                "Health checks of the console, by outcome.",
                &["site", "outcome"],
            )?,
        })
    }

    pub(super) fn up(&self, site: &str) -> IntGauge {
        self.up.with_label_values(&[site])
    }

    pub(super) fn failures(&self, site: &str) -> IntCounter {
        self.failures.with_label_values(&[site])
    }

    pub(super) fn of(&self, site: &str) -> UpstreamMetrics {
        UpstreamMetrics {
            site: site.to_owned(),
            addresses: self.addresses.clone(),
            requests: self.requests.clone(),
            all_out: self.all_out.with_label_values(&[site]),
            ejections: self.ejections.with_label_values(&[site]),
            retries: self.retries.with_label_values(&[site]),
            checks_passed: self.checks.with_label_values(&[site, "passed"]),
            checks_failed: self.checks.with_label_values(&[site, "failed"]),
        }
    }
}

impl UpstreamMetrics {
    /// Notes how many addresses behind one that is configured are in a state.
    pub fn addresses(&self, address: &str, state: State, count: usize) {
        let labels = [self.site.as_str(), address, state.name()];
        self.addresses.with_label_values(&labels).set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// Notes how many requests are under way behind an address that is configured.
    pub fn requests(&self, address: &str, count: usize) {
        let labels = [self.site.as_str(), address];
        self.requests.with_label_values(&labels).set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// Forgets an address that is configured no more.
    pub fn forget(&self, address: &str) {
        // One that was never noted is forgotten already.
        drop(self.requests.remove_label_values(&[self.site.as_str(), address]));
        for state in State::ALL {
            let labels = [self.site.as_str(), address, state.name()];
            drop(self.addresses.remove_label_values(&labels));
        }
    }
}
