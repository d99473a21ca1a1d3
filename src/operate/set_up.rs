//! Setting up an authenticator app for somebody: the key and what to scan are told once, to whoever hands it over.

use super::By;
use super::OperateError;
use super::Operator;
use super::Reply;
use super::view::AccountView;
use super::view::HandedView;
use super::view::IssuedSecret;
use crate::audit::AuditKind;
use crate::authenticator::AuthenticatorKind;
use crate::authenticator::handed::HandedApp;
use crate::authenticator::totp;
use crate::entropy;
use crate::secret::Secret;
use crate::store::Acceptance;
use crate::subject::Account;

impl Operator {
    pub(super) async fn set_up_for(&self, by: &By, login: &str) -> Result<Reply, OperateError> {
        // Whatever cannot be read once the key is made, the key is told: now or never.
        let (account, before) = self.to_be_let_in(by, login).await?;
        if !self.may_use(&account, AuthenticatorKind::Totp).await? {
            let login = account.profile.login.to_string();
            return Err(OperateError::KindNotAllowed { login });
        }
        let entropy = self.parts.entropy.as_ref();
        let id = entropy::identifier(entropy).map_err(|e| OperateError::failed(&e))?;
        let key = totp::generate_key(entropy).map_err(|e| OperateError::failed(&e))?;
        let issuer = self.settings.load().totp_issuer.clone();
        let uri = totp::uri(&key, &issuer, account.profile.login.name())
            .map_err(|e| OperateError::failed(&e))?;
        let key_text = totp::key_text(&key);
        let app = HandedApp::new(id, key, self.parts.clock.now());
        let expires = app.expires;
        let audit = self
            .about(AuditKind::AppHandedOver, by, &account)?
            .with("method", AuthenticatorKind::Totp.name())
            .with("app", &app.id)
            .with("expires", expires);
        match self.parts.store.hand_over(&account.id, app, audit).await? {
            Acceptance::Accepted => {}
            refused @ (Acceptance::Spent | Acceptance::Gone | Acceptance::Taken(_)) => {
                return Err(self.not_handed(&account, &refused).await);
            }
        }
        let view = self.fresh_view(&account.profile.login).await;
        let account = view.unwrap_or(AccountView { handed_app_until: Some(expires), ..before });
        let secret = |text: String| IssuedSecret(Secret::new(text));
        let (uri, key) = (secret(uri), secret(key_text));
        Ok(Reply::HandedApp(Box::new(HandedView { account, uri, key, issuer, expires })))
    }

    /// Why the store did not take an app for an account, which was as it should be a moment ago.
    pub(super) async fn not_handed(&self, account: &Account, refused: &Acceptance) -> OperateError {
        let login = account.profile.login.to_string();
        if *refused == Acceptance::Spent {
            return OperateError::HasFactor { login };
        }
        match self.parts.store.account(&account.id).await {
            Ok(Some(_)) => OperateError::AccountDisabled { login },
            Ok(None) => OperateError::NoSuchAccount { login },
            Err(error) => error.into(),
        }
    }
}
