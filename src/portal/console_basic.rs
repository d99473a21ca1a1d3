//! People who sign in with user name and password of a console that asks for HTTP Basic: on our page, and the console
//! is asked whether they are right.

use http::StatusCode;

use crate::ceremony::ConsoleAttempt;
use crate::ceremony::ConsoleTry;
use crate::ceremony::SignIn;
use crate::console_desk::probe::Question;
use crate::console_desk::probe::Verdict;
use crate::console_login::ConsoleBasic;
use crate::console_login::Further;
use crate::console_login::basic::BasicCredentials;
use crate::console_login::basic::Place;
use crate::policy::Refusal;
use crate::portal::form::Going;
use crate::portal::refusal;
use crate::portal::said::Said;
use crate::portal::sign_in;
use crate::portal::sign_in::SignInForm;
use crate::portal::sign_in::opened_session;
use crate::portal::turn::End;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::portal::visitor::Visitor;
use crate::subject::LoginName;

/// User name and password were sent.
pub(crate) async fn submit(
    turn: &Turn,
    basic: &ConsoleBasic,
    (visitor, form, going): (&Visitor, SignInForm, Going),
) -> Outcome {
    let again = |said| sign_in::page_again(turn, &going, (form.login.clone(), said));
    let Some((login, typed)) = basic.typed(&form.login, &form.password) else {
        return again(match turn.core.ceremonies.console_not_asked(&turn.visit()) {
            Some(until) => Said::wait(turn, "too-many-attempts", until),
            None => wrong(turn),
        });
    };
    match verified(turn, basic, (login, &typed)).await? {
        Ok(attempt) => let_in(turn, basic, *attempt, (visitor, &typed, going)).await,
        Err(NotVerified { said, refusal }) => {
            let mut answer = again(said)?;
            if let Some(refusal) = refusal {
                answer.extensions_mut().insert(refusal);
            }
            Ok(answer)
        }
    }
}

/// Why nobody is signed in, as the page says it, and for whoever counts refusals.
struct NotVerified {
    said: Said,
    refusal: Option<Refusal>,
}

impl From<Said> for NotVerified {
    fn from(said: Said) -> Self {
        Self { said, refusal: None }
    }
}

/// An attempt that the console calls right. Everything is charged before it is asked.
async fn verified(
    turn: &Turn,
    basic: &ConsoleBasic,
    (login, typed): (LoginName, &BasicCredentials),
) -> Result<Result<Box<ConsoleAttempt>, NotVerified>, End> {
    let (ceremonies, visit, known) = (&turn.core.ceremonies, turn.visit(), turn.known.as_ref());
    let (desk, site) = (&turn.core.desk, turn.asking.site.name.as_str());
    let tried = ceremonies.try_console_login(&visit, login, known).await;
    let attempt = match granted(turn, tried.map_err(|error| turn.failed(&error))?) {
        Ok(attempt) => attempt,
        Err(said) => return Ok(Err(said.into())),
    };
    if desk.known_wrong.has(site, typed, turn.core.clock.now()) {
        return not_let_in(turn, &attempt, "console_refused_before", wrong(turn).into()).await;
    }
    let may = ceremonies.may_ask_console(&visit, attempt, basic).await;
    let attempt = match granted(turn, may.map_err(|error| turn.failed(&error))?) {
        Ok(attempt) => attempt,
        Err(said) => return Ok(Err(said.into())),
    };
    let question = Question {
        site: &turn.asking.site,
        client: &turn.asking.client,
        request_id: &turn.asking.request_id,
        credentials: typed,
    };
    match turn.core.probe.ask(question).await {
        Verdict::Right => Ok(Ok(attempt)),
        Verdict::Wrong => {
            desk.known_wrong.note(site, typed, turn.core.clock.now());
            not_let_in(turn, &attempt, "console_refused", wrong(turn).into()).await
        }
        Verdict::Unclear => {
            let told = plainly(turn, Refusal::LoginRefused);
            not_let_in(turn, &attempt, "console_unclear", told).await
        }
        Verdict::Unanswered(refusal) => {
            not_let_in(turn, &attempt, refusal.name(), plainly(turn, refusal)).await
        }
    }
}

fn granted(turn: &Turn, tried: ConsoleTry) -> Result<Box<ConsoleAttempt>, Said> {
    match tried {
        ConsoleTry::Granted(attempt) => Ok(attempt),
        ConsoleTry::Wait { until } => Err(Said::wait(turn, "too-many-attempts", until)),
        ConsoleTry::Closed => Err(wrong(turn)),
    }
}

/// Writes it down.
async fn not_let_in(
    turn: &Turn,
    attempt: &ConsoleAttempt,
    reason: &str,
    told: NotVerified,
) -> Result<Result<Box<ConsoleAttempt>, NotVerified>, End> {
    let (ceremonies, visit) = (&turn.core.ceremonies, turn.visit());
    let noted = ceremonies.console_let_nobody_in(&visit, Some(attempt), reason).await;
    noted.map_err(|error| turn.failed(&error))?;
    Ok(Err(told))
}

/// The console called it right: a session at the first level, which keeps what the console is told from now on.
async fn let_in(
    turn: &Turn,
    basic: &ConsoleBasic,
    attempt: ConsoleAttempt,
    (visitor, typed, going): (&Visitor, &BasicCredentials, Going),
) -> Outcome {
    let (ceremonies, core) = (&turn.core.ceremonies, &turn.core);
    let signed_in =
        ceremonies.console_let_in(&turn.visit(), attempt, (basic.unknown, Further::Asked)).await;
    let (token, next) = match signed_in.map_err(|error| turn.failed(&error))? {
        SignIn::Opened { token, next } => (token, next),
        SignIn::EnrolmentClosed => return Ok(refusal::enrolment_closed(turn)),
        SignIn::Wrong | SignIn::MustChange(_) | SignIn::Wait { .. } | SignIn::Busy => {
            return sign_in::page_again(turn, &going, (typed.user().to_owned(), wrong(turn)));
        }
    };
    let session = core.directory.find(&token.key()).ok_or(Refusal::Internal)?;
    let place = Place {
        site: turn.asking.site.name.as_str(),
        source: &basic.source,
        binding: &session.record.binding,
    };
    let sealed = core.desk.credentials.seal(place, typed).map_err(|_| Refusal::Internal)?;
    session.keep_credentials(sealed);
    let settled = ceremonies.console_was_right(&session.record.subject, basic).await;
    settled.map_err(|error| turn.failed(&error))?;
    opened_session(turn, visitor, &token, next, going).await
}

/// One text for every cause.
fn wrong(turn: &Turn) -> Said {
    Said::problem(StatusCode::UNAUTHORIZED, turn.say("sign-in-wrong"))
}

/// That it could not be decided, and why.
fn plainly(turn: &Turn, refusal: Refusal) -> NotVerified {
    let said = Said::problem(refusal.status(), turn.say(refusal.message()));
    NotVerified { said, refusal: Some(refusal) }
}
