//! `multipart/form-data` (RFC 7578) with nothing but text in it.

use axum::body::Body;
use axum::extract::FromRequest;
use axum::extract::Multipart;
use bytes::Bytes;
use http::HeaderMap;
use http::Request;
use http::header;

/// Fields that are read at most.
const MOST_FIELDS: usize = 256;

/// Whether a request says, once, that its body is such a form.
#[must_use]
pub fn is_announced(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let first = values.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
    values.next().is_none()
        && first.get(..20).is_some_and(|kind| kind.eq_ignore_ascii_case("multipart/form-data;"))
}

/// The fields of a form that has only text; none if it has a file or anything else.
pub async fn texts(headers: &HeaderMap, body: &Bytes) -> Option<Vec<(String, String)>> {
    let mut request = Request::new(Body::from(body.clone()));
    let kind = headers.get(header::CONTENT_TYPE)?;
    request.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
    let mut form = Multipart::from_request(request, &()).await.ok()?;
    let mut fields = Vec::new();
    while let Some(field) = form.next_field().await.ok()? {
        if field.file_name().is_some()
            || field.content_type().is_some()
            || fields.len() == MOST_FIELDS
        {
            return None;
        }
        let name = field.name()?.to_owned();
        let value = String::from_utf8(field.bytes().await.ok()?.to_vec()).ok()?;
        fields.push((name, value));
    }
    Some(fields)
}
