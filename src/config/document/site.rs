//! The file's `sites`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::rules::Requires;
use super::rules::SiteConnectionsSection;
use super::scalar::TextOr;
use super::upstream::UpstreamSection;

/// A protected console.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with `name`, `hosts` and `upstream`")]
pub(in crate::config) struct SiteEntry {
    /// Its name, unique: 1 to 63 of a-z, 0-9 and `-`. Consoles see it as `aud` of the assertion.
    #[schemars(required, regex(pattern = r"^[a-z0-9-]{1,63}$"))]
    pub(in crate::config) name: Option<String>,
    /// The host names people use for it, at least one, each at one site only; no ports.
    /// `*.example.com` stands for any one label.
    #[schemars(required, length(min = 1))]
    pub(in crate::config) hosts: Option<Vec<Option<String>>>,
    /// What the browser's address bar shows, such as `https://console.example.com`; default: the
    /// first host with scheme and port of the listener.
    pub(in crate::config) origin: Option<String>,
    /// The console itself: a URL of scheme, host and port, or a mapping.
    #[schemars(required)]
    pub(in crate::config) upstream: Option<TextOr<UpstreamSection>>,
    /// How people prove who they are first.
    #[schemars(extend("default" = "accounts"))]
    pub(in crate::config) first_factor: Option<FirstFactor>,
    /// Who may come near it at all, sign-in pages included.
    pub(in crate::config) connections: Option<SiteConnectionsSection>,
    /// What a path without a route of its own asks for.
    #[schemars(extend("default" = "second_factor"))]
    pub(in crate::config) require: Option<Requires>,
    /// What it would ask for: decided, logged and counted, held against nobody.
    pub(in crate::config) report_only: Option<Requires>,
    /// Exceptions by path and method. The most specific one holds, whatever the order.
    pub(in crate::config) routes: Option<Vec<Option<RouteEntry>>>,
    /// Whether the console takes `/Admin` for `/admin`, as IIS and Windows file systems do: every spelling then
    /// has the same route. The console still gets the path as it was sent.
    #[schemars(extend("default" = false))]
    pub(in crate::config) case_insensitive_paths: Option<bool>,
    /// Whether the console may install service workers in browsers.
    #[schemars(extend("default" = false))]
    pub(in crate::config) allow_service_workers: Option<bool>,
    /// Whether the gateway adds a small script of its own to the console's pages, which opens the page that asks
    /// for a missing proof when a `fetch` or an `XMLHttpRequest` lacks it, and sends the request once more.
    #[schemars(extend("default" = false))]
    pub(in crate::config) retry_script: Option<bool>,
    /// A path of the console, such as `/profile/security`, at which people are led to their account page instead.
    pub(in crate::config) account_path: Option<String>,
    /// Further headers in which the console finds the person's identity.
    pub(in crate::config) identity_headers: Option<IdentityHeadersSection>,
}

/// How people prove who they are first.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum FirstFactor {
    /// With the gateway's own accounts and passwords.
    #[default]
    Accounts,
}

/// What some paths and methods of a site ask for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the key `path`")]
pub(in crate::config) struct RouteEntry {
    /// `/admin` with everything below it, `=/health` alone; `*` stands for one whole segment.
    #[schemars(required)]
    pub(in crate::config) path: Option<String>,
    /// The methods it is about, upper case; default: all. `GET` includes `HEAD`.
    #[schemars(length(min = 1))]
    pub(in crate::config) methods: Option<Vec<Option<String>>>,
    /// What it asks for.
    #[schemars(extend("default" = "second_factor"))]
    pub(in crate::config) require: Option<Requires>,
    /// What it would ask for: decided, logged and counted, held against nobody.
    pub(in crate::config) report_only: Option<Requires>,
}

/// Further headers for consoles that expect other names than `X-Forwarded-User`, `-Email`, `-Groups`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a mapping with the keys `user`, `email`, `groups`")]
pub(in crate::config) struct IdentityHeadersSection {
    /// Headers that get the login name.
    pub(in crate::config) user: Option<Vec<Option<String>>>,
    /// Headers that get the e-mail address.
    pub(in crate::config) email: Option<Vec<Option<String>>>,
    /// Headers that get the groups.
    pub(in crate::config) groups: Option<Vec<Option<String>>>,
}
