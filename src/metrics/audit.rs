//! The series of those who follow the audit log.

use prometheus::IntCounterVec;
use prometheus::IntGaugeVec;

use super::Adder;
use crate::audit::troubles::Trouble;
use crate::audit::troubles::Troubles;
use crate::clock::Timestamp;

/// How sinks get on. Labels are their names in the configuration.
#[derive(Clone, Debug)]
pub struct AuditMetrics {
    behind: IntGaugeVec,
    late: IntGaugeVec,
    failures: IntCounterVec,
    delivered: IntGaugeVec,
    pruned: prometheus::IntCounter,
    /// What no series holds: it is text.
    pub troubles: Troubles,
}

/// Whether a sink is further behind than it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lag {
    /// It is not.
    Within,
    /// It is.
    TooFar,
}

impl AuditMetrics {
    pub(super) fn new(add: &Adder<'_>) -> Result<Self, prometheus::Error> {
        Ok(Self {
            behind: add.gauges(
                "portcullis_audit_sink_behind",
                "Records of the audit log that a sink does not have yet.",
                &["sink"],
            )?,
            late: add.gauges(
                "portcullis_audit_sink_late",
                "1 while a sink is more than its `lag_limit` behind.",
                &["sink"],
            )?,
            failures: add.counters(
                "portcullis_audit_sink_failures_total",
                "Attempts to hand records on that failed.",
                &["sink"],
            )?,
            delivered: add.gauges(
                "portcullis_audit_sink_delivered_timestamp_seconds",
                "When a sink last took records.",
                &["sink"],
            )?,
            troubles: Troubles::default(),
            pruned: add.counter(
                "portcullis_audit_records_pruned_total",
                "Records of the audit log that were removed as too old.",
            )?,
        })
    }

    /// Notes how far behind a sink is, and whether that is too far.
    pub fn behind(&self, sink: &str, records: u64, lag: Lag) {
        let records = i64::try_from(records).unwrap_or(i64::MAX);
        self.behind.with_label_values(&[sink]).set(records);
        self.late.with_label_values(&[sink]).set((lag == Lag::TooFar).into());
        self.failures.with_label_values(&[sink]).inc_by(0);
    }

    /// Counts an attempt that failed.
    pub fn failed(&self, sink: &str, trouble: Trouble) {
        self.troubles.note(sink, trouble);
        self.failures.with_label_values(&[sink]).inc();
    }

    /// Notes that a sink took records.
    pub fn delivered(&self, sink: &str, now: Timestamp) {
        self.troubles.forget(sink);
        let now = i64::try_from(now.secs()).unwrap_or(i64::MAX);
        self.delivered.with_label_values(&[sink]).set(now);
    }

    /// Forgets what was noted of a sink: it is another from now on, or none.
    pub fn forget_sink(&self, sink: &str) {
        self.troubles.forget(sink);
        for series in [&self.behind, &self.late, &self.delivered] {
            // Of one that was never reached there is nothing.
            drop(series.remove_label_values(&[sink]));
        }
    }

    /// Counts records that were removed.
    pub fn pruned(&self, records: u64) {
        self.pruned.inc_by(records);
    }
}
