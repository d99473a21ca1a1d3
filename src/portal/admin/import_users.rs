//! People brought in as a table: it is tried first, all that is wrong with it is told at once, and then it is done.

use http::StatusCode;
use ring::digest;
use zeroize::Zeroizing;

use super::PEOPLE;
use super::command::by;
use super::command::reason;
use super::command::told;
use super::door::Principal;
use super::shell;
use super::trouble;
use crate::operate::Command;
use crate::operate::OperateError;
use crate::operate::Reply;
use crate::operate::import::Fault;
use crate::operate::import::PeopleCommand;
use crate::operate::import::PeopleReply;
use crate::operate::import::Wrong;
use crate::operate::import::table;
use crate::operate::import::table::Reading;
use crate::policy::Refusal;
use crate::portal::done::done;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::form::Going;
use crate::portal::page::admin::FaultLine;
use crate::portal::page::admin::ImportPage;
use crate::portal::page::admin::Ready;
use crate::portal::posted;
use crate::portal::said::Said;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// Where a table is pasted, and where it is brought in.
pub(super) const IMPORT: &str = "/admin/users/import";

/// Where it is tried.
pub(super) const CHECK: &str = "/admin/users/import/check";

/// What was done, as an address says it, and the message that tells of it.
pub(super) const DONE: (&str, &str) = ("imported", "users-imported");

/// A table that is tried.
struct Tried(String);

impl Form for Tried {
    const FIELDS: &'static [&'static str] = &["csv"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        csv(fields).map(Self)
    }

    fn subject(&self) -> Vec<u8> {
        tried()
    }
}

/// The table. Browsers end its lines in one way as they send it, and in another as they show it.
fn csv(fields: &mut Fields) -> Result<String, Refusal> {
    fields.required("csv").map(|text| text.replace("\r\n", "\n"))
}

/// What the token of such a form is for.
fn tried() -> Vec<u8> {
    format!("\0{CHECK}").into_bytes()
}

/// A table that is brought in.
struct Brought {
    csv: String,
    reason: Zeroizing<String>,
}

impl Form for Brought {
    const FIELDS: &'static [&'static str] = &["csv", "reason"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { csv: csv(fields)?, reason: fields.required("reason")? })
    }

    fn subject(&self) -> Vec<u8> {
        brought(&self.csv)
    }
}

/// What the token of such a form is for: the table that was tried, and no other.
fn brought(csv: &str) -> Vec<u8> {
    let hash = digest::digest(&digest::SHA256, csv.as_bytes());
    [format!("\0{IMPORT}\0").as_bytes(), hash.as_ref()].concat()
}

/// `GET /admin/users/import`.
pub(super) async fn show(turn: &Turn, principal: &Principal) -> Outcome {
    turn.query(&[])?;
    page(turn, principal, ("", ""), Table { faults: Vec::new(), ready: None }, &Said::default())
}

/// `POST /admin/users/import/check`.
pub(super) async fn check(turn: &Turn, principal: &Principal) -> Outcome {
    let (Tried(csv), _) = posted::opened::<Tried>(turn, principal.session())?;
    let (table, said) = checked(turn, principal, &csv).await;
    page(turn, principal, (&csv, ""), table, &said)
}

/// `POST /admin/users/import`.
pub(super) async fn bring(turn: &Turn, principal: &Principal) -> Outcome {
    let (Brought { csv, reason }, _) = posted::opened::<Brought>(turn, principal.session())?;
    let said = match bring_in(turn, principal, (&csv, &reason)).await {
        Ok((_, faults)) if faults.is_empty() => return Ok(done(turn, PEOPLE, DONE.0)),
        Ok((added, faults)) => {
            let table = Table { faults, ready: None };
            let key = if added == 0 { "users-import-wrong" } else { "users-import-stopped" };
            let said = problem(turn, StatusCode::CONFLICT, key);
            return page(turn, principal, (&csv, &reason), table, &said);
        }
        Err(said) => said,
    };
    let (table, _) = checked(turn, principal, &csv).await;
    page(turn, principal, (&csv, &reason), table, &said)
}

/// What is known of a table.
struct Table {
    faults: Vec<Fault>,
    /// How many it brings in, where nothing is wrong.
    ready: Option<usize>,
}

fn problem(turn: &Turn, status: StatusCode, key: &str) -> Said {
    Said::problem(status, turn.say(key))
}

/// What is wrong with a table.
async fn checked(turn: &Turn, principal: &Principal, csv: &str) -> (Table, Said) {
    let wrong = |faults| {
        let said = problem(turn, StatusCode::BAD_REQUEST, "users-import-wrong");
        (Table { faults, ready: None }, said)
    };
    let mut read = table::read(csv);
    let people = std::mem::take(&mut read.people);
    let count = people.len();
    let command = Command::People(PeopleCommand::Check { people });
    match turn.core.operator.execute(by(turn, principal, None), command).await {
        Ok(Reply::People(PeopleReply::Checked { faults })) => {
            read.add(faults);
            if read.faults.is_empty() && count > 0 {
                return (Table { faults: Vec::new(), ready: Some(count) }, Said::default());
            }
            wrong(read.faults)
        }
        Ok(_) => wrong(Vec::new()),
        Err(error) => (Table { faults: Vec::new(), ready: None }, trouble::said(turn, &error)),
    }
}

/// Brings them in: how many, and the faults that kept it from being done, or done to the end.
async fn bring_in(
    turn: &Turn,
    principal: &Principal,
    (csv, typed): (&str, &str),
) -> Result<(usize, Vec<Fault>), Said> {
    let reason = reason(turn, typed)?;
    let Reading { people, faults, .. } = table::read(csv);
    if !faults.is_empty() {
        return Ok((0, faults));
    }
    let command = Command::People(PeopleCommand::Import { people });
    match turn.core.operator.execute(by(turn, principal, reason), command).await {
        Ok(Reply::People(PeopleReply::Imported { added, faults })) => Ok((added, faults)),
        Ok(_) => Err(trouble::said(turn, &OperateError::Interrupted)),
        Err(error) => Err(trouble::said(turn, &error)),
    }
}

/// The message that says what is allowed.
const fn allowed(wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::Quotes => "import-quotes",
        Wrong::Cells => "import-cells",
        Wrong::Columns => "import-columns",
        Wrong::Long | Wrong::Many => "import-many",
        Wrong::Login => "trouble-login",
        Wrong::Twice => "import-twice",
        Wrong::Taken => "trouble-login-taken",
        Wrong::Name => "import-name",
        Wrong::Email => "import-email",
        Wrong::Groups => "import-groups",
        Wrong::Role => "import-role",
        Wrong::NotBelow => "denied-not-below",
        Wrong::Stopped => "import-stopped",
    }
}

fn page(
    turn: &Turn,
    principal: &Principal,
    (csv, reason): (&str, &str),
    table: Table,
    said: &Said,
) -> Outcome {
    let session = principal.session();
    let line = |fault: Fault| FaultLine {
        line: fault.line,
        column: fault.column.map_or("", table::Column::name),
        found: fault.found,
        allowed: turn.language.say(allowed(fault.wrong)),
    };
    let ready = table.ready.map(|count| Ready {
        count: turn.language.with("users-import-ready", "count", count),
        errand: turn.errand_about(session, &Going::nowhere(), &brought(csv)),
        action: turn.core.address(IMPORT),
        reason: reason.to_owned(),
    });
    let page = ImportPage {
        chrome: turn.chrome(),
        shell: shell(turn, principal, PEOPLE),
        errand: turn.errand_about(session, &Going::nowhere(), &tried()),
        check: turn.core.address(CHECK),
        csv: csv.to_owned(),
        faults: table.faults.into_iter().map(line).collect(),
        ready,
        problem: said.problem.clone(),
        back: turn.core.address(PEOPLE),
    };
    told(turn, said, &page)
}
