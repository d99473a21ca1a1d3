//! `user edit`: who somebody is.

use clap::Args;

use super::super::failure::Failure;
use crate::operate::Change;
use crate::operate::Command;
use crate::operate::ProfileChange;
use crate::operate::ProfileCommand;

/// What becomes of a profile.
#[derive(Debug, Args)]
pub(in crate::cli) struct EditArguments {
    /// Login name.
    login: String,
    /// Display name.
    #[arg(long)]
    name: Option<String>,
    /// Address in the profile, told to the consoles; empty: none. The address before is told of it.
    #[arg(long)]
    email: Option<String>,
    /// A group, told to the consoles; may be repeated. Those that are not named are taken away.
    #[arg(long = "group", value_name = "GROUP", conflicts_with = "no_groups")]
    groups: Vec<String>,
    /// Take every group away.
    #[arg(long)]
    no_groups: bool,
}

impl EditArguments {
    /// The command that this is.
    pub(super) fn operators(self) -> Result<Command, Failure> {
        let groups = (self.no_groups || !self.groups.is_empty()).then_some(self.groups);
        let email = match self.email {
            None => Change::Keep,
            Some(email) if email.is_empty() => Change::Clear,
            Some(email) => Change::Set(email),
        };
        let change = ProfileChange { name: self.name, email, groups };
        if change == ProfileChange::default() {
            return Err(Failure::Usage(
                "say what is to be changed: --name, --email, --group or --no-groups".to_owned(),
            ));
        }
        Ok(Command::UserProfile(ProfileCommand::Edit { login: self.login, change }))
    }
}
