//! `enforcement`: who must have a second factor, and from when on.

use std::collections::BTreeSet;
use std::io::Write;

use clap::Args;
use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;

use super::context::Context;
use super::failure::Failure;
use super::reach;
use super::render;
use super::user::tell::print_account;
use super::user::tell::print_changed;
use crate::clock::Timestamp;
use crate::enforcement::date;
use crate::operate::Change;
use crate::operate::Command;
use crate::operate::EnforcementCommand;
use crate::operate::Reply;
use crate::operate::TermsChange;
use crate::operate::view::EnforcementView;
use crate::subject::terms::Mode;
use crate::subject::terms::Terms;
use crate::subject::terms::Unenrolled;

const SET_HELP: &str = "\
The strictest of the configuration, its rules, this switch and the account's own setting holds; so the switch
can ask for more than the configuration, never for less. `none` takes back what was set. Owners have a switch of
their own, which --owners sets.

Examples:
  portcullis enforcement set --mode enforced --grace-until 2027-01-31
  portcullis enforcement set --mode none
  portcullis enforcement set --owners --mode enforced
  portcullis enforcement set --user bob --mode enforced";

/// A word that takes a setting back.
const NONE: &str = "none";

#[derive(Debug, Subcommand)]
pub(super) enum EnforcementArguments {
    /// Show what is asked of everybody and of owners, or of one account.
    Show {
        /// Login name.
        #[arg(long, value_name = "LOGIN")]
        user: Option<String>,
    },
    /// Ask for more than the configuration does, of everybody but owners, of owners, or of one account.
    #[command(after_help = SET_HELP)]
    Set(SetArguments),
}

#[derive(Debug, Args)]
pub(super) struct SetArguments {
    /// Of this account only; ends its sessions where that is more than before.
    #[arg(long, value_name = "LOGIN", conflicts_with = "owners")]
    user: Option<String>,
    /// Of owners, and of nobody else.
    #[arg(long)]
    owners: bool,
    #[command(flatten)]
    change: ChangeArguments,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct ChangeArguments {
    /// Whether a second factor is asked for.
    #[arg(long, value_parser = mode())]
    mode: Option<Change<Mode>>,
    /// Until when its set-up may be put off: a day, which is still within it, or a moment (RFC 3339).
    #[arg(long, value_name = "DATE", value_parser = grace)]
    grace_until: Option<Change<Timestamp>>,
    /// What happens at sign-in to an account that must have one and has none.
    #[arg(long, value_parser = unenrolled())]
    unenrolled: Option<Change<Unenrolled>>,
    /// A kind that may be used; may be repeated; or none: those that the configuration allows.
    #[arg(long = "allow", value_name = "KIND")]
    allowed: Vec<String>,
}

/// What is asked of a new account.
#[derive(Debug, Default, Args)]
pub(super) struct NewTerms {
    /// Whether a second factor is asked for, whatever the configuration says.
    #[arg(long, value_name = "MODE", value_parser = mode())]
    enforcement: Option<Change<Mode>>,
    /// Until when its set-up may be put off.
    #[arg(long, value_name = "DATE", value_parser = grace)]
    grace_until: Option<Change<Timestamp>>,
}

impl NewTerms {
    pub(super) fn terms(self) -> Result<Terms, Failure> {
        let change = TermsChange {
            mode: self.enforcement.unwrap_or_default(),
            grace_until: self.grace_until.unwrap_or_default(),
            ..TermsChange::default()
        };
        Ok(change.applied_to(Terms::default())?)
    }
}

fn mode() -> impl TypedValueParser<Value = Change<Mode>> {
    let [optional, enforced] = Mode::ALL.map(Mode::name);
    PossibleValuesParser::new([optional, enforced, NONE]).map(|name| {
        let mode = Mode::ALL.into_iter().find(|mode| mode.name() == name);
        mode.map_or(Change::Clear, Change::Set)
    })
}

fn unenrolled() -> impl TypedValueParser<Value = Change<Unenrolled>> {
    let [enrol, code, deny] = Unenrolled::ALL.map(Unenrolled::name);
    PossibleValuesParser::new([enrol, code, deny, NONE]).map(|name| {
        let answer = Unenrolled::ALL.into_iter().find(|answer| answer.name() == name);
        answer.map_or(Change::Clear, Change::Set)
    })
}

fn grace(text: &str) -> Result<Change<Timestamp>, String> {
    if text == NONE {
        return Ok(Change::Clear);
    }
    date::parse(text).map(Change::Set).ok_or_else(|| format!("not {}", date::FORM))
}

fn kinds(allowed: Vec<String>) -> Change<BTreeSet<String>> {
    if allowed.is_empty() {
        Change::Keep
    } else if allowed == [NONE] {
        Change::Clear
    } else {
        Change::Set(allowed.into_iter().collect())
    }
}

/// Does what the arguments say.
pub(super) fn run(
    arguments: EnforcementArguments,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let command = match arguments {
        EnforcementArguments::Show { user: None } => Command::Enforcement(EnforcementCommand::Show),
        EnforcementArguments::Show { user: Some(login) } => Command::UserShow { login },
        EnforcementArguments::Set(SetArguments { user, owners, change }) => {
            let change = TermsChange {
                mode: change.mode.unwrap_or_default(),
                grace_until: change.grace_until.unwrap_or_default(),
                unenrolled: change.unenrolled.unwrap_or_default(),
                allowed: kinds(change.allowed),
            };
            Command::Enforcement(match user {
                Some(login) => EnforcementCommand::SetUser { login, change },
                None if owners => EnforcementCommand::SetOwners { change, expected: None },
                None => EnforcementCommand::Set { change, expected: None },
            })
        }
    };
    match reach::ask(context, command)? {
        Reply::Enforcement(view) if context.json => context.print_json(&view),
        Reply::Enforcement(view) => print(context.out, &view),
        Reply::Account(account) => print_account(context, &account),
        Reply::Changed { account, sessions_ended } => {
            print_changed(context, &account, sessions_ended)
        }
        Reply::Accounts { .. }
        | Reply::Removed { .. }
        | Reply::PasswordLink { .. }
        | Reply::Token(_)
        | Reply::Session(_)
        | Reply::RecoveryCode { .. }
        | Reply::HandedApp(_)
        | Reply::AuditRecords { .. }
        | Reply::AuditHead(_)
        | Reply::AuditSinks { .. }
        | Reply::AuditVerified { .. }
        | Reply::Keys { .. }
        | Reply::PasskeysHeld(_)
        | Reply::Rotated { .. } => Err(reach::unexpected()),
    }
}

fn print(out: &mut dyn Write, view: &EnforcementView) -> Result<(), Failure> {
    let rules = match view.rules {
        0 => "none".to_owned(),
        1 => "one, which asks more of some".to_owned(),
        more => format!("{more}, which ask more of some"),
    };
    let lines = [
        ("configuration", view.configuration.clone()),
        ("rules", rules),
        ("switch", render::terms(&view.switch)),
        ("everybody", view.everybody.clone()),
        ("owners' switch", render::terms(&view.owners_switch)),
        ("owners", view.owners.clone()),
        ("without one", view.unenrolled.name().to_owned()),
    ];
    for (label, value) in lines {
        writeln!(out, "{label:<15} {value}")?;
    }
    Ok(())
}
