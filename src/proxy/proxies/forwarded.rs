//! `Forwarded` (RFC 7239 §4), read strictly: a line that breaks its grammar says nothing at all. Who could
//! open a quoted string that a proxy's own entry closes could otherwise hide that entry.

use std::net::IpAddr;

/// The `for` of each entry of a line, unquoted; empty, which names nobody, where an entry has none.
pub(super) fn entries(line: &str) -> Option<Vec<String>> {
    let mut scan = Scan(line);
    let mut entries = Vec::new();
    loop {
        scan.blank();
        entries.push(scan.entry()?);
        scan.blank();
        if scan.0.is_empty() {
            return Some(entries);
        }
        scan.eat(',')?;
    }
}

/// An address that a `for` names: IPv4, or IPv6 in brackets, each with a port or without (§6). `unknown`
/// and made-up names are none.
pub(super) fn node(text: &str) -> Option<IpAddr> {
    let (address, rest) = super::host(text)?;
    let fits = match rest.strip_prefix(':') {
        None => rest.is_empty(),
        Some(port) => super::is_port(port) || port.strip_prefix('_').is_some_and(is_made_up),
    };
    fits.then_some(address)
}

/// What may follow the underscore of a made-up name (§6.3).
fn is_made_up(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    !name.is_empty() && name.bytes().all(fits)
}

struct Scan<'a>(&'a str);

impl<'a> Scan<'a> {
    fn blank(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t']);
    }

    fn eat(&mut self, expected: char) -> Option<()> {
        self.0 = self.0.strip_prefix(expected)?;
        Some(())
    }

    /// Parameters up to the next comma; each name once.
    fn entry(&mut self) -> Option<String> {
        let mut names: Vec<&str> = Vec::new();
        let mut node = String::new();
        loop {
            let name = self.token()?;
            if names.iter().any(|other| other.eq_ignore_ascii_case(name)) {
                return None;
            }
            names.push(name);
            self.eat('=')?;
            let value =
                if self.0.starts_with('"') { self.quoted()? } else { self.token()?.to_owned() };
            if name.eq_ignore_ascii_case("for") {
                node = value;
            }
            if self.eat(';').is_none() {
                return Some(node);
            }
        }
    }

    /// RFC 9110 §5.6.2.
    fn token(&mut self) -> Option<&'a str> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        let end = self.0.find(|c| !is_part(c)).unwrap_or(self.0.len());
        let (token, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        (!token.is_empty()).then_some(token)
    }

    /// RFC 9110 §5.6.4.
    fn quoted(&mut self) -> Option<String> {
        self.eat('"')?;
        let mut text = String::new();
        let mut characters = self.0.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.0 = self.0.get(at.saturating_add(1)..)?;
                    return Some(text);
                }
                '\\' => text.push(characters.next()?.1),
                other => text.push(other),
            }
        }
        None
    }
}
