//! What the API is, for programs: a description (`OpenAPI` 3.1), made from the very lists that the router is made from.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use schemars::Schema;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::authority::Act;
use crate::authority::Weight;
use crate::portal::api::answer;
use crate::portal::api::operation::Answer;
use crate::portal::api::operation::Call;
use crate::portal::api::operation::Matching;
use crate::portal::api::operation::Operation;
use crate::portal::api::operation::Sketch;
use crate::portal::api::operation::operation;
use crate::portal::api::problem::Details;
use crate::portal::api::query::Query;
use crate::portal::endpoint;
use crate::portal::endpoint::Handling;
use crate::portal::endpoint::Served;
use crate::portal::endpoint::Verb;

/// Where operations are, below the prefix of the pages.
const BASE: &str = "/api/v1";

const DOCUMENT: Sketch =
    Sketch::giving::<Map<String, Value>>(200, "get_description", "This description (OpenAPI 3.1)");

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[operation!(Get "/openapi.json", staff => show, DOCUMENT)];

/// What anybody may be answered, whatever they ask for.
const ALWAYS: [u16; 7] = [400, 401, 403, 404, 429, 500, 503];

/// `GET /openapi.json`.
async fn show(call: &Call<'_>) -> Answer {
    Query::of(call)?;
    answer::of(call, &document(&call.turn.core.settings.prefix))
}

/// Schemas of what is taken, and of what is given.
struct Schemas {
    taken: SchemaGenerator,
    given: SchemaGenerator,
}

impl Schemas {
    fn new() -> Self {
        let settings = || {
            SchemaSettings::draft2020_12().with(|it| {
                it.meta_schema = None;
                it.definitions_path = "/components/schemas".into();
            })
        };
        Self {
            taken: settings().for_deserialize().into_generator(),
            given: settings().for_serialize().into_generator(),
        }
    }

    fn all(mut self) -> Map<String, Value> {
        let mut all = self.taken.take_definitions(true);
        all.extend(self.given.take_definitions(true));
        all
    }
}

/// The description, for pages below a prefix.
fn document(prefix: &str) -> Value {
    let mut schemas = Schemas::new();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for served in endpoint::all() {
        if let Handling::Api(operation) = &served.handling {
            let path = served.path.strip_prefix(BASE).unwrap_or(served.path);
            let method = served.verb.name().to_ascii_lowercase();
            let described = described(served, operation, &mut schemas);
            paths.entry(path).or_default().insert(method, described);
        }
    }
    let problem = schemas.given.subschema_for::<Details>();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Portcullis",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What is done in the administration, for programs and scripts.",
        },
        "servers": [{ "url": format!("{prefix}{BASE}") }],
        "security": [{ "token": [] }, { "bearer": [] }, { "session": [], "csrf": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas.all(),
            "responses": { "Problem": {
                "description": "It was not done; `type` says why (RFC 9457).",
                "content": { "application/problem+json": { "schema": problem } },
            } },
            "securitySchemes": {
                "token": { "type": "apiKey", "in": "header", "name": "Portcullis-Token",
                    "description": "A service token that was made with --role." },
                "bearer": { "type": "http", "scheme": "bearer",
                    "description": "The same token." },
                "session": { "type": "apiKey", "in": "cookie", "name": "__Host-portcullis",
                    "description": "The session of a person; never without `Portcullis-CSRF`." },
                "csrf": { "type": "apiKey", "in": "header", "name": "Portcullis-CSRF",
                    "description": "The value of the page /admin/api in the same session." },
            },
        },
    })
}

fn described(served: &Served, operation: &Operation, schemas: &mut Schemas) -> Value {
    let sketch = &operation.sketch;
    let act = operation.act.map_or("staff", Act::name);
    let mut described = json!({
        "operationId": sketch.id,
        "summary": sketch.summary,
        "tags": [tag(served.path)],
        "x-act": act,
        "parameters": parameters(served, operation, schemas),
        "responses": responses(served, operation, schemas),
    });
    if let (Some(body), Some(described)) = (sketch.body, described.as_object_mut()) {
        let schema = body(&mut schemas.taken);
        let body =
            json!({ "required": true, "content": { "application/json": { "schema": schema } } });
        described.insert("requestBody".to_owned(), body);
    }
    described
}

/// What it is about: the first part of its path.
fn tag(path: &str) -> &str {
    path.strip_prefix(BASE).and_then(|path| path.split('/').nth(1)).unwrap_or_default()
}

fn parameters(served: &Served, operation: &Operation, schemas: &mut Schemas) -> Vec<Value> {
    let parts = served.path.split('/').filter_map(|it| it.strip_prefix('{')?.strip_suffix('}'));
    let mut all: Vec<Value> = parts.map(part).collect();
    for field in operation.sketch.query {
        let schema = (field.schema)(&mut schemas.taken);
        all.push(parameter(("query", field.name, field.about), &schema, Need::May));
    }
    let text = Schema::from(Map::from_iter([("type".to_owned(), "string".into())]));
    let is_grave = operation.act.map(Act::weight) == Some(Weight::Grave);
    if served.verb != Verb::Get || is_grave {
        let need = if is_grave { Need::Must } else { Need::May };
        let about = "Why; kept in the audit log. Percent-encoded where it is not ASCII.";
        all.push(parameter(("header", "Portcullis-Reason", about), &text, need));
    }
    let version = "The `ETag` as it was answered, or `*`.";
    match operation.sketch.matching {
        Matching::Nothing | Matching::Told => {}
        Matching::Cached => {
            all.push(parameter(("header", "If-None-Match", version), &text, Need::May));
        }
        Matching::MayMatch => {
            all.push(parameter(("header", "If-Match", version), &text, Need::May));
        }
        Matching::MustMatch => {
            all.push(parameter(("header", "If-Match", version), &text, Need::Must));
        }
    }
    all
}

/// Whether a parameter must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    May,
    Must,
}

fn parameter((place, name, about): (&str, &str, &str), schema: &Schema, need: Need) -> Value {
    let required = need == Need::Must;
    json!({ "in": place, "name": name, "description": about, "required": required, "schema": schema })
}

fn part(name: &str) -> Value {
    let pattern = if name == "channel" { "^(email|sms)$" } else { "^[A-Za-z0-9_-]{1,64}$" };
    json!({
        "in": "path",
        "name": name,
        "required": true,
        "schema": { "type": "string", "pattern": pattern },
    })
}

/// What can come of an operation besides what it is for.
fn statuses(served: &Served, operation: &Operation) -> BTreeSet<u16> {
    let mut all = BTreeSet::from(ALWAYS);
    if served.verb != Verb::Get {
        all.insert(409);
    }
    if operation.sketch.body.is_some() {
        all.extend([413, 415, 422]);
    }
    match operation.sketch.matching {
        Matching::Nothing | Matching::Told | Matching::Cached => {}
        Matching::MayMatch => all.extend([412]),
        Matching::MustMatch => all.extend([412, 428]),
    }
    all
}

fn responses(served: &Served, operation: &Operation, schemas: &mut Schemas) -> Value {
    let (status, schema) = operation.sketch.answer;
    let content = json!({ operation.sketch.media: { "schema": schema(&mut schemas.given) } });
    let mut all = Map::new();
    let mut answer = json!({ "description": operation.sketch.summary, "content": content });
    if operation.sketch.matching != Matching::Nothing
        && let Some(answer) = answer.as_object_mut()
    {
        let tag = json!({ "description": "The version of what is answered.", "schema": { "type": "string" } });
        answer.insert("headers".to_owned(), json!({ "ETag": tag }));
    }
    all.insert(status.to_string(), answer);
    if operation.sketch.matching == Matching::Cached {
        all.insert(
            "304".to_owned(),
            json!({ "description": "The version is the one that is known." }),
        );
    }
    for status in statuses(served, operation) {
        let problem = json!({ "$ref": "#/components/responses/Problem" });
        all.insert(status.to_string(), problem);
    }
    all.into()
}
