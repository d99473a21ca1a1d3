//! The JSON Schema of `gateway.yaml`, for editors.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::document::Document;

/// The schema, JSON Schema 2020-12.
#[must_use]
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<Document>().to_value();
    without_null(&mut schema);
    if let Some(top) = schema.as_object_mut() {
        top.insert("$id".to_owned(), "urn:portcullis:gateway.yaml".into());
    }
    schema
}

/// What may be absent is an `Option` in the document, but a key that is there has a value.
fn without_null(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(without_null),
        Value::Object(keys) => {
            if let Some(Value::Array(types)) = keys.get_mut("type") {
                types.retain(|kind| kind != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    keys.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(choices)) = keys.get_mut("anyOf") {
                choices.retain(|choice| choice.get("type") != Some(&Value::from("null")));
                if let [only] = choices.as_slice() {
                    let only = only.clone();
                    keys.remove("anyOf");
                    if let Value::Object(only) = only {
                        keys.extend(only);
                    }
                }
            }
            keys.values_mut().for_each(without_null);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
