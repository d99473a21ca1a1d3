//! Codes: countries (ISO 3166-1), their regions (ISO 3166-2), networks' operators (ASN).

use std::fmt;

/// Every country code of ISO 3166-1, and XK, which databases use for Kosovo.
const COUNTRIES: &str = "\
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV \
BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES \
ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE \
IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY \
MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU \
NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM \
SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE \
VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// Countries whose regions lie inside other regions of ISO 3166-2.
const NESTED: &str = "\
AZ BD BE BF CV CZ DO EE ES FJ FR GB GN GQ GW ID IE IQ IS IT KN LK LT MA MH MW PH RS UG";

/// A country by its code of two letters, such as `DE`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// The country a text is the code of, in capital letters; none if there is no such country.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let code = <[u8; 2]>::try_from(text.as_bytes()).ok()?;
        is_listed(COUNTRIES, text).then_some(Self(code))
    }

    /// Its code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether it has regions in regions.
    #[must_use]
    pub fn has_nested_regions(&self) -> bool {
        is_listed(NESTED, self.as_str())
    }
}

fn is_listed(list: &str, code: &str) -> bool {
    list.split(' ').any(|known| known == code)
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A region by its code of ISO 3166-2, such as `DE-BY`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode {
    country: CountryCode,
    /// One to three letters or digits, then zeros.
    part: [u8; 3],
}

impl RegionCode {
    /// The region a text is the code of: a country, `-`, one to three capital letters or digits. Whether
    /// the country has such a region is not known here.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (country, part) = text.split_once('-')?;
        Self::new(CountryCode::parse(country)?, part)
    }

    /// A region of a country, by the part of its code that follows the country's.
    #[must_use]
    pub fn new(country: CountryCode, part: &str) -> Option<Self> {
        let bytes = part.as_bytes();
        if bytes.is_empty() || !bytes.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
            return None;
        }
        let mut padded = [0; 3];
        padded.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(Self { country, part: padded })
    }

    /// Its country.
    #[must_use]
    pub const fn country(&self) -> CountryCode {
        self.country
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = std::str::from_utf8(&self.part).unwrap_or_default();
        write!(f, "{}-{}", self.country, part.trim_end_matches('\0'))
    }
}

impl fmt::Debug for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The operator of a network, by the number of its autonomous system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asn(pub u32);

impl Asn {
    /// The operator a text such as `AS3320` names.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("AS")?;
        let plain = !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| digits.parse().ok().map(Self)).flatten()
    }
}

impl fmt::Display for Asn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AS{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Asn;
    use super::CountryCode;
    use super::NESTED;
    use super::RegionCode;

    #[test]
    fn a_code_is_taken_only_in_its_one_spelling() {
        for text in ["DE", "AX", "XK", "GB"] {
            assert_eq!(CountryCode::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "D", "de", "De", "DEU", "UK", "EU", "XX", "D ", " E", "ß", "D\0"] {
            assert_eq!(CountryCode::parse(text), None, "{text:?}");
        }
        for text in ["DE-BY", "GB-WBK", "FR-75", "DK-84", "AD-07"] {
            assert_eq!(RegionCode::parse(text).unwrap().to_string(), text);
        }
        for text in ["DE", "DE-", "DE-by", "DE-BYER", "XX-BY", "DEBY", "DE-B Y", "DE-B\0", "-BY"] {
            assert_eq!(RegionCode::parse(text), None, "{text:?}");
        }
        assert_eq!(Asn::parse("AS3320").unwrap().to_string(), "AS3320");
        for text in ["", "AS", "3320", "as3320", "AS03320", "AS+1", "AS0", "AS4294967296"] {
            assert_eq!(Asn::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn countries_with_regions_in_regions_are_countries() {
        assert!(NESTED.split(' ').all(|code| CountryCode::parse(code).is_some()));
        assert!(CountryCode::parse("GB").unwrap().has_nested_regions());
        assert!(!CountryCode::parse("DE").unwrap().has_nested_regions());
    }
}
