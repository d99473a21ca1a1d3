//! The owners' own switch: whether owners must have a second factor, set by owners alone and apart from everybody else
//! (S0.24). It is behind the door of the administration, and nowhere else among its pages.

use zeroize::Zeroizing;

use crate::authority::Act;
use crate::directory::LiveSession;
use crate::operate::Change;
use crate::operate::Command;
use crate::operate::EnforcementCommand;
use crate::operate::TermsChange;
use crate::policy::Refusal;
use crate::portal::admin::asked::required;
use crate::portal::admin::command::by;
use crate::portal::admin::command::reason;
use crate::portal::admin::command::told;
use crate::portal::admin::door;
use crate::portal::admin::door::Principal;
use crate::portal::admin::trouble;
use crate::portal::done::done;
use crate::portal::done::was_done;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::page::OwnersPage;
use crate::portal::page::OwnersTurn;
use crate::portal::posted;
use crate::portal::said::Said;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::subject::terms::Mode;

/// The page that this is about.
pub(super) const PAGE: &str = "/account/owners";

/// What was done, as an address says it, and the message that tells of it.
const DONE: [(&str, &str); 1] = [("switch", "owners-done")];

/// How the switch is turned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum To {
    /// Owners must have a second factor.
    Enforced,
    /// What the configuration says holds.
    Configured,
}

impl To {
    const ALL: [Self; 2] = [Self::Enforced, Self::Configured];

    const fn name(self) -> &'static str {
        match self {
            Self::Enforced => "enforced",
            Self::Configured => "configured",
        }
    }

    fn command(self) -> Command {
        let mode = match self {
            Self::Enforced => Change::Set(Mode::Enforced),
            Self::Configured => Change::Clear,
        };
        let change = TermsChange { mode, ..TermsChange::default() };
        Command::Enforcement(EnforcementCommand::SetOwners { change, expected: None })
    }
}

struct SwitchForm {
    to: To,
    reason: Zeroizing<String>,
}

impl Form for SwitchForm {
    const FIELDS: &'static [&'static str] = &["to", "reason"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let to = fields.required("to")?;
        let to = To::ALL.into_iter().find(|it| it.name() == to.as_str()).ok_or(Refusal::Form)?;
        Ok(Self { to, reason: fields.required("reason")? })
    }

    fn subject(&self) -> Vec<u8> {
        subject()
    }
}

/// What the token of the form is for.
fn subject() -> Vec<u8> {
    format!("\0{PAGE}").into_bytes()
}

/// Where an owner finds the switch, where the administration is.
pub(super) fn address(turn: &Turn, session: &LiveSession) -> Option<String> {
    let may = Act::SetOwnersSwitch.roles().has(session.profile.role);
    (may && door::is_there(turn)).then(|| turn.core.address(PAGE))
}

/// `GET /account/owners`.
pub(crate) async fn show(turn: &Turn, principal: &Principal) -> Outcome {
    let (mut fields, _) = turn.query(&["done"])?;
    let done = was_done(turn, &DONE, &mut fields)?;
    page(turn, principal, done, ("", Said::default()))
}

/// `POST /account/owners`.
pub(crate) async fn submit(turn: &Turn, principal: &Principal) -> Outcome {
    let (form, _) = posted::opened::<SwitchForm>(turn, principal.session())?;
    let why = match reason(turn, &form.reason) {
        Ok(why) => why,
        Err(said) => return page(turn, principal, None, (&form.reason, said)),
    };
    let by = by(turn, principal, why);
    match turn.core.operator.execute(by, form.to.command()).await {
        Ok(_) => Ok(done(turn, PAGE, "switch")),
        Err(error) => page(turn, principal, None, (&form.reason, trouble::said(turn, &error))),
    }
}

fn page(
    turn: &Turn,
    principal: &Principal,
    done: Option<&'static str>,
    (reason, said): (&str, Said),
) -> Outcome {
    let rulebook = turn.core.ceremonies.rulebook();
    let switches = rulebook.switch.load();
    let (file, own) = (rulebook.settings.everybody.obligation(), switches.owners.obligation());
    let is_on = switches.owners.mode == Some(Mode::Enforced);
    let page = OwnersPage {
        chrome: turn.chrome(),
        errand: turn.errand_about(principal.session(), &Going::nowhere(), &subject()),
        done,
        configuration: required(turn, file),
        switch: if is_on { required(turn, own) } else { turn.say("owners-nothing") },
        together: required(turn, file.max(own)),
        turn: if is_on { OwnersTurn::Off } else { OwnersTurn::On },
        to: if is_on { To::Configured.name() } else { To::Enforced.name() },
        reason: reason.to_owned(),
        problem: said.problem.clone(),
    };
    told(turn, &said, &page)
}
