//! Which page is where: the router over the lists of [`crate::portal::endpoint`].

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::routing;
use axum::routing::MethodRouter;

use super::Core;
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
        .fallback(|turn: Turn| async move { turn.not_found().map(Body::from) })
        .method_not_allowed_fallback(
            |turn: Turn| async move { turn.wrong_method().map(Body::from) },
        )
        .layer(DefaultBodyLimit::disable())
        .with_state(Arc::clone(core))
}

fn serve(served: &'static Served) -> MethodRouter<Arc<Core>> {
    let answer = move |turn: Turn| async move {
        let outcome = served.answer(&turn).await;
        turn.settle(outcome).map(Body::from)
    };
    match served.verb {
        Verb::Get => routing::get(answer),
        Verb::Post => routing::post(answer),
    }
}
