//! The built-in pages as data: each area of them lists what is where, for whom, and what answers it. The router is
//! made from these lists, so that what is served, what is guarded and what is documented cannot differ.

use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;

use crate::authority::Act;
use crate::directory::LiveSession;
use crate::portal::account;
use crate::portal::admin;
use crate::portal::admin::door;
use crate::portal::admin::door::Principal;
use crate::portal::api;
use crate::portal::api::operation::Operation;
use crate::portal::challenge;
use crate::portal::codes;
use crate::portal::console_login;
use crate::portal::enrol;
use crate::portal::first_owner;
use crate::portal::guard;
use crate::portal::guard::Guard;
use crate::portal::guard::Holding;
use crate::portal::help;
use crate::portal::language;
use crate::portal::public;
use crate::portal::retry;
use crate::portal::sign_in;
use crate::portal::sign_out;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// Every area.
const AREAS: [&[Served]; 15] = [
    sign_in::ENDPOINTS,
    first_owner::ENDPOINTS,
    challenge::ENDPOINTS,
    enrol::ENDPOINTS,
    codes::ENDPOINTS,
    account::ENDPOINTS,
    admin::ENDPOINTS,
    admin::DEEDS,
    admin::TOKENS,
    console_login::ENDPOINTS,
    sign_out::ENDPOINTS,
    retry::ENDPOINTS,
    language::ENDPOINTS,
    help::ENDPOINTS,
    public::ENDPOINTS,
];

/// An answer that is being worked on.
pub(crate) type Answering<'t> = Pin<Box<dyn Future<Output = Outcome> + Send + 't>>;

/// Answers whoever asks.
pub(crate) type OpenFn = for<'t> fn(&'t Turn) -> Answering<'t>;

/// Answers the owner of a session, which the guard alone hands over.
pub(crate) type HeldFn = for<'t> fn(&'t Turn, &'t Arc<LiveSession>) -> Answering<'t>;

/// Answers somebody who came through the door of the administration.
pub(crate) type AdminFn = for<'t> fn(&'t Turn, &'t Principal) -> Answering<'t>;

/// Who is answered, and by what.
#[derive(Clone, Copy)]
pub(crate) enum Handling {
    /// Anybody.
    Open(OpenFn),
    /// Whoever the guard lets through.
    Held(Holding, HeldFn),
    /// Whom the door of the administration lets through for an act.
    Admin(Act, AdminFn),
    /// Whom the API knows.
    Api(Operation),
}

/// A method of HTTP that something is served by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verb {
    /// Shows something, and changes nothing. HEAD is answered alike, without the body.
    Get,
    /// Does something.
    Post,
    /// Puts something in place of what is there.
    Put,
    /// Changes a part of something.
    Patch,
    /// Takes something away.
    Delete,
}

impl Verb {
    /// As in a request.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Something that is served.
#[derive(Clone, Copy)]
pub(crate) struct Served {
    pub(crate) verb: Verb,
    /// Below the prefix.
    pub(crate) path: &'static str,
    pub(crate) handling: Handling,
}

/// Something that is served, as others see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Endpoint {
    /// The method.
    pub method: Verb,
    /// The path, below the prefix of the built-in pages.
    pub path: &'static str,
    /// Who is answered.
    pub guard: Guard,
}

impl Served {
    pub(crate) const fn endpoint(&self) -> Endpoint {
        let guard = match self.handling {
            Handling::Open(_) => Guard::Anyone,
            Handling::Held(holding, _) => Guard::Holder(holding),
            Handling::Admin(act, _) => Guard::May(act),
            Handling::Api(operation) => Guard::Api(operation.act),
        };
        Endpoint { method: self.verb, path: self.path, guard }
    }

    /// Answers a request, if its sender may have an answer.
    pub(crate) async fn answer(&self, turn: &Turn) -> Outcome {
        match &self.handling {
            Handling::Open(handler) => handler(turn).await,
            Handling::Held(holding, handler) => match holding.holder(turn) {
                Some(session) => handler(turn, session).await,
                None => guard::turned_away(turn, *holding),
            },
            Handling::Admin(act, handler) => {
                let principal = door::enter(turn, *act).await?;
                handler(turn, &principal).await
            }
            Handling::Api(operation) => Ok(api::answer(turn, operation).await),
        }
    }
}

/// Everything that is served, area by area.
pub(crate) fn all() -> impl Iterator<Item = &'static Served> {
    AREAS.into_iter().chain(api::AREAS).flatten()
}

/// Every built-in page and act there is, from the very lists that the router is made from.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    all().map(Served::endpoint).collect()
}

/// An entry of a list: method, path and guard, and the `async fn` that answers.
macro_rules! served {
    (GET $($rest:tt)+) => { $crate::portal::endpoint::served!(@ Get $($rest)+) };
    (POST $($rest:tt)+) => { $crate::portal::endpoint::served!(@ Post $($rest)+) };
    (@ $verb:ident $path:expr, Anyone => $handler:path) => {{
        fn call(turn: &$crate::portal::turn::Turn) -> $crate::portal::endpoint::Answering<'_> {
            Box::pin($handler(turn))
        }
        $crate::portal::endpoint::Served {
            verb: $crate::portal::endpoint::Verb::$verb,
            path: $path,
            handling: $crate::portal::endpoint::Handling::Open(call),
        }
    }};
    (@ $verb:ident $path:expr, may $act:ident => $handler:path) => {
        $crate::portal::endpoint::served!(@ $verb $path, by $crate::authority::Act::$act => $handler)
    };
    (@ $verb:ident $path:expr, by $act:expr => $handler:path) => {{
        fn call<'t>(
            turn: &'t $crate::portal::turn::Turn,
            principal: &'t $crate::portal::admin::door::Principal,
        ) -> $crate::portal::endpoint::Answering<'t> {
            Box::pin($handler(turn, principal))
        }
        $crate::portal::endpoint::Served {
            verb: $crate::portal::endpoint::Verb::$verb,
            path: $path,
            handling: $crate::portal::endpoint::Handling::Admin($act, call),
        }
    }};
    (@ $verb:ident $path:expr, $holding:ident => $handler:path) => {{
        fn call<'t>(
            turn: &'t $crate::portal::turn::Turn,
            session: &'t std::sync::Arc<$crate::directory::LiveSession>,
        ) -> $crate::portal::endpoint::Answering<'t> {
            Box::pin($handler(turn, session))
        }
        $crate::portal::endpoint::Served {
            verb: $crate::portal::endpoint::Verb::$verb,
            path: $path,
            handling: $crate::portal::endpoint::Handling::Held(
                $crate::portal::guard::Holding::$holding,
                call,
            ),
        }
    }};
}

pub(crate) use served;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn nothing_is_served_twice_and_every_path_begins_below_the_prefix_a258() {
        let mut seen = BTreeSet::new();
        for endpoint in endpoints() {
            assert!(endpoint.path.starts_with('/'), "{endpoint:?}");
            assert!(seen.insert((endpoint.path, endpoint.method)), "{endpoint:?}");
        }
    }

    /// What is behind the door is known by its path alone, where it is hidden.
    #[test]
    fn a_path_behind_the_door_has_no_part_that_varies_a262() {
        let mut behind = all().filter(|it| matches!(it.handling, Handling::Admin(..)));
        assert!(behind.all(|it| !it.path.contains('{')));
    }

    #[test]
    fn what_does_something_is_guarded_unless_it_signs_in_out_or_chooses_a_language_a258() {
        let open: Vec<&str> = endpoints()
            .iter()
            .filter(|it| it.method == Verb::Post && it.guard == Guard::Anyone)
            .map(|it| it.path)
            .collect();
        let known = [
            "/sign-in",
            "/sign-in/passkey",
            // Where there is no owner, and with a token that only a file has.
            "/first-owner",
            "/sign-out",
            "/sign-out-everywhere",
            "/language",
        ];
        assert_eq!(open, known);
    }
}
