//! What is asked of one account, besides what is asked of everybody (S0.23, S3.9).

use crate::authority::Act;
use crate::operate::Command;
use crate::operate::EnforcementCommand;
use crate::operate::view::AccountView;
use crate::policy::Refusal;
use crate::portal::admin::deed::Deed;
use crate::portal::admin::demands::Demanded;
use crate::portal::admin::door::Principal;
use crate::portal::form::Fields;
use crate::portal::page::admin::Input;
use crate::portal::turn::Turn;

/// The terms of an account are set.
pub(crate) struct SetTerms(Demanded);

impl Deed for SetTerms {
    const PAGE: &'static str = "/admin/user/terms";
    const ACT: Act = Act::SetTerms;
    const TITLE: &'static str = "deed-set-terms";
    const DOES: &'static str = "deed-set-terms-does";
    const DONE: &'static str = "terms-set";
    const FIELDS: &'static [&'static str] = Demanded::FIELDS;

    fn first(_: &Turn, _: &mut Fields, account: &AccountView) -> Result<Option<Self>, Refusal> {
        Ok(Some(Self(Demanded::of(&account.terms))))
    }

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Demanded::take(fields).map(Self)
    }

    fn inputs(&self, turn: &Turn, _: &Principal, _: &AccountView) -> Vec<Input> {
        self.0.inputs(turn, "asked-as-everybody")
    }

    fn command(&self, login: String) -> Result<Command, &'static str> {
        let change = self.0.change()?;
        Ok(Command::Enforcement(EnforcementCommand::SetUser { login, change }))
    }
}
