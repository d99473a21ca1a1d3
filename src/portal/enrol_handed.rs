//! The app that an administrator handed over: its first code makes it the person's second factor (S3.7).

use std::sync::Arc;

use crate::authenticator::AuthenticatorKind;
use crate::directory::LiveSession;
use crate::portal::enrol;
use crate::portal::enrol::EnrolForm;
use crate::portal::enrol::Sayings;
use crate::portal::form::Going;
use crate::portal::page::EnrolHandedPage;
use crate::portal::posted;
use crate::portal::said::Said;
use crate::portal::turn::End;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// What the page says of a code.
const WRONG: Sayings =
    Sayings { refused: "code-wrong-enrol", expired: "enrol-handed-void", wait: "too-many-codes" };

/// The page, for somebody for whom an app waits; none: there is none.
pub(crate) async fn page(
    turn: &Turn,
    session: &Arc<LiveSession>,
    (going, kinds): (&Going, &[AuthenticatorKind]),
    said: &Said,
) -> Result<Option<Outcome>, End> {
    let waiting = turn.core.ceremonies.handed_app(&turn.visit(), session).await;
    if waiting.map_err(|error| turn.failed(&error))?.is_none() {
        return Ok(None);
    }
    let page = EnrolHandedPage {
        chrome: turn.chrome_of("/enrol", going),
        errand: turn.errand(session, going),
        who: session.profile.login.name().to_owned(),
        choices: kinds.iter().map(|kind| enrol::choice(turn, *kind, &going.next)).collect(),
        problem: said.problem.clone(),
    };
    Ok(Some(turn.page_saying(said, &page)))
}

/// `POST /enrol/handed`.
pub(crate) async fn submit(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (form, going) = posted::raising::<EnrolForm>(turn, session)?;
    let ceremonies = &turn.core.ceremonies;
    let outcome = ceremonies.finish_handed(&turn.visit(), session, &form.code).await;
    let outcome = outcome.map_err(|error| turn.failed(&error))?;
    let said = enrol::not_bound(turn, session, &going, outcome, &WRONG).await?;
    enrol::ask_saying(turn, session, &going, said).await
}
