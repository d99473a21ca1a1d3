//! `user`: accounts.

mod edit;
pub(super) mod tell;

use clap::Args;
use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;
use serde_json::json;

use self::edit::EditArguments;
use super::context::Context;
use super::enforcement::NewTerms;
use super::failure;
use super::failure::Failure;
use super::password;
use super::reach;
use super::reach::Reach;
use super::render;
use crate::authenticator::contact::Channel;
use crate::operate;
use crate::operate::Command;
use crate::operate::ContactCommand;
use crate::operate::DeviceCommand;
use crate::operate::EnforcementCommand;
use crate::operate::FirstPassword;
use crate::operate::NewUser;
use crate::operate::OperateError;
use crate::operate::PasswordCommand;
use crate::operate::ProfileCommand;
use crate::operate::Reply;
use crate::operate::view::AccountView;
use crate::subject::Role;

const ADD_EXAMPLES: &str = "\
Examples:
  portcullis user add alice --role owner
  portcullis user add bob --name 'Bob Kelly' --email bob@example.com --group ops --group oncall
  printf %s \"$PASSWORD\" | portcullis user add ci-reader --password-stdin
  portcullis user add carol --no-password && portcullis user password-link carol";

const LINK_HELP: &str = "\
Whoever opens it chooses the account's password, once, and within 72 hours; then they sign in with it. It is void as soon
as another one is made, or the password, the role or the state of the account changes. Hand it over in a way that nobody
else reads.

Example:
  portcullis user password-link carol --reason 'new in the team'";

const REMOVE_HELP: &str = "\
Second factors, devices and all else that is kept of it go with it, and nothing brings them back. The audit log keeps the
id and what was done. Disable it first: `portcullis user disable bob`.

Example:
  portcullis user remove bob --reason 'left in May'";

const RECOVERY_HELP: &str = "\
The person enters it beside the password, once, and within an hour. It lets them set up a second factor, and
nothing else unless the configuration says so. Make sure that you speak to the right person, and hand it over in a
way that nobody else hears or reads.

Example:
  portcullis user recovery-code bob --reason 'phone lost, seen in person'";

const SET_UP_HELP: &str = "\
Put the key, or a QR code of the address, into the person's app, or hand it over in a way that nobody else sees. At
their next sign-in they are asked for the code of the app you gave them; until they enter it, within seven days, it is
worth nothing, and they may set up one of their own instead. For an account that has no second factor yet, and may set
one up: `reset-mfa` removes what is lost and opens that.

Example:
  portcullis user set-up bob --reason 'new phone, in person'";

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Add an account; asks for its first password, unless it gets none.
    #[command(after_help = ADD_EXAMPLES)]
    Add(AddArguments),
    /// List accounts, by login name.
    List {
        /// Begin after this login name.
        #[arg(long, value_name = "LOGIN")]
        after: Option<String>,
        /// At most so many; all, unless given.
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
    },
    /// Show an account: second factors, backup codes, sessions.
    Show {
        /// Login name.
        login: String,
    },
    /// Set a password; ends the account's sessions.
    SetPassword {
        /// Login name.
        login: String,
        #[command(flatten)]
        password: password::Source,
        /// Ask for another one at the next sign-in.
        #[arg(long)]
        must_change: bool,
    },
    /// Make a link by which the person chooses a password, and print it, once.
    #[command(after_help = LINK_HELP)]
    PasswordLink {
        /// Login name.
        login: String,
        /// The site that it leads to; the first one where the gateway's own accounts sign in, unless given.
        #[arg(long, value_name = "NAME")]
        site: Option<String>,
    },
    /// Ask for another password at the next sign-in.
    RequirePasswordChange {
        /// Login name.
        login: String,
    },
    /// Change name, e-mail address or groups; another address or other groups end the account's sessions.
    Edit(EditArguments),
    /// Remove an account that is disabled, for ever.
    #[command(after_help = REMOVE_HELP)]
    Remove {
        /// Login name.
        login: String,
    },
    /// Change a role; ends the account's sessions.
    SetRole {
        /// Login name.
        login: String,
        /// The new role.
        #[arg(value_parser = role())]
        role: Role,
    },
    /// Disable an account; ends its sessions.
    Disable {
        /// Login name.
        login: String,
    },
    /// Enable an account again.
    Enable {
        /// Login name.
        login: String,
    },
    /// Issue a recovery code and print it, once: for somebody who can prove nothing but their password.
    #[command(after_help = RECOVERY_HELP)]
    RecoveryCode {
        /// Login name.
        login: String,
        /// Make the code that was issued void instead.
        #[arg(long)]
        revoke: bool,
    },
    /// Set up an authenticator app for somebody and print its key, once: it counts from their own first code on.
    #[command(after_help = SET_UP_HELP)]
    SetUp {
        /// Login name.
        login: String,
    },
    /// Remove every second factor, so that the person can set one up anew; ends the sessions.
    ResetMfa {
        /// Login name.
        login: String,
    },
    /// Where an account's codes are sent to.
    #[command(subcommand)]
    Contact(Contact),
    /// The browsers that an account has registered; `show` lists them.
    #[command(subcommand)]
    Device(Device),
}

#[derive(Debug, Subcommand)]
pub(super) enum Device {
    /// Agree to a verified device; it counts from the next sign-in on.
    Approve {
        /// Login name.
        login: String,
        /// The device's id.
        device: String,
    },
    /// Remove a device; ends the sessions that were opened on it.
    Remove {
        /// Login name.
        login: String,
        /// The device's id.
        device: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Contact {
    /// Enter an address; the first code that comes back verifies it. It takes the place of another one.
    Set {
        /// Login name.
        login: String,
        /// email or sms.
        #[arg(value_parser = channel())]
        channel: Channel,
        /// An e-mail address, or a mobile number with its country code, such as +49 151 23456789.
        address: String,
    },
    /// Remove an address; ends the account's sessions.
    Remove {
        /// Login name.
        login: String,
        /// email or sms.
        #[arg(value_parser = channel())]
        channel: Channel,
    },
}

#[derive(Debug, Args)]
pub(super) struct AddArguments {
    /// Login name: letters, digits and . _ - + @
    login: String,
    /// Display name; the login name, unless given.
    #[arg(long)]
    name: Option<String>,
    /// Address in the profile, told to the consoles.
    #[arg(long)]
    email: Option<String>,
    /// A group, told to the consoles; may be repeated.
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<String>,
    /// Role in the gateway.
    #[arg(long, default_value = "user", value_parser = role())]
    role: Role,
    #[command(flatten)]
    terms: NewTerms,
    #[command(flatten)]
    password: password::Source,
    /// Set no password: `user password-link` makes a link by which the person chooses one.
    #[arg(long, conflicts_with = "password_stdin")]
    no_password: bool,
}

impl AddArguments {
    fn operators(self) -> Result<Command, Failure> {
        let password = if self.no_password {
            FirstPassword::None
        } else {
            FirstPassword::Set(password::read_new(self.password)?)
        };
        Ok(Command::UserAdd(NewUser {
            terms: self.terms.terms()?,
            password,
            login: self.login,
            name: self.name,
            email: self.email,
            groups: self.groups,
            role: self.role,
        }))
    }
}

/// The names of roles, and what they stand for.
fn role() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::name))
        .try_map(|name| Role::from_name(&name).ok_or("there is no such role"))
}

impl Contact {
    fn operators(self) -> ContactCommand {
        match self {
            Self::Set { login, channel, address } => {
                ContactCommand::Set { login, channel, address }
            }
            Self::Remove { login, channel } => ContactCommand::Remove { login, channel },
        }
    }
}

impl Device {
    fn operators(self) -> DeviceCommand {
        match self {
            Self::Approve { login, device } => DeviceCommand::Approve { login, device },
            Self::Remove { login, device } => DeviceCommand::Remove { login, device },
        }
    }
}

/// The names of channels, and what they stand for.
fn channel() -> impl TypedValueParser<Value = Channel> {
    PossibleValuesParser::new(Channel::ALL.map(Channel::name))
        .try_map(|name| Channel::from_name(&name).ok_or("there is no such channel"))
}

/// Does what the arguments say.
pub(super) fn run(command: UserCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    let command = match command {
        UserCommand::List { after, limit } => return list(context, after, limit),
        UserCommand::Add(add) => add.operators()?,
        UserCommand::SetPassword { login, password, must_change } => {
            let password = password::read_new(password)?;
            Command::UserSetPassword { login, password, must_change }
        }
        UserCommand::PasswordLink { login, site } => {
            Command::UserPassword(PasswordCommand::Link { login, site })
        }
        UserCommand::RequirePasswordChange { login } => {
            Command::UserPassword(PasswordCommand::RequireChange { login })
        }
        UserCommand::Edit(edit) => edit.operators()?,
        UserCommand::Remove { login } => Command::UserProfile(ProfileCommand::Remove { login }),
        UserCommand::Show { login } => Command::UserShow { login },
        UserCommand::SetRole { login, role } => Command::UserSetRole { login, role },
        UserCommand::Disable { login } => Command::UserDisable { login },
        UserCommand::Enable { login } => Command::UserEnable { login },
        UserCommand::RecoveryCode { login, revoke: true } => {
            Command::Enforcement(EnforcementCommand::RevokeRecoveryCode { login })
        }
        UserCommand::RecoveryCode { login, revoke: false } => issuing(context, || {
            Command::Enforcement(EnforcementCommand::IssueRecoveryCode { login })
        })?,
        UserCommand::SetUp { login } => issuing(context, || Command::UserSetUp { login })?,
        UserCommand::ResetMfa { login } => Command::UserResetMfa { login },
        UserCommand::Contact(command) => Command::UserContact(command.operators()),
        UserCommand::Device(command) => Command::UserDevice(command.operators()),
    };
    tell::reply(context, reach::ask(context, command)?)
}

/// What opens a way in needs a reason, which is missed before anything is asked for.
fn issuing(context: &Context<'_>, command: impl FnOnce() -> Command) -> Result<Command, Failure> {
    let no_reason = || Failure::Usage(failure::words(&OperateError::NoReason));
    context.reason.as_ref().ok_or_else(no_reason)?;
    Ok(command())
}

fn list(
    context: &mut Context<'_>,
    after: Option<String>,
    limit: Option<usize>,
) -> Result<(), Failure> {
    let mut reach = Reach::find(context)?;
    let listed = collect(&mut reach, after, limit);
    reach.close()?;
    let (accounts, next) = listed?;
    if context.json {
        return context.print_json(&json!({ "accounts": accounts, "next": next }));
    }
    render::accounts(context.out, &accounts)?;
    if let Some(next) = next {
        writeln!(context.out, "\nThere are more: --after {next}")?;
    }
    Ok(())
}

pub(super) fn collect(
    reach: &mut Reach,
    mut after: Option<String>,
    limit: Option<usize>,
) -> Result<(Vec<AccountView>, Option<String>), Failure> {
    let mut all: Vec<AccountView> = Vec::new();
    loop {
        let room = limit.map_or(operate::MAX_LIMIT, |limit| limit.saturating_sub(all.len()));
        if room == 0 {
            return Ok((all, after));
        }
        let command =
            Command::UserList { after: after.take(), limit: room.min(operate::MAX_LIMIT) };
        let Reply::Accounts { accounts, next } = reach.ask(command)? else {
            return Err(reach::unexpected());
        };
        all.extend(accounts);
        match next {
            Some(next) => after = Some(next),
            None => return Ok((all, None)),
        }
    }
}
