//! Service tokens in memory: they follow the store, and what they have open ends with them.

use super::*;
use crate::service_token::Rotation;
use crate::service_token::Scope;
use crate::service_token::ServiceToken;
use crate::service_token::TokenId;
use crate::service_token::TokenName;
use crate::service_token::TokenState;
use crate::service_token::TokenText;
use crate::service_token::Unusable;
use crate::store::TokenChange;
use crate::throttle::Charge;

const HOUR: Duration = Duration::from_hours(1);

impl World {
    fn tokens(&self) -> &ServiceTokens {
        self.directory.tokens()
    }

    fn new_text(&self, id: Option<&TokenId>) -> TokenText {
        let id = id.cloned().unwrap_or_else(|| TokenId::generate(self.entropy.as_ref()).unwrap());
        TokenText::generate(id, self.entropy.as_ref()).unwrap()
    }

    async fn issue(&self, name: &str, lifetime: Duration) -> TokenText {
        let text = self.new_text(None);
        let token = ServiceToken {
            id: text.id().clone(),
            name: TokenName::parse(name).unwrap(),
            scope: Scope {
                site: "console".to_owned(),
                paths: Vec::new(),
                methods: Vec::new(),
                networks: Vec::new(),
            },
            created: NOW,
            created_by: "operator:0".to_owned(),
            expires: NOW.plus(lifetime),
            current: text.hash(),
            previous: None,
            last_used: None,
            state: TokenState::Active,
            role: None,
        };
        let added = self.store.add_service_token(token, 10, event()).await.unwrap();
        assert_eq!(added, TokenChange::Done);
        self.tokens().follow(text.id()).await;
        text
    }

    async fn rotate(&self, old: &TokenText, overlap: Duration) -> TokenText {
        let text = self.new_text(Some(old.id()));
        let at = self.clock.now();
        let rotation = Rotation {
            hash: text.hash(),
            at,
            overlap_until: at.plus(overlap),
            expires: at.plus(10 * HOUR),
        };
        self.store.rotate_service_token(old.id(), rotation, event()).await.unwrap();
        self.tokens().follow(old.id()).await;
        text
    }

    fn open(&self, text: &TokenText) -> TokenUse {
        self.tokens().find(text).unwrap()
    }

    fn why_not(&self, text: &TokenText) -> Unusable {
        self.tokens().find(text).unwrap_err()
    }
}

#[tokio::test]
async fn a_revoked_token_is_unknown_at_once_and_what_it_opened_ends() {
    let world = World::new().await;
    let text = world.issue("ci", HOUR).await;
    let open = world.open(&text);
    world.store.revoke_service_token(text.id(), event()).await.unwrap();
    world.tokens().follow(text.id()).await;
    assert_eq!(world.why_not(&text), Unusable::Unknown);
    assert!(open.ended.is_cancelled());
}

#[tokio::test]
async fn a_disabled_token_ends_what_it_opened_and_is_good_again_when_enabled() {
    let world = World::new().await;
    let text = world.issue("ci", HOUR).await;
    let open = world.open(&text);
    let set = async |state| {
        world.store.set_service_token_state(text.id(), state, event()).await.unwrap();
        world.tokens().follow(text.id()).await;
    };
    set(TokenState::Disabled).await;
    assert_eq!(world.why_not(&text), Unusable::Disabled);
    assert!(open.ended.is_cancelled());
    set(TokenState::Active).await;
    assert!(!world.open(&text).ended.is_cancelled());
}

#[tokio::test]
async fn an_expired_token_is_refused_at_once_and_what_it_opened_ends_at_the_next_sweep() {
    let world = World::new().await;
    let text = world.issue("ci", HOUR).await;
    let open = world.open(&text);
    world.clock.advance(HOUR);
    assert_eq!(world.why_not(&text), Unusable::Expired);
    world.directory.sweep().await.unwrap();
    assert!(open.ended.is_cancelled());
    assert_eq!(world.why_not(&text), Unusable::Expired);
}

#[tokio::test]
async fn a_rotation_with_overlap_lets_streams_go_on_until_the_old_secret_is_over() {
    let world = World::new().await;
    let first = world.issue("ci", 5 * HOUR).await;
    let by_first = world.open(&first);
    let second = world.rotate(&first, HOUR).await;
    let by_second = world.open(&second);
    assert!(!by_first.ended.is_cancelled());
    assert!(!world.open(&first).ended.is_cancelled());
    world.clock.advance(HOUR);
    world.directory.sweep().await.unwrap();
    assert_eq!(world.why_not(&first), Unusable::Secret);
    assert!(by_first.ended.is_cancelled());
    assert!(!by_second.ended.is_cancelled());
}

#[tokio::test]
async fn a_rotation_without_overlap_ends_what_the_old_secret_opened_and_nothing_else() {
    let world = World::new().await;
    let first = world.issue("ci", HOUR).await;
    let second = world.rotate(&first, HOUR).await;
    let (by_first, by_second) = (world.open(&first), world.open(&second));
    let third = world.rotate(&second, Duration::ZERO).await;
    let by_third = world.open(&third);
    for (text, gone) in [(&first, &by_first), (&second, &by_second)] {
        assert_eq!(world.why_not(text), Unusable::Secret);
        assert!(gone.ended.is_cancelled());
    }
    let fourth = world.rotate(&third, HOUR).await;
    assert!(!by_third.ended.is_cancelled());
    assert!(!world.open(&fourth).ended.is_cancelled());
}

#[tokio::test]
async fn last_use_is_saved_once_a_minute_and_before_a_stop() {
    let world = World::new().await;
    let text = world.issue("ci", HOUR).await;
    let stored = async || {
        let token = world.store.service_token(text.id()).await.unwrap().unwrap();
        token.last_used
    };
    world.tokens().touch(&world.open(&text));
    world.directory.sweep().await.unwrap();
    assert_eq!(stored().await, Some(NOW));
    world.clock.advance(Duration::from_secs(59));
    world.tokens().touch(&world.open(&text));
    world.directory.sweep().await.unwrap();
    assert_eq!(stored().await, Some(NOW));
    assert_eq!(world.open(&text).token.last_used(), Some(world.clock.now()));
    world.directory.save_all().await.unwrap();
    assert_eq!(stored().await, Some(world.clock.now()));
}

#[tokio::test]
async fn a_token_that_ends_soon_is_warned_of_once_a_day() {
    let world = World::new().await;
    world.issue("long", 15 * 24 * HOUR).await;
    world.issue("short", 13 * 24 * HOUR).await;
    let names = || -> Vec<String> {
        let warned = world.tokens().to_warn_of();
        let mut names: Vec<_> = warned.into_iter().map(|it| it.name.to_string()).collect();
        names.sort();
        names
    };
    assert_eq!(names(), ["short"]);
    assert!(names().is_empty());
    world.clock.advance(25 * HOUR);
    assert_eq!(names(), ["long", "short"]);
    let next = world.tokens().next_expiry();
    assert_eq!(next, Some(NOW.plus(13 * 24 * HOUR)));
    world.clock.advance(20 * 24 * HOUR);
    assert!(names().is_empty() && world.tokens().next_expiry().is_none());
}

#[tokio::test]
async fn wrong_tokens_of_one_network_wait_and_those_of_others_do_not() {
    let world = World::new().await;
    let charge = |client: [u8; 4]| world.tokens().charge_wrong(IpAddr::V4(client.into()));
    for _ in 0..crate::throttle::NETWORK.burst {
        assert_eq!(charge([192, 0, 2, 1]), Charge::Granted);
    }
    assert!(matches!(charge([192, 0, 2, 1]), Charge::Wait(_)));
    assert_eq!(charge([192, 0, 2, 2]), Charge::Granted);
}

#[tokio::test]
async fn tokens_are_there_after_a_start() {
    let world = World::new().await;
    let text = world.issue("ci", HOUR).await;
    let clock = Arc::clone(&world.clock) as Arc<dyn Clock>;
    let again = ServiceTokens::load(Arc::clone(&world.store), clock).await.unwrap();
    assert!(again.find(&text).is_ok());
    let other = world.new_text(Some(text.id()));
    assert_eq!(again.find(&other).unwrap_err(), Unusable::Secret);
    assert_eq!(again.find(&world.new_text(None)).unwrap_err(), Unusable::Unknown);
}
