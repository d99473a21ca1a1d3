//! What is done to one account: each deed has a page of its own, which says what it will do, asks why, and does it
//! when it is sent.

use http::StatusCode;
use zeroize::Zeroizing;

use super::PEOPLE;
use super::command::by;
use super::command::reason;
use super::command::told;
use super::door::Principal;
use super::shell;
use super::trouble;
use super::user;
use crate::audit::Tag;
use crate::authority::Act;
use crate::operate::Command;
use crate::operate::OperateError;
use crate::operate::Reply;
use crate::operate::view::AccountView;
use crate::policy::Refusal;
use crate::portal::done::done;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::page::admin::DeedPage;
use crate::portal::page::admin::Input;
use crate::portal::page::admin::Whom;
use crate::portal::said::Said;
use crate::portal::turn::End;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// Something that is done to one account.
pub(super) trait Deed: Sized + Send + Sync {
    /// Where its page is.
    const PAGE: &'static str;
    /// Which act it is.
    const ACT: Act;
    /// What it is called: the message of its heading and its button.
    const TITLE: &'static str;
    /// What it will do: a message, which may tell how many `sessions` end.
    const DOES: &'static str;
    /// What an address calls it when it was done.
    const DONE: &'static str;
    /// The fields that the address of its page has besides the account.
    const NAMES: &'static [&'static str] = &["id"];
    /// The fields of its form besides those of every deed.
    const FIELDS: &'static [&'static str] = &[];

    /// As its page shows it first: what the address names, and how things are now. None: there is nothing to be done.
    ///
    /// # Errors
    /// What the address says means nothing.
    fn first(
        turn: &Turn,
        fields: &mut Fields,
        account: &AccountView,
    ) -> Result<Option<Self>, Refusal>;

    /// As it is sent.
    ///
    /// # Errors
    /// When a field is missing or has no meaning.
    fn take(fields: &mut Fields) -> Result<Self, Refusal>;

    /// What there is to fill in.
    fn inputs(&self, _turn: &Turn, _principal: &Principal, _account: &AccountView) -> Vec<Input> {
        Vec::new()
    }

    /// What is asked for, or the message that says what is wrong with it.
    ///
    /// # Errors
    /// What was filled in means nothing.
    fn command(&self, account: String) -> Result<Command, &'static str>;

    /// The answer when it was done: the account's page, which says so.
    fn told(turn: &Turn, (_, id): (&Principal, &str), _: &Reply) -> Outcome {
        Ok(done(turn, &user::page_of(id), Self::DONE))
    }
}

/// A deed as it is sent: for whom, how they were seen, and why.
struct Order<D> {
    id: String,
    seen: String,
    reason: Zeroizing<String>,
    deed: D,
}

impl<D: Deed> Form for Order<D> {
    const FIELDS: &'static [&'static str] = D::FIELDS;
    const ALSO: &'static [&'static str] = &["id", "seen", "reason"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self {
            id: fields.required("id")?.to_string(),
            seen: fields.required("seen")?.to_string(),
            reason: fields.required("reason")?,
            deed: D::take(fields)?,
        })
    }

    fn subject(&self) -> Vec<u8> {
        subject::<D>(&self.id, &self.seen)
    }
}

/// What the token of an order is for: this deed, on this account, as it was seen.
fn subject<D: Deed>(id: &str, seen: &str) -> Vec<u8> {
    format!("\0{}\0{id}\0{seen}", D::PAGE).into_bytes()
}

/// `GET` of a deed's page.
pub(super) async fn show<D: Deed>(turn: &Turn, principal: &Principal) -> Outcome {
    let (mut fields, _) = turn.query(D::NAMES)?;
    let id = fields.required("id")?;
    let Some(account) = user::account(turn, principal, &id).await? else {
        return Ok(turn.not_found());
    };
    let Some(deed) = D::first(turn, &mut fields, &account)? else {
        return Ok(turn.not_found());
    };
    let denied = user::may(principal, D::ACT, &account).err();
    let said = denied.map_or_else(Said::default, |why| trouble::denied(turn, why));
    page(turn, principal, (&account, &deed, ""), &said)
}

/// `POST` of a deed's page.
pub(super) async fn submit<D: Deed>(turn: &Turn, principal: &Principal) -> Outcome {
    let (order, _) = turn.open(turn.form::<Order<D>>()?, principal.session())?;
    let said = match ordered(turn, principal, &order).await {
        Ok(reply) => return D::told(turn, (principal, &order.id), &reply),
        Err(NotDone::Ended(end)) => return Err(end),
        Err(NotDone::Said(said)) => said,
    };
    let Some(account) = user::account(turn, principal, &order.id).await? else {
        return Ok(turn.not_found());
    };
    page(turn, principal, (&account, &order.deed, &order.reason), &said)
}

/// Why an order was not done.
enum NotDone {
    /// The page says why.
    Said(Said),
    /// There is no such page.
    Ended(End),
}

async fn ordered<D: Deed>(
    turn: &Turn,
    principal: &Principal,
    order: &Order<D>,
) -> Result<Reply, NotDone> {
    let bad = |key| NotDone::Said(Said::problem(StatusCode::BAD_REQUEST, turn.say(key)));
    let ended = |refusal: Refusal| NotDone::Ended(refusal.into());
    let seen = Tag::parse(&order.seen).ok_or_else(|| ended(Refusal::Form))?;
    let reason = reason(turn, &order.reason).map_err(NotDone::Said)?;
    let command = order.deed.command(format!("={}", order.id)).map_err(bad)?;
    // Whoever was let in for one act gives no other.
    if command.act() != D::ACT {
        return Err(ended(Refusal::Internal));
    }
    let by = by(turn, principal, reason).expecting(seen);
    match turn.core.operator.execute(by, command).await {
        Ok(reply) => Ok(reply),
        Err(OperateError::NoSuchAccount { .. }) => Err(NotDone::Ended(turn.not_found().into())),
        Err(error) => Err(NotDone::Said(trouble::said(turn, &error))),
    }
}

/// The page of a deed; without a form, where it cannot be done at all.
fn page<D: Deed>(
    turn: &Turn,
    principal: &Principal,
    (account, deed, reason): (&AccountView, &D, &str),
    said: &Said,
) -> Outcome {
    let subject = subject::<D>(&account.id, &account.tag);
    let may = user::may(principal, D::ACT, account).is_ok();
    let page = DeedPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, PEOPLE),
        errand: turn.errand_about(principal.session(), &Going::nowhere(), &subject),
        title: turn.language.say(D::TITLE),
        whom: Some(Whom {
            name: account.name.clone(),
            login: account.login.clone(),
            id: account.id.clone(),
            seen: account.tag.clone(),
        }),
        does: turn.language.with(D::DOES, "sessions", account.sessions),
        action: turn.core.address(D::PAGE),
        inputs: deed.inputs(turn, principal, account),
        reason: reason.to_owned(),
        act: may.then_some(D::ACT),
        problem: said.problem.clone(),
        again: false,
        back: turn.core.address(&user::page_of(&account.id)),
    };
    told(turn, said, &page)
}
