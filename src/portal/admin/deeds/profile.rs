//! Who somebody is, and the end of their account.

use crate::authority::Act;
use crate::operate::Change;
use crate::operate::Command;
use crate::operate::ProfileChange;
use crate::operate::ProfileCommand;
use crate::operate::Reply;
use crate::operate::view::AccountView;
use crate::policy::Refusal;
use crate::portal::admin::PEOPLE;
use crate::portal::admin::deed::Deed;
use crate::portal::admin::door::Principal;
use crate::portal::done::done;
use crate::portal::form::Fields;
use crate::portal::page::admin::Input;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::subject::AccountState;

/// Characters of all groups, with what stands between them.
const MOST_IN_GROUPS: u16 = 4096;

/// Name, address and groups, as fields of a form.
pub(in crate::portal::admin) struct Profile {
    pub(in crate::portal::admin) name: String,
    pub(in crate::portal::admin) email: String,
    groups: String,
}

impl Profile {
    /// The fields.
    pub(in crate::portal::admin) const FIELDS: [&'static str; 3] = ["name", "email", "groups"];

    /// Of somebody who is not there yet.
    pub(in crate::portal::admin) const fn empty() -> Self {
        Self { name: String::new(), email: String::new(), groups: String::new() }
    }

    pub(in crate::portal::admin) fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let mut text = |name| fields.required(name).map(|text| text.trim().to_owned());
        let [name, email, groups] = Self::FIELDS;
        Ok(Self { name: text(name)?, email: text(email)?, groups: text(groups)? })
    }

    pub(in crate::portal::admin) fn inputs(&self, turn: &Turn) -> [Input; 3] {
        let say = |key| turn.language.say(key);
        let [name, email, groups] = Self::FIELDS;
        [
            Input::text(name, say("users-name"), &self.name),
            Input::text(email, say("user-email"), &self.email).hinted(say("profile-email-hint")),
            Input::text(groups, say("user-groups"), &self.groups)
                .hinted(say("profile-groups-hint"))
                .up_to(MOST_IN_GROUPS),
        ]
    }

    /// The groups, one by one.
    pub(in crate::portal::admin) fn groups(&self) -> Vec<String> {
        let groups = self.groups.split(',').map(str::trim);
        groups.filter(|group| !group.is_empty()).map(str::to_owned).collect()
    }
}

/// Name, address and groups of an account are changed.
pub(crate) struct Edit(Profile);

impl Deed for Edit {
    const PAGE: &'static str = "/admin/user/profile";
    const ACT: Act = Act::EditProfile;
    const TITLE: &'static str = "deed-edit";
    const DOES: &'static str = "deed-edit-does";
    const DONE: &'static str = "edited";
    const FIELDS: &'static [&'static str] = &Profile::FIELDS;

    fn first(_: &Turn, _: &mut Fields, account: &AccountView) -> Result<Option<Self>, Refusal> {
        let email = account.email.clone().unwrap_or_default();
        let groups = account.groups.join(", ");
        Ok(Some(Self(Profile { name: account.name.clone(), email, groups })))
    }

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Profile::take(fields).map(Self)
    }

    fn inputs(&self, turn: &Turn, _: &Principal, _: &AccountView) -> Vec<Input> {
        let [name, email, groups] = self.0.inputs(turn);
        vec![name.required(), email, groups]
    }

    fn command(&self, login: String) -> Result<Command, &'static str> {
        let Profile { name, email, .. } = &self.0;
        let email = if email.is_empty() { Change::Clear } else { Change::Set(email.clone()) };
        let change =
            ProfileChange { name: Some(name.clone()), email, groups: Some(self.0.groups()) };
        Ok(Command::UserProfile(ProfileCommand::Edit { login, change }))
    }
}

/// An account is removed, for ever.
pub(crate) struct Remove;

impl Deed for Remove {
    const PAGE: &'static str = "/admin/user/remove";
    const ACT: Act = Act::RemoveUser;
    const TITLE: &'static str = "deed-remove";
    const DOES: &'static str = "deed-remove-does";
    const DONE: &'static str = "removed";

    fn first(_: &Turn, _: &mut Fields, account: &AccountView) -> Result<Option<Self>, Refusal> {
        Ok((account.state == AccountState::Disabled).then_some(Self))
    }

    fn take(_: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self)
    }

    fn command(&self, login: String) -> Result<Command, &'static str> {
        Ok(Command::UserProfile(ProfileCommand::Remove { login }))
    }

    /// The account has no page any more.
    fn told(turn: &Turn, _: (&Principal, &str), _: &Reply) -> Outcome {
        Ok(done(turn, PEOPLE, Self::DONE))
    }
}
