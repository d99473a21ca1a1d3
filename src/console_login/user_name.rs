//! Whose name a login request gives: one, the same to every reader, or none.
//!
//! Consoles read forms in their own ways. PHP takes the last of two fields, turns dots and spaces of names into
//! underscores and brackets into lists; others take the first, or do not mind the case. A request in which another
//! field could be taken for the user's is refused before the console sees it.

use std::collections::HashSet;
use std::fmt;

use bytes::Bytes;
use http::HeaderMap;
use serde::Deserialize;
use serde::Deserializer;
use serde::de;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use unicode_normalization::UnicodeNormalization;

use super::BodyKind;
use super::ConsoleForm;
use super::Who;
use crate::form_body::multipart;
use crate::form_body::urlencoded;
use crate::subject::LoginName;

/// Why a login request names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    /// The body is not written as announced.
    #[error("the body is not written as announced")]
    Body,
    /// The field is missing.
    #[error("it names no user")]
    Missing,
    /// More than one field could be the user's name.
    #[error("more than one field could be the user's name")]
    Ambiguous,
}

impl ConsoleForm {
    /// The name that a login request gives, as it was typed.
    ///
    /// # Errors
    /// When it gives none, or could give another one to somebody else.
    pub fn user_named(
        &self,
        query: Option<&str>,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Result<String, Unclear> {
        let field = match &self.who {
            Who::Fixed(login) => return Ok(login.name().to_owned()),
            Who::Field(field) => field,
            Who::Vouched(_) => return Err(Unclear::Missing),
        };
        // Some consoles read both.
        if self.is_named_in(query.unwrap_or_default()) {
            return Err(Unclear::Ambiguous);
        }
        // Some readers take a `;` for the end of a field; browsers escape it.
        let split = |body: &Bytes| {
            BodyKind::of(headers) == Some(BodyKind::Urlencoded) && body.contains(&b';')
        };
        if split(body) {
            return Err(Unclear::Body);
        }
        match BodyKind::of(headers).ok_or(Unclear::Body)? {
            BodyKind::Urlencoded => only(&urlencoded::pairs(body).ok_or(Unclear::Body)?, field),
            BodyKind::Multipart => {
                only(&multipart::plain_texts(headers, body).ok_or(Unclear::Body)?, field)
            }
            BodyKind::Json => in_json(body, field),
        }
    }
}

impl ConsoleForm {
    /// Whether a query could name a user to a console that reads both, or could be the way back from a provider.
    #[must_use]
    pub fn is_named_in(&self, query: &str) -> bool {
        let says = |name: &str| match &self.who {
            Who::Field(field) => looks_like(name, key(field)),
            Who::Fixed(_) => false,
            Who::Vouched(_) => self.request.has_parameter(|one| looks_like(name, one)),
        };
        if matches!(self.who, Who::Fixed(_)) {
            return false;
        }
        let pairs = urlencoded::pairs(query.replace(';', "&").as_bytes());
        // What cannot be read in one way may name anybody.
        pairs.is_none_or(|pairs| pairs.iter().any(|(name, _)| says(name)))
    }

    /// Whether a name is one of those that the operator expects.
    #[must_use]
    pub fn may_be_called(&self, login: &LoginName) -> bool {
        let name = login.name();
        match &self.names {
            Some(patterns) => patterns.iter().any(|pattern| pattern.matches(name)),
            None => !name.contains('@'),
        }
    }

    /// Whether a body holds the field's name in one of its spellings, wherever.
    #[must_use]
    pub fn may_name_user(&self, body: &[u8]) -> bool {
        let Who::Field(field) = &self.who else {
            return true;
        };
        holds(body, key(field).as_bytes())
    }

    /// Whether a console that reads cookies like fields could take one of this name for the user's.
    #[must_use]
    pub fn is_field(&self, name: &str) -> bool {
        match &self.who {
            Who::Field(field) => looks_like(name, key(field)),
            Who::Fixed(_) | Who::Vouched(_) => false,
        }
    }
}

/// Whether bytes hold a name in any spelling.
#[must_use]
pub fn holds(text: &[u8], name: &[u8]) -> bool {
    let (text, name) = (plainly(text), plainly(name));
    !name.is_empty() && text.windows(name.len()).any(|part| part == name)
}

/// Bytes without escapes, case and the signs that some readers take for one another. What is more than ASCII may fold
/// to it.
fn plainly(text: &[u8]) -> Vec<u8> {
    let read = unescaped(text);
    let folded = if read.is_ascii() { read.to_ascii_lowercase() } else { folded(&read) };
    let is_dropped = |b: &u8| matches!(b, b'.' | b' ' | b'+' | b'[' | b']' | b'-' | b'_' | b'\0');
    folded.into_iter().filter(|b| !is_dropped(b)).collect()
}

fn folded(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    text.nfkc().collect::<String>().to_uppercase().to_lowercase().into_bytes()
}

/// Bytes with what `%C5` and `\u017f` stand for.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, tail)) = rest.split_first() {
        let (escaped, length) = match first {
            b'%' => (tail.get(..2), 2),
            b'\\' if matches!(tail.first(), Some(b'u' | b'U')) => (tail.get(1..5), 5),
            _ => (None, 0),
        };
        let number = escaped.and_then(|digits| std::str::from_utf8(digits).ok());
        let Some(number) = number.and_then(|digits| u32::from_str_radix(digits, 16).ok()) else {
            plain.push(first);
            rest = tail;
            continue;
        };
        rest = tail.get(length..).unwrap_or_default();
        match (length, u8::try_from(number), char::from_u32(number)) {
            (2, Ok(byte), _) => plain.push(byte),
            (_, _, Some(letter)) => {
                plain.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => {}
        }
    }
    plain
}

/// The one field that is the user's name.
fn only(fields: &[(String, String)], field: &str) -> Result<String, Unclear> {
    let mut alike = fields.iter().filter(|(name, _)| looks_like(name, field));
    let (name, value) = alike.next().ok_or(Unclear::Missing)?;
    if name != field || alike.next().is_some() {
        return Err(Unclear::Ambiguous);
    }
    Ok(value.clone())
}

/// The last key of a path of keys: a field's name, where it is no path.
pub(super) fn key(field: &str) -> &str {
    field.rsplit('/').next().unwrap_or(field)
}

/// Whether any console could take one name of a field for the other, or for a list or an object that has it.
pub(super) fn looks_like(name: &str, field: &str) -> bool {
    let (name, field) = (keys(name), keys(field));
    name.concat() == field.concat() || name.iter().zip(&field).all(|(one, other)| one == other)
}

/// `user` and `login` of `user[login]`, without what some readers do not tell apart.
fn keys(name: &str) -> Vec<String> {
    let text = name.trim_start_matches([' ', '\u{feff}']);
    let base = text.split('\0').next().unwrap_or_default();
    match base.split_once('[') {
        Some((first, rest)) if !first.is_empty() && rest.contains(']') => {
            std::iter::once(first).chain(rest.split('[')).map(plain_key).collect()
        }
        _ => vec![plain_key(base)],
    }
}

/// Readers that do not mind the case fold as Unicode has it: the long s is an s, the Kelvin sign a k.
fn plain_key(key: &str) -> String {
    let plain = key.trim().nfkc().collect::<String>().to_uppercase().to_lowercase();
    plain.chars().filter(|c| !matches!(c, '.' | ' ' | '[' | ']' | '-' | '_')).collect()
}

/// Whether JSON can be read in one way, and has no key anywhere that could be the user's.
pub(super) fn json_names_nobody(body: &[u8], key: &str) -> bool {
    strictly(body).is_ok_and(|value| !value.has_key(key))
}

fn strictly(body: &[u8]) -> Result<Strict, Unclear> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = Strict::deserialize(&mut reader).map_err(|_| Unclear::Body)?;
    reader.end().map_err(|_| Unclear::Body)?;
    Ok(value)
}

/// The text at a path of keys, where no object says anything twice.
pub(super) fn in_json(body: &[u8], path: &str) -> Result<String, Unclear> {
    let mut value = strictly(body)?;
    for key in path.split('/').filter(|key| !key.is_empty()) {
        let Strict::Object(members) = value else {
            return Err(Unclear::Missing);
        };
        // Some readers do not mind the case of keys.
        let (mut alike, _): (Vec<_>, Vec<_>) =
            members.into_iter().partition(|(name, _)| looks_like(name, key));
        let (name, found) = alike.pop().ok_or(Unclear::Missing)?;
        if name != key || !alike.is_empty() {
            return Err(Unclear::Ambiguous);
        }
        value = found;
    }
    match value {
        Strict::Text(text) => Ok(text),
        Strict::Object(_) | Strict::List(_) | Strict::Other => Err(Unclear::Ambiguous),
    }
}

/// JSON in which no object has a key twice.
enum Strict {
    Text(String),
    Object(Vec<(String, Self)>),
    List(Vec<Self>),
    Other,
}

impl Strict {
    fn has_key(&self, key: &str) -> bool {
        match self {
            Self::Object(members) => {
                members.iter().any(|(name, value)| looks_like(name, key) || value.has_key(key))
            }
            Self::List(values) => values.iter().any(|value| value.has_key(key)),
            Self::Text(_) | Self::Other => false,
        }
    }
}

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Strict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without duplicate keys")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Strict, E> {
        Ok(Strict::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Strict, E> {
        Ok(Strict::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Strict, E> {
        Ok(Strict::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Strict, E> {
        Ok(Strict::Other)
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict::Other)
    }

    fn visit_str<E>(self, text: &str) -> Result<Strict, E> {
        Ok(Strict::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Strict, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Strict::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Strict, A::Error> {
        let mut names = HashSet::new();
        let mut members = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Strict>()? {
            if !names.insert(name.clone()) {
                return Err(de::Error::custom("a key that is there twice"));
            }
            members.push((name, value));
        }
        Ok(Strict::Object(members))
    }
}

#[cfg(test)]
mod tests;
