//! Secrets: written in the file, or better, named by a file or an environment variable.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;
use schemars::json_schema;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::Error;
use serde::de::MapAccess;
use serde::de::Unexpected;
use serde::de::Visitor;
use serde::de::value::MapAccessDeserializer;
use zeroize::Zeroizing;

use super::error::Problem;
use super::files;
use crate::secret::Secret;

const FORMS: &str = "one of: text, {file: path}, {env: NAME}";

/// Where a secret comes from.
#[derive(Debug)]
pub(super) enum SecretSource {
    /// The configuration file itself.
    Value(Secret<String>),
    /// A file, readable by its owner only.
    File(Secret<String>),
    /// A variable of the environment.
    Env(Secret<String>),
}

impl SecretSource {
    /// Whether the secret stands in this file and others than its owner have access to that.
    pub(super) fn is_in(&self, file: &Path) -> bool {
        matches!(self, Self::Value(_)) && !files::is_private(file)
    }

    /// The secret; relative paths begin at `directory`.
    ///
    /// # Errors
    /// A file that is missing or readable by others, a variable that is not set, an empty secret.
    pub(super) fn resolve(
        &self,
        directory: &Path,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Secret<String>, Problem> {
        let text = match self {
            Self::Value(value) => Zeroizing::new(value.expose().clone()),
            Self::File(path) => files::read_private(&directory.join(path.expose()))?,
            Self::Env(name) => environment(name.expose()).map(Zeroizing::new).ok_or_else(|| {
                Problem::new("the environment variable of this secret is not set")
                    .allowed("the name of a variable that is set")
            })?,
        };
        let trimmed = text.strip_suffix('\n').unwrap_or(&text);
        let trimmed = trimmed.strip_suffix('\r').unwrap_or(trimmed);
        if trimmed.is_empty() {
            return Err(Problem::new("the secret is empty").allowed(FORMS));
        }
        Ok(Secret::new(trimmed.to_owned()))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "one of: text, {file: path}, {env: NAME}")]
struct Reference {
    file: Option<String>,
    env: Option<String>,
}

impl<'de> Deserialize<'de> for SecretSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl<'de> Visitor<'de> for Words {
            type Value = SecretSource;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(FORMS)
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<SecretSource, E> {
                Ok(SecretSource::Value(Secret::new(text.to_owned())))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SecretSource, A::Error> {
                let reference = Reference::deserialize(MapAccessDeserializer::new(map))?;
                match (reference.file, reference.env) {
                    (Some(file), None) => Ok(SecretSource::File(Secret::new(file))),
                    (None, Some(env)) => Ok(SecretSource::Env(Secret::new(env))),
                    _ => Err(A::Error::invalid_value(Unexpected::Map, &self)),
                }
            }
        }
        deserializer.deserialize_any(Words)
    }
}

impl JsonSchema for SecretSource {
    fn schema_name() -> Cow<'static, str> {
        "SecretSource".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The secret itself, or where to find it.",
            "type": ["string", "object"],
            "properties": {
                "file": {
                    "type": "string",
                    "description": "A file that only its owner can read; a final line break is dropped."
                },
                "env": { "type": "string", "description": "An environment variable." }
            },
            "additionalProperties": false,
            "minProperties": 1,
            "maxProperties": 1
        })
    }
}
