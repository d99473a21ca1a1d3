//! `application/x-www-form-urlencoded`, strictly: one reading or none.

mod names;

pub use self::names::Names;

/// Pairs that are read at most.
const MOST_PAIRS: usize = 256;

/// The pairs of a body or query, decoded once. None: a broken escape, text that is not UTF-8, a raw byte
/// that no encoder leaves, or too many pairs.
#[must_use]
pub fn pairs(text: &[u8]) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    for pair in text.split(|&b| b == b'&').filter(|pair| !pair.is_empty()) {
        if found.len() == MOST_PAIRS {
            return None;
        }
        let cut = pair.iter().position(|&b| b == b'=');
        let (name, value) = match cut {
            Some(at) => (pair.get(..at)?, pair.get(at.checked_add(1)?..)?),
            None => (pair, [].as_slice()),
        };
        found.push((decode(name)?, decode(value)?));
    }
    Some(found)
}

/// A value for a query: everything but unreserved characters and `/` is escaped.
#[must_use]
pub fn encode(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push('%');
            text.push_str(&data_encoding::HEXUPPER.encode(&[byte]));
        }
    }
    text
}

fn decode(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let (hex, tail) = tail.split_at_checked(2)?;
                let upper = hex.to_ascii_uppercase();
                bytes.extend(data_encoding::HEXUPPER.decode(&upper).ok()?);
                rest = tail;
            }
            _ if first.is_ascii_graphic() => bytes.push(first),
            _ => return None,
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_has_two_readings_has_none() {
        for bad in ["a=%", "a=%2", "a=%zz", "a=%ff", "a=\u{e4}", "a=b c", "a=\0"] {
            assert_eq!(pairs(bad.as_bytes()), None, "{bad:?}");
        }
        assert_eq!(pairs("a=1&".repeat(257).as_bytes()), None);
    }

    #[test]
    fn pairs_are_decoded_once_and_kept_in_order() {
        let read = pairs(b"a=1+2&b=%2541&a=&c&d=x=y").unwrap();
        let plain: Vec<_> = read.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(plain, [("a", "1 2"), ("b", "%41"), ("a", ""), ("c", ""), ("d", "x=y")]);
    }

    proptest! {
        #[test]
        fn an_encoded_value_is_read_back_as_it_was(value in "\\PC*") {
            let query = format!("next={}", encode(&value));
            prop_assert_eq!(pairs(query.as_bytes()).unwrap(), [("next".to_owned(), value)]);
        }
    }
}
