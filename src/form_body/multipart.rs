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

/// The fields of a form that has only text, each part written as browsers write it; none if it has a file or
/// anything else. Readers differ about everything beyond.
pub async fn plain_texts(headers: &HeaderMap, body: &Bytes) -> Option<Vec<(String, String)>> {
    is_plain(headers, body).then_some(())?;
    texts(headers, body).await
}

/// Whether every part has one field in its head, `Content-Disposition: form-data; name="…"`, with a plain name.
fn is_plain(headers: &HeaderMap, body: &Bytes) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let boundary = kind.and_then(|kind| kind.split_once("boundary=")).map(|(_, rest)| rest);
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_'()+,./:=?".contains(&b);
    let Some(boundary) = boundary.filter(|text| !text.is_empty() && text.bytes().all(plain)) else {
        return false;
    };
    let Ok(text) = std::str::from_utf8(body) else { return false };
    let (first, rest) = (format!("--{boundary}\r\n"), format!("\r\n--{boundary}"));
    let Some(mut text) = text.strip_prefix(&first) else { return false };
    loop {
        let Some((head, more)) = text.split_once("\r\n\r\n") else { return false };
        let Some((_, more)) = more.split_once(&rest) else { return false };
        if !is_plain_head(head) {
            return false;
        }
        match more {
            "--" | "--\r\n" => return true,
            more => match more.strip_prefix("\r\n") {
                Some(next) => text = next,
                None => return false,
            },
        }
    }
}

fn is_plain_head(head: &str) -> bool {
    const START: &str = "content-disposition: form-data; name=\"";
    let start = head.get(..START.len());
    let name = head.get(START.len()..).and_then(|rest| rest.strip_suffix('"'));
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.[]".contains(&b);
    start.is_some_and(|start| start.eq_ignore_ascii_case(START))
        && name.is_some_and(|name| !name.is_empty() && name.bytes().all(plain))
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
