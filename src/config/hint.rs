//! What the operator may have meant.

use super::key_path::KeyPath;

/// Keys and values of the design that this version does not have yet, by the keys above them.
const LATER: &[(&str, &[&str])] = &[("sites.first_factor", &["ldap", "oidc"])];

/// Whether this version merely does not have the key or value `word` at `place` yet. For a value,
/// `place` is its key; for a key, the mapping it stands in.
pub(super) fn comes_later(place: &KeyPath, word: &str) -> bool {
    let pattern = place.pattern();
    LATER.iter().any(|(above, words)| *above == pattern && words.contains(&word))
}

/// The candidate nearest to a misspelt word, if one is near enough.
pub(super) fn near<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase().replace('-', "_");
    let (distance, nearest) = candidates
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, candidate), *candidate))
        .min()?;
    let allowance = (nearest.chars().count().max(word.chars().count()) / 3).clamp(1, 4);
    (distance <= allowance && word.len() <= 64).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_finds_its_neighbour_and_a_strange_one_none() {
        let keys = ["path", "methods", "require"];
        assert_eq!(near("requre", &keys), Some("require"));
        assert_eq!(near("Method", &keys), Some("methods"));
        assert_eq!(near("colour", &keys), None);
        assert_eq!(near("", &keys), None);
    }
}
