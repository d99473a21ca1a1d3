//! The recovery code, for people who can prove nothing but their password.

use std::sync::Arc;

use http::StatusCode;

use crate::ceremony::Proof;
use crate::ceremony::ProofOutcome;
use crate::directory::LiveSession;
use crate::enforcement::Entry;
use crate::enforcement::RecoveryOpens;
use crate::policy::Refusal;
use crate::portal::challenge;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::need::Need;
use crate::portal::page::RecoveryPage;
use crate::portal::posted;
use crate::portal::response;
use crate::portal::said::Said;
use crate::portal::trusted_header;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::secret::Secret;

struct RecoveryForm {
    code: Secret<String>,
}

impl Form for RecoveryForm {
    const FIELDS: &'static [&'static str] = &["code"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { code: Secret::new(fields.required("code")?.to_string()) })
    }
}

/// `GET /recovery`.
pub(crate) async fn show(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (_, going) = turn.query(&[])?;
    if turn.signed_in().is_some() {
        return Ok(response::see_other(going.next.as_str()));
    }
    if session.record.is_for_enrolment() {
        return Ok(response::see_other(&turn.address("/enrol", &going.next)));
    }
    ask(turn, session, &going, StatusCode::OK).await
}

/// The page.
pub(crate) async fn ask(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    status: StatusCode,
) -> Outcome {
    page(turn, session, going, Said::nothing(status)).await
}

/// `POST /recovery`.
pub(crate) async fn submit(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (form, going) = posted::raising::<RecoveryForm>(turn, session)?;
    if turn.signed_in().is_some() {
        return Ok(response::see_other(going.next.as_str()));
    }
    let proof = Proof::RecoveryCode(form.code);
    let outcome = turn.core.ceremonies.prove(&turn.visit(), session, &proof).await;
    let said = match outcome.map_err(|error| turn.failed(&error))? {
        ProofOutcome::Accepted { token, codes_left: _ } => {
            let opens = turn.core.ceremonies.rulebook().settings.recovery_opens;
            let next = match opens {
                RecoveryOpens::Enrolment => "/enrol",
                RecoveryOpens::Full => "/set-up",
            };
            let mut answer = response::see_other(&turn.address(next, &going.next));
            turn.set_session(&mut answer, &token);
            return Ok(answer);
        }
        ProofOutcome::SessionOver | ProofOutcome::MustChange(_) => {
            return challenge::timed_out(turn, &going);
        }
        ProofOutcome::Wait { until } => Said::wait(turn, "too-many-codes", until),
        ProofOutcome::Busy => Said::busy(turn),
        // One text for every cause.
        ProofOutcome::Wrong
        | ProofOutcome::Spent
        | ProofOutcome::NotOffered
        | ProofOutcome::Disabled => {
            Said::problem(StatusCode::UNAUTHORIZED, turn.say("recovery-wrong"))
        }
    };
    page(turn, session, &going, said).await
}

async fn page(turn: &Turn, session: &Arc<LiveSession>, going: &Going, said: Said) -> Outcome {
    let entry =
        turn.core.ceremonies.entry_of(&turn.visit(), session).await.map_err(|e| turn.failed(&e))?;
    let late = !session.is_enrolled() && matches!(entry, Entry::RecoveryCode | Entry::Dormant);
    let page = RecoveryPage {
        chrome: turn.chrome(),
        errand: turn.errand(session, going),
        who: session.profile.login.name().to_owned(),
        lead: turn.say(match late {
            true if trusted_header::could_prove_more(turn) => "recovery-sign-on",
            true => "recovery-late",
            false => "recovery-lead",
        }),
        // Whoever has something to prove may go back to it, and whoever need prove nothing to where they were going.
        back: if session.is_enrolled() {
            Some(challenge::address(turn, None, Need::default(), &going.next))
        } else {
            (entry == Entry::Dormant).then(|| going.next.to_string())
        },
        problem: said.problem.clone(),
    };
    turn.page_saying(&said, &page)
}
