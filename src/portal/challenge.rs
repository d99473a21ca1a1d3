//! The second factor.

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use http::StatusCode;

use crate::authenticator::AuthenticatorKind;
use crate::authenticator::contact::Channel;
use crate::ceremony::Enrolment;
use crate::ceremony::Offer;
use crate::ceremony::Proof;
use crate::ceremony::ProofOutcome;
use crate::directory::LiveSession;
use crate::form_body::urlencoded;
use crate::policy::Refusal;
use crate::portal::account::devices;
use crate::portal::arrival;
use crate::portal::codes;
use crate::portal::endpoint::Served;
use crate::portal::endpoint::served;
use crate::portal::enrol;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::known;
use crate::portal::need::Need;
use crate::portal::need::What;
use crate::portal::new_password;
use crate::portal::page::ChallengePage;
use crate::portal::page::Occasion;
use crate::portal::page::OtherMethod;
use crate::portal::page::passkeys::ChallengePasskeyPage;
use crate::portal::posted;
use crate::portal::recovery;
use crate::portal::refusal;
use crate::portal::response;
use crate::portal::return_to::ReturnTo;
use crate::portal::said::Said;
use crate::portal::sent_code;
use crate::portal::sign_in;
use crate::portal::sign_in::Say;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::secret::Secret;
use crate::session::SessionToken;

const ENROL: &str = "/enrol";
const RECOVERY: &str = "/recovery";

struct ChallengeForm {
    method: AuthenticatorKind,
    code: Secret<String>,
    switch: Option<AuthenticatorKind>,
    need: Need,
    /// Whether this browser shall be remembered.
    remember: bool,
}

impl Form for ChallengeForm {
    const FIELDS: &'static [&'static str] =
        &["method", "code", "switch", "remember", Need::FIELDS[0], Need::FIELDS[1]];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let switch = fields.optional("switch").map(|name| method_named(&name)).transpose()?;
        Ok(Self {
            need: Need::take(fields)?,
            remember: fields.optional("remember").is_some_and(|value| *value == "on"),
            method: method_named(&fields.required("method")?)?,
            code: Secret::new(fields.required("code")?.to_string()),
            switch,
        })
    }
}

/// What the page asks for and says.
pub(crate) struct View {
    /// The method that the person chose; none: the first that there is.
    pub(crate) method: Option<AuthenticatorKind>,
    /// What is needed where the person is going.
    pub(crate) need: Need,
    /// What the page says of an attempt.
    pub(crate) said: Said,
}

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    served!(GET "/challenge", Begun => show),
    served!(POST "/challenge", Begun => submit),
    served!(POST "/challenge/send", Begun => sent_code::send),
    served!(GET "/recovery", Session => recovery::show),
    served!(POST "/recovery", Session => recovery::submit),
];

/// `GET /challenge`.
pub(crate) async fn show(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (mut fields, going) = turn.query(&["method", Need::FIELDS[0], Need::FIELDS[1]])?;
    let method = fields.optional("method").map(|name| method_named(&name)).transpose()?;
    let need = Need::take(&mut fields)?;
    let offer = offers(turn, session).await?;
    if need.is_met(turn, &offer) {
        return Ok(response::see_other(going.next.as_str()));
    }
    if let Some(page) = instead(session, &offer) {
        return Ok(response::see_other(&turn.address(page, &going.next)));
    }
    page(turn, session, &going, &offer, View { method, need, said: Said::default() }).await
}

/// `POST /challenge`.
pub(crate) async fn submit(turn: &Turn, session: &Arc<LiveSession>) -> Outcome {
    let (form, going) = posted::raising::<ChallengeForm>(turn, session)?;
    let offer = offers(turn, session).await?;
    if form.need.is_met(turn, &offer) {
        return Ok(response::see_other(going.next.as_str()));
    }
    let awaits = session.record.awaits_password();
    if form.switch == Some(AuthenticatorKind::RecoveryCode) && !awaits {
        return recovery::ask(turn, session, &going, StatusCode::OK).await;
    }
    let view = |method, said| View { method, need: form.need, said };
    if form.switch.is_some() {
        return page(turn, session, &going, &offer, view(form.switch, Said::default())).await;
    }
    if !form.need.answering(turn, &offer).contains(&form.method) {
        let said = Said::problem(StatusCode::UNAUTHORIZED, turn.say("method-not-offered"));
        return page(turn, session, &going, &offer, view(None, said)).await;
    }
    if form.method == AuthenticatorKind::Passkey && form.code.expose().is_empty() {
        // Sent without our script: nothing was tried.
        let said = Said::problem(StatusCode::OK, turn.say("passkey-no-script"));
        return page(turn, session, &going, &offer, view(Some(form.method), said)).await;
    }
    let proof = proof(form.method, form.code)?;
    let outcome = turn.core.ceremonies.prove(&turn.visit(), session, &proof).await;
    match outcome.map_err(|error| turn.failed(&error))? {
        ProofOutcome::Accepted { token, codes_left } => {
            let remember = form.remember.then_some(&token);
            let answer = accepted(turn, &token, codes_left, &going).await?;
            devices::remembering(turn, answer, remember).await
        }
        ProofOutcome::SessionOver => timed_out(turn, &going),
        ProofOutcome::MustChange(right) => {
            let Some(visitor) = &turn.visitor else { return timed_out(turn, &going) };
            let login = session.profile.login.name().to_owned();
            new_password::ask(turn, visitor, (&right, login), &going)
        }
        other @ (ProofOutcome::Wrong
        | ProofOutcome::Spent
        | ProofOutcome::Wait { .. }
        | ProofOutcome::Disabled
        | ProofOutcome::NotOffered
        | ProofOutcome::Busy) => {
            let said = told(turn, &other, form.method);
            again(turn, session, &going, view(Some(form.method), said)).await
        }
    }
}

/// What was given as a proof of this method.
fn proof(method: AuthenticatorKind, code: Secret<String>) -> Result<Proof, Refusal> {
    match method {
        AuthenticatorKind::Totp => Ok(Proof::Totp(code)),
        AuthenticatorKind::BackupCode => Ok(Proof::BackupCode(code)),
        AuthenticatorKind::Passkey => Ok(Proof::Passkey(code.expose().clone())),
        AuthenticatorKind::Email => Ok(Proof::Sent(Channel::Email, code)),
        AuthenticatorKind::Sms => Ok(Proof::Sent(Channel::Sms, code)),
        AuthenticatorKind::Password
        | AuthenticatorKind::RecoveryCode
        | AuthenticatorKind::RememberedDevice
        | AuthenticatorKind::Federated
        | AuthenticatorKind::FederatedMfa => Err(Refusal::Form),
    }
}

/// The page that asks for what the session lacks: a second factor, one that is at most so old, or its set-up.
pub(crate) async fn ask(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    need: Need,
    status: StatusCode,
) -> Outcome {
    let offer = offers(turn, session).await?;
    match instead(session, &offer) {
        Some(ENROL) => return enrol::ask(turn, session, going, status).await,
        Some(_) => return recovery::ask(turn, session, going, status).await,
        None => {}
    }
    page(turn, session, going, &offer, View { method: None, need, said: Said::nothing(status) })
        .await
}

/// Where somebody belongs who has no second factor to give, or used a recovery code in its place.
fn instead(session: &LiveSession, offer: &Offer) -> Option<&'static str> {
    match offer.enrolment {
        _ if session.record.is_for_enrolment() => Some(ENROL),
        Enrolment::Open => Some(ENROL),
        Enrolment::RecoveryCode => Some(RECOVERY),
        Enrolment::Done | Enrolment::Closed => None,
    }
}

/// The address of the page that asks for a second factor; whoever is signed in and lacks nothing that is
/// needed is only sent on.
pub(crate) fn address(
    turn: &Turn,
    method: Option<AuthenticatorKind>,
    need: Need,
    next: &ReturnTo,
) -> String {
    let method = method.map(|method| format!("method={}", method.name()));
    let next = (!next.is_home()).then(|| format!("next={}", urlencoded::encode(next.as_str())));
    let query: Vec<String> = method.into_iter().chain(need.query()).chain(next).collect();
    let address = turn.core.address("/challenge");
    if query.is_empty() { address } else { format!("{address}?{}", query.join("&")) }
}

/// The session rose: its new cookie, and on to where the person was going.
async fn accepted(
    turn: &Turn,
    token: &SessionToken,
    codes_left: Option<usize>,
    going: &Going,
) -> Outcome {
    let session = turn.core.directory.find(&token.key()).ok_or(Refusal::Internal)?;
    let mut answer = match offers(turn, &session).await {
        Ok(offer) if offer.codes_missing => codes::first_set(turn, &session, going).await?,
        _ => arrival::arrive(turn, &session, going, codes_left).await?,
    };
    turn.set_session(&mut answer, token);
    known::remember(turn, &mut answer, &session);
    Ok(answer)
}

/// The session ended while its page was open: start again, with what was kept.
pub(crate) fn timed_out(turn: &Turn, going: &Going) -> Outcome {
    sign_in::page(turn, going, Say::notice(turn.say("sign-in-timed-out")))
}

/// What the person of this session has and may set up.
pub(crate) async fn offers(turn: &Turn, session: &LiveSession) -> Result<Offer, Refusal> {
    turn.core.ceremonies.offers(&turn.visit(), session).await.map_err(|error| turn.failed(&error))
}

/// The page once more, with what there is to say.
pub(crate) async fn again(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    view: View,
) -> Outcome {
    let offer = offers(turn, session).await?;
    page(turn, session, going, &offer, view).await
}

async fn page(
    turn: &Turn,
    session: &Arc<LiveSession>,
    going: &Going,
    offer: &Offer,
    view: View,
) -> Outcome {
    let methods = view.need.answering(turn, offer);
    let asked = view.method.filter(|method| methods.contains(method));
    let Some(method) = asked.or_else(|| methods.first().copied()) else {
        return Ok(no_method(turn, offer, view.need));
    };
    let occasion = occasion(turn, view.need);
    // Below everything else, and only to sign in: it is no fresh proof (S1.27).
    let recovers = occasion == Occasion::SignIn && !session.record.awaits_password();
    let last = recovers.then_some(AuthenticatorKind::RecoveryCode);
    let others = methods.iter().copied().filter(|other| *other != method).chain(last);
    let others = others.map(|other| other_method(turn, other, view.need, &going.next)).collect();
    if let Some(channel) = Channel::of(method) {
        return sent_code::page(turn, session, going, (channel, others), view).await;
    }
    if method == AuthenticatorKind::Passkey {
        let asked = turn.core.ceremonies.ask_for_passkey(&turn.visit(), session).await;
        let page = ChallengePasskeyPage {
            chrome: turn.chrome_of("/challenge", going),
            errand: turn.errand(session, going),
            who: session.profile.login.name().to_owned(),
            options: asked.map_err(|error| turn.failed(&error))?.ok_or(Refusal::Internal)?,
            again: address(turn, Some(method), view.need, &going.next),
            occasion,
            need: view.need.fields(),
            others,
            problem: view.said.problem.clone(),
        };
        return turn.page_saying(&view.said, &page);
    }
    let page = ChallengePage {
        chrome: turn.chrome_of("/challenge", going),
        errand: turn.errand(session, going),
        who: session.profile.login.name().to_owned(),
        issuer: turn.core.issuer.clone(),
        backup: method == AuthenticatorKind::BackupCode,
        occasion,
        need: view.need.fields(),
        others,
        // Whoever chooses another password next is remembered nowhere.
        remember: devices::days(turn, method, occasion)
            .filter(|_| !session.record.awaits_password()),
        problem: view.said.problem.clone(),
    };
    turn.page_saying(&view.said, &page)
}

/// Why the page asks.
pub(crate) fn occasion(turn: &Turn, need: Need) -> Occasion {
    match (turn.signed_in(), need.what) {
        (None, _) => Occasion::SignIn,
        (Some(_), None) => Occasion::StepUp,
        (Some(_), Some(What::Proof(_))) => Occasion::Particular,
        (Some(_), Some(What::Change)) => Occasion::Change,
    }
}

fn no_method(turn: &Turn, offer: &Offer, need: Need) -> Response<Bytes> {
    match offer.enrolment {
        Enrolment::Done if turn.signed_in().is_some() => refusal::no_such_proof(turn, offer, need),
        Enrolment::Closed => refusal::enrolment_closed(turn),
        Enrolment::Done | Enrolment::Open | Enrolment::RecoveryCode => refusal::no_method(turn),
    }
}

fn other_method(
    turn: &Turn,
    method: AuthenticatorKind,
    need: Need,
    next: &ReturnTo,
) -> OtherMethod {
    let href = if method == AuthenticatorKind::RecoveryCode {
        turn.address(RECOVERY, next)
    } else {
        address(turn, Some(method), need, next)
    };
    let label = match method {
        AuthenticatorKind::BackupCode => turn.language.say("challenge-use-backup"),
        AuthenticatorKind::RecoveryCode => turn.language.say("challenge-use-recovery"),
        AuthenticatorKind::Passkey => turn.language.say("challenge-use-passkey"),
        AuthenticatorKind::Email => turn.language.say("challenge-use-email"),
        AuthenticatorKind::Sms => turn.language.say("challenge-use-sms"),
        AuthenticatorKind::Totp
        | AuthenticatorKind::Password
        | AuthenticatorKind::RememberedDevice
        | AuthenticatorKind::Federated
        | AuthenticatorKind::FederatedMfa => turn.language.say("challenge-use-app"),
    };
    OtherMethod { method: method.name(), label, href }
}

/// A method by its name: one that a person can choose on the page.
fn method_named(name: &str) -> Result<AuthenticatorKind, Refusal> {
    AuthenticatorKind::from_name(name)
        .filter(|kind| {
            !matches!(
                kind,
                AuthenticatorKind::Password
                    | AuthenticatorKind::RememberedDevice
                    | AuthenticatorKind::Federated
                    | AuthenticatorKind::FederatedMfa
            )
        })
        .ok_or(Refusal::Form)
}

/// What is said of a proof that was not accepted.
fn told(turn: &Turn, outcome: &ProofOutcome, method: AuthenticatorKind) -> Said {
    let backup = method == AuthenticatorKind::BackupCode;
    let (key, status) = match outcome {
        ProofOutcome::Wrong | ProofOutcome::Spent if method == AuthenticatorKind::Passkey => {
            ("passkey-wrong", StatusCode::UNAUTHORIZED)
        }
        ProofOutcome::Spent if backup => ("backup-code-spent", StatusCode::UNAUTHORIZED),
        ProofOutcome::Spent if Channel::of(method).is_some() => {
            ("sent-wrong", StatusCode::UNAUTHORIZED)
        }
        ProofOutcome::Spent => ("code-spent-challenge", StatusCode::UNAUTHORIZED),
        ProofOutcome::Wait { until } => return Said::wait(turn, "too-many-codes", *until),
        ProofOutcome::Disabled => ("method-disabled", StatusCode::FORBIDDEN),
        ProofOutcome::NotOffered => ("method-not-offered", StatusCode::FORBIDDEN),
        ProofOutcome::Busy => return Said::busy(turn),
        ProofOutcome::Wrong
        | ProofOutcome::Accepted { .. }
        | ProofOutcome::MustChange(_)
        | ProofOutcome::SessionOver => {
            let sent = Channel::of(method).is_some();
            let key = if sent { "sent-wrong" } else { "code-wrong" };
            let key = if backup { "backup-code-wrong" } else { key };
            (key, StatusCode::UNAUTHORIZED)
        }
    };
    Said::problem(status, turn.say(key))
}
