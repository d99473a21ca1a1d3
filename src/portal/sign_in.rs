//! User name and password.

use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use http::Response;
use http::StatusCode;

use crate::ceremony::NextStep;
use crate::ceremony::SignIn;
use crate::directory::LiveSession;
use crate::policy::Refusal;
use crate::portal::arrival;
use crate::portal::challenge;
use crate::portal::console_basic;
use crate::portal::console_login;
use crate::portal::endpoint::Served;
use crate::portal::endpoint::served;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::kept_post::KeptPost;
use crate::portal::known;
use crate::portal::need::Need;
use crate::portal::new_password;
use crate::portal::page::Errand;
use crate::portal::page::SignInPage;
use crate::portal::passkey;
use crate::portal::refusal;
use crate::portal::response;
use crate::portal::return_to::ReturnTo;
use crate::portal::said::Said;
use crate::portal::second_factor_first;
use crate::portal::token::Purpose;
use crate::portal::trusted_header;
use crate::portal::turn::End;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::portal::visitor::Visitor;
use crate::portal::waiver;
use crate::secret::Secret;
use crate::session::SessionToken;
use crate::session::cookie::CookieKind;

/// What the page says besides the form.
#[derive(Debug, Default)]
pub(crate) struct Say {
    /// What was typed before.
    pub(crate) login: String,
    /// Something to know first.
    pub(crate) notice: Option<String>,
    /// How an attempt ended.
    pub(crate) said: Said,
}

impl Say {
    /// Something to know before one signs in, where that was not asked for.
    pub(crate) fn notice(text: String) -> Self {
        let said = Said::nothing(StatusCode::UNAUTHORIZED);
        Self { notice: Some(text), said, ..Self::default() }
    }
}

impl From<Said> for Say {
    fn from(said: Said) -> Self {
        Self { said, ..Self::default() }
    }
}

/// What was typed.
pub(crate) struct SignInForm {
    pub(crate) login: String,
    pub(crate) password: Secret<String>,
}

impl Form for SignInForm {
    const FIELDS: &'static [&'static str] = &["login", "password"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self {
            login: fields.required("login")?.to_string(),
            password: Secret::new(fields.required("password")?.to_string()),
        })
    }
}

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    served!(GET "/sign-in", Anyone => show),
    served!(POST "/sign-in", Anyone => submit),
    served!(GET second_factor_first::NONE_YET, Anyone => second_factor_first::none_yet),
    served!(POST "/sign-in/passkey", Anyone => passkey::sign_in),
];

/// `GET /sign-in`.
pub(crate) async fn show(turn: &Turn) -> Outcome {
    if let Some(trusted) = turn.asking.site.trusted_header() {
        return trusted_header::show(turn, trusted).await;
    }
    let (_, going) = turn.query(&[])?;
    if turn.signed_in().is_some() {
        return Ok(response::see_other(going.next.as_str()));
    }
    if let Some(form) = console_login::signs_in_first(&turn.asking.site) {
        return Ok(console_login::page_of(form));
    }
    page(turn, &going, Say::default())
}

/// `POST /sign-in`.
pub(crate) async fn submit(turn: &Turn) -> Outcome {
    if turn.asking.site.asks_second_factor_first() {
        return second_factor_first::submit(turn).await;
    }
    let (visitor, form, going) = opened::<SignInForm>(turn)?;
    if let Some(basic) = turn.asking.site.console_basic() {
        return console_basic::submit(turn, basic, (visitor, form, going)).await;
    }
    let (visit, known) = (turn.visit(), turn.known.as_ref());
    let ceremonies = &turn.core.ceremonies;
    let outcome = ceremonies.sign_in(&visit, &form.login, &form.password, known).await;
    let said = match outcome.map_err(|error| turn.failed(&error))? {
        SignIn::Opened { token, next } => {
            return opened_session(turn, visitor, &token, next, going).await;
        }
        SignIn::MustChange(right) => {
            return new_password::ask(turn, visitor, (&right, form.login), &going);
        }
        SignIn::EnrolmentClosed => return Ok(refusal::enrolment_closed(turn)),
        // One text for every cause.
        SignIn::Wrong => Said::problem(StatusCode::UNAUTHORIZED, turn.say("sign-in-wrong")),
        SignIn::Wait { until } => Said::wait(turn, "too-many-attempts", until),
        SignIn::Busy => Said::busy(turn),
    };
    page_again(turn, &going, (form.login, said))
}

/// The page after an attempt that signed nobody in.
pub(crate) fn page_again(turn: &Turn, going: &Going, (login, said): (String, Said)) -> Outcome {
    page(turn, going, Say { login, said, ..Say::default() })
}

/// To where people sign in, where that is no form of ours: at the console, or by the word of a sign-on.
fn elsewhere(turn: &Turn, next: &ReturnTo) -> Option<Response<Bytes>> {
    if let Some(form) = console_login::signs_in_first(&turn.asking.site) {
        return Some(console_login::page_of(form));
    }
    let trusted = turn.asking.site.trusted_header();
    trusted.map(|_| response::see_other(&turn.address("/sign-in", next)))
}

/// A form of this browser, in which nobody may have signed in yet.
///
/// # Errors
/// The page once more, or what else ends the request.
pub(crate) fn opened<T: Form>(turn: &Turn) -> Result<(&Visitor, T, Going), End> {
    if let Some(answer) = elsewhere(turn, &ReturnTo::home()) {
        return Err(answer.into());
    }
    let form = turn.form::<T>()?;
    let going = form.going.clone();
    let again = |key| {
        let said = Said::problem(StatusCode::FORBIDDEN, turn.say(key));
        page(turn, &going, said.into()).map_or_else(|end| end, End::from)
    };
    let Some(visitor) = &turn.visitor else {
        return Err(again("sign-in-no-cookie"));
    };
    match form.open(&turn.core.tokens, Purpose::SignIn, visitor.id().as_bytes()) {
        Ok((form, going)) => Ok((visitor, form, going)),
        Err(_) if turn.signed_in().is_some() => {
            Err(response::see_other(going.next.as_str()).into())
        }
        Err(_) => Err(again("sign-in-stale")),
    }
}

/// The page, with a visitor cookie if the browser has none.
pub(crate) fn page(turn: &Turn, going: &Going, say: Say) -> Outcome {
    let fresh = match &turn.visitor {
        Some(_) => None,
        None => Some(new_visitor(turn)?),
    };
    let visitor = turn.visitor.as_ref().or(fresh.as_ref()).ok_or(Refusal::Internal)?;
    let mut answer = page_for(turn, visitor, going, say)?;
    if let Some(visitor) = &fresh {
        remember(turn, &mut answer, visitor);
    }
    Ok(answer)
}

/// A visitor not seen before.
pub(crate) fn new_visitor(turn: &Turn) -> Result<Visitor, Refusal> {
    Visitor::new(turn.core.entropy.as_ref()).map_err(|_| Refusal::Internal)
}

/// Gives the browser its visitor cookie.
pub(crate) fn remember(turn: &Turn, answer: &mut Response<Bytes>, visitor: &Visitor) {
    let (cookies, value) = (turn.asking.cookies, visitor.value());
    let cookie = match visitor.known() {
        Some(_) => cookies.set_lasting(CookieKind::Visitor, &value, lasting()),
        None => cookies.set(CookieKind::Visitor, &value),
    };
    response::set_cookie(answer, &cookie);
}

fn lasting() -> u32 {
    u32::try_from(known::LIFETIME.as_secs()).unwrap_or(u32::MAX)
}

/// The page for a browser that has, or is given, this visitor cookie.
pub(crate) fn page_for(turn: &Turn, visitor: &Visitor, going: &Going, say: Say) -> Outcome {
    if let Some(answer) = elsewhere(turn, &going.next) {
        return Ok(answer);
    }
    if turn.asking.site.asks_second_factor_first() {
        return second_factor_first::page(turn, visitor, (going, say));
    }
    let errand = Errand {
        csrf: turn.core.tokens.issue(Purpose::SignIn, visitor.id().as_bytes()),
        next: going.next.to_string(),
        kept: going.kept.clone(),
    };
    let passkey = turn.core.ceremonies.ask_anybody(&turn.visit(), visitor.id());
    let page = SignInPage {
        chrome: turn.chrome_of("/sign-in", going),
        errand,
        site: turn.asking.site.authority().to_owned(),
        passkey: passkey.map_err(|error| turn.failed(&error))?,
        again: turn.address("/sign-in", &going.next),
        login: say.login,
        notice: say.notice,
        problem: say.said.problem.clone(),
    };
    turn.page_saying(&say.said, &page)
}

/// A session that was just opened replaces whatever was there, and what was kept is its owner's.
pub(crate) async fn entered(
    turn: &Turn,
    visitor: &Visitor,
    token: &SessionToken,
    going: Going,
) -> Result<(Arc<LiveSession>, Going, Option<KeptPost>), Refusal> {
    if let Some(old) = &turn.asking.session {
        let ended = turn.core.ceremonies.sign_out(&turn.visit(), old).await;
        ended.map_err(|error| turn.failed(&error))?;
    }
    let session = turn.core.directory.find(&token.key()).ok_or(Refusal::Internal)?;
    let (going, kept) = claim(turn, visitor, &session, going)?;
    Ok((session, going, kept))
}

/// The password was right: the session is one of the first level.
pub(crate) async fn opened_session(
    turn: &Turn,
    visitor: &Visitor,
    token: &SessionToken,
    next: NextStep,
    going: Going,
) -> Outcome {
    let (session, going, kept) = entered(turn, visitor, token, going).await?;
    let enough = match (&kept, next) {
        (_, NextStep::Enrol | NextStep::RecoveryCode) | (None, NextStep::Offer) => false,
        (Some(kept), NextStep::SecondFactor | NextStep::Offer | NextStep::Free) => {
            waiver::suffices(turn, &session, &Method::POST, &kept.target)
        }
        (None, NextStep::SecondFactor | NextStep::Free) => {
            waiver::suffices(turn, &session, &Method::GET, going.next.as_str())
        }
    };
    let mut answer = match (kept, next) {
        (Some(kept), _) if enough => arrival::offer_again(turn, kept)?,
        (Some(_), _) => {
            challenge::ask(turn, &session, &going, Need::default(), StatusCode::OK).await?
        }
        (None, _) if enough => response::see_other(going.next.as_str()),
        (None, NextStep::SecondFactor | NextStep::Free | NextStep::RecoveryCode) => {
            response::see_other(&turn.address("/challenge", &going.next))
        }
        (None, NextStep::Offer) => response::see_other(&turn.address("/set-up", &going.next)),
        (None, NextStep::Enrol) => response::see_other(&turn.address("/enrol", &going.next)),
    };
    turn.set_session(&mut answer, token);
    remember(turn, &mut answer, &visitor.signed_in(&turn.mark(&session)));
    Ok(answer)
}

/// From now on a kept form belongs to who signed in; a form of somebody else is dropped.
fn claim(
    turn: &Turn,
    visitor: &Visitor,
    session: &Arc<LiveSession>,
    going: Going,
) -> Result<(Going, Option<KeptPost>), Refusal> {
    let binding = [turn.asking.site.name.as_str(), visitor.id()];
    let sealer = &turn.core.sealer;
    let kept = going
        .kept
        .and_then(|kept| KeptPost::open(sealer, &binding, &kept))
        .and_then(|kept| kept.claimed_by(&turn.mark(session)));
    let carried = match &kept {
        Some(kept) => kept.seal(sealer, &binding).map_err(|_| Refusal::Internal)?,
        None => None,
    };
    Ok((Going { next: going.next, kept: carried }, kept))
}
