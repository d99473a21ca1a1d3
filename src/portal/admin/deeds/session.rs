//! One session of an account ends.

use std::sync::Arc;

use crate::authority::Act;
use crate::directory::LiveSession;
use crate::operate::Command;
use crate::operate::SessionCommand;
use crate::operate::view::AccountView;
use crate::policy::Refusal;
use crate::portal::admin::deed::Deed;
use crate::portal::admin::door::Principal;
use crate::portal::admin::sessions;
use crate::portal::form::Fields;
use crate::portal::page::admin::Input;
use crate::portal::turn::Turn;
use crate::subject::SubjectId;

/// The session of an account that has this handle, if it is open.
fn open(turn: &Turn, account: &AccountView, handle: &str) -> Option<Arc<LiveSession>> {
    let of = SubjectId::from_stored(account.id.clone());
    let sessions = turn.core.directory.sessions_of(&of);
    sessions.into_iter().find(|session| session.record.handle == handle)
}

/// One session ends.
pub(crate) struct EndSession {
    handle: String,
}

impl Deed for EndSession {
    const PAGE: &'static str = "/admin/user/session";
    const ACT: Act = Act::EndSession;
    const TITLE: &'static str = "deed-end-session";
    const DOES: &'static str = "deed-end-session-does";
    const DONE: &'static str = "session-ended";
    const NAMES: &'static [&'static str] = &["id", "session"];
    const FIELDS: &'static [&'static str] = &["session"];

    fn first(
        turn: &Turn,
        fields: &mut Fields,
        account: &AccountView,
    ) -> Result<Option<Self>, Refusal> {
        let handle = fields.required("session")?.to_string();
        Ok(open(turn, account, &handle).map(|_| Self { handle }))
    }

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { handle: fields.required("session")?.to_string() })
    }

    fn inputs(&self, turn: &Turn, _: &Principal, account: &AccountView) -> Vec<Input> {
        let session = open(turn, account, &self.handle);
        let shown = session.map_or_else(String::new, |it| sessions::in_short(turn, &it.record));
        vec![Input::fixed("session", turn.language.say("sessions-one"), &self.handle, shown)]
    }

    fn command(&self, _: String) -> Result<Command, &'static str> {
        Ok(Command::Session(SessionCommand::End { session: self.handle.clone() }))
    }
}
