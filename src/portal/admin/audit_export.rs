//! The audit log taken out as a file: as lines of JSON that prove themselves, or as a table.

use bytes::Bytes;
use http::HeaderValue;
use http::Response;
use http::header;

use super::audit::AUDIT;
use super::command::by;
use super::command::reason;
use super::door::Principal;
use super::task;
use super::task::Sent;
use super::task::Task;
use super::trouble;
use crate::authority::Act;
use crate::operate::Command;
use crate::operate::Extract;
use crate::policy::Refusal;
use crate::portal::form::Fields;
use crate::portal::page::admin::Choice;
use crate::portal::page::admin::Input;
use crate::portal::taken_out;
use crate::portal::turn::Outcome;
use crate::portal::turn::Turn;

/// The form that a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Lines,
    Table,
}

impl Form {
    const ALL: [Self; 2] = [Self::Lines, Self::Table];

    /// As its file ends, and as forms call it.
    const fn name(self) -> &'static str {
        match self {
            Self::Lines => "jsonl",
            Self::Table => "csv",
        }
    }

    const fn message(self) -> &'static str {
        match self {
            Self::Lines => "audit-export-lines",
            Self::Table => "audit-export-table",
        }
    }

    const fn media(self) -> &'static str {
        match self {
            Self::Lines => "application/x-ndjson",
            Self::Table => "text/csv; charset=utf-8; header=present",
        }
    }
}

/// Records are taken out.
pub(super) struct Export {
    form: Form,
    from: Option<u64>,
    to: Option<u64>,
}

impl Task for Export {
    const PAGE: &'static str = "/admin/audit/export";
    const LIST: &'static str = AUDIT;
    const ACT: Act = Act::ExportAudit;
    const TITLE: &'static str = "audit-export";
    const DOES: &'static str = "audit-export-does";
    const DONE: &'static str = "taken-out";
    const FIELDS: &'static [&'static str] = &["form", "from", "to"];
    const GIVES_FILE: bool = true;

    async fn first(_: &Turn, _: &Principal, _: &mut Fields) -> Result<Option<Self>, Refusal> {
        Ok(Some(Self { form: Form::Lines, from: None, to: None }))
    }

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let named = fields.required("form")?;
        let form = Form::ALL.into_iter().find(|form| form.name() == named.as_str());
        let mut position = |name| {
            let text = fields.required(name)?;
            let text = text.trim();
            let read = || text.parse().ok().filter(|seq: &u64| *seq > 0).ok_or(Refusal::Form);
            (!text.is_empty()).then(read).transpose()
        };
        let (from, to) = (position("from")?, position("to")?);
        Ok(Self { form: form.ok_or(Refusal::Form)?, from, to })
    }

    fn inputs(&self, turn: &Turn, _: &Principal) -> Vec<Input> {
        let say = |key| turn.language.say(key);
        let chosen = self.form.name();
        let choices = Form::ALL.map(|it| Choice::new(it.name(), say(it.message()), chosen));
        let written = |at: Option<u64>| at.map(|at| at.to_string()).unwrap_or_default();
        let text =
            |name, key, hint, at| Input::text(name, say(key), &written(at)).hinted(say(hint));
        vec![
            Input::select("form", say("audit-export-form"), choices.to_vec()),
            text("from", "audit-export-from", "audit-export-from-hint", self.from),
            text("to", "audit-export-to", "audit-export-to-hint", self.to),
        ]
    }

    fn command(&self) -> Command {
        Command::AuditExport { from: self.from, to: self.to }
    }
}

/// `POST /admin/audit/export`: the file.
pub(super) async fn submit(turn: &Turn, principal: &Principal) -> Outcome {
    let (sent, _) = turn.open(turn.form::<Sent<Export>>()?, principal.session())?;
    let Sent { reason: typed, task: export } = &sent;
    let reason = match reason(turn, typed) {
        Ok(reason) => reason,
        Err(said) => return task::page(turn, principal, (export, typed), &said),
    };
    let by = by(turn, principal, reason);
    match turn.core.operator.extract(by, export.from, export.to).await {
        Ok(extract) => Ok(file(export.form, &extract)?),
        Err(error) => task::page(turn, principal, (export, typed), &trouble::said(turn, &error)),
    }
}

fn file(form: Form, extract: &Extract) -> Result<Response<Bytes>, Refusal> {
    let text = match form {
        Form::Lines => taken_out::lines(extract).ok_or(Refusal::Internal)?,
        Form::Table => taken_out::table(extract),
    };
    let name = taken_out::file_name(&extract.head, form.name());
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let mut answer = Response::new(Bytes::from(text));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(form.media()));
    headers.insert(header::CONTENT_DISPOSITION, name.map_err(|_| Refusal::Internal)?);
    Ok(answer)
}
