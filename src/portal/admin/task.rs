//! What is done to no account in particular: like a deed, each has a page that says what it will do, asks why, and does
//! it when it is sent.

use zeroize::Zeroizing;

use super::command::by;
use super::command::reason;
use super::command::told;
use super::door::Principal;
use super::shell;
use super::trouble;
use crate::authority::Act;
use crate::operate::Command;
use crate::operate::Reply;
use crate::policy::Refusal;
use crate::portal::done::done;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::page::admin::DeedPage;
use crate::portal::page::admin::Input;
use crate::portal::said::Said;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// Something that is done.
pub(super) trait Task: Sized + Send + Sync {
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
    /// The fields of its form besides those of every task.
    const FIELDS: &'static [&'static str] = &[];
    /// Whether a file answers its form, so that its page stays and the form can be sent again.
    const GIVES_FILE: bool = false;

    /// As its page shows it first. None: there is nothing to do it to, for whoever looks.
    ///
    /// # Errors
    /// What the address says means nothing, or nothing can be looked up.
    fn first(
        turn: &Turn,
        principal: &Principal,
        fields: &mut Fields,
    ) -> impl Future<Output = Result<Option<Self>, Refusal>> + Send;

    /// As it is sent.
    ///
    /// # Errors
    /// When a field is missing or has no meaning.
    fn take(fields: &mut Fields) -> Result<Self, Refusal>;

    /// What there is to fill in.
    fn inputs(&self, _turn: &Turn, _principal: &Principal) -> Vec<Input> {
        Vec::new()
    }

    /// To what it is done: a form for one is none for another.
    fn about(&self) -> Option<&str> {
        None
    }

    /// What is asked for.
    fn command(&self) -> Command;

    /// The answer when it was done: the page that leads here, which says so.
    fn told(turn: &Turn, _: &Principal, _: &Reply) -> Outcome {
        Ok(done(turn, Self::LIST, Self::DONE))
    }
}

/// A task as it is sent.
pub(super) struct Sent<T> {
    pub(super) reason: Zeroizing<String>,
    pub(super) task: T,
}

impl<T: Task> Form for Sent<T> {
    const FIELDS: &'static [&'static str] = T::FIELDS;
    const ALSO: &'static [&'static str] = &["reason"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { reason: fields.required("reason")?, task: T::take(fields)? })
    }

    fn subject(&self) -> Vec<u8> {
        subject(&self.task)
    }
}

/// What the token of a task's form is for.
fn subject<T: Task>(task: &T) -> Vec<u8> {
    format!("\0{}\0{}", T::PAGE, task.about().unwrap_or_default()).into_bytes()
}

/// `GET` of a task's page.
pub(super) async fn show<T: Task>(turn: &Turn, principal: &Principal) -> Outcome {
    let (mut fields, _) = turn.query(T::NAMES)?;
    let Some(task) = T::first(turn, principal, &mut fields).await? else {
        return Ok(turn.not_found());
    };
    page(turn, principal, (&task, ""), &Said::default())
}

/// `POST` of a task's page.
pub(super) async fn submit<T: Task>(turn: &Turn, principal: &Principal) -> Outcome {
    let (sent, _) = turn.open(turn.form::<Sent<T>>()?, principal.session())?;
    match ordered(turn, principal, &sent).await? {
        Ok(reply) => T::told(turn, principal, &reply),
        Err(said) => page(turn, principal, (&sent.task, &sent.reason), &said),
    }
}

async fn ordered<T: Task>(
    turn: &Turn,
    principal: &Principal,
    sent: &Sent<T>,
) -> Result<Result<Reply, Said>, Refusal> {
    let reason = match reason(turn, &sent.reason) {
        Ok(reason) => reason,
        Err(said) => return Ok(Err(said)),
    };
    let command = sent.task.command();
    // Whoever was let in for one act gives no other.
    if command.act() != T::ACT {
        return Err(Refusal::Internal);
    }
    let outcome = turn.core.operator.execute(by(turn, principal, reason), command).await;
    Ok(outcome.map_err(|error| trouble::said(turn, &error)))
}

/// The page of a task, with what is said of an attempt.
pub(super) fn page<T: Task>(
    turn: &Turn,
    principal: &Principal,
    (task, reason): (&T, &str),
    said: &Said,
) -> Outcome {
    let page = DeedPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, T::LIST),
        errand: turn.errand_about(principal.session(), &Going::nowhere(), &subject(task)),
        title: turn.language.say(T::TITLE),
        whom: None,
        does: turn.say(T::DOES),
        action: turn.core.address(T::PAGE),
        inputs: task.inputs(turn, principal),
        reason: reason.to_owned(),
        act: Some(T::ACT),
        problem: said.problem.clone(),
        again: T::GIVES_FILE,
        back: turn.core.address(T::LIST),
    };
    told(turn, said, &page)
}
