//! The first owner, made with the token that whoever runs the gateway finds in a file. The page is there only while there
//! is no owner and the token's time lasts, where the gateway's own accounts sign in and the administration is; otherwise there
//! is no such page.

use http::StatusCode;

use crate::ceremony::FirstOwner;
use crate::ceremony::TypedOwner;
use crate::password;
use crate::policy::Refusal;
use crate::portal::account::password::unacceptable;
use crate::portal::admin::door;
use crate::portal::endpoint::Served;
use crate::portal::endpoint::served;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::page::FirstOwnerPage;
use crate::portal::response;
use crate::portal::said::Said;
use crate::portal::sign_in;
use crate::portal::token::Purpose;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::secret::Secret;
use crate::subject::first_owner::FirstOwnerToken;

/// The page.
pub(crate) const PAGE: &str = "/first-owner";

/// What is where.
pub(crate) const ENDPOINTS: &[Served] =
    &[served!(GET PAGE, Anyone => show), served!(POST PAGE, Anyone => submit)];

struct FirstOwnerForm(TypedOwner);

impl Form for FirstOwnerForm {
    const FIELDS: &'static [&'static str] = &["token", "login", "name", "password", "again"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let mut secret = |name| fields.required(name).map(|text| Secret::new(text.to_string()));
        let (password, again) = (secret("password")?, secret("again")?);
        Ok(Self(TypedOwner {
            token: FirstOwnerToken::typed(&fields.required("token")?),
            login: fields.required("login")?.to_string(),
            name: fields.required("name")?.to_string(),
            password,
            again,
        }))
    }

    fn subject(&self) -> Vec<u8> {
        subject()
    }
}

/// What the token of the form is for.
fn subject() -> Vec<u8> {
    format!("\0{PAGE}").into_bytes()
}

/// What was typed, but for secrets.
#[derive(Default)]
struct Kept {
    login: String,
    name: String,
}

/// `GET /first-owner`.
pub(crate) async fn show(turn: &Turn) -> Outcome {
    if !is_there(turn).await? {
        return Ok(turn.not_found());
    }
    turn.query(&[])?;
    page(turn, Kept::default(), &Said::default())
}

/// `POST /first-owner`.
pub(crate) async fn submit(turn: &Turn) -> Outcome {
    if !is_there(turn).await? {
        return Ok(turn.not_found());
    }
    let form = turn.form::<FirstOwnerForm>()?;
    let again = |key| Said::problem(StatusCode::FORBIDDEN, turn.say(key));
    let Some(visitor) = &turn.visitor else {
        return page(turn, Kept::default(), &again("sign-in-no-cookie"));
    };
    let opened = form.open(&turn.core.tokens, Purpose::SignIn, visitor.id().as_bytes());
    let Ok((FirstOwnerForm(typed), _)) = opened else {
        return page(turn, Kept::default(), &again("sign-in-stale"));
    };
    let made = turn.core.ceremonies.make_first_owner(&turn.visit(), &typed).await;
    let outcome = made.map_err(|error| turn.failed(&error))?;
    if outcome == FirstOwner::Made {
        return Ok(response::see_other(&turn.core.address("/sign-in")));
    }
    if outcome == FirstOwner::Gone {
        return Ok(turn.not_found());
    }
    page(turn, Kept { login: typed.login, name: typed.name }, &said(turn, outcome))
}

/// Whether there is such a page, here and now.
async fn is_there(turn: &Turn) -> Result<bool, Refusal> {
    if turn.asking.site.source().is_some() || !door::is_there(turn) {
        return Ok(false);
    }
    let awaits = turn.core.ceremonies.awaits_first_owner().await;
    awaits.map_err(|error| turn.failed(&error))
}

/// Why nobody was made the owner.
fn said(turn: &Turn, outcome: FirstOwner) -> Said {
    let bad = |text| Said::problem(StatusCode::BAD_REQUEST, text);
    match outcome {
        FirstOwner::Wait { until } => Said::wait(turn, "too-many-attempts", until),
        FirstOwner::Busy => Said::busy(turn),
        FirstOwner::BadLogin => bad(turn.say("first-owner-login-bad")),
        FirstOwner::LoginTaken => bad(turn.say("first-owner-login-taken")),
        FirstOwner::BadName => bad(turn.say("first-owner-name-bad")),
        FirstOwner::Unequal => bad(turn.say("password-unequal")),
        FirstOwner::Unacceptable(reason) => bad(unacceptable(turn, reason)),
        // One text for every cause.
        FirstOwner::Wrong | FirstOwner::Gone | FirstOwner::Made => {
            Said::problem(StatusCode::UNAUTHORIZED, turn.say("first-owner-wrong"))
        }
    }
}

fn page(turn: &Turn, kept: Kept, said: &Said) -> Outcome {
    let fresh = match &turn.visitor {
        Some(_) => None,
        None => Some(sign_in::new_visitor(turn)?),
    };
    let visitor = turn.visitor.as_ref().or(fresh.as_ref()).ok_or(Refusal::Internal)?;
    let binding = [visitor.id().as_bytes(), &subject()].concat();
    let page = FirstOwnerPage {
        chrome: turn.chrome(),
        csrf: turn.core.tokens.issue(Purpose::SignIn, &binding),
        site: turn.asking.site.authority().to_owned(),
        login: kept.login,
        name: kept.name,
        least: password::MIN_CHARS,
        problem: said.problem.clone(),
    };
    let mut answer = turn.page_saying(said, &page)?;
    if let Some(visitor) = &fresh {
        sign_in::remember(turn, &mut answer, visitor);
    }
    Ok(answer)
}
