//! JSON with one meaning: no mark in front, no key twice, nothing behind (A-201).

use std::fmt;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::Map;
use serde_json::Value;

use super::Refused;

/// The value of a text of at most `longest` bytes.
///
/// # Errors
/// [`Refused::Malformed`].
pub(super) fn read(text: &[u8], longest: usize) -> Result<Value, Refused> {
    if text.len() > longest {
        return Err(Refused::Malformed);
    }
    let read: Result<Strict, _> = serde_json::from_slice(text);
    read.map(|strict| strict.0).map_err(|_| Refused::Malformed)
}

/// The text in a field.
pub(super) fn text<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    value.get(field)?.as_str()
}

/// The bytes in a field, in base64url as browsers write it.
pub(super) fn bytes(value: &Value, field: &str) -> Option<Vec<u8>> {
    data_encoding::BASE64URL_NOPAD.decode(text(value, field)?.as_bytes()).ok()
}

/// A value that was read so.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

/// Reads any value; `serde_json` bounds its depth.
struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while let Some((key, Strict(value))) = map.next_entry::<String, Strict>()? {
            if values.insert(key, value).is_some() {
                return Err(A::Error::custom("a key twice"));
            }
        }
        Ok(Value::Object(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_two_meanings_has_none_a201() {
        let good = br#"{"type":"webauthn.get","extra":{"a":[1,-2,0.5,null,true,"x"]}}"#;
        assert_eq!(text(&read(good, 1024).unwrap(), "type"), Some("webauthn.get"));
        let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
        for bad in [
            "\u{feff}{}",
            "{\"a\":1,\"a\":1}",
            "{\"a\":{\"b\":1,\"b\":2}}",
            "[{\"a\":1,\"\\u0061\":2}]",
            "{} {}",
            "{}x",
            "{\"a\":NaN}",
            "",
            &deep,
        ] {
            assert_eq!(read(bad.as_bytes(), 65_536).unwrap_err(), Refused::Malformed, "{bad:.40}");
        }
        assert!(read(good, good.len() - 1).is_err());
        assert!(read(b"{\"a\":\"\xff\"}", 100).is_err());
    }
}
