//! People with an account.

use std::sync::Arc;

use crate::audit::Tag;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::KindSet;
use crate::operate::Command;
use crate::operate::Reply;
use crate::operate::view::AccountView;
use crate::portal::admin;
use crate::portal::api::answer;
use crate::portal::api::cursor::List;
use crate::portal::api::operation::Answer;
use crate::portal::api::operation::Call;
use crate::portal::api::operation::Matching;
use crate::portal::api::operation::Parameter;
use crate::portal::api::operation::Sketch;
use crate::portal::api::operation::operation;
use crate::portal::api::problem::Problem;
use crate::portal::api::query::AFTER;
use crate::portal::api::query::LIMIT;
use crate::portal::api::query::Query;
use crate::portal::api::view::User;
use crate::portal::api::view::UserLine;
use crate::portal::api::view::UserList;
use crate::portal::endpoint::Served;
use crate::roster;
use crate::roster::Row;
use crate::roster::Sort;
use crate::roster::Standing;
use crate::subject::AccountState;
use crate::subject::LoginName;
use crate::subject::Role;

const LIST: Sketch =
    Sketch::giving::<UserList>(200, "list_users", "People with an account, page by page").asked(&[
        Parameter::of::<String>("text", "It is in their login name, name or address."),
        Parameter::of::<Role>("role", "They have this role."),
        Parameter::of::<AccountState>("state", "Their account is in this state."),
        Parameter::of::<Standing>("standing", "They stand there with what is asked of them."),
        Parameter::of::<AuthenticatorKind>("factor", "They have a second factor of this kind."),
        Parameter::of::<String>("group", "They are in this group."),
        Parameter::of::<Sort>("sort", "In which order; by login name, unless given."),
        LIMIT,
        AFTER,
    ]);

const SHOW: Sketch =
    Sketch::giving::<User>(200, "get_user", "One account").matching(Matching::Told);

/// The states, as queries call them.
const STATES: [(&str, AccountState); 2] =
    [("active", AccountState::Active), ("disabled", AccountState::Disabled)];

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    operation!(Get "/users", SeeUsers => list, LIST),
    operation!(Get "/users/{id}", SeeUsers => show, SHOW),
];

/// `GET /users`.
async fn list(call: &Call<'_>) -> Answer {
    let mut query = Query::of(call)?;
    let limit = query.limit()?;
    let (text, group) = (query.text("text"), query.text("group"));
    let state = |name: &str| STATES.iter().find(|(known, _)| *known == name).map(|(_, it)| *it);
    let mut wanted = roster::Query {
        text: text.clone(),
        role: query.meaning("role", Role::from_name)?,
        state: query.meaning("state", state)?,
        standing: query.meaning("standing", Standing::from_name)?,
        method: query.meaning("factor", AuthenticatorKind::from_name)?,
        group: group.clone(),
        sort: query.meaning("sort", Sort::from_name)?.unwrap_or_default(),
        after: None,
        limit,
    };
    let fields = [
        ("text", text.as_deref()),
        ("group", group.as_deref()),
        ("role", wanted.role.map(Role::name)),
        ("state", wanted.state.and_then(state_name)),
        ("standing", wanted.standing.map(Standing::name)),
        ("factor", wanted.method.map(AuthenticatorKind::name)),
        ("sort", Some(wanted.sort.name())),
    ];
    let list = List::of(call, &fields);
    if let Some(cursor) = query.text(AFTER.name) {
        wanted.after = LoginName::parse_any(&list.place(&cursor)?).ok();
    }
    let people = &call.turn.core.people.roster;
    let found = people.find(wanted, admin::yardstick(call.turn)).await?;
    let end = found.rows.last().filter(|_| found.more);
    let next = end.map(|(row, _)| list.after(row.profile.login.as_str()));
    let users = found.rows.iter().map(|(row, standing)| line(row, *standing)).collect();
    let body = UserList { users, total: found.total, next };
    answer::page(call, &body, body.next.as_deref())
}

fn state_name(state: AccountState) -> Option<&'static str> {
    STATES.iter().find(|(_, it)| *it == state).map(|(name, _)| *name)
}

fn line(row: &Arc<Row>, standing: Standing) -> UserLine {
    let profile = &row.profile;
    let held = |kind: &AuthenticatorKind| row.held.among(KindSet::of(&[*kind])) > 0;
    UserLine {
        id: row.id.to_string(),
        login: profile.login.to_string(),
        name: profile.name.clone(),
        email: profile.email.clone(),
        groups: profile.groups.clone(),
        role: profile.role,
        state: row.state,
        created: row.created.into(),
        last_sign_in: row.last_sign_in.map(Into::into),
        standing,
        factors: AuthenticatorKind::SECOND_FACTORS.into_iter().filter(held).collect(),
    }
}

/// `GET /users/{id}`.
async fn show(call: &Call<'_>) -> Answer {
    Query::of(call)?;
    let reply = call.done(Command::UserShow { login: named(call) }).await?;
    let Reply::Account(account) = reply else { return Err(answer::unexpected()) };
    let tag = tag(&account)?;
    answer::version(call, &User::from(*account), &tag)
}

/// The account of the path, as commands name it.
pub(super) fn named(call: &Call<'_>) -> String {
    format!("={}", call.part("id"))
}

/// The version of an account.
pub(super) fn tag(account: &AccountView) -> Result<Tag, Problem> {
    Tag::parse(&account.tag).ok_or_else(answer::unexpected)
}
