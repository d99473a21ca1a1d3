//! The series of geography databases.

use std::time::Duration;

use prometheus::IntCounterVec;
use prometheus::IntGaugeVec;
use prometheus::core::Collector;
use prometheus::proto::Metric;
use prometheus::proto::MetricFamily;

use super::Adder;
use super::health::Working;
use crate::geo::Kind;

/// How the databases are.
#[derive(Clone, Debug)]
pub struct GeographyMetrics {
    loads: IntCounterVec,
    decides: IntGaugeVec,
    current: IntGaugeVec,
    age: IntGaugeVec,
}

/// What is in a database's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDisk {
    /// The database in use.
    InUse,
    /// Something else, or nothing.
    Another,
}

/// How a configured database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseState {
    /// Whether it is good and not too old.
    pub decides: bool,
    /// What is in its file.
    pub file: OnDisk,
    /// How long ago the one in use was built; none without one.
    pub age: Option<Duration>,
}

/// What each series says, by its one label.
fn values(series: &IntGaugeVec) -> Vec<(String, i64)> {
    let families = series.collect();
    let metrics = families.iter().flat_map(MetricFamily::get_metric);
    let value = |metric: &Metric| {
        let name = metric.get_label().first()?.value().to_owned();
        #[expect(clippy::cast_possible_truncation, reason = "it was a whole number")]
        let value = metric.get_gauge().get_value() as i64;
        Some((name, value))
    };
    metrics.filter_map(value).collect()
}

impl GeographyMetrics {
    pub(super) fn new(add: &Adder<'_>) -> Result<Self, prometheus::Error> {
        Ok(Self {
            loads: add.counters(
                "portcullis_geo_database_loads_total",
                "Geography databases read, by what they are for and outcome.",
                &["database", "outcome"],
            )?,
            decides: add.gauges(
                "portcullis_geo_database_decides",
                "1 while there is a good database that is not too old; else places are unknown.",
                &["database"],
            )?,
            current: add.gauges(
                "portcullis_geo_database_current",
                "1 while the database in use is the one in its file.",
                &["database"],
            )?,
            age: add.gauges(
                "portcullis_geo_database_age_seconds",
                "How long ago the database in use was built.",
                &["database"],
            )?,
        })
    }

    /// The configured ones: by name, whether they decide, and how old they are in seconds.
    pub(super) fn databases(&self) -> Vec<(String, Working, Option<u64>)> {
        let (decides, ages) = (values(&self.decides), values(&self.age));
        let age_of = |name: &str| ages.iter().find(|(other, _)| other == name).map(|(_, age)| *age);
        let one = |(name, decides): (String, i64)| {
            let age = age_of(&name).and_then(|age| u64::try_from(age).ok());
            (name, Working::from(decides == 1), age)
        };
        decides.into_iter().map(one).collect()
    }

    /// Counts a database that was read.
    pub fn loaded(&self, kind: Kind, accepted: &Result<(), ()>) {
        let outcome = if accepted.is_ok() { "accepted" } else { "refused" };
        self.loads.with_label_values(&[kind.name(), outcome]).inc();
    }

    /// Notes how a database is; none: it is not configured.
    pub fn note(&self, kind: Kind, state: Option<&DatabaseState>) {
        let name = [kind.name()];
        let set = |series: &IntGaugeVec, value: Option<i64>| match value {
            Some(value) => series.with_label_values(&name).set(value),
            None => drop(series.remove_label_values(&name)),
        };
        set(&self.decides, state.map(|state| state.decides.into()));
        set(&self.current, state.map(|state| (state.file == OnDisk::InUse).into()));
        let age = state.and_then(|state| state.age).map(|age| age.as_secs());
        set(&self.age, age.map(|age| i64::try_from(age).unwrap_or(i64::MAX)));
    }
}
