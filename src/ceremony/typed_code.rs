//! Verifying a code that was typed from an app or from the list of backup codes.

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
use crate::authenticator::totp;
use crate::secret::Secret;
use crate::subject::SubjectId;

impl Ceremonies {
    /// Against every app of the person's: they need not say which. All apps share one budget, so that a second
    /// app is no second chance.
    pub(super) async fn verify_totp(
        &self,
        visit: &Visit<'_>,
        subject: &SubjectId,
        bound: &[Authenticator],
        typed: &Secret<String>,
    ) -> Result<Verified, CeremonyError> {
        let apps = || bound.iter().filter_map(|one| Some((one, one.credential.totp()?)));
        let Some((first, _)) = apps().next() else {
            return Ok(Verified::NotOffered);
        };
        let charged = (AuthenticatorKind::Totp, first.budget());
        if let Some(refused) = self.charge(visit, subject, charged).await? {
            return Ok(refused);
        }
        let Some(code) = totp::canonical_code(typed.expose()) else {
            return Ok(Verified::Wrong);
        };
        let wall = self.parts.clock.wall();
        let mut matching = None;
        for (app, credential) in apps() {
            if let Some(step) = totp::matching_step(&credential.key, &code, wall)? {
                matching = Some((app, step));
            }
        }
        let Some((app, step)) = matching else {
            return Ok(Verified::Wrong);
        };
        let audit = self
            .event(AuditKind::ProofAccepted, visit, subject)
            .with("method", AuthenticatorKind::Totp.name())
            .with("authenticator", &app.id);
        let store = &self.parts.store;
        let accepted = store.accept_totp_step(subject, &app.id, step, audit).await?;
        Ok(self.accepted(&accepted, AuthenticatorKind::Totp, &app.id, None))
    }

    /// Against the set that was acknowledged.
    pub(super) async fn verify_backup(
        &self,
        visit: &Visit<'_>,
        subject: &SubjectId,
        bound: &[Authenticator],
        typed: &Secret<String>,
    ) -> Result<Verified, CeremonyError> {
        let Some((authenticator, set)) = acknowledged_codes(bound) else {
            return Ok(Verified::NotOffered);
        };
        let charged = (AuthenticatorKind::BackupCode, authenticator.budget());
        if let Some(refused) = self.charge(visit, subject, charged).await? {
            return Ok(refused);
        }
        let Some(code) = backup_code::canonical_code(typed.expose()) else {
            return Ok(Verified::Wrong);
        };
        let (left, set) = (set.left(), set.clone());
        let index = match self.guard.hash(move || set.matching(&code)).await? {
            Hashed::Busy => return Ok(Verified::Busy),
            Hashed::Done(matched) => matched?,
        };
        let Some(index) = index else {
            return Ok(Verified::Wrong);
        };
        let audit = self
            .event(AuditKind::ProofAccepted, visit, subject)
            .with("method", AuthenticatorKind::BackupCode.name())
            .with("codes_left", left.saturating_sub(1));
        let store = &self.parts.store;
        let accepted = store.spend_backup_code(subject, &authenticator.id, index, audit).await?;
        let left = Some(left.saturating_sub(1));
        Ok(self.accepted(&accepted, AuthenticatorKind::BackupCode, &authenticator.id, left))
    }
}
