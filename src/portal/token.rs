//! The token in every form of ours: it ties the form to the browser or session it was made for, and to
//! an hour (NIST SP 800-63B-4 §5.1, A-213, A-214).

use std::sync::Arc;
use std::time::Duration;

use ring::hmac;

use crate::clock::Clock;
use crate::clock::Timestamp;
use crate::portal::admin::door;

/// How long a form may stay open.
pub(crate) const LIFETIME: Duration = Duration::from_hours(12);

/// How long a value for the API is good: as long as a proof opens the door of the administration.
const LIFETIME_AT_API: Duration = door::PROVED_WITHIN;

/// Bytes of the time in a token.
const TIME_BYTES: usize = 8;

/// What a form is for. A token of one purpose is none for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The sign-in form, tied to the visitor's cookie.
    SignIn,
    /// Every form of a session, tied to the session.
    Session,
    /// What scripts of a session show with every request to the API, tied to the session.
    Api,
}

impl Purpose {
    const fn name(self) -> &'static [u8] {
        match self {
            Self::SignIn => b"sign-in",
            Self::Session => b"session",
            Self::Api => b"api",
        }
    }

    const fn lifetime(self) -> Duration {
        match self {
            Self::SignIn | Self::Session => LIFETIME,
            Self::Api => LIFETIME_AT_API,
        }
    }
}

/// Makes and verifies tokens. Keeps nothing.
#[derive(Debug)]
pub(crate) struct FormTokens {
    key: hmac::Key,
    clock: Arc<dyn Clock>,
}

impl FormTokens {
    /// Tokens under a key of their own.
    pub(crate) fn new(key: hmac::Key, clock: Arc<dyn Clock>) -> Self {
        Self { key, clock }
    }

    /// A token for a form shown now.
    pub(crate) fn issue(&self, purpose: Purpose, binding: &[u8]) -> String {
        let issued = self.clock.now().millis().to_be_bytes();
        let mut token = issued.to_vec();
        token.extend_from_slice(hmac::sign(&self.key, &message(purpose, issued, binding)).as_ref());
        data_encoding::BASE64URL_NOPAD.encode(&token)
    }

    /// Whether the token was made for this purpose and binding, not too long ago.
    pub(crate) fn verify(&self, purpose: Purpose, binding: &[u8], token: &str) -> bool {
        let now = self.clock.now();
        let issued = self.issued(purpose, binding, token);
        issued.is_some_and(|issued| issued <= now && now.since(issued) < purpose.lifetime())
    }

    /// When a token was made for this purpose and binding; none: it is of another, or of none. The comparison takes the
    /// same time whatever the difference.
    pub(crate) fn issued(
        &self,
        purpose: Purpose,
        binding: &[u8],
        token: &str,
    ) -> Option<Timestamp> {
        let token = data_encoding::BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
        let (issued, tag) = token.split_first_chunk::<TIME_BYTES>()?;
        hmac::verify(&self.key, &message(purpose, *issued, binding), tag).ok()?;
        Some(Timestamp::from_millis(u64::from_be_bytes(*issued)))
    }
}

fn message(purpose: Purpose, issued: [u8; TIME_BYTES], binding: &[u8]) -> Vec<u8> {
    let mut message = b"portcullis form v1|".to_vec();
    message.extend_from_slice(purpose.name());
    message.push(b'|');
    message.extend_from_slice(&issued);
    message.extend_from_slice(binding);
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    fn tokens() -> (FormTokens, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(Timestamp::from_secs(1_800_000_000)));
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
        (FormTokens::new(key, clock.clone()), clock)
    }

    #[test]
    fn a_token_opens_only_its_own_purpose_and_binding_a213() {
        let (tokens, _) = tokens();
        let token = tokens.issue(Purpose::Session, b"one");
        assert!(tokens.verify(Purpose::Session, b"one", &token));
        assert!(!tokens.verify(Purpose::Session, b"two", &token));
        assert!(!tokens.verify(Purpose::SignIn, b"one", &token));
    }

    #[test]
    fn a_token_ends_after_twelve_hours() {
        let (tokens, clock) = tokens();
        let token = tokens.issue(Purpose::SignIn, b"v");
        clock.advance(LIFETIME / 2);
        assert!(tokens.verify(Purpose::SignIn, b"v", &token));
        clock.advance(LIFETIME / 2);
        assert!(!tokens.verify(Purpose::SignIn, b"v", &token));
    }

    #[test]
    fn a_value_for_the_api_ends_with_the_proof_that_it_was_shown_on_a271() {
        let (tokens, clock) = tokens();
        let shown = tokens.issue(Purpose::Api, b"s");
        let form = tokens.issue(Purpose::Session, b"s");
        clock.advance(Duration::from_mins(15).saturating_sub(Duration::from_millis(1)));
        assert!(tokens.verify(Purpose::Api, b"s", &shown));
        clock.advance(Duration::from_millis(1));
        assert!(!tokens.verify(Purpose::Api, b"s", &shown));
        assert!(tokens.verify(Purpose::Session, b"s", &form));
    }

    #[test]
    fn a_token_changed_in_any_character_is_none() {
        let (tokens, _) = tokens();
        let token = tokens.issue(Purpose::SignIn, b"v");
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(!tokens.verify(Purpose::SignIn, b"v", &changed), "at {at}");
        }
        assert!(!tokens.verify(Purpose::SignIn, b"v", ""));
        assert!(!tokens.verify(Purpose::SignIn, b"v", &token[..11]));
    }
}
