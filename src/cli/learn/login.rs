//! Which of the recorded requests were logins, whose, and which of them was the right one.

use std::collections::BTreeSet;

use http::header;
use serde_json::Value;

use super::exchange::Exchange;
use super::exchange::Field;
use super::html;

/// What the operator said of the name that they sign in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// This one.
    Said(String),
    /// The console asks for none.
    Nobody,
    /// Nothing.
    Unsaid,
}

impl Name {
    /// From an answer to the question.
    pub(super) fn of(line: Option<&str>) -> Self {
        match line.map(str::trim) {
            None | Some("") => Self::Unsaid,
            Some("-") => Self::Nobody,
            Some(name) => Self::Said(name.to_owned()),
        }
    }
}

/// Names of the fields in which pages asked for a password.
pub(super) fn password_fields(recording: &[Exchange]) -> BTreeSet<String> {
    let pages = recording.iter().filter(|one| one.is_of_kind("text/html"));
    let inputs = pages.flat_map(|page| html::password_inputs(&page.said.body));
    inputs.filter_map(|input| input.name).collect()
}

/// Whether a field is called as those of passwords are.
pub(super) fn looks_like_password(name: &str) -> bool {
    let key = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    ["pass", "pwd", "secret", "kennwort"].iter().any(|part| key.contains(part))
        || matches!(key.as_str(), "pw" | "pin" | "pword")
}

fn looks_like_user(name: &str) -> bool {
    let key = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    ["user", "login", "mail", "account"].iter().any(|part| key.contains(part))
        || matches!(key.as_str(), "name" | "uid" | "u" | "id")
}

/// Whether an exchange is a login.
pub(super) fn is_login(exchange: &Exchange, asked_for: &BTreeSet<String>, name: &Name) -> bool {
    let is_password =
        |field: &Field| asked_for.contains(&field.name) || looks_like_password(&field.name);
    let fields = &exchange.fields;
    fields.iter().any(|field| is_password(field) && !field.value.expose().is_empty())
        && match name {
            Name::Said(name) => fields.iter().any(|field| field.value.expose() == name),
            Name::Nobody | Name::Unsaid => true,
        }
}

/// The field that names the user, and others that could.
pub(super) struct UserField {
    pub(super) name: String,
    pub(super) others: Vec<String>,
    /// Whether what it says is what the operator typed on the terminal.
    pub(super) is_typed: bool,
}

/// Finds the field that names the user in both logins.
pub(super) fn user_field(
    logins: [&Exchange; 2],
    asked_for: &BTreeSet<String>,
    name: &Name,
) -> Option<UserField> {
    let [one, other] = logins;
    let is_in_both = |field: &&Field| other.fields.iter().any(|found| found.name == field.name);
    let is_password =
        |field: &&Field| asked_for.contains(&field.name) || looks_like_password(&field.name);
    let fields = || one.fields.iter().filter(is_in_both).filter(|field| !is_password(field));
    let names = |wanted: &dyn Fn(&&Field) -> bool| -> Vec<String> {
        fields().filter(wanted).map(|field| field.name.clone()).collect()
    };
    let alike = names(&|field| looks_like_user(&field.name));
    let (mut found, is_typed) = match name {
        Name::Nobody => return None,
        Name::Said(name) => (names(&|field| field.value.expose() == name), true),
        Name::Unsaid => (alike.clone(), false),
    };
    // The one that is called so comes first.
    found.sort_by_key(|name| !looks_like_user(name));
    let first = found.first()?.clone();
    let mut others: Vec<String> = found.into_iter().skip(1).chain(alike).collect();
    others.retain(|name| *name != first);
    others.sort();
    others.dedup();
    Some(UserField { name: first, others, is_typed })
}

/// How much an answer looks like one to a right login; more is better.
fn score(login: &Exchange) -> i8 {
    let status = login.said.status;
    if status.is_client_error() || status.is_server_error() {
        return -3;
    }
    if login.is_of_kind("text/html") && !html::password_inputs(&login.said.body).is_empty() {
        return -3;
    }
    if let Ok(Value::Object(said)) = serde_json::from_slice::<Value>(&login.said.body) {
        let is_error = said.get("error").is_some_and(|value| !value.is_null())
            || said.get("success") == Some(&Value::Bool(false));
        return if is_error { -2 } else { 1 };
    }
    let Some(location) = login.said_once(header::LOCATION) else {
        return 0;
    };
    let location = location.to_ascii_lowercase();
    let back = ["login", "signin", "sign-in", "sign_in", "error", "fail"];
    if back.iter().any(|word| location.contains(word)) { -1 } else { 1 }
}

/// Which of the logins was right and which was wrong, by their places in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) right: usize,
    pub(super) wrong: usize,
}

/// Tells right from wrong; none: it cannot be told, and the operator is asked.
pub(super) fn told_apart(logins: &[&Exchange]) -> Option<Pair> {
    let scores: Vec<i8> = logins.iter().map(|login| score(login)).collect();
    let (most, least) = (*scores.iter().max()?, *scores.iter().min()?);
    if most == least {
        return None;
    }
    let latest = |wanted: i8| scores.iter().rposition(|score| *score == wanted);
    Some(Pair { right: latest(most)?, wrong: latest(least)? })
}

/// The pair, when this one was right.
pub(super) fn with_right(logins: &[&Exchange], right: usize) -> Option<Pair> {
    let wrong = (0..logins.len()).rev().find(|at| *at != right)?;
    (right < logins.len()).then_some(Pair { right, wrong })
}
