//! One exchange with the console. It is kept in memory only, and what people typed is wiped with it.

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::clock::Timestamp;
use crate::console_login::Answer;
use crate::console_login::BodyKind;
use crate::console_login::cookies::SetCookie;
use crate::form_body::multipart;
use crate::form_body::urlencoded;
use crate::secret::Secret;

/// Keys above a value in JSON, at most.
const DEEPEST: usize = 8;

/// What a browser asked.
pub(super) struct Asked {
    pub(super) method: Method,
    /// Path and query.
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    /// Wiped when the last one forgets it.
    pub(super) body: Bytes,
}

/// What the console said.
pub(super) struct Said {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// The beginning of its body.
    pub(super) body: Vec<u8>,
    /// Whether that is all of it.
    pub(super) whole: bool,
    pub(super) wall: Timestamp,
}

/// A field of a form, or a text in JSON by the keys that lead there.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: Secret<String>,
}

/// One exchange.
pub(super) struct Exchange {
    /// Which one it was, by its beginning.
    pub(super) number: usize,
    pub(super) asked: Asked,
    pub(super) said: Said,
    /// What its body said, where it is one that a login could have.
    pub(super) fields: Vec<Field>,
}

/// Bytes that are wiped when nobody has them any more.
pub(super) fn wiped(bytes: Vec<u8>) -> Bytes {
    Bytes::from_owner(Zeroizing::new(bytes))
}

impl Exchange {
    /// Reads the fields; of credentials in the header only their kind is kept.
    pub(super) async fn new(number: usize, mut asked: Asked, said: Said) -> Self {
        if let Some(value) = asked.headers.get_mut(header::AUTHORIZATION) {
            let scheme = value.to_str().unwrap_or_default().split(' ').next().unwrap_or_default();
            *value =
                HeaderValue::from_str(scheme).unwrap_or_else(|_| HeaderValue::from_static("?"));
        }
        let fields = if asked.method.is_safe() {
            Vec::new()
        } else {
            fields(&asked.headers, &asked.body).await
        };
        Self { number, asked, said, fields }
    }

    /// The path alone.
    pub(super) fn path(&self) -> &str {
        self.asked.target.split('?').next().unwrap_or_default()
    }

    /// The query, if there is one.
    pub(super) fn query(&self) -> Option<&str> {
        self.asked.target.split_once('?').map(|(_, query)| query)
    }

    /// What it is called on the terminal.
    pub(super) fn title(&self) -> String {
        let Self { asked, said, .. } = self;
        format!("{} {}, answered with {}", asked.method, self.path(), said.status.as_u16())
    }

    /// The answer, as the gateway judges it.
    pub(super) fn answer(&self) -> Answer<'_> {
        let Said { status, headers, body, wall, .. } = &self.said;
        Answer { status: *status, headers, body, wall: *wall }
    }

    /// One value of the answer's header.
    pub(super) fn said_once(&self, name: impl header::AsHeaderName) -> Option<&str> {
        let mut values = self.said.headers.get_all(name).iter();
        let value = values.next()?.to_str().ok()?;
        values.next().is_none().then_some(value)
    }

    /// Cookies that the answer sets, without those that it deletes.
    pub(super) fn sets(&self) -> Vec<SetCookie> {
        let mut all = SetCookie::all(&self.said.headers);
        all.retain(|cookie| !cookie.is_deleted(self.said.wall));
        all
    }

    /// Names of cookies that the answer deletes.
    pub(super) fn deletes(&self) -> Vec<String> {
        let all = SetCookie::all(&self.said.headers).into_iter();
        all.filter(|cookie| cookie.is_deleted(self.said.wall)).map(|cookie| cookie.name).collect()
    }

    /// Cookies that the request carried.
    pub(super) fn carried(&self) -> Vec<(&str, &str)> {
        let lines = self.asked.headers.get_all(header::COOKIE).iter();
        let lines = lines.filter_map(|line| line.to_str().ok());
        lines
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .collect()
    }

    /// Whether the answer is of a kind whose beginning is this, such as `text/html`.
    pub(super) fn is_of_kind(&self, kind: &str) -> bool {
        let said = self.said_once(header::CONTENT_TYPE).unwrap_or_default();
        said.to_ascii_lowercase().starts_with(kind)
    }

    /// Whether a page's script sent the request, as far as it shows.
    pub(super) fn is_by_script(&self) -> bool {
        let mode = self.asked.headers.get("sec-fetch-mode").and_then(|value| value.to_str().ok());
        match mode {
            Some(mode) => mode != "navigate",
            None => {
                self.asked.headers.contains_key("x-requested-with")
                    || BodyKind::of(&self.asked.headers) == Some(BodyKind::Json)
            }
        }
    }
}

async fn fields(headers: &HeaderMap, body: &Bytes) -> Vec<Field> {
    let pairs = match BodyKind::of(headers) {
        Some(BodyKind::Urlencoded) => urlencoded::pairs(body),
        Some(BodyKind::Multipart) => multipart::texts(headers, body).await,
        Some(BodyKind::Json) => {
            let mut found = Vec::new();
            if let Ok(value) = serde_json::from_slice(body) {
                texts(value, "", DEEPEST, &mut found);
            }
            Some(found)
        }
        None => None,
    };
    let field = |(name, value)| Field { name, value: Secret::new(value) };
    pairs.into_iter().flatten().map(field).collect()
}

/// Every text in JSON, by the keys that lead there.
fn texts(value: Value, path: &str, depth: usize, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((path.to_owned(), text)),
        Value::Object(members) => {
            let Some(depth) = depth.checked_sub(1) else { return };
            for (key, value) in members.into_iter().filter(|(key, _)| !key.contains('/')) {
                let path = if path.is_empty() { key } else { format!("{path}/{key}") };
                texts(value, &path, depth, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {}
    }
}
