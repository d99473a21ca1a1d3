//! The file as it is written: a mirror in which everything may be absent. Its comments are the
//! descriptions of the JSON Schema, so they are written for operators.

pub(super) mod audit;
pub(super) mod clients;
pub(super) mod console;
pub(super) mod enforcement;
pub(super) mod geography;
pub(super) mod messages;
pub(super) mod network;
pub(super) mod passkeys;
pub(super) mod rules;
pub(super) mod scalar;
pub(super) mod settings;
pub(super) mod site;
pub(super) mod trusted_header;
pub(super) mod upstream;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use self::audit::AuditSection;
use self::clients::ClientSection;
use self::enforcement::EnforcementSection;
use self::geography::GeoSection;
use self::geography::PlaceSection;
use self::messages::MailSection;
use self::messages::SmsSection;
use self::network::NetworkSection;
use self::rules::ConnectionsSection;
use self::scalar::ListOr;
use self::scalar::OneOrMany;
use self::scalar::Span;
use self::scalar::TextOr;
use self::settings::AssertionSection;
use self::settings::AuthenticatorsSection;
use self::settings::BrandingSection;
use self::settings::LimitsSection;
use self::settings::LogSection;
use self::settings::SessionsSection;
use self::settings::StoreSection;
use self::site::SiteEntry;
use super::secret_source::SecretSource;

/// The configuration of a Portcullis gateway. Unknown keys are errors.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with keys such as `listen` and `sites`")]
#[schemars(title = "gateway.yaml")]
pub(super) struct Document {
    /// Where the gateway listens.
    #[schemars(required)]
    pub(super) listen: Option<ListenSection>,
    /// Certificates of the TLS listeners.
    pub(super) tls: Option<TlsSection>,
    /// The protected consoles, at least one. A request for a host of none of them is refused.
    #[schemars(required, length(min = 1))]
    pub(super) sites: Option<Vec<Option<SiteEntry>>>,
    /// Named networks: a list in CIDR notation, such as `monitoring: [10.0.0.0/8]`, or a mapping.
    pub(super) networks: Option<BTreeMap<String, Option<ListOr<NetworkSection>>>>,
    /// Named places: a list of countries and regions (ISO 3166), such as `home: [DE, AT-8]`, or a mapping. No
    /// network has the name of a place.
    pub(super) places: Option<BTreeMap<String, Option<ListOr<PlaceSection>>>>,
    /// Databases that say where an address is.
    pub(super) geo: Option<GeoSection>,
    /// How often certificates, lists and other files that are named here are looked at for new ones; 0s to
    /// 1h, 0s: never.
    #[schemars(extend("default" = "5s"))]
    pub(super) watch_files: Option<Span>,
    /// The proxies in front of the gateway, which are believed about the client's address.
    pub(super) proxies: Option<ProxiesSection>,
    /// Programs that are known by their client certificates, by name.
    pub(super) client_certificates: Option<BTreeMap<String, Option<ClientSection>>>,
    /// Who may connect at all, judged before TLS and HTTP.
    pub(super) connections: Option<ConnectionsSection>,
    /// The second factors people may use.
    pub(super) authenticators: Option<AuthenticatorsSection>,
    /// E-mail, for codes and notices.
    pub(super) mail: Option<MailSection>,
    /// Text messages, for codes.
    pub(super) sms: Option<SmsSection>,
    /// What happens to accounts that have no second factor.
    pub(super) enforcement: Option<EnforcementSection>,
    /// How long a sign-in lasts.
    pub(super) sessions: Option<SessionsSection>,
    /// The signed statement about the person that every console receives.
    pub(super) assertion: Option<AssertionSection>,
    /// Where the gateway keeps its data.
    pub(super) store: Option<StoreSection>,
    /// What is logged, and where to.
    pub(super) log: Option<LogSection>,
    /// The audit log: who gets its records, and how long they stay.
    pub(super) audit: Option<AuditSection>,
    /// How the gateway's own pages present themselves.
    pub(super) branding: Option<BrandingSection>,
    /// Where the pages of the administration can be reached.
    pub(super) admin: Option<AdministrationSection>,
    /// Limits on connections and requests.
    pub(super) limits: Option<LimitsSection>,
}

/// Where the gateway listens: addresses with ports. At least one of `http` and `https`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `http`, `https`, `admin`")]
pub(super) struct ListenSection {
    /// Plain HTTP, for development; beside `https` it only sends people there: an address such as
    /// `127.0.0.1:8080`, a mapping, or a list of these. Cookies go without the `__Host-` prefix there.
    pub(super) http: Option<OneOrMany<EntranceSection>>,
    /// HTTPS: an address such as `0.0.0.0:8443`, a mapping, or a list of these. Needs `tls.certificates`, or uses the
    /// development certificate made by `portcullis init`.
    pub(super) https: Option<OneOrMany<EntranceSection>>,
    /// Metrics, health and readiness: a loopback address such as `127.0.0.1:9090`, or a mapping.
    pub(super) admin: Option<TextOr<AdminSection>>,
}

/// One listening socket.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an address or a mapping with the key `address`")]
pub(super) struct EntranceSection {
    /// Address and port.
    #[schemars(required)]
    pub(super) address: Option<String>,
    /// Whether every connection begins with a PROXY header (version 1 or 2) and comes from
    /// `proxies.networks`. Anything else is closed.
    #[schemars(extend("default" = false))]
    pub(super) proxy_protocol: Option<bool>,
}

/// The proxies in front of the gateway. They are believed about the client's address.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `networks`, `header`")]
pub(super) struct ProxiesSection {
    /// Names of `networks` they are in.
    #[schemars(required, length(min = 1))]
    pub(super) networks: Option<Vec<Option<String>>>,
    /// The header in which they name the client. Without this key no header is read.
    pub(super) header: Option<AnnouncementHeader>,
}

/// The header in which proxies name the client.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AnnouncementHeader {
    /// `Forwarded` (RFC 7239).
    Forwarded,
    /// `X-Forwarded-For`.
    XForwardedFor,
}

/// The admin listener. Beyond loopback it needs `networks`, and `tls: true` or a `bearer_token`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an address or a mapping with the key `address`")]
pub(super) struct AdminSection {
    /// Address and port.
    #[schemars(required)]
    pub(super) address: Option<String>,
    /// Names of `networks` that may connect; default: loopback only.
    pub(super) networks: Option<Vec<Option<String>>>,
    /// What a caller must send as `Authorization: Bearer …`; at least 16 characters.
    pub(super) bearer_token: Option<SecretSource>,
    /// Whether it speaks TLS, with the certificates of `tls`.
    #[schemars(extend("default" = false))]
    pub(super) tls: Option<bool>,
}

/// The pages of the administration.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `networks`, `sites`")]
pub(super) struct AdministrationSection {
    /// Names of `networks` from which they can be reached; default: wherever the site can be.
    #[schemars(length(min = 1))]
    pub(super) networks: Option<Vec<Option<String>>>,
    /// Names of `sites` at which they can be reached; default: each.
    #[schemars(length(min = 1))]
    pub(super) sites: Option<Vec<Option<String>>>,
}

/// Certificates of the TLS listeners.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the key `certificates`")]
pub(super) struct TlsSection {
    /// Certificates; a connection gets the one whose names fit the host it asks for. A client that names no host gets the first; one that names a host none fits gets none.
    #[schemars(required, length(min = 1))]
    pub(super) certificates: Option<Vec<Option<CertificateEntry>>>,
    /// The former name of `watch_files`.
    pub(super) watch: Option<Span>,
    /// PEM file of the authorities that may have signed client certificates. With this key clients are
    /// asked for a certificate, and go on without one.
    pub(super) client_authorities: Option<String>,
    /// PEM file of their revocation lists. With this key a certificate counts only when a list that is up to
    /// date does not name it.
    pub(super) client_revocations: Option<String>,
}

/// A certificate and its private key.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with `certificate` and `private_key`")]
pub(super) struct CertificateEntry {
    /// File with the certificate chain in PEM, the site's own certificate first.
    #[schemars(required)]
    pub(super) certificate: Option<String>,
    /// File with the private key in PEM. Refused when others than its owner can read it.
    #[schemars(required)]
    pub(super) private_key: Option<String>,
}
