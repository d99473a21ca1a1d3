//! Sets of roles.

use crate::subject::Role;

/// A set of roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleSet(u8);

impl RoleSet {
    /// Those who keep things as they should be.
    pub const ADMINS: Self = Self::of(&[Role::Admin, Role::Owner]);
    /// Those who help people who lost something.
    pub const HELPERS: Self = Self::of(&[Role::HelpDesk, Role::Admin, Role::Owner]);
    /// Owners alone.
    pub const OWNERS: Self = Self::of(&[Role::Owner]);
    /// Those who may see what happened and what is set: not the help desk, which would hold both halves of an account.
    pub const READERS: Self = Self::of(&[Role::Auditor, Role::Admin, Role::Owner]);
    /// Everybody who has anything to do in the administration.
    pub const STAFF: Self = Self::of(&[Role::Auditor, Role::HelpDesk, Role::Admin, Role::Owner]);

    const fn of(roles: &[Role]) -> Self {
        let (mut bits, mut rest) = (0, roles);
        while let [role, others @ ..] = rest {
            bits |= 1 << *role as u8;
            rest = others;
        }
        Self(bits)
    }

    /// Whether a role is in it.
    #[must_use]
    pub const fn has(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }
}
