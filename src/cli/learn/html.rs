//! Password fields of a page, found without understanding the page.

/// A field in which a password is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PasswordInput {
    /// Its name; none: a script reads it.
    pub(super) name: Option<String>,
    /// Its name as the page writes it, such as `name="password"`.
    pub(super) written: Option<String>,
}

/// The password fields of a page.
pub(super) fn password_inputs(page: &[u8]) -> Vec<PasswordInput> {
    let text = String::from_utf8_lossy(page);
    // Same length, so that places are the same in both.
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for (at, _) in lower.match_indices("<input") {
        let Some(tag) = text.get(at..) else { continue };
        let tag = tag.get(..tag.find('>').unwrap_or(tag.len())).unwrap_or_default();
        let attributes = attributes(tag);
        let of = |wanted: &str| attributes.iter().find(|one| one.0.eq_ignore_ascii_case(wanted));
        if of("type").is_some_and(|(_, value, _)| value.eq_ignore_ascii_case("password")) {
            let name = of("name").filter(|(_, name, _)| is_plain(name));
            found.push(PasswordInput {
                name: name.map(|(_, name, _)| (*name).to_owned()),
                written: name.map(|(_, _, written)| (*written).to_owned()),
            });
        }
    }
    found
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.len() <= 100 && name.bytes().all(|b| b.is_ascii_graphic())
}

/// Name, value, and both as they are written.
fn attributes(tag: &str) -> Vec<(&str, &str, &str)> {
    let mut found = Vec::new();
    let mut rest = tag.split_once(|c: char| c.is_ascii_whitespace()).map_or("", |(_, rest)| rest);
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '=').unwrap_or(rest.len());
        let (name, tail) = rest.split_at(end);
        if name.is_empty() {
            return found;
        }
        let Some(value) = tail.trim_start().strip_prefix('=').map(str::trim_start) else {
            rest = tail;
            continue;
        };
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (said, tail) = match quote {
            Some(quote) => value
                .get(1..)
                .and_then(|value| value.split_once(quote))
                .unwrap_or((value.get(1..).unwrap_or_default(), "")),
            None => value
                .find(|c: char| c.is_ascii_whitespace())
                .map_or((value, ""), |end| value.split_at(end)),
        };
        let length = rest.len().saturating_sub(tail.len());
        found.push((name, said, rest.get(..length).unwrap_or_default()));
        if tail.len() >= rest.len() {
            return found;
        }
        rest = tail;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn password_fields_are_found_however_they_are_written() {
        for (page, name, written) in [
            (r#"<input type="password" name="pw">"#, Some("pw"), Some(r#"name="pw""#)),
            ("<INPUT NAME='pw' TYPE=PASSWORD />", Some("pw"), Some("NAME='pw'")),
            ("<p><input disabled name = pw type = password>", Some("pw"), Some("name = pw")),
            ("<input type=password id=x>", None, None),
            ("<input type=password name=\"a\u{e4}\">", None, None),
        ] {
            let found = password_inputs(page.as_bytes());
            let one = PasswordInput {
                name: name.map(str::to_owned),
                written: written.map(str::to_owned),
            };
            assert_eq!(found, [one], "{page}");
        }
        for page in ["", "<input", "<input type=text name=password>", "<input type='", "<input =>"]
        {
            assert!(password_inputs(page.as_bytes()).is_empty(), "{page}");
        }
    }
}
