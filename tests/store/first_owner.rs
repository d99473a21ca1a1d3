//! The first owner's token: one owner by it, once, and none beside another way.

use portcullis::audit::AuditKind;
use portcullis::entropy::SeededEntropy;
use portcullis::store::AccountChange;
use portcullis::store::FirstOwnerClaim;
use portcullis::store::Store;
use portcullis::subject::Role;
use portcullis::subject::first_owner::FirstOwnerOffer;
use portcullis::subject::one_time::OneTimeToken;

use crate::support::Fixture;
use crate::support::account;
use crate::support::add;
use crate::support::any;
use crate::support::at;
use crate::support::event;

/// The token of that number.
fn token(n: u64) -> OneTimeToken {
    OneTimeToken::generate(&SeededEntropy::new(n)).unwrap()
}

async fn offer(store: &dyn Store, token: &OneTimeToken, until: u64) -> bool {
    let offer = FirstOwnerOffer { hash: token.hash(), expires: at(until) };
    let audit = event(AuditKind::FirstOwnerOffered, 1);
    store.offer_first_owner(offer, audit).await.unwrap()
}

async fn claim(
    store: &dyn Store,
    (token, now): (&OneTimeToken, u64),
    login: &str,
) -> FirstOwnerClaim {
    let token = (token.hash(), at(now));
    let new = account(login, Role::User);
    store.claim_first_owner(token, new, event(AuditKind::AccountCreated, now)).await.unwrap()
}

/// The login names of all owners.
async fn owners(store: &dyn Store) -> Vec<String> {
    let all = store.accounts(None, 99).await.unwrap();
    let owners = all.into_iter().filter(|it| it.profile.role == Role::Owner);
    owners.map(|it| it.profile.login.to_string()).collect()
}

pub(crate) async fn one_owner_is_made_by_the_token_and_it_is_gone_a263(mut f: Fixture) {
    let store = f.store();
    add(&**store, "taken", Role::Admin).await;
    assert!(store.first_owner_offer().await.unwrap().is_none());
    assert_eq!(claim(&**store, (&token(1), 5), "eve").await, FirstOwnerClaim::Refused);
    assert!(offer(&**store, &token(1), 100).await);
    f.reopen().await;
    let store = f.store();
    let head = store.audit_head().await.unwrap();
    // Another one, one whose time is over, a name that somebody has: nothing is made, and nothing used up.
    assert_eq!(claim(&**store, (&token(2), 5), "eve").await, FirstOwnerClaim::Refused);
    assert_eq!(claim(&**store, (&token(1), 100), "eve").await, FirstOwnerClaim::Refused);
    assert_eq!(claim(&**store, (&token(1), 5), "taken").await, FirstOwnerClaim::LoginTaken);
    assert_eq!(store.audit_head().await.unwrap(), head);
    assert_eq!(claim(&**store, (&token(1), 99), "ann").await, FirstOwnerClaim::Made);
    assert_eq!(store.audit_head().await.unwrap().seq, head.seq + 1);
    assert!(store.first_owner_offer().await.unwrap().is_none());
    assert_eq!(claim(&**store, (&token(1), 99), "bob").await, FirstOwnerClaim::Refused);
    assert!(!offer(&**store, &token(3), 200).await, "there is an owner");
    assert_eq!(claim(&**store, (&token(3), 99), "bob").await, FirstOwnerClaim::Refused);
    f.reopen().await;
    assert_eq!(owners(&**f.store()).await, ["ann"]);
    f.verified_log().await;
}

pub(crate) async fn of_many_first_owners_at_once_one_is_made_a263(f: Fixture) {
    let store = f.store();
    assert!(offer(&**store, &token(1), 100).await);
    let claims: Vec<_> = (0..16)
        .map(|n| {
            let store = store.clone();
            let login = format!("owner{n}");
            tokio::spawn(async move { claim(&*store, (&token(1), 5), &login).await })
        })
        .collect();
    let mut made = 0;
    for one in claims {
        match one.await.unwrap() {
            FirstOwnerClaim::Made => made += 1,
            other => assert_eq!(other, FirstOwnerClaim::Refused),
        }
    }
    assert_eq!((made, owners(&**store).await.len()), (1, 1));
}

pub(crate) async fn an_owner_made_otherwise_voids_the_token_and_a_new_one_voids_the_old_a263(
    f: Fixture,
) {
    let store = f.store();
    assert!(offer(&**store, &token(1), 100).await);
    assert!(offer(&**store, &token(2), 100).await);
    assert_eq!(claim(&**store, (&token(1), 5), "eve").await, FirstOwnerClaim::Refused);
    let id = add(&**store, "ann", Role::Admin).await;
    assert!(store.first_owner_offer().await.unwrap().is_some(), "an admin is no owner");
    assert_eq!(store.set_role(&id, Role::Owner, any()).await.unwrap(), AccountChange::Done);
    assert!(store.first_owner_offer().await.unwrap().is_none());
    assert_eq!(claim(&**store, (&token(2), 5), "eve").await, FirstOwnerClaim::Refused);
    assert_eq!(owners(&**store).await, ["ann"]);
}
