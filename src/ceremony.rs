//! What a person does: prove, enrol, renew, sign out, as operations on the store.
//!
//! Every attempt is charged before it is verified, every artefact is spent by one durable conditional
//! write, and every outcome is an enum that pages render; no page decides anything.

pub mod change;
mod chosen_password;
pub mod codes;
mod console_basic;
mod console_login;
mod contact;
pub mod device;
pub mod enrol;
mod entry;
pub mod first_owner;
mod foreign;
pub mod guard;
mod handed;
pub mod languages;
pub mod loss;
pub mod offer;
pub mod out_of_band;
pub mod passkey;
pub mod password_change;
pub mod passwordless;
mod recovery;
mod second_factor_first;
pub mod self_service;
pub mod sign_in;
pub mod summary;
mod trusted_header;
mod typed_code;
pub mod verify;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use self::guard::Guard;
use crate::audit::Actor;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::KindSet;
use crate::authenticator::backup_code::BackupCodeSet;
use crate::authenticator::backup_code::Reveal;
use crate::authenticator::totp;
use crate::clock::Clock;
use crate::courier::Courier;
use crate::courier::letter::Letterhead;
use crate::directory::Directory;
use crate::directory::LiveSession;
use crate::enforcement;
use crate::enforcement::Rulebook;
use crate::entropy::Entropy;
use crate::entropy::EntropyFailed;
use crate::metrics::Metrics;
use crate::password::HashFailed;
use crate::place::Location;
use crate::refusal_log::RefusalLog;
use crate::session;
use crate::session::device::DeviceToken;
use crate::site::Site;
use crate::store::AdoptionPoint;
use crate::store::Store;
use crate::store::StoreError;
use crate::subject::SubjectId;
use crate::webauthn;
use crate::webauthn::Challenges;
use crate::webauthn::RelyingParty;
use crate::words::Language;

pub use self::change::Adding;
pub use self::change::NewCodes;
pub use self::chosen_password::Chosen;
pub use self::chosen_password::ChosenPassword;
pub use self::chosen_password::Invited;
pub use self::chosen_password::RightPassword;
pub use self::codes::CodesOutcome;
pub use self::console_login::ConsoleAttempt;
pub use self::console_login::ConsoleTry;
pub use self::enrol::EnrolmentOutcome;
pub use self::enrol::EnrolmentPage;
pub use self::first_owner::FirstOwner;
pub use self::first_owner::TypedOwner;
pub use self::offer::Enrolment;
pub use self::offer::Offer;
pub use self::passkey::PasskeyPage;
pub use self::password_change::PasswordOutcome;
pub use self::passwordless::PasskeySignIn;
pub use self::self_service::Change;
pub use self::self_service::ShownCodes;
pub use self::sign_in::KnownBrowser;
pub use self::sign_in::NextStep;
pub use self::sign_in::SignIn;
pub use self::summary::Summary;
pub use self::verify::Proof;
pub use self::verify::ProofOutcome;

/// What the operator decides about proving and enrolling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The name an authenticator app shows for this gateway.
    pub totp_issuer: String,
    /// How many authenticator apps an account may have.
    pub apps_per_account: usize,
    /// The kinds that this gateway can verify, as configured.
    pub enabled: KindSet,
    /// In which order second factors are offered; those that are not in it come after, strongest first. Empty: the
    /// strong one that was last used comes first.
    pub order: Vec<AuthenticatorKind>,
    /// Whom passkeys are made for, by the name of the site; at any other site there are none.
    pub relying_parties: BTreeMap<String, RelyingParty>,
    /// Devices.
    pub devices: session::device::Settings,
    /// Whether backup codes can be looked at again.
    pub reveal: Reveal,
    /// Codes that are sent.
    pub out_of_band: out_of_band::Settings,
    /// What stands in every message.
    pub letterhead: Letterhead,
    /// How long after its creation an account may bind its first authenticator on the password alone.
    pub enrolment_window: Duration,
    /// The same after a reset by an operator.
    pub reset_window: Duration,
}

impl Settings {
    /// Every kind of proof that can complete a sign-in here, as configured.
    #[must_use]
    pub const fn kinds(&self) -> KindSet {
        let enabled = self.enabled.or(KindSet::ELSEWHERE);
        match self.devices.remember {
            Some(_) => enabled.with(AuthenticatorKind::RememberedDevice),
            None => enabled,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            totp_issuer: "Portcullis".to_owned(),
            apps_per_account: 5,
            enabled: KindSet::of(&[
                AuthenticatorKind::Password,
                AuthenticatorKind::Totp,
                AuthenticatorKind::BackupCode,
            ]),
            order: Vec::new(),
            relying_parties: BTreeMap::new(),
            devices: session::device::Settings::default(),
            reveal: Reveal::Once,
            out_of_band: out_of_band::Settings::default(),
            letterhead: Letterhead::default(),
            enrolment_window: Duration::from_hours(14 * 24),
            reset_window: Duration::from_hours(24),
        }
    }
}

/// Who asks, for throttles and audit.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'a> {
    /// The site the pages are shown on.
    pub site: &'a Arc<Site>,
    /// The host that was asked for, one of the site's.
    pub host: &'a str,
    /// The client's address.
    pub client: IpAddr,
    /// The request.
    pub request_id: &'a str,
    /// What the person reads.
    pub language: Language,
    /// What is known of where they are.
    pub location: &'a Location,
    /// What their browser says that it is.
    pub user_agent: Option<&'a str>,
    /// What the browser shows as a registered device.
    pub device: Option<&'a DeviceToken>,
    /// The account that the browser is known to.
    pub known: Option<&'a KnownBrowser>,
}

/// Something the gateway needs failed; nothing was decided, so nothing is allowed.
#[derive(Debug, thiserror::Error)]
pub enum CeremonyError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No randomness.
    #[error(transparent)]
    Entropy(#[from] EntropyFailed),
    /// Hashing failed.
    #[error(transparent)]
    Hash(#[from] HashFailed),
    /// A stored key is unusable.
    #[error(transparent)]
    Key(#[from] totp::InvalidKey),
    /// No question about passkeys can be made.
    #[error(transparent)]
    Passkey(#[from] webauthn::Failed),
    /// A task was cancelled while the process stops.
    #[error("the gateway is stopping")]
    Stopping,
}

/// The handles that ceremonies work with.
#[derive(Clone, Debug)]
pub struct Parts {
    /// What is kept.
    pub store: Arc<dyn Store>,
    /// What is open.
    pub directory: Arc<Directory>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// Counters.
    pub metrics: Metrics,
    /// Messages to people.
    pub courier: Arc<dyn Courier>,
    /// Failures of strangers, on their way to the audit log.
    pub refusals: Arc<RefusalLog>,
}

/// The operations, under the settings of one configuration.
#[derive(Debug)]
pub struct Ceremonies {
    parts: Parts,
    settings: Settings,
    rulebook: Rulebook,
    guard: Arc<Guard>,
    challenges: Arc<Challenges>,
    /// Whether there may be no owner yet, and a token that makes one.
    offers_owner: Arc<AtomicBool>,
}

impl Ceremonies {
    /// With these handles and settings; `hashers` bounds how many passwords are hashed at once.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn new(parts: Parts, settings: Settings, hashers: usize) -> Result<Self, EntropyFailed> {
        let guard = Arc::new(Guard::new(hashers, parts.entropy.as_ref())?);
        let challenges = Arc::new(Challenges::default());
        let rulebook =
            Rulebook::new(enforcement::Settings::default(), Arc::clone(parts.directory.switch()));
        let offers_owner = Arc::default();
        Ok(Self { parts, settings, rulebook, guard, challenges, offers_owner })
    }

    /// The same operations under other settings: what was charged, and what waits, is shared.
    #[must_use]
    pub fn under(&self, settings: Settings, rulebook: Rulebook) -> Self {
        let (guard, challenges) = (Arc::clone(&self.guard), Arc::clone(&self.challenges));
        let offers_owner = Arc::clone(&self.offers_owner);
        Self { parts: self.parts.clone(), settings, rulebook, guard, challenges, offers_owner }
    }

    /// How far people had come, from a day on, which is counted from 1970-01-01.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn adoption(&self, from: u32) -> Result<Vec<(u32, AdoptionPoint)>, StoreError> {
        self.parts.store.adoption(from).await
    }

    /// What is counted.
    #[must_use]
    pub const fn metrics(&self) -> &Metrics {
        &self.parts.metrics
    }

    /// Every kind of proof that can complete a sign-in here, as configured.
    #[must_use]
    pub const fn kinds(&self) -> KindSet {
        self.settings.kinds()
    }

    /// Who must have a second factor.
    #[must_use]
    pub const fn rulebook(&self) -> &Rulebook {
        &self.rulebook
    }

    /// Ends this session.
    ///
    /// # Errors
    /// When the store does not answer: the person is still signed in, and is told so.
    pub async fn sign_out(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
    ) -> Result<(), CeremonyError> {
        self.end_for(visit, session, "sign_out").await
    }

    /// Ends this session, for this reason.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn end_for(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        reason: &str,
    ) -> Result<(), CeremonyError> {
        let audit = self.event(AuditKind::SessionEnded, visit, &session.record.subject);
        let audit = audit.with("sid", &session.record.handle).with("reason", reason);
        self.parts.directory.end(session, audit).await?;
        Ok(())
    }

    /// Ends a session for this reason, whatever it was raised to meanwhile: all that has its binding.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn end_binding(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        reason: &str,
    ) -> Result<(), CeremonyError> {
        loop {
            let all = self.parts.directory.sessions_of(&session.record.subject);
            let same = |one: &&Arc<LiveSession>| one.record.binding == session.record.binding;
            let Some(one) = all.iter().find(same) else {
                return Ok(());
            };
            self.end_for(visit, one, reason).await?;
        }
    }

    /// Ends every session of the person, on every site.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sign_out_everywhere(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
    ) -> Result<(), CeremonyError> {
        let subject = &session.record.subject;
        let audit = self.event(AuditKind::SessionEnded, visit, subject);
        let audit = audit.with("reason", "sign_out_everywhere");
        self.parts.directory.end_all_of(subject, audit).await?;
        Ok(())
    }

    fn event(&self, kind: AuditKind, visit: &Visit<'_>, subject: &SubjectId) -> AuditEvent {
        self.event_by(kind, visit, Actor::Subject { id: subject.clone() })
    }

    fn event_by(&self, kind: AuditKind, visit: &Visit<'_>, actor: Actor) -> AuditEvent {
        let mut event = AuditEvent::new(self.parts.clock.wall(), kind, actor);
        event.site = Some(visit.site.name.to_string());
        event.request_id = Some(visit.request_id.to_owned());
        event.client = Some(visit.client);
        event
    }
}

/// The set of backup codes that counts: the one that was acknowledged.
fn acknowledged_codes(bound: &[Authenticator]) -> Option<(&Authenticator, &BackupCodeSet)> {
    bound.iter().find_map(|authenticator| {
        let set = authenticator.credential.backup_codes()?;
        set.acknowledged.is_some().then_some((authenticator, set))
    })
}
