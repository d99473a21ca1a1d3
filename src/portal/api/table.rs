//! People as a table: tried, brought in, and taken out.

use http::HeaderValue;
use http::header;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::operate::Command;
use crate::operate::Reply;
use crate::operate::import::Fault;
use crate::operate::import::PeopleCommand;
use crate::operate::import::PeopleReply;
use crate::operate::import::Wrong;
use crate::operate::import::table::Column;
use crate::operate::import::table::Reading;
use crate::operate::import::table::read;
use crate::portal::admin;
use crate::portal::api::answer;
use crate::portal::api::operation::Answer;
use crate::portal::api::operation::Call;
use crate::portal::api::operation::Sketch;
use crate::portal::api::operation::operation;
use crate::portal::api::problem::Problem;
use crate::portal::api::query::Query;
use crate::portal::endpoint::Served;

const EXPORT: Sketch = Sketch::giving::<Cells>(
    200,
    "export_users",
    "Everybody who has an account, as a table in which no cell is a formula. Recorded",
)
.in_a_table();

const CHECK: Sketch = Sketch::giving::<Checked>(
    200,
    "check_import",
    "Says all that is wrong with a table of people, and brings nobody in",
)
.taking::<NewTable>();

const IMPORT: Sketch = Sketch::giving::<Imported>(
    200,
    "import_users",
    "Brings people in, at most 200, each with an account of their own and no password; nobody, where something is wrong. \
     Recorded once, and once for each account",
)
.taking::<NewTable>();

/// What is where.
pub(crate) const ENDPOINTS: &[Served] = &[
    operation!(Get "/users/export", ExportUsers => export, EXPORT),
    operation!(Post "/users/import/check", Rehearse => check, CHECK),
    operation!(Post "/users/import", ImportUsers => import, IMPORT),
];

/// A table with commas (RFC 4180).
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "it describes what is written elsewhere")]
struct Cells(String);

/// People who are to be brought in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewTable {
    /// A table with commas, whose first line names the columns: login, and any of name, email, groups, role.
    csv: String,
}

/// What is wrong with a table.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Checked {
    faults: Vec<FaultView>,
}

/// People who were brought in.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Imported {
    /// How many.
    added: usize,
    /// Why others were not.
    faults: Vec<FaultView>,
}

/// What is wrong with a cell or a line.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fault", deny_unknown_fields)]
struct FaultView {
    /// From one on.
    line: usize,
    /// Null: the line as a whole.
    column: Option<Column>,
    /// What stands there; signs that do something as digits.
    found: String,
    wrong: Wrong,
    /// What is allowed.
    allowed: String,
}

impl From<Fault> for FaultView {
    fn from(Fault { line, column, found, wrong }: Fault) -> Self {
        Self { line, column, found, wrong, allowed: wrong.to_string() }
    }
}

fn told(faults: Vec<Fault>) -> Vec<FaultView> {
    faults.into_iter().map(FaultView::from).collect()
}

/// `GET /users/export`.
async fn export(call: &Call<'_>) -> Answer {
    Query::of(call)?;
    call.done(Command::People(PeopleCommand::Export)).await?;
    let table = admin::everybody(call.turn).await?;
    let mut done = answer::text_of(call, table);
    let name = HeaderValue::from_static(admin::NAME_OF_TABLE);
    done.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(done)
}

/// `POST /users/import/check`.
async fn check(call: &Call<'_>) -> Answer {
    let mut table = table(call)?;
    let people = std::mem::take(&mut table.people);
    let command = Command::People(PeopleCommand::Check { people });
    let Reply::People(PeopleReply::Checked { faults }) = call.done(command).await? else {
        return Err(answer::unexpected());
    };
    table.add(faults);
    answer::of(call, &Checked { faults: told(table.faults) })
}

/// `POST /users/import`.
async fn import(call: &Call<'_>) -> Answer {
    let Reading { people, faults, .. } = table(call)?;
    if !faults.is_empty() {
        return answer::of(call, &Imported { added: 0, faults: told(faults) });
    }
    let command = Command::People(PeopleCommand::Import { people });
    let Reply::People(PeopleReply::Imported { added, faults }) = call.done(command).await? else {
        return Err(answer::unexpected());
    };
    answer::of(call, &Imported { added, faults: told(faults) })
}

/// The table of the body.
fn table(call: &Call<'_>) -> Result<Reading, Problem> {
    Query::of(call)?;
    let NewTable { csv } = call.body()?;
    Ok(read(&csv))
}
