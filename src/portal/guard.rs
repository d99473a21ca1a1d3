//! Who is answered by which page: one check before every handler, and one answer for whoever does not pass it. A
//! handler gets the session from here alone.

use std::sync::Arc;

use http::Method;
use serde::Serialize;
use serde::Serializer;

use crate::authority::Act;
use crate::directory::LiveSession;
use crate::portal::challenge;
use crate::portal::form;
use crate::portal::form::Fields;
use crate::portal::response;
use crate::portal::return_to::ReturnTo;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// Who is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Anybody.
    Anyone,
    /// Whoever has a session that is good enough.
    Holder(Holding),
    /// Whoever may do this, as the administration's own door says.
    May(Act),
    /// The same through the API; without an act whoever has anything to do in the administration.
    Api(Option<Act>),
}

/// What the session must be that a page is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// Any, even of whoever must choose another password, and proved nothing yet.
    Begun,
    /// Any other: whoever has one gave a password, at least.
    Session,
    /// Of whoever gave all that is asked of them at the moment, with or without a second factor.
    Admitted,
    /// Of whoever gave a second factor.
    SignedIn,
}

impl Guard {
    /// As in lists; an act by its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::Holder(Holding::Begun) => "begun",
            Self::Holder(Holding::Session) => "session",
            Self::Holder(Holding::Admitted) => "admitted",
            Self::Holder(Holding::SignedIn) => "signed_in",
            Self::May(act) | Self::Api(Some(act)) => act.name(),
            Self::Api(None) => "staff",
        }
    }
}

impl Holding {
    /// The session of whoever passes.
    pub(crate) fn holder(self, turn: &Turn) -> Option<&Arc<LiveSession>> {
        match self {
            Self::Begun => turn.asking.session.as_ref(),
            Self::Session => {
                let session = turn.asking.session.as_ref();
                session.filter(|session| !session.record.awaits_password())
            }
            Self::Admitted => turn.admitted(),
            Self::SignedIn => turn.signed_in(),
        }
    }
}

impl Serialize for Guard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// The answer to whoever does not pass: to where they sign in, and from there to the page they asked for, where a
/// proof may lead back to it. A form says that its session is over, and keeps where its sender was going.
pub(crate) fn turned_away(turn: &Turn, wanting: Holding) -> Outcome {
    if turn.head.method == Method::POST {
        let here = turn.core.here(&turn.asking);
        let going = form::going_of(&turn.head, &turn.body, &here)?;
        return challenge::timed_out(turn, &going);
    }
    let page = if turn.asking.session.is_some() { "/challenge" } else { "/sign-in" };
    let wanted = || wanted(turn).filter(|next| !next.is_home());
    let next = match wanting {
        Holding::SignedIn => own(turn),
        Holding::Admitted => wanted().unwrap_or_else(|| own(turn)),
        Holding::Begun | Holding::Session => wanted().unwrap_or_else(ReturnTo::home),
    };
    Ok(response::see_other(&turn.address(page, &next)))
}

/// Where the address says that the person was going.
fn wanted(turn: &Turn) -> Option<ReturnTo> {
    let query = turn.head.uri.query().filter(|query| query.len() <= form::MOST_BYTES)?;
    let mut fields = Fields::some_of(query.as_bytes(), &["next"]).ok()?;
    fields.optional("next").map(|next| turn.return_to(&next))
}

/// The page itself, or the one whose form was sent; without its query, where that leads nowhere.
pub(crate) fn own(turn: &Turn) -> ReturnTo {
    let uri = &turn.head.uri;
    let asked = uri.path_and_query().filter(|_| turn.head.method != Method::POST);
    let whole = asked.map(|whole| turn.return_to(whole.as_str()));
    whole.filter(|whole| !whole.is_home()).unwrap_or_else(|| turn.return_to(uri.path()))
}
