//! The login as the console receives it.

use http::HeaderName;
use http::HeaderValue;
use http::Version;
use http::header;
use pingora::http::RequestHeader;

use super::Login;
use crate::console_login::cookies::Before;
use crate::policy::Refusal;
use crate::proxy::Gateway;
use crate::proxy::console_cookies;
use crate::proxy::context::RequestContext;
use crate::proxy::upstream;
use crate::proxy::upstream::Telling;

/// Cookies from before sign-in that one login is sent with.
const MOST_COOKIES: usize = 4;

/// Fields that ask for a part of an answer, or for none.
const PARTIAL: [HeaderName; 6] = [
    header::RANGE,
    header::IF_RANGE,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_UNMODIFIED_SINCE,
];

/// Fields that are about one connection, or that the gateway writes itself.
const OF_THE_HOP: [HeaderName; 9] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::EXPECT,
    header::CONTENT_LENGTH,
];

/// The cookies from before sign-in that go with this login: no other was sent with them.
pub(super) fn cookies_of(
    gateway: &Gateway,
    head: &RequestHeader,
    login: &Login<'_>,
) -> Result<Vec<Before>, Refusal> {
    let (site, desk) = (login.permit.site(), &gateway.parts().desk);
    let lines = head.headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes);
    let opened = site
        .session_cookies
        .named(lines)
        .filter_map(|(name, value)| desk.sealer.open_before(site.name.as_str(), name, value));
    let mut sent: Vec<Before> = opened.collect();
    // Of those of one name a console takes the first or the last.
    let mut names: Vec<_> = sent.iter().map(|before| before.cookie.name.clone()).collect();
    names.sort();
    names.dedup();
    if names.len() < sent.len() {
        return Err(Refusal::LoginUnclear);
    }
    if sent.len() > MOST_COOKIES {
        return Err(Refusal::LoginUnclear);
    }
    let numbers: Vec<_> = sent.iter().map(|before| before.number).collect();
    let own = desk.take(&numbers).map_err(|_| Refusal::Busy)?;
    sent.retain(|before| own.contains(&before.number));
    Ok(sent)
}

/// The head of the login as the console receives it: in nobody's name, its body as it came.
pub(super) fn told(
    gateway: &Gateway,
    context: &RequestContext,
    head: &RequestHeader,
    (login, sent): (&Login<'_>, &[Before]),
    length: usize,
) -> Result<RequestHeader, Refusal> {
    let (Some(request), Some(anonymous)) =
        (&context.request, Telling::of(context, gateway.pseudonym()))
    else {
        return Err(Refusal::Internal);
    };
    let built = || -> pingora::Result<RequestHeader> {
        let target = request.target();
        let mut told = RequestHeader::build(head.method.clone(), target.as_bytes(), None)?;
        told.set_version(Version::HTTP_11);
        let named: Vec<HeaderName> = connection_names(head);
        for (name, value) in &head.headers {
            if !OF_THE_HOP.contains(name) && !named.contains(name) {
                told.append_header(name.clone(), value.clone())?;
            }
        }
        let telling = Telling {
            secret: context
                .live
                .snapshot
                .upstreams
                .select(login.permit)
                .and_then(|upstream| upstream.secret_header.as_ref()),
            ..anonymous
        };
        console_cookies::strip(&mut told);
        if let Some(form) = login.permit.site().console_form() {
            console_cookies::hide_name(&mut told, form)?;
        }
        upstream::tell(&mut told, &telling)?;
        let (site, desk) = (login.permit.site(), &gateway.parts().desk);
        let binding = login.asking.session.as_ref().map(|session| session.record.binding.as_str());
        console_cookies::reveal(&mut told, site, |name, value| {
            let fresh = sent.iter().find(|before| {
                before.cookie.name == name
                    && desk.sealer.open_before(site.name.as_str(), name, value).as_ref()
                        == Some(before)
            });
            let own = || desk.sealer.open(site.name.as_str(), binding?, name, value);
            fresh.map(|before| before.cookie.value.clone()).or_else(own)
        })?;
        // Of the answer, all of it, and as it is.
        for name in PARTIAL {
            told.remove_header(&name);
        }
        told.insert_header(header::ACCEPT_ENCODING, "identity")?;
        told.insert_header(header::CONTENT_LENGTH, length)?;
        Ok(told)
    };
    built().map_err(|_| Refusal::Internal)
}

fn connection_names(head: &RequestHeader) -> Vec<HeaderName> {
    let lines = head.headers.get_all(header::CONNECTION).iter();
    lines
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| HeaderName::from_bytes(name.trim().as_bytes()).ok())
        .collect()
}
