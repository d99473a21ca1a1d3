//! Lists of networks in files: one network or address per line, `#` begins a comment. A list with a bad line
//! is no list: all bad lines are named, so that one look mends it.

use std::path::Path;

use ipnet::IpNet;

use super::super::error::Problem;
use super::super::files;
use super::super::files::Length;
use super::super::key_path::shown;
use super::cidr;

/// The longest list.
const LONGEST: Length = Length { bytes: 64 << 20, words: "at most 64 MiB" };

/// The most lines of a list.
const MOST_LINES: usize = 2_000_000;

/// So many bad lines of a list are named, and the rest is counted.
const MOST_NAMED: usize = 100;

/// A line that is no network.
#[derive(Debug)]
pub(super) struct BadLine {
    /// From 1.
    pub(super) line: usize,
    /// In characters, from 1.
    pub(super) column: usize,
    /// What is wrong with it.
    pub(super) problem: Problem,
}

/// The text of a list that nobody wrote to meanwhile.
pub(super) fn read(file: &Path) -> Result<Vec<u8>, Problem> {
    let text = files::read_at_rest(file, LONGEST)?;
    // A program that was stopped after it opened the file for writing leaves it like this.
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(Problem::new("the list is empty, as if somebody were still writing it")
            .found("no line")
            .allowed("one network or address per line")
            .hint("a list that is to have nothing in it has a comment, such as `# none`"));
    }
    Ok(text)
}

/// The networks of a list, and its bad lines.
pub(super) fn networks(text: &[u8]) -> (Vec<IpNet>, Vec<BadLine>) {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let (mut networks, mut bad) = (Vec::new(), Vec::new());
    let mut more = 0_usize;
    for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if index >= MOST_LINES && !line.is_empty() {
            let problem = Problem::new("too many lines").found("one line more");
            let problem = problem.allowed(format!("at most {MOST_LINES} lines"));
            bad.push(BadLine { line: index + 1, column: 1, problem });
            break;
        }
        match network(line, index + 1) {
            Ok(network) => networks.extend(network),
            Err(_) if bad.len() >= MOST_NAMED => more += 1,
            Err(line) => bad.push(*line),
        }
    }
    if more > 0
        && let Some(last) = bad.last()
    {
        let problem = Problem::new(format!("and {more} more lines that are no networks"));
        let problem = problem.found("not shown").allowed("one network or address per line");
        bad.push(BadLine { line: last.line + 1, column: 1, problem });
    }
    (networks, bad)
}

/// What a line says, if it says anything.
fn network(line: &[u8], number: usize) -> Result<Option<IpNet>, Box<BadLine>> {
    let bad = |column, problem| Box::new(BadLine { line: number, column, problem });
    let line = std::str::from_utf8(line).map_err(|_| {
        let problem = Problem::new("not text in UTF-8").found("bytes that are no character");
        bad(1, problem.allowed("one network or address per line"))
    })?;
    let text = line.split('#').next().unwrap_or_default();
    let begin = text.trim_start();
    let column = text.chars().count() - begin.chars().count() + 1;
    let text = begin.trim_end();
    if text.is_empty() {
        return Ok(None);
    }
    let found = cidr::network_or_address(text);
    found.map(Some).map_err(|problem| bad(column, problem.found(shown(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(text: &str) -> Vec<String> {
        let (networks, bad) = networks(text.as_bytes());
        assert!(bad.is_empty(), "{bad:?}");
        networks.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_list_has_networks_addresses_comments_and_lines_of_any_kind() {
        let list = "\u{feff}# head\r\n10.0.0.0/8\r\n\r\n  fd00::1\t# ours\n#192.0.2.1\n192.0.2.1";
        assert_eq!(read_as(list), ["10.0.0.0/8", "fd00::1/128", "192.0.2.1/32"]);
        assert!(read_as("# none\n").is_empty());
    }

    #[test]
    fn bad_lines_are_named_up_to_a_hundred_and_the_rest_is_counted() {
        let list = "10.0.0.0/8\n  nonsense\n".repeat(150);
        let (_, bad) = networks(list.as_bytes());
        assert_eq!(bad.len(), 101);
        assert_eq!((bad[0].line, bad[0].column), (2, 3));
        assert_eq!(bad[99].line, 200);
        assert_eq!(bad[100].problem.message, "and 50 more lines that are no networks");
        let (_, bad) = networks(b"10.0.0.0/8\n\xff\n");
        assert_eq!((bad.len(), bad[0].line), (1, 2));
    }

    #[test]
    fn a_list_ends_after_two_million_lines() {
        let list = "#\n".repeat(MOST_LINES);
        assert!(networks(list.as_bytes()).1.is_empty());
        let (_, bad) = networks(format!("{list}10.0.0.0/8").as_bytes());
        assert_eq!((bad.len(), bad[0].line), (1, MOST_LINES + 1));
    }
}
