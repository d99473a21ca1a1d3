//! Another role.

use crate::authority;
use crate::authority::Act;
use crate::authority::Target;
use crate::authority::Who;
use crate::operate::Command;
use crate::operate::view::AccountView;
use crate::policy::Refusal;
use crate::portal::admin::deed::Deed;
use crate::portal::admin::named;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::page::admin::Choice;
use crate::portal::page::admin::Input;
use crate::portal::turn::Turn;
use crate::subject::Role;

/// An account gets another role.
pub(crate) struct SetRole {
    role: Role,
}

impl Form for SetRole {
    const FIELDS: &'static [&'static str] = &["id", "seen", "reason", "role"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let role = Role::from_name(&fields.required("role")?).ok_or(Refusal::Form)?;
        Ok(Self { role })
    }
}

impl Deed for SetRole {
    const PAGE: &'static str = "/admin/user/role";
    const ACT: Act = Act::SetRole;
    const TITLE: &'static str = "deed-set-role";
    const DOES: &'static str = "deed-set-role-does";
    const DONE: &'static str = "role-set";

    fn first(_: &mut Fields, account: &AccountView) -> Result<Option<Self>, Refusal> {
        Ok(Some(Self { role: account.role }))
    }

    fn inputs(&self, turn: &Turn, account: &AccountView) -> Vec<Input> {
        let own = turn.asking.session.as_ref().map(|session| session.profile.role);
        let may = |role: &Role| {
            let target = Target::Account { before: Some(account.role), after: Some(*role) };
            own.is_some_and(|own| authority::may(Who::Person(own), Self::ACT, target).is_ok())
        };
        let choice = |role: Role| Choice {
            value: role.name(),
            label: turn.language.say(named(role)),
            chosen: role == self.role,
        };
        let choices = Role::ALL.into_iter().filter(may).map(choice).collect();
        vec![Input::select("role", turn.language.say("admin-role"), choices)]
    }

    fn command(&self, login: String) -> Result<Command, &'static str> {
        Ok(Command::UserSetRole { login, role: self.role })
    }
}
