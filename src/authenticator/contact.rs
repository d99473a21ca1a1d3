//! Where codes are sent: an address of the person's, as an authenticator.

use serde::Deserialize;
use serde::Serialize;

use crate::clock::Timestamp;

/// A mail address or a phone number that codes are sent to. It is nothing else: neither the profile's address
/// nor ever sent upstream (S4.9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// In canonical spelling.
    pub address: String,
    /// When a code sent there came back; none: an operator filled it in, and its first code verifies it.
    pub verified: Option<Timestamp>,
}
