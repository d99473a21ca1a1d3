//! Time-based one-time codes (RFC 6238): SHA-1, 6 digits, 30 s, one step of drift.
//!
//! Stateless: it says which time step a code belongs to. That a step is accepted only once, and never
//! after a later one, is the store's conditional write (A-142…A-144).

use serde::Deserialize;
use serde::Serialize;
use totp_rs::Builder;
use totp_rs::Totp;

use crate::clock::Timestamp;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;
use crate::secret::Secret;

/// Seconds in one time step (RFC 6238 §5.2).
pub const STEP_SECONDS: u64 = 30;

/// Bytes of a new key: the length of HMAC-SHA-1's output (RFC 4226 §4, R6).
const KEY_BYTES: usize = 20;

/// What verifies an authenticator app.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TotpCredential {
    /// The shared key, raw bytes.
    #[serde(with = "crate::secret::at_rest")]
    pub key: Secret<Vec<u8>>,
    /// The last accepted time step; only a later one is accepted.
    pub last_step: u64,
}

/// A key that was shown but not yet confirmed by a first code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PendingTotp {
    /// The shared key, raw bytes.
    #[serde(with = "crate::secret::at_rest")]
    pub key: Secret<Vec<u8>>,
    /// When it was made; it is forgotten after [`PENDING_LIFETIME`].
    pub created: Timestamp,
}

/// How long a person has between seeing the QR code and confirming it.
pub const PENDING_LIFETIME: std::time::Duration = std::time::Duration::from_mins(15);

/// The key or its labels cannot make a valid `otpauth` URI.
#[derive(Debug, thiserror::Error)]
#[error("not a valid one-time-code key: {0}")]
pub struct InvalidKey(String);

/// A new random key.
///
/// # Errors
/// When the random source fails.
pub fn generate_key(entropy: &dyn Entropy) -> Result<Secret<Vec<u8>>, EntropyFailed> {
    let mut key = vec![0_u8; KEY_BYTES];
    entropy.fill(&mut key)?;
    Ok(Secret::new(key))
}

/// The time step that `code` is right for at `wall`, within one step of drift; none: wrong code.
///
/// `code` must be canonical ([`canonical_code`]).
///
/// # Errors
/// When the stored key is unusable.
pub fn matching_step(
    key: &Secret<Vec<u8>>,
    code: &str,
    wall: Timestamp,
) -> Result<Option<u64>, InvalidKey> {
    Ok(totp(key, "portcullis", "account")?.check(code, wall.secs()))
}

/// The code of the moment: for the demonstration and for tests, which play the person's phone.
///
/// # Errors
/// When the key is unusable.
pub fn code_at(key: &Secret<Vec<u8>>, wall: Timestamp) -> Result<String, InvalidKey> {
    Ok(totp(key, "portcullis", "account")?.generate(wall.secs()).to_string())
}

/// The `otpauth://` URI for an app: issuer and account are percent-encoded.
///
/// # Errors
/// When key or labels are unusable (an issuer or account with a colon, say).
pub fn uri(key: &Secret<Vec<u8>>, issuer: &str, account: &str) -> Result<String, InvalidKey> {
    totp(key, issuer, account)?.to_url().map_err(|e| InvalidKey(e.to_string()))
}

/// The key as people type it: base 32 in groups of four.
#[must_use]
pub fn key_text(key: &Secret<Vec<u8>>) -> String {
    let plain = data_encoding::BASE32_NOPAD.encode(key.expose());
    let mut text = String::with_capacity(plain.len() + plain.len() / 4);
    for (i, c) in plain.chars().enumerate() {
        if i > 0 && i % 4 == 0 {
            text.push(' ');
        }
        text.push(c);
    }
    text
}

/// What a person typed as a code, made canonical once: spaces and dashes are dropped, and
/// anything but six ASCII digits is no code.
#[must_use]
pub fn canonical_code(typed: &str) -> Option<String> {
    if typed.len() > 64 {
        return None;
    }
    let code: String =
        typed.chars().filter(|c| !c.is_ascii_whitespace() && *c != '-' && *c != '\u{a0}').collect();
    (code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())).then_some(code)
}

fn totp(key: &Secret<Vec<u8>>, issuer: &str, account: &str) -> Result<Totp, InvalidKey> {
    Builder::new()
        .with_secret(key.expose().clone())
        .with_account_name(account)
        .with_issuer(Some(issuer))
        .with_skew(1)
        .build()
        .map_err(|e| InvalidKey(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    fn rfc_key() -> Secret<Vec<u8>> {
        Secret::new(b"12345678901234567890".to_vec())
    }

    #[test]
    fn codes_are_those_of_rfc_6238_appendix_b_beyond_2038_too_a150() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let at = Timestamp::from_secs(seconds);
            assert_eq!(code_at(&rfc_key(), at).unwrap(), code, "{seconds}");
            assert_eq!(matching_step(&rfc_key(), code, at).unwrap(), Some(seconds / STEP_SECONDS));
        }
    }

    #[test]
    fn one_step_of_drift_is_accepted_and_two_are_not_a148() {
        let now = Timestamp::from_secs(1_800_000_000);
        let step = now.secs() / STEP_SECONDS;
        for (drift, accepted) in [(-2_i64, false), (-1, true), (0, true), (1, true), (2, false)] {
            let of = step.checked_add_signed(drift).unwrap();
            let code = code_at(&rfc_key(), Timestamp::from_secs(of * STEP_SECONDS)).unwrap();
            let matched = matching_step(&rfc_key(), &code, now).unwrap();
            assert_eq!(matched, accepted.then_some(of), "drift {drift}");
        }
    }

    #[test]
    fn a_code_is_six_ascii_digits_however_it_is_spaced_a147() {
        for typed in ["123456", " 123 456 ", "123-456", "1 2 3 4 5 6", "123\u{a0}456"] {
            assert_eq!(canonical_code(typed).as_deref(), Some("123456"), "{typed:?}");
        }
        for typed in
            ["", "12345", "1234567", "+12345", "-123456x", "１２３４５６", "12a456", "1e5000"]
        {
            assert_eq!(canonical_code(typed), None, "{typed:?}");
        }
        assert_eq!(canonical_code(&" ".repeat(70)), None);
    }

    #[test]
    fn names_cannot_add_parameters_to_the_uri_a154() {
        let uri = uri(&rfc_key(), "A&secret=X ?#ü", "al&digits=8").unwrap();
        let parsed = url::Url::parse(&uri).unwrap();
        let secrets: Vec<_> = parsed.query_pairs().filter(|(name, _)| name == "secret").collect();
        assert_eq!(secrets.len(), 1, "{uri}");
        assert!(
            parsed.query_pairs().all(|(name, value)| name != "digits" || value == "6"),
            "{uri}"
        );
        let issuer = parsed.query_pairs().find(|(name, _)| name == "issuer").unwrap();
        assert_eq!(issuer.1, "A&secret=X ?#ü");
    }

    #[test]
    fn a_new_key_has_160_bits_and_reads_in_groups_of_four() {
        let key = generate_key(&SeededEntropy::new(1)).unwrap();
        assert_eq!(key.expose().len(), 20);
        let text = key_text(&key);
        assert_eq!((text.len(), text.split(' ').count()), (39, 8));
    }
}
