//! Another password.

use std::sync::Arc;

use http::StatusCode;

use super::done_in;
use super::prove_first;
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
use crate::portal::form::Going;
use crate::portal::page::PasswordPage;
use crate::portal::posted;
use crate::portal::said::Said;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
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

/// The field that something is wrong with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Old,
    New,
}

/// Where somebody changes their password; not here, where it is the console's.
pub(super) fn address(turn: &Turn, session: &LiveSession) -> Option<String> {
    session.profile.login.source().is_none().then(|| turn.core.address(PAGE))
}

/// `GET /account/password`.
pub(crate) async fn show(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    turn.query(&[])?;
    if address(turn, session).is_none() {
        return Ok(turn.not_found());
    }
    let summary = turn.core.ceremonies.summary(session).await;
    if summary.map_err(|error| turn.failed(&error))?.standing != Standing::Fresh {
        return Ok(prove_first(turn, PAGE));
    }
    page(turn, session, Field::Old, &Said::default())
}

/// `POST /account/password`.
pub(crate) async fn submit(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (form, going) = posted::opened::<PasswordForm>(turn, session)?;
    if address(turn, session).is_none() {
        return Ok(turn.not_found());
    }
    let new = |text| (Field::New, Said::problem(StatusCode::BAD_REQUEST, text));
    if form.again.expose() != form.typed.new.expose() {
        let (field, said) = new(turn.say("password-unequal"));
        return page(turn, session, field, &said);
    }
    let (visit, known) = (turn.visit(), turn.known.as_ref());
    let ceremonies = &turn.core.ceremonies;
    let outcome = ceremonies.change_password(&visit, session, &form.typed, known).await;
    let (field, said) = match outcome.map_err(|error| turn.failed(&error))? {
        PasswordOutcome::Changed { token } => return Ok(done_in(turn, "password", &token)),
        PasswordOutcome::NeedProof => return Ok(prove_first(turn, PAGE)),
        PasswordOutcome::SessionOver => return challenge::timed_out(turn, &going),
        PasswordOutcome::Unacceptable(reason) => new(unacceptable(turn, reason)),
        PasswordOutcome::Same => new(turn.say("new-password-same")),
        PasswordOutcome::Wrong => {
            let text = turn.say("password-old-wrong");
            (Field::Old, Said::problem(StatusCode::UNAUTHORIZED, text))
        }
        PasswordOutcome::Wait { until } => {
            (Field::Old, Said::wait(turn, "too-many-attempts", until))
        }
        PasswordOutcome::Busy => (Field::Old, Said::busy(turn)),
    };
    page(turn, session, field, &said)
}

pub(crate) fn unacceptable(turn: &Turn, reason: Unacceptable) -> String {
    match reason {
        Unacceptable::TooShort => {
            turn.language.with("password-too-short", "least", password::MIN_CHARS)
        }
        Unacceptable::TooLong => turn.say("password-too-long"),
        Unacceptable::Common => turn.say("password-common"),
        Unacceptable::ContainsLogin => turn.say("password-contains-login"),
    }
}

fn page(turn: &Turn, session: &Arc<LiveSession>, field: Field, said: &Said) -> Outcome {
    let problem_with = |one| said.problem.clone().filter(|_| field == one);
    let page = PasswordPage {
        chrome: turn.chrome(),
        errand: turn.errand(session, &Going::nowhere()),
        login: session.profile.login.name().to_owned(),
        least: password::MIN_CHARS,
        old_problem: problem_with(Field::Old),
        new_problem: problem_with(Field::New),
    };
    turn.page_saying(said, &page)
}
