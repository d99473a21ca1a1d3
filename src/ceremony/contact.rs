//! Setting up an address of one's own for codes: entered, shown to be one's own by a first code, bound.

use std::sync::Arc;

use super::Ceremonies;
use super::CeremonyError;
use super::Visit;
use super::change::Adding;
use super::enrol::ENROLMENT_BUDGET;
use super::enrol::EnrolmentOutcome;
use super::out_of_band::Errand;
use super::out_of_band::SendOutcome;
use super::out_of_band::Typed;
use super::verify::Verified;
use crate::audit::AuditKind;
use crate::authenticator::contact::Address;
use crate::authenticator::contact::Channel;
use crate::authenticator::contact::Contact;
use crate::authenticator::out_of_band::Purpose;
use crate::directory::LiveSession;
use crate::metrics::SignInOutcome;
use crate::secret::Secret;
use crate::session::sent_code::SentCode;
use crate::subject::SubjectId;
use crate::throttle::sends::Unsent;

/// Where attempts to set up an address are charged: the account, whichever address it is.
const ADDRESS_BUDGET: &str = "address";

impl Ceremonies {
    /// Sends a code to an address that the person wants to receive codes at from now on.
    ///
    /// # Errors
    /// When something needed fails: nothing is sent.
    pub async fn send_code_to(
        &self,
        visit: &Visit<'_>,
        session: &Arc<LiveSession>,
        channel: Channel,
        typed: &str,
    ) -> Result<SendOutcome, CeremonyError> {
        let (kind, subject) = (channel.kind(), &session.record.subject);
        let own = self.takes_own_address(channel);
        match self.adding(visit, session, kind).await? {
            Adding::First | Adding::Further if own => {}
            Adding::NeedProof => return Ok(SendOutcome::NeedProof),
            Adding::First | Adding::Further | Adding::Closed => return Ok(SendOutcome::NotOffered),
        }
        let address = match Address::parse(channel, typed) {
            Ok(address) => address,
            Err(why) => return Ok(SendOutcome::NotAnAddress(why)),
        };
        // Whoever tries addresses to learn whose they are does not get far.
        match self.charge(visit, subject, (kind, ADDRESS_BUDGET)).await? {
            None => {}
            Some(Verified::Wait(until)) => return Ok(SendOutcome::Wait { until }),
            Some(_) => return Ok(SendOutcome::NotOffered),
        }
        if self.is_unusable(visit, subject, &address).await? {
            return Ok(SendOutcome::Unusable);
        }
        let errand = Errand { purpose: Purpose::Bind, address: &address, authenticator: None };
        self.send(visit, session, &errand).await
    }

    /// Takes the code that shows an address to be the person's own, and binds it.
    ///
    /// # Errors
    /// When something needed fails: nothing is bound.
    pub async fn finish_contact(
        &self,
        visit: &Visit<'_>,
        session: &Arc<LiveSession>,
        channel: Channel,
        typed: &Secret<String>,
    ) -> Result<EnrolmentOutcome, CeremonyError> {
        let (kind, subject) = (channel.kind(), &session.record.subject);
        if let Some(ended) = EnrolmentOutcome::before(self.adding(visit, session, kind).await?) {
            return Ok(ended);
        }
        if !self.takes_own_address(channel) {
            return Ok(EnrolmentOutcome::Closed);
        }
        let charged = (kind, ENROLMENT_BUDGET);
        if let Some(ended) = self.charge_enrolment(visit, subject, charged).await? {
            return Ok(ended);
        }
        let code = match self.right_code(session, (Purpose::Bind, channel), typed).await? {
            Typed::Right(code) => code,
            Typed::Busy => return Ok(EnrolmentOutcome::Busy),
            Typed::Wrong => {
                self.parts.metrics.proof(kind, SignInOutcome::Wrong);
                let event = self.event(AuditKind::ProofRefused, visit, subject);
                let event = event.with("method", kind.name()).with("reason", "enrolment_code");
                self.parts.store.record(event).await?;
                return Ok(EnrolmentOutcome::Wrong);
            }
        };
        self.bind_contact(visit, session, &code).await
    }

    async fn bind_contact(
        &self,
        visit: &Visit<'_>,
        session: &Arc<LiveSession>,
        code: &SentCode,
    ) -> Result<EnrolmentOutcome, CeremonyError> {
        let kind = code.channel.kind();
        let audit = self.event(AuditKind::ProofAccepted, visit, &session.record.subject);
        let audit = audit.with("method", kind.name());
        let store = &self.parts.store;
        if !store.spend_sent_code(&session.record.subject, code, audit).await?.is_accepted() {
            return Ok(EnrolmentOutcome::Wrong);
        }
        let verified = Some(self.parts.clock.now());
        let contact = Contact { address: code.address.clone(), verified };
        let label = contact.on(code.channel).map(|address| address.masked());
        let credential = contact.credential(code.channel);
        let new = self.authenticator(&label.unwrap_or_default(), credential)?;
        let event = self.proof_by(&new);
        Ok(self.bind(visit, session, new, event).await?.into())
    }

    /// Whether no code may go to an address of somebody's own choosing; the log says why, the person does not
    /// learn whose it is.
    async fn is_unusable(
        &self,
        visit: &Visit<'_>,
        subject: &SubjectId,
        address: &Address,
    ) -> Result<bool, CeremonyError> {
        let kind = address.channel().kind();
        let refused = || {
            let event = self.event(AuditKind::ProofRefused, visit, subject);
            event.with("method", kind.name())
        };
        if let Some(holder) = self.parts.store.holder_of(address).await? {
            if holder == *subject {
                return Ok(true);
            }
            let account = self.parts.store.account(&holder).await?;
            let login = account.map_or_else(String::new, |held| held.profile.login.to_string());
            let event = refused().with("reason", "taken").with("held_by", login);
            self.parts.store.record(event).await?;
            return Ok(true);
        }
        let codes = self.settings.out_of_band.on(address.channel());
        if codes.is_some_and(|codes| codes.prefix(address).is_err()) {
            self.parts.metrics.messages.unsent(address.channel(), Unsent::Unreachable);
            self.parts.store.record(refused().with("reason", Unsent::Unreachable.name())).await?;
            return Ok(true);
        }
        Ok(false)
    }
}
