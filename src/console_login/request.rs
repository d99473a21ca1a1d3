//! Which requests are logins and logouts.

use http::HeaderMap;
use http::Method;
use http::header;

use crate::canonical::CanonicalRequest;
use crate::form_body::multipart;
use crate::form_body::urlencoded;

/// How the body of a login request is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// `application/x-www-form-urlencoded`.
    Urlencoded,
    /// `multipart/form-data`.
    Multipart,
    /// `application/json`.
    Json,
}

impl BodyKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Urlencoded, Self::Multipart, Self::Json];

    /// Its name in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Urlencoded => "urlencoded",
            Self::Multipart => "multipart",
            Self::Json => "json",
        }
    }

    /// How the body of a request is written, by what it says once and clearly: a character set other than UTF-8 is
    /// another way to read the same bytes.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        if multipart::boundary(headers).is_some() {
            return Some(Self::Multipart);
        }
        let mut values = headers.get_all(header::CONTENT_TYPE).iter();
        let value = values.next()?.to_str().ok()?.to_ascii_lowercase();
        if values.next().is_some() {
            return None;
        }
        let (kind, parameters) = value.split_once(';').unwrap_or((&value, ""));
        let plain = matches!(parameters.trim(), "" | "charset=utf-8" | "charset=\"utf-8\"");
        match kind.trim() {
            "application/x-www-form-urlencoded" if plain => Some(Self::Urlencoded),
            "application/json" if plain => Some(Self::Json),
            _ => None,
        }
    }
}

/// With this in the query a provider sends back whom it does not vouch for (RFC 6749 §4.1.2.1).
pub const DENIED: &str = "error";

/// The request in which people tell the console their password.
#[derive(Clone, Debug)]
pub struct LoginRequest {
    /// Its path, by segments: exactly this one.
    pub path: Vec<String>,
    /// Its method.
    pub method: Method,
    /// What its query says, each once, with whatever else there is.
    pub query: Vec<(String, String)>,
    /// What its query has besides, each once, whatever it says, such as the code that a provider gave; or instead what a
    /// provider says that gave none ([`DENIED`]).
    pub parameters: Vec<String>,
    /// How its body is written; none: it has none.
    pub body: Option<BodyKind>,
}

impl LoginRequest {
    /// Whether a request is one; `same` compares segments.
    #[must_use]
    pub fn is(
        &self,
        request: &CanonicalRequest,
        headers: &HeaderMap,
        same: fn(&str, &str) -> bool,
    ) -> bool {
        request.method == self.method
            && request.path.segments().len() == self.path.len()
            && self.path.iter().zip(request.path.segments()).all(|(own, sent)| same(own, sent))
            && has(request.query.as_deref(), &self.query)
            && self.comes_back_with(request.query.as_deref())
            && BodyKind::of(headers) == self.body
    }
}

impl LoginRequest {
    fn comes_back_with(&self, query: Option<&str>) -> bool {
        self.parameters.is_empty()
            || has_each(query, &self.parameters)
            || has_each(query, &[DENIED.to_owned()])
    }

    /// Whether one of its parameters is such a one.
    pub(super) fn has_parameter(&self, is_it: impl Fn(&str) -> bool) -> bool {
        self.parameters.iter().map(String::as_str).chain([DENIED]).any(is_it)
    }

    /// Whether a query only says that a provider vouches for nobody.
    #[must_use]
    pub fn is_denied(&self, query: Option<&str>) -> bool {
        !self.parameters.is_empty() && !has_each(query, &self.parameters)
    }
}

impl LoginRequest {
    /// Whether a console could take a request for one, with the right body: what follows a script's path is often
    /// given to the same script.
    #[must_use]
    pub fn may_be(&self, request: &CanonicalRequest, same: fn(&str, &str) -> bool) -> bool {
        let covers = |segments: &[String]| {
            segments.len() >= self.path.len()
                && self.path.iter().zip(segments).all(|(own, sent)| same(own, sent))
        };
        covers(request.path.segments())
            || request.path.other_readings().iter().any(|reading| covers(reading))
    }
}

/// The request in which people leave the console.
#[derive(Clone, Debug)]
pub struct LogoutRequest {
    /// Its path, by segments: exactly this one.
    pub path: Vec<String>,
    /// Its methods; none: any.
    pub methods: Option<Vec<Method>>,
    /// What its query says, each once.
    pub query: Vec<(String, String)>,
    /// Who sends it.
    pub sent_by: SentBy,
}

/// Who sends a logout to the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentBy {
    /// People, on its pages.
    People,
    /// The gateway as well, when they sign out on its own.
    GatewayToo,
}

impl LogoutRequest {
    /// Path and query of the one that the gateway sends.
    #[must_use]
    pub fn target(&self) -> String {
        let path: Vec<String> = self.path.iter().map(|one| urlencoded::encode(one)).collect();
        let query = self.query.iter().map(|(name, value)| {
            format!("{}={}", urlencoded::encode(name), urlencoded::encode(value))
        });
        let query = query.collect::<Vec<_>>().join("&");
        let query = if query.is_empty() { query } else { format!("?{query}") };
        format!("/{}{query}", path.join("/"))
    }

    /// Its method.
    #[must_use]
    pub fn method(&self) -> Method {
        let listed = self.methods.as_ref().and_then(|methods| methods.first());
        listed.cloned().unwrap_or(Method::GET)
    }

    /// Whether a request is one; `same` compares segments.
    #[must_use]
    pub fn is(&self, request: &CanonicalRequest, same: fn(&str, &str) -> bool) -> bool {
        let methods = self.methods.as_ref();
        methods.is_none_or(|methods| methods.contains(&request.method))
            && request.path.segments().len() == self.path.len()
            && self.path.iter().zip(request.path.segments()).all(|(own, sent)| same(own, sent))
            && has(request.query.as_deref(), &self.query)
    }
}

/// Whether a query has each of these once.
fn has_each(query: Option<&str>, wanted: &[String]) -> bool {
    let pairs = || urlencoded::pairs(query.unwrap_or_default().as_bytes());
    let once = |pairs: &[(String, String)], name: &String| {
        pairs.iter().filter(|(other, _)| other == name).count() == 1
    };
    pairs().is_some_and(|pairs| wanted.iter().all(|name| once(&pairs, name)))
}

/// Whether a query says each of these once, and nothing else under their names.
fn has(query: Option<&str>, wanted: &[(String, String)]) -> bool {
    if wanted.is_empty() {
        return true;
    }
    let Some(pairs) = urlencoded::pairs(query.unwrap_or_default().as_bytes()) else {
        return false;
    };
    wanted.iter().all(|(name, value)| {
        let mut said = pairs.iter().filter(|(other, _)| other == name);
        said.next().is_some_and(|(_, said)| said == value) && said.next().is_none()
    })
}
