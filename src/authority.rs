//! Who may do what to whom: one rule, which pages, the API, the acts and the store's commit all ask.
//!
//! Each act names the roles that may give it: sets, not "from this role on", since a help desk stands above an
//! auditor and still must not read the log. An act on an account also needs a role strictly above the account's, as
//! it is and as it will be. Whoever uses the command line may do everything: whoever can read the key directory could.

mod act;
mod roles;

use serde::Deserialize;
use serde::Serialize;

pub use self::act::Act;
pub use self::act::Object;
pub use self::act::Weight;
pub use self::roles::RoleSet;
use crate::subject::Role;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Somebody at the machine, on the command line, or the gateway itself.
    Machine,
    /// A person, in a page or through the API.
    Person(Role),
    /// A program with a token of that role.
    Program(Role),
}

/// To what it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// To no account and no token in particular.
    Nothing,
    /// To the very account that asks.
    Oneself,
    /// To an account.
    Account {
        /// Its role; none: it is made by this act.
        before: Option<Role>,
        /// Its role afterwards; none: it is removed by this act.
        after: Option<Role>,
    },
    /// To a service token.
    Token {
        /// What it may do in the gateway itself; none: nothing, it is for a console.
        role: Option<Role>,
    },
}

impl Target {
    /// An account whose role stays as it is.
    #[must_use]
    pub const fn of_role(role: Role) -> Self {
        Self::Account { before: Some(role), after: Some(role) }
    }
}

/// Why somebody may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Denied {
    /// Their role does not do such things.
    #[error("this role does not allow it")]
    Role,
    /// The role concerned is not below theirs.
    #[error("nobody acts on a role that is equal to their own or higher")]
    NotBelow,
    /// It is their own account.
    #[error("nobody does this to their own account; the account page changes what is one's own")]
    Oneself,
    /// Nobody of their kind may, whatever their role; or an act was asked for on what it is not for.
    #[error("this is not done in this way")]
    Never,
}

impl Denied {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Role, Self::NotBelow, Self::Oneself, Self::Never];

    /// The name in records, problems and keys of messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::NotBelow => "not_below",
            Self::Oneself => "oneself",
            Self::Never => "never",
        }
    }
}

/// Whether `who` may do `act` to `target`.
///
/// # Errors
/// Why not.
pub fn may(who: Who, act: Act, target: Target) -> Result<(), Denied> {
    if !fits(act, target) {
        return Err(Denied::Never);
    }
    let role = match who {
        Who::Machine => return Ok(()),
        // No program is an owner.
        Who::Program(role) if role == Role::Owner || act.is_never_a_programs() => {
            return Err(Denied::Never);
        }
        Who::Person(role) | Who::Program(role) => role,
    };
    if !act.roles().has(role) {
        return Err(Denied::Role);
    }
    if act.weight() == Weight::Look {
        return Ok(());
    }
    is_below(who, act, target)
}

/// Whether there is anything to which somebody may do an act: whoever may do it to nobody learns nothing of anybody.
///
/// # Errors
/// Why not.
pub fn ever(who: Who, act: Act) -> Result<(), Denied> {
    let roles = || [None].into_iter().chain(Role::ALL.map(Some));
    let targets: Vec<Target> = match act.object() {
        Object::Everything => vec![Target::Nothing],
        Object::Token => roles().map(|role| Target::Token { role }).collect(),
        Object::Account => roles()
            .flat_map(|before| roles().map(move |after| Target::Account { before, after }))
            .collect(),
    };
    let mut why = Denied::Never;
    for target in targets {
        match may(who, act, target) {
            Ok(()) => return Ok(()),
            Err(Denied::Never) => {}
            Err(denied) => why = denied,
        }
    }
    Err(why)
}

/// Whether an act is for such a target: one that is asked for on something else is a mistake, and is not done.
const fn fits(act: Act, target: Target) -> bool {
    match (act.object(), target) {
        (Object::Everything, Target::Nothing)
        | (Object::Account, Target::Oneself)
        | (Object::Token, Target::Token { .. }) => true,
        (Object::Account, Target::Account { before, after }) => {
            before.is_some() != matches!(act, Act::AddUser)
                && after.is_some() != matches!(act, Act::RemoveUser)
        }
        _ => false,
    }
}

/// Nobody acts on an equal or higher role, nor on themselves; owners contain each other, and no more than that.
fn is_below(who: Who, act: Act, target: Target) -> Result<(), Denied> {
    let below = |concerned: Option<Role>| {
        concerned.is_none_or(|concerned| match who {
            Who::Machine => true,
            Who::Person(Role::Owner) if act.contains_owners() => true,
            Who::Person(role) | Who::Program(role) => concerned < role,
        })
    };
    let concerned = match target {
        Target::Nothing => [None, None],
        Target::Oneself => return Err(Denied::Oneself),
        Target::Account { before, after } => [before, after],
        Target::Token { role } => [role, None],
    };
    if concerned.into_iter().all(below) { Ok(()) } else { Err(Denied::NotBelow) }
}

#[cfg(test)]
mod tests;
