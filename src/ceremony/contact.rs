//! Setting up an address of one's own for codes: entered, shown to be one's own by a first code, bound.

use std::sync::Arc;

use super::Ceremonies;
use super::CeremonyError;
use super::Visit;
use super::change::Adding;
use super::change::Bound;
use super::enrol::EnrolmentOutcome;
use super::out_of_band::Errand;
use super::out_of_band::SendOutcome;
use super::out_of_band::Typed;
use super::out_of_band::kind_of;
use super::verify::Verified;
use crate::audit::AuditKind;
use crate::authenticator::Credential;
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
        let (kind, subject) = (kind_of(channel), &session.record.subject);
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
        let (kind, subject) = (kind_of(channel), &session.record.subject);
        let own = self.takes_own_address(channel);
        match self.adding(visit, session, kind).await? {
            Adding::First | Adding::Further if own => {}
            Adding::NeedProof => return Ok(EnrolmentOutcome::Already),
            Adding::First | Adding::Further | Adding::Closed => {
                return Ok(EnrolmentOutcome::Closed);
            }
        }
        match self.charge(visit, subject, (kind, super::enrol::ENROLMENT_BUDGET)).await? {
            None => {}
            Some(Verified::Wait(until)) => return Ok(EnrolmentOutcome::Wait { until }),
            Some(_) => return Ok(EnrolmentOutcome::Closed),
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
        let kind = kind_of(code.channel);
        let audit = self.event(AuditKind::ProofAccepted, visit, &session.record.subject);
        let audit = audit.with("method", kind.name());
        let store = &self.parts.store;
        if !store.spend_sent_code(&session.record.subject, code, audit).await?.is_accepted() {
            return Ok(EnrolmentOutcome::Wrong);
        }
        let verified = Some(self.parts.clock.now());
        let contact = Contact { address: code.address.clone(), verified };
        let (label, credential) = match code.channel {
            Channel::Email => ("E-mail", Credential::Email(contact)),
            Channel::Sms => ("Mobile phone", Credential::Sms(contact)),
        };
        let new = self.authenticator(label, credential)?;
        let event = self.proof_by(&new);
        Ok(match self.bind(visit, session, new, event).await? {
            Bound::Done { token, codes } => EnrolmentOutcome::Enrolled { token, codes },
            Bound::Already => EnrolmentOutcome::Already,
            Bound::Taken | Bound::Closed => EnrolmentOutcome::Closed,
            Bound::Busy => EnrolmentOutcome::Busy,
            Bound::SessionOver => EnrolmentOutcome::SessionOver,
        })
    }

    /// Whether no code may go to an address of somebody's own choosing; the log says why, the person does not
    /// learn whose it is.
    async fn is_unusable(
        &self,
        visit: &Visit<'_>,
        subject: &SubjectId,
        address: &Address,
    ) -> Result<bool, CeremonyError> {
        let kind = kind_of(address.channel());
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
