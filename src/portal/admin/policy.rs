//! What is asked of everybody: where it comes from, which methods there are, and how it is changed. A change is tried in
//! thought first: who would lack what, and whether whoever makes it would be among them.

use std::sync::Arc;

use arc_swap::ArcSwap;
use http::StatusCode;
use zeroize::Zeroizing;

use super::asked;
use super::by;
use super::demands::Demanded;
use super::door::Principal;
use super::shell;
use super::trouble;
use super::users::standing_key;
use super::yardstick;
use crate::authenticator::AuthenticatorKind;
use crate::authority::Act;
use crate::ceremony::CeremonyError;
use crate::enforcement::Rulebook;
use crate::enforcement::Switches;
use crate::operate::Command;
use crate::operate::EnforcementCommand;
use crate::operate::OperateError;
use crate::operate::Reason;
use crate::operate::TermsChange;
use crate::policy::Refusal;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::page::admin::DeedPage;
use crate::portal::page::admin::MethodLine;
use crate::portal::page::admin::Order;
use crate::portal::page::admin::Own;
use crate::portal::page::admin::PolicyPage;
use crate::portal::page::admin::RehearsalPage;
use crate::portal::posted;
use crate::portal::response;
use crate::portal::return_to::ReturnTo;
use crate::portal::said::Said;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::roster::Standing;
use crate::roster::Yardstick;

/// The page.
pub(super) const POLICY: &str = "/admin/policy";

/// Where a change is written down.
pub(super) const CHANGE: &str = "/admin/policy/change";

/// Where it is tried in thought.
pub(super) const REHEARSE: &str = "/admin/policy/rehearse";

/// Where it is made.
pub(super) const SET: &str = "/admin/policy/set";

/// A change, as it is to be tried.
struct Tried(Demanded);

impl Form for Tried {
    const FIELDS: &'static [&'static str] = &[
        "reason",
        "mode",
        "grace",
        "unenrolled",
        "allow_passkey",
        "allow_totp",
        "allow_sms",
        "allow_email",
        "allow_backup_code",
        "allow_remembered_device",
    ];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        // The field is on each form of an act; here nothing is done yet.
        fields.optional("reason");
        Demanded::take(fields).map(Self)
    }

    fn subject(&self) -> Vec<u8> {
        subject(REHEARSE)
    }
}

/// A change, as it is to be made.
struct Made {
    demanded: Demanded,
    reason: Zeroizing<String>,
}

impl Form for Made {
    const FIELDS: &'static [&'static str] = Tried::FIELDS;

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { reason: fields.required("reason")?, demanded: Demanded::take(fields)? })
    }

    fn subject(&self) -> Vec<u8> {
        subject(SET)
    }
}

/// What the token of a form is for.
fn subject(page: &str) -> Vec<u8> {
    format!("\0{page}").into_bytes()
}

fn nowhere() -> Going {
    Going { next: ReturnTo::home(), kept: None }
}

/// `GET /admin/policy`.
pub(super) async fn show(turn: &Turn, principal: &Principal) -> Outcome {
    let (mut fields, _) = turn.query(&["done"])?;
    let done = match fields.optional("done").as_deref().map(String::as_str) {
        None => None,
        Some("set") => Some(turn.language.say("policy-set")),
        Some(_) => return Err(Refusal::Form.into()),
    };
    let rulebook = turn.core.ceremonies.rulebook();
    let switches = rulebook.switch.load();
    let file = &rulebook.settings.everybody;
    let both = |terms: &crate::subject::terms::Terms| file.obligation().max(terms.obligation());
    let may_change = Act::SetPolicy.roles().has(principal.role());
    let page = PolicyPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, POLICY),
        done,
        file: asked::required(turn, file.obligation()),
        rules: rulebook.settings.rules.len(),
        switch: Own {
            mode: turn.language.say(switches.everybody.mode.map_or("policy-unsaid", asked::mode)),
            ..asked::own(turn, &switches.everybody)
        },
        together: asked::required(turn, both(&switches.everybody)),
        owners: asked::required(turn, both(&switches.owners)),
        methods: methods(turn),
        change: may_change.then(|| turn.core.address(CHANGE)),
    };
    turn.page(StatusCode::OK, &page)
}

/// The methods, and whether each is on.
fn methods(turn: &Turn) -> Vec<MethodLine> {
    let enabled = turn.core.ceremonies.kinds();
    let line = |kind: AuthenticatorKind| MethodLine {
        label: turn.language.say(kind.message()),
        on: enabled.contains(kind),
    };
    let others = [AuthenticatorKind::BackupCode, AuthenticatorKind::RememberedDevice];
    AuthenticatorKind::SECOND_FACTORS.into_iter().chain(others).map(line).collect()
}

/// `GET /admin/policy/change`.
pub(super) async fn change(turn: &Turn, principal: &Principal) -> Outcome {
    turn.query(&[])?;
    let switches = turn.core.ceremonies.rulebook().switch.load();
    written(turn, principal, &Demanded::of(&switches.everybody), &Said::default())
}

/// The form that a change is written down in.
fn written(turn: &Turn, principal: &Principal, demanded: &Demanded, said: &Said) -> Outcome {
    let page = DeedPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, POLICY),
        errand: turn.errand_about(principal.session(), &nowhere(), &subject(REHEARSE)),
        title: turn.language.say("policy-try"),
        whom: None,
        does: turn.say("policy-try-does"),
        action: turn.core.address(REHEARSE),
        inputs: demanded.inputs(turn, "policy-unsaid"),
        reason: String::new(),
        form: Order::Look,
        problem: said.problem.clone(),
        back: turn.core.address(POLICY),
    };
    turn.page_saying(said, &page)
}

/// `POST /admin/policy/rehearse`.
pub(super) async fn rehearse(turn: &Turn, principal: &Principal) -> Outcome {
    let (Tried(demanded), _) = posted::opened::<Tried>(turn, principal.session())?;
    match demanded.change() {
        Ok(change) => rehearsed(turn, principal, (&demanded, change, ""), &Said::default()).await,
        Err(key) => {
            let said = Said::problem(StatusCode::BAD_REQUEST, turn.say(key));
            written(turn, principal, &demanded, &said)
        }
    }
}

/// What would be, and the form that makes it so.
async fn rehearsed(
    turn: &Turn,
    principal: &Principal,
    (demanded, change, reason): (&Demanded, TermsChange, &str),
    said: &Said,
) -> Outcome {
    let now = yardstick(turn);
    let switches = Switches::clone(&now.rulebook.switch.load());
    let everybody = match change.applied_to(switches.everybody.clone()) {
        Ok(terms) => terms,
        Err(error) => return written(turn, principal, demanded, &trouble::said(turn, &error)),
    };
    let then = Switches { everybody, ..switches };
    let switch = Arc::new(ArcSwap::from_pointee(then));
    let rulebook = Rulebook { settings: Arc::clone(&now.rulebook.settings), switch };
    let then = Yardstick { rulebook, ..now.clone() };
    let roster = &turn.core.people.roster;
    let failed = |error| turn.failed(&CeremonyError::Store(error));
    let own = roster.row(principal.id()).await.map_err(failed)?;
    let locks_out = own.is_some_and(|row| then.standing(&row) == Standing::Overdue);
    let (before, after) = (roster.census(now).await, roster.census(then).await);
    let (before, after) = (before.map_err(failed)?, after.map_err(failed)?);
    let row = |it| (turn.language.say(standing_key(it)), before.all.of(it), after.all.of(it));
    let page = RehearsalPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, POLICY),
        errand: turn.errand_about(principal.session(), &nowhere(), &subject(SET)),
        rows: Standing::ALL.map(row).to_vec(),
        locks_out,
        action: turn.core.address(SET),
        fields: demanded.fields(),
        reason: reason.to_owned(),
        problem: said.problem.clone(),
        back: turn.core.address(CHANGE),
    };
    turn.page_saying(said, &page)
}

/// `POST /admin/policy/set`.
pub(super) async fn set(turn: &Turn, principal: &Principal) -> Outcome {
    let (Made { demanded, reason }, _) = posted::opened::<Made>(turn, principal.session())?;
    let change = match demanded.change() {
        Ok(change) => change,
        Err(key) => {
            let said = Said::problem(StatusCode::BAD_REQUEST, turn.say(key));
            return written(turn, principal, &demanded, &said);
        }
    };
    let said = match made(turn, principal, (&change, &reason)).await {
        Ok(()) => {
            return Ok(response::see_other(&turn.core.address(&format!("{POLICY}?done=set"))));
        }
        Err(said) => said,
    };
    rehearsed(turn, principal, (&demanded, change, &reason), &said).await
}

async fn made(
    turn: &Turn,
    principal: &Principal,
    (change, reason): (&TermsChange, &str),
) -> Result<(), Said> {
    let reason = reason.trim();
    let reason = (!reason.is_empty()).then(|| Reason::parse(reason)).transpose();
    let reason = reason
        .map_err(|_| Said::problem(StatusCode::BAD_REQUEST, turn.say("deed-reason-wrong")))?;
    let command = EnforcementCommand::Set { change: change.clone(), expected: None };
    let command = Command::Enforcement(command);
    let outcome = turn.core.operator.execute(by(turn, principal, reason), command).await;
    outcome.map(drop).map_err(|error: OperateError| trouble::said(turn, &error))
}
