//! A console that asks for HTTP Basic (RFC 7617): what is asked of it to learn whether a password is right, and how user
//! name and password are kept for the session that they opened.
//!
//! They are kept sealed under a key that is made when the process starts and is stored nowhere, and wiped with their
//! session. After a restart the person is asked for them again.

use std::fmt;
use std::sync::Arc;

use http::Method;
use ring::aead;
use zeroize::Zeroizing;

use super::Signs;
use super::UnknownUsers;
use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;
use crate::password;
use crate::secret::Secret;
use crate::subject::LoginName;

/// A console that asks for HTTP Basic, as the operator described it.
#[derive(Clone, Debug)]
pub struct ConsoleBasic {
    /// Whose users sign in there: the name before the `/` of their accounts.
    pub source: String,
    /// What it is asked with somebody's password.
    pub probe: ProbeRequest,
    /// How often it is asked.
    pub attempts: Attempts,
    /// What becomes of names that no account has yet.
    pub unknown: UnknownUsers,
}

/// A request of the gateway's own that tells whether a password is right.
#[derive(Clone, Debug)]
pub struct ProbeRequest {
    /// Its path and query.
    pub target: String,
    /// Its method.
    pub method: Method,
    /// What an answer shows that means: right. None: it succeeds or leads elsewhere, where the same request without a
    /// password is answered with 401.
    pub success: Option<Signs>,
}

/// How many wrong passwords in a row the console is asked about. From then on it is asked once an hour, until one is
/// right: fewer than its own lock-outs take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    /// For one person.
    pub each: u32,
    /// For everybody together; none: no matter how many.
    pub all: Option<u32>,
}

impl ConsoleBasic {
    /// Whose account is meant by what was typed, and what the console is told. Nobody's, when no account can have the
    /// name, or what was typed cannot be sent: an empty or overlong password, or one with control characters.
    #[must_use]
    pub fn typed(
        &self,
        user: &str,
        password: &Secret<String>,
    ) -> Option<(LoginName, BasicCredentials)> {
        let login = LoginName::of_source(&self.source, user).ok()?;
        let (text, user) = (password.expose(), user.trim());
        let sendable = !text.is_empty()
            && text.len() <= password::MAX_BYTES
            && !text.chars().any(char::is_control);
        // Another letter that reads the same is that letter to the console as well.
        let user = if user.is_ascii() { user } else { login.name() };
        let credentials = BasicCredentials { user: user.to_owned(), password: password.clone() };
        sendable.then_some((login, credentials))
    }
}

/// User name and password, as the console is told them.
#[derive(Clone, Debug)]
pub struct BasicCredentials {
    user: String,
    password: Secret<String>,
}

impl BasicCredentials {
    /// The user name: letters of a login name, so that it has no colon.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The password.
    #[must_use]
    pub const fn password(&self) -> &Secret<String> {
        &self.password
    }

    /// The value of `Authorization`; other letters than those of ASCII in UTF-8.
    #[must_use]
    pub fn header(&self) -> Secret<String> {
        let pair = Zeroizing::new(format!("{}:{}", self.user, self.password.expose()));
        let encoded = Zeroizing::new(data_encoding::BASE64.encode(pair.as_bytes()));
        Secret::new(format!("Basic {}", encoded.as_str()))
    }
}

/// Where credentials are replayed: in one session on one site, whose people are those of one source.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The name of the site.
    pub site: &'a str,
    /// Its source.
    pub source: &'a str,
    /// The binding of the session.
    pub binding: &'a str,
}

/// Credentials as they are kept for a session: wiped when they are dropped.
pub struct SealedCredentials(Zeroizing<Vec<u8>>);

impl fmt::Debug for SealedCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedCredentials(…)")
    }
}

/// Seals and opens credentials, in this process alone.
pub struct CredentialSealer {
    key: aead::LessSafeKey,
    entropy: Arc<dyn Entropy>,
}

impl fmt::Debug for CredentialSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialSealer(…)")
    }
}

impl CredentialSealer {
    /// With a key of its own.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn new(entropy: Arc<dyn Entropy>) -> Result<Self, EntropyFailed> {
        let own = Zeroizing::new(entropy::bytes::<32>(entropy.as_ref())?);
        let key = aead::UnboundKey::new(&aead::AES_256_GCM, own.as_slice());
        let key = aead::LessSafeKey::new(key.map_err(|_| EntropyFailed)?);
        Ok(Self { key, entropy })
    }

    /// Seals what the console is told in that place.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn seal(
        &self,
        place: Place<'_>,
        credentials: &BasicCredentials,
    ) -> Result<SealedCredentials, EntropyFailed> {
        let nonce = entropy::bytes::<{ aead::NONCE_LEN }>(self.entropy.as_ref())?;
        let header = credentials.header();
        let mut sealed = Zeroizing::new(Vec::with_capacity(
            header.expose().len().saturating_add(aead::MAX_TAG_LEN),
        ));
        sealed.extend_from_slice(header.expose().as_bytes());
        let unique = aead::Nonce::assume_unique_for_key(nonce);
        let tag = self
            .key
            .seal_in_place_separate_tag(unique, associated(place), &mut sealed)
            .map_err(|_| EntropyFailed)?;
        let mut whole = Zeroizing::new(nonce.to_vec());
        whole.extend_from_slice(&sealed);
        whole.extend_from_slice(tag.as_ref());
        Ok(SealedCredentials(whole))
    }

    /// The value of `Authorization` that was sealed for that place; in any other there is none.
    #[must_use]
    pub fn open(&self, place: Place<'_>, sealed: &SealedCredentials) -> Option<Secret<String>> {
        let (nonce, sealed) = sealed.0.split_first_chunk::<{ aead::NONCE_LEN }>()?;
        let mut sealed = Zeroizing::new(sealed.to_vec());
        let nonce = aead::Nonce::assume_unique_for_key(*nonce);
        let plain = self.key.open_in_place(nonce, associated(place), &mut sealed).ok()?;
        std::str::from_utf8(plain).ok().map(|header| Secret::new(header.to_owned()))
    }
}

fn associated(place: Place<'_>) -> aead::Aad<Vec<u8>> {
    aead::Aad::from([place.site, place.source, place.binding].join("\0").into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    fn console() -> ConsoleBasic {
        ConsoleBasic {
            source: "desk".to_owned(),
            probe: ProbeRequest { target: "/".to_owned(), method: Method::GET, success: None },
            attempts: Attempts { each: 10, all: None },
            unknown: UnknownUsers::Create,
        }
    }

    fn typed(user: &str, password: &str) -> Option<(String, String)> {
        let typed = console().typed(user, &Secret::new(password.to_owned()));
        typed.map(|(login, told)| (login.to_string(), told.header().expose().clone()))
    }

    #[test]
    fn what_was_typed_is_one_person_and_one_header_a126() {
        for (user, password, header) in [
            ("alice", "open sesame", "Basic YWxpY2U6b3BlbiBzZXNhbWU="),
            (" alice ", "open sesame", "Basic YWxpY2U6b3BlbiBzZXNhbWU="),
            ("ａｌｉｃｅ", "open sesame", "Basic YWxpY2U6b3BlbiBzZXNhbWU="),
            // The console says whether it minds the case.
            ("Alice", "a:b", "Basic QWxpY2U6YTpi"),
            // RFC 7617 §2.1.
            ("alice", "123\u{a3}", "Basic YWxpY2U6MTIzwqM="),
        ] {
            let expected = Some(("desk/alice".to_owned(), header.to_owned()));
            assert_eq!(typed(user, password), expected, "{user}");
        }
        for (user, password) in [
            ("alice:x", "y"),
            ("", "y"),
            ("al\u{7f}ice", "y"),
            ("alice", ""),
            ("alice", "a\r\nb"),
            ("alice", "a\u{85}b"),
        ] {
            assert_eq!(typed(user, password), None, "{user:?} {password:?}");
        }
        assert_eq!(typed("alice", &"x".repeat(password::MAX_BYTES + 1)), None);
    }

    #[test]
    fn credentials_open_in_their_session_on_their_site_in_their_process_alone_a137() {
        let of = |seed| CredentialSealer::new(Arc::new(SeededEntropy::new(seed))).unwrap();
        let (own, after_restart) = (of(1), of(2));
        let (_, told) = console().typed("alice", &Secret::new("pass-canary".to_owned())).unwrap();
        let place = Place { site: "desk", source: "desk", binding: "b1" };
        let sealed = own.seal(place, &told).unwrap();
        assert_eq!(own.open(place, &sealed).unwrap().expose(), told.header().expose());
        for other in [
            Place { site: "other", ..place },
            Place { source: "other", ..place },
            Place { binding: "b2", ..place },
        ] {
            assert!(own.open(other, &sealed).is_none(), "{other:?}");
        }
        assert!(after_restart.open(place, &sealed).is_none());
        let shown = format!("{sealed:?} {own:?} {told:?}");
        assert!(!shown.contains("canary") && !shown.contains("Basic Y"), "{shown}");
    }
}
