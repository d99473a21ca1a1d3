//! What can be done to an account: the deeds, where each is, and which are offered for an account as it is.

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
use self::codes::IssueCode;
use self::codes::RevokeCode;
use self::contact::RemoveContact;
use self::contact::SetContact;
use self::role::SetRole;
use self::terms::SetTerms;

pub(super) use self::device::Approve;
pub(super) use self::device::RemoveDevice;
pub(super) use self::session::EndSession;

/// The pages of deeds.
pub(crate) const ENDPOINTS: &[Served] = &[
    served!(GET Disable::PAGE, may Disable => deed::show::<Disable>),
    served!(POST Disable::PAGE, may Disable => deed::submit::<Disable>),
    served!(GET Enable::PAGE, may Enable => deed::show::<Enable>),
    served!(POST Enable::PAGE, may Enable => deed::submit::<Enable>),
    served!(GET Reset::PAGE, may ResetMfa => deed::show::<Reset>),
    served!(POST Reset::PAGE, may ResetMfa => deed::submit::<Reset>),
    served!(GET EndSessions::PAGE, may EndSessionsOf => deed::show::<EndSessions>),
    served!(POST EndSessions::PAGE, may EndSessionsOf => deed::submit::<EndSessions>),
    served!(GET EndSession::PAGE, may EndSession => deed::show::<EndSession>),
    served!(POST EndSession::PAGE, may EndSession => deed::submit::<EndSession>),
    served!(GET SetRole::PAGE, may SetRole => deed::show::<SetRole>),
    served!(POST SetRole::PAGE, may SetRole => deed::submit::<SetRole>),
    served!(GET SetTerms::PAGE, may SetTerms => deed::show::<SetTerms>),
    served!(POST SetTerms::PAGE, may SetTerms => deed::submit::<SetTerms>),
    served!(GET SetContact::PAGE, may SetContact => deed::show::<SetContact>),
    served!(POST SetContact::PAGE, may SetContact => deed::submit::<SetContact>),
    served!(GET RemoveContact::PAGE, may RemoveContact => deed::show::<RemoveContact>),
    served!(POST RemoveContact::PAGE, may RemoveContact => deed::submit::<RemoveContact>),
    served!(GET Approve::PAGE, may ApproveDevice => deed::show::<Approve>),
    served!(POST Approve::PAGE, may ApproveDevice => deed::submit::<Approve>),
    served!(GET RemoveDevice::PAGE, may RemoveDevice => deed::show::<RemoveDevice>),
    served!(POST RemoveDevice::PAGE, may RemoveDevice => deed::submit::<RemoveDevice>),
    served!(GET IssueCode::PAGE, may IssueRecoveryCode => deed::show::<IssueCode>),
    served!(POST IssueCode::PAGE, may IssueRecoveryCode => deed::submit::<IssueCode>),
    served!(GET RevokeCode::PAGE, may RevokeRecoveryCode => deed::show::<RevokeCode>),
    served!(POST RevokeCode::PAGE, may RevokeRecoveryCode => deed::submit::<RevokeCode>),
];

/// What was done, as an address says it, and the message that tells of it.
const DONE: [(&str, &str); 12] = [
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

/// The message that tells what was done.
pub(super) fn done(name: &str) -> Option<&'static str> {
    DONE.iter().find(|(known, _)| *known == name).map(|(_, message)| *message)
}

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
    D::first(&mut Fields::default(), account).ok()??;
    Some(user::link_to::<D>(turn, account))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::guard::Guard;

    /// The act that guards a page is the act that the page's deed asks for in the account's favour.
    fn is_guarded<D: Deed>() -> bool {
        let mut pages = ENDPOINTS.iter().filter(|it| it.path == D::PAGE);
        pages.all(|it| it.endpoint().guard == Guard::May(D::ACT))
    }

    #[test]
    fn a_deed_is_guarded_by_its_own_act_a258_a260() {
        assert!(is_guarded::<Disable>() && is_guarded::<Enable>() && is_guarded::<Reset>());
        assert!(is_guarded::<EndSession>() && is_guarded::<EndSessions>());
        assert!(is_guarded::<SetRole>() && is_guarded::<SetTerms>());
        assert!(is_guarded::<SetContact>() && is_guarded::<RemoveContact>());
        assert!(is_guarded::<Approve>() && is_guarded::<RemoveDevice>());
        assert!(is_guarded::<IssueCode>() && is_guarded::<RevokeCode>());
    }
}
