//! Answers of the built-in pages and the headers they all carry.

use bytes::Bytes;
use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::Response;
use http::StatusCode;
use http::header;

/// On every answer. `same-origin`, not `no-referrer`: with the latter browsers send `Origin: null`.
const ALWAYS: [(HeaderName, &str); 10] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    // Both together: a page of the console that says only the first of them would stay in touch with what it opens.
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    (header::CACHE_CONTROL, "no-store"),
];

/// The policy of a page whose reader asks the API from its window, where none of the console's scripts are.
pub(crate) const POLICY_OF_ASKING: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// An HTML page.
pub(crate) fn html(status: StatusCode, document: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(document));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

/// A redirect that is followed with GET. A target that fits no header leads to the first page.
pub(crate) fn see_other(target: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let target = HeaderValue::from_str(target).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, target);
    response
}

/// Adds a `Set-Cookie` line. A value that fits no header sets nothing.
pub(crate) fn set_cookie(response: &mut Response<Bytes>, cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Says when to come back, in whole seconds and at least one.
pub(crate) fn retry_after(response: &mut Response<Bytes>, seconds: u64) {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
}

/// Adds what every answer carries; what the answer has decided for itself stays.
pub(crate) fn finish(headers: &mut HeaderMap, request_id: &str) {
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-request-id", id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_is_unframeable_uncached_and_without_inline_script_a215_a224() {
        let mut response = html(StatusCode::OK, String::new());
        finish(response.headers_mut(), "r1");
        let headers = response.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe"));
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "same-origin");
        assert_eq!(headers["x-request-id"], "r1");
    }

    #[test]
    fn a_target_that_would_split_the_head_leads_home_a217() {
        assert_eq!(see_other("/a\r\nSet-Cookie: x=y").headers()["location"], "/");
    }
}
