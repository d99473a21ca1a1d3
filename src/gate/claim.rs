//! Which paths are the gateway's own.

use super::Snapshot;
use crate::canonical::CanonicalPath;

impl Snapshot {
    /// Whether a path is one of the built-in pages', in any spelling a person or server could take for
    /// it: such a path never reaches the console.
    pub(super) fn portal_claims(&self, path: &CanonicalPath) -> PathClaim {
        let begins = |segments: &[String]| {
            segments.len() >= self.prefix.len()
                && segments.iter().zip(&self.prefix).all(|(a, b)| a.eq_ignore_ascii_case(b))
        };
        if begins(path.segments()) {
            PathClaim::Ours
        } else if path.other_readings().iter().any(|reading| begins(reading)) {
            PathClaim::Ambiguous
        } else {
            PathClaim::NotOurs
        }
    }
}

/// Whose a path is.
pub(super) enum PathClaim {
    /// One of the built-in pages'.
    Ours,
    /// The console's.
    NotOurs,
    /// Either's, depending on who reads it.
    Ambiguous,
}
