//! The page that a password link leads to: whoever was handed the link chooses the account's password, once, and signs in
//! with it like anybody. A link that is unknown, used, over or void is answered alike; looking at it spends nothing.

use http::HeaderValue;
use http::StatusCode;
use http::header;

use crate::ceremony::Chosen;
use crate::ceremony::ChosenPassword;
use crate::ceremony::Invited;
use crate::operate;
use crate::password;
use crate::policy::Refusal;
use crate::portal::account::password::unacceptable;
use crate::portal::endpoint::Served;
use crate::portal::endpoint::served;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::page::Page;
use crate::portal::page::WelcomePage;
use crate::portal::page::WelcomeVoidPage;
use crate::portal::response;
use crate::portal::said::Said;
use crate::portal::sign_in;
use crate::portal::token::Purpose;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::secret::Secret;

/// The page.
const PAGE: &str = operate::WELCOME;

/// The field with the token, of its address and of its form.
const LINK: &str = operate::LINK_FIELD;

/// What is where.
pub(crate) const ENDPOINTS: &[Served] =
    &[served!(GET PAGE, Anyone => show), served!(POST PAGE, Anyone => submit)];

struct WelcomeForm {
    link: Secret<String>,
    login: String,
    typed: ChosenPassword,
}

impl Form for WelcomeForm {
    const FIELDS: &'static [&'static str] = &[LINK, "login", "new", "again"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let mut secret = |name| fields.required(name).map(|text| Secret::new(text.to_string()));
        let typed = ChosenPassword { new: secret("new")?, again: secret("again")? };
        let link = secret(LINK)?;
        Ok(Self { link, login: fields.required("login")?.to_string(), typed })
    }

    fn subject(&self) -> Vec<u8> {
        subject()
    }
}

/// What the token of the form is for.
fn subject() -> Vec<u8> {
    format!("\0{PAGE}").into_bytes()
}

/// `GET /welcome`.
pub(crate) async fn show(turn: &Turn) -> Outcome {
    if !is_there(turn) {
        return Ok(turn.not_found());
    }
    let (mut fields, _) = turn.query(&[LINK])?;
    let link = Secret::new(fields.optional(LINK).map_or_else(String::new, |it| it.to_string()));
    let looked = turn.core.ceremonies.look_at_link(&turn.visit(), link.expose()).await;
    match looked.map_err(|error| turn.failed(&error))? {
        Invited::Good { login } => page(turn, (&link, login), &Said::default()),
        Invited::Void => void(turn),
        Invited::Wait { until } => waiting(turn, &Said::wait(turn, "too-many-attempts", until)),
    }
}

/// `POST /welcome`.
pub(crate) async fn submit(turn: &Turn) -> Outcome {
    if !is_there(turn) {
        return Ok(turn.not_found());
    }
    let form = turn.form::<WelcomeForm>()?;
    let again = |key| Said::problem(StatusCode::FORBIDDEN, turn.say(key));
    let Some(visitor) = &turn.visitor else {
        return waiting(turn, &again("sign-in-no-cookie"));
    };
    let opened = form.open(&turn.core.tokens, Purpose::SignIn, visitor.id().as_bytes());
    let Ok((WelcomeForm { link, login, typed }, _)) = opened else {
        return waiting(turn, &again("welcome-stale"));
    };
    let chosen = turn.core.ceremonies.choose_by_link(&turn.visit(), link.expose(), &typed).await;
    let bad = |text| Said::problem(StatusCode::BAD_REQUEST, text);
    let said = match chosen.map_err(|error| turn.failed(&error))? {
        Chosen::Set => return Ok(response::see_other(&turn.core.address("/sign-in"))),
        Chosen::Void | Chosen::SignedIn(_) => return void(turn),
        Chosen::Unequal => bad(turn.say("password-unequal")),
        Chosen::Same => bad(turn.say("new-password-same")),
        Chosen::Unacceptable(reason) => bad(unacceptable(turn, reason)),
        Chosen::Wait { until } => Said::wait(turn, "too-many-attempts", until),
        Chosen::Busy => Said::busy(turn),
    };
    page(turn, (&link, login), &said)
}

/// Whether the gateway's own accounts sign in here.
fn is_there(turn: &Turn) -> bool {
    turn.asking.site.source().is_none()
}

/// No such link; one text for every cause.
fn void(turn: &Turn) -> Outcome {
    waiting(turn, &Said::problem(StatusCode::UNAUTHORIZED, turn.say("welcome-void")))
}

/// The page without a form.
fn waiting(turn: &Turn, said: &Said) -> Outcome {
    let page = WelcomeVoidPage {
        chrome: turn.core.chrome(turn.language, None),
        problem: said.problem.clone().unwrap_or_default(),
    };
    shown(turn, said, &page)
}

fn page(turn: &Turn, (link, login): (&Secret<String>, String), said: &Said) -> Outcome {
    let fresh = match &turn.visitor {
        Some(_) => None,
        None => Some(sign_in::new_visitor(turn)?),
    };
    let visitor = turn.visitor.as_ref().or(fresh.as_ref()).ok_or(Refusal::Internal)?;
    let binding = [visitor.id().as_bytes(), &subject()].concat();
    let page = WelcomePage {
        chrome: turn.chrome(),
        csrf: turn.core.tokens.issue(Purpose::SignIn, &binding),
        site: turn.asking.site.authority().to_owned(),
        link: link.expose().clone(),
        login,
        least: password::MIN_CHARS,
        problem: said.problem.clone(),
    };
    let mut answer = shown(turn, said, &page)?;
    if let Some(visitor) = &fresh {
        sign_in::remember(turn, &mut answer, visitor);
    }
    Ok(answer)
}

/// A page as an answer. The address of this one is a secret: no browser tells it to whatever comes next. With
/// `no-referrer` it would send our own form with `Origin: null`, so it tells the origin and nothing more.
fn shown(turn: &Turn, said: &Said, page: &impl Page) -> Outcome {
    let mut answer = turn.page_saying(said, page)?;
    let policy = HeaderValue::from_static("strict-origin");
    answer.headers_mut().insert(header::REFERRER_POLICY, policy);
    Ok(answer)
}
