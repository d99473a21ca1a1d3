//! Forms: what is read, what is refused.

use std::sync::Arc;

use http::Request;
use ring::hmac;

use super::*;
use crate::clock::ManualClock;
use crate::clock::Timestamp;

#[derive(Debug, PartialEq, Eq)]
struct Login {
    login: String,
}

impl Form for Login {
    const FIELDS: &'static [&'static str] = &["login"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { login: fields.required("login")?.to_string() })
    }
}

const HERE: Here<'static> =
    Here { origin: "https://console.example", names: CookieNames::Secure, prefix: "/.portcullis" };

fn tokens() -> FormTokens {
    let clock = Arc::new(ManualClock::at(Timestamp::from_secs(1_800_000_000)));
    FormTokens::new(hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]), clock)
}

fn read(headers: &[(&str, &str)], body: &str) -> Result<Protected<Login>, Refusal> {
    let mut request = Request::post("/.portcullis/sign-in").header("host", "console.example");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (head, ()) = request.body(()).unwrap().into_parts();
    Protected::read(&head, &Bytes::from(body.to_owned()), &HERE)
}

const TYPE: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const ORIGIN: (&str, &str) = ("origin", "https://console.example");

#[test]
fn a_form_opens_for_its_token_and_says_where_one_was_going() {
    let tokens = tokens();
    let body = format!("login=ada&next=%2Fsettings&csrf={}", tokens.issue(Purpose::SignIn, b"v"));
    let form = read(&[TYPE, ORIGIN], &body).unwrap();
    let (login, going) = form.open(&tokens, Purpose::SignIn, b"v").unwrap();
    assert_eq!((login.login.as_str(), going.next.as_str()), ("ada", "/settings"));
}

#[test]
fn a_form_stays_closed_without_its_own_token_a213_a214() {
    let tokens = tokens();
    let foreign = tokens.issue(Purpose::SignIn, b"other");
    for csrf in ["", "x", &foreign] {
        let form = read(&[TYPE, ORIGIN], &format!("login=ada&csrf={csrf}")).unwrap();
        assert_eq!(form.open(&tokens, Purpose::SignIn, b"v").unwrap_err(), Refusal::CrossSite);
    }
}

#[test]
fn a_sender_that_is_not_this_site_is_refused_a214() {
    for headers in [
        &[][..],
        &[("origin", "null")],
        &[("origin", "https://evil.example")],
        &[("origin", "http://console.example")],
        &[("origin", "https://console.example:444")],
        &[("origin", "https://console.example.evil.example")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[ORIGIN, ("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-origin"), ("origin", "null")],
        &[ORIGIN, ORIGIN],
    ] {
        let mut all = vec![TYPE];
        all.extend_from_slice(headers);
        assert_eq!(read(&all, "login=a&csrf=x").unwrap_err(), Refusal::CrossSite, "{headers:?}");
    }
}

#[test]
fn either_header_is_enough_when_it_agrees() {
    assert!(read(&[TYPE, ORIGIN], "login=a&csrf=x").is_ok());
    assert!(read(&[TYPE, ("sec-fetch-site", "same-origin")], "login=a&csrf=x").is_ok());
}

#[test]
fn a_field_twice_unknown_missing_or_malformed_is_refused_a050() {
    for body in [
        "login=a&login=b&csrf=x",
        "login=a&csrf=x&csrf=x",
        "login=a&csrf=x&admin=1",
        "login%5B%5D=a&csrf=x",
        "login=a",
        "csrf=x",
        "login=%ff&csrf=x",
        "login=%zz&csrf=x",
        "{\"login\":\"a\",\"csrf\":\"x\"}",
        "",
    ] {
        assert_eq!(read(&[TYPE, ORIGIN], body).unwrap_err(), Refusal::Form, "{body:?}");
    }
}

#[test]
fn any_other_content_type_is_refused_a213() {
    for kind in [
        "text/plain",
        "application/json",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded; charset=utf-7",
        "application/x-www-form-urlencoded, text/plain",
    ] {
        let refused = read(&[("content-type", kind), ORIGIN], "login=a&csrf=x");
        assert_eq!(refused.unwrap_err(), Refusal::Form, "{kind:?}");
    }
    assert_eq!(read(&[ORIGIN], "login=a&csrf=x").unwrap_err(), Refusal::Form);
    assert_eq!(read(&[TYPE, TYPE, ORIGIN], "login=a&csrf=x").unwrap_err(), Refusal::Form);
}

#[test]
fn a_body_beyond_the_limit_is_refused() {
    let long = format!("login={}&csrf=x", "a".repeat(MOST_BYTES));
    assert_eq!(read(&[TYPE, ORIGIN], &long).unwrap_err(), Refusal::Body);
}

#[test]
fn a_next_that_leads_elsewhere_leads_home_a216() {
    let form = read(&[TYPE, ORIGIN], "login=a&csrf=x&next=%2F%2Fevil.example").unwrap();
    assert!(form.going.next.is_home());
}
