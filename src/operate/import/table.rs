//! The table of people: its columns, and one strict reading of it. No column says more of somebody than an account is made
//! with.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;

use super::Fault;
use super::NewPerson;
use super::Wrong;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::KindSet;
use crate::clock::Timestamp;
use crate::csv;
use crate::csv::NotATable;
use crate::csv::Table;
use crate::operate::account::parse_login;
use crate::operate::profile;
use crate::operate::view::AccountView;
use crate::roster::Row;
use crate::subject::AccountState;
use crate::subject::Role;

/// Bytes of the largest table.
pub const MOST_BYTES: usize = 16 * 1024 * 1024;

/// Lines of the largest table.
const MOST_LINES: usize = 100_000;

/// Bytes of the cells of one line.
const MOST_IN_LINE: usize = 4096;

/// Characters that are told of what was found.
const MOST_TOLD: usize = 80;

/// Faults that are told: whoever has more has another table than they think.
const MOST_FAULTS: usize = 100;

/// A column that people are brought in with.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Login name.
    Login,
    /// Display name; empty: the login name.
    Name,
    /// Profile address.
    Email,
    /// Groups, with commas between them.
    Groups,
    /// Role; empty: user.
    Role,
}

impl Column {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Login, Self::Name, Self::Email, Self::Groups, Self::Role];

    /// As the first line has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Name => "name",
            Self::Email => "email",
            Self::Groups => "groups",
            Self::Role => "role",
        }
    }
}

/// What a table says: whom it brings in, and all of what is wrong with it.
#[must_use]
pub fn read(text: &str) -> Reading {
    let mut reading = Reading::default();
    if let Err(fault) = reading.whole(text) {
        reading.faults.push(fault);
    }
    reading
}

/// What is wrong with a line as a whole.
const fn of_line(line: usize, wrong: Wrong) -> Fault {
    Fault { line, column: None, found: String::new(), wrong }
}

/// The columns, in the order of the first line.
fn columns(line: usize, names: &[String]) -> Result<Vec<Column>, Fault> {
    let fault =
        |found: &str| Fault { line, column: None, found: told(found), wrong: Wrong::Columns };
    let mut columns = Vec::new();
    for name in names {
        let column = Column::ALL.into_iter().find(|column| column.name() == name.trim());
        let column = column.filter(|column| !columns.contains(column));
        columns.push(column.ok_or_else(|| fault(name))?);
    }
    if columns.contains(&Column::Login) { Ok(columns) } else { Err(fault("")) }
}

/// What was found, so that it can be printed.
fn told(found: &str) -> String {
    let told: String = found.chars().take(MOST_TOLD).collect();
    told.escape_debug().to_string()
}

/// A table that was read.
#[derive(Debug, Default)]
pub struct Reading {
    /// Those with whom nothing is wrong, as far as a table says.
    pub people: Vec<NewPerson>,
    /// What is wrong, line by line.
    pub faults: Vec<Fault>,
    logins: BTreeSet<String>,
}

impl Reading {
    /// Adds what was found to be wrong elsewhere.
    pub fn add(&mut self, faults: Vec<Fault>) {
        self.faults.extend(faults);
        self.faults.sort_by_key(|fault| fault.line);
    }

    fn whole(&mut self, text: &str) -> Result<(), Fault> {
        if text.len() > MOST_BYTES {
            return Err(of_line(1, Wrong::Many));
        }
        let mut rows =
            csv::read(text).map(|row| row.map_err(|NotATable(line)| of_line(line, Wrong::Quotes)));
        let (line, first) = rows.next().ok_or(of_line(1, Wrong::Columns))??;
        let columns = columns(line, &first)?;
        for (at, row) in rows.enumerate() {
            let (line, cells) = row?;
            if at >= MOST_LINES {
                return Err(of_line(line, Wrong::Many));
            }
            if self.faults.len() >= MOST_FAULTS {
                return Ok(());
            }
            self.line(line, &columns, cells);
        }
        Ok(())
    }

    fn line(&mut self, line: usize, columns: &[Column], cells: Vec<String>) {
        let long = cells.iter().map(String::len).sum::<usize>() > MOST_IN_LINE;
        let other = (cells.len() != columns.len()).then_some(Wrong::Cells);
        let wrong = if long { Some(Wrong::Long) } else { other };
        if let Some(wrong) = wrong {
            let found = told(&cells.join(","));
            return self.faults.push(Fault { line, column: None, found, wrong });
        }
        let before = self.faults.len();
        let mut person = NewPerson {
            line,
            login: String::new(),
            name: None,
            email: None,
            groups: Vec::new(),
            role: Role::User,
        };
        for (column, cell) in columns.iter().zip(cells) {
            if let Err(wrong) = self.cell(&mut person, *column, cell.trim()) {
                let found = told(&cell);
                self.faults.push(Fault { line, column: Some(*column), found, wrong });
            }
        }
        if self.faults.len() == before {
            self.people.push(person);
        }
    }

    fn cell(&mut self, person: &mut NewPerson, column: Column, cell: &str) -> Result<(), Wrong> {
        let some = (!cell.is_empty()).then_some(cell);
        match column {
            Column::Login => {
                let login = parse_login(cell).map_err(|_| Wrong::Login)?.to_string();
                person.login.clone_from(&login);
                if !self.logins.insert(login) {
                    return Err(Wrong::Twice);
                }
            }
            Column::Name => {
                let name = some.map(profile::display_name).transpose();
                person.name = name.map_err(|_| Wrong::Name)?;
            }
            Column::Email => {
                person.email = some.map(profile::email).transpose().map_err(|_| Wrong::Email)?;
            }
            Column::Groups => {
                let groups = cell.split(',').map(str::trim).filter(|group| !group.is_empty());
                let groups = profile::groups(groups.map(str::to_owned).collect());
                person.groups = groups.map_err(|_| Wrong::Groups)?;
            }
            Column::Role => {
                let role = some.map(|name| Role::from_name(name).ok_or(Wrong::Role)).transpose()?;
                person.role = role.unwrap_or(Role::User);
            }
        }
        Ok(())
    }
}

/// The columns of what is told of everybody.
const TOLD: [&str; 10] = [
    "login",
    "name",
    "email",
    "groups",
    "role",
    "state",
    "second_factors",
    "created",
    "last_sign_in",
    "id",
];

/// What is told of somebody.
struct Told<'a> {
    login: &'a str,
    name: &'a str,
    email: Option<&'a str>,
    groups: &'a [String],
    role: Role,
    state: AccountState,
    /// Whether they have a second factor of that kind.
    holds: &'a dyn Fn(AuthenticatorKind) -> bool,
    created: Timestamp,
    last_sign_in: Option<Timestamp>,
    id: &'a str,
}

/// A table of people that is being written, in which no cell is a formula.
#[derive(Debug)]
pub struct People(Table);

impl Default for People {
    fn default() -> Self {
        Self(Table::of(&TOLD))
    }
}

impl People {
    /// Writes somebody, as the list of people has them.
    pub fn row(&mut self, row: &Row) {
        let profile = &row.profile;
        self.one(&Told {
            login: profile.login.as_str(),
            name: &profile.name,
            email: profile.email.as_deref(),
            groups: &profile.groups,
            role: profile.role,
            state: row.state,
            holds: &|kind| row.held.among(KindSet::of(&[kind])) > 0,
            created: row.created,
            last_sign_in: row.last_sign_in,
            id: row.id.as_str(),
        });
    }

    /// Writes somebody, as a command tells of them.
    pub fn view(&mut self, view: &AccountView) {
        self.one(&Told {
            login: &view.login,
            name: &view.name,
            email: view.email.as_deref(),
            groups: &view.groups,
            role: view.role,
            state: view.state,
            holds: &|kind| view.factors.iter().any(|it| it.kind == kind),
            created: view.created,
            last_sign_in: view.last_sign_in,
            id: &view.id,
        });
    }

    fn one(&mut self, told: &Told<'_>) {
        let held = AuthenticatorKind::SECOND_FACTORS.into_iter().filter(|kind| (told.holds)(*kind));
        let held: Vec<&str> = held.map(AuthenticatorKind::name).collect();
        self.0.row([
            told.login,
            told.name,
            told.email.unwrap_or_default(),
            &told.groups.join(","),
            told.role.name(),
            state(told.state),
            &held.join(","),
            &told.created.to_string(),
            &told.last_sign_in.map(|at| at.to_string()).unwrap_or_default(),
            told.id,
        ]);
    }

    /// The whole text.
    #[must_use]
    pub fn text(self) -> String {
        self.0.text()
    }
}

const fn state(state: AccountState) -> &'static str {
    match state {
        AccountState::Active => "active",
        AccountState::Disabled => "disabled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> Vec<(usize, Option<Column>, Wrong)> {
        read(text).faults.into_iter().map(|it| (it.line, it.column, it.wrong)).collect()
    }

    #[test]
    fn people_are_read_with_what_an_account_is_made_with() {
        let text = "login,role,groups,name\r\n Ann ,auditor,\"ops, web\",Ann A.\r\ndesk/bob,,,\r\n";
        let people = read(text).people;
        assert_eq!((people[0].login.as_str(), people[0].role), ("ann", Role::Auditor));
        assert_eq!((people[0].groups.len(), people[0].name.as_deref()), (2, Some("Ann A.")));
        assert_eq!((people[1].line, people[1].role, &people[1].name), (3, Role::User, &None));
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_with_its_line_and_column_a267() {
        let long = "x".repeat(MOST_IN_LINE + 1);
        let text = format!(
            "login,email,role\n!,a@b,boss\nann,,\nANN,nobody,user\nbob\n{long},,\ncarl,,owner\n"
        );
        let expected = [
            (2, Some(Column::Login), Wrong::Login),
            (2, Some(Column::Role), Wrong::Role),
            (4, Some(Column::Login), Wrong::Twice),
            (4, Some(Column::Email), Wrong::Email),
            (5, None, Wrong::Cells),
            (6, None, Wrong::Long),
        ];
        assert_eq!(wrong(&text), expected);
        assert_eq!(read(&text).faults[0].found, "!");
        let found = read("login\n\u{202e}=cmd\n");
        assert_eq!(found.faults[0].found, "\\u{202e}=cmd");
    }

    #[test]
    fn columns_that_say_more_are_refused_a259() {
        for first in
            ["login,id", "login,password", "login,state", "login,login", "name", "", "Login"]
        {
            let text = format!("{first}\nann,x\n");
            assert_eq!(wrong(&text)[0].2, Wrong::Columns, "{first}");
        }
        assert_eq!(wrong("login\n\"ann")[0], (2, None, Wrong::Quotes));
    }

    #[test]
    fn a_table_that_is_too_large_is_read_no_further() {
        let many = format!("login\n{}", "!\n".repeat(MOST_FAULTS + 50));
        assert_eq!(wrong(&many).len(), MOST_FAULTS);
        assert_eq!(wrong(&" ".repeat(MOST_BYTES + 1)), [(1, None, Wrong::Many)]);
    }
}
