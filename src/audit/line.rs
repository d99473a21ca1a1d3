//! A record as a line of text that does nothing to whoever reads it: no part of it ends a line, moves a cursor or turns the
//! direction of text. It is the very JSON that is hashed, but that such characters are written as `\u` and four digits, which
//! means the same.

use serde::Serialize;

/// What is written as digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digits {
    /// What does something to a reader: controls, separators of lines, marks of direction, what takes no room.
    ForWhatActs,
    /// Whatever is not ASCII.
    ForAllButAscii,
}

/// Whether a character may do something to whoever reads it.
#[must_use]
pub const fn acts(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

/// One line of JSON, without its end; none when it cannot be written.
#[must_use]
pub fn of<T: Serialize>(value: &T, digits: Digits) -> Option<String> {
    let json = serde_json::to_string(value).ok()?;
    let is_plain = |c: char| match digits {
        Digits::ForWhatActs => !acts(c),
        Digits::ForAllButAscii => c.is_ascii() && !acts(c),
    };
    if json.chars().all(is_plain) {
        return Some(json);
    }
    // Outside its texts JSON is ASCII, so whatever is replaced stands in one.
    let mut line = String::with_capacity(json.len().saturating_mul(2));
    for c in json.chars() {
        if is_plain(c) {
            line.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            line.push_str("\\u");
            for shift in [12_u32, 8, 4, 0] {
                let digit = (u32::from(*unit) >> shift) & 0xf;
                line.push(char::from_digit(digit, 16).unwrap_or('0'));
            }
        }
    }
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVIL: &str = "a\"b\\c]\r\n\u{1b}[31m\u{7f}\u{85}\u{2028}\u{2029}\u{202e}\u{2066}\u{200b}\u{feff}é\u{1f600}\u{e0041}";

    #[test]
    fn a_line_does_nothing_to_its_reader_and_means_what_it_meant_a266() {
        for digits in [Digits::ForWhatActs, Digits::ForAllButAscii] {
            let line = of(&[EVIL], digits).unwrap();
            let evil =
                "\r\n\u{1b}\u{7f}\u{85}\u{2028}\u{2029}\u{202e}\u{2066}\u{200b}\u{feff}\u{e0041}";
            assert!(!line.contains(|c| evil.contains(c)), "{line:?}");
            let back: Vec<String> = serde_json::from_str(&line).unwrap();
            assert_eq!(back, [EVIL]);
            assert_eq!(line.is_ascii(), digits == Digits::ForAllButAscii, "{line}");
        }
        let usual = of(&["Jörg, 東京"], Digits::ForWhatActs).unwrap();
        assert_eq!(usual, r#"["Jörg, 東京"]"#);
    }
}
