//! Everybody taken out as a table, for spreadsheets.

use bytes::Bytes;
use http::HeaderValue;
use http::Response;
use http::header;

use super::PEOPLE;
use super::command::by;
use super::command::reason;
use super::door::Principal;
use super::task;
use super::task::Sent;
use super::task::Task;
use super::trouble;
use super::yardstick;
use crate::authority::Act;
use crate::ceremony::CeremonyError;
use crate::operate::Command;
use crate::operate::import::PeopleCommand;
use crate::operate::import::table::People;
use crate::policy::Refusal;
use crate::portal::api::operation::TABLE;
use crate::portal::form::Fields;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;
use crate::roster::Query;

/// Everybody is taken out.
pub(super) struct ExportUsers;

impl Task for ExportUsers {
    const PAGE: &'static str = "/admin/users/export";
    const LIST: &'static str = PEOPLE;
    const ACT: Act = Act::ExportUsers;
    const TITLE: &'static str = "users-export";
    const DOES: &'static str = "users-export-does";
    const DONE: &'static str = "taken-out";
    const GIVES_FILE: bool = true;

    async fn first(_: &Turn, _: &Principal, _: &mut Fields) -> Result<Option<Self>, Refusal> {
        Ok(Some(Self))
    }

    fn take(_: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self)
    }

    fn command(&self) -> Command {
        Command::People(PeopleCommand::Export)
    }
}

/// `POST /admin/users/export`: the file.
pub(super) async fn submit(turn: &Turn, principal: &Principal) -> Outcome {
    let (sent, _) = turn.open(turn.form::<Sent<ExportUsers>>()?, principal.session())?;
    let Sent { reason: typed, task: export } = &sent;
    let reason = match reason(turn, typed) {
        Ok(reason) => reason,
        Err(said) => return task::page(turn, principal, (export, typed), &said),
    };
    match turn.core.operator.execute(by(turn, principal, reason), export.command()).await {
        Ok(_) => Ok(file(table(turn).await?)),
        Err(error) => task::page(turn, principal, (export, typed), &trouble::said(turn, &error)),
    }
}

/// Everybody.
pub(crate) async fn table(turn: &Turn) -> Result<String, Refusal> {
    let everybody = Query { limit: usize::MAX, ..Query::default() };
    let found = turn.core.people.roster.find(everybody, yardstick(turn)).await;
    let found = found.map_err(|error| turn.failed(&CeremonyError::Store(error)))?;
    let mut table = People::default();
    for (row, _) in &found.rows {
        table.row(row);
    }
    Ok(table.text())
}

fn file(text: String) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from(text));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(TABLE));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(NAME));
    answer
}

/// What the file is called.
pub(crate) const NAME: &str = "attachment; filename=\"users.csv\"";
