//! Everybody who has an account: searched, filtered, page by page. It only shows.

use http::StatusCode;

use super::PEOPLE;
use super::add_user::AddUser;
use super::address_of;
use super::deeds;
use super::door::Principal;
use super::named;
use super::shell;
use super::task::Task as _;
use super::user;
use super::yardstick;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::KindSet;
use crate::ceremony::CeremonyError;
use crate::policy::Refusal;
use crate::portal::done::was_done;
use crate::portal::form::Fields;
use crate::portal::page::admin::Choice;
use crate::portal::page::admin::UserRow;
use crate::portal::page::admin::UsersPage;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::roster::Query;
use crate::roster::Row;
use crate::roster::Sort;
use crate::roster::Standing;
use crate::subject::AccountState;
use crate::subject::LoginName;
use crate::subject::Role;

/// The fields of an address of the page.
const FIELDS: [&str; 6] = ["text", "role", "state", "standing", "after", "done"];

/// People on one page.
const PER_PAGE: usize = 50;

/// Bytes that are searched for: what the field takes, in whatever script.
const MOST_TEXT: usize = 400;

/// The states, as addresses call them.
const STATES: [(&str, AccountState); 2] =
    [("active", AccountState::Active), ("disabled", AccountState::Disabled)];

/// Whom the address asks for.
struct Wanted {
    text: String,
    role: Option<Role>,
    state: Option<AccountState>,
    standing: Option<Standing>,
    after: Option<LoginName>,
}

impl Wanted {
    /// Reads the address. A field that is empty asks for nothing; one that means nothing is refused.
    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let text = fields.optional("text").map(|text| text.trim().to_owned()).unwrap_or_default();
        if text.len() > MOST_TEXT {
            return Err(Refusal::Form);
        }
        let state = |name: &str| STATES.iter().find(|(known, _)| *known == name).map(|(_, it)| *it);
        Ok(Self {
            text,
            role: choice(fields, "role", Role::from_name)?,
            state: choice(fields, "state", state)?,
            standing: choice(fields, "standing", Standing::from_name)?,
            after: choice(fields, "after", |login| LoginName::parse_any(login).ok())?,
        })
    }

    fn query(&self) -> Query {
        Query {
            text: Some(self.text.clone()).filter(|text| !text.is_empty()),
            role: self.role,
            state: self.state,
            standing: self.standing,
            method: None,
            group: None,
            sort: Sort::Login,
            after: self.after.clone(),
            limit: PER_PAGE,
        }
    }

    /// The address of a page of the same search.
    fn address(&self, turn: &Turn, after: Option<&LoginName>) -> String {
        let fields = [
            ("text", Some(self.text.as_str())),
            ("role", self.role.map(Role::name)),
            ("state", self.state.map(name_of)),
            ("standing", self.standing.map(Standing::name)),
            ("after", after.map(LoginName::as_str)),
        ];
        address_of(turn, PEOPLE, fields)
    }
}

fn choice<T>(
    fields: &mut Fields,
    name: &str,
    meaning: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Refusal> {
    let written = fields.optional(name).filter(|written| !written.is_empty());
    written.map(|written| meaning(&written).ok_or(Refusal::Form)).transpose()
}

fn name_of(state: AccountState) -> &'static str {
    STATES.iter().find(|(_, it)| *it == state).map_or("", |(name, _)| name)
}

/// `GET /admin/users`.
pub(crate) async fn show(turn: &Turn, principal: &Principal) -> Outcome {
    let (mut fields, _) = turn.query(&FIELDS)?;
    let done = was_done(turn, &deeds::GONE, &mut fields)?;
    let wanted = Wanted::take(&mut fields)?;
    let found = turn.core.people.roster.find(wanted.query(), yardstick(turn)).await;
    let found = found.map_err(|error| turn.failed(&CeremonyError::Store(error)))?;
    let last = found.rows.last().filter(|_| found.more);
    let page = UsersPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, PEOPLE),
        done,
        add: AddUser::may(principal, Role::User).then(|| turn.core.address(AddUser::PAGE)),
        text: wanted.text.clone(),
        roles: options(turn, Role::ALL, wanted.role, |it| (it.name(), named(it))),
        states: options(turn, STATES.map(|(_, it)| it), wanted.state, |it| {
            (name_of(it), state_key(it))
        }),
        standings: options(turn, Standing::ALL, wanted.standing, |it| {
            (it.name(), standing_key(it))
        }),
        total: found.total,
        rows: found.rows.iter().map(|(row, standing)| line(turn, row, *standing)).collect(),
        first: wanted.after.is_some().then(|| wanted.address(turn, None)),
        next: last.map(|(row, _)| wanted.address(turn, Some(&row.profile.login))),
    };
    turn.page(StatusCode::OK, &page)
}

/// What can be chosen, by its name in addresses and the message that tells of it.
fn options<T>(
    turn: &Turn,
    all: impl IntoIterator<Item = T>,
    wanted: Option<T>,
    words: fn(T) -> (&'static str, &'static str),
) -> Vec<Choice> {
    let wanted = wanted.map_or("", |it| words(it).0);
    let choice = |it: T| {
        let (value, key) = words(it);
        Choice::new(value, turn.language.say(key), wanted)
    };
    all.into_iter().map(choice).collect()
}

fn line(turn: &Turn, row: &Row, standing: Standing) -> UserRow {
    let held = |kind: &AuthenticatorKind| row.held.among(KindSet::of(&[*kind])) > 0;
    let kinds = AuthenticatorKind::SECOND_FACTORS.into_iter().filter(held);
    let kinds: Vec<&str> = kinds.map(|kind| turn.language.say(kind.message())).collect();
    UserRow {
        href: turn.core.address(&user::page_of(row.id.as_str())),
        login: row.profile.login.as_str().to_owned(),
        name: row.profile.name.clone(),
        email: row.profile.email.clone().unwrap_or_default(),
        role: turn.language.say(named(row.profile.role)),
        disabled: row.state == AccountState::Disabled,
        standing: turn.language.say(standing_key(standing)),
        kinds: kinds.join(", "),
    }
}

pub(super) const fn standing_key(standing: Standing) -> &'static str {
    match standing {
        Standing::Enrolled => "standing-enrolled",
        Standing::Free => "standing-free",
        Standing::Pending => "standing-pending",
        Standing::Overdue => "standing-overdue",
    }
}

pub(super) const fn state_key(state: AccountState) -> &'static str {
    match state {
        AccountState::Active => "state-active",
        AccountState::Disabled => "state-disabled",
    }
}
