//! Logins of people who are signed in already, however they are written: the proof starts anew.

use bytes::Bytes;
use http::HeaderMap;
use http::header;
use pingora::protocols::http::ServerSession;

use crate::console_login::BodyKind;
use crate::console_login::MOST_BYTES;
use crate::console_login::Unclear;
use crate::policy::Permit;
use crate::policy::Refusal;
use crate::proxy::bridge;
use crate::proxy::bridge::Body;
use crate::proxy::context::RequestContext;

/// Whether a request that somebody who is signed in sends where logins go is one. Its body is read for that, and kept
/// for the console; what is too long to be read goes on, and what could be read in two ways is refused.
pub(in crate::proxy) async fn looks_like_one(
    downstream: &mut ServerSession,
    context: &RequestContext,
    permit: &Permit,
) -> Result<Option<Bytes>, Refusal> {
    let site = permit.site();
    let (Some(form), Some(request)) = (site.console_form(), &context.request) else {
        return Ok(None);
    };
    let session = permit.identity().is_some();
    if !session || !form.request.may_be(request, site.routes.sameness()) {
        return Ok(None);
    }
    match bridge::declared_length(downstream) {
        Some(length) if length > MOST_BYTES => return Ok(None),
        Some(_) => {}
        None if bridge::announces_body(downstream) => return Err(Refusal::LoginUnclear),
        None => return Ok(None),
    }
    downstream.enable_retry_buffering();
    let Body::Whole(body) = bridge::read_body(downstream, MOST_BYTES).await else {
        return Err(Refusal::Body);
    };
    if !form.may_name_user(&body) {
        return Ok(None);
    }
    let headers = &downstream.req_header().headers;
    match form.user_named(request.query.as_deref(), headers, &body).await {
        Ok(_) => Ok(Some(body)),
        // Another kind of body, of which no console makes a form.
        Err(_) if BodyKind::of(headers).is_none() && !is_form(headers) => Ok(None),
        Err(Unclear::Missing) => Ok(None),
        Err(Unclear::Body | Unclear::Ambiguous) => Err(Refusal::LoginUnclear),
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    const KINDS: [&str; 3] =
        ["application/x-www-form-urlencoded", "multipart/form-data", "application/json"];
    headers.get_all(header::CONTENT_TYPE).iter().any(|value| {
        let value = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        KINDS.iter().any(|kind| value.contains(kind))
    })
}
