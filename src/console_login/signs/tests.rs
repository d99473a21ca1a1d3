//! Success is what shows every sign, and nothing that merely looks like it (A-133).

use http::HeaderValue;

use super::*;

fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(*name, HeaderValue::from_str(value).unwrap());
    }
    headers
}

fn shows(signs: &Signs, status: u16, lines: &[(&'static str, &str)], body: &str) -> bool {
    let headers = headers(lines);
    signs.are_shown(&Answer {
        status: StatusCode::from_u16(status).unwrap(),
        headers: &headers,
        body: body.as_bytes(),
        wall: Timestamp::from_secs(1_800_000_000),
    })
}

/// phpMyAdmin 5.2.
fn success() -> Signs {
    Signs {
        status: vec![302],
        location: Some(Glob::new("/index.php?route=/*")),
        cookies_set: vec![Glob::new("pmaAuth-*")],
        ..Signs::default()
    }
}

const RIGHT: [(&str, &str); 2] =
    [("location", "/index.php?route=/&x=y"), ("set-cookie", "pmaAuth-1=Qgqq; path=/; HttpOnly")];

#[test]
fn every_sign_must_be_there_and_look_alikes_are_no_success_a133() {
    let shown = |status, lines: &[_]| shows(&success(), status, lines, "");
    assert!(shown(302, &RIGHT));
    assert!(!shown(200, &RIGHT), "another status");
    assert!(!shown(303, &RIGHT));
    assert!(!shown(302, &RIGHT[..1]), "without the cookie");
    assert!(!shown(302, &RIGHT[1..]), "without the address");
    for elsewhere in ["/login", "https://evil.example/index.php?route=/", "/index.php", ""] {
        assert!(!shown(302, &[("location", elsewhere), RIGHT[1]]), "{elsewhere}");
    }
    let twice = [RIGHT[0], ("location", "/login"), RIGHT[1]];
    assert!(!shown(302, &twice), "two addresses");
    let deleted = "pmaAuth-1=deleted; expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; path=/";
    assert!(!shown(302, &[RIGHT[0], ("set-cookie", deleted)]), "the cookie is deleted");
    assert!(!shown(302, &[RIGHT[0], RIGHT[1], ("set-cookie", deleted)]), "the last one counts");
    assert!(shown(302, &[RIGHT[0], ("set-cookie", deleted), RIGHT[1]]));
}

#[test]
fn what_must_not_be_there_is_not_there() {
    let not = Signs { body: vec!["Cannot log in".to_owned()], ..Signs::default() };
    let signs = Signs { status: vec![200], not: Some(Box::new(not.clone())), ..Signs::default() };
    assert!(shows(&signs, 200, &[], "welcome"));
    assert!(!shows(&signs, 200, &[], "Sorry. Cannot log in to the server"));
    let only = Signs { not: Some(Box::new(not)), ..Signs::default() };
    assert!(!shows(&only, 200, &[], "welcome"), "nothing is shown by what is absent alone");
    assert!(!shows(&Signs::default(), 200, &[], ""), "no sign, no success");
}

#[test]
fn a_body_of_json_says_it_or_does_not() {
    let token = Signs {
        status: vec![200],
        json: vec![("access_token".to_owned(), None), ("ok".to_owned(), Some(Glob::new("true")))],
        ..Signs::default()
    };
    let shown = |body| shows(&token, 200, &[], body);
    assert!(shown(r#"{"access_token":"x","ok":true}"#));
    for body in [
        r#"{"access_token":null,"ok":true}"#,
        r#"{"access_token":"x","ok":false}"#,
        r#"{"error":{"access_token":"x"},"ok":true}"#,
        r#"{"ok":true}"#,
        "access_token ok true",
        "",
    ] {
        assert!(!shown(body), "{body}");
    }
    // Zabbix: a failure is 200 with an error.
    let zabbix = Signs {
        json: vec![("result".to_owned(), None)],
        not: Some(Box::new(Signs { json: vec![("error".to_owned(), None)], ..Signs::default() })),
        ..Signs::default()
    };
    assert!(shows(&zabbix, 200, &[], r#"{"result":"x","error":null}"#));
    assert!(!shows(&zabbix, 200, &[], r#"{"result":"x","error":{"code":1}}"#));
}

#[test]
fn fields_are_compared_whole_and_once() {
    let name = HeaderName::from_static("x-login");
    let signs = Signs { headers: vec![(name, Glob::new("ok"))], ..Signs::default() };
    assert!(shows(&signs, 200, &[("x-login", "ok")], ""));
    assert!(!shows(&signs, 200, &[("x-login", "ok, failed")], ""));
    assert!(!shows(&signs, 200, &[("x-login", "ok"), ("x-login", "failed")], ""));
    assert!(!shows(&signs, 200, &[], ""));
}
