//! Tables for spreadsheets (RFC 4180), in which no cell is a formula, whatever somebody has put into it (A-267).
//!
//! Every cell is quoted, which alone does not keep a spreadsheet from calculating: what would begin a formula gets an
//! apostrophe in front, as people write it who mean text.

/// Tells programs that guess that it is UTF-8.
const MARK: char = '\u{feff}';

/// A table that is being written.
#[derive(Debug)]
pub struct Table(String);

impl Table {
    /// With these columns.
    #[must_use]
    pub fn of(columns: &[&str]) -> Self {
        let mut table = Self(String::from(MARK));
        table.row(columns.iter().copied());
        table
    }

    /// Writes a row.
    pub fn row<'c>(&mut self, cells: impl IntoIterator<Item = &'c str>) {
        for (at, text) in cells.into_iter().enumerate() {
            if at > 0 {
                self.0.push(',');
            }
            self.cell(text);
        }
        self.0.push_str("\r\n");
    }

    /// The whole text.
    #[must_use]
    pub fn text(self) -> String {
        self.0
    }

    fn cell(&mut self, text: &str) {
        self.0.push('"');
        let mut begins = true;
        for c in text.chars() {
            let c = if ends_line(c) { ' ' } else { c };
            if begins && calculates(c) {
                self.0.push('\'');
            }
            if c == '"' {
                self.0.push('"');
            }
            self.0.push(c);
            // Where people write decimals with a comma, the semicolon parts cells, and not even a quoted one is safe from it.
            begins = c == ';' || (begins && is_blank(c));
        }
        self.0.push('"');
    }
}

/// What could end a line or a text for one reader or another.
const fn ends_line(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}')
}

/// What a formula begins with, also in the forms that some take for the same.
const fn calculates(c: char) -> bool {
    matches!(
        c,
        '=' | '+'
            | '-'
            | '@'
            | '|'
            | '%'
            | '\u{ff1d}'
            | '\u{ff0b}'
            | '\u{ff0d}'
            | '\u{ff20}'
            | '\u{fe66}'
            | '\u{fe62}'
            | '\u{fe63}'
            | '\u{fe6b}'
            | '\u{2212}'
    )
}

/// What does not show, and may be passed over.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\'' | '"' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> String {
        let mut table = Table(String::new());
        table.row([text]);
        table.text()
    }

    #[test]
    fn no_cell_is_a_formula_whatever_it_begins_with_a267() {
        for evil in
            ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠a", "﹦1", "−1", "%0A", "|x"]
        {
            assert_eq!(cell(evil), format!("\"'{evil}\"\r\n"), "{evil}");
            for blank in [" ", "\u{a0}", "\u{3000}", "\u{200b}", "\u{202e}", "\u{feff}", "  "] {
                let told = cell(&format!("{blank}{evil}"));
                assert_eq!(told, format!("\"{blank}'{evil}\"\r\n"), "{evil}");
            }
            for line_end in ["\t", "\r", "\n", "\0", "\u{85}", "\u{2028}", "\r\n"] {
                let told = cell(&format!("{line_end}{evil}"));
                let blanks = " ".repeat(line_end.chars().count());
                assert_eq!(told, format!("\"{blanks}'{evil}\"\r\n"), "{evil}");
            }
            assert_eq!(cell(&format!("x; {evil}")), format!("\"x; '{evil}\"\r\n"));
            let quoted = cell(&format!("\"{evil}"));
            assert_eq!(quoted, format!("\"\"\"'{evil}\"\r\n"));
        }
    }

    #[test]
    fn cells_are_quoted_and_what_is_no_formula_stays_as_it_is_a267() {
        for usual in ["", "Jörg, 東京", "a-b", "2026-11-30", "a=b", "x@y.example", "1;2"] {
            assert_eq!(cell(usual), format!("\"{usual}\"\r\n"));
        }
        assert_eq!(cell("say \"no\""), "\"say \"\"no\"\"\"\r\n");
        assert_eq!(cell("two\r\nlines"), "\"two  lines\"\r\n");
        let mut table = Table::of(&["a", "b"]);
        table.row(["1", "x,y"]);
        assert_eq!(table.text(), "\u{feff}\"a\",\"b\"\r\n\"1\",\"x,y\"\r\n");
    }
}
