//! A password that a person chooses themselves: by a link that is handed over, or at the next sign-in.

use http::StatusCode;

use crate::authority::Act;
use crate::operate::Command;
use crate::operate::PasswordCommand;
use crate::operate::Reply;
use crate::operate::view::AccountView;
use crate::policy::Refusal;
use crate::portal::admin::PEOPLE;
use crate::portal::admin::deed::Deed;
use crate::portal::admin::door::Principal;
use crate::portal::admin::shell;
use crate::portal::admin::user;
use crate::portal::form::Fields;
use crate::portal::page::admin::Choice;
use crate::portal::page::admin::Input;
use crate::portal::page::admin::LinkPage;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::subject::AccountState;
use crate::subject::PasswordStanding;

/// The field of a form that says where a link leads.
pub(in crate::portal::admin) const SITE: &str = "site";

/// A link is made by which a password is chosen, and shown once.
pub(crate) struct IssueLink {
    site: Option<String>,
}

impl Deed for IssueLink {
    const PAGE: &'static str = "/admin/user/password-link";
    const ACT: Act = Act::IssuePasswordLink;
    const TITLE: &'static str = "deed-issue-link";
    const DOES: &'static str = "deed-issue-link-does";
    const DONE: &'static str = "link-issued";
    const FIELDS: &'static [&'static str] = &[SITE];

    fn first(_: &Turn, _: &mut Fields, account: &AccountView) -> Result<Option<Self>, Refusal> {
        let is_here = account.password != PasswordStanding::Elsewhere;
        Ok((is_here && account.state == AccountState::Active).then_some(Self { site: None }))
    }

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { site: site(fields) })
    }

    fn inputs(&self, turn: &Turn, _: &Principal, _: &AccountView) -> Vec<Input> {
        sites(turn, self.site.as_deref()).into_iter().collect()
    }

    fn command(&self, login: String) -> Result<Command, &'static str> {
        let site = self.site.clone();
        Ok(Command::UserPassword(PasswordCommand::Link { login, site }))
    }

    fn told(turn: &Turn, (principal, _): (&Principal, &str), reply: &Reply) -> Outcome {
        link(turn, principal, reply)
    }
}

plain! {
    /// Another password is chosen at the next sign-in.
    RequireChange("/admin/user/password-change", Act::ForceChange, "change-required"),
    ["deed-require-change", "deed-require-change-does"],
    |account: &AccountView| account.password == PasswordStanding::Set,
    |login| Command::UserPassword(PasswordCommand::RequireChange { login })
}

/// The site that a form names.
pub(in crate::portal::admin) fn site(fields: &mut Fields) -> Option<String> {
    fields.optional(SITE).map(|site| site.to_string())
}

/// The sites that a link can lead to, where there is a choice.
pub(in crate::portal::admin) fn sites(turn: &Turn, chosen: Option<&str>) -> Option<Input> {
    let own = turn.core.people.sites.iter().filter(|(_, source)| source.is_none());
    let chosen = chosen.unwrap_or(turn.asking.site.name.as_str());
    let choices: Vec<Choice> =
        own.map(|(name, _)| Choice::new(name.clone(), name.clone(), chosen)).collect();
    (choices.len() > 1).then(|| Input::select(SITE, turn.language.say("link-site"), choices))
}

/// The link, this once.
pub(in crate::portal::admin) fn link(turn: &Turn, principal: &Principal, reply: &Reply) -> Outcome {
    let Reply::PasswordLink { account, link, expires } = reply else {
        return Err(Refusal::Internal.into());
    };
    let page = LinkPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, PEOPLE),
        who: account.name.clone(),
        login: account.login.clone(),
        link: link.0.expose().to_owned().into(),
        expires: turn.language.moment(*expires),
        back: turn.core.address(&user::page_of(&account.id)),
    };
    turn.page(StatusCode::OK, &page)
}
