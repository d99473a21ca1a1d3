//! What can be done to an account: the deeds, where each is, and which are offered for an account as it is.

/// A deed with nothing to fill in: where it is and which act, its messages, to whom it can be done, and what is asked for.
macro_rules! plain {
    (
        $(#[$doc:meta])*
        $name:ident($page:literal, $act:expr, $done:literal),
        [$title:literal, $does:literal],
        $applies:expr,
        $command:expr
    ) => {
        $(#[$doc])*
        pub(crate) struct $name;

        impl $crate::portal::admin::deed::Deed for $name {
            const PAGE: &'static str = $page;
            const ACT: Act = $act;
            const TITLE: &'static str = $title;
            const DOES: &'static str = $does;
            const DONE: &'static str = $done;

            fn first(
                _: &$crate::portal::turn::Turn,
                _: &mut $crate::portal::form::Fields,
                account: &AccountView,
            ) -> Result<Option<Self>, $crate::policy::Refusal> {
                let applies: fn(&AccountView) -> bool = $applies;
                Ok(applies(account).then_some(Self))
            }

            fn take(
                _: &mut $crate::portal::form::Fields,
            ) -> Result<Self, $crate::policy::Refusal> {
                Ok(Self)
            }

            fn command(&self, login: String) -> Result<Command, &'static str> {
                let command: fn(String) -> Command = $command;
                Ok(command(login))
            }
        }
    };
}

mod access;
mod codes;
mod contact;
mod device;
mod password;
mod profile;
mod role;
mod session;
mod set_up;
mod terms;

use super::add_user::AddUser;
use super::deed;
use super::deed::Deed;
use super::door::Principal;
use super::task::Task as _;
use super::user;
use crate::operate::view::AccountView;
use crate::portal::endpoint::Served;
use crate::portal::endpoint::served;
use crate::portal::form::Fields;
use crate::portal::page::Link;
use crate::portal::turn::Turn;

use self::access::Disable;
use self::access::Enable;
use self::access::EndSessions;
use self::access::Reset;
use self::access::RevokeCode;
use self::codes::IssueCode;
use self::contact::RemoveContact;
use self::contact::SetContact;
use self::password::IssueLink;
use self::password::RequireChange;
use self::profile::Edit;
use self::profile::Remove;
use self::role::SetRole;
use self::set_up::SetUpFor;
use self::terms::SetTerms;

pub(super) use self::device::Approve;
pub(super) use self::device::RemoveDevice;
pub(super) use self::password::SITE;
pub(super) use self::password::link;
pub(super) use self::password::site;
pub(super) use self::password::sites;
pub(super) use self::profile::Profile;
pub(super) use self::session::EndSession;

/// The pages of deeds: each shows its form to whoever may, and does it.
macro_rules! pages {
    ($($deed:ident),+ $(,)?) => {
        &[$(
            served!(GET $deed::PAGE, by $deed::ACT => deed::show::<$deed>),
            served!(POST $deed::PAGE, by $deed::ACT => deed::submit::<$deed>),
        )+]
    };
}

/// The pages of deeds.
pub(crate) const ENDPOINTS: &[Served] = pages![
    Disable,
    Enable,
    Reset,
    SetUpFor,
    EndSessions,
    EndSession,
    SetRole,
    SetTerms,
    SetContact,
    RemoveContact,
    Approve,
    RemoveDevice,
    IssueCode,
    RevokeCode,
    Edit,
    IssueLink,
    RequireChange,
    Remove,
];

/// What was done, as an address says it, and the message that tells of it.
pub(super) const DONE: [(&str, &str); 15] = [
    (EndSession::DONE, "deed-session-ended"),
    (Disable::DONE, "deed-disabled"),
    (Enable::DONE, "deed-enabled"),
    (Reset::DONE, "deed-was-reset"),
    (EndSessions::DONE, "deed-sessions-ended"),
    (SetRole::DONE, "deed-role-set"),
    (SetTerms::DONE, "deed-terms-set"),
    (SetContact::DONE, "deed-contact-set"),
    (RemoveContact::DONE, "deed-contact-removed"),
    (Approve::DONE, "deed-device-approved"),
    (RemoveDevice::DONE, "deed-device-removed"),
    (RevokeCode::DONE, "deed-code-revoked"),
    (Edit::DONE, "deed-edited"),
    (RequireChange::DONE, "deed-change-required"),
    (AddUser::DONE, "user-added"),
];

/// The same of what leaves no page of the account.
pub(super) const GONE: [(&str, &str); 1] = [(Remove::DONE, "deed-removed")];

/// What somebody may do to an account as it is; and what is kept behind a menu, because it is seldom right (S1.14).
pub(super) fn offered(turn: &Turn, principal: &Principal, account: &AccountView) -> [Vec<Link>; 2] {
    let acts = [
        offer::<Edit>(turn, principal, account),
        offer::<IssueLink>(turn, principal, account),
        offer::<RequireChange>(turn, principal, account),
        offer::<SetTerms>(turn, principal, account),
        offer::<EndSessions>(turn, principal, account),
        offer::<Reset>(turn, principal, account),
        offer::<SetUpFor>(turn, principal, account),
        offer::<SetContact>(turn, principal, account),
        offer::<RemoveContact>(turn, principal, account),
        offer::<SetRole>(turn, principal, account),
        offer::<Disable>(turn, principal, account),
        offer::<Enable>(turn, principal, account),
        offer::<RevokeCode>(turn, principal, account),
        offer::<Remove>(turn, principal, account),
    ];
    let more = [offer::<IssueCode>(turn, principal, account)];
    [acts.into_iter().flatten().collect(), more.into_iter().flatten().collect()]
}

/// A link to a deed, if it can be done at all and by whoever looks.
fn offer<D: Deed>(turn: &Turn, principal: &Principal, account: &AccountView) -> Option<Link> {
    user::may(principal, D::ACT, account).ok()?;
    D::first(turn, &mut Fields::default(), account).ok()??;
    Some(user::link_to::<D>(turn, account))
}
