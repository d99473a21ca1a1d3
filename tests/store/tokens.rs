//! Service tokens: kept under a name of their own, changed whole, forgotten for ever.

use std::sync::Arc;

use portcullis::audit::AuditKind;
use portcullis::service_token::Rotation;
use portcullis::service_token::SecretHash;
use portcullis::service_token::TokenState;
use portcullis::service_token::Unusable;
use portcullis::store::Store;
use portcullis::store::TokenChange;

use crate::support::Fixture;
use crate::support::any;
use crate::support::at;
use crate::support::event;
use crate::support::token;
use crate::support::token_text;

const MOST: usize = 100;

async fn add(store: &dyn Store, name: &str) -> TokenChange {
    store.add_service_token(token(name), MOST, any()).await.unwrap()
}

async fn names(store: &dyn Store) -> Vec<String> {
    let tokens = store.service_tokens().await.unwrap();
    tokens.into_iter().map(|token| token.name.to_string()).collect()
}

fn rotation(to: &str, overlap: u64) -> Rotation {
    let overlap_until = at(100 + overlap);
    Rotation { hash: token_text(to).hash(), at: at(100), overlap_until, expires: at(9000) }
}

pub(crate) async fn a_token_survives_a_restart_as_it_was_and_its_name_is_its_own(mut f: Fixture) {
    for name in ["b", "a", "c"] {
        assert_eq!(add(&**f.store(), name).await, TokenChange::Done);
    }
    assert_eq!(add(&**f.store(), "a").await, TokenChange::NameTaken);
    let mut same_id = token("d");
    same_id.id = token("a").id;
    let added = f.store().add_service_token(same_id, MOST, any()).await.unwrap();
    assert_eq!(added, TokenChange::NameTaken);
    f.reopen().await;
    assert_eq!(names(&**f.store()).await, ["a", "b", "c"]);
    let kept = f.store().service_token(&token("b").id).await.unwrap();
    assert_eq!(kept, Some(token("b")));
    assert_eq!(f.store().service_token(&token("d").id).await.unwrap(), None);
}

pub(crate) async fn no_more_tokens_are_kept_than_there_may_be(f: Fixture) {
    let store = f.store();
    let asked: Vec<_> = (0..20)
        .map(|n| {
            let store = Arc::clone(store);
            let name = format!("t{n}");
            tokio::spawn(
                async move { store.add_service_token(token(&name), 5, any()).await.unwrap() },
            )
        })
        .collect();
    let mut kept = 0;
    for asked in asked {
        kept += usize::from(asked.await.unwrap() == TokenChange::Done);
    }
    assert_eq!((kept, names(&**store).await.len()), (5, 5));
}

pub(crate) async fn a_rotation_keeps_the_old_secret_for_its_overlap_only(mut f: Fixture) {
    add(&**f.store(), "a").await;
    let id = token("a").id;
    let rotated = f.store().rotate_service_token(&id, rotation("new", 60), any()).await.unwrap();
    assert_eq!(rotated, TokenChange::Done);
    f.reopen().await;
    let kept = f.store().service_token(&id).await.unwrap().unwrap();
    let (old, new): (SecretHash, SecretHash) = (token("a").current, token_text("new").hash());
    assert_eq!((kept.usable(&old, at(159)), kept.usable(&new, at(159))), (Ok(()), Ok(())));
    assert_eq!(kept.usable(&old, at(160)), Err(Unusable::Secret));
    f.store().rotate_service_token(&id, rotation("newest", 0), any()).await.unwrap();
    let kept = f.store().service_token(&id).await.unwrap().unwrap();
    for gone in [old, new] {
        assert_eq!(kept.usable(&gone, at(100)), Err(Unusable::Secret));
    }
}

pub(crate) async fn a_revoked_token_is_gone_for_ever_and_its_name_is_free(mut f: Fixture) {
    add(&**f.store(), "a").await;
    let id = token("a").id;
    assert_eq!(f.store().revoke_service_token(&id, any()).await.unwrap(), TokenChange::Done);
    f.reopen().await;
    assert_eq!(f.store().service_token(&id).await.unwrap(), None);
    let before = f.store().audit_head().await.unwrap();
    for change in [
        f.store().revoke_service_token(&id, any()).await,
        f.store().rotate_service_token(&id, rotation("new", 60), any()).await,
        f.store().set_service_token_state(&id, TokenState::Active, any()).await,
    ] {
        assert_eq!(change.unwrap(), TokenChange::NoSuchToken);
    }
    f.store().touch_service_tokens(vec![(id.clone(), at(500))]).await.unwrap();
    assert_eq!(f.store().service_token(&id).await.unwrap(), None);
    assert_eq!(f.store().audit_head().await.unwrap(), before, "what was not done is not told");
    assert_eq!(add(&**f.store(), "a").await, TokenChange::Done);
}

pub(crate) async fn a_tokens_last_use_moves_forward_only_and_is_not_told(mut f: Fixture) {
    add(&**f.store(), "a").await;
    let id = token("a").id;
    let before = f.store().audit_head().await.unwrap();
    for secs in [90, 80] {
        f.store().touch_service_tokens(vec![(id.clone(), at(secs))]).await.unwrap();
    }
    assert_eq!(f.store().audit_head().await.unwrap(), before);
    f.reopen().await;
    let kept = f.store().service_token(&id).await.unwrap().unwrap();
    assert_eq!(kept.last_used, Some(at(90)));
}

pub(crate) async fn every_act_on_a_token_is_told_in_the_log_once(f: Fixture) {
    let store = f.store();
    let id = token("a").id;
    let told = |kind| event(kind, 70);
    let issued = told(AuditKind::ServiceTokenIssued);
    store.add_service_token(token("a"), MOST, issued).await.unwrap();
    let again = told(AuditKind::ServiceTokenIssued);
    store.add_service_token(token("a"), MOST, again).await.unwrap();
    let rotated = told(AuditKind::ServiceTokenRotated);
    store.rotate_service_token(&id, rotation("new", 1), rotated).await.unwrap();
    let disabled = told(AuditKind::ServiceTokenDisabled);
    store.set_service_token_state(&id, TokenState::Disabled, disabled).await.unwrap();
    let kept = store.service_token(&id).await.unwrap().unwrap();
    assert_eq!(kept.state, TokenState::Disabled);
    store.revoke_service_token(&id, told(AuditKind::ServiceTokenRevoked)).await.unwrap();
    let kinds: Vec<_> = f.verified_log().await.iter().map(|record| record.event.kind).collect();
    assert_eq!(
        kinds[1..],
        [
            AuditKind::ServiceTokenIssued,
            AuditKind::ServiceTokenRotated,
            AuditKind::ServiceTokenDisabled,
            AuditKind::ServiceTokenRevoked,
        ]
    );
}
