//! Passkeys: the pages that ask for one, register one, and sign in with one.
//!
//! No endpoint speaks to scripts: the question stands in the page, our script puts the browser's answer into
//! the form, and the form is sent like any other. So what guards the other forms guards these.

use std::sync::Arc;

use http::StatusCode;

use crate::authenticator::AuthenticatorKind;
use crate::ceremony::PasskeyPage;
use crate::ceremony::PasskeySignIn;
use crate::directory::LiveSession;
use crate::policy::Refusal;
use crate::portal::arrival;
use crate::portal::enrol;
use crate::portal::enrol::Sayings;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::known;
use crate::portal::page::passkeys::EnrolPasskeyPage;
use crate::portal::posted;
use crate::portal::refusal;
use crate::portal::said::Said;
use crate::portal::sign_in;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::portal::visitor::Visitor;
use crate::session::SessionToken;

/// What the page that registers a passkey says.
const WRONG: Sayings = Sayings {
    refused: "passkey-enrol-wrong",
    expired: "passkey-enrol-wrong",
    wait: "too-many-attempts",
};

struct RegistrationForm {
    answer: String,
    label: String,
}

impl Form for RegistrationForm {
    const FIELDS: &'static [&'static str] = &["code", "label"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self {
            answer: fields.required("code")?.to_string(),
            label: fields.required("label")?.to_string(),
        })
    }
}

struct SignInForm {
    answer: String,
}

impl Form for SignInForm {
    const FIELDS: &'static [&'static str] = &["code"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { answer: fields.required("code")?.to_string() })
    }
}

/// The page that registers a passkey.
pub(crate) async fn set_up(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    said: Said,
) -> Outcome {
    let begun = turn.core.ceremonies.begin_passkey(&turn.visit(), session).await;
    match begun.map_err(|error| turn.failed(&error))? {
        PasskeyPage::Show { options } => {
            let page = EnrolPasskeyPage {
                chrome: turn.chrome_of("/enrol", going),
                errand: turn.errand(session, going),
                who: session.profile.login.name().to_owned(),
                options,
                again: enrol::address(turn, AuthenticatorKind::Passkey, &going.next),
                further: session.record.enrolled,
                problem: said.problem.clone(),
            };
            turn.page_saying(&said, &page)
        }
        PasskeyPage::NeedProof => {
            Ok(enrol::need_proof(turn, AuthenticatorKind::Passkey, &going.next))
        }
        PasskeyPage::Closed => Ok(refusal::enrolment_closed(turn)),
    }
}

/// `POST /enrol/passkey`.
pub(crate) async fn register(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (form, going) = posted::raising::<RegistrationForm>(turn, session)?;
    if form.answer.is_empty() {
        let said = Said::problem(StatusCode::OK, turn.say("passkey-no-script"));
        return set_up(turn, session, &going, said).await;
    }
    let ceremonies = &turn.core.ceremonies;
    let outcome =
        ceremonies.finish_passkey(&turn.visit(), session, &form.answer, &form.label).await;
    let outcome = outcome.map_err(|error| turn.failed(&error))?;
    let said = enrol::not_bound(turn, session, &going, outcome, &WRONG).await?;
    set_up(turn, session, &going, said).await
}

/// `POST /sign-in/passkey`.
pub(crate) async fn sign_in(turn: &Turn) -> Outcome {
    let (visitor, form, going) = sign_in::opened::<SignInForm>(turn)?;
    if form.answer.is_empty() {
        let said = Said::problem(StatusCode::OK, turn.say("passkey-no-script"));
        return sign_in::page(turn, &going, said.into());
    }
    let ceremonies = &turn.core.ceremonies;
    let outcome = ceremonies.sign_in_by_passkey(&turn.visit(), visitor.id(), &form.answer).await;
    match outcome.map_err(|error| turn.failed(&error))? {
        PasskeySignIn::Opened { token } => arrived(turn, visitor, &token, going).await,
        PasskeySignIn::Wrong => {
            let said = Said::problem(StatusCode::UNAUTHORIZED, turn.say("passkey-sign-in-wrong"));
            sign_in::page(turn, &going, said.into())
        }
        PasskeySignIn::Wait { until } => {
            let said = Said::wait(turn, "too-many-attempts", until);
            sign_in::page(turn, &going, said.into())
        }
    }
}

/// The session needs no second step.
async fn arrived(turn: &Turn, visitor: &Visitor, token: &SessionToken, going: Going) -> Outcome {
    let (session, going, kept) = sign_in::entered(turn, visitor, token, going).await?;
    let mut answer = match kept {
        Some(kept) => arrival::offer_again(turn, kept)?,
        None => arrival::signed_in(turn, &session, &going, None).await?,
    };
    turn.set_session(&mut answer, token);
    known::remember(turn, &mut answer, &session);
    Ok(answer)
}
