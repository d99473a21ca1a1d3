//! Another password.

use std::sync::Arc;

use http::StatusCode;

use super::done_in;
use super::home;
use super::prove_first;
use super::signed_out;
use crate::ceremony::PasswordOutcome;
use crate::ceremony::password_change::Typed;
use crate::ceremony::summary::Standing;
use crate::directory::LiveSession;
use crate::password;
use crate::password::Unacceptable;
use crate::policy::Refusal;
use crate::portal::challenge;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::known;
use crate::portal::page::PasswordPage;
use crate::portal::response;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::portal::words;
use crate::secret::Secret;

/// The page that this is about.
const PAGE: &str = "/account/password";

struct PasswordForm {
    typed: Typed,
    again: Secret<String>,
}

impl Form for PasswordForm {
    const FIELDS: &'static [&'static str] = &["old", "new", "again"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let mut secret = |name| fields.required(name).map(|text| Secret::new(text.to_string()));
        let typed = Typed { old: secret("old")?, new: secret("new")? };
        Ok(Self { typed, again: secret("again")? })
    }
}

/// What the page says is wrong.
#[derive(Default)]
struct Problems {
    old: Option<String>,
    new: Option<String>,
}

/// `GET /account/password`.
pub(crate) async fn show(turn: &Turn) -> Outcome {
    turn.query(&[])?;
    let Some(session) = turn.signed_in() else {
        return Ok(signed_out(turn, &turn.return_to(&turn.core.address(PAGE))));
    };
    let summary = turn.core.ceremonies.summary(session).await;
    if summary.map_err(|error| turn.failed(&error))?.standing != Standing::Fresh {
        return Ok(prove_first(turn, PAGE));
    }
    page(turn, session, (Problems::default(), StatusCode::OK))
}

/// `POST /account/password`.
pub(crate) async fn submit(turn: &Turn) -> Outcome {
    let form = turn.form::<PasswordForm>()?;
    let Some(session) = turn.signed_in() else {
        return challenge::timed_out(turn, &form.going);
    };
    let (form, going) = turn.open(form, session)?;
    let new = |text: String| (Problems { old: None, new: Some(text) }, StatusCode::BAD_REQUEST);
    let old = |text: String, status| (Problems { old: Some(text), new: None }, status);
    if form.again.expose() != form.typed.new.expose() {
        return page(turn, session, new(turn.say("password-unequal")));
    }
    let (visit, known) = (turn.visit(), known::of(turn));
    let ceremonies = &turn.core.ceremonies;
    let outcome = ceremonies.change_password(&visit, session, &form.typed, known.as_ref()).await;
    let (problems, wait) = match outcome.map_err(|error| turn.failed(&error))? {
        PasswordOutcome::Changed { token } => return Ok(done_in(turn, "password", &token)),
        PasswordOutcome::NeedProof => return Ok(prove_first(turn, PAGE)),
        PasswordOutcome::SessionOver => return challenge::timed_out(turn, &going),
        PasswordOutcome::Unacceptable(reason) => (new(unacceptable(turn, reason)), None),
        PasswordOutcome::Wrong => {
            (old(turn.say("password-old-wrong"), StatusCode::UNAUTHORIZED), None)
        }
        PasswordOutcome::Wait { until } => {
            let seconds = turn.seconds_until(until);
            let wait = turn.language.wait(seconds);
            let text = turn.language.with("too-many-attempts", "wait", &wait);
            (old(text, StatusCode::TOO_MANY_REQUESTS), Some(seconds))
        }
        PasswordOutcome::Busy => {
            let problem = old(words::busy(turn), StatusCode::SERVICE_UNAVAILABLE);
            (problem, Some(words::BUSY_SECONDS))
        }
    };
    let mut answer = page(turn, session, problems)?;
    if let Some(seconds) = wait {
        response::retry_after(&mut answer, seconds);
    }
    Ok(answer)
}

fn unacceptable(turn: &Turn, reason: Unacceptable) -> String {
    match reason {
        Unacceptable::TooShort => {
            turn.language.with("password-too-short", "least", password::MIN_CHARS)
        }
        Unacceptable::TooLong => turn.say("password-too-long"),
        Unacceptable::Common => turn.say("password-common"),
        Unacceptable::ContainsLogin => turn.say("password-contains-login"),
    }
}

fn page(
    turn: &Turn,
    session: &Arc<LiveSession>,
    (problems, status): (Problems, StatusCode),
) -> Outcome {
    let page = PasswordPage {
        chrome: turn.chrome(),
        errand: turn.errand(session, &home()),
        login: session.profile.login.to_string(),
        least: password::MIN_CHARS,
        old_problem: problems.old,
        new_problem: problems.new,
    };
    turn.page(status, &page)
}
