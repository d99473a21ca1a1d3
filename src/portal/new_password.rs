//! Another password after a sign-in that asks for one. That the old one was right is sealed into the page, for a few
//! minutes and this browser: nobody is signed in before the new one is chosen.

use std::time::Duration;

use http::StatusCode;

use crate::ceremony::Chosen;
use crate::ceremony::ChosenPassword;
use crate::ceremony::RightPassword;
use crate::ceremony::SignIn;
use crate::password;
use crate::policy::Refusal;
use crate::portal::account::password::unacceptable;
use crate::portal::endpoint::Served;
use crate::portal::endpoint::served;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::page::Errand;
use crate::portal::page::NewPasswordPage;
use crate::portal::refusal;
use crate::portal::said::Said;
use crate::portal::seal::Content;
use crate::portal::sign_in;
use crate::portal::token::Purpose;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::portal::visitor::Visitor;
use crate::secret::Secret;

/// Where the page is sent to.
const PAGE: &str = "/sign-in/new-password";

/// How long the old password counts.
const WITHIN: Duration = Duration::from_mins(10);

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[served!(POST PAGE, Anyone => submit)];

struct NewPasswordForm {
    login: String,
    proof: String,
    typed: ChosenPassword,
}

impl Form for NewPasswordForm {
    const FIELDS: &'static [&'static str] = &["login", "proof", "new", "again"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let mut secret = |name| fields.required(name).map(|text| Secret::new(text.to_string()));
        let typed = ChosenPassword { new: secret("new")?, again: secret("again")? };
        let login = fields.required("login")?.to_string();
        Ok(Self { login, proof: fields.required("proof")?.to_string(), typed })
    }

    fn subject(&self) -> Vec<u8> {
        subject()
    }
}

/// What the token of the form is for.
fn subject() -> Vec<u8> {
    format!("\0{PAGE}").into_bytes()
}

/// The page, after the right password was given.
pub(crate) fn ask(
    turn: &Turn,
    visitor: &Visitor,
    (right, login): (&RightPassword, String),
    going: &Going,
) -> Outcome {
    let binding = [turn.asking.site.name.as_str(), visitor.id()];
    let text = right.text().ok_or(Refusal::Internal)?;
    let sealed = turn.core.sealer.seal(Content::RightPassword, &binding, WITHIN, text.as_bytes());
    let proof = sealed.map_err(|_| Refusal::Internal)?;
    page(turn, visitor, (proof, login, going), &Said::default())
}

/// `POST /sign-in/new-password`.
pub(crate) async fn submit(turn: &Turn) -> Outcome {
    let (visitor, form, going) = sign_in::opened::<NewPasswordForm>(turn)?;
    let NewPasswordForm { login, proof, typed } = form;
    let binding = [turn.asking.site.name.as_str(), visitor.id()];
    let opened = turn.core.sealer.open(Content::RightPassword, &binding, &proof);
    let text = opened.and_then(|text| String::from_utf8(text.to_vec()).ok());
    let Some(right) = text.and_then(|text| RightPassword::parse(&text)) else {
        return over(turn, &going, login);
    };
    let chosen = turn.core.ceremonies.choose_after_sign_in(&turn.visit(), &right, &typed).await;
    let bad = |text| Said::problem(StatusCode::BAD_REQUEST, text);
    let said = match chosen.map_err(|error| turn.failed(&error))? {
        Chosen::SignedIn(SignIn::Opened { token, next }) => {
            return sign_in::opened_session(turn, visitor, &token, next, going).await;
        }
        Chosen::SignedIn(SignIn::EnrolmentClosed) => {
            return Ok(refusal::enrolment_closed(turn));
        }
        Chosen::Set | Chosen::Void | Chosen::SignedIn(_) => return over(turn, &going, login),
        Chosen::Unequal => bad(turn.say("password-unequal")),
        Chosen::Same => bad(turn.say("new-password-same")),
        Chosen::Unacceptable(reason) => bad(unacceptable(turn, reason)),
        Chosen::Wait { until } => Said::wait(turn, "too-many-attempts", until),
        Chosen::Busy => Said::busy(turn),
    };
    page(turn, visitor, (proof, login, &going), &said)
}

/// The old password does not count any more: people sign in again.
fn over(turn: &Turn, going: &Going, login: String) -> Outcome {
    let said = Said::problem(StatusCode::FORBIDDEN, turn.say("new-password-over"));
    sign_in::page_again(turn, going, (login, said))
}

fn page(
    turn: &Turn,
    visitor: &Visitor,
    (proof, login, going): (String, String, &Going),
    said: &Said,
) -> Outcome {
    let binding = [visitor.id().as_bytes(), &subject()].concat();
    let page = NewPasswordPage {
        chrome: turn.chrome(),
        errand: Errand {
            csrf: turn.core.tokens.issue(Purpose::SignIn, &binding),
            next: going.next.to_string(),
            kept: going.kept.clone(),
        },
        login,
        proof,
        least: password::MIN_CHARS,
        problem: said.problem.clone(),
    };
    turn.page_saying(said, &page)
}
