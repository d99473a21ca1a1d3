//! Logins of people who are signed in already, however they are written: the proof starts anew, or nothing is sent.

use bytes::Bytes;
use http::header;
use pingora::http::RequestHeader;
use pingora::protocols::http::ServerSession;

use crate::console_login::BodyKind;
use crate::console_login::MOST_BYTES;
use crate::console_login::NamesNobody;
use crate::policy::Permit;
use crate::policy::Refusal;
use crate::proxy::bridge;
use crate::proxy::bridge::Body;
use crate::proxy::console_cookies;
use crate::proxy::context::RequestContext;

/// Whether a request that somebody who is signed in sends where logins go is one. Its body is read for that, and kept
/// for the console; a longer form is read while it is sent. What cannot be read in one way is refused.
pub(in crate::proxy) async fn looks_like_one(
    downstream: &mut ServerSession,
    context: &mut RequestContext,
    permit: &Permit,
) -> Result<Option<Bytes>, Refusal> {
    let site = permit.site();
    let (Some(form), Some(request)) = (site.console_form(), &context.request) else {
        return Ok(None);
    };
    if permit.identity().is_none() || !form.request.may_be(request, site.routes.sameness()) {
        return Ok(None);
    }
    if form.is_vouched() {
        // What providers say cannot all be listed: nothing goes there but the way back, and this is none.
        let is_plain = form.is_no_way_back(request) && !bridge::announces_body(downstream);
        return if is_plain { Ok(None) } else { Err(Refusal::LoginUnclear) };
    }
    if form.is_named_in(request.query.as_deref().unwrap_or_default()) {
        return Err(Refusal::LoginUnclear);
    }
    if !bridge::announces_body(downstream) {
        return Ok(None);
    }
    let headers = &downstream.req_header().headers;
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Refusal::LoginUnclear);
    }
    if bridge::declared_length(downstream).is_none_or(|length| length > MOST_BYTES) {
        let reading = NamesNobody::of(form, headers).ok_or(Refusal::LoginUnclear)?;
        context.names_nobody = Some(reading);
        return Ok(None);
    }
    downstream.enable_retry_buffering();
    let Body::Whole(body) = bridge::read_body(downstream, MOST_BYTES).await else {
        return Err(Refusal::Body);
    };
    let headers = &downstream.req_header().headers;
    if body.is_empty() || form.names_nobody(headers, &body) {
        return Ok(None);
    }
    // What is written in another way than logins are, its readers may not read as it says.
    let is_written_so = BodyKind::of(headers) == form.request.body;
    match form.user_named(request.query.as_deref(), headers, &body) {
        Ok(_) if is_written_so => Ok(Some(body)),
        Ok(_) | Err(_) => Err(Refusal::LoginUnclear),
    }
}

/// At the login's path a console finds the user's name in no cookie.
///
/// # Errors
/// When what is left cannot be a header's value.
pub(in crate::proxy) fn hide_name(
    head: &mut RequestHeader,
    context: &RequestContext,
    permit: &Permit,
) -> pingora::Result<()> {
    let site = permit.site();
    match (site.console_form(), &context.request) {
        (Some(form), Some(request)) if form.request.may_be(request, site.routes.sameness()) => {
            console_cookies::hide_name(head, form)
        }
        _ => Ok(()),
    }
}
