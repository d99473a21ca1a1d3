//! One name, the same to every reader, or none.

use super::*;
use crate::console_login::sample;
use crate::subject::LoginName;

fn form(field: &str) -> ConsoleForm {
    sample::form(field, BodyKind::Urlencoded)
}

fn named(field: &str, query: &str, kind: &str, body: &str) -> Result<String, Unclear> {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", kind.parse().unwrap());
    let body = Bytes::copy_from_slice(body.as_bytes());
    form(field).user_named(Some(query), &headers, &body)
}

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

#[test]
fn a_form_names_one_user_or_nobody_a134() {
    let urlencoded = |body: &'static str| named("pma_username", "", FORM, body);
    assert_eq!(urlencoded("a=1&pma_username=Al%69ce&p=x").unwrap(), "Alice");
    for (body, why) in [
        ("pma_username=a&pma_username=b", Unclear::Ambiguous),
        ("pma_username=a&pma.username=b", Unclear::Ambiguous),
        ("pma_username=a&pma+username=b", Unclear::Ambiguous),
        ("pma_username=a&pma[username=b", Unclear::Ambiguous),
        ("pma_username=a&pma_username[]=b", Unclear::Ambiguous),
        ("pma_username=a&pma_username%5B0%5D=b", Unclear::Ambiguous),
        ("pma_username=a&PMA_USERNAME=b", Unclear::Ambiguous),
        ("pma_username=a&pma_username%00x=b", Unclear::Ambiguous),
        ("pma_username=a&+pma_username=b", Unclear::Ambiguous),
        ("pma.username=a", Unclear::Ambiguous),
        ("pma_username=a&pmausername=b", Unclear::Ambiguous),
        ("pma_u%C5%BFername=b&pma_username=a", Unclear::Ambiguous),
        ("pma_username=a&x=1;pma_username=b", Unclear::Body),
        ("pma_username[]=a", Unclear::Ambiguous),
        ("pma_username=%FF", Unclear::Body),
        ("pma_username=%4", Unclear::Body),
        ("pma_username=a\nb", Unclear::Body),
        ("user=a", Unclear::Missing),
        ("", Unclear::Missing),
    ] {
        assert_eq!(urlencoded(body), Err(why), "{body:?}");
    }
    let query = named("pma_username", "pma.username=b", FORM, "pma_username=a");
    assert_eq!(query, Err(Unclear::Ambiguous), "some consoles read both");
}

#[test]
fn json_names_one_user_or_nobody_a134() {
    let json = |body: &'static str| named("credentials/user", "", JSON, body);
    let right = json(r#"{"credentials":{"user":"ada","password":"x"},"n":[1,{"a":null}]}"#);
    assert_eq!(right.unwrap(), "ada");
    for (body, why) in [
        (r#"{"credentials":{"user":"a","user":"b"}}"#, Unclear::Body),
        (r#"{"credentials":{"user":"a"},"credentials":{"user":"b"}}"#, Unclear::Body),
        (r#"{"credentials":{"user":"a","User":"b"}}"#, Unclear::Ambiguous),
        (r#"{"credentials":{"User":"a"}}"#, Unclear::Ambiguous),
        ("{\"credentials\":{\"user\":\"a\",\"u\u{17f}er\":\"b\"}}", Unclear::Ambiguous),
        (r#"{"credentials":{"user":["a"]}}"#, Unclear::Ambiguous),
        (r#"{"credentials":{"user":1}}"#, Unclear::Ambiguous),
        (r#"{"credentials":"a"}"#, Unclear::Missing),
        (r#"{"x":[{"a":1,"a":2}],"credentials":{"user":"a"}}"#, Unclear::Body),
        (r#"{"credentials":{"user":"a"}} {}"#, Unclear::Body),
        ("\u{feff}{\"credentials\":{\"user\":\"a\"}}", Unclear::Body),
        ("credentials=a", Unclear::Body),
    ] {
        assert_eq!(json(body), Err(why), "{body}");
    }
}

#[test]
fn a_multipart_form_names_one_user_or_nobody_a134() {
    let kind = "multipart/form-data; boundary=edge";
    let part = |name: &str, value: &str| {
        format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let whole = |parts: &[(&str, &str)]| {
        parts.iter().map(|(name, value)| part(name, value)).collect::<String>() + "--edge--\r\n"
    };
    let right = named("user", "", kind, &whole(&[("user", "ada"), ("p", "x")]));
    assert_eq!(right.unwrap(), "ada");
    let twice = named("user", "", kind, &whole(&[("user", "a"), ("user", "b")]));
    assert_eq!(twice, Err(Unclear::Ambiguous));
    let list = named("user", "", kind, &whole(&[("user", "a"), ("user[]", "b")]));
    assert_eq!(list, Err(Unclear::Ambiguous));
    assert_eq!(named("user", "", kind, "--edge\r\n"), Err(Unclear::Body));
    for head in [
        "content-disposition: form-data; name='user'",
        "content-disposition: form-data; name=user",
        "content-disposition: form-data; name=\"x\"; name=\"user\"",
        "content-disposition: form-data; name=\"x\"; name*=UTF-8''user",
        "content-disposition: form-data; Name=\"user\"; x=\" name=y\"",
        "content-disposition: form-data; name=\"us\\\\er\"",
        "content-disposition: form-data; name=\"user\"\r\ncontent-type: text/plain",
        "content-disposition: form-data; name=\"user\"\r\ncontent-disposition: form-data; name=\"x\"",
        "content-disposition: attachment; name=\"user\"",
    ] {
        let body = format!("--edge\r\n{head}\r\n\r\nada\r\n--edge--\r\n");
        assert_eq!(named("user", "", kind, &body), Err(Unclear::Body), "{head}");
    }
    let before =
        "x\r\n--edge\r\ncontent-disposition: form-data; name=\"user\"\r\n\r\nada\r\n--edge--\r\n";
    assert_eq!(named("user", "", kind, before), Err(Unclear::Body), "a preamble");
}

#[test]
fn other_ways_to_write_a_body_name_nobody_a134() {
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded; charset=utf-7",
        "application/json; charset=utf-16",
        "multipart/form-data",
        "",
    ] {
        let named = named("user", "", kind, "user=a");
        assert_eq!(named, Err(Unclear::Body), "{kind}");
    }
}

#[test]
fn a_console_without_user_names_means_one_person() {
    let login = LoginName::of_source("desk", "root").unwrap();
    let form = ConsoleForm { who: Who::Fixed(login), ..form("x") };
    let named = form.user_named(None, &HeaderMap::new(), &Bytes::from_static(b"password=x"));
    assert_eq!(named.unwrap(), "root");
}

#[test]
fn what_could_name_a_user_to_any_console_is_seen_in_every_spelling() {
    let form = form("pma_username");
    for body in [
        "a=1&pma_username=x",
        "PMA.USERNAME=x",
        "pma%5fusername=x",
        "pma+username=x",
        "pma_u\u{17f}ername=x",
        "pma_u%C5%BFername=x",
        "{\"pma_u\\u017Fername\":1}",
        "{\"pma_\\u0055SERNAME\":1}",
        "{\"pma\\u005fusername\":1}",
        "--b\r\ncontent-disposition: form-data; name=\"pma_username\"\r\n\r\nx",
    ] {
        assert!(form.may_name_user(body.as_bytes()), "{body}");
    }
    for body in ["", "sql_query=SELECT+1", "username=x", "pma_user=x", "%", "%z", "\\u", "\\u12"] {
        assert!(!form.may_name_user(body.as_bytes()), "{body}");
    }
}
