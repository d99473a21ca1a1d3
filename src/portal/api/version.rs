//! Versions of what is changed: what was seen is what is changed, or nothing is (RFC 9110 §13.1).

use http::HeaderMap;
use http::header;

use crate::audit::Tag;
use crate::portal::api::caller;
use crate::portal::api::operation::Matching;
use crate::portal::api::problem::Problem;
use crate::portal::api::problem::kind;

/// The version that a change is for; none: whatever it is like.
///
/// # Errors
/// When it must be said and is not, or is none, or when there are no versions: a condition is never passed over.
pub(super) fn expected(headers: &HeaderMap, matching: Matching) -> Result<Option<Tag>, Problem> {
    let bad = || Problem::of(kind::UNMATCHED).at("If-Match");
    let Some(said) = caller::only(headers, &header::IF_MATCH).map_err(|_| bad())? else {
        return match matching {
            Matching::MustMatch => Err(Problem::of(kind::MUST_MATCH).at("If-Match")),
            Matching::MayMatch | Matching::Cached | Matching::Told | Matching::Nothing => Ok(None),
        };
    };
    let said = said.to_str().map_err(|_| bad())?.trim();
    if said == "*" {
        return Ok(None);
    }
    if !matches!(matching, Matching::MayMatch | Matching::MustMatch) {
        return Err(bad().saying("This is done whatever it is like: leave it out, or send `*`."));
    }
    if said.starts_with("W/") {
        // A weak one is that of no version here.
        return Err(Problem::of(kind::CHANGED));
    }
    let tag = said.strip_prefix('"').and_then(|said| said.strip_suffix('"')).ok_or_else(bad)?;
    // A tag that is none of ours is that of no version either.
    Tag::parse(tag).map(Some).ok_or_else(|| Problem::of(kind::CHANGED))
}

/// Whether whoever asks has a version already.
pub(super) fn is_known(headers: &HeaderMap, tag: &Tag) -> bool {
    let lines = headers.get_all(header::IF_NONE_MATCH).iter();
    let known = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    known.map(str::trim).any(|known| {
        let strong = known.strip_prefix("W/").unwrap_or(known);
        known == "*" || strong.trim_matches('"') == tag.as_str()
    })
}
