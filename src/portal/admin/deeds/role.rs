//! Another role.

use crate::authority;
use crate::authority::Act;
use crate::authority::Target;
use crate::authority::Who;
use crate::operate::Command;
use crate::operate::view::AccountView;
use crate::policy::Refusal;
use crate::portal::admin::deed::Deed;
use crate::portal::admin::door::Principal;
use crate::portal::admin::named;
use crate::portal::form::Fields;
use crate::portal::page::admin::Choice;
use crate::portal::page::admin::Input;
use crate::portal::turn::Turn;
use crate::subject::Role;

/// An account gets another role.
pub(crate) struct SetRole {
    role: Role,
}

impl Deed for SetRole {
    const PAGE: &'static str = "/admin/user/role";
    const ACT: Act = Act::SetRole;
    const TITLE: &'static str = "deed-set-role";
    const DOES: &'static str = "deed-set-role-does";
    const DONE: &'static str = "role-set";
    const FIELDS: &'static [&'static str] = &["role"];

    fn first(_: &Turn, _: &mut Fields, account: &AccountView) -> Result<Option<Self>, Refusal> {
        Ok(Some(Self { role: account.role }))
    }

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let role = Role::from_name(&fields.required("role")?).ok_or(Refusal::Form)?;
        Ok(Self { role })
    }

    fn inputs(&self, turn: &Turn, principal: &Principal, account: &AccountView) -> Vec<Input> {
        let may = |role: &Role| {
            let target = Target::Account { before: Some(account.role), after: Some(*role) };
            authority::may(Who::Person(principal.role()), Self::ACT, target).is_ok()
        };
        let choice =
            |role: Role| Choice::new(role.name(), turn.language.say(named(role)), self.role.name());
        let choices = Role::ALL.into_iter().filter(may).map(choice).collect();
        vec![Input::select("role", turn.language.say("admin-role"), choices)]
    }

    fn command(&self, login: String) -> Result<Command, &'static str> {
        Ok(Command::UserSetRole { login, role: self.role })
    }
}
