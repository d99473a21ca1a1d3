//! Tables for spreadsheets (RFC 4180), in which no cell is a formula, whatever somebody has put into it (A-267); and one strict
//! reading of them.
//!
//! Every cell is quoted, which alone does not keep a spreadsheet from calculating: what would begin a formula gets an
//! apostrophe in front, as people write it who mean text.
//!
//! The `csv` crate reads whatever it is given: a quote within a bare cell, text behind a closing quote, a cell that is never
//! closed, a CR alone. Programs differ about those, so here they are faults, with their line.

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

/// A text that is no table: in which line, from one on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATable(pub usize);

/// A row that was read: the line in which it begins, and its cells.
pub type Line = (usize, Vec<String>);

/// The rows of a table as [`Table`] writes them, and as spreadsheets do: cells with or without quotes, lines that end with or
/// without CR. Empty lines are passed over. What was put in front of a formula is taken away again. Nothing is read behind a
/// quote where none may stand, a sign that ends a text, or a cell that is never closed.
#[must_use]
pub fn read(text: &str) -> Rows<'_> {
    Rows { rest: text.strip_prefix(MARK).unwrap_or(text), line: 1 }
}

/// The rows of a table, each read when it is asked for.
#[derive(Clone, Debug)]
pub struct Rows<'t> {
    rest: &'t str,
    line: usize,
}

impl Iterator for Rows<'_> {
    type Item = Result<Line, NotATable>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let begins = self.line;
            match self.row() {
                Ok(row) if row == [""] => {}
                Ok(row) => return Some(Ok((begins, row))),
                Err(wrong) => {
                    self.rest = "";
                    return Some(Err(wrong));
                }
            }
        }
        None
    }
}

impl<'t> Rows<'t> {
    fn row(&mut self) -> Result<Vec<String>, NotATable> {
        let mut cells = Vec::new();
        loop {
            let cell = match self.rest.strip_prefix('"') {
                Some(rest) => self.quoted(rest)?,
                None => self.bare()?.to_owned(),
            };
            cells.push(without_guards(&cell));
            if let Some(rest) = self.rest.strip_prefix(',') {
                self.rest = rest;
                continue;
            }
            if self.rest.is_empty() {
                return Ok(cells);
            }
            let rest = self.rest.strip_prefix("\r\n").or_else(|| self.rest.strip_prefix('\n'));
            self.rest = rest.ok_or(NotATable(self.line))?;
            self.line = self.line.saturating_add(1);
            return Ok(cells);
        }
    }

    /// A cell behind its first quote. It is one line: nothing that is read here has more.
    fn quoted(&mut self, mut rest: &'t str) -> Result<String, NotATable> {
        let mut cell = String::new();
        loop {
            let (part, behind) = rest.split_once('"').ok_or(NotATable(self.line))?;
            if part.contains(ends_line) {
                return Err(NotATable(self.line));
            }
            cell.push_str(part);
            let Some(more) = behind.strip_prefix('"') else {
                self.rest = behind;
                return Ok(cell);
            };
            cell.push('"');
            rest = more;
        }
    }

    fn bare(&mut self) -> Result<&'t str, NotATable> {
        let end = self.rest.find(|c| c == ',' || c == '"' || ends_line(c));
        let (cell, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        if rest.starts_with('"') { Err(NotATable(self.line)) } else { Ok(cell) }
    }
}

/// A cell without the apostrophes that [`Table`] puts in front of what would begin a formula.
fn without_guards(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    let mut begins = true;
    let mut signs = cell.chars().peekable();
    while let Some(c) = signs.next() {
        if begins && c == '\'' && signs.peek().is_some_and(|next| calculates(*next)) {
            continue;
        }
        text.push(c);
        begins = c == ';' || (begins && is_blank(c));
    }
    text
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

    fn cells(text: &str) -> Vec<Vec<String>> {
        read(text).map(|row| row.unwrap().1).collect()
    }

    #[test]
    fn whatever_was_written_is_read_as_it_was_a267() {
        let evil = [
            "=1+1",
            "'=1",
            "''-1",
            "-1",
            " ＝1",
            "x; =1",
            "'",
            "\"",
            "\"=a\"",
            "'x",
            "a,b",
            "",
            ";",
            "';=",
            "'\u{200b}'+1",
            "Jörg, 東京",
        ];
        let mut table = Table::of(&["a", "b"]);
        for text in evil {
            table.row([text, "end"]);
        }
        let read = cells(&table.text());
        assert_eq!(read[0], ["a", "b"]);
        for (row, text) in read[1..].iter().zip(evil) {
            assert_eq!(*row, [text, "end"]);
        }
        assert_eq!(read.len(), evil.len() + 1);
    }

    #[test]
    fn tables_of_others_are_read_line_by_line() {
        let text = "login,name\r\nann,\"Ann, A.\"\n\n\"bob\",Bob\r\n\r\ncarl,";
        let lines: Vec<usize> = read(text).map(|row| row.unwrap().0).collect();
        assert_eq!(lines, [1, 2, 4, 6]);
        assert_eq!(cells(text)[1], ["ann", "Ann, A."]);
        assert_eq!(cells(text)[3], ["carl", ""]);
        assert_eq!(read("").count(), 0);
    }

    #[test]
    fn what_readers_would_differ_about_is_no_table() {
        for (text, line) in [
            ("a\nb\"c", 2),
            ("a\n\"b\"c", 2),
            ("\"a", 1),
            ("a\r\n\"b\r\nc\"\r\n", 2),
            ("a\rb", 1),
            ("a\0", 1),
            ("a\n\n\u{2028}b", 3),
            ("a,\"b\" ,c", 1),
        ] {
            let mut rows = read(text).skip_while(Result::is_ok);
            assert_eq!(rows.next(), Some(Err(NotATable(line))), "{text:?}");
            assert_eq!(rows.next(), None, "{text:?}");
        }
    }
}
