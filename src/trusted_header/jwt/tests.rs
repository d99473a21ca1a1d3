//! Which keys of a set are taken.

use super::*;

fn set(keys: &str) -> Result<usize, NotAKeySet> {
    KeySet::parse(format!("{{\"keys\": [{keys}]}}").as_bytes()).map(|set| set.0.len())
}

#[test]
fn only_public_keys_for_signatures_are_taken_from_a_set() {
    let ed = r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#;
    let ec = r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA","use":"sig","key_ops":["verify"]}"#;
    let rsa = r#"{"kty":"RSA","n":"AA","e":"AQAB","alg":"RS256","x5c":["AA"]}"#;
    assert_eq!(set(&[ed, ec, rsa].join(",")), Ok(3));
    for other in [
        r#"{"kty":"oct","k":"c2VjcmV0"}"#,
        r#"{"kty":"RSA","n":"AA","e":"AQAB","use":"enc"}"#,
        r#"{"kty":"RSA","n":"AA","e":"AQAB","key_ops":["encrypt"]}"#,
        r#"{"kty":"EC","crv":"P-521","x":"AA","y":"AA"}"#,
        r#"{"kty":"OKP","crv":"X25519","x":"AA"}"#,
        r#"{"kty":"OKP","crv":"Ed25519"}"#,
        "{}",
        "1",
    ] {
        assert_eq!(set(other), Err(NotAKeySet), "{other}");
        assert_eq!(set(&[other, ed].join(",")), Ok(1), "{other}");
    }
    assert_eq!(set(""), Err(NotAKeySet));
    assert_eq!(set(&vec![ed; 65].join(",")), Err(NotAKeySet), "too many");
    for no_set in ["", "[]", "{}", "{\"keys\": {}}", "nonsense"] {
        assert!(KeySet::parse(no_set.as_bytes()).is_err(), "{no_set}");
    }
}

#[test]
fn moments_are_numbers_of_this_age() {
    let read = |text: &str| seconds(&serde_json::from_str(text).unwrap());
    assert_eq!(
        (read("1700000000"), read("1700000000.75")),
        (Some(1_700_000_000), Some(1_700_000_000))
    );
    for no in [
        "-1",
        "\"1700000000\"",
        "null",
        "1e300",
        "1.5e300",
        "1.5E+300",
        "1.5e-7",
        "18446744073709551615",
        "[1]",
    ] {
        assert_eq!(read(no), None, "{no}");
    }
}
