//! Acts on service tokens: the record under its id, and an index from the name to it.

use async_trait::async_trait;

use super::SledStore;
use super::keys::Key;
use super::txn::Txn;
use crate::audit::AuditEvent;
use crate::clock::Timestamp;
use crate::service_token::Rotation;
use crate::service_token::ServiceToken;
use crate::service_token::TokenId;
use crate::service_token::TokenState;
use crate::store::StoreError;
use crate::store::TokenChange;
use crate::store::TokenStore;

#[async_trait]
impl TokenStore for SledStore {
    async fn add_service_token(
        &self,
        token: ServiceToken,
        most: usize,
        audit: AuditEvent,
    ) -> Result<TokenChange, StoreError> {
        self.act(move |txn| add(txn, &token, most, audit)).await
    }

    async fn rotate_service_token(
        &self,
        id: &TokenId,
        rotation: Rotation,
        audit: AuditEvent,
    ) -> Result<TokenChange, StoreError> {
        let id = id.clone();
        self.act(move |txn| change(txn, &id, audit, |token| token.rotate(rotation))).await
    }

    async fn set_service_token_state(
        &self,
        id: &TokenId,
        state: TokenState,
        audit: AuditEvent,
    ) -> Result<TokenChange, StoreError> {
        let id = id.clone();
        self.act(move |txn| change(txn, &id, audit, |token| token.state = state)).await
    }

    async fn revoke_service_token(
        &self,
        id: &TokenId,
        audit: AuditEvent,
    ) -> Result<TokenChange, StoreError> {
        let id = id.clone();
        self.act(move |txn| revoke(txn, &id, audit)).await
    }

    async fn service_token(&self, id: &TokenId) -> Result<Option<ServiceToken>, StoreError> {
        self.shared.read(|txn| txn.get(&Key::token(id)))
    }

    async fn service_tokens(&self) -> Result<Vec<ServiceToken>, StoreError> {
        self.shared.read(all)
    }

    async fn touch_service_tokens(
        &self,
        seen: Vec<(TokenId, Timestamp)>,
    ) -> Result<(), StoreError> {
        self.act(move |txn| touch(txn, &seen)).await
    }
}

fn add(
    txn: &mut Txn<'_>,
    token: &ServiceToken,
    most: usize,
    audit: AuditEvent,
) -> Result<TokenChange, StoreError> {
    let name = Key::token_name(&token.name);
    if txn.has(&name)? || txn.has(&Key::token(&token.id))? {
        return Ok(TokenChange::NameTaken);
    }
    if txn.names(&Key::token_names(), None, most)?.len() >= most {
        return Ok(TokenChange::TooMany);
    }
    txn.put(name, &token.id)?;
    txn.note(token.created);
    txn.put(Key::token(&token.id), token)?;
    txn.audit(audit);
    Ok(TokenChange::Done)
}

fn change(
    txn: &mut Txn<'_>,
    id: &TokenId,
    audit: AuditEvent,
    work: impl FnOnce(&mut ServiceToken),
) -> Result<TokenChange, StoreError> {
    let Some(mut token) = txn.get::<ServiceToken>(&Key::token(id))? else {
        return Ok(TokenChange::NoSuchToken);
    };
    work(&mut token);
    txn.put(Key::token(id), &token)?;
    txn.audit(audit);
    Ok(TokenChange::Done)
}

fn revoke(txn: &mut Txn<'_>, id: &TokenId, audit: AuditEvent) -> Result<TokenChange, StoreError> {
    let Some(token) = txn.get::<ServiceToken>(&Key::token(id))? else {
        return Ok(TokenChange::NoSuchToken);
    };
    txn.remove(Key::token_name(&token.name));
    txn.remove(Key::token(id));
    txn.audit(audit);
    Ok(TokenChange::Done)
}

fn touch(txn: &mut Txn<'_>, seen: &[(TokenId, Timestamp)]) -> Result<(), StoreError> {
    for (id, at) in seen {
        let Some(mut token) = txn.get::<ServiceToken>(&Key::token(id))? else {
            continue;
        };
        if token.last_used.is_none_or(|last| *at > last) {
            token.last_used = Some(*at);
            txn.note(*at);
            txn.put(Key::token(id), &token)?;
        }
    }
    Ok(())
}

/// By name: the index has them in order, and must lead to each of them.
fn all(txn: &Txn<'_>) -> Result<Vec<ServiceToken>, StoreError> {
    let lost = |name: &Key| StoreError::Sealed { record: name.to_string() };
    txn.names(&Key::token_names(), None, usize::MAX)?
        .iter()
        .map(|name| {
            let id: TokenId = txn.get(name)?.ok_or_else(|| lost(name))?;
            txn.get(&Key::token(&id))?.ok_or_else(|| lost(name))
        })
        .collect()
}
