//! `networks` as it is written in full.

use schemars::JsonSchema;
use serde::Deserialize;

/// A named network: `include`, `files`, or both, without `except`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `include`, `files`, `except`")]
pub(in crate::config) struct NetworkSection {
    /// Networks in CIDR notation.
    #[schemars(length(min = 1))]
    pub(in crate::config) include: Option<Vec<Option<String>>>,
    /// Files with one network or address per line, `#` begins a comment. At most 64 MiB and 2000000 lines each.
    /// They are read again by themselves when they are replaced.
    #[schemars(length(min = 1))]
    pub(in crate::config) files: Option<Vec<Option<String>>>,
    /// Networks in CIDR notation that do not belong to it, whatever includes them.
    #[schemars(length(min = 1))]
    pub(in crate::config) except: Option<Vec<Option<String>>>,
}
