//! How sure a proposal is of each of its parts.

use serde::Serialize;

/// How sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sure {
    /// The recordings show it, and the gateway's own code agrees.
    #[serde(rename = "sure")]
    Certain,
    /// They suggest it.
    Likely,
    /// It should be looked at.
    Unsure,
    /// So it does not work.
    Unusable,
}

impl Sure {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Certain => "sure",
            Self::Likely => "likely",
            Self::Unsure => "UNSURE",
            Self::Unusable => "DOES NOT WORK",
        }
    }
}

/// Something to know about one part of a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// The key that it is about.
    pub(super) part: &'static str,
    pub(super) sure: Sure,
    pub(super) text: String,
}

impl Finding {
    pub(super) fn new(part: &'static str, sure: Sure, text: impl Into<String>) -> Self {
        Self { part, sure, text: text.into() }
    }
}
