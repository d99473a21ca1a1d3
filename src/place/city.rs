//! Cities: by number, or by name in a country.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::code::CountryCode;
use super::code::RegionCode;

/// The longest name of a city, in bytes; the longest that is in use has 176.
const LONGEST_NAME: usize = 200;

/// A city an operator names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum City {
    /// By its number at GeoNames: exactly one city.
    Id(u32),
    /// By its English name: every city of that name in the country or region.
    Named {
        /// Its country.
        country: CountryCode,
        /// Its region, where the country has several such cities.
        region: Option<RegionCode>,
        /// Its name.
        name: CityName,
    },
}

impl City {
    /// The city a text names: `2867714`, `DE/Munich`, or `US-IL/Springfield`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let Some((around, name)) = text.split_once('/') else {
            let plain = !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
            return plain.then(|| text.parse().ok().map(Self::Id)).flatten();
        };
        let name = CityName::new(name)?;
        if let Some(country) = CountryCode::parse(around) {
            return Some(Self::Named { country, region: None, name });
        }
        let region = RegionCode::parse(around)?;
        Some(Self::Named { country: region.country(), region: Some(region), name })
    }
}

/// The English name of a city. Upper and lower case are one, and so are the forms Unicode has for a letter.
#[derive(Clone, Debug)]
pub struct CityName {
    shown: String,
    folded: String,
}

impl CityName {
    /// A name; none when it is empty, has more than 200 bytes, or control characters.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let shown = name.trim();
        if shown.is_empty() || shown.len() > LONGEST_NAME || shown.chars().any(char::is_control) {
            return None;
        }
        let folded = shown.nfc().collect::<String>().to_lowercase().nfc().collect();
        Some(Self { shown: shown.to_owned(), folded })
    }
}

impl PartialEq for CityName {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl Eq for CityName {}

impl fmt::Display for CityName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::City;
    use super::CityName;

    #[test]
    fn a_city_is_a_number_or_a_name_in_a_country_or_region() {
        assert_eq!(City::parse("2867714"), Some(City::Id(2_867_714)));
        assert!(matches!(City::parse("DE/Munich"), Some(City::Named { region: None, .. })));
        let springfield = City::parse("US-IL/Springfield");
        assert!(matches!(springfield, Some(City::Named { region: Some(_), .. })));
        let wrong = ["", "0", "Munich", "/Munich", "DE/", "de/Munich", "DE/ ", "DE-/Munich"];
        for text in wrong.into_iter().chain(["DE/a\nb", "4294967296", "+1"]) {
            assert_eq!(City::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_name_is_the_same_in_any_case_and_form() {
        let name = |text: &str| CityName::new(text).unwrap();
        assert_eq!(name("Zürich"), name("ZU\u{308}RICH"));
        assert_eq!(name(" Munich "), name("munich"));
        assert_ne!(name("Zürich"), name("Zurich"));
        assert_eq!(CityName::new(&"x".repeat(201)), None);
    }
}
