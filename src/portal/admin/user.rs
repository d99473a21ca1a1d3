//! One account: what is known of it, and what can be done to it. Looking changes nothing.

use http::StatusCode;

use super::PEOPLE;
use super::asked;
use super::audit;
use super::command::look;
use super::deed::Deed;
use super::deeds;
use super::door::Principal;
use super::named;
use super::sessions;
use super::shell;
use super::users::standing_key;
use super::users::state_key;
use super::yardstick;
use crate::authority;
use crate::authority::Act;
use crate::authority::Denied;
use crate::authority::Object;
use crate::authority::Target;
use crate::authority::Who;
use crate::ceremony::CeremonyError;
use crate::form_body::urlencoded;
use crate::operate::Command;
use crate::operate::Reply;
use crate::operate::view::AccountView;
use crate::operate::view::DeviceView;
use crate::operate::view::FactorView;
use crate::policy::Refusal;
use crate::portal::done::was_done;
use crate::portal::page::Link;
use crate::portal::page::admin::DeviceLine;
use crate::portal::page::admin::FactorLine;
use crate::portal::page::admin::Facts;
use crate::portal::page::admin::UserPage;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::session::device::DeviceStanding;
use crate::subject::AccountState;
use crate::subject::PasswordStanding;
use crate::subject::SubjectId;
use crate::subject::terms::Obligation;

/// The page of one account.
pub(super) const USER: &str = "/admin/user";

/// The page of an account, below the prefix.
pub(super) fn page_of(id: &str) -> String {
    format!("{USER}?id={}", urlencoded::encode(id))
}

/// An account, for whoever may look at accounts; none: there is no such account.
pub(super) async fn account(
    turn: &Turn,
    principal: &Principal,
    id: &str,
) -> Result<Option<AccountView>, Refusal> {
    let show = Command::UserShow { login: format!("={id}") };
    match look(turn, principal, show).await? {
        Some(Reply::Account(account)) => Ok(Some(*account)),
        Some(_) => Err(Refusal::Internal),
        None => Ok(None),
    }
}

/// Whether somebody may do something to an account. The store's commit asks again.
pub(super) fn may(principal: &Principal, act: Act, account: &AccountView) -> Result<(), Denied> {
    let target = match act.object() {
        Object::Everything => Target::Nothing,
        Object::Account if principal.id().as_str() == account.id => Target::Oneself,
        Object::Account if act == Act::RemoveUser => {
            Target::Account { before: Some(account.role), after: None }
        }
        Object::Account | Object::Token => Target::of_role(account.role),
    };
    authority::may(Who::Person(principal.role()), act, target)
}

/// `GET /admin/user`.
pub(super) async fn show(turn: &Turn, principal: &Principal) -> Outcome {
    let (mut fields, _) = turn.query(&["id", "done"])?;
    let id = fields.required("id")?;
    let done = was_done(turn, &deeds::DONE, &mut fields)?;
    let Some(account) = account(turn, principal, &id).await? else {
        return Ok(turn.not_found());
    };
    let (standing, obligation) = stands(turn, &account).await?;
    let [acts, more] = deeds::offered(turn, principal, &account);
    let page = UserPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, PEOPLE),
        name: account.name.clone(),
        login: account.login.clone(),
        disabled: account.state == AccountState::Disabled,
        done,
        facts: facts(turn, &account),
        standing,
        required: asked::required(turn, obligation),
        own: asked::own(turn, &account.terms),
        factors: account.factors.iter().map(|factor| factor_line(turn, factor)).collect(),
        codes_left: account.codes_left,
        window: account.enrolment_open_until.map(|at| turn.language.moment(at)),
        password: turn.language.say(password_key(account.password)),
        link: account.password_link_until.map(|at| turn.language.moment(at)),
        recovery: account.recovery_code_until.map(|at| turn.language.moment(at)),
        handed: account.handed_app_until.map(|at| turn.language.moment(at)),
        devices: account.devices.iter().map(|it| device(turn, principal, &account, it)).collect(),
        sessions: account.sessions,
        sessions_page: turn.core.address(&sessions::page_of(&account.id)),
        acts,
        more,
        records: records(turn, principal, &account),
        back: turn.core.address(PEOPLE),
    };
    turn.page(StatusCode::OK, &page)
}

/// The message that tells how it is with a password.
const fn password_key(standing: PasswordStanding) -> &'static str {
    match standing {
        PasswordStanding::Elsewhere => "password-elsewhere",
        PasswordStanding::None => "password-none",
        PasswordStanding::Set => "password-set",
        PasswordStanding::MustChange => "password-must-change",
    }
}

/// What the log has of an account, for whom that is.
fn records(turn: &Turn, principal: &Principal, account: &AccountView) -> Option<String> {
    let page = format!("{}?user={}", audit::AUDIT, urlencoded::encode(&account.login));
    may(principal, Act::SeeAudit, account).is_ok().then(|| turn.core.address(&page))
}

/// Where somebody stands with their second factor, in words; and what is asked of them.
async fn stands(turn: &Turn, account: &AccountView) -> Result<(&'static str, Obligation), Refusal> {
    let id = SubjectId::from_stored(account.id.clone());
    let row = turn.core.people.roster.row(&id).await;
    let row = row.map_err(|error| turn.failed(&CeremonyError::Store(error)))?;
    let row = row.ok_or(Refusal::Internal)?;
    let yardstick = yardstick(turn);
    let standing = turn.language.say(standing_key(yardstick.standing(&row)));
    Ok((standing, yardstick.obligation(&row)))
}

fn facts(turn: &Turn, account: &AccountView) -> Facts {
    let moment = |at| turn.language.moment(at);
    Facts {
        email: account.email.clone(),
        groups: account.groups.join(", "),
        role: turn.language.say(named(account.role)),
        state: turn.language.say(state_key(account.state)),
        created: moment(account.created),
        last_sign_in: account.last_sign_in.map(moment),
        id: account.id.clone(),
    }
}

fn factor_line(turn: &Turn, factor: &FactorView) -> FactorLine {
    FactorLine {
        kind: turn.language.say(factor.kind.message()),
        label: factor.label.clone(),
        created: turn.language.day(factor.created),
        last_used: factor.last_used.map(|at| turn.language.moment(at)),
    }
}

fn device(
    turn: &Turn,
    principal: &Principal,
    account: &AccountView,
    device: &DeviceView,
) -> DeviceLine {
    let waits = device.verified.as_ref().is_some_and(|it| it.standing == DeviceStanding::Waiting);
    let link = |page: &str, act: Act| {
        let (id, device) = (urlencoded::encode(&account.id), urlencoded::encode(&device.id));
        let page = format!("{page}?id={id}&device={device}");
        may(principal, act, account).is_ok().then(|| turn.core.address(&page))
    };
    DeviceLine {
        label: device.label.clone(),
        site: device.site.clone(),
        created: turn.language.day(device.created),
        waits,
        approve: link(deeds::Approve::PAGE, deeds::Approve::ACT).filter(|_| waits),
        remove: link(deeds::RemoveDevice::PAGE, deeds::RemoveDevice::ACT),
    }
}

/// A link to a deed's page.
pub(super) fn link_to<D: Deed>(turn: &Turn, account: &AccountView) -> Link {
    let page = format!("{}?id={}", D::PAGE, urlencoded::encode(&account.id));
    Link { href: turn.core.address(&page), label: turn.language.say(D::TITLE) }
}
