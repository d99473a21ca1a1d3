//! The page for signing in, what belongs to it, and the way out.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::exchange::Exchange;
use super::finding::Finding;
use super::finding::Sure;
use super::html;
use super::mask::Mask;
use super::mask::is_variable;
use crate::console_login::CookiePatterns;
use crate::form_body::urlencoded;

/// So many files of one directory mean the directory.
const MANY: usize = 3;

/// Parameters that say where to go next: every person has another one.
const NEXT: &[&str] = &[
    "next",
    "return",
    "return_to",
    "returnurl",
    "returnto",
    "redirect",
    "redirect_uri",
    "redirect_to",
    "url",
    "continue",
    "goto",
    "from",
    "service",
    "destination",
    "target",
];

/// Endings of files that are the same for everybody.
const STATIC: &[&str] = &[
    "css",
    "js",
    "mjs",
    "map",
    "png",
    "svg",
    "gif",
    "jpg",
    "jpeg",
    "webp",
    "ico",
    "woff",
    "woff2",
    "ttf",
    "otf",
    "eot",
    "webmanifest",
];

/// The page, path and query.
pub(super) fn page(
    recording: &[Exchange],
    first_login: &Exchange,
    mask: &Mask,
) -> Option<(String, Finding)> {
    let before = || {
        let earlier = recording.iter().filter(|one| one.number < first_login.number);
        earlier.filter(|one| one.asked.method == http::Method::GET && one.said.status.is_success())
    };
    let has_form = |one: &&Exchange| {
        one.is_of_kind("text/html") && !html::password_inputs(&one.said.body).is_empty()
    };
    let (found, finding) = if let Some(found) = before().filter(has_form).last() {
        (found, Finding::new("page", Sure::Certain, "it has the password field"))
    } else {
        let text = "it was the last page before the login, but has no password field: a script makes it, or it is another page";
        (before().filter(|one| is_document(one)).last()?, Finding::new("page", Sure::Likely, text))
    };
    let kept = |(name, value): &(String, String)| {
        !is_variable(value) && !mask.hides(value) && !name.is_empty()
    };
    let pairs = urlencoded::pairs(found.query().unwrap_or_default().as_bytes()).unwrap_or_default();
    let query: Vec<String> = pairs
        .iter()
        .filter(|pair| kept(pair))
        .map(|(name, value)| format!("{}={}", urlencoded::encode(name), urlencoded::encode(value)))
        .collect();
    let page = found.path().to_owned();
    Some((if query.is_empty() { page } else { format!("{page}?{}", query.join("&")) }, finding))
}

fn is_document(one: &Exchange) -> bool {
    let said = |name: &str| one.asked.headers.get(name).and_then(|value| value.to_str().ok());
    said("sec-fetch-dest").map_or_else(|| one.is_of_kind("text/html"), |kind| kind == "document")
}

/// What a query must say for a request to be meant: the same in every one, nothing of one person's.
pub(super) fn fixed_query(requests: &[&Exchange], mask: &Mask) -> Vec<(String, String)> {
    let read = |one: &Exchange| urlencoded::pairs(one.query().unwrap_or_default().as_bytes());
    let Some((first, rest)) = requests.split_first() else {
        return Vec::new();
    };
    let others: Vec<_> = rest.iter().filter_map(|one| read(one)).collect();
    let mut pairs = read(first).unwrap_or_default();
    pairs.retain(|pair| {
        let (name, value) = pair;
        !NEXT.contains(&name.to_ascii_lowercase().as_str())
            && !is_variable(value)
            && !mask.hides(value)
            && others.iter().all(|other| other.contains(pair))
    });
    pairs
}

/// Whether a request was made by somebody who is signed in.
fn is_signed_in(one: &Exchange, right: &Exchange, cookies: &CookiePatterns) -> bool {
    one.number > right.number
        && (cookies.is_empty() || one.carried().iter().any(|(name, _)| cookies.cover(name)))
}

/// Requests that the browser sent for the page, before anybody was signed in.
pub(super) fn needed<'a>(
    recording: &'a [Exchange],
    right: &'a Exchange,
    page: &'a str,
    cookies: &'a CookiePatterns,
) -> impl Iterator<Item = &'a Exchange> {
    let at = page.split('?').next().unwrap_or(page);
    recording.iter().filter(move |one| {
        (one.said.status.is_success() || one.said.status == http::StatusCode::NOT_MODIFIED)
            && one.path() != at
            && !one.asked.headers.contains_key(http::header::AUTHORIZATION)
            && !is_signed_in(one, right, cookies)
    })
}

/// What to serve before sign-in.
pub(super) fn public<'a>(
    needed: impl Iterator<Item = &'a Exchange>,
    logins: &[&Exchange],
) -> (Vec<String>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut files: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let (mut single, mut posts) = (BTreeSet::new(), BTreeSet::new());
    for one in needed {
        let path = one.path();
        if !one.asked.method.is_safe() {
            if logins.iter().all(|login| login.path() != path) {
                posts.insert(path.to_owned());
            }
        } else if path.contains(['*', '%']) || !path.starts_with('/') {
            let text = format!("{path} is left out: write it yourself if the page needs it");
            findings.push(Finding::new("public", Sure::Unsure, text));
        } else if let Some((directory, ending)) = file(path) {
            if STATIC.contains(&ending.as_str()) {
                files.entry(directory.to_owned()).or_default().insert(path.to_owned());
            } else {
                single.insert(path.to_owned());
            }
        } else {
            single.insert(path.to_owned());
        }
    }
    for path in &posts {
        let text = format!(
            "the page posted to {path} before sign-in; the gateway lets no such request through"
        );
        findings.push(Finding::new("public", Sure::Unsure, text));
    }
    for path in &single {
        let text = format!("{path} is no plain file: everybody may read what it answers");
        findings.push(Finding::new("public", Sure::Unsure, text));
    }
    let mut public: Vec<String> = single.iter().map(|path| format!("={path}")).collect();
    for (directory, files) in files {
        // A directory of files, and nothing that is made for somebody.
        let is_plain =
            |path: &String| path.strip_prefix(&directory).is_none_or(|rest| !rest.starts_with('/'));
        if files.len() >= MANY && !directory.is_empty() && single.iter().all(is_plain) {
            let text = format!("everything below {directory} is served to everybody");
            findings.push(Finding::new("public", Sure::Likely, text));
            public.push(directory);
        } else {
            public.extend(files.iter().map(|path| format!("={path}")));
        }
    }
    (public, findings)
}

/// Directory and ending of a file.
fn file(path: &str) -> Option<(&str, String)> {
    let (directory, name) = path.rsplit_once('/')?;
    let (_, ending) = name.rsplit_once('.')?;
    Some((directory, ending.to_ascii_lowercase()))
}

/// Whether a request is called as those are that sign people out.
pub(super) fn is_logout(one: &Exchange, logins: &[&Exchange]) -> bool {
    let target = one.asked.target.to_ascii_lowercase();
    let words = ["logout", "log-out", "log_out", "logoff", "signout", "sign-out", "sign_out"];
    words.iter().any(|word| target.contains(word))
        && file(one.path()).is_none_or(|(_, ending)| !STATIC.contains(&ending.as_str()))
        && logins.iter().all(|login| login.number != one.number)
}

/// The request that signs people out.
pub(super) fn logout<'a>(
    recording: &'a [Exchange],
    right: &Exchange,
    logins: &[&Exchange],
    cookies: &CookiePatterns,
) -> Option<(&'a Exchange, Finding)> {
    let is_login = |one: &Exchange| logins.iter().any(|login| login.number == one.number);
    let later = || recording.iter().filter(|one| one.number > right.number && !is_login(one));
    let is_called_so = |one: &&Exchange| is_logout(one, logins);
    let ends = |one: &&Exchange| one.deletes().iter().any(|name| cookies.cover(name));
    let found = |sure, text: &str| Finding::new("logout", sure, text);
    if let Some(one) = later().find(|one| is_called_so(one) && ends(one)) {
        return Some((one, found(Sure::Certain, "it is called so, and deletes a session cookie")));
    }
    if let Some(one) =
        later().find(|one| is_called_so(one) && one.asked.method != http::Method::HEAD)
    {
        return Some((one, found(Sure::Likely, "it is called so, but deletes no session cookie")));
    }
    let one = later().find(ends)?;
    Some((one, found(Sure::Unsure, "it deletes a session cookie, but is not called so")))
}
