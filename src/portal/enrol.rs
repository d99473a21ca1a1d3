//! Setting up a second factor: the choice, and an authenticator app.

use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use http::Response;
use http::StatusCode;

use crate::authenticator::AuthenticatorKind;
use crate::authenticator::contact::Channel;
use crate::ceremony::Enrolment;
use crate::ceremony::EnrolmentOutcome;
use crate::ceremony::EnrolmentPage;
use crate::ceremony::NewCodes;
use crate::ceremony::change::Adding;
use crate::directory::LiveSession;
use crate::enforcement::Shortfall;
use crate::form_body::urlencoded;
use crate::policy::Refusal;
use crate::portal::arrival;
use crate::portal::challenge;
use crate::portal::codes;
use crate::portal::endpoint::Served;
use crate::portal::endpoint::served;
use crate::portal::enrol_contact;
use crate::portal::enrol_handed;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::known;
use crate::portal::need::Need;
use crate::portal::page::APPS;
use crate::portal::page::EnrolChoicePage;
use crate::portal::page::EnrolPage;
use crate::portal::page::SetUpChoice;
use crate::portal::passkey;
use crate::portal::posted;
use crate::portal::qr;
use crate::portal::recovery;
use crate::portal::refusal;
use crate::portal::response;
use crate::portal::return_to::ReturnTo;
use crate::portal::said::Said;
use crate::portal::set_up;
use crate::portal::turn::End;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::portal::words;
use crate::session::SessionToken;

/// What the page of an app says.
const WRONG: Sayings =
    Sayings { refused: "code-wrong-enrol", expired: "enrol-expired", wait: "too-many-codes" };

/// The first code of an app.
pub(crate) struct EnrolForm {
    /// As it was typed.
    pub(crate) code: String,
}

impl Form for EnrolForm {
    const FIELDS: &'static [&'static str] = &["code"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { code: fields.required("code")?.to_string() })
    }
}

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    served!(GET "/enrol", Session => show),
    served!(POST "/enrol", Session => submit),
    served!(POST "/enrol/handed", Session => enrol_handed::submit),
    served!(POST "/enrol/send", Session => enrol_contact::send),
    served!(POST "/enrol/contact", Session => enrol_contact::validate),
    served!(POST "/enrol/passkey", Session => passkey::register),
    served!(GET "/set-up", Session => set_up::show),
    served!(POST "/set-up", Session => set_up::later),
];

/// `GET /enrol`: the choice, or the page of the method that is named. The key that the page of an app shows
/// binds nothing until its first code is confirmed.
pub(crate) async fn show(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (mut fields, going) = turn.query(&["method"])?;
    let method = fields.optional("method").map(|name| method_named(&name)).transpose()?;
    if turn.head.method == Method::HEAD {
        return Ok(response::html(StatusCode::OK, String::new()));
    }
    let offer = challenge::offers(turn, session).await?;
    let done = turn.signed_in().is_some() && offer.enrolment == Enrolment::Done;
    let short = turn.shortfall(session);
    if done && short.is_none() && !going.next.is_home() {
        return Ok(response::see_other(going.next.as_str()));
    }
    match (method, offer.enrolment) {
        (None, Enrolment::Done)
            if turn.signed_in().is_none() && !session.record.is_for_enrolment() =>
        {
            Ok(response::see_other(&turn.address("/challenge", &going.next)))
        }
        (None, _) | (Some(_), Enrolment::RecoveryCode) => {
            ask(turn, session, &going, StatusCode::OK).await
        }
        (Some(method), _) => {
            method_page(turn, session, &going, (method, Said::nothing(StatusCode::OK))).await
        }
    }
}

/// The app that waits for its first code; the choice of what to set up; the page of the one method there is.
pub(crate) async fn ask(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    status: StatusCode,
) -> Outcome {
    ask_saying(turn, session, going, Said::nothing(status)).await
}

/// The same, with what is said of an attempt.
pub(crate) async fn ask_saying(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    said: Said,
) -> Outcome {
    let offer = challenge::offers(turn, session).await?;
    let further = match offer.enrolment {
        Enrolment::Closed => return Ok(refusal::enrolment_closed(turn)),
        Enrolment::RecoveryCode => return recovery::ask(turn, session, going, said.status).await,
        Enrolment::Open => false,
        Enrolment::Done => true,
    };
    let short = turn.shortfall(session);
    let kinds = match short {
        Some(_) => addable(turn, session, &offer.can_set_up).await?,
        None => offer.can_set_up,
    };
    if !further
        && let Some(page) = enrol_handed::page(turn, session, (going, &kinds), &said).await?
    {
        return page;
    }
    // A form that is kept travels in the page, so the way that needs no other page is taken.
    match kinds.as_slice() {
        [] if short.is_some() => return Ok(refusal::too_few(turn)),
        [] => return Ok(refusal::no_method(turn)),
        kinds if (kinds.len() == 1 && short.is_none()) || going.kept.is_some() => {
            let app = kinds.iter().find(|kind| **kind == AuthenticatorKind::Totp);
            let only = app.or(kinds.first()).copied().ok_or(Refusal::Internal)?;
            return method_page(turn, session, going, (only, said)).await;
        }
        _ => {}
    }
    let page = EnrolChoicePage {
        chrome: turn.chrome_of("/enrol", going),
        errand: turn.errand(session, going),
        who: session.profile.login.name().to_owned(),
        choices: kinds.iter().map(|kind| choice(turn, *kind, &going.next)).collect(),
        further,
        why: short.map(|short| set_up::why(turn, short)),
        problem: said.problem.clone(),
    };
    turn.page_saying(&said, &page)
}

/// Of these kinds, those of which the person can set up another one.
async fn addable(
    turn: &Turn,
    session: &Arc<LiveSession>,
    kinds: &[AuthenticatorKind],
) -> Result<Vec<AuthenticatorKind>, Refusal> {
    let ceremonies = &turn.core.ceremonies;
    let mut addable = Vec::new();
    for kind in kinds {
        let adding = ceremonies.adding(&turn.visit(), session, *kind).await;
        let closed = adding.map_err(|error| turn.failed(&error))? == Adding::Closed;
        let given =
            Channel::of(*kind).is_some_and(|channel| !ceremonies.takes_own_address(channel));
        if !closed && !given {
            addable.push(*kind);
        }
    }
    Ok(addable)
}

/// The page of one method.
async fn method_page(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    (method, said): (AuthenticatorKind, Said),
) -> Outcome {
    match method {
        AuthenticatorKind::Totp => page(turn, session, going, said).await,
        AuthenticatorKind::Passkey => passkey::set_up(turn, session, going, said).await,
        AuthenticatorKind::Email => {
            enrol_contact::show(turn, session, going, (Channel::Email, said)).await
        }
        AuthenticatorKind::Sms => {
            enrol_contact::show(turn, session, going, (Channel::Sms, said)).await
        }
        AuthenticatorKind::Password
        | AuthenticatorKind::BackupCode
        | AuthenticatorKind::RecoveryCode
        | AuthenticatorKind::RememberedDevice
        | AuthenticatorKind::Federated
        | AuthenticatorKind::FederatedMfa => Err(Refusal::Form.into()),
    }
}

/// What it is on the page where one chooses.
pub(crate) fn choice(turn: &Turn, kind: AuthenticatorKind, next: &ReturnTo) -> SetUpChoice {
    SetUpChoice {
        href: address(turn, kind, next),
        name: turn.language.say(kind.message()),
        about: words::set_up(turn, kind),
    }
}

/// The page that sets up one method.
pub(crate) fn address(turn: &Turn, method: AuthenticatorKind, next: &ReturnTo) -> String {
    let address = turn.core.address("/enrol");
    let way_on = if next.is_home() {
        String::new()
    } else {
        format!("&next={}", urlencoded::encode(next.as_str()))
    };
    format!("{address}?method={}{way_on}", method.name())
}

fn method_named(name: &str) -> Result<AuthenticatorKind, Refusal> {
    AuthenticatorKind::from_name(name)
        .filter(|kind| AuthenticatorKind::SECOND_FACTORS.contains(kind))
        .ok_or(Refusal::Form)
}

/// `POST /enrol`.
pub(crate) async fn submit(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (form, going) = posted::raising::<EnrolForm>(turn, session)?;
    let ceremonies = &turn.core.ceremonies;
    let outcome = ceremonies.finish_enrolment(&turn.visit(), session, &form.code).await;
    let outcome = outcome.map_err(|error| turn.failed(&error))?;
    let said = not_bound(turn, session, &going, outcome, &WRONG).await?;
    page(turn, session, &going, said).await
}

/// What the page of one method says of an attempt, as keys of messages.
pub(crate) struct Sayings {
    /// It was wrong.
    pub(crate) refused: &'static str,
    /// What was to be confirmed is too old.
    pub(crate) expired: &'static str,
    /// There were too many attempts.
    pub(crate) wait: &'static str,
}

/// What the page of a method says once more.
///
/// # Errors
/// The answer, where there is nothing to say on that page: it is bound, above all.
pub(crate) async fn not_bound(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    outcome: EnrolmentOutcome,
    keys: &Sayings,
) -> Result<Said, End> {
    let answer = match outcome {
        EnrolmentOutcome::Wrong => {
            return Ok(Said::problem(StatusCode::UNAUTHORIZED, turn.say(keys.refused)));
        }
        EnrolmentOutcome::Expired => {
            return Ok(Said::problem(StatusCode::UNAUTHORIZED, turn.say(keys.expired)));
        }
        EnrolmentOutcome::Wait { until } => return Ok(Said::wait(turn, keys.wait, until)),
        EnrolmentOutcome::Busy => return Ok(Said::busy(turn)),
        EnrolmentOutcome::Enrolled { token, codes } => bound(turn, going, &token, codes).await?,
        EnrolmentOutcome::SessionOver => challenge::timed_out(turn, going)?,
        EnrolmentOutcome::Closed => refusal::enrolment_closed(turn),
        EnrolmentOutcome::Already => {
            challenge::ask(turn, session, going, Need::default(), StatusCode::OK).await?
        }
    };
    Err(answer.into())
}

/// Whether the person had to set up another one when they asked for this.
const fn is_forced(turn: &Turn) -> bool {
    matches!(turn.lacked, Some(Shortfall { until: None, .. }))
}

/// Another factor needs a fresh proof first; who is only signing in, gives their second factor.
pub(crate) fn need_proof(
    turn: &Turn,
    method: AuthenticatorKind,
    next: &ReturnTo,
) -> Response<Bytes> {
    let need = if turn.signed_in().is_some() { Need::CHANGE } else { Need::default() };
    // Whoever must add one comes back by way of where they are going.
    let next = if is_forced(turn) && !next.is_home() {
        next.clone()
    } else {
        turn.return_to(&address(turn, method, &ReturnTo::home()))
    };
    response::see_other(&challenge::address(turn, None, need, &next))
}

/// It is bound, and the session rose: its new cookie, and its backup codes if it is the first.
async fn bound(
    turn: &Turn,
    going: &Going,
    token: &SessionToken,
    codes: Option<NewCodes>,
) -> Outcome {
    let session = turn.core.directory.find(&token.key()).ok_or(Refusal::Internal)?;
    let mut answer = match codes {
        Some(NewCodes { set, codes }) => {
            let shown = codes::Shown { renewed: false, set, codes, made: None };
            codes::page(turn, &session, going, &shown, None)?
        }
        None if going.next.is_home() && going.kept.is_none() && !is_forced(turn) => {
            let replaced = turn.signed_in().is_some_and(|before| before.record.lost.is_some());
            let page = if replaced { "/account?done=replaced" } else { "/account" };
            response::see_other(&turn.core.address(page))
        }
        None => arrival::arrive(turn, &session, going, None).await?,
    };
    turn.set_session(&mut answer, token);
    known::remember(turn, &mut answer, &session);
    Ok(answer)
}

async fn page(turn: &Turn, session: &Arc<LiveSession>, going: &Going, said: Said) -> Outcome {
    let begun = turn.core.ceremonies.begin_enrolment(&turn.visit(), session).await;
    match begun.map_err(|error| turn.failed(&error))? {
        EnrolmentPage::Show { key_text, uri, account, issuer: _ } => {
            let qr = qr::draw(&uri).map_err(|error| {
                tracing::error!(request_id = turn.asking.request_id, %error, "no QR code");
                Refusal::Internal
            })?;
            let page = EnrolPage {
                chrome: turn.chrome_of("/enrol", going),
                errand: turn.errand(session, going),
                who: session.profile.login.name().to_owned(),
                apps: APPS,
                qr,
                key_text,
                uri,
                account,
                why: turn.lacked.filter(|_| going.kept.is_some()).map(|it| set_up::why(turn, it)),
                problem: said.problem.clone(),
            };
            turn.page_saying(&said, &page)
        }
        EnrolmentPage::NeedProof => Ok(need_proof(turn, AuthenticatorKind::Totp, &going.next)),
        EnrolmentPage::Closed => Ok(refusal::enrolment_closed(turn)),
        EnrolmentPage::SessionOver => challenge::timed_out(turn, going),
    }
}
