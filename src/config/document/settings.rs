//! The file's settings that are about the gateway as a whole.

use schemars::JsonSchema;
use serde::Deserialize;

use super::enforcement::Allowed;
use super::enforcement::RecoveryCodesSection;
use super::messages::EmailCodesSection;
use super::messages::SmsCodesSection;
use super::passkeys::PasskeysSection;
use super::scalar::Size;
use super::scalar::Span;
use crate::authenticator::backup_code::Reveal;
use crate::session::IdleCounts;
use crate::session::device::Approval;

/// The second factors people may use.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with keys such as `totp`, `passkeys`")]
pub(in crate::config) struct AuthenticatorsSection {
    /// Codes from an authenticator app.
    pub(in crate::config) totp: Option<TotpSection>,
    /// Passkeys and security keys (WebAuthn).
    pub(in crate::config) passkeys: Option<PasskeysSection>,
    /// The ten codes a person keeps for emergencies.
    pub(in crate::config) backup_codes: Option<BackupCodesSection>,
    /// Codes by e-mail.
    pub(in crate::config) email: Option<EmailCodesSection>,
    /// Codes by SMS.
    pub(in crate::config) sms: Option<SmsCodesSection>,
    /// Browsers that stand for the second factor for a while, where their owners ask for it.
    pub(in crate::config) remembered_devices: Option<RememberedDevicesSection>,
    /// Browsers that routes can ask for (`device: verified`).
    pub(in crate::config) verified_devices: Option<VerifiedDevicesSection>,
    /// Codes that are issued to people who have lost everything else.
    pub(in crate::config) recovery_codes: Option<RecoveryCodesSection>,
    /// The kinds that people may use: a list, or `phishing_resistant`. Default: all that are set up here.
    pub(in crate::config) allowed: Option<Allowed>,
    /// Which of them a person is asked for first, of those they have; the others follow, strongest first. Default: the
    /// passkey or app that was last used.
    #[schemars(length(min = 1))]
    pub(in crate::config) order: Option<Vec<Option<String>>>,
}

/// Browsers that stand for the second factor for a while, where their owners ask for it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `enabled`, `lifetime`")]
pub(in crate::config) struct RememberedDevicesSection {
    /// Whether people may ask for it.
    #[schemars(extend("default" = false))]
    pub(in crate::config) enabled: Option<bool>,
    /// For how long, counted from the day it was asked for; 1h to 90d.
    #[schemars(extend("default" = "30d"))]
    pub(in crate::config) lifetime: Option<Span>,
}

/// Browsers that routes can ask for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `approval`, `lifetime`")]
pub(in crate::config) struct VerifiedDevicesSection {
    /// Who must agree to one: nobody, or an operator.
    #[schemars(extend("default" = "none"))]
    pub(in crate::config) approval: Option<Approval>,
    /// For how long it is one; 1h to 730d.
    #[schemars(extend("default" = "365d"))]
    pub(in crate::config) lifetime: Option<Span>,
}

/// Codes from an authenticator app.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the key `issuer`")]
pub(in crate::config) struct TotpSection {
    /// The name the app shows; at most 60 characters, no colon. Default: `branding.name`.
    #[schemars(extend("default" = "Portcullis"))]
    pub(in crate::config) issuer: Option<String>,
}

/// The ten codes a person keeps for emergencies.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `enabled`, `reveal`")]
pub(in crate::config) struct BackupCodesSection {
    /// Whether there are any: made with the first second factor, and proof of a sign-in.
    #[schemars(extend("default" = true))]
    pub(in crate::config) enabled: Option<bool>,
    /// Whether they are shown once only, or again after a fresh proof.
    #[schemars(extend("default" = "once"))]
    pub(in crate::config) reveal: Option<Reveal>,
}

/// How long a sign-in lasts.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with keys such as `idle`, `absolute`")]
pub(in crate::config) struct SessionsSection {
    /// It ends after this long without activity; 1s to 1h, not more than `absolute`.
    #[schemars(extend("default" = "30m"))]
    pub(in crate::config) idle: Option<Span>,
    /// It ends this long after sign-in, whatever happens; 1s to 24h.
    #[schemars(extend("default" = "12h"))]
    pub(in crate::config) absolute: Option<Span>,
    /// What keeps it from idling out: what a person does, or any request.
    #[schemars(extend("default" = "activity"))]
    pub(in crate::config) idle_counts: Option<IdleCounts>,
}

/// The signed statement about the person that every console receives.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `issuer`, `lifetime`")]
pub(in crate::config) struct AssertionSection {
    /// `iss` of every assertion, an http or https URL; default: the origin of the first site.
    pub(in crate::config) issuer: Option<String>,
    /// How long one is valid; 10s to 60s.
    #[schemars(extend("default" = "60s"))]
    pub(in crate::config) lifetime: Option<Span>,
}

/// Where the gateway keeps its data; relative to the directory of this file.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `path`, `keys`, `run`")]
pub(in crate::config) struct StoreSection {
    /// Directory of the database.
    #[schemars(extend("default" = "data/store"))]
    pub(in crate::config) path: Option<String>,
    /// Directory of the keys; not inside `path`, so that a copy of the database opens nothing.
    #[schemars(extend("default" = "data/keys"))]
    pub(in crate::config) keys: Option<String>,
    /// Directory of the control socket.
    #[schemars(extend("default" = "data/run"))]
    pub(in crate::config) run: Option<String>,
}

/// What is logged, and where to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `level`, `access`")]
pub(in crate::config) struct LogSection {
    /// The least important messages that are written.
    #[schemars(extend("default" = "info"))]
    pub(in crate::config) level: Option<LogLevel>,
    /// Where the line for every request goes: `stderr`, `off`, or the path of a file.
    #[schemars(extend("default" = "stderr"))]
    pub(in crate::config) access: Option<String>,
}

/// How important a message must be to be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// Only what needs somebody.
    Error,
    /// What may soon need somebody.
    Warn,
    /// What happens.
    #[default]
    Info,
    /// What helps to find a fault.
    Debug,
    /// Everything.
    Trace,
}

/// How the gateway's own pages present themselves.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with keys such as `name`, `support`")]
pub(in crate::config) struct BrandingSection {
    /// The name on every page; at most 60 characters.
    #[schemars(extend("default" = "Portcullis"))]
    pub(in crate::config) name: Option<String>,
    /// The picture beside the name: a PNG, SVG or WebP file of at most 64 KiB. Default: a portcullis.
    pub(in crate::config) logo: Option<String>,
    /// Colours in which text can be read.
    pub(in crate::config) colours: Option<ColoursSection>,
    /// Whom to ask for help, in a sentence; at most 200 characters.
    pub(in crate::config) support: Option<String>,
    /// The languages people may read the pages in, the first for whoever wants none of them: `en`, `de`, `fr`, `es`,
    /// `ja`. Default: all of them.
    pub(in crate::config) languages: Option<Vec<String>>,
    /// Path prefix of every page of the gateway: one or two segments.
    #[schemars(extend("default" = "/.portcullis"))]
    pub(in crate::config) path_prefix: Option<String>,
}

/// Colours in which text can be read.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `accent`, `accent_dark`")]
pub(in crate::config) struct ColoursSection {
    /// Links and buttons on a light page, such as `"#2450c4"`: at least 4.5:1 to what is behind them.
    pub(in crate::config) accent: Option<String>,
    /// The same on a dark page.
    pub(in crate::config) accent_dark: Option<String>,
}

/// Limits on connections and requests.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with keys such as `head_bytes`")]
pub(in crate::config) struct LimitsSection {
    /// Request line and headers together; 4KiB to 256KiB.
    #[schemars(extend("default" = "32KiB"))]
    pub(in crate::config) head_bytes: Option<Size>,
    /// Header lines of a request; 16 to 256.
    #[schemars(range(min = 16, max = 256), extend("default" = 100))]
    pub(in crate::config) header_count: Option<u64>,
    /// Path and query of a request; 1KiB to 64KiB, not more than `head_bytes`.
    #[schemars(extend("default" = "8KiB"))]
    pub(in crate::config) target_bytes: Option<Size>,
    /// From the first byte of a request's head to its last; 1s to 60s.
    #[schemars(extend("default" = "10s"))]
    pub(in crate::config) head_timeout: Option<Span>,
    /// How long a connection may wait for its next request; 1s to 1h.
    #[schemars(extend("default" = "75s"))]
    pub(in crate::config) keepalive: Option<Span>,
    /// For a TLS handshake; 1s to 60s.
    #[schemars(extend("default" = "10s"))]
    pub(in crate::config) handshake_timeout: Option<Span>,
    /// A form sent to a page of the gateway; 4KiB to 1MiB.
    #[schemars(extend("default" = "64KiB"))]
    pub(in crate::config) form_bytes: Option<Size>,
    /// One header line; 1KiB to 64KiB.
    #[schemars(extend("default" = "8KiB"))]
    pub(in crate::config) line_bytes: Option<Size>,
    /// A body that is forwarded to a console; 1KiB to 1048576MiB. Default: any size.
    pub(in crate::config) body_bytes: Option<Size>,
    /// Bytes per second that a client must send of a body; 0 to 1MiB, 0 for any.
    #[schemars(extend("default" = 256))]
    pub(in crate::config) body_rate: Option<Size>,
    /// Bytes per second that a client must read of an answer; 0 to 1MiB, 0 for any.
    #[schemars(extend("default" = 256))]
    pub(in crate::config) answer_rate: Option<Size>,
    /// How far a client may fall behind these rates, and how long it may be silent; 1s to 10m.
    #[schemars(extend("default" = "60s"))]
    pub(in crate::config) slow_grace: Option<Span>,
    /// Requests of one connection, which is closed after them; 1 to 1000000.
    #[schemars(range(min = 1, max = 1_000_000), extend("default" = 10_000))]
    pub(in crate::config) requests_per_connection: Option<u64>,
    /// WebSockets and event streams of one session at once; 1 to 10000.
    #[schemars(range(min = 1, max = 10_000), extend("default" = 64))]
    pub(in crate::config) streams_per_session: Option<u64>,
    /// What an HTTP/2 client may do on one connection.
    pub(in crate::config) http2: Option<Http2Section>,
    /// Threads that serve requests; 1 to 1024. Default: one per core.
    #[schemars(range(min = 1, max = 1024))]
    pub(in crate::config) threads: Option<u64>,
    /// How long requests may take to finish when the gateway stops; 0s to 1h.
    #[schemars(extend("default" = "30s"))]
    pub(in crate::config) drain: Option<Span>,
}

/// What an HTTP/2 client may do on one connection.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with keys such as `streams`")]
pub(in crate::config) struct Http2Section {
    /// Requests at once; 1 to 1000.
    #[schemars(range(min = 1, max = 1000), extend("default" = 100))]
    pub(in crate::config) streams: Option<u64>,
    /// Bytes of one body that may be under way; 64KiB to 16MiB.
    #[schemars(extend("default" = "1MiB"))]
    pub(in crate::config) stream_window: Option<Size>,
    /// Bytes of all bodies together that may be under way; 64KiB to 64MiB.
    #[schemars(extend("default" = "4MiB"))]
    pub(in crate::config) connection_window: Option<Size>,
    /// Requests it may take back before they are looked at, until it is a flood; 1 to 1000.
    #[schemars(range(min = 1, max = 1000), extend("default" = 20))]
    pub(in crate::config) resets: Option<u64>,
}
