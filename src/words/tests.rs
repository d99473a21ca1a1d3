//! Every language says everything, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::Arg;
use super::Around;
use super::Language;
use super::catalogue::FILES;
use super::catalogue::keys;

/// Names of what is put in, by key.
fn arguments(text: &str, key: &str) -> BTreeSet<String> {
    let (message, attribute) = key.split_once('.').map_or((key, None), |(m, a)| (m, Some(a)));
    let start = format!("\n{message} =");
    let at = text.find(&start).unwrap_or_else(|| panic!("no {message}")) + start.len();
    let mut parts = text[at..].split("\n    .");
    let body = match attribute {
        None => parts.next().unwrap(),
        Some(name) => parts.find_map(|part| part.strip_prefix(&format!("{name} ="))).unwrap(),
    };
    // A message ends where a line begins that is neither indented nor a closing brace.
    let ends = |line: &&str| !line.is_empty() && !line.starts_with([' ', '}']);
    let lines = body.split('\n').enumerate();
    let body: Vec<&str> =
        lines.take_while(|(at, line)| *at == 0 || !ends(line)).map(|(_, line)| line).collect();
    let pieces = body.join("\n");
    let names = pieces.split('$').skip(1).map(|piece| {
        let end = piece.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        piece[..end.unwrap_or(piece.len())].to_owned()
    });
    names.collect()
}

fn text(language: Language) -> &'static str {
    FILES.iter().find(|(other, _)| *other == language).map(|(_, text)| *text).unwrap()
}

/// Templates and sources that may name a message, without tests.
fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.to_string_lossy().into_owned();
            if path.is_dir() {
                if !name.ends_with("/tests") {
                    walk(&path, found);
                }
            } else if !name.ends_with("tests.rs") && !name.ends_with("samples.rs") {
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["src", "assets/templates"] {
        walk(&root.join(folder), &mut found);
    }
    found
}

#[test]
fn every_language_has_the_same_messages_with_the_same_things_to_put_in() {
    let english: Vec<String> = keys(text(Language::English)).collect();
    let once: BTreeSet<&String> = english.iter().collect();
    assert_eq!(once.len(), english.len(), "a key stands twice");
    for language in Language::ALL {
        let own: Vec<String> = keys(text(language)).collect();
        assert_eq!(own, english, "{language:?}");
        for key in &english {
            let expected = arguments(text(Language::English), key);
            assert_eq!(arguments(text(language), key), expected, "{language:?}: {key}");
        }
    }
}

#[test]
fn every_message_can_be_said_whatever_the_number() {
    for language in Language::ALL {
        for key in keys(text(language)) {
            let names = arguments(text(language), &key);
            for number in [0, 1, 2, 5, 11, 21, 1_000_000] {
                let said = language.with_all(&key, &args(&names, number));
                assert!(!said.trim().is_empty() && said == said.trim(), "{language:?}: {key}");
                assert!(!said.contains(['{', '}', '\n', '\u{2068}']), "{language:?}: {said}");
            }
            if names.is_empty() {
                assert!(!language.say(&key).is_empty(), "{language:?}: {key}");
            }
        }
    }
}

fn args(names: &BTreeSet<String>, number: u64) -> Vec<(&str, Arg<'static>)> {
    names.iter().map(|name| (name.as_str(), Arg::Number(number))).collect()
}

#[test]
fn no_message_holds_markup_a219() {
    for (language, text) in FILES {
        for line in text.replace(" ->\n", "\n").lines().filter(|line| !line.starts_with('#')) {
            assert!(!line.contains(['<', '>', '&', '`']), "{language:?}: {line}");
            assert!(!line.contains('\t'), "{language:?}: {line}");
        }
    }
}

#[test]
fn every_message_is_used_and_every_message_that_is_used_exists() {
    let sources = sources();
    let english: BTreeSet<String> = keys(text(Language::English)).collect();
    for key in english.iter().filter(|key| !key.contains('.')) {
        let quoted = format!("\"{key}\"");
        assert!(sources.iter().any(|(_, text)| text.contains(&quoted)), "{key} is not used");
    }
    for (file, text) in &sources {
        for owner in ["chrome.", "language.", "turn."] {
            for call in ["say", "with", "with_all", "around", "around_with"] {
                for used in text.split(&format!("{owner}{call}(\"")).skip(1) {
                    let key = used.split('"').next().unwrap();
                    assert!(english.contains(key), "{file}: {key}");
                }
            }
        }
    }
}

#[test]
fn a_message_opens_around_what_is_more_than_text() {
    let around = Language::English.around("sign-in-lead", "site");
    assert_eq!(around, Around { before: "to continue to ".to_owned(), after: String::new() });
    let around = Language::Japanese.around("sign-in-lead", "site");
    assert_eq!((around.before.as_str(), around.after.starts_with(' ')), ("", true));
    let others = [("made", Arg::Text("today"))];
    let around = Language::German.around_with("codes-printed", "who", &others);
    assert_eq!(around.before, "Backup-Codes von ");
    assert_eq!(around.after, ", erstellt am today. Jeder gilt einmal.");
}

#[test]
fn what_is_put_in_stays_as_it_is() {
    let evil = "{ $site } \u{2068}<b>\" }";
    assert_eq!(Language::English.with("account-back", "site", evil), format!("Back to {evil}"));
    assert_eq!(
        Language::English.with("kept-form-fields", "count", 1_234_567_usize),
        "It holds 1234567 fields"
    );
}

#[test]
fn every_language_knows_its_tag_and_only_that() {
    for language in Language::ALL {
        assert_eq!(Language::tagged(language.tag()), Some(language));
        let stored = serde_json::to_string(&language).unwrap();
        assert_eq!(stored, format!("\"{}\"", language.tag()));
    }
    for other in ["", "EN", "en-GB", "sv", "../de", "de\0"] {
        assert_eq!(Language::tagged(other), None, "{other:?}");
    }
}
