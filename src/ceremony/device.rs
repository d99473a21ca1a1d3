//! Devices: what one is worth at sign-in, registering one, letting it go.

use std::sync::Arc;
use std::time::Duration;

use super::Ceremonies;
use super::CeremonyError;
use super::Visit;
use crate::audit::AuditKind;
use crate::authenticator::AuthenticatorKind;
use crate::clock::Timestamp;
use crate::directory::LiveSession;
use crate::enforcement::Person;
use crate::entropy;
use crate::session::AuthnEvent;
use crate::session::DeviceBinding;
use crate::session::SessionRecord;
use crate::session::device::Approval;
use crate::session::device::Device;
use crate::session::device::DeviceStanding;
use crate::session::device::DeviceToken;
use crate::session::device::Verified;
use crate::store::Acceptance;
use crate::subject::Account;

/// How old the proof may be with which a device is registered.
const REGISTER_WITHIN: Duration = Duration::from_mins(5);

/// Characters of a device's label.
const LABEL_CHARS: usize = 80;

/// What a device is registered as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registering {
    /// One that stands for the second factor at sign-in.
    Remembered,
    /// One that routes can ask for.
    Verified,
}

/// How registering a device ended.
#[derive(Debug)]
pub enum DeviceOutcome {
    /// Registered.
    Registered {
        /// The value of the device's cookie.
        token: DeviceToken,
        /// How long the cookie lasts.
        lifetime: Duration,
    },
    /// A proof must be given first that is recent, and strong enough for it.
    NeedProof,
    /// There is no such thing here.
    Closed,
    /// The session ended meanwhile.
    SessionOver,
}

impl Ceremonies {
    /// Whether devices may be remembered here, and for how long.
    #[must_use]
    pub const fn remembers(&self) -> Option<Duration> {
        self.settings.devices.remember
    }

    /// Writes into a session that is about to be opened what the device behind it is worth: an event if it stands
    /// for the second factor, and a binding if it is a verified one. A token of another account finds nothing.
    pub(super) async fn stamp_device(
        &self,
        visit: &Visit<'_>,
        account: &Account,
        record: &mut SessionRecord,
    ) -> Result<(), CeremonyError> {
        let asked = self.rulebook.asked(&Person {
            site: visit.site.name.as_str(),
            profile: &account.profile,
            terms: &account.terms,
            client: Some(visit.client),
        });
        let Some(token) = visit.device else { return Ok(()) };
        let (now, key) = (self.parts.clock.now(), token.key());
        let Some(device) = self.parts.store.device(&record.subject, &key).await? else {
            return Ok(());
        };
        let kind = AuthenticatorKind::RememberedDevice;
        let remembers = self.settings.devices.remember.is_some() && asked.allowed.contains(kind);
        if remembers && device.is_remembered(&record.site, now) {
            record.events.push(AuthnEvent::of(kind, Some(device.id.clone()), now));
        }
        record.device = binding(&device, &record.site, now);
        self.parts.store.touch_device(&record.subject, &key, now).await?;
        Ok(())
    }

    /// Registers the browser of a session. To be remembered it needs a second factor that reaches AAL2 and is at most
    /// minutes old, and to be a verified device as well; neither a remembered device nor a code kept for emergencies
    /// is one.
    ///
    /// # Errors
    /// When something needed fails: nothing is registered.
    pub async fn register_device(
        &self,
        visit: &Visit<'_>,
        session: &Arc<LiveSession>,
        registering: Registering,
        label: &str,
    ) -> Result<DeviceOutcome, CeremonyError> {
        let now = self.parts.clock.now();
        let fresh = session.record.fresh_time();
        let bound = self.parts.store.authenticators(&session.record.subject).await?;
        let weak = fresh.is_none_or(|at| now.since(at) > REGISTER_WITHIN);
        if weak || !self.is_fresh(session, &bound) {
            return Ok(DeviceOutcome::NeedProof);
        }
        let Some(lifetime) = self.lifetime_of(registering) else {
            return Ok(DeviceOutcome::Closed);
        };
        let (token, device) = self.device_of(session, registering, label)?;
        let before = visit.device.map(DeviceToken::key);
        let audit = self
            .event(AuditKind::DeviceRegistered, visit, &session.record.subject)
            .with("device", &device.id)
            .with("as", registering.name());
        Ok(match self.parts.store.register_device(&session.key, device, before, audit).await? {
            Acceptance::Accepted => {
                self.drop_evicted(session).await?;
                DeviceOutcome::Registered { token, lifetime }
            }
            Acceptance::Spent | Acceptance::Gone | Acceptance::Taken(_) => {
                DeviceOutcome::SessionOver
            }
        })
    }

    /// The devices of the person behind a session.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn devices(&self, session: &LiveSession) -> Result<Vec<Device>, CeremonyError> {
        let now = self.parts.clock.now();
        let mut held = self.parts.store.devices(&session.record.subject).await?;
        held.retain(|device| !device.is_over(now));
        Ok(held)
    }

    /// Removes one of the person's own devices, by its handle, and ends the sessions that were opened on it; false
    /// when there was none. Being careful needs no further proof.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn remove_device(
        &self,
        visit: &Visit<'_>,
        session: &LiveSession,
        device: &str,
    ) -> Result<bool, CeremonyError> {
        let subject = &session.record.subject;
        let audit = self.event(AuditKind::DeviceRemoved, visit, subject).with("device", device);
        let removed = self.parts.store.remove_device(subject, device, audit).await?;
        self.parts.directory.drop_on_device(subject, device);
        Ok(removed == Acceptance::Accepted)
    }

    /// Sessions on devices that had to make room have ended with them.
    async fn drop_evicted(&self, session: &LiveSession) -> Result<(), CeremonyError> {
        let subject = &session.record.subject;
        let held = self.parts.store.devices(subject).await?;
        for other in self.parts.directory.sessions_of(subject) {
            let binding = other.record.device.as_ref();
            if let Some(gone) = binding.filter(|one| held.iter().all(|kept| kept.id != one.id)) {
                self.parts.directory.drop_on_device(subject, &gone.id);
            }
        }
        Ok(())
    }

    const fn lifetime_of(&self, registering: Registering) -> Option<Duration> {
        match registering {
            Registering::Remembered => self.settings.devices.remember,
            Registering::Verified => Some(self.settings.devices.verified),
        }
    }

    /// A record with a new token.
    fn device_of(
        &self,
        session: &LiveSession,
        registering: Registering,
        label: &str,
    ) -> Result<(DeviceToken, Device), CeremonyError> {
        let (now, entropy) = (self.parts.clock.now(), self.parts.entropy.as_ref());
        let settings = &self.settings.devices;
        let remembered = settings.remember.filter(|_| registering == Registering::Remembered);
        let verified = (registering == Registering::Verified).then(|| Verified {
            until: now.plus(settings.verified),
            standing: match settings.approval {
                Approval::None => DeviceStanding::Approved,
                Approval::Operator => DeviceStanding::Waiting,
            },
        });
        let token = DeviceToken::generate(entropy)?;
        let device = Device {
            id: entropy::identifier(entropy)?,
            key: token.key(),
            site: session.record.site.clone(),
            label: label.chars().filter(|c| !c.is_control()).take(LABEL_CHARS).collect(),
            created: now,
            last_used: None,
            remembered_until: remembered.map(|lifetime| now.plus(lifetime)),
            verified,
        };
        Ok((token, device))
    }
}

impl Registering {
    /// The name used in records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Remembered => "remembered",
            Self::Verified => "verified",
        }
    }
}

/// What ties a session to the verified device it is opened on.
fn binding(device: &Device, site: &str, now: Timestamp) -> Option<DeviceBinding> {
    let until = device.verified.as_ref()?.until;
    device.is_verified(site, now).then(|| DeviceBinding { id: device.id.clone(), until })
}
