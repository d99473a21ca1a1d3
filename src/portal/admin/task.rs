//! What is done to no account in particular: like a deed, each has a page that says what it will do, asks why, and does
//! it when it is sent.

use http::StatusCode;
use zeroize::Zeroizing;

use super::by;
use super::door::Principal;
use super::shell;
use super::trouble;
use crate::authority::Act;
use crate::authority::Weight;
use crate::operate::Command;
use crate::operate::Reason;
use crate::operate::Reply;
use crate::policy::Refusal;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::page::admin::DeedPage;
use crate::portal::page::admin::Input;
use crate::portal::page::admin::Order as Kind;
use crate::portal::response;
use crate::portal::return_to::ReturnTo;
use crate::portal::said::Said;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// Something that is done. As a form it reads its own fields only.
pub(super) trait Task: Form + Send + Sync {
    /// Where its page is.
    const PAGE: &'static str;
    /// The page that leads to it, and that says that it was done.
    const LIST: &'static str;
    /// Which act it is.
    const ACT: Act;
    /// What it is called: the message of its heading and its button.
    const TITLE: &'static str;
    /// What it will do.
    const DOES: &'static str;
    /// What an address calls it when it was done.
    const DONE: &'static str;
    /// The fields that the address of its page has.
    const NAMES: &'static [&'static str] = &[];

    /// As its page shows it first.
    fn first(turn: &Turn, fields: &mut Fields) -> Result<Self, Refusal>;

    /// What there is to fill in.
    fn inputs(&self, turn: &Turn) -> Vec<Input>;

    /// What is asked for.
    fn command(&self) -> Command;

    /// The answer when it was done: the page that leads here, which says so.
    fn told(turn: &Turn, _: &Principal, _: &Reply) -> Outcome {
        let page = format!("{}?done={}", Self::LIST, Self::DONE);
        Ok(response::see_other(&turn.core.address(&page)))
    }
}

/// A task as it is sent.
struct Sent<T> {
    reason: Zeroizing<String>,
    task: T,
}

impl<T: Task> Form for Sent<T> {
    const FIELDS: &'static [&'static str] = T::FIELDS;

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { reason: fields.required("reason")?, task: T::take(fields)? })
    }

    fn subject(&self) -> Vec<u8> {
        subject::<T>()
    }
}

/// What the token of a task's form is for.
fn subject<T: Task>() -> Vec<u8> {
    format!("\0{}", T::PAGE).into_bytes()
}

/// `GET` of a task's page.
pub(super) async fn show<T: Task>(turn: &Turn, principal: &Principal) -> Outcome {
    let (mut fields, _) = turn.query(T::NAMES)?;
    let task = T::first(turn, &mut fields)?;
    shown(turn, principal, (&task, ""), &Said::default())
}

/// `POST` of a task's page.
pub(super) async fn submit<T: Task>(turn: &Turn, principal: &Principal) -> Outcome {
    let (sent, _) = turn.open(turn.form::<Sent<T>>()?, principal.session())?;
    let typed = sent.reason.trim();
    let reason = (!typed.is_empty()).then(|| Reason::parse(typed)).transpose();
    let Ok(reason) = reason else {
        let said = Said::problem(StatusCode::BAD_REQUEST, turn.say("deed-reason-wrong"));
        return shown(turn, principal, (&sent.task, &sent.reason), &said);
    };
    let command = sent.task.command();
    match turn.core.operator.execute(by(turn, principal, reason), command).await {
        Ok(reply) => T::told(turn, principal, &reply),
        Err(error) => {
            let said = trouble::said(turn, &error);
            shown(turn, principal, (&sent.task, &sent.reason), &said)
        }
    }
}

fn shown<T: Task>(
    turn: &Turn,
    principal: &Principal,
    (task, reason): (&T, &str),
    said: &Said,
) -> Outcome {
    let going = Going { next: ReturnTo::home(), kept: None };
    let page = DeedPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, T::LIST),
        errand: turn.errand_about(principal.session(), &going, &subject::<T>()),
        title: turn.language.say(T::TITLE),
        whom: None,
        does: turn.say(T::DOES),
        action: turn.core.address(T::PAGE),
        inputs: task.inputs(turn),
        reason: reason.to_owned(),
        form: if T::ACT.weight() == Weight::Grave { Kind::Grave } else { Kind::Usual },
        problem: said.problem.clone(),
        back: turn.core.address(T::LIST),
    };
    turn.page_saying(said, &page)
}
