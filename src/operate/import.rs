//! People who are brought in and taken out as a table: what is wrong with it is told at once, all of it, and then nothing is
//! done.

pub mod table;

use serde::Deserialize;
use serde::Serialize;

use super::By;
use super::FirstPassword;
use super::NewUser;
use super::OperateError;
use super::Operator;
use super::Reply;
use super::account::parse_login;
use crate::audit::AuditKind;
use crate::authority;
use crate::authority::Act;
use crate::authority::Target;
use crate::subject::Role;
use crate::subject::terms::Terms;

use self::table::Column;

/// The most people that one command brings in.
pub const AT_ONCE: usize = 200;

/// Somebody who is to be brought in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// The line of the table that names them.
    pub line: usize,
    /// Login name.
    pub login: String,
    /// Display name; none: the login name.
    pub name: Option<String>,
    /// Profile address.
    pub email: Option<String>,
    /// Groups.
    pub groups: Vec<String>,
    /// Role.
    pub role: Role,
}

/// What is asked for about many people at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PeopleCommand {
    /// What would be wrong if these were brought in.
    Check {
        /// At most [`AT_ONCE`].
        people: Vec<NewPerson>,
    },
    /// Brings these in, each with an account of their own and no password; none of them, where something is wrong.
    Import {
        /// At most [`AT_ONCE`].
        people: Vec<NewPerson>,
    },
    /// Before everybody is taken out: records it.
    Export,
}

impl PeopleCommand {
    /// Which act it is.
    pub(super) const fn act(&self) -> Act {
        match self {
            Self::Check { .. } => Act::Rehearse,
            Self::Import { .. } => Act::ImportUsers,
            Self::Export => Act::ExportUsers,
        }
    }
}

/// What is wrong with a cell, or with a whole line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The line, from one on.
    pub line: usize,
    /// The column; none: the line as a whole.
    pub column: Option<Column>,
    /// What stands there.
    pub found: String,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// What is wrong; the words say what is allowed.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    thiserror::Error,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Wrong {
    /// Readers would differ about it.
    #[error(
        "a cell with a quote, a comma or a line end in it is in quotes, a quote in it stands twice, and no cell has two lines"
    )]
    Quotes,
    /// It has more or fewer cells than the first line.
    #[error("each line has as many cells as the first")]
    Cells,
    /// There is no such column.
    #[error(
        "the first line names the columns: login, and any of name, email, groups, role, each once"
    )]
    Columns,
    /// It is too long.
    #[error("a line has at most 4096 bytes")]
    Long,
    /// There are too many.
    #[error("a table has at most 100000 lines on the command line, and 200 elsewhere")]
    Many,
    /// It is no login name.
    #[error("a login name has letters a-z, digits and . _ - + @, at most 128 of them")]
    Login,
    /// Another line has it.
    #[error("each login name stands in one line")]
    Twice,
    /// Another account has it.
    #[error("a login name that no account has yet")]
    Taken,
    /// It is no name.
    #[error("a name has at most 256 bytes, and no characters that do not show")]
    Name,
    /// It is no address.
    #[error("an e-mail address has the form NAME@HOST, at most 256 bytes")]
    Email,
    /// They are no groups.
    #[error("groups have commas between them, each at most 256 bytes and all together 2048")]
    Groups,
    /// There is no such role.
    #[error("a role is user, auditor, help_desk, admin or owner; empty: user")]
    Role,
    /// It is not below whoever brings them in.
    #[error("a role below your own")]
    NotBelow,
    /// It could not be done.
    #[error("this line and those behind it were not brought in: try again with them")]
    Stopped,
}

/// The answer about many people at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeopleReply {
    /// What is wrong; nothing: they can be brought in.
    Checked {
        /// In order of lines.
        faults: Vec<Fault>,
    },
    /// They were brought in, as far as nothing was wrong.
    Imported {
        /// How many.
        added: usize,
        /// Why the others were not.
        faults: Vec<Fault>,
    },
    /// It is on record that everybody is taken out.
    Exported,
}

impl Operator {
    pub(super) async fn people(
        &self,
        by: &By,
        command: PeopleCommand,
    ) -> Result<Reply, OperateError> {
        let reply = match command {
            PeopleCommand::Check { people } => {
                PeopleReply::Checked { faults: self.faults(by, &people).await? }
            }
            PeopleCommand::Import { people } => self.import(by, people).await?,
            PeopleCommand::Export => {
                let audit = self.event(AuditKind::UsersExported, by);
                self.parts.store.record(audit).await?;
                PeopleReply::Exported
            }
        };
        Ok(Reply::People(reply))
    }

    /// What is wrong with people beyond what they are called: the table was read before.
    async fn faults(&self, by: &By, people: &[NewPerson]) -> Result<Vec<Fault>, OperateError> {
        let mut faults = Vec::new();
        for (at, person) in people.iter().enumerate() {
            let fault = |column, found: &str, wrong| Fault {
                line: person.line,
                column: Some(column),
                found: found.to_owned(),
                wrong,
            };
            if at >= AT_ONCE {
                faults.push(Fault { column: None, ..fault(Column::Login, "", Wrong::Many) });
                break;
            }
            let login = parse_login(&person.login)?;
            if self.parts.store.account_by_login(&login).await?.is_some() {
                faults.push(fault(Column::Login, login.as_str(), Wrong::Taken));
            }
            let target = Target::Account { before: None, after: Some(person.role) };
            if authority::may(by.who(), Act::AddUser, target).is_err() {
                faults.push(fault(Column::Role, person.role.name(), Wrong::NotBelow));
            }
        }
        Ok(faults)
    }

    async fn import(&self, by: &By, people: Vec<NewPerson>) -> Result<PeopleReply, OperateError> {
        let faults = self.faults(by, &people).await?;
        if !faults.is_empty() || people.is_empty() {
            return Ok(PeopleReply::Imported { added: 0, faults });
        }
        let audit = self.event(AuditKind::UsersImported, by).with("accounts", people.len());
        self.parts.store.record(audit).await?;
        let (by, all) = (by.clone().doing(Act::AddUser), people.len());
        for (added, person) in people.into_iter().enumerate() {
            let line = person.line;
            let found = person.login.clone();
            let outcome = self.add_user(&by, person.into()).await;
            self.count(Act::AddUser, &by, &outcome);
            match outcome {
                // What could not be looked up afterwards is there all the same.
                Ok(_) | Err(OperateError::Unfinished { .. }) => {}
                Err(error) if added == 0 => return Err(error),
                Err(error) => {
                    tracing::error!(%error, line, "people are brought in no further");
                    let wrong = Wrong::Stopped;
                    let fault = Fault { line, column: None, found, wrong };
                    return Ok(PeopleReply::Imported { added, faults: vec![fault] });
                }
            }
        }
        Ok(PeopleReply::Imported { added: all, faults: Vec::new() })
    }
}

impl From<NewPerson> for NewUser {
    fn from(it: NewPerson) -> Self {
        Self {
            login: it.login,
            name: it.name,
            email: it.email,
            groups: it.groups,
            role: it.role,
            terms: Terms::default(),
            password: FirstPassword::None,
        }
    }
}
