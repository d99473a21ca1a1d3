//! The file's settings for the audit log.

use schemars::JsonSchema;
use serde::Deserialize;

use super::scalar::Span;
use crate::audit_sink::OnLag;
use crate::audit_sink::Selection;
use crate::config::secret_source::SecretSource;

/// The audit log: who gets its records as they are written, and how long they stay.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `sinks`, `keep`")]
pub(in crate::config) struct AuditSection {
    /// Who gets records as they are written; at most 8.
    #[schemars(length(min = 1, max = 8))]
    pub(in crate::config) sinks: Option<Vec<Option<SinkSection>>>,
    /// How long records stay, counted in whole days (UTC); 1d to 3650d. They go when every sink has them and, unless
    /// one of the sinks gets all and answers (a file, a webhook), they were exported. Default: they stay.
    pub(in crate::config) keep: Option<Span>,
}

/// One that gets records: with exactly one of `file`, `syslog`, `webhook`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    expecting = "a mapping with `name` and one of `file`, `syslog`, `webhook`"
)]
pub(in crate::config) struct SinkSection {
    /// Its name: how far it has got is kept under it. Lower-case letters, digits and hyphens; at most 32.
    #[schemars(required, regex(pattern = r"^[a-z0-9-]{1,32}$"))]
    pub(in crate::config) name: Option<String>,
    /// A file that records are appended to, a line of JSON each.
    pub(in crate::config) file: Option<String>,
    /// A receiver of syslog (RFC 5424).
    pub(in crate::config) syslog: Option<SyslogSection>,
    /// An address that records are posted to.
    pub(in crate::config) webhook: Option<WebhookSection>,
    /// Which records: all, or those that owners watch over.
    #[schemars(extend("default" = "all"))]
    pub(in crate::config) records: Option<Selection>,
    /// What happens when it is more than `lag_limit` records behind: a warning, or sign-ins, and acts that give rights, are
    /// refused.
    #[schemars(extend("default" = "warn"))]
    pub(in crate::config) on_lag: Option<OnLag>,
    /// How many records it may be behind; 1 to 1000000.
    #[schemars(range(min = 1, max = 1_000_000), extend("default" = 1000))]
    pub(in crate::config) lag_limit: Option<u64>,
}

/// A receiver of syslog.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the key `address`")]
pub(in crate::config) struct SyslogSection {
    /// Where it is: `unix:///dev/log`, `udp://HOST:514`, `tcp://HOST:601`, or `tls://HOST:6514`.
    #[schemars(required)]
    pub(in crate::config) address: Option<String>,
    /// PEM file of the authorities that may have signed its certificate; required with `tls://`.
    pub(in crate::config) ca_file: Option<String>,
    /// For connecting and handing over all of what goes at once; 1s to 1m.
    #[schemars(extend("default" = "10s"))]
    pub(in crate::config) timeout: Option<Span>,
}

/// An address that records are posted to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `url`, `secret`")]
pub(in crate::config) struct WebhookSection {
    /// The address: https, or http to this machine.
    #[schemars(required)]
    pub(in crate::config) url: Option<String>,
    /// What requests are signed with (HMAC-SHA256); at least 16 characters.
    #[schemars(required)]
    pub(in crate::config) secret: Option<SecretSource>,
    /// PEM file of the authorities that may have signed its certificate. Default: those that browsers know.
    pub(in crate::config) ca_file: Option<String>,
    /// For a whole exchange; 1s to 1m.
    #[schemars(extend("default" = "10s"))]
    pub(in crate::config) timeout: Option<Span>,
}
