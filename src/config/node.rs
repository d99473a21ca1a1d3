//! A parsed value as a serde source whose errors keep what was found and what is allowed apart.

use std::fmt;

use serde::Deserializer;
use serde::de;
use serde::de::Error;
use serde::de::Expected;
use serde::de::IntoDeserializer;
use serde::de::Unexpected;
use serde::de::Visitor;
use serde::de::value::MapDeserializer;
use serde::de::value::SeqDeserializer;
use serde_yaml::Value;

use super::error::Problem;

/// A value to read from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a>(pub(super) &'a Value);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl Error for Problem {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let problem =
            Self::new("wrong kind of value").allowed(in_plain_words(&expected.to_string()));
        if expected.to_string().contains("string") {
            return problem.hint("put text that looks like something else in quotes");
        }
        if expected.to_string().contains("boolean") {
            return problem.hint("without quotes");
        }
        problem
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new("not a value for this key").allowed(in_plain_words(&expected.to_string()))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let problem = Self::new("not a value for this key").allowed(expected.join(", "));
        match super::hint::near(variant, expected) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None => problem,
        }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let problem = Self { unknown_key: Some(field.to_owned()), ..Self::new("unknown key") };
        let problem = problem.found(super::key_path::shown(field)).allowed(expected.join(", "));
        match super::hint::near(field, expected) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None => problem,
        }
    }
}

/// What serde says it expects, said to an operator.
fn in_plain_words(expected: &str) -> String {
    match expected {
        "a string" => "text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "a mapping",
        "f64" => "a number",
        "u16" | "u32" | "u64" | "usize" => "a whole number",
        other => other,
    }
    .to_owned()
}

impl<'de> IntoDeserializer<'de, Problem> for Source<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl Source<'_> {
    const fn unexpected(&self) -> Unexpected<'_> {
        match self.0 {
            Value::Null => Unexpected::Unit,
            Value::Bool(value) => Unexpected::Bool(*value),
            Value::Number(_) => Unexpected::Other("a number"),
            Value::String(_) => Unexpected::Other("text"),
            Value::Sequence(_) => Unexpected::Seq,
            Value::Mapping(_) | Value::Tagged(_) => Unexpected::Map,
        }
    }
}

impl<'de> Deserializer<'de> for Source<'de> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => {
                if let Some(value) = number.as_u64() {
                    visitor.visit_u64(value)
                } else if let Some(value) = number.as_i64() {
                    visitor.visit_i64(value)
                } else {
                    visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN))
                }
            }
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Sequence(items) => {
                visitor.visit_seq(SeqDeserializer::new(items.iter().map(Source)))
            }
            Value::Mapping(entries) => visitor.visit_map(MapDeserializer::new(
                entries.iter().map(|(key, value)| (Source(key), Source(value))),
            )),
            Value::Tagged(_) => Err(Problem::new("tags are not supported")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        // serde would take a list as the fields in their order.
        if self.0.is_mapping() {
            self.deserialize_any(visitor)
        } else {
            Err(Problem::invalid_type(self.unexpected(), &visitor))
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        if let Value::String(text) = self.0 {
            return visitor.visit_enum(de::value::StrDeserializer::new(text));
        }
        Err(Problem::new("wrong kind of value").allowed(variants.join(", ")))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}
