//! What is done to one account: each deed has a page of its own, which says what it will do, asks why, and does it
//! when it is sent.

use http::StatusCode;
use zeroize::Zeroizing;

use super::PEOPLE;
use super::by;
use super::door::Principal;
use super::shell;
use super::trouble;
use super::user;
use crate::audit::Tag;
use crate::authority::Act;
use crate::authority::Weight;
use crate::operate::Command;
use crate::operate::OperateError;
use crate::operate::Reason;
use crate::operate::Reply;
use crate::operate::view::AccountView;
use crate::policy::Refusal;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::page::admin::DeedPage;
use crate::portal::page::admin::Input;
use crate::portal::page::admin::Order as Kind;
use crate::portal::page::admin::Whom;
use crate::portal::response;
use crate::portal::return_to::ReturnTo;
use crate::portal::said::Said;
use crate::portal::turn::End;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// Something that is done to one account. As a form it reads its own fields only.
pub(super) trait Deed: Form + Send + Sync {
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

    /// As its page shows it first: what the address names, and how things are now. None: there is nothing to be done.
    fn first(fields: &mut Fields, account: &AccountView) -> Result<Option<Self>, Refusal>;

    /// What there is to fill in.
    fn inputs(&self, turn: &Turn, account: &AccountView) -> Vec<Input>;

    /// What is asked for, or the message that says what is wrong with it.
    ///
    /// # Errors
    /// What was filled in means nothing.
    fn command(&self, account: String) -> Result<Command, &'static str>;

    /// The answer when it was done: the account's page, which says so.
    fn told(turn: &Turn, (_, id): (&Principal, &str), _: &Reply) -> Outcome {
        let page = format!("{}&done={}", user::page_of(id), Self::DONE);
        Ok(response::see_other(&turn.core.address(&page)))
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
    let Some(deed) = D::first(&mut fields, &account)? else {
        return Ok(turn.not_found());
    };
    if let Err(why) = user::may(principal, D::ACT, &account) {
        return shown(turn, principal, (&account, &deed, ""), &trouble::denied(turn, why));
    }
    shown(turn, principal, (&account, &deed, ""), &Said::default())
}

/// `POST` of a deed's page.
pub(super) async fn submit<D: Deed>(turn: &Turn, principal: &Principal) -> Outcome {
    let session = principal.session();
    let (order, _) = turn.open(turn.form::<Order<D>>()?, session)?;
    let done = ordered(turn, principal, &order).await;
    let error = match done {
        Ok(reply) => return D::told(turn, (principal, &order.id), &reply),
        Err(NotDone::Ended(end)) => return Err(end),
        Err(NotDone::Said(said)) => said,
    };
    let Some(account) = user::account(turn, principal, &order.id).await? else {
        return Ok(turn.not_found());
    };
    shown(turn, principal, (&account, &order.deed, &order.reason), &error)
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
    let seen = Tag::parse(&order.seen).ok_or(NotDone::Ended(Refusal::Form.into()))?;
    let reason = order.reason.trim();
    let reason = (!reason.is_empty()).then(|| Reason::parse(reason)).transpose();
    let reason = reason.map_err(|_| bad("deed-reason-wrong"))?;
    let command = order.deed.command(format!("={}", order.id)).map_err(bad)?;
    let by = by(turn, principal, reason).expecting(seen);
    match turn.core.operator.execute(by, command).await {
        Ok(reply) => Ok(reply),
        Err(OperateError::NoSuchAccount { .. }) => Err(NotDone::Ended(turn.not_found().into())),
        Err(error) => Err(NotDone::Said(trouble::said(turn, &error))),
    }
}

/// The page of a deed; without a form, where it cannot be done at all.
fn shown<D: Deed>(
    turn: &Turn,
    principal: &Principal,
    (account, deed, reason): (&AccountView, &D, &str),
    said: &Said,
) -> Outcome {
    let going = Going { next: ReturnTo::home(), kept: None };
    let subject = subject::<D>(&account.id, &account.tag);
    let address = turn.core.address(&user::page_of(&account.id));
    let page = DeedPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, PEOPLE),
        errand: turn.errand_about(principal.session(), &going, &subject),
        title: turn.language.say(D::TITLE),
        whom: Some(Whom {
            name: account.name.clone(),
            login: account.login.clone(),
            id: account.id.clone(),
            seen: account.tag.clone(),
        }),
        does: turn.language.with(D::DOES, "sessions", account.sessions),
        action: turn.core.address(D::PAGE),
        inputs: deed.inputs(turn, account),
        reason: reason.to_owned(),
        form: match (user::may(principal, D::ACT, account), D::ACT.weight()) {
            (Err(_), _) => Kind::None,
            (Ok(()), Weight::Grave) => Kind::Grave,
            (Ok(()), Weight::Usual | Weight::Look) => Kind::Usual,
        },
        problem: said.problem.clone(),
        back: address,
    };
    turn.page_saying(said, &page)
}
