//! What is asked of everybody: where it comes from, which methods there are, and how it is changed. A change is tried in
//! thought first: who would lack what, and whether whoever makes it would be among them.

use std::sync::Arc;

use arc_swap::ArcSwap;
use http::StatusCode;
use zeroize::Zeroizing;

use super::asked;
use super::command::by;
use super::command::reason;
use super::command::told;
use super::demands::Demanded;
use super::door::Principal;
use super::shell;
use super::site;
use super::trouble;
use super::users::standing_key;
use super::yardstick;
use crate::audit::Tag;
use crate::authenticator::AuthenticatorKind;
use crate::authority::Act;
use crate::ceremony::CeremonyError;
use crate::enforcement::Rulebook;
use crate::enforcement::Switches;
use crate::operate::Command;
use crate::operate::EnforcementCommand;
use crate::operate::OperateError;
use crate::policy::Refusal;
use crate::portal::done::done;
use crate::portal::done::was_done;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::page::admin::DeedPage;
use crate::portal::page::admin::MethodLine;
use crate::portal::page::admin::Own;
use crate::portal::page::admin::PolicyPage;
use crate::portal::page::admin::RehearsalPage;
use crate::portal::posted;
use crate::portal::said::Said;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::roster::Standing;
use crate::roster::Yardstick;
use crate::subject::terms::Terms;

/// The page.
pub(super) const POLICY: &str = "/admin/policy";

/// Where a change is written down.
pub(super) const CHANGE: &str = "/admin/policy/change";

/// Where it is tried in thought.
pub(super) const REHEARSE: &str = "/admin/policy/rehearse";

/// Where it is made.
pub(super) const SET: &str = "/admin/policy/set";

/// What was done, as an address says it, and the message that tells of it.
const DONE: (&str, &str) = ("set", "policy-set");

/// A change that is tried in thought, or written down once more.
struct Thought(Demanded);

impl Form for Thought {
    const FIELDS: &'static [&'static str] = Demanded::FIELDS;

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Demanded::take(fields).map(Self)
    }

    fn subject(&self) -> Vec<u8> {
        thought()
    }
}

/// What the token of such a form is for.
fn thought() -> Vec<u8> {
    format!("\0{REHEARSE}").into_bytes()
}

/// A change that is made: of what was seen when it was tried.
struct Made {
    demanded: Demanded,
    seen: String,
    reason: Zeroizing<String>,
}

impl Form for Made {
    const FIELDS: &'static [&'static str] = Demanded::FIELDS;
    const ALSO: &'static [&'static str] = &["seen", "reason"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let (seen, reason) = (fields.required("seen")?.to_string(), fields.required("reason")?);
        Ok(Self { seen, reason, demanded: Demanded::take(fields)? })
    }

    fn subject(&self) -> Vec<u8> {
        made_of(&self.seen)
    }
}

/// What the token of such a form is for: it is good for what was seen.
fn made_of(seen: &str) -> Vec<u8> {
    format!("\0{SET}\0{seen}").into_bytes()
}

/// `GET /admin/policy`.
pub(super) async fn show(turn: &Turn, principal: &Principal) -> Outcome {
    let (mut fields, _) = turn.query(&["done"])?;
    let done = was_done(turn, &[DONE], &mut fields)?;
    let rulebook = turn.core.ceremonies.rulebook();
    let switches = rulebook.switch.load();
    let file = &rulebook.settings.everybody;
    let both = |terms: &Terms| file.obligation().max(terms.obligation());
    let may_change = Act::SetPolicy.roles().has(principal.role());
    let page = PolicyPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, POLICY),
        done,
        file: asked::required(turn, file.obligation()),
        rules: rulebook.settings.rules.len(),
        switch: switch_in_words(turn, &switches.everybody),
        together: asked::required(turn, both(&switches.everybody)),
        owners: asked::required(turn, both(&switches.owners)),
        methods: methods(turn),
        change: may_change.then(|| turn.core.address(CHANGE)),
        sites: site::lines(turn, principal).await?,
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

/// `POST /admin/policy/change`: what was tried, to be written down once more.
pub(super) async fn change_again(turn: &Turn, principal: &Principal) -> Outcome {
    let (Thought(demanded), _) = posted::opened::<Thought>(turn, principal.session())?;
    written(turn, principal, &demanded, &Said::default())
}

/// The form that a change is written down in.
fn written(turn: &Turn, principal: &Principal, demanded: &Demanded, said: &Said) -> Outcome {
    let page = DeedPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, POLICY),
        errand: turn.errand_about(principal.session(), &Going::nowhere(), &thought()),
        title: turn.language.say("policy-try"),
        whom: None,
        does: turn.say("policy-try-does"),
        action: turn.core.address(REHEARSE),
        inputs: demanded.inputs(turn, "policy-unsaid"),
        reason: String::new(),
        act: Some(Act::Rehearse),
        problem: said.problem.clone(),
        again: false,
        back: turn.core.address(POLICY),
    };
    turn.page_saying(said, &page)
}

/// `POST /admin/policy/rehearse`.
pub(super) async fn rehearse(turn: &Turn, principal: &Principal) -> Outcome {
    let (Thought(demanded), _) = posted::opened::<Thought>(turn, principal.session())?;
    rehearsed(turn, principal, (&demanded, ""), Said::default()).await
}

/// `POST /admin/policy/set`.
pub(super) async fn set(turn: &Turn, principal: &Principal) -> Outcome {
    let (made, _) = posted::opened::<Made>(turn, principal.session())?;
    match make(turn, principal, &made).await {
        Ok(()) => Ok(done(turn, POLICY, DONE.0)),
        Err(said) => rehearsed(turn, principal, (&made.demanded, &made.reason), said).await,
    }
}

async fn make(turn: &Turn, principal: &Principal, made: &Made) -> Result<(), Said> {
    let bad = |key| Said::problem(StatusCode::BAD_REQUEST, turn.say(key));
    let reason = reason(turn, &made.reason)?;
    let change = made.demanded.change().map_err(bad)?;
    let found = turn.core.ceremonies.rulebook().switch.load().everybody.clone();
    let conflict = || Said::problem(StatusCode::CONFLICT, turn.say("policy-conflict"));
    if Tag::of_shown(&found).as_str() != made.seen {
        return Err(conflict());
    }
    let command = EnforcementCommand::Set { change, expected: Some(found) };
    let command = Command::Enforcement(command);
    let outcome = turn.core.operator.execute(by(turn, principal, reason), command).await;
    outcome.map(drop).map_err(|error| {
        if error == OperateError::Conflict { conflict() } else { trouble::said(turn, &error) }
    })
}

/// What would be, and the form that makes it so.
async fn rehearsed(
    turn: &Turn,
    principal: &Principal,
    (demanded, reason): (&Demanded, &str),
    said: Said,
) -> Outcome {
    let now = yardstick(turn);
    let switches = Switches::clone(&now.rulebook.switch.load());
    let everybody = match asked_then(turn, demanded, &switches) {
        Ok(terms) => terms,
        Err(said) => return written(turn, principal, demanded, &said),
    };
    let page = RehearsalPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, POLICY),
        errand: turn.errand_about(
            principal.session(),
            &Going::nowhere(),
            &made_of(Tag::of_shown(&switches.everybody).as_str()),
        ),
        again: turn.errand_about(principal.session(), &Going::nowhere(), &thought()),
        seen: Tag::of_shown(&switches.everybody).as_str().to_owned(),
        asked: switch_in_words(turn, &everybody),
        rows: Vec::new(),
        locks_out: false,
        set: turn.core.address(SET),
        change: turn.core.address(CHANGE),
        fields: demanded.fields(),
        reason: reason.to_owned(),
        problem: said.problem.clone(),
        back: turn.core.address(POLICY),
    };
    let then = Switches { everybody, ..switches };
    let switch = Arc::new(ArcSwap::from_pointee(then));
    let rulebook = Rulebook { settings: Arc::clone(&now.rulebook.settings), switch };
    let then = Yardstick { rulebook, ..now.clone() };
    let roster = &turn.core.people.roster;
    let failed = |error| turn.failed(&CeremonyError::Store(error));
    let own = roster.row(principal.id()).await.map_err(failed)?;
    let locks_out = own.is_some_and(|row| then.standing(&row) == Standing::Overdue);
    let [before, after] = roster.compare([now, then]).await.map_err(failed)?;
    let row = |it| (turn.language.say(standing_key(it)), before.all.of(it), after.all.of(it));
    let page = RehearsalPage { rows: Standing::ALL.map(row).to_vec(), locks_out, ..page };
    told(turn, &said, &page)
}

/// What would be asked of everybody.
fn asked_then(turn: &Turn, demanded: &Demanded, switches: &Switches) -> Result<Terms, Said> {
    let change =
        demanded.change().map_err(|key| Said::problem(StatusCode::BAD_REQUEST, turn.say(key)))?;
    change.applied_to(switches.everybody.clone()).map_err(|error| trouble::said(turn, &error))
}

/// What the switch says, in words.
fn switch_in_words(turn: &Turn, terms: &Terms) -> Own {
    Own {
        mode: turn.language.say(terms.mode.map_or("policy-unsaid", asked::mode)),
        ..asked::own(turn, terms)
    }
}
