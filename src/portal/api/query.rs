//! The query of a request: the fields that are described, each once at most, and nothing else.

use crate::portal::api::operation::Call;
use crate::portal::api::operation::Parameter;
use crate::portal::api::problem::Problem;
use crate::portal::api::problem::kind;
use crate::portal::form;
use crate::portal::form::Fields;

/// So many of a list at once, where nothing is said.
const USUAL: usize = 50;

/// So many at most.
pub(super) const MOST: usize = 200;

/// How many of a list are wanted.
pub(super) const LIMIT: Parameter =
    Parameter::of::<super::view::Limit>("limit", "At most so many; 50, unless given.");

/// Where a list goes on.
pub(super) const AFTER: Parameter =
    Parameter::of::<super::view::Cursor>("after", "Go on behind the `next` of an answer.");

/// What was asked for.
pub(super) struct Query(Fields);

impl Query {
    /// Reads the query of a request.
    ///
    /// # Errors
    /// A field that is not described, or twice; too much.
    pub(super) fn of(call: &Call<'_>) -> Result<Self, Problem> {
        let query = call.turn.head.uri.query().unwrap_or_default();
        if query.len() > form::MOST_BYTES {
            return Err(Problem::of(kind::BAD_QUERY));
        }
        let names: Vec<&str> = call.operation.sketch.query.iter().map(|it| it.name).collect();
        let fields = Fields::parse(query.as_bytes(), &[&names]);
        fields.map(Self).map_err(|_| {
            let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            Problem::of(kind::BAD_QUERY).saying(format!("Fields are, each once at most: {known}."))
        })
    }

    /// A field as it is written; none where it is empty.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.0.optional(name).map(|text| text.to_string()).filter(|text| !text.is_empty())
    }

    /// A field that means one of several things.
    ///
    /// # Errors
    /// When it means none of them.
    pub(super) fn meaning<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let bad = || {
            let detail = format!("There is no such `{name}`.");
            Problem::of(kind::BAD_QUERY).at(name).saying(detail)
        };
        self.text(name).map(|text| read(&text).ok_or_else(bad)).transpose()
    }

    /// How many are wanted.
    ///
    /// # Errors
    /// None, too many, or no number.
    pub(super) fn limit(&mut self) -> Result<usize, Problem> {
        let read = |text: &str| text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
        Ok(self.meaning(LIMIT.name, read)?.unwrap_or(USUAL))
    }
}
