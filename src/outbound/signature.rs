//! How requests of the gateway are signed: whoever receives one can tell that it is ours, whole and new.

use ring::hmac;

use crate::secret::Secret;

/// The moment of signing, in seconds since the epoch.
pub const TIMESTAMP_HEADER: &str = "portcullis-timestamp";

/// `v1=` and the HMAC-SHA256, in hexadecimal, of the moment, a full stop, and the body.
pub const SIGNATURE_HEADER: &str = "portcullis-signature";

/// The value of the signature's header.
#[must_use]
pub fn signature(secret: &Secret<String>, timestamp: u64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    let tag = hmac::sign(&key, format!("{timestamp}.{body}").as_bytes());
    format!("v1={}", data_encoding::HEXLOWER.encode(tag.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_moment_and_body() {
        // The value of `printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef`.
        let secret = Secret::new("0123456789abcdef".to_owned());
        let signed = signature(&secret, 1_700_000_000, r#"{"a":1}"#);
        let expected = "9eb18f493f8ec135d9eb2dad817c369bb4e9cbfa818657897a7437c1cd8c3a23";
        assert_eq!(signed, format!("v1={expected}"));
        assert_ne!(signed, signature(&secret, 1_700_000_001, r#"{"a":1}"#));
        assert_ne!(signed, signature(&secret, 1_700_000_000, r#"{"a":2}"#));
    }
}
