//! Sessions that open, rise and end at the same time.

mod service_tokens;

use std::future::Future;
use std::future::poll_fn;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::task::Poll;

use tempfile::TempDir;

use super::*;
use crate::audit::Actor;
use crate::audit::AuditKind;
use crate::authenticator::AuthenticatorKind;
use crate::clock::ManualClock;
use crate::entropy::Entropy;
use crate::entropy::SeededEntropy;
use crate::secret::Secret;
use crate::session::AuthnEvent;
use crate::session::OpenedFrom;
use crate::store::AccountChange;
use crate::store::sealing::DataKey;
use crate::store::sled::SledStore;
use crate::store::sled::StorePaths;
use crate::subject::LoginName;
use crate::subject::Profile;
use crate::subject::Role;
use crate::subject::terms::Terms;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

struct World {
    directory: Directory,
    store: Arc<dyn Store>,
    clock: Arc<ManualClock>,
    entropy: Arc<dyn Entropy>,
    account: Account,
    _dir: TempDir,
}

impl World {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(3));
        let paths = StorePaths { dir: dir.path().join("store"), head: dir.path().join("head") };
        let key = DataKey::from_bytes(&[7; 32]).unwrap();
        let store: Arc<dyn Store> =
            Arc::new(SledStore::create(&paths, &key, &entropy, event()).unwrap());
        let account = Account {
            id: SubjectId::from_stored("alice".to_owned()),
            profile: Profile {
                login: LoginName::parse("alice").unwrap(),
                name: "Alice".to_owned(),
                email: None,
                groups: Vec::new(),
                role: Role::User,
                language: None,
            },
            state: AccountState::Active,
            password: Secret::new(Some("hash".to_owned())),
            created: NOW,
            enrolment_open_until: NOW,
            terms: Terms::default(),
            last_sign_in: None,
            set_up_declined: None,
            proved_elsewhere: None,
            must_change: None,
        };
        let created = store.create_account(account.clone(), event()).await.unwrap();
        assert_eq!(created, AccountChange::Done);
        let clock = Arc::new(ManualClock::at(NOW));
        let same = Arc::clone(&clock) as Arc<dyn Clock>;
        let directory =
            Directory::load(Arc::clone(&store), same, Settings::default()).await.unwrap();
        Self { directory, store, clock, entropy, account, _dir: dir }
    }

    fn token(&self) -> SessionToken {
        SessionToken::generate(self.entropy.as_ref()).unwrap()
    }

    fn record(&self) -> SessionRecord {
        SessionRecord {
            handle: "handle".to_owned(),
            site: "console".to_owned(),
            subject: self.account.id.clone(),
            events: vec![AuthnEvent::of(AuthenticatorKind::Password, None, NOW)],
            binding: "b".to_owned(),
            created: NOW,
            last_active: NOW,
            client: IpAddr::V4(Ipv4Addr::LOCALHOST),
            opened_from: OpenedFrom::default(),
            lost: None,
            pending_totp: None,
            enrolled: true,
            device: None,
        }
    }

    async fn opened(&self) -> Arc<LiveSession> {
        let account = &self.account;
        let opened = self.directory.open(&self.token(), self.record(), account, event()).await;
        opened.unwrap().unwrap()
    }
}

fn event() -> AuditEvent {
    AuditEvent::new(NOW, AuditKind::SessionOpened, Actor::Gateway)
}

/// Lets work begin: its act stands in the store's queue, its answer is not looked at.
async fn begin<F: Future>(work: &mut Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|context| {
        Poll::Ready(match work.as_mut().poll(context) {
            Poll::Ready(done) => Some(done),
            Poll::Pending => None,
        })
    })
    .await
}

#[tokio::test]
async fn a_session_opened_while_all_are_ended_does_not_outlive_it_a211() {
    let world = World::new().await;
    let (token, account) = (world.token(), &world.account);
    let mut opening = Box::pin(world.directory.open(&token, world.record(), account, event()));
    let mut opening = opening.as_mut();
    let early = begin(&mut opening).await;
    // The store takes acts in order: by this answer the session is stored and ended again.
    let id = &world.account.id;
    let disabled = AccountState::Disabled;
    assert_eq!(world.store.set_state(id, disabled, event()).await.unwrap(), AccountChange::Done);
    world.directory.drop_all_of(id);
    if early.is_none() {
        assert!(opening.await.unwrap().is_none());
    }
    assert!(world.directory.find(&token.key()).is_none() && world.directory.is_empty());
}

#[tokio::test]
async fn what_changed_while_the_password_was_verified_holds_for_the_new_session_a205_a211() {
    let world = World::new().await;
    let id = &world.account.id;
    let read_before = &world.account;
    assert_eq!(read_before.profile.role, Role::User);
    assert_eq!(world.store.set_role(id, Role::Owner, event()).await.unwrap(), AccountChange::Done);
    let record = SessionRecord { enrolled: true, ..world.record() };
    let opened = world.directory.open(&world.token(), record, read_before, event()).await;
    let live = opened.unwrap().unwrap();
    assert_eq!(live.profile.role, Role::Owner);
    assert!(!live.record.enrolled, "nothing is bound (any more)");
    let (_, kept) = world.store.sessions().await.unwrap().remove(0);
    assert!(!kept.enrolled);
}

#[tokio::test]
async fn a_session_raised_while_all_are_ended_does_not_outlive_it_a211() {
    let world = World::new().await;
    let old = world.opened().await;
    let token = world.token();
    let mut raising = Box::pin(world.directory.raise(&old, &token, world.record(), event()));
    let mut raising = raising.as_mut();
    let early = begin(&mut raising).await;
    let ended = world.directory.end_all_of(&world.account.id, event()).await.unwrap();
    assert_eq!(ended, 1);
    if early.is_none() {
        assert!(raising.await.unwrap().is_none());
    }
    assert!(world.directory.is_empty() && old.ended.is_cancelled());
}

#[tokio::test]
async fn a_session_opened_after_all_others_were_ended_lives() {
    let world = World::new().await;
    let old = world.opened().await;
    world.store.end_sessions_of(&world.account.id, event()).await.unwrap();
    let (token, account) = (world.token(), &world.account);
    let mut opening = Box::pin(world.directory.open(&token, world.record(), account, event()));
    let mut opening = opening.as_mut();
    let early = begin(&mut opening).await;
    if early.is_none() {
        // The end of the others is shown only now; the store knows that this one came later.
        world.directory.drop_all_of(&world.account.id);
        let live = opening.await.unwrap().unwrap();
        assert!(old.ended.is_cancelled() && !live.ended.is_cancelled());
        assert!(world.directory.find(&token.key()).is_some());
    }
}

#[tokio::test]
async fn of_two_rises_at_once_the_loser_ends_nothing_of_the_winner_a205() {
    let world = World::new().await;
    let old = world.opened().await;
    let (first, second) = (world.token(), world.token());
    let mut winner = Box::pin(world.directory.raise(&old, &first, world.record(), event()));
    let mut winner = winner.as_mut();
    let mut loser = Box::pin(world.directory.raise(&old, &second, world.record(), event()));
    let mut loser = loser.as_mut();
    let mut won = begin(&mut winner).await;
    let mut lost = begin(&mut loser).await;
    // Both acts are answered before either is looked at again, and the loser looks first.
    world.store.probe().await.unwrap();
    if lost.is_none() {
        lost = begin(&mut loser).await;
    }
    if won.is_none() {
        won = Some(winner.await);
    }
    let lost = match lost {
        Some(lost) => lost,
        None => loser.await,
    };
    let live = won.unwrap().unwrap().unwrap();
    assert!(lost.unwrap().is_none());
    assert!(!live.ended.is_cancelled() && world.directory.len() == 1);
    world.directory.end(&live, event()).await.unwrap();
    assert!(old.ended.is_cancelled(), "streams of the old session end with the new one");
}

#[tokio::test]
async fn a_session_that_is_gone_rises_no_more_and_its_streams_end() {
    let world = World::new().await;
    let old = world.opened().await;
    world.store.end_sessions_of(&world.account.id, event()).await.unwrap();
    let raised = world.directory.raise(&old, &world.token(), world.record(), event()).await;
    assert!(raised.unwrap().is_none());
    assert!(old.ended.is_cancelled() && world.directory.is_empty());
}

#[tokio::test]
async fn a_session_has_so_many_streams_and_no_more_even_when_it_rises_a089() {
    let world = World::new().await;
    let old = world.opened().await;
    let first = old.take_place(2).unwrap();
    let raised = old.raised(old.key, (*old.record).clone());
    let _second = raised.take_place(2).unwrap();
    assert!(raised.take_place(2).is_none());
    assert!(old.take_place(2).is_none());
    drop(first);
    assert!(old.take_place(2).is_some());
    raised.touch(NOW.plus(Duration::from_mins(5)));
    assert_eq!(old.last_active(), raised.last_active(), "its streams live as long");
}
