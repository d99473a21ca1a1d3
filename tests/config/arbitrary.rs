//! Whatever a file holds, reading it ends with an answer.

use portcullis::config::ConfigErrors;
use portcullis::config::Configuration;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::world::World;

const EVERYTHING: &str = include_str!("valid/everything.yaml");

/// What is put into a sound file: YAML's own marks, and values at the edge.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    "- ",
    "&a ",
    "*a",
    "!x ",
    "<<: ",
    "|\n",
    ">\n",
    "\"",
    "'",
    "#",
    "%",
    "@",
    "`",
    "?",
    "? ",
    "---\n",
    "...\n",
    "\t",
    "\r\n",
    "\n",
    "  ",
    "~",
    "null",
    "true",
    "-1",
    "1e999",
    ".nan",
    "0x",
    "99999999999999999999",
    "\u{0}",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "é",
    "☂",
    "../..",
    "/",
    "http://",
    "=",
    "*",
];

thread_local! {
    /// One for all cases of a test, which have a thread of their own.
    static WORLD: World = World::new();
}

fn load(bytes: &[u8]) -> Result<Configuration, ConfigErrors> {
    WORLD.with(|world| world.load(bytes))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_is_answered(text in "\\PC*|(?s:.){0,200}") {
        prop_assert!(load(text.as_bytes()).is_err());
    }

    #[test]
    fn arbitrary_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(load(&bytes).is_err());
    }

    #[test]
    fn a_sound_file_with_pieces_put_in_cut_or_moved_is_answered(
        edits in proptest::collection::vec((any::<Index>(), 0..20_usize, any::<Index>()), 1..6),
    ) {
        let mut text: Vec<char> = EVERYTHING.chars().collect();
        for (place, cut, piece) in edits {
            let start = place.index(text.len());
            let end = (start + cut).min(text.len());
            text.splice(start..end, piece.get(PIECES).chars());
        }
        let text: String = text.into_iter().collect();
        if let Err(errors) = load(text.as_bytes()) {
            prop_assert!(errors.iter().next().is_some());
        }
    }

    #[test]
    fn a_value_of_any_kind_under_any_key_is_answered(
        line in any::<Index>(),
        value in prop_oneof![
            Just("[]"), Just("{}"), Just("{a: b}"), Just("[1, [2]]"), Just("5"), Just("-5"), Just("x"),
            Just("~"), Just("true"), Just("''"), Just("1.5"), Just("{file: x}"), Just("[~]"),
        ],
    ) {
        let mut lines: Vec<String> = EVERYTHING.lines().map(str::to_owned).collect();
        let line = line.index(lines.len());
        if let Some((key, _)) = lines[line].split_once(": ") {
            lines[line] = format!("{key}: {value}");
        }
        if let Err(errors) = load(lines.join("\n").as_bytes()) {
            prop_assert!(errors.iter().next().is_some());
        }
    }
}
