//! The series of what is done in the administration.

use prometheus::IntCounterVec;

use super::Adder;
use crate::authority::Act;

/// What was done, and in which way. Labels are words of the gateway's.
#[derive(Clone, Debug)]
pub struct Acts(IntCounterVec);

impl Acts {
    pub(super) fn new(add: &Adder<'_>) -> Result<Self, prometheus::Error> {
        add.counters(
            "portcullis_operator_acts_total",
            "Acts of the administration that were done, by the way in which they came.",
            &["act", "way"],
        )
        .map(Self)
    }

    /// Counts an act that was done.
    pub fn done(&self, act: Act, way: &'static str) {
        self.0.with_label_values(&[act.name(), way]).inc();
    }
}
