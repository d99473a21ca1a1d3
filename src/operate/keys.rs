//! Signing keys: listing, rotating, tending.

use std::sync::Arc;

use super::By;
use super::OperateError;
use super::Operator;
use super::Reply;
use super::RotateMode;
use super::view::KeyView;
use crate::audit::AuditEvent;
use crate::audit::AuditKind;
use crate::key_store::KeyFile;

impl Operator {
    pub(super) fn list_keys(&self) -> Reply {
        Reply::Keys { keys: self.key_views() }
    }

    pub(super) async fn rotate_keys(
        &self,
        by: &By,
        mode: RotateMode,
    ) -> Result<Reply, OperateError> {
        match mode {
            RotateMode::Ahead => self.rotate_ahead(by).await,
            RotateMode::Now => self.rotate_now(by).await,
        }
    }

    /// What a running gateway does now and then: makes the next key when it is time, and removes those
    /// that nobody needs any more. Whether anything changed.
    ///
    /// # Errors
    /// When something needed fails; the keys in use stay in use.
    pub async fn tend_keys(&self) -> Result<bool, OperateError> {
        let wall = self.parts.clock.wall();
        let due = self.parts.keys.ring().load().rotation_is_due(wall);
        if due {
            self.rotate_ahead(&By::gateway()).await?;
        }
        let removed = self.parts.keys.remove_retired(wall).map_err(|e| OperateError::keys(&e))?;
        for key in &removed {
            let audit =
                self.event(AuditKind::SigningKeyRetired, &By::gateway()).with("kid", &key.kid);
            self.parts.store.record(audit).await?;
        }
        Ok(due || !removed.is_empty())
    }

    async fn rotate_ahead(&self, by: &By) -> Result<Reply, OperateError> {
        let key = self
            .parts
            .keys
            .make_next(self.parts.clock.wall())
            .map_err(|e| OperateError::keys(&e))?;
        self.record_creation(by, &key, "ahead").await?;
        let published = self.parts.keys.publish();
        published.map_err(|e| OperateError::keys(&e).after_the_act())?;
        Ok(Reply::Rotated { keys: self.key_views(), added: key.kid, removed: Vec::new() })
    }

    async fn rotate_now(&self, by: &By) -> Result<Reply, OperateError> {
        let key = self
            .parts
            .keys
            .make_immediate(self.parts.clock.wall())
            .map_err(|e| OperateError::keys(&e))?;
        self.record_creation(by, &key, "now").await?;
        let files = Arc::clone(&self.parts.keys);
        let removed = files
            .keep_only(&key.kid)
            .map_err(|e| OperateError::KeysLeft { kid: key.kid.clone(), why: e.to_string() })?;
        let mut gone = Vec::with_capacity(removed.len());
        for old in removed {
            let audit = self
                .event(AuditKind::SigningKeyRetired, by)
                .with("kid", &old.kid)
                .with("because", "emergency");
            self.record_after(audit).await?;
            gone.push(old.kid);
        }
        let audit = self.event(AuditKind::SigningKeyActivated, by).with("kid", &key.kid);
        self.record_after(audit).await?;
        Ok(Reply::Rotated { keys: self.key_views(), added: key.kid, removed: gone })
    }

    /// Records what has come about already.
    async fn record_after(&self, audit: AuditEvent) -> Result<(), OperateError> {
        let recorded = self.parts.store.record(audit).await;
        recorded.map_err(|error| OperateError::from(error).after_the_act())
    }

    /// A key that is not in the log must not come into use.
    async fn record_creation(
        &self,
        by: &By,
        key: &KeyFile,
        mode: &'static str,
    ) -> Result<(), OperateError> {
        let audit = self
            .event(AuditKind::SigningKeyCreated, by)
            .with("kid", &key.kid)
            .with("mode", mode)
            .with("activates", key.activates);
        if let Err(error) = self.parts.store.record(audit).await {
            self.parts.keys.withdraw(key).map_err(|e| OperateError::keys(&e))?;
            return Err(error.into());
        }
        Ok(())
    }

    fn key_views(&self) -> Vec<KeyView> {
        let ring = self.parts.keys.ring().load();
        ring.states(self.parts.clock.wall())
            .into_iter()
            .map(|(key, state)| KeyView {
                kid: key.kid().to_owned(),
                state: state.name().to_owned(),
                created: key.created(),
                activates: key.activates(),
            })
            .collect()
    }
}
