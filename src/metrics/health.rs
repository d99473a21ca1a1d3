//! How the gateway is, as its own metrics say it: for the overview.

use prometheus::core::Collector;
use prometheus::proto::MetricFamily;

use super::Metrics;
use super::SignInOutcome;
use super::day::Hour;
use super::day::Tally;
use super::day::sum;
use crate::clock::Timestamp;

/// How the gateway is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Whether the store answers.
    pub store: Working,
    /// Whether the running configuration is the one in the file.
    pub configuration: Working,
    /// Whether the certificates in use are the ones in their files.
    pub certificates: Working,
    /// When the certificate expires that does so first; none: there is none.
    pub next_certificate: Option<Timestamp>,
    /// When the present signing key was made.
    pub signing_key: Option<Timestamp>,
    /// When the service token expires that does so first.
    pub next_token: Option<Timestamp>,
    /// Geography databases by name: whether they decide, and how old they are in seconds.
    pub databases: Vec<(String, Working, Option<u64>)>,
    /// Notices that wait to be delivered.
    pub notices_waiting: u64,
}

/// Whether something is as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Working {
    /// It is.
    Yes,
    /// It is not.
    No,
}

impl From<bool> for Working {
    fn from(is_so: bool) -> Self {
        if is_so { Self::Yes } else { Self::No }
    }
}

fn moment(seconds: i64) -> Option<Timestamp> {
    u64::try_from(seconds).ok().filter(|seconds| *seconds > 0).map(Timestamp::from_secs)
}

impl Metrics {
    /// How the gateway is at this moment.
    #[must_use]
    pub fn health(&self) -> Health {
        let working = |gauge: &prometheus::IntGauge| Working::from(gauge.get() == 1);
        let waiting = self.messages.notices_waiting.get();
        Health {
            store: working(&self.store_healthy),
            configuration: working(&self.configuration_current),
            certificates: working(&self.certificates_current),
            next_certificate: self.next_certificate(),
            signing_key: moment(self.signing_key_created.get()),
            next_token: moment(self.service_token_expiry.get()),
            databases: self.geography.databases(),
            notices_waiting: u64::try_from(waiting).unwrap_or_default(),
        }
    }

    fn next_certificate(&self) -> Option<Timestamp> {
        let families = self.expiry.collect();
        let series = families.iter().flat_map(MetricFamily::get_metric);
        let expiries = series.map(|metric| metric.get_gauge().get_value());
        let first = expiries.fold(f64::INFINITY, f64::min);
        #[expect(clippy::cast_possible_truncation, reason = "a moment, in whole seconds")]
        let seconds = first.is_finite().then_some(first as i64);
        seconds.and_then(moment)
    }

    /// Takes note of what was counted until now, so that each hour of the last day can be told from the others.
    pub fn note_hour(&self, now: Timestamp) {
        self.day.note(now, self.tally());
    }

    /// What was counted in each hour of the last day, as far as this process knows.
    #[must_use]
    pub fn last_day(&self, now: Timestamp) -> Vec<Hour> {
        self.day.hours(now, self.tally())
    }

    fn tally(&self) -> Tally {
        let accepted = sum(&self.sign_ins, Some(("outcome", SignInOutcome::Accepted.name())));
        Tally {
            accepted,
            failed: sum(&self.sign_ins, None).saturating_sub(accepted),
            refused: sum(&self.refusals, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authenticator::AuthenticatorKind;
    use crate::policy::Refusal;

    #[test]
    fn the_last_day_counts_what_the_counters_count() {
        let metrics = Metrics::new().unwrap();
        let now = Timestamp::from_secs(1_800_000_000);
        metrics.note_hour(now);
        metrics.proof(AuthenticatorKind::Totp, SignInOutcome::Accepted);
        metrics.proof(AuthenticatorKind::Totp, SignInOutcome::Wrong);
        metrics.proof(AuthenticatorKind::Password, SignInOutcome::Throttled);
        metrics.refused(Refusal::UnknownHost);
        let hours = metrics.last_day(now);
        assert_eq!(hours.len(), 1);
        assert_eq!(hours[0].tally, Tally { accepted: 1, failed: 2, refused: 1 });
    }

    #[test]
    fn health_names_the_first_certificate_to_expire_and_what_does_not_work() {
        let metrics = Metrics::new().unwrap();
        assert_eq!(metrics.health().next_certificate, None);
        for (name, seconds) in [("one", 2_000_000_000), ("two", 1_900_000_000)] {
            metrics.certificate_expires(name, std::time::Duration::from_secs(seconds));
        }
        metrics.store_healthy.set(1);
        let health = metrics.health();
        assert_eq!(health.next_certificate, Some(Timestamp::from_secs(1_900_000_000)));
        assert_eq!((health.store, health.configuration), (Working::Yes, Working::No));
        assert_eq!((health.next_token, health.databases), (None, Vec::new()));
    }
}
