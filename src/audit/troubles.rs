//! What keeps sinks from taking records, as long as it does: for whoever asks how they get on.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use serde::Deserialize;
use serde::Serialize;

use crate::clock::Timestamp;

/// What keeps a sink from taking records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// When it was last found.
    pub at: Timestamp,
    /// What it is.
    pub why: String,
    /// The record, where one alone was not taken; none: there were several.
    pub record: Option<u64>,
}

/// Of each sink.
#[derive(Clone, Debug, Default)]
pub struct Troubles(Arc<Mutex<BTreeMap<String, Trouble>>>);

impl Troubles {
    /// Notes what keeps this sink from taking records.
    pub fn note(&self, sink: &str, trouble: Trouble) {
        self.0.lock().insert(sink.to_owned(), trouble);
    }

    /// It takes records again, or there is none of this name any more.
    pub fn forget(&self, sink: &str) {
        self.0.lock().remove(sink);
    }

    /// What keeps this sink from taking records; none: nothing that is known.
    #[must_use]
    pub fn of(&self, sink: &str) -> Option<Trouble> {
        self.0.lock().get(sink).cloned()
    }
}
