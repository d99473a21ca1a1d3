//! Between pingora's sessions and plain `http` messages: reading a bounded body, writing an answer.

use std::time::Duration;

use bytes::Bytes;
use bytes::BytesMut;
use http::HeaderName;
use http::Method;
use http::Response;
use http::StatusCode;
use http::header;
use pingora::http::ResponseHeader;
use pingora::protocols::http::ServerSession;
use tokio::time::timeout;

/// For a whole body that the gateway reads itself.
const BODY_TIMEOUT: Duration = Duration::from_secs(15);

/// What reading a body came to.
#[derive(Debug)]
pub enum Body {
    /// All of it.
    Whole(Bytes),
    /// More than allowed, or broken off.
    Refused,
    /// Not there in time.
    Late,
}

/// Whether the request says that it has a body. Over HTTP/2 it has one unless its head was the end of it, whatever its
/// method (RFC 9113 §8.1).
#[must_use]
pub fn announces_body(downstream: &ServerSession) -> bool {
    let headers = &downstream.req_header().headers;
    let goes_on = match downstream {
        ServerSession::H2(session) => !session.is_body_empty(),
        ServerSession::H1(_) | ServerSession::Subrequest(_) | ServerSession::Custom(_) => false,
    };
    headers.contains_key(header::TRANSFER_ENCODING)
        || headers.get(header::CONTENT_LENGTH).is_some_and(|length| length != "0")
        || goes_on
}

/// Reads the whole body, at most `limit` bytes, within a fixed time.
pub async fn read_body(downstream: &mut ServerSession, limit: usize) -> Body {
    if declared_length(downstream).is_some_and(|length| length > limit) {
        return Body::Refused;
    }
    let expects = downstream.req_header().headers.contains_key(header::EXPECT);
    if expects
        && let ServerSession::H1(h1) = downstream
        && h1.write_continue_response().await.is_err()
    {
        return Body::Refused;
    }
    match timeout(BODY_TIMEOUT, collect(downstream, limit)).await {
        Ok(Some(body)) => Body::Whole(body),
        Ok(None) => Body::Refused,
        Err(_) => Body::Late,
    }
}

async fn collect(downstream: &mut ServerSession, limit: usize) -> Option<Bytes> {
    let mut body = BytesMut::new();
    while let Some(piece) = downstream.read_request_body().await.ok()? {
        if body.len().saturating_add(piece.len()) > limit {
            return None;
        }
        body.extend_from_slice(&piece);
    }
    Some(body.freeze())
}

/// The length that the head announces, if it announces one.
pub(super) fn declared_length(downstream: &ServerSession) -> Option<usize> {
    let length = downstream.req_header().headers.get(header::CONTENT_LENGTH)?;
    Some(length.to_str().ok()?.parse().unwrap_or(usize::MAX))
}

/// Writes an answer. Its length is always said; HEAD and bodiless statuses get no body.
///
/// # Errors
/// When the client is gone.
pub async fn write(
    downstream: &mut ServerSession,
    answer: Response<Bytes>,
    request_id: &str,
) -> pingora::Result<()> {
    let (parts, body) = answer.into_parts();
    let mut head =
        ResponseHeader::build(parts.status, Some(parts.headers.len().saturating_add(2)))?;
    for (name, value) in &parts.headers {
        if name != header::CONTENT_LENGTH {
            head.append_header(name.clone(), value.clone())?;
        }
    }
    head.insert_header(HeaderName::from_static("x-request-id"), request_id)?;
    let bodiless =
        parts.status == StatusCode::NO_CONTENT || parts.status == StatusCode::NOT_MODIFIED;
    if !bodiless {
        head.insert_header(header::CONTENT_LENGTH, body.len())?;
    }
    let silent = bodiless || body.is_empty() || downstream.req_header().method == Method::HEAD;
    downstream.write_response_header(Box::new(head)).await?;
    if !silent {
        downstream.write_response_body(body, true).await?;
    }
    downstream.finish_body().await?;
    Ok(())
}
