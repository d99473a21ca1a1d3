//! One session of an account ends.

use crate::authority::Act;
use crate::operate::Command;
use crate::operate::SessionCommand;
use crate::operate::view::AccountView;
use crate::policy::Refusal;
use crate::portal::admin::deed::Deed;
use crate::portal::admin::sessions;
use crate::portal::form::Fields;
use crate::portal::form::Form;
use crate::portal::page::admin::Input;
use crate::portal::turn::Turn;
use crate::subject::SubjectId;

/// One session ends.
pub(crate) struct EndSession {
    handle: String,
}

impl Form for EndSession {
    const FIELDS: &'static [&'static str] = &["id", "seen", "reason", "session"];

    fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        Ok(Self { handle: fields.required("session")?.to_string() })
    }
}

impl Deed for EndSession {
    const PAGE: &'static str = "/admin/user/session";
    const ACT: Act = Act::EndSession;
    const TITLE: &'static str = "deed-end-session";
    const DOES: &'static str = "deed-end-session-does";
    const DONE: &'static str = "session-ended";
    const NAMES: &'static [&'static str] = &["id", "session"];

    fn first(fields: &mut Fields, _: &AccountView) -> Result<Option<Self>, Refusal> {
        Ok(fields.optional("session").map(|handle| Self { handle: handle.to_string() }))
    }

    fn inputs(&self, turn: &Turn, account: &AccountView) -> Vec<Input> {
        let of = SubjectId::from_stored(account.id.clone());
        let open = turn.core.directory.sessions_of(&of);
        let session = open.iter().find(|session| session.record.handle == self.handle);
        let shown = session.map_or_else(String::new, |it| sessions::in_short(turn, &it.record));
        vec![Input::fixed("session", turn.language.say("sessions-one"), &self.handle, shown)]
    }

    fn command(&self, _: String) -> Result<Command, &'static str> {
        Ok(Command::Session(SessionCommand::End { session: self.handle.clone() }))
    }
}
