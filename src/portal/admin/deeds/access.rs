//! Whether somebody gets in: disabled, enabled, signed out everywhere, second factors reset.

use crate::authority::Act;
use crate::operate::Command;
use crate::operate::SessionCommand;
use crate::operate::view::AccountView;
use crate::policy::Refusal;
use crate::portal::admin::deed::Deed;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::page::admin::Input;
use crate::portal::turn::Turn;
use crate::subject::AccountState;

/// A deed with nothing to fill in.
macro_rules! plain {
    ($name:ident) => {
        impl Form for $name {
            const FIELDS: &'static [&'static str] = &["id", "seen", "reason"];

            fn take(_: &mut Fields) -> Result<Self, Refusal> {
                Ok(Self)
            }
        }
    };
}

/// Nobody signs in to the account any more.
pub(crate) struct Disable;

plain!(Disable);

impl Deed for Disable {
    const PAGE: &'static str = "/admin/user/disable";
    const ACT: Act = Act::Disable;
    const TITLE: &'static str = "deed-disable";
    const DOES: &'static str = "deed-disable-does";
    const DONE: &'static str = "disabled";

    fn first(_: &mut Fields, account: &AccountView) -> Result<Option<Self>, Refusal> {
        Ok((account.state == AccountState::Active).then_some(Self))
    }

    fn inputs(&self, _: &Turn, _: &AccountView) -> Vec<Input> {
        Vec::new()
    }

    fn command(&self, login: String) -> Result<Command, &'static str> {
        Ok(Command::UserDisable { login })
    }
}

/// People sign in to the account again.
pub(crate) struct Enable;

plain!(Enable);

impl Deed for Enable {
    const PAGE: &'static str = "/admin/user/enable";
    const ACT: Act = Act::Enable;
    const TITLE: &'static str = "deed-enable";
    const DOES: &'static str = "deed-enable-does";
    const DONE: &'static str = "enabled";

    fn first(_: &mut Fields, account: &AccountView) -> Result<Option<Self>, Refusal> {
        Ok((account.state == AccountState::Disabled).then_some(Self))
    }

    fn inputs(&self, _: &Turn, _: &AccountView) -> Vec<Input> {
        Vec::new()
    }

    fn command(&self, login: String) -> Result<Command, &'static str> {
        Ok(Command::UserEnable { login })
    }
}

/// Every second factor goes, and a first one can be set up again.
pub(crate) struct Reset;

plain!(Reset);

impl Deed for Reset {
    const PAGE: &'static str = "/admin/user/reset";
    const ACT: Act = Act::ResetMfa;
    const TITLE: &'static str = "deed-reset";
    const DOES: &'static str = "deed-reset-does";
    const DONE: &'static str = "reset";

    fn first(_: &mut Fields, _: &AccountView) -> Result<Option<Self>, Refusal> {
        // Without a second factor too: it opens the time for setting one up again.
        Ok(Some(Self))
    }

    fn inputs(&self, _: &Turn, _: &AccountView) -> Vec<Input> {
        Vec::new()
    }

    fn command(&self, login: String) -> Result<Command, &'static str> {
        Ok(Command::UserResetMfa { login })
    }
}

/// Every session of the account ends.
pub(crate) struct EndSessions;

plain!(EndSessions);

impl Deed for EndSessions {
    const PAGE: &'static str = "/admin/user/sessions";
    const ACT: Act = Act::EndSessionsOf;
    const TITLE: &'static str = "deed-end-sessions";
    const DOES: &'static str = "deed-end-sessions-does";
    const DONE: &'static str = "sessions-ended";

    fn first(_: &mut Fields, account: &AccountView) -> Result<Option<Self>, Refusal> {
        Ok((account.sessions > 0).then_some(Self))
    }

    fn inputs(&self, _: &Turn, _: &AccountView) -> Vec<Input> {
        Vec::new()
    }

    fn command(&self, login: String) -> Result<Command, &'static str> {
        Ok(Command::Session(SessionCommand::EndOf { login }))
    }
}
