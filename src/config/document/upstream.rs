//! The file's `sites[].upstream` in its long form.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;
use schemars::json_schema;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error;
use serde::de::Unexpected;
use serde::de::Visitor;

use super::CertificateEntry;
use super::scalar::Size;
use super::scalar::Span;
use crate::config::secret_source::SecretSource;

/// A console's addresses and how to speak to it. One of `url` and `urls`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a URL, or a mapping with the key `url` or `urls`")]
#[schemars(extend("oneOf" = [{ "required": ["url"] }, { "required": ["urls"] }]))]
pub(in crate::config) struct UpstreamSection {
    /// Scheme, host and port, such as `https://10.0.0.5:8443`; no path. A name that stands for several
    /// addresses stands for all of them, and is looked up again every 15 seconds.
    pub(in crate::config) url: Option<String>,
    /// Several of them, all with one scheme: the same console in several places.
    #[schemars(length(min = 1, max = 64))]
    pub(in crate::config) urls: Option<Vec<Option<String>>>,
    /// How requests are spread over several addresses.
    #[schemars(extend("default" = "round_robin"))]
    pub(in crate::config) balance: Option<BalanceWord>,
    /// The name in the console's certificate; default: the host of each URL. Needed when that is an
    /// address.
    pub(in crate::config) server_name: Option<String>,
    /// PEM file of the authorities to trust for this console; default: those of the system.
    pub(in crate::config) ca_file: Option<String>,
    /// How the console's certificate is judged.
    #[schemars(extend("default" = "full"))]
    pub(in crate::config) verify: Option<Verify>,
    /// What the gateway shows a console that asks for a certificate.
    pub(in crate::config) client_certificate: Option<CertificateEntry>,
    /// Which HTTP the console speaks.
    #[schemars(extend("default" = "http1"))]
    pub(in crate::config) protocol: Option<ProtocolWord>,
    /// How often a request is sent again that may be: one that found no connection, or one without side
    /// effects whose connection turned out to be closed; 0 to 3.
    #[schemars(range(min = 0, max = 3), extend("default" = 1))]
    pub(in crate::config) retries: Option<u64>,
    /// When an address that fails is left alone for a while.
    pub(in crate::config) ejection: Option<EjectionSection>,
    /// Requests of the gateway's own that find out whether an address works; default: none.
    pub(in crate::config) health: Option<HealthSection>,
    /// A header that only the gateway and the console know, set on every request of this site: the
    /// console can refuse what did not come through the gateway.
    pub(in crate::config) secret_header: Option<SecretHeaderSection>,
    /// For a connection, TLS included; 1s to 60s.
    #[schemars(extend("default" = "5s"))]
    pub(in crate::config) connect_timeout: Option<Span>,
    /// For the console to go on sending, between two pieces; 1s to 24h.
    #[schemars(extend("default" = "60s"))]
    pub(in crate::config) read_timeout: Option<Span>,
    /// For the console to go on receiving, between two pieces; 1s to 24h.
    #[schemars(extend("default" = "60s"))]
    pub(in crate::config) write_timeout: Option<Span>,
    /// How long an unused connection is kept; shorter than the console keeps it; 1s to 1h.
    #[schemars(extend("default" = "30s"))]
    pub(in crate::config) idle_timeout: Option<Span>,
    /// After how long a silence the system asks whether the console still lives; 10s to 2h.
    #[schemars(extend("default" = "60s"))]
    pub(in crate::config) tcp_keepalive: Option<Span>,
    /// Longest head of an answer, and longest trailers; 4KiB to 1MiB.
    #[schemars(extend("default" = "64KiB"))]
    pub(in crate::config) answer_head_bytes: Option<Size>,
}

/// How a console's certificate is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum Verify {
    /// Issuer, name and validity must be right.
    #[default]
    Full,
    /// Not at all: anybody between gateway and console can read and change everything.
    InsecureSkipVerify,
}

/// How requests are spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum BalanceWord {
    /// One after the other.
    #[default]
    RoundRobin,
    /// To the address with the fewest requests under way.
    LeastConnections,
}

/// Which HTTP a console speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum ProtocolWord {
    /// HTTP/1.1.
    #[default]
    Http1,
    /// HTTP/2 alone, as gRPC needs it; with an http URL without any negotiation.
    Http2,
    /// What the console chooses in the TLS handshake. Needs an https URL.
    Auto,
}

/// When an address that fails is left alone: on failed connections, broken answers, and answers with the
/// status 502, 503 or 504. The last address in use never is.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `after`, `time`, `longest`")]
pub(in crate::config) struct EjectionSection {
    /// After so many failures in a row; 1 to 1000.
    #[schemars(range(min = 1, max = 1000), extend("default" = 5))]
    pub(in crate::config) after: Option<u64>,
    /// For so long at first, twice as long each further time; 1s to 1h.
    #[schemars(extend("default" = "10s"))]
    pub(in crate::config) time: Option<Span>,
    /// Never longer than this; `time` to 24h.
    #[schemars(extend("default" = "5m"))]
    pub(in crate::config) longest: Option<Span>,
}

/// Requests that find out whether an address works, sent with the site's public host.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the key `path`")]
pub(in crate::config) struct HealthSection {
    /// Path and query to ask for, such as `/healthz`.
    #[schemars(required, regex(pattern = r"^/[!-~]*$"))]
    pub(in crate::config) path: Option<String>,
    /// How to ask.
    #[schemars(extend("default" = "GET"))]
    pub(in crate::config) method: Option<CheckMethod>,
    /// From one check to the next; 1s to 1h.
    #[schemars(extend("default" = "10s"))]
    pub(in crate::config) interval: Option<Span>,
    /// For connection, TLS and the head of the answer together; 1s to 60s.
    #[schemars(extend("default" = "3s"))]
    pub(in crate::config) timeout: Option<Span>,
    /// Checks in a row that bring an address back; 1 to 100.
    #[schemars(range(min = 1, max = 100), extend("default" = 2))]
    pub(in crate::config) healthy_after: Option<u64>,
    /// Checks in a row that take an address out; 1 to 100.
    #[schemars(range(min = 1, max = 100), extend("default" = 3))]
    pub(in crate::config) unhealthy_after: Option<u64>,
    /// Statuses that pass, such as `[200, 300-399]`.
    #[schemars(length(min = 1), extend("default" = ["200-399"]))]
    pub(in crate::config) expect: Option<Vec<Option<Statuses>>>,
}

/// How a check asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(in crate::config) enum CheckMethod {
    /// GET.
    #[default]
    Get,
    /// HEAD.
    Head,
}

/// A header that only the gateway and the console know.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `name` and `value`")]
pub(in crate::config) struct SecretHeaderSection {
    /// Its name, such as `X-Gateway-Key`. What clients send under it, in any spelling, is removed.
    #[schemars(required)]
    pub(in crate::config) name: Option<String>,
    /// Its value, at least 16 characters of visible ASCII.
    #[schemars(required)]
    pub(in crate::config) value: Option<SecretSource>,
}

/// A status, or a range of them.
#[derive(Clone, Copy, Debug)]
pub(in crate::config) struct Statuses(pub(in crate::config) u16, pub(in crate::config) u16);

impl<'de> Deserialize<'de> for Statuses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl Visitor<'_> for Words {
            type Value = Statuses;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a status from 200 to 599, or a range such as 200-299")
            }
            fn visit_u64<E: Error>(self, status: u64) -> Result<Statuses, E> {
                let found = Unexpected::Unsigned(status);
                let range = u16::try_from(status).ok().and_then(|status| range(status, status));
                range.ok_or_else(|| E::invalid_value(found, &self))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Statuses, E> {
                let three = |text: &str| (text.len() == 3).then(|| text.parse().ok()).flatten();
                let (from, to) = text.split_once('-').unwrap_or((text, text));
                let range = three(from).zip(three(to)).and_then(|(from, to)| range(from, to));
                range.ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(Words)
    }
}

fn range(from: u16, to: u16) -> Option<Statuses> {
    (from >= 200 && from <= to && to <= 599).then_some(Statuses(from, to))
}

impl JsonSchema for Statuses {
    fn schema_name() -> Cow<'static, str> {
        "Statuses".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["integer", "string"],
            "minimum": 200,
            "maximum": 599,
            "pattern": "^[2-5][0-9]{2}(-[2-5][0-9]{2})?$",
            "description": "A status from 200 to 599, or a range such as 200-299."
        })
    }
}
