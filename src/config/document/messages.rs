//! The file's settings for messages to people.

use schemars::JsonSchema;
use serde::Deserialize;

use super::scalar::Span;
use crate::config::secret_source::SecretSource;
use crate::courier::mail::Tls;

/// E-mail.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `smtp`, `from`, `reply_to`")]
pub(in crate::config) struct MailSection {
    /// The mail server.
    #[schemars(required)]
    pub(in crate::config) smtp: Option<SmtpSection>,
    /// Who letters come from: an address, or a name and an address, as `Console <no-reply@example.com>`.
    #[schemars(required)]
    pub(in crate::config) from: Option<String>,
    /// Where answers go.
    pub(in crate::config) reply_to: Option<String>,
}

/// The mail server.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with keys such as `host`, `username`")]
pub(in crate::config) struct SmtpSection {
    /// Its name, which is also the one in its certificate.
    #[schemars(required)]
    pub(in crate::config) host: Option<String>,
    /// Its port; 1 to 65535. Default: 587, with `implicit` 465, with `none_on_loopback` 25.
    #[schemars(range(min = 1, max = 65_535))]
    pub(in crate::config) port: Option<u64>,
    /// `required`: the connection rises to TLS before anything else is said (STARTTLS), or nothing is sent.
    /// `implicit`: TLS from the first byte. `none_on_loopback`: none, to a server on this machine.
    #[schemars(extend("default" = "required"))]
    pub(in crate::config) tls: Option<Tls>,
    /// PEM file of the authorities that may have signed its certificate. Default: those that browsers know.
    pub(in crate::config) ca_file: Option<String>,
    /// The name to sign in with.
    pub(in crate::config) username: Option<String>,
    /// The password to sign in with.
    pub(in crate::config) password: Option<SecretSource>,
    /// For each step of a delivery; 1s to 1m.
    #[schemars(extend("default" = "10s"))]
    pub(in crate::config) timeout: Option<Span>,
}

/// Text messages, through the HTTP interface of a gateway.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with keys such as `url`, `prefixes`")]
pub(in crate::config) struct SmsSection {
    /// Where messages are posted to: https, or http to this machine.
    #[schemars(required)]
    pub(in crate::config) url: Option<String>,
    /// What is posted.
    #[schemars(extend("default" = "generic"))]
    pub(in crate::config) template: Option<TemplateWord>,
    /// With `template: json` or `form` the body, with `{to}`, `{text}`, `{from}` and `{id}` in it.
    pub(in crate::config) body: Option<String>,
    /// Who messages come from, as the gateway wants it: a number or a name.
    pub(in crate::config) from: Option<String>,
    /// Further headers, such as `Authorization` with the gateway's key.
    pub(in crate::config) headers: Option<Vec<Option<MessageHeaderSection>>>,
    /// What requests are signed with (HMAC-SHA256); at least 16 characters.
    pub(in crate::config) secret: Option<SecretSource>,
    /// PEM file of the authorities that may have signed its certificate. Default: those that browsers know.
    pub(in crate::config) ca_file: Option<String>,
    /// Beginnings of the numbers that messages go to, such as `+49`. Nothing is sent to any other.
    #[schemars(required)]
    pub(in crate::config) prefixes: Option<Vec<Option<String>>>,
    /// For a whole exchange; 1s to 1m.
    #[schemars(extend("default" = "10s"))]
    pub(in crate::config) timeout: Option<Span>,
}

/// A header of requests to the SMS gateway.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `name`, `value`")]
pub(in crate::config) struct MessageHeaderSection {
    /// The name of the header, such as `Authorization`.
    #[schemars(required)]
    pub(in crate::config) name: Option<String>,
    /// The value of the header.
    #[schemars(required)]
    pub(in crate::config) value: Option<SecretSource>,
}

/// The form of what is posted to an SMS gateway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum TemplateWord {
    /// JSON with `to`, `from`, `text` and `id`.
    #[default]
    Generic,
    /// Twilio's form.
    Twilio,
    /// JSON of Vonage's Messages API.
    Vonage,
    /// `MessageBird`'s JSON.
    Messagebird,
    /// Bird's JSON.
    Bird,
    /// JSON of your own, in `body`.
    Json,
    /// A form of your own, in `body`.
    Form,
}

/// Codes by e-mail.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with keys such as `enabled`, `own_address`")]
pub(in crate::config) struct EmailCodesSection {
    /// Whether codes by e-mail are a second factor. They never reach AAL2 (NIST SP 800-63B-4 §3.1.3.1).
    #[schemars(extend("default" = false))]
    pub(in crate::config) enabled: Option<bool>,
    /// Whether people may enter an address of their own; else an operator sets it.
    #[schemars(extend("default" = false))]
    pub(in crate::config) own_address: Option<bool>,
    /// Digits of a code; 6 to 8.
    #[schemars(range(min = 6, max = 8), extend("default" = 6))]
    pub(in crate::config) digits: Option<u64>,
    /// Codes for one account in a day; 1 to 1000.
    #[schemars(range(min = 1, max = 1000), extend("default" = 20))]
    pub(in crate::config) daily_per_account: Option<u64>,
    /// Codes for all accounts in a day; 1 to 1000000.
    #[schemars(range(min = 1, max = 1_000_000), extend("default" = 5000))]
    pub(in crate::config) daily: Option<u64>,
}

/// Codes by SMS.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with keys such as `enabled`, `own_number`")]
pub(in crate::config) struct SmsCodesSection {
    /// Whether codes by SMS are a second factor: a restricted one (NIST SP 800-63B-4 §3.2.9).
    #[schemars(extend("default" = false))]
    pub(in crate::config) enabled: Option<bool>,
    /// Whether people may enter a number of their own; else an operator sets it.
    #[schemars(extend("default" = false))]
    pub(in crate::config) own_number: Option<bool>,
    /// Digits of a code; 6 to 8.
    #[schemars(range(min = 6, max = 8), extend("default" = 6))]
    pub(in crate::config) digits: Option<u64>,
    /// Codes for one account in a day; 1 to 1000.
    #[schemars(range(min = 1, max = 1000), extend("default" = 10))]
    pub(in crate::config) daily_per_account: Option<u64>,
    /// Codes to all numbers with one of the beginnings in `sms.prefixes` in a day; 1 to 1000000.
    #[schemars(range(min = 1, max = 1_000_000), extend("default" = 1000))]
    pub(in crate::config) daily_per_prefix: Option<u64>,
    /// Codes for all accounts in a day; 1 to 1000000.
    #[schemars(range(min = 1, max = 1_000_000), extend("default" = 1000))]
    pub(in crate::config) daily: Option<u64>,
}
