//! `multipart/form-data` (RFC 7578).

mod reader;

use axum::body::Body;
use axum::extract::FromRequest;
use axum::extract::Multipart;
use bytes::Bytes;
use http::HeaderMap;
use http::Request;
use http::header;

pub use self::reader::Found;
pub use self::reader::Reader;

/// Fields that are read at most.
const MOST_FIELDS: usize = 256;

/// The longest boundary (RFC 2046 §5.1.1).
const LONGEST_BOUNDARY: usize = 70;

/// Whether a request says, once, that its body is such a form.
#[must_use]
pub fn is_announced(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let first = values.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
    values.next().is_none()
        && first.get(..20).is_some_and(|kind| kind.eq_ignore_ascii_case("multipart/form-data;"))
}

/// What stands between the parts, where a request says so as browsers do: once, with no other parameter, and of signs in
/// which readers agree.
#[must_use]
pub fn boundary(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let kind = values.next()?.to_str().ok()?;
    let (name, boundary) = kind.split_once('=')?;
    let (kind, name) = name.split_once(';')?;
    let name = name.strip_prefix(' ').unwrap_or(name);
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    let is_plain = (1..=LONGEST_BOUNDARY).contains(&boundary.len()) && boundary.bytes().all(plain);
    let is_form = kind.eq_ignore_ascii_case("multipart/form-data")
        && name.eq_ignore_ascii_case("boundary")
        && values.next().is_none();
    (is_form && is_plain).then_some(boundary)
}

/// The fields of a form that has only text, each part written as browsers write it; none if it has a file or anything
/// else. Readers differ about everything beyond.
#[must_use]
pub fn plain_texts(headers: &HeaderMap, body: &[u8]) -> Option<Vec<(String, String)>> {
    Reader::of(boundary(headers)?).texts(body, MOST_FIELDS)
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
