//! Host names as they arrive in `Host` and `:authority` (RFC 9110 §7.2, RFC 3986 §3.2.2).

use std::fmt;
use std::net::Ipv6Addr;

/// A host, lower case, without port: a name, an IPv4 address, or an IPv6 address in brackets.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Host(String);

impl Host {
    /// The host of an authority; none when it is malformed in any way: user info, a
    /// trailing dot, an empty label, a port that is no port, anything outside letters, digits, `-`, `.`.
    #[must_use]
    pub fn parse(authority: &str) -> Option<Self> {
        let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
            let (address, port) = rest.split_once(']')?;
            address.parse::<Ipv6Addr>().ok()?;
            (format!("[{}]", address.to_ascii_lowercase()), port)
        } else {
            let end = authority.find(':').unwrap_or(authority.len());
            let (name, port) = authority.split_at_checked(end)?;
            (valid_name(name).then(|| name.to_ascii_lowercase())?, port)
        };
        valid_port(port).then_some(Self(host))
    }

    /// The host as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn valid_name(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    !name.is_empty() && name.len() <= 253 && name.split('.').all(label)
}

fn valid_port(port: &str) -> bool {
    port.is_empty()
        || port.strip_prefix(':').is_some_and(|digits| {
            digits.bytes().all(|b| b.is_ascii_digit()) && digits.parse::<u16>().is_ok()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_lower_case_without_port_a044() {
        for (authority, host) in [
            ("Console.Example", "console.example"),
            ("console.example:443", "console.example"),
            ("127.0.0.1:80", "127.0.0.1"),
            ("[::1]:8080", "[::1]"),
        ] {
            assert_eq!(Host::parse(authority).unwrap().as_str(), host);
        }
    }

    #[test]
    fn malformed_hosts_are_no_host_a022_a044() {
        let long = "a".repeat(300);
        for bad in [
            "",
            "a;proto=http",
            "a\"",
            "a,b",
            "a b",
            &long,
            "console.example.",
            "user@host",
            "a..b",
            "host:",
            "host:99999",
            "host:1:2",
            "[::1",
            "[zz]",
            "[::1]x",
            "host:+1",
            "hôst",
            "a/b",
            "*",
        ] {
            assert_eq!(Host::parse(bad), None, "{bad:?}");
        }
    }
}
