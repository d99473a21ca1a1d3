//! What open sessions learn when it changes who must have a second factor.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::Directory;
use super::live_session::LiveSession;
use super::live_session::Owner;
use crate::audit::AuditEvent;
use crate::authenticator::Held;
use crate::authenticator::KindSet;
use crate::enforcement::Rulebook;
use crate::enforcement::Switch;
use crate::enforcement::Switches;
use crate::enforcement::Whom;
use crate::session::AuthnEvent;
use crate::store::StoreError;
use crate::subject::Profile;
use crate::subject::SubjectId;
use crate::subject::terms::Terms;

impl Directory {
    /// After an act of the store by which a subject has a second factor: whoever is signed in without one must
    /// give it, and what streams to them ends.
    ///
    /// # Errors
    /// When the store does not say how many there are by now: they must still give one.
    pub async fn note_enrolled(&self, subject: &SubjectId) -> Result<(), StoreError> {
        self.drops.fetch_add(1, Ordering::SeqCst);
        for mut entry in self.sessions.iter_mut() {
            if entry.record.subject != *subject {
                continue;
            }
            if entry.record.second_factor_time().is_none() {
                entry.ended.cancel();
                *entry.value_mut() = Arc::new(entry.renewed());
            }
            entry.enrolled.store(true, Ordering::Release);
        }
        let held = self.held_by(subject).await?;
        for session in self.sessions.iter().filter(|session| session.record.subject == *subject) {
            session.note_held(held);
        }
        Ok(())
    }

    /// The second factors of a subject, as the store has them now.
    pub(super) async fn held_by(&self, subject: &SubjectId) -> Result<Held, StoreError> {
        Ok(Held::of(&self.store.authenticators(subject).await?))
    }

    /// After an act of the store on the switches: what is asked from now on. Streams of sessions without a second factor
    /// end, of those whose switch it was, and may come back where it is still not asked for; their requests are judged
    /// one by one in any case.
    fn set_switches(&self, switches: Switches) {
        let switches = Arc::new(switches);
        let before = self.switch.swap(Arc::clone(&switches));
        let is_other = |whom| before.of(whom) != switches.of(whom);
        self.drops.fetch_add(1, Ordering::SeqCst);
        for mut entry in self.sessions.iter_mut() {
            let whom = Whom::of(entry.profile.role);
            if entry.record.second_factor_time().is_none() && is_other(whom) {
                entry.ended.cancel();
                *entry.value_mut() = Arc::new(entry.renewed());
            }
        }
    }

    /// Ends the sessions that were completed only by kinds of proof that their owners may not use any more: of
    /// those in `enabled`, what the rules allow. `ended` is what is recorded of each. Says how many.
    ///
    /// # Errors
    /// When the store does not end one: nobody goes on with it here, and it is ended there by the next start.
    pub async fn end_disallowed(
        &self,
        rulebook: &Rulebook,
        enabled: KindSet,
        ended: AuditEvent,
    ) -> Result<usize, StoreError> {
        let is_unfit = |session: &LiveSession| {
            let record = &session.record;
            let allowed = session.asked(rulebook, record.client).allowed.and(enabled);
            let good = |event: &AuthnEvent| event.kind.completes() && allowed.contains(event.kind);
            record.second_factor_time().is_some() && !record.events.iter().any(good)
        };
        let all = self.sessions.iter().map(|entry| Arc::clone(entry.value()));
        let unfit: Vec<_> = all.filter(|session| is_unfit(session)).collect();
        let mut failed = None;
        for session in &unfit {
            let audit = ended
                .clone()
                .on(&session.record.subject)
                .with("sid", &session.record.handle)
                .with("reason", "kind_not_allowed");
            if let Err(error) = self.end(session, audit).await {
                self.drop_one(&session.key);
                failed.get_or_insert(error);
            }
        }
        failed.map_or(Ok(unfit.len()), Err)
    }

    /// After an act of the store on a switch, or on what a site asks for: shows what the store has by now, whoever else
    /// changed it.
    ///
    /// # Errors
    /// When the store does not answer: it is asked again by the next sweep.
    pub async fn follow_switches(&self) -> Result<(), StoreError> {
        let _in_turn = self.following.lock().await;
        let switches = self.store.switches().await;
        self.behind.fetch_or(switches.is_err(), Ordering::AcqRel);
        self.set_switches(switches?);
        Ok(())
    }

    /// The same after one switch was turned from one to the other, which is shown even where the store cannot be read:
    /// unless somebody else turned it too, and then the next sweep shows what it says.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn follow_switch(
        &self,
        whom: Whom,
        [before, after]: [Terms; 2],
    ) -> Result<(), StoreError> {
        let followed = self.follow_switches().await;
        if followed.is_err() {
            let _in_turn = self.following.lock().await;
            let mut switches = Switches::clone(&self.switch.load());
            if *switches.of(whom) == before {
                *switches.of_mut(whom) = after;
                self.set_switches(switches);
            }
        }
        followed
    }

    /// Where a turned switch could not be read, it is read again.
    pub(super) async fn catch_up(&self) -> Result<(), StoreError> {
        if !self.behind.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        self.follow_switches().await
    }

    /// The same as [`Self::follow_switches`] for what is asked of one subject.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn follow_terms(&self, subject: &SubjectId) -> Result<(), StoreError> {
        let _in_turn = self.following.lock().await;
        if let Some(account) = self.store.account(subject).await? {
            self.set_terms(subject, account.terms);
        }
        Ok(())
    }

    fn set_terms(&self, subject: &SubjectId, terms: Terms) {
        let terms = Arc::new(terms);
        for session in self.sessions.iter().filter(|session| session.record.subject == *subject) {
            *session.terms.lock() = Arc::clone(&terms);
        }
    }

    /// The switches, for whoever asks what is asked.
    #[must_use]
    pub const fn switch(&self) -> &Switch {
        &self.switch
    }

    pub(super) fn owner(&self, profile: Profile, terms: Terms) -> Owner {
        let terms = if terms.is_empty() { Arc::clone(&self.no_terms) } else { Arc::new(terms) };
        Owner { profile: Arc::new(profile), terms }
    }
}
