//! Logins of people who are signed in already, however they are written: the proof starts anew, or nothing is sent.

use bytes::Bytes;
use http::HeaderMap;
use http::header;
use pingora::http::RequestHeader;
use pingora::protocols::http::ServerSession;

use crate::console_login::BodyKind;
use crate::console_login::ConsoleForm;
use crate::console_login::MOST_BYTES;
use crate::console_login::Unclear;
use crate::console_login::Who;
use crate::policy::Permit;
use crate::policy::Refusal;
use crate::proxy::bridge;
use crate::proxy::bridge::Body;
use crate::proxy::console_cookies;
use crate::proxy::context::RequestContext;

/// What is looked for in a body that is too long to be read before it is sent.
#[derive(Debug)]
pub struct Watch {
    key: Vec<u8>,
    /// The end of what has passed, in which the beginning of it may be.
    end: Vec<u8>,
}

impl Watch {
    /// Whether a body holds it, with this piece.
    pub(in crate::proxy) fn finds(&mut self, piece: &[u8]) -> bool {
        self.end.extend_from_slice(piece);
        let found = crate::console_login::user_name::holds(&self.end, &self.key);
        // Escapes make a name up to six times as long.
        let keep = self.key.len().saturating_mul(6);
        let past = self.end.len().saturating_sub(keep);
        self.end.drain(..past);
        found
    }
}

/// Whether a request that somebody who is signed in sends where logins go is one. Its body is read for that, and kept
/// for the console; a longer one is watched while it is sent. What could be a login to any reader, and is not plainly
/// one, is refused.
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
        context.watch = match &form.who {
            Who::Field(field) => {
                let key = field.rsplit('/').next().unwrap_or(field);
                Some(Watch { key: key.as_bytes().to_vec(), end: Vec::new() })
            }
            Who::Fixed(_) => return Err(Refusal::LoginUnclear),
        };
        return Ok(None);
    }
    downstream.enable_retry_buffering();
    let Body::Whole(body) = bridge::read_body(downstream, MOST_BYTES).await else {
        return Err(Refusal::Body);
    };
    let headers = &downstream.req_header().headers;
    judge(form, request.query.as_deref(), headers, body).await
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

async fn judge(
    form: &ConsoleForm,
    query: Option<&str>,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Option<Bytes>, Refusal> {
    let kind = BodyKind::of(headers);
    // Text of two bytes a letter reads as nothing here.
    let wide = body.contains(&0) && kind != Some(BodyKind::Multipart);
    if !wide && !form.may_name_user(&body) {
        return Ok(None);
    }
    match form.user_named(query, headers, &body).await {
        Ok(_) if !wide => Ok(Some(body)),
        Err(Unclear::Missing) if !wide => Ok(None),
        Ok(_) | Err(_) => Err(Refusal::LoginUnclear),
    }
}
