//! The language of a person's pages and mails.

use super::Ceremonies;
use super::CeremonyError;
use super::Visit;
use crate::audit::AuditKind;
use crate::directory::LiveSession;
use crate::session::Aal;
use crate::words::Language;

impl Ceremonies {
    /// Keeps the language that a person chose. The password alone chooses nothing for the account: mails that
    /// warn its owner of a stranger stay readable.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn choose_language(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        language: Language,
    ) -> Result<(), CeremonyError> {
        if session.record.aal() < Aal::Aal2 {
            return Ok(());
        }
        let subject = &session.record.subject;
        let audit =
            self.event(AuditKind::LanguageChosen, visit, subject).with("language", language.tag());
        self.parts.store.set_language(subject, language, audit).await?;
        Ok(())
    }
}
