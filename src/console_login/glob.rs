//! Texts with `*` in them, for cookie names, header values and addresses.

/// A text in which every `*` stands for any characters, none included. It means the whole value, never a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(String);

impl Glob {
    /// What this text stands for.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it stands for this value.
    #[must_use]
    pub fn matches(&self, value: &str) -> bool {
        let Some((first, rest)) = self.0.split_once('*') else {
            return self.0 == value;
        };
        let Some(mut left) = value.strip_prefix(first) else {
            return false;
        };
        let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
        // The leftmost place of each part leaves most to those behind it.
        for part in middle.split('*').filter(|part| !part.is_empty()) {
            match left.find(part) {
                Some(at) => left = left.get(at.saturating_add(part.len())..).unwrap_or_default(),
                None => return false,
            }
        }
        left.ends_with(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything_and_the_whole_value_is_meant() {
        for (pattern, value, expected) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "a", true),
            ("a*", "ab", true),
            ("*b", "ab", true),
            ("*b", "abc", false),
            ("a*b", "ab", true),
            ("a*b", "a", false),
            ("ab*ba", "aba", false),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "abbc", true),
            ("a*b*c", "acb", false),
            ("*", "", true),
            ("**", "x", true),
            ("pma*-1", "pmaAuth-1", true),
            ("/index.php?route=/*", "/index.php?route=/&x", true),
            ("/index.php?route=/*", "//evil/index.php?route=/", false),
        ] {
            assert_eq!(Glob::new(pattern).matches(value), expected, "{pattern} {value}");
        }
    }
}
