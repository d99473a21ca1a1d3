//! Which forms are kept, and for whom.

use std::sync::Arc;

use http::Request;

use super::*;
use crate::clock::ManualClock;
use crate::clock::Timestamp;
use crate::entropy::SeededEntropy;
use crate::session::cookie::CookieNames;

const HERE: Here<'static> =
    Here { origin: "https://console.example", names: CookieNames::Secure, prefix: "/.portcullis" };

const URLENCODED: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const ORIGIN: (&str, &str) = ("origin", "https://console.example");

async fn keep(target: &str, headers: &[(&str, &str)], body: &str) -> Option<KeptPost> {
    let mut request = Request::post(target).header("content-length", body.len());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (head, ()) = request.body(()).unwrap().into_parts();
    KeptPost::of(&head, &Bytes::from(body.to_owned()), &HERE, None).await
}

#[tokio::test]
async fn a_small_form_of_the_site_is_kept_with_every_field_in_order() {
    let kept = keep("/save?tab=2", &[URLENCODED, ORIGIN], "a=1&b=x+y&a=2%0D%0A3").await.unwrap();
    assert_eq!(kept.target, "/save?tab=2");
    let fields: Vec<_> = kept.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(fields, [("a", "1"), ("b", "x y"), ("a", "2\r\n3")]);
    assert_eq!(kept.names(), ["a", "b"]);
}

#[tokio::test]
async fn a_multipart_form_is_kept_when_it_holds_text_only() {
    let kind = ("content-type", "multipart/form-data; boundary=B");
    let text = "--B\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--B--\r\n";
    let kept = keep("/save", &[kind, ORIGIN], text).await.unwrap();
    assert!(kept.multipart);
    assert_eq!(kept.fields, [("note".to_owned(), "hello".to_owned())]);
    let file = text.replace("name=\"note\"", "name=\"note\"; filename=\"a.txt\"");
    assert_eq!(keep("/save", &[kind, ORIGIN], &file).await, None);
    assert_eq!(keep("/save", &[kind, ORIGIN], &text[..40]).await, None);
}

#[tokio::test]
async fn nothing_else_is_kept_a218() {
    let long = format!("a={}", "x".repeat(MOST_BYTES));
    for (target, headers, body) in [
        ("/save", &[URLENCODED][..], "a=1"),
        ("/save", &[URLENCODED, ("origin", "https://evil.example")], "a=1"),
        ("/save", &[URLENCODED, ORIGIN, ("sec-fetch-site", "cross-site")], "a=1"),
        ("/save", &[("content-type", "application/json"), ORIGIN], "{}"),
        ("/save", &[("content-type", "text/plain"), ORIGIN], "a=1"),
        ("/save", &[URLENCODED, ORIGIN, ("content-encoding", "gzip")], "a=1"),
        ("/save", &[URLENCODED, ORIGIN], "a=1\u{0}"),
        ("/save", &[URLENCODED, ORIGIN], "a=%0A"),
        ("/save", &[URLENCODED, ORIGIN], "_charset_=x"),
        ("/.portcullis/sign-out", &[URLENCODED, ORIGIN], "a=1"),
        ("//evil.example/", &[URLENCODED, ORIGIN], "a=1"),
        ("/save", &[URLENCODED, ORIGIN], &long),
    ] {
        assert_eq!(keep(target, headers, body).await, None, "{target} {headers:?}");
    }
}

#[tokio::test]
async fn a_kept_form_opens_for_its_site_browser_and_subject_within_a_quarter_hour_a218() {
    let clock = Arc::new(ManualClock::at(Timestamp::from_secs(1_800_000_000)));
    let sealer = Sealer::new(&[1; 32], clock.clone(), Arc::new(SeededEntropy::new(1))).unwrap();
    let kept = keep("/save", &[URLENCODED, ORIGIN], "a=1").await.unwrap();
    let kept = kept.claimed_by("ada").unwrap();
    let text = kept.seal(&sealer, &["site", "browser"]).unwrap().unwrap();
    let open = |binding: &[&str]| KeptPost::open(&sealer, binding, &text);
    assert_eq!(open(&["site", "browser"]), Some(kept.clone()));
    assert_eq!(open(&["site", "other"]), None);
    assert_eq!(open(&["other", "browser"]), None);
    assert!(kept.clone().claimed_by("eve").is_none());
    assert!(kept.claimed_by("ada").is_some());
    clock.advance(LIFETIME);
    assert_eq!(open(&["site", "browser"]), None);
}
