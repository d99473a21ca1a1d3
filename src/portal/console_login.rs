//! People who sign in at the console itself: charged before it is asked, taken into a session when it lets them in,
//! and given its answer when they have proved the rest.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use http::Request;
use http::Response;
use http::header;
use http::request;
use http::uri::PathAndQuery;

use super::Asking;
use super::Core;
use super::Portal;
use crate::ceremony::ConsoleAttempt;
use crate::ceremony::ConsoleTry;
use crate::ceremony::SignIn;
use crate::console_desk::FromConsole;
use crate::console_desk::Waiting;
use crate::console_login::ConsoleForm;
use crate::console_login::Order;
use crate::console_login::cookies::Holder;
use crate::console_login::cookies::SetCookie;
use crate::console_login::elsewhere;
use crate::directory::LiveSession;
use crate::entropy::EntropyFailed;
use crate::policy::Demand;
use crate::policy::Excuse;
use crate::policy::Refusal;
use crate::policy::Standing;
use crate::portal::api;
use crate::portal::arrival;
use crate::portal::endpoint::Served;
use crate::portal::endpoint::served;
use crate::portal::form::Going;
use crate::portal::known;
use crate::portal::refusal;
use crate::portal::response;
use crate::portal::return_to::ReturnTo;
use crate::portal::said::Said;
use crate::portal::sign_in;
use crate::portal::sign_in::opened_session;
use crate::portal::turn::End;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::portal::waiver;
use crate::site::Site;
use crate::subject::LoginName;

/// Where the console's answer is fetched.
pub(crate) const PAGE: &str = "/continue";

impl Portal {
    /// Charges a login before the console is asked; otherwise what is answered in its stead.
    ///
    /// # Errors
    /// The answer.
    pub async fn try_console_login(
        &self,
        request: &Request<Bytes>,
        asking: &Asking,
        login: LoginName,
    ) -> Result<Box<ConsoleAttempt>, Box<Response<Bytes>>> {
        let turn = self.turn(request, asking)?;
        let known = turn.known.as_ref();
        let (ceremonies, visit) = (&turn.core.ceremonies, turn.visit());
        let tried = ceremonies.try_console_login(&visit, login, known).await;
        let outcome = match tried.map_err(|error| turn.failed(&error)) {
            Ok(ConsoleTry::Granted(attempt)) => return Ok(attempt),
            Ok(ConsoleTry::Wait { until }) => {
                let said = Said::wait(&turn, "too-many-attempts", until);
                Ok(refusal::throttled(&turn, &said))
            }
            Ok(ConsoleTry::Closed) => Err(Refusal::LoginRefused.into()),
            Err(refusal) => Err(End::from(refusal)),
        };
        Err(Box::new(finished(&turn, outcome)))
    }

    /// Charges somebody's way back from a provider of the console's, before the console is asked; otherwise what is
    /// answered in its stead.
    ///
    /// # Errors
    /// The answer.
    pub fn may_come_back(
        &self,
        request: &Request<Bytes>,
        asking: &Asking,
    ) -> Result<(), Box<Response<Bytes>>> {
        let turn = self.turn(request, asking)?;
        match turn.core.ceremonies.may_come_back(&turn.visit()) {
            None => Ok(()),
            Some(until) => {
                let said = Said::wait(&turn, "too-many-attempts", until);
                Err(Box::new(finished(&turn, Ok(refusal::throttled(&turn, &said)))))
            }
        }
    }

    /// The console says who it let in: the attempt is theirs, and is charged to them. Otherwise what is answered.
    ///
    /// # Errors
    /// The answer.
    pub async fn console_named(
        &self,
        request: &Request<Bytes>,
        asking: &Asking,
        attempt: Option<Box<ConsoleAttempt>>,
        login: LoginName,
    ) -> Result<Box<ConsoleAttempt>, Box<Response<Bytes>>> {
        match attempt {
            Some(attempt) if *attempt.login() == login => Ok(attempt),
            Some(attempt) => {
                self.core.ceremonies.was_called(&attempt);
                self.try_console_login(request, asking, login).await
            }
            None => {
                let turn = self.turn(request, asking)?;
                let named = turn.core.ceremonies.came_back(&turn.visit(), login).await;
                named.map_err(|error| {
                    let refused = turn.failed(&error);
                    Box::new(finished(&turn, Err(refused.into())))
                })
            }
        }
    }

    /// The console let somebody in with this answer, which waits until they have proved the rest. `sent` are the
    /// session cookies that the login was sent with.
    pub async fn console_let_in(
        &self,
        request: &Request<Bytes>,
        asking: &Asking,
        attempt: ConsoleAttempt,
        (answer, sent): (Response<Bytes>, &[SetCookie]),
    ) -> Response<Bytes> {
        let turn = match self.turn(request, asking) {
            Ok(turn) => turn,
            Err(answer) => return *answer,
        };
        let target = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
        let proved = asking.session.as_ref().filter(|session| {
            let first = asking.site.asks_second_factor_first();
            first && session.record.has_second_factor()
        });
        let outcome = match proved {
            Some(session) => completed(&turn, session, attempt, (answer, sent)).await,
            None => let_in(&turn, attempt, (answer, sent), target).await,
        };
        finished(&turn, outcome)
    }

    /// The console let nobody in, or did not say clearly that it did; who was signed in, is no more, unless it
    /// clearly said no.
    ///
    /// # Errors
    /// When that could not be written down: what is answered then.
    pub async fn console_let_nobody_in(
        &self,
        request: &Request<Bytes>,
        asking: &Asking,
        (attempt, reason): (Option<&ConsoleAttempt>, &str),
        ends: Option<&Arc<LiveSession>>,
    ) -> Result<(), Box<Response<Bytes>>> {
        let turn = self.turn(request, asking)?;
        let (ceremonies, visit) = (&turn.core.ceremonies, turn.visit());
        let mut done = ceremonies.console_let_nobody_in(&visit, attempt, reason).await.map(drop);
        if let (Ok(()), Some(session)) = (&done, ends) {
            done = ceremonies.end_binding(&visit, session, reason).await;
        }
        done.map_err(|error| {
            let refused = turn.failed(&error);
            Box::new(finished(&turn, Err(refused.into())))
        })
    }

    /// A login under another name ends the session before the console is asked, and whatever it was raised to
    /// meanwhile: where the console raises the session it has, nobody's page may become somebody else's.
    ///
    /// # Errors
    /// When that is not certain: what is answered then.
    pub async fn console_login_ends(
        &self,
        request: &Request<Bytes>,
        asking: &Asking,
        session: &LiveSession,
    ) -> Result<(), Box<Response<Bytes>>> {
        let turn = self.turn(request, asking)?;
        let ended = turn.core.ceremonies.end_binding(&turn.visit(), session, "another_user").await;
        ended.map_err(|error| {
            let refused = turn.failed(&error);
            Box::new(finished(&turn, Err(refused.into())))
        })
    }

    /// Somebody left the console, or it does not know them any more: their session here ends with the one there.
    pub async fn console_left(&self, request: &Request<Bytes>, asking: &Asking, reason: &str) {
        let (Ok(turn), Some(session)) = (self.turn(request, asking), &asking.session) else {
            return;
        };
        if let Err(error) = turn.core.ceremonies.end_binding(&turn.visit(), session, reason).await {
            tracing::error!(request_id = asking.request_id, %error, "a session outlives its console's");
        }
    }

    /// Where the console's answer to a login is fetched.
    #[must_use]
    pub fn console_answer(&self) -> String {
        self.core.address(PAGE)
    }
}

fn finished(turn: &Turn, outcome: Outcome) -> Response<Bytes> {
    let mut answer = turn.settle(outcome);
    if answer.extensions().get::<FromConsole>().is_none() {
        response::finish(answer.headers_mut(), &turn.asking.request_id);
    }
    answer
}

/// The login of somebody who gave their second factor before: it must be the same person's, else the session ends.
async fn completed(
    turn: &Turn,
    session: &Arc<LiveSession>,
    attempt: ConsoleAttempt,
    (answer, sent): (Response<Bytes>, &[SetCookie]),
) -> Outcome {
    let (ceremonies, visit) = (&turn.core.ceremonies, turn.visit());
    if session.profile.login != *attempt.login() {
        let refused =
            ceremonies.console_let_nobody_in(&visit, Some(&attempt), "another_user").await;
        refused.map_err(|error| turn.failed(&error))?;
        let ended = ceremonies.end_binding(&visit, session, "another_user").await;
        ended.map_err(|error| turn.failed(&error))?;
        return Err(Refusal::LoginRefused.into());
    }
    let raised = ceremonies.console_password(&visit, session, &attempt).await;
    let token = raised.map_err(|error| turn.failed(&error))?.ok_or(Refusal::SessionOver)?;
    let binding = &session.record.binding;
    let mut answer = for_session(turn, binding, answer, sent).map_err(|_| Refusal::Internal)?;
    turn.set_session(&mut answer, &token);
    known::remember(turn, &mut answer, session);
    answer.extensions_mut().insert(FromConsole);
    Ok(answer)
}

async fn let_in(
    turn: &Turn,
    attempt: ConsoleAttempt,
    (answer, sent): (Response<Bytes>, &[SetCookie]),
    target: &str,
) -> Outcome {
    let form = turn.asking.site.console_form().ok_or(Refusal::Internal)?;
    let (ceremonies, desk) = (&turn.core.ceremonies, &turn.core.desk);
    let signed_in =
        ceremonies.console_let_in(&turn.visit(), attempt, (form.unknown, form.further())).await;
    let (token, next) = match signed_in.map_err(|error| turn.failed(&error))? {
        SignIn::Opened { token, next } => (token, next),
        SignIn::EnrolmentClosed => return Ok(refusal::enrolment_closed(turn)),
        SignIn::Wrong | SignIn::MustChange(_) | SignIn::Wait { .. } | SignIn::Busy => {
            return Err(Refusal::LoginRefused.into());
        }
    };
    let session = turn.core.directory.find(&token.key()).ok_or(Refusal::Internal)?;
    let binding = &session.record.binding;
    let mut answer = for_session(turn, binding, answer, sent).map_err(|_| Refusal::Internal)?;
    if !turn.asking.person {
        // A script is told what is missing; who lacks nothing gets what the console said.
        if turn.excuse(&session) == Excuse::NotEnrolled {
            answer.extensions_mut().insert(FromConsole);
        } else {
            answer = refusal::unauthenticated(turn, Demand::SecondFactor);
        }
        if let Some(old) = &turn.asking.session {
            let ended = ceremonies.sign_out(&turn.visit(), old).await;
            ended.map_err(|error| turn.failed(&error))?;
        }
        turn.set_session(&mut answer, &token);
        return Ok(answer);
    }
    elsewhere::settle(answer.headers_mut(), target);
    let waiting = Waiting {
        owner: session.record.subject.clone(),
        method: turn.head.method.clone(),
        path: turn.head.uri.path().to_owned(),
        answer,
    };
    if desk.withhold(binding, waiting).is_err() {
        let ended = ceremonies.sign_out(&turn.visit(), &session).await;
        ended.map_err(|error| turn.failed(&error))?;
        return Err(Refusal::Busy.into());
    }
    let visitor = match &turn.visitor {
        Some(visitor) => visitor.clone(),
        None => sign_in::new_visitor(turn)?,
    };
    let next_page = turn.return_to(&turn.core.address(PAGE));
    opened_session(turn, &visitor, &token, next, Going { next: next_page, kept: None }).await
}

/// The answer with its session cookies sealed for the session; those that the login was sent with, and that it did
/// not renew, are sealed for it anew: the console may have raised them.
fn for_session(
    turn: &Turn,
    binding: &str,
    mut answer: Response<Bytes>,
    sent: &[SetCookie],
) -> Result<Response<Bytes>, EntropyFailed> {
    let (site, sealer): (&Site, _) = (&turn.asking.site, &turn.core.desk.sealer);
    let seal =
        |cookie: &SetCookie| sealer.seal(site.name.as_str(), Holder::Session(binding), cookie);
    let renewed = SetCookie::all(answer.headers());
    if let Some(lines) =
        site.session_cookies.sealed(answer.headers(), |cookie| seal(cookie).map(Some))?
    {
        answer.headers_mut().remove(header::SET_COOKIE);
        for line in lines {
            answer.headers_mut().append(header::SET_COOKIE, line);
        }
    }
    for before in sent {
        if !renewed.iter().any(|cookie| cookie.name == before.name) {
            let line = HeaderValue::from_str(&seal(before)?.line());
            if let Ok(line) = line {
                answer.headers_mut().append(header::SET_COOKIE, line);
            }
        }
    }
    Ok(answer)
}

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[served!(GET PAGE, Admitted => show)];

/// `GET /continue`: the console's own answer to the login, once, for whoever has proved the rest.
pub(crate) async fn show(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let binding = &session.record.binding;
    let Some((method, path)) = turn.core.desk.waits(binding) else {
        return Ok(response::see_other(ReturnTo::home().as_str()));
    };
    // What the login's own route asks for, at this moment: where the person is, with what, how long ago.
    match waiver::standing(turn, session, &method, &path) {
        Standing::Holds(_) => {}
        Standing::Needs(demand) => {
            let next = turn.return_to(&turn.core.address(PAGE));
            return Ok(arrival::more(turn, demand, &next));
        }
        Standing::Fails(refusal) => return Err(refusal.into()),
    }
    let Some(mut answer) = turn.core.desk.release(binding) else {
        return Ok(response::see_other(ReturnTo::home().as_str()));
    };
    answer.extensions_mut().insert(FromConsole);
    Ok(answer)
}

/// The console's form, where somebody who gave their second factor has yet to sign in there: until then there is no
/// page for them but those of signing in and out.
pub(crate) fn comes_first<'a>(
    core: &Core,
    head: &request::Parts,
    asking: &'a Asking,
) -> Option<&'a ConsoleForm> {
    const OPEN: [&str; 7] = [
        "/sign-in",
        "/sign-in/passkey",
        "/sign-out",
        "/signed-out",
        "/language",
        "/help",
        "/jwks.json",
    ];
    let path = head.uri.path();
    let is_open = path.starts_with(&core.address("/assets/"))
        || api::has(core, path)
        || OPEN.iter().any(|page| path == core.address(page));
    let session = asking.session.as_ref()?;
    let awaits = asking.site.asks_second_factor_first()
        && session.record.has_second_factor()
        && !session.record.has_password();
    let form = asking.site.console_form()?;
    (awaits && !is_open).then_some(form)
}

/// The console's form, where people sign in there before they give their second factor.
pub(crate) fn signs_in_first(site: &Site) -> Option<&Arc<ConsoleForm>> {
    site.console_form().filter(|form| form.order == Order::LoginFirst)
}

/// To the console's own page, where people sign in there.
pub(crate) fn page_of(form: &ConsoleForm) -> Response<Bytes> {
    response::see_other(&form.page)
}
