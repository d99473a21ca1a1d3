//! A recovery code: for whoever can prove nothing else (S1.13, S1.14).

use http::StatusCode;

use crate::authority::Act;
use crate::operate::Command;
use crate::operate::EnforcementCommand;
use crate::operate::Reply;
use crate::operate::view::AccountView;
use crate::policy::Refusal;
use crate::portal::admin::PEOPLE;
use crate::portal::admin::deed::Deed;
use crate::portal::admin::door::Principal;
use crate::portal::admin::shell;
use crate::portal::admin::user;
use crate::portal::form::Fields;
use crate::portal::page::admin::CodePage;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::subject::AccountState;

/// A recovery code is issued, and shown once.
pub(crate) struct IssueCode;

impl Deed for IssueCode {
    const PAGE: &'static str = "/admin/user/recovery-code";
    const ACT: Act = Act::IssueRecoveryCode;
    const TITLE: &'static str = "deed-issue-code";
    const DOES: &'static str = "deed-issue-code-does";
    const DONE: &'static str = "code-issued";

    fn first(_: &Turn, _: &mut Fields, account: &AccountView) -> Result<Option<Self>, Refusal> {
        Ok((account.state == AccountState::Active).then_some(Self))
    }

    fn take(_: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self)
    }

    fn command(&self, login: String) -> Result<Command, &'static str> {
        Ok(Command::Enforcement(EnforcementCommand::IssueRecoveryCode { login }))
    }

    fn told(turn: &Turn, (principal, _): (&Principal, &str), reply: &Reply) -> Outcome {
        let Reply::RecoveryCode { account, code, expires } = reply else {
            return Err(Refusal::Internal.into());
        };
        let page = CodePage {
            chrome: turn.chrome(),
            shell: shell(turn, principal, PEOPLE),
            who: account.name.clone(),
            login: account.login.clone(),
            code: code.0.expose().to_owned().into(),
            expires: turn.language.moment(*expires),
            back: turn.core.address(&user::page_of(&account.id)),
        };
        turn.page(StatusCode::OK, &page)
    }
}
