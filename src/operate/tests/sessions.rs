//! Sessions: listed page by page, ended one by one, an account's, everybody's.

use super::*;
use crate::authority::Denied;
use crate::operate::view::SessionReply;
use crate::operate::view::SessionView;

impl World {
    async fn sessions(&self, command: SessionCommand) -> Result<SessionReply, OperateError> {
        let Reply::Session(reply) = self.run(Command::Session(command)).await? else {
            panic!("no answer about sessions")
        };
        Ok(reply)
    }

    async fn listed(&self, login: Option<&str>, limit: usize) -> Vec<SessionView> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let login = login.map(str::to_owned);
            let command = SessionCommand::List { login, after: after.take(), limit };
            let SessionReply::Page { sessions, next } = self.sessions(command).await.unwrap()
            else {
                panic!("no sessions")
            };
            assert!(sessions.len() <= limit);
            all.extend(sessions);
            match next {
                Some(next) => after = Some(next),
                None => return all,
            }
        }
    }

    async fn ended(&self, command: SessionCommand) -> u64 {
        let SessionReply::Ended { sessions } = self.sessions(command).await.unwrap() else {
            panic!("nothing ended")
        };
        sessions
    }

    /// A world with two sessions of alice and one each of bob and carol, a second apart.
    async fn signed_in() -> Self {
        let world = Self::new();
        for (name, role) in [("alice", Role::Owner), ("bob", Role::Admin), ("carol", Role::User)] {
            world.add(name, role).await;
        }
        for name in ["alice", "bob", "carol", "alice"] {
            world.clock.advance(Duration::from_secs(1));
            world.open_session(name).await;
        }
        world
    }
}

fn logins(sessions: &[SessionView]) -> Vec<&str> {
    sessions.iter().map(|session| session.login.as_str()).collect()
}

#[tokio::test]
async fn sessions_are_listed_newest_first_in_pages_that_meet_with_and_without_a_gateway() {
    let world = World::signed_in().await;
    for limit in [1, 3, 9] {
        let all = world.listed(None, limit).await;
        assert_eq!(logins(&all), ["alice", "carol", "bob", "alice"]);
    }
    let (world, _directory) = world.with_directory().await;
    for limit in [1, 2, 9] {
        let all = world.listed(None, limit).await;
        assert_eq!(logins(&all), ["alice", "carol", "bob", "alice"]);
        assert_eq!(logins(&world.listed(Some("alice"), limit).await), ["alice", "alice"]);
    }
    let bad = SessionCommand::List { login: None, after: Some("x".to_owned()), limit: 1 };
    assert!(matches!(world.sessions(bad).await, Err(OperateError::BadText { .. })));
    world.clock.advance(Duration::from_hours(13));
    assert!(world.listed(None, 9).await.is_empty(), "what is over is not open");
}

#[tokio::test]
async fn one_session_ends_or_all_of_an_account_or_everybodys_and_each_is_recorded() {
    for gateway in ["", "running"] {
        let mut world = World::signed_in().await;
        if !gateway.is_empty() {
            world = world.with_directory().await.0;
        }
        let carol = world.listed(Some("carol"), 9).await.remove(0).handle;
        let end = || SessionCommand::End { session: carol.clone() };
        assert_eq!(world.ended(end()).await, 1);
        let gone = world.sessions(end()).await;
        assert!(matches!(gone, Err(OperateError::NoSuchSession { .. })), "{gone:?}");
        assert_eq!(world.ended(SessionCommand::EndOf { login: login("alice") }).await, 2);
        assert_eq!(logins(&world.listed(None, 9).await), ["bob"]);
        assert_eq!(world.ended(SessionCommand::EndAll).await, 1);
        assert!(world.listed(None, 9).await.is_empty());
        assert!(world.store.sessions().await.unwrap().is_empty());
        let log = world.log().await;
        let said: Vec<_> = log
            .iter()
            .filter(|record| record.event.kind == AuditKind::SessionEnded)
            .map(|record| record.event.detail.get("of").map_or("one", String::as_str))
            .collect();
        assert_eq!(said, ["one", "account", "everybody"]);
    }
}

#[tokio::test]
async fn whoever_ends_everybodys_sessions_keeps_their_own_and_ends_none_above_them_a182() {
    let (world, directory) = World::signed_in().await.with_directory().await;
    let reason = Some(Reason::parse("key was known").unwrap());
    let by = |name: &str, role: Role, session| {
        let (world, name, reason) = (&world, LoginName::parse(name).unwrap(), reason.clone());
        async move {
            let id = world.store.account_by_login(&name).await.unwrap().unwrap().id;
            By::person((&id, role), Origin { session, ..Origin::default() }, reason)
        }
    };
    let alices = directory.sessions_of(&world.id("alice").await);
    let own = alices[0].key;
    let admin = by("bob", Role::Admin, None).await;
    for (command, why) in [
        (SessionCommand::EndAll, Denied::Role),
        (SessionCommand::EndOf { login: login("alice") }, Denied::NotBelow),
        (SessionCommand::End { session: alices[0].record.handle.clone() }, Denied::NotBelow),
    ] {
        let refused = world.operator.execute(admin.clone(), Command::Session(command)).await;
        assert_eq!(refused, Err(OperateError::NotAllowed { why }));
    }
    let owner = by("alice", Role::Owner, Some(own)).await;
    let all = Command::Session(SessionCommand::EndAll);
    let ended = world.operator.execute(owner, all).await.unwrap();
    assert_eq!(ended, Reply::Session(SessionReply::Ended { sessions: 3 }));
    assert!(directory.find(&own).is_some() && directory.len() == 1);
    assert!(alices[1].ended.is_cancelled() && !alices[0].ended.is_cancelled());
    assert_eq!(world.store.sessions().await.unwrap().len(), 1);
}
