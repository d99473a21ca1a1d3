//! What is posted to an SMS gateway: the forms of the usual ones, and one that an operator writes.

use std::fmt::Write;

use serde_json::Value;
use serde_json::json;
use url::form_urlencoded;
use zeroize::Zeroizing;

/// The form of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Template {
    /// JSON of our own: `to`, `from`, `text`, `id`.
    Generic,
    /// A form as Twilio takes it.
    Twilio,
    /// JSON as Vonage's Messages API takes it.
    Vonage,
    /// JSON as `MessageBird` takes it.
    MessageBird,
    /// JSON as Bird takes it.
    Bird,
    /// JSON as an operator has written it, with `{to}`, `{from}`, `{text}` and `{id}` inside its texts.
    Json(String),
    /// A form as an operator has written it, with the same in its values.
    Form(String),
}

/// What a template has places for.
#[derive(Clone, Copy)]
pub(super) struct Filling<'a> {
    pub(super) to: &'a str,
    pub(super) from: &'a str,
    pub(super) text: &'a str,
    pub(super) id: &'a str,
}

/// Why a template is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownPlace {
    /// A place of another name.
    #[error("there is no place `{{{0}}}`")]
    Name(String),
    /// The number or the text would not be sent.
    #[error("it has no place `{{{0}}}`")]
    Missing(&'static str),
    /// It is no JSON.
    #[error("it is not JSON")]
    Json,
}

impl Template {
    /// JSON that an operator has written.
    ///
    /// # Errors
    /// When it is none, or its places are not ours.
    pub fn json(text: &str) -> Result<Self, UnknownPlace> {
        check(text)?;
        let sample = filled(text, &Filling { to: "+1", from: "a", text: "b", id: "c" }, json_text);
        serde_json::from_str::<Value>(&sample).map_err(|_| UnknownPlace::Json)?;
        Ok(Self::Json(text.to_owned()))
    }

    /// A form that an operator has written.
    ///
    /// # Errors
    /// When its places are not ours.
    pub fn form(text: &str) -> Result<Self, UnknownPlace> {
        check(text)?;
        Ok(Self::Form(text.to_owned()))
    }

    /// The type of what is posted.
    #[must_use]
    pub const fn content_type(&self) -> &'static str {
        match self {
            Self::Generic | Self::Vonage | Self::MessageBird | Self::Bird | Self::Json(_) => {
                "application/json"
            }
            Self::Twilio | Self::Form(_) => "application/x-www-form-urlencoded",
        }
    }

    pub(super) fn fill(&self, filling: &Filling<'_>) -> Zeroizing<String> {
        let Filling { to, from, text, id } = *filling;
        // Some take numbers without the plus.
        let digits = to.trim_start_matches('+');
        Zeroizing::new(match self {
            Self::Generic => json!({"to": to, "from": from, "text": text, "id": id}).to_string(),
            Self::Twilio => form_urlencoded::Serializer::new(String::new())
                .append_pair("To", to)
                .append_pair("From", from)
                .append_pair("Body", text)
                .finish(),
            Self::Vonage => json!({
                "channel": "sms", "message_type": "text",
                "to": digits, "from": from, "text": text, "client_ref": id,
            })
            .to_string(),
            Self::MessageBird => json!({
                "recipients": [digits], "originator": from, "body": text, "reference": id,
            })
            .to_string(),
            Self::Bird => json!({
                "receiver": {"contacts": [{"identifierKey": "phonenumber", "identifierValue": to}]},
                "body": {"type": "text", "text": {"text": text}},
                "reference": id,
            })
            .to_string(),
            Self::Json(template) => filled(template, filling, json_text),
            Self::Form(template) => filled(template, filling, form_text),
        })
    }
}

/// The places of a template that an operator has written.
fn check(template: &str) -> Result<(), UnknownPlace> {
    let mut rest = template;
    while let Some((_, after)) = rest.split_once('{') {
        rest = after;
        // A brace of JSON itself is followed by no name.
        let name = after.split('}').next().unwrap_or_default();
        let is_name =
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if is_name && after.get(name.len()..).is_some_and(|end| end.starts_with('}')) {
            let known = ["to", "from", "text", "id"].contains(&name);
            if !known {
                return Err(UnknownPlace::Name(name.to_owned()));
            }
        }
    }
    for needed in ["to", "text"] {
        if !template.contains(&format!("{{{needed}}}")) {
            return Err(UnknownPlace::Missing(needed));
        }
    }
    Ok(())
}

/// The template with its places filled, in one pass: what is filled in has no places.
fn filled(template: &str, filling: &Filling<'_>, escape: fn(&str) -> String) -> String {
    let places = [
        ("{to}", filling.to),
        ("{from}", filling.from),
        ("{text}", filling.text),
        ("{id}", filling.id),
    ];
    let mut out = String::with_capacity(template.len() + 256);
    let mut rest = template;
    'next: while !rest.is_empty() {
        for (place, value) in places {
            if let Some(after) = rest.strip_prefix(place) {
                out.push_str(&escape(value));
                rest = after;
                continue 'next;
            }
        }
        let mut characters = rest.chars();
        out.extend(characters.next());
        rest = characters.as_str();
    }
    out
}

/// As it stands inside the quotes of a JSON text.
fn json_text(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            c if c.is_control() => {
                let _infallible = write!(escaped, "\\u{:04x}", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

fn form_text(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NASTY: &str = "a \"quoted\" {to}\n\\ & = + ü";

    fn filling(text: &str) -> Filling<'_> {
        Filling { to: "+4915123456742", from: "Console", text, id: "abc" }
    }

    #[test]
    fn every_form_holds_what_is_said_whole_and_nothing_else_a161() {
        let own = Template::json(r#"{"n": "{to}", "m": ["{text}"], "s": "{from}/{id}"}"#).unwrap();
        for template in
            [Template::Generic, Template::Vonage, Template::MessageBird, Template::Bird, own]
        {
            let body = template.fill(&filling(NASTY));
            let value: Value = serde_json::from_str(&body).unwrap();
            let texts = value.to_string();
            assert!(texts.contains(&json!(NASTY).to_string()), "{template:?}: {texts}");
            assert!(texts.contains("4915123456742"), "{template:?}: {texts}");
            assert_eq!(template.content_type(), "application/json");
        }
        let own = Template::form("user=x&to={to}&msg={text}").unwrap();
        for (template, name) in [(Template::Twilio, "Body"), (own, "msg")] {
            let body = template.fill(&filling(NASTY));
            let pairs: Vec<(String, String)> =
                form_urlencoded::parse(body.as_bytes()).into_owned().collect();
            assert_eq!(pairs.len(), 3, "{body:?}");
            assert!(pairs.contains(&(name.to_owned(), NASTY.to_owned())), "{pairs:?}");
        }
    }

    #[test]
    fn a_template_has_our_places_and_the_needed_ones() {
        assert_eq!(Template::json("{to} {text}"), Err(UnknownPlace::Json));
        assert_eq!(Template::json(r#"{"a": "{to}"}"#), Err(UnknownPlace::Missing("text")));
        let odd = UnknownPlace::Name("code".to_owned());
        assert_eq!(Template::form("to={to}&text={text}&c={code}"), Err(odd));
        assert!(Template::json(r#"{"to":"{to}","a":{},"text":"{text}"}"#).is_ok());
    }
}
