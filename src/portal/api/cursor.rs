//! Where a list goes on. What is in a cursor is nobody's business but ours: it opens in the list that it was made for,
//! asked for with the same fields, and nowhere else.

use ring::hmac;

use crate::portal::api::operation::Call;
use crate::portal::api::problem::Problem;
use crate::portal::api::problem::kind;

/// Bytes of the tag: 128 bits.
const TAG_BYTES: usize = 16;

/// A list, as it was asked for.
pub(super) struct List<'c> {
    key: &'c hmac::Key,
    /// Its name and the fields that say what is in it.
    scope: Vec<u8>,
}

impl<'c> List<'c> {
    /// The list of an operation, asked for with these fields.
    pub(super) fn of(call: &Call<'c>, fields: &[(&str, Option<&str>)]) -> Self {
        // No two lists are written alike: each text comes with its length.
        let mut scope = call.operation.sketch.id.as_bytes().to_vec();
        for (name, value) in fields {
            for text in [Some(*name), *value] {
                scope.extend(text.map_or(u64::MAX, |text| text.len() as u64).to_be_bytes());
                scope.extend_from_slice(text.unwrap_or_default().as_bytes());
            }
        }
        Self { key: &call.turn.core.cursors, scope }
    }

    /// The cursor behind a place.
    pub(super) fn after(&self, place: &str) -> String {
        let mut cursor = self.tag(place.as_bytes());
        cursor.extend_from_slice(place.as_bytes());
        data_encoding::BASE64URL_NOPAD.encode(&cursor)
    }

    /// The place that a cursor is behind.
    ///
    /// # Errors
    /// When it was not made for this list.
    pub(super) fn place(&self, cursor: &str) -> Result<String, Problem> {
        let bad = || Problem::of(kind::BAD_CURSOR).at("after");
        let bytes = data_encoding::BASE64URL_NOPAD.decode(cursor.as_bytes()).map_err(|_| bad())?;
        let (tag, place) = bytes.split_at_checked(TAG_BYTES).ok_or_else(bad)?;
        if !crate::secret::equal(tag, &self.tag(place)) {
            return Err(bad());
        }
        String::from_utf8(place.to_vec()).map_err(|_| bad())
    }

    fn tag(&self, place: &[u8]) -> Vec<u8> {
        let mut message = (self.scope.len() as u64).to_be_bytes().to_vec();
        message.extend_from_slice(&self.scope);
        message.extend_from_slice(place);
        let tag = hmac::sign(self.key, &message);
        tag.as_ref().iter().take(TAG_BYTES).copied().collect()
    }
}
