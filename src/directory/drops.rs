//! What is forgotten after an act of the store has ended it.

use std::sync::atomic::Ordering;

use super::Directory;
use crate::session::SessionKey;
use crate::subject::SubjectId;

impl Directory {
    /// Forgets the sessions of a subject after an act of the store has ended them.
    pub fn drop_all_of(&self, subject: &SubjectId) {
        self.drops.fetch_add(1, Ordering::SeqCst);
        self.sessions.retain(|_, session| {
            let keep = session.record.subject != *subject;
            if !keep {
                session.over();
            }
            keep
        });
    }

    /// Forgets the sessions of a subject but one, after an act of the store has ended them.
    pub fn drop_others_of(&self, subject: &SubjectId, spare: &SessionKey) {
        self.drops.fetch_add(1, Ordering::SeqCst);
        self.sessions.retain(|key, session| {
            let keep = session.record.subject != *subject || key == spare;
            if !keep {
                session.over();
            }
            keep
        });
    }

    /// Forgets the sessions that were opened on a device, after an act of the store has ended them.
    pub fn drop_on_device(&self, subject: &SubjectId, device: &str) {
        self.drops.fetch_add(1, Ordering::SeqCst);
        self.sessions.retain(|_, session| {
            let keep = session.record.subject != *subject || !session.record.is_on(device);
            if !keep {
                session.over();
            }
            keep
        });
    }
}
