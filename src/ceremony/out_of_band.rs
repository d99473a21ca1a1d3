//! Codes that are sent: by e-mail, by SMS. Asking for one, proving with it, and setting its address up.
//!
//! A message is counted and its code kept, durably, before anything is handed over to be sent; how sending
//! ends is told to nobody who asks.

use std::sync::Arc;

use super::Ceremonies;
use super::CeremonyError;
use super::Visit;
use super::guard::Hashed;
use super::verify::Verified;
use super::verify::may_prove;
use crate::audit::AuditKind;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::contact::Address;
use crate::authenticator::contact::Channel;
use crate::authenticator::contact::NotAnAddress;
use crate::authenticator::contact::longest_prefix;
use crate::authenticator::out_of_band;
use crate::authenticator::out_of_band::Purpose;
use crate::clock::Timestamp;
use crate::courier::letter::CodeLetter;
use crate::directory::LiveSession;
use crate::entropy;
use crate::password;
use crate::password::Cost;
use crate::secret::Secret;
use crate::session::sent_code::SentCode;
use crate::store::Charged;
use crate::store::SendLimits;
use crate::store::Sending;
use crate::throttle::sends::Unsent;

/// What the operator decides about codes that are sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// By e-mail; none: that is no second factor here.
    pub email: Option<Codes>,
    /// By SMS; none: that is no second factor here.
    pub sms: Option<Codes>,
}

/// Codes on one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codes {
    /// Whether people may enter an address of their own.
    pub own_address: bool,
    /// Digits of a code.
    pub digits: usize,
    /// How many may be sent in a day.
    pub limits: SendLimits,
    /// Beginnings of the numbers that anything is sent to; none: anywhere.
    pub prefixes: Option<Vec<String>>,
}

impl Settings {
    /// The kinds of authenticators that are on.
    pub fn kinds(&self) -> impl Iterator<Item = AuthenticatorKind> {
        let on = |channel: &Channel| self.on(*channel).is_some();
        Channel::ALL.into_iter().filter(on).map(Channel::kind)
    }

    /// What holds for a channel.
    #[must_use]
    pub const fn on(&self, channel: Channel) -> Option<&Codes> {
        match channel {
            Channel::Email => self.email.as_ref(),
            Channel::Sms => self.sms.as_ref(),
        }
    }
}

impl Codes {
    /// The listed beginning of an address; `Err` when nothing is sent there.
    pub(super) fn prefix(&self, address: &Address) -> Result<Option<String>, Unsent> {
        let Some(prefixes) = &self.prefixes else {
            return Ok(None);
        };
        let listed = longest_prefix(prefixes, address.as_str()).ok_or(Unsent::Unreachable)?;
        Ok(Some(listed.to_owned()))
    }
}

/// How asking for a code ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// It is on its way, or would be if there were a way.
    Sent(Underway),
    /// Enough were sent.
    Wait {
        /// When to ask again.
        until: Timestamp,
    },
    /// The person has no such contact, or may not use it.
    NotOffered,
    /// What was typed is no address.
    NotAnAddress(NotAnAddress),
    /// Codes are not sent to that address: it is somebody else's, or lies where nothing is sent (S4.8, A-158).
    Unusable,
    /// Another address needs a fresh proof first.
    NeedProof,
    /// Too many people at once.
    Busy,
    /// The session ended meanwhile.
    SessionOver,
}

/// A code on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Underway {
    /// How.
    pub channel: Channel,
    /// Where to, as its owner knows it.
    pub masked: String,
    /// How many digits it has.
    pub digits: usize,
}

/// What is to be sent.
pub(super) struct Errand<'a> {
    pub(super) purpose: Purpose,
    pub(super) address: &'a Address,
    pub(super) authenticator: Option<String>,
}

impl Ceremonies {
    /// Sends a code to the person's own contact of that kind. No address is ever taken from the request
    ///
    ///
    /// # Errors
    /// When something needed fails: nothing is sent.
    pub async fn send_code(
        &self,
        visit: &Visit<'_>,
        session: &Arc<LiveSession>,
        channel: Channel,
    ) -> Result<SendOutcome, CeremonyError> {
        let kind = channel.kind();
        if !may_prove(&session.record, kind) || !self.allowed(visit, session).contains(kind) {
            return Ok(SendOutcome::NotOffered);
        }
        let bound = self.parts.store.authenticators(&session.record.subject).await?;
        let Some((contact, address)) = contact_on(&bound, channel) else {
            return Ok(SendOutcome::NotOffered);
        };
        let authenticator = Some(contact.id.clone());
        let errand = Errand { purpose: Purpose::Prove, address: &address, authenticator };
        self.send(visit, session, &errand).await
    }

    /// The code that is on its way to the person, in this session and for this purpose.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn code_underway(
        &self,
        session: &LiveSession,
        purpose: Purpose,
    ) -> Result<Option<Underway>, CeremonyError> {
        let (subject, now) = (&session.record.subject, self.parts.clock.now());
        let code = self.parts.store.sent_code(subject, &session.key, purpose, now).await?;
        Ok(code.and_then(|code| {
            let address = Address::parse(code.channel, &code.address).ok()?;
            let digits = self.settings.out_of_band.on(code.channel)?.digits;
            Some(Underway { channel: code.channel, masked: address.masked(), digits })
        }))
    }

    /// Where codes on a channel go to, as its owner knows it; none: there is no such contact.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn own_contact(
        &self,
        session: &LiveSession,
        channel: Channel,
    ) -> Result<Option<String>, CeremonyError> {
        let bound = self.parts.store.authenticators(&session.record.subject).await?;
        Ok(contact_on(&bound, channel).map(|(_, address)| address.masked()))
    }

    /// Whether people may enter an address of their own for codes on a channel.
    #[must_use]
    pub fn takes_own_address(&self, channel: Channel) -> bool {
        self.settings.out_of_band.on(channel).is_some_and(|codes| codes.own_address)
    }

    /// Charges, verifies and spends a code that was sent to prove something.
    pub(super) async fn verify_sent(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        bound: &[Authenticator],
        (channel, typed): (Channel, &Secret<String>),
    ) -> Result<Verified, CeremonyError> {
        let (kind, subject) = (channel.kind(), &session.record.subject);
        let Some((contact, _)) = contact_on(bound, channel) else {
            return Ok(Verified::NotOffered);
        };
        if let Some(refused) = self.charge(visit, subject, (kind, contact.budget())).await? {
            return Ok(refused);
        }
        let code = match self.right_code(session, (Purpose::Prove, channel), typed).await? {
            Typed::Right(code) if code.authenticator.as_ref() == Some(&contact.id) => code,
            Typed::Right(_) | Typed::Wrong => return Ok(Verified::Wrong),
            Typed::Busy => return Ok(Verified::Busy),
        };
        let audit = self
            .event(AuditKind::ProofAccepted, visit, subject)
            .with("method", kind.name())
            .with("authenticator", &contact.id);
        let spent = self.parts.store.spend_sent_code(subject, &code, audit).await?;
        Ok(self.accepted(&spent, kind, &contact.id, None))
    }

    /// Compares what was typed with the code that is on its way; costs one hash, whatever it is.
    pub(super) async fn right_code(
        &self,
        session: &LiveSession,
        (purpose, channel): (Purpose, Channel),
        typed: &Secret<String>,
    ) -> Result<Typed, CeremonyError> {
        let (subject, now) = (&session.record.subject, self.parts.clock.now());
        let kept = self.parts.store.try_sent_code(subject, &session.key, purpose, now).await?;
        let kept = kept.filter(|code| code.channel == channel);
        let code = out_of_band::canonical_code(typed.expose());
        let hash = kept.as_ref().map(|kept| kept.hash.clone());
        let compare = move || {
            let code = code.as_ref().map_or("", |code| code.as_str());
            match hash {
                Some(hash) => password::verify(code, &hash),
                None => password::verify_nothing(code, Cost::Code).map(|()| false),
            }
        };
        let Hashed::Done(right) = self.guard.hash(compare).await? else {
            return Ok(Typed::Busy);
        };
        Ok(match (right?, kept) {
            (true, Some(kept)) => Typed::Right(Box::new(kept)),
            (true | false, _) => Typed::Wrong,
        })
    }

    /// Makes a code, counts it, keeps it, and hands it over.
    pub(super) async fn send(
        &self,
        visit: &Visit<'_>,
        session: &Arc<LiveSession>,
        errand: &Errand<'_>,
    ) -> Result<SendOutcome, CeremonyError> {
        let (address, subject) = (errand.address, &session.record.subject);
        let channel = address.channel();
        let Some(codes) = self.settings.out_of_band.on(channel) else {
            return Ok(SendOutcome::NotOffered);
        };
        let digits = out_of_band::generate(self.parts.entropy.as_ref(), codes.digits)?;
        let (entropy, hashed) = (Arc::clone(&self.parts.entropy), digits.clone());
        let hash = move || password::hash(&hashed, Cost::Code, entropy.as_ref());
        let Hashed::Done(hash) = self.guard.hash(hash).await? else {
            return Ok(SendOutcome::Busy);
        };
        let code = SentCode {
            id: entropy::identifier(self.parts.entropy.as_ref())?,
            session: session.key,
            purpose: errand.purpose,
            channel,
            address: address.as_str().to_owned(),
            authenticator: errand.authenticator.clone(),
            hash: hash?,
            made: self.parts.clock.now(),
            tries: 0,
        };
        let id = code.id.clone();
        let reach = codes.prefix(address);
        let sending = Sending {
            code,
            destination: address.unique(),
            prefix: reach.clone().ok().flatten(),
            limits: codes.limits,
        };
        let mut audit = self.event(AuditKind::CodeSent, visit, subject);
        if reach.is_err() {
            audit.kind = AuditKind::CodesWithheld;
            audit = audit.with("budget", Unsent::Unreachable.name());
            self.parts.metrics.messages.unsent(channel, Unsent::Unreachable);
        }
        let audit = audit.with("channel", channel.name()).with("purpose", errand.purpose.name());
        match self.parts.store.charge_sending(subject, sending, audit).await? {
            Charged::Granted => {}
            Charged::Wait { until, why } => {
                self.parts.metrics.messages.unsent(channel, why);
                return Ok(SendOutcome::Wait { until });
            }
            Charged::Gone => return Ok(SendOutcome::SessionOver),
        }
        if reach.is_ok() {
            let message = self.settings.letterhead.code(&CodeLetter {
                to: address,
                id: &id,
                code: &digits,
                purpose: errand.purpose,
                host: visit.site.host(),
                language: visit.language,
            });
            // Whoever asks sees the same page either way; log and metrics tell the operator.
            let _handed_over = self.parts.courier.hand_over(message);
        }
        Ok(SendOutcome::Sent(Underway { channel, masked: address.masked(), digits: codes.digits }))
    }
}

/// What came of comparing what was typed.
pub(super) enum Typed {
    Right(Box<SentCode>),
    Wrong,
    Busy,
}

/// The contact that codes on a channel go to: the latest one that is known to be the person's own.
pub(super) fn contact_on(
    bound: &[Authenticator],
    channel: Channel,
) -> Option<(&Authenticator, Address)> {
    let verified = |one: &Authenticator| one.credential.contact().and_then(|held| held.verified);
    bound
        .iter()
        .filter(|one| one.credential.kind() == channel.kind())
        .filter_map(|one| Some((one, one.credential.address()?)))
        .max_by_key(|(one, _)| (verified(one).is_some(), one.created))
}
