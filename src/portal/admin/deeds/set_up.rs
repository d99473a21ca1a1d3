//! An authenticator app for somebody else: its key is shown once, for handing over (S3.7).

use http::StatusCode;

use crate::authenticator::AuthenticatorKind;
use crate::authority::Act;
use crate::operate::Command;
use crate::operate::Reply;
use crate::operate::view::AccountView;
use crate::policy::Refusal;
use crate::portal::admin::PEOPLE;
use crate::portal::admin::deed::Deed;
use crate::portal::admin::door::Principal;
use crate::portal::admin::shell;
use crate::portal::admin::user;
use crate::portal::form::Fields;
use crate::portal::page::admin::HandedPage;
use crate::portal::qr;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::subject::AccountState;

/// An app is set up for somebody who has no second factor.
pub(crate) struct SetUpFor;

impl Deed for SetUpFor {
    const PAGE: &'static str = "/admin/user/set-up";
    const ACT: Act = Act::SetUpFor;
    const TITLE: &'static str = "deed-set-up";
    const DOES: &'static str = "deed-set-up-does";
    const DONE: &'static str = "set-up";

    fn first(_: &Turn, _: &mut Fields, account: &AccountView) -> Result<Option<Self>, Refusal> {
        let has_one = account
            .factors
            .iter()
            .any(|factor| AuthenticatorKind::SECOND_FACTORS.contains(&factor.kind));
        Ok((account.state == AccountState::Active && !has_one).then_some(Self))
    }

    fn take(_: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self)
    }

    fn command(&self, login: String) -> Result<Command, &'static str> {
        Ok(Command::UserSetUp { login })
    }

    fn told(turn: &Turn, (principal, _): (&Principal, &str), reply: &Reply) -> Outcome {
        let Reply::HandedApp(handed) = reply else {
            return Err(Refusal::Internal.into());
        };
        let qr = qr::draw(handed.uri.0.expose()).map_err(|error| {
            tracing::error!(request_id = turn.asking.request_id, %error, "no QR code");
            Refusal::Internal
        })?;
        let page = HandedPage {
            chrome: turn.chrome(),
            shell: shell(turn, principal, PEOPLE),
            who: handed.account.name.clone(),
            login: handed.account.login.clone(),
            qr,
            key_text: handed.key.0.expose().to_owned().into(),
            expires: turn.language.moment(handed.expires),
            back: turn.core.address(&user::page_of(&handed.account.id)),
        };
        turn.page(StatusCode::OK, &page)
    }
}
