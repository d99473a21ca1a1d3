//! What one answer shows and another does not: signs of success and of failure.

use http::HeaderName;
use http::header;
use serde_json::Value;

use super::exchange::Exchange;
use super::html;
use super::mask::Mask;
use super::mask::contains;
use super::mask::is_variable;
use crate::console_login::Glob;

/// Keys above a value in JSON, at most.
const DEEPEST: usize = 4;

/// Signs of an answer, as they are written in the configuration.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) sets: Vec<String>,
    pub(super) deletes: Vec<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) json: Vec<(String, String)>,
    pub(super) body: Vec<String>,
    /// In words, what the other answer does not show.
    pub(super) apart: Vec<String>,
}

/// Everything that is true of `one` and not of `other`, with the status of `one`.
pub(super) fn shown(one: &Exchange, other: &Exchange, mask: &Mask) -> Shown {
    let mut shown = Shown { status: one.said.status.as_u16(), ..Shown::default() };
    if one.said.status != other.said.status {
        shown.apart.push(format!("the status {}", shown.status));
    }
    let location = one.said_once(header::LOCATION).map(|said| mask.text(said));
    shown.location = location.filter(|location| {
        let theirs = other.said_once(header::LOCATION);
        location != "*" && !theirs.is_some_and(|said| Glob::new(location).matches(said))
    });
    shown.sets = cookies_set(one, other, mask);
    shown.deletes = cookies_deleted(one, other, mask);
    shown.headers = headers(one, other, mask);
    shown.json = json(one, other, mask);
    shown.body = password_fields(one, other, mask);
    let lists = [
        ("Location", usize::from(shown.location.is_some())),
        ("cookies that are set", shown.sets.len()),
        ("cookies that are deleted", shown.deletes.len()),
        ("header fields", shown.headers.len()),
        ("the JSON body", shown.json.len()),
        ("the form in the page", shown.body.len()),
    ];
    let more = lists.iter().filter(|(_, count)| *count > 0);
    shown.apart.extend(more.map(|(name, _)| (*name).to_owned()));
    shown
}

fn cookies_set(one: &Exchange, other: &Exchange, mask: &Mask) -> Vec<String> {
    let theirs: Vec<String> = other.sets().into_iter().map(|cookie| cookie.name).collect();
    let own = one.sets().into_iter().map(|cookie| cookie.name);
    once(own.filter(|name| !theirs.contains(name)), mask)
}

fn cookies_deleted(one: &Exchange, other: &Exchange, mask: &Mask) -> Vec<String> {
    let theirs = other.deletes();
    once(one.deletes().into_iter().filter(|name| !theirs.contains(name)), mask)
}

fn once(names: impl Iterator<Item = String>, mask: &Mask) -> Vec<String> {
    let is_name = |name: &String| name.bytes().all(|b| b.is_ascii_graphic()) && !mask.hides(name);
    let mut names: Vec<String> = names.filter(is_name).map(|name| mask.cookie(&name)).collect();
    names.sort();
    names.dedup();
    names
}

/// Fields of the console's own; those of HTTP say little about a login.
fn headers(one: &Exchange, other: &Exchange, mask: &Mask) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for name in one.said.headers.keys().filter(|name| is_telling(name)) {
        let Some(value) = one.said_once(name) else { continue };
        let theirs = other.said.headers.get_all(name).iter().any(|said| said == value);
        let is_there = other.said.headers.contains_key(name);
        let masked = mask.text(value);
        let matches = || other.said_once(name).is_some_and(|v| Glob::new(&masked).matches(v));
        if theirs || masked.len() > 200 || (is_there && matches()) {
            continue;
        }
        found.push((name.as_str().to_owned(), masked));
    }
    found.sort();
    found
}

fn is_telling(name: &HeaderName) -> bool {
    const CHANGING: &[&str] =
        &["csrf", "xsrf", "date", "id", "limit", "nonce", "request", "runtime", "time", "trace"];
    let name = name.as_str();
    name.starts_with("x-")
        && !CHANGING.iter().any(|part| name.contains(part))
        && !matches!(
            name,
            "x-frame-options"
                | "x-xss-protection"
                | "x-content-type-options"
                | "x-powered-by"
                | "x-ua-compatible"
                | "x-robots-tag"
                | "x-cache"
                | "x-served-by"
                | "x-permitted-cross-domain-policies"
        )
}

fn json(one: &Exchange, other: &Exchange, mask: &Mask) -> Vec<(String, String)> {
    let read = |of: &Exchange| serde_json::from_slice::<Value>(&of.said.body).ok();
    let Some(own) = read(one).filter(Value::is_object) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    differences((&own, read(other).as_ref()), "", DEEPEST, &mut found);
    found.retain(|(path, value)| !mask.hides(path) && !mask.hides(value));
    found.sort();
    found
}

/// What the first says and the second does not, by the keys that lead there.
fn differences(
    (own, theirs): (&Value, Option<&Value>),
    path: &str,
    depth: usize,
    found: &mut Vec<(String, String)>,
) {
    let theirs = theirs.filter(|value| !value.is_null());
    match (own, theirs) {
        (Value::Null, _) => {}
        (Value::Object(members), _) => {
            if !path.is_empty() && theirs.is_none() {
                found.push((path.to_owned(), "*".to_owned()));
                return;
            }
            let Some(depth) = depth.checked_sub(1) else { return };
            let plain = |key: &str| {
                !key.is_empty() && key.bytes().all(|b| b.is_ascii_graphic() && b != b'/')
            };
            for (key, value) in members.iter().filter(|(key, _)| plain(key) && !is_variable(key)) {
                let path = if path.is_empty() { key.clone() } else { format!("{path}/{key}") };
                let theirs = theirs.and_then(|value| value.get(key));
                differences((value, theirs), &path, depth, found);
            }
        }
        (_, _) if path.is_empty() => {}
        (_, None) => found.push((path.to_owned(), "*".to_owned())),
        (Value::Bool(own), Some(theirs)) if theirs != own => {
            found.push((path.to_owned(), own.to_string()));
        }
        (Value::Number(own), Some(Value::Number(theirs))) if theirs != own => {
            let own = own.to_string();
            if !is_variable(&own) {
                found.push((path.to_owned(), own));
            }
        }
        (Value::String(own), Some(Value::String(theirs))) if theirs != own => {
            let is_word = |text: &str| {
                text.len() <= 20
                    && text.bytes().all(|b| b.is_ascii_alphabetic() || b"_-".contains(&b))
            };
            if is_word(own) && is_word(theirs) && !own.is_empty() {
                found.push((path.to_owned(), own.clone()));
            }
        }
        (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_), _) => {}
    }
}

/// The form that is shown again.
fn password_fields(one: &Exchange, other: &Exchange, mask: &Mask) -> Vec<String> {
    if !one.is_of_kind("text/html") {
        return Vec::new();
    }
    let inputs = html::password_inputs(&one.said.body);
    let written = inputs.into_iter().filter_map(|input| input.written);
    let is_own = |text: &String| !contains(&other.said.body, text) && !mask.hides(text);
    written.filter(is_own).take(1).collect()
}
