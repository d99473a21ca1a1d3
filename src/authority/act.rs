//! The acts of administration: what each is called, who may give it, how heavy it is, what it is done to.

use super::RoleSet;

/// Something that is done in the administration: on a page, through the API, or on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Looks at the overview: adoption, health, figures.
    SeeOverview,
    /// Looks at accounts.
    SeeUsers,
    /// Looks at who must have a second factor, and at rules.
    SeePolicy,
    /// Looks at everybody's sessions.
    SeeSessions,
    /// Looks at the sessions of one account.
    SeeSessionsOf,
    /// Looks at service tokens.
    SeeTokens,
    /// Reads the audit log.
    SeeAudit,
    /// Looks at the signing keys.
    SeeKeys,
    /// Tries in thought what a change would do.
    Rehearse,
    /// Takes all accounts out.
    ExportUsers,
    /// Takes the audit log out.
    ExportAudit,
    /// Lets a sink of the audit log go on without records that it does not take.
    SkipAudit,
    /// Brings accounts in, each of which is an act of its own.
    ImportUsers,
    /// Makes an account.
    AddUser,
    /// Changes name, address and groups.
    EditProfile,
    /// Removes an account.
    RemoveUser,
    /// Changes a role.
    SetRole,
    /// Disables an account.
    Disable,
    /// Enables an account again.
    Enable,
    /// Changes what is asked of one account.
    SetTerms,
    /// Changes where codes go.
    SetContact,
    /// Removes where codes go.
    RemoveContact,
    /// Agrees to a verified device.
    ApproveDevice,
    /// Removes a device.
    RemoveDevice,
    /// Removes every second factor.
    ResetMfa,
    /// Prepares a second factor for handing over.
    SetUpFor,
    /// Makes a link by which a password is chosen.
    IssuePasswordLink,
    /// Asks for another password at the next sign-in.
    ForceChange,
    /// Sets a password.
    SetPassword,
    /// Issues a recovery code.
    IssueRecoveryCode,
    /// Makes a recovery code void.
    RevokeRecoveryCode,
    /// Ends one session.
    EndSession,
    /// Ends every session of one account.
    EndSessionsOf,
    /// Ends everybody's sessions.
    EndAllSessions,
    /// Changes who must have a second factor.
    SetPolicy,
    /// Changes what one site asks for, and from where it is reached: of owners too, so that it is theirs alone.
    SetSitePolicy,
    /// Changes whether owners must have a second factor.
    SetOwnersSwitch,
    /// Issues a service token.
    AddToken,
    /// Gives a service token another secret.
    RotateToken,
    /// Takes a service token into use again.
    EnableToken,
    /// Takes a service token out of use, for a while or for ever.
    DisableToken,
    /// Makes a signing key.
    RotateKeys,
}

/// How much an act weighs: what proof it needs, and whether it needs a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// It changes nothing.
    Look,
    /// It can be undone, or only takes rights away that are won again easily.
    Usual,
    /// It opens a way, or takes much away: it needs a fresh proof and a reason.
    Grave,
}

impl Weight {
    /// The name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Usual => "usual",
            Self::Grave => "grave",
        }
    }
}

/// What an act is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// Nothing in particular, or all of it.
    Everything,
    /// One account.
    Account,
    /// One service token.
    Token,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 42] = [
        Self::SeeOverview,
        Self::SeeUsers,
        Self::SeePolicy,
        Self::SeeSessions,
        Self::SeeSessionsOf,
        Self::SeeTokens,
        Self::SeeAudit,
        Self::SeeKeys,
        Self::Rehearse,
        Self::ExportUsers,
        Self::ExportAudit,
        Self::SkipAudit,
        Self::ImportUsers,
        Self::AddUser,
        Self::EditProfile,
        Self::RemoveUser,
        Self::SetRole,
        Self::Disable,
        Self::Enable,
        Self::SetTerms,
        Self::SetContact,
        Self::RemoveContact,
        Self::ApproveDevice,
        Self::RemoveDevice,
        Self::ResetMfa,
        Self::SetUpFor,
        Self::IssuePasswordLink,
        Self::ForceChange,
        Self::SetPassword,
        Self::IssueRecoveryCode,
        Self::RevokeRecoveryCode,
        Self::EndSession,
        Self::EndSessionsOf,
        Self::EndAllSessions,
        Self::SetPolicy,
        Self::SetSitePolicy,
        Self::SetOwnersSwitch,
        Self::AddToken,
        Self::RotateToken,
        Self::EnableToken,
        Self::DisableToken,
        Self::RotateKeys,
    ];

    /// The name in records and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().0
    }

    /// Who may give it.
    #[must_use]
    pub const fn roles(self) -> RoleSet {
        self.row().1
    }

    /// How much it weighs.
    #[must_use]
    pub const fn weight(self) -> Weight {
        self.row().2
    }

    /// What it is done to. A look at accounts is a look at any of them, so it is done to none.
    #[must_use]
    pub const fn object(self) -> Object {
        self.row().3
    }

    const fn row(self) -> (&'static str, RoleSet, Weight, Object) {
        use Object::{Account, Everything, Token};
        use Weight::{Grave, Look, Usual};
        const ADMINS: RoleSet = RoleSet::ADMINS;
        const HELPERS: RoleSet = RoleSet::HELPERS;
        const OWNERS: RoleSet = RoleSet::OWNERS;
        const READERS: RoleSet = RoleSet::READERS;
        const STAFF: RoleSet = RoleSet::STAFF;
        match self {
            Self::SeeOverview => ("see_overview", READERS, Look, Everything),
            Self::SeeUsers => ("see_users", STAFF, Look, Everything),
            Self::SeePolicy => ("see_policy", READERS, Look, Everything),
            Self::SeeSessions => ("see_sessions", READERS, Look, Everything),
            Self::SeeSessionsOf => ("see_sessions_of", STAFF, Look, Everything),
            Self::SeeTokens => ("see_tokens", READERS, Look, Everything),
            Self::SeeAudit => ("see_audit", READERS, Look, Everything),
            Self::SeeKeys => ("see_keys", READERS, Look, Everything),
            Self::Rehearse => ("rehearse", ADMINS, Look, Everything),
            Self::ExportUsers => ("export_users", OWNERS, Grave, Everything),
            Self::ExportAudit => ("export_audit", OWNERS, Grave, Everything),
            Self::SkipAudit => ("skip_audit", OWNERS, Grave, Everything),
            Self::ImportUsers => ("import_users", ADMINS, Grave, Everything),
            Self::AddUser => ("add_user", ADMINS, Grave, Account),
            Self::EditProfile => ("edit_profile", ADMINS, Grave, Account),
            Self::RemoveUser => ("remove_user", OWNERS, Grave, Account),
            Self::SetRole => ("set_role", ADMINS, Grave, Account),
            Self::Disable => ("disable", ADMINS, Grave, Account),
            Self::Enable => ("enable", ADMINS, Usual, Account),
            Self::SetTerms => ("set_terms", ADMINS, Grave, Account),
            Self::SetContact => ("set_contact", ADMINS, Grave, Account),
            Self::RemoveContact => ("remove_contact", ADMINS, Grave, Account),
            Self::ApproveDevice => ("approve_device", ADMINS, Grave, Account),
            Self::RemoveDevice => ("remove_device", HELPERS, Usual, Account),
            Self::ResetMfa => ("reset_mfa", HELPERS, Grave, Account),
            Self::SetUpFor => ("set_up_for", HELPERS, Grave, Account),
            Self::IssuePasswordLink => ("issue_password_link", ADMINS, Grave, Account),
            Self::ForceChange => ("force_change", ADMINS, Usual, Account),
            Self::SetPassword => ("set_password", ADMINS, Grave, Account),
            Self::IssueRecoveryCode => ("issue_recovery_code", OWNERS, Grave, Account),
            Self::RevokeRecoveryCode => ("revoke_recovery_code", HELPERS, Usual, Account),
            Self::EndSession => ("end_session", HELPERS, Usual, Account),
            Self::EndSessionsOf => ("end_sessions_of", HELPERS, Usual, Account),
            Self::EndAllSessions => ("end_all_sessions", OWNERS, Grave, Everything),
            Self::SetPolicy => ("set_policy", ADMINS, Grave, Everything),
            Self::SetSitePolicy => ("set_site_policy", OWNERS, Grave, Everything),
            Self::SetOwnersSwitch => ("set_owners_switch", OWNERS, Grave, Everything),
            Self::AddToken => ("add_token", ADMINS, Grave, Token),
            Self::RotateToken => ("rotate_token", ADMINS, Grave, Token),
            Self::EnableToken => ("enable_token", ADMINS, Grave, Token),
            Self::DisableToken => ("disable_token", ADMINS, Usual, Token),
            Self::RotateKeys => ("rotate_keys", OWNERS, Grave, Everything),
        }
    }

    /// What owners may do to owners: take rights away, and give back what was taken. Nothing by which one owner could
    /// become another.
    pub(super) const fn contains_owners(self) -> bool {
        matches!(
            self,
            Self::SetRole | Self::Disable | Self::Enable | Self::EndSession | Self::EndSessionsOf
        )
    }

    /// What no program does, whatever its token says: what opens or widens a way in or gives a role, what changes what is
    /// asked of people, and what takes much away at once. A token lies in files and logs, and nobody gives a second factor
    /// with it.
    pub(super) const fn is_never_a_programs(self) -> bool {
        matches!(
            self,
            Self::ExportUsers
                | Self::ExportAudit
                | Self::SkipAudit
                | Self::ImportUsers
                | Self::AddUser
                | Self::EditProfile
                | Self::RemoveUser
                | Self::SetRole
                | Self::Enable
                | Self::SetTerms
                | Self::SetContact
                | Self::RemoveContact
                | Self::ApproveDevice
                | Self::ResetMfa
                | Self::SetUpFor
                | Self::IssuePasswordLink
                | Self::SetPassword
                | Self::IssueRecoveryCode
                | Self::EndAllSessions
                | Self::SetPolicy
                | Self::SetSitePolicy
                | Self::SetOwnersSwitch
                | Self::AddToken
                | Self::RotateToken
                | Self::EnableToken
                | Self::RotateKeys
        )
    }
}
