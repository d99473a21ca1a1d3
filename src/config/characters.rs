//! Characters that a configuration file must not hold: tabs in the indentation, control characters,
//! and those that make text look different from what it is.

use super::error::Problem;
use super::key_path::KeyPath;
use super::text::TextProblem;
use super::tree::Position;

/// How many lines are named before the rest is left out.
const MOST: usize = 20;

/// The faults of the characters, at most one per line.
pub(super) fn check(text: &str) -> Vec<TextProblem> {
    text.split('\n')
        .enumerate()
        .filter_map(|(index, line)| {
            let (column, problem) = fault(line.strip_suffix('\r').unwrap_or(line))?;
            let position = Position { line: index + 1, column: column + 1 };
            Some(TextProblem { path: KeyPath::default(), position, problem })
        })
        .take(MOST)
        .collect()
}

fn fault(line: &str) -> Option<(usize, Problem)> {
    let indentation = line.chars().take_while(|c| *c == ' ' || *c == '\t');
    let blank = line.trim_matches([' ', '\t']).is_empty();
    let tab = indentation.enumerate().find(|(_, c)| *c == '\t');
    if let Some((column, _)) = tab.filter(|_| !blank) {
        let problem = Problem::new("a tab in the indentation")
            .found("a tab character")
            .allowed("spaces")
            .hint("replace every tab by two spaces");
        return Some((column, problem));
    }
    let (column, c) = line.chars().enumerate().find(|(_, c)| is_forbidden(*c))?;
    let problem = Problem::new("a character that must not be in this file")
        .found(format!("U+{:04X}", u32::from(c)))
        .allowed("visible characters, spaces and line breaks")
        .hint("remove it; it cannot be seen, and text that looks right is read differently");
    Some((column, problem))
}

/// Controls but the tab, line separators of other standards, and marks that turn the reading order.
fn is_forbidden(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{200e}' | '\u{200f}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
