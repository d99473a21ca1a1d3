//! Where codes are sent: an address of e-mail or a mobile number, in one canonical form each.
//!
//! These are fields of their own, beside the profile: they are never told to a console (S4.9).

use std::fmt;

use ring::digest;
use serde::Deserialize;
use serde::Serialize;
use url::Host;

use super::Credential;
use super::kind::AuthenticatorKind;
use crate::clock::Timestamp;
use crate::entropy;

/// Longest address, and longest part before the `@` (RFC 5321 §4.5.3.1).
const LONGEST_ADDRESS: usize = 254;
const LONGEST_LOCAL: usize = 64;

/// A way on which codes reach a person.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// E-mail.
    Email,
    /// Text messages to a mobile phone.
    Sms,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 2] = [Self::Email, Self::Sms];

    /// The name used in records, metrics and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }

    /// The channel of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }

    /// The kind of authenticator that its codes prove.
    #[must_use]
    pub const fn kind(self) -> AuthenticatorKind {
        match self {
            Self::Email => AuthenticatorKind::Email,
            Self::Sms => AuthenticatorKind::Sms,
        }
    }

    /// The channel of a kind of authenticator, if codes are sent for it.
    #[must_use]
    pub fn of(kind: AuthenticatorKind) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.kind() == kind)
    }

    /// The field of an account that a code needs (S4.7).
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Email => "e-mail address",
            Self::Sms => "mobile number",
        }
    }
}

/// Why a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAddress {
    /// Nothing left after trimming.
    #[error("it is empty")]
    Empty,
    /// More than the standards allow.
    #[error("it is too long")]
    TooLong,
    /// Not of the form of an address.
    #[error("an e-mail address has the form NAME@HOST, such as ann@example.org")]
    Mail,
    /// Not of the form of a number.
    #[error("a mobile number begins with + and the country code, such as +49 151 23456789")]
    Phone,
}

/// An address that codes can be sent to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    channel: Channel,
    text: String,
}

impl Address {
    /// The canonical form of what somebody typed.
    ///
    /// # Errors
    /// When it has none: then nothing is ever sent there.
    pub fn parse(channel: Channel, typed: &str) -> Result<Self, NotAnAddress> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(NotAnAddress::Empty);
        }
        if typed.len() > LONGEST_ADDRESS {
            return Err(NotAnAddress::TooLong);
        }
        let text = match channel {
            Channel::Email => mail(typed)?,
            Channel::Sms => phone(typed)?,
        };
        Ok(Self { channel, text })
    }

    /// On which channel it lies.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        self.channel
    }

    /// The canonical text: letters of the host in lower case and ASCII, or `+` and digits (E.164).
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What two addresses have in common that may be one mailbox or phone: capitals and a `+tag` tell none
    /// apart. Codes go to one account only (S4.8), and budgets are charged to this.
    #[must_use]
    pub fn unique(&self) -> String {
        let same = self.text.rsplit_once('@').map_or_else(
            || self.text.clone(),
            |(local, host)| {
                let local = local.split_once('+').map_or(local, |(local, _)| local);
                format!("{}@{host}", local.to_ascii_lowercase())
            },
        );
        format!("{}:{same}", self.channel.name())
    }

    /// That as a hash, by which its owner is found.
    #[must_use]
    pub fn unique_hash(&self) -> String {
        let hash = digest::digest(&digest::SHA256, self.unique().as_bytes());
        entropy::lower_base32(hash.as_ref())
    }

    /// As much of it as its owner needs to know it by: `a…e@example.org`, `•••• 42`.
    #[must_use]
    pub fn masked(&self) -> String {
        let Some((local, host)) = self.text.rsplit_once('@') else {
            let end = self.text.len().saturating_sub(2);
            return format!("•••• {}", self.text.get(end..).unwrap_or_default());
        };
        match (local.chars().next(), local.chars().next_back()) {
            (Some(first), Some(last)) if local.len() > 2 => format!("{first}…{last}@{host}"),
            _ => format!("…@{host}"),
        }
    }
}

impl fmt::Display for Address {
    /// Masked: whoever needs the whole address asks for it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// An address that an account's codes go to. Sealed by the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// In canonical form.
    pub address: String,
    /// When a code that was sent there came back; none: nobody has shown yet that it is theirs.
    pub verified: Option<Timestamp>,
}

impl Contact {
    /// What is bound to an account that gets codes there on this channel.
    #[must_use]
    pub const fn credential(self, channel: Channel) -> Credential {
        match channel {
            Channel::Email => Credential::Email(self),
            Channel::Sms => Credential::Sms(self),
        }
    }

    /// The address, if it still has a canonical form.
    #[must_use]
    pub fn on(&self, channel: Channel) -> Option<Address> {
        Address::parse(channel, &self.address).ok()
    }
}

/// The longest of some beginnings of numbers that a number has.
#[must_use]
pub fn longest_prefix<'p>(prefixes: &'p [String], number: &str) -> Option<&'p str> {
    let fits = prefixes.iter().filter(|prefix| number.starts_with(prefix.as_str()));
    fits.max_by_key(|prefix| prefix.len()).map(String::as_str)
}

/// A dot-atom and a host name (RFC 5321 §4.1.2). Quoted names and address literals, which no mailbox of a
/// person has, are refused, and with them every character that a header could be made of.
fn mail(typed: &str) -> Result<String, NotAnAddress> {
    let (local, host) = typed.rsplit_once('@').ok_or(NotAnAddress::Mail)?;
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    let atoms = local.split('.').all(|part| !part.is_empty() && part.chars().all(atom));
    if !atoms || local.len() > LONGEST_LOCAL {
        return Err(NotAnAddress::Mail);
    }
    let plain = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
    if !host.chars().all(plain) {
        return Err(NotAnAddress::Mail);
    }
    match Host::parse(host) {
        Ok(Host::Domain(host)) if is_domain(&host) => Ok(format!("{local}@{host}")),
        Ok(_) | Err(_) => Err(NotAnAddress::Mail),
    }
}

fn is_domain(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    host.len() <= 253 && host.split('.').all(label)
}

/// `+`, a country code and digits, at most fifteen (E.164). What people write between digits is left out.
fn phone(typed: &str) -> Result<String, NotAnAddress> {
    // A trunk prefix in brackets is not dialled from abroad; what is meant cannot be told.
    if typed.contains("(0") {
        return Err(NotAnAddress::Phone);
    }
    let digits = typed.strip_prefix('+').or_else(|| typed.strip_prefix("00"));
    let digits = digits.ok_or(NotAnAddress::Phone)?;
    let digits: String = digits.chars().filter(|c| !" -./()".contains(*c)).collect();
    let sound = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    if sound && (8..=15).contains(&digits.len()) {
        Ok(format!("+{digits}"))
    } else {
        Err(NotAnAddress::Phone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(text: &str) -> Result<String, NotAnAddress> {
        Address::parse(Channel::Email, text).map(|address| address.text)
    }

    fn phone(text: &str) -> Result<String, NotAnAddress> {
        Address::parse(Channel::Sms, text).map(|address| address.text)
    }

    #[test]
    fn an_address_has_one_canonical_form() {
        assert_eq!(mail(" Ann.Kelly+x@EXAMPLE.Org ").unwrap(), "Ann.Kelly+x@example.org");
        assert_eq!(mail("ann@bücher.example").unwrap(), "ann@xn--bcher-kva.example");
        assert_eq!(phone("+49 (151) 234-567.89").unwrap(), "+4915123456789");
        assert_eq!(phone("0049 151 23456789").unwrap(), "+4915123456789");
    }

    #[test]
    fn what_could_end_a_header_or_address_several_is_no_address_a161() {
        for text in [
            "ann@example.org\r\nBcc: eve@example.net",
            "ann@exam\rple.org",
            "ann@example.org,eve@example.net",
            "ann@example.org eve@example.net",
            "Ann <ann@example.org>",
            "\"ann\"@example.org",
            "a\0nn@example.org",
            "ann@[127.0.0.1]",
            "ann@127.0.0.1",
            "ann@exa_mple.org",
            "ann@-example.org",
            "ann@example..org",
            "ann@%65xample.org",
            ".ann@example.org",
            "ann.@example.org",
            "ann",
            "@example.org",
            "ann@",
            "\u{202e}ann@example.org",
        ] {
            assert_eq!(mail(text), Err(NotAnAddress::Mail), "{text:?}");
        }
        assert_eq!(mail(&format!("{}@example.org", "a".repeat(65))), Err(NotAnAddress::Mail));
        assert_eq!(mail(&"a".repeat(300)), Err(NotAnAddress::TooLong));
        assert_eq!(mail("  "), Err(NotAnAddress::Empty));
    }

    #[test]
    fn what_is_not_a_number_with_its_country_is_none_a158() {
        for text in [
            "0151 23456789",
            "+0151 23456789",
            "+49",
            "+49 (0)151 23456789",
            "+49151234567890123",
            "+49 151 2345678x",
            "+49 151\n23456789",
            "+４９15123456789",
            "tel:+4915123456789",
            "+4915123456789,+4915123456780",
        ] {
            assert_eq!(phone(text), Err(NotAnAddress::Phone), "{text:?}");
        }
    }

    #[test]
    fn what_may_be_one_mailbox_is_one_for_codes_s4_8_a140() {
        let unique = |text: &str| Address::parse(Channel::Email, text).unwrap().unique();
        assert_eq!(unique("Ann+console@Example.org"), unique("ann@example.org"));
        assert_ne!(unique("ann@example.org"), unique("anne@example.org"));
    }

    #[test]
    fn its_owner_knows_it_and_others_do_not() {
        let masked = |channel, text: &str| Address::parse(channel, text).unwrap().masked();
        assert_eq!(masked(Channel::Email, "alice@example.org"), "a…e@example.org");
        assert_eq!(masked(Channel::Email, "al@example.org"), "…@example.org");
        assert_eq!(masked(Channel::Sms, "+49 151 23456742"), "•••• 42");
    }
}
