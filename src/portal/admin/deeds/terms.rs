//! What is asked of one account, besides what is asked of everybody (S0.23, S3.9).

use crate::authority::Act;
use crate::operate::Command;
use crate::operate::EnforcementCommand;
use crate::operate::view::AccountView;
use crate::policy::Refusal;
use crate::portal::admin::deed::Deed;
use crate::portal::admin::demands::Demanded;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::page::admin::Input;
use crate::portal::turn::Turn;

/// The terms of an account are set.
pub(crate) struct SetTerms(Demanded);

impl Form for SetTerms {
    const FIELDS: &'static [&'static str] = &[
        "id",
        "seen",
        "reason",
        "mode",
        "grace",
        "unenrolled",
        "allow_passkey",
        "allow_totp",
        "allow_sms",
        "allow_email",
        "allow_backup_code",
        "allow_remembered_device",
    ];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Demanded::take(fields).map(Self)
    }
}

impl Deed for SetTerms {
    const PAGE: &'static str = "/admin/user/terms";
    const ACT: Act = Act::SetTerms;
    const TITLE: &'static str = "deed-set-terms";
    const DOES: &'static str = "deed-set-terms-does";
    const DONE: &'static str = "terms-set";

    fn first(_: &mut Fields, account: &AccountView) -> Result<Option<Self>, Refusal> {
        Ok(Some(Self(Demanded::of(&account.terms))))
    }

    fn inputs(&self, turn: &Turn, _: &AccountView) -> Vec<Input> {
        self.0.inputs(turn, "asked-as-everybody")
    }

    fn command(&self, login: String) -> Result<Command, &'static str> {
        let change = self.0.change()?;
        Ok(Command::Enforcement(EnforcementCommand::SetUser { login, change }))
    }
}
