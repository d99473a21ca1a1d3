//! The identity assertion: what a console is told about the person behind a request, signed.

use std::time::Duration;

/// What the operator decides about assertions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `iss`; none: the origin of the first site.
    pub issuer: Option<String>,
    /// From `iat` to `exp`; 10 s to 60 s.
    pub lifetime: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            issuer: None,
            lifetime: Duration::from_mins(1),
        }
    }
}
