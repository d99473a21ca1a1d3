//! A console's session cookies, sealed: each opens only in the session of the gateway's that it was issued in, or,
//! before anybody signed in, only for the login request itself (ruling 13, A-135).
//!
//! Nothing is stored for a cookie. Its value is AES-256-GCM under a key of the holder's own, with site and name of the
//! cookie as associated data. What is sealed for nobody opens in this process alone, for an hour, and carries a
//! number: once a login was sent with it, it is used up.

mod set_cookie;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::HeaderValue;
use http::header;
use ring::aead;
use ring::hkdf;
use zeroize::Zeroizing;

use super::glob::Glob;
use crate::clock::Clock;
use crate::clock::Timestamp;
use crate::entropy;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;
use crate::secret::Secret;

pub use self::set_cookie::SetCookie;

/// How long a cookie from before sign-in may wait for its login.
pub const BEFORE_SIGN_IN: Duration = Duration::from_hours(1);

/// Bytes of the number of what is sealed for nobody.
const NUMBER_BYTES: usize = 16;

/// Marks what was sealed for a session.
const OF_SESSION: char = 's';

/// Marks what was sealed for nobody.
const OF_NOBODY: char = 'b';

/// Which cookies are a console's sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CookiePatterns(Vec<Glob>);

impl CookiePatterns {
    /// Those of these names.
    #[must_use]
    pub fn new(names: &[String]) -> Self {
        Self(names.iter().map(|name| Glob::new(&folded(name))).collect())
    }

    /// Whether none is named.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a console could take a cookie of this name for one of them: PHP reads `a.b` as `a_b`, and older ones
    /// decode escapes.
    #[must_use]
    pub fn cover(&self, name: &str) -> bool {
        let name = folded(name);
        self.0.iter().any(|pattern| pattern.matches(&name))
    }

    /// Whether a query names one of them: some consoles take their session from there.
    #[must_use]
    pub fn are_named_in(&self, query: &str) -> bool {
        let names = query.split(['&', ';']).filter_map(|pair| pair.split('=').next());
        names.into_iter().any(|name| self.cover(name))
    }

    /// Whether a reader that splits cookies at commas, blanks or quotes finds one of them inside another's value.
    fn hide_in(&self, value: &str) -> bool {
        let pieces = value.split([',', ' ', '\t', '"', '\0']).skip(1);
        pieces.filter_map(|piece| piece.split_once('=')).any(|(name, _)| self.cover(name))
    }
}

fn folded(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    let mut rest = name.trim();
    while let Some(first) = rest.chars().next() {
        let escaped = rest.strip_prefix('%').and_then(|tail| {
            let byte = u8::from_str_radix(tail.get(..2)?, 16).ok()?;
            Some((char::from(byte), tail.get(2..)?))
        });
        let (letter, tail) =
            escaped.unwrap_or((first, rest.get(first.len_utf8()..).unwrap_or_default()));
        rest = tail;
        match letter {
            '.' | ' ' | '[' => text.push('_'),
            other => text.extend(other.to_lowercase()),
        }
    }
    text
}

/// For whom a cookie is sealed.
#[derive(Clone, Copy, Debug)]
pub enum Holder<'a> {
    /// For the session with this binding.
    Session(&'a str),
    /// For a browser in which nobody is signed in.
    Nobody,
}

/// A cookie from before sign-in, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// The number it carries.
    pub number: [u8; NUMBER_BYTES],
    /// As the console set it.
    pub cookie: SetCookie,
}

/// Seals and opens a console's session cookies. Keeps nothing.
pub struct CookieSealer {
    sessions: hkdf::Prk,
    nobody: hkdf::Prk,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl fmt::Debug for CookieSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CookieSealer(…)")
    }
}

impl CookieSealer {
    /// Seals under keys made from `key`; what is for nobody under a key that nothing else has.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn new(
        key: &Secret<[u8; 32]>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, EntropyFailed> {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"portcullis console cookies 1");
        let own = Zeroizing::new(entropy::bytes::<32>(entropy.as_ref())?);
        Ok(Self {
            sessions: salt.extract(key.expose()),
            nobody: salt.extract(own.as_slice()),
            clock,
            entropy,
        })
    }

    /// The cookie with a sealed value. What is deleted is passed on without one.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn seal(
        &self,
        site: &str,
        holder: Holder<'_>,
        cookie: &SetCookie,
    ) -> Result<SetCookie, EntropyFailed> {
        let value = if cookie.is_deleted(self.clock.wall()) {
            String::new()
        } else {
            match holder {
                Holder::Session(binding) => {
                    let key = of(&self.sessions, binding).ok_or(EntropyFailed)?;
                    let sealed =
                        self.closed(&key, (site, &cookie.name), cookie.value.as_bytes())?;
                    format!("{OF_SESSION}{}", data_encoding::BASE64URL_NOPAD.encode(&sealed))
                }
                Holder::Nobody => self.for_nobody(site, cookie)?,
            }
        };
        Ok(SetCookie { value, ..cookie.clone() })
    }

    fn for_nobody(&self, site: &str, cookie: &SetCookie) -> Result<String, EntropyFailed> {
        let number = self.number(site, cookie)?;
        let until = self.clock.now().plus(BEFORE_SIGN_IN).millis().to_be_bytes();
        let mut plain = Zeroizing::new(until.to_vec());
        plain.extend_from_slice(cookie.value.as_bytes());
        // No value has a `;`.
        plain.extend_from_slice(cookie.attributes.as_bytes());
        let key =
            of(&self.nobody, &data_encoding::HEXLOWER.encode(&number)).ok_or(EntropyFailed)?;
        let mut whole = number.to_vec();
        whole.extend(self.closed(&key, (site, &cookie.name), &plain)?);
        Ok(format!("{OF_NOBODY}{}", data_encoding::BASE64URL_NOPAD.encode(&whole)))
    }

    /// The number of a cookie: that of its value, however often it is set and sealed.
    fn number(&self, site: &str, cookie: &SetCookie) -> Result<[u8; NUMBER_BYTES], EntropyFailed> {
        let mut number = [0_u8; NUMBER_BYTES];
        let info = [
            b"number".as_slice(),
            site.as_bytes(),
            b"\0",
            cookie.name.as_bytes(),
            b"\0",
            cookie.value.as_bytes(),
        ];
        let material = self.nobody.expand(&info, NumberLength).map_err(|_| EntropyFailed)?;
        material.fill(&mut number).map_err(|_| EntropyFailed)?;
        Ok(number)
    }

    /// The value that was sealed for the session with this binding.
    #[must_use]
    pub fn open(&self, site: &str, binding: &str, name: &str, value: &str) -> Option<String> {
        let sealed = value.strip_prefix(OF_SESSION)?;
        let sealed = data_encoding::BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()?;
        let plain = opened(&of(&self.sessions, binding)?, (site, name), &sealed)?;
        String::from_utf8(plain.to_vec()).ok()
    }

    /// The cookie that was sealed for nobody, while it is fresh.
    #[must_use]
    pub fn open_before(&self, site: &str, name: &str, value: &str) -> Option<Before> {
        let sealed = value.strip_prefix(OF_NOBODY)?;
        let sealed = data_encoding::BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()?;
        let (number, sealed) = sealed.split_first_chunk::<NUMBER_BYTES>()?;
        let key = of(&self.nobody, &data_encoding::HEXLOWER.encode(number))?;
        let plain = opened(&key, (site, name), sealed)?;
        let (until, line) = plain.split_first_chunk::<8>()?;
        let until = Timestamp::from_millis(u64::from_be_bytes(*until));
        let line = std::str::from_utf8(line).ok().filter(|_| self.clock.now() < until)?;
        let cookie = SetCookie::parse(&format!("{name}={line}"))?;
        Some(Before { number: *number, cookie })
    }

    fn closed(
        &self,
        key: &aead::LessSafeKey,
        (site, name): (&str, &str),
        plain: &[u8],
    ) -> Result<Vec<u8>, EntropyFailed> {
        let nonce = entropy::bytes::<{ aead::NONCE_LEN }>(self.entropy.as_ref())?;
        let mut sealed = plain.to_vec();
        let aad = associated(site, name);
        key.seal_in_place_append_tag(aead::Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
            .map_err(|_| EntropyFailed)?;
        let mut whole = nonce.to_vec();
        whole.extend(sealed);
        Ok(whole)
    }
}

impl CookiePatterns {
    /// A console's cookies among those of a request, as it may see them: sealed ones that `open` opens, with the
    /// value it gives; others of their names not at all. The rest as it is. None: nothing is left.
    #[must_use]
    pub fn opened<'a>(
        &self,
        lines: impl Iterator<Item = &'a [u8]>,
        mut open: impl FnMut(&str, &str) -> Option<String>,
    ) -> Option<Vec<u8>> {
        let mut kept: Vec<Vec<u8>> = Vec::new();
        for pair in lines.flat_map(|line| line.split(|&b| b == b';')).map(<[u8]>::trim_ascii) {
            // What is no text has no name that could be compared.
            let Ok(text) = std::str::from_utf8(pair) else { continue };
            let (name, value) = text.split_once('=').unwrap_or((text, ""));
            if self.cover(name) {
                let plain = open(name, value);
                kept.extend(plain.map(|plain| format!("{name}={plain}").into_bytes()));
            } else if !text.is_empty() && !self.hide_in(text) {
                kept.push(pair.to_vec());
            }
        }
        (!kept.is_empty()).then(|| kept.join(b"; ".as_slice()))
    }

    /// The `Set-Cookie` lines of an answer as a browser gets them: those of their names as `seal` makes them, or not
    /// at all where it makes none; none: there is nothing to change.
    ///
    /// # Errors
    /// What `seal` says.
    pub fn sealed<E>(
        &self,
        headers: &HeaderMap,
        mut seal: impl FnMut(&SetCookie) -> Result<Option<SetCookie>, E>,
    ) -> Result<Option<Vec<HeaderValue>>, E> {
        let lines = || headers.get_all(header::SET_COOKIE).iter();
        let read = |line: &HeaderValue| line.to_str().ok().and_then(SetCookie::parse);
        let is_theirs = |line: &HeaderValue| read(line).is_none_or(|one| self.cover(&one.name));
        if self.is_empty() || !lines().any(is_theirs) {
            return Ok(None);
        }
        let mut kept = Vec::new();
        for line in lines() {
            match read(line) {
                Some(cookie) if self.cover(&cookie.name) => {
                    let sealed = seal(&cookie)?.map(|sealed| sealed.line());
                    kept.extend(sealed.and_then(|line| HeaderValue::from_str(&line).ok()));
                }
                Some(_) => kept.push(line.clone()),
                // What cannot be read could be one of them.
                None => {}
            }
        }
        Ok(Some(kept))
    }

    /// The cookies of their names among those of a request, as sent.
    pub fn named<'a>(
        &self,
        lines: impl Iterator<Item = &'a [u8]>,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        lines
            .flat_map(|line| line.split(|&b| b == b';'))
            .filter_map(|pair| std::str::from_utf8(pair.trim_ascii()).ok()?.split_once('='))
            .filter(|(name, _)| self.cover(name))
    }
}

/// How long numbers are.
struct NumberLength;

impl hkdf::KeyType for NumberLength {
    fn len(&self) -> usize {
        NUMBER_BYTES
    }
}

fn of(from: &hkdf::Prk, holder: &str) -> Option<aead::LessSafeKey> {
    let info = [holder.as_bytes()];
    let material = from.expand(&info, &aead::AES_256_GCM).ok()?;
    Some(aead::LessSafeKey::new(aead::UnboundKey::from(material)))
}

fn associated(site: &str, name: &str) -> aead::Aad<Vec<u8>> {
    let mut data = site.as_bytes().to_vec();
    data.push(0);
    data.extend_from_slice(name.as_bytes());
    aead::Aad::from(data)
}

fn opened(
    key: &aead::LessSafeKey,
    (site, name): (&str, &str),
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = sealed.split_first_chunk::<{ aead::NONCE_LEN }>()?;
    let mut sealed = Zeroizing::new(sealed.to_vec());
    let nonce = aead::Nonce::assume_unique_for_key(*nonce);
    let plain = key.open_in_place(nonce, associated(site, name), &mut sealed).ok()?.len();
    sealed.truncate(plain);
    Some(sealed)
}

#[cfg(test)]
mod tests;
