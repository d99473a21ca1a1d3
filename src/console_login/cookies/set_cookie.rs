//! A cookie as a console sets it.

use cookie::Cookie;
use http::HeaderMap;
use http::header;

use crate::clock::Timestamp;

/// A cookie as a console sets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie {
    /// Its name.
    pub name: String,
    /// Its value, as it is written.
    pub value: String,
    /// Everything behind it, from the first `;` on.
    pub attributes: String,
}

impl SetCookie {
    /// Reads the value of a `Set-Cookie` field.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let (pair, attributes) = match line.find(';') {
            Some(at) => line.split_at(at),
            None => (line, ""),
        };
        let (name, value) = pair.split_once('=')?;
        Some(Self {
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
            attributes: attributes.to_owned(),
        })
    }

    /// The cookies of an answer; of those of one name the last one counts.
    #[must_use]
    pub fn all(headers: &HeaderMap) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for line in headers.get_all(header::SET_COOKIE) {
            let Some(cookie) = line.to_str().ok().and_then(Self::parse) else {
                continue;
            };
            all.retain(|other| other.name != cookie.name);
            all.push(cookie);
        }
        all
    }

    /// Whether the browser is told to forget it.
    #[must_use]
    pub fn is_deleted(&self, wall: Timestamp) -> bool {
        let line = format!("x=y{}", self.attributes);
        let over = Cookie::parse(line.as_str()).is_ok_and(|cookie| {
            let expires = cookie.expires_datetime().map(time::OffsetDateTime::unix_timestamp);
            let now = i64::try_from(wall.secs()).unwrap_or(i64::MAX);
            match cookie.max_age() {
                Some(age) => age <= time::Duration::ZERO,
                None => expires.is_some_and(|at| at <= now),
            }
        });
        // PHP writes `deleted`.
        over || self.value.is_empty() || self.value == "deleted"
    }

    /// The value of the field that sets it.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{}={}{}", self.name, self.value, self.attributes)
    }
}
