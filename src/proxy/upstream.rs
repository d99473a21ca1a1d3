//! The head of a request as the console receives it.

use std::fmt::Write;
use std::net::IpAddr;

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::Version;
use http::header;
use pingora::Error;
use pingora::ErrorType;
use pingora::http::RequestHeader;

use super::context::RequestContext;
use super::reading;
use crate::assertion::Bearer;
use crate::assertion::header::ASSERTION;
use crate::assertion::header::FORWARDED_EMAIL;
use crate::assertion::header::FORWARDED_GROUPS;
use crate::assertion::header::FORWARDED_USER;
use crate::assertion::header::REQUEST_ID;
use crate::canonical::Host;
use crate::gate::SiteEntry;
use crate::service_token;
use crate::session::cookie;
use crate::session::cookie::CookieNames;
use crate::upstream::SecretHeader;

/// What a console is told about one request.
#[derive(Debug)]
pub struct Telling<'a> {
    /// The site and its lists.
    pub entry: &'a SiteEntry,
    /// The request's id.
    pub request_id: &'a str,
    /// The request's host and port, canonical.
    pub authority: &'a str,
    /// The client's address.
    pub client: IpAddr,
    /// Whether the client's connection is secure.
    pub cookies: CookieNames,
    /// Who is asking, with the signed assertion; none on an open route.
    pub identity: Option<(Bearer<'a>, HeaderValue)>,
    /// Our own name in `Via`.
    pub pseudonym: &'a str,
    /// What shows the console that it is the gateway that asks.
    pub secret: Option<&'a SecretHeader>,
}

impl<'a> Telling<'a> {
    /// What is told in nobody's name; none before it is known from where and to which site the request goes.
    pub(super) fn of(context: &'a RequestContext, pseudonym: &'a str) -> Option<Self> {
        Some(Self {
            entry: context.site.as_ref()?,
            request_id: &context.id,
            authority: &context.authority,
            client: context.client.as_ref()?.address,
            cookies: context.cookies,
            identity: None,
            pseudonym,
            secret: None,
        })
    }
}

/// Makes the head what the console receives: everything that could pass for ours removed, then ours set
/// exactly once (rule 3). Runs after pingora removed hop-by-hop fields and what `Connection` named.
///
/// # Errors
/// When a value cannot be a header's: the request is refused.
pub fn tell(head: &mut RequestHeader, telling: &Telling<'_>) -> pingora::Result<()> {
    // Over HTTP/2 on both sides trailers pass; the client says whether it reads them (RFC 9110 §10.1.4).
    let trailers = head.version == Version::HTTP_2
        && head.headers.get(header::TE).is_some_and(|te| te == "trailers");
    for name in telling.entry.stripper.stripped_names(&head.headers) {
        head.remove_header(&name);
    }
    if trailers {
        head.insert_header(header::TE, "trailers")?;
    }
    clean_authorization(head)?;
    clean_cookies(head)?;
    head.insert_header(header::HOST, telling.authority)?;
    let via = joined(&head.headers, &header::VIA, telling.pseudonym);
    head.insert_header(header::VIA, via)?;
    forwarding(head, telling)?;
    head.insert_header(REQUEST_ID, telling.request_id)?;
    if let Some((bearer, assertion)) = &telling.identity {
        identity(head, telling.entry, *bearer, assertion)?;
    }
    telling.secret.map_or(Ok(()), |secret| show_secret(head, secret))
}

/// A request that is only foreseen, for [`foretold`].
#[derive(Debug)]
pub struct Foreseen<'a> {
    /// The site.
    pub entry: &'a SiteEntry,
    /// Host and port, as the client would write them.
    pub authority: &'a str,
    /// The client's address.
    pub client: IpAddr,
    /// In whose name.
    pub bearer: Option<Bearer<'a>>,
    /// What shows the console that it is the gateway that asks.
    pub secret: Option<&'a SecretHeader>,
}

/// What the gateway itself would tell a console about a request without any header fields of its own, in
/// order of names. What is only known when it happens is said in brackets, and so is what nobody may see.
///
/// # Errors
/// When a value cannot be a header's: the request would be refused.
pub fn foretold(request: &Foreseen<'_>) -> Result<Vec<(String, String)>, String> {
    let origin = &request.entry.site.origin;
    let host = Host::parse(request.authority).ok_or("the host is malformed")?;
    let authority = reading::public_authority(request.authority, host.as_str(), origin, None)
        .ok_or("the port is not one of the site's")?;
    let told = || -> pingora::Result<RequestHeader> {
        let mut head = RequestHeader::build(Method::GET, b"/", None)?;
        let assertion = HeaderValue::from_static("(signed; see the claims)");
        tell(
            &mut head,
            &Telling {
                entry: request.entry,
                request_id: "(made for each request)",
                authority: &authority,
                client: request.client,
                cookies: CookieNames::of_origin(origin),
                identity: request.bearer.map(|bearer| (bearer, assertion)),
                pseudonym: "portcullis-(instance)",
                secret: request.secret,
            },
        )?;
        if matches!(request.bearer, Some(Bearer::Person(_)))
            && request.entry.site.console_basic().is_some()
        {
            head.insert_header(header::AUTHORIZATION, hidden())?;
        }
        Ok(head)
    };
    let head = told().map_err(|error| error.to_string())?;
    let shown = |value: &HeaderValue| match value.to_str() {
        Ok(text) if !value.is_sensitive() => text.to_owned(),
        Ok(_) | Err(_) => "(not shown)".to_owned(),
    };
    let mut all: Vec<_> =
        head.headers.iter().map(|(name, value)| (name.to_string(), shown(value))).collect();
    all.sort();
    Ok(all)
}

/// A value that is not shown.
fn hidden() -> HeaderValue {
    let mut value = HeaderValue::from_static("Basic");
    value.set_sensitive(true);
    value
}

/// Sets the header that only the gateway knows. Whatever prints headers does not print its value.
pub(super) fn show_secret(head: &mut RequestHeader, secret: &SecretHeader) -> pingora::Result<()> {
    let mut value = HeaderValue::from_str(secret.value.expose())
        .map_err(|_| Error::explain(ErrorType::InvalidHTTPHeader, "the secret header's value"))?;
    value.set_sensitive(true);
    head.insert_header(secret.name.clone(), value)
}

/// A service token is for the gateway; whatever else a console is told in `Authorization` is its own.
fn clean_authorization(head: &mut RequestHeader) -> pingora::Result<()> {
    let lines = || head.headers.get_all(header::AUTHORIZATION).iter();
    if !lines().any(|line| service_token::is_token_line(line.as_bytes())) {
        return Ok(());
    }
    let others: Vec<HeaderValue> =
        lines().filter(|line| !service_token::is_token_line(line.as_bytes())).cloned().collect();
    head.remove_header(&header::AUTHORIZATION);
    others
        .into_iter()
        .try_for_each(|line| head.append_header(header::AUTHORIZATION, line).map(drop))
}

fn clean_cookies(head: &mut RequestHeader) -> pingora::Result<()> {
    let lines = || head.headers.get_all(header::COOKIE).iter();
    let untouched = lines().count() < 2 && !lines().any(|line| mentions_ours(line.as_bytes()));
    if untouched {
        return Ok(());
    }
    let line = cookie::without_ours(lines().map(HeaderValue::as_bytes));
    head.remove_header(&header::COOKIE);
    if let Some(line) = line {
        head.insert_header(header::COOKIE, line)?;
    }
    Ok(())
}

fn mentions_ours(line: &[u8]) -> bool {
    line.windows(10).any(|w| w.eq_ignore_ascii_case(b"portcullis"))
}

fn forwarding(head: &mut RequestHeader, telling: &Telling<'_>) -> pingora::Result<()> {
    let scheme = match telling.cookies {
        CookieNames::Secure => "https",
        CookieNames::Plain => "http",
    };
    let client = telling.client.to_string();
    let mut forwarded = match telling.client {
        IpAddr::V4(address) => format!("for={address};proto={scheme}"),
        IpAddr::V6(address) => format!("for=\"[{address}]\";proto={scheme}"),
    };
    // The host is canonical here: letters, digits, dots, dashes, brackets and a port.
    let host = telling.authority;
    let _infallible = write!(forwarded, ";host=\"{host}\"");
    let port = host.rsplit_once(':').map(|(_, port)| port).filter(|p| p.parse::<u16>().is_ok());
    let default = if scheme == "https" { "443" } else { "80" };
    head.insert_header("x-forwarded-port", port.unwrap_or(default))?;
    head.insert_header("x-forwarded-host", host)?;
    head.insert_header("x-forwarded-for", client.as_str())?;
    head.insert_header("x-real-ip", client)?;
    head.insert_header("x-forwarded-proto", scheme)?;
    head.insert_header(header::FORWARDED, forwarded)
}

fn identity(
    head: &mut RequestHeader,
    entry: &SiteEntry,
    bearer: Bearer<'_>,
    assertion: &HeaderValue,
) -> pingora::Result<()> {
    head.insert_header(ASSERTION, assertion.clone())?;
    let names = &entry.site.identity_headers;
    set_each(head, &FORWARDED_USER, &names.user, bearer.user())?;
    let Some(profile) = bearer.profile() else { return Ok(()) };
    if let Some(email) = &profile.email {
        set_each(head, &FORWARDED_EMAIL, &names.email, &header_text(email))?;
    }
    if !profile.groups.is_empty() {
        let groups: Vec<_> = profile.groups.iter().map(|group| header_text(group)).collect();
        set_each(head, &FORWARDED_GROUPS, &names.groups, &groups.join(","))?;
    }
    Ok(())
}

fn set_each(
    head: &mut RequestHeader,
    first: &HeaderName,
    more: &[HeaderName],
    value: &str,
) -> pingora::Result<()> {
    head.insert_header(first.clone(), value)?;
    for name in more {
        head.insert_header(name.clone(), value)?;
    }
    Ok(())
}

/// Text as a header's value: what is not visible ASCII, and `,` and `%`, is percent-encoded.
fn header_text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for byte in text.bytes() {
        if (byte.is_ascii_graphic() || byte == b' ') && byte != b',' && byte != b'%' {
            safe.push(char::from(byte));
        } else {
            let _infallible = write!(safe, "%{byte:02X}");
        }
    }
    safe
}

/// `Via` as received with our own entry at its end (RFC 9110 §7.6.3); too long a list starts anew.
fn joined(headers: &HeaderMap, name: &HeaderName, pseudonym: &str) -> String {
    let mut list = String::new();
    for value in headers.get_all(name) {
        if let Ok(text) = value.to_str()
            && list.len().saturating_add(text.len()) < 1024
        {
            list.push_str(text);
            list.push_str(", ");
        }
    }
    list.push_str("1.1 ");
    list.push_str(pseudonym);
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_text_keeps_one_line_and_one_list_item_a013() {
        assert_eq!(header_text("ops, \"night\" é%\r\n"), "ops%2C \"night\" %C3%A9%25%0D%0A");
    }
}
