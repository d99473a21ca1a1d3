//! Which of the console's cookies are its sessions.

use std::collections::BTreeMap;

use super::exchange::Exchange;
use super::finding::Finding;
use super::finding::Sure;
use super::mask::Mask;
use super::mask::contains;

const PART: &str = "session_cookies";

/// Shorter values are in many pages by chance.
const TELLING: usize = 8;

/// What was seen of a cookie.
#[derive(Default)]
struct Seen {
    /// Whether scripts cannot read it.
    http_only: bool,
    /// When it came.
    from: Option<From>,
    /// What it said since the right login.
    values: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    /// It was there before, and went with the right login.
    Before,
    /// With the answer to it.
    Right,
    /// Later.
    After,
}

/// The names to propose, and why.
pub(super) fn judge(
    recording: &[Exchange],
    right: &Exchange,
    mask: &Mask,
) -> (Vec<String>, Vec<Finding>) {
    let (mut names, mut findings) = (Vec::new(), Vec::new());
    for (name, seen) in seen(recording, right) {
        let shown = mask.cookie(&name);
        if mask.hides(&shown) || !shown.bytes().all(|b| b.is_ascii_graphic()) {
            findings.push(Finding::new(
                PART,
                Sure::Unsure,
                "a cookie with an odd name is left out",
            ));
            continue;
        }
        match verdict(&name, &seen, recording, right) {
            Ok((sure, text)) => {
                findings.push(Finding::new(PART, sure, format!("{shown}: {text}")));
                names.push(shown);
            }
            Err((sure, text)) => {
                findings.push(Finding::new(
                    PART,
                    sure,
                    format!("{shown} is not one of them: {text}"),
                ));
            }
        }
    }
    names.sort();
    names.dedup();
    if names.is_empty() {
        let text =
            "no session cookie was seen: sessions of the console's are not bound to the gateway's";
        findings.push(Finding::new(PART, Sure::Unsure, text));
    }
    (names, findings)
}

fn seen(recording: &[Exchange], right: &Exchange) -> BTreeMap<String, Seen> {
    let mut all: BTreeMap<String, Seen> = BTreeMap::new();
    for (name, value) in right.carried() {
        let seen = all.entry(name.to_owned()).or_default();
        seen.from = Some(From::Before);
        seen.values.push(value.to_owned());
    }
    for exchange in recording {
        for cookie in exchange.sets() {
            let seen = all.entry(cookie.name).or_default();
            let attributes = cookie.attributes.to_ascii_lowercase();
            seen.http_only = attributes.split(';').any(|one| one.trim() == "httponly");
            if exchange.number < right.number {
                continue;
            }
            let is_right = exchange.number == right.number;
            if is_right {
                seen.values.clear();
            }
            seen.values.push(cookie.value);
            if is_right {
                seen.from = Some(From::Right);
            } else if seen.from.is_none() {
                seen.from = Some(From::After);
            }
        }
    }
    all.retain(|_, seen| seen.from.is_some());
    all
}

type Verdict = Result<(Sure, &'static str), (Sure, &'static str)>;

fn verdict(name: &str, seen: &Seen, recording: &[Exchange], right: &Exchange) -> Verdict {
    let later = || recording.iter().filter(|one| one.number > right.number);
    let is_carried = later().any(|one| {
        one.carried()
            .iter()
            .any(|(other, value)| *other == name && seen.values.iter().any(|known| known == value))
    });
    let lower = name.to_ascii_lowercase();
    let is_token = lower.contains("csrf") || lower.contains("xsrf");
    if is_token && !seen.http_only {
        return Err((
            Sure::Certain,
            "scripts of the console's read it, by its name and as it is not HttpOnly",
        ));
    }
    let telling = || seen.values.iter().filter(|value| value.len() >= TELLING);
    // What stood in pages before it was raised is not known to be of a session.
    let counts = |one: &&Exchange| seen.from == Some(From::Before) || one.number >= right.number;
    let is_in_page = recording.iter().filter(counts).any(|one| {
        telling().any(|value| {
            contains(&one.said.body, value)
                || one.fields.iter().any(|field| field.value.expose() == value)
        })
    });
    if is_in_page {
        return Err((
            Sure::Likely,
            "its value stands in pages or forms, so sealing it would break them",
        ));
    }
    if !is_carried {
        return Err(match seen.from {
            Some(From::Right) => {
                (Sure::Unsure, "the right login set it, but no later request carried it")
            }
            _ => (Sure::Likely, "no request after the right login carried it"),
        });
    }
    match (seen.from, seen.http_only) {
        (Some(From::Right), true) => Ok((
            Sure::Certain,
            "the right login set it, later requests carried it, scripts cannot read it",
        )),
        (Some(From::Right), false) => Ok((
            Sure::Unsure,
            "the right login set it; it is not HttpOnly, so a script may want to read it",
        )),
        (_, true) => Ok((
            Sure::Likely,
            "it went with the right login or came soon after, and with later requests; scripts cannot read it",
        )),
        (_, false) => {
            Err((Sure::Unsure, "the right login did not set it, and scripts can read it"))
        }
    }
}
