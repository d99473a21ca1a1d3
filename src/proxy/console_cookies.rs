//! A console's session cookies on their way: opened for the console, sealed for the browser (ruling 13).

use http::HeaderValue;
use http::header;
use pingora::http::RequestHeader;
use pingora::http::ResponseHeader;

use super::context::Audience;
use super::failure;
use crate::console_desk::ConsoleDesk;
use crate::console_login::ConsoleForm;
use crate::console_login::cookies::Holder;
use crate::policy::Permit;
use crate::policy::Principal;
use crate::site::Site;

/// Lets the console see those of its session cookies that `open` opens, and no others.
///
/// # Errors
/// When what is left cannot be a header's value.
pub(super) fn reveal(
    head: &mut RequestHeader,
    site: &Site,
    open: impl FnMut(&str, &str) -> Option<String>,
) -> pingora::Result<()> {
    let patterns = &site.session_cookies;
    if patterns.is_empty() || !head.headers.contains_key(header::COOKIE) {
        return Ok(());
    }
    let lines = head.headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes);
    let line = patterns.opened(lines, open);
    head.remove_header(&header::COOKIE);
    line.map_or(Ok(()), |line| head.insert_header(header::COOKIE, line))
}

/// The same for a request that was permitted: in somebody's session theirs, otherwise none.
///
/// # Errors
/// See [`reveal`].
pub(super) fn reveal_to(
    head: &mut RequestHeader,
    permit: &Permit,
    desk: &ConsoleDesk,
) -> pingora::Result<()> {
    let site = permit.site().name.as_str();
    let binding = permit.identity().map(|identity| identity.session.binding.as_str());
    reveal(head, permit.site(), |name, value| desk.sealer.open(site, binding?, name, value))
}

/// Lets the console see no cookie that it could take for the user's name in a login: some read both.
///
/// # Errors
/// When what is left cannot be a header's value.
pub(super) fn hide_name(head: &mut RequestHeader, form: &ConsoleForm) -> pingora::Result<()> {
    let is_name = |pair: &&str| {
        let pieces = pair.split([',', ' ', '\t', '"']);
        pieces.filter_map(|piece| piece.split('=').next()).any(|name| form.is_field(name))
    };
    let lines = head.headers.get_all(header::COOKIE).iter();
    let lines: Vec<String> =
        lines.map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned()).collect();
    let pairs: Vec<&str> = lines.iter().flat_map(|line| line.split(';')).map(str::trim).collect();
    if !pairs.iter().any(is_name) {
        return Ok(());
    }
    let kept: Vec<&str> = pairs.iter().copied().filter(|pair| !is_name(pair)).collect();
    head.remove_header(&header::COOKIE);
    if kept.is_empty() { Ok(()) } else { head.insert_header(header::COOKIE, kept.join("; ")) }
}

/// For whom the cookies of an answer are sealed: for the session that the request was permitted to, or for a login that
/// is to come. A program has no session that they could belong to. Nor does what a page loads before sign-in: some
/// consoles begin a session with every picture, for they see no cookie with it, and the page's own would be replaced.
pub(super) fn holder<'p>(
    permit: &'p Permit,
    asked: &RequestHeader,
    audience: Audience,
) -> Option<Holder<'p>> {
    match permit.principal() {
        Principal::Person(identity) => Some(Holder::Session(&identity.session.binding)),
        Principal::Anonymous if is_part_of_a_page(asked, audience) => None,
        Principal::Anonymous => Some(Holder::Nobody),
        Principal::Machine(_) | Principal::Unnamed(_) => None,
    }
}

/// Whether a page loads it to show itself: neither a page nor what a script asks for.
fn is_part_of_a_page(asked: &RequestHeader, audience: Audience) -> bool {
    match asked.headers.get("sec-fetch-dest").map(HeaderValue::as_bytes) {
        Some(b"document" | b"iframe" | b"frame" | b"empty") => false,
        Some(_) => true,
        None => audience == Audience::Machine,
    }
}

/// Seals the session cookies that an answer sets; for nobody's use, they are removed.
///
/// # Errors
/// When the random source fails.
pub(super) fn conceal(
    head: &mut ResponseHeader,
    site: &Site,
    holder: Option<Holder<'_>>,
    desk: &ConsoleDesk,
) -> pingora::Result<()> {
    let sealed = site.session_cookies.sealed(&head.headers, |cookie| {
        let seal = |holder| desk.sealer.seal(site.name.as_str(), holder, cookie);
        holder.map(seal).transpose()
    });
    let Ok(sealed) = sealed else {
        return super::custom(failure::NOT_SEALED, "no random bytes");
    };
    let Some(lines) = sealed else { return Ok(()) };
    head.remove_header(&header::SET_COOKIE);
    lines.into_iter().try_for_each(|line| head.append_header(header::SET_COOKIE, line).map(drop))
}

/// What a request for the console's own sign-in says besides its cookies: how it is to be answered, and by which page
/// it was sent. Nothing in which a console could find another proof, such as `Authorization`.
const BEFORE_SIGN_IN: [&str; 25] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "content-encoding",
    "content-language",
    "content-length",
    "content-type",
    "cookie",
    "date",
    "dnt",
    "host",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "origin",
    "pragma",
    "range",
    "referer",
    "save-data",
    "transfer-encoding",
    "upgrade-insecure-requests",
    "user-agent",
];

/// Leaves of a head that a client sent what belongs to signing in. Runs before the gateway writes its own fields.
pub(super) fn strip(head: &mut RequestHeader) {
    let is_kept = |name: &str| BEFORE_SIGN_IN.contains(&name) || name.starts_with("sec-");
    let named = head.headers.keys().filter(|name| !is_kept(name.as_str()));
    for name in named.cloned().collect::<Vec<_>>() {
        head.remove_header(&name);
    }
}
