//! What a console's answer shows. No sign alone tells success from failure at every console; a conjunction does.

use http::HeaderMap;
use http::HeaderName;
use http::StatusCode;
use http::header;
use serde_json::Value;

use super::cookies::SetCookie;
use super::glob::Glob;
use crate::clock::Timestamp;

/// An answer to a login request, whole.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// Its status.
    pub status: StatusCode,
    /// Its header.
    pub headers: &'a HeaderMap,
    /// Its body, without a content coding.
    pub body: &'a [u8],
    /// When it came, for cookies that are over.
    pub wall: Timestamp,
}

/// Signs of an answer: it shows them when it shows every one that is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    /// One of these statuses.
    pub status: Vec<u16>,
    /// `Location` is this.
    pub location: Option<Glob>,
    /// Cookies of these names are set, and not deleted.
    pub cookies_set: Vec<Glob>,
    /// Cookies of these names are deleted.
    pub cookies_deleted: Vec<Glob>,
    /// Header fields of these values.
    pub headers: Vec<(HeaderName, Glob)>,
    /// What the JSON body says at these paths of keys; none: that it says anything but null.
    pub json: Vec<(String, Option<Glob>)>,
    /// Texts in the body.
    pub body: Vec<String>,
    /// Signs none of which it shows.
    pub not: Option<Box<Self>>,
}

impl Signs {
    /// Whether nothing is named but what must be absent: no answer shows that.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { status, location, cookies_set, cookies_deleted, headers, json, body, not: _ } =
            self;
        status.is_empty()
            && location.is_none()
            && cookies_set.is_empty()
            && cookies_deleted.is_empty()
            && headers.is_empty()
            && json.is_empty()
            && body.is_empty()
    }

    /// Whether an answer shows them all, and none of those it must not.
    #[must_use]
    pub fn are_shown(&self, answer: &Answer<'_>) -> bool {
        let unwanted = |not: &Self| not.each(answer).contains(&true);
        !self.is_empty()
            && self.each(answer).iter().all(|shown| *shown)
            && !self.not.as_deref().is_some_and(unwanted)
    }

    /// For each sign that is named, whether the answer shows it.
    fn each(&self, answer: &Answer<'_>) -> Vec<bool> {
        let mut shown = Vec::new();
        if !self.status.is_empty() {
            shown.push(self.status.contains(&answer.status.as_u16()));
        }
        if let Some(location) = &self.location {
            let said = one(answer.headers, &header::LOCATION);
            shown.push(said.is_some_and(|said| location.matches(said)));
        }
        let cookies = SetCookie::all(answer.headers);
        let is_set = |name: &Glob, wanted: bool| {
            let mut named = cookies.iter().filter(|cookie| name.matches(&cookie.name)).peekable();
            named.peek().is_some() && named.all(|cookie| cookie.is_deleted(answer.wall) != wanted)
        };
        shown.extend(self.cookies_set.iter().map(|name| is_set(name, true)));
        shown.extend(self.cookies_deleted.iter().map(|name| is_set(name, false)));
        for (name, value) in &self.headers {
            let said = one(answer.headers, name);
            shown.push(said.is_some_and(|said| value.matches(said)));
        }
        if !self.json.is_empty() {
            let read = serde_json::from_slice::<Value>(answer.body).ok();
            let says = |(path, value): &(String, Option<Glob>)| {
                read.as_ref().is_some_and(|read| says(read, path, value.as_ref()))
            };
            shown.extend(self.json.iter().map(says));
        }
        shown.extend(self.body.iter().map(|text| contains(answer.body, text.as_bytes())));
        shown
    }
}

/// The one value of a field; none: it is missing, or there twice.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

fn says(read: &Value, path: &str, value: Option<&Glob>) -> bool {
    let mut keys = path.split('/').filter(|key| !key.is_empty());
    let found = keys.try_fold(read, |read, key| read.get(key));
    match (found, value) {
        (None | Some(Value::Null), _) | (Some(Value::Array(_) | Value::Object(_)), Some(_)) => {
            false
        }
        (Some(_), None) => true,
        (Some(Value::String(text)), Some(value)) => value.matches(text),
        (Some(Value::Bool(said)), Some(value)) => value.as_str() == said.to_string(),
        (Some(Value::Number(said)), Some(value)) => value.as_str() == said.to_string(),
    }
}

fn contains(body: &[u8], text: &[u8]) -> bool {
    !text.is_empty() && body.windows(text.len()).any(|part| part == text)
}

#[cfg(test)]
mod tests;
