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

/// The request in which people tell the console their password.
#[derive(Clone, Debug)]
pub struct LoginRequest {
    /// Its path, by segments: exactly this one.
    pub path: Vec<String>,
    /// Its method.
    pub method: Method,
    /// What its query says, each once, with whatever else there is.
    pub query: Vec<(String, String)>,
    /// How its body is written.
    pub body: BodyKind,
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
            && BodyKind::of(headers) == Some(self.body)
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
}

impl LogoutRequest {
    /// Whether a request is one.
    #[must_use]
    pub fn is(&self, request: &CanonicalRequest) -> bool {
        let methods = self.methods.as_ref();
        methods.is_none_or(|methods| methods.contains(&request.method))
            && request.path.segments() == self.path
            && has(request.query.as_deref(), &self.query)
    }
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
