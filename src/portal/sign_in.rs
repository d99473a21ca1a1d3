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
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::kept_post::KeptPost;
use crate::portal::known;
use crate::portal::need::Need;
use crate::portal::page::Errand;
use crate::portal::page::SignInPage;
use crate::portal::refusal;
use crate::portal::response;
use crate::portal::token::Purpose;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::portal::visitor::Visitor;
use crate::portal::waiver;
use crate::portal::words;
use crate::secret::Secret;
use crate::session::SessionToken;
use crate::session::cookie::CookieKind;

/// What the page says besides the form.
#[derive(Debug, Default)]
pub(crate) struct Say {
    pub(crate) login: String,
    pub(crate) notice: Option<String>,
    pub(crate) problem: Option<String>,
}

impl Say {
    /// Something to know first.
    pub(crate) fn notice(text: String) -> Self {
        Self { notice: Some(text), ..Self::default() }
    }

    pub(crate) fn problem(login: &str, text: String) -> Self {
        Self { login: login.to_owned(), problem: Some(text), ..Self::default() }
    }
}

struct SignInForm {
    login: String,
    password: Secret<String>,
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

/// `GET /sign-in`.
pub(crate) async fn show(turn: &Turn) -> Outcome {
    let (_, going) = turn.query(&[])?;
    if turn.signed_in().is_some() {
        return Ok(response::see_other(going.next.as_str()));
    }
    page(turn, &going, Say::default(), StatusCode::OK)
}

/// `POST /sign-in`.
pub(crate) async fn submit(turn: &Turn) -> Outcome {
    let form = turn.form::<SignInForm>()?;
    let going = form.going.clone();
    let Some(visitor) = &turn.visitor else {
        let say = Say::problem("", turn.say("sign-in-no-cookie"));
        return page(turn, &going, say, StatusCode::FORBIDDEN);
    };
    let opened = form.open(&turn.core.tokens, Purpose::SignIn, visitor.id().as_bytes());
    let Ok((form, going)) = opened else {
        if turn.signed_in().is_some() {
            return Ok(response::see_other(going.next.as_str()));
        }
        let say = Say::problem("", turn.say("sign-in-stale"));
        return page(turn, &going, say, StatusCode::FORBIDDEN);
    };
    let (visit, known) = (turn.visit(), known::of(turn));
    let ceremonies = &turn.core.ceremonies;
    let outcome = ceremonies.sign_in(&visit, &form.login, &form.password, known.as_ref()).await;
    match outcome.map_err(|error| turn.failed(&error))? {
        SignIn::Opened { token, next } => opened_session(turn, visitor, &token, next, going).await,
        SignIn::Wrong => {
            // One text for every cause.
            let say = Say::problem(&form.login, turn.say("sign-in-wrong"));
            page(turn, &going, say, StatusCode::UNAUTHORIZED)
        }
        SignIn::Wait { until } => {
            let seconds = turn.seconds_until(until);
            let wait = turn.language.wait(seconds);
            let text = turn.language.with("too-many-attempts", "wait", &wait);
            let say = Say::problem(&form.login, text);
            let mut answer = page(turn, &going, say, StatusCode::TOO_MANY_REQUESTS)?;
            response::retry_after(&mut answer, seconds);
            Ok(answer)
        }
        SignIn::Busy => {
            let say = Say::problem(&form.login, words::busy(turn));
            let mut answer = page(turn, &going, say, StatusCode::SERVICE_UNAVAILABLE)?;
            response::retry_after(&mut answer, words::BUSY_SECONDS);
            Ok(answer)
        }
        SignIn::EnrolmentClosed => Ok(refusal::enrolment_closed(turn)),
    }
}

/// The page, with a visitor cookie if the browser has none.
pub(crate) fn page(turn: &Turn, going: &Going, say: Say, status: StatusCode) -> Outcome {
    let fresh = match &turn.visitor {
        Some(_) => None,
        None => Some(new_visitor(turn)?),
    };
    let visitor = turn.visitor.as_ref().or(fresh.as_ref()).ok_or(Refusal::Internal)?;
    let mut answer = page_for(turn, visitor, going, say, status)?;
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
pub(crate) fn page_for(
    turn: &Turn,
    visitor: &Visitor,
    going: &Going,
    say: Say,
    status: StatusCode,
) -> Outcome {
    let errand = Errand {
        csrf: turn.core.tokens.issue(Purpose::SignIn, visitor.id().as_bytes()),
        next: going.next.to_string(),
        kept: going.kept.clone(),
    };
    let passkey = turn.core.ceremonies.ask_anybody(&turn.visit(), visitor.id());
    let page = SignInPage {
        chrome: turn.chrome_of("/sign-in", going),
        errand,
        site: turn.site_name(),
        passkey: passkey.map_err(|error| turn.failed(&error))?,
        again: turn.address("/sign-in", &going.next),
        login: say.login,
        notice: say.notice,
        problem: say.problem,
    };
    turn.page(status, &page)
}

/// The password was right: a session of the first level replaces whatever was there.
async fn opened_session(
    turn: &Turn,
    visitor: &Visitor,
    token: &SessionToken,
    next: NextStep,
    going: Going,
) -> Outcome {
    if let Some(old) = &turn.asking.session {
        let ended = turn.core.ceremonies.sign_out(&turn.visit(), old).await;
        ended.map_err(|error| turn.failed(&error))?;
    }
    let session = turn.core.directory.find(&token.key()).ok_or(Refusal::Internal)?;
    let (going, kept) = claim(turn, visitor, &session, going)?;
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
    let cookie = turn.asking.cookies.set(CookieKind::Session, token.expose());
    response::set_cookie(&mut answer, &cookie);
    remember(turn, &mut answer, &visitor.signed_in(&turn.mark(&session)));
    Ok(answer)
}

/// From now on a kept form belongs to who signed in; a form of somebody else is dropped.
pub(crate) fn claim(
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
