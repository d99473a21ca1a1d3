//! Series of named networks. Their labels are the names in the configuration in force.

use std::sync::Arc;

use parking_lot::Mutex;
use prometheus::IntGaugeVec;

use super::Adder;

/// How large each network is, and since when.
#[derive(Clone, Debug)]
pub(super) struct Networks {
    prefixes: IntGaugeVec,
    loaded: IntGaugeVec,
    /// Those that have series.
    names: Arc<Mutex<Vec<String>>>,
}

impl Networks {
    pub(super) fn new(add: &Adder<'_>) -> Result<Self, prometheus::Error> {
        Ok(Self {
            prefixes: add.gauges(
                "portcullis_network_prefixes",
                "How many networks a named network has, those of its lists included.",
                &["network"],
            )?,
            loaded: add.gauges(
                "portcullis_network_loaded_timestamp_seconds",
                "When a named network was last read, with all its lists.",
                &["network"],
            )?,
            names: Arc::default(),
        })
    }

    /// Notes what was read at `now`; networks that are not among these have no series any more.
    pub(super) fn loaded<'n>(&self, networks: impl Iterator<Item = (&'n str, usize)>, now: u64) {
        let mut names = self.names.lock();
        let earlier = std::mem::take(&mut *names);
        let now = i64::try_from(now).unwrap_or(i64::MAX);
        for (name, prefixes) in networks {
            let prefixes = i64::try_from(prefixes).unwrap_or(i64::MAX);
            self.prefixes.with_label_values(&[name]).set(prefixes);
            self.loaded.with_label_values(&[name]).set(now);
            names.push(name.to_owned());
        }
        for gone in earlier.iter().filter(|name| !names.contains(*name)) {
            for series in [&self.prefixes, &self.loaded] {
                // Nothing else takes series away, so it is there.
                drop(series.remove_label_values(&[gone.as_str()]));
            }
        }
    }
}
