//! The body of a request: JSON of the form that is described, each field once, and nothing else; or nothing,
//! where nothing is described.

use http::header;
use serde::de::DeserializeOwned;
use serde::de::IgnoredAny;

use crate::portal::api::operation::Call;
use crate::portal::api::operation::Operation;
use crate::portal::api::problem::Problem;
use crate::portal::api::problem::kind;
use crate::portal::form;
use crate::portal::turn::Turn;

/// Characters of what is told of a body.
const MOST_TOLD: usize = 300;

/// Whether there is a body where one is described, and none elsewhere.
///
/// # Errors
/// What is wrong.
pub(super) fn check(turn: &Turn, operation: &Operation) -> Result<(), Problem> {
    if operation.sketch.body.is_none() {
        return if turn.body.is_empty() { Ok(()) } else { Err(Problem::of(kind::NO_JSON)) };
    }
    if turn.body.len() > form::MOST_BYTES {
        return Err(Problem::of(kind::TOO_LARGE));
    }
    let headers = &turn.head.headers;
    let mut kinds = headers.get_all(header::CONTENT_TYPE).iter();
    let is_json = kinds.next().is_some_and(|it| it.as_bytes() == b"application/json");
    if !is_json || kinds.next().is_some() || headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Problem::of(kind::MEDIA_TYPE));
    }
    Ok(())
}

impl Call<'_> {
    /// The body.
    ///
    /// # Errors
    /// When it is no JSON, or not of this form.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let text = self.turn.body.as_ref();
        // Duplicates are found below: here it is only whether it is JSON at all.
        serde_json::from_slice::<IgnoredAny>(text).map_err(|_| Problem::of(kind::NO_JSON))?;
        if !text.trim_ascii_start().starts_with(b"{") {
            return Err(Problem::of(kind::BAD_BODY).saying("It is no object."));
        }
        let mut reader = serde_json::Deserializer::from_slice(text);
        serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let told = |text: String| text.chars().take(MOST_TOLD).collect::<String>();
            let field = Some(error.path().to_string()).filter(|path| path != ".");
            let problem = Problem::of(kind::BAD_BODY).saying(told(error.into_inner().to_string()));
            match field {
                Some(field) => problem.at(told(field)),
                None => problem,
            }
        })
    }
}
