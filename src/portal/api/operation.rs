//! An operation of the API as data: who may ask for it, what answers it, and what it takes and gives. The router, the
//! handlers and the description for programs are made from the same.

use std::pin::Pin;

use bytes::Bytes;
use http::Response;
use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;

use crate::audit::Tag;
use crate::authority::Act;
use crate::portal::api::caller::Caller;
use crate::portal::api::problem::Problem;
use crate::portal::turn::Turn;

/// A request whose sender is known.
pub(crate) struct Call<'t> {
    pub(crate) turn: &'t Turn,
    pub(crate) caller: &'t Caller,
    pub(crate) operation: &'t Operation,
    /// The version that is to be changed; none: whatever it is like.
    pub(crate) expects: Option<Tag>,
}

/// JSON.
pub(crate) const JSON: &str = "application/json";

/// JSON, a line each.
pub(crate) const LINES: &str = "application/x-ndjson";

/// A table with commas.
pub(crate) const TABLE: &str = "text/csv; charset=utf-8; header=present";

/// How a handler ends.
pub(crate) type Answer = Result<Response<Bytes>, Problem>;

/// An answer that is being worked on.
pub(crate) type Working<'c> = Pin<Box<dyn Future<Output = Answer> + Send + 'c>>;

/// Answers a request whose sender is known.
pub(crate) type ApiFn = for<'c> fn(&'c Call<'c>) -> Working<'c>;

/// The schema of a type.
pub(crate) type SchemaFn = fn(&mut SchemaGenerator) -> Schema;

/// An operation.
#[derive(Clone, Copy)]
pub(crate) struct Operation {
    /// Where it is, below the prefix of the pages.
    pub(crate) path: &'static str,
    /// Whoever may do this; none: whoever has anything to do in the administration.
    pub(crate) act: Option<Act>,
    pub(crate) handler: ApiFn,
    pub(crate) sketch: Sketch,
}

/// What an operation takes and gives.
#[derive(Clone, Copy)]
pub(crate) struct Sketch {
    /// Its name, for programs that are made from the description.
    pub(crate) id: &'static str,
    pub(crate) summary: &'static str,
    /// The fields of its query.
    pub(crate) query: &'static [Parameter],
    /// What its body is; none: it has none.
    pub(crate) body: Option<SchemaFn>,
    /// The status and the body of its answer.
    pub(crate) answer: (u16, SchemaFn),
    /// What kind of text the answer is.
    pub(crate) media: &'static str,
    pub(crate) matching: Matching,
}

/// A field of a query.
#[derive(Clone, Copy)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) schema: SchemaFn,
}

/// What is asked of the version of what is acted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matching {
    /// It has none.
    Nothing,
    /// It is told with its version, which covers what is changed and not all that is shown.
    Told,
    /// Whoever has this version gets no other copy of it (`If-None-Match`).
    Cached,
    /// `If-Match` counts where it is said.
    MayMatch,
    /// It is done to a version that was seen (`If-Match`), and to no other.
    MustMatch,
}

/// The schema of `T`.
pub(crate) fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

impl Sketch {
    /// One that answers with `T`.
    pub(crate) const fn giving<T: JsonSchema>(
        status: u16,
        id: &'static str,
        summary: &'static str,
    ) -> Self {
        let answer: (u16, SchemaFn) = (status, schema::<T>);
        let (query, body, matching) = (&[], None, Matching::Nothing);
        Self { id, summary, query, body, answer, media: JSON, matching }
    }

    /// …in lines of JSON.
    pub(crate) const fn in_lines(mut self) -> Self {
        self.media = LINES;
        self
    }

    /// …as a table with commas.
    pub(crate) const fn in_a_table(mut self) -> Self {
        self.media = TABLE;
        self
    }

    /// …and takes a body.
    pub(crate) const fn taking<T: JsonSchema>(mut self) -> Self {
        self.body = Some(schema::<T>);
        self
    }

    /// …and is asked with these fields.
    pub(crate) const fn asked(mut self, query: &'static [Parameter]) -> Self {
        self.query = query;
        self
    }

    /// …and asks this of versions.
    pub(crate) const fn matching(mut self, matching: Matching) -> Self {
        self.matching = matching;
        self
    }
}

impl Parameter {
    pub(crate) const fn of<T: JsonSchema>(name: &'static str, about: &'static str) -> Self {
        Self { name, about, schema: schema::<T> }
    }
}

/// An entry of a list: method, path and act, the `async fn` that answers, and what it takes and gives.
macro_rules! operation {
    ($verb:ident $path:expr, staff => $handler:path, $sketch:expr) => {
        $crate::portal::api::operation::operation!(@ $verb $path, None, $handler, $sketch)
    };
    ($verb:ident $path:expr, $act:ident => $handler:path, $sketch:expr) => {
        $crate::portal::api::operation::operation!(
            @ $verb $path, Some($crate::authority::Act::$act), $handler, $sketch
        )
    };
    (@ $verb:ident $path:expr, $act:expr, $handler:path, $sketch:expr) => {{
        fn call<'c>(
            call: &'c $crate::portal::api::operation::Call<'c>,
        ) -> $crate::portal::api::operation::Working<'c> {
            Box::pin($handler(call))
        }
        $crate::portal::endpoint::Served {
            verb: $crate::portal::endpoint::Verb::$verb,
            path: concat!("/api/v1", $path),
            handling: $crate::portal::endpoint::Handling::Api(
                $crate::portal::api::operation::Operation {
                    path: concat!("/api/v1", $path),
                    act: $act,
                    handler: call,
                    sketch: $sketch,
                },
            ),
        }
    }};
}

pub(crate) use operation;
