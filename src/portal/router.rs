//! Which page is where: the router over the lists of [`crate::portal::endpoint`].

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::routing;
use axum::routing::MethodRouter;
use bytes::Bytes;
use http::Response;

use super::Core;
use crate::portal::api;
use crate::portal::endpoint;
use crate::portal::endpoint::Served;
use crate::portal::endpoint::Verb;
use crate::portal::turn::Turn;

/// The pages, by address and method.
pub(super) fn router(core: &Arc<Core>) -> Router {
    let mut router = Router::new();
    for served in endpoint::all() {
        router = router.route(&core.address(served.path), serve(served));
    }
    router
        .fallback(|turn: Turn| async move { missing(&turn, turn.not_found()).await })
        .method_not_allowed_fallback(|turn: Turn| async move {
            missing(&turn, turn.wrong_method()).await
        })
        .layer(DefaultBodyLimit::disable())
        .with_state(Arc::clone(core))
}

/// What is not there, or not for this method. The API says it in its own way, to those whom it knows.
async fn missing(turn: &Turn, answer: Response<Bytes>) -> Response<Body> {
    if api::has(&turn.core, turn.head.uri.path()) {
        return api::missing(turn, answer.status()).await.map(Body::from);
    }
    answer.map(Body::from)
}

fn serve(served: &'static Served) -> MethodRouter<Arc<Core>> {
    let answer = move |turn: Turn| async move {
        let outcome = served.answer(&turn).await;
        turn.settle(outcome).map(Body::from)
    };
    match served.verb {
        Verb::Get => routing::get(answer),
        Verb::Post => routing::post(answer),
        Verb::Put => routing::put(answer),
        Verb::Patch => routing::patch(answer),
        Verb::Delete => routing::delete(answer),
    }
}
