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
mod role;
mod session;
mod terms;

use super::deed;
use super::deed::Deed;
use super::door::Principal;
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
use self::role::SetRole;
use self::terms::SetTerms;

pub(super) use self::device::Approve;
pub(super) use self::device::RemoveDevice;
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
];

/// What was done, as an address says it, and the message that tells of it.
pub(super) const DONE: [(&str, &str); 12] = [
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
];

/// What somebody may do to an account as it is; and what is kept behind a menu, because it is seldom right (S1.14).
pub(super) fn offered(turn: &Turn, principal: &Principal, account: &AccountView) -> [Vec<Link>; 2] {
    let acts = [
        link::<SetTerms>(turn, principal, account),
        link::<EndSessions>(turn, principal, account),
        link::<Reset>(turn, principal, account),
        link::<SetContact>(turn, principal, account),
        link::<RemoveContact>(turn, principal, account),
        link::<SetRole>(turn, principal, account),
        link::<Disable>(turn, principal, account),
        link::<Enable>(turn, principal, account),
        link::<RevokeCode>(turn, principal, account),
    ];
    let more = [link::<IssueCode>(turn, principal, account)];
    [acts.into_iter().flatten().collect(), more.into_iter().flatten().collect()]
}

/// A link to a deed, if it can be done at all and by whoever looks.
fn link<D: Deed>(turn: &Turn, principal: &Principal, account: &AccountView) -> Option<Link> {
    user::may(principal, D::ACT, account).ok()?;
    D::first(turn, &mut Fields::default(), account).ok()??;
    Some(user::link_to::<D>(turn, account))
}
