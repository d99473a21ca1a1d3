//! The file's `client_certificates`.

use schemars::JsonSchema;
use serde::Deserialize;

/// A program that is known by its certificate. One of these in a certificate makes it this program's.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with keys such as `dns`, `fingerprint`")]
pub(in crate::config) struct ClientSection {
    /// DNS names among its alternative names, exactly.
    pub(in crate::config) dns: Option<Vec<Option<String>>>,
    /// URIs among its alternative names, exactly, such as SPIFFE ids.
    pub(in crate::config) uri: Option<Vec<Option<String>>>,
    /// Common names of its subject, exactly; for authorities that write no alternative names.
    pub(in crate::config) common_name: Option<Vec<Option<String>>>,
    /// SHA-256 of the whole certificate, in hexadecimal.
    pub(in crate::config) fingerprint: Option<Vec<Option<String>>>,
}
