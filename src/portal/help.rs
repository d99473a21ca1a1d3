//! The guide for people who sign in (S1.31, S4.11), to whoever asks: it says nothing of anybody.

use http::StatusCode;

use crate::portal::endpoint::Served;
use crate::portal::endpoint::served;
use crate::portal::page::help::HelpPage;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[served!(GET "/help", Anyone => show)];

/// `GET /help`.
pub(crate) async fn show(turn: &Turn) -> Outcome {
    turn.page(StatusCode::OK, &HelpPage { chrome: turn.chrome() })
}
