//! Which language a browser asks for (RFC 9110 §12.5.4).

use fluent_langneg::NegotiationStrategy;
use fluent_langneg::negotiate_languages;
use unic_langid::LanguageIdentifier;

use super::Language;

/// Bytes of the header that are read.
const MOST_BYTES: usize = 1024;

/// Languages in it that are read.
const MOST_RANGES: usize = 32;

impl Language {
    /// The language among `offered` that `Accept-Language` likes best; the first if it likes none.
    #[must_use]
    pub fn accepted(header: &str, offered: &[Self]) -> Self {
        let default = offered.first().copied().unwrap_or_default();
        let available: Vec<LanguageIdentifier> =
            offered.iter().filter_map(|language| language.tag().parse().ok()).collect();
        // Behind `*` nothing is liked better than the default.
        let wanted = ranges(header).into_iter().take_while(|range| *range != "*");
        let wanted: Vec<LanguageIdentifier> =
            wanted.filter_map(|range| range.parse().ok()).collect();
        let found = negotiate_languages(&wanted, &available, None, NegotiationStrategy::Filtering);
        found.first().and_then(|found| Self::tagged(found.language.as_str())).unwrap_or(default)
    }
}

/// The language ranges that are wanted at all, best first, in their order where they weigh the same.
fn ranges(header: &str) -> Vec<&str> {
    let end = (0..=MOST_BYTES).rev().find(|at| header.is_char_boundary(*at)).unwrap_or_default();
    let header = header.get(..end.min(header.len())).unwrap_or_default();
    let mut ranges: Vec<(u16, &str)> =
        header.split(',').take(MOST_RANGES).filter_map(weighed).collect();
    ranges.sort_by_key(|(weight, _)| u16::MAX - weight);
    ranges.into_iter().map(|(_, range)| range).collect()
}

/// A range with its weight in thousandths; none if it is malformed or not wanted.
fn weighed(item: &str) -> Option<(u16, &str)> {
    let (range, weight) = match item.split_once(';') {
        None => (item, 1000),
        Some((range, parameter)) => {
            let (name, value) = parameter.split_once('=')?;
            let is_weight = name.trim().eq_ignore_ascii_case("q");
            (range, is_weight.then(|| thousandths(value.trim())).flatten()?)
        }
    };
    let range = range.trim();
    (weight > 0 && !range.is_empty()).then_some((weight, range))
}

/// A `qvalue` (RFC 9110 §12.4.2): 0 to 1 with at most three decimals.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let are_digits = decimals.bytes().all(|b| b.is_ascii_digit()) && decimals.len() <= 3;
    let decimals: u16 = format!("{decimals:0<3}").parse().ok().filter(|_| are_digits)?;
    match (whole, decimals) {
        ("0", decimals) => Some(decimals),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_the_browser_likes_best_among_those_offered() {
        use Language::English;
        use Language::French;
        use Language::German;
        use Language::Japanese;
        use Language::Spanish;
        let table = [
            ("", English),
            ("de", German),
            ("DE-at", German),
            ("de-CH-1996", German),
            ("zh-Hant-TW, ja;q=0.3", Japanese),
            ("en;q=0.5, fr", French),
            ("en;q=0.5,fr;q=0.5", English),
            ("fr;q=0, de;q=0.1", German),
            ("fr;q=0.8, es;q=0.801", Spanish),
            ("sv, nb", English),
            // Anything will do: ours comes first.
            ("*", English),
            ("*, de;q=0.5", English),
            ("sv, *;q=0.5, de;q=0.1", English),
            ("ja, *;q=0.5", Japanese),
            // Malformed parts are passed over.
            ("fr;q=2, de", German),
            ("fr;q=0.1234, de;q=0.1", German),
            ("fr;q=1.5, de;q=0.1", German),
            ("fr;level=1, de;q=0.1", German),
            ("fr;q=-1, de;q=0.1", German),
            ("fr;q=, de;q=0.1", German),
            (",,; ;,=,\u{0}, de", German),
            ("<script>, de", German),
            ("deutsch", English),
        ];
        for (header, language) in table {
            let found = Language::accepted(header, &Language::ALL);
            assert_eq!(found, language, "{header:?}");
        }
    }

    #[test]
    fn what_is_not_offered_is_not_chosen_and_the_default_is_the_operators() {
        let offered = [Language::French, Language::English];
        let accepted = |header| Language::accepted(header, &offered);
        assert_eq!(accepted("de, ja"), Language::French);
        assert_eq!(accepted("de, en;q=0.1"), Language::English);
        assert_eq!(accepted("*"), Language::French);
    }

    #[test]
    fn a_header_of_any_length_costs_little() {
        let long = "xx,".repeat(40) + "de";
        assert_eq!(Language::accepted(&long, &Language::ALL), Language::English);
        let long = "é".repeat(100_000);
        assert_eq!(Language::accepted(&long, &Language::ALL), Language::English);
    }
}
