//! Bodies at the login's path that are no login: what can be read in one way, and names nobody in it.
//!
//! Spellings that some reader takes for the user's field cannot all be listed. So what goes to a console there is not
//! what holds none of them, but what was understood as a whole, or is while it passes.

use http::HeaderMap;

use super::BodyKind;
use super::ConsoleForm;
use super::Who;
use super::user_name;
use crate::form_body::multipart;
use crate::form_body::multipart::Found;
use crate::form_body::urlencoded;

/// A body that names nobody so far.
#[derive(Debug)]
pub struct NamesNobody {
    key: String,
    reading: Reading,
    /// Where it is not written as logins are: a reader that minds no content type takes it for one.
    text: Option<Text>,
}

#[derive(Debug)]
enum Reading {
    Urlencoded(urlencoded::Names),
    Multipart(multipart::Reader),
}

/// What must not be in the text of a body.
#[derive(Debug, Default)]
struct Text {
    /// The end of what has passed, in which the beginning of it may be.
    end: Vec<u8>,
}

impl Text {
    fn holds(&mut self, piece: &[u8], key: &str) -> bool {
        self.end.extend_from_slice(piece);
        let found = user_name::holds(&self.end, key.as_bytes());
        // Escapes make a name up to twelve times as long.
        let keep = key.len().saturating_mul(12);
        let past = self.end.len().saturating_sub(keep);
        self.end.drain(..past);
        found
    }
}

impl NamesNobody {
    /// For a form's body; none, where it is no form, or could name the user whatever it says.
    #[must_use]
    pub fn of(form: &ConsoleForm, headers: &HeaderMap) -> Option<Self> {
        let Who::Field(field) = &form.who else { return None };
        let kind = BodyKind::of(headers)?;
        let reading = match kind {
            BodyKind::Urlencoded => Reading::Urlencoded(urlencoded::Names::default()),
            BodyKind::Multipart => {
                Reading::Multipart(multipart::Reader::of(multipart::boundary(headers)?))
            }
            BodyKind::Json => return None,
        };
        let text = (Some(kind) != form.request.body).then(Text::default);
        Some(Self { key: user_name::key(field).to_owned(), reading, text })
    }

    /// Whether it still does, with this piece: what has passed by then gives no name a value.
    pub fn goes_on(&mut self, piece: &[u8]) -> bool {
        let key = self.key.as_str();
        let is_other = |name: &str| !user_name::looks_like(name, key);
        let read = match &mut self.reading {
            Reading::Urlencoded(names) => names.read(piece, &mut |name| is_other(name)),
            Reading::Multipart(reader) => reader.read(piece, &mut |found| match found {
                Found::Name(name) => is_other(name),
                Found::File | Found::Value(_) => true,
            }),
        };
        read.is_some() && !self.text.as_mut().is_some_and(|text| text.holds(piece, key))
    }

    /// Whether it was one to its end.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        match &self.reading {
            Reading::Urlencoded(names) => {
                names.end(&mut |name| !user_name::looks_like(name, &self.key)).is_some()
            }
            Reading::Multipart(reader) => reader.is_over(),
        }
    }
}

impl ConsoleForm {
    /// Whether a whole body can be read in one way, and names nobody.
    #[must_use]
    pub fn names_nobody(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let Who::Field(field) = &self.who else { return false };
        if BodyKind::of(headers) == Some(BodyKind::Json) {
            let is_login = self.request.body == Some(BodyKind::Json) || !self.may_name_user(body);
            return is_login && user_name::json_names_nobody(body, user_name::key(field));
        }
        NamesNobody::of(self, headers)
            .is_some_and(|mut reading| reading.goes_on(body) && reading.is_whole())
    }
}

#[cfg(test)]
mod tests;
