//! The administration: pages for those whose role has something to do there, behind a door of their own.

mod add_user;
pub(crate) mod asked;
mod audit;
mod audit_export;
pub(crate) mod command;
mod deed;
mod deeds;
mod demands;
pub(crate) mod door;
mod health;
mod loud;
mod overview;
mod pictures;
mod policy;
mod scripts;
mod sessions;
mod task;
mod tokens;
pub(crate) mod trouble;
mod user;
mod users;

use std::sync::Arc;

use crate::authority::Act;
use crate::directory::LiveSession;
use crate::form_body::urlencoded;
use crate::portal::endpoint::Served;
use crate::portal::endpoint::served;
use crate::portal::page::admin::Section;
use crate::portal::page::admin::Shell;
use crate::portal::turn::Turn;
use crate::roster::Yardstick;
use crate::subject::Role;

use self::add_user::AddUser;
use self::audit_export::Export;
use self::door::Principal;
use self::sessions::EndAll;
use self::task::Task as _;

/// How many look through the audit log at a time.
pub(super) const SEARCHES: usize = 2;

/// The first page.
pub(crate) const PAGE: &str = "/admin";

/// Everybody who has an account.
const PEOPLE: &str = "/admin/users";

/// What scripts need.
const SCRIPTS: &str = "/admin/api";

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    served!(GET PAGE, may SeeOverview => overview::show),
    served!(POST loud::SEEN, may SeeOverview => loud::seen),
    served!(GET PEOPLE, may SeeUsers => users::show),
    served!(GET AddUser::PAGE, by AddUser::ACT => task::show::<AddUser>),
    served!(POST AddUser::PAGE, by AddUser::ACT => task::submit::<AddUser>),
    served!(GET user::USER, may SeeUsers => user::show),
    served!(GET policy::POLICY, may SeePolicy => policy::show),
    served!(GET policy::CHANGE, may Rehearse => policy::change),
    served!(POST policy::CHANGE, may Rehearse => policy::change_again),
    served!(POST policy::REHEARSE, may Rehearse => policy::rehearse),
    served!(POST policy::SET, may SetPolicy => policy::set),
    served!(GET audit::AUDIT, may SeeAudit => audit::show),
    served!(GET Export::PAGE, by Export::ACT => task::show::<Export>),
    served!(POST Export::PAGE, by Export::ACT => audit_export::submit),
    served!(GET sessions::SESSIONS, may SeeSessionsOf => sessions::show),
    served!(GET EndAll::PAGE, by EndAll::ACT => task::show::<EndAll>),
    served!(POST EndAll::PAGE, by EndAll::ACT => task::submit::<EndAll>),
    served!(GET SCRIPTS, may SeeUsers => scripts::show),
];

/// The pages of what can be done to an account.
pub(crate) const DEEDS: &[Served] = deeds::ENDPOINTS;

/// The pages of service tokens.
pub(crate) const TOKENS: &[Served] = tokens::ENDPOINTS;

/// The pages that the navigation leads to: where each is, what it is called, and which act it is.
const SECTIONS: [(&str, &str, Act); 7] = [
    (PAGE, "admin-overview", Act::SeeOverview),
    (PEOPLE, "admin-users", Act::SeeUsers),
    (policy::POLICY, "admin-policy", Act::SeePolicy),
    (sessions::SESSIONS, "admin-sessions", Act::SeeSessions),
    (tokens::TOKENS, "admin-tokens", Act::SeeTokens),
    (audit::AUDIT, "admin-audit", Act::SeeAudit),
    (SCRIPTS, "admin-api", Act::SeeUsers),
];

/// The pages for a role.
fn offered(role: Role) -> impl Iterator<Item = &'static (&'static str, &'static str, Act)> {
    SECTIONS.iter().filter(move |(_, _, act)| act.roles().has(role))
}

/// The address of the first page that is for somebody, where the administration is.
pub(crate) fn address(turn: &Turn, session: &LiveSession) -> Option<String> {
    let (page, _, _) = offered(session.profile.role).next()?;
    door::is_there(turn).then(|| turn.core.address(page))
}

/// The address of a page that is asked for something: what is not said is left out.
fn address_of<'a>(
    turn: &Turn,
    page: &str,
    asked: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
) -> String {
    let mut address = turn.core.address(page);
    let said = asked.into_iter().filter_map(|(name, value)| Some((name, value?)));
    for (at, (name, value)) in said.filter(|(_, value)| !value.is_empty()).enumerate() {
        address.push(if at == 0 { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        address.push_str(&urlencoded::encode(value));
    }
    address
}

/// What people are measured by, here and now.
pub(crate) fn yardstick(turn: &Turn) -> Yardstick {
    Yardstick {
        rulebook: turn.core.ceremonies.rulebook().clone(),
        sites: Arc::clone(&turn.core.people.sites),
        now: turn.core.clock.now(),
    }
}

/// What is around a page of the administration.
fn shell(turn: &Turn, principal: &Principal, page: &str) -> Shell {
    let role = principal.role();
    let section = |(path, name, _): &(&str, &str, Act)| Section {
        href: turn.core.address(path),
        label: turn.language.say(name),
        current: *path == page,
    };
    Shell {
        sections: offered(role).map(section).collect(),
        who: principal.profile().login.name().to_owned(),
        role: turn.language.say(named(role)),
        site: turn.asking.site.authority().to_owned(),
        until: turn.language.moment(principal.until()),
    }
}

/// The message that names a role.
const fn named(role: Role) -> &'static str {
    match role {
        Role::User => "role-user",
        Role::Auditor => "role-auditor",
        Role::HelpDesk => "role-help-desk",
        Role::Admin => "role-admin",
        Role::Owner => "role-owner",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::endpoint::Verb;
    use crate::portal::endpoint::endpoints;
    use crate::portal::guard::Guard;

    #[test]
    fn the_navigation_leads_to_pages_that_are_there_for_whom_it_is_shown_a258() {
        for (path, _, act) in SECTIONS {
            let leads_to = endpoints().into_iter().find(|it| it.path == path);
            let page = leads_to.filter(|it| it.method == Verb::Get);
            let Some(Guard::May(guard)) = page.map(|it| it.guard) else {
                panic!("{path} is not behind the door");
            };
            for role in Role::ALL.into_iter().filter(|role| act.roles().has(*role)) {
                assert!(guard.roles().has(role), "{path} is shown to {role:?}, and shut");
            }
        }
    }

    #[test]
    fn every_page_below_the_first_is_behind_the_door_a262() {
        for endpoint in endpoints() {
            let is_below = endpoint.path == PAGE || endpoint.path.starts_with("/admin/");
            let is_guarded = matches!(endpoint.guard, Guard::May(_));
            // Of the pages of the account, the one by which owners set what is asked of all of them.
            let is_of_owners = endpoint.guard == Guard::May(Act::SetOwnersSwitch);
            assert_eq!(is_of_owners, endpoint.path == "/account/owners", "{endpoint:?}");
            assert_eq!(is_below || is_of_owners, is_guarded, "{endpoint:?}");
        }
    }
}
