//! What kind of token it is. The same keys sign logout tokens, security events and others: none of them is taken for one
//! that says who is signed in (RFC 8725 §3.11).

use data_encoding::BASE64URL_NOPAD;
use serde_json::Map;
use serde_json::Value;

/// Tokens about users, and access tokens (RFC 9068).
const TYPES: [&str; 2] = ["jwt", "at+jwt"];

/// What may stand in front of a type (RFC 7515 §4.1.9).
const PREFIX: &str = "application/";

/// What would have to be understood, and is not: compression, a token in a token, and what is critical.
const FOREIGN: [&str; 3] = ["zip", "cty", "crit"];

/// Whether a token's head is that of one that says who is signed in.
pub(super) fn is_usual(token: &str) -> bool {
    let head = token.split('.').next().unwrap_or_default();
    let head = BASE64URL_NOPAD.decode(head.as_bytes()).unwrap_or_default();
    let head: Map<String, Value> = serde_json::from_slice(&head).unwrap_or_default();
    !head.is_empty()
        && !FOREIGN.iter().any(|name| head.contains_key(*name))
        && head.get("typ").is_none_or(|typ| typ.as_str().is_some_and(is_type))
}

fn is_type(typ: &str) -> bool {
    let (front, rest) = typ.split_at_checked(PREFIX.len()).unwrap_or_default();
    let bare = if front.eq_ignore_ascii_case(PREFIX) { rest } else { typ };
    TYPES.iter().any(|known| bare.eq_ignore_ascii_case(known))
}

/// Whether it says what happened (RFC 8417 §2.2): a logout token does, whatever its type.
pub(super) fn tells_of_events(claims: &Map<String, Value>) -> bool {
    claims.contains_key("events")
}
