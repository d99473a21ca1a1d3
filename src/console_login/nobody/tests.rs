//! What goes to a console at the login's path was understood, and names nobody.

use http::HeaderMap;

use super::*;
use crate::console_login::sample;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const PARTS: &str = "multipart/form-data; boundary=e";

fn nobody(declared: BodyKind, kind: &str, body: &[u8]) -> bool {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", kind.parse().unwrap());
    sample::form("user", declared).names_nobody(&headers, body)
}

fn part(head: &str) -> String {
    format!("--e\r\nContent-Disposition: form-data; {head}\r\n\r\nv\r\n--e--\r\n")
}

#[test]
fn what_is_understood_and_names_nobody_passes() {
    let many = "x[]=1&".repeat(1000);
    for (kind, body) in [
        (FORM, "a=1&b=%ff&route=/sql"),
        (FORM, ""),
        (FORM, &many),
        (FORM, "password=user"),
        (JSON, r#"{"a":[{"b":1}],"c":"d"}"#),
        (PARTS, &part("name=\"sql_file\"; filename=\"dump.sql\"")),
        (PARTS, &part("name=\"a[0][b]\"")),
    ] {
        assert!(nobody(BodyKind::Urlencoded, kind, body.as_bytes()), "{kind}: {body}");
    }
}

#[test]
fn what_any_reader_could_take_for_a_login_does_not_pass_a134() {
    for (kind, body) in [
        (FORM, "a=1&user=v"),
        (FORM, "a=1&%75SER[]=v"),
        (FORM, "a=1&user"),
        (FORM, "%u0075ser=v"),
        (FORM, r#"{"user":"v"}"#),
        (FORM, "x=1;user=v"),
        ("application/x-www-form-urlencoded; charset=utf-7", "+AHUAcwBlAHI-=v"),
        ("application/x-www-form-urlencoded; charset=cp037", "\u{85}"),
        ("text/plain", "u\\u017fer"),
        ("application/octet-stream", "a=1"),
        ("", "a=1"),
        (JSON, r#"{"a":[{"b":{"User":1}}]}"#),
        (JSON, r#"{"a":1,"a":2}"#),
        (JSON, r#"{"a":"&user=v&password=p&"}"#),
        (JSON, "{\"a\":1} x"),
        ("multipart/form-data; boundary=e; charset=utf-7", &part("name=\"a\"")),
        ("multipart/form-data ; boundary=e", &part("name=\"a\"")),
        ("multipart/form-data; Boundary=x; xboundary=e", &part("name=\"a\"")),
        ("multipart/form-data; boundary=\"e\"", &part("name=\"a\"")),
        ("multipart/form-data; boundary=e,f", &part("name=\"a\"")),
        (PARTS, &part("name=\"us\r\ner\"")),
        (PARTS, &part("name*0=\"us\"; name*1=\"er\"")),
        (PARTS, &part("name=\"user\"; filename=\"x\"")),
        (PARTS, &part("name=\"user\"")),
        (PARTS, &part("name=\"a\"").replace("v\r\n", "&user=v&password=p&\r\n")),
    ] {
        assert!(!nobody(BodyKind::Urlencoded, kind, body.as_bytes()), "{kind}: {body}");
    }
}

/// A long body is read in pieces: no name's value may pass before the name was seen.
#[test]
fn a_name_is_seen_before_its_value_passes_a134() {
    for (kind, body, last) in [
        (FORM, format!("{}user=v", "x=y&".repeat(100)), "="),
        (PARTS, part("name=\"user\""), "\"\r\n"),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", kind.parse().unwrap());
        let mut reading = NamesNobody {
            key: "user".to_owned(),
            reading: match kind {
                FORM => Reading::Urlencoded(urlencoded::Names::default()),
                _ => Reading::Multipart(multipart::Reader::of("e")),
            },
            text: None,
        };
        let most = body.rfind(last).unwrap_or(body.len()) + last.len();
        let passed = body.bytes().take_while(|byte| reading.goes_on(&[*byte])).count();
        assert!(passed < most, "{passed} of {body}");
    }
}
