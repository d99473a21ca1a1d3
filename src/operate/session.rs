//! Acts on sessions: who is signed in, where, how strongly; ending one, an account's, everybody's.

use std::cmp::Reverse;

use serde::Deserialize;
use serde::Serialize;

use super::By;
use super::MAX_LIMIT;
use super::OperateError;
use super::Operator;
use super::Reply;
use super::view::SessionReply;
use super::view::SessionView;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authority::Act;
use crate::clock::Timestamp;
use crate::session::SessionKey;
use crate::session::SessionRecord;
use crate::subject::SubjectId;

/// How often a session that rises in the same moment is looked for again: it goes on under the same handle.
const RIVALS: usize = 8;

/// What is asked for about sessions.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SessionCommand {
    /// Sessions that are open, newest first.
    List {
        /// Of this account only.
        login: Option<String>,
        /// The cursor of the page before.
        after: Option<String>,
        /// At most so many, and at most [`MAX_LIMIT`].
        limit: usize,
    },
    /// Ends one.
    End {
        /// Its public handle.
        session: String,
    },
    /// Ends all of an account, on every site; no browser is remembered any more.
    EndOf {
        /// Login name.
        login: String,
    },
    /// Ends everybody's, but for the one in which this is asked; no browser is remembered any more.
    EndAll,
}

impl SessionCommand {
    /// Which act it is.
    pub(super) const fn act(&self) -> Act {
        match self {
            Self::List { login: None, .. } => Act::SeeSessions,
            Self::List { login: Some(_), .. } => Act::SeeSessionsOf,
            Self::End { .. } => Act::EndSession,
            Self::EndOf { .. } => Act::EndSessionsOf,
            Self::EndAll => Act::EndAllSessions,
        }
    }
}

/// Where a page begins: sessions keep this place whatever happens to others.
type Place = (Reverse<Timestamp>, String);

fn place(record: &SessionRecord) -> Place {
    (Reverse(record.created), record.handle.clone())
}

/// The place that a cursor names.
fn after(cursor: &str) -> Result<Place, OperateError> {
    let read = cursor.split_once('-').and_then(|(created, handle)| {
        let created = created.parse().ok().map(Timestamp::from_millis)?;
        Some((Reverse(created), handle.to_owned()))
    });
    read.ok_or_else(|| OperateError::BadText {
        what: "cursor".to_owned(),
        why: "it is none that was given with a list of sessions".to_owned(),
    })
}

impl Operator {
    pub(super) async fn session(
        &self,
        by: &By,
        command: SessionCommand,
    ) -> Result<Reply, OperateError> {
        let reply = match command {
            SessionCommand::List { login, after, limit } => {
                self.list_sessions(login.as_deref(), after.as_deref(), limit).await?
            }
            SessionCommand::End { session } => self.end_session(by, &session).await?,
            SessionCommand::EndOf { login } => self.end_sessions_of(by, &login).await?,
            SessionCommand::EndAll => self.end_everybodys(by).await?,
        };
        Ok(Reply::Session(reply))
    }

    async fn list_sessions(
        &self,
        login: Option<&str>,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<SessionReply, OperateError> {
        let begin = cursor.map(after).transpose()?;
        let limit = limit.clamp(1, MAX_LIMIT);
        let subject = match login {
            Some(login) => Some(self.account_named(login).await?.id),
            None => None,
        };
        let mut found: Vec<_> = self
            .open_sessions()
            .await?
            .into_iter()
            .filter(|(_, record)| subject.as_ref().is_none_or(|id| *id == record.subject))
            .map(|(_, record)| (place(&record), record))
            .filter(|(place, _)| begin.as_ref().is_none_or(|begin| place > begin))
            .collect();
        found.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found
            .last()
            .filter(|_| more)
            .map(|(place, record)| format!("{}-{}", place.0.0.millis(), record.handle));
        let mut sessions = Vec::with_capacity(found.len());
        for (_, record) in found {
            sessions.push(self.session_view(record).await?);
        }
        Ok(SessionReply::Page { sessions, next })
    }

    async fn end_session(&self, by: &By, handle: &str) -> Result<SessionReply, OperateError> {
        for _ in 0..RIVALS {
            let open = self.open_sessions().await?;
            let Some((key, record)) = open.into_iter().find(|(_, it)| it.handle == handle) else {
                break;
            };
            let audit = self.about_sessions_of(by, &record.subject).await?.with("sid", handle);
            if self.end_one(&key, audit).await? {
                return Ok(SessionReply::Ended { sessions: 1 });
            }
        }
        Err(OperateError::NoSuchSession { given: handle.escape_debug().to_string() })
    }

    async fn end_one(&self, key: &SessionKey, audit: AuditEvent) -> Result<bool, OperateError> {
        let Some(directory) = &self.parts.directory else {
            return Ok(self.parts.store.end_session(key, audit).await?);
        };
        match directory.find(key) {
            Some(live) => Ok(directory.end(&live, audit).await?),
            None => Ok(false),
        }
    }

    async fn end_sessions_of(&self, by: &By, login: &str) -> Result<SessionReply, OperateError> {
        let id = self.account_named(login).await?.id;
        let audit = self.about_sessions_of(by, &id).await?.with("of", "account");
        let sessions = match &self.parts.directory {
            Some(directory) => directory.end_all_of(&id, audit).await?,
            None => self.parts.store.end_sessions_of(&id, audit).await?,
        };
        Ok(SessionReply::Ended { sessions })
    }

    async fn end_everybodys(&self, by: &By) -> Result<SessionReply, OperateError> {
        let audit = self.event(AuditKind::SessionEnded, by).with("of", "everybody");
        let spare = by.session();
        let sessions = match &self.parts.directory {
            Some(directory) => directory.end_everybodys(spare, audit).await?,
            None => self.parts.store.end_everybodys_sessions(spare, audit).await?,
        };
        Ok(SessionReply::Ended { sessions })
    }

    /// The record of an act on somebody's sessions, if it may be done.
    async fn about_sessions_of(&self, by: &By, id: &SubjectId) -> Result<AuditEvent, OperateError> {
        let account = self.parts.store.account(id).await?;
        let nobody = || OperateError::NoSuchAccount { login: format!("={id}") };
        self.about(AuditKind::SessionEnded, by, &account.ok_or_else(nobody)?)
    }

    /// Every session that is open, with its last activity as far as it is known.
    pub(super) async fn open_sessions(
        &self,
    ) -> Result<Vec<(SessionKey, SessionRecord)>, OperateError> {
        if let Some(directory) = &self.parts.directory {
            return Ok(directory.open_sessions());
        }
        let (limits, now) = (self.settings.load().sessions, self.parts.clock.now());
        let mut open = self.parts.store.sessions().await?;
        open.retain(|(_, session)| !session.is_over(&limits, session.last_active, now));
        Ok(open)
    }

    async fn session_view(&self, record: SessionRecord) -> Result<SessionView, OperateError> {
        let account = self.parts.store.account(&record.subject).await?;
        Ok(SessionView {
            aal: record.aal().acr().to_owned(),
            handle: record.handle,
            subject: record.subject.to_string(),
            login: account.map_or_else(String::new, |it| it.profile.login.to_string()),
            site: record.site,
            created: record.created,
            last_active: record.last_active,
            client: record.client,
            browser: record.opened_from.browser,
            place: record.opened_from.place,
        })
    }
}
