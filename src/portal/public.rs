//! What anybody may fetch, scripts too: the public keys, and the files of the pages.

use http::HeaderValue;
use http::Response;
use http::header;

use crate::portal::endpoint::Served;
use crate::portal::endpoint::served;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// What is where.
pub(crate) const ENDPOINTS: &[Served] =
    &[served!(GET "/jwks.json", Anyone => jwks), served!(GET "/assets/{name}", Anyone => asset)];

/// The public keys.
async fn jwks(turn: &Turn) -> Outcome {
    let mut response = Response::new((turn.core.jwks)());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/jwk-set+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    Ok(response)
}

/// An embedded file.
async fn asset(turn: &Turn) -> Outcome {
    let path = turn.head.uri.path();
    let name = path.strip_prefix(&turn.core.address("/assets/")).unwrap_or_default();
    Ok(turn.core.files.answer(name).unwrap_or_else(|| turn.not_found()))
}
