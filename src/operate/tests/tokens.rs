//! Service tokens: issued, rotated, revoked; recorded; refused with words that help.

use super::*;
use crate::operate::view::TokenReply;
use crate::operate::view::TokenStanding;
use crate::operate::view::TokenView;
use crate::service_token::TokenText;

pub(super) fn new_token(name: &str) -> NewToken {
    NewToken {
        name: name.to_owned(),
        site: "console".to_owned(),
        paths: vec!["/api".to_owned()],
        methods: vec!["get".to_owned()],
        networks: vec!["192.0.2.0/24".to_owned(), "::ffff:198.51.100.7".to_owned()],
        role: None,
        lifetime: None,
    }
}

impl World {
    async fn token(&self, command: TokenCommand) -> Result<TokenReply, OperateError> {
        let reply = self.run(Command::Token(command)).await?;
        let Reply::Token(reply) = reply else { panic!("no answer about tokens") };
        Ok(reply)
    }

    pub(super) async fn issue(&self, command: TokenCommand) -> (TokenView, TokenText) {
        let TokenReply::Issued { token, secret, origin, accepted } =
            self.token(command).await.unwrap()
        else {
            panic!("nothing issued")
        };
        assert_eq!((origin.as_str(), accepted), ("https://console.test", false));
        (*token, TokenText::parse(secret.0.expose()).unwrap())
    }

    async fn one(&self, command: TokenCommand) -> TokenView {
        let TokenReply::One(token) = self.token(command).await.unwrap() else { panic!("not one") };
        *token
    }
}

fn rotate(overlap: u64) -> TokenCommand {
    TokenCommand::Rotate { token: "ci".to_owned(), overlap: Some(overlap), lifetime: None }
}

#[tokio::test]
async fn a_token_is_issued_shown_rotated_and_revoked_and_each_act_is_recorded_without_its_secret() {
    let (world, directory) = World::new().with_directory().await;
    let (token, first) = world.issue(TokenCommand::Add(new_token("ci"))).await;
    assert_eq!(token.methods, ["GET"]);
    assert_eq!(token.networks, ["192.0.2.0/24", "198.51.100.7/32"]);
    assert_eq!(
        (token.standing, token.created_by.as_str()),
        (TokenStanding::Active, "operator:1234")
    );
    assert_eq!(token.expires, NOW.plus(Duration::from_hours(90 * 24)));
    assert_eq!(world.one(TokenCommand::Show { token: "ci".to_owned() }).await, token);
    assert_eq!(world.one(TokenCommand::Show { token: token.id.clone() }).await, token);
    directory.tokens().touch(&directory.tokens().find(&first).unwrap());
    let (rotated, second) = world.issue(rotate(60)).await;
    assert_eq!(rotated.previous_until, Some(NOW.plus(Duration::from_mins(1))));
    assert_eq!(rotated.last_used, Some(NOW));
    assert!(directory.tokens().find(&first).is_ok() && directory.tokens().find(&second).is_ok());
    let (_, third) = world.issue(rotate(0)).await;
    assert!(directory.tokens().find(&first).is_err() && directory.tokens().find(&second).is_err());
    let named = || "ci".to_owned();
    let disabled = world.one(TokenCommand::Disable { token: named() }).await;
    assert_eq!(disabled.standing, TokenStanding::Disabled);
    assert!(directory.tokens().find(&third).is_err());
    world.one(TokenCommand::Enable { token: named() }).await;
    assert!(directory.tokens().find(&third).is_ok());
    world.token(TokenCommand::Revoke { token: named() }).await.unwrap();
    assert!(directory.tokens().find(&third).is_err());
    let listed = world.token(TokenCommand::List).await.unwrap();
    assert_eq!(listed, TokenReply::All { tokens: Vec::new() });
    let log = world.log().await;
    let kinds: Vec<AuditKind> = log.iter().skip(1).map(|record| record.event.kind).collect();
    assert_eq!(
        kinds,
        [
            AuditKind::ServiceTokenIssued,
            AuditKind::ServiceTokenRotated,
            AuditKind::ServiceTokenRotated,
            AuditKind::ServiceTokenDisabled,
            AuditKind::ServiceTokenEnabled,
            AuditKind::ServiceTokenRevoked,
        ]
    );
    let written = serde_json::to_string(&log).unwrap();
    assert!(written.contains(&token.id) && written.contains("192.0.2.0/24"));
    for text in [&first, &second, &third] {
        assert!(!written.contains(text.expose()), "a token is in the audit log");
    }
}

#[tokio::test]
async fn a_token_that_is_written_wrongly_is_refused_and_nothing_is_kept() {
    let world = World::new();
    let with = |change: &dyn Fn(&mut NewToken)| {
        let mut new = new_token("ci");
        change(&mut new);
        TokenCommand::Add(new)
    };
    for (command, said) in [
        (with(&|new| "CI".clone_into(&mut new.name)), "a-z"),
        (with(&|new| "shop".clone_into(&mut new.site)), "There are: console"),
        (with(&|new| "api".clone_into(&mut new.paths[0])), "`api`"),
        (with(&|new| "/a/../b".clone_into(&mut new.paths[0])), "`/a/../b`"),
        (with(&|new| new.paths[0] = format!("/{}", "a".repeat(120))), "120 characters"),
        (with(&|new| "G T".clone_into(&mut new.methods[0])), "GET or POST"),
        (with(&|new| "192.0.2.7/24".clone_into(&mut new.networks[0])), "192.0.2.0/24"),
        (with(&|new| "office".clone_into(&mut new.networks[0])), "192.0.2.0/24"),
        (with(&|new| new.networks = vec!["192.0.2.1".to_owned(); 21]), "at most 20"),
        (with(&|new| new.lifetime = Some(367 * 86_400)), "366d"),
        (with(&|new| new.lifetime = Some(0)), "at least 1s"),
        (TokenCommand::Show { token: "ci".to_owned() }, "token list"),
        (rotate(0), "token list"),
    ] {
        let refused = world.token(command).await.unwrap_err();
        let refused = format!("{refused}. {}", refused.advice().unwrap_or_default());
        assert!(refused.contains(said), "{said} in {refused}");
    }
    assert_eq!(world.log().await.len(), 1);
    world.issue(TokenCommand::Add(new_token("ci"))).await;
    let taken = world.token(TokenCommand::Add(new_token("ci"))).await.unwrap_err();
    assert!(taken.advice().unwrap().contains("token rotate ci"), "{taken}");
    let long = world.token(rotate(31 * 86_400)).await.unwrap_err();
    assert!(long.to_string().contains("30d"), "{long}");
}

#[tokio::test]
async fn a_list_says_what_expires_soon_has_expired_and_was_never_used() {
    let world = World::new();
    for (name, days) in [("a", 1), ("b", 14), ("c", 100)] {
        let lifetime = Some(days * 86_400);
        world.issue(TokenCommand::Add(NewToken { lifetime, ..new_token(name) })).await;
    }
    world.clock.advance(Duration::from_hours(24));
    let TokenReply::All { tokens } = world.token(TokenCommand::List).await.unwrap() else {
        panic!("no list")
    };
    let standing: Vec<_> = tokens.iter().map(|it| (it.name.as_str(), it.standing)).collect();
    assert_eq!(
        standing,
        [
            ("a", TokenStanding::Expired),
            ("b", TokenStanding::ExpiresSoon),
            ("c", TokenStanding::Active)
        ]
    );
    assert!(tokens.iter().all(|token| token.last_used.is_none()));
}
