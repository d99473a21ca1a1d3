//! Those who follow the audit log: how each gets on, and how one goes on without what it does not take.

use serde::Deserialize;
use serde::Serialize;

use super::By;
use super::OperateError;
use super::Operator;
use super::Reply;
use crate::audit::AuditKind;
use crate::audit::troubles::Trouble;
use crate::audit_sink::SinkSettings;
use crate::authority::Act;
use crate::clock::Timestamp;
use crate::store::SinkCursor;
use crate::store::StoreError;

/// What an operator asks for about those who follow the audit log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SinkCommand {
    /// How each gets on.
    List,
    /// One goes on without what it does not take.
    Skip {
        /// Its name.
        sink: String,
        /// The last record that it goes on without.
        to: u64,
    },
}

impl SinkCommand {
    /// Which act it is.
    pub(super) const fn act(&self) -> Act {
        match self {
            Self::List => Act::SeeAudit,
            Self::Skip { .. } => Act::SkipAudit,
        }
    }
}

/// How one of those gets on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SinkView {
    /// Its name in the configuration.
    pub name: String,
    /// What kind it is.
    pub way: String,
    /// How many records it does not have yet.
    pub behind: u64,
    /// Whether that is more than it may be.
    pub late: bool,
    /// The first record that it does not have, and from when that is.
    pub next: Option<(u64, Timestamp)>,
    /// What keeps it from them, as the running gateway knows.
    pub trouble: Option<Trouble>,
}

impl Operator {
    pub(super) async fn sink(&self, by: &By, command: SinkCommand) -> Result<Reply, OperateError> {
        if let SinkCommand::Skip { sink, to } = command {
            self.skip_for_sink(by, &sink, to).await?;
        }
        Ok(Reply::AuditSinks { sinks: self.sinks().await? })
    }

    /// How those get on who follow the audit log.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sinks(&self) -> Result<Vec<SinkView>, StoreError> {
        let settings = self.settings.load_full();
        let mut views = Vec::new();
        for sink in &settings.sinks {
            views.push(self.view_of(sink).await?);
        }
        Ok(views)
    }

    async fn view_of(&self, sink: &SinkSettings) -> Result<SinkView, StoreError> {
        let store = &self.parts.store;
        let nothing = SinkCursor { taken: store.audit_anchor().await?.seq, joined: 0 };
        let cursor = store.sink_cursor(&sink.name).await?.unwrap_or(nothing);
        let last = store.audit_head().await?.seq;
        let next = store.audit_records(cursor.taken.saturating_add(1), 1).await?;
        Ok(SinkView {
            name: sink.name.clone(),
            way: sink.way.name().to_owned(),
            behind: last.saturating_sub(cursor.taken),
            late: cursor.behind(last) > sink.lag_limit,
            next: next.first().map(|record| (record.seq, record.event.at)),
            trouble: self.parts.troubles.of(&sink.name),
        })
    }

    /// What is left out somewhere is said here, and why.
    async fn skip_for_sink(&self, by: &By, sink: &str, to: u64) -> Result<(), OperateError> {
        if by.reason().is_none() {
            return Err(OperateError::NoReason);
        }
        let settings = self.settings.load_full();
        let Some(known) = settings.sinks.iter().find(|known| known.name == sink) else {
            let why = format!("there is no sink `{sink}` in the configuration");
            return Err(OperateError::CannotSkip { why });
        };
        let audit = self.event(AuditKind::AuditSkipped, by);
        if self.parts.store.skip_for_sink(sink, to, audit).await? {
            return Ok(());
        }
        let SinkView { behind, next, .. } = self.view_of(known).await?;
        let why = match next {
            Some((first, _)) => format!(
                "`{sink}` does not have the records {first} to {}, and {to} is none of them",
                first.saturating_add(behind).saturating_sub(1)
            ),
            None => format!("`{sink}` has all records"),
        };
        Err(OperateError::CannotSkip { why })
    }
}
