//! Which page is where.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::routing;

use super::Core;
use crate::portal::account;
use crate::portal::challenge;
use crate::portal::codes;
use crate::portal::console_login;
use crate::portal::enrol;
use crate::portal::enrol_contact;
use crate::portal::language;
use crate::portal::passkey;
use crate::portal::recovery;
use crate::portal::retry;
use crate::portal::second_factor_first;
use crate::portal::sent_code;
use crate::portal::set_up;
use crate::portal::sign_in;
use crate::portal::sign_out;
use crate::portal::turn;
use crate::portal::turn::Turn;

/// One page for GET, one act for POST.
macro_rules! on {
    ($method:ident, $handler:path) => {
        routing::$method(|turn: Turn| async move {
            let outcome = $handler(&turn).await;
            turn.settle(outcome).map(Body::from)
        })
    };
    ($show:path, $act:path) => {
        on!(get, $show).merge(on!(post, $act))
    };
}

/// The pages, by address and method.
pub(super) fn router(core: &Arc<Core>) -> Router {
    let at = |page: &str| core.address(page);
    Router::new()
        .route(&at("/sign-in"), on!(sign_in::show, sign_in::submit))
        .route(&at(second_factor_first::NONE_YET), on!(get, second_factor_first::none_yet))
        .route(&at("/sign-in/passkey"), on!(post, passkey::sign_in))
        .route(&at("/challenge"), on!(challenge::show, challenge::submit))
        .route(&at("/challenge/send"), on!(post, sent_code::send))
        .route(&at("/enrol/send"), on!(post, enrol_contact::send))
        .route(&at("/enrol/contact"), on!(post, enrol_contact::validate))
        .route(&at("/enrol"), on!(enrol::show, enrol::submit))
        .route(&at("/enrol/passkey"), on!(post, passkey::register))
        .route(&at("/recovery"), on!(recovery::show, recovery::submit))
        .route(&at("/set-up"), on!(set_up::show, set_up::later))
        .route(&at("/codes"), on!(post, codes::submit))
        .route(&at("/codes/download"), on!(post, codes::download))
        .route(&at("/account"), on!(get, account::show))
        .route(&at("/account/factor"), on!(get, account::factor::show))
        .route(&at("/account/rename"), on!(post, account::factor::rename))
        .route(&at("/account/remove"), on!(post, account::factor::remove))
        .route(&at("/account/lost"), on!(account::lost::show, account::lost::submit))
        .route(&at("/account/codes"), on!(account::codes::show, account::codes::renew))
        .route(&at("/account/codes/show"), on!(post, account::codes::look))
        .route(&at("/account/sessions"), on!(account::sessions::show, account::sessions::end))
        .route(&at("/account/sessions/others"), on!(post, account::sessions::end_others))
        .route(&at("/account/devices"), on!(account::devices::show, account::devices::register))
        .route(&at("/account/devices/remove"), on!(post, account::devices::remove))
        .route(&at("/account/password"), on!(account::password::show, account::password::submit))
        .route(&at(console_login::PAGE), on!(get, console_login::show))
        .route(&at("/sign-out"), on!(sign_out::ask, sign_out::here))
        .route(&at("/sign-out-everywhere"), on!(post, sign_out::everywhere))
        .route(&at("/signed-out"), on!(get, sign_out::done))
        .route(&at("/proved"), on!(get, retry::proved))
        .route(&at("/language"), on!(post, language::choose))
        .route(&at("/jwks.json"), on!(get, turn::jwks))
        .route(&at("/assets/{name}"), on!(get, turn::asset))
        .fallback(|turn: Turn| async move { turn.not_found().map(Body::from) })
        .method_not_allowed_fallback(
            |turn: Turn| async move { turn.wrong_method().map(Body::from) },
        )
        .layer(DefaultBodyLimit::disable())
        .with_state(Arc::clone(core))
}
