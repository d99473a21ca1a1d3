//! Recovery codes: beside the password, once, for setting up a second factor.
//!
//! No code, one that has ended, another one: each takes the same steps, costs the same and is answered alike.

use super::Ceremonies;
use super::CeremonyError;
use super::Visit;
use super::acknowledged_codes;
use super::guard::Hashed;
use super::verify::Verified;
use crate::audit::AuditKind;
use crate::authenticator::Authenticator;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::backup_code;
use crate::authenticator::recovery_code;
use crate::authenticator::recovery_code::RecoveryCode;
use crate::password::HashFailed;
use crate::secret::Secret;
use crate::session::AuthnEvent;
use crate::store::Acceptance;
use crate::subject::SubjectId;

impl Ceremonies {
    /// Against the code that an owner issued to this account. Attempts are charged to the account's backup codes as
    /// well: whoever guesses has one budget for both.
    pub(super) async fn verify_recovery(
        &self,
        visit: &Visit<'_>,
        subject: &SubjectId,
        bound: &[Authenticator],
        typed: &Secret<String>,
    ) -> Result<Verified, CeremonyError> {
        let kind = AuthenticatorKind::RecoveryCode;
        if let Some(refused) = self.charge(visit, subject, (kind, kind.name())).await? {
            return Ok(refused);
        }
        let shared = acknowledged_codes(bound).map(|(codes, _)| codes.budget());
        if let Some(codes) = shared
            && let Some(Verified::Wait(until)) = self.charge(visit, subject, (kind, codes)).await?
        {
            return Ok(Verified::Wait(until));
        }
        let kept = match self.matching(visit, subject, typed).await? {
            Hashed::Busy => return Ok(Verified::Busy),
            Hashed::Done(None) => return Ok(Verified::Wrong),
            Hashed::Done(Some(kept)) => kept,
        };
        let now = self.parts.clock.now();
        let audit = self.event(AuditKind::RecoveryCodeUsed, visit, subject).with("code", &kept.id);
        match self.parts.store.spend_recovery_code(subject, &kept.id, now, audit).await? {
            Acceptance::Accepted => {}
            Acceptance::Spent | Acceptance::Gone | Acceptance::Taken(_) => {
                return Ok(Verified::Wrong);
            }
        }
        Ok(Verified::Accepted { event: AuthnEvent::of(kind, Some(kept.id), now), codes_left: None })
    }

    /// The account's code, if it is good and what was typed is it. One that has ended is void from now on, whatever
    /// clocks say later.
    async fn matching(
        &self,
        visit: &Visit<'_>,
        subject: &SubjectId,
        typed: &Secret<String>,
    ) -> Result<Hashed<Option<RecoveryCode>>, CeremonyError> {
        let mut kept = self.parts.store.recovery_code(subject).await?;
        if kept.as_ref().is_some_and(|code| !code.is_good(self.parts.clock.now())) {
            let audit = self.event(AuditKind::RecoveryCodeRevoked, visit, subject);
            self.parts.store.revoke_recovery_code(subject, audit.with("reason", "ended")).await?;
            kept = None;
        }
        let code = backup_code::canonical_code(typed.expose());
        let work = move || -> Result<Option<RecoveryCode>, HashFailed> {
            match (kept, code) {
                (Some(kept), Some(code)) => Ok(kept.matches(&code)?.then_some(kept)),
                (_, code) => {
                    recovery_code::match_nothing(code.as_ref().map_or("", |code| code.as_str()))?;
                    Ok(None)
                }
            }
        };
        Ok(self.guard.hash(work).await?.transpose()?)
    }
}
