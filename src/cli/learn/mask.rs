//! Parts of an answer that are of one login alone: what somebody typed, tokens, the console's own address. In what is
//! proposed a `*` stands for them.

use super::exchange::Exchange;
use super::login::looks_like_password;
use crate::form_body::urlencoded;
use crate::secret::Secret;

/// Shorter than this, what was typed is hidden only where it stands alone.
const SHORT: usize = 4;

/// Hides them.
pub(super) struct Mask {
    typed: Vec<Secret<String>>,
    authority: String,
}

impl Mask {
    /// What these logins carried, but for what the console's page itself had put into its form.
    pub(super) fn new(logins: &[&Exchange], recording: &[Exchange], authority: &str) -> Self {
        let mut typed = Vec::new();
        let fields = logins.iter().flat_map(|login| &login.fields);
        for field in fields.filter(|field| !field.value.expose().is_empty()) {
            let value = field.value.expose();
            let is_everywhere = logins.iter().all(|login| {
                login
                    .fields
                    .iter()
                    .any(|other| other.name == field.name && other.value.expose() == value)
            });
            let is_of_page = || {
                let mut pages = recording.iter().filter(|one| one.asked.method.is_safe());
                pages.any(|page| contains(&page.said.body, value))
            };
            let is_constant = is_everywhere
                && !looks_like_password(&field.name)
                && !is_variable(value)
                && is_of_page();
            if !is_constant {
                typed.push(Secret::new(urlencoded::encode(value)));
                typed.push(Secret::new(value.clone()));
            }
        }
        typed.sort_by_key(|secret| std::cmp::Reverse(secret.expose().len()));
        Self { typed, authority: authority.to_owned() }
    }

    /// A text with stars.
    pub(super) fn text(&self, text: &str) -> String {
        let mut text = self.without_origin(text);
        for secret in self.typed.iter().filter(|secret| secret.expose().len() >= SHORT) {
            text = text.replace(secret.expose().as_str(), "*");
        }
        let mut masked = String::with_capacity(text.len());
        for part in text.split_inclusive(is_delimiter) {
            let word = part.trim_end_matches(is_delimiter);
            let hidden = is_variable(word) || self.typed.iter().any(|one| one.expose() == word);
            let shown = if hidden { "*" } else { word };
            masked.push_str(shown);
            masked.push_str(part.get(word.len()..).unwrap_or_default());
        }
        while masked.contains("**") {
            masked = masked.replace("**", "*");
        }
        masked
    }

    /// Whether a text shows something that was typed.
    pub(super) fn hides(&self, text: &str) -> bool {
        self.typed.iter().any(|secret| {
            let secret = secret.expose();
            text == secret || (secret.len() >= SHORT && text.contains(secret.as_str()))
        })
    }

    /// The name of a cookie; some are made of the address.
    pub(super) fn cookie(&self, name: &str) -> String {
        let (host, port) = self.authority.rsplit_once(':').unwrap_or((&self.authority, ""));
        let mut masked = name.to_owned();
        for host in [host.to_owned(), host.replace('.', "-"), host.replace('.', "_")] {
            if host.len() >= SHORT {
                masked = masked.replace(&host, "*");
            }
        }
        if port.len() >= SHORT {
            masked = masked.replace(port, "*");
        }
        let masked = masked.replace("*-*", "*").replace("*_*", "*");
        // A name of nothing else would mean every cookie.
        if masked.bytes().all(|b| matches!(b, b'*' | b'-' | b'_')) {
            name.to_owned()
        } else {
            masked
        }
    }

    fn without_origin(&self, text: &str) -> String {
        let rest =
            ["http://", "https://", "//"].iter().find_map(|scheme| text.strip_prefix(scheme));
        let rest = rest.and_then(|rest| rest.strip_prefix(self.authority.as_str()));
        match rest {
            Some(rest) if rest.is_empty() || rest.starts_with(['/', '?']) => format!("*{rest}"),
            _ => text.to_owned(),
        }
    }
}

const fn is_delimiter(c: char) -> bool {
    matches!(c, '/' | '?' | '&' | '=' | ';' | '#' | ',' | ':' | ' ')
}

/// Whether a word looks like a token or a number of one thing.
pub(super) fn is_variable(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    let is_number = letters == 0 && digits >= 5;
    let is_mixed = word.len() >= 8 && digits >= 2 && letters >= 2;
    is_number || is_mixed || word.len() >= 32
}

/// Whether a body has a text in it.
pub(super) fn contains(body: &[u8], text: &str) -> bool {
    !text.is_empty() && body.windows(text.len()).any(|part| part == text.as_bytes())
}
