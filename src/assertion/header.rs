//! Header discipline towards a console (rule 3): everything that could pass for identity, forwarding,
//! override or our own is removed by normalised name, on every route, before ours is set once.

use std::collections::HashSet;

use http::HeaderMap;
use http::HeaderName;

use crate::site::IdentityHeaders;

/// The signed assertion.
pub const ASSERTION: HeaderName = HeaderName::from_static("portcullis-assertion");
/// Copy of the login name.
pub const FORWARDED_USER: HeaderName = HeaderName::from_static("x-forwarded-user");
/// Copy of the profile address.
pub const FORWARDED_EMAIL: HeaderName = HeaderName::from_static("x-forwarded-email");
/// Copy of the groups.
pub const FORWARDED_GROUPS: HeaderName = HeaderName::from_static("x-forwarded-groups");
/// Names one request in the answer, the log and the audit record.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names that are never passed on, in normalised spelling (lower case, `-` for `_` and `.`).
const STRIPPED: &[&str] = &[
    // identity, as consoles and other proxies spell it
    "x-user",
    "x-username",
    "x-email",
    "x-groups",
    "x-role",
    "x-roles",
    "x-group",
    "x-token",
    "x-userid",
    "x-login",
    "x-grafana-user",
    "php-auth-user",
    "php-auth-pw",
    "php-auth-digest",
    "auth-user",
    "user",
    "username",
    "logon-user",
    "x-iap-user",
    "x-pomerium-jwt-assertion",
    "x-id-token",
    "x-access-token",
    "x-pgadmin-webserver-secret",
    "sm-user",
    "sm-universalid",
    "oam-remote-user",
    "iv-user",
    "iv-groups",
    "iv-creds",
    // forwarding
    "x-real-ip",
    "true-client-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "client-ip",
    "proxy-client-ip",
    "x-coming-from",
    "x-arr-clientcert",
    "x-originating-ip",
    "x-host",
    "x-scheme",
    "x-proto",
    "x-url-scheme",
    "front-end-https",
    "fastly-client-ip",
    "x-azure-clientip",
    "x-appengine-user-ip",
    "cf-connecting-ip",
    "cf-connecting-ipv6",
    "cf-pseudo-ipv4",
    "x-http-host-override",
    "x-http-destinationurl",
    "x-proxyuser-ip",
    "x-server-name",
    "x-server-port",
    "x-script-name",
    "script-name",
    "x-base-path",
    "x-ingress-path",
    "x-path",
    "x-uri",
    "path-info",
    // overrides
    "x-request-uri",
    "x-request-url",
    "x-rewrite-url",
    "x-rewrite-uri",
    "x-http-method-override",
    "x-http-method",
    "x-method-override",
    "x-method",
    "x-override-url",
    "x-middleware-subrequest",
    "x-request-id",
    "proxy",
    // hop by hop, where a client could still smuggle them past a lenient console
    "proxy-authorization",
    "proxy-authenticate",
    "proxy-connection",
    "keep-alive",
    "te",
    "trailer",
    "http2-settings",
    "expect-ct",
];

/// Families: every name that begins so.
const STRIPPED_PREFIXES: &[&str] = &[
    "portcullis-",
    "x-portcullis-",
    "x-forwarded",
    "forwarded",
    "x-forward-",
    "x-original-",
    "x-auth-",
    "x-authenticated-",
    "x-authentik-",
    "x-authelia-",
    "x-webauth-",
    "x-vouch-",
    "x-oauth-",
    "x-mfa-",
    "x-envoy-",
    "x-user-",
    "x-userinfo",
    "x-remote-",
    "remote-",
    "x-ms-client-principal",
    "x-goog-authenticated-",
    "x-goog-iap-",
    "x-amzn-oidc-",
    "x-consumer-",
    "x-credential-",
    "x-apigateway-api-userinfo",
    "x-jwt-",
    "x-proxy-user",
    "x-proxy-remote-user",
    "cf-access-",
    "wl-proxy-",
    "ssl-client-",
    "x-client-cert",
    "x-client-dn",
    "x-client-verify",
    "x-ssl-",
    "x-tls-",
    "client-cert",
    "x-accel-",
    "x-sendfile",
];

/// Members of a family above that are nobody's identity: gRPC in browsers says its version here.
const PASSED: &[&str] = &["x-user-agent"];

/// Which request headers never reach a console.
#[derive(Clone, Debug)]
pub struct Stripper {
    names: HashSet<String>,
    /// By first byte: a bit for every length that a stripped name with it has, the last for longer
    /// ones. Ordinary names seldom meet one, and are not looked up.
    lengths: [u64; 128],
}

/// The bit of a length in [`Stripper::lengths`].
const fn length_bit(length: usize) -> u64 {
    1 << (if length < 63 { length } else { 63 })
}

impl Stripper {
    /// The fixed list, with the names a site is configured to set: those of identities, and `others`, such as the one
    /// that shows the console that it is the gateway that asks, and those by which a sign-on speaks to the gateway.
    #[must_use]
    pub fn new<'n>(
        identity: &'n IdentityHeaders,
        others: impl IntoIterator<Item = &'n HeaderName>,
    ) -> Self {
        let names = [&identity.user, &identity.email, &identity.groups];
        let names = names.into_iter().flatten().chain(others);
        let configured = names.map(|name| normalised(name.as_str()));
        let names: HashSet<String> =
            STRIPPED.iter().map(|&name| name.to_owned()).chain(configured).collect();
        let mut lengths = [0; 128];
        for name in &names {
            let first = name.bytes().next().map_or(0, usize::from);
            if let Some(bits) = lengths.get_mut(first) {
                *bits |= length_bit(name.len());
            }
        }
        Self { names, lengths }
    }

    /// Whether a header with this name is removed (A-001…A-011). A name with a character that some
    /// server folds into `-` is removed whenever its folded form is.
    #[must_use]
    pub fn strips(&self, name: &HeaderName) -> bool {
        let text = name.as_str();
        if text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            self.strips_normalised(text)
        } else {
            let folded = normalised(text);
            let cgi = folded.strip_prefix("http-").unwrap_or(&folded);
            self.strips_normalised(&folded) || self.strips_normalised(cgi)
        }
    }

    /// The names in a header map that are to be removed.
    #[must_use]
    pub fn stripped_names(&self, headers: &HeaderMap) -> Vec<HeaderName> {
        headers.keys().filter(|name| self.strips(name)).cloned().collect()
    }

    fn strips_normalised(&self, name: &str) -> bool {
        let first = name.bytes().next().map_or(0, usize::from);
        let possible = self.lengths.get(first).copied().unwrap_or_default();
        let family = || STRIPPED_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        (possible & length_bit(name.len()) != 0 && self.names.contains(name))
            || (!PASSED.contains(&name) && family())
    }
}

/// Lower case, with `-` for every character that CGI and friends fold into it (RFC 9110 §17.10).
fn normalised(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strips(name: &str) -> bool {
        let identity = IdentityHeaders {
            user: vec![HeaderName::from_static("x-console-operator")],
            ..IdentityHeaders::default()
        };
        Stripper::new(&identity, None).strips(&HeaderName::from_bytes(name.as_bytes()).unwrap())
    }

    #[test]
    fn identity_forwarding_and_override_names_are_stripped_in_every_spelling_a001_a002_a004_a007_a008_a009_a010()
     {
        for name in [
            "Portcullis-Assertion",
            "portcullis_assertion",
            "X-Forwarded-User",
            "X_Forwarded_User",
            "X-Forwarded_User",
            "x.forwarded.user",
            "HTTP_X_FORWARDED_USER",
            "X~Forwarded~User",
            "X-Auth-User",
            "Remote-User",
            "REMOTE_USER",
            "X-WEBAUTH-USER",
            "X-Console-Operator",
            "x_console_operator",
            "X-Forwarded-For",
            "X_Forwarded_Proto",
            "Forwarded",
            "X-Real-IP",
            "True-Client-IP",
            "CF-Connecting-IP",
            "X-Original-URL",
            "X-Rewrite-URL",
            "X-HTTP-Method-Override",
            "X-HTTP-Method",
            "X-Method-Override",
            "Portcullis-Token",
            "X-Request-Id",
            "PHP-AUTH-USER",
        ] {
            assert!(strips(name), "{name}");
        }
    }

    #[test]
    fn every_listed_name_and_family_is_stripped() {
        for name in STRIPPED {
            assert!(strips(name), "{name}");
        }
        for prefix in STRIPPED_PREFIXES {
            assert!(strips(&format!("{prefix}z")), "{prefix}");
        }
    }

    #[test]
    fn configured_names_of_any_length_are_stripped() {
        for length in [1, 30, 62, 63, 64, 200] {
            let name = "z".repeat(length);
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            let identity =
                IdentityHeaders { user: vec![name.clone()], ..IdentityHeaders::default() };
            assert!(Stripper::new(&identity, None).strips(&name), "{length}");
            assert!(!Stripper::new(&IdentityHeaders::default(), None).strips(&name), "{length}");
        }
    }

    #[test]
    fn whole_families_of_other_gateways_are_stripped_a001_a008_a010() {
        for name in [
            "X-MS-Client-Principal",
            "X-MS-Client-Principal-Name",
            "X-MS-CLIENT-PRINCIPAL-ID",
            "X-Consumer-Username",
            "X-Consumer-Custom-Id",
            "X-Credential-Identifier",
            "X-Authenticated-Scope",
            "X-Client-Cert",
            "X-Client-Verify",
            "X-Client-DN",
            "X-Client-Cert-Chain",
            "SSL-Client-Cert",
            "SSL_CLIENT_S_DN",
            "SSL-Client-I-DN",
            "X-SSL-Client-S-DN",
            "X-SSL-Client-Fingerprint",
            "X-TLS-Client-Cert",
            "X-ARR-ClientCert",
            "X-Proxy-User",
            "X-Proxy-Remote-User",
            "X-User",
            "X-User-Roles",
            "X-User-Groups",
            "X-Userinfo",
            "X-Apigateway-Api-Userinfo",
            "X-JWT-Claims",
            "X-JWT-Assertion",
            "X-Role",
            "X-Roles",
            "X-Remote-Roles",
            "Remote-Roles",
            "Remote-Addr",
            "X-Token",
            "CF-Access-Token",
            "CF-Access-Jwt-Assertion",
            "WL-Proxy-Client-IP",
            "WL-Proxy-SSL",
            "Proxy-Client-IP",
            "X-Original-Forwarded-For",
            "X-Original-Host",
            "X-Forwarded",
            "Forwarded-For",
            "X-ForwardedFor",
            "X_ForwardedFor",
            "X-Coming-From",
            "X-Request-URI",
            "X-Request-URL",
            "X-Accel-Redirect",
            "X-Sendfile",
            "X-Sendfile-Type",
            "HTTP_SSL_CLIENT_CERT",
            "X-Amzn-Oidc-Data",
            "X-Goog-Authenticated-User-Email",
            "X-Goog-Iap-Jwt-Assertion",
            "Client-Cert-Chain",
        ] {
            assert!(strips(name), "{name}");
        }
    }

    #[test]
    fn what_a_console_needs_passes() {
        for name in [
            "accept",
            "accept-language",
            "authorization",
            "content-type",
            "content-length",
            "cookie",
            "host",
            "origin",
            "referer",
            "user-agent",
            "x-requested-with",
            "x-csrf-token",
            "x-xsrf-token",
            "range",
            "if-none-match",
            "sec-websocket-key",
            "sec-fetch-mode",
            "upgrade",
            "connection",
            "x-api-key",
            "x-user-agent",
            "x-grafana-org-id",
            "x-requested-by",
            "x-request-start",
            "x-client-data",
            "x-client-version",
            "x-grpc-web",
            "destination",
            "depth",
        ] {
            assert!(!strips(name), "{name}");
        }
    }
}
