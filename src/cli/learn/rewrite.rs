//! What is changed on the way, so that a console works under the recorder's address: its own address, its cookies'
//! domain, fields of one connection.

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::header;

/// The cookie that shows that a browser was given the recorder's address.
pub(super) const OUR_COOKIE: &str = "portcullis-learn";

/// Fields of one connection (RFC 9110 §7.6.1).
const OF_CONNECTION: &[&str] = &[
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "content-length",
    "expect",
];

/// With them the console would leave out what is to be seen, or write it in a way that nobody here reads.
const OF_CACHES: &[&str] =
    &["if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range", "range"];

/// What the browser must not keep of the recorder's address.
const FOR_LATER: &[&str] = &["strict-transport-security", "alt-svc", "clear-site-data"];

/// The console's address and the recorder's.
#[derive(Clone, Debug)]
pub(super) struct Addresses {
    /// Scheme, host and port of the console.
    pub(super) console: String,
    /// Those of the recorder.
    pub(super) own: String,
}

impl Addresses {
    fn authority(&self) -> &str {
        self.console.split_once("://").map_or(&self.console, |(_, authority)| authority)
    }

    /// What the console is sent: as if it had been asked under its own address.
    pub(super) fn upwards(&self, sent: &HeaderMap) -> HeaderMap {
        let mut fields = HeaderMap::new();
        for (name, value) in sent.iter().filter(|(name, _)| is_passed(name, OF_CACHES)) {
            let value = match name.as_str() {
                "host" | "accept-encoding" => continue,
                "origin" | "referer" => self.at_home(value),
                "cookie" => match without_ours(value) {
                    Some(value) => value,
                    None => continue,
                },
                _ => value.clone(),
            };
            fields.append(name.clone(), value);
        }
        fields.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        fields
    }

    /// What the browser is told.
    pub(super) fn downwards(&self, said: &HeaderMap) -> HeaderMap {
        let mut fields = HeaderMap::new();
        for (name, value) in said.iter().filter(|(name, _)| is_passed(name, FOR_LATER)) {
            let value = match name.as_str() {
                "location" | "content-location" | "refresh" => self.here(value),
                "set-cookie" => here_cookie(value),
                _ => value.clone(),
            };
            fields.append(name.clone(), value);
        }
        fields
    }

    fn at_home(&self, value: &HeaderValue) -> HeaderValue {
        changed(value, |text| {
            let rest = text.strip_prefix(self.own.as_str())?;
            Some(format!("{}{rest}", self.console))
        })
    }

    fn here(&self, value: &HeaderValue) -> HeaderValue {
        changed(value, |text| {
            let schemes = ["http://", "https://", "//"];
            let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme))?;
            let rest = rest.strip_prefix(self.authority())?;
            let is_its = rest.is_empty() || rest.starts_with(['/', '?', '#']);
            is_its.then(|| format!("{}{rest}", self.own))
        })
    }
}

fn changed(value: &HeaderValue, change: impl Fn(&str) -> Option<String>) -> HeaderValue {
    let changed = value.to_str().ok().and_then(change);
    changed.and_then(|text| HeaderValue::try_from(text).ok()).unwrap_or_else(|| value.clone())
}

fn is_passed(name: &HeaderName, others: &[&str]) -> bool {
    !OF_CONNECTION.contains(&name.as_str()) && !others.contains(&name.as_str())
}

/// A cookie line without the recorder's own.
fn without_ours(value: &HeaderValue) -> Option<HeaderValue> {
    let Ok(text) = value.to_str() else {
        return Some(value.clone());
    };
    let is_ours = |pair: &&str| pair.trim().split('=').next() == Some(OUR_COOKIE);
    let kept: Vec<&str> = text.split(';').filter(|pair| !is_ours(pair)).map(str::trim).collect();
    if kept.is_empty() { None } else { HeaderValue::try_from(kept.join("; ")).ok() }
}

/// A cookie for this address, which is not the console's, and has no TLS.
fn here_cookie(value: &HeaderValue) -> HeaderValue {
    changed(value, |text| {
        let is_bound = text.starts_with("__Host-") || text.starts_with("__Secure-");
        let is_kept = |attribute: &&str| {
            let attribute = attribute.trim().to_ascii_lowercase();
            let name = attribute.split('=').next().unwrap_or_default().trim();
            match name {
                "domain" => false,
                // Browsers refuse such names without it, and take it from this machine.
                "secure" => is_bound,
                "samesite" => is_bound || !attribute.ends_with("none"),
                _ => true,
            }
        };
        let mut parts = text.split(';');
        let pair = parts.next()?;
        Some(std::iter::once(pair).chain(parts.filter(is_kept)).collect::<Vec<_>>().join(";"))
    })
}

/// Whether a request carries the recorder's cookie with this value.
pub(super) fn shows_token(sent: &HeaderMap, token: &str) -> bool {
    let lines = sent.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs =
        lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.any(|(name, value)| {
        name == OUR_COOKIE && crate::secret::equal(value.as_bytes(), token.as_bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses() -> Addresses {
        Addresses {
            console: "http://console:8080".to_owned(),
            own: "http://127.0.0.1:4000".to_owned(),
        }
    }

    fn one(name: &'static str, value: &str) -> HeaderMap {
        let mut fields = HeaderMap::new();
        fields.append(name, HeaderValue::from_str(value).unwrap());
        fields
    }

    #[test]
    fn the_console_is_asked_under_its_own_address() {
        for (name, sent, passed) in [
            ("origin", "http://127.0.0.1:4000", Some("http://console:8080")),
            ("referer", "http://127.0.0.1:4000/login?x", Some("http://console:8080/login?x")),
            ("origin", "null", Some("null")),
            ("host", "127.0.0.1:4000", None),
            ("cookie", "a=1; portcullis-learn=secret; b=2", Some("a=1; b=2")),
            ("cookie", "portcullis-learn=secret", None),
            ("upgrade", "websocket", None),
            ("if-none-match", "\"1\"", None),
            ("x-csrf-token", "t", Some("t")),
        ] {
            let fields = addresses().upwards(&one(name, sent));
            let found = fields.get(name).map(|value| value.to_str().unwrap());
            assert_eq!(found, passed, "{name}: {sent}");
            assert_eq!(fields["accept-encoding"], "identity");
        }
    }

    #[test]
    fn the_browser_stays_at_the_recorder_s_address() {
        for (name, said, passed) in [
            ("location", "http://console:8080/home", Some("http://127.0.0.1:4000/home")),
            ("location", "https://console:8080/home", Some("http://127.0.0.1:4000/home")),
            ("location", "//console:8080", Some("http://127.0.0.1:4000")),
            ("location", "/home", Some("/home")),
            ("location", "http://console:80801/", Some("http://console:80801/")),
            (
                "set-cookie",
                "a=1; Path=/; Domain=console; Secure; HttpOnly",
                Some("a=1; Path=/; HttpOnly"),
            ),
            ("set-cookie", "a=1; SameSite=None; Secure", Some("a=1")),
            ("set-cookie", "a=1; SameSite=Strict", Some("a=1; SameSite=Strict")),
            ("set-cookie", "__Host-a=1; Path=/; Secure", Some("__Host-a=1; Path=/; Secure")),
            ("strict-transport-security", "max-age=1", None),
            ("content-length", "3", None),
        ] {
            let fields = addresses().downwards(&one(name, said));
            let found = fields.get(name).map(|value| value.to_str().unwrap());
            assert_eq!(found, passed, "{name}: {said}");
        }
    }

    #[test]
    fn only_the_token_that_was_given_opens_the_recorder() {
        let shows = |cookie: &str| shows_token(&one("cookie", cookie), "secret");
        assert!(shows("portcullis-learn=secret") && shows("a=b; portcullis-learn=secret"));
        for other in ["", "portcullis-learn=", "portcullis-learn=secret2", "x=secret"] {
            assert!(!shows(other), "{other}");
        }
    }
}
