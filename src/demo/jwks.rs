//! The gateway's public keys: fetched when first needed, kept, fetched again for a key not seen before.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use url::Url;

use crate::clock::Timestamp;
use crate::demo::assertion_check::PublishedKey;
use crate::demo::assertion_check::Refused;

/// How long keys are used before they are asked for again.
const FRESH: Duration = Duration::from_mins(5);
/// Least time between two fetches, so that forged key names cannot make the console flood the gateway.
const APART: Duration = Duration::from_secs(3);
/// How long the gateway may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// No key set is larger.
const LARGEST: u64 = 64 * 1024;

/// What the cache is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// The keys at hand, while they are fresh.
    AtHand,
    /// Keys from the gateway, because the one needed is not at hand.
    Newer,
}

/// The keys, and when they were last asked for.
#[derive(Debug, Default)]
pub(super) struct KeyCache(tokio::sync::Mutex<Cached>);

#[derive(Debug, Default)]
struct Cached {
    keys: Vec<PublishedKey>,
    got: Option<Timestamp>,
    asked: Option<Timestamp>,
}

impl KeyCache {
    /// The keys known at `now`; [`Wish::Newer`] asks the gateway first, if it was not asked just now.
    ///
    /// # Errors
    /// [`Refused::NoKeys`] when there are none that are fresh.
    pub(super) async fn keys(
        &self,
        address: &Url,
        now: Timestamp,
        wish: Wish,
    ) -> Result<Vec<PublishedKey>, Refused> {
        let mut cached = self.0.lock().await;
        let fresh = |got: Option<Timestamp>| got.is_some_and(|at| now.since(at) < FRESH);
        let wanted = wish == Wish::Newer || !fresh(cached.got);
        let allowed = cached.asked.is_none_or(|at| now.since(at) >= APART);
        if wanted && allowed {
            cached.asked = Some(now);
            if let Some(keys) = fetched(address).await {
                cached.keys = keys;
                cached.got = Some(now);
            }
        }
        if fresh(cached.got) { Ok(cached.keys.clone()) } else { Err(Refused::NoKeys) }
    }
}

async fn fetched(address: &Url) -> Option<Vec<PublishedKey>> {
    let answer = tokio::time::timeout(PATIENCE, get(address)).await;
    match answer {
        Ok(Ok(body)) => parsed(&body),
        Ok(Err(error)) => {
            tracing::warn!(%address, %error, "the gateway's keys could not be fetched");
            None
        }
        Err(_) => {
            tracing::warn!(%address, "the gateway did not answer with its keys in time");
            None
        }
    }
}

/// A plain HTTP/1.1 GET: gateway and console of a demonstration share a machine.
async fn get(address: &Url) -> std::io::Result<Vec<u8>> {
    let wrong = |what: &str| std::io::Error::other(what.to_owned());
    let (Some(host), "http") = (address.host_str(), address.scheme()) else {
        return Err(wrong("the address of the keys is not a plain HTTP one"));
    };
    let port = address.port_or_known_default().unwrap_or(80);
    let mut stream = TcpStream::connect((host.trim_matches(['[', ']']), port)).await?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: application/json\r\nConnection: close\r\n\r\n",
        path = address.path()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(LARGEST).read_to_end(&mut answer).await?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.ok_or_else(|| wrong("the answer has no head"))?;
    let (head, body) = answer.split_at(end + 4);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    if !head.starts_with("http/1.1 200") {
        return Err(wrong("the answer is not 200"));
    }
    if head.contains("\r\ntransfer-encoding: chunked") {
        return unchunked(body).ok_or_else(|| wrong("the answer's chunks are broken"));
    }
    Ok(body.to_vec())
}

/// The content of a chunked body (RFC 9112 §7.1); trailers are ignored.
fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let (size, after) = rest.split_at_checked(end)?;
        let size = std::str::from_utf8(size).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        let after = after.get(2..)?;
        if size == 0 {
            return Some(content);
        }
        let (chunk, after) = after.split_at_checked(size)?;
        content.extend_from_slice(chunk);
        rest = after.strip_prefix(b"\r\n")?;
    }
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Key {
    kty: String,
    crv: String,
    kid: String,
    x: String,
    y: String,
}

/// The P-256 keys of a JSON Web Key Set (RFC 7517 §5); others are passed over.
fn parsed(body: &[u8]) -> Option<Vec<PublishedKey>> {
    let set: KeySet = serde_json::from_slice(body).ok()?;
    let keys = set.keys.into_iter();
    Some(keys.filter_map(|key| point(&key)).collect())
}

fn point(key: &serde_json::Value) -> Option<PublishedKey> {
    let key = Key::deserialize(key).ok()?;
    let x = BASE64URL_NOPAD.decode(key.x.as_bytes()).ok()?;
    let y = BASE64URL_NOPAD.decode(key.y.as_bytes()).ok()?;
    let ours = key.kty == "EC" && key.crv == "P-256" && x.len() == 32 && y.len() == 32;
    ours.then(|| PublishedKey { kid: key.kid, point: [&[4], x.as_slice(), y.as_slice()].concat() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined_and_broken_ones_refused() {
        assert_eq!(unchunked(b"3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n").unwrap(), b"abcd");
        for broken in ["", "3\r\nab", "3\r\nabcd\r\n0\r\n\r\n", "x\r\n", "3\r\nabc\r\n"] {
            assert!(unchunked(broken.as_bytes()).is_none(), "{broken:?}");
        }
    }

    #[test]
    fn keys_of_other_kinds_are_passed_over() {
        let set = br#"{"keys":[{"kty":"RSA","kid":"r","n":"AQAB","e":"AQAB"},
            {"kty":"EC","crv":"P-256","kid":"short","x":"AA","y":"AA"}]}"#;
        assert!(parsed(set).unwrap().is_empty());
        assert!(parsed(b"[]").is_none());
    }
}
