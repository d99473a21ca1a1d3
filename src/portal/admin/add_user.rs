//! A new account: who they are, and a link by which they choose their first password.

use super::PEOPLE;
use super::deeds;
use super::deeds::Profile;
use super::deeds::SITE;
use super::demands;
use super::door::Principal;
use super::named;
use super::task::Task;
use super::user;
use crate::authority;
use crate::authority::Act;
use crate::authority::Target;
use crate::authority::Who;
use crate::operate::Command;
use crate::operate::FirstPassword;
use crate::operate::NewUser;
use crate::operate::Reply;
use crate::policy::Refusal;
use crate::portal::done::done;
use crate::portal::form::Fields;
use crate::portal::page::admin::Choice;
use crate::portal::page::admin::Input;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::subject::Role;
use crate::subject::terms::Mode;
use crate::subject::terms::Terms;

/// An account is made.
pub(super) struct AddUser {
    login: String,
    profile: Profile,
    role: Role,
    mode: Option<Mode>,
    site: Option<String>,
}

impl AddUser {
    /// Whether somebody makes accounts of that role.
    pub(super) fn may(principal: &Principal, role: Role) -> bool {
        let target = Target::Account { before: None, after: Some(role) };
        authority::may(Who::Person(principal.role()), Self::ACT, target).is_ok()
    }
}

impl Task for AddUser {
    const PAGE: &'static str = "/admin/users/add";
    const LIST: &'static str = PEOPLE;
    const ACT: Act = Act::AddUser;
    const TITLE: &'static str = "user-add";
    const DOES: &'static str = "user-add-does";
    const DONE: &'static str = "added";
    const FIELDS: &'static [&'static str] =
        &["login", "name", "email", "groups", "role", "mode", SITE];

    async fn first(_: &Turn, _: &Principal, _: &mut Fields) -> Result<Option<Self>, Refusal> {
        let (login, profile) = (String::new(), Profile::empty());
        Ok(Some(Self { login, profile, role: Role::User, mode: None, site: None }))
    }

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let role = Role::from_name(&fields.required("role")?).ok_or(Refusal::Form)?;
        let login = fields.required("login")?.trim().to_owned();
        let mode = demands::chosen(fields, "mode", Mode::ALL, Mode::name)?;
        Ok(Self { login, profile: Profile::take(fields)?, role, mode, site: deeds::site(fields) })
    }

    fn inputs(&self, turn: &Turn, principal: &Principal) -> Vec<Input> {
        let say = |key| turn.language.say(key);
        let login = Input::text("login", say("sign-in-login"), &self.login);
        let roles = Role::ALL.into_iter().filter(|role| Self::may(principal, *role));
        let choice = |role: Role| Choice::new(role.name(), say(named(role)), self.role.name());
        let [name, email, groups] = self.profile.inputs(turn);
        let name = name.hinted(say("user-add-name-hint"));
        let roles = Input::select("role", say("admin-role"), roles.map(choice).collect());
        let site = deeds::sites(turn, self.site.as_deref());
        let modes = demands::modes(turn, self.mode, "asked-as-everybody");
        [login.required(), name, email, groups, roles, modes].into_iter().chain(site).collect()
    }

    fn command(&self) -> Command {
        let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        Command::UserAdd(NewUser {
            login: self.login.clone(),
            name: some(&self.profile.name),
            email: some(&self.profile.email),
            groups: self.profile.groups(),
            role: self.role,
            terms: Terms { mode: self.mode, ..Terms::default() },
            // Whose name begins with a console's signs in there.
            password: if self.login.contains('/') {
                FirstPassword::None
            } else {
                FirstPassword::Link { site: self.site.clone() }
            },
        })
    }

    fn told(turn: &Turn, principal: &Principal, reply: &Reply) -> Outcome {
        if let Reply::Account(account) = reply {
            return Ok(done(turn, &user::page_of(&account.id), Self::DONE));
        }
        deeds::link(turn, principal, reply)
    }
}
